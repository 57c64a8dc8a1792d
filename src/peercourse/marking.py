"""Mark one submission from data: the course's items and what the learner handed in. No kernel, no nbgrader."""

from __future__ import annotations

import json
import os
import stat
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Any

from peercourse.answers import LOG_NAME, Answer, Fold, read, whole_text
from peercourse.items import Item
from peercourse.receipt import read_receipt, settle
from peercourse.scoring import AnswerValue, Score, score
from peercourse.wording import in_language

SET_ASIDE = ".set-aside"
MAX_NOTEBOOK_BYTES = 50_000_000
MAX_NOTEBOOK_PARTS = 300_000
"""Lists, objects and their members in one notebook. Bytes alone say little: `[[],[],…` takes forty times its size."""
LARGE_BYTES = 1_000_000
MAX_NOTEBOOKS = 20
MAX_NOTES = 12
MAX_NOTE_CHARS = 600
MAX_ANSWER_CHARS = 100_000
"""What is graded and shown of a longer text is its beginning: a page of some megabytes opens on nobody's machine."""
NO_RESPONSE = "No response."
"""nbgrader's own comment on a question that was not answered."""


@dataclass(frozen=True)
class MarkingGuide:
    """What marking a topic needs of the course, worked out once for all submissions.

    `items` are the graded ones in the order of the lesson, `known` all ids of the topic; `own_cells` says
    how often each code cell of the course stands in its notebook.
    """

    topic: str
    title: str
    course_title: str
    items: tuple[Item, ...]
    known: frozenset[str]
    own_cells: Mapping[str, int]
    language: str = "en"


@dataclass(frozen=True)
class Marked:
    """One graded item of one submission."""

    item: Item
    value: AnswerValue | None
    score: Score


@dataclass(frozen=True)
class Marking:
    """One submission, marked: its graded items in order, and what the person grading should know."""

    topic: str
    items: tuple[Marked, ...]
    notes: tuple[str, ...]


def mark(guide: MarkingGuide, folder: Path, noticed: Sequence[str] = ()) -> Marking:
    """Mark what lies in `folder`. Whatever stands in there costs points at most; nothing is raised for it.

    `noticed` are sentences about the submission that the person grading should see first.
    """
    read_ones = (read_code_cells(path) for path in islice(sorted(folder.glob("*.ipynb")), MAX_NOTEBOOKS))
    cells = [source for sources in read_ones if sources for source in sources]
    aside = sorted(path.name for path in folder.glob(f"[!.]*{SET_ASIDE}"))
    return mark_contents(guide, cells, read(folder / LOG_NAME), aside, noticed)


def mark_contents(
    guide: MarkingGuide, cells: Sequence[str], log: Fold | None, aside: Sequence[str], noticed: Sequence[str] = ()
) -> Marking:
    """Mark the code cells and the answer log of one submission; `aside` names what was set aside there."""
    answers, settled = settle(log, read_receipt(cells, guide.topic))
    notes = [*noticed, *_set_aside_notes(aside), *_changed_cells(guide, cells), *settled]
    strangers = sorted(answers.keys() - guide.known)
    notes += [f'"{name[:60]}" is not in this topic; left out.' for name in strangers]
    marked = []
    with in_language(guide.language):
        for item in guide.items:
            answer = answers.get(item.id)
            value = answer.value if answer else None
            if isinstance(value, str) and len(value) > MAX_ANSWER_CHARS:
                notes.append(f'"{item.id}": {len(value):,} characters; the first {MAX_ANSWER_CHARS:,} are shown.')
                value = value[:MAX_ANSWER_CHARS]
            result = score(item, value)
            marked.append(Marked(item, value, result))
            notes += [f'"{item.id}": {note}.' for note in result.notes]
            notes += _version_note(item, answer)
    if len(notes) > MAX_NOTES:
        notes = [*notes[:MAX_NOTES], f"… and {len(notes) - MAX_NOTES} more."]
    return Marking(guide.topic, tuple(marked), tuple(whole_text(note)[:MAX_NOTE_CHARS] for note in notes))


def _version_note(item: Item, answer: Answer | None) -> list[str]:
    if answer is None or answer.version == item.version:
        return []
    return [f'"{item.id}" was answered in version {answer.version} and is graded by version {item.version}.']


def _changed_cells(guide: MarkingGuide, cells: Sequence[str]) -> list[str]:
    """A note where the course's own cells are not all there once; they count as the course has them."""
    theirs = Counter(source.strip() for source in cells)
    changed = sum(max(0, count - theirs[source]) for source, count in guide.own_cells.items())
    doubled = sum(theirs[source] > count for source, count in guide.own_cells.items())
    if not cells or not (changed or doubled):
        return []
    return [f"The notebook was changed: {changed} question(s) gone or rewritten, {doubled} doubled; put back to grade."]


def _set_aside_notes(aside: Sequence[str]) -> list[str]:
    return [
        f"{name.removesuffix(SET_ASIDE)[:60]} could not be read (a link, a pipe, damaged, too large, too many, "
        f"or not as it was handed in) and was set aside as {name[:80]}."
        for name in aside
    ]


# --- a learner's notebook, read as data ---------------------------------------------------------


def read_code_cells(path: Path) -> list[str] | None:
    """Sources of the code cells of the notebook at `path`; None where it is no plain file, too large, or damaged.

    Only the shape that marking relies on is looked at. Links are not followed and pipes not waited for.
    """
    try:
        descriptor = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
        with os.fdopen(descriptor, "rb") as file:
            state = os.fstat(descriptor)
            if not stat.S_ISREG(state.st_mode) or state.st_size > MAX_NOTEBOOK_BYTES:
                return None
            data = file.read(state.st_size)
            if len(data) > LARGE_BYTES and sum(map(data.count, (b"[", b"{", b","))) > MAX_NOTEBOOK_PARTS:
                return None
            body = json.loads(data)
    except (OSError, ValueError, RecursionError):
        return None
    return _code_cells(body)


def _code_cells(body: Any) -> list[str] | None:
    cells = body.get("cells") if isinstance(body, dict) and isinstance(body.get("metadata"), dict) else None
    if not isinstance(cells, list):
        return None
    sources = []
    for cell in cells:
        source = _source(cell)
        if source is None:
            return None
        if cell["cell_type"] == "code":
            sources.append(source)
    return sources


def _source(cell: Any) -> str | None:
    """The text of one cell, None where the cell has not the form of one."""
    if not isinstance(cell, dict) or not isinstance(cell.get("cell_type"), str):
        return None
    source = cell.get("source")
    if isinstance(source, list) and {type(line) for line in source} <= {str}:
        return "".join(source)
    return source if isinstance(source, str) else None
