"""How long a learner's first `import peercourse` takes, beyond what any notebook with widgets imports."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from statistics import median

from bench_row import Row, Step

from peercourse.items import CourseError

RUNS = 10
IMPORT_STEPS = 2 * RUNS

TIMED = """
import time
import ipywidgets
start = time.perf_counter()
import {module}
print(time.perf_counter() - start)
"""


def measure_import(place: Path, step: Step) -> list[Row]:
    """Import times in fresh processes. A first process is not counted: it may have to compile."""
    figures = {}
    for module in ("peercourse", "peercourse.widgets.calls"):
        time_of(module, place)
        times = []
        for run in range(RUNS):
            step(f"{module}, {run + 1} of {RUNS}")
            times.append(time_of(module, place))
        figures[module] = f"{median(times) * 1000:.2f} ms median ({min(times) * 1000:.2f} to {max(times) * 1000:.2f})"
    how = f"beyond `import ipywidgets`; {RUNS} fresh processes"
    return [
        Row("`import peercourse`", figures["peercourse"], how),
        Row("what the first question loads", figures["peercourse.widgets.calls"], f"{how}; anywidget is part of it"),
    ]


def time_of(module: str, place: Path) -> float:
    """Seconds that a fresh process needs to import `module` after ipywidgets."""
    done = subprocess.run(
        [sys.executable, "-c", TIMED.format(module=module)], cwd=place, capture_output=True, text=True
    )
    if done.returncode:
        raise CourseError(f"import {module} failed: {done.stderr.strip()[-300:]}")
    return float(done.stdout)
