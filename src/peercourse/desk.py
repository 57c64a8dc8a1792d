"""What happens when a learner answers: save, check, hint, hand in. Knows files, knows no widget.

The widgets and the Python fallback both work through these functions.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from peercourse import answers
from peercourse.answers import Answer, Fold
from peercourse.items import Choice, CourseError, Item, Reflection, is_graded
from peercourse.receipt import make_receipt
from peercourse.scoring import AnswerValue
from peercourse.topic_folder import TopicFolder


@dataclass(frozen=True)
class Feedback:
    """What Check shows for a practice question.

    `reasons` holds (option id, right, why) for the chosen options, and for every option once the
    answer is right; `to_find` counts right options not yet chosen; `explanation` is always given.
    """

    right: bool
    to_find: int
    reasons: tuple[tuple[str, bool, str], ...]
    explanation: str


@dataclass(frozen=True)
class HandIn:
    """Where a learner stands with a topic: ids answered, ids missing, and whether it is handed in."""

    answered: list[str] = field(default_factory=list)
    missing: list[str] = field(default_factory=list)
    handed_in: bool = False


def current(folder: TopicFolder, item: Item) -> Answer | None:
    """The learner's latest answer to `item`, from the log it belongs to."""
    return _fold(folder, item).answers.get(item.id)


def is_handed_in(folder: TopicFolder) -> bool:
    """Whether the topic was handed in and not opened again."""
    log = answers.read(folder.log)
    return bool(log and log.handed_in)


def save(folder: TopicFolder, item: Item, value: AnswerValue) -> None:
    """Write an answer and return when it is on disk.

    Raises CourseError where the folder keeps nothing, the topic is handed in, or `value` does
    not fit the item; OSError where the disk refuses.
    """
    if folder.read_only:
        raise CourseError(folder.read_only)
    _must_fit(item, value)
    log = _fold(folder, item)
    _must_be_known(log)
    if is_graded(item) and log.handed_in:
        raise CourseError("You have handed in. To change an answer, press “Change my answers” at the end.")
    before = log.answers.get(item.id)
    if before != Answer(item.version, value):
        _append(folder, item, {"item": item.id, "version": item.version, "answer": value})


def check(folder: TopicFolder, item: Item, chosen: list[str]) -> Feedback:
    """Check a practice question and note the try in the learner's own log (where one is kept)."""
    if not isinstance(item, Choice) or is_graded(item):
        raise CourseError(f'"{item.id}" is not a practice question: there is nothing to check here.')
    _must_fit(item, chosen)
    if not folder.read_only:
        _must_be_known(_fold(folder, item))
        event = {"item": item.id, "version": item.version, "answer": chosen, "event": "check"}
        _append(folder, item, event)
    return feedback(item, chosen)


def feedback(item: Choice, chosen: list[str]) -> Feedback:
    """What to tell somebody who chose `chosen` in a practice question."""
    right = set(chosen) == item.key
    told = item.options if right else [option for option in item.options if option.id in chosen]
    reasons = tuple((option.id, option.correct, option.why) for option in told)
    return Feedback(right, len(item.key - set(chosen)), reasons, item.explanation)


def hand_in_state(folder: TopicFolder) -> HandIn:
    """What is answered and what is missing, in the order of the topic."""
    log = answers.read(folder.log) or Fold()
    answered: list[str] = []
    missing: list[str] = []
    for item in folder.graded():
        answer = log.answers.get(item.id)
        (answered if answer and _is_filled(answer.value) else missing).append(item.id)
    return HandIn(answered, missing, log.handed_in)


def hand_in(folder: TopicFolder) -> str:
    """Close the answers and return the hand-in cell's new source, receipt included."""
    if folder.read_only:
        raise CourseError(folder.read_only)
    _must_be_known(answers.read(folder.log) or Fold())
    answers.append(folder.log, {"event": "hand-in"})
    return make_receipt(folder.topic, answers.read(folder.log) or Fold())


def reopen(folder: TopicFolder) -> None:
    """Let the learner change answers after a hand-in; they hand in again afterwards."""
    if folder.read_only:
        raise CourseError(folder.read_only)
    _must_be_known(answers.read(folder.log) or Fold())
    answers.append(folder.log, {"event": "reopen"})


def _fold(folder: TopicFolder, item: Item) -> Fold:
    return answers.read(folder.log if is_graded(item) else folder.practice_log) or Fold()


def _append(folder: TopicFolder, item: Item, event: dict[str, Any]) -> None:
    answers.append(folder.log if is_graded(item) else folder.practice_log, event)


def _must_be_known(log: Fold) -> None:
    """Write nothing into a log whose lines a newer version of the course has to read."""
    if log.too_new:
        raise CourseError(log.problems[-1])


def _is_filled(value: AnswerValue) -> bool:
    return bool(value.strip() if isinstance(value, str) else value)


def _must_fit(item: Item, value: AnswerValue) -> None:
    if isinstance(item, Reflection):
        if not isinstance(value, str):
            raise CourseError(f'"{item.id}" is answered in words: answer("{item.id}", "…").')
        return
    if isinstance(value, str):
        raise CourseError(f'"{item.id}" is answered with ids of its options, as a list.')
    known = [option.id for option in item.options]
    for name in value:
        if name not in known:
            raise CourseError(f'"{item.id}" has no option "{name}"; it has {", ".join(known)}.')
    if item.kind == "single" and len(value) > 1:
        raise CourseError(f'"{item.id}" takes one option; you gave {len(value)}.')
