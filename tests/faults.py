"""What the tests of faults share: submissions in the exchange, limits for a process, and a guard that sees code run."""

from __future__ import annotations

import os
import shutil
from datetime import UTC, datetime
from pathlib import Path

import pytest
from graded_class import IN_TIME, TOPIC, Submitted
from nbgrader.api import Gradebook, MissingEntry

from peercourse.grading.run import collect_and_grade, describe

NEEDS_ROOT = pytest.mark.skipif(os.geteuid() != 0, reason="giving files to other accounts needs root")
ALL_POINTS = 12
"""What somebody earns who answers everything right, before a person has read the letter."""

BOUNDED = "import resource\nresource.setrlimit(resource.RLIMIT_AS, (600 << 20, 600 << 20))"
"""Python that gives its process 600 MB and no more. Grading ten good submissions takes a tenth of that."""


def send(root: Path, learner: str, date: str = IN_TIME, rest: str = "abc") -> Path:
    """A whole submission with every answer right, in the exchange as `nbgrader submit` leaves it."""
    made = Submitted(root, learner.replace("/", ""), date, under="desk").answer_all().hand_in().folder
    moment = datetime.strptime(date, "%Y-%m-%d %H:%M:%S.%f UTC").replace(tzinfo=UTC).timestamp()
    os.utime(made / "timestamp.txt", (moment, moment))
    there = root / "exchange" / "harm-reduction" / "inbound" / f"{learner}+{TOPIC}+{date}+{rest}"
    shutil.move(made, there)
    shutil.rmtree(root / "desk")
    return there


def grade_here(root: Path) -> str:
    """Collect and grade as `peercourse grade` does, in this process; returns what it says."""
    return describe(TOPIC, collect_and_grade(root, TOPIC))


def submitted(root: Path, learner: str) -> Path:
    return root / "submitted" / learner / TOPIC


def graded(root: Path, learner: str) -> Path:
    return root / "autograded" / learner / TOPIC


def points(root: Path, learner: str) -> float | None:
    """What the gradebook holds for one learner; None where it has never heard of them."""
    with Gradebook(f"sqlite:///{root / 'gradebook.db'}") as book:
        try:
            return float(book.find_submission(TOPIC, learner).score)
        except MissingEntry:
            return None
