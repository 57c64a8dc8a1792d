"""What axe-core finds on a page, and JupyterLab's own themes to look at it in."""

from __future__ import annotations

from collections.abc import Iterator
from importlib.resources import files

from playwright.sync_api import Page, expect

ENOUGH = 10
"""Rules that axe must have found something to hold against; fewer, and nothing was shown."""
TRIES = 20
THEMES = ("JupyterLab Light", "JupyterLab Dark", "JupyterLab Dark High Contrast")


def axe(page: Page, inside: str = ".peercourse") -> list[str]:
    """What axe-core finds wrong inside these elements, once they are there to be looked at."""
    if page.evaluate("() => typeof axe") == "undefined":
        page.evaluate((files("axe_core_python") / "axe.min.js").read_text("utf-8"))
    for _ in range(TRIES):
        found = page.evaluate("inside => axe.run({include: [[inside]]}, {resultTypes: ['violations']})", inside)
        if len(found["passes"]) > ENOUGH:
            break
        page.wait_for_timeout(500)  # JupyterLab is still changing its colors
    assert len(found["passes"]) > ENOUGH, "axe must have looked at something"
    return [f"{v['id']}: {node['html'][:200]}" for v in found["violations"] for node in v["nodes"]]


def in_every_theme(page: Page) -> Iterator[str]:
    """Change JupyterLab to each of its themes in turn."""
    for theme in THEMES:
        page.evaluate("theme => jupyterapp.commands.execute('apputils:change-theme', {theme})", theme)
        expect(page.locator(f'body[data-jp-theme-name="{theme}"]')).to_have_count(1)
        yield theme
    page.evaluate("theme => jupyterapp.commands.execute('apputils:change-theme', {theme})", THEMES[0])
