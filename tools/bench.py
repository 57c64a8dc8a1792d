"""Measure what people wait for: saving an answer, opening a topic, grading a class.

`make bench` measures everything and writes bench/results.md; `tools/bench.py --only NAME` measures
one thing and only prints it. All happens in temporary folders, with a home of their own: nothing of
yours is touched, and nothing is fetched.
"""

from __future__ import annotations

import argparse
import os
import platform
import subprocess
import sys
import tempfile
from collections.abc import Callable
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path

import pytest
from bench_row import ROOT, Row, Step
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TaskID, TextColumn, TimeElapsedColumn
from rich.table import Table

sys.path.insert(0, str(ROOT / "tests"))

from bench_bytes import BYTES_STEPS, measure_bytes
from bench_feedback import FEEDBACK_STEPS, measure_feedback
from bench_grading import GRADING_STEPS, measure_grading
from bench_import import IMPORT_STEPS, measure_import
from bench_light import LIGHT_STEPS, measure_light
from bench_opening import OPENING_STEPS, measure_opening
from bench_saving import SAVING_STEPS, measure_saving
from bench_scale import SCALE_STEPS, measure_scale
from lab import find_browser

from peercourse.items import CourseError

RESULTS = ROOT / "bench" / "results.md"

MEASUREMENTS: dict[str, tuple[str, int, Callable[[Path, Step], list[Row]]]] = {
    "import": ("Importing the course's package", IMPORT_STEPS, measure_import),
    "save": ("Saving an answer", SAVING_STEPS, measure_saving),
    "bytes": ("Size of a topic", BYTES_STEPS, measure_bytes),
    "light": ("Thirty questions, beside other ways of asking them", LIGHT_STEPS, measure_light),
    "opening": ("Opening a topic", OPENING_STEPS, measure_opening),
    "grading": ("Grading", GRADING_STEPS, measure_grading),
    "feedback": ("Feedback, and the whole way round", FEEDBACK_STEPS, measure_feedback),
    "scale": ("Grading larger classes, and starting", SCALE_STEPS, measure_scale),
}
"""By the name that `--only` takes: title, number of steps, and what measures it."""


def main() -> None:
    """Measure, print the table, and keep it where everything was measured."""
    arguments = argparse.ArgumentParser(description="Measure what people wait for.")
    arguments.add_argument("--only", choices=MEASUREMENTS, metavar="NAME", help=" or ".join(MEASUREMENTS))
    only = arguments.parse_args().only
    try:
        machine, before = describe_machine(), os.getloadavg()[0]
        sections = measure([only] if only else list(MEASUREMENTS))
    except (CourseError, pytest.skip.Exception, pytest.fail.Exception) as problem:
        sys.exit(str(problem))
    load = describe_load(before, os.getloadavg()[0])
    print_table(sections)
    print(load)
    if not only:
        RESULTS.parent.mkdir(exist_ok=True)
        RESULTS.write_text(as_markdown(f"{machine}. {load}", sections), "utf-8")
        print(f"Written to {RESULTS.relative_to(ROOT)}.")


def measure(names: list[str]) -> dict[str, list[Row]]:
    """The rows of each measurement named, by its title."""
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with Progress(*columns) as progress:
        waiting = [progress.add_task(MEASUREMENTS[name][0], total=MEASUREMENTS[name][1], start=False) for name in names]
        return {
            MEASUREMENTS[name][0]: measure_one(name, progress, task) for name, task in zip(names, waiting, strict=True)
        }


def measure_one(name: str, progress: Progress, task: TaskID) -> list[Row]:
    """The rows of one measurement, made in a temporary folder, with its progress shown."""
    title, steps, run = MEASUREMENTS[name]
    progress.start_task(task)

    def step(doing: str) -> None:
        progress.update(task, description=f"{title}: {doing}", advance=1)

    with tempfile.TemporaryDirectory() as place:
        leave_the_users_settings_alone(Path(place))
        rows = run(Path(place), step)
    progress.update(task, description=title, completed=steps)
    return rows


def leave_the_users_settings_alone(place: Path) -> None:
    """Let Jupyter, nbgrader and IPython find neither settings nor kernels of the person who measures."""
    home = place / "home"
    home.mkdir()
    own = {"HOME": home, "XDG_DATA_HOME": home / "data", "IPYTHONDIR": home / "ipython"}
    own |= {f"JUPYTER_{kind}_DIR": home / "jupyter" / kind.lower() for kind in ("CONFIG", "DATA", "RUNTIME")}
    os.environ.update({name: str(path) for name, path in own.items()})


# --- the table ---------------------------------------------------------------------------------


def describe_machine() -> str:
    """What a figure depends on: cores, system and versions."""
    said = subprocess.run([find_browser(), "--version"], capture_output=True, text=True).stdout.split()
    number = next((word for word in said if word[0].isdigit()), "").split(".")[0]
    versions = ", ".join(f"{name} {version(name)}" for name in ("jupyterlab", "notebook", "nbgrader", "ipywidgets"))
    return (
        f"{os.cpu_count()} cores ({platform.machine()}), {platform.system()}, Python {platform.python_version()}; "
        f"{versions}, {' '.join(said[:1])} {number}"
    )


def describe_load(before: float, after: float) -> str:
    """What else was running, as far as the system says; `after` holds our own work too."""
    said = f"The load average was {before:.1f} before and {after:.1f} after."
    if before > (os.cpu_count() or 1) / 2:
        said += " Other work was running: all times are longer than on a machine at rest."
    return said


def print_table(sections: dict[str, list[Row]]) -> None:
    """Show the figures on the terminal."""
    table = Table("What", "Measured", "How")
    for rows in sections.values():
        for row in rows:
            table.add_row(row.what, row.figure, row.how)
        table.add_section()
    Console().print(table)


def as_markdown(machine: str, sections: dict[str, list[Row]]) -> str:
    """The same as a page to keep."""
    day = datetime.now(UTC).date().isoformat()
    lines = ["# What people wait for", "", f"Measured by `make bench` on {day}: {machine}", ""]
    for title, rows in sections.items():
        lines += [f"## {title}", "", "| What | Measured | How |", "| --- | --- | --- |"]
        lines += [f"| {row.what} | {row.figure} | {row.how} |" for row in rows]
        lines.append("")
    return "\n".join(lines)


if __name__ == "__main__":
    main()
