"""Hostile notebooks and folders, opened in a real JupyterLab and Notebook 7: nothing of theirs is run."""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path
from typing import Any

import pytest
from lab import (
    Lab,
    Traffic,
    command,
    open_another,
    open_notebook,
    outputs,
    restart_kernel,
    sources,
    start_lab,
    wait_for_kernel,
    wait_for_text,
    wait_until,
)
from nbformat.v4 import new_code_cell, new_markdown_cell, new_output
from opening import (
    BUTTON,
    GUARD,
    Canary,
    hostile_topic,
    press_show,
    requests_to_run,
    settle,
    times_asked,
    wait_for_banner,
    wait_for_outputs,
)
from playwright.sync_api import Browser, Page, Route
from small_topic import CALLS, IMPORT, ITEMS, TOPIC, make_small_topic, our_cell, write_items

from peercourse.items import public_view

STEM = ITEMS[0].stem
pytestmark = pytest.mark.browser
TURN_HOSTILE = """source => {
    window.jupyterapp.shell.currentWidget.content.model.cells.get(1).sharedModel.setSource(source);
}"""
BOTH = pytest.mark.parametrize("app", ["lab", "notebook"])

NEARLY_OURS = {
    "a second statement": 'practice("greet"); {evil}',
    "a second line": 'practice("greet")\n{evil}',
    "a line before": '{evil}\npractice("greet")',
    "an expression in the call": 'practice("greet" + str({evil}))',
    "an f-string": 'practice(f"{{{evil}}}")',
    "a second argument": 'practice("greet", {evil})',
    "single quotes around code": "practice('greet') or {evil}",
    "a line break of another kind": 'practice("greet")\u2028{evil}',
    "a carriage return": 'practice("greet")\r{evil}',
    "a form feed": 'practice("greet")\x0c\n{evil}',
    "letters that look like ours": "рractice = lambda _: {evil}; рractice('greet')",
    "wide letters that Python reads as ours": 'ｐractice("greet"); {evil}',
    "a blank that is no blank": '\u00a0practice("greet")\n{evil}',
    "a byte order mark": '\ufeffpractice("greet");{evil}',
    "a cell magic": '%%python\n{evil}\npractice("greet")',
    "a line magic": "%run {script}",
    "a shell line": "!touch {canary}",
    "a shell line after the hand-in": "hand_in()\n!touch {canary}",
    "a shell line behind the receipt": "hand_in()\n# receipt: {{}}\u2028!touch {canary}",
    "a shell line behind a vertical tab": "hand_in()\n# receipt: {{}}\x0b!touch {canary}",
    "code behind the receipt": "hand_in()\n# receipt: {{}}\n{evil}",
    "code behind a receipt's carriage return": "hand_in()\n# receipt: {{}}\r{evil}",
    "a hand-in with an argument": "hand_in({evil})",
    "more names imported": "from peercourse import check, hand_in, practice, reflect, os; {evil}",
    "another import": "import evil_script",
    "everything imported": "from evil_script import *",
    "a help request": 'practice("greet")??\n{evil}',
    "no cell of ours at all": "{evil}",
}


@pytest.fixture(scope="module")
def near_misses(browser: Browser, lab: Lab) -> dict[str, tuple[list[Any], bool]]:
    """What each of them put out, and whether its canary sang, after opening one notebook with all of them."""
    canaries = {name: Canary(lab.root) for name in NEARLY_OURS}
    script = lab.root / "script.txt"  # a script beside the notebook would stop the opening already
    script.write_text("\n".join(canary.code for canary in canaries.values()))
    hostile = [
        our_cell(source.format(evil=canaries[name].code, canary=canaries[name].path, script=script))
        for name, source in NEARLY_OURS.items()
    ]
    notebook = hostile_topic(lab.root / "near-misses", [our_cell(IMPORT), *hostile, our_cell(CALLS[-1])])
    with browser.new_context(viewport={"width": 1280, "height": 3000}) as context:
        page = context.new_page()
        open_notebook(page, lab, notebook)
        settle(page, lab, "near-misses-good")
        shown = dict(zip([IMPORT, *NEARLY_OURS, CALLS[-1]], outputs(page), strict=True))
    return {name: (shown[name], name in canaries and canaries[name].sings) for name in shown}


