"""Opening a course notebook in a real JupyterLab and Notebook 7: the questions are there without a click."""

from __future__ import annotations

from pathlib import Path

import nbformat
import pytest
from lab import (
    Lab,
    Traffic,
    command,
    open_another,
    open_notebook,
    outputs,
    restart_kernel,
    run_cell,
    save,
    sources,
    start_lab,
    wait_for_kernel,
    wait_for_text,
    wait_until,
)
from nbformat.v4 import new_code_cell
from opening import (
    BUTTON,
    GUARD,
    Canary,
    hostile_topic,
    requests_to_run,
    settle,
    times_asked,
    wait_for_banner,
    wait_for_outputs,
)
from playwright.sync_api import Browser, Page, expect
from small_topic import CALLS, IMPORT, ITEMS, TOPIC, make_small_topic, our_cell

from peercourse.answers import LOG_NAME

STEM = ITEMS[0].stem
WIDGET = "application/vnd.jupyter.widget-view+json"
SHOW_CELLS = '__import__("peercourse.widgets.opening", fromlist=["opening"]).show_cells()'
pytestmark = pytest.mark.browser
BOTH = pytest.mark.parametrize("app", ["lab", "notebook"])


@BOTH
def test_a_course_notebook_shows_its_questions_without_a_click(
    page: Page, lab: Lab, folder: Path, traffic: Traffic, app: str
) -> None:
    notebook = make_small_topic(folder)
    before = notebook.read_bytes()
    open_notebook(page, lab, notebook, app)
    wait_for_outputs(page, len(CALLS) + 1)
    for item in ITEMS:
        wait_for_text(page, item.stem)
    assert not page.get_by_role("button", name=BUTTON).is_visible()
    assert notebook.read_bytes() == before
    assert traffic.foreign() == []
    assert traffic.console_errors == []


@pytest.mark.parametrize("height", [600])
def test_questions_below_the_fold_are_there_when_one_scrolls_to_them(
    page: Page, lab: Lab, folder: Path, height: int
) -> None:
    page.set_viewport_size({"width": 900, "height": height})
    open_notebook(page, lab, make_small_topic(folder))
    wait_for_outputs(page, len(CALLS) + 1)
    page.evaluate("() => window.jupyterapp.shell.currentWidget.content.scrollToItem(12)")
    wait_for_text(page, ITEMS[-1].stem)


@BOTH
def test_opening_hands_nothing_in(page: Page, lab: Lab, folder: Path, app: str) -> None:
    notebook = make_small_topic(folder)
    open_notebook(page, lab, notebook, app)
    wait_for_outputs(page, len(CALLS) + 1)
    assert sources(page)[-1] == "hand_in()"
    assert not (folder / LOG_NAME).exists()


def test_one_request_asks_for_all_questions_after_the_folder_has_left_the_search_path(
    tab: Page, lab: Lab, folder: Path, traffic: Traffic
) -> None:
    open_another(tab, lab, make_small_topic(folder))
    wait_for_outputs(tab, len(CALLS) + 1)
    at_once, names = requests_to_run(traffic)
    assert at_once.calls == [*CALLS, "hand_in()"]
    assert at_once.silent
    first, last = at_once.code.split("; ")[0], at_once.code.split("; ")[-1]
    assert (first, last) == ("import os as _os, sys as _sys", SHOW_CELLS)
    assert "sys.path[:] =" in at_once.code
    assert names.code == IMPORT
    assert [request.metadata["peercourse"] for request in (at_once, names)] == ["opened", "opened"]


@BOTH
def test_questions_come_back_after_a_kernel_restart_and_a_persons_own_cells_do_not(
    page: Page, lab: Lab, folder: Path, app: str, canary: Canary
) -> None:
    notebook = make_small_topic(folder)
    content = nbformat.read(notebook, as_version=4)
    content.cells.insert(2, new_code_cell(canary.code, id="own"))
    nbformat.write(content, notebook)
    open_notebook(page, lab, notebook, app)
    wait_for_outputs(page, len(CALLS) + 1)
    command(page, "notebook:clear-all-cell-outputs")
    assert not any(outputs(page))
    restart_kernel(page)
    wait_for_outputs(page, len(CALLS) + 1)
    wait_for_text(page, STEM)
    assert not canary.sings


def test_an_interrupt_runs_nothing(tab: Page, lab: Lab, folder: Path, traffic: Traffic) -> None:
    open_another(tab, lab, make_small_topic(folder))
    wait_for_outputs(tab, len(CALLS) + 1)
    tab.evaluate(
        "() => { const k = window.jupyterapp.shell.currentWidget.sessionContext.session.kernel;"
        " k.requestExecute({code: 'import time; time.sleep(600)'}); }"
    )
    tab.wait_for_function("() => window.jupyterapp.shell.currentWidget.sessionContext.session.kernel.status === 'busy'")
    command(tab, "notebook:interrupt-kernel")
    wait_for_kernel(tab)
    settle(tab, lab, f"{folder.name}-interrupt")
    assert times_asked(traffic, CALLS[0]) == 2  # once in each notebook


def test_a_notebook_in_two_tabs_is_run_once(tab: Page, lab: Lab, folder: Path, traffic: Traffic) -> None:
    open_another(tab, lab, make_small_topic(folder))
    wait_for_outputs(tab, len(CALLS) + 1)
    command(tab, "docmanager:clone")
    settle(tab, lab, f"{folder.name}-other")
    assert times_asked(traffic, CALLS[0]) == 2  # once here, once in the other notebook
    command(tab, "notebook:clear-all-cell-outputs")
    restart_kernel(tab)
    wait_for_outputs(tab, len(CALLS) + 1)
    settle(tab, lab, f"{folder.name}-third")
    assert times_asked(traffic, CALLS[0]) == 4


