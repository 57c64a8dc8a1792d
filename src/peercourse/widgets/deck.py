"""Flashcards on the page: one deck in a topic, all of them mixed on the start page."""

from __future__ import annotations

import base64
from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from typing import Any

from peercourse import answers
from peercourse.anki import anki_package
from peercourse.card_log import (
    CardHistory,
    Review,
    card_log,
    export_text,
    import_text,
    put_aside,
    read_cards,
    take_up,
    undo_review,
    write_hook,
    write_review,
)
from peercourse.card_schedule import (
    BOOSTER_UNTIL,
    NEW_A_DAY,
    CardState,
    Face,
    Session,
    faces_of,
    first_days,
    intervals,
    plan,
    states,
)
from peercourse.card_twin import cards_html, cards_text
from peercourse.items import CourseError
from peercourse.topic_folder import Deck, TopicFolder, private_home
from peercourse.widgets import shown
from peercourse.widgets.live import Live
from peercourse.wording import count, say

DECK = "cards"
ALL, MISSED = "all", "missed"


class CardDeck(Live):
    """A session of flashcards. Every rating is on disk before the next card is shown."""

    def __init__(self, folder: TopicFolder, decks: Sequence[Deck]) -> None:
        self.decks = tuple(decks)
        self.log_path = card_log(folder.course)
        self.scope = ALL if len(decks) > 1 else decks[0].topic
        self.new_a_day = NEW_A_DAY
        self.tried = CardHistory()  # where nothing is kept, a session lives in memory only
        self.folder = folder
        super().__init__(folder, self._describe(), self._draw())

    def refresh(self) -> None:
        """Show where the learner stands now."""
        self.view = self._draw()

    def act(self, message: dict[str, Any]) -> dict[str, Any]:
        """Do what the page asks: rate, take back, put aside, change scope, export, import."""
        reply = self._change(message) or {}
        self.view = self._draw()
        return reply

    def spread(self, message: dict[str, Any]) -> None:
        """Show it in another tab: a card that was rated there is not asked here again."""
        if message.get("type") not in ("scope", "export", "anki"):
            shown.refresh_same(self.folder, DECK)

    def _change(self, message: dict[str, Any]) -> dict[str, Any] | None:
        match message:
            case {"type": "rate", "card": str(key), "rating": int(rating)} if 1 <= rating <= 4 and self._has(key):
                self._rate(Review(key, rating, datetime.now(UTC)))
            case {"type": "scope", "scope": str(scope)} if scope in {name for name, _ in self._scopes()}:
                self.scope, self.new_a_day = scope, NEW_A_DAY
            case {"type": "more"}:
                self.new_a_day += NEW_A_DAY
            case {"type": "anki"}:
                package = anki_package(self.folder.course, self.folder.course, self.decks)
                name = f"{self.folder.course}-{self.scope}.apkg"
                return {"type": "file", "name": name, "base64": base64.b64encode(package).decode()}
            case {"type": "export"}:
                return {"type": "file", "name": f"{self.folder.course}-cards.jsonl", "text": export_text(self.log_path)}
            case _:
                return self._change_log(message)
        return None

    def _change_log(self, message: dict[str, Any]) -> dict[str, Any] | None:
        """What only makes sense where something is kept."""
        if self.folder.read_only:
            raise CourseError(self.folder.read_only)
        match message:
            case {"type": "undo"}:
                undo_review(self.log_path)
            case {"type": "aside", "card": str(key)} if self._has(key):
                put_aside(self.log_path, key)
            case {"type": "take_up", "card": str(key)}:
                take_up(self.log_path, key)
            case {"type": "hook", "card": str(key), "text": str(text)} if self._has(key):
                write_hook(self.log_path, key, text)
            case {"type": "import", "text": str(text)}:
                return {"said": count("cards.imported", import_text(self.log_path, text))}
            case _:
                raise CourseError(say("error.message"))
        return None

    def _rate(self, review: Review) -> None:
        if self.folder.read_only:
            self.tried.reviews.append(review)
        else:
            write_review(self.log_path, review)

    # --- what the page shows -----------------------------------------------------------------------

    def _describe(self) -> dict[str, Any]:
        title = say("cards.title") if len(self.decks) > 1 else f"{say('cards.title')} · {self.decks[0].title}"
        kept = say("cards.kept")
        if self.folder.read_only:
            kept = say("cards.not_kept", reason=self.folder.read_only)
        return {"id": DECK, "kind": DECK, "title": title, "kept": kept, "read_only": bool(self.folder.read_only)}

    def _draw(self) -> dict[str, Any]:
        history = self.tried if self.folder.read_only else read_cards(self.log_path)
        now = datetime.now(UTC)
        known = states(history.reviews) if history.reviews else {}
        faces = self._faces()
        session = self._session(faces, history, known, now)
        by_key = {face.key: face for face in faces}
        face = by_key[session.queue[0]] if session.queue else None
        return {
            "scope": self.scope,
            "scopes": [{"id": name, "label": label} for name, label in self._scopes()],
            "counts": _counts(session),
            "note": self._booster_note(session),
            "card": _card_view(face, history, known, now, booster=bool(session.booster)) if face else None,
            "left": len(session.queue),
            "done": "" if face else _done(faces, history, known, now),
            "can_undo": bool(history.reviews) and not self.folder.read_only,
            "can_more": any(f.key not in known and f.key not in history.aside for f in faces),
            "aside": [{"key": f.key, "front": f.front} for f in faces if f.key in history.aside],
            "problem": " ".join(history.problems),
        }

    def _session(self, faces: list[Face], history: CardHistory, known: dict[str, CardState], now: datetime) -> Session:
        finished = finished_day(self.folder.course, {face.topic for face in faces if face.booster})
        return plan(faces, history, now, known=known, finished=finished, new_a_day=self._new_left(history, faces))

    def _new_left(self, history: CardHistory, faces: list[Face]) -> int:
        """New cards a day, counted in this scope alone: a mixed day must not empty a topic's own deck."""
        mine = {face.key for face in faces}
        elsewhere = sum(
            day == datetime.now().astimezone().date()
            for key, day in first_days(history.reviews).items()
            if key not in mine
        )
        return self.new_a_day + elsewhere

    def _faces(self) -> list[Face]:
        faces = [face for deck in self.decks for face in faces_of(deck.topic, deck.cards)]
        if self.scope == MISSED:
            wanted = missed_objectives(self.folder.course)
            return [face for face in faces if (face.topic, face.objective) in wanted]
        return faces if self.scope == ALL else [face for face in faces if face.topic == self.scope]

    def _scopes(self) -> list[tuple[str, str]]:
        if len(self.decks) == 1:
            return [(self.decks[0].topic, self.decks[0].title)]
        missed = [(MISSED, say("cards.missed"))] if missed_objectives(self.folder.course) else []
        return [(ALL, say("cards.all")), *missed, *((deck.topic, deck.title) for deck in self.decks)]

    def _has(self, key: str) -> bool:
        return any(face.key == key for deck in self.decks for face in faces_of(deck.topic, deck.cards))

    def _booster_note(self, session: Session) -> str:
        if not session.booster:
            return ""
        topics = {deck.topic for deck in self.decks if any(card.booster for card in deck.cards)}
        finished = finished_day(self.folder.course, topics)
        return say("cards.booster_until", day=finished + BOOSTER_UNTIL) if finished else ""


