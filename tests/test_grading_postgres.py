"""Grading into PostgreSQL, through nbgrader's own `db_url`: the same rows as in SQLite."""

from __future__ import annotations

import pytest
from gradebook_rows import gradebook_rows
from graded_class import DUE, LATER, TOPIC, Submitted, hand_in_class, make_graded_course
from nbgrader.api import Gradebook
from postgres import postgres
from test_grading_batch import grade

from peercourse.nbgrader_calls import nbgrader
from peercourse.report import report_topic

PENALTY = '\nc.LateSubmissionPlugin.penalty_method = "zero"\n'


@pytest.fixture(scope="module")
def graded(tmp_path_factory):
    """The same class graded into SQLite and into PostgreSQL: roots and addresses."""
    place = tmp_path_factory.mktemp("two gradebooks")
    with postgres() as address:
        roots = {place / "sqlite": "", place / "postgres": f"c.CourseDirectory.db_url = {address!r}\n"}
        for root, line in roots.items():
            make_graded_course(root, PENALTY + line)
            hand_in_class(root)
            assert nbgrader(root, "db", "assignment", "add", TOPIC, f"--duedate={DUE}").returncode == 0
            done = grade(root)
            assert done.returncode == 0, done.stderr
        sqlite, in_postgres = roots
        yield {sqlite: f"sqlite:///{sqlite / 'gradebook.db'}", in_postgres: address}


def test_both_gradebooks_hold_the_same(graded):
    _both_hold_the_same(graded)


def test_both_hold_the_same_after_a_person_graded_and_somebody_handed_in_again(graded):
    for root, address in graded.items():
        with Gradebook(address) as book:
            book.find_grade(f"{TOPIC}-letter", TOPIC, TOPIC, "perfect").manual_score = 3
            book.find_grade(f"{TOPIC}-check", TOPIC, TOPIC, "late").extra_credit = 1
            book.db.commit()
            book.grant_extension(TOPIC, "mixed-1", days=7)
            book.engine.dispose()
        (root / "submitted" / "mixed-1" / TOPIC).rename(root / "before")
        Submitted(root, "mixed-1", LATER).hand_in()
        assert grade(root, "--again").returncode == 0

    _both_hold_the_same(graded)
    course = Submitted(next(iter(graded)), "reader").course
    reports = [report_topic(root, course, course.topic(TOPIC)).learners for root in graded]
    assert [row.points for row in reports[1]] == [row.points for row in reports[0] if row.learner != "reader"]


def _both_hold_the_same(graded) -> None:
    sqlite, in_postgres = (gradebook_rows(address) for address in graded.values())

    assert in_postgres == sqlite


def test_one_row_that_does_not_fit_is_named_and_the_others_are_written(graded):
    root, address = list(graded.items())[1]
    Submitted(root, "x" * 200).answer_all()
    Submitted(root, "fits").answer_all()
    done = grade(root)

    assert done.returncode == 1
    assert "value too long" in done.stdout
    assert "fits" in {dict(row)["id"] for row in gradebook_rows(address)["student"]}
