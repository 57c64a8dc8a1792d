"""Take what must not be opened, followed or copied out of a submission's way, so that every later step leaves it out.

What is set aside stands at the top of the submission and its name never begins with a dot: nbgrader's patterns
find it nowhere else in every case (a folder called `[a]` hides what lies in it from them).
"""

from __future__ import annotations

import os
import stat
from collections.abc import Iterable
from pathlib import Path

from peercourse.marking import SET_ASIDE

SURPLUS = f"more-files{SET_ASIDE}"
"""Where files go that are too many."""

KEPT_CHARS = 60
"""How much of a name is kept: with the mark it still has to fit into 255 bytes."""


def is_set_aside(name: str) -> bool:
    """Whether `name`, a path inside a submission, is one that every later step leaves out."""
    return name.endswith(SET_ASIDE) and "/" not in name and not name.startswith(".")


def set_aside(folder: Path, name: str) -> str:
    """Set one file or folder of a submission aside; returns its new name.

    A plain file or a folder is renamed. Of a link, a pipe or a device only the name stays, as an empty file.
    """
    path, target = folder / name, fresh_name(folder, name)
    if stat.S_IFMT(path.lstat().st_mode) in (stat.S_IFREG, stat.S_IFDIR):
        path.rename(folder / target)
    else:
        path.unlink()
        (folder / target).touch(exist_ok=False)
    return target


def put_away(folder: Path, names: Iterable[str]) -> str:
    """Move what is too much into one folder that is set aside; returns that folder's name."""
    target = SURPLUS if is_plain_folder(folder / SURPLUS) else fresh_name(folder, SURPLUS.removesuffix(SET_ASIDE))
    (folder / target).mkdir(exist_ok=True)
    there = sum(1 for _ in os.scandir(folder / target))
    for number, name in enumerate(names, there + 1):
        (folder / name).rename(folder / target / f"{number}-{Path(name).name[:KEPT_CHARS]}")
    return target


def is_plain_folder(path: Path) -> bool:
    """Whether `path` is a folder, and no link to one."""
    return path.is_dir() and not path.is_symlink()


def fresh_name(folder: Path, name: str) -> str:
    """A name at the top of `folder` under which `name` can be set aside."""
    stem = name.rpartition("/")[2].lstrip(".")[:KEPT_CHARS] or "file"
    target, count = f"{stem}{SET_ASIDE}", 1
    while os.path.lexists(folder / target):
        count += 1
        target = f"{stem}.{count}{SET_ASIDE}"
    return target
