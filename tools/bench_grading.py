"""What grading a class takes: this course's batch, the bare reading and writing of its files, and stock nbgrader."""

from __future__ import annotations

import shutil
import time
from pathlib import Path
from statistics import median

from bench_class import HABITS, Answers, Run, grow_class, hand_in_twenty, put_away, run_alone, time_class
from bench_row import TOPIC, Row, Step
from bench_stock import ASSIGNMENT, make_stock_course, stock_submission
from course_project import make_project
from nbgrader.api import Gradebook

from peercourse.items import Choice, CourseError, is_graded
from peercourse.nbgrader_calls import nbgrader
from peercourse.notebook import items_in_order

RUNS = 3
LEARNERS = 1000
GRADING_STEPS = 3 + 5 * RUNS

FLOOR = """
import json, os, sys
topic = sys.argv[1]
for learner in sorted(os.listdir("submitted")):
    for folder, _, names in os.walk(f"submitted/{learner}/{topic}"):
        for name in names:
            with open(f"{folder}/{name}", "rb") as file:
                data = file.read()
            if name.endswith(".ipynb"):
                json.loads(data)
            elif name.endswith(".jsonl"):
                [json.loads(line) for line in data.splitlines()]
found = [(folder, name) for folder, _, names in os.walk("pattern") for name in names]
pattern = [(folder, name, open(f"{folder}/{name}", "rb").read()) for folder, name in found]
for learner in sorted(os.listdir("submitted")):
    for folder, name, data in pattern:
        place = f"written/{learner}/{topic}/{folder}"
        os.makedirs(place, exist_ok=True)
        with open(f"{place}/{name}", "wb") as file:
            file.write(data)
"""
"""Read and parse everything that was handed in, and write as many files as grading does, of the same sizes."""


def measure_grading(place: Path, step: Step) -> list[Row]:
    """Every way in turn, so that a slow moment falls on all of them."""
    ours, stock = place / "ours", place / "stock"
    for folder in (ours, stock):
        folder.mkdir()
    step("building the topic")
    course = make_project(ours)
    topic = course.topic(TOPIC)
    answers = hand_in_twenty(ours, course)
    step("making the stock assignment")
    questions = [item for item in items_in_order(topic) if isinstance(item, Choice) and is_graded(item)]
    make_stock_course(stock, questions)
    for learner, given in answers.items():
        stock_submission(stock, learner, questions, given)
    times: dict[str, list[float]] = {"stock": [], "inside": [], "start": []}
    for run in range(RUNS):
        step(f"stock nbgrader, {run + 1} of {RUNS}")
        times["stock"].append(time_autograde(stock, ASSIGNMENT))
        step(f"this course inside nbgrader, {run + 1} of {RUNS}")
        times["inside"].append(time_autograde(ours, TOPIC))
        step(f"start-up alone, {run + 1} of {RUNS}")
        times["start"].append(time_start(ours))
    must_be_right(stock, ASSIGNMENT, questions, answers)
    step(f"{LEARNERS:,} learners hand in")
    grow_class(ours, LEARNERS)
    batch, floor = [], []
    for run in range(RUNS):
        step(f"peercourse grade, {run + 1} of {RUNS}")
        batch.append(time_class(ours, LEARNERS))
        step(f"reading and writing alone, {run + 1} of {RUNS}")
        floor.append(time_floor(ours))
    must_be_right(ours, TOPIC, questions, answers)
    return rows(times, batch, floor, len(questions))


def rows(times: dict[str, list[float]], batch: list[Run], floor: list[Run], questions: int) -> list[Row]:
    """The figures, and what they mean for one submission."""
    start = median(times["start"])
    stock, inside = ((median(times[name]) - start) / len(HABITS) for name in ("stock", "inside"))
    ours, bare = (median(run.seconds for run in runs) for runs in (batch, floor))
    cpu = median(run.cpu for run in batch) / median(run.cpu for run in floor)
    each = ours / LEARNERS
    return [
        Row("stock nbgrader, for each submission", f"{stock * 1000:,.0f} ms",
            f"`nbgrader autograde` of {len(HABITS)}, median of {RUNS}, its start of {start:.1f} s taken off; "
            f"{questions} questions as ipywidgets with hidden tests"),
        Row("this course inside nbgrader", f"{inside * 1000:,.0f} ms",
            f"the same command with this course's steps; {questions} questions and a reflection"),
        Row("`peercourse grade`", f"{each * 1000:.2f} ms",
            f"{LEARNERS:,} submissions in {spread(batch)}, start included"),
        Row("stock takes", f"{stock / each:,.0f} times as long", "for each submission"),
        Row("reading, parsing, writing alone", spread(floor),
            f"{LEARNERS:,} submissions; grading takes {ours / bare:.1f} times as long, "
            f"and {cpu:.1f} times the processor time"),
    ]  # fmt: skip


def spread(runs: list[Run]) -> str:
    """The median of whole commands, with the fastest and the slowest."""
    taken = [run.seconds for run in runs]
    return f"{median(taken):.2f} s ({min(taken):.2f} to {max(taken):.2f})"


def time_autograde(root: Path, assignment: str) -> float:
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


def time_floor(root: Path) -> Run:
    """Read and parse what was handed in, and write what was graded once more, in a process of its own."""
    put_away(root / "pattern")
    put_away(root / "written")
    shutil.copytree(root / "autograded" / "learner-00000" / TOPIC, root / "pattern")
    return run_alone(root, FLOOR, TOPIC)


def must_be_right(root: Path, assignment: str, questions: list[Choice], answers: Answers) -> None:
    """See that full points went to exactly the right answers: else the time measured is not that of grading."""
    expected = {
        (name, item.id)
        for name, given in answers.items()
        for item in questions
        if set(given.get(item.id, ())) == item.key
    }
    if wrong := sorted(expected ^ full_marks(root, assignment, questions, answers)):
        raise CourseError(f"{assignment} was graded wrongly, so its time says nothing: {wrong[:3]}")


def full_marks(root: Path, assignment: str, questions: list[Choice], answers: Answers) -> set[tuple[str, str]]:
    """Every (learner, question) of the first 20 that earned all its points."""
    points = {item.id: item.points for item in questions}
    with Gradebook(f"sqlite:///{root / 'gradebook.db'}") as gradebook:
        return {
            (learner, grade.name)
            for learner in answers
            for grade in gradebook.find_submission_notebook(assignment, assignment, learner).grades
            if grade.name in points and grade.score == points[grade.name]
        }
