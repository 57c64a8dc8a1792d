"""The log of a learner's flashcards: written, read, exported and imported. Private, never handed in.

One line per event in `cards.jsonl` of the learner's own folder: a review (`card`, `rating` 1 to 4, `at`
in UTC), `undo` of the last review, `aside` and `back` for a card that is put aside or taken up again,
`hook` for the learner's own memory hook.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from peercourse import answers
from peercourse.items import CourseError
from peercourse.topic_folder import private_home
from peercourse.wording import say

MAX_HOOK = 300
FIRST_YEAR, LAST_YEAR = 2000, 2200
"""What is dated before or after was not reviewed then, and intervals reckoned from it end beyond the calendar."""
MAX_IMPORT_BYTES = answers.MAX_LOG_BYTES


@dataclass(frozen=True)
class Review:
    """One time a card was seen: `rating` from 1 (not yet) to 4 (easy), `at` in UTC."""

    card: str
    rating: int
    at: datetime


@dataclass
class CardHistory:
    """What a card log says when read to its end. `problems` are sentences for the learner."""

    reviews: list[Review] = field(default_factory=list)
    aside: set[str] = field(default_factory=set)
    hooks: dict[str, str] = field(default_factory=dict)
    too_new: bool = False
    problems: list[str] = field(default_factory=list)


def card_log(course: str) -> Path:
    """Where the flashcards of `course` are kept."""
    return private_home() / course / "cards.jsonl"


def read_cards(path: Path) -> CardHistory:
    """The history in the log at `path`; empty where there is none."""
    return fold_cards(answers.read_events(path) or answers.Events())


def fold_cards(events: answers.Events) -> CardHistory:
    """What the events of a card log add up to; what is no event of a card is passed over."""
    history = CardHistory(too_new=events.too_new, problems=list(events.problems))
    for event in events.lines:
        _take(event, history)
    if events.too_new:
        history.problems.append(say("cards.too_new"))
    return history


def _take(event: dict[str, Any], history: CardHistory) -> None:
    kind, card = event.get("event", "review"), event.get("card")
    if kind == "undo":
        if history.reviews:
            history.reviews.pop()
    elif not isinstance(card, str):
        return
    elif kind == "review":
        at, rating = _moment(event.get("at")), event.get("rating")
        if at is not None and type(rating) is int and 1 <= rating <= 4:
            history.reviews.append(Review(card, rating, at))
    elif kind == "aside":
        history.aside.add(card)
    elif kind == "back":
        history.aside.discard(card)
    elif kind == "hook" and isinstance(event.get("text"), str):
        history.hooks[card] = answers.whole_text(event["text"])[:MAX_HOOK]


def _moment(text: Any) -> datetime | None:
    try:
        at = datetime.fromisoformat(text)
    except (TypeError, ValueError):
        return None
    if not FIRST_YEAR <= at.year <= LAST_YEAR:
        return None
    return at.astimezone(UTC) if at.tzinfo else at.replace(tzinfo=UTC)


# --- writing -------------------------------------------------------------------------------------


def write_review(path: Path, review: Review) -> None:
    """Note a review and return when it is on disk. Raises OSError or CourseError where it cannot."""
    at = review.at.astimezone(UTC).isoformat(timespec="seconds")
    _write(path, {"card": review.card, "rating": review.rating, "at": at})


def undo_review(path: Path) -> None:
    """Take the last review back."""
    _write(path, {"event": "undo"})


def put_aside(path: Path, card: str) -> None:
    """Leave a card out of every session until it is taken up again."""
    _write(path, {"event": "aside", "card": card})


def take_up(path: Path, card: str) -> None:
    """Bring a card that was put aside back into the sessions."""
    _write(path, {"event": "back", "card": card})


def write_hook(path: Path, card: str, text: str) -> None:
    """Keep the learner's own memory hook for a card; an empty one removes it."""
    _write(path, {"event": "hook", "card": card, "text": answers.whole_text(text).strip()[:MAX_HOOK]})


def _write(path: Path, event: dict[str, Any]) -> None:
    if read_cards(path).too_new:
        raise CourseError(say("cards.too_new"))
    answers.append(path, event)


# --- export and import -----------------------------------------------------------------------------


def export_text(path: Path) -> str:
    """The whole history as a text file that `import_text` reads."""
    events = answers.read_events(path) or answers.Events()
    return "".join(_line(event) for event in events.lines)


def import_text(path: Path, text: str) -> int:
    """Add the events of an exported file that this log does not have yet; returns how many that were.

    Events keep the file's order and come after those that are here; the same file twice adds nothing.
    Raises CourseError where the file is no such export.
    """
    incoming = answers.events_in(text.encode("utf-8", "replace")[:MAX_IMPORT_BYTES])
    if incoming.too_new:
        raise CourseError(say("cards.too_new"))
    wanted = [event for event in incoming.lines if isinstance(event.get("card"), str) or event.get("event") == "undo"]
    if not wanted:
        raise CourseError(say("cards.no_export"))
    here = answers.read_events(path) or answers.Events()
    if here.too_new:
        raise CourseError(say("cards.too_new"))
    known = {_line(event) for event in here.lines}
    new = list(_unknown(wanted, known))
    for event in new:
        answers.append(path, event)
    return len(new)


def _unknown(events: Iterable[dict[str, Any]], known: set[str]) -> Iterable[dict[str, Any]]:
    """Events whose line is not known; an undo belongs to the review before it and goes with it."""
    took_last = False
    for event in events:
        if event.get("event") != "undo":
            took_last = _line(event) not in known
        if took_last:
            yield event


def _line(event: dict[str, Any]) -> str:
    return json.dumps(event, ensure_ascii=False, sort_keys=True, separators=(",", ":")) + "\n"
