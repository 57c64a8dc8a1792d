"""What a practice exam is drawn from, and how: pure."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from peercourse.items import AREAS, Choice, from_view

MAX_SEED = 1_000_000


@dataclass(frozen=True)
class Goal:
    """An objective of a topic: its words, and where in the course it is taught."""

    topic: str
    id: str
    text: str
    title: str
    section: str = ""

    @property
    def name(self) -> str:
        """The objective's name in logs: topic and id."""
        return f"{self.topic}/{self.id}"


@dataclass(frozen=True)
class Pool:
    """All exam items, the topic each belongs to, and the blueprint: items per area, minutes, and the break."""

    items: Mapping[str, Choice]
    topics: Mapping[str, str]
    goals: Mapping[str, Goal]
    areas: Mapping[str, int]
    minutes: int
    break_at: int

    def goal_of(self, item: Choice) -> Goal:
        """The objective that an item asks for."""
        topic = self.topics[item.id]
        fallback = Goal(topic, item.objective, item.objective, topic)
        return self.goals.get(f"{topic}/{item.objective}", fallback)


def draw(pool: Pool, seed: int) -> list[str]:
    """Ids of one exam: for each area as many items as the blueprint says, then all of them mixed.

    The same pool and seed give the same exam, on every machine. Where an area's pool is too small,
    all of it is taken.
    """

    def place(item_id: str) -> bytes:
        return hashlib.sha256(f"{seed}/{item_id}".encode()).digest()

    drawn: list[str] = []
    for area, wanted in pool.areas.items():
        of_area = sorted((item.id for item in pool.items.values() if item.area == area), key=place)
        drawn += of_area[:wanted]
    return sorted(drawn, key=lambda item_id: place(f"mixed/{item_id}"))


def pool_view(pool: Pool) -> dict[str, Any]:
    """The pool's frame as `items.json` holds it, without the items themselves."""
    goals = [
        {"topic": g.topic, "id": g.id, "text": g.text, "title": g.title, "section": g.section}
        for g in pool.goals.values()
    ]
    return {"areas": dict(pool.areas), "minutes": pool.minutes, "break_at": pool.break_at, "goals": goals}


def read_pool(view: Mapping[str, Any]) -> Pool:
    """The pool in the "exam" part of an `items.json`.

    Raises KeyError, TypeError, ValueError or OverflowError where it is malformed.
    """
    items: dict[str, Choice] = {}
    topics: dict[str, str] = {}
    for entry in view["items"]:
        item = from_view(entry)
        if not isinstance(item, Choice) or item.area not in AREAS:
            raise ValueError(f"{item.id} is no exam item")
        items[item.id], topics[item.id] = item, str(entry["topic"])
    goals = (
        Goal(str(g["topic"]), str(g["id"]), str(g["text"]), str(g["title"]), str(g["section"])) for g in view["goals"]
    )
    areas = {str(area): int(count) for area, count in view["areas"].items() if area in AREAS}
    return Pool(items, topics, {g.name: g for g in goals}, areas, int(view["minutes"]), int(view["break_at"]))
