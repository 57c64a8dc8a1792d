"""What the tests share: a real JupyterLab, a real browser, and a page to look at it with."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from pathlib import Path

import pytest
from lab import PATIENCE, TOKEN, Lab, Traffic, find_browser, start_lab
from opening import Canary
from playwright.sync_api import Browser, Page, sync_playwright

_folders = itertools.count(1)


@pytest.fixture(scope="session")
def lab(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Lab]:
    """One JupyterLab for the whole run; its files lie under `lab.root`."""
    with start_lab(tmp_path_factory.mktemp("lab")) as started:
        yield started


@pytest.fixture
def folder(lab: Lab) -> Path:
    """An empty folder of this test's own, inside what the running JupyterLab shows."""
    path = lab.root / f"place-{next(_folders)}"
    path.mkdir()
    return path


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """An installed Chromium or Chrome."""
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(
            executable_path=find_browser(),
            # Containers give a browser no sandbox; the tests open nothing but pages of their own.
            args=[
                "--no-sandbox",
                "--disable-gpu",
                "--disable-quic",
                "--no-first-run",
                "--disable-sync",
                "--disable-background-networking",
                "--disable-component-update",
            ],
        )
        yield started
        started.close()


@pytest.fixture
def traffic() -> Traffic:
    """Everything the test's `page` asked for, sent, received and complained about."""
    return Traffic()


@pytest.fixture
def page(browser: Browser, lab: Lab, traffic: Traffic) -> Iterator[Page]:
    """A fresh page with nothing in its storage. Tall, because JupyterLab draws only the cells in view."""
    context = browser.new_context(viewport={"width": 1280, "height": 3000})
    opened = context.new_page()
    traffic.listen_to(opened)
    yield opened
    context.close()
    lab.shut_down_kernels()


@pytest.fixture(scope="session")
def warm_page(browser: Browser) -> Iterator[Page]:
    """One page for many tests: its cache holds JupyterLab's code after the first."""
    context = browser.new_context(viewport={"width": 1280, "height": 3000})
    yield context.new_page()
    context.close()


@pytest.fixture
def tab(warm_page: Page, lab: Lab, traffic: Traffic) -> Iterator[Page]:
    """JupyterLab with nothing open in it: for `lab.open_another`, where a test needs no page of its own."""
    warm_page.goto(f"{lab.url}lab?token={TOKEN}&reset")
    warm_page.wait_for_function("() => window.jupyterapp?.restored", timeout=PATIENCE * 1000)
    warm_page.evaluate("async () => { await window.jupyterapp.restored; }")
    stop = traffic.listen_to(warm_page)
    yield warm_page
    stop()
    warm_page.unroute_all()
    warm_page.goto("about:blank")
    lab.shut_down_kernels()


@pytest.fixture
def canary(lab: Lab) -> Canary:
    """A file that only hostile code writes, and the code that writes it."""
    return Canary(lab.root)
