"""Take one submission in from the exchange, whole or not at all; what must not be opened or followed stays there."""

from __future__ import annotations

import errno
import os
import shutil
import stat
from dataclasses import dataclass
from datetime import datetime
from fnmatch import fnmatchcase
from pathlib import Path

from peercourse.grading.dates import DATE_NAME, SECONDS_TO_HAND_IN, read_date, seconds_of
from peercourse.grading.setting_aside import SURPLUS, fresh_name, set_aside
from peercourse.grading.settings import Settings
from peercourse.grading.submitted_files import MAX_DEPTH, MAX_FILES, needed_names

COMING = ".coming"
BLOCK = 1_000_000
_A_FILE = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC
_A_FOLDER = _A_FILE | os.O_DIRECTORY


@dataclass(frozen=True)
class Arrival:
    """One submission in the exchange; `owner` is the number of the account that made it."""

    learner: str
    date: datetime
    folder: Path
    owner: int


def take_in(settings: Settings, arrival: Arrival, target: Path) -> None:
    """Copy a submission to `target`, in the place of an earlier one.

    Raises OSError where it cannot be read or kept; what was there before stays then.
    """
    target.parent.mkdir(parents=True, exist_ok=True)
    coming = target.with_name(f".{target.name}{COMING}")
    if coming.exists():
        shutil.rmtree(coming)
    try:
        coming.mkdir()
        _Copying(settings, arrival, coming).all()
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


class _Copying:
    """One submission on its way from the exchange; for what is left there, a mark at the top of `target` says so."""

    def __init__(self, settings: Settings, arrival: Arrival, target: Path) -> None:
        self._settings, self._arrival, self._target = settings, arrival, target
        self._needed = needed_names(target.name[1:].removesuffix(COMING))
        self._bytes_left, self._files_left = settings.max_folder_bytes, MAX_FILES

    def all(self) -> None:
        """Copy the plain files of the submission."""
        self._folder(os.open(self._arrival.folder, _A_FOLDER), "")

    def _folder(self, descriptor: int, inside: str) -> None:
        """Copy what lies in the open folder `inside`. Names are looked up in it, so that none leads elsewhere."""
        try:
            with os.scandir(descriptor) as entries:
                for entry in sorted(entries, key=lambda entry: (entry.name not in self._needed, entry.name)):
                    if any(fnmatchcase(entry.name, pattern) for pattern in self._settings.ignore):
                        continue
                    if self._files_left <= 0:
                        (self._target / SURPLUS).touch()
                        break
                    self._files_left -= 1
                    self._entry(descriptor, entry, f"{inside}{entry.name}")
        finally:
            os.close(descriptor)
        if self._settings.shared:
            place = self._target / inside
            place.chmod(place.stat().st_mode & 0o2777 | 0o2770)

    def _entry(self, folder: int, entry: os.DirEntry[str], name: str) -> None:
        is_folder, is_file = entry.is_dir(follow_symlinks=False), entry.is_file(follow_symlinks=False)
        if is_file and not any(fnmatchcase(entry.name, pattern) for pattern in self._settings.include):
            return
        opened = self._open(folder, entry.name, is_folder) if is_folder or is_file else None
        if opened is None:
            self._leave(name)
        elif name.count("/") >= MAX_DEPTH or not self._is_theirs(os.fstat(opened)):
            os.close(opened)
            self._leave(name)
        elif is_folder:
            (self._target / name).mkdir()
            self._folder(opened, f"{name}/")
        else:
            self._file(opened, name)

    def _open(self, folder: int, name: str, is_folder: bool) -> int | None:
        try:
            return os.open(name, _A_FOLDER if is_folder else _A_FILE, dir_fd=folder)
        except OSError as error:  # closed to us, or no longer what it was a moment ago
            if error.errno in (errno.EACCES, errno.ELOOP, errno.ENOENT, errno.ENOTDIR, errno.ENXIO):
                return None
            raise

    def _is_theirs(self, state: os.stat_result) -> bool:
        """Whether who made the submission made this part of it: nbgrader leaves its folder open to all.

        The staff may have put it there, too; a second name for a file of theirs is something else.
        """
        second_name = stat.S_ISREG(state.st_mode) and state.st_nlink > 1
        by_staff = state.st_uid in (0, os.geteuid()) and not second_name
        return state.st_uid == self._arrival.owner or by_staff or not self._settings.check_owner

    def _leave(self, name: str) -> None:
        (self._target / fresh_name(self._target, name)).touch(exist_ok=False)

    def _file(self, descriptor: int, name: str) -> None:
        with os.fdopen(descriptor, "rb", buffering=0) as file:
            state = os.fstat(descriptor)
            if not stat.S_ISREG(state.st_mode) or state.st_size > self._settings.max_file_bytes:
                self._leave(name)
                return
            left = state.st_size
            self._bytes_left -= left
            if self._bytes_left < 0:
                raise OSError(errno.EFBIG, f"more than {self._settings.max_folder_bytes:,} bytes in all")
            with (self._target / name).open("xb") as copy:
                # No more than its size, for somebody may be adding to it.
                while left and (block := file.read(min(left, BLOCK))):
                    left -= copy.write(block)
                mode = stat.S_IMODE(state.st_mode) & 0o777
                os.fchmod(copy.fileno(), mode | (0o660 if self._settings.shared else 0o600))
        os.utime(self._target / name, ns=(state.st_atime_ns, self._last_change(state)))

    def _last_change(self, state: os.stat_result) -> int:
        """When a file was changed. Its own date can be set back by whoever owns it; the system's can not."""
        limit = seconds_of(self._arrival.date) + SECONDS_TO_HAND_IN
        return state.st_ctime_ns if state.st_ctime > limit else state.st_mtime_ns
