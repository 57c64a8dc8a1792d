"""Where a learner stands in the course, worked out from their own logs. Pure; tells nobody anything."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from peercourse.practice_history import Try, days_right

MASTERED_DAYS = 3
"""On so many different days an objective is right before it counts as mastered (successive relearning, Rawson and
Dunlosky 2011)."""


@dataclass(frozen=True)
class OutlineObjective:
    """An objective and the practice and exam items that ask for it."""

    id: str
    text: str
    items: tuple[str, ...]


@dataclass(frozen=True)
class OutlineTopic:
    """One topic as the start page knows it. `path` holds the ids of all its items, in reading order."""

    name: str
    title: str
    minutes: int
    objectives: tuple[OutlineObjective, ...]
    path: tuple[str, ...]
    practice: tuple[str, ...]
    graded: tuple[str, ...]


@dataclass(frozen=True)
class TopicLogs:
    """What the learner's logs say of one topic: tries by item, ids answered at all, and the hand-in."""

    tries: Mapping[str, Sequence[Try]]
    answered: frozenset[str]
    handed_in: bool


@dataclass(frozen=True)
class Mastery:
    """One objective: on how many different days it was right, up to MASTERED_DAYS."""

    text: str
    days: int

    @property
    def mastered(self) -> bool:
        """Whether it was right on enough different days."""
        return self.days >= MASTERED_DAYS


@dataclass(frozen=True)
class TopicProgress:
    """One topic: shares from 0 to 1 of what was read and practised, and its objectives."""

    topic: OutlineTopic
    read: float
    practised: float
    handed_in: bool
    mastery: tuple[Mastery, ...]

    @property
    def begun(self) -> bool:
        """Whether anything was done in it."""
        return self.handed_in or self.read > 0


def topic_progress(topic: OutlineTopic, logs: TopicLogs) -> TopicProgress:
    """Where the learner stands with one topic.

    `read` is how far along the text the furthest answer lies: like a bookmark, it moves by itself.
    """
    reached = [place for place, name in enumerate(topic.path, 1) if name in logs.answered]
    read = 1.0 if logs.handed_in else max(reached, default=0) / max(1, len(topic.path))
    practised = sum(name in logs.answered for name in topic.practice) / max(1, len(topic.practice))
    mastery = tuple(
        Mastery(objective.text, min(MASTERED_DAYS, _days(objective, logs))) for objective in topic.objectives
    )
    return TopicProgress(topic, read, practised, logs.handed_in, mastery)


def _days(objective: OutlineObjective, logs: TopicLogs) -> int:
    return days_right(made for name in objective.items for made in logs.tries.get(name, ()))


def next_step(topics: Sequence[TopicProgress], cards_due: int, exam_running: bool) -> tuple[str, str]:
    """What to do next, as (a word for it, the topic's name or "").

    An exam that is running comes first, then cards that are due, then the first topic that is not handed in;
    where all are, objectives that are not mastered yet.
    """
    if exam_running:
        return "exam", ""
    if cards_due:
        return "cards", ""
    for told in topics:
        if not told.handed_in:
            return ("go_on" if told.begun else "begin"), told.topic.name
    weakest = min(topics, key=lambda told: sum(each.days for each in told.mastery), default=None)
    if weakest and not all(each.mastered for each in weakest.mastery):
        return "practise", weakest.topic.name
    return "done", ""


# --- the outline in items.json ---------------------------------------------------------------------


def outline_view(topics: Sequence[OutlineTopic]) -> dict[str, Any]:
    """The outline as `items.json` of the start page holds it."""
    return {
        "topics": [
            {
                "name": topic.name,
                "title": topic.title,
                "minutes": topic.minutes,
                "objectives": [{"id": o.id, "text": o.text, "items": list(o.items)} for o in topic.objectives],
                "path": list(topic.path),
                "practice": list(topic.practice),
                "graded": list(topic.graded),
            }
            for topic in topics
        ]
    }


def read_outline(view: Mapping[str, Any]) -> list[OutlineTopic]:
    """The outline back from its JSON. Raises KeyError, TypeError or ValueError where it is malformed."""
    return [
        OutlineTopic(
            name=_plain_name(topic["name"]),
            title=str(topic["title"]),
            minutes=int(topic["minutes"]),
            objectives=tuple(
                OutlineObjective(str(o["id"]), str(o["text"]), _names(o["items"])) for o in topic["objectives"]
            ),
            path=_names(topic["path"]),
            practice=_names(topic["practice"]),
            graded=_names(topic["graded"]),
        )
        for topic in view["topics"]
    ]


def _names(values: Sequence[Any]) -> tuple[str, ...]:
    return tuple(map(str, values))


def _plain_name(value: Any) -> str:
    """A topic's name, which becomes part of a path."""
    name = str(value)
    if not name.replace("-", "").isalnum():
        raise ValueError(f"{name!r} is no name of a topic")
    return name
