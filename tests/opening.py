"""Steps and looks that the tests of opening a notebook share."""

from __future__ import annotations

import itertools
import json
import struct
from dataclasses import dataclass
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


@dataclass(frozen=True)
class Request:
    """One message in which the page asked a kernel to run something."""

    code: str
    silent: bool
    metadata: dict[str, Any]

    @property
    def calls(self) -> list[str]:
        """The course's calls that it asks for: in its metadata, or as the code itself."""
        return [call for _, call, _ in self.metadata.get("cells", [])] or [self.code]


def requests_to_run(traffic: Traffic) -> list[Request]:
    """Every message in which the page asked a kernel to run something."""
    return [request for request in map(_request, traffic.sent) if request]


def _request(frame: str | bytes) -> Request | None:
    """Jupyter's websocket protocol, version 1: how many offsets, the offsets, then what stands between them."""
    if isinstance(frame, str):  # of another socket
        assert "execute_request" not in frame
        return None
    (count,) = struct.unpack_from("<Q", frame)
    offsets = struct.unpack_from(f"<{count}Q", frame, 8)
    header, _, metadata, content = (json.loads(frame[offsets[part] : offsets[part + 1]]) for part in (1, 2, 3, 4))
    if header["msg_type"] != "execute_request":
        return None
    return Request(content["code"], content["silent"], metadata)


def times_asked(traffic: Traffic, call: str) -> int:
    """How often the page asked a kernel for what this call shows or does, by itself or among others."""
    return sum(request.calls.count(call) for request in requests_to_run(traffic))


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