def _card_view(
    face: Face, history: CardHistory, known: dict[str, CardState], now: datetime, *, booster: bool
) -> dict[str, Any]:
    """`booster`: the card is asked because its time to be freshened has come; boosters lead the queue."""
    state = known.get(face.key)
    return {
        "key": face.key,
        "front": face.front,
        "back": face.back,
        "booster": booster,
        "leech": bool(state and state.is_leech),
        "hook": history.hooks.get(face.key, ""),
        "after": [_in(interval) for interval in intervals(history.reviews, face.key, now)],
    }


def _counts(session: Session) -> str:
    name = "cards.counts_booster" if session.booster else "cards.counts"
    return say(name, booster=session.booster, due=session.due, new=session.new)


def _done(faces: list[Face], history: CardHistory, known: dict[str, CardState], now: datetime) -> str:
    if not faces:
        return say("cards.none")
    coming = [known[face.key].due for face in faces if face.key in known and face.key not in history.aside]
    later = say("cards.next", when=_in(min(coming) - now)) if coming else ""
    return f"{say('cards.done')} {later}".strip()


def _in(interval: timedelta) -> str:
    """A span in the words of the page: minutes, hours, days or months, whichever reads best."""
    minutes = max(1, round(interval.total_seconds() / 60))
    for unit, size, limit in (("minutes", 1, 60), ("hours", 60, 24), ("days", 1440, 60)):
        if minutes < size * limit:
            return count(f"cards.in_{unit}", max(1, round(minutes / size)))
    return count("cards.in_months", round(minutes / 1440 / 30.4))


# --- what other parts of the course know ------------------------------------------------------------


def finished_day(course: str, topics: set[str]) -> date | None:
    """The day on which the last of `topics` was handed in, from the learner's own log; None where one is not."""
    days = [_handed_in_on(course, topic) for topic in topics]
    known = [day for day in days if day is not None]
    return max(known) if known and len(known) == len(days) else None


def _handed_in_on(course: str, topic: str) -> date | None:
    events = answers.read_events(private_home() / course / f"{topic}.jsonl")
    for event in events.lines if events else ():
        if event.get("event") == "finished":
            try:
                return date.fromisoformat(event["day"])
            except (KeyError, TypeError, ValueError):
                continue
    return None


def missed_objectives(course: str) -> set[tuple[str, str]]:
    """(topic, objective) of what the last practice exam missed."""
    events = answers.read_events(private_home() / course / "exam.jsonl")
    finished = [e for e in events.lines if e.get("event") == "finish"] if events else []
    missed = finished[-1].get("missed") if finished else None
    names = [name for name in missed if isinstance(name, str)] if isinstance(missed, list) else []
    return {(topic, objective) for topic, _, objective in (name.partition("/") for name in names) if objective}


# --- the call -----------------------------------------------------------------------------------------


def show_cards(topic: str = "") -> None:
    """Show the deck of this folder, or, where it holds several, the one called `topic`.

    Raises CourseError where there is none. Where no widget can be drawn, the cards are printed.
    """
    folder = shown.topic_here()
    decks = [deck for deck in folder.decks if deck.topic == topic or not topic]
    if not decks:
        names = ", ".join(deck.topic for deck in folder.decks)
        raise CourseError(say("cards.no_deck", topic=topic or folder.topic, decks=names or "-"))
    if not shown.in_notebook():
        print(cards_text(decks))
        return
    beside = {"text/html": cards_html(decks), "text/plain": cards_text(decks)}
    shown.put(folder, DECK, CardDeck(folder, decks), beside)
