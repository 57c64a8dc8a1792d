"""The nbgrader steps of this course; the only code that knows nbgrader's inside.

Listed in `nbgrader_config.py`. Without them nobody gets points: stock nbgrader finds answer cells
that it leaves to a person.
"""

from __future__ import annotations

import logging
import secrets
import stat
from datetime import UTC, datetime
from functools import lru_cache
from pathlib import Path
from typing import Any

import nbformat
from nbformat import NotebookNode
from nbgrader.api import Gradebook, MissingEntry
from nbgrader.preprocessors import NbGraderPreprocessor
from nbgrader.utils import parse_utc
from traitlets import Unicode
from traitlets.log import get_logger

from peercourse.bank import Course, load_course
from peercourse.items import CourseError
from peercourse.marking import SET_ASIDE, Marked, Marking, mark, marked_notebook, read_notebook

Resources = dict[str, Any]

_marked: dict[tuple[str, str], Marking] = {}
"""Markings on their way from the first pass to the second, by (learner, topic).

They travel in memory, never in the notebook: a learner could write anything there."""


def set_aside_unsafe_files(assignment: str, student: str, notebooks: list[str]) -> None:
    """Before a submission is copied: rename what must not be opened or followed, so that it is left out.

    nbgrader calls this once for each submission, with its notebooks. Links, pipes and devices are set
    aside, and so is a notebook that cannot be read; an empty notebook takes its place, for the answers
    may stand in the log. A renamed notebook gets the topic's own name beside it for the same reason.
    """
    folder = Path(notebooks[0]).parent
    for path in sorted(folder.rglob("*")):
        if not stat.S_ISREG(path.lstat().st_mode) and (path.is_symlink() or not path.is_dir()):
            _set_aside(path)
    for path in sorted(folder.glob("*.ipynb")):
        if read_notebook(path) is None:
            _set_aside(path)
    date = folder / "timestamp.txt"
    if date.exists() and not _is_date(date):
        _set_aside(date)
    expected = folder / f"{folder.name}.ipynb"
    if not expected.exists():
        nbformat.write(nbformat.v4.new_notebook(), expected)
    notebooks[:] = [str(expected)]


def name_undated_feedback(assignment: str, student: str, notebooks: list[str]) -> None:
    """After feedback is made: give a submission that nbgrader did not collect the two files that releasing reads.

    Such a learner gets the page from a person, by the way the notebook came; without the files the
    release would stop for everybody.
    """
    graded = Path(notebooks[0]).parent
    page = Path("feedback").resolve() / graded.parent.name / graded.name
    graded_at = datetime.fromtimestamp(Path(notebooks[0]).stat().st_mtime, UTC).strftime("%Y-%m-%d %H:%M:%S.%f UTC")
    for name, text in (("timestamp.txt", graded_at), ("submission_secret.txt", secrets.token_hex(16))):
        if page.is_dir() and not (page / name).exists():
            (page / name).write_text(text)


def _is_date(path: Path) -> bool:
    try:
        parse_utc(path.read_text("utf-8").strip())
    except (ValueError, OverflowError, OSError):
        return False
    return True


def _set_aside(path: Path) -> None:
    target = path.with_name(path.name + SET_ASIDE)
    _log().warning("%s: %s cannot be read safely; set aside as %s", path.parent.parent.name, path.name, target.name)
    path.rename(target)


class RestoreNotebook(NbGraderPreprocessor):
    """First pass: mark the submission and put the course's own notebook in the place of the learner's."""

    course = Unicode("course", help="Folder of the course, seen from the course root.").tag(config=True)

    def preprocess(self, nb: NotebookNode, resources: Resources) -> tuple[NotebookNode, Resources]:
        """Return the marked notebook; `nb`, which is the learner's, goes no further."""
        names = resources["nbgrader"]
        course = _course(Path(self.course).resolve())
        topic = course.topic(names["assignment"])
        marking = mark(topic, Path(resources["metadata"]["path"]))
        for note in marking.notes:
            self.log.warning("%s: %s", names["student"], note)
        _marked[names["student"], names["assignment"]] = marking
        return marked_notebook(course, topic, marking), resources


class GradeAnswers(NbGraderPreprocessor):
    """Second pass: write the points into the gradebook. A mark that a person gave is kept."""

    def preprocess(self, nb: NotebookNode, resources: Resources) -> tuple[NotebookNode, Resources]:
        """Record the marking of the first pass; without one, record nothing."""
        names = resources["nbgrader"]
        marking = _marked.pop((names["student"], names["assignment"]), None)
        if marking is None:
            raise CourseError(
                "nbgrader_config.py: peercourse.grading.RestoreNotebook did not run; "
                "put it back into Autograde.sanitize_preprocessors. No points were given."
            )
        with Gradebook(names["db_url"]) as gradebook:
            for marked in marking.items:
                self._record(gradebook, marked, (names["notebook"], names["assignment"], names["student"]))
            gradebook.db.commit()
        return nb, resources

    def _record(self, gradebook: Gradebook, marked: Marked, place: tuple[str, str, str]) -> None:
        try:
            grade = gradebook.find_grade(marked.item.id, *place)
            comment = gradebook.find_comment(marked.item.id, *place)
        except MissingEntry:
            self.log.error(
                '%s: "%s" is not in the gradebook; run peercourse build, then grade again.', place[2], marked.item.id
            )
            return
        points = marked.score.points
        grade.auto_score = None if points is None else max(0.0, min(points, grade.max_score))
        grade.needs_manual_grade = points is None or grade.manual_score is not None
        comment.auto_comment = "No response." if marked.value is None else None


def _course(folder: Path) -> Course:
    changed = max(path.stat().st_mtime_ns for path in folder.rglob("*") if path.suffix in (".toml", ".md"))
    return _load(folder, changed)


@lru_cache(maxsize=2)
def _load(folder: Path, changed: int) -> Course:
    return load_course(folder)


def _log() -> logging.Logger | logging.LoggerAdapter[Any]:
    return get_logger()
