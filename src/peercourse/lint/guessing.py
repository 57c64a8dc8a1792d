"""No pool of questions can be answered by somebody who knows nothing."""

from __future__ import annotations

from collections.abc import Iterator

from peercourse.bank import Course, Topic
from peercourse.guesser import Guess, Pool, guesses, places
from peercourse.items import Choice
from peercourse.lint.places import uses

USES = ("practice", "check", "exam")
PLACE_POINTS = 15
"""Percentage points above chance that one place may hold of the keys."""
MIN_PLACED = 10
"""Fewest questions of a pool whose places are looked at."""
MIN_POOL = 4
"""A pool smaller than this says nothing: one item is worth more than chance."""

_FILES = {"practice": "questions.toml", "check": "questions.toml", "exam": "exam.toml"}


def pools(course: Course) -> list[Pool]:
    """Practice, check and exam of every topic: the questions in which options are chosen."""
    found = [
        Pool(topic.name, use, _choices(topic, use)) for topic in course.topics for use in USES if _choices(topic, use)
    ]
    return [pool for pool in found if len(pool.items) >= MIN_POOL]


def whole_pools(course: Course) -> list[Pool]:
    """Practice, check and exam of the whole course, where it has several topics."""
    if len(course.topics) < 2:
        return []
    found = [Pool("", use, tuple(i for t in course.topics for i in _choices(t, use))) for use in USES]
    return [pool for pool in found if len(pool.items) >= MIN_POOL]


def _choices(topic: Topic, use: str) -> tuple[Choice, ...]:
    return tuple(
        item for item in uses(topic, use) if isinstance(item, Choice) and item.key and len(item.key) < len(item.options)
    )


def guessing_problems(course: Course, points: float) -> Iterator[str]:
    """A line for every strategy that pays in some pool, and for every place that holds too many keys."""
    for pool, rows in all_guesses(course, points).items():
        for row in rows:
            if row.too_good:
                yield f"{_where(pool)} {_told(row)}"
        yield from (f"{_where(pool)} {problem}" for problem in _place_problems(pool))


def all_guesses(course: Course, points: float) -> dict[Pool, list[Guess]]:
    """What every strategy gets in every pool of every topic, then in those of the whole course."""
    return guesses([*pools(course), *whole_pools(course)], points)


def _where(pool: Pool) -> str:
    if not pool.topic:
        return f"course/course.toml: all {pool.use} questions together:"
    return f"course/{pool.topic}/{_FILES[pool.use]}: the {len(pool.items)} {pool.use} questions with options:"


def _told(row: Guess) -> str:
    hits = " It pays in " + ", ".join(f'"{hit}"' for hit in row.hits[:8]) if row.hits else ""
    return (
        f"picking {row.strategy} gets {row.share:.1%}, chance is {row.chance:.1%} and {row.allowed:.1%} is allowed; "
        f"{_advice(row)}.{hits}{'.' if hits else ''}"
    )


def _advice(row: Guess) -> str:
    if row.strategy in ("a middle option", "the first option", "the last option"):
        return "write shuffle = false into some of these questions and put their options in another order"
    return "rewrite options of some of these questions so that it misleads more often"


def _place_problems(pool: Pool) -> Iterator[str]:
    singles = [item for item in pool.items if item.kind == "single"]
    if len(singles) < MIN_PLACED:
        return
    for place, (share, even) in enumerate(zip(*places(pool), strict=True), 1):
        if share > even + PLACE_POINTS / 100:
            yield (
                f"place {place} as shown holds {share:.0%} of the keys, chance is {even:.0%}; write shuffle = false "
                "into some of these questions and put their options in another order."
            )
