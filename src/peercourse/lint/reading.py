"""The reading: long enough, easy enough, with figures, and a source beside every number."""

from __future__ import annotations

import re
from collections.abc import Iterator

from peercourse.bank import Course, Standard, Topic
from peercourse.lesson import CITATION, Cell, Paragraph, figures, paragraphs, plain_lines, prose_words
from peercourse.lint.places import cells_of
from peercourse.readability import reading_grade

_QUOTED = re.compile(r'"[^"\n]*"|“[^”\n]*”')
_CHECKED_ON = re.compile(r"checked on [^.;)]*", re.I)
_NO_FIGURE = re.compile(r"\b(?:0|100)(?: ?%| percent)|\b95% confidence|\b(?:per|each|every|of) 100,000\b|\b24/7\b")
_SHARE = re.compile(r"\d\s?%|\d percent\b")
_FIGURE = re.compile(r"\d\s?%|\d percent\b|\b\d{1,3}(?:,\d{3})+\b|\b\d+\.\d+\b|\b(?:19|20)\d\d\b")
_YEAR = re.compile(r"\b(?:19|20)\d\d\b")


def reading_problems(course: Course, standard: Standard) -> Iterator[str]:
    """Where a reading is too long, too short or too hard, or gives a number without a source or a year."""
    for topic in course.topics:
        if topic.head.kind == "topic":
            yield from (f"course/{topic.name}/lesson.md: {problem}" for problem in _topic_problems(topic, standard))


def _topic_problems(topic: Topic, standard: Standard) -> Iterator[str]:
    cells = cells_of(topic)
    if not cells:
        return
    count, (least, most) = prose_words(cells), standard.words
    if count < least:
        yield f"has {count:,} words to read; write {least - count:,} more."
    elif most and count > most:
        yield f"has {count:,} words to read; take out {count - most:,}."
    grade = lesson_grade(cells)
    if standard.grade and grade > standard.grade:
        yield f"has reading grade {grade:.1f}, {standard.grade:.1f} at most; shorten sentences and use shorter words."
    if len(figures(cells)) < standard.figures:
        yield f"has {len(figures(cells))} figures; draw {standard.figures - len(figures(cells))} more."
    yield from _number_problems(paragraphs(cells))


def lesson_grade(cells: list[Cell]) -> float:
    """The reading grade of a lesson's prose."""
    return reading_grade("\n".join(line for paragraph in paragraphs(cells) for line in plain_lines(paragraph.text)))


def _number_problems(prose: list[Paragraph]) -> Iterator[str]:
    for index, paragraph in enumerate(prose):
        text = _NO_FIGURE.sub("", _CHECKED_ON.sub("", _QUOTED.sub("", paragraph.text)))
        cited = CITATION.search(paragraph.text)
        said = CITATION.sub("", text)
        if not cited and (found := _FIGURE.search(said)):
            yield f'gives a number ("{_around(said, found)}") in a paragraph without a source; add [@source] after it.'
        near = " ".join(other.text for other in prose[max(0, index - 1) : index + 1] if other.cell == paragraph.cell)
        if cited and (share := _SHARE.search(said)) and not _YEAR.search(CITATION.sub("", near)):
            yield f'gives a rate ("{_around(said, share)}") without its year; say when it was counted.'


def _around(text: str, found: re.Match[str]) -> str:
    return " ".join(text[max(0, found.start() - 20) : found.end() + 20].split()).strip(".,;: ")
