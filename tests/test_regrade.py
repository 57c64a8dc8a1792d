"""`peercourse regrade`: who changes is shown before it is written, and what a person gave stays."""

from __future__ import annotations

import io
import json
import os
import shutil
import signal
import subprocess
import sys
from contextlib import redirect_stderr, redirect_stdout
from pathlib import Path

import pytest
from faults import grade_here
from gradebook_rows import files_and_modes, gradebook_rows
from graded_class import DUE, LATE, LATER, TOPIC, Submitted, make_graded_course
from nbgrader.api import Gradebook
from small_course import change
from test_grading_batch import KILL, MAIN, PATIENCE, grade

from peercourse.cli import main
from peercourse.grading.audit import AUDIT_NAME
from peercourse.loop import release_feedback
from peercourse.nbgrader_calls import nbgrader

CHECK, SEVERAL, LETTER, BEDS = (f"{TOPIC}-{name}" for name in ("check", "several", "letter", "beds"))


def regrade(root: Path, *options: str, typed: str = "") -> subprocess.CompletedProcess[str]:
    """Run `peercourse regrade` in this process, which saves the time to load everything again."""
    said, complained, code = io.StringIO(), io.StringIO(), 0
    with pytest.MonkeyPatch.context() as patch, redirect_stdout(said), redirect_stderr(complained):
        patch.chdir(root)
        patch.setattr(sys, "argv", ["peercourse", "regrade", TOPIC, *options])
        patch.setattr(sys, "stdin", io.StringIO(typed))
        try:
            main()
        except SystemExit as end:
            code = int(end.code or 0)
    return subprocess.CompletedProcess([], code, said.getvalue(), complained.getvalue())


def regrade_until_killed(root: Path, point: str) -> int:
    """Run it in a process that kills itself at `point`; returns how it ended."""
    command = [sys.executable, "-c", f"{KILL}\n{point}\n{MAIN}", "regrade", TOPIC, "--yes"]
    return subprocess.run(command, cwd=root, capture_output=True, text=True, timeout=PATIENCE).returncode


@pytest.fixture(scope="module")
def released(tmp_path_factory):
    """A class that is graded, by a person too, and has its feedback. Read only."""
    root = tmp_path_factory.mktemp("released") / "course"
    make_graded_course(root, "c.LateSubmissionPlugin.penalty_method = 'zero'\n")
    (root / "exchange").mkdir()
    assert nbgrader(root, "db", "assignment", "add", TOPIC, f"--duedate={DUE}").returncode == 0
    for learner, date in (("person", ""), ("worker", ""), ("late-worker", LATE), ("silent", ""), ("marked", "")):
        handed_in = Submitted(root, learner, *([date] if date else []))
        if learner != "silent":
            handed_in.answer_all()
        if learner not in ("person", "silent"):
            handed_in.answer(handed_in.items[0], ["worker"])
    assert grade(root).returncode == 0
    with Gradebook(f"sqlite:///{root / 'gradebook.db'}") as book:
        for learner in ("worker", "marked"):
            letter = book.find_grade(LETTER, TOPIC, TOPIC, learner)
            letter.manual_score, letter.needs_manual_grade, letter.extra_credit = 3, False, 0.25
            book.find_comment(LETTER, TOPIC, TOPIC, learner).manual_comment = "A warm letter."
        checked = book.find_grade(CHECK, TOPIC, TOPIC, "marked")
        checked.manual_score, checked.needs_manual_grade = 0.5, False
        book.db.commit()
    release_feedback(root, TOPIC)
    return root


@pytest.fixture
def root(released, tmp_path):
    return Path(shutil.copytree(released, tmp_path / "a course"))


def questions(root: Path) -> Path:
    return root / "course" / TOPIC / "questions.toml"


def correct_the_key(root: Path) -> None:
    """The worker decides, after all."""
    change(questions(root), 'text = "The person"\ncorrect = true\n', 'text = "The person"\n')
    change(questions(root), 'text = "The worker"\n', 'text = "The worker"\ncorrect = true\n')


def accept_both(root: Path) -> None:
    change(questions(root), 'text = "The worker"\n', 'text = "The worker"\naccepted = true\n')


def drop(root: Path, item: str) -> None:
    change(questions(root), f'id = "{item}"\n', f'id = "{item}"\ndropped = true\n')


