"""Every notebook that we hand out or keep runs from top to bottom in a real kernel, and keeps nothing."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import nbformat
from built_course import built_real_course, copy_of, files_in
from course_project import TOPIC


def test_run_all_works_everywhere_and_hands_nothing_in(tmp_path, tmp_path_factory):
    project = copy_of(built_real_course(tmp_path_factory), tmp_path)
    learner = tmp_path / "a learner"
    shutil.copytree(project / "release", learner)
    notebooks = [project / "source" / TOPIC / f"{TOPIC}.ipynb", project / "release" / TOPIC / f"{TOPIC}.ipynb"]
    notebooks += sorted(learner.glob("*/*.ipynb"))
    before = files_in(tmp_path)
    command = [
        *(sys.executable, "-m", "pytest", "--nbval-lax", "-p", "no:cacheprovider", "-q", "--nbval-cell-timeout=120"),
        *map(str, notebooks),
    ]
    environment = {**os.environ, "XDG_DATA_HOME": str(tmp_path / "home"), "PYTHONDONTWRITEBYTECODE": "1"}
    environment.pop("NBGRADER_EXECUTION", None)
    done = subprocess.run(command, cwd=tmp_path, env=environment, capture_output=True, text=True, timeout=900)

    assert done.returncode == 0, done.stdout + done.stderr
    assert f"{sum(map(code_cells, notebooks))} passed" in done.stdout
    assert len(notebooks) == 2 + 13
    assert files_in(tmp_path) == before
    assert not (tmp_path / "home").exists()


def code_cells(notebook: Path) -> int:
    """How many cells of a notebook run."""
    return sum(cell.cell_type == "code" for cell in nbformat.read(notebook, as_version=4).cells)
