"""A notebook shows its questions by itself only where no other person's code could run with them."""

from __future__ import annotations

import os
from importlib.machinery import all_suffixes
from pathlib import Path

import pytest

from peercourse.stand_ins import MAX_ENTRIES, NOT_ONES_OWN, find_stand_in, why_not_by_itself
from peercourse.wording import say

UNNAMED = 65534
as_root = pytest.mark.skipif(os.geteuid() != 0, reason="only root can give a file away")
as_anybody = pytest.mark.skipif(os.geteuid() == 0, reason="root can read everything")


@pytest.fixture
def notebook(tmp_path: Path) -> Path:
    """A notebook in a learner's folder with all that belongs there."""
    folder = tmp_path / "what-it-is"
    (folder / "figures").mkdir(parents=True)
    (folder / "figures" / "scale.svg").write_text("<svg/>")
    (folder / ".ipynb_checkpoints").mkdir()
    (folder / ".ipynb_checkpoints" / "old.py").write_text("")
    for name in ("items.json", "answers.jsonl", "what-it-is.ipynb"):
        (folder / name).write_text("{}")
    return folder / "what-it-is.ipynb"


def test_a_fetched_topic_is_safe(notebook: Path) -> None:
    assert why_not_by_itself(notebook) == ""


def test_a_folder_of_an_author_is_safe(notebook: Path) -> None:
    for name in ("lesson.md", "questions.toml", "facilitator.md"):
        notebook.with_name(name).write_text("")
    assert why_not_by_itself(notebook.with_name("lesson.md")) == ""


@pytest.mark.parametrize("suffix", [*all_suffixes(), ".cpython-399-darwin.so", ".pyd", ".PY"])
@pytest.mark.parametrize("stem", ["peercourse", "json", "anywidget", "any_name"])
def test_every_kind_of_module_beside_the_notebook_is_named(notebook: Path, stem: str, suffix: str) -> None:
    notebook.with_name(stem + suffix).write_bytes(b"")
    assert stem + suffix in why_not_by_itself(notebook)
    assert "Only go on if you put it there." in why_not_by_itself(notebook)


@pytest.mark.parametrize(
    "path", ["ipywidgets/__init__.py", "ipywidgets/deep/in/it.py", "peercourse/widgets.pyc", "namespace/part.abi3.so"]
)
def test_a_package_beside_the_notebook_is_named(notebook: Path, path: str) -> None:
    file = notebook.parent / path
    file.parent.mkdir(parents=True)
    file.write_bytes(b"")
    assert path in why_not_by_itself(notebook)


@pytest.mark.parametrize(
    "name", ["json.txt", "no-module.py", "1st.py", "py", ".py", "notes.py.bak", "data.csv", "a.b.py"]
)
def test_a_file_that_cannot_be_imported_is_left_alone(notebook: Path, name: str) -> None:
    notebook.with_name(name).write_text("")
    assert why_not_by_itself(notebook) == ""


def test_modules_under_a_name_that_is_no_identifier_are_left_alone(notebook: Path) -> None:
    notebook.with_name("no-package").mkdir()
    (notebook.with_name("no-package") / "json.py").write_text("")
    assert why_not_by_itself(notebook) == ""


def test_what_python_itself_leaves_behind_is_left_alone(notebook: Path) -> None:
    notebook.with_name("__pycache__").mkdir()
    (notebook.with_name("__pycache__") / "helper.cpython-311.pyc").write_bytes(b"")
    assert why_not_by_itself(notebook) == ""


@pytest.mark.parametrize("name", ["ipywidgets", "json.py", "anywidget.so"])
def test_a_link_under_a_name_that_can_be_imported_is_named_and_not_followed(
    notebook: Path, tmp_path: Path, name: str
) -> None:
    notebook.with_name(name).symlink_to(tmp_path / "nowhere")
    assert name in why_not_by_itself(notebook)


def test_a_pipe_under_a_name_that_can_be_imported_is_named(notebook: Path) -> None:
    os.mkfifo(notebook.with_name("json.py"))
    assert "json.py" in why_not_by_itself(notebook)


def test_a_folder_with_too_many_entries_is_not_trusted(notebook: Path) -> None:
    crowd = notebook.with_name("crowd")
    crowd.mkdir()
    for number in range(MAX_ENTRIES + 1):
        (crowd / f"{number}.txt").touch()
    assert find_stand_in(notebook.parent) == notebook.parent
    assert "too many files" in why_not_by_itself(notebook)


@as_anybody
def test_a_folder_that_cannot_be_read_is_not_trusted(notebook: Path) -> None:
    locked = notebook.with_name("locked")
    locked.mkdir(mode=0o000)
    try:
        assert "cannot be read" in why_not_by_itself(notebook)
    finally:
        locked.chmod(0o700)


def test_a_notebook_that_is_not_there_is_not_trusted(notebook: Path) -> None:
    assert "cannot be read" in why_not_by_itself(notebook.with_name("other.ipynb"))


def test_links_that_go_round_in_a_circle_are_not_trusted(notebook: Path) -> None:
    notebook.with_name("a.ipynb").symlink_to("b.ipynb")
    notebook.with_name("b.ipynb").symlink_to("a.ipynb")
    assert "cannot be read" in why_not_by_itself(notebook.with_name("a.ipynb"))


@pytest.mark.parametrize("name", [*NOT_ONES_OWN, "Submitted", "FEEDBACK"])
@pytest.mark.parametrize("below", ["", "ada/what-it-is"])
def test_other_peoples_places_are_known_in_any_letter_case(tmp_path: Path, name: str, below: str) -> None:
    folder = tmp_path / name / below
    folder.mkdir(parents=True)
    (folder / "x.ipynb").write_text("{}")
    assert why_not_by_itself(folder / "x.ipynb") == say(f"guard.{name.casefold()}")


def test_a_folder_linked_to_a_submission_is_a_submission(tmp_path: Path) -> None:
    folder = tmp_path / "submitted" / "ada" / "topic"
    folder.mkdir(parents=True)
    (folder / "x.ipynb").write_text("{}")
    (tmp_path / "mine").symlink_to(folder)
    assert why_not_by_itself(tmp_path / "mine" / "x.ipynb") == say("guard.submitted")


def test_a_submission_linked_to_a_folder_elsewhere_is_a_submission(notebook: Path, tmp_path: Path) -> None:
    (tmp_path / "submitted").mkdir()
    (tmp_path / "submitted" / "ada").symlink_to(notebook.parent)
    assert why_not_by_itself(tmp_path / "submitted" / "ada" / notebook.name) == say("guard.submitted")


def test_a_linked_notebook_is_judged_by_both_folders(notebook: Path, tmp_path: Path) -> None:
    (tmp_path / "here").mkdir()
    link = tmp_path / "here" / "x.ipynb"
    link.symlink_to(notebook)
    assert why_not_by_itself(link) == ""
    notebook.with_name("json.py").write_text("")
    assert "json.py" in why_not_by_itself(link)


@as_root
def test_root_does_not_trust_what_belongs_to_somebody_else(notebook: Path) -> None:
    os.chown(notebook, UNNAMED, UNNAMED)
    assert "belongs to another user" in why_not_by_itself(notebook)
    os.chown(notebook, 0, 0)
    os.chown(notebook.parent, UNNAMED, UNNAMED)
    assert f"“{notebook.parent.name}” belongs to another user" in why_not_by_itself(notebook)


@as_anybody
def test_what_root_owns_is_not_ones_own() -> None:
    assert "belongs to another user" in why_not_by_itself(Path("/etc/passwd"))
