"""Collect what learners submitted through nbgrader's exchange: the latest of each, as `nbgrader collect --update`.

Unlike that, no link is followed, one bad submission does not keep the others from being collected, and a
submission takes its place whole or not at all.
"""

from __future__ import annotations

import errno
import os
import pwd
import shutil
import stat
import time
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime
from fnmatch import fnmatchcase
from pathlib import Path

from peercourse.grading.dates import DATE_NAME, SECONDS_TO_HAND_IN, minute_of, parse_date, read_date, seconds_of
from peercourse.grading.setting_aside import SURPLUS, fresh_name, set_aside
from peercourse.grading.settings import Settings
from peercourse.grading.submitted_files import MAX_DEPTH, MAX_FILES, needed_names

COMING = ".coming"
SECONDS_TO_ARRIVE = 60
"""nbgrader writes the date last; a submission without one that is younger than this is still being copied."""


@dataclass(frozen=True)
class Arrival:
    """One submission in the exchange; `owner` is the number of the account that made it."""

    learner: str
    date: datetime
    folder: Path
    owner: int


@dataclass
class Collected:
    """Learners whose submission is new here, reasons for those left where they are, and whether some still come.

    `notes` are sentences on what was collected.
    """

    learners: list[str] = field(default_factory=list)
    problems: dict[str, str] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)
    arriving: bool = False


def inbound(settings: Settings) -> Path:
    """Where submissions of this course arrive."""
    return settings.exchange / settings.course_id / "inbound"


def collect(settings: Settings, topic: str) -> Collected:
    """Copy the latest submission of every learner into `submitted/`, where that is newer than what lies there."""
    result = Collected()
    latest: dict[str, Arrival] = {}
    for arrival in _of_their_owners(settings, list(_arrivals(inbound(settings), topic, result)), result):
        known = latest.get(arrival.learner)
        if known is None or arrival.date > known.date:
            latest[arrival.learner] = arrival
    for learner, arrival in sorted(latest.items()):
        target = settings.root / "submitted" / learner / topic
        if target.is_dir() and (before := read_date(target)) is not None and before >= arrival.date:
            continue
        try:
            _take_in(settings, arrival, target)
            result.learners.append(learner)
            result.notes += _date_written_later(arrival)
        except (OSError, RecursionError) as error:  # a folder that came another way may be deep
            if isinstance(error, OSError) and error.errno in (errno.ENOSPC, errno.EDQUOT):
                raise
            reason = getattr(error, "strerror", None) or error
            result.problems[learner] = f"{arrival.folder.name} cannot be collected: {reason}"
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
            if date is None or not learner or learner.startswith(".") or not entry.is_dir(follow_symlinks=False):
                result.problems[entry.name] = "is no submission that nbgrader made; left where it is."
            elif _is_arriving(entry):
                result.arriving = True
            else:
                yield Arrival(learner, date, Path(entry.path), entry.stat(follow_symlinks=False).st_uid)


def _is_arriving(entry: os.DirEntry[str]) -> bool:
    fresh = time.time() - entry.stat(follow_symlinks=False).st_mtime < SECONDS_TO_ARRIVE
    return fresh and not os.path.lexists(os.path.join(entry.path, DATE_NAME))  # noqa: PTH118  (once for each learner)


def _of_their_owners(settings: Settings, arrivals: Sequence[Arrival], result: Collected) -> Iterator[Arrival]:
    """Those that are not handed in by one learner in another's name.

    Where learners have no accounts of their own on this machine, their folders do not tell who made them.
    """
    learners = {arrival.learner for arrival in arrivals}
    for arrival in arrivals:
        owner = _account(arrival.owner)
        trusted = owner == arrival.learner or arrival.owner in (0, os.geteuid()) or not settings.check_owner
        if trusted or not (owner in learners or _has_account(arrival.learner)):
            yield arrival
        else:
            result.problems[arrival.folder.name] = f"was made by {owner}, not by {arrival.learner}; left where it is."


def _account(number: int) -> str:
    try:
        return pwd.getpwuid(number).pw_name
    except KeyError:
        return f"the unknown user {number}"


def _has_account(name: str) -> bool:
    try:
        pwd.getpwnam(name)
    except (KeyError, ValueError):  # ValueError: no such name can be
        return False
    return True


