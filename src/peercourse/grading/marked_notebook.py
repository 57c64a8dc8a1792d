"""The notebook that goes to `autograded/`: made from the course alone, with the learner's answers as text.

No cell of the learner's is in it, and no code: graded items are Markdown cells that Formgrader and the
feedback page show with their points and comments. It is written here as nbformat writes it, byte for byte
(a test compares), because nearly all of it is the same for many learners and needs to be made only once.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass, field
from json.encoder import encode_basestring
from typing import Any

from peercourse.grading.item_digest import items_digest
from peercourse.inert import printable
from peercourse.items import Item, Reflection
from peercourse.marking import Marked, Marking, MarkingGuide
from peercourse.twin import review_html
from peercourse.wording import in_language

KERNEL = {"display_name": "Python 3 (ipykernel)", "language": "python", "name": "python3"}
KEPT_CELLS = 2000
"""Cells of the same answer to the same question that are kept for the next learner who gave it."""


@dataclass
class MarkedNotebooks:
    """Writes the marked notebooks of one topic."""

    guide: MarkingGuide
    _cells: dict[tuple[str, str | tuple[str, ...] | None], str] = field(default_factory=dict)
    _kernel: str = field(default_factory=lambda: _json(KERNEL, 2))
    _items: str = field(init=False)

    def __post_init__(self) -> None:
        self._items = items_digest(self.guide.items)

    def text(self, marking: Marking) -> str:
        """The notebook's file for one learner."""
        cells = [_cell("title", f"# {self.guide.title}\n\n{self.guide.course_title}")]
        if marking.notes:
            notes = "\n".join(f"- {_plain(note)}" for note in marking.notes)
            cells.append(_cell("notes", f"**Notes on this submission**\n\n{notes}"))
        # What waits for a person comes first, so that nobody scrolls past ten questions to reach it.
        cells += map(self._item, sorted(marking.items, key=lambda marked: not isinstance(marked.item, Reflection)))
        # What was graded, for the feedback page: the learner's own files may have changed since.
        answers = {marked.item.id: marked.value for marked in marking.items if marked.value is not None}
        told = (
            f'{{\n   "answers": {_json(answers, 3)},\n   "items": "{self._items}",\n'
            f'   "notes": {_list(marking.notes, 3)},\n   "topic": {encode_basestring(marking.topic)}\n  }}'
        )
        metadata = (
            f'{{\n  "kernelspec": {self._kernel},\n  "language_info": {{\n   "name": "python"\n  }},\n'
            f'  "peercourse": {told}\n }}'
        )
        body = ",\n  ".join(cells)
        return f'{{\n "cells": [\n  {body}\n ],\n "metadata": {metadata},\n "nbformat": 4,\n "nbformat_minor": 5\n}}\n'

    def _item(self, marked: Marked) -> str:
        given = tuple(marked.value) if isinstance(marked.value, list) else marked.value
        asked = marked.item.id, given
        if asked in self._cells:
            return self._cells[asked]
        with in_language(self.guide.language):
            source = review_html(marked.item, marked.value, marked.score)
        made = _cell(f"item-{marked.item.id}"[:64], source, _json({"nbgrader": _nbgrader(marked.item)}, 3))
        if len(self._cells) < KEPT_CELLS and not isinstance(marked.item, Reflection):
            self._cells[asked] = made
        return made


def _nbgrader(item: Item) -> dict[str, Any]:
    return {
        "cell_type": "markdown",
        "grade": True,
        "grade_id": item.id,
        "locked": False,
        "points": item.points,
        "schema_version": 3,
        "solution": True,
        "task": False,
    }


def _plain(note: str) -> str:
    """A note as inert Markdown text: names in it may come from a learner."""
    words = " ".join(printable(note).split())
    # Points, colons and at signs, too: of an address as it stands Markdown makes a link.
    return "".join(f"&#{ord(char)};" if char in "<>&*_`[]$\\#|!~.:@" else char for char in words)


# --- as nbformat writes it -----------------------------------------------------------------------


def _cell(cell_id: str, source: str, metadata: str = "{}") -> str:
    lines = _list(source.splitlines(keepends=True), 3)
    return (
        f'{{\n   "cell_type": "markdown",\n   "id": "{cell_id}",\n'
        f'   "metadata": {metadata},\n   "source": {lines}\n  }}'
    )


def _list(texts: Iterable[str], depth: int) -> str:
    space = "\n" + " " * depth
    lines = f",{space} ".join(map(encode_basestring, texts))
    return f"[{space} {lines}{space}]" if lines else "[]"


def _json(value: Any, depth: int) -> str:
    text = json.dumps(value, ensure_ascii=False, indent=1, sort_keys=True, separators=(",", ": "))
    return text.replace("\n", "\n" + " " * depth)
