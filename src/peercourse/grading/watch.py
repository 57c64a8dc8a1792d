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
from peercourse.items import CourseError

SECONDS_BETWEEN_LOOKS = 1.0
FEW = 5
"""Up to this many get their feedback one by one; of more, the whole class in one call."""


def watch(
    root: Path,
    topic: str,
    tell: Callable[[str], None],
    release: Callable[[Path, str, str], str],
    jobs: int = 1,
    scheduler: str = "",
) -> None:
    """Grade what arrives for `topic` until somebody interrupts; `tell` gets the sentences about every round.

    `release` makes and releases the feedback of one learner, or of all where none is named. It is called
    where `topic.toml` has `feedback_at_once`, also for those whom an earlier watch had graded only.
    """
    settings = read_settings(root)
    if not settings.plain_exchange:
        raise CourseError("--watch knows only nbgrader's own exchange, a folder; nbgrader_config.py sets another one.")
    looked_at, last = -1, Summary()
    while True:
        arrived = _changed(inbound(settings))
        if arrived != looked_at or last.arriving:
            looked_at, before = arrived, last.problems
            last = collect_and_grade(root, topic, jobs=jobs, scheduler=scheduler)
            if last.graded or last.problems != before:
                tell(describe(topic, last))
            if load_course(root / "course").topic(topic).head.feedback_at_once:
                _release(root, topic, tell, release)
        time.sleep(SECONDS_BETWEEN_LOOKS)


def _changed(folder: Path) -> int:
    return folder.stat().st_mtime_ns if folder.is_dir() else 0


def _release(root: Path, topic: str, tell: Callable[[str], None], release: Callable[[Path, str, str], str]) -> None:
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
