"""Call nbgrader's own commands in a course project."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

_START = (
    "import sys\n"
    # A check of international web addresses, which no notebook needs, takes longer to load than all of nbgrader.
    "sys.modules['rfc3987_syntax'] = None\n"
    "from nbgrader.apps.nbgraderapp import main\n"
    "main()"
)


def nbgrader(root: Path, *arguments: str, login: str = "") -> subprocess.CompletedProcess[str]:
    """Run one nbgrader command in the course root, as the user `login` where one is given."""
    environment = nbgrader_environment()
    if login:
        environment |= {"LOGNAME": login, "JUPYTERHUB_USER": login}
    command = [sys.executable, "-c", _START, *arguments]
    return subprocess.run(command, cwd=root, env=environment, capture_output=True, text=True)


def nbgrader_environment() -> dict[str, str]:
    """The environment for a call of nbgrader: it starts `alembic` by name, which stands beside this Python."""
    return {**os.environ, "PATH": os.pathsep.join([str(Path(sys.executable).parent), os.environ.get("PATH", "")])}


def said(done: subprocess.CompletedProcess[str], level: str) -> list[str]:
    """The lines that nbgrader logged at `level` (WARNING, ERROR), without their prefix."""
    return re.findall(rf"^\[\w+ \| {level}\] (.*)$", done.stdout + done.stderr, re.MULTILINE)
