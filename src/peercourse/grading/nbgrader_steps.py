"""The steps of this course inside nbgrader, for `nbgrader autograde` and Formgrader's button.

Listed in `nbgrader_config.py`. Without them nobody gets points: stock nbgrader finds answer cells
that it leaves to a person.
"""

from __future__ import annotations

import copy
import secrets
import warnings
from datetime import UTC, datetime
from functools import lru_cache
from pathlib import Path
from typing import Any

import nbformat
from nbformat import NotebookNode
from nbgrader.api import Gradebook, MissingEntry
from nbgrader.preprocessors import NbGraderPreprocessor
from traitlets import Unicode

from peercourse.bank import load_course
from peercourse.grading.dates import changed_after_hand_in
from peercourse.grading.learner_names import why_refused
from peercourse.grading.marked_notebook import MarkedNotebooks
from peercourse.grading.setting_aside import set_aside
from peercourse.grading.submitted_files import open_safely, put_blank_notebook
from peercourse.items import CourseError
from peercourse.marking import NO_RESPONSE, Marked, Marking, mark
from peercourse.marking_guide import marking_guide

Resources = dict[str, Any]

_marked: dict[tuple[str, str], Marking] = {}
"""Markings on their way from the first pass to the second, by (learner, topic).

They travel in memory, never in the notebook: a learner could write anything there."""


def set_aside_unsafe_files(assignment: str, student: str, notebooks: list[str]) -> None:
    """Before a submission is copied: rename what must not be opened or followed, so that it is left out.

    nbgrader calls this once for each submission, with its notebooks; of these the topic's own stays.
    """
    folder = Path(notebooks[0]).parent
    open_safely(folder, ())
    expected = folder / f"{folder.name}.ipynb"
    if not _nbformat_reads(expected):
        set_aside(folder, expected.name)
        put_blank_notebook(folder)
    notebooks[:] = [str(expected)]


def _nbformat_reads(path: Path) -> bool:
    """Whether nbgrader, which knows notebooks in more detail than marking needs, gets through this one."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            copy.deepcopy(nbformat.validator.normalize(nbformat.reads(path.read_text("utf-8"), as_version=4)))
    except Exception:  # whatever it is, nbgrader would stumble over it next
        return False
    return True


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


class RestoreNotebook(NbGraderPreprocessor):
    """First pass: mark the submission and put the course's own notebook in the place of the learner's."""

    course = Unicode("course", help="Folder of the course, seen from the course root.").tag(config=True)

    def preprocess(self, nb: NotebookNode, resources: Resources) -> tuple[NotebookNode, Resources]:
        """Return the marked notebook; `nb`, which is the learner's, goes no further."""
        names = resources["nbgrader"]
        if refusal := why_refused(names["student"]):
            _forget(names["db_url"], names["student"])
            raise CourseError(f"{names['student']}: {refusal}")
        marked_notebooks = _marked_notebooks(Path(self.course).resolve(), names["assignment"])
        folder = Path(resources["metadata"]["path"])
        marking = mark(marked_notebooks.guide, folder, changed_after_hand_in(folder))
        for note in marking.notes:
            self.log.warning("%s: %s", names["student"], note)
        _marked[names["student"], names["assignment"]] = marking
        return nbformat.reads(marked_notebooks.text(marking), as_version=4), resources


def _forget(db_url: str, learner: str) -> None:
    """Take a learner out of the gradebook again whom nbgrader put there just now, so that no page names them."""
    with Gradebook(db_url) as gradebook:
        handed_in = gradebook.find_student(learner).submissions
        grades = [grade for each in handed_in for notebook in each.notebooks for grade in notebook.grades]
        if all(grade.auto_score is None and grade.manual_score is None for grade in grades):
            gradebook.remove_student(learner)


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
        comment.auto_comment = NO_RESPONSE if marked.value is None else None


def _marked_notebooks(folder: Path, topic: str) -> MarkedNotebooks:
    changed = max(path.stat().st_mtime_ns for path in folder.rglob("*") if path.suffix in (".toml", ".md"))
    return _load(folder, changed, topic)


@lru_cache(maxsize=2)
def _load(folder: Path, changed: int, topic: str) -> MarkedNotebooks:
    course = load_course(folder)
    return MarkedNotebooks(marking_guide(course, course.topic(topic)))
