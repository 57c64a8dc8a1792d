"""What happens when a learner answers: save, check, hand in. Knows files, knows no widget and no kind.

The widgets and the Python fallback both work through these functions. What an answer of each kind may be,
and what is told about it, stands in `answering`.
"""

from __future__ import annotations

import contextlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from peercourse import answering, answers
from peercourse.answering import Feedback
from peercourse.answers import Answer, Events, Fold
from peercourse.items import LEVELS, CourseError, Item, Reflection, is_graded
from peercourse.practice_history import CONFIDENCES, PracticeHistory, fold_history
from peercourse.receipt import make_receipt
from peercourse.scoring import AnswerValue, is_right
from peercourse.topic_folder import TopicFolder
from peercourse.wording import say


@dataclass(frozen=True)
class HandIn:
    """Where a learner stands with a topic: ids answered, ids missing, and whether it is handed in."""

    answered: list[str] = field(default_factory=list)
    missing: list[str] = field(default_factory=list)
    handed_in: bool = False


# --- answers ---------------------------------------------------------------------------------


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
    _must_keep(folder)
    answering.must_fit(item, value)
    log = _fold(folder, item)
    _must_be_known(log)
    if is_graded(item) and log.handed_in:
        raise CourseError(say("locked"))
    before = log.answers.get(item.id)
    if before != Answer(item.version, value):
        _append(folder, item, {"item": item.id, "version": item.version, "answer": value})


# --- practice --------------------------------------------------------------------------------


def check(folder: TopicFolder, item: Item, value: AnswerValue, confidence: int | None = None) -> Feedback:
    """Check a practice answer and note the try in the learner's own log (where one is kept).

    `confidence` is how sure the learner said they were, 1 to 3; it changes nothing but the note.
    """
    _must_be_practice(item)
    answering.must_fit(item, value)
    if confidence not in (None, *CONFIDENCES):
        raise CourseError(say("error.message"))
    if not folder.read_only:
        event: dict[str, Any] = {"item": item.id, "version": item.version, "answer": value, "event": "check"}
        if not isinstance(item, Reflection) and item.use == "poll":
            event["event"] = "poll"
        else:
            event |= {"right": is_right(item, value), "day": date.today().isoformat()}
        _note(folder, event | ({"confidence": confidence} if confidence else {}))
    return answering.feedback(item, value)


def show_why(folder: TopicFolder, item: Item, value: AnswerValue) -> Feedback:
    """The whole answer to a practice question with every reason; noted, because the next try is not unaided."""
    _must_be_practice(item)
    answering.must_fit(item, value)
    if not folder.read_only:
        event = {"item": item.id, "version": item.version, "event": "shown", "day": date.today().isoformat()}
        _note(folder, event)
    return answering.feedback(item, value, reveal=True)


def keep_own_words(folder: TopicFolder, item: Item, text: str) -> None:
    """Note what a learner wrote before the options opened; it stays in their own log."""
    _must_be_practice(item)
    if not folder.read_only:
        _note(folder, {"item": item.id, "version": item.version, "event": "own-words", "text": text})


def keep_ticks(folder: TopicFolder, item: Item, ticks: Mapping[str, int]) -> None:
    """Note where a learner sees their own text on its rubric: criterion -> level, 4 to 1.

    It stays in their own log, for a graded reflection too, and is never handed in.
    """
    known = {criterion.id for criterion in item.criteria} if isinstance(item, Reflection) else set()
    if not set(ticks) <= known or not all(level in range(1, LEVELS + 1) for level in ticks.values()):
        raise CourseError(say("error.message"))
    if not folder.read_only:
        _note(folder, {"item": item.id, "version": item.version, "event": "ticks", "ticks": dict(ticks)})


def history(folder: TopicFolder) -> PracticeHistory:
    """What the learner's own log says about this topic; empty where none is kept."""
    if folder.read_only:
        return PracticeHistory()
    return fold_history(answers.read_events(folder.practice_log) or Events())


def _must_be_practice(item: Item) -> None:
    if isinstance(item, Reflection) or is_graded(item):
        raise CourseError(say("misfit.no_practice", item=item.id))


def _note(folder: TopicFolder, event: dict[str, Any]) -> None:
    _must_be_known(answers.read(folder.practice_log) or Fold())
    answers.append(folder.practice_log, event)


# --- handing in ------------------------------------------------------------------------------


def hand_in_state(folder: TopicFolder) -> HandIn:
    """What is answered and what is missing, in the order of the topic."""
    log = answers.read(folder.log) or Fold()
    answered: list[str] = []
    missing: list[str] = []
    for item in folder.graded():
        if item.dropped:
            continue
        answer = log.answers.get(item.id)
        (answered if answer and _is_filled(answer.value) else missing).append(item.id)
    return HandIn(answered, missing, log.handed_in)


def hand_in(folder: TopicFolder) -> str:
    """Close the answers and return the hand-in cell's new source, receipt included."""
    _must_keep(folder)
    _must_be_known(answers.read(folder.log) or Fold())
    answers.append(folder.log, {"event": "hand-in"})
    _note_finished(folder)
    return make_receipt(folder.topic, answers.read(folder.log) or Fold())


def _note_finished(folder: TopicFolder) -> None:
    """Note the day in the learner's own log, for their progress and the booster cards; the hand-in has no date."""
    log = answers.read_events(folder.practice_log) or Events()
    if not log.too_new and not any(event.get("event") == "finished" for event in log.lines):
        with contextlib.suppress(OSError, CourseError):  # the answers themselves are handed in already
            answers.append(folder.practice_log, {"event": "finished", "day": date.today().isoformat()})


def reopen(folder: TopicFolder) -> None:
    """Let the learner change answers after a hand-in; they hand in again afterwards."""
    _must_keep(folder)
    _must_be_known(answers.read(folder.log) or Fold())
    answers.append(folder.log, {"event": "reopen"})


def _fold(folder: TopicFolder, item: Item) -> Fold:
    return answers.read(folder.log if is_graded(item) else folder.practice_log) or Fold()


def _append(folder: TopicFolder, item: Item, event: dict[str, Any]) -> None:
    answers.append(folder.log if is_graded(item) else folder.practice_log, event)


def _must_keep(folder: TopicFolder) -> None:
    if folder.read_only:
        raise CourseError(folder.read_only)


def _must_be_known(log: Fold) -> None:
    """Write nothing into a log whose lines a newer version of the course has to read."""
    if log.too_new:
        raise CourseError(log.problems[-1])


def _is_filled(value: AnswerValue) -> bool:
    return bool(value.strip() if isinstance(value, str) else value)
