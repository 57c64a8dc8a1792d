"""Whether a notebook may show its questions by itself, judged from where it lies.

Showing questions runs the course's own cells. That must not happen unasked where other people's
files could be run with them, or where nobody needs it: in a submission.
"""

from __future__ import annotations

import os
from importlib.machinery import all_suffixes
from pathlib import Path

from peercourse.wording import say

MAX_ENTRIES = 2000
"""How many files and folders beside a notebook are looked at before giving up."""

NOT_ONES_OWN = ("submitted", "autograded", "feedback", "inbound", "downloaded", "exchange")
"""Folders that hold other people's work. Any letter case counts."""

# Another Python's modules end differently (.cpython-312-….so), so the endings count, not what stands before them.
_BINARY = (".so", ".pyd", ".dll", ".dylib")
_SOURCE = tuple(suffix for suffix in all_suffixes() if suffix.startswith(".py") and suffix not in _BINARY)


def why_not_by_itself(notebook: Path) -> str:
    """One or two sentences for the person who opened `notebook`, or "" where its questions may be shown.

    Looks at the path as written and as it really is, at who owns the file and its folder, and at
    what lies beside it. Never raises OSError: what cannot be looked at is not safe.
    """
    written = Path(os.path.abspath(notebook))  # noqa: PTH100 - Path.resolve() would follow links
    try:
        real = written.resolve(strict=True)
        return (
            _other_peoples_place(written, real)
            or _other_owner(real, real.parent, written.parent)
            or _stand_in_beside(written.parent.resolve(strict=True))
            or (_stand_in_beside(real.parent) if written.is_symlink() else "")
        )
    except (OSError, RuntimeError):
        return say("guard.unreadable")


def _other_peoples_place(written: Path, real: Path) -> str:
    for part in (*reversed(real.parts[:-1]), *reversed(written.parts[:-1])):
        if part.casefold() in NOT_ONES_OWN:
            return say(f"guard.{part.casefold()}")
    return ""


def _other_owner(*paths: Path) -> str:
    """Say whose it is. A fetched topic is one's own, so there is no exception: not for root, nor for root's files."""
    for path in paths:
        if path.stat().st_uid != os.geteuid():
            return say("guard.other_owner", name=path.name)
    return ""


def _stand_in_beside(folder: Path) -> str:
    found = find_stand_in(folder)
    if found is None:
        return ""
    name = found.relative_to(folder).as_posix()
    if name == ".":
        return say("guard.too_many")
    return say("guard.stand_in", name=name)


def find_stand_in(folder: Path) -> Path | None:
    """Find a file or link in `folder` that Python could import from there; None where there is none.

    Modules in sub-folders count where Python could reach them (their names are identifiers).
    Returns `folder` itself where it holds more than MAX_ENTRIES. Raises OSError where it cannot be read.
    """
    seen = 0
    waiting = [folder]
    while waiting:
        with os.scandir(waiting.pop()) as entries:
            for entry in entries:
                seen += 1
                if seen > MAX_ENTRIES:
                    return folder
                if entry.is_symlink():
                    if entry.name.isidentifier() or _is_module(entry.name):
                        return Path(entry.path)
                elif entry.is_dir():
                    if entry.name.isidentifier():
                        waiting.append(Path(entry.path))
                elif _is_module(entry.name):
                    return Path(entry.path)
    return None


def _is_module(name: str) -> bool:
    low = name.casefold()
    if low.endswith(_BINARY):
        return name.split(".")[0].isidentifier()
    return any(low.endswith(suffix) and name[: -len(suffix)].isidentifier() for suffix in _SOURCE)
