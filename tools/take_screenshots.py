"""Take the README's pictures again, from the real thing: one learner and one grader, in a browser.

An invented class goes through the loop first. Then this script clicks what people click: fetch,
answer, hand in, submit; collect, autograde, read, feedback. Nothing of yours is touched.
"""

from __future__ import annotations

import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from nbgrader.api import Gradebook
from nbgrader.utils import get_username
from playwright.sync_api import Locator, Page, ViewportSize, sync_playwright

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT / "tests"))

from lab import find_browser  # noqa: E402  (it lies beside the tests that need it most)

from peercourse.bank import Topic, load_course  # noqa: E402
from peercourse.demo import run_demo  # noqa: E402
from peercourse.invented import REFLECTION  # noqa: E402
from peercourse.items import Choice, Item, is_graded  # noqa: E402

PICTURES = ROOT / "docs" / "screenshots"
SIZE: ViewportSize = {"width": 1200, "height": 800}
MAX_BYTES = 250_000
PATIENCE_MS = 180_000
TOKEN = "only-for-pictures"  # noqa: S105  (of a server that lives for two minutes)
BROWSER_OPTIONS = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-sync"]
COMMENT = (
    "You start from your aunt's worry and you do not play down the danger. "
    "Next time add a comparison of your own, and say where it breaks down."
)


def main() -> None:
    """Make the class, open its JupyterLab, walk through both sides, save the pictures."""
    try:
        browser_program = find_browser()
    except (pytest.skip.Exception, pytest.fail.Exception) as missing:
        sys.exit(str(missing))
    PICTURES.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as place, sync_playwright() as playwright:
        root = Path(place, "class")
        report = run_demo(ROOT, root)
        shutil.copy(ROOT / "START.md", root)
        topic = next(t for t in load_course(root / "course").topics if t.head.kind == "topic")
        browser = playwright.chromium.launch(executable_path=browser_program, args=BROWSER_OPTIONS)
        page = browser.new_page(viewport=SIZE, device_scale_factor=1.5)
        page.set_default_timeout(PATIENCE_MS)
        with running_lab(root, Path(place, "home")) as address:
            be_a_learner(page, address, topic)
            be_a_grader(page, address, root, topic)
        page.goto(next(root.glob(f"feedback/{get_username()}/*/*.html")).as_uri())
        first = next(item for item in topic.items if isinstance(item, Choice) and is_graded(item))
        to_the_top(page.locator("article").filter(has_text=first.stem).last)
        picture(page, "feedback")
        page.goto(report.as_uri())
        in_both_schemes(page, "report")
        browser.close()


@contextmanager
def running_lab(root: Path, home: Path) -> Iterator[str]:
    """Run `peercourse lab` in `root` with a home of its own; gives its address."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    own = {name: str(home / name) for name in ("XDG_DATA_HOME", "JUPYTERLAB_SETTINGS_DIR", "JUPYTERLAB_WORKSPACES_DIR")}
    environment = {**os.environ, "HOME": str(home), "JUPYTER_TOKEN": TOKEN, **own}
    command = [str(Path(sys.executable).with_name("peercourse")), "lab", "--no-browser", "--port", str(port)]
    log = home / "lab.log"
    home.mkdir(parents=True)
    with log.open("wb") as output:
        lab = subprocess.Popen(
            command, cwd=root, env=environment, stdout=output, stderr=subprocess.STDOUT, start_new_session=True
        )
    try:
        address = f"http://127.0.0.1:{port}"
        wait_for(lab, f"{address}/api", log)
        yield address
    finally:
        os.killpg(lab.pid, signal.SIGTERM)
        lab.wait()


def wait_for(lab: subprocess.Popen[bytes], url: str, log: Path) -> None:
    """Return when the server answers."""
    end = time.monotonic() + PATIENCE_MS / 1000
    while lab.poll() is None and time.monotonic() < end:
        try:
            with urllib.request.urlopen(url, timeout=5):  # noqa: S310  (our own server)
                return
        except OSError:
            time.sleep(0.5)
    sys.exit(f"JupyterLab did not start: {log.read_text()[-1500:]}")


# --- the learner -----------------------------------------------------------------------------


def be_a_learner(page: Page, address: str, topic: Topic) -> None:
    """Fetch, open, practise, answer, hand in, submit."""
    page.goto(f"{address}/lab/tree/START.md?token={TOKEN}")
    page.get_by_role("heading", name="Start here").wait_for()
    picture(page, "start")
    nbgrader_menu(page, "Assignment List")
    fetched = page.locator(".list_item:visible", has_text=topic.name).get_by_role("button", name="Fetch", exact=True)
    fetched.click()
    page.get_by_role("button", name=topic.name).click()
    page.locator(".nested_list_item").get_by_role("link", name=topic.name).click()
    page.get_by_role("button", name="Check", exact=True).first.wait_for()
    page.keyboard.press("Control+b")  # more room for the page
    practise(page, topic)
    answer(page, topic)
    page.get_by_role("button", name="Hand in", exact=True).click()
    page.get_by_role("button", name="Hand in anyway").wait_for()
    in_both_themes(page, "hand-in", page.locator(".jp-CodeCell").last)
    page.get_by_role("button", name="Hand in anyway").click()
    page.get_by_text("Handed in. Next:").wait_for()
    nbgrader_menu(page, "Assignment List")
    page.get_by_role("button", name="Submit", exact=True).click()
    page.get_by_role("button", name="Fetch Feedback").wait_for()


def practise(page: Page, topic: Topic) -> None:
    """Take a hint and check a choice that does not fit."""
    item = next(each for each in topic.items if isinstance(each, Choice) and not is_graded(each))
    cell = cell_of(page, item)
    cell.get_by_role("button", name="Hint").click()
    wrong = next(option for option in item.options if not option.correct)
    cell.get_by_label(wrong.text).check()
    cell.get_by_role("button", name="Check", exact=True).click()
    cell.get_by_text(wrong.why).wait_for()
    in_both_themes(page, "practice", cell)


def answer(page: Page, topic: Topic) -> None:
    """Answer every graded question but one, the first of several right answers shown as saved."""
    graded = [item for item in topic.items if is_graded(item)]
    left_open = [item for item in graded if isinstance(item, Choice)][-1]
    shown = next(item for item in graded if isinstance(item, Choice) and item.kind == "multiple")
    for item in graded:
        if item is left_open:
            continue
        cell = cell_of(page, item)
        if isinstance(item, Choice):
            for option in (each for each in item.options if each.correct):
                cell.get_by_label(option.text).check()
                cell.get_by_text("Saved", exact=True).wait_for()
        else:
            cell.get_by_role("textbox").fill(REFLECTION)
            cell.get_by_text("Saved", exact=True).wait_for()
        if item is shown:
            in_both_themes(page, "check", cell)


def cell_of(page: Page, item: Item) -> Locator:
    """The notebook cell in which `item` is shown."""
    return page.locator(".jp-CodeCell").filter(has_text=item.stem.splitlines()[0]).first


# --- the grader ------------------------------------------------------------------------------


def be_a_grader(page: Page, address: str, root: Path, topic: Topic) -> None:
    """Collect, autograde, read the reflection, give points, write a comment, make and release feedback."""
    page.goto(f"{address}/formgrader/manage_assignments?token={TOKEN}")
    press(page, page.locator("td.collect a").first)
    submissions = f"{address}/formgrader/manage_submissions/{topic.name}"
    row = page.locator("tr").filter(has_text=get_username())
    page.goto(submissions)
    press(page, row.locator("td.autograde a"))
    read_reflection(page, address, root, topic)
    for step in ("generate-feedback", "release-feedback"):
        page.goto(submissions)
        press(page, row.locator(f"td.{step} a"))


def press(page: Page, link: Locator) -> None:
    """Press one of Formgrader's buttons and wait until it says that it went well."""
    link.click()
    page.locator(".modal-dialog").get_by_text("Success", exact=True).wait_for()


