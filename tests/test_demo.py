"""The invented class goes through real nbgrader and real kernels, and comes out as each of them deserves."""

from __future__ import annotations

import pytest
from course_project import PROJECT, TOPIC, notes, result

from peercourse.demo import run_demo
from peercourse.invented import CLASS
from peercourse.items import CourseError
from peercourse.report import report_topic


@pytest.fixture(scope="module")
def demo(tmp_path_factory):
    """The folder in which the demo ran, and the path of its report."""
    folder = tmp_path_factory.mktemp("the demo") / "demo"
    return folder, run_demo(PROJECT, folder)


def test_everybody_gets_what_they_earned(demo):
    folder, _ = demo
    scores = {learner.name: result(folder, learner.name).score for learner in CLASS}
    full = scores["amber-lantern"]

    assert full == 13
    assert scores["ember-saddle"] == 0
    assert scores["ginger-compass"] == full
    assert scores["indigo-basket"] == full
    assert scores["linden-puzzle"] == full - 1
    assert scores["hazel-ladder"] == scores["fennel-harbor"]
    assert 0 < scores["fennel-harbor"] < full
    assert not list(folder.rglob("canary"))


def test_the_grader_is_told_what_was_unusual(demo):
    folder, _ = demo

    assert "graded from the receipt" in notes(folder, "indigo-basket")
    assert "cannot be read" in notes(folder, "juniper-whistle")
    assert "No receipt" in notes(folder, "kelp-marble")
    assert "the log counts" in notes(folder, "linden-puzzle")
    assert "2 question(s) gone or rewritten, 1 doubled" in notes(folder, "hazel-ladder")


def test_the_report_names_everybody_and_who_is_late(demo):
    folder, report = demo
    page = report.read_text("utf-8")
    from peercourse.bank import load_course

    course = load_course(folder / "course")
    rows = report_topic(folder, course, course.topic(TOPIC)).learners

    assert all(learner.name in page for learner in CLASS)
    assert [row.learner for row in rows if row.seconds_late > 0] == ["ginger-compass"]
    assert "12 points wait for a person" in page


def test_feedback_reached_a_learner(demo):
    folder, _ = demo

    assert list((folder / "learners" / "amber-lantern" / TOPIC / "feedback").rglob("*.html"))


def test_practice_and_private_reflections_are_in_no_submission(demo):
    folder, _ = demo
    submitted = {path.name for path in (folder / "submitted").rglob("*") if path.is_file()}

    assert submitted <= {
        *("answers.jsonl", "items.json", f"{TOPIC}.ipynb", "timestamp.txt", "submission_secret.txt"),
        *(path.name for path in (folder / "source" / TOPIC / "figures").iterdir()),
    }


def test_the_demo_does_not_overwrite_somebodys_folder(tmp_path):
    (tmp_path / "thesis.txt").write_text("years of work")

    with pytest.raises(CourseError, match="not a demo's"):
        run_demo(PROJECT, tmp_path)
    assert (tmp_path / "thesis.txt").exists()
