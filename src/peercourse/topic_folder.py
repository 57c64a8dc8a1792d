"""The folder a notebook lives in: its items, and where its answers go."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from importlib.metadata import entry_points
from pathlib import Path
from typing import Any

from peercourse.answers import LOG_NAME
from peercourse.items import Card, CourseError, Item, from_view, is_graded
from peercourse.wording import language, say

ITEMS_NAME = "items.json"
ITEMS_FORMAT = 1
MAX_ITEMS_BYTES = 5_000_000

NOT_THE_LEARNERS = ("source", "release", "submitted", "autograded", "feedback")
"""Folders that belong to the staff. An answer log written into
`source/` would be handed to every learner and would replace theirs when grading."""


@dataclass(frozen=True)
class Deck:
    """The flashcards of one topic."""

    topic: str
    title: str
    cards: tuple[Card, ...]


@dataclass(frozen=True)
class TopicFolder:
    """One topic as it lies on disk. `read_only` says why nothing is kept, or is empty.

    `decks` holds its flashcards: one deck in a topic, one for each topic in the course's start page.
    `parts` holds, as parsed JSON, what only some have: "charts", the start page's "outline", the "exam".
    """

    path: Path
    course: str
    topic: str
    title: str
    items: dict[str, Item]
    read_only: str = ""
    decks: tuple[Deck, ...] = ()
    parts: Mapping[str, Any] = field(default_factory=dict)

    @property
    def log(self) -> Path:
        """The answer log that is handed in."""
        return self.path / LOG_NAME

    @property
    def practice_log(self) -> Path:
        """The learner's own log of practice and private reflections, outside the folder that is handed in."""
        return private_home() / self.course / f"{self.topic}.jsonl"

    def item(self, item_id: str) -> Item:
        """The item called `item_id`. Raises CourseError where the topic has none."""
        try:
            return self.items[item_id]
        except KeyError:
            raise CourseError(say("topic.no_item", topic=self.topic, item=item_id)) from None

    def graded(self) -> list[Item]:
        """The items that are handed in, in the order of the topic."""
        return [item for item in self.items.values() if is_graded(item)]


def private_home() -> Path:
    """Where a learner's own state lives (the XDG data folder); never inside a folder that is handed in."""
    return Path(os.environ.get("XDG_DATA_HOME") or Path.home() / ".local" / "share") / "peercourse"


def open_topic_folder(path: Path | None = None) -> TopicFolder:
    """The topic in `path` (default: the folder the kernel runs in).

    Reads `items.json`; an author's folder, which has `questions.toml` instead, is read through
    the staff side where that is installed. Raises CourseError with one line where neither works.
    """
    folder = (path or Path.cwd()).resolve()
    if (folder / ITEMS_NAME).is_file():
        return _read(folder, (folder / ITEMS_NAME).stat().st_mtime_ns, language())
    if (folder / "questions.toml").is_file():
        for entry in entry_points(group="peercourse.author"):
            opened: TopicFolder = entry.load()(folder)
            return opened
    raise CourseError(say("topic.missing", file=f"{folder.name}/{ITEMS_NAME}"))


@lru_cache(maxsize=8)
def _read(folder: Path, changed: int, spoken: str) -> TopicFolder:
    file = folder / ITEMS_NAME
    where = f"{folder.name}/{ITEMS_NAME}"
    if file.stat().st_size > MAX_ITEMS_BYTES:
        raise CourseError(say("topic.too_large", file=where))
    try:
        body: dict[str, Any] = json.loads(file.read_text("utf-8"))
        newer = body["format"] > ITEMS_FORMAT
        items = {item.id: item for item in map(from_view, body["items"])} if not newer else {}
        names = str(body["course"]), str(body["topic"]), str(body["title"])
        decks = tuple(map(_read_deck, body.get("decks", ())))
        parts: dict[str, Any] = {name: body[name] for name in ("outline", "exam", "charts") if name in body}
    except (ValueError, KeyError, TypeError, AttributeError, OverflowError, RecursionError):
        raise CourseError(say("topic.damaged", file=where)) from None
    if newer:
        raise CourseError(say("topic.newer", file=where))
    for name in names[:2]:
        if not name.replace("-", "").isalnum():
            raise CourseError(say("topic.damaged", file=where))
    return TopicFolder(folder, *names, items=items, read_only=_why_read_only(folder), decks=decks, parts=parts)


def deck_view(deck: Deck) -> dict[str, Any]:
    """A deck as `items.json` holds it."""
    cards = [
        {"id": c.id, "front": c.front, "back": c.back, "version": c.version, "objective": c.objective}
        | {name: True for name in ("booster", "reverse") if getattr(c, name)}
        for c in deck.cards
    ]
    return {"topic": deck.topic, "title": deck.title, "cards": cards}


def _read_deck(view: dict[str, Any]) -> Deck:
    cards = tuple(
        Card(
            id=str(card["id"]),
            front=str(card["front"]),
            back=str(card["back"]),
            objective=str(card.get("objective", "")),
            version=int(card["version"]),
            booster=bool(card.get("booster", False)),
            reverse=bool(card.get("reverse", False)),
        )
        for card in view["cards"]
    )
    return Deck(str(view["topic"]), str(view["title"]), cards)


def _why_read_only(folder: Path) -> str:
    if "NBGRADER_EXECUTION" in os.environ:
        return say("not_kept.while_graded")
    for part in reversed(folder.parts[:-1]):
        if part in NOT_THE_LEARNERS and _is_course_root(folder, part):
            return say(f"not_kept.{part}")
    return ""


def _is_course_root(folder: Path, step: str) -> bool:
    """Whether `step` in `folder` is nbgrader's folder of that name: its config stands beside it."""
    index = len(folder.parts) - 1 - folder.parts[::-1].index(step)
    return Path(*folder.parts[:index], "nbgrader_config.py").exists()
