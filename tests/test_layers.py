"""Who may know whom: learners' code stays free of keys and of the staff's tools, pure code touches no file."""

from __future__ import annotations

import ast
import json
import subprocess
import sys
from pathlib import Path

import pytest
from course_project import PROJECT

SOURCE = PROJECT / "src" / "peercourse"
MODULES = {
    ".".join(path.relative_to(SOURCE.parent).with_suffix("").parts).removesuffix(".__init__"): path
    for path in SOURCE.rglob("*.py")
}
LEARNERS_ROOMS = (
    *("anki", "answering", "answers", "card_log", "card_schedule", "card_twin", "chart_twin", "charts"),
    *("course_progress", "desk", "inert", "items", "practice_exam", "practice_history", "progress_twin", "receipt"),
    *("scoring", "server", "stand_ins", "topic_folder", "twin", "typed_answers", "widgets", "wording"),
)
LEARNERS = {"peercourse"} | {name for name in MODULES if name.split(".")[1:2] and name.split(".")[1] in LEARNERS_ROOMS}
STAFF = MODULES.keys() - LEARNERS
STAFF_TOOLS = {"nbgrader", "jupytext", "pydantic", "click", "rich", "jinja2", "nbformat", "sqlalchemy"}
# What runs inside the Jupyter server finds nbformat and jinja2 loaded already: the server itself needs them.
IN_THE_KERNEL = sorted(LEARNERS - {"peercourse.server"})
READS = {
    "peercourse.notebook": {"read_bytes"},
    "peercourse.wording": {"read_bytes"},  # its catalogs
    "peercourse.lint.places": {"is_file"},
}
MODULES_FOR_FILES = {
    "notebook": {"pathlib"},
    "wording": {"os", "pathlib"},  # it asks the environment for a language
    "feedback.look_again": {"urllib"},  # it writes addresses, and asks for none
}
PURE = (
    *("items.kinds", "items.views", "items.cases", "items.shown", "typed_answers", "scoring", "twin", "wording"),
    *("card_schedule", "practice_exam.pool", "practice_exam.result", "course_progress", "practice_history"),
    *("feedback.look_again", "grading.item_digest", "lesson", "notebook", "guesser", "readability", "coverage_map"),
    *(name.removeprefix("peercourse.") for name in MODULES if name.startswith("peercourse.lint")),
)


def imports(path: Path) -> set[str]:
    """Every module that the file at `path` imports, at the top or inside a function."""
    found: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path.name} imports by dots"
            found.add(node.module)
            found |= {f"{node.module}.{alias.name}" for alias in node.names}
    return found


def test_learners_and_staffs_modules_are_known():
    assert MODULES.keys() >= LEARNERS
    assert {"peercourse.bank", "peercourse.build", "peercourse.grading", "peercourse.cli"} <= STAFF


@pytest.mark.parametrize("module", sorted(LEARNERS))
def test_learners_code_names_no_module_of_the_staff(module):
    found = imports(MODULES[module])

    assert found & STAFF == set()
    assert {name.split(".")[0] for name in found} & STAFF_TOOLS == set()


LOADED = """\
import importlib, json, sys
importlib.import_module(sys.argv[1])
print(json.dumps(sorted(sys.modules)))
"""


@pytest.mark.parametrize("module", IN_THE_KERNEL)
def test_learners_code_loads_nothing_of_the_staff(tmp_path, module):
    command = [sys.executable, "-c", LOADED, module]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=True)
    loaded = set(json.loads(done.stdout))

    assert module in loaded
    assert loaded & STAFF == set()
    assert {name.split(".")[0] for name in loaded} & STAFF_TOOLS == set()


def test_only_grading_and_report_know_nbgraders_inside():
    knowing = {name for name, path in MODULES.items() if "nbgrader" in {n.split(".")[0] for n in imports(path)}}

    assert {".".join(name.split(".")[:2]) for name in knowing} <= {"peercourse.grading", "peercourse.report"}


FILE_MODULES = {"io", "os", "shutil", "socket", "subprocess", "tempfile", "urllib", "requests", "sqlite3", "pathlib"}
FILE_METHODS = {
    *("read_text", "read_bytes", "write_text", "write_bytes", "open", "unlink", "mkdir", "rmdir", "rename", "replace"),
    *("touch", "iterdir", "glob", "rglob", "stat", "exists", "is_file", "is_dir", "symlink_to", "resolve"),
}


def file_calls(path: Path) -> set[str]:
    """Names of the calls in the file at `path` that could touch a file; `str.replace` has two arguments."""
    found = set()
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if (
            isinstance(node, ast.Call)
            and isinstance(node.func, ast.Name)
            and node.func.id in ("open", "print", "input")
        ):
            found.add(node.func.id)
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in FILE_METHODS:
            found |= {node.func.attr} if node.func.attr != "replace" or len(node.args) != 2 else set()
    return found


@pytest.mark.parametrize("name", PURE)
def test_pure_code_touches_no_file_beyond_what_is_named_here(name):
    module = f"peercourse.{name}"
    used = {found.split(".")[0] for found in imports(MODULES[module])} & FILE_MODULES

    assert file_calls(MODULES[module]) <= READS.get(module, set())
    assert used <= MODULES_FOR_FILES.get(name, set())


def test_pure_code_writes_nothing_when_it_is_loaded(tmp_path):
    command = [sys.executable, "-B", "-c", "".join(f"import peercourse.{name}\n" for name in PURE)]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True)

    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
    assert list(tmp_path.iterdir()) == []


def test_no_module_has_the_name_of_a_learners_call():
    """Importing a module sets its name on the package, and the call of that name would be gone."""
    import peercourse

    top = {path.stem for path in SOURCE.glob("*.py")} | {path.name for path in SOURCE.iterdir() if path.is_dir()}

    assert set(peercourse.__all__) & top == set()
