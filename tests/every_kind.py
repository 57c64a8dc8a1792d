"""The small course with one example of every kind that `peercourse new question` makes, and what lint tells of it."""

from __future__ import annotations

from datetime import date
from pathlib import Path

from small_course import write_small_course

from peercourse.bank import load_course
from peercourse.cli import NEW_KINDS
from peercourse.lint import lint
from peercourse.scaffold import new_question

TODAY = date(2026, 6, 1)


def write_every_kind(root: Path) -> Path:
    """Write the course into `root` and return its `course/`; each example is called `first-steps-<kind>`."""
    course = write_small_course(root)
    for kind in NEW_KINDS:
        _, item_id = new_question(course, "first-steps", kind)
        for path in (course / "first-steps").glob("*.*"):
            path.write_text(path.read_text("utf-8").replace(item_id, f"first-steps-{kind}"), "utf-8")
    return course


def told_of(course: Path, today: date | None = TODAY) -> list[str]:
    """What lint says of the course."""
    return lint(load_course(course), today)
