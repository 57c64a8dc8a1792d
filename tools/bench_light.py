"""The same 30 questions, each in its own cell between the same reading: ours, jupyterquiz, plain ipywidgets."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from typing import Any

import nbformat
from bench_browser import BROWSER_OPTIONS
from bench_bytes import message, size_of
from bench_row import ROOT, Row, Step
from lab import PATIENCE, TOKEN, Lab, Traffic, find_browser, start_lab
from playwright.sync_api import Browser, Page, sync_playwright

from peercourse.bank import Course, load_course
from peercourse.items import Choice, CourseError, public_view
from peercourse.lesson import Text, read_lesson
from peercourse.lesson_items import items_in_order
from peercourse.notebook import KERNEL
from peercourse.topic_folder import ITEMS_FORMAT
from peercourse.twin import as_html, as_text

EACH, OPENINGS = 10, 3
IDLE = """() => {
    const kernel = window.jupyterapp.shell.currentWidget?.sessionContext?.session?.kernel;
    return kernel?.connectionStatus === 'connected' && kernel.status === 'idle';
}"""

DRAWN = "([selector, count]) => document.querySelectorAll(selector).length >= count && performance.now()"

OPEN = """path => {
    window.jupyterapp.commands.execute('docmanager:open', {path});
    return performance.now();
}"""


@dataclass(frozen=True)
class Contender:
    """A way of asking the questions: what makes its notebook, how a question that is there is found."""

    name: str
    write: Callable[[Path, list[Choice], list[str]], list[Any]]
    question: str
    by_itself: bool = False


@dataclass(frozen=True)
class Opening:
    """One opening: milliseconds until the first and the last question are there, and what went over the wire."""

    first: float
    last: float
    size: int
    frames: int
    received: dict[str, int]


def measure_light(place: Path, step: Step) -> list[Row]:
    """Bytes and times of each contender, in turn, medians of 3 openings in a JupyterLab that stands open."""
    step("reading the course, starting JupyterLab")
    course = load_course(ROOT / "course")
    questions, reading = thirty(course), reading_of(course)
    seen: dict[str, list[Opening]] = {contender.name: [] for contender in CONTENDERS}
    with lab_and_browser(place) as (lab, browser):
        for run in range(-1, OPENINGS):  # the first time is not counted: Python compiles, the disk is cold
            for contender in CONTENDERS:
                step(f"{contender.name}, {f'{run + 1} of {OPENINGS}' if run >= 0 else 'not counted'}")
                folder = lab.root / f"light-{run + 1}-{CONTENDERS.index(contender)}"
                opened = open_once(browser, lab, make_topic(folder, contender, questions, reading), contender)
                if run >= 0:
                    seen[contender.name].append(opened)
    return [row for contender in CONTENDERS for row in rows_of(contender, seen[contender.name])]


LIGHT_STEPS = 1 + 4 * (OPENINGS + 1)


def thirty(course: Course) -> list[Choice]:
    """Ten practice questions with one right answer, ten with several, ten graded ones: the course's first."""
    every = [item for topic in course.topics for item in items_in_order(topic) if isinstance(item, Choice)]
    wanted = {
        "single": [item for item in every if item.use == "practice" and item.kind == "single"],
        "multiple": [item for item in every if item.use == "practice" and item.kind == "multiple"],
        "check": [item for item in every if item.use == "check"],
    }
    for name, found in wanted.items():
        if len(found) < EACH:
            raise CourseError(f"The course has {len(found)} questions of the sort {name}, not {EACH}.")
    return [item for found in wanted.values() for item in found[:EACH]]


def reading_of(course: Course) -> list[str]:
    """Texts to stand between the questions."""
    texts = [cell.source for topic in course.topics for cell in read_lesson(topic.lesson) if isinstance(cell, Text)]
    return [text for text in texts if "](figures" not in text and "{cite}" not in text][: 3 * EACH]


def make_topic(folder: Path, contender: Contender, questions: list[Choice], reading: list[str]) -> Path:
    """Write the contender's notebook, and what it needs beside it."""
    folder.mkdir()
    code = contender.write(folder, questions, reading)
    notebook = nbformat.v4.new_notebook(cells=code, metadata={"kernelspec": KERNEL})
    if contender.by_itself:
        notebook.metadata["peercourse"] = {"topic": "light"}
    path = folder / "light.ipynb"
    nbformat.write(notebook, path)
    return path


