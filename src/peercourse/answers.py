"""The answer log: how an answer is written, kept and read back.

The log has one line per event, appended and flushed to disk, never rewritten.
(A file rewritten by two kernels at once lost 253 of 600 answers when it was tried; a log lost none.)
No times and no names are kept.
"""

from __future__ import annotations

import contextlib
import errno
import json
import os
import stat
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from peercourse.items import CourseError
from peercourse.scoring import AnswerValue
from peercourse.wording import say

LOG_NAME = "answers.jsonl"
LOG_FORMAT = 1
MAX_LOG_BYTES = 5_000_000
MAX_PARTS = 500
MAX_PART_CHARS = 500
"""No page sends an answer of more parts, or with longer ones: a path has 400 steps at most, a gap 200 characters."""


@dataclass(frozen=True)
class Answer:
    """The latest answer to one item, with the version of the item that was on the page."""

    version: int
    value: AnswerValue


@dataclass
class Fold:
    """What a log says when read to its end; `problems` are sentences for the person grading."""

    answers: dict[str, Answer] = field(default_factory=dict)
    events: int = 0
    handed_in: bool = False
    too_new: bool = False
    problems: list[str] = field(default_factory=list)


# --- writing ---------------------------------------------------------------------------------


def append(path: Path, event: dict[str, Any]) -> None:
    """Add one event to the log at `path` and return when it is on disk.

    Raises OSError where it cannot be written, and CourseError where `path` is a link or no plain file.
    """
    line = whole_text(json.dumps({"v": LOG_FORMAT, **event}, ensure_ascii=False, separators=(",", ":"))).encode()
    path.parent.mkdir(parents=True, exist_ok=True)
    descriptor = _open_plainly(path, os.O_RDWR | os.O_APPEND | os.O_CREAT)
    try:
        size = os.fstat(descriptor).st_size
        torn = size > 0 and os.pread(descriptor, 1, size - 1) != b"\n"
        data = (b"\n" if torn else b"") + line + b"\n"
        if os.write(descriptor, data) != len(data):
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _open_plainly(path: Path, flags: int) -> int:
    """Open a plain file; never follow a link, never wait at a pipe."""
    try:
        descriptor = os.open(path, flags | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC, 0o644)
    except OSError as error:
        if error.errno in (errno.ELOOP, errno.ENXIO):
            raise CourseError(say("log.link", file=path.name)) from None
        if error.errno == errno.EISDIR:
            raise CourseError(say("log.folder", file=path.name)) from None
        raise
    if not stat.S_ISREG(os.fstat(descriptor).st_mode):
        os.close(descriptor)
        raise CourseError(say("log.not_plain", file=path.name))
    return descriptor


# --- reading ---------------------------------------------------------------------------------


@dataclass
class Events:
    """The lines of a log that this version can read, in order; `problems` are sentences about the others."""

    lines: list[dict[str, Any]] = field(default_factory=list)
    too_new: bool = False
    unreadable: int = 0
    problems: list[str] = field(default_factory=list)


def read(path: Path) -> Fold | None:
    """Fold the log at `path`; None where there is none. Never raises for what stands in the file.

    Of a log over MAX_LOG_BYTES only the end is read: the latest answers stand there.
    """
    events = read_events(path)
    return None if events is None else fold_events(events)


def read_events(path: Path) -> Events | None:
    """The events of the log at `path`, whatever they are; None where there is none. Never raises for its content."""
    try:
        descriptor = _open_plainly(path, os.O_RDONLY)
    except FileNotFoundError:
        return None
    except CourseError as error:
        return Events(problems=[str(error)])
    except OSError as error:
        return Events(problems=[say("log.not_opened", file=path.name, reason=error.strerror)])
    with os.fdopen(descriptor, "rb") as file:
        size = os.fstat(file.fileno()).st_size
        if size <= MAX_LOG_BYTES:
            return events_in(file.read(size))
        file.seek(size - MAX_LOG_BYTES)
        file.readline()
        tail = events_in(file.read(MAX_LOG_BYTES))
    tail.problems.insert(0, say("log.too_large", file=path.name, size=f"{size:,}"))
    return tail


def events_in(data: bytes) -> Events:
    """The events in a log's bytes.

    A torn last line is what a crash leaves and is passed over in silence; any other line that cannot
    be read is passed over and counted. A line of a newer version is not read, and sets `too_new`.
    """
    result = Events()
    text = _decode(data, result)
    lines = text.split("\n")
    torn = lines.pop() if not text.endswith("\n") else ""
    for line in lines:
        if line.strip() and not _take_line(line, result):
            result.unreadable += 1
    if torn.strip():
        _take_line(torn, result)
    return result


def fold(data: bytes) -> Fold:
    """Read an answer log's bytes to the end: the last answer to each item counts."""
    return fold_events(events_in(data))


def fold_events(events: Events) -> Fold:
    """What the events of an answer log add up to; events that are no answers are the concern of others."""
    result = Fold(too_new=events.too_new, problems=list(events.problems))
    unreadable = events.unreadable
    for event in events.lines:
        if event.get("event") in ("hand-in", "reopen"):
            result.handed_in = event["event"] == "hand-in"
        elif isinstance(event.get("item"), str) and "answer" in event:
            answer = read_answer(event)
            if answer is None:
                unreadable += 1
                continue
            result.answers[whole_text(event["item"])] = answer
        result.events += 1
    if unreadable:
        result.problems.append(say("log.unreadable", n=unreadable, file=LOG_NAME))
    if result.too_new:
        result.problems.append(say("log.too_new", file=LOG_NAME))
    return result


def _decode(data: bytes, result: Events) -> str:
    if data[:2] in (b"\xff\xfe", b"\xfe\xff"):
        with contextlib.suppress(UnicodeDecodeError):
            text = data.decode("utf-16")
            result.problems.append(say("log.utf16", file=LOG_NAME))
            return text
    return data.removeprefix(b"\xef\xbb\xbf").decode("utf-8", errors="surrogateescape")


def _take_line(line: str, result: Events) -> bool:
    """Take one line in; False where it cannot be read."""
    try:
        line.encode()
        event = json.loads(line)
    except (ValueError, RecursionError):
        return False
    if not isinstance(event, dict) or not isinstance(event.get("v"), int):
        return False
    if event["v"] > LOG_FORMAT:
        result.too_new = True
    else:
        result.lines.append(event)
    return True


def read_answer(entry: Any) -> Answer | None:
    """An answer from parsed JSON of unknown origin; None where its shape is wrong."""
    if not isinstance(entry, dict):
        return None
    version, value = entry.get("version"), entry.get("answer")
    if not isinstance(version, int) or isinstance(version, bool):
        return None
    if isinstance(value, str):
        return Answer(version, whole_text(value))
    if not isinstance(value, list) or len(value) > MAX_PARTS:
        return None
    if all(isinstance(v, str) and len(v) <= MAX_PART_CHARS for v in value):
        return Answer(version, [whole_text(v) for v in value])
    return None


def whole_text(text: str) -> str:
    """`text` with a mark in place of half a character (a lone surrogate), which no file can hold."""
    return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