def _take_in(settings: Settings, arrival: Arrival, target: Path) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    coming = target.with_name(f".{target.name}{COMING}")
    if coming.exists():
        shutil.rmtree(coming)
    try:
        coming.mkdir()
        _Copying(settings, arrival, coming).folder("")
        _keep_first_date(arrival, coming)
        if target.is_dir() and not target.is_symlink():
            shutil.rmtree(target)
        coming.rename(target)
    except (OSError, RecursionError):
        shutil.rmtree(coming, ignore_errors=True)
        raise


def _keep_first_date(arrival: Arrival, folder: Path) -> None:
    """Set the date that lies in a submission aside where it is not the one by which it came."""
    if read_date(folder) == arrival.date:
        return
    if os.path.lexists(folder / DATE_NAME):
        set_aside(folder, DATE_NAME)
    (folder / DATE_NAME).write_text(f"{arrival.date:%Y-%m-%d %H:%M:%S.%f} UTC")


def _date_written_later(arrival: Arrival) -> list[str]:
    """A note where the date was not written on its own day: whoever owns a submission can rename it, too."""
    with suppress(OSError):
        written = (arrival.folder / DATE_NAME).lstat().st_mtime
        if written > seconds_of(arrival.date) + SECONDS_TO_HAND_IN:
            when = minute_of(seconds_of(arrival.date))
            return [f"{arrival.learner}: handed in {when} by its date, which was written {minute_of(written)}."]
    return []


class _Copying:
    """One submission on its way from the exchange; for what is left there, a mark at the top of `target` says so."""

    def __init__(self, settings: Settings, arrival: Arrival, target: Path) -> None:
        self._settings, self._arrival, self._target = settings, arrival, target
        self._needed = needed_names(target.name[1:].removesuffix(COMING))
        self._bytes_left, self._files_left = settings.max_folder_bytes, MAX_FILES

    def folder(self, inside: str) -> None:
        """Copy the plain files below the folder `inside` of the submission."""
        place = self._target / inside
        with os.scandir(self._arrival.folder / inside) as entries:
            for entry in sorted(entries, key=lambda entry: (entry.name not in self._needed, entry.name)):
                name = f"{inside}{entry.name}"
                if any(fnmatchcase(entry.name, pattern) for pattern in self._settings.ignore):
                    continue
                if self._files_left <= 0:
                    (self._target / SURPLUS).touch()
                    break
                self._files_left -= 1
                if not self._is_theirs(entry) or name.count("/") >= MAX_DEPTH:
                    self._leave(name)
                elif entry.is_dir(follow_symlinks=False):
                    (place / entry.name).mkdir()
                    self.folder(f"{name}/")
                elif not entry.is_file(follow_symlinks=False):
                    self._leave(name)
                elif any(fnmatchcase(entry.name, pattern) for pattern in self._settings.include):
                    self._file(name)
        if self._settings.shared:
            place.chmod(place.stat().st_mode & 0o2777 | 0o2770)

    def _is_theirs(self, entry: os.DirEntry[str]) -> bool:
        """Whether who made the submission made this part of it: nbgrader leaves its folder open to all."""
        owner = entry.stat(follow_symlinks=False).st_uid
        return owner in (self._arrival.owner, 0, os.geteuid()) or not self._settings.check_owner

    def _leave(self, name: str) -> None:
        (self._target / fresh_name(self._target, name)).touch(exist_ok=False)

    def _file(self, name: str) -> None:
        descriptor = os.open(self._arrival.folder / name, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
        with os.fdopen(descriptor, "rb", buffering=0) as file:
            state = os.fstat(descriptor)
            if not stat.S_ISREG(state.st_mode) or state.st_size > self._settings.max_file_bytes:
                self._leave(name)
                return
            self._bytes_left -= state.st_size
            if self._bytes_left < 0:
                raise OSError(errno.EFBIG, f"more than {self._settings.max_folder_bytes:,} bytes in all")
            with (self._target / name).open("xb", buffering=0) as copy:
                shutil.copyfileobj(file, copy)
                mode = stat.S_IMODE(state.st_mode) & 0o777
                os.fchmod(copy.fileno(), mode | (0o660 if self._settings.shared else 0o600))
        os.utime(self._target / name, ns=(state.st_atime_ns, self._last_change(state)))

    def _last_change(self, state: os.stat_result) -> int:
        """When a file was changed. Its own date can be set back by whoever owns it; the system's can not."""
        limit = seconds_of(self._arrival.date) + SECONDS_TO_HAND_IN
        return state.st_ctime_ns if state.st_ctime > limit else state.st_mtime_ns
