"""`peercourse grade` writes what `nbgrader autograde` writes: every row and every file, for a class of all sorts."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from gradebook_rows import files_and_modes, gradebook_rows
from graded_class import DUE, LATE, LATER, TOPIC, Submitted, hand_in_class, make_graded_course
from nbgrader.api import Gradebook

from peercourse.nbgrader_calls import nbgrader

PENALTY = 'c.LateSubmissionPlugin.penalty_method = "zero"\n'


def peercourse_grade(root: Path, *options: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-c", "from peercourse.cli import main; main()", "grade", TOPIC, *options]
    return subprocess.run(command, cwd=root, capture_output=True, text=True, timeout=300)


def both(theirs: Path, ours: Path, *options: str) -> None:
    """Grade the same class each way."""
    done = nbgrader(theirs, "autograde", TOPIC, *options)
    assert done.returncode == 0, done.stderr
    done = peercourse_grade(ours, *options)
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.fixture(scope="module")
def graded(tmp_path_factory):
    """The class graded by nbgrader and by us: once, again after resubmissions, and with --force. Three pairs."""
    place = tmp_path_factory.mktemp("graded twice")
    theirs, ours = place / "theirs", place / "ours"
    make_graded_course(theirs, PENALTY)
    hand_in_class(theirs)
    assert nbgrader(theirs, "db", "assignment", "add", TOPIC, f"--duedate={DUE}").returncode == 0
    shutil.copytree(theirs, ours, symlinks=True)
    for root in (theirs, ours):
        os.mkfifo(root / "submitted" / "linked" / TOPIC / "pipe")
    pairs = []
    both(theirs, ours)
    pairs.append(_keep(place, "first", theirs, ours))
    for root in (theirs, ours):
        _a_person_grades(root)
        for learner, date in (("perfect", LATE), ("mixed-1", LATER), ("mixed-2", LATER)):
            shutil.rmtree(root / "submitted" / learner / TOPIC)
            Submitted(root, learner, date).hand_in()
        shutil.rmtree(root / "autograded" / "no-log")
    both(theirs, ours)
    pairs.append(_keep(place, "second", theirs, ours))
    both(theirs, ours, "--force")
    pairs.append(_keep(place, "third", theirs, ours))
    return pairs


def _a_person_grades(root: Path) -> None:
    with Gradebook(f"sqlite:///{root / 'gradebook.db'}") as book:
        book.find_grade(f"{TOPIC}-letter", TOPIC, TOPIC, "perfect").manual_score = 3
        book.find_grade(f"{TOPIC}-letter", TOPIC, TOPIC, "mixed-3").manual_score = 2.5
        book.find_grade(f"{TOPIC}-check", TOPIC, TOPIC, "late").extra_credit = 1
        book.find_grade(f"{TOPIC}-check", TOPIC, TOPIC, "mixed-2").manual_score = 0.5
        book.find_comment(f"{TOPIC}-letter", TOPIC, TOPIC, "mixed-2").manual_comment = "A warm letter."
        book.db.commit()
        book.grant_extension(TOPIC, "mixed-1", days=7)


def _keep(place: Path, name: str, theirs: Path, ours: Path) -> tuple[Path, Path]:
    kept = place / name / "theirs", place / name / "ours"
    for source, target in zip((theirs, ours), kept, strict=True):
        shutil.copytree(source, target, symlinks=True, ignore=shutil.ignore_patterns("pipe.*"))
    return kept


RUNS = ("first", "second", "third")


@pytest.mark.parametrize("run", range(3), ids=RUNS)
def test_every_row_of_the_gradebook_is_the_same(graded, run):
    theirs, ours = (gradebook_rows(f"sqlite:///{root / 'gradebook.db'}") for root in graded[run])

    assert ours.keys() == theirs.keys()
    for table, rows in theirs.items():
        assert ours[table] == rows, table


@pytest.mark.parametrize("run", range(3), ids=RUNS)
@pytest.mark.parametrize("folder", ["autograded", "submitted"])
def test_every_file_is_the_same(graded, run, folder):
    theirs, ours = (files_and_modes(root / folder) for root in graded[run])

    assert ours.keys() == theirs.keys()
    assert [name for name, state in theirs.items() if ours[name] != state] == []


def test_the_class_holds_what_it_is_meant_to(graded):
    rows = gradebook_rows(f"sqlite:///{graded[1][1] / 'gradebook.db'}")
    notebooks, grades = map(dict, rows["submitted_notebook"]), [dict(row) for row in rows["grade"]]

    assert {row["late_submission_penalty"] for row in notebooks} > {None, 0.0}
    assert {row["manual_score"] for row in grades} == {None, 3, 2.5, 0.5}
    assert {row["needs_manual_grade"] for row in grades} == {True, False}
    assert len({row["auto_score"] for row in grades}) > 5
    assert len(rows["student"]) == len(list((graded[1][1] / "autograded").iterdir())) - 1