def state(root: Path) -> tuple[object, ...]:
    rows = gradebook_rows(f"sqlite:///{root / 'gradebook.db'}")
    folders = [files_and_modes(root / name) for name in ("autograded", "feedback", "exchange")]
    return rows, *folders, (root / AUDIT_NAME).exists()


def grades(root: Path, item: str) -> dict[str, tuple[float | None, float | None, bool]]:
    """By learner: points by grading, points by a person, and whether it is to be looked at."""
    with Gradebook(f"sqlite:///{root / 'gradebook.db'}") as book:
        found = {}
        for row in book.assignment_submissions(TOPIC):
            grade = book.find_grade(item, TOPIC, TOPIC, row.student.id)
            found[row.student.id] = (grade.auto_score, grade.manual_score, bool(grade.needs_manual_grade))
        return found


def audit(root: Path) -> list[dict[str, object]]:
    return [json.loads(line) for line in (root / AUDIT_NAME).read_text("utf-8").splitlines()]


# --- what is shown -----------------------------------------------------------------------------


def test_who_changes_and_by_how_much_is_shown_before_anything_is_written(root):
    correct_the_key(root)
    before = state(root)
    done = regrade(root, typed="n\n")

    assert done.returncode == 0, done.stderr
    assert done.stdout.splitlines() == [
        f"{TOPIC}: points change for 4 of 5 learner(s).",
        f"  {CHECK}: 3 get more, 1 less",
        f"  late-worker: {CHECK} 0 → 1. In all 11 → 12, before what is taken off for being late",
        f"  marked: {CHECK} 0 → 1 (a person gave 0.5; that stays). In all 14.75 → 14.75",
        f"  person: {CHECK} 1 → 0. In all 12 → 11",
        f"  worker: {CHECK} 0 → 1. In all 14.25 → 15.25",
        "Write these changes? [y/N]: Nothing was written.",
    ]
    assert state(root) == before


def test_where_nothing_changes_nothing_is_asked_or_written(root):
    before = state(root)
    done = regrade(root)

    assert done.returncode == 0, done.stderr
    assert done.stdout.splitlines() == [
        f"{TOPIC}: points change for 0 of 5 learner(s).",
        f"{TOPIC}: 0 feedback page(s) made again.",
    ]
    assert state(root) == before


def test_another_reason_changes_no_points_and_stands_in_notebooks_and_pages(root):
    change(questions(root), "a choice that is one's own lasts", "a choice of one's own lasts longest")
    done = regrade(root)

    assert "5 graded notebook(s) show the questions as they were; they are made again." in done.stdout
    assert f"{TOPIC}: 5 feedback page(s) made again." in done.stdout
    assert "lasts longest" in (root / "autograded" / "silent" / TOPIC / f"{TOPIC}.ipynb").read_text("utf-8")
    assert not (root / AUDIT_NAME).exists()


# --- what is written ---------------------------------------------------------------------------


def test_a_corrected_key_changes_points_notebooks_pages_and_nothing_that_a_person_gave(root):
    comments = gradebook_rows(f"sqlite:///{root / 'gradebook.db'}")["comment"]
    letters = grades(root, LETTER)
    correct_the_key(root)
    done = regrade(root, "--yes")
    page = (root / "feedback" / "silent" / TOPIC / f"{TOPIC}.html").read_text("utf-8")
    notebook = (root / "autograded" / "silent" / TOPIC / f"{TOPIC}.ipynb").read_text("utf-8")

    assert done.returncode == 0, done.stderr
    assert grades(root, CHECK) == {
        "person": (0, None, False),
        "worker": (1, None, False),
        "late-worker": (1, None, False),
        "silent": (0, None, False),
        "marked": (1, 0.5, True),
    }
    assert grades(root, LETTER) == letters
    assert gradebook_rows(f"sqlite:///{root / 'gradebook.db'}")["comment"] == comments
    assert f"{TOPIC}: 5 feedback page(s) made again." in done.stdout
    # Whose points do not change is not told the old key any longer, either.
    assert "The worker <span" in page
    assert "The worker</strong> (right answer)" in notebook


