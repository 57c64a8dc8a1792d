"""Our widgets on a plain page: the real page code, without JupyterLab. For the gallery, and for fast browser tests."""

from __future__ import annotations

import html
import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from peercourse.widgets.live import Live
from peercourse.widgets.page_code import page_script, read_static
from peercourse.wording import page_words

SAVED = {"type": "saved"}
THEMES = ("light", "dark")


@dataclass(frozen=True)
class State:
    """A widget to be drawn: what it is told, what a learner then does, and what the kernel replies (None: nothing)."""

    kind: str
    title: str
    item: dict[str, Any]
    view: dict[str, Any]
    deeds: tuple[tuple[str, int, str, str], ...] = ()
    reply: dict[str, Any] | None = field(default_factory=lambda: dict(SAVED))


LOOK = """
:root { color-scheme: light dark; }
body { margin: 0; padding: 1rem; background: #f6f6f6; color: #1b1b1b; font: 1rem/1.5 system-ui, sans-serif; }
main { max-inline-size: 96rem; margin-inline: auto; }
h2 { margin-block: 2.5rem 0.5rem; }
h3 { margin-block: 1rem 0.25rem; font-size: 1rem; font-weight: 600; }
.themes { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(100%, 30rem), 1fr)); gap: 1rem; }
.theme { padding: 0.25rem 0.75rem; border-radius: 8px; min-inline-size: 0; }
.theme-light {
  color-scheme: light; background: #fff;
  --jp-content-font-color1: rgb(0 0 0 / 87%); --jp-border-color0: #757575; --jp-border-color1: #bdbdbd;
  --jp-layout-color1: #fff; --jp-layout-color2: #eee; --jp-brand-color1: #1976d2;
  --jp-success-color1: #388e3c; --jp-warn-color1: #f57c00; --jp-content-link-color: #0d47a1;
}
.theme-dark {
  color-scheme: dark; background: #111;
  --jp-content-font-color1: #fff; --jp-border-color0: #8a8a8a; --jp-border-color1: #616161;
  --jp-layout-color1: #111; --jp-layout-color2: #333; --jp-brand-color1: #64b5f6;
  --jp-success-color1: #66bb6a; --jp-warn-color1: #ffb74d; --jp-content-link-color: #64b5f6;
}
@media (prefers-color-scheme: dark) { body { background: #1b1b1b; color: #f0f0f0; } }
@media (max-width: 30rem) { body { padding: 0.25rem; } .theme { padding: 0; } }
"""


def page_html(
    title: str, intro: str, states: Sequence[State], themes: Sequence[str] = THEMES, *, live: bool = False
) -> str:
    """A page that needs nothing else: every state once in each theme. `live`: a kernel answers (`window.kernel`)."""
    data = {
        "words": page_words(),
        "live": live,
        "states": [{"item": s.item, "view": s.view, "deeds": s.deeds, "reply": s.reply} for s in states],
    }
    as_json = json.dumps(data, ensure_ascii=False).replace("<", "\\u003c")
    harness = (Path(__file__).parent / "widget_page.js").read_text("utf-8")
    return f"""<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{html.escape(title)}</title>
<style>{LOOK}</style>
<style>{read_static("page.css")}</style>
</head>
<body>
<main>
<h1>{html.escape(title)}</h1>
<p>{html.escape(intro)}</p>
{"".join(_section(index, state, states, themes) for index, state in enumerate(states))}</main>
<script type="application/json" id="page-states">{as_json}</script>
<script type="module">
{page_script()}
{harness}</script>
</body>
</html>
"""


def _section(index: int, state: State, states: Sequence[State], themes: Sequence[str]) -> str:
    new = index == 0 or states[index - 1].kind != state.kind
    head = f"<h2>{html.escape(state.kind)}</h2>\n" if new else ""
    places = "".join(f'<div class="theme theme-{theme}" data-state="{index}"></div>' for theme in themes)
    return f'{head}<h3>{html.escape(state.title)}</h3>\n<div class="themes">{places}</div>\n'


class KernelBehind:
    """The real widgets behind a live page: asked with (number of the widget, message), says what they send in turn."""

    def __init__(self, widgets: Sequence[Live]) -> None:
        self.widgets = list(widgets)
        self.silent = False
        self.asked = 0
        self._said: list[list[Any]] = []
        for index, widget in enumerate(self.widgets):
            widget.observe(lambda change, to=index: self._said.append([to, "view", change.new]), "view")
            widget.send = lambda content, to=index: self._said.append([to, "message", content])

    def __call__(self, index: int, message: Any) -> list[list[Any]]:
        """What the page hears after this message, in order."""
        self.asked += 1
        if self.silent:
            return []
        self._said.clear()
        widget = self.widgets[index]
        widget._receive(widget, message, [])
        for other in self.widgets:
            if other.item["id"] == widget.item["id"] and message.get("type") == "answer":
                other.refresh()
        return list(self._said)

    def states(self) -> list[State]:
        """The page's beginning."""
        return [State(w.item["kind"], w.item["id"], w.item, w.view) for w in self.widgets]
