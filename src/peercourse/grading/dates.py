"""The date of a submission, as nbgrader writes and reads it: UTC, without a time zone of its own."""

from __future__ import annotations

import os
import re
from datetime import datetime, timedelta
from pathlib import Path
from stat import S_ISREG

from peercourse.answers import LOG_NAME, whole_text

DATE_NAME = "timestamp.txt"
MAX_DATE_BYTES = 200
EPOCH = datetime(1970, 1, 1)
LAST_SECOND = (datetime.max - EPOCH).total_seconds() - 1
SECONDS_TO_HAND_IN = 600
"""How long handing in may take, and clocks may differ, before a file counts as changed afterwards."""
_AS_WRITTEN = re.compile(r"(\d{4}-\d\d-\d\d \d\d:\d\d:\d\d(?:\.\d{6})?) UTC", re.ASCII)


def parse_date(text: str) -> datetime | None:
    """The moment that `text` names, in UTC; None where it names none."""
    text = text.strip()
    if match := _AS_WRITTEN.fullmatch(text):
        try:
            return datetime.fromisoformat(match[1])
        except ValueError:
            return None
    return _parse_any(text)


def _parse_any(text: str) -> datetime | None:
    """Any date that dateutil knows, its last word read as a time zone where it has three; as nbgrader does."""
    from dateutil import parser, tz  # rarely needed

    words = text.split(" ")
    try:
        if len(words) == 3:
            zone = int(words[2]) if re.fullmatch(r"[+-]?\d+", words[2]) else tz.gettz(words[2])
            moment = parser.parse(f"{words[0]} {words[1]} TZ", tzinfos={"TZ": zone})
        else:
            moment = parser.parse(text)
        there: datetime = moment.replace(tzinfo=None)
        return there - (moment.utcoffset() or timedelta())
    except (ValueError, OverflowError, TypeError, ArithmeticError, LookupError, AttributeError):
        return None


def read_date(folder: Path) -> datetime | None:
    """When the submission in `folder` was handed in, by its `timestamp.txt`; None where that says nothing."""
    try:
        descriptor = os.open(folder / DATE_NAME, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
        with os.fdopen(descriptor, "rb") as file:
            data = file.read(MAX_DATE_BYTES + 1)
        return parse_date(data.decode()) if data.strip() and len(data) <= MAX_DATE_BYTES else None
    except (OSError, ValueError):
        return None


def seconds_of(date: datetime) -> float:
    """Seconds since 1970 of a date in UTC, as files have them."""
    return (date - EPOCH).total_seconds()


def minute_of(seconds: float) -> str:
    """A moment in seconds since 1970, to read."""
    return f"{EPOCH + timedelta(seconds=min(seconds, LAST_SECOND)):%Y-%m-%d %H:%M} UTC"


def changed_after_hand_in(folder: Path) -> list[str]:
    """A sentence for the log and each notebook of a submission that were changed after it was handed in.

    What shows it is the time of the file's last change, where that is later than both the submission's date and
    the moment at which `timestamp.txt` was written (copying a whole course gives all files one new time). It
    cannot be noticed where somebody sets these times back, or changes `timestamp.txt` as well.
    """
    date = read_date(folder)
    if date is None:
        return []
    handed_in = seconds_of(date)
    written = (folder / DATE_NAME).lstat().st_mtime
    with os.scandir(folder) as entries:
        named = [entry for entry in entries if entry.name == LOG_NAME or entry.name.endswith(".ipynb")]
        states = sorted((whole_text(entry.name), entry.stat(follow_symlinks=False)) for entry in named)
    return [
        f"{name[:60]} was changed at {minute_of(state.st_mtime)}, after the submission's date, {minute_of(handed_in)}."
        for name, state in states
        if S_ISREG(state.st_mode) and state.st_mtime > max(handed_in, written) + SECONDS_TO_HAND_IN
    ]
