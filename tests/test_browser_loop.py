"""The whole loop as people go through it: `peercourse lab`, nbgrader's panels, Formgrader, feedback."""

from __future__ import annotations

import os
import re
import shutil
import signal
import socket
import subprocess
import sys
from pathlib import Path
from urllib.parse import quote

import pytest
from lab import PATIENCE, PROJECT, Traffic, wait_until
from playwright.sync_api import Browser, Locator, Page, expect

pytestmark = pytest.mark.browser
TOPIC = "what-it-is"
WORDS = "My aunt asked what I do, and I told her about socks, naloxone and company. " * 8


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The project as somebody has just cloned it, in a folder with spaces in its name."""
    root = tmp_path_factory.mktemp("a fresh clone")
    for name in ("course", "source", "release"):
        shutil.copytree(PROJECT / name, root / name)
    for name in ("nbgrader_config.py", "START.md"):
        shutil.copy(PROJECT / name, root)
    return root


@pytest.fixture(scope="module")
def address(project: Path, tmp_path_factory: pytest.TempPathFactory):
    """Where `peercourse lab` says that it can be reached: (base address, token)."""
    port, log = _free_port(), project.parent / "lab.log"
    home = tmp_path_factory.mktemp("home")
    environment = os.environ | {"HOME": str(home), "JUPYTER_RUNTIME_DIR": str(home / "runtime")}
    command = [sys.executable, "-c", "from peercourse.cli import main; main()", "lab", "--no-browser", f"--port={port}"]
    with log.open("wb") as output:
        running = subprocess.Popen(command, cwd=project, env=environment, stdout=output, stderr=subprocess.STDOUT, start_new_session=True)  # fmt: skip # noqa: E501
    try:
        told = re.compile(r"(http://127\.0\.0\.1:\d+)/lab/tree/START\.md\?token=(\w+)")
        found = wait_until(
            lambda: told.search(log.read_text()), f"an address from peercourse lab, in {log}", 3 * PATIENCE
        )
        yield found[1], found[2]
    finally:
        os.killpg(running.pid, signal.SIGTERM)
        try:
            running.wait(20)
        except subprocess.TimeoutExpired:
            os.killpg(running.pid, signal.SIGKILL)
            running.wait()


@pytest.fixture
def person(browser: Browser):
    """A page of somebody who has not been here before, and what it asked for."""
    context = browser.new_context(viewport={"width": 1300, "height": 1400})
    context.set_default_timeout(PATIENCE * 1000)
    page, traffic = context.new_page(), Traffic()
    traffic.listen_to(page)
    yield page, traffic
    context.close()


def _assignment_list(page: Page, address: tuple[str, str]) -> None:
    page.goto(f"{address[0]}/lab/tree/START.md?token={address[1]}&reset")
    page.locator(".jp-MarkdownViewer h1", has_text="Start here").wait_for()
    page.locator(".lm-MenuBar-itemLabel", has_text="Nbgrader").click()
    page.locator(".lm-Menu-itemLabel", has_text="Assignment List").click()


def _listed(page: Page) -> Locator:
    """The topic's line in the Assignment List, as long as it is not handed in."""
    return page.locator(".list_item:visible", has_text=TOPIC).filter(has=page.locator("button:visible"))


def _managed(page: Page) -> Locator:
    """The topic's line in Formgrader's list of assignments."""
    return page.locator("tr", has=page.locator("td.name", has_text=TOPIC))


def _hand_in_cell(page: Page) -> None:
    """Scroll to the end of the notebook, as the hand-in stands there."""
    page.mouse.move(650, 700)
    button = page.get_by_role("button", name="Hand in")
    for _ in range(120):
        if button.count() and button.first.is_visible():
            break
        page.mouse.wheel(0, 1000)
        page.wait_for_timeout(150)
    button.first.wait_for()


def _formgrader_done(page: Page) -> None:
    page.locator(".modal-title", has_text="Success").wait_for()
    page.locator(".modal-footer button:visible").first.click()
    page.locator(".modal-backdrop").wait_for(state="detached")


