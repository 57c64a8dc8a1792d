"""HTML in which whatever a learner or an author wrote is text and nothing else. Pure."""

from __future__ import annotations

import html
import re
from collections.abc import Iterable

# Not printable by Python's book, yet parts of emoji and of Persian or Hindi words.
_JOINERS = "\u200c\u200d"
_ENTITIES = {char: html.escape(char) for char in "&<>\"'"} | {char: f"&#{ord(char)};" for char in "$\\`*_[]~"}
_SPECIAL = re.compile(f"[{re.escape(''.join(_ENTITIES))}]")


def printable(text: str) -> str:
    """`text` on one line, with a space for whatever no page and no terminal should be told to do."""
    if text.isprintable():
        return text
    return "".join(char if char.isprintable() or char in _JOINERS else " " for char in text)


def printable_lines(text: str) -> str:
    """`text` made printable, its line breaks kept."""
    return "\n".join(map(printable, text.split("\n")))


def inert(text: str) -> str:
    """`text` so that neither HTML, Markdown nor maths sees anything in it; on one line."""
    return _SPECIAL.sub(lambda match: _ENTITIES[match[0]], printable(text))


def inert_lines(text: str) -> str:
    """`text` made inert, its line breaks kept."""
    return "<br>".join(map(inert, text.strip().splitlines()))


def paragraphs(text: str, *, strong: bool = False) -> str:
    """One paragraph for each line of `text`."""
    left, right = ("<p><strong>", "</strong></p>") if strong else ("<p>", "</p>")
    return "".join(f"{left}{inert(line)}{right}" for line in text.splitlines() if line.strip())


def bullets(sentences: Iterable[str]) -> str:
    """A list of sentences."""
    return "<ul>" + "".join(f"<li>{inert(sentence)}</li>" for sentence in sentences) + "</ul>"