# --- the contenders ------------------------------------------------------------------------------


def between(reading: list[str], first: str, cells: list[Any]) -> list[Any]:
    """A first cell of code, then reading and a question in turn."""
    made = [nbformat.v4.new_code_cell(first)]
    for text, cell in zip(reading, cells, strict=True):
        made += [nbformat.v4.new_markdown_cell(text), cell]
    return made


def ours(folder: Path, questions: list[Choice], reading: list[str]) -> list[Any]:
    """As the builder writes it, with the static twins as saved outputs."""
    head = {"format": ITEMS_FORMAT, "course": "light", "topic": "light", "title": "Light"}
    body = head | {"items": [public_view(item) for item in questions]}
    (folder / "items.json").write_text(json.dumps(body, ensure_ascii=False, indent=1), "utf-8")
    cells = []
    for item in questions:
        cell = nbformat.v4.new_code_cell(f'{item.use}("{item.id}")', metadata={"jupyter": {"source_hidden": True}})
        twin = {"text/plain": as_text(item), "text/html": as_html(item)}
        cell.outputs = [nbformat.v4.new_output("display_data", twin)]
        cells.append(cell)
    return between(reading, "from peercourse import check, practice", cells)


def quiz(item: Choice) -> dict[str, Any]:
    """The question as jupyterquiz wants it, with the same reasons."""
    options = [{"answer": o.text, "correct": o.correct, "feedback": o.why} for o in item.options]
    kind = "multiple_choice" if item.kind == "single" else "many_choice"
    return {"question": item.stem, "type": kind, "answers": options}


def jupyterquiz(folder: Path, questions: list[Choice], reading: list[str]) -> list[Any]:
    """A quiz of one question at every place, as in a text with questions in it."""
    cells = []
    for number, item in enumerate(questions):
        (folder / f"quiz-{number}.json").write_text(json.dumps([quiz(item)]), "utf-8")
        cells.append(nbformat.v4.new_code_cell(f'display_quiz("quiz-{number}.json")'))
    return between(reading, "from jupyterquiz import display_quiz", cells)


def jupyterquiz_in_one(folder: Path, questions: list[Choice], reading: list[str]) -> list[Any]:
    """All the reading, then one quiz with all questions."""
    (folder / "quiz.json").write_text(json.dumps([quiz(item) for item in questions]), "utf-8")
    code = 'from jupyterquiz import display_quiz\n\ndisplay_quiz("quiz.json")'
    return [*map(nbformat.v4.new_markdown_cell, reading), nbformat.v4.new_code_cell(code)]


ASK = '''\
"""Questions as people make them from plain ipywidgets."""
import json
from html import escape
from pathlib import Path

from IPython.display import display
from ipywidgets import HTML, Button, Checkbox, RadioButtons, VBox

QUESTIONS = json.loads((Path(__file__).parent / "questions.json").read_text("utf-8"))


def ask(number):
    stem, one, options = QUESTIONS[number]
    texts = [text for text, _, _ in options]
    if one:
        field = RadioButtons(options=texts, value=None)
        fields = [field]
        chosen = lambda: [text == field.value for text in texts]
    else:
        fields = [Checkbox(description=text) for text in texts]
        chosen = lambda: [box.value for box in fields]
    told = HTML()
    button = Button(description="Check")

    def check(_):
        picked = chosen()
        right = picked == [fits for _, fits, _ in options]
        reasons = [escape(why) for (_, _, why), ticked in zip(options, picked) if ticked]
        told.value = "<br>".join(["Right." if right else "Not quite.", *reasons])

    button.on_click(check)
    display(VBox([HTML(escape(stem)), *fields, button, told]))
'''


