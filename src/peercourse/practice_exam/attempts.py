"""The log of practice exams: every answer is on disk before the page says so. Private, never handed in.

Time is counted as seconds spent on the page, sent along with each event; so a closed browser or a
clock that is set back neither uses time up nor gives any away.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from peercourse import answers
from peercourse.items import CourseError
from peercourse.topic_folder import private_home
from peercourse.wording import say

MAX_SPENT = 60 * 60 * 24
MAX_MINUTES = 60 * 24


@dataclass
class Attempt:
    """One practice exam, as far as it has come. `spent` is in seconds; `minutes` is 0 where no clock runs."""

    seed: int
    items: tuple[str, ...]
    minutes: int
    day: str = ""
    answers: dict[str, tuple[str, ...]] = field(default_factory=dict)
    confidence: dict[str, int] = field(default_factory=dict)
    flags: set[str] = field(default_factory=set)
    at: int = 0
    spent: int = 0
    paused: bool = False
    break_offered: bool = False
    finished: bool = False


@dataclass
class Attempts:
    """All practice exams in a log, oldest first; `problems` are sentences for the learner."""

    made: list[Attempt] = field(default_factory=list)
    too_new: bool = False
    problems: list[str] = field(default_factory=list)

    @property
    def running(self) -> Attempt | None:
        """The one that is not finished, if there is one."""
        return self.made[-1] if self.made and not self.made[-1].finished else None


def exam_log(course: str) -> Path:
    """Where the practice exams of `course` are kept."""
    return private_home() / course / "exam.jsonl"


def read_attempts(path: Path) -> Attempts:
    """The exams in the log at `path`; none where there is no log."""
    return fold_attempts(answers.read_events(path) or answers.Events())


def write(path: Path, event: Mapping[str, Any]) -> None:
    """Add an event and return when it is on disk. Raises OSError or CourseError where it cannot."""
    if read_attempts(path).too_new:
        raise CourseError(say("exam.too_new"))
    answers.append(path, dict(event))


def fold_attempts(events: answers.Events) -> Attempts:
    """What the events of an exam log add up to. An event that fits no running exam is passed over."""
    told = Attempts(too_new=events.too_new, problems=list(events.problems))
    for event in events.lines:
        if event.get("event") == "start":
            attempt = _started(event)
            if attempt is not None:
                told.made.append(attempt)
        elif told.running is not None:
            _take(event, told.running)
    if events.too_new:
        told.problems.append(say("exam.too_new"))
    return told


def _started(event: Mapping[str, Any]) -> Attempt | None:
    seed, items, minutes = event.get("seed"), event.get("items"), event.get("minutes")
    if type(seed) is not int or not isinstance(items, list) or not all(isinstance(name, str) for name in items):
        return None
    return Attempt(seed, tuple(items), _whole(minutes, MAX_MINUTES) or 0, str(event.get("day", "")))


def _take(event: Mapping[str, Any], attempt: Attempt) -> None:
    kind, item = event.get("event"), event.get("item")
    attempt.spent = max(attempt.spent, _whole(event.get("spent"), MAX_SPENT) or 0)
    if kind == "clock":
        minutes = _whole(event.get("minutes"), MAX_MINUTES)
        attempt.minutes = attempt.minutes if minutes is None else minutes
    elif kind in ("pause", "resume"):
        attempt.paused = kind == "pause"
    elif kind == "break":
        attempt.break_offered = True
    elif kind == "finish":
        attempt.finished = True
    elif item in attempt.items and isinstance(item, str):
        _take_about_item(kind, item, event, attempt)


def _take_about_item(kind: Any, item: str, event: Mapping[str, Any], attempt: Attempt) -> None:
    if kind == "answer":
        answer = answers.read_answer(event)
        if answer is not None and isinstance(answer.value, list):
            attempt.answers[item] = tuple(answer.value)
    elif kind == "confidence":
        level = _whole(event.get("confidence"), 3)
        if level:
            attempt.confidence[item] = level
    elif kind == "flag":
        (attempt.flags.add if event.get("flag") is True else attempt.flags.discard)(item)
    elif kind == "at":
        attempt.at = attempt.items.index(item)


def _whole(value: Any, limit: int) -> int | None:
    """A whole number from 0 to `limit`; None for anything else."""
    return min(value, limit) if type(value) is int and value >= 0 else None
