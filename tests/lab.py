"""Drives a real JupyterLab (and Notebook 7, which the same server shows) the way a person would.

Fixtures that use it are in conftest.py: `lab`, `folder`, `browser`, `page`, `traffic`.
"""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeVar
from urllib.parse import quote, urlsplit

import pytest
from playwright.sync_api import Page

PROJECT = Path(__file__).resolve().parents[1]
TOKEN = "only-for-tests"
PATIENCE = 60.0
"""Seconds to wait for something that ought to happen; a slow machine is no failure."""

_BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome")
_NOTEBOOK = "window.jupyterapp.shell.currentWidget"
_CELLS = f"{_NOTEBOOK}.content.model.cells"

T = TypeVar("T")

_MAC_BROWSERS = (
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
    "/Applications/Chromium.app/Contents/MacOS/Chromium",
)


# --- the browser and what it does ----------------------------------------------------------------


def find_browser() -> str:
    """The program of an installed browser. Skips the test where there is none; fails under CI=true."""
    on_path = (shutil.which(name) for name in _BROWSERS)
    on_a_mac = (path for path in _MAC_BROWSERS if Path(path).exists())
    found = next(filter(None, on_path), None) or next(on_a_mac, None)
    if found:
        return found
    message = "Browser tests need Chromium or Chrome: sudo apt install chromium (macOS: brew install --cask chromium)"
    if os.environ.get("CI") == "true":
        pytest.fail(message, pytrace=False)
    pytest.skip(message)


@dataclass
class Traffic:
    """What a page did: addresses it asked for, errors on its console, frames on its websockets."""

    requests: list[str] = field(default_factory=list)
    console_errors: list[str] = field(default_factory=list)
    page_errors: list[str] = field(default_factory=list)
    sent: list[str | bytes] = field(default_factory=list)
    received: list[str | bytes] = field(default_factory=list)

    def listen_to(self, page: Page) -> Callable[[], None]:
        """Note from now on all that `page` and its websockets do, until the returned function is called."""
        listeners: dict[Any, Callable[[Any], Any]] = {
            "request": lambda request: self.requests.append(request.url),
            "console": lambda said: self.console_errors.append(said.text) if said.type == "error" else None,
            "pageerror": lambda error: self.page_errors.append(str(error)),
            "websocket": self._listen_to_socket,
        }
        for event, listener in listeners.items():
            page.on(event, listener)
        return lambda: [page.remove_listener(event, listener) for event, listener in listeners.items()] and None

    def _listen_to_socket(self, socket: Any) -> None:
        self.requests.append(socket.url)
        socket.on("framesent", lambda frame: self.sent.append(frame))
        socket.on("framereceived", lambda frame: self.received.append(frame))

    def foreign(self) -> list[str]:
        """Every address asked for that is not on this machine."""
        local = {"127.0.0.1", "localhost"}
        over_network = {"http", "https", "ws", "wss"}
        return [
            url for url in self.requests if (at := urlsplit(url)).scheme in over_network and at.hostname not in local
        ]


# --- the server ----------------------------------------------------------------------------------


@dataclass
class Lab:
    """A running JupyterLab: `root` is the folder it shows, `home` the home of the person using it."""

    root: Path
    home: Path
    url: str
    process: subprocess.Popen[bytes]
    log: Path

    @property
    def private_home(self) -> Path:
        """Where kernels keep what is the learner's own (XDG_DATA_HOME/peercourse)."""
        return self.home / "data" / "peercourse"

    def address(self, path: Path | str, app: str = "lab") -> str:
        """The address that opens a file under `root`, in "lab" or in "notebook" (Notebook 7)."""
        absolute = Path(path)
        inside = absolute.relative_to(self.root) if absolute.is_absolute() else absolute
        place = "lab/tree" if app == "lab" else "notebooks"
        reset = "&reset" if app == "lab" else ""
        return f"{self.url}{place}/{quote(inside.as_posix())}?token={TOKEN}{reset}"

    def api(self, path: str, method: str = "GET", body: Any = None) -> Any:
        """Ask the server's REST interface; returns parsed JSON, or None where it answers with nothing."""
        data = None if body is None else json.dumps(body).encode()
        headers = {"Authorization": f"token {TOKEN}", "Content-Type": "application/json"}
        request = urllib.request.Request(f"{self.url}{path}", data=data, method=method, headers=headers)
        with urllib.request.urlopen(request, timeout=PATIENCE) as answer:
            text = answer.read()
        return json.loads(text) if text else None

    def shut_down_kernels(self) -> None:
        """End every kernel, with its session."""
        for session in self.api("api/sessions"):
            self._delete(f"api/sessions/{session['id']}")
        for kernel in self.api("api/kernels"):
            self._delete(f"api/kernels/{kernel['id']}")

    def _delete(self, path: str) -> None:
        try:
            self.api(path, "DELETE")
        except urllib.error.HTTPError as error:
            if error.code != 404:  # gone already
                raise


