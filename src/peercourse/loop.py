"""The staff's side of the loop, through nbgrader's own commands: collect, grade, feedback, report."""

from __future__ import annotations

import re
import subprocess
import sys
import zipfile
from pathlib import Path

from peercourse.bank import load_course
from peercourse.build import nbgrader_environment
from peercourse.items import CourseError


def nbgrader(root: Path, *arguments: str, login: str = "") -> subprocess.CompletedProcess[str]:
    """Run one nbgrader command in the course root, as the user `login` where one is given."""
    environment = nbgrader_environment()
    if login:
        environment |= {"LOGNAME": login, "JUPYTERHUB_USER": login}
    command = [sys.executable, "-m", "nbgrader", *arguments]
    return subprocess.run(command, cwd=root, env=environment, capture_output=True, text=True)


def said(done: subprocess.CompletedProcess[str], level: str) -> list[str]:
    """The lines that nbgrader logged at `level` (WARNING, ERROR), without their prefix."""
    return re.findall(rf"^\[\w+ \| {level}\] (.*)$", done.stdout + done.stderr, re.MULTILINE)


def collect_and_grade(root: Path, topic: str, again: bool = False) -> str:
    """Collect what came in, grade what is new (all of it with `again`), and say how that went.

    One submission that cannot be graded does not keep the others from it; it is named.
    """
    load_course(root / "course").topic(topic)
    if (root / "exchange").is_dir():
        nbgrader(root, "collect", topic, "--update")
    if not list(root.glob(f"submitted/*/{topic}")):
        return f"Nobody has handed in {topic} yet."
    done = nbgrader(root, "autograde", topic, *(["--force"] if again else []))
    failed = [line for line in said(done, "ERROR") if "There was an error processing" in line]
    graded = len(list(root.glob(f"autograded/*/{topic}/{topic}.ipynb")))
    lines = [f"{topic}: {graded} submission(s) graded."]
    learners = tuple(f"{path.parent.name}: " for path in root.glob(f"submitted/*/{topic}"))
    lines += sorted({f"  {line}" for line in said(done, "WARNING") if line.startswith(learners)})
    if done.returncode:
        lines += [f"  Not graded: {line}" for line in failed] or ["  " + line for line in said(done, "ERROR")[:5]]
    lines.append(
        "Reflections wait for a person: Nbgrader menu, Formgrader, Manual Grading. Then: peercourse feedback " + topic
    )
    return "\n".join(lines)


def release_feedback(root: Path, topic: str) -> str:
    """Make feedback pages from the marks as they stand and release them to learners."""
    load_course(root / "course").topic(topic)
    if not list(root.glob(f"autograded/*/{topic}")):
        raise CourseError(f"{topic}: nothing is graded yet; run peercourse grade {topic} first.")
    for step in ("generate_feedback", "release_feedback"):
        done = nbgrader(root, step, topic, *(["--force"] if step == "generate_feedback" else []))
        if done.returncode:
            raise CourseError(f"{topic}: nbgrader {step} failed: " + " ".join(said(done, "ERROR"))[:400])
    pages = len(list(root.glob(f"feedback/*/{topic}/*.html")))
    return f"{topic}: {pages} feedback page(s) released. Learners fetch them in the Assignment List."


def show_report(root: Path, topic: str | None = None) -> Path:
    """Print the table of scores and write the page for instructors; returns its path."""
    from rich.console import Console
    from rich.table import Table

    from peercourse.report import report_topic, write_report

    if not (root / "gradebook.db").is_file():
        raise CourseError("There is no gradebook.db yet: run peercourse build, then collect and grade.")
    course = load_course(root / "course")
    topics = [course.topic(topic)] if topic else list(course.topics)
    reports = [report_topic(root, each) for each in topics]
    console = Console()
    for each in reports:
        table = Table("Learner", "Points", "State", "Notes", title=each.title)
        for row in each.learners:
            table.add_row(row.learner, row.points, row.state, "\n".join(row.notes))
        console.print(table)
    path = write_report(root, course, reports)
    console.print(f"The whole report: {path}", soft_wrap=True)
    return path


def pack_release(root: Path, target: str) -> list[Path]:
    """One zip file per topic of `release/`, the same bytes each time."""
    packed = []
    for topic in load_course(root / "course").topics:
        folder = root / "release" / topic.name
        if not folder.is_dir():
            raise CourseError(f"release/{topic.name} is missing: run peercourse build first.")
        path = root / target / f"{topic.name}.zip"
        path.parent.mkdir(parents=True, exist_ok=True)
        with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
            for file in sorted(folder.rglob("*")):
                if file.is_file():
                    entry = zipfile.ZipInfo(f"{topic.name}/{file.relative_to(folder).as_posix()}")
                    entry.compress_type = zipfile.ZIP_DEFLATED
                    archive.writestr(entry, file.read_bytes())
        packed.append(path)
    return packed
