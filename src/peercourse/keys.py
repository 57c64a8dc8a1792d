"""Graded keys: what belongs to one, and whether any of it stands where learners can read it."""

from __future__ import annotations

import html
import json
import re
from collections.abc import Iterator
from dataclasses import fields, is_dataclass
from pathlib import Path
from typing import Any

from peercourse.answers import LOG_NAME
from peercourse.bank import Course, Topic
from peercourse.items import Item, is_graded

MIN_SECRET = 25
"""Shorter texts than this could stand in a page by chance, so they are not searched for."""

_BREAK = re.compile(rb'(?:\s|\\n|(?<!\\)",\s+")+')
"""What may stand between two words of one text: white space, its spelling in JSON, and the seam between
two lines of a notebook cell."""

_INNER_WORD = re.compile(rb"(?<= )[A-Za-z]+(?= )")


def find_keys(folder: Path, course: Course) -> Iterator[str]:
    """One line for every graded key, or part of one, in any byte of `folder`; and for every answer log."""
    secrets = [(item, text) for topic in course.topics for item in topic.items for text in key_sentences(item)]
    needles = [(item.id, spelt, _inner_words(spelt)) for item, text in secrets for spelt in _spellings(text)]
    for path in sorted(folder.rglob("*")):
        if not path.is_file():
            continue
        where = f"{folder.name}/{path.relative_to(folder).as_posix()}"
        if path.name == LOG_NAME:
            yield f"{where}: an answer log must not be handed out; remove it."
        data = _BREAK.sub(b" ", path.read_bytes())
        # To look for the words first is a hundred times quicker than to look for every sentence.
        words = _inner_words(data)
        for item_id in sorted({name for name, spelt, inner in needles if inner <= words and spelt in data}):
            yield f'{where}: holds part of the key of "{item_id}"; the text must stand nowhere but in its item.'
    yield from _marked_items(folder, course.topics)


KEY_TEXTS = {"why", "explanation", "exemplar", "lesson"}
"""Fields whose sentences are part of a graded key. (Words that a gap accepts may well stand in the reading.)"""

KEY_FIELDS = {
    *("correct", "why", "explanation", "exemplar", "hints", "answer", "tolerance", "traps", "accept"),
    *("critical", "fit", "end", "lesson"),
}
"""Fields that no graded item has in `items.json`, in whatever part of it."""


def key_sentences(item: Item) -> Iterator[str]:
    """The sentences of an item's key that learners must not read; none where it is not graded."""
    for text in _key_texts(item) if is_graded(item) else ():
        # Part of a text betrays as much as the whole of it.
        yield from (sentence for sentence in re.split(r"(?<=[.!?])\s+", text.strip()) if len(sentence) >= MIN_SECRET)


def _key_texts(part: Any) -> Iterator[str]:
    for field in fields(part):
        value = getattr(part, field.name)
        if field.name in KEY_TEXTS:
            yield value
        elif isinstance(value, tuple):
            yield from (text for one in value if is_dataclass(one) for text in _key_texts(one))


def _inner_words(data: bytes) -> set[bytes]:
    """Words with a blank on either side: those that no spelling of a text changes."""
    return set(_INNER_WORD.findall(data))


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
            if view["id"] in graded and _names_in(view) & KEY_FIELDS:
                yield f'{folder.name}/{topic.name}/items.json: carries the key of "{view["id"]}".'


def _names_in(view: Any) -> set[str]:
    """The names of all fields in `view`, at any depth."""
    if isinstance(view, dict):
        return set(view).union(*map(_names_in, view.values()))
    return set().union(*map(_names_in, view)) if isinstance(view, list) else set()
