"""Export the gradebook as a file that a spreadsheet or a learning platform reads: `nbgrader export`.

nbgrader's own exporter puts names into its file as they are. A comma in one moves every column after it, and one
that begins with an equals sign is a formula, which the spreadsheet of whoever opens the file carries out.
"""

from __future__ import annotations

import csv
from collections.abc import Collection, Iterator
from pathlib import Path

from nbgrader.api import Assignment, Gradebook, Student, SubmittedAssignment
from nbgrader.plugins import ExportPlugin
from sqlalchemy import and_

from peercourse.inert import printable

COLUMNS = (
    *("assignment", "duedate", "timestamp", "student_id", "last_name", "first_name", "email"),
    *("raw_score", "late_submission_penalty", "score", "max_score", "needs_manual_grade"),
)
"""nbgrader's columns in nbgrader's order, and whether something still waits for a person."""

FORMULA = "=+-@\uff1d\uff0b\uff0d\uff20"
"""What a formula begins with, in the wide forms of these signs, too."""


class GradesFile(ExportPlugin):
    """Stands in `nbgrader_config.py` as ExportApp.plugin_class."""

    def export(self, gradebook: Gradebook) -> None:
        """Write one line for each learner and topic, sorted; whoever handed in nothing has no points."""
        target = Path(self.to or "grades.csv")
        topics, learners = {str(name) for name in self.assignment}, {str(name) for name in self.student}
        with target.open("w", encoding="utf-8", newline="") as file:
            lines = csv.writer(file)
            lines.writerow(COLUMNS)
            for assignment in sorted(gradebook.assignments, key=lambda each: str(each.name)):
                if not topics or assignment.name in topics:
                    lines.writerows(_rows(gradebook, assignment, learners))
        self.log.info("Exported grades to %s", target)


def _rows(gradebook: Gradebook, assignment: Assignment, learners: Collection[str]) -> Iterator[list[object]]:
    theirs = and_(
        SubmittedAssignment.student_id == Student.id,
        SubmittedAssignment.assignment_id == assignment.id,
    )
    # One query for the whole class; nbgrader's own exporter asks one for each learner.
    query = gradebook.db.query(Student, SubmittedAssignment).outerjoin(SubmittedAssignment, theirs)
    for student, handed_in in query.order_by(Student.id):
        if learners and student.id not in learners:
            continue
        score, penalty = (handed_in.score, handed_in.late_submission_penalty) if handed_in else (0.0, 0.0)
        names = (student.id, student.last_name, student.first_name, student.email)
        yield [
            as_text(assignment.name),
            assignment.duedate or "",
            (handed_in and handed_in.timestamp) or "",
            *(as_text(name or "") for name in names),
            *(score, penalty, max(0.0, score - penalty), assignment.max_score),
            bool(handed_in and handed_in.needs_manual_grade),
        ]


def as_text(name: str) -> str:
    """`name` on one line, and no formula: an apostrophe before it tells a spreadsheet that it is text."""
    line = printable(name)
    return f"'{line}" if line.lstrip().startswith(tuple(FORMULA)) else line
