"""Walk through a branching case: pure, from its nodes and a recorded path.

A path is a list of words: "node/choice" for every choice made, "back" for every step back.
"""

from __future__ import annotations

from dataclasses import dataclass

from peercourse.items.kinds import Case, CaseChoice, Node

BACK = "back"
MAX_PATH = 400


@dataclass(frozen=True)
class Walk:
    """Where a path leads.

    `taken` holds the choices that stand, in order, as (node id, choice); `first` the first choice ever
    made at each node, which is what a score looks at; `strangers` words of the path that fit nowhere.
    """

    node: Node
    taken: tuple[tuple[str, CaseChoice], ...]
    first: tuple[tuple[str, CaseChoice], ...]
    strangers: tuple[str, ...] = ()

    @property
    def ended(self) -> bool:
        """Whether the path has come to an end of the case."""
        return not self.node.choices


def walk(case: Case, path: list[str]) -> Walk:
    """Follow `path` from the start of `case`; words that do not fit where they stand are passed over.

    Raises KeyError where the case itself names a node that it does not have.
    """
    nodes = {node.id: node for node in case.nodes}
    node = nodes[case.start]
    taken: list[tuple[str, CaseChoice]] = []
    first: dict[str, CaseChoice] = {}
    strangers: list[str] = []
    for word in path[:MAX_PATH]:
        if word == BACK and case.back and taken:
            node = nodes[taken.pop()[0]]
            continue
        choice = next((c for c in node.choices if f"{node.id}/{c.id}" == word), None)
        if choice is None:
            strangers.append(word)
            continue
        first.setdefault(node.id, choice)
        taken.append((node.id, choice))
        node = nodes[choice.to]
    return Walk(node, tuple(taken), tuple(first.items()), tuple(strangers))


def shortest_good_path(case: Case) -> int:
    """Fewest decisions from the start to an end that is not "stopped"; 0 where there is none."""
    nodes = {node.id: node for node in case.nodes}
    seen, ring, steps = {case.start}, [case.start], 0
    while ring:
        if any(not nodes[name].choices and nodes[name].end != "stopped" for name in ring):
            return steps
        ring = list(dict.fromkeys(c.to for name in ring for c in nodes[name].choices if c.to not in seen))
        seen |= set(ring)
        steps += 1
    return 0
