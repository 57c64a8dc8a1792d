"""A generated class of any size, handed in; and one timed run of `peercourse grade` over it."""

from __future__ import annotations

import os
import random
import shutil
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

from bench_row import TOPIC
from course_project import submission

from peercourse.bank import Course, Topic
from peercourse.invented import half, mixed, nothing, right
from peercourse.items import CourseError, is_graded
from peercourse.notebook import items_in_order
from peercourse.scoring import AnswerValue

HABITS = (right, mixed, mixed, half, mixed) * 3 + (right, mixed, mixed, half, nothing)
"""How each of 20 learners answers; larger classes are made of these."""

MAIN = "from peercourse.cli import main; main()"
PEAK = """
import atexit, pathlib, resource, sys
def tell():
    status = pathlib.Path("/proc/self/status")
    said = status.read_text().partition("VmHWM:")[2].split()[0] if status.exists() else 0
    pathlib.Path("peak.txt").write_text(str(said or resource.getrusage(resource.RUSAGE_SELF).ru_maxrss))
atexit.register(tell)
"""
"""Write down the process's peak memory at its end. (What the system counts for a child holds its parent's, too.)"""

Answers = dict[str, dict[str, AnswerValue]]
"""By learner, then by item."""


def class_answers(topic: Topic) -> Answers:
    """What 20 invented learners answer, the same each time."""
    graded = [item for item in items_in_order(topic) if is_graded(item)]
    names = [f"learner-{number:05}" for number in range(len(HABITS))]
    return {
        name: habit(graded, random.Random(name))  # noqa: S311
        for name, habit in zip(names, HABITS, strict=True)
    }


def hand_in_twenty(root: Path, course: Course) -> Answers:
    """Hand in for 20 learners; returns what they answered."""
    answers = class_answers(course.topic(TOPIC))
    for learner, given in answers.items():
        work = submission(root, course, learner)
        for item in work.graded:
            if item.id in given:
                work.answer(item, given[item.id])
        work.hand_in()
    return answers


def grow_class(root: Path, learners: int, linked: bool = False) -> None:
    """Make the class of 20 one of `learners`; `linked` ones share their files on disk, which saves room."""
    for number in range(len(HABITS), learners):
        source = root / "submitted" / f"learner-{number % len(HABITS):05}" / TOPIC
        target = root / "submitted" / f"learner-{number:05}" / TOPIC
        if not target.exists():
            shutil.copytree(source, target, copy_function=os.link if linked else shutil.copy2)


@dataclass(frozen=True)
class Run:
    """One whole command: seconds by the clock, seconds of all processors, and its peak memory in bytes."""

    seconds: float
    cpu: float
    peak: int


def nothing_graded(root: Path) -> None:
    """Take back what was graded; the gradebook as it was after the build is kept beside it."""
    book, fresh = root / "gradebook.db", root / "gradebook.fresh"
    shutil.copy(fresh, book) if fresh.exists() else shutil.copy(book, fresh)
    put_away(root / "autograded")


def put_away(folder: Path) -> None:
    """Move a folder out of the way. To remove thousands of files makes a disk slow for what is timed next."""
    if folder.exists():
        folder.rename(tempfile.mkdtemp(prefix=f"{folder.name}-before-", dir=folder.parent))


def run_alone(root: Path, code: str, *arguments: str) -> Run:
    """Run Python `code` in a process of its own, in `root`."""
    with (root / "said.txt").open("wb") as said:
        start = time.perf_counter()
        process = subprocess.Popen([sys.executable, "-c", PEAK + code, *arguments], cwd=root, stdout=said, stderr=said)
        _, status, used = os.wait4(process.pid, 0)
        taken = time.perf_counter() - start
        process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise CourseError(f"{' '.join(arguments[:2])} failed: {(root / 'said.txt').read_text()[-400:]}")
    return Run(taken, used.ru_utime + used.ru_stime, int((root / "peak.txt").read_text()) * 1024)


def time_class(root: Path, learners: int, *options: str) -> Run:
    """One `peercourse grade` of everybody, beginning with nothing graded."""
    nothing_graded(root)
    run = run_alone(root, MAIN, "grade", TOPIC, *options)
    graded = len(list(root.glob(f"autograded/*/{TOPIC}/{TOPIC}.ipynb")))
    if graded != learners:
        raise CourseError(f"{graded} of {learners} were graded: {(root / 'said.txt').read_text()[-400:]}")
    return run
