"""The craft of questions, as far as a program can see it: options that differ, stems without tricks, goals asked."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator

from peercourse.bank import Course, Topic
from peercourse.items import Choice, is_graded
from peercourse.lesson import citations
from peercourse.lint.places import cells_of, where

MIN_OPTIONS = 3

_LUMP = re.compile(r"^(?:all|none|both|neither|any) of (?:the above|these|them|the others|the options)\b", re.I)
_NEGATIVE = re.compile(r"\bNOT\b|\bEXCEPT\b|\b(?:which|what) (?:is|are|of these is) not\b", re.I)


def craft_problems(course: Course) -> Iterator[str]:
    """A line for every question that is told apart by its form, every goal never asked, every source never used."""
    for topic in course.topics:
        for item in topic.questions:
            if isinstance(item, Choice):
                yield from (f"{where(topic, item)} {problem}" for problem in _choice_problems(item))
        if topic.head.kind == "topic":
            yield from (f"course/{topic.name}/questions.toml: {problem}" for problem in _goal_problems(topic))
    used = {source for topic in course.topics for source in _used(topic)}
    for source in sorted(course.sources.keys() - used):
        yield f'course/sources.toml: "{source}" is used nowhere; cite it or take it out.'


def _choice_problems(item: Choice) -> Iterator[str]:
    if len(item.options) < MIN_OPTIONS:
        yield f"has {len(item.options)} options; write {MIN_OPTIONS} or more."
    for text, count in Counter(_plain(option.text) for option in item.options).items():
        if count > 1:
            yield f'has {count} options that say "{text}"; make them differ.'
    for text, count in Counter(_plain(option.why) for option in item.options).items():
        if count > 1 and text:
            yield f'gives {count} options the same why, "{text[:40]}"; each reason speaks to its own option.'
    for option in item.options:
        if _LUMP.search(option.text):
            yield f'has an option "{option.text}"; let each option stand for itself.'
    found = _NEGATIVE.search(item.stem)
    if found and (found[0].isupper() or found[0].lower().startswith(("which", "what"))):
        yield f'asks with a negative ("{found[0]}"); ask what is so.'


def _plain(text: str) -> str:
    return " ".join(text.lower().split()).rstrip(".")


def _goal_problems(topic: Topic) -> Iterator[str]:
    for goal in topic.head.objective:
        asked = {is_graded(item) for item in topic.items if item.objective == goal.id}
        if False not in asked:
            yield f'nothing practises the objective "{goal.id}"; write a practice question for it.'
        if True not in asked:
            yield f'no check asks the objective "{goal.id}"; write one, or let the graded reflection ask it.'


def _used(topic: Topic) -> Iterator[str]:
    yield from citations(cells_of(topic))
    for part in (*topic.questions, *topic.cards):
        yield from part.sources
