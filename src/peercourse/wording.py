"""Every word the interface says, in one catalog: a file of JSON for each language, id -> text (`words/en.json`).

Texts may hold {names} that `say` fills in. Ids that begin with "page." are shown by the page's own
JavaScript, those with "tab." by the course's extension of JupyterLab; everything else is said by the
kernel, the server or the staff's tools. What another language lacks is said in English.

Which language: what a course makes (notebooks, marks, feedback) is in the course's own, set with
`in_language`. What a person sees is in the language of PEERCOURSE_LANGUAGE, else in that of their
JupyterLab, where its page has told, else in that of LANG.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from functools import cache
from pathlib import Path

LANGUAGES = ("en", "es")
"""What there is a file for. All of them have two forms of number: one, and any other."""

_FILES = Path(__file__).parent / "words"
_set: ContextVar[str] = ContextVar("language", default="")
_told_by_page = ""


def language() -> str:
    """The language that is spoken now, one of LANGUAGES."""
    if chosen := _set.get():
        return chosen
    return language_beside(_told_by_page)


def language_beside(page: str) -> str:
    """The language for somebody whose page is in the language called `page` ("": not known)."""
    return nearest(os.environ.get("PEERCOURSE_LANGUAGE") or page or os.environ.get("LANG", ""))


def nearest(name: str) -> str:
    """The one of LANGUAGES that `name` means: "es_MX.UTF-8" and "es-419" are "es", what we do not know is "en"."""
    short = name.replace("_", "-").split(".")[0].split("-")[0].lower()
    return short if short in LANGUAGES else "en"


@contextmanager
def in_language(name: str) -> Iterator[None]:
    """Speak the language called `name` meanwhile, whatever the environment says."""
    token = _set.set(nearest(name))
    try:
        yield
    finally:
        _set.reset(token)


def heard_from_page(name: object) -> None:
    """Remember the interface language of the page that a person works in; anything else than a name is passed over."""
    global _told_by_page
    if isinstance(name, str) and name:
        _told_by_page = name[:40]


@cache
def texts(name: str) -> dict[str, str]:
    """All texts in one of LANGUAGES, English where it has none of its own."""
    return json.loads(catalog(name)) if name == "en" else {**texts("en"), **json.loads(catalog(name))}


def catalog(name: str) -> bytes:
    """The file of one of LANGUAGES, as it is."""
    return (_FILES / f"{name}.json").read_bytes()


def say(word_id: str, **values: object) -> str:
    """The text called `word_id`, with its {names} filled in from `values`."""
    return texts(language())[word_id].format(**values)


def count(word_id: str, n: float) -> str:
    """The text `word_id` for `n` things: its ".one" or "_one" form for 1, else the other."""
    known = texts(language())
    for one, many in ((".one", ".many"), ("_one", "_many")):
        if word_id + one in known:
            return say(word_id + (one if n == 1 else many), n=f"{n:g}")
    raise KeyError(word_id)


def page_words() -> dict[str, str]:
    """The texts the page's JavaScript shows, by their id without "page."."""
    known = texts(language())
    return {word_id.removeprefix("page."): text for word_id, text in known.items() if word_id.startswith("page.")}