def test_regrading_twice_changes_and_notes_nothing_more(root):
    correct_the_key(root)
    regrade(root, "--yes", "--release")
    before, noted = state(root), audit(root)
    done = regrade(root, "--yes", "--release")

    assert done.stdout.startswith(f"{TOPIC}: points change for 0 of 5 learner(s).\n{TOPIC}: 0 feedback page(s) made")
    assert (state(root), audit(root)) == (before, noted)


def test_a_regraded_class_is_what_grading_it_anew_would_give_but_for_flags(root):
    accept_both(root)
    anew = Path(shutil.copytree(root, root.parent / "anew"))
    regrade(root, "--yes")
    grade(anew, "--again")
    ours, theirs = (gradebook_rows(f"sqlite:///{each / 'gradebook.db'}") for each in (root, anew))

    def without_flags(rows):
        return [[pair for pair in row if pair[0] != "needs_manual_grade"] for row in rows]

    assert files_and_modes(root / "autograded") == files_and_modes(anew / "autograded")
    for table in theirs:
        assert without_flags(ours[table]) == without_flags(theirs[table]), table


def test_a_second_accepted_answer_takes_nothing_from_anybody(root):
    accept_both(root)
    done = regrade(root, "--yes")

    assert f"  {CHECK}: 3 get more, 0 less" in done.stdout
    assert {learner: auto for learner, (auto, _, _) in grades(root, CHECK).items() if learner != "silent"} == {
        "person": 1, "worker": 1, "late-worker": 1, "marked": 1
    }  # fmt: skip
    assert "counts as right too" in (root / "feedback" / "worker" / TOPIC / f"{TOPIC}.html").read_text("utf-8")


def test_a_dropped_question_gives_its_points_to_everybody_who_handed_in(root):
    drop(root, SEVERAL)
    done = regrade(root, "--yes")

    assert f"  {SEVERAL} (dropped): 1 get more, 0 less" in done.stdout
    assert {auto for auto, _, _ in grades(root, SEVERAL).values()} == {2}
    Submitted(root, "comes-later", LATER)
    assert grade(root).returncode == 0
    assert grades(root, SEVERAL)["comes-later"] == (2, None, False)


def test_a_dropped_reflection_waits_for_nobody_and_keeps_what_a_person_gave(root):
    drop(root, LETTER)
    regrade(root, "--yes")

    assert grades(root, LETTER) == {
        "person": (4, None, False),
        "worker": (4, 3, True),
        "late-worker": (4, None, False),
        "silent": (4, None, False),
        "marked": (4, 3, True),
    }


def test_what_was_dropped_by_mistake_can_be_taken_back(root):
    before = grades(root, BEDS)
    drop(root, BEDS)
    regrade(root, "--yes")
    change(questions(root), "dropped = true\n", "")
    regrade(root, "--yes")

    assert grades(root, BEDS) == before
    assert [(line["old"], line["new"]) for line in audit(root)] == [(0, 1), (1, 0)]


def test_a_regraded_learner_who_was_late_has_the_penalty_worked_out_again(root):
    accept_both(root)
    regrade(root, "--yes")

    with Gradebook(f"sqlite:///{root / 'gradebook.db'}") as book:
        assert book.find_submission_notebook(TOPIC, TOPIC, "late-worker").late_submission_penalty == 12


# --- the audit ---------------------------------------------------------------------------------


def test_every_change_leaves_a_line_with_who_what_when_and_by_which_version(root):
    correct_the_key(root)
    change(questions(root), f'id = "{CHECK}"\n', f'id = "{CHECK}"\nversion = 2\n')
    regrade(root, "--yes")
    lines = audit(root)
    of_person = next(line for line in lines if line["learner"] == "person")

    assert len(lines) == 4
    assert {key: of_person[key] for key in ("topic", "item", "old", "new", "version", "given_by_person")} == {
        "topic": TOPIC, "item": CHECK, "old": 1, "new": 0, "version": 2, "given_by_person": None
    }  # fmt: skip
    assert str(of_person["when"]).startswith("20")
    assert len(str(of_person["item_digest"])) == 12
    assert next(line for line in lines if line["learner"] == "marked")["given_by_person"] == 0.5


def test_a_torn_line_of_the_audit_costs_that_line_only(root):
    (root / AUDIT_NAME).write_text('{"when": "2026', "utf-8")
    accept_both(root)
    assert regrade(root, "--yes").returncode == 0
    lines = (root / AUDIT_NAME).read_text("utf-8").splitlines()

    assert lines[0] == '{"when": "2026'
    assert len([json.loads(line) for line in lines[1:]]) == 3


