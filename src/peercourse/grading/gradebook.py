"""Write graded submissions into nbgrader's gradebook: the same rows, in bulk, one transaction for many."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

from sqlalchemy import Boolean, Connection, Float, Table, and_, bindparam, func, literal, not_, or_, select
from sqlalchemy.exc import OperationalError, SQLAlchemyError

from peercourse.grading.gradebook_topic import Cell, open_topic, reason_of
from peercourse.grading.graded_folder import Graded
from peercourse.items import CourseError
from peercourse.marking import NO_RESPONSE

Penalty = Callable[[str, float, float], float | None]
"""From learner, score and seconds late to the points that are taken off (None: none)."""


class GradebookWriter:
    """The gradebook, open for one topic. Raises CourseError where the topic or one of its `items` is not in it.

    nbgrader flags every mark that a person gave when the submission is graded once more; without `flag_all`
    only those are flagged that stand beside points which change.
    """

    def __init__(
        self,
        db_url: str,
        topic: str,
        items: Collection[str],
        penalty: Penalty | None = None,
        *,
        flag_all: bool = True,
    ) -> None:
        self._items, self._penalty, self._flag_all = items, penalty, flag_all
        self._topic = open_topic(db_url, topic, items)
        self._table = self._topic.table

    def close(self) -> None:
        """Let go of the database."""
        self._topic.engine.dispose()

    def record(self, graded: Sequence[Graded]) -> dict[str, str]:
        """Write some submissions in one transaction; returns a reason for each learner who could not be written.

        Marks, comments and extra points that a person gave stay. Raises CourseError where nothing can
        be written at all.
        """
        try:
            with self._topic.engine.begin() as connection:
                self._write(connection, graded)
        except SQLAlchemyError as error:
            if isinstance(error, OperationalError):
                raise CourseError(f"The gradebook cannot be written: {reason_of(error)}") from None
            if len(graded) == 1:
                return {graded[0].learner: reason_of(error)}
            # Somebody in there does not fit: one by one, so that the others do not have to wait.
            return {learner: why for each in graded for learner, why in self.record([each]).items()}
        return {}

    def _write(self, connection: Connection, graded: Sequence[Graded]) -> None:
        submissions = self._submissions(connection, graded)
        notebooks, made = self._submitted_notebooks(connection, submissions.values())
        marks = [
            (cell, notebooks[submissions[each.learner].id, cell.notebook], *self._mark(cell, each))
            for each in graded
            for cell in self._topic.graded
        ]
        remarks = [
            (cell, notebooks[submissions[each.learner].id, cell.notebook], self._remark(cell, each))
            for each in graded
            for cell in self._topic.commented
        ]
        self._insert_rows(connection, [m for m in marks if m[1] in made], [r for r in remarks if r[1] in made])
        # What nobody asks any longer stays as it was.
        marks, remarks = [m for m in marks if self._asked(m[0])], [r for r in remarks if r[0].name in self._items]
        self._update_rows(connection, [m for m in marks if m[1] not in made], [r for r in remarks if r[1] not in made])
        self._set_penalties(connection, submissions, notebooks)

    def _submissions(self, connection: Connection, graded: Sequence[Graded]) -> dict[str, Submission]:
        """Every learner's row with the date of what was graded; made where there was none."""
        student, table = self._table["student"], self._table["submitted_assignment"]
        names = [each.learner for each in graded]
        there = set(connection.execute(select(student.c.id).where(student.c.id.in_(names))).scalars())
        _insert(connection, student, [{"id": name} for name in names if name not in there])
        mine = table.c.assignment_id == self._topic.assignment, table.c.student_id.in_(names)
        columns = (table.c.id, table.c.student_id, table.c.timestamp, table.c.extension)
        found = {row.student_id: row for row in connection.execute(select(*columns).where(*mine))}
        submissions, fresh, moved = {}, [], []
        for each in graded:
            row = found.get(each.learner)
            key = row.id if row else uuid4().hex
            date, extension = (each.date or row.timestamp, row.extension) if row else (each.date, None)
            submissions[each.learner] = Submission(key, each.learner, date, extension)
            if row is None:
                values = {"assignment_id": self._topic.assignment, "student_id": each.learner, "timestamp": date}
                fresh.append({"id": key, **values})
            elif row.timestamp != date:
                moved.append({"key": key, "date": date})
        _insert(connection, table, fresh)
        if moved:
            change = table.update().where(table.c.id == bindparam("key")).values(timestamp=bindparam("date"))
            connection.execute(change, moved)
        return submissions

    def _submitted_notebooks(
        self, connection: Connection, submissions: Iterable[Submission]
    ) -> tuple[dict[tuple[str, str], str], set[str]]:
        """Ids of submitted notebooks by (submission, notebook), and which of them were made just now."""
        table, ids = self._table["submitted_notebook"], [submission.id for submission in submissions]
        query = select(table.c.id, table.c.assignment_id, table.c.notebook_id).where(table.c.assignment_id.in_(ids))
        found = {(row.assignment_id, row.notebook_id): row.id for row in connection.execute(query)}
        wanted = [(submission, notebook) for submission in ids for notebook in self._topic.notebooks]
        fresh = {pair: uuid4().hex for pair in wanted if pair not in found}
        rows = [
            {"id": key, "assignment_id": submission, "notebook_id": notebook, "flagged": False}
            for (submission, notebook), key in fresh.items()
        ]
        _insert(connection, table, rows)
        return found | fresh, set(fresh.values())

    def _asked(self, cell: Cell) -> bool:
        return cell.name in self._items or self._topic.notebooks[cell.notebook] != self._topic.name

    def _mark(self, cell: Cell, graded: Graded) -> tuple[float | None, bool]:
        """Points of one cell, and whether a person has to read the answer."""
        if self._topic.notebooks[cell.notebook] != self._topic.name:
            return 0.0, False  # a notebook of the assignment that nobody can hand in
        earned = graded.points_by_item.get(cell.name)
        if earned is None or earned.points is None:
            return None, True
        return max(0.0, min(earned.points, cell.max_score)), False

    def _remark(self, cell: Cell, graded: Graded) -> str | None:
        earned = graded.points_by_item.get(cell.name)
        return NO_RESPONSE if earned is not None and not earned.answered else None

    def _insert_rows(self, connection: Connection, marks: list[Mark], remarks: list[Remark]) -> None:
        points = [
            {"id": uuid4().hex, "cell_id": c.id, "notebook_id": n, "auto_score": p, "needs_manual_grade": waits}
            for c, n, p, waits in marks
        ]
        _insert(connection, self._table["grade"], points)
        words = [{"id": uuid4().hex, "cell_id": c.id, "notebook_id": n, "auto_comment": w} for c, n, w in remarks]
        _insert(connection, self._table["comment"], words)

    def _update_rows(self, connection: Connection, marks: list[Mark], remarks: list[Remark]) -> None:
        grade, comment = self._table["grade"], self._table["comment"]
        if marks:
            here = grade.c.cell_id == bindparam("cell"), grade.c.notebook_id == bindparam("place")
            earned = bindparam("points", type_=Float())
            by_person = grade.c.manual_score.is_not(None)
            changes = or_(literal(self._flag_all), grade.c.auto_score.is_distinct_from(earned))
            unmarked = and_(bindparam("waits", type_=Boolean()), not_(by_person))
            waits = or_(unmarked, and_(by_person, or_(grade.c.needs_manual_grade, changes)))
            change = grade.update().where(*here).values(auto_score=earned, needs_manual_grade=waits)
            values = [{"cell": c.id, "place": n, "points": p, "waits": w} for c, n, p, w in marks]
            connection.execute(change, values)
        if remarks:
            here = comment.c.cell_id == bindparam("cell"), comment.c.notebook_id == bindparam("place")
            change = comment.update().where(*here).values(auto_comment=bindparam("words"))
            connection.execute(change, [{"cell": c.id, "place": n, "words": w} for c, n, w in remarks])

    def _set_penalties(
        self, connection: Connection, submissions: Mapping[str, Submission], notebooks: Mapping[tuple[str, str], str]
    ) -> None:
        table, grade = self._table["submitted_notebook"], self._table["grade"]
        topic = next((key for key, name in self._topic.notebooks.items() if name == self._topic.name), "")
        places = {notebooks[each.id, topic]: each for each in submissions.values()}
        set_before = table.c.id.in_(list(places)), table.c.late_submission_penalty.is_not(None)
        connection.execute(table.update().where(*set_before).values(late_submission_penalty=None))
        late = {place: each for place, each in places.items() if each.seconds_late(self._topic.due) > 0}
        if not late or self._penalty is None:
            return
        extra = func.coalesce(grade.c.extra_credit, 0.0)
        score = func.coalesce(func.coalesce(grade.c.manual_score, grade.c.auto_score) + extra, 0.0)
        sums = select(grade.c.notebook_id, func.sum(score)).where(grade.c.notebook_id.in_(list(late)))
        for place, points in connection.execute(sums.group_by(grade.c.notebook_id)).all():
            penalty = self._penalty(late[place].learner, points, late[place].seconds_late(self._topic.due))
            if penalty is not None:
                taken = min(max(penalty, 0), points)
                connection.execute(table.update().where(table.c.id == place).values(late_submission_penalty=taken))


@dataclass(frozen=True)
class Submission:
    """One learner's row for the topic."""

    id: str
    learner: str
    date: datetime | None
    extension: timedelta | None

    def seconds_late(self, due: datetime | None) -> float:
        """How long after the learner's own due date this came in; 0 where it came in time."""
        if self.date is None or due is None:
            return 0
        return max(0, (self.date - due - (self.extension or timedelta())).total_seconds())


Mark = tuple[Cell, str, float | None, bool]
Remark = tuple[Cell, str, str | None]


def _insert(connection: Connection, table: Table, rows: list[dict[str, Any]]) -> None:
    if not rows:
        return
    statement = table.insert()
    # Asked for something back, SQLAlchemy sends many rows at a time, which saves a server's turns; SQLite has none.
    connection.execute(statement.returning(table.c.id) if connection.dialect.name == "postgresql" else statement, rows)