def read_reflection(page: Page, address: str, root: Path, topic: Topic) -> None:
    """Give the points and the comment that a person gives."""
    reflection = next(item for item in topic.items if is_graded(item) and not isinstance(item, Choice))
    with Gradebook(f"sqlite:///{root / 'gradebook.db'}") as gradebook:
        submission = gradebook.find_submission_notebook(topic.name, topic.name, get_username()).id
    page.goto(f"{address}/formgrader/submissions/{submission}/")
    points = page.locator(f"[id='{reflection.id}'].score")
    with page.expect_response(lambda response: "/api/grade/" in response.url):
        points.fill("10")
        points.press("Tab")
    box = page.locator(".panel").filter(has=points).last
    comment = box.locator("textarea.comment")
    with page.expect_response(lambda response: "/api/comment/" in response.url):
        comment.fill(COMMENT)
        comment.press("Tab")
    to_the_top(box)
    picture(page, "formgrader")


# --- pictures --------------------------------------------------------------------------------


def nbgrader_menu(page: Page, entry: str) -> None:
    """Choose an entry of the Nbgrader menu."""
    page.get_by_role("menuitem", name="Nbgrader").click()
    page.get_by_role("menuitem", name=entry, exact=True).click()


def to_the_top(box: Locator) -> None:
    """Scroll so that `box` begins just below a page's own bar."""
    box.evaluate("box => { box.scrollIntoView({block: 'start'}); scrollBy(0, -70); }")


def in_both_themes(page: Page, name: str, cell: Locator) -> None:
    """Two pictures of JupyterLab, in its light and its dark theme, with `cell` in the middle."""
    for theme, suffix in (("JupyterLab Dark", "-dark"), ("JupyterLab Light", "")):
        page.get_by_role("menuitem", name="Settings").click()
        for label in ("Theme", theme):
            page.locator(".lm-Menu-itemLabel").get_by_text(label, exact=True).click()
        page.locator(f'body[data-jp-theme-name="{theme}"]').wait_for(state="attached")
        cell.evaluate("cell => cell.scrollIntoView({block: 'center'})")
        picture(page, name + suffix)


def in_both_schemes(page: Page, name: str) -> None:
    """Two pictures of a page that follows the light or dark setting of the machine."""
    page.emulate_media(color_scheme="dark")
    picture(page, f"{name}-dark")
    page.emulate_media(color_scheme="light")
    picture(page, name)


def picture(page: Page, name: str) -> None:
    """Save what the window shows; in lower resolution where the file would be too large."""
    page.wait_for_timeout(700)  # let scrolling and themes settle: a picture has no condition to wait for
    path = PICTURES / f"{name}.png"
    page.mouse.move(2, SIZE["height"] - 2)
    page.screenshot(path=path, animations="disabled", caret="hide")
    if path.stat().st_size > MAX_BYTES:
        page.screenshot(path=path, animations="disabled", caret="hide", scale="css")
    print(f"{path.relative_to(ROOT)}: {path.stat().st_size // 1000} kB", flush=True)


if __name__ == "__main__":
    main()
