"""Grade each submission as it arrives, and release its feedback at once where the topic says so."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path

from peercourse.bank import load_course
from peercourse.grading.batch import Summary
from peercourse.grading.collecting import inbound
from peercourse.grading.run import collect_and_grade, describe
from peercourse.grading.settings import read_settings
from peercourse.inert import printable_lines
from peercourse.items import CourseError

SECONDS_BETWEEN_LOOKS = 1.0
SECONDS_AFTER_A_MISTAKE = 5.0
FEW = 5
"""Up to this many get their feedback one by one; of more, the whole class in one call."""

Tell = Callable[[str], None]
Release = Callable[[Path, str, str], str]


def watch(
    root: Path,
    topic: str,
    tell: Tell,
    release: Release,
    jobs: int = 1,
    scheduler: str = "",
) -> None:
    """Grade what arrives for `topic` until somebody interrupts; `tell` gets the sentences about every round.

    `release` makes and releases the feedback of one learner, or of all where none is named. It is called
    where `topic.toml` has `feedback_at_once`, also for those whom an earlier watch had graded only. What goes wrong
    later than at the start is told, and tried again.
    """
    settings = read_settings(root)
    if not settings.plain_exchange:
        raise CourseError("--watch knows only nbgrader's own exchange, a folder; nbgrader_config.py sets another one.")
    load_course(root / "course", only=topic).topic(topic)
    looked_at, last, mistake = -1, Summary(), ""
    while True:
        arrived = _changed(inbound(settings))
        if arrived != looked_at or last.arriving or mistake:
            try:
                last = _one_round(root, topic, last, tell, release, jobs, scheduler)
                looked_at, mistake = arrived, ""
            except (CourseError, OSError) as error:  # a file of the course that somebody is just writing, a full disk
                before, mistake = (
                    mistake,
                    f"{printable_lines(str(error))}\nGoing on watching; this is tried again by itself.",
                )
                if mistake != before:
                    tell(mistake)
        time.sleep(SECONDS_AFTER_A_MISTAKE if mistake else SECONDS_BETWEEN_LOOKS)


def _one_round(
    root: Path, topic: str, last: Summary, tell: Tell, release: Release, jobs: int, scheduler: str
) -> Summary:
    summary = collect_and_grade(root, topic, jobs=jobs, scheduler=scheduler)
    if summary.graded or summary.problems != last.problems:
        tell(describe(topic, summary))
    if load_course(root / "course", only=topic).topic(topic).head.feedback_at_once:
        _release(root, topic, tell, release)
    return summary


def _changed(folder: Path) -> int:
    return folder.stat().st_mtime_ns if folder.is_dir() else 0


def _release(root: Path, topic: str, tell: Tell, release: Release) -> None:
    """Release feedback to those who were graded since they last got some."""
    waiting = [
        graded.parent.name
        for graded in sorted(root.glob(f"autograded/*/{topic}"))
        if _changed(graded) > _changed(root / "feedback" / graded.parent.name / topic)
    ]
    for learner in waiting if len(waiting) <= FEW else [""]:
        try:
            tell(release(root, topic, learner))
        except CourseError as error:
            tell(str(error))
