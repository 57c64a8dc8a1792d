"""The `peercourse` command as people run it: a job done, or one line that says what to do."""

from __future__ import annotations

import os
import subprocess
import sys
import zipfile
from pathlib import Path

import click
import pytest
from built_course import built_small_course, copy_of, files_in
from small_course import change, write_small_course

from peercourse.cli import NEW_KINDS, commands, main
from peercourse.scaffold import EXAMPLES

MAIN = "from peercourse.cli import main; main()"


def in_a_process(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Run the command in a process of its own."""
    command = [sys.executable, "-c", MAIN, *arguments]
    return subprocess.run(command, cwd=folder, capture_output=True, text=True, timeout=300)


@pytest.fixture
def peercourse(monkeypatch, capfd):
    """Run the command in this process, which saves the time to load everything again."""
    monkeypatch.delenv("PORT", raising=False)

    def run(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
        monkeypatch.chdir(folder)
        monkeypatch.setattr(sys, "argv", ["peercourse", *arguments])
        code = 0
        try:
            main()
        except SystemExit as end:
            code = end.code or 0
        told = capfd.readouterr()
        return subprocess.CompletedProcess(["peercourse", *arguments], code, told.out, told.err)

    return run


def one_line(done: subprocess.CompletedProcess[str]) -> str:
    """The only line that a refused command printed."""
    assert done.returncode == 1, done
    assert done.stdout == ""
    (line,) = done.stderr.splitlines()
    return line


def every_command(group: click.Group = commands, name: str = "") -> dict[str, click.Command]:
    found = {}
    for word, command in group.commands.items():
        found[f"{name} {word}".strip()] = command
        if isinstance(command, click.Group):
            found |= every_command(command, word)
    return found


@pytest.fixture
def course(tmp_path: Path) -> Path:
    return write_small_course(tmp_path)


@pytest.fixture
def project(tmp_path: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return copy_of(built_small_course(tmp_path_factory), tmp_path)


# --- help ------------------------------------------------------------------------------------


def test_the_jobs_are_these():
    assert set(every_command()) == {
        *("lint", "new", "new topic", "new question", "build", "grade", "feedback", "regrade", "report"),
        *("demo", "lab", "publish"),
    }


@pytest.mark.parametrize(("name", "command"), every_command().items(), ids=every_command())
def test_every_command_and_option_says_what_it_does(name, command):
    assert command.help
    assert command.help.splitlines()[0].endswith(".")
    for parameter in command.params:
        assert isinstance(parameter, click.Argument) or parameter.help, parameter.name


def test_help_is_given_outside_a_course_too(peercourse, tmp_path):
    shown = in_a_process(tmp_path, "--help")

    assert (shown.returncode, shown.stderr) == (0, "")
    for name in commands.commands:
        assert f"  {name} " in shown.stdout
    assert "--discard-edits" in peercourse(tmp_path, "build", "-h").stdout


# --- mistakes --------------------------------------------------------------------------------

JOBS = {
    "lint": ("lint",),
    "build": ("build",),
    "new topic": ("new", "topic", "wound-care"),
    "new question": ("new", "question", "first-steps"),
    "grade": ("grade", "first-steps"),
    "feedback": ("feedback", "first-steps"),
    "report": ("report",),
    "demo": ("demo",),
    "lab": ("lab", "--no-browser"),
    "publish": ("publish",),
}


@pytest.mark.parametrize("arguments", JOBS.values(), ids=JOBS)
def test_outside_a_course_every_job_says_where_to_go(peercourse, tmp_path, arguments):
    assert one_line(peercourse(tmp_path, *arguments)) == (
        "No course here: change to the folder that holds nbgrader_config.py and course/, then try again."
    )
    assert list(tmp_path.iterdir()) == []


def test_a_mistake_ends_the_process_with_one_line_and_code_1(tmp_path):
    assert one_line(in_a_process(tmp_path, "build")) == (
        "No course here: change to the folder that holds nbgrader_config.py and course/, then try again."
    )


@pytest.mark.parametrize(
    "arguments",
    [("lint", "third-eye"), ("feedback", "third-eye"), ("grade", "third-eye")],
    ids=["lint", "feedback", "grade"],
)
def test_an_unknown_topic_is_answered_with_those_that_there_are(peercourse, course, arguments):
    assert one_line(peercourse(course.parent, *arguments)) == (
        'course/course.toml: there is no topic "third-eye"; it lists first-steps, second-look.'
    )


def test_a_question_for_an_unknown_topic_says_how_to_start_it(peercourse, course):
    assert one_line(peercourse(course.parent, "new", "question", "third-eye")).endswith(
        "start it with: peercourse new topic third-eye"
    )


@pytest.mark.parametrize("job", ["lint", "build", "publish", "grade", "feedback"])
def test_broken_toml_is_one_line_with_its_number(peercourse, course, job):
    (course / "course.toml").write_text('id = "a"\ntopics = [\n', "utf-8")
    done = peercourse(course.parent, *JOBS[job])

    assert done.returncode == 1
    assert done.stdout == ""
    assert "Traceback" not in done.stderr
    assert done.stderr.splitlines()[0].startswith("course/course.toml: ")


def test_broken_questions_are_one_line_with_their_number_and_no_traceback(course):
    (course / "first-steps/questions.toml").write_text("[[item]]\nid = = 1\n", "utf-8")
    done = in_a_process(course.parent, "lint")

    assert done.returncode == 1
    assert done.stderr.splitlines()[0] == (
        "course/first-steps/questions.toml: Invalid value (at line 2, column 6); correct it there."
    )
    assert "Traceback" not in done.stderr


def test_lint_prints_every_problem_and_counts_them(peercourse, course):
    change(course / "first-steps/questions.toml", "explanation = ", "explaination = ")
    change(course / "second-look/lesson.md", "[@handbook]", "[@hearsay]")
    done = peercourse(course.parent, "lint")
    lines = done.stderr.splitlines()

    assert (done.returncode, done.stdout) == (1, "")
    assert len(lines) == 4
    assert lines[-1] == "3 problems."
    assert all(line.startswith("course/") for line in lines[:-1])


def test_lint_of_one_topic_tells_of_that_topic_alone(peercourse, course):
    change(course / "first-steps/lesson.md", "[@handbook]", "[@hearsay]")
    change(course / "second-look/lesson.md", "[@handbook]", "[@hearsay]")
    lines = peercourse(course.parent, "lint", "second-look").stderr.splitlines()

    assert [line.split(":")[0] for line in lines] == ["course/second-look/lesson.md", "1 problem."]


def test_a_report_before_any_build_says_what_to_run(peercourse, course):
    assert one_line(peercourse(course.parent, "report")) == (
        "There is no gradebook.db yet: run peercourse build, then collect and grade."
    )


def test_publishing_before_any_build_says_what_to_run(peercourse, course):
    assert one_line(peercourse(course.parent, "publish")) == (
        "release/first-steps is missing: run peercourse build first."
    )


def test_a_demo_does_not_take_over_a_folder_of_somebody_elses(peercourse, course):
    (course.parent / "mine").mkdir()
    (course.parent / "mine" / "notes.txt").write_text("mine")

    assert one_line(peercourse(course.parent, "demo", "--folder", "mine")) == (
        "mine/ holds files that are not a demo's: name another folder with --folder."
    )
    assert (course.parent / "mine" / "notes.txt").read_text() == "mine"


def test_a_file_where_a_folder_is_needed_is_one_line(peercourse, project):
    (project / "dist").write_text("in the way")

    assert one_line(peercourse(project, "publish")).endswith("; mend that, then run the same command again.")


@pytest.mark.parametrize("arguments", [("bild",), ("grade",), ("lab", "--port", "99999"), ("build", "--force")])
def test_a_misspelt_command_says_how_to_get_help(peercourse, course, arguments):
    done = peercourse(course.parent, *arguments)

    assert done.returncode == 2
    assert done.stderr.startswith("Usage: ")
    assert "Traceback" not in done.stderr


# --- jobs ------------------------------------------------------------------------------------


def test_a_job_is_done_from_any_folder_below(peercourse, course):
    done = peercourse(course / "first-steps", "lint")

    assert (done.returncode, done.stdout) == (0, "No problems: 2 topic(s), 10 items, 2 sources.\n")


def test_a_new_topic_and_a_new_question_are_made_and_named(peercourse, course):
    topic = peercourse(course.parent, "new", "topic", "wound-care")
    question = peercourse(course.parent, "new", "question", "wound-care")

    assert topic.stdout == (
        "Made course/wound-care/. Write in course/wound-care/lesson.md and questions.toml, then run: peercourse build\n"
    )
    assert question.stdout == (
        'Added "wound-care-new-1" to course/wound-care/questions.toml and to the lesson. '
        "Edit it, then run: peercourse build\n"
    )


def test_grading_before_anybody_handed_in_says_so(peercourse, project):
    assert peercourse(project, "grade", "first-steps").stdout == "Nobody has handed in first-steps yet.\n"


def test_a_report_on_an_unknown_topic_names_those_that_there_are(peercourse, project):
    assert "it lists first-steps, second-look" in one_line(peercourse(project, "report", "third-eye"))


def test_feedback_before_anything_is_graded_says_what_to_run(peercourse, project):
    assert one_line(peercourse(project, "feedback", "first-steps")) == (
        "first-steps: nothing is graded yet; run peercourse grade first-steps first."
    )


def test_publishing_twice_gives_the_same_archives_with_what_learners_need(peercourse, project):
    first = in_a_process(project, "publish")
    archives = files_in(project / "dist")
    for path in (project / "release").rglob("*"):
        os.utime(path, ns=(10**18, 10**18))
    second = peercourse(project, "publish", "--to", "another")

    assert (first.returncode, second.returncode) == (0, 0)
    assert files_in(project / "another") == archives
    assert sorted(archives) == ["first-steps.zip", "second-look.zip"]
    with zipfile.ZipFile(project / "dist" / "first-steps.zip") as archive:
        packed = {name: archive.read(name) for name in archive.namelist()}
    assert packed == {f"first-steps/{n}": b for n, b in files_in(project / "release" / "first-steps").items()}


def test_plans_for_instructors_and_the_map_are_packed_apart_from_what_learners_get(peercourse, project):
    (project / "course/first-steps/facilitator.md").write_text("Begin with a round of names.", "utf-8")
    (project / "course/points.toml").write_text('A1 = "What it is for."\n', "utf-8")
    peercourse(project, "publish")
    with zipfile.ZipFile(project / "dist" / "instructors.zip") as archive:
        packed = {name: archive.read(name) for name in archive.namelist()}

    assert sorted(packed) == ["instructors/coverage.md", "instructors/first-steps.md"]
    assert packed["instructors/first-steps.md"] == b"Begin with a round of names."
    assert b"| A1 | What it is for. |" in packed["instructors/coverage.md"]
    with zipfile.ZipFile(project / "dist" / "first-steps.zip") as archive:
        assert not [name for name in archive.namelist() if name.endswith(".md")]


@pytest.mark.parametrize("kind", NEW_KINDS)
def test_lint_and_its_tables_know_every_kind(peercourse, course, kind):
    made = peercourse(course.parent, "new", "question", "first-steps", "--kind", kind)

    assert made.stdout.startswith('Added "first-steps-new-1" to course/first-steps/')
    assert peercourse(course.parent, "lint").stdout.startswith("No problems: 2 topic(s), ")
    table = peercourse(course.parent, "lint", "--table", "--guesser").stdout
    assert "first-steps" in table
    assert "2 sources; " in table
    assert "all topics, check, 4 questions: chance " in table


def test_every_kind_that_can_be_added_has_an_example_and_every_example_can_be_added():
    assert {path.stem for path in EXAMPLES.glob("*")} == set(NEW_KINDS)
