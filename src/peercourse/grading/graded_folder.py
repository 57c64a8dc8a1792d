"""Grade one submission, as far as that needs no gradebook: read it, mark it, write its graded folder.

The folder is written in a place of its own under `autograded/.unfinished/` and moved to where it belongs
once the gradebook has the points. So whatever stops the grading, a learner's folder in `autograded/` and
the gradebook agree, or something is left in `.unfinished/` that says: grade this one again.
"""

from __future__ import annotations

import errno
import os
import pickle
import secrets
import shutil
import stat
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property, lru_cache
from pathlib import Path

from peercourse.answers import LOG_NAME, read
from peercourse.grading.dates import changed_after_hand_in, read_date
from peercourse.grading.marked_notebook import MarkedNotebooks
from peercourse.grading.submitted_files import open_safely
from peercourse.marking import MarkingGuide, mark_contents

UNFINISHED = ".unfinished"


@dataclass(frozen=True)
class Work:
    """What grading any submission of a topic needs; goes to every worker.

    `own_files` are the course's files that stand in for a learner's of the same name; `mode` is what
    graded files may be used for, `shared` whether their folders belong to a group.
    """

    guide: MarkingGuide
    autograded: Path
    own_files: Mapping[str, bytes]
    ignore: Sequence[str]
    mode: int
    shared: bool


@dataclass(frozen=True)
class Points:
    """What one item earned; `points` is None where a person has to read the answer first."""

    item: str
    points: float | None
    answered: bool


@dataclass(frozen=True)
class Graded:
    """One submission on its way into the gradebook, or the `problem` that it could not be graded for."""

    learner: str
    folder: Path
    date: datetime | None = None
    points: tuple[Points, ...] = ()
    notes: tuple[str, ...] = ()
    problem: str = ""

    @cached_property
    def points_by_item(self) -> dict[str, Points]:
        """The same by the item's id."""
        return {each.item: each for each in self.points}


def grade_batch(packed: bytes, submissions: Sequence[tuple[str, Path]]) -> list[Graded]:
    """Grade some submissions, given by learner and folder; `packed` is a pickled `Work` of our own.

    What goes wrong with one is told in its `problem`. Raises OSError only for a full disk.
    """
    notebooks, work = _unpack(packed)
    # Of its own for each turn: a worker that was given up for lost may still be writing.
    place = work.autograded / UNFINISHED / work.guide.topic / secrets.token_hex(8)
    place.mkdir(parents=True)
    return [_grade_or_tell(work, notebooks, learner, folder, place / learner) for learner, folder in submissions]


@lru_cache(maxsize=1)
def _unpack(packed: bytes) -> tuple[MarkedNotebooks, Work]:
    work: Work = pickle.loads(packed)  # noqa: S301  (made by the process that started this one)
    return MarkedNotebooks(work.guide), work


def _grade_or_tell(work: Work, notebooks: MarkedNotebooks, learner: str, folder: Path, target: Path) -> Graded:
    try:
        learner.encode()
        return _grade(work, notebooks, learner, folder, target)
    except Exception as error:  # whatever a submission does to us, the others are graded
        leave_for_next_time(target)
        if isinstance(error, OSError) and error.errno in (errno.ENOSPC, errno.EDQUOT):
            raise
        reason = error.strerror if isinstance(error, OSError) and error.strerror else str(error)
        return Graded(learner, folder, problem=f"{type(error).__name__}: {' '.join(reason.split())[:200]}")


def leave_for_next_time(folder: Path) -> None:
    """Empty an unfinished folder. That it is there says: grade this one again."""
    shutil.rmtree(folder, ignore_errors=True)
    with suppress(OSError, ValueError):
        folder.mkdir()


def _grade(work: Work, notebooks: MarkedNotebooks, learner: str, folder: Path, target: Path) -> Graded:
    contents = open_safely(folder, work.ignore)
    changed = changed_after_hand_in(folder)
    marking = mark_contents(work.guide, contents.cells, read(folder / LOG_NAME), contents.aside, changed)
    target.mkdir()
    for name in contents.files:
        if not _replaced(name, work.own_files):
            _copy(f"{folder}/{name}", f"{target}/{name}", work.mode)
    for name, data in work.own_files.items():
        _write(f"{target}/{name}", data, work.mode)
    _write(f"{target}/{work.guide.topic}.ipynb", notebooks.text(marking).encode(), work.mode)
    if work.shared:
        for path, _, _ in os.walk(target):
            Path(path).chmod(Path(path).stat().st_mode & 0o2777 | 0o2770)
    points = tuple(Points(m.item.id, m.score.points, m.value is not None) for m in marking.items)
    return Graded(learner, target, read_date(folder), points, marking.notes)


def _replaced(name: str, own: Mapping[str, bytes]) -> bool:
    """Whether a learner's file would stand where a file or folder of the course's does."""
    return name in own or any(o.startswith(f"{name}/") or name.startswith(f"{o}/") for o in own)


def _create(path: str, mode: int) -> int:
    flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC
    try:
        descriptor = os.open(path, flags, mode)
    except FileNotFoundError:
        Path(path).parent.mkdir(parents=True)
        descriptor = os.open(path, flags, mode)
    os.fchmod(descriptor, mode)
    return descriptor


def _write(path: str, data: bytes, mode: int) -> None:
    with os.fdopen(_create(path, mode), "wb", buffering=0) as file:
        view = memoryview(data)
        while view:
            view = view[file.write(view) :]


def _copy(source: str, target: str, mode: int) -> None:
    """Copy a plain file; should it have become something else meanwhile, raise."""
    descriptor = os.open(source, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
    with os.fdopen(descriptor, "rb", buffering=0) as file:
        if not stat.S_ISREG(os.fstat(descriptor).st_mode):
            raise OSError(errno.EINVAL, "changed while it was read", source)
        with os.fdopen(_create(target, mode), "wb", buffering=0) as copy:
            shutil.copyfileobj(file, copy)
