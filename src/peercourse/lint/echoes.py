"""Questions that repeat each other, and graded keys that can be read elsewhere."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import combinations

from peercourse.bank import Course
from peercourse.items import Case, Cloze, Item, Match, Order, Reflection, is_graded
from peercourse.lint.places import where
from peercourse.lint.style import texts_of, topic_texts

RUN = 12
"""As many words in a row, the same in two places, are an echo."""
ALIKE = 0.7
"""Two stems that share this part of their longer words ask the same."""
MIN_ALIKE = 6
"""Longer words that a stem must have to be held against others."""


def echo_problems(course: Course) -> Iterator[str]:
    """A line for every item that repeats a run of words of another, or asks the same as another."""
    yield from _runs(course)
    yield from _alike_stems(course)


def words_in(text: str) -> list[str]:
    """The words of a text, as they are compared: lower case, no marks."""
    return re.findall(r"[a-z0-9]+(?:'[a-z]+)?", text.lower().replace("’", "'"))


def _runs(course: Course) -> Iterator[str]:
    items = [(where(topic, item), item) for topic in course.topics for item in topic.questions]
    graded = {place for place, item in items if is_graded(item)}
    asked = {place for place, _ in items}
    seen: dict[tuple[str, ...], list[str]] = {}
    told: set[tuple[str, str]] = set()
    for place, text in _read_texts(course):
        words = words_in(text)
        for start in range(len(words) - RUN + 1):
            run = tuple(words[start : start + RUN])
            for other in seen.setdefault(run, []):
                pair = (place, other)
                if place != other and pair not in told and (asked.issuperset(pair) or graded.intersection(pair)):
                    told.add(pair)
                    repeated = f'{other.rstrip(":")} ("{" ".join(run)} …")'
                    yield f"{place} repeats words of {repeated}; say it differently in one of them."
            if place not in seen[run]:
                seen[run].append(place)


def _read_texts(course: Course) -> Iterator[tuple[str, str]]:
    """Every text of the questions, then what learners read beside them; a plan for instructors may repeat both."""
    for topic in course.topics:
        yield from ((where(topic, item), text) for item in topic.questions for text in texts_of(item))
    for topic in course.topics:
        for place, text in topic_texts(topic):
            if "/lesson.md:" in place or "/cards.toml:" in place:
                yield place, text


def _alike_stems(course: Course) -> Iterator[str]:
    stems = []
    for topic in course.topics:
        for item in topic.questions:
            if isinstance(item, Reflection | Case):
                continue
            long_words = frozenset(word for word in words_in(_question(item)) if len(word) > 3)
            if len(long_words) >= MIN_ALIKE:
                stems.append((where(topic, item), item, long_words))
    for (_, one, left), (place, two, right) in combinations(stems, 2):
        if len(left & right) >= ALIKE * len(left | right):
            yield f'{place} asks nearly what "{one.id}" asks; give one of them another situation ("{two.stem[:60]}").'


def _question(item: Item) -> str:
    """The words that make a question this one: a match and a cloze may well share a stem with others."""
    if isinstance(item, Cloze):
        return f"{item.stem} {item.text}"
    parts = item.prompts if isinstance(item, Match) else item.steps if isinstance(item, Order) else ()
    return " ".join((item.stem, *(part.text for part in parts)))
