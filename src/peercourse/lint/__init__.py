"""Every rule that the course must meet beyond its form. Each problem is one line: where, what, what to do.

`form_problems` are what a build stops for. `lint` adds what makes a course good: its standard, its words, its dates.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from peercourse.bank import Course, Topic
from peercourse.lint.charts import blueprint_problems, chart_dates, chart_problems
from peercourse.lint.coverage import coverage_problems
from peercourse.lint.craft import craft_problems
from peercourse.lint.dates import past_dates
from peercourse.lint.decks import card_problems
from peercourse.lint.echoes import echo_problems
from peercourse.lint.forms import item_problems
from peercourse.lint.guessing import guessing_problems
from peercourse.lint.leaks import leak_problems
from peercourse.lint.places import call_for, lesson_problems, where
from peercourse.lint.reading import reading_problems
from peercourse.lint.standards import standard_problems
from peercourse.lint.style import style_problems

__all__ = ["call_for", "form_problems", "lint"]


def lint(course: Course, today: date | None = None) -> list[str]:
    """All problems of `course`. Dates are held against `today` only where it is given."""
    problems = form_problems(course)
    if today is not None:
        problems += past_dates(course, today)
        problems += (line for topic in course.topics for line in chart_dates(topic, today))
    problems += style_problems(course)
    problems += echo_problems(course)
    problems += leak_problems(course)
    problems += coverage_problems(course)
    problems += blueprint_problems(course)
    if course.head.standard is not None:
        problems += standard_problems(course, course.head.standard)
        problems += craft_problems(course)
        problems += reading_problems(course, course.head.standard)
        if course.head.standard.guess:
            problems += guessing_problems(course, course.head.standard.guess)
    return problems


def form_problems(course: Course) -> list[str]:
    """What keeps `course` from being built, in the order of its files; it does not change with the calendar."""
    problems = [*course.problems, *_duplicate_ids(course)]
    for topic in course.topics:
        problems += _topic_problems(course, topic)
    return problems


def _topic_problems(course: Course, topic: Topic) -> Iterator[str]:
    for item in topic.questions:
        yield from (f"{where(topic, item)} {problem}" for problem in item_problems(course, topic, item))
    for card in topic.cards:
        named = f'course/{topic.name}/cards.toml: "{card.id}"'
        yield from (f"{named} {problem}" for problem in card_problems(course, topic, card))
    for chart in topic.charts:
        named = f'course/{topic.name}/charts.toml: "{chart.id}"'
        yield from (f"{named} {problem}" for problem in chart_problems(course, topic, chart))
    yield from (f"course/{topic.name}/lesson.md: {problem}" for problem in lesson_problems(course, topic))


def _duplicate_ids(course: Course) -> Iterator[str]:
    seen: dict[str, str] = {}
    for topic in course.topics:
        places = [where(topic, item) for item in topic.questions]
        places += [f'course/{topic.name}/cards.toml: "{card.id}"' for card in topic.cards]
        for place in places:
            file, item_id = place.split(": ", 1)
            if item_id in seen:
                yield f"{place} is used already in {seen[item_id]}; give one of them another id."
            seen[item_id] = file