@contextmanager
def start_lab(
    place: Path, root: Path | None = None, environment: dict[str, str] | None = None, options: Sequence[str] = ()
) -> Iterator[Lab]:
    """Run JupyterLab from this Python with nobody's settings but ours, and end it afterwards.

    `place` takes its home and settings; it shows `root` (default: `place`/work).
    The extension and the settings come from the source tree, so no test sees an older installed copy.
    """
    root = root or place / "work"
    home = place / "home"
    for path in (root, home):
        path.mkdir(parents=True, exist_ok=True)
    log = place / "jupyter.log"
    command = [
        sys.executable, "-m", "jupyter", "lab", "--no-browser", "--ip=127.0.0.1", "--port=0", "--allow-root",
        f"--ServerApp.root_dir={root}", f"--IdentityProvider.token={TOKEN}",
        # lets the tests ask the page for the notebook's model
        "--LabApp.expose_app_in_browser=True", "--JupyterNotebookApp.expose_app_in_browser=True",
        *options,
    ]  # fmt: skip
    with log.open("wb") as output:
        process = subprocess.Popen(
            command, cwd=place, env=_environment(place, home) | (environment or {}),
            stdin=subprocess.DEVNULL, stdout=output, stderr=subprocess.STDOUT, start_new_session=True,
        )  # fmt: skip
    try:
        yield Lab(root, home, _address_of(process, place / "runtime", log), process, log)
    finally:
        _end(process)


def _environment(place: Path, home: Path) -> dict[str, str]:
    foreign = ("JUPYTER", "IPYTHON", "PYTHON")
    ours = {name: value for name, value in os.environ.items() if not name.startswith(foreign) or name == "PYTHONPATH"}
    if paths := ours.get("PYTHONPATH"):  # the server runs elsewhere, where a relative path says something else
        ours["PYTHONPATH"] = os.pathsep.join(str(Path(path).absolute()) for path in paths.split(os.pathsep))
    prefix = place / "prefix"
    extension = prefix / "labextensions" / "peercourse"
    shutil.copytree(PROJECT / "src" / "labextension", extension)
    for folder, name in (("static", "page"), ("words", "words")):
        shutil.copytree(PROJECT / "src" / "peercourse" / folder, extension / "static" / name)
    return ours | {
        "HOME": str(home),
        "XDG_DATA_HOME": str(home / "data"),
        "IPYTHONDIR": str(home / "ipython"),
        "JUPYTER_DATA_DIR": str(place / "data"),
        "JUPYTER_RUNTIME_DIR": str(place / "runtime"),
        "JUPYTER_CONFIG_DIR": str(place / "config"),
        "JUPYTER_PATH": str(prefix),
        "JUPYTER_CONFIG_PATH": str(PROJECT / "src" / "jupyter_config"),
        "JUPYTERLAB_SETTINGS_DIR": str(place / "settings"),
        "JUPYTERLAB_WORKSPACES_DIR": str(place / "workspaces"),
        "PYTHONDONTWRITEBYTECODE": "1",
    }


def _address_of(process: subprocess.Popen[bytes], runtime: Path, log: Path) -> str:
    """Where the server listens, once it answers (it asks the machine for a free port)."""

    def answering() -> str | None:
        if process.poll() is not None:
            pytest.fail(f"JupyterLab ended at once:\n{log.read_text()[-3000:]}", pytrace=False)
        for file in runtime.glob("jpserver-*.json"):
            try:
                url = str(json.loads(file.read_text())["url"])
                with urllib.request.urlopen(f"{url}api", timeout=5):
                    return url.replace("localhost", "127.0.0.1")
            except (OSError, ValueError):
                return None
        return None

    return wait_until(answering, "JupyterLab to answer")