def test_the_audit_names_learners_so_git_does_not_take_it():
    ignored = (Path(__file__).resolve().parent.parent / ".gitignore").read_text("utf-8").splitlines()

    assert f"/{AUDIT_NAME}" in ignored


POINTS = {
    "when the changes are noted": "die_at(gradebook.GradebookWriter, 'record', 1)",
    "when the gradebook is ahead of the files": "die_at(gradebook.GradebookWriter, 'record', 1, after=True)",
    "with the pages still to make": "from peercourse.feedback import making\ndie_at(making, '_make_one', 2)",
}


@pytest.mark.parametrize("point", POINTS.values(), ids=POINTS)
def test_what_kill_9_interrupts_the_next_run_completes_without_a_second_line(root, point):
    correct_the_key(root)
    undisturbed = Path(shutil.copytree(root, root.parent / "undisturbed"))
    regrade(undisturbed, "--yes")
    assert regrade_until_killed(root, point) == -signal.SIGKILL
    assert regrade(root, "--yes").returncode == 0

    assert state(root) == state(undisturbed)
    assert [{**line, "when": ""} for line in audit(root)] == [{**line, "when": ""} for line in audit(undisturbed)]


# --- feedback ----------------------------------------------------------------------------------


def released_pages(root: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in (root / "exchange" / "harm-reduction" / "feedback").iterdir()}


def test_learners_get_the_new_pages_only_when_they_are_released(root):
    before = released_pages(root)
    accept_both(root)
    told = regrade(root, "--yes").stdout
    assert "Learners still have the old ones" in told
    assert released_pages(root) == before
    regrade(root, "--release")

    after = released_pages(root)
    assert after.keys() == before.keys()
    assert all(b"counts as right too" in data for data in after.values())


def test_grading_and_feedback_tell_that_points_were_given_by_an_older_key(root):
    assert "Questions changed" not in grade_here(root)
    accept_both(root)

    told = f"Questions changed since 5 of them were graded: peercourse regrade {TOPIC}"
    assert told in grade_here(root)
    assert told in release_feedback(root, TOPIC)
    regrade(root, "--yes")
    assert "Questions changed" not in grade_here(root) + release_feedback(root, TOPIC)


def test_where_no_feedback_was_given_yet_none_is_made(root):
    shutil.rmtree(root / "feedback")
    accept_both(root)
    done = regrade(root, "--yes", "--release")

    assert f"{TOPIC}: there are no feedback pages yet." in done.stdout
    assert not (root / "feedback").exists()


# --- who is left as they are -------------------------------------------------------------------


def test_who_handed_in_again_waits_for_the_next_grading(root):
    shutil.rmtree(root / "submitted" / "worker" / TOPIC)
    Submitted(root, "worker", LATER).answer_all()
    accept_both(root)
    done = regrade(root, "--yes")

    assert "graded by the new key with the next peercourse grade: worker" in done.stdout
    assert grades(root, CHECK)["worker"] == (0, None, False)
    assert grade(root).stdout.startswith(f"{TOPIC}: 1 submission(s) graded")


def test_whose_submission_is_gone_keeps_the_points_and_is_named(root):
    shutil.rmtree(root / "submitted" / "worker")
    accept_both(root)
    done = regrade(root, "--yes")

    assert "Left as it is: worker: submitted/worker/first-steps is gone" in done.stdout
    assert grades(root, CHECK)["worker"][0] == 0
    assert grades(root, CHECK)["late-worker"][0] == 1


def test_a_mistake_in_the_topic_is_told_before_anybody_is_regraded(root):
    change(questions(root), 'kind = "single"', 'kind = "simple"')
    done = regrade(root, "--yes")

    assert done.returncode == 1
    assert done.stderr.startswith(f'course/{TOPIC}/questions.toml: "{TOPIC}-practice" has kind')
    assert done.stdout == ""


def test_a_name_that_a_terminal_would_obey_is_shown_as_text(root):
    name = "we\x1b[31mird"
    for folder in ("submitted", "autograded"):
        shutil.copytree(root / folder / "worker", root / folder / name)
    os.utime(root / "autograded" / name)
    accept_both(root)

    assert "\x1b" not in regrade(root, typed="n\n").stdout
