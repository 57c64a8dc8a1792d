"""The page's own JavaScript, CSS and words: sent once per kernel, shared by every widget.

A widget of anywidget carries its code with it; thirty questions would carry thirty copies.
So each of ours carries a few lines that fetch the code from one shared model (`PageCode`).
"""

from __future__ import annotations

import hashlib
from functools import cache
from importlib.resources import files

import anywidget
import traitlets
from ipywidgets import Layout

from peercourse.wording import page_words

# In this order they make one ES module: plain scripts that share their names, no bundler needed.
_SCRIPTS = (
    "elements.js",
    "saving.js",
    "question.js",
    "practice.js",
    "choice.js",
    "numeric.js",
    "order.js",
    "match.js",
    "cloze.js",
    "reflection.js",
    "hand_in.js",
    "case.js",
    "cards.js",
    "exam.js",
    "progress.js",
    "chart.js",
    "page.js",
)


def read_static(name: str) -> str:
    """The text of one of our JavaScript or CSS files."""
    return (files("peercourse") / "static" / name).read_text("utf-8")


@cache
def page_script() -> str:
    """The whole ES module that draws our widgets."""
    return "\n".join(map(read_static, _SCRIPTS))


class PageCode(anywidget.AnyWidget):
    """A model that is never shown: it brings code, style and words to the page."""

    _esm = "export default {};"
    _css = read_static("page.css")
    code = traitlets.Unicode().tag(sync=True)
    digest = traitlets.Unicode().tag(sync=True)
    words = traitlets.Dict().tag(sync=True)


_shared: dict[str, PageCode] = {}


def page_code() -> PageCode:
    """The shared model of this kernel; made anew where it was closed."""
    shared = _shared.get("page")
    if shared is None or shared.comm is None:
        script = page_script()
        digest = hashlib.sha256(script.encode()).hexdigest()[:16]
        shared = _shared["page"] = PageCode(code=script, digest=digest, words=page_words(), layout=Layout())
    return shared