def test_cells_that_kill_the_kernel_are_not_run_again_and_again(page: Page, lab: Lab, folder: Path) -> None:
    # A fault that ends Python when our package is imported stands for any such fault of our own code.
    notebook = make_small_topic(folder)
    page.route(GUARD, lambda route: route.fulfill(json={"safe": True}))
    profile = lab.home / "ipython" / "profile_default" / "startup"
    profile.mkdir(parents=True, exist_ok=True)
    fault = profile / "fault.py"
    fault.write_text(
        "import builtins, os\n"
        "real = builtins.__import__\n"
        "builtins.__import__ = lambda name, *a, **k: os._exit(1) if name == 'peercourse' else real(name, *a, **k)\n"
    )
    try:
        page.goto(lab.address(notebook))
        wait_for_banner(page, "Python stopped while the questions were being shown.")
    finally:
        fault.unlink()
    page.locator(".jp-Dialog .jp-mod-accept").click()  # JupyterLab says on its own that Python stopped
    settle(page, lab, f"{folder.name}-good")
    wait_for_banner(page, "Python stopped while the questions were being shown.")
    restart_kernel(page)
    wait_for_outputs(page, len(CALLS) + 1)
    assert not page.get_by_role("button", name=BUTTON).is_visible()


def test_a_persons_own_run_of_a_cell_still_works(tab: Page, lab: Lab, folder: Path) -> None:
    notebook = hostile_topic(folder, [our_cell(IMPORT), new_code_cell("print(6 * 7)"), our_cell(CALLS[0])])
    open_another(tab, lab, notebook)
    wait_for_text(tab, STEM)
    wait_for_kernel(tab)
    run_cell(tab, 1)
    wait_until(lambda: outputs(tab)[1], "the output of a person's own cell")
    assert outputs(tab)[1][0]["text"].strip() == "42"


def test_what_opening_leaves_in_the_file_is_a_well_formed_notebook_with_the_twins(
    tab: Page, lab: Lab, folder: Path
) -> None:
    notebook = make_small_topic(folder)
    open_another(tab, lab, notebook)
    wait_for_outputs(tab, len(CALLS) + 1)
    save(tab)
    content = nbformat.read(notebook, as_version=4)
    nbformat.validate(content)
    assert "widgets" not in content.metadata
    for item, cell in zip(ITEMS, [cell for cell in content.cells if cell.source in CALLS], strict=True):
        widget, twin = cell.outputs
        assert WIDGET in widget.data
        assert f'data-peercourse-twin="{item.id}"' in twin.data["text/html"]
        assert item.stem in twin.data["text/plain"]
    (panel,) = content.cells[-1].outputs
    assert list(panel.data) == [WIDGET]


def test_a_notebook_that_is_closed_and_opened_again_shows_its_questions_again(
    tab: Page, lab: Lab, folder: Path
) -> None:
    notebook = make_small_topic(folder)
    open_another(tab, lab, notebook)
    wait_for_outputs(tab, len(CALLS) + 1)
    save(tab)
    tab.evaluate("() => { window.jupyterapp.shell.currentWidget.dispose(); }")
    open_another(tab, lab, notebook)  # its kernel was left running
    wait_for_text(tab, STEM)
    expect(tab.locator(".jp-NotebookPanel:visible .peercourse .pc-parts").first).to_be_visible()


def test_where_the_extensions_own_files_are_missing_the_kernel_sends_the_page(
    page: Page, lab: Lab, folder: Path
) -> None:
    page.route("**/peercourse/static/page/**", lambda route: route.fulfill(status=404))
    page.route("**/peercourse/static/page.js", lambda route: route.fulfill(status=404))
    open_notebook(page, lab, make_small_topic(folder))
    wait_for_outputs(page, len(CALLS) + 1)
    expect(page.locator(".peercourse .pc-parts").first).to_be_visible()


def test_where_the_extension_is_of_another_version_the_kernel_sends_the_page(
    tab: Page, lab: Lab, folder: Path, traffic: Traffic
) -> None:
    tab.route("**/peercourse/static/page/page.css", lambda route: route.fulfill(body="/* of another version */"))
    open_another(tab, lab, make_small_topic(folder))
    expect(tab.locator(".jp-NotebookPanel:visible .peercourse .pc-parts").first).to_be_visible()
    assert [frame for frame in traffic.sent if b'{"type":"page"}' in as_bytes(frame)]
    assert tab.locator("#peercourse-style").inner_text() != "/* of another version */"


def test_on_a_hub_the_questions_are_there_without_a_click_and_their_code_comes_from_the_hub(
    browser: Browser, tmp_path: Path
) -> None:
    with start_lab(tmp_path, options=["--ServerApp.base_url=/user/ana/"]) as hub:
        context = browser.new_context(viewport={"width": 1280, "height": 3000})
        page, traffic = context.new_page(), Traffic()
        traffic.listen_to(page)
        open_notebook(page, hub, make_small_topic(hub.root / TOPIC))
        wait_for_outputs(page, len(CALLS) + 1)
        for item in ITEMS:
            wait_for_text(page, item.stem)
        place = f"{hub.url}lab/extensions/peercourse/static/page/"
        assert "/user/ana/" in place
        assert f"{place}practice.js" in traffic.requests
        assert not [frame for frame in traffic.received if b"function drawQuestion" in as_bytes(frame)]
        assert (traffic.foreign(), traffic.console_errors) == ([], [])
        context.close()


def as_bytes(frame: str | bytes) -> bytes:
    return frame.encode() if isinstance(frame, str) else frame
