"""How long a learner waits for the questions when a topic is opened."""

from __future__ import annotations

import json
from pathlib import Path

from bench_browser import SHOWN, lab_with_topic, new_page, topic_in, wait, widgets_of
from bench_row import Row, Step, seconds
from lab import PATIENCE, TOKEN, Lab
from playwright.sync_api import Browser

OPENINGS = 3
APPS = {"lab": "JupyterLab", "notebook": "Notebook 7"}
OPENING_STEPS = 2 + OPENINGS * (2 * len(APPS) + 1)

READY = """cells => {
    const kernel = window.jupyterapp?.shell.currentWidget?.sessionContext?.session?.kernel;
    return document.querySelectorAll('.jp-Cell').length === cells && kernel?.status === 'idle' && performance.now();
}"""


def measure_opening(place: Path, step: Step) -> list[Row]:
    """Seconds until every question can be answered, beside the same notebook without questions."""
    step("building the topic, starting JupyterLab")
    rows = []
    with lab_with_topic(place) as (lab, browser, released):
        step("once, not counted")
        open_in(browser, lab, topic_in(lab, released, "first"), "lab", widgets_of(released))
        for app, name in APPS.items():
            full, bare = [], []
            for run in range(OPENINGS):
                step(f"{name}, {run + 1} of {OPENINGS}")
                full.append(open_in(browser, lab, topic_in(lab, released, f"{app}-{run}"), app, widgets_of(released)))
                step(f"{name} without questions")
                bare.append(open_in(browser, lab, bare_topic(lab, released, f"{app}-bare-{run}"), app, 0))
            how = f"from asking for the page, empty browser cache, {OPENINGS} times"
            drawn = f"{widgets_of(released)} widgets drawn, kernel idle"
            rows.append(Row(f"{name}: all questions usable", seconds(full), f"{how}; {drawn}"))
            rows.append(Row(f"{name}: the same notebook without widgets", seconds(bare), "cells drawn, kernel idle"))
        rows.append(open_in_running_lab(browser, lab, released, step))
    return rows


def bare_topic(lab: Lab, released: Path, name: str) -> Path:
    """The same notebook, which the course's extension leaves alone."""
    path = topic_in(lab, released, name)
    notebook = json.loads(path.read_bytes())
    del notebook["metadata"]["peercourse"]
    path.write_text(json.dumps(notebook), "utf-8")
    return path


def open_in(browser: Browser, lab: Lab, notebook: Path, app: str, widgets: int) -> float:
    """Seconds from asking for the notebook's page until all its widgets (or, of 0, its cells) are there."""
    page = new_page(browser)
    page.goto(lab.address(notebook, app), wait_until="commit")
    cells = len(json.loads(notebook.read_bytes())["cells"])
    taken = wait(page, SHOWN, widgets) if widgets else wait(page, READY, cells)
    page.context.close()
    lab.shut_down_kernels()
    return taken / 1000


def open_in_running_lab(browser: Browser, lab: Lab, released: Path, step: Step) -> Row:
    """The same for somebody who opens the topic in a JupyterLab that stands open."""
    page = new_page(browser)
    page.goto(f"{lab.url}lab?token={TOKEN}&reset")
    page.wait_for_function("() => window.jupyterapp?.restored", timeout=PATIENCE * 1000)
    page.evaluate("async () => { await window.jupyterapp.restored; }")
    taken = []
    for run in range(OPENINGS):
        step(f"in a running JupyterLab, {run + 1} of {OPENINGS}")
        path = topic_in(lab, released, f"running-{run}").relative_to(lab.root).as_posix()
        start = page.evaluate(
            "path => { window.jupyterapp.commands.execute('docmanager:open', {path}); return performance.now(); }", path
        )
        taken.append((wait(page, SHOWN, widgets_of(released)) - start) / 1000)
        page.evaluate("() => { window.jupyterapp.shell.currentWidget.dispose(); }")
        lab.shut_down_kernels()
    page.context.close()
    return Row("JupyterLab already open: all questions usable", seconds(taken), "from the command that opens the file")
