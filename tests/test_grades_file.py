"""`nbgrader export`: what a spreadsheet makes of the names that people chose, and the figures nbgrader has."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest
from graded_class import DUE, LATE, TOPIC, Submitted, make_graded_course
from nbgrader.api import Gradebook
from test_grading_batch import grade

from peercourse.nbgrader_calls import nbgrader

FORMULAS = ("=cmd|' C calc'!A0", "+1+1", "-2+3", "@SUM(1;2)", " =1", "\t=1", "\uff1d1")
STRANGE = ("Comma, Ann", "two\nlines", "José; Ana", "\x1b[2J")


@pytest.fixture(scope="module")
def root(tmp_path_factory):
    """A class of strange names that was graded; one was late, one is on the list and handed in nothing. Read only."""
    root = tmp_path_factory.mktemp("exported") / "course"
    make_graded_course(root, 'c.LateSubmissionPlugin.penalty_method = "zero"\n')
    with Gradebook(f"sqlite:///{root / 'gradebook.db'}") as book:
        book.update_or_create_assignment(TOPIC, duedate=DUE)
    for name in (*FORMULAS, *STRANGE):
        Submitted(root, name).answer_all().hand_in()
    Submitted(root, "late", LATE).answer_all().hand_in()
    assert grade(root).returncode == 0
    with Gradebook(f"sqlite:///{root / 'gradebook.db'}") as book:
        book.add_student("absent", first_name='=HYPERLINK("http://x.invalid")', last_name="a,b", email="-1@x.invalid")
        letter = book.find_grade(f"{TOPIC}-letter", TOPIC, TOPIC, "Comma, Ann")
        letter.manual_score, letter.needs_manual_grade = 2.5, False
        book.db.commit()
    return root


def export(root: Path, *options: str) -> list[dict[str, str]]:
    done = nbgrader(root, "export", *options, "--to=grades.csv")
    assert done.returncode == 0, done.stderr
    with (root / "grades.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


@pytest.fixture(scope="module")
def rows(root):
    return [row for row in export(root) if row["assignment"] == TOPIC]


def test_no_cell_is_a_formula_and_no_name_breaks_a_line(rows):
    cells = [cell for row in rows for cell in row.values()]

    assert len(rows) == len(FORMULAS) + len(STRANGE) + 2
    assert all(cell is not None and cell.isprintable() for cell in cells)
    assert [cell for cell in cells if cell.strip()[:1] in {*"=+-@", "\uff1d"}] == []
    assert {f"'{name}" for name in FORMULAS if name.isprintable()} <= {row["student_id"] for row in rows}
    assert {"Comma, Ann", "two lines", "José; Ana"} <= {row["student_id"] for row in rows}


def test_the_figures_are_those_of_nbgraders_own_file(root, rows):
    ours = {row["student_id"]: row for row in rows}
    own = "--ExportApp.plugin_class=nbgrader.plugins.CsvExportPlugin"
    theirs = {row["student_id"]: row for row in export(root, own, f"--assignment=['{TOPIC}']")}

    assert ours["Comma, Ann"]["raw_score"] == "14.5"
    assert (ours["late"]["raw_score"], ours["late"]["score"]) == ("12.0", "0.0")
    assert ours["absent"] | {"score": "0.0", "timestamp": "", "needs_manual_grade": "False"} == ours["absent"]
    for learner in ("late", "José; Ana"):
        told = ours[learner].copy()
        assert told.pop("needs_manual_grade") == "True"
        assert told == theirs[learner]


def test_only_whom_and_what_is_asked_for_is_exported(root):
    asked = export(root, "--student=['late']", f"--assignment=['{TOPIC}']")

    assert [(row["student_id"], row["assignment"]) for row in asked] == [("late", TOPIC)]
