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

from peercourse.grading.dates import read_date
from peercourse.marking import MAX_NOTEBOOKS, SET_ASIDE, read_code_cells

DATE_NAME = "timestamp.txt"

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
    """Open the submission in `folder` and rename what must not be opened or followed, so that it is left out.

    Links, pipes and devices are set aside, and so is a notebook that cannot be read; an empty notebook
    takes its place, for the answers may stand in the log. A renamed notebook gets the topic's own name
    beside it for the same reason. `ignore` holds name patterns of files that are not copied.
    """
    expected = f"{folder.name}.ipynb"
    found = [name if safe or name.endswith(SET_ASIDE) else set_aside(folder, name) for name, safe in walk(folder)]
    notebooks = [name for name in sorted(found) if "/" not in name and name.endswith(".ipynb")]
    cells: list[str] = []
    for name in [*notebooks[:MAX_NOTEBOOKS], *(n for n in notebooks[MAX_NOTEBOOKS:] if n == expected)]:
        read = read_code_cells(folder / name)
        if read is None:
            found[found.index(name)] = set_aside(folder, name)
        else:
            cells += read
    if expected not in found:
        (folder / expected).write_text(BLANK_NOTEBOOK, "utf-8")
    if DATE_NAME in found and read_date(folder) is None:
        found[found.index(DATE_NAME)] = set_aside(folder, DATE_NAME)
    aside = sorted(name.rpartition("/")[2] for name in found if name.endswith(SET_ASIDE))
    files = tuple(name for name in found if not is_ignored(name, [*ignore, "*.ipynb", f"*{SET_ASIDE}"]))
    return Contents(tuple(cells), files, tuple(aside))


def walk(folder: Path, inside: str = "") -> Iterator[tuple[str, bool]]:
    """Every file below `folder` by its path in there, and whether it is a plain file. No link is followed."""
    with os.scandir(f"{folder}/{inside}") as entries:
        for entry in sorted(entries, key=lambda entry: entry.name):
            name = f"{inside}{entry.name}"
            # A folder called like a notebook stands in a notebook's place and is none of the folders to look into.
            closed = name.endswith(SET_ASIDE) or (not inside and name.endswith(".ipynb"))
            if entry.is_dir(follow_symlinks=False) and not closed:
                yield from walk(folder, f"{name}/")
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


def set_aside(folder: Path, name: str) -> str:
    """Rename a file of a submission so that every later step leaves it out; returns its new name."""
    target, count = f"{name}{SET_ASIDE}", 1
    while os.path.lexists(folder / target):
        count += 1
        target = f"{name}.{count}{SET_ASIDE}"
    (folder / name).rename(folder / target)
    return target