def _end(process: subprocess.Popen[bytes]) -> None:
    process.send_signal(signal.SIGINT)
    process.send_signal(signal.SIGTERM)
    try:
        process.wait(20)
    except subprocess.TimeoutExpired:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()


# --- what a person does and sees -----------------------------------------------------------------


def wait_until(condition: Callable[[], T | None], what: str, patience: float = PATIENCE) -> T:
    """Ask `condition` until it answers with something true; fails the test with `what` when patience ends."""
    end = time.monotonic() + patience
    while time.monotonic() < end:
        if found := condition():
            return found
        time.sleep(0.1)
    pytest.fail(f"waited {patience:.0f} s in vain for {what}")


def open_notebook(page: Page, lab: Lab, path: Path | str, app: str = "lab") -> None:
    """Open a notebook in "lab" or "notebook" (Notebook 7) and wait until its kernel is ready and idle.

    It does not wait for the questions: cells that the extension runs come a moment later.
    """
    page.goto(lab.address(path, app))
    _wait_for_notebook(page)


def open_another(page: Page, lab: Lab, path: Path) -> None:
    """Open one more notebook in a JupyterLab that stands open; much faster than a page of its own."""
    name = path.relative_to(lab.root).as_posix()
    page.evaluate("async path => { await window.jupyterapp.commands.execute('docmanager:open', {path}); }", name)
    page.wait_for_function(f"name => {_NOTEBOOK}?.context?.path === name", arg=name, timeout=PATIENCE * 1000)
    _wait_for_notebook(page)


def _wait_for_notebook(page: Page) -> None:
    page.wait_for_function("() => window.jupyterapp?.shell.currentWidget?.context?.isReady", timeout=PATIENCE * 1000)
    page.locator(".jp-NotebookPanel:visible .jp-Notebook").first.wait_for(timeout=PATIENCE * 1000)
    wait_for_kernel(page)


def wait_for_kernel(page: Page) -> None:
    """Wait until the notebook's kernel is connected and idle."""
    page.wait_for_function(
        """() => {
            const kernel = window.jupyterapp.shell.currentWidget.sessionContext.session?.kernel;
            return kernel?.connectionStatus === 'connected' && kernel.status === 'idle';
        }""",
        timeout=PATIENCE * 1000,
    )


def wait_for_text(page: Page, text: str, patience: float = PATIENCE) -> None:
    """Wait until `text` is to be seen somewhere on the page."""
    page.get_by_text(text).locator("visible=true").first.wait_for(timeout=patience * 1000)


def sources(page: Page) -> list[str]:
    """The source of every cell, as the notebook's model has it now (saved or not)."""
    return list(page.evaluate(f"() => Array.from({_CELLS}, cell => cell.sharedModel.getSource())"))


def cell_count(page: Page) -> int:
    """How many cells the notebook has now."""
    return len(sources(page))


def outputs(page: Page) -> list[list[dict[str, Any]]]:
    """The outputs of every cell as nbformat has them; an empty list for cells without."""
    return list(page.evaluate(f"() => Array.from({_CELLS}, cell => cell.outputs?.toJSON() ?? [])"))


def is_dirty(page: Page) -> bool:
    """Whether the notebook has changes that are not saved."""
    return bool(page.evaluate("() => window.jupyterapp.shell.currentWidget.context.model.dirty"))


def run_cell(page: Page, index: int) -> None:
    """Run one cell as a person does: select it, press Shift+Enter."""
    page.evaluate(
        """index => {
            const notebook = window.jupyterapp.shell.currentWidget.content;
            notebook.deselectAll(); notebook.mode = 'command'; notebook.activeCellIndex = index; notebook.activate();
        }""",
        index,
    )
    command(page, "notebook:run-cell")


def command(page: Page, name: str) -> None:
    """Run one of JupyterLab's commands and wait until it is done."""
    page.evaluate("async name => { await window.jupyterapp.commands.execute(name); }", name)


def save(page: Page) -> None:
    """Save the notebook."""
    command(page, "docmanager:save")


def restart_kernel(page: Page) -> None:
    """Restart the notebook's kernel from the menu's command, confirm, and wait until it is ready."""
    page.evaluate("() => { window.jupyterapp.commands.execute('notebook:restart-kernel'); }")
    with page.expect_response(lambda response: response.url.split("?")[0].endswith("/restart")):
        page.locator(".jp-Dialog .jp-mod-accept").click()
    wait_for_kernel(page)
