"""Split MyST Markdown into its cells, as jupytext does when JupyterLab opens the file as a notebook.

jupytext itself takes more than two seconds to load; what it reads with (markdown-it, its plugins and
yaml) does not, and is all that is needed here. A test holds the two against each other.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from functools import lru_cache
from textwrap import dedent
from typing import Literal

import yaml
from markdown_it import MarkdownIt
from markdown_it.token import Token
from mdit_py_plugins.front_matter import front_matter_plugin
from mdit_py_plugins.myst_blocks import myst_block_plugin

Kind = Literal["text", "code", "raw"]
_FENCES: dict[str, Kind] = {"{code-cell}": "code", "{raw-cell}": "raw"}
_END_OF_OPTIONS = re.compile(r"^-{3,}", re.MULTILINE)


def split_cells(markdown: str) -> Iterator[tuple[Kind, str]]:
    """Kind and source of each cell, in order. Raises ValueError where a head cannot be read."""
    lines, start, depth = markdown.splitlines(), 0, 0
    tokens = _parser().parse(markdown + "\n")
    if tokens and tokens[0].type == "front_matter":
        head = tokens.pop(0)
        if not isinstance(_yaml(head.content) or {}, dict):
            raise ValueError("the lines between --- are not of the form name: value")
        start = _lines_of(head)[1]
    for token in tokens:
        depth += token.nesting
        kind = _kind(token) if depth == 0 else None
        if kind is None:
            continue
        first, end = _lines_of(token)
        yield "text", "\n".join(lines[start:first])
        if kind == "text":
            _must_be_a_table(token, first)
        else:
            yield kind, _without_options(token.content)
        start = end
    yield "text", "\n".join(lines[start:])


@lru_cache(maxsize=1)
def _parser() -> MarkdownIt:
    parser = MarkdownIt("commonmark").enable("table").use(front_matter_plugin).use(myst_block_plugin)
    return parser.disable("inline", True)


def _yaml(text: str) -> object:
    try:
        return yaml.safe_load(text)
    except yaml.YAMLError as error:
        raise ValueError(str(error)) from None


def _kind(token: Token) -> Kind | None:
    """What kind of cell starts at `token`; None where none does."""
    if token.type == "fence":
        return next((kind for mark, kind in _FENCES.items() if token.info.startswith(mark)), None)
    return "text" if token.type == "myst_block_break" else None


def _lines_of(token: Token) -> tuple[int, int]:
    first, end = token.map or (0, 0)
    return first, end


def _must_be_a_table(token: Token, line: int) -> None:
    """`+++ {"tags": []}`: what follows the mark of a new cell is a JSON object or nothing."""
    if token.content and not isinstance(json.loads(token.content.strip()), dict):
        raise ValueError(f"line {line + 1}: what follows +++ is not of the form {{...}}")


def _without_options(content: str) -> str:
    """The source of a cell without the options at its head, which must be YAML."""
    options = ""
    if content.startswith("---"):
        body = "\n".join(content.splitlines()[1:])
        end = _END_OF_OPTIONS.search(body)
        options, content = (body[: end.start()], body[end.end() + 1 :]) if end else (body, "")
    elif content.lstrip().startswith(":"):
        lines = content.splitlines()
        count = next((n for n, line in enumerate(lines) if not line.lstrip().startswith(":")), len(lines))
        options = "\n".join(line.lstrip()[1:] for line in lines[:count])
        content = "\n".join(lines[count:])
    _yaml(dedent(options))
    return content