def test_the_whole_loop_works_from_the_panels(project: Path, address: tuple[str, str], person) -> None:
    page, traffic = person
    base, token = address

    # a learner fetches, answers and hands in
    _assignment_list(page, address)
    _listed(page).get_by_role("button", name="Fetch", exact=True).click()
    _listed(page).get_by_role("button", name="Submit").wait_for()
    page.goto(f"{base}/lab/tree/learner/{TOPIC}/{TOPIC}.ipynb?token={token}&reset")
    page.locator("fieldset").first.wait_for()
    _hand_in_cell(page)
    page.locator("textarea:visible").last.fill(WORDS)
    log = project / "learner" / TOPIC / "answers.jsonl"
    wait_until(lambda: log.exists() and "socks, naloxone" in log.read_text(), "the reflection in the log")
    page.get_by_role("button", name="Hand in").click()
    page.get_by_role("button", name="Hand in anyway").click()
    notebook = project / "learner" / TOPIC / f"{TOPIC}.ipynb"
    wait_until(lambda: "# receipt: " in notebook.read_text(), "the receipt in the saved notebook")

    # and submits
    _assignment_list(page, address)
    _listed(page).get_by_role("button", name="Submit").click()
    page.locator("button:visible", has_text="Fetch Feedback").wait_for()

    # a grader collects, grades, reads the reflection and gives points
    page.goto(f"{base}/formgrader?token={token}")
    _managed(page).locator("td.collect a").click()
    _formgrader_done(page)
    _managed(page).locator("td.num-submissions a").click()
    page.locator("td.autograde a").click()
    _formgrader_done(page)
    page.goto(f"{base}/formgrader/gradebook/{TOPIC}/{TOPIC}")
    page.locator("td a").first.click()
    reflection = page.locator(".nbgrader_cell").first
    reflection.get_by_text("socks, naloxone").first.wait_for()
    rubric = reflection.inner_text()
    page.wait_for_load_state("networkidle")  # Formgrader takes points once it has fetched what was given before
    with page.expect_response(lambda answer: "/api/grade/" in answer.url and answer.request.method == "PUT"):
        reflection.locator("input.score").fill("9")
        reflection.locator("input.score").press("Tab")
    with page.expect_response(lambda answer: "/api/comment/" in answer.url and answer.request.method == "PUT"):
        reflection.locator("textarea.comment").fill("The socks are a fine example.")
        page.locator("textarea.comment").nth(1).click()

    # feedback goes out, and the learner fetches it
    page.goto(f"{base}/formgrader?token={token}")
    _managed(page).locator("td.generate-feedback a").click()
    _formgrader_done(page)
    _managed(page).locator("td.release-feedback a").click()
    _formgrader_done(page)
    _assignment_list(page, address)
    page.locator("button:visible", has_text="Fetch Feedback").click()
    found = wait_until(lambda: list((project / "learner" / TOPIC / "feedback").rglob("*.html")), "the feedback page")
    feedback = found[0].read_text("utf-8")

    assert "Accuracy" in rubric
    assert "9 of 12 points" in feedback
    assert "The socks are a fine example." in feedback
    assert "right answer" in feedback
    assert traffic.foreign() == []


def test_links_in_a_feedback_page_lead_somewhere(project: Path, address: tuple[str, str], person) -> None:
    page, traffic = person
    base, token = address
    found = next((project / "learner" / TOPIC / "feedback").rglob("*.html"))
    place = quote(found.relative_to(project).as_posix())

    page.goto(f"{base}/lab/tree/{place}?token={token}&reset")
    shown = page.frame_locator(".jp-HTMLViewer iframe")
    shown.get_by_role("link", name="Question 7").click()
    expect(shown.get_by_role("heading", name="Question 7")).to_be_in_viewport()

    section = shown.locator("a[href*='.ipynb#']").first
    heading = section.inner_text().split(": ", 1)[1]
    section.click()
    expect(page.locator(".jp-Notebook").get_by_role("heading", name=heading)).to_be_in_viewport(timeout=60_000)
    assert traffic.foreign() == []


def test_a_second_start_builds_and_releases_nothing_again(project: Path, address: tuple[str, str]) -> None:
    from peercourse.bank import load_course
    from peercourse.lab import is_built, is_released

    course = load_course(project / "course")

    assert is_built(project, course)
    assert is_released(project, course, TOPIC)
    assert (project / "learner" / TOPIC / "answers.jsonl").exists()
