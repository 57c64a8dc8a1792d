"""Open the course in JupyterLab: built, released, with its token, on the start page."""

from __future__ import annotations

import json
import os
import socket
import sqlite3
import subprocess
import sys
from pathlib import Path

import click

from peercourse.bank import Course, CourseProblems, load_course
from peercourse.build import build, edited_by_hand
from peercourse.items import CourseError
from peercourse.keys import find_keys
from peercourse.lint import form_problems
from peercourse.nbgrader_calls import nbgrader, nbgrader_environment, said
from peercourse.notebook import topic_files

START_PAGE = "START.md"
LEARNER_FOLDER = "learner"
FIRST_PORT = 8888


def open_lab(root: Path, port: int | None, no_browser: bool) -> int:
    """Make the course ready and run JupyterLab until it is closed; returns its exit code."""
    port = free_port(port)
    make_ready(root)
    options = {
        "ServerApp.root_dir": root,
        "ServerApp.port": port,
        "ServerApp.port_retries": 0,
        "ServerApp.log_level": "WARN",
        "LabApp.default_url": f"/lab/tree/{START_PAGE}",
        "LabApp.news_url": "None",
        # Looking for extensions would ask a registry.
        "LabApp.extension_manager": "readonly",
    }
    command = [sys.executable, "-m", "jupyterlab", *(f"--{name}={value}" for name, value in options.items())]
    if no_browser:
        command.append("--no-browser")
    if hasattr(os, "geteuid") and os.geteuid() == 0:
        command.append("--allow-root")
    environment = nbgrader_environment() | {
        # A file beside a notebook must not stand in for a module that a kernel starts with.
        "PYTHONSAFEPATH": "1",
        # The Assignment List looks for nbgrader_config.py from inside the learner's folder.
        "JUPYTER_CONFIG_PATH": os.pathsep.join([str(root), os.environ.get("JUPYTER_CONFIG_PATH", "")]).rstrip(
            os.pathsep
        ),
    }
    try:
        return subprocess.run(command, cwd=root, env=environment).returncode
    except KeyboardInterrupt:
        return 0


def make_ready(root: Path) -> None:
    """Build and release what has changed since the last time; nothing else is touched."""
    course = load_course(root / "course")
    # nbgrader's Assignment List shows nothing at all while the folder it fetches to is missing.
    (root / LEARNER_FOLDER).mkdir(exist_ok=True)
    if not is_built(root, course):
        click.echo("Building the course ...")
        build(root)
    for topic in course.topics:
        if not is_released(root, course, topic.name):
            click.echo(f"Releasing {topic.name} ...")
            done = nbgrader(root, "release_assignment", topic.name, "--force")
            if done.returncode:
                raise CourseError(f"exchange/: {topic.name} was not released: " + " ".join(said(done, "ERROR"))[:400])


def is_built(root: Path, course: Course) -> bool:
    """Whether source/, release/ and the gradebook are what `course/` says. Raises for hand-edited notebooks."""
    if form_problems(course):
        return False
    if edited := list(edited_by_hand(root / "source", course)):
        raise CourseProblems(edited)
    if not {topic.name for topic in course.topics} <= _assignments(root / "gradebook.db"):
        return False
    for topic in course.topics:
        for name, data in topic_files(course, topic).items():
            made, released = (root / step / topic.name / name for step in ("source", "release"))
            if not made.is_file() or made.read_bytes() != data or not _comes_from(released, data):
                return False
    return not any(leak for step in ("source", "release") for leak in find_keys(root / step, course))


def _comes_from(released: Path, data: bytes) -> bool:
    """Whether nbgrader made `released` from a source file with this content. It rewrites notebooks, nothing else."""
    if not released.is_file():
        return False
    made = released.read_bytes()
    if released.suffix != ".ipynb":
        return made == data
    try:
        return bool(json.loads(made)["metadata"]["peercourse"] == json.loads(data)["metadata"]["peercourse"])
    except (ValueError, KeyError, TypeError):
        return False


def _assignments(gradebook: Path) -> set[str]:
    if not gradebook.is_file():
        return set()
    connection = sqlite3.connect(f"file:{gradebook}?mode=ro", uri=True)
    try:
        return {name for (name,) in connection.execute("select name from assignment")}
    except sqlite3.DatabaseError:
        return set()
    finally:
        connection.close()


def is_released(root: Path, course: Course, topic: str) -> bool:
    """Whether learners get from the exchange what stands in `release/`."""
    made, handed_out = root / "release" / topic, root / "exchange" / course.head.id / "outbound" / topic
    files = [path.relative_to(made) for path in made.rglob("*") if path.is_file()]
    return all(
        (handed_out / name).is_file() and (handed_out / name).read_bytes() == (made / name).read_bytes()
        for name in files
    )


def free_port(wanted: int | None) -> int:
    """The port to serve at: `wanted`, or the first free one from FIRST_PORT on."""
    if wanted is not None:
        if not _is_free(wanted):
            raise CourseError(
                f"Port {wanted} is in use: close what uses it, or choose another: make lab PORT={wanted + 1}"
            )
        return wanted
    for port in range(FIRST_PORT, FIRST_PORT + 50):
        if _is_free(port):
            if port != FIRST_PORT:
                click.echo(f"Port {FIRST_PORT} is in use; using {port}.")
            return port
    raise CourseError(f"Ports {FIRST_PORT} to {FIRST_PORT + 49} are all in use: choose one: make lab PORT=9999")


def _is_free(port: int) -> bool:
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
    return True
