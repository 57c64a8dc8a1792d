"""The whole loop with an invented class: real nbgrader, real kernels, real files, in a folder of its own."""

from __future__ import annotations

import json
import os
import random
import shutil
import subprocess
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from datetime import UTC, datetime
from multiprocessing import get_context
from pathlib import Path

import nbformat
from jupyter_client.manager import start_new_kernel
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from peercourse.answers import LOG_NAME
from peercourse.bank import Course, Topic
from peercourse.build import build
from peercourse.grading.run import collect_and_grade, describe
from peercourse.invented import CLASS, Learner, change_code, kernel_code
from peercourse.items import CourseError, is_graded
from peercourse.lesson_items import items_in_order
from peercourse.loop import release_feedback, show_report
from peercourse.nbgrader_calls import nbgrader, said

MARK = ".peercourse-demo"
SECONDS_PER_CELL = 120
AT_ONCE = 2


def run_demo(root: Path, folder: Path) -> Path:
    """Run the class in `folder`, which is made anew, and print its scores; returns the report's path.

    Raises CourseError where `folder` holds something that no demo made.
    """
    if folder.exists() and any(folder.iterdir()) and not (folder / MARK).exists():
        raise CourseError(f"{folder.name}/ holds files that are not a demo's: name another folder with --folder.")
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    (folder / MARK).touch()
    console = Console()
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with Progress(*columns, console=console) as progress:
        step = progress.add_task("Building the course", total=len(CLASS) + 4)

        def done(next_step: str) -> None:
            progress.update(step, description=next_step)
            progress.advance(step)

        course = _set_up(root, folder)
        topic = next(topic for topic in course.topics if topic.head.kind == "topic")
        done("Learners fetch, answer, hand in, submit")
        _work(folder, topic, done)
        _must(folder, "db", "assignment", "add", topic.name, f"--duedate={_now()}")
        for learner in CLASS:
            if "late" in learner.habit:
                _submit(folder, topic, learner)
        _mail_in(folder, topic)
        done("Collecting and grading")
        summary = describe(topic.name, collect_and_grade(folder, topic.name))
        done("Feedback")
        release_feedback(folder, topic.name)
        done("Learners fetch their feedback")
        _must(folder, "fetch_feedback", topic.name, *_as(folder, CLASS[0]))
    console.print(summary, highlight=False)
    return show_report(folder, topic.name)


def _set_up(root: Path, folder: Path) -> Course:
    shutil.copytree(root / "course", folder / "course", ignore=shutil.ignore_patterns(".ipynb_checkpoints"))
    shutil.copy(root / "nbgrader_config.py", folder)
    course = build(folder)
    for topic in course.topics:
        _must(folder, "release_assignment", topic.name)
    return course


def _work(folder: Path, topic: Topic, done: Callable[[str], None]) -> None:
    """Everybody fetches and answers; all but the late ones and the one who mails submit."""
    # Processes of their own, as learners have: a kernel's client leaves an event loop open in its thread.
    with ProcessPoolExecutor(AT_ONCE, mp_context=get_context("spawn")) as pool:
        turns = [pool.submit(_one, folder, topic, learner) for learner in CLASS]
        for learner, turn in zip(CLASS, turns, strict=True):
            turn.result()
            done(f"{learner.name} {learner.habit}")


def _one(folder: Path, topic: Topic, learner: Learner) -> None:
    _must(folder, "fetch_assignment", topic.name, *_as(folder, learner))
    _answer(_desk(folder, learner, topic), topic, learner)
    _habit(_desk(folder, learner, topic), learner)
    if "late" not in learner.habit and "mails" not in learner.habit:
        _submit(folder, topic, learner)


def _desk(folder: Path, learner: Learner, topic: Topic) -> Path:
    return folder / "learners" / learner.name / topic.name


def _as(folder: Path, learner: Learner) -> list[str]:
    home = folder / "learners" / learner.name
    return [f"--student={learner.name}", f"--Exchange.assignment_dir={home}", f"--Exchange.cache={home / '.cache'}"]


def _submit(folder: Path, topic: Topic, learner: Learner) -> None:
    _must(folder, "submit", topic.name, *_as(folder, learner))


def _must(folder: Path, *arguments: str) -> None:
    done = nbgrader(folder, *arguments)
    if done.returncode:
        raise CourseError(f"nbgrader {arguments[0]} failed: " + " ".join(said(done, "ERROR") or [done.stderr[-300:]]))


def _answer(desk: Path, topic: Topic, learner: Learner) -> None:
    """Answer in a real kernel and put the receipt where a notebook page puts it: into the last cell."""
    items = [item for item in items_in_order(topic) if is_graded(item)]
    chosen = learner.answers(items, random.Random(learner.name))  # noqa: S311  (invented, the same each time)
    private = desk.parent / ".private"
    environment = {**os.environ, "XDG_DATA_HOME": str(private)}
    quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
    manager, client = start_new_kernel(kernel_name="python3", cwd=str(desk), env=environment, **quiet)
    try:
        code = kernel_code(chosen) + ("" if "never" in learner.habit else "\nhand_in()")
        reply = client.execute(code, reply=True, timeout=SECONDS_PER_CELL)["content"]
        if reply["status"] != "ok":
            raise CourseError(f"{learner.name}: the kernel answered {reply.get('evalue', 'nothing')}")
        receipt = [p["text"] for p in reply["payload"] if p["source"] == "set_next_input"]
        if receipt:
            path = desk / f"{topic.name}.ipynb"
            notebook = nbformat.read(path, as_version=4)
            notebook.cells[-1].source = receipt[-1]
            nbformat.write(notebook, path)
        if "changes one" in learner.habit:
            client.execute(change_code(items, chosen), reply=True, timeout=SECONDS_PER_CELL)
    finally:
        client.stop_channels()
        manager.shutdown_kernel(now=True)


def _habit(desk: Path, learner: Learner) -> None:
    """What some of them do to their files before they submit."""
    if "damaged" in learner.habit:
        log = desk / LOG_NAME
        lines = log.read_bytes().splitlines(keepends=True)
        log.write_bytes(b"".join(lines[:3]) + b"\x00\xff half a li\nnot a line\n" + b"".join(lines[4:])[:-9])
    if "rewrites" in learner.habit:
        path = desk / f"{desk.name}.ipynb"
        notebook = json.loads(path.read_text("utf-8"))
        graded = [index for index, cell in enumerate(notebook["cells"]) if "nbgrader" in cell["metadata"]]
        notebook["cells"][graded[0]]["metadata"]["nbgrader"]["points"] = 99
        notebook["cells"][graded[1] + 1]["source"] = "import pathlib\npathlib.Path('canary').touch()"
        notebook["cells"].append(notebook["cells"][graded[3] + 1])
        del notebook["cells"][graded[2] : graded[2] + 2]
        path.write_text(json.dumps(notebook), "utf-8")
        (desk / "items.json").write_text("{}")


def _mail_in(folder: Path, topic: Topic) -> None:
    """What a grader does with a notebook that came by mail: put it where collected ones lie."""
    for learner in CLASS:
        if "mails" in learner.habit:
            target = folder / "submitted" / learner.name / topic.name
            target.mkdir(parents=True)
            shutil.copy(_desk(folder, learner, topic) / f"{topic.name}.ipynb", target)


def _now() -> str:
    return datetime.now(UTC).strftime("%Y-%m-%d %H:%M:%S.%f UTC")
