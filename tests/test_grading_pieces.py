"""What grading is made of: dates, names, settings, and notebooks written as nbformat writes them."""

from __future__ import annotations

import warnings
from pathlib import Path

import jupytext
import nbformat
import pytest
from graded_class import TOPIC, make_graded_course
from hypothesis import given, settings
from hypothesis import strategies as some
from nbgrader.utils import is_ignored as nbgrader_ignores
from nbgrader.utils import parse_utc
from small_course import change, write_small_course
from test_grading_batch import grade

from peercourse.bank import load_course
from peercourse.grading.dates import parse_date, read_date
from peercourse.grading.marked_notebook import MarkedNotebooks
from peercourse.grading.settings import read_settings
from peercourse.grading.submitted_files import BLANK_NOTEBOOK, is_ignored
from peercourse.items import CourseError, Reflection
from peercourse.lesson_cells import split_cells
from peercourse.marking import Marked, Marking, read_code_cells
from peercourse.marking_guide import marking_guide
from peercourse.scoring import score

PROJECT = Path(__file__).resolve().parent.parent

# --- dates ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "text",
    [
        "2026-11-22 10:00:00.000000 UTC",
        "2026-11-22 10:00:00 UTC",
        "2026-11-22 10:00:00.5 UTC",
        "2026-11-22 05:00:00 EST",
        "2026-11-22 05:00:00 -18000",
        "2026-11-22 05:00:00 America/Los_Angeles",
        "2026-11-22T10:00:00+02:00",
        "2026-11-22",
        "22 Nov 2026 10:00",
        "2026-11-22 10:00:00 nowhere",
    ],
)
def test_a_date_is_read_as_nbgrader_reads_it(text):
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")

        assert parse_date(text) == parse_utc(text)


@pytest.mark.parametrize(
    "text", ["", "yesterday, honest", "2026-13-01 10:00:00 UTC", "0001-01-01 00:00:00 3600", "9" * 99]
)
def test_what_is_no_date_is_none(text):
    assert parse_date(text) is None


def test_a_date_is_neither_read_through_a_link_nor_from_a_huge_file(tmp_path):
    assert read_date(tmp_path) is None
    (tmp_path / "timestamp.txt").write_text("2026-11-22 10:00:00 UTC" + " " * 1000)
    assert read_date(tmp_path) is None
    (tmp_path / "timestamp.txt").rename(tmp_path / "other.txt")
    (tmp_path / "timestamp.txt").symlink_to("other.txt")
    assert read_date(tmp_path) is None


# --- what is copied ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "name", ["a.pyc", ".a.pyc", "feedback", "feedback.txt", "x.set-aside", ".x.set-aside", "A.PYC"]
)
@pytest.mark.parametrize("pattern", ["*.pyc", "feedback", "*.set-aside", ".ipynb_checkpoints", ".*"])
def test_names_are_ignored_by_nbgraders_rules(tmp_path, name, pattern):
    (tmp_path / name).touch()

    assert is_ignored(name, [pattern]) == nbgrader_ignores(str(tmp_path / name), [pattern])


# --- the marked notebook -------------------------------------------------------------------------


@pytest.fixture(scope="module")
def guide(tmp_path_factory):
    root = tmp_path_factory.mktemp("guide") / "course"
    make_graded_course(root)
    course = load_course(root / "course")
    return marking_guide(course, course.topic(TOPIC))


@settings(max_examples=60, deadline=None)
@given(text=some.text(max_size=60), notes=some.lists(some.text(max_size=30), max_size=3), chosen=some.data())
def test_the_marked_notebook_has_the_bytes_that_nbformat_gives_it(guide, text, notes, chosen):
    values = {
        item.id: text if isinstance(item, Reflection) else chosen.draw(some.none() | some.lists(some.text(max_size=5)))
        for item in guide.items
    }
    marked = tuple(Marked(item, values[item.id], score(item, values[item.id])) for item in guide.items)
    written = MarkedNotebooks(guide).text(Marking(guide.topic, marked, tuple(notes)))
    notebook = nbformat.reads(written, as_version=4)
    nbformat.validate(notebook)

    assert nbformat.writes(notebook) + "\n" == written
    assert notebook.metadata.peercourse.notes == notes


