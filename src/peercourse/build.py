"""Make `source/` from `course/`, let nbgrader make `release/` from it, and see that no key is in either."""

from __future__ import annotations

import shutil
import warnings
from collections.abc import Iterator
from pathlib import Path, PurePosixPath

import nbformat
from nbformat import NotebookNode

from peercourse.bank import Course, CourseProblems, load_course
from peercourse.coverage_map import coverage_map
from peercourse.items import CourseError
from peercourse.keys import find_keys
from peercourse.lint import form_problems
from peercourse.nbgrader_calls import nbgrader
from peercourse.notebook import digest, topic_files

COVERAGE_MAP = Path("docs", "coverage.md")
"""Where the map for instructors is written, in the course project."""


def build(root: Path, discard_edits: bool = False) -> Course:
    """Build `source/`, `release/` and the coverage map of the course project in `root`; return the course.

    Raises CourseProblems for mistakes in `course/`, for a `source/` notebook edited by hand
    (unless `discard_edits`), and for a graded key that would reach learners.
    """
    course = load_course(root / "course")
    if problems := form_problems(course):
        raise CourseProblems(problems)
    if not discard_edits and (edited := list(edited_by_hand(root / "source", course))):
        raise CourseProblems(edited)
    for topic in course.topics:
        write_files(root / "source" / topic.name, topic_files(course, topic))
    _stop_at_keys(root / "source", course)
    release(root)
    _stop_at_keys(root / "release", course)
    if text := coverage_map(course):
        (root / COVERAGE_MAP).parent.mkdir(exist_ok=True)
        (root / COVERAGE_MAP).write_text(text, "utf-8")
    return course


def _stop_at_keys(folder: Path, course: Course) -> None:
    if leaks := list(find_keys(folder, course)):
        raise CourseProblems(leaks)


def edited_by_hand(source: Path, course: Course) -> Iterator[str]:
    """One line for every notebook in `source` that a person changed since it was built."""
    for topic in course.topics:
        path = source / topic.name / f"{topic.name}.ipynb"
        if not path.exists():
            continue
        where = f"source/{topic.name}/{topic.name}.ipynb"
        advice = (
            f"it is made from course/{topic.name}/lesson.md. Make the change there, "
            "then run: peercourse build --discard-edits"
        )
        notebook = _read_notebook(path)
        if notebook is None:
            yield f"{where} cannot be read; {advice}"
            continue
        mark = notebook.metadata.get("peercourse")
        if not isinstance(mark, dict) or mark.get("digest") != digest(notebook):
            yield f"{where} was edited by hand; {advice}"


def _read_notebook(path: Path) -> NotebookNode | None:
    """The notebook at `path`, or None where it is no valid notebook."""
    try:
        with warnings.catch_warnings():
            # What nbformat mends in silence (a doubled cell id, say) shows in the digest.
            warnings.simplefilter("ignore")
            notebook: NotebookNode = nbformat.reads(path.read_text("utf-8"), as_version=4)
            nbformat.validate(notebook, relax_add_props=True)
    except (OSError, ValueError, TypeError, KeyError, AttributeError, RecursionError):
        return None
    except (nbformat.reader.NotJSONError, nbformat.ValidationError, nbformat.validator.NotebookValidationError):
        return None
    return notebook


def write_files(folder: Path, files: dict[PurePosixPath, bytes]) -> None:
    """Make `folder` hold exactly `files`; files that are the same already are left alone."""
    folder.mkdir(parents=True, exist_ok=True)
    wanted = {folder / name for name in files}
    for path in sorted(folder.rglob("*"), reverse=True):
        if path.is_dir() and not path.is_symlink():
            if not any(path in keep.parents for keep in wanted):
                shutil.rmtree(path)
        elif path not in wanted:
            path.unlink()
    for name, data in files.items():
        path = folder / name
        if not path.exists() or path.read_bytes() != data:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(data)


def release(root: Path) -> None:
    """Let nbgrader make `release/` and its gradebook entries, in one call for all topics."""
    done = nbgrader(root, "generate_assignment", "--assignment=*", "--force")
    if done.returncode == 0:
        return
    said = done.stdout + done.stderr
    if "there are submissions associated" in said or "Cannot add or remove cells" in said:
        raise CourseError(
            "release/: a check or graded reflection was added or removed after answers came in. Put it back, or "
            "start a new run of the course with an empty gradebook (move gradebook.db and submitted/ away)."
        )
    errors = [line for line in said.splitlines() if "ERROR" in line] or said.splitlines()[-3:]
    raise CourseError("release/: nbgrader generate_assignment failed: " + " ".join(errors)[-600:])
