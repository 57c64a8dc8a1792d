"""What learners earned, as the gradebook has it: points, and what a person wrote."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from contextlib import closing
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import Connection, select

from peercourse.grading.gradebook import Submission
from peercourse.grading.gradebook_topic import GradebookTopic, open_topic

LEARNERS_AT_ONCE = 200


@dataclass(frozen=True)
class Mark:
    """What one question earned.

    `auto` are the points that grading gave and `given` those that a person gave, which count instead; None
    where there are none. `extra` was added by a person. `waits`: a person has to read the answer first.
    """

    max_points: float
    auto: float | None = None
    given: float | None = None
    extra: float = 0
    waits: bool = False
    comment: str = ""

    @property
    def points(self) -> float | None:
        """What counts; None where that is not decided yet."""
        if self.waits:
            return None
        counted = self.auto if self.given is None else self.given
        return (counted or 0) + self.extra


@dataclass(frozen=True)
class LearnerMarks:
    """What one learner earned in a topic, by question. `penalty` is what was taken off for `seconds_late`."""

    handed_in: datetime | None
    seconds_late: float
    penalty: float
    marks: Mapping[str, Mark] = field(default_factory=dict)

    @property
    def points(self) -> float:
        """All points that have been decided, less what was taken off."""
        return sum(mark.points or 0 for mark in self.marks.values()) - self.penalty

    @property
    def decided(self) -> float:
        """How many points could be had in what has been decided."""
        return sum(mark.max_points for mark in self.marks.values() if not mark.waits)

    @property
    def waiting(self) -> float:
        """How many points wait for a person."""
        return sum(mark.max_points for mark in self.marks.values() if mark.waits)


class MarksReader:
    """The gradebook, open for one topic. Raises CourseError where the topic or one of its `items` is not in it."""

    def __init__(self, db_url: str, topic: str, items: Collection[str]) -> None:
        self._topic: GradebookTopic = open_topic(db_url, topic, items)

    def close(self) -> None:
        """Let go of the database."""
        self._topic.engine.dispose()

    def read(self, learners: Collection[str]) -> dict[str, LearnerMarks]:
        """What each of `learners` earned; who is not in the gradebook is left out."""
        with self._topic.engine.connect() as connection:
            places = self._places(connection, learners)
            comments = self._comments(connection, places)
            marks = self._marks(connection, places, comments)
        return {
            learner: LearnerMarks(handed_in, late, penalty, marks[place])
            for place, (learner, handed_in, late, penalty) in places.items()
        }

    def _places(
        self, connection: Connection, learners: Collection[str]
    ) -> dict[str, tuple[str, datetime | None, float, float]]:
        """By the id of a learner's notebook: learner, when it came in, how late, what was taken off."""
        topic, table = self._topic, self._topic.table
        handed_in, notebook = table["submitted_assignment"], table["submitted_notebook"]
        own = [key for key, name in topic.notebooks.items() if name == topic.name]
        columns = (
            handed_in.c.student_id,
            handed_in.c.timestamp,
            handed_in.c.extension,
            notebook.c.late_submission_penalty,
        )
        query = (
            select(notebook.c.id, *columns)
            .join_from(notebook, handed_in, notebook.c.assignment_id == handed_in.c.id)
            .where(notebook.c.notebook_id.in_(own), handed_in.c.student_id.in_(list(learners)))
        )
        return {
            place: (learner, date, Submission("", learner, date, extension).seconds_late(topic.due), penalty or 0)
            for place, learner, date, extension, penalty in connection.execute(query)
        }

    def _comments(self, connection: Connection, places: Collection[str]) -> dict[tuple[str, str], str]:
        comment, names = self._topic.table["comment"], {cell.id: cell.name for cell in self._topic.commented}
        query = select(comment.c.notebook_id, comment.c.cell_id, comment.c.manual_comment).where(
            comment.c.notebook_id.in_(list(places)), comment.c.manual_comment.is_not(None)
        )
        return {(place, names[cell]): text for place, cell, text in connection.execute(query) if cell in names}

    def _marks(
        self, connection: Connection, places: Collection[str], comments: Mapping[tuple[str, str], str]
    ) -> dict[str, dict[str, Mark]]:
        grade, cells = self._topic.table["grade"], {cell.id: cell for cell in self._topic.graded}
        columns = (grade.c.auto_score, grade.c.manual_score, grade.c.extra_credit, grade.c.needs_manual_grade)
        query = select(grade.c.notebook_id, grade.c.cell_id, *columns).where(grade.c.notebook_id.in_(list(places)))
        marks: dict[str, dict[str, Mark]] = {place: {} for place in places}
        for place, cell, auto, given, extra, unread in connection.execute(query):
            name = cells[cell].name
            # One that a person has marked is only to be looked at again.
            waits = bool(unread) and given is None
            marks[place][name] = Mark(
                cells[cell].max_score, auto, given, extra or 0, waits, comments.get((place, name), "")
            )
        return marks


def read_marks(db_url: str, topic: str, items: Collection[str], learner: str) -> LearnerMarks | None:
    """What one learner earned; None where the gradebook does not know them."""
    with closing(MarksReader(db_url, topic, items)) as reader:
        return reader.read([learner]).get(learner)