@pytest.mark.parametrize("name", NEARLY_OURS)
def test_a_cell_that_is_not_exactly_ours_is_never_run(
    near_misses: dict[str, tuple[list[Any], bool]], name: str
) -> None:
    assert near_misses[name] == ([], False)


def test_our_own_cell_among_such_cells_is_run(near_misses: dict[str, tuple[list[Any], bool]]) -> None:
    assert near_misses[CALLS[-1]][0] != []


def test_a_notebook_of_somebody_elses_is_left_alone(
    tab: Page, lab: Lab, folder: Path, traffic: Traffic, canary: Canary
) -> None:
    cells = [our_cell(IMPORT), *map(our_cell, CALLS), our_cell(canary.code)]
    open_another(tab, lab, hostile_topic(folder, cells, peercourse=None))
    settle(tab, lab, f"{folder.name}-good")
    assert times_asked(traffic, IMPORT) == 1  # in the good notebook
    assert not any(outputs(tab))
    assert not canary.sings


def test_our_mark_on_a_notebook_without_our_cells_does_nothing(
    tab: Page, lab: Lab, folder: Path, traffic: Traffic, canary: Canary
) -> None:
    open_another(tab, lab, hostile_topic(folder, [new_markdown_cell("# Hello"), new_code_cell(canary.code)]))
    settle(tab, lab, f"{folder.name}-good")
    assert times_asked(traffic, CALLS[0]) == 1  # in the good notebook
    assert len(requests_to_run(traffic)) == 2  # those of the good notebook
    assert not canary.sings


def test_calls_in_a_markdown_cell_are_text(tab: Page, lab: Lab, folder: Path, traffic: Traffic) -> None:
    open_notebook(tab, lab, hostile_topic(folder, [our_cell(IMPORT), new_markdown_cell(CALLS[0]), our_cell(CALLS[-1])]))
    wait_for_text(tab, ITEMS[-1].stem)
    assert times_asked(traffic, CALLS[0]) == 0


def test_a_notebook_for_another_language_is_left_alone(tab: Page, lab: Lab, folder: Path, traffic: Traffic) -> None:
    kernel = lab.root.parent / "prefix" / "kernels" / "other"
    kernel.mkdir(parents=True)
    argv = [sys.executable, "-m", "ipykernel_launcher", "-f", "{connection_file}"]
    (kernel / "kernel.json").write_text(json.dumps({"argv": argv, "display_name": "Other", "language": "other"}))
    spec = {"name": "other", "display_name": "Other", "language": "other"}
    open_notebook(tab, lab, hostile_topic(folder, [our_cell(IMPORT), *map(our_cell, CALLS)], kernelspec=spec))
    settle(tab, lab, f"{folder.name}-good")
    assert times_asked(traffic, IMPORT) == 1  # in the good notebook


def test_a_script_in_an_items_text_is_text(tab: Page, lab: Lab, folder: Path, traffic: Traffic) -> None:
    nasty = '<img src=x onerror="window.hurt=1"><script>window.hurt=1</script>$\\href{javascript:hurt=1}{x}$'
    notebook = make_small_topic(folder)
    views = [public_view(item) for item in ITEMS]
    for view in views:
        view["stem"] = nasty
        for option in view.get("options", ()):
            option["text"] = nasty
    write_items(folder, views)
    open_another(tab, lab, notebook)
    wait_for_outputs(tab, len(CALLS) + 1)
    wait_for_text(tab, "<script>window.hurt=1</script>")
    assert tab.evaluate("() => window.hurt") is None
    assert traffic.page_errors == []


