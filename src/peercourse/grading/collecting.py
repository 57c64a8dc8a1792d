"""Collect what learners submitted through nbgrader's exchange: the latest of each, as `nbgrader collect --update`.

Unlike that, no link is followed, one bad submission does not keep the others from being collected, and a
submission takes its place whole or not at all.
"""

from __future__ import annotations

import errno
import os
import shutil
import stat
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from fnmatch import fnmatchcase
from pathlib import Path

from peercourse.grading.dates import parse_date, read_date
from peercourse.grading.settings import Settings
from peercourse.grading.submitted_files import DATE_NAME
from peercourse.marking import SET_ASIDE

SECONDS_TO_ARRIVE = 60
"""nbgrader writes the date last; a submission without one that is younger than this is still being copied."""


@dataclass(frozen=True)
class Arrival:
    """One submission in the exchange."""

    learner: str
    date: datetime
    folder: Path


@dataclass
class Collected:
    """Learners whose submission is new here, reasons for those left where they are, and whether some still come."""

    learners: list[str] = field(default_factory=list)
    problems: dict[str, str] = field(default_factory=dict)
    arriving: bool = False


def inbound(settings: Settings) -> Path:
    """Where submissions of this course arrive."""
    return settings.exchange / settings.course_id / "inbound"


def collect(settings: Settings, topic: str) -> Collected:
    """Copy the latest submission of every learner into `submitted/`, where that is newer than what lies there."""
    result = Collected()
    latest: dict[str, Arrival] = {}
    for arrival in _arrivals(inbound(settings), topic, result):
        known = latest.get(arrival.learner)
        if known is None or arrival.date > known.date:
            latest[arrival.learner] = arrival
    for learner, arrival in sorted(latest.items()):
        target = settings.root / "submitted" / learner / topic
        if target.is_dir() and (before := read_date(target)) is not None and before >= arrival.date:
            continue
        try:
            _take_in(settings, arrival.folder, target)
            result.learners.append(learner)
        except OSError as error:
            if error.errno in (errno.ENOSPC, errno.EDQUOT):
                raise
            result.problems[learner] = f"{arrival.folder.name} cannot be collected: {error.strerror or error}"
    return result


def _arrivals(folder: Path, topic: str, result: Collected) -> Iterator[Arrival]:
    """Every whole submission of `topic` in the exchange: `learner+topic+date+random`."""
    if not folder.is_dir():
        return
    with os.scandir(folder) as entries:
        for entry in entries:
            parts = entry.name.rsplit("+", 3)
            if len(parts) < 3 or parts[1] != topic:
                continue
            date = parse_date(parts[2])
            learner = parts[0]
            if date is None or learner in ("", ".", "..") or not entry.is_dir(follow_symlinks=False):
                result.problems[entry.name] = "is no submission that nbgrader made; left where it is."
            elif _is_arriving(entry):
                result.arriving = True
            else:
                yield Arrival(learner, date, Path(entry.path))


def _is_arriving(entry: os.DirEntry[str]) -> bool:
    fresh = time.time() - entry.stat(follow_symlinks=False).st_mtime < SECONDS_TO_ARRIVE
    return fresh and not os.path.lexists(os.path.join(entry.path, DATE_NAME))  # noqa: PTH118  (once for each learner)


def _take_in(settings: Settings, source: Path, target: Path) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    coming = target.with_name(f".{target.name}.coming")
    if coming.exists():
        shutil.rmtree(coming)
    try:
        _copy_folder(settings, source, coming, [settings.max_folder_bytes])
        if target.is_dir() and not target.is_symlink():
            shutil.rmtree(target)
        coming.rename(target)
    except OSError:
        shutil.rmtree(coming, ignore_errors=True)
        raise


def _copy_folder(settings: Settings, source: Path, target: Path, left: list[int]) -> None:
    """Copy the plain files below `source`, at most `left` bytes; for what is none, leave a mark in its place."""
    target.mkdir()
    with os.scandir(source) as entries:
        for entry in sorted(entries, key=lambda entry: entry.name):
            if any(fnmatchcase(entry.name, pattern) for pattern in settings.ignore):
                continue
            if entry.is_dir(follow_symlinks=False):
                _copy_folder(settings, Path(entry.path), target / entry.name, left)
            elif not entry.is_file(follow_symlinks=False):
                (target / f"{entry.name}{SET_ASIDE}").touch()
            elif any(fnmatchcase(entry.name, pattern) for pattern in settings.include):
                _copy_file(settings, Path(entry.path), target / entry.name, left)
    if settings.shared:
        target.chmod(target.stat().st_mode & 0o2777 | 0o2770)


def _copy_file(settings: Settings, source: Path, target: Path, left: list[int]) -> None:
    descriptor = os.open(source, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
    with os.fdopen(descriptor, "rb", buffering=0) as file:
        state = os.fstat(descriptor)
        if not stat.S_ISREG(state.st_mode) or state.st_size > settings.max_file_bytes:
            target.with_name(f"{target.name}{SET_ASIDE}").touch()
            return
        left[0] -= state.st_size
        if left[0] < 0:
            raise OSError(errno.EFBIG, f"more than {settings.max_folder_bytes:,} bytes in all")
        with target.open("xb", buffering=0) as copy:
            shutil.copyfileobj(file, copy)
            os.fchmod(copy.fileno(), stat.S_IMODE(state.st_mode) & 0o777 | (0o660 if settings.shared else 0o600))
    os.utime(target, ns=(state.st_atime_ns, state.st_mtime_ns))
