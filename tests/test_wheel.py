"""What gets installed: everything that a learner's JupyterLab needs, and no key."""

from __future__ import annotations

import subprocess
import sys
import zipfile
from pathlib import Path

import pytest
from course_project import PROJECT

from peercourse.bank import load_course
from peercourse.keys import find_keys


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A wheel made from the project as it stands, unpacked. Nothing is fetched for it."""
    place = tmp_path_factory.mktemp("wheel")
    command = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(place)]
    done = subprocess.run(command, cwd=PROJECT, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    (made,) = place.glob("*.whl")
    with zipfile.ZipFile(made) as archive:
        archive.extractall(place / "unpacked")
    return place / "unpacked"


def names(wheel: Path) -> set[str]:
    return {path.relative_to(wheel).as_posix() for path in wheel.rglob("*") if path.is_file()}


def test_no_key_is_installed(wheel):
    assert list(find_keys(wheel, load_course(PROJECT / "course"))) == []


def test_no_file_of_the_course_is_installed(wheel):
    course = {path.name for path in (PROJECT / "course").rglob("*") if path.is_file()}
    course |= {f"{folder.name}.ipynb" for folder in (PROJECT / "course").iterdir()} | {"items.json", "gradebook.db"}

    in_wheel = {name for name in names(wheel) if "templates/examples/" not in name}  # what a new question starts from
    assert {Path(name).name for name in in_wheel} & course == set()


@pytest.mark.parametrize(
    ("folder", "installed"),
    [
        ("src/labextension", "share/jupyter/labextensions/peercourse"),
        ("src/jupyter_config", "etc/jupyter"),
        ("src/nbconvert_templates", "share/jupyter/nbconvert/templates"),
    ],
)
def test_what_jupyter_looks_for_is_installed_where_it_looks(wheel, folder, installed):
    (data,) = wheel.glob("*.data/data")
    wanted = {
        path.relative_to(PROJECT / folder): path.read_bytes()
        for path in (PROJECT / folder).rglob("*")
        if path.is_file() and ".ipynb_checkpoints" not in path.parts
    }

    assert wanted
    assert {name: (data / installed / name).read_bytes() for name in wanted} == wanted


def test_code_words_of_the_page_and_templates_are_installed(wheel):
    source = PROJECT / "src" / "peercourse"
    wanted = {
        path.relative_to(source.parent).as_posix()
        for path in source.rglob("*")
        if path.suffix in (".py", ".js", ".css", ".html", ".typed") and "__pycache__" not in path.parts
    }

    assert wanted <= names(wheel)


def test_the_command_and_the_authors_view_are_announced(wheel):
    (entries,) = wheel.glob("*.dist-info/entry_points.txt")

    assert "peercourse = peercourse.cli:main" in entries.read_text("utf-8")
    assert "[peercourse.author]" in entries.read_text("utf-8")


def test_a_learner_needs_no_tool_of_the_staff(wheel):
    (metadata,) = wheel.glob("*.dist-info/METADATA")
    needed = [line for line in metadata.read_text("utf-8").splitlines() if line.startswith("Requires-Dist: ")]

    assert sorted(line.split()[1].split("<")[0].split(">")[0] for line in needed if "extra ==" not in line) == [
        "anywidget",
        "fsrs",
        "genanki",
        "ipywidgets",
    ]
