"""One run of grading, as a person starts it: collect, grade, and say in words how that went."""

from __future__ import annotations

from pathlib import Path

from peercourse.bank import load_course
from peercourse.grading.audit import AUDIT_NAME
from peercourse.grading.batch import Seen, Summary, alone_at_work, grade_topic
from peercourse.grading.collecting import Collected, collect
from peercourse.grading.settings import read_settings
from peercourse.inert import printable
from peercourse.items import CourseError
from peercourse.nbgrader_calls import nbgrader, said

SHOWN_PROBLEMS = SHOWN_NOTES = 40


def collect_and_grade(
    root: Path,
    topic: str,
    *,
    again: bool = False,
    jobs: int = 1,
    scheduler: str = "",
    seen: Seen = lambda done, total: None,
) -> Summary:
    """Collect what came in and grade what is new of it (all of it with `again`).

    One submission that cannot be collected or graded does not keep the others from it; the summary names it.
    """
    course = load_course(root / "course", only=topic)
    course.topic(topic)
    with alone_at_work(root):
        collected = _collect(root, topic)
    summary = Summary()
    if any(root.glob(f"submitted/*/{topic}")):
        summary = grade_topic(root, course, topic, again=again, jobs=jobs, scheduler=scheduler, seen=seen)
    summary.problems |= collected.problems
    notes = collected.notes[:SHOWN_NOTES]
    if (more := len(collected.notes) - SHOWN_NOTES) > 0:
        notes.append(f"… and {more} more notes on what came in.")
    summary.notes[:0] = notes
    summary.all_notes += len(notes)
    summary.arriving = collected.arriving
    return summary


def describe_regrade(topic: str, summary: Summary) -> str:
    """How a regrading went, in sentences."""
    lines = [f"{topic}: {len(summary.graded)} submission(s) regraded; every change is noted in {AUDIT_NAME}."]
    lines += [f"  Not regraded: {learner}: {reason}" for learner, reason in sorted(summary.problems.items())]
    return "\n".join(map(printable, lines))


def _collect(root: Path, topic: str) -> Collected:
    settings = read_settings(root)
    if settings.plain_exchange:
        return collect(settings, topic)
    done = nbgrader(root, "collect", topic, "--update")
    if done.returncode:
        raise CourseError(f"{topic}: nbgrader collect failed: " + " ".join(said(done, "ERROR"))[:400])
    return Collected()


def describe(topic: str, summary: Summary) -> str:
    """The summary in sentences."""
    if not (summary.graded or summary.unchanged or summary.problems):
        return f"Nobody has handed in {topic} yet."
    lines = [f"{topic}: {len(summary.graded)} submission(s) graded."]
    if summary.unchanged:
        lines[0] = f"{lines[0][:-1]}, {summary.unchanged} graded before."
    if summary.outdated:
        lines.append(f"  Questions changed since {summary.outdated} of them were graded: peercourse regrade {topic}")
    lines += [f"  {note}" for note in summary.notes]
    if (more := summary.all_notes - len(summary.notes)) > 0:
        lines.append(f"  … and {more} more notes; peercourse report {topic} shows them all.")
    problems = [f"  Not graded: {learner}: {reason}" for learner, reason in sorted(summary.problems.items())]
    lines += problems[:SHOWN_PROBLEMS]
    if (more := len(problems) - SHOWN_PROBLEMS) > 0:
        lines.append(f"  … and {more} more that could not be graded.")
    if problems:
        lines.append("What could not be graded is tried again with the next peercourse grade; earlier marks stay.")
    lines.append(
        f"Reflections wait for a person: Nbgrader menu, Formgrader, Manual Grading. Then: peercourse feedback {topic}"
    )
    # Names of folders and files may hold what a terminal would obey.
    return "\n".join(map(printable, lines))
