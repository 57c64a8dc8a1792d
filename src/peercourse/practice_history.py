"""What a learner's private practice log says: every try of every question, their own words, their ticks. Pure.

A try is a line `{"event": "check", "item", "answer", "right", "day", "confidence"}`; lines of older versions,
which say neither "right" nor "day", are no tries. Nothing depends on the order of days: clocks go wrong.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from peercourse.answers import Events, events_in, whole_text

GUESSING, FAIRLY_SURE, SURE = 1, 2, 3
CONFIDENCES = (GUESSING, FAIRLY_SURE, SURE)


@dataclass(frozen=True)
class Try:
    """One checked answer: on which day, whether it was right, how sure the learner was (1 to 3; None: not said).

    `helped` is true where the learner had asked for the whole answer earlier on the same day.
    """

    day: date
    right: bool
    confidence: int | None = None
    helped: bool = False


@dataclass
class PracticeHistory:
    """All there is, by item id: `tries` in the order they were written, the latest own `words` and rubric `ticks`.

    `ticks` holds for each criterion the level that the learner saw, 4 to 1.
    """

    tries: dict[str, list[Try]] = field(default_factory=dict)
    words: dict[str, str] = field(default_factory=dict)
    ticks: dict[str, dict[str, int]] = field(default_factory=dict)
    too_new: bool = False


def history_in(data: bytes) -> PracticeHistory:
    """The history in a practice log's bytes; whatever cannot be read in it is passed over."""
    return fold_history(events_in(data))


def fold_history(events: Events) -> PracticeHistory:
    """What the events of a practice log add up to."""
    history = PracticeHistory(too_new=events.too_new)
    shown: set[tuple[str, date]] = set()
    for event in events.lines:
        item, day = event.get("item"), _day(event.get("day"))
        if not isinstance(item, str):
            continue
        item = whole_text(item)
        match event.get("event"):
            case "check" if day and isinstance(event.get("right"), bool):
                made = Try(day, event["right"], _confidence(event.get("confidence")), (item, day) in shown)
                history.tries.setdefault(item, []).append(made)
            case "shown" if day:
                shown.add((item, day))
            case "own-words" if isinstance(event.get("text"), str):
                history.words[item] = whole_text(event["text"])
            case "ticks" if isinstance(event.get("ticks"), dict):
                history.ticks[item] = _levels(event["ticks"])
    return history


def days_right(tries: Iterable[Try]) -> int:
    """On how many different days the learner was right by themselves; three are called mastered."""
    return len({made.day for made in tries if made.right and not made.helped})


def _day(text: Any) -> date | None:
    try:
        return date.fromisoformat(text)
    except (TypeError, ValueError):
        return None


def _confidence(value: Any) -> int | None:
    return value if isinstance(value, int) and not isinstance(value, bool) and value in CONFIDENCES else None


def _levels(ticks: Mapping[Any, Any]) -> dict[str, int]:
    return {
        whole_text(name): level
        for name, level in ticks.items()
        if isinstance(name, str) and isinstance(level, int) and not isinstance(level, bool)
    }
