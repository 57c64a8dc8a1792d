"""Days that have passed: help lines to try again, items to read again, laws to look up again."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date, datetime

from peercourse.bank import Course, Topic
from peercourse.lint.places import where

MAX_AGE_DAYS = 365
"""How long a "checked on" in text about law or funding holds."""

_CHECKED_ON = re.compile(r"checked on (\d{1,2} [A-Z][a-z]+ \d{4}|[A-Z][a-z]+ \d{1,2}, \d{4}|\d{4}-\d{2}-\d{2})", re.I)
_SPELLINGS = ("%d %B %Y", "%B %d, %Y", "%Y-%m-%d")


def past_dates(course: Course, today: date) -> Iterator[str]:
    """A line for every day that lies before `today` and asks for somebody's eyes."""
    if course.safety.review_by < today:
        yield (
            f"course/safety.toml: was to be checked by {course.safety.review_by}; "
            "call every line, then set checked and review_by."
        )
    for topic in course.topics:
        yield from _past_reviews(topic, today)
        for file, text in (("lesson.md", topic.lesson), ("facilitator.md", topic.facilitator)):
            yield from (f"course/{topic.name}/{file}: {problem}" for problem in _stale_checks(text, today))


def _past_reviews(topic: Topic, today: date) -> Iterator[str]:
    told = "was to be reviewed by {}; read it again, then set a new date."
    for item in topic.questions:
        if item.review_by is not None and item.review_by < today:
            yield f"{where(topic, item)} {told.format(item.review_by)}"
    for card in topic.cards:
        if card.review_by is not None and card.review_by < today:
            yield f'course/{topic.name}/cards.toml: "{card.id}" {told.format(card.review_by)}'


def _stale_checks(text: str, today: date) -> Iterator[str]:
    for match in _CHECKED_ON.finditer(text):
        day = _day(match[1])
        if day is None:
            yield f'says "{match[0]}", which is no day; write it as in 22 November 2026.'
        elif (today - day).days > MAX_AGE_DAYS:
            yield f'says "{match[0]}", more than a year ago; look it up again, then set the new day.'


def _day(words: str) -> date | None:
    for spelling in _SPELLINGS:
        try:
            return datetime.strptime(words, spelling).date()
        except ValueError:
            continue
    return None