def test_an_answer_that_was_given_before_looks_the_same_the_second_time(guide):
    writer = MarkedNotebooks(guide)
    marking = Marking(guide.topic, tuple(Marked(i, None, score(i, None)) for i in guide.items), ())

    assert writer.text(marking) == writer.text(marking) == MarkedNotebooks(guide).text(marking)


def test_the_blank_notebook_is_one(tmp_path):
    (tmp_path / "blank.ipynb").write_text(BLANK_NOTEBOOK)
    nbformat.validate(nbformat.reads(BLANK_NOTEBOOK, as_version=4))

    assert read_code_cells(tmp_path / "blank.ipynb") == []


# --- the lesson ----------------------------------------------------------------------------------

KINDS = {"markdown": "text", "code": "code", "raw": "raw"}
ODD_LESSONS = [
    "no front matter\n\n+++\n\nsecond\n",
    '---\na: 1\n---\n\n+++ {"tags": ["x"]}\n\ntext\n\n- list\n\n  ```{code-cell} ipython3\n  nested\n  ```\n',
    '```{code-cell} ipython3\n:tags: [x]\n\ncheck("a")\n```\n\n```{raw-cell}\nraw\n```\n',
    '```{code-cell} ipython3\n---\ntags: [x]\n---\ncheck("a")\n```\n',
    '> quoted\n> ```{code-cell}\n> x\n> ```\n\n~~~{code-cell} ipython3\ncheck("a")\n~~~\n',
    "",
]


@pytest.mark.parametrize(
    "text",
    [*ODD_LESSONS, *(path.read_text("utf-8") for path in sorted(PROJECT.glob("course/*/lesson.md")))],
    ids=lambda text: text[-20:],
)
def test_a_lesson_has_the_cells_that_jupyterlab_opens(text):
    theirs = [(KINDS[cell.cell_type], cell.source.strip()) for cell in jupytext.reads(text, fmt="md:myst").cells]
    ours = [(kind, source.strip()) for kind, source in split_cells(text)]

    assert [cell for cell in ours if cell[1]] == [cell for cell in theirs if cell[1]]


# --- settings ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("line", "says"),
    [
        ("c.CourseDirectory.submitted_directory = 'in'", "sets CourseDirectory.submitted_directory"),
        ("c.Autograde.create_student = False", "sets Autograde.create_student"),
        ("c.Autograde.autograde_preprocessors.append('nbgrader.preprocessors.Execute')", "'Execute'"),
        ("this is no Python", "cannot be read (invalid syntax"),
        ("1 / 0", "cannot be read (division by zero)"),
    ],
)
def test_a_configuration_that_asks_for_something_else_is_one_line(tmp_path, line, says):
    write_small_course(tmp_path)
    with (tmp_path / "nbgrader_config.py").open("a") as config:
        config.write(f"{line}\n")

    with pytest.raises(CourseError) as error:
        read_settings(tmp_path)
    assert says in str(error.value)
    assert str(error.value).startswith("nbgrader_config.py ")
    assert "\n" not in str(error.value)


def test_a_list_may_be_added_to(tmp_path):
    write_small_course(tmp_path)
    change(tmp_path / "nbgrader_config.py", "c.CourseDirectory.ignore = [", "_ = [")
    with (tmp_path / "nbgrader_config.py").open("a") as config:
        config.write("c.CourseDirectory.ignore.append('*.mp4')\n")

    assert read_settings(tmp_path).ignore == (".ipynb_checkpoints", "*.pyc", "__pycache__", "feedback", "*.mp4")


def test_grading_before_the_build_says_what_to_run(tmp_path):
    write_small_course(tmp_path)
    (tmp_path / "submitted" / "basil" / TOPIC).mkdir(parents=True)
    done = grade(tmp_path)

    assert (done.returncode, done.stderr) == (
        1,
        "There is no gradebook.db yet: run peercourse build, then try again.\n",
    )
    assert not (tmp_path / "gradebook.db").exists()
