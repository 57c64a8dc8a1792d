"""A real PostgreSQL server for a test, in a folder of its own, reached through a socket there."""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import quote

import pytest

USER = "postgres"


def find_tools() -> Path | None:
    """The folder of the installed server's programs; the newest, where there are several."""
    found = [path.parent for path in Path("/usr/lib/postgresql").glob("*/bin/initdb")]
    in_path = shutil.which("initdb")
    newest = sorted(found, key=lambda path: float(path.parent.name))[-1:]
    return newest[0] if newest else Path(in_path).parent if in_path else None


@contextmanager
def postgres() -> Iterator[str]:
    """Start a server; gives the address of an empty database as nbgrader's `db_url` has it."""
    tools = find_tools()
    if tools is None:
        pytest.skip("no PostgreSQL server is installed (Debian: apt install postgresql)")
    pytest.importorskip("psycopg", reason="needs the extra `postgresql`")
    # A socket's path may have 107 characters, and pytest's own folders are longer.
    with tempfile.TemporaryDirectory(prefix="pg-") as place:
        folder = Path(place)
        if os.geteuid() == 0:
            shutil.chown(folder, USER)
        run = _as_user(folder)
        run(tools / "initdb", "-D", folder / "data", "-U", USER, "-A", "trust", "--no-sync")
        options = f"-c listen_addresses='' -c unix_socket_directories='{folder}' -c fsync=off"
        run(tools / "pg_ctl", "-D", folder / "data", "-o", options, "-l", folder / "log", "-w", "start")
        try:
            yield f"postgresql+psycopg://{USER}@/postgres?host={quote(place, safe='')}"
        finally:
            run(tools / "pg_ctl", "-D", folder / "data", "-m", "immediate", "-w", "stop")


def _as_user(folder: Path):
    """Run a command; the server refuses to be run by root."""

    def run(*command: object) -> None:
        words = ["setpriv", f"--reuid={USER}", f"--regid={USER}", "--clear-groups"] if os.geteuid() == 0 else []
        done = subprocess.run([*words, *map(str, command)], cwd=folder, capture_output=True, text=True, timeout=120)
        assert done.returncode == 0, done.stdout + done.stderr

    return run