@pytest.mark.parametrize("digests", [True, False], ids=["with digests", "without, as on a page without https"])
def test_a_saved_output_is_not_believed_because_its_cell_is_ours(
    browser: Browser, lab: Lab, folder: Path, digests: bool
) -> None:
    nasty = '<div class="peercourse-twin"><img src="x" onerror="window.hurt = 1">planted</div>'
    cells = [our_cell(source) for source in (IMPORT, *CALLS, "hand_in()")]
    for cell in cells:
        cell.outputs = [new_output("display_data", {"text/html": nasty, "text/plain": "planted"})]
    with browser.new_context(viewport={"width": 1280, "height": 3000}) as context:
        page = context.new_page()
        if not digests:
            page.add_init_script("Object.defineProperty(Crypto.prototype, 'subtle', {value: undefined})")
        open_notebook(page, lab, hostile_topic(folder, cells))
        wait_for_text(page, ITEMS[-1].stem)
        wait_for_kernel(page)
        wait_until(lambda: "planted" not in json.dumps(outputs(page)), "the planted outputs to be gone")
        assert page.evaluate("() => window.hurt") is None
    lab.shut_down_kernels()


def test_a_cell_that_turns_hostile_while_the_server_is_asked_is_not_run(
    tab: Page, lab: Lab, folder: Path, canary: Canary, traffic: Traffic
) -> None:
    def change_and_answer(route: Route) -> None:
        tab.evaluate(TURN_HOSTILE, canary.code)
        route.fallback()

    tab.route(GUARD, change_and_answer)
    open_another(tab, lab, hostile_topic(folder, [our_cell(IMPORT), *map(our_cell, CALLS)]))
    wait_for_text(tab, ITEMS[-1].stem)
    wait_for_kernel(tab)
    assert times_asked(traffic, CALLS[0]) == 0
    assert times_asked(traffic, canary.code) == 0
    assert not canary.sings


def test_nothing_is_put_under_a_cell_that_says_something_else_by_then(tab: Page, lab: Lab, folder: Path) -> None:
    open_another(tab, lab, make_small_topic(folder))
    wait_for_outputs(tab, len(CALLS) + 1)
    command(tab, "notebook:clear-all-cell-outputs")
    tab.evaluate(
        """async source => {
            const { content, sessionContext } = window.jupyterapp.shell.currentWidget;
            const cell = content.model.cells.get(3);
            const change = (_, message) => {
                if (message.direction === 'send' && message.msg.header.msg_type === 'execute_request') {
                    sessionContext.session.kernel.anyMessage.disconnect(change);
                    cell.sharedModel.setSource(source);
                }
            };
            sessionContext.session.kernel.anyMessage.connect(change);
            await sessionContext.restartKernel();
        }""",
        "6 * 7",
    )
    wait_for_outputs(tab, len(CALLS))
    assert sources(tab)[3] == "6 * 7"
    assert outputs(tab)[3] == []


# --- hostile folders -----------------------------------------------------------------------------

STAND_INS = (
    "peercourse.py",
    "peercourse/__init__.py",
    "ipywidgets/__init__.py",
    "anywidget.py",
    "anywidget.so",
    "json.pyc",
    "traitlets.cpython-399-darwin.so",
    "namespace/part.py",
)


@pytest.mark.parametrize("name", STAND_INS)
def test_a_stand_in_beside_the_notebook_stops_the_opening_and_is_not_run_even_on_the_click(
    tab: Page, lab: Lab, folder: Path, canary: Canary, traffic: Traffic, name: str
) -> None:
    notebook = make_small_topic(folder)
    (folder / name).parent.mkdir(exist_ok=True)
    (folder / name).write_text(canary.code)
    open_another(tab, lab, notebook)
    wait_for_banner(tab, f"“{name}” could be run in place of the course's own code. Only go on if you put it there.")
    assert requests_to_run(traffic) == []
    press_show(tab)
    wait_for_text(tab, STEM)
    assert not tab.get_by_role("button", name=BUTTON).is_visible()
    assert not canary.sings


