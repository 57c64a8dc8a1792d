"""Who was regraded, when and why: one line for each change in `regrades.jsonl`, for the staff only."""

from __future__ import annotations

import json
import os
from collections.abc import Iterable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

AUDIT_NAME = "regrades.jsonl"

Line = dict[str, Any]


def note_changes(root: Path, lines: Iterable[Line]) -> int:
    """Write down changes before they are made; returns how many lines that took.

    A change that stands there as the last of its learner and question was begun by a run that did not get to
    its end; it needs no second line.
    """
    path = root / AUDIT_NAME
    last = _last_lines(path)
    fresh = [line for line in lines if last.get(_place(line)) != line]
    if not fresh:
        return 0
    now = datetime.now(UTC).isoformat(timespec="seconds")
    text = "".join(json.dumps({"when": now, **line}, ensure_ascii=False) + "\n" for line in fresh)
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_APPEND | os.O_CLOEXEC, 0o640)
    with os.fdopen(descriptor, "ab") as file:
        if file.tell() and not _ends_with_newline(path):
            text = "\n" + text
        file.write(text.encode(errors="replace"))
        file.flush()
        os.fsync(descriptor)
    return len(fresh)


def _ends_with_newline(path: Path) -> bool:
    with path.open("rb") as file:
        file.seek(-1, os.SEEK_END)
        return file.read(1) == b"\n"


def _last_lines(path: Path) -> dict[tuple[str, str, str], Line]:
    """The last line of every learner and question, without its date; what cannot be read is passed over."""
    last: dict[tuple[str, str, str], Line] = {}
    for text in path.read_bytes().splitlines() if path.exists() else ():
        try:
            line = json.loads(text)
            del line["when"]
            last[_place(line)] = line
        except (ValueError, KeyError, TypeError):
            continue
    return last


def _place(line: Line) -> tuple[str, str, str]:
    return line["topic"], line["learner"], line["item"]
