"""A small exam pool for tests: three areas, two objectives, eleven items."""

from __future__ import annotations

from peercourse.items import Choice, Option
from peercourse.practice_exam.pool import Goal, Pool


def exam_item(name: str, area: str, objective: str = "signs") -> Choice:
    options = (
        Option("stay", "Stay with the person", correct=True, why="Breathing can stop again."),
        Option("leave", "Leave once they are awake", why="The medicine may wear off first."),
    )
    return Choice(
        name, "single", "exam", f"What now, {name}?", options, area=area, objective=objective, explanation="Stay."
    )


def small_pool() -> Pool:
    items = [exam_item(f"crisis-{n}", "crisis") for n in range(6)]
    items += [exam_item(f"admin-{n}", "admin", "scope") for n in range(4)]
    items += [exam_item("advocacy-0", "advocacy", "scope")]
    goals = [
        Goal("overdose", "signs", "tell the signs", "Overdose", "The signs"),
        Goal("overdose", "scope", "keep to your role", "Overdose", "Your role"),
    ]
    return Pool(
        items={item.id: item for item in items},
        topics={item.id: "overdose" for item in items},
        goals={goal.name: goal for goal in goals},
        areas={"crisis": 3, "admin": 2, "advocacy": 2},
        minutes=150,
        break_at=3,
    )
