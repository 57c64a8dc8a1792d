"""What a finished practice exam says: by area, by objective, by confidence, and what to study next. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal, get_args

from peercourse.items import Choice
from peercourse.practice_exam.attempts import Attempt
from peercourse.practice_exam.pool import Goal, Pool
from peercourse.scoring import is_right

REVIEW_BELOW = 0.8
"""Areas under this share are worth another look. It is advice, not a pass mark: the real one is not published."""

SURE = 3


@dataclass(frozen=True)
class Tally:
    """How many of `asked` items were answered rightly."""

    name: str
    asked: int
    right: int

    @property
    def share(self) -> float:
        """The share that was right, 0 to 1."""
        return self.right / self.asked if self.asked else 0.0


@dataclass(frozen=True)
class Study:
    """An objective to study again: how many of its items were missed, and how many of these in full confidence."""

    goal: Goal
    missed: int
    asked: int
    sure_but_wrong: int


@dataclass(frozen=True)
class Result:
    """A finished exam. `review` lists all items, "sure but wrong" first, then wrong, unanswered, right."""

    total: Tally
    areas: tuple[Tally, ...]
    plan: tuple[Study, ...]
    calibration: tuple[Tally, ...]
    review: tuple[str, ...]

    @property
    def missed(self) -> list[str]:
        """Names of the objectives to study, as the log keeps them for the flashcards."""
        return [study.goal.name for study in self.plan]


def result_of(pool: Pool, attempt: Attempt) -> Result:
    """Read an attempt against the pool; items that the pool no longer has are left out."""
    items = [pool.items[name] for name in attempt.items if name in pool.items]
    states = {item.id: state_of(item, attempt) for item in items}
    right = {name: state == "right" for name, state in states.items()}
    return Result(
        total=Tally("total", len(items), sum(right.values())),
        areas=tuple(_tallies(pool.areas, ((item.area, right[item.id]) for item in items))),
        plan=tuple(_plan(pool, items, states)),
        calibration=tuple(_calibration(attempt, items, right)),
        review=tuple(sorted(states, key=lambda name: _REVIEWED.index(states[name]))),
    )


State = Literal["sure", "wrong", "open", "right"]
"""How an item was answered: wrong in full confidence, wrong, not at all, rightly. Reviewed in this order."""

_REVIEWED = get_args(State)


def state_of(item: Choice, attempt: Attempt) -> State:
    """How `item` was answered in `attempt`."""
    chosen = attempt.answers.get(item.id)
    if not chosen:
        return "open"
    if is_right(item, list(chosen)):
        return "right"
    return "sure" if attempt.confidence.get(item.id) == SURE else "wrong"


def _tallies(names: Iterable[str], answered: Iterable[tuple[str, bool]]) -> Iterable[Tally]:
    told = list(answered)
    for name in names:
        mine = [right for area, right in told if area == name]
        if mine:
            yield Tally(name, len(mine), sum(mine))


def _plan(pool: Pool, items: list[Choice], states: dict[str, State]) -> list[Study]:
    by_goal: dict[str, list[Choice]] = {}
    for item in items:
        by_goal.setdefault(pool.goal_of(item).name, []).append(item)
    studies = []
    for asked in by_goal.values():
        missed = [item for item in asked if states[item.id] != "right"]
        sure = [item for item in missed if states[item.id] == "sure"]
        if missed:
            studies.append(Study(pool.goal_of(asked[0]), len(missed), len(asked), len(sure)))
    return sorted(studies, key=lambda study: (-study.sure_but_wrong, -study.missed, study.goal.name))


def _calibration(attempt: Attempt, items: list[Choice], right: dict[str, bool]) -> Iterable[Tally]:
    rated = [(str(attempt.confidence[item.id]), right[item.id]) for item in items if item.id in attempt.confidence]
    return _tallies(("3", "2", "1"), rated)
