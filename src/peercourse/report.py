"""How a class is doing: gradebook and submissions in, figures and one HTML page out."""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from statistics import mean

from jinja2 import Environment, PackageLoader
from nbgrader.api import Gradebook, MissingEntry

from peercourse.bank import Course, Topic
from peercourse.grading.settings import read_settings
from peercourse.items import Choice, is_graded, shown_order
from peercourse.lesson_items import items_in_order
from peercourse.marking import Marking, mark
from peercourse.marking_guide import marking_guide


@dataclass(frozen=True)
class LearnerRow:
    """One learner in one topic.

    `score` is None where nothing was graded yet; `to_read` counts the points that wait for a person, `again` the
    marks of a person's whose answer or points have changed since, `penalty` what was taken off for being late.
    """

    learner: str
    score: float | None
    max_score: float
    seconds_late: float
    to_read: float
    notes: tuple[str, ...]
    again: int = 0
    penalty: float = 0

    @property
    def points(self) -> str:
        """The points so far, out of those that have been decided."""
        if self.score is None:
            return "–"
        return f"{round(self.score - self.penalty, 2):g} of {self.max_score - self.to_read:g}"

    @property
    def state(self) -> str:
        """Where this learner stands, in a few words."""
        if self.score is None:
            return "has not handed in"
        parts = [f"{self.to_read:g} points wait for a person"] if self.to_read else []
        parts += [f"{self.again} mark(s) by a person to look at again"] if self.again else []
        parts = parts or ["graded"]
        if self.seconds_late > 0:
            parts.append("late" + (f", {round(self.penalty, 2):g} points taken off" if self.penalty else ""))
        return " · ".join(parts)


@dataclass(frozen=True)
class ItemRow:
    """One question over the whole class: how many answered, the mean share of its points, the choices."""

    item: str
    stem: str
    answered: int
    share: float | None
    choices: tuple[tuple[str, int, bool], ...]


@dataclass(frozen=True)
class TopicReport:
    """Everything the report says about one topic."""

    topic: str
    title: str
    learners: tuple[LearnerRow, ...]
    items: tuple[ItemRow, ...]


def report_topic(root: Path, course: Course, topic: Topic) -> TopicReport:
    """Gather the figures of one topic from the gradebook and the submissions in the course root."""
    with Gradebook(read_settings(root).db_url) as gradebook:
        names = sorted({student.id for student in gradebook.students} | set(_submitted(root, topic.name)))
        learners = tuple(_learner(gradebook, root, topic.name, name) for name in names)
    guide = marking_guide(course, topic)
    markings = [mark(guide, root / "submitted" / name / topic.name) for name in _submitted(root, topic.name)]
    return TopicReport(topic.name, topic.head.title, learners, tuple(_items(topic, markings)))


def _submitted(root: Path, topic: str) -> list[str]:
    return sorted(path.parent.name for path in root.glob(f"submitted/*/{topic}") if path.is_dir())


def _learner(gradebook: Gradebook, root: Path, topic: str, name: str) -> LearnerRow:
    try:
        submission = gradebook.find_submission(topic, name)
    except MissingEntry:
        return LearnerRow(name, None, 0, 0, 0, ())
    grades = [grade for notebook in submission.notebooks for grade in notebook.grades]
    to_read = sum(grade.max_score for grade in grades if grade.needs_manual_grade and grade.manual_score is None)
    notes = _notes(root / "autograded" / name / topic / f"{topic}.ipynb")
    again = sum(grade.needs_manual_grade and grade.manual_score is not None for grade in grades)
    late, penalty = submission.total_seconds_late, submission.late_submission_penalty
    return LearnerRow(name, submission.score, submission.max_score, late, to_read, notes, again, penalty)


def _notes(path: Path) -> tuple[str, ...]:
    if not path.is_file():
        return ("Not graded yet, or grading failed: run peercourse grade.",)
    notes: list[str] = json.loads(path.read_bytes())["metadata"].get("peercourse", {}).get("notes", [])
    return tuple(notes)


def _items(topic: Topic, markings: list[Marking]) -> list[ItemRow]:
    rows = []
    for item in items_in_order(topic):
        if not is_graded(item):
            continue
        marked = [m for marking in markings for m in marking.items if m.item.id == item.id]
        answered = [m for m in marked if m.value]
        shares = [m.score.points / m.score.max_points for m in answered if m.score.points is not None]
        choices: tuple[tuple[str, int, bool], ...] = ()
        if isinstance(item, Choice):
            counts = Counter(name for m in answered if isinstance(m.value, list) for name in set(m.value))
            choices = tuple((option.text, counts[option.id], option.correct) for option in shown_order(item))
        rows.append(ItemRow(item.id, item.stem, len(answered), mean(shares) if shares else None, choices))
    return rows


def write_report(root: Path, course: Course, topics: list[TopicReport]) -> Path:
    """Write the page for instructors and return its path. Learners' words stand in it as text only."""
    environment = Environment(loader=PackageLoader("peercourse"), autoescape=True, trim_blocks=True, lstrip_blocks=True)
    page = environment.get_template("report.html").render(course=course.head, topics=topics)
    path = root / "reports" / "report.html"
    path.parent.mkdir(exist_ok=True)
    path.write_text(page, "utf-8")
    return path
