"""Sentences of a graded key that stand where learners read: the build stops for them, so authors hear of them here."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from peercourse.bank import Course
from peercourse.items import public_view
from peercourse.keys import key_sentences
from peercourse.lint.echoes import RUN, words_in
from peercourse.lint.places import where
from peercourse.lint.style import topic_texts


def leak_problems(course: Course) -> Iterator[str]:
    """A line for every sentence of a graded key that can be read elsewhere; longer echoes are told as such."""
    shown = {place: _said(text) for place, text in _shown_texts(course)}
    everything = "|".join(shown.values())
    for topic in course.topics:
        for item in topic.items:
            for sentence in key_sentences(item):
                said = _said(sentence)
                if said.count(" ") - 1 >= RUN or not said.strip() or said not in everything:
                    continue
                place = next(place for place, text in shown.items() if said in text)
                yield f'{where(topic, item)} says "{sentence}" in its key, and so does {place}; reword one of them.'


def _said(text: str) -> str:
    """The words of a text, each with a blank on both sides."""
    return f" {' '.join(words_in(text))} "


def _shown_texts(course: Course) -> Iterator[tuple[str, str]]:
    """(where, text) of everything that learners are given, each place once."""
    for topic in course.topics:
        texts = list(topic_texts(topic))
        for file in ("topic.toml", "lesson.md"):
            place = f"course/{topic.name}/{file}"
            yield place, " | ".join(text for at, text in texts if at == f"{place}:")
        for item in topic.questions:  # the exam's keys are the learner's own
            yield where(topic, item), " | ".join(_strings(public_view(item)))
        for card in topic.cards:
            yield f'course/{topic.name}/cards.toml: "{card.id}"', f"{card.front} | {card.back}"


def _strings(view: Any) -> Iterator[str]:
    if isinstance(view, str):
        yield view
    elif isinstance(view, dict | list):
        for part in view.values() if isinstance(view, dict) else view:
            yield from _strings(part)