@BOTH
def test_a_stand_in_dropped_after_the_check_is_not_imported(
    page: Page, lab: Lab, folder: Path, canary: Canary, app: str
) -> None:
    notebook = make_small_topic(folder)

    def drop_and_answer(route: Route) -> None:
        answer = route.fetch()
        assert answer.json()["safe"] is True
        for name in ("peercourse", "anywidget", "ipywidgets", "json", "psygnal", "evil"):
            (folder / f"{name}.py").write_text(canary.code)
        route.fulfill(response=answer)

    page.route(GUARD, drop_and_answer)
    open_notebook(page, lab, notebook, app)
    wait_for_outputs(page, len(CALLS) + 1)
    assert (folder / "anywidget.py").exists()
    assert not canary.sings


@BOTH
@pytest.mark.parametrize("place", ["submitted/ada", "Submitted/ada", "feedback/ada"])
def test_a_submission_is_not_run_until_somebody_says_so(
    page: Page, lab: Lab, folder: Path, traffic: Traffic, app: str, place: str
) -> None:
    open_notebook(page, lab, make_small_topic(folder / place / TOPIC), app)
    wait_for_banner(page, "submission")
    assert requests_to_run(traffic) == []
    press_show(page)
    wait_for_text(page, STEM)
    assert times_asked(traffic, CALLS[0]) == 1


def test_a_folder_linked_to_a_submission_is_not_run(tab: Page, lab: Lab, folder: Path, traffic: Traffic) -> None:
    make_small_topic(folder / "submitted" / "ada")
    (folder / "mine").symlink_to(folder / "submitted" / "ada")
    open_another(tab, lab, folder / "mine" / f"{TOPIC}.ipynb")
    wait_for_banner(tab, "This is somebody's submission")
    assert requests_to_run(traffic) == []


def test_a_declined_notebook_is_declined_again_after_a_restart(
    tab: Page, lab: Lab, folder: Path, traffic: Traffic
) -> None:
    open_another(tab, lab, make_small_topic(folder / "autograded" / "ada"))
    wait_for_banner(tab, "This is a graded submission")
    restart_kernel(tab)
    settle(tab, lab, f"{folder.name}-good")
    wait_for_banner(tab, "This is a graded submission")
    assert times_asked(traffic, CALLS[0]) == 1  # in the good notebook


@pytest.mark.parametrize("answer", ["no server", "an error", "nonsense", "half an answer"])
def test_without_the_servers_word_nothing_is_run(
    tab: Page, lab: Lab, folder: Path, traffic: Traffic, answer: str
) -> None:
    answers = {
        "no server": lambda route: route.abort(),
        "an error": lambda route: route.fulfill(status=404, body='{"safe": true}'),
        "nonsense": lambda route: route.fulfill(body="<html>"),
        "half an answer": lambda route: route.fulfill(json={"safe": "yes"}),
    }
    tab.route(GUARD, answers[answer])
    open_another(tab, lab, make_small_topic(folder))
    wait_for_banner(tab, "The course could not check that this folder is safe")
    assert requests_to_run(traffic) == []
    press_show(tab)
    wait_for_text(tab, STEM)


def test_a_server_started_inside_a_submission_runs_nothing(
    browser: Browser, tmp_path: Path, tmp_path_factory: pytest.TempPathFactory
) -> None:
    root = tmp_path / "submitted" / "ada"
    notebook = make_small_topic(root / TOPIC)
    with start_lab(tmp_path_factory.mktemp("inside"), root) as inside:
        context = browser.new_context(viewport={"width": 1280, "height": 2000})
        page, traffic = context.new_page(), Traffic()
        traffic.listen_to(page)
        open_notebook(page, inside, notebook)
        wait_for_banner(page, "This is somebody's submission")
        assert requests_to_run(traffic) == []
        context.close()


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can give a file away")
def test_a_notebook_of_another_user_is_not_run(tab: Page, lab: Lab, folder: Path, traffic: Traffic) -> None:
    notebook = make_small_topic(folder)
    os.chown(notebook, 65534, 65534)
    open_another(tab, lab, notebook)
    wait_for_banner(tab, f"“{notebook.name}” belongs to another user")
    assert requests_to_run(traffic) == []
