"""What else is set for JupyterLab: lessons open as notebooks, Markdown to read, and nothing calls out."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from lab import Lab, Traffic, cell_count, open_another, open_notebook, sources, start_lab, wait_for_text
from opening import RECEIPT, requests_to_run, send_receipt, wait_for_banner, wait_for_outputs
from playwright.sync_api import Browser, Page
from small_topic import CALLS, IMPORT, ITEMS, TOPIC, make_small_topic

STEM = ITEMS[0].stem
pytestmark = pytest.mark.browser

LESSON = """---
kernelspec:
  display_name: Python 3 (ipykernel)
  name: python3
jupytext:
  text_representation:
    extension: .md
    format_name: myst
peercourse:
  topic: small-topic
---

# A lesson

```{{code-cell}}
{code}
```

```{{code-cell}}
hand_in()
```
"""


def make_lesson(folder: Path) -> Path:
    make_small_topic(folder).unlink()
    lesson = folder / "lesson.md"
    lesson.write_text(LESSON.format(code=f"{IMPORT}\n```\n\n```{{code-cell}}\n{CALLS[0]}"))
    return lesson


def test_a_lesson_opens_as_a_notebook_with_its_questions(page: Page, lab: Lab, folder: Path) -> None:
    lesson = make_lesson(folder)
    before = lesson.read_bytes()
    open_notebook(page, lab, lesson)
    wait_for_text(page, STEM)
    assert CALLS[0] in sources(page)
    answer = send_receipt(page, cell_count(page) - 1, RECEIPT)
    assert answer == {"ok": False, "reason": "This is the author's text: no receipt is written into it."}
    assert lesson.read_bytes() == before


def test_the_guard_stands_before_a_lesson_too(tab: Page, lab: Lab, folder: Path, traffic: Traffic) -> None:
    lesson = make_lesson(folder)
    (folder / "anywidget.py").write_text("")
    open_another(tab, lab, lesson)
    wait_for_banner(tab, "“anywidget.py” could be run")
    assert requests_to_run(traffic) == []


def test_a_lesson_opens_as_a_notebook_on_a_double_click(page: Page, lab: Lab, folder: Path) -> None:
    make_lesson(folder)
    page.goto(f"{lab.address(folder)}")
    page.locator(".jp-DirListing-item", has_text="lesson.md").dblclick()
    wait_for_text(page, STEM)


@pytest.mark.parametrize("name", ["README.md", "START.md", "my-lesson.md"])
def test_other_markdown_opens_as_a_page_to_read(page: Page, lab: Lab, folder: Path, name: str) -> None:
    (folder / name).write_text("# Welcome\n\nStart *here*.")
    page.goto(lab.address(folder / name))
    page.locator(".jp-MarkdownViewer h1", has_text="Welcome").wait_for(timeout=60_000)


@contextmanager
def a_way_out() -> Iterator[tuple[str, list[bytes]]]:
    """A proxy that lets nothing through and notes who asked."""
    asked: list[bytes] = []
    with socket.create_server(("127.0.0.1", 0)) as server:

        def listen() -> None:
            while True:
                try:
                    caller, _ = server.accept()
                except OSError:
                    return
                with caller:
                    asked.append(caller.recv(300))

        thread = threading.Thread(target=listen)
        thread.start()
        yield f"http://127.0.0.1:{server.getsockname()[1]}", asked
        server.shutdown(socket.SHUT_RDWR)
        thread.join()


def test_neither_page_nor_server_calls_out_and_no_news_pops_up(
    browser: Browser, tmp_path: Path, tmp_path_factory: pytest.TempPathFactory
) -> None:
    with a_way_out() as (proxy, asked):
        names = ("http_proxy", "https_proxy", "HTTP_PROXY", "HTTPS_PROXY", "all_proxy", "ALL_PROXY")
        outward = dict.fromkeys(names, proxy) | {"no_proxy": "127.0.0.1", "NO_PROXY": "127.0.0.1"}
        with start_lab(tmp_path, environment=outward) as offline:
            notebook = make_small_topic(offline.root / TOPIC)
            context = browser.new_context(viewport={"width": 1280, "height": 2000})
            page, traffic = context.new_page(), Traffic()
            traffic.listen_to(page)
            open_notebook(page, offline, notebook)
            wait_for_outputs(page, len(CALLS) + 1)
            assert page.locator(".jp-toast-message, .Toastify__toast").count() == 0
            assert page.locator('[data-id="extensionmanager.main-view"]').count() == 0
            assert traffic.foreign() == []
            context.close()
        assert asked == []
        assert not [url for url in traffic.requests if "/lab/api/news" in url or "/lab/api/update" in url]
