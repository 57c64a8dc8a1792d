"""Make feedback pages and put them where nbgrader keeps them: one learner's, or a whole class's."""

from __future__ import annotations

import secrets
import shutil
from collections.abc import Callable, Collection, Iterator
from contextlib import closing
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import lru_cache
from pathlib import Path

from peercourse.bank import Course, load_course
from peercourse.feedback.page import FeedbackPages
from peercourse.grading.dates import DATE_NAME
from peercourse.grading.graded_answers import graded_learners, read_graded_answers
from peercourse.grading.marks import LEARNERS_AT_ONCE, LearnerMarks, MarksReader, read_marks
from peercourse.grading.settings import Settings
from peercourse.grading.submitted_files import SECRET_NAME
from peercourse.items import CourseError
from peercourse.marking_guide import marking_guide

MAX_BESIDE_BYTES = 10_000
"""A date or a secret that is longer is none of nbgrader's."""

Seen = Callable[[int, int], None]
"""Told how many pages are done, and of how many."""


@dataclass
class Made:
    """What became of some pages: who has one, who a new one, and a reason for each who has none.

    `outdated` have points that were given by other questions than there are now.
    """

    learners: list[str] = field(default_factory=list)
    changed: list[str] = field(default_factory=list)
    outdated: list[str] = field(default_factory=list)
    problems: dict[str, str] = field(default_factory=dict)


def make_pages(
    settings: Settings,
    course: Course,
    topic: str,
    learners: Collection[str] | None = None,
    seen: Seen = lambda done, total: None,
) -> Made:
    """Write the feedback page of every graded learner, or of those in `learners`.

    Raises CourseError where the gradebook cannot be read; what concerns one learner only is in the result.
    """
    pages = _pages(course, topic)
    made = Made()
    everybody = [name for name in graded_learners(settings.root, topic) if name not in settings.excluded]
    chosen = [name for name in everybody if learners is None or name in learners]
    items = [item.id for item in pages.guide.items]
    with closing(MarksReader(settings.db_url, topic, items)) as reader:
        for start in range(0, len(chosen), LEARNERS_AT_ONCE):
            some = chosen[start : start + LEARNERS_AT_ONCE]
            marks = reader.read(some)
            for learner in some:
                _make_one(settings, pages, learner, marks.get(learner), made)
            seen(start + len(some), len(chosen))
    return made


def page_of(root: Path, course: Path, db_url: str, topic: str, learner: str) -> str:
    """The page of one learner. Raises CourseError where it cannot be made."""
    changed = max(path.stat().st_mtime_ns for path in course.rglob("*") if path.suffix in (".toml", ".md"))
    pages = _load(course, changed, topic)
    marks = read_marks(db_url, topic, [item.id for item in pages.guide.items], learner)
    return _page(root, pages, learner, marks)


@lru_cache(maxsize=2)
def _load(course: Path, changed: int, topic: str) -> FeedbackPages:
    return _pages(load_course(course), topic)


def _pages(course: Course, topic: str) -> FeedbackPages:
    found = course.topic(topic)
    return FeedbackPages(course, found, marking_guide(course, found))


def _page(root: Path, pages: FeedbackPages, learner: str, marks: LearnerMarks | None, made: Made | None = None) -> str:
    if marks is None:
        raise CourseError(f"{learner} is not in the gradebook; run peercourse grade, then try again.")
    graded = read_graded_answers(root, learner, pages.topic.name)
    if made is not None and graded.items != pages.items:
        made.outdated.append(learner)
    return pages.page(marks, graded)


def _make_one(settings: Settings, pages: FeedbackPages, learner: str, marks: LearnerMarks | None, made: Made) -> None:
    topic = pages.topic.name
    target = settings.root / "feedback" / learner / topic
    try:
        page = _page(settings.root, pages, learner, marks, made).encode(errors="replace")
    except CourseError as error:
        made.problems[learner] = str(error)
        return
    name = f"{topic}.html"
    before = (target / name).read_bytes() if (target / name).is_file() else None
    graded = settings.root / "autograded" / learner / topic
    _replace_folder(target, {name: page, **dict(_beside(graded, target))}, settings)
    made.learners.append(learner)
    if page != before:
        made.changed.append(learner)


def _beside(graded: Path, target: Path) -> Iterator[tuple[str, bytes]]:
    """The two files that nbgrader's release reads beside a page.

    A submission that came by mail has none. Its learner gets the page from a person; without the files the
    release of nbgrader would stop for everybody.
    """
    for name in (DATE_NAME, SECRET_NAME):
        for place in (graded, target):
            if (place / name).is_file() and (place / name).stat().st_size <= MAX_BESIDE_BYTES:
                yield name, (place / name).read_bytes()
                break
        else:
            when = datetime.fromtimestamp((graded / f"{graded.name}.ipynb").stat().st_mtime, UTC)
            made_up = f"{when:%Y-%m-%d %H:%M:%S.%f} UTC" if name == DATE_NAME else secrets.token_hex(16)
            yield name, made_up.encode()


def _replace_folder(target: Path, files: dict[str, bytes], settings: Settings) -> None:
    """Put `files` where `target` is; whoever looks there meets the old ones or the new ones, and no others."""
    coming = target.with_name(f".{target.name}.coming")
    shutil.rmtree(coming, ignore_errors=True)
    coming.mkdir(parents=True)
    for name, data in files.items():
        path = coming / name
        path.write_bytes(data)
        path.chmod(settings.feedback_mode)
    if settings.shared:
        for folder in (coming, target.parent):
            folder.chmod(folder.stat().st_mode & 0o2777 | 0o2770)
    if target.exists():
        shutil.rmtree(target)
    coming.rename(target)
