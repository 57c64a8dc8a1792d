"""What grading a class takes: this course's pipeline, and stock nbgrader with the same questions and answers."""

from __future__ import annotations

import random
import shutil
import time
from pathlib import Path
from statistics import median

from bench_row import TOPIC, Row, Step, seconds
from bench_stock import ASSIGNMENT, make_stock_course, stock_submission
from course_project import make_project, submission
from nbgrader.api import Gradebook

from peercourse.bank import Topic
from peercourse.invented import half, mixed, nothing, right
from peercourse.items import Choice, CourseError, is_graded
from peercourse.loop import nbgrader
from peercourse.notebook import items_in_order
from peercourse.scoring import AnswerValue

RUNS = 3
GRADING_STEPS = 2 + 3 * RUNS
HABITS = (right, mixed, mixed, half, mixed) * 3 + (right, mixed, mixed, half, nothing)
"""How each of the 20 learners answers."""

Answers = dict[str, dict[str, AnswerValue]]
"""By learner, then by item."""


def measure_grading(place: Path, step: Step) -> list[Row]:
    """Seconds of one `nbgrader autograde` each way, in turn, so that a slow moment falls on both."""
    ours, stock = place / "ours", place / "stock"
    for folder in (ours, stock):
        folder.mkdir()
    step("building the topic")
    course = make_project(ours)
    topic = course.topic(TOPIC)
    answers = class_answers(topic)
    for learner, given in answers.items():
        work = submission(ours, course, learner)
        for item in work.graded:
            if item.id in given:
                work.answer(item, given[item.id])
        work.hand_in()
    step("making the stock assignment")
    questions = [item for item in items_in_order(topic) if isinstance(item, Choice) and is_graded(item)]
    make_stock_course(stock, questions)
    for learner, given in answers.items():
        stock_submission(stock, learner, questions, given)
    times: dict[str, list[float]] = {"ours": [], "stock": [], "start": []}
    for run in range(RUNS):
        step(f"this course, {run + 1} of {RUNS}")
        times["ours"].append(time_grading(ours, TOPIC))
        step(f"stock nbgrader, {run + 1} of {RUNS}")
        times["stock"].append(time_grading(stock, ASSIGNMENT))
        step(f"start-up alone, {run + 1} of {RUNS}")
        times["start"].append(time_start(ours))
    must_be_right(ours, TOPIC, questions, answers)
    must_be_right(stock, ASSIGNMENT, questions, answers)
    return rows(times, len(questions))


def rows(times: dict[str, list[float]], questions: int) -> list[Row]:
    """The three figures, and what they mean for one learner."""
    learners = len(HABITS)
    ours, stock, start = (median(times[name]) for name in ("ours", "stock", "start"))
    each = [(whole - start) / learners * 1000 for whole in (ours, stock)]
    how = f"`nbgrader autograde`, {learners} submissions, {RUNS} runs in turn, each with nothing graded before"
    return [
        Row("this course", seconds(times["ours"]), f"{how}; {questions} questions and a reflection"),
        Row("stock nbgrader", seconds(times["stock"]),
            f"the same; {questions} questions as RadioButtons and Checkbox with hidden tests; the answers are code"),
        Row("starting nbgrader", seconds(times["start"]), "`nbgrader --version`; part of both"),
        Row("for each submission", f"{each[0]:.0f} ms here, {each[1]:.0f} ms stock", "without the start"),
        Row("stock takes", f"{stock / ours:.1f} times as long", "of the medians, start included"),
    ]  # fmt: skip


def class_answers(topic: Topic) -> Answers:
    """What 20 invented learners answer, the same each time."""
    graded = [item for item in items_in_order(topic) if is_graded(item)]
    names = [f"learner-{number:02}" for number in range(1, len(HABITS) + 1)]
    return {
        name: habit(graded, random.Random(name))  # noqa: S311
        for name, habit in zip(names, HABITS, strict=True)
    }


def time_grading(root: Path, assignment: str) -> float:
    """Seconds of one autograde of everybody, beginning with a gradebook that knows no submission."""
    book, fresh = root / "gradebook.db", root / "gradebook.fresh"
    if fresh.exists():
        shutil.copy(fresh, book)
        shutil.rmtree(root / "autograded")
    else:
        shutil.copy(book, fresh)
    start = time.perf_counter()
    done = nbgrader(root, "autograde", assignment)
    taken = time.perf_counter() - start
    graded = len(list(root.glob(f"autograded/*/{assignment}/{assignment}.ipynb")))
    if done.returncode or graded != len(HABITS):
        raise CourseError(f"autograde graded {graded} of {len(HABITS)} in {root.name}: {done.stderr.strip()[-400:]}")
    return taken


def time_start(root: Path) -> float:
    """Seconds until nbgrader has started and said its version."""
    start = time.perf_counter()
    nbgrader(root, "--version")
    return time.perf_counter() - start


def must_be_right(root: Path, assignment: str, questions: list[Choice], answers: Answers) -> None:
    """See that full points went to exactly the right answers: else the time measured is not that of grading."""
    expected = {
        (name, item.id)
        for name, given in answers.items()
        for item in questions
        if set(given.get(item.id, ())) == item.key
    }
    if wrong := sorted(expected ^ full_marks(root, assignment, questions)):
        raise CourseError(f"{assignment} was graded wrongly, so its time says nothing: {wrong[:3]}")


def full_marks(root: Path, assignment: str, questions: list[Choice]) -> set[tuple[str, str]]:
    """Every (learner, question) that earned all its points."""
    points = {item.id: item.points for item in questions}
    with Gradebook(f"sqlite:///{root / 'gradebook.db'}") as gradebook:
        return {
            (book.student.id, grade.name)
            for book in gradebook.notebook_submissions(assignment, assignment)
            for grade in book.grades
            if grade.name in points and grade.score == points[grade.name]
        }