def plain_ipywidgets(folder: Path, questions: list[Choice], reading: list[str]) -> list[Any]:
    """HTML, RadioButtons or Checkbox, and a Button for every question; what makes them stands in a file beside."""
    listed = [[q.stem, q.kind == "single", [[o.text, o.correct, o.why] for o in q.options]] for q in questions]
    (folder / "questions.json").write_text(json.dumps(listed), "utf-8")
    (folder / "asking.py").write_text(ASK, "utf-8")
    cells = [nbformat.v4.new_code_cell(f"ask({number})") for number in range(len(questions))]
    return between(reading, "from asking import ask", cells)


CONTENDERS = (
    Contender("this course", ours, ".peercourse .pc-parts", by_itself=True),
    Contender("jupyterquiz", jupyterquiz, ".jp-OutputArea .Quiz .Answer"),
    Contender("jupyterquiz, all in one", jupyterquiz_in_one, ".jp-OutputArea .Quiz .Answer"),
    Contender("plain ipywidgets", plain_ipywidgets, ".jp-OutputArea .widget-button"),
)


# --- opening ---------------------------------------------------------------------------------------


@contextmanager
def lab_and_browser(place: Path) -> Iterator[tuple[Lab, Browser]]:
    """A running JupyterLab whose kernels keep what they compiled, and a browser."""
    with start_lab(place / "lab", environment={"PYTHONDONTWRITEBYTECODE": ""}) as lab, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=find_browser(), args=BROWSER_OPTIONS)
        yield lab, browser
        browser.close()


def open_once(browser: Browser, lab: Lab, notebook: Path, contender: Contender) -> Opening:
    """Open the notebook in a fresh JupyterLab page, run it where it does not do so itself, wait for all questions."""
    page = browser.new_context(viewport={"width": 1280, "height": 900}).new_page()
    traffic = Traffic()
    traffic.listen_to(page)
    page.goto(f"{lab.url}lab?token={TOKEN}&reset")
    page.wait_for_function("() => window.jupyterapp?.restored", timeout=PATIENCE * 1000)
    page.evaluate("async () => { await window.jupyterapp.restored; }")
    page.wait_for_load_state("networkidle")
    before = len(traffic.received), len(traffic.sent)
    start = float(page.evaluate(OPEN, notebook.relative_to(lab.root).as_posix()))
    if not contender.by_itself:
        page.wait_for_function(IDLE, timeout=PATIENCE * 1000)
        page.evaluate("() => { window.jupyterapp.commands.execute('notebook:run-all-cells'); }")
    first, last = (drawn(page, contender.question, count) - start for count in (1, 3 * EACH))
    page.wait_for_function(IDLE, timeout=PATIENCE * 1000)
    page.wait_for_timeout(500)  # the last messages of the last cell
    received, sent = traffic.received[before[0] :], traffic.sent[before[1] :]
    page.context.close()
    lab.shut_down_kernels()
    sizes: dict[str, int] = {}
    for frame in received:
        kind = message(frame)[0]
        sizes[kind] = sizes.get(kind, 0) + size_of(frame)
    return Opening(first, last, sum(map(size_of, received + sent)), len(received + sent), sizes)


def drawn(page: Page, selector: str, count: int) -> float:
    """When that many questions were there, in milliseconds of the page's clock."""
    found = page.wait_for_function(DRAWN, arg=[selector, count], timeout=PATIENCE * 1000)
    return float(found.json_value())


def rows_of(contender: Contender, seen: list[Opening]) -> list[Row]:
    """The rows of one contender."""
    size, frames = (round(median(getattr(opening, name) for opening in seen)) for name in ("size", "frames"))
    first, last = (median(getattr(opening, name) for opening in seen) / 1000 for name in ("first", "last"))
    spread = f"{min(o.last for o in seen) / 1000:.2f} to {max(o.last for o in seen) / 1000:.2f}"
    how = "opens by itself" if contender.by_itself else "all cells run as soon as the kernel is ready"
    return [
        Row(
            f"{contender.name}: over websockets",
            f"{size:,} bytes",
            f"{frames} frames; {size // (3 * EACH):,} bytes for each question",
        ),
        Row(
            f"{contender.name}: first question there",
            f"{first:.2f} s",
            f"from the command that opens the file; {how}",
        ),
        Row(f"{contender.name}: last question there", f"{last:.2f} s", f"{spread}; median of {OPENINGS} openings"),
    ]  # fmt: skip
