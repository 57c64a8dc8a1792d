"""Read a `lesson.md`: its cells, the items it names, its citations and figures. Pure text work."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

import jupytext

from peercourse.items import CourseError

IMPORT_LINE = "from peercourse import check, hand_in, practice, reflect"
HAND_IN_LINE = "hand_in()"

CALL = re.compile(r'(?P<call>practice|check|reflect)\("(?P<item>[a-z0-9-]+)"\)')
CITATION = re.compile(r"\s*\[@(?P<ids>[^\]\n]+)\]")
FIGURE = re.compile(r"!\[(?P<alt>[^\]]*)\]\((?P<file>[^)\s]+)[^)]*\)")


@dataclass(frozen=True)
class Text:
    """A Markdown cell."""

    source: str


@dataclass(frozen=True)
class Code:
    """A code cell; `call` and `item` are set where it is one of the course's one-line calls."""

    source: str
    call: str = ""
    item: str = ""


Cell = Text | Code


def read_lesson(markdown: str) -> list[Cell]:
    """The cells of a lesson written in MyST Markdown, in order; empty ones left out.

    Raises CourseError where its front matter or the head of a cell cannot be read.
    """
    try:
        notebook = jupytext.reads(markdown, fmt="md:myst")
    except Exception as error:  # jupytext, yaml and nbformat each raise classes of their own, and plain ones
        reason = " ".join(str(error).split())[:120]
        raise CourseError(
            f"cannot be read as a lesson ({reason}); compare its first lines and its cells with those of another topic."
        ) from None
    cells: list[Cell] = []
    for cell in notebook.cells:
        source = cell.source.strip()
        if not source:
            continue
        if cell.cell_type != "code":
            cells.append(Text(source))
        elif source in (IMPORT_LINE, HAND_IN_LINE):
            cells.append(Code(source, call="import" if source == IMPORT_LINE else "hand_in"))
        elif match := CALL.fullmatch(source):
            cells.append(Code(source, match["call"], match["item"]))
        else:
            cells.append(Code(source))
    return cells


def citations(cells: list[Cell]) -> list[str]:
    """Ids of the cited sources, each once, in the order in which they first appear."""
    found = (source for cell in cells if isinstance(cell, Text) for source in _cited(cell.source))
    return list(dict.fromkeys(found))


def _cited(text: str) -> Iterator[str]:
    for match in CITATION.finditer(text):
        yield from cited_ids(match)


def cited_ids(match: re.Match[str]) -> list[str]:
    """The ids in one citation: `[@one; @two]` gives two."""
    return [part.strip().removeprefix("@") for part in match["ids"].split(";")]


def figures(cells: list[Cell]) -> list[tuple[str, str]]:
    """(alt text, file) of every figure."""
    return [(m["alt"].strip(), m["file"]) for c in cells if isinstance(c, Text) for m in FIGURE.finditer(c.source)]


def prose_words(cells: list[Cell]) -> int:
    """Words of the reading: Markdown cells without figures, citations and link targets."""
    text = " ".join(cell.source for cell in cells if isinstance(cell, Text))
    text = CITATION.sub("", FIGURE.sub("", text))
    return len(re.findall(r"[A-Za-z0-9][\w'’-]*", re.sub(r"\]\([^)]*\)", "]", text)))
