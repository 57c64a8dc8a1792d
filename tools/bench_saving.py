"""How long an answer takes from the click to the disk, and to the word "Saved"."""

from __future__ import annotations

import json
import os
import threading
import time
from pathlib import Path
from statistics import median

from bench_browser import SHOWN, lab_with_topic, new_page, topic_in, wait, widgets_of
from bench_row import Row, Step, milliseconds
from lab import PATIENCE
from playwright.sync_api import Page

from peercourse.answers import LOG_NAME
from peercourse.items import CourseError, from_view, is_graded
from peercourse.wording import page_words

CLICKS = 50
SAVING_STEPS = 2 + CLICKS

WATCH = """saved => {
    window.savings = [];
    document.addEventListener('click', event => {
        const status = event.target.closest('.peercourse')?.querySelector('[role=status]');
        if (!status) return;
        new MutationObserver((_, observer) => {
            if (status.textContent !== saved) return;
            window.savings.push([event.timeStamp, performance.now()]);
            observer.disconnect();
        }).observe(status, {childList: true, subtree: true, characterData: true});
    }, true);
}"""
"""Notes for every click in a question when the browser took the click in, and when "Saved" stood there."""


def measure_saving(place: Path, step: Step) -> list[Row]:
    """Milliseconds from a click to the line on disk, and to "Saved"."""
    step("building the topic, starting JupyterLab")
    with lab_with_topic(place) as (lab, browser, released):
        notebook = topic_in(lab, released, "saving")
        page = new_page(browser)
        page.goto(lab.address(notebook))
        wait(page, SHOWN, widgets_of(released))
        page.evaluate(WATCH, page_words()["saved"])
        step("setting two clocks against each other")
        ahead, unsure = clock_difference(page)
        with LogWatch(notebook.parent / LOG_NAME) as log:
            click_through(page, released, step)
        origin = page.evaluate("() => performance.timeOrigin")
        savings = page.evaluate("() => window.savings")
    if not len(savings) == len(log.grown) == CLICKS:
        raise CourseError(f"{CLICKS} clicks gave {len(log.grown)} lines and {len(savings)} times “Saved”: try again.")
    on_disk = [grown - (origin + click - ahead) for grown, (click, _) in zip(log.grown, savings, strict=True)]
    said = [saved - click for click, saved in savings]
    by_stat = f"the file's size, asked by stat every quarter of a millisecond; the clocks agree to {unsure:.1f} ms"
    return [
        Row("click → line on disk", milliseconds(on_disk), f"{CLICKS} clicks on graded questions; {by_stat}"),
        Row("click → “Saved”", milliseconds(said), "the same clicks, both times taken in the page; after fsync"),
        Row("line on disk → “Saved”", f"{median(said) - median(on_disk):.1f} ms", "difference of the medians"),
    ]


def click_through(page: Page, released: Path, step: Step) -> None:
    """Click options of the graded choices in turn; every click changes an answer."""
    items = [from_view(view) for view in json.loads((released / "items.json").read_bytes())["items"]]
    choices = [item.id for item in items if is_graded(item) and item.kind != "reflection"]
    for done in range(CLICKS):
        step(f"click {done + 1} of {CLICKS}")
        question = page.locator(f'[data-peercourse-item="{choices[done % len(choices)]}"]')
        options = question.locator("input")
        options.nth(done // len(choices) % options.count()).click()
        page.wait_for_function("count => window.savings.length === count", arg=done + 1, timeout=PATIENCE * 1000)
        page.wait_for_timeout(200)  # nobody clicks again before the page has come to rest


def clock_difference(page: Page) -> tuple[float, float]:
    """By how many milliseconds the page's clock is ahead of Python's, and how far off that may be."""
    best = (0.0, float("inf"))
    for _ in range(50):
        before = time.time() * 1000
        there = page.evaluate("() => performance.timeOrigin + performance.now()")
        after = time.time() * 1000
        best = min(best, (there - (before + after) / 2, (after - before) / 2), key=lambda found: found[1])
    return best


class LogWatch:
    """Notes when a file grows, in milliseconds of Python's clock, by asking for its size again and again."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.grown: list[float] = []
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._look, daemon=True)

    def __enter__(self) -> LogWatch:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._stop.set()
        self._thread.join()

    def _look(self) -> None:
        size = 0
        while not self._stop.is_set():
            try:
                now = os.stat(self.path).st_size  # noqa: PTH116  (asked thousands of times)
            except FileNotFoundError:
                now = 0
            if now > size:
                self.grown.append(time.time() * 1000)
                size = now
            time.sleep(0.00025)
