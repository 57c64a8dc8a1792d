"""Make `source/` from `course/`, let nbgrader make `release/` from it, and see that no key is in either."""

from __future__ import annotations

import html
import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path, PurePosixPath

from peercourse.answers import LOG_NAME
from peercourse.bank import Course, CourseProblems, Topic, load_course
from peercourse.items import Choice, CourseError, Item, is_graded
from peercourse.lint import lint
from peercourse.marking import read_notebook
from peercourse.notebook import digest, topic_files

MIN_SECRET = 12
"""Shorter texts than this could stand in a page by chance, so they are not searched for."""

_BREAK = re.compile(rb'(?:\s|\\n|(?<!\\)",\s+")+')
"""What may stand between two words of one text: white space, its spelling in JSON, and the seam between
two lines of a notebook cell."""


def build(root: Path, discard_edits: bool = False) -> Course:
    """Build `source/` and `release/` of the course project in `root`; return the course.

    Raises CourseProblems for mistakes in `course/`, for a `source/` notebook edited by hand
    (unless `discard_edits`), and for a graded key that would reach learners.
    """
    course = load_course(root / "course")
    if problems := lint(course):
        raise CourseProblems(problems)
    if not discard_edits and (edited := list(edited_by_hand(root / "source", course))):
        raise CourseProblems(edited)
    for topic in course.topics:
        write_files(root / "source" / topic.name, topic_files(course, topic))
    _stop_at_keys(root / "source", course)
    release(root)
    _stop_at_keys(root / "release", course)
    return course


def _stop_at_keys(folder: Path, course: Course) -> None:
    if leaks := list(find_keys(folder, course)):
        raise CourseProblems(leaks)


def edited_by_hand(source: Path, course: Course) -> Iterator[str]:
    """One line for every notebook in `source` that a person changed since it was built."""
    for topic in course.topics:
        path = source / topic.name / f"{topic.name}.ipynb"
        if not path.exists():
            continue
        where = f"source/{topic.name}/{topic.name}.ipynb"
        advice = (
            f"it is made from course/{topic.name}/lesson.md. Make the change there, "
            "then run: peercourse build --discard-edits"
        )
        notebook = read_notebook(path)
        if notebook is None:
            yield f"{where} cannot be read; {advice}"
            continue
        mark = notebook.metadata.get("peercourse")
        if not isinstance(mark, dict) or mark.get("digest") != digest(notebook):
            yield f"{where} was edited by hand; {advice}"


def write_files(folder: Path, files: dict[PurePosixPath, bytes]) -> None:
    """Make `folder` hold exactly `files`; files that are the same already are left alone."""
    folder.mkdir(parents=True, exist_ok=True)
    wanted = {folder / name for name in files}
    for path in sorted(folder.rglob("*"), reverse=True):
        if path.is_dir() and not path.is_symlink():
            if not any(path in keep.parents for keep in wanted):
                shutil.rmtree(path)
        elif path not in wanted:
            path.unlink()
    for name, data in files.items():
        path = folder / name
        if not path.exists() or path.read_bytes() != data:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(data)


def release(root: Path) -> None:
    """Let nbgrader make `release/` and its gradebook entries, in one call for all topics."""
    command = [sys.executable, "-m", "nbgrader", "generate_assignment", "--assignment=*", "--force"]
    done = subprocess.run(command, cwd=root, env=nbgrader_environment(), capture_output=True, text=True)
    if done.returncode == 0:
        return
    said = done.stdout + done.stderr
    if "there are submissions associated" in said or "Cannot add or remove cells" in said:
        raise CourseError(
            "release/: a check or graded reflection was added or removed after answers came in. Put it back, or "
            "start a new run of the course with an empty gradebook (move gradebook.db and submitted/ away)."
        )
    errors = [line for line in said.splitlines() if "ERROR" in line] or said.splitlines()[-3:]
    raise CourseError("release/: nbgrader generate_assignment failed: " + " ".join(errors)[-600:])


def nbgrader_environment() -> dict[str, str]:
    """The environment for a call of nbgrader: it starts `alembic` by name, which stands beside this Python."""
    return {**os.environ, "PATH": os.pathsep.join([str(Path(sys.executable).parent), os.environ.get("PATH", "")])}


# --- keys --------------------------------------------------------------------------------------


def find_keys(folder: Path, course: Course) -> Iterator[str]:
    """One line for every graded key, or part of one, in any byte of `folder`; and for every answer log."""
    secrets = [(item, text) for topic in course.topics for item in topic.items for text in _secrets(item)]
    needles = [(item.id, needle) for item, text in secrets for needle in _spellings(text)]
    for path in sorted(folder.rglob("*")):
        if not path.is_file():
            continue
        where = f"{folder.name}/{path.relative_to(folder).as_posix()}"
        if path.name == LOG_NAME:
            yield f"{where}: an answer log must not be handed out; remove it."
        data = _BREAK.sub(b" ", path.read_bytes())
        for item_id in sorted({item_id for item_id, needle in needles if needle in data}):
            yield f'{where}: holds part of the key of "{item_id}"; the text must stand nowhere but in its item.'
    yield from _marked_items(folder, course.topics)


def _secrets(item: Item) -> Iterator[str]:
    if not is_graded(item):
        return
    texts = [item.explanation, *(o.why for o in item.options)] if isinstance(item, Choice) else [item.exemplar]
    for text in texts:
        # Part of a text betrays as much as the whole of it.
        yield from (sentence for sentence in re.split(r"(?<=[.!?])\s+", text.strip()) if len(sentence) >= MIN_SECRET)


def _spellings(text: str) -> set[bytes]:
    """The ways in which `text` can stand in a file: plain, in JSON, in HTML, and in HTML within JSON."""
    forms = {text, html.escape(text), html.escape(text, quote=False)}
    forms |= {json.dumps(form, ensure_ascii=escaped)[1:-1] for form in tuple(forms) for escaped in (True, False)}
    return {_BREAK.sub(b" ", form.encode()) for form in forms}


def _marked_items(folder: Path, topics: tuple[Topic, ...]) -> Iterator[str]:
    """A line for every graded item whose `items.json` entry has a field that only a key has."""
    for topic in topics:
        path = folder / topic.name / "items.json"
        if not path.exists():
            continue
        graded = {item.id for item in topic.items if is_graded(item)}
        for view in json.loads(path.read_bytes())["items"]:
            fields = set(view).union(*(option for option in view.get("options", [])))
            if view["id"] in graded and fields & {"correct", "why", "explanation", "exemplar", "hints"}:
                yield f'{folder.name}/{topic.name}/items.json: carries the key of "{view["id"]}".'
