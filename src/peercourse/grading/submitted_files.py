"""What lies in a submission: what is read from it, what is copied, and what must not be opened or followed."""

from __future__ import annotations

import fnmatch
import json
import os
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from peercourse.answers import LOG_NAME
from peercourse.grading.dates import DATE_NAME, read_date
from peercourse.grading.setting_aside import SURPLUS, is_set_aside, put_away, set_aside
from peercourse.marking import MAX_NOTEBOOKS, SET_ASIDE, read_code_cells

SECRET_NAME = "submission_secret.txt"  # noqa: S105  (a file's name)
MAX_FILES = 500
"""So many files of one submission are copied. nbgrader needs a minute for a few thousand and hours for more."""

MAX_DEPTH = 12
"""Folders inside folders that are looked into."""

BLANK_NOTEBOOK = json.dumps({"cells": [], "metadata": {}, "nbformat": 4, "nbformat_minor": 5}, indent=1) + "\n"


@dataclass(frozen=True)
class Contents:
    """One submission, opened safely.

    `cells` are the code cells of its notebooks; `files` the plain files that are copied beside the graded
    notebook, by their paths in the folder; `aside` names what was set aside, now or earlier.
    """

    cells: tuple[str, ...]
    files: tuple[str, ...]
    aside: tuple[str, ...]


def open_safely(folder: Path, ignore: Sequence[str]) -> Contents:
    """Open the submission in `folder` and set aside what must not be opened, followed or copied.

    These are links, pipes and devices, a notebook that cannot be read, and whatever is too deep or too much; an
    empty notebook takes the topic's place, for the answers may stand in the log. A renamed notebook gets the
    topic's own name beside it for the same reason. `ignore` holds name patterns of files that are not copied.
    """
    expected = f"{folder.name}.ipynb"
    found = _sort_out(folder)
    notebooks = [name for name in sorted(found) if "/" not in name and name.endswith(".ipynb")]
    cells: list[str] = []
    for name in [*notebooks[:MAX_NOTEBOOKS], *(n for n in notebooks[MAX_NOTEBOOKS:] if n == expected)]:
        read = read_code_cells(folder / name)
        if read is None:
            found[found.index(name)] = set_aside(folder, name)
        else:
            cells += read
    if expected not in found:
        put_blank_notebook(folder)
    if DATE_NAME in found and read_date(folder) is None:
        found[found.index(DATE_NAME)] = set_aside(folder, DATE_NAME)
    files = tuple(name for name in found if not is_ignored(name, [*ignore, "*.ipynb", f"*{SET_ASIDE}"]))
    return Contents(tuple(cells), files, tuple(sorted(filter(is_set_aside, found))))


def _sort_out(folder: Path) -> list[str]:
    """The plain files of a submission by their paths in there, and the names of what is set aside."""
    needed = needed_names(folder.name)
    found: list[str] = []
    surplus: list[str] = []
    for name, plain in walk(folder):
        if len(found) >= MAX_FILES and name not in needed and name != SURPLUS:
            surplus.append(name)
        else:
            found.append(name if plain or is_set_aside(name) else set_aside(folder, name))
    return [*found, put_away(folder, surplus)] if surplus else found


def needed_names(topic: str) -> frozenset[str]:
    """Files that count or travel on, however much else is handed in."""
    return frozenset({f"{topic}.ipynb", LOG_NAME, DATE_NAME, SECRET_NAME})


def put_blank_notebook(folder: Path) -> None:
    """Put an empty notebook where the topic's own is missing, of no date: it tells nothing about the learner."""
    notebook = folder / f"{folder.name}.ipynb"
    notebook.write_text(BLANK_NOTEBOOK, "utf-8")
    os.utime(notebook, (0, 0))


def walk(folder: Path) -> Iterator[tuple[str, bool]]:
    """Every file below `folder` by its path in there, and whether it is a plain file. No link is followed.

    A folder is not looked into, and yielded instead, where it stands in a notebook's place, is set aside,
    lies deeper than MAX_DEPTH, or comes after MAX_FILES others.
    """
    waiting, opened = [""], 0
    while waiting:
        inside = waiting.pop()
        with os.scandir(f"{folder}/{inside}") as entries:
            for entry in sorted(entries, key=lambda entry: entry.name):
                name = f"{inside}{entry.name}"
                closed = not inside and name.endswith((".ipynb", SET_ASIDE))
                closed = closed or opened >= MAX_FILES or name.count("/") >= MAX_DEPTH
                if entry.is_dir(follow_symlinks=False) and not closed:
                    waiting.append(f"{name}/")
                    opened += 1
                else:
                    yield name, entry.is_file(follow_symlinks=False)


def is_ignored(name: str, patterns: Sequence[str]) -> bool:
    """Whether nbgrader leaves out the file or a folder on its way, by the rules of `CourseDirectory.ignore`."""
    fits = _fitting(tuple(patterns))
    return any(fits(part) for part in name.split("/"))


@lru_cache(maxsize=8)
def _fitting(patterns: tuple[str, ...]) -> Callable[[str], re.Match[str] | None]:
    # As in a shell, only a pattern that begins with a dot fits a name that does.
    ways = ((r"" if pattern.startswith(".") else r"(?!\.)") + fnmatch.translate(pattern) for pattern in patterns)
    return re.compile("|".join(ways) or r"(?!)").match
