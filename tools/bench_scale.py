"""Grading larger classes: memory, processes, a cluster, PostgreSQL; and how long the command takes to start."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from statistics import median

from bench_class import MAIN, Run, grow_class, hand_in_twenty, run_alone, time_class
from bench_row import Row, Step
from course_project import make_project
from postgres import find_tools, postgres

from peercourse.build import release
from peercourse.items import CourseError

LEARNERS, MANY, STARTS = 1000, 10_000, 5
SCALE_STEPS = 10
MEGABYTE = 2**20
STARTING = {
    "`peercourse --help`": (MAIN, "--help"),
    "starting `peercourse lint`": ("import peercourse.cli, peercourse.bank, peercourse.lint",),
    "starting `peercourse grade`": ("import peercourse.cli, peercourse.grading.run",),
}


def measure_scale(place: Path, step: Step) -> list[Row]:
    """One run each; the class is the same."""
    root = place / "course"
    root.mkdir()
    step("building the topic")
    hand_in_twenty(root, make_project(root))
    grow_class(root, LEARNERS)
    step("starting the command")
    rows = [start_row(root, name, *code) for name, code in STARTING.items()]
    step("one process")
    one = time_class(root, LEARNERS)
    step("two processes")
    rows += [in_turn("`--jobs 2`", time_class(root, LEARNERS, "--jobs", "2"), one)]
    for workers in (1, 2):
        step(f"Dask, {workers} worker(s)")
        with cluster(place, workers) as address:
            run = time_class(root, LEARNERS, "--scheduler", address)
        rows.append(in_turn(f"`--scheduler`, {workers} worker(s)", run, one))
    step("PostgreSQL")
    rows.append(postgres_row(root, one))
    step(f"{MANY:,} learners hand in")
    grow_class(root, MANY, linked=True)
    step(f"{MANY:,} submissions")
    many = time_class(root, MANY)
    ratio = f"{many.peak / one.peak:.2f} times that of {LEARNERS:,} ({one.peak / MEGABYTE:.0f} MB)"
    rows.append(Row(f"{MANY:,} submissions", f"{many.seconds:.1f} s, {many.peak / MEGABYTE:.0f} MB at most", ratio))
    return rows


def start_row(root: Path, name: str, *code: str) -> Row:
    """How long a process takes that has next to nothing to do."""
    times = [run_alone(root, *code).seconds for _ in range(STARTS)]
    return Row(name, f"{median(times):.2f} s", f"median of {STARTS} ({min(times):.2f} to {max(times):.2f})")


def in_turn(name: str, run: Run, one: Run) -> Row:
    """One way of grading beside one process with SQLite."""
    return Row(
        name, f"{run.seconds:.1f} s", f"{LEARNERS:,} submissions; {one.seconds:.1f} s in one process, with SQLite"
    )


def postgres_row(root: Path, one: Run) -> Row:
    """The same class into PostgreSQL."""
    if find_tools() is None:
        return Row("PostgreSQL", "not measured", "no server is installed")
    config = root / "nbgrader_config.py"
    before = config.read_text("utf-8")
    with postgres() as address:
        config.write_text(f"{before}\nc.CourseDirectory.db_url = {address!r}\n", "utf-8")
        release(root)
        run = time_class(root, LEARNERS)
    config.write_text(before, "utf-8")
    return in_turn("PostgreSQL", run, one)


@contextmanager
def cluster(place: Path, workers: int) -> Iterator[str]:
    """A Dask scheduler and its workers on this machine; gives its address."""
    file = place / "scheduler.json"
    file.unlink(missing_ok=True)
    local = ["--host", "127.0.0.1", "--no-dashboard", "--scheduler-file", str(file)]
    commands = [["dask_scheduler", "--port", "0"], *[["dask_worker", "--nthreads", "1", "--no-nanny"]] * workers]
    running = []
    try:
        for name, *options in commands:
            words = [sys.executable, "-m", f"distributed.cli.{name}", *options, *local]
            running.append(subprocess.Popen(words, cwd=place, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL))
            wait_for(file)
        yield json.loads(file.read_text())["address"]
    finally:
        for process in reversed(running):
            process.terminate()
            process.wait()
        shutil.rmtree(place / "dask-scratch-space", ignore_errors=True)


def wait_for(file: Path, seconds: float = 60) -> None:
    """Wait until the scheduler has written where it is."""
    end = time.monotonic() + seconds
    while not file.exists():
        if time.monotonic() > end:
            raise CourseError("The Dask scheduler did not start.")
        time.sleep(0.05)
