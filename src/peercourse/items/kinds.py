"""What an item is, and the one gate through which its key may pass.

Learner side: no module of the staff side is imported here.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Literal

ChoiceKind = Literal["single", "multiple"]
Use = Literal["practice", "check"]
Partial = Literal["off", "net-correct", "coverage", "each-answer"]
Privacy = Literal["private", "graded"]

LEVELS = 4
"""Levels of every rubric criterion, from 4 (accomplished) down to 1 (beginning)."""


class CourseError(Exception):
    """Something the person at the keyboard can put right: one line that says where, what, what to do."""

    def _render_traceback_(self) -> list[str]:
        """Show the one line in a notebook, where IPython would print a traceback."""
        return [str(self)]


@dataclass(frozen=True)
class Option:
    """One thing a learner can choose. `correct` and `why` are the key."""

    id: str
    text: str
    correct: bool = False
    why: str = ""


@dataclass(frozen=True)
class Criterion:
    """One line of a rubric; `levels` holds four sentences, level 4 first."""

    id: str
    name: str
    levels: tuple[str, ...]
    safety: bool = False


@dataclass(frozen=True)
class Choice:
    """A question with options: `single` has one right option, `multiple` two or more."""

    id: str
    kind: ChoiceKind
    use: Use
    stem: str
    options: tuple[Option, ...]
    objective: str = ""
    version: int = 1
    points: float = 1
    partial: Partial = "net-correct"
    hints: tuple[str, ...] = ()
    explanation: str = ""
    sources: tuple[str, ...] = ()
    review_by: date | None = None
    shuffle: bool = True
    pin: tuple[str, ...] = ()

    @property
    def key(self) -> frozenset[str]:
        """Ids of the right options; empty where the key has been held back."""
        return frozenset(option.id for option in self.options if option.correct)


@dataclass(frozen=True)
class Reflection:
    """A prompt answered in the learner's own words; `graded` ones are read by a person."""

    id: str
    kind: Literal["reflection"]
    privacy: Privacy
    stem: str
    objective: str = ""
    version: int = 1
    points: float = 0
    min_words: int = 0
    max_words: int = 0
    criteria: tuple[Criterion, ...] = ()
    exemplar: str = ""
    sources: tuple[str, ...] = ()
    review_by: date | None = None


Item = Choice | Reflection


def is_graded(item: Item) -> bool:
    """Whether the item counts: its answer is handed in and its key stays with the staff."""
    if isinstance(item, Reflection):
        return item.privacy == "graded"
    return item.use == "check"


def shown_order(item: Choice) -> tuple[Option, ...]:
    """Options in the order everyone sees: shuffled by a hash of their ids, pinned ones last.

    The order depends on ids alone, so it is the same in every build and says nothing about the key.
    """
    if not item.shuffle:
        return item.options
    loose = [option for option in item.options if option.id not in item.pin]
    pinned = [option for option in item.options if option.id in item.pin]
    loose.sort(key=lambda option: hashlib.sha256(f"{item.id}/{option.id}".encode()).digest())
    return (*loose, *pinned)


def public_view(item: Item) -> dict[str, Any]:
    """What may leave the staff's hands, ready for JSON. The only gate through which keys may pass.

    A graded item goes out without key, reasons, hints, explanation and exemplar.
    A practice item goes out whole: the learner's kernel holds its key and shows it after Check.
    """
    if isinstance(item, Reflection):
        return _reflection_view(item)
    view: dict[str, Any] = {
        "id": item.id,
        "kind": item.kind,
        "use": item.use,
        "version": item.version,
        "points": item.points,
        "stem": item.stem,
        "options": [{"id": option.id, "text": option.text} for option in shown_order(item)],
    }
    if item.kind == "multiple":
        view["partial"] = item.partial
    if is_graded(item):
        return view
    for shown, option in zip(view["options"], shown_order(item), strict=True):
        shown |= {"correct": option.correct, "why": option.why}
    return view | {"hints": list(item.hints), "explanation": item.explanation}


def _reflection_view(item: Reflection) -> dict[str, Any]:
    view: dict[str, Any] = {
        "id": item.id,
        "kind": item.kind,
        "privacy": item.privacy,
        "version": item.version,
        "points": item.points,
        "stem": item.stem,
        "min_words": item.min_words,
        "max_words": item.max_words,
        "criteria": [{"id": c.id, "name": c.name, "levels": list(c.levels), "safety": c.safety} for c in item.criteria],
    }
    return view if is_graded(item) else view | {"exemplar": item.exemplar}


def from_view(view: Mapping[str, Any]) -> Item:
    """Read one entry of `items.json` back.

    Raises KeyError, TypeError, ValueError or OverflowError where it is malformed.
    """
    if view["kind"] == "reflection":
        criteria = tuple(
            Criterion(str(c["id"]), str(c["name"]), tuple(map(str, c["levels"])), bool(c["safety"]))
            for c in view["criteria"]
        )
        return Reflection(
            id=str(view["id"]),
            kind="reflection",
            privacy="graded" if view["privacy"] == "graded" else "private",
            stem=str(view["stem"]),
            version=int(view["version"]),
            points=float(view["points"]),
            min_words=int(view["min_words"]),
            max_words=int(view["max_words"]),
            criteria=criteria,
            exemplar=str(view.get("exemplar", "")),
        )
    if view["kind"] not in ("single", "multiple"):
        raise ValueError(f"unknown kind {view['kind']!r}")
    options = tuple(
        Option(str(o["id"]), str(o["text"]), bool(o.get("correct", False)), str(o.get("why", "")))
        for o in view["options"]
    )
    return Choice(
        id=str(view["id"]),
        kind=view["kind"],
        use="practice" if view["use"] == "practice" else "check",
        stem=str(view["stem"]),
        options=options,
        version=int(view["version"]),
        points=float(view["points"]),
        partial=view.get("partial", "net-correct"),
        hints=tuple(map(str, view.get("hints", ()))),
        explanation=str(view.get("explanation", "")),
        shuffle=False,
    )
