"""What the report tells those who teach: points that count, what waits, and what has to be looked at again."""

from __future__ import annotations

import pytest
from faults import grade_here
from graded_class import DUE, IN_TIME, LATE, LATER, TOPIC, Submitted, make_graded_course
from nbgrader.api import Gradebook

from peercourse.bank import load_course
from peercourse.report import report_topic


@pytest.fixture(scope="module")
def rows(tmp_path_factory):
    """The class by name: one as it should be, one late, and two whose letters were read, one of them replaced since."""
    root = tmp_path_factory.mktemp("reported") / "course"
    make_graded_course(root, 'c.LateSubmissionPlugin.penalty_method = "zero"\n')
    for name, date in (("ana", IN_TIME), ("late", LATE), ("read", IN_TIME), ("replaced", IN_TIME)):
        Submitted(root, name, date).answer_all().hand_in()
    with Gradebook(f"sqlite:///{root / 'gradebook.db'}") as book:
        book.update_or_create_assignment(TOPIC, duedate=DUE)
        book.add_student("absent")
    grade_here(root)
    with Gradebook(f"sqlite:///{root / 'gradebook.db'}") as book:
        for name in ("read", "replaced"):
            letter = book.find_grade(f"{TOPIC}-letter", TOPIC, TOPIC, name)
            letter.manual_score, letter.needs_manual_grade = 2, False
        book.grant_extension(TOPIC, "replaced", days=7)
        book.db.commit()
    again = root / "submitted" / "replaced" / TOPIC
    (again / "timestamp.txt").write_text(LATER)
    grade_here(root)
    course = load_course(root / "course")
    return {row.learner: row for row in report_topic(root, course, course.topic(TOPIC)).learners}


@pytest.mark.parametrize(
    ("learner", "points", "state"),
    [
        ("ana", "12 of 12", "4 points wait for a person"),
        ("late", "0 of 12", "4 points wait for a person · late, 12 points taken off"),
        ("read", "14 of 16", "graded"),
        ("replaced", "14 of 16", "1 mark(s) by a person to look at again"),
        ("absent", "–", "has not handed in"),
    ],
)
def test_everybody_stands_where_they_stand(rows, learner, points, state):
    assert (rows[learner].points, rows[learner].state) == (points, state)
