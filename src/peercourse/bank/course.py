"""The course as data: what authors write, once it has been read. Staff side: keys live here."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Literal

from peercourse.charts import Chart
from peercourse.items import Card, CourseError, Item


@dataclass(frozen=True)
class Source:
    """One citation. `read_at` names the page it was read through, where that is another one."""

    title: str
    organisation: str
    year: int | str
    address: str
    checked: date
    read_at: str = ""
    status: str = ""


@dataclass(frozen=True)
class HelpLine:
    """One line to call or text, as every topic shows it."""

    name: str
    number: str
    how: str
    help_with: str


@dataclass(frozen=True)
class Safety:
    """The safety frame of every topic: help lines and the limits of the peer role."""

    checked: date
    review_by: date
    frame: str
    line: tuple[HelpLine, ...]


@dataclass(frozen=True)
class Objective:
    """What a learner can do by the end of a topic; `text` completes "By the end you can …"."""

    id: str
    text: str


@dataclass(frozen=True)
class TopicHead:
    """`topic.toml`.

    A capstone asks about all topics, and has next to nothing to read. The start page and the practice exam
    bring together what stands in the topics, and have no items of their own.
    """

    title: str
    summary: str
    minutes: int
    objective: tuple[Objective, ...] = ()
    content_note: str = ""
    feedback_at_once: bool = False
    kind: Literal["topic", "capstone", "start", "exam"] = "topic"


@dataclass(frozen=True)
class Blueprint:
    """How a practice exam is drawn: `areas` says how many items each of the eight areas gives; times in minutes."""

    minutes: int
    break_at: int
    areas: Mapping[str, int]

    @property
    def items(self) -> int:
        """How many items one exam has."""
        return sum(self.areas.values())


@dataclass(frozen=True)
class Standard:
    """What every topic is held to, beyond its form. 0, or nothing, is not asked for.

    `words` are the fewest and the most words of a reading, `grade` its highest reading grade, `guess` the
    percentage points by which a guesser may beat chance; `decisions` and `choices` are those of a branching
    case; `hints` is exact, and every other number is the least.
    """

    words: tuple[int, int] = (0, 0)
    grade: float = 0
    figures: int = 0
    practice: int = 0
    hints: int = 0
    check: int = 0
    exam: int = 0
    polls: int = 0
    cards: int = 0
    cases: int = 0
    decisions: int = 0
    choices: int = 0
    guess: float = 0
    facilitator: bool = False


@dataclass(frozen=True)
class CourseHead:
    """`course.toml`."""

    id: str
    title: str
    topics: tuple[str, ...]
    notice: str
    language: str = "en"
    exam: Blueprint | None = None
    standard: Standard | None = None


@dataclass(frozen=True)
class Word:
    """One line of the style list: phrases to avoid, what to say, why; names under `allow` may hold such a phrase."""

    avoid: tuple[str, ...]
    say: str
    why: str
    allow: tuple[str, ...] = ()


@dataclass(frozen=True)
class Place:
    """Where a point of the syllabus is taught, as "topic#heading", and by which items it is asked."""

    sections: tuple[str, ...] = ()
    items: tuple[str, ...] = ()


@dataclass(frozen=True)
class Topic:
    """One topic as its author wrote it.

    `items` are what its lesson shows; `exam` is its part of the exam pool, `cards` its deck, `charts` what can be
    explored. `facilitator` is the plan for those who teach it in a room; learners never get it.
    """

    name: str
    folder: Path
    head: TopicHead
    items: tuple[Item, ...]
    lesson: str
    exam: tuple[Item, ...] = ()
    cards: tuple[Card, ...] = ()
    charts: tuple[Chart, ...] = ()
    facilitator: str = ""

    @property
    def questions(self) -> tuple[Item, ...]:
        """Every item of the topic: what its lesson shows, and its part of the exam pool."""
        return (*self.items, *self.exam)

    def item(self, item_id: str) -> Item | None:
        """The item called `item_id`, if the topic has it."""
        return next((item for item in self.items if item.id == item_id), None)


@dataclass(frozen=True)
class Course:
    """The whole course as authors wrote it. `problems` holds every mistake of form found on the way.

    `points` are the points of the syllabus by their ids, `coverage` says where each is taught and asked.
    """

    folder: Path
    head: CourseHead
    topics: tuple[Topic, ...]
    sources: Mapping[str, Source]
    safety: Safety
    problems: tuple[str, ...] = ()
    words: tuple[Word, ...] = ()
    points: Mapping[str, str] = field(default_factory=dict)
    coverage: Mapping[str, Place] = field(default_factory=dict)

    def topic(self, name: str) -> Topic:
        """The topic called `name`. Raises CourseError where there is none."""
        for topic in self.topics:
            if topic.name == name:
                return topic
        names = ", ".join(topic.name for topic in self.topics)
        raise CourseError(f'course/course.toml: there is no topic "{name}"; it lists {names}.')


class CourseProblems(CourseError):
    """Everything that keeps the course from being built, one line each."""

    def __init__(self, problems: Iterable[str]) -> None:
        self.problems = tuple(problems)
        super().__init__("\n".join(self.problems))
