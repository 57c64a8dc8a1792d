"""A real JupyterLab and a real browser to measure with."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from bench_row import TOPIC
from course_project import make_project
from lab import PATIENCE, Lab, find_browser, start_lab
from playwright.sync_api import Browser, Page, ViewportSize, sync_playwright

BROWSER_OPTIONS = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-sync"]
BROWSER_OPTIONS += ["--disable-background-networking", "--disable-component-update"]
SIZE: ViewportSize = {"width": 1280, "height": 900}

SHOWN = """count => {
    const kernel = window.jupyterapp?.shell.currentWidget?.sessionContext?.session?.kernel;
    const shown = document.querySelectorAll('.peercourse').length === count && kernel?.status === 'idle';
    return shown && performance.now();
}"""
"""When all questions are drawn and the kernel is free to answer: milliseconds since the page was asked for."""


@contextmanager
def lab_with_topic(place: Path) -> Iterator[tuple[Lab, Browser, Path]]:
    """A running JupyterLab, a browser, and a freshly released topic to copy from."""
    project = place / "project"
    project.mkdir()
    make_project(project)
    # Learners' Pythons keep what they compiled; the tests' do not.
    compiled = {"PYTHONDONTWRITEBYTECODE": ""}
    with start_lab(place / "lab", environment=compiled) as lab, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=find_browser(), args=BROWSER_OPTIONS)
        yield lab, browser, project / "release" / TOPIC
        browser.close()


def new_page(browser: Browser) -> Page:
    """A page with nothing in its cache."""
    return browser.new_context(viewport=SIZE).new_page()


def widgets_of(topic: Path) -> int:
    """How many widgets the topic shows: one for each cell of code but the import."""
    cells = json.loads((topic / f"{topic.name}.ipynb").read_bytes())["cells"]
    return sum(cell["cell_type"] == "code" for cell in cells) - 1


def wait(page: Page, condition: str, value: object) -> float:
    """What `condition` answers with when it holds."""
    return float(page.wait_for_function(condition, arg=value, timeout=PATIENCE * 1000).json_value())


def topic_in(lab: Lab, released: Path, name: str) -> Path:
    """The topic in a folder of its own, as a learner fetches it."""
    return Path(shutil.copytree(released, lab.root / name / TOPIC)) / f"{TOPIC}.ipynb"
