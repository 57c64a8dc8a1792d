"""Built course projects that several tests share, each built once in a run; and copies of them to change."""

from __future__ import annotations

import shutil
from functools import cache
from pathlib import Path

import pytest
from course_project import make_project
from small_course import write_small_course

from peercourse.build import build


def built_small_course(folders: pytest.TempPathFactory) -> Path:
    """The small course, built. Read only: tests that change something take a copy."""
    return _built_small_course(folders.getbasetemp())


@cache
def _built_small_course(place: Path) -> Path:
    root = place / "built small course"
    write_small_course(root)
    build(root)
    return root


def built_real_course(folders: pytest.TempPathFactory) -> Path:
    """The real course, built. Read only: tests that change something take a copy."""
    return _built_real_course(folders.getbasetemp())


@cache
def _built_real_course(place: Path) -> Path:
    root = place / "built real course"
    root.mkdir()
    make_project(root)
    return root


def copy_of(project: Path, place: Path) -> Path:
    """A copy of a built project, in a folder below `place`."""
    return Path(shutil.copytree(project, place / "a course"))


def files_in(folder: Path) -> dict[str, bytes]:
    """The bytes of every file in `folder` by its path in there; what JupyterLab keeps for itself is left out."""
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file() and ".ipynb_checkpoints" not in path.parts
    }
