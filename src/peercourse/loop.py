"""The staff's side of the loop after grading: feedback through nbgrader, the report, archives to hand out."""

from __future__ import annotations

import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from peercourse.bank import load_course
from peercourse.coverage_map import coverage_map
from peercourse.grading.settings import read_settings
from peercourse.inert import printable
from peercourse.items import CourseError
from peercourse.nbgrader_calls import nbgrader, said

if TYPE_CHECKING:
    from peercourse.feedback.making import Made

SHOWN_PROBLEMS = 40


def release_feedback(
    root: Path, topic: str, learner: str = "", seen: Callable[[int, int], None] = lambda done, total: None
) -> str:
    """Make feedback pages from the marks as they stand and release them, to all learners or to the one named."""
    from peercourse.feedback.making import make_pages
    from peercourse.feedback.release import release_pages

    course = load_course(root / "course")
    course.topic(topic)
    if not list(root.glob(f"autograded/*/{topic}")):
        raise CourseError(f"{topic}: nothing is graded yet; run peercourse grade {topic} first.")
    settings = read_settings(root)
    if not settings.own_feedback:
        return _release_by_nbgrader(root, topic, learner)
    made = make_pages(settings, course, topic, [learner] if learner else None, seen)
    without = release_pages(settings, topic, made.learners)
    return "\n".join(_told(topic, made, without))


def _told(topic: str, made: Made, without: list[str]) -> Iterator[str]:
    released = len(made.learners) - len(without)
    yield f"{topic}: {released} feedback page(s) released. Learners fetch them in the Assignment List."
    if without:
        names = ", ".join(map(printable, without[:SHOWN_PROBLEMS]))
        yield f"  Came in by another way, so give them the page from feedback/ yourself: {names}."
    if made.outdated:
        yield f"  Questions changed since {len(made.outdated)} of them were graded: peercourse regrade {topic}"
    lines = [f"  No page: {printable(reason)}" for reason in made.problems.values()]
    yield from lines[:SHOWN_PROBLEMS]
    if (more := len(lines) - SHOWN_PROBLEMS) > 0:
        yield f"  … and {more} more without a page."


def renew_feedback(root: Path, topic: str, release: bool) -> str:
    """Make again the pages that are there and no longer true; with `release` release what is there."""
    from peercourse.feedback.making import make_pages
    from peercourse.feedback.release import release_pages

    settings = read_settings(root)
    having = {path.parent.parent.name for path in root.glob(f"feedback/*/{topic}/{topic}.html")}
    if not having:
        return f"{topic}: there are no feedback pages yet."
    if not settings.own_feedback:
        return f"{topic}: make its feedback pages again with peercourse feedback {topic}"
    made = make_pages(settings, load_course(root / "course"), topic, having)
    said = [f"{topic}: {len(made.changed)} feedback page(s) made again."]
    if release:
        said += _told(topic, made, release_pages(settings, topic, made.learners))
    elif made.changed:
        said.append(f"Learners still have the old ones; release them: peercourse feedback {topic}")
    return "\n".join(said)


def _release_by_nbgrader(root: Path, topic: str, learner: str) -> str:
    """The same by nbgrader's commands, where nbgrader_config.py says how pages or the exchange are to be."""
    for step in ("generate_feedback", "release_feedback"):
        only = [f"--student={learner}"] if learner else []
        done = nbgrader(root, step, topic, *only, *(["--force"] if step == "generate_feedback" else []))
        if done.returncode:
            raise CourseError(f"{topic}: nbgrader {step} failed: " + " ".join(said(done, "ERROR"))[:400])
    pages = len(list(root.glob(f"feedback/*/{topic}/*.html")))
    return f"{topic}: {pages} feedback page(s) released. Learners fetch them in the Assignment List."


def show_report(root: Path, topic: str | None = None) -> Path:
    """Print the table of scores and write the page for instructors; returns its path."""
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    from peercourse.report import report_topic, write_report

    in_file = read_settings(root).db_url.startswith("sqlite")
    if in_file and not (root / "gradebook.db").is_file():
        raise CourseError("There is no gradebook.db yet: run peercourse build, then collect and grade.")
    course = load_course(root / "course")
    topics = [course.topic(topic)] if topic else list(course.topics)
    reports = [report_topic(root, course, each) for each in topics]
    console = Console()
    for each in reports:
        table = Table("Learner", "Points", "State", "Notes", title=each.title)
        for row in each.learners:
            # As Text, in which square brackets are no orders to the terminal.
            notes = Text("\n").join(Text(printable(note)) for note in row.notes)
            table.add_row(Text(printable(row.learner)), row.points, row.state, notes)
        console.print(table)
    path = write_report(root, course, reports)
    console.print(f"The whole report: {path}", soft_wrap=True)
    return path


def pack_release(root: Path, target: str) -> list[Path]:
    """One zip file per topic of `release/`, and one with the plans for instructors; the same bytes each time."""
    course, packed = load_course(root / "course"), []
    for topic in course.topics:
        folder = root / "release" / topic.name
        if not folder.is_dir():
            raise CourseError(f"release/{topic.name} is missing: run peercourse build first.")
        files = {
            f"{topic.name}/{f.relative_to(folder).as_posix()}": f for f in sorted(folder.rglob("*")) if f.is_file()
        }
        packed.append(_pack(root / target / f"{topic.name}.zip", {name: f.read_bytes() for name, f in files.items()}))
    plans = {f"{topic.name}.md": topic.facilitator.encode() for topic in course.topics if topic.facilitator}
    if plans:
        plans |= {"coverage.md": text.encode()} if (text := coverage_map(course)) else {}
        packed.append(_pack(root / target / "instructors.zip", {f"instructors/{n}": text for n, text in plans.items()}))
    return packed


def _pack(path: Path, files: dict[str, bytes]) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in files.items():
            # An entry made from its name alone carries no date of its own.
            entry = zipfile.ZipInfo(name)
            entry.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(entry, data)
    return path
