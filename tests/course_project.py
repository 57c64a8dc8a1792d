"""A whole course project in a folder of a test's own: the real course, built, and submissions as nbgrader has them."""

from __future__ import annotations

import json
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

import nbformat
from nbgrader.api import Gradebook, MissingEntry

from peercourse.answers import append, read
from peercourse.bank import Course, Topic
from peercourse.build import build
from peercourse.invented import REFLECTION
from peercourse.items import Item, Reflection, is_graded
from peercourse.loop import nbgrader
from peercourse.notebook import items_in_order
from peercourse.receipt import make_receipt

PROJECT = Path(__file__).resolve().parent.parent
TOPIC = "what-it-is"


def make_project(root: Path, config: str | None = None) -> Course:
    """Copy what authors write into `root` and build it; `config` replaces nbgrader_config.py."""
    shutil.copytree(PROJECT / "course", root / "course")
    (root / "nbgrader_config.py").write_text(config or (PROJECT / "nbgrader_config.py").read_text("utf-8"), "utf-8")
    return build(root)


@dataclass(frozen=True)
class Submission:
    """One learner's submission, as nbgrader collects it."""

    folder: Path
    topic: Topic

    @property
    def notebook(self) -> Path:
        return self.folder / f"{self.topic.name}.ipynb"

    @property
    def log(self) -> Path:
        return self.folder / "answers.jsonl"

    @property
    def graded(self) -> list[Item]:
        return [item for item in items_in_order(self.topic) if is_graded(item)]

    def answer_all(self) -> Submission:
        for item in self.graded:
            self.answer(item, REFLECTION if isinstance(item, Reflection) else sorted(item.key))
        return self

    def answer(self, item: Item, value: list[str] | str, version: int = 1) -> None:
        append(self.log, {"item": item.id, "version": version, "answer": value})

    def hand_in(self) -> Submission:
        append(self.log, {"event": "hand-in"})
        notebook = nbformat.read(self.notebook, as_version=4)
        notebook.cells[-1].source = make_receipt(self.topic.name, read(self.log))
        nbformat.write(notebook, self.notebook)
        return self

    def edit(self, change) -> Submission:
        """Let `change` rewrite the notebook's JSON."""
        body = json.loads(self.notebook.read_text("utf-8"))
        change(body)
        self.notebook.write_text(json.dumps(body), "utf-8")
        return self


def submission(root: Path, course: Course, learner: str) -> Submission:
    """A fresh copy of the release, lying where nbgrader collects to."""
    folder = root / "submitted" / learner / TOPIC
    shutil.copytree(root / "release" / TOPIC, folder)
    (folder / "timestamp.txt").write_text("2026-11-22 10:00:00.000000 UTC")
    (folder / "submission_secret.txt").write_text(learner)
    return Submission(folder, course.topic(TOPIC))


def autograde(root: Path, *options: str) -> subprocess.CompletedProcess[str]:
    return nbgrader(root, "autograde", TOPIC, *options)


@dataclass(frozen=True)
class Result:
    """What the gradebook holds for one learner."""

    score: float
    to_read: int
    comments: dict[str, str]
    scores: dict[str, float]


def result(root: Path, learner: str) -> Result | None:
    """The gradebook's entry for `learner`, None where there is none."""
    with Gradebook(f"sqlite:///{root / 'gradebook.db'}") as gradebook:
        try:
            notebook = gradebook.find_submission_notebook(TOPIC, TOPIC, learner)
        except MissingEntry:
            return None
        return Result(
            notebook.score,
            sum(grade.needs_manual_grade for grade in notebook.grades),
            {comment.name: comment.comment for comment in notebook.comments if comment.comment},
            {grade.name: grade.score for grade in notebook.grades},
        )


def notes(root: Path, learner: str) -> str:
    """What the graded notebook tells the person grading."""
    path = root / "autograded" / learner / TOPIC / f"{TOPIC}.ipynb"
    return " ".join(json.loads(path.read_bytes())["metadata"]["peercourse"]["notes"])
