"""Steps and looks that the tests of opening a notebook share."""

from __future__ import annotations

import itertools
import json
from pathlib import Path
from typing import Any

from lab import PATIENCE, Lab, Traffic, open_another, outputs, wait_for_kernel, wait_until
from playwright.sync_api import Page
from small_topic import CALLS, ITEMS, TOPIC, make_small_topic, write_items, write_notebook

from peercourse.items import public_view

BUTTON = "Show the questions"
GUARD = "**/peercourse/opening?*"
"""The request in which the page asks the server whether a notebook may show its questions."""

RECEIPT = 'hand_in()\n# Your answers are kept below.\n# receipt: {"receipt":1}'

_canaries = itertools.count(1)


class Canary:
    """A file that only hostile code writes."""

    def __init__(self, root: Path) -> None:
        self.path = root / f"canary-{next(_canaries)}"
        self.code = f"open({str(self.path)!r}, 'w').close()"

    @property
    def sings(self) -> bool:
        """Whether the hostile code ran."""
        return self.path.exists()


def hostile_topic(folder: Path, cells: list[Any], **metadata: Any) -> Path:
    """A topic of ours with these cells, whatever they are, in its notebook."""
    write_items(folder, [public_view(item) for item in ITEMS])
    return write_notebook(folder / f"{TOPIC}.ipynb", cells, **metadata)


def times_sent(traffic: Traffic, code: str) -> int:
    """How often the page sent this code to a kernel."""
    needle = json.dumps(code).encode()
    frames = (frame.encode() if isinstance(frame, str) else frame for frame in traffic.sent)
    return sum(b'"code":' + needle in frame for frame in frames)


def requests_to_run(traffic: Traffic) -> list[bytes]:
    """Every message in which the page asked a kernel to run something."""
    frames = [frame.encode() if isinstance(frame, str) else frame for frame in traffic.sent]
    return [frame for frame in frames if b'"execute_request"' in frame]


def wait_for_outputs(page: Page, count: int) -> None:
    """Wait until the notebook in front has `count` cells with an output, and its kernel is idle."""
    wait_until(lambda: sum(map(bool, outputs(page))) >= count, f"{count} cells with an output")
    wait_for_kernel(page)


def settle(page: Page, lab: Lab, name: str) -> None:
    """Open a good topic in the same JupyterLab and wait for its questions, then come back.

    Whatever the extension was going to do with the notebook opened before is done by then.
    """
    before = page.evaluate("() => window.jupyterapp.shell.currentWidget.id")
    open_another(page, lab, make_small_topic(lab.root / name))
    wait_for_outputs(page, len(CALLS) + 1)
    page.evaluate("id => window.jupyterapp.shell.activateById(id)", before)
    page.wait_for_function("id => window.jupyterapp.shell.currentWidget.id === id", arg=before)


def wait_for_banner(page: Page, text: str) -> None:
    """Wait until the notebook says, in a status that is read aloud, why its questions are not shown."""
    page.get_by_role("status").filter(has_text=text).locator("visible=true").first.wait_for(timeout=PATIENCE * 1000)
    assert page.get_by_role("button", name=BUTTON).is_visible()


def press_show(page: Page) -> None:
    """Press the button of the banner."""
    page.get_by_role("button", name=BUTTON).click()


SEND = """([index, detail]) => new Promise((answer) => {
    const cell = window.jupyterapp.shell.currentWidget.content.widgets[index];
    const from = index === null ? document.body : cell.node.querySelector('.jp-OutputArea-output') ?? cell.node;
    const event = {bubbles: true, composed: true, detail: {...detail, done: answer}};
    from.dispatchEvent(new CustomEvent('peercourse-receipt', event));
})"""


def send_receipt(page: Page, cell: int | None, source: Any) -> Any:
    """Dispatch the event that a hand-in widget dispatches, from inside `cell` (None: from no cell)."""
    return page.evaluate(SEND, [cell, {"source": source}])
