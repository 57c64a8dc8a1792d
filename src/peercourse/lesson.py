"""Read a `lesson.md`: its cells, the items it names, its citations and figures. Pure text work."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from peercourse.items import CourseError
from peercourse.lesson_cells import split_cells

IMPORT_LINE = (
    "from peercourse import answer, cards, case, check, exam, explore, hand_in, poll, practice, progress, reflect"
)
HAND_IN_LINE = "hand_in()"

CALL = re.compile(r'(?P<call>practice|check|case|poll|reflect|explore)\("(?P<item>[a-z0-9-]+)"\)')
WHOLE = re.compile(r"(?P<call>hand_in|cards|exam|progress)\(\)")
WORDS_MARK = "{{words}}"
"""Alone in a paragraph: the place of the style list, as a table."""

HEADING = re.compile(r"^(#{2,6}) +(?P<text>.+?) *#*$", re.M)
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
    return list(_cells(markdown))


@lru_cache(maxsize=64)
def _cells(markdown: str) -> tuple[Cell, ...]:
    try:
        split = list(split_cells(markdown))
    except ValueError as error:
        reason = " ".join(str(error).split())[:120]
        raise CourseError(
            f"cannot be read as a lesson ({reason}); compare its first lines and its cells with those of another topic."
        ) from None
    cells: list[Cell] = []
    for kind, text in split:
        source = text.strip()
        if not source:
            continue
        if kind != "code":
            cells.append(Text(source))
        elif source == IMPORT_LINE:
            cells.append(Code(source, call="import"))
        elif match := WHOLE.fullmatch(source):
            cells.append(Code(source, match["call"]))
        elif match := CALL.fullmatch(source):
            cells.append(Code(source, match["call"], match["item"]))
        else:
            cells.append(Code(source))
    return tuple(cells)


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


def headings(cells: list[Cell]) -> list[str]:
    """The text of every heading."""
    return [m["text"].strip() for c in cells if isinstance(c, Text) for m in HEADING.finditer(c.source)]


@dataclass(frozen=True)
class Paragraph:
    """A paragraph of the reading as written, and the number of its cell. A list belongs to the paragraph above it."""

    text: str
    cell: int


def paragraphs(cells: list[Cell]) -> list[Paragraph]:
    """The prose of a lesson: no headings, figures, tables and marks."""
    found: list[Paragraph] = []
    for number, cell in enumerate(cells):
        for block in re.split(r"\n[ \t]*\n", cell.source) if isinstance(cell, Text) else ():
            text = FIGURE.sub("", HEADING.sub("", block)).strip()
            if not text or text.startswith(("|", "<", "```")) or text == WORDS_MARK:
                continue
            if found and found[-1].cell == number and re.match(r"[-*] |\d+[.)] ", text):
                found[-1] = Paragraph(f"{found[-1].text}\n{text}", number)
            else:
                found.append(Paragraph(text, number))
    return found


def plain_lines(text: str) -> list[str]:
    """A paragraph without citations, addresses and marks of Markdown: one line, and one for every entry of a list."""
    text = re.sub(r"!?\[([^\]]*)\]\([^)]*\)", r"\1", CITATION.sub("", text))
    entries = re.split(r"\n(?=(?:[-*]|\d+[.)]) )", text)
    bare = (re.sub(r"(?m)^(?:> ?|[-*] |\d+[.)] )+|[*`]+", "", entry) for entry in entries)
    return [" ".join(entry.split()) for entry in bare]
