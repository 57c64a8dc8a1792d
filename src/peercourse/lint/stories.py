"""Branching cases: every node can be reached, every way leads to an end, every choice has its reason."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping

from peercourse.bank import Standard
from peercourse.items import Case, CaseChoice, Node
from peercourse.items.cases import shortest_good_path


def case_problems(case: Case) -> Iterator[str]:
    """What is wrong with the form of one case."""
    if not case.title.strip():
        yield "has no title; name the person and the moment."
    for node_id, count in Counter(node.id for node in case.nodes).items():
        if count > 1:
            yield f'has {count} nodes called "{node_id}"; give each its own id.'
    for node in case.nodes:
        yield from (f'node "{node.id}" {problem}' for problem in _node_problems(case, node))
    names = {node.id for node in case.nodes}
    if case.start not in names:
        yield f'starts at "{case.start}", which is no node of it; correct start.'
    elif _targets(case) <= names:
        yield from _way_problems(case)


def story_problems(case: Case, standard: Standard) -> Iterator[str]:
    """Where a case is too short or too narrow to feel like the work."""
    names = {node.id for node in case.nodes}
    if case.start not in names or not _targets(case) <= names:
        return
    decisions = shortest_good_path(case)
    if 0 < decisions < standard.decisions:
        yield (
            f"has a way to its end with {decisions} decisions; write {standard.decisions} or more on every way "
            "that is not stopped."
        )
    for node in case.nodes:
        if 0 < len(node.choices) < standard.choices:
            yield f'node "{node.id}" has {len(node.choices)} choices; write {standard.choices} or more.'


def _targets(case: Case) -> set[str]:
    return {choice.to for node in case.nodes for choice in node.choices}


def _node_problems(case: Case, node: Node) -> Iterator[str]:
    if not node.text.strip():
        yield "has no text; tell what happens."
    if node.end and node.choices:
        yield f'is an end ("{node.end}") with choices; take out one or the other.'
    if not node.end and not node.choices:
        yield 'is a dead end; give it choices, or end = "good", "mixed" or "stopped" and a lesson.'
    if node.end and not node.lesson.strip():
        yield "is an end without lesson; say in a sentence or two what to take from it."
    if node.lesson and not node.end:
        yield "has a lesson and is no end; move it to an end, or into a why."
    for choice_id, count in Counter(choice.id for choice in node.choices).items():
        if count > 1:
            yield f'has {count} choices called "{choice_id}"; give each its own id.'
    ends = {other.id: other.end for other in case.nodes}
    for choice in node.choices:
        yield from _choice_problems(choice, ends)


def _choice_problems(choice: CaseChoice, ends: Mapping[str, str]) -> Iterator[str]:
    if not choice.text.strip():
        yield f'has no text for choice "{choice.id}"; write what is said or done.'
    if not choice.why.strip():
        yield f'has no why for choice "{choice.id}"; say to somebody who chose it why it helps or not.'
    if not choice.fit:
        yield f'has no fit for choice "{choice.id}"; use good, partly, poor or unsafe.'
    if choice.to not in ends:
        yield f'leads to "{choice.to}" by choice "{choice.id}", which is no node; correct to, or write the node.'
    elif choice.fit == "unsafe" and ends[choice.to] != "stopped":
        yield f'leads on after the unsafe choice "{choice.id}"; lead it to a node with end = "stopped".'
    elif choice.fit in ("good", "partly", "poor") and ends[choice.to] == "stopped":
        yield f'is stopped after "{choice.id}", which is {choice.fit}; mark it unsafe, or let the story go on.'


def _way_problems(case: Case) -> Iterator[str]:
    leads = {node.id: {choice.to for choice in node.choices} for node in case.nodes}
    reached, ring = {case.start}, [case.start]
    while ring:
        ring = [to for name in ring for to in leads[name] if to not in reached]
        reached |= set(ring)
    for node in case.nodes:
        if node.id not in reached:
            yield f'node "{node.id}" is never reached; lead a choice to it or take it out.'
    ending = {node.id for node in case.nodes if not node.choices}
    while more := {name for name, to in leads.items() if name not in ending and to & ending}:
        ending |= more
    for node in case.nodes:
        if node.id not in ending:
            yield f'node "{node.id}" never comes to an end; lead one of its choices on.'
    if not shortest_good_path(case):
        yield 'has no end that is "good" or "mixed"; write one that can be reached.'
