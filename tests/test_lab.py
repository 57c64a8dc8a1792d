"""Before JupyterLab opens: is everything built and released, and which port is free. Real files and sockets."""

from __future__ import annotations

import contextlib
import shutil
import socket
from collections.abc import Iterator
from pathlib import Path

import nbformat
import pytest
from built_course import built_small_course, copy_of
from small_course import change

from peercourse.bank import CourseProblems, load_course
from peercourse.items import CourseError
from peercourse.lab import FIRST_PORT, free_port, is_built, is_released

# --- built -----------------------------------------------------------------------------------


@pytest.fixture
def project(tmp_path: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return copy_of(built_small_course(tmp_path_factory), tmp_path)


def built(project: Path) -> bool:
    return is_built(project, load_course(project / "course"))


def test_what_was_built_is_built(project):
    assert built(project)


def test_a_course_that_was_never_built_is_not(project):
    for name in ("source", "release"):
        shutil.rmtree(project / name)
    (project / "gradebook.db").unlink()

    assert not built(project)


@pytest.mark.parametrize(
    ("file", "old", "new"),
    [
        ("first-steps/lesson.md", "You offer a seat", "You offer two seats"),
        ("first-steps/questions.toml", "What comes first", "What comes very first"),
        ("first-steps/topic.toml", "minutes = 10", "minutes = 20"),
        ("first-steps/figures/door.svg", "M1 1", "M2 2"),
        ("safety.toml", "911", "112"),
        ("sources.toml", "A handbook", "Another handbook"),
        ("course.toml", "Made for", "Made just for"),
    ],
)
def test_a_change_that_learners_would_see_asks_for_a_build(project, file, old, new):
    change(project / "course" / file, old, new)

    assert not built(project)


def test_a_change_of_a_graded_key_asks_for_no_build(project):
    change(project / "course/first-steps/questions.toml", "nobody's life", "no life")

    assert built(project)


@pytest.mark.parametrize("file", ["first-steps.ipynb", "items.json", "figures/door.svg"])
@pytest.mark.parametrize("step", ["source", "release"])
def test_a_file_that_is_gone_asks_for_a_build(project, step, file):
    (project / step / "first-steps" / file).unlink()

    assert not built(project)


@pytest.mark.parametrize("file", ["first-steps.ipynb", "items.json", "figures/door.svg"])
def test_a_release_from_another_build_asks_for_a_build(project, file):
    path = project / "release" / "first-steps" / file
    old = b'"digest": "' if file.endswith(".ipynb") else b"first-steps" if file.endswith(".json") else b"M1 1"
    assert old in path.read_bytes()
    path.write_bytes(path.read_bytes().replace(old, old + b"0"))

    assert not built(project)


@pytest.mark.parametrize("file", ["items.json", "figures/door.svg"])
def test_a_changed_file_in_source_asks_for_a_build(project, file):
    path = project / "source" / "first-steps" / file
    path.write_bytes(path.read_bytes() + b"\n")

    assert not built(project)


@pytest.mark.parametrize("text", [b"", b"no database" * 100])
def test_a_damaged_gradebook_asks_for_a_build(project, text):
    (project / "gradebook.db").write_bytes(text)

    assert not built(project)


def test_a_gradebook_without_a_topic_asks_for_a_build(project):
    shutil.copytree(project / "course/second-look", project / "course/third-eye")
    change(project / "course/course.toml", '"second-look"', '"second-look", "third-eye"')

    assert not built(project)


@pytest.mark.parametrize(
    ("file", "old", "new"),
    [
        ("first-steps/lesson.md", "[@handbook]", "[@hearsay]"),
        ("first-steps/lesson.md", "figures/door.svg", "figures/window.svg"),
        ("first-steps/lesson.md", "kernelspec:", "kernelspec: ["),
        ("first-steps/questions.toml", "explanation = ", "explaination = "),
    ],
)
def test_a_mistake_in_the_course_is_left_to_the_build_to_tell(project, file, old, new):
    change(project / "course" / file, old, new)

    assert not built(project)


@pytest.mark.parametrize("place", ["source/answers.jsonl", "release/first-steps/answers.jsonl", "release/notes.txt"])
def test_what_must_not_be_handed_out_is_left_to_the_build_to_tell(project, place):
    (project / place).write_text("The graded key of first-steps: it is the person's own life.")

    assert not built(project)


def test_a_notebook_edited_by_hand_stops_before_it_is_overwritten(project):
    path = project / "source/first-steps/first-steps.ipynb"
    notebook = nbformat.read(path, as_version=4)
    notebook.cells[2].source += " One more word."
    nbformat.write(notebook, path)

    with pytest.raises(CourseProblems, match="was edited by hand"):
        built(project)


# --- released --------------------------------------------------------------------------------


@pytest.fixture
def released(project: Path) -> Path:
    """The folder in the exchange from which learners get the first topic."""
    out = project / "exchange" / "harm-reduction" / "outbound" / "first-steps"
    shutil.copytree(project / "release" / "first-steps", out)
    return out


def is_out(project: Path, topic: str = "first-steps") -> bool:
    return is_released(project, load_course(project / "course"), topic)


def test_what_learners_can_fetch_is_released(project, released):
    assert is_out(project)
    assert not is_out(project, "second-look")


def test_before_the_first_release_nothing_is(project):
    assert not is_out(project)


@pytest.mark.parametrize("file", ["first-steps.ipynb", "items.json", "figures/door.svg"])
def test_an_older_release_is_not_what_learners_should_get(project, released, file):
    (released / file).write_bytes((released / file).read_bytes() + b"\n")
    assert not is_out(project)

    (released / file).unlink()
    assert not is_out(project)


# --- ports -----------------------------------------------------------------------------------


@pytest.fixture
def taken() -> Iterator[int]:
    """A port that something else listens on."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        yield server.getsockname()[1]


def test_a_taken_port_is_told_with_a_way_out(taken):
    with pytest.raises(CourseError) as refused:
        free_port(taken)

    assert str(refused.value).startswith(
        f"Port {taken} is in use: close what uses it, or choose another: make lab PORT="
    )


def test_a_port_taken_on_every_address_is_taken():
    with socket.create_server(("", 0)) as server, pytest.raises(CourseError, match="is in use"):
        free_port(server.getsockname()[1])


def test_a_free_port_is_used_as_wished(taken):
    with socket.create_server(("127.0.0.1", 0)) as server:
        free = server.getsockname()[1]

    assert free_port(free) == free


def test_without_a_wish_the_next_free_port_is_used_and_named(capsys):
    held = []
    try:
        # Somebody else may listen on the first port already; then it is held as well.
        with contextlib.suppress(OSError):
            held.append(socket.create_server(("127.0.0.1", FIRST_PORT)))
        port = free_port(None)
        told = capsys.readouterr().out
        with socket.create_server(("127.0.0.1", port)):
            pass
    finally:
        for server in held:
            server.close()

    assert FIRST_PORT < port < FIRST_PORT + 50
    assert told == f"Port {FIRST_PORT} is in use; using {port}.\n"


def test_a_port_that_was_just_closed_can_be_used_at_once():
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
        with socket.create_connection(("127.0.0.1", port)) as client:
            accepted, _ = server.accept()
            accepted.close()
            client.recv(1)

    assert free_port(port) == port
