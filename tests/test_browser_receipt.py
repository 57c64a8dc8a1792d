"""The receipt enters the hand-in cell and the file, and nothing else can be written that way."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import nbformat
import pytest
from lab import Lab, Traffic, cell_count, is_dirty, open_another, open_notebook, sources, wait_for_kernel
from opening import RECEIPT, hostile_topic, send_receipt, wait_for_outputs
from playwright.sync_api import Page
from small_topic import CALLS, IMPORT, make_small_topic, our_cell

pytestmark = pytest.mark.browser
BOTH = pytest.mark.parametrize("app", ["lab", "notebook"])


@BOTH
def test_a_receipt_enters_the_hand_in_cell_and_the_file(page: Page, lab: Lab, folder: Path, app: str) -> None:
    notebook = make_small_topic(folder)
    open_notebook(page, lab, notebook, app)
    wait_for_outputs(page, len(CALLS) + 1)
    last = cell_count(page) - 1
    assert send_receipt(page, last, RECEIPT) == {"ok": True}
    assert nbformat.read(notebook, as_version=4).cells[-1].source == RECEIPT
    again = RECEIPT.replace("kept", "still kept")
    assert send_receipt(page, last, again) == {"ok": True}
    assert sources(page)[-1] == again
    assert not is_dirty(page)


HOSTILE_RECEIPTS: dict[str, Any] = {
    "code": "import os",
    "code after the call": "hand_in(); import os",
    "a line that is no comment": "hand_in()\nimport os",
    "a carriage return": "hand_in()\n# receipt\rimport os",
    "a line separator": "hand_in()\n# receipt\u2028!ls",
    "a next line": "hand_in()\n# receipt\x85!ls",
    "something before": "\nhand_in()",
    "no text": None,
    "a list": ["hand_in()"],
    "an object": {"toString": "hand_in()"},
    "more than anybody writes": "hand_in()\n# " + "x" * 5_000_001,
}


def test_a_hostile_receipt_is_refused_and_writes_nothing(tab: Page, lab: Lab, folder: Path, traffic: Traffic) -> None:
    notebook = make_small_topic(folder)
    before = notebook.read_bytes()
    open_another(tab, lab, notebook)
    wait_for_outputs(tab, len(CALLS) + 1)
    was = sources(tab)
    for name, source in HOSTILE_RECEIPTS.items():
        answer = send_receipt(tab, len(was) - 1, source)
        assert answer["ok"] is False, name
        assert answer["reason"], name
    for index in (None, 0, 1, 3):  # from no cell, a Markdown cell, the import, a question
        assert send_receipt(tab, index, RECEIPT)["ok"] is False
    assert sources(tab) == was
    assert notebook.read_bytes() == before
    for detail in ("null", "1", "'x'", "[]", "{source: 'hand_in()', done: 5}", "{done() { throw Error('no') }}"):
        event = f"new CustomEvent('peercourse-receipt', {{bubbles: true, detail: {detail}}})"
        tab.evaluate(f"() => {{ document.body.dispatchEvent({event}); }}")
    tab.evaluate("() => document.body.dispatchEvent(new Event('peercourse-receipt', {bubbles: true}))")
    assert traffic.page_errors == []


def test_a_receipt_is_refused_where_the_cell_holds_other_code(tab: Page, lab: Lab, folder: Path) -> None:
    notebook = hostile_topic(folder, [our_cell(IMPORT), our_cell("hand_in()\nprint('mine')")])
    open_another(tab, lab, notebook)
    wait_for_kernel(tab)
    assert send_receipt(tab, 1, RECEIPT)["ok"] is False
    assert sources(tab)[1] == "hand_in()\nprint('mine')"


def test_a_receipt_is_refused_in_a_notebook_that_is_not_ours(tab: Page, lab: Lab, folder: Path) -> None:
    open_another(tab, lab, hostile_topic(folder, [our_cell("hand_in()")], peercourse=None))
    assert send_receipt(tab, 0, RECEIPT)["ok"] is False
    assert sources(tab) == ["hand_in()"]


def test_a_receipt_that_cannot_be_saved_is_not_called_kept(tab: Page, lab: Lab, folder: Path) -> None:
    notebook = make_small_topic(folder)
    open_another(tab, lab, notebook)
    wait_for_outputs(tab, len(CALLS) + 1)
    tab.route("**/api/contents/**", lambda route: route.abort() if route.request.method == "PUT" else route.continue_())
    answer = send_receipt(tab, cell_count(tab) - 1, RECEIPT)
    assert answer["ok"] is False
    assert "could not be saved" in answer["reason"]
