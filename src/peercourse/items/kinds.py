"""The kinds of items, as data."""

from __future__ import annotations

from dataclasses import KW_ONLY, dataclass, field
from datetime import date
from typing import Literal

ChoiceKind = Literal["single", "multiple"]
Use = Literal["practice", "check", "exam", "poll"]
Partial = Literal["off", "net-correct", "coverage", "each-answer"]
Privacy = Literal["private", "graded"]
Fit = Literal["good", "partly", "poor", "unsafe"]
End = Literal["", "good", "mixed", "stopped"]

LEVELS = 4
"""Levels of every rubric criterion, from 4 (accomplished) down to 1 (beginning)."""

AREAS = (
    "admin",
    "foundations",
    "interpersonal",
    "recovery-support",
    "advocacy",
    "community-inclusion",
    "resource-linkage",
    "crisis",
)
"""The eight areas of the certification exam, as ids."""


class CourseError(Exception):
    """Something the person at the keyboard can put right: one line that says where, what, what to do."""

    def _render_traceback_(self) -> list[str]:
        """Show the one line in a notebook, where IPython would print a traceback."""
        return [str(self)]


# --- parts ---------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Option:
    """One thing a learner can choose. `correct` and `why` are the key.

    `accepted`, of the key too, says that it counts beside the right one: in a graded single or cloze.
    """

    id: str
    text: str
    correct: bool = False
    why: str = ""
    accepted: bool = False


@dataclass(frozen=True)
class Criterion:
    """One line of a rubric; `levels` holds four sentences, level 4 first."""

    id: str
    name: str
    levels: tuple[str, ...]
    safety: bool = False


@dataclass(frozen=True)
class Trap:
    """A wrong number that people arrive at, and why."""

    value: float
    why: str
    tolerance: float = 0


@dataclass(frozen=True)
class Step:
    """One step of an order. Critical steps must stand in the right order among each other."""

    id: str
    text: str
    why: str = ""
    critical: bool = False


@dataclass(frozen=True)
class Prompt:
    """One thing to be matched; `answer` is the id of the option that fits, and the key with `why`."""

    id: str
    text: str
    answer: str = ""
    why: str = ""


@dataclass(frozen=True)
class Gap:
    """A gap in a text: one option is chosen, or, where there are none, words of `accept` are typed."""

    id: str
    options: tuple[Option, ...] = ()
    accept: tuple[str, ...] = ()
    why: str = ""


# --- items ---------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Asked:
    """What all questions with a key have in common.

    `area` is one of AREAS, for exam items. `own_words` asks for the learner's own words before the
    options open. `discussion` is what a poll is for. A graded item that is `dropped` is not asked any more,
    and gives its points to everybody who hands in.
    """

    id: str
    kind: str
    use: Use
    stem: str
    _: KW_ONLY
    objective: str = ""
    version: int = 1
    points: float = 1
    hints: tuple[str, ...] = ()
    explanation: str = ""
    sources: tuple[str, ...] = ()
    review_by: date | None = None
    area: str = ""
    own_words: bool = False
    dropped: bool = False


@dataclass(frozen=True)
class Choice(Asked):
    """A question with options: `single` has one right option, `multiple` two or more, a poll none."""

    kind: ChoiceKind
    options: tuple[Option, ...]
    _: KW_ONLY
    partial: Partial = "net-correct"
    shuffle: bool = True
    pin: tuple[str, ...] = ()
    discussion: str = ""

    @property
    def key(self) -> frozenset[str]:
        """Ids of the right options; empty where the key has been held back."""
        return frozenset(option.id for option in self.options if option.correct)

    @property
    def accepted(self) -> frozenset[str]:
        """Ids of options that count beside the right one, since a correction."""
        return frozenset(option.id for option in self.options if option.accepted)


@dataclass(frozen=True)
class Numeric(Asked):
    """A question answered with a number; right within `answer` ± `tolerance`, in `unit`."""

    kind: Literal["numeric"]
    _: KW_ONLY
    answer: float | None = None
    tolerance: float = 0
    unit: str = ""
    traps: tuple[Trap, ...] = ()


@dataclass(frozen=True)
class Order(Asked):
    """Steps to be put in order; authors write them in the right one.

    `shown` holds the ids in the order everyone sees; empty: worked out from the ids.
    """

    kind: Literal["order"]
    steps: tuple[Step, ...]
    _: KW_ONLY
    partial: Literal["off", "net-correct"] = "net-correct"
    shown: tuple[str, ...] = ()


@dataclass(frozen=True)
class Match(Asked):
    """Prompts to be matched to options; an option may fit several prompts, or none."""

    kind: Literal["match"]
    prompts: tuple[Prompt, ...]
    options: tuple[Option, ...]
    _: KW_ONLY
    partial: Literal["off", "each-answer"] = "each-answer"
    shuffle: bool = True
    pin: tuple[str, ...] = ()


@dataclass(frozen=True)
class Cloze(Asked):
    """A text with gaps, each written as {gap-id} in `text`."""

    kind: Literal["cloze"]
    text: str
    gaps: tuple[Gap, ...]
    _: KW_ONLY
    partial: Literal["off", "each-answer"] = "each-answer"


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
    dropped: bool = False


@dataclass(frozen=True)
class CaseChoice:
    """One thing to do at a node of a case. `fit` and `why` are the key; `to` names the next node."""

    id: str
    text: str
    to: str
    fit: Fit | Literal[""] = ""
    why: str = ""


@dataclass(frozen=True)
class Node:
    """One moment of a case: what happens, then what can be done. An end has no choices."""

    id: str
    text: str
    choices: tuple[CaseChoice, ...] = ()
    end: End = ""
    lesson: str = ""


@dataclass(frozen=True)
class Case(Asked):
    """A story that branches with what the learner does. `back` lets them take a step back."""

    kind: Literal["case"]
    title: str
    start: str
    nodes: tuple[Node, ...]
    _: KW_ONLY
    back: bool = True


Keyed = Choice | Numeric | Order | Match | Cloze | Case
Item = Keyed | Reflection


@dataclass(frozen=True)
class Card:
    """A flashcard. `booster` cards come back 10 to 12 weeks after their topic; `reverse` asks both ways."""

    id: str
    front: str
    back: str
    objective: str = ""
    sources: tuple[str, ...] = ()
    review_by: date | None = None
    booster: bool = False
    reverse: bool = False
    version: int = field(default=1, kw_only=True)


def is_graded(item: Item) -> bool:
    """Whether the item counts: its answer is handed in and its key stays with the staff."""
    if isinstance(item, Reflection):
        return item.privacy == "graded"
    return item.use == "check"
