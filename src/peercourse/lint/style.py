"""The words used about people: the course's style list, held against every text of it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import fields, is_dataclass
from typing import Any

from peercourse.bank import Course, Topic, Word
from peercourse.lesson import CITATION, Code
from peercourse.lint.places import cells_of, where

SILENT = {
    *("id", "kind", "use", "area", "sources", "answer", "accept", "pin", "shown", "start", "to", "fit", "end"),
    *("partial", "objective", "privacy"),
}
"""Fields that hold ids or what learners type, and no text of ours."""

_QUOTED = re.compile(r'"[^"]*"|“[^”]*”')


def style_problems(course: Course) -> Iterator[str]:
    """A line for every phrase of the style list that stands in a text of ours outside quotation marks."""
    phrases = [(word, _pattern(word.avoid)) for word in course.words if word.avoid]
    if not phrases:
        return
    any_phrase = _pattern([phrase for word, _ in phrases for phrase in word.avoid])
    for topic in course.topics:
        for place, text in topic_texts(topic):
            for word, found in _found(text, phrases) if any_phrase.search(text) else ():
                quoting = "(or put it in quotation marks, if somebody is quoted)"
                yield f'{place} says "{found}"; write: {word.say} {quoting}.'


def _pattern(phrases: Iterable[str]) -> re.Pattern[str]:
    either = "|".join(r"\s+".join(map(re.escape, phrase.split())) for phrase in phrases)
    return re.compile(rf"(?<![\w-])(?:{either})(?![\w-])", re.I)


def _found(text: str, phrases: list[tuple[Word, re.Pattern[str]]]) -> Iterator[tuple[Word, str]]:
    own = "\n\n".join(_QUOTED.sub(" … ", part) for part in text.split("\n\n"))
    for word, pattern in phrases:
        kept = own
        for name in word.allow:
            kept = re.sub(re.escape(name), " … ", kept, flags=re.I)
        if match := pattern.search(kept):
            yield word, " ".join(match[0].split())


def topic_texts(topic: Topic) -> Iterator[tuple[str, str]]:
    """(where it stands, text) of everything that people read in a topic."""
    head = topic.head
    for text in (head.title, head.summary, head.content_note, *(objective.text for objective in head.objective)):
        yield f"course/{topic.name}/topic.toml:", text
    for cell in cells_of(topic):
        if not isinstance(cell, Code):
            yield f"course/{topic.name}/lesson.md:", CITATION.sub("", cell.source)
    for item in topic.questions:
        yield from ((where(topic, item), text) for text in texts_of(item))
    for card in topic.cards:
        yield from ((f'course/{topic.name}/cards.toml: "{card.id}"', text) for text in texts_of(card))
    yield f"course/{topic.name}/facilitator.md:", topic.facilitator


def texts_of(part: Any) -> Iterator[str]:
    """Every text of an item, a card, or a part of one."""
    for field in fields(part):
        value = getattr(part, field.name)
        if field.name in SILENT:
            continue
        for one in value if isinstance(value, tuple) else (value,):
            if isinstance(one, str) and one:
                yield one
            elif is_dataclass(one):
                yield from texts_of(one)
