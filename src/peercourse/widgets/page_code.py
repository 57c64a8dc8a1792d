"""The page's own JavaScript, CSS and words: never part of a widget, brought to the page once.

A widget of anywidget carries its code with it; thirty questions would carry thirty copies. Each of ours carries a
line that waits for `globalThis.peercourse`, and the digest of the code that this kernel means. In JupyterLab and
Notebook 7 the course's extension brings that code from its static folder, where it is the same; elsewhere, and
where it is not, `static/loader.js` asks the kernel.
"""

from __future__ import annotations

import json
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from functools import cache
from pathlib import Path
from typing import Any

import anywidget
import traitlets

from peercourse.wording import catalog, language, page_words

_FILES = Path(__file__).parents[1] / "static"

WAIT_FOR_PAGE = "export default{render:v=>(globalThis.peercourse??=Promise.withResolvers()).promise.then(d=>d(v))}"
"""All the code that a widget carries, where the extension does not say that it has it."""

_BRING_PAGE = """
(globalThis.peercourse ??= Promise.withResolvers()).resolve(drawer(async () => null));
export default {};
"""

# What every widget of ipywidgets has, and none of ours needs: the page begins with the same values.
_UNSENT = frozenset({"_dom_classes", "_view_count", "layout", "tabbable", "tooltip"})


def read_static(name: str) -> str:
    """The text of one of our JavaScript or CSS files."""
    return (_FILES / name).read_text("utf-8")


@cache
def _parts() -> tuple[tuple[str, ...], str]:
    """Names of the scripts, in the order in which they make one ES module (names are shared), and of the style."""
    parts: dict[str, Any] = json.loads(read_static("parts.json"))
    return tuple(parts["scripts"]), str(parts["style"])


@cache
def page_script() -> str:
    """The whole ES module that draws our widgets."""
    return "\n".join(map(read_static, _parts()[0]))


@cache
def page_digest(spoken: str) -> str:
    """The language and a checksum of all that the page is made of: of every file, in the order of `static/parts.json`.

    The extension works out the same for the files it has. A checksum is enough: it tells versions apart, no more.
    """
    scripts, style = _parts()
    files = [(_FILES / name).read_bytes() for name in (*scripts, style)]
    files += [catalog(name) for name in dict.fromkeys(("en", spoken))]
    checksum = 0
    for content in files:
        checksum = zlib.crc32(content, checksum)
    return f"{spoken}-{checksum:08x}"


def whole_page() -> dict[str, Any]:
    """All of it, for a page that has nothing, or something else."""
    return {"code": page_script(), "style": read_static(_parts()[1]), "words": page_words()}


class Slim(anywidget.AnyWidget):
    """A widget that sends only what the page cannot know by itself."""

    layout = traitlets.Any()  # a Layout would be a model of its own, with a message of its own

    @traitlets.default("keys")
    def _keys_that_are_sent(self) -> list[str]:
        return [name for name in self.traits(sync=True) if name not in _UNSENT]


class PageCode(Slim):
    """A model that is never shown: it brings the loader to a page without the course's extension."""

    _esm = read_static("loader.js") + _BRING_PAGE


_shared: dict[str, PageCode] = {}


# Where the extension that shows the widgets now has their few lines; "" outside such a request.
_at_hand: ContextVar[str] = ContextVar("address of the widgets' code", default="")


@contextmanager
def code_at_hand(address: object) -> Iterator[None]:
    """Widgets that are made meanwhile name the `address` of their code on the page's own server, if it is one."""
    token = _at_hand.set(address if isinstance(address, str) and address.startswith("http") else "")
    try:
        yield
    finally:
        _at_hand.reset(token)


def page_code() -> dict[str, str]:
    """What a new widget says of its code; sees that the page has the loader."""
    if address := _at_hand.get():
        return {"_esm": address, "page": page_digest(language())}
    shared = _shared.get("page")
    if shared is None or shared.comm is None:
        _shared["page"] = PageCode()
    return {"page": page_digest(language())}
