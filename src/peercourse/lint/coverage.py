"""Every point of the syllabus is taught in some section and asked by some item."""

from __future__ import annotations

from collections.abc import Iterator

from peercourse.bank import Course, Place
from peercourse.lesson import headings
from peercourse.lint.places import cells_of

_FILE = "course/coverage.toml:"


def coverage_problems(course: Course) -> Iterator[str]:
    """A line for every point that is not taught or not asked, and for every place that is not there."""
    if not course.points:
        return
    if not course.coverage:
        yield f"{_FILE} says of none of the {len(course.points)} points where it is taught; write it."
        return
    for name in course.points:
        place = course.coverage.get(name, Place())
        if not place.sections:
            yield f'{_FILE} "{name}" has no section; name one as "topic#heading".'
        if not place.items:
            yield f'{_FILE} "{name}" has no item; name a question, case or card that asks it.'
    yield from _unknown_places(course)


def _unknown_places(course: Course) -> Iterator[str]:
    sections = {f"{topic.name}#{heading}" for topic in course.topics for heading in headings(cells_of(topic))}
    items = {part.id for topic in course.topics for part in (*topic.questions, *topic.cards)}
    for name, place in course.coverage.items():
        if name not in course.points:
            yield f'{_FILE} "{name}" is no point of points.toml; correct the id.'
        for section in place.sections:
            if section not in sections:
                yield f'{_FILE} "{name}" names the section "{section}", which no lesson has; copy the heading exactly.'
        for item in place.items:
            if item not in items:
                yield f'{_FILE} "{name}" names "{item}", which is no question, case or card; correct the id.'
