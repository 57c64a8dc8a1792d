"""Score one answer from data alone: pure functions, no files, no kernel."""

from __future__ import annotations

from collections.abc import Callable, Set
from dataclasses import dataclass

from peercourse.items import Choice, Item, Partial, Reflection

AnswerValue = list[str] | str
"""What a learner answered: ids of the chosen options, or the text of a reflection."""


@dataclass(frozen=True)
class Score:
    """Points earned. `points` is None where a person has to read the answer first."""

    points: float | None
    max_points: float
    notes: tuple[str, ...] = ()


def off(chosen: Set[str], key: Set[str], count: int) -> float:
    """All or nothing."""
    return float(chosen == key)


def net_correct(chosen: Set[str], key: Set[str], count: int) -> float:
    """(right choices - wrong choices) / right options, not below 0 (as PrairieLearn defines it)."""
    return max(0.0, (len(chosen & key) - len(chosen - key)) / len(key))


def coverage(chosen: Set[str], key: Set[str], count: int) -> float:
    """(t / c) * (t / n): t right choices, c right options, n choices made (as PrairieLearn defines it)."""
    hit = len(chosen & key)
    return (hit / len(key)) * (hit / len(chosen))


def each_answer(chosen: Set[str], key: Set[str], count: int) -> float:
    """Share of all `count` options that were rightly chosen or rightly left (as PrairieLearn defines it)."""
    return (count - len(chosen ^ key)) / count


SCHEMES: dict[Partial, Callable[[Set[str], Set[str], int], float]] = {
    "off": off,
    "net-correct": net_correct,
    "coverage": coverage,
    "each-answer": each_answer,
}


def share_correct(item: Choice, chosen: Set[str]) -> float:
    """Share of the points, 0 to 1, that `chosen` earns. An empty choice earns nothing under any scheme."""
    if not chosen:
        return 0.0
    if item.kind == "single":
        return float(chosen == item.key)
    return SCHEMES[item.partial](chosen, item.key, len(item.options))


def score(item: Item, value: AnswerValue | None) -> Score:
    """Score `value` (None: not answered) against the key that `item` carries.

    Options that the item does not have are left out and named in the notes. An answered
    reflection scores None: a person reads it. An empty one scores 0.
    """
    if isinstance(item, Reflection):
        return _score_reflection(item, value)
    if value is None:
        return Score(0.0, item.points)
    if isinstance(value, str):
        return Score(0.0, item.points, ("the answer is text where options were expected",))
    known = {option.id for option in item.options}
    strangers = sorted(set(value) - known)
    notes = tuple(f'the answer names an option the question does not have: "{name[:40]}"' for name in strangers[:3])
    share = share_correct(item, set(value) & known)
    return Score(round(share * item.points, 4), item.points, notes)


def _score_reflection(item: Reflection, value: AnswerValue | None) -> Score:
    if value is None or (isinstance(value, str) and not value.strip()):
        return Score(0.0, item.points)
    if not isinstance(value, str):
        return Score(0.0, item.points, ("the answer is a list where text was expected",))
    return Score(None, item.points)
