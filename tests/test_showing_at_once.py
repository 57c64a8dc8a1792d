"""What the kernel answers when the extension asks for all questions of a notebook at once."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from ipywidgets.widgets.widget import _instances
from small_topic import IMPORT, TOPIC, make_small_topic

from peercourse.topic_folder import TopicFolder, open_topic_folder
from peercourse.widgets import opening, shown
from peercourse.widgets.page_code import WAIT_FOR_PAGE


class Kernel:
    """Stands where ipykernel would: the request it is asked with, and what was published."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.metadata: dict[str, Any] = {"peercourse": "opened", "language": "en"}
        self.published: list[list[dict[str, Any]]] = []
        monkeypatch.setattr(shown, "in_notebook", lambda: True)
        monkeypatch.setattr(shown, "request_metadata", lambda: self.metadata)
        monkeypatch.setattr(
            opening, "publish_display_data", lambda data: self.published.append(data[opening.CELLS_TYPE])
        )

    def show(self, *cells: Any, **metadata: Any) -> list[dict[str, Any]]:
        self.metadata |= {"cells": list(cells)} | metadata
        opening.show_cells()
        return [output for some in self.published for output in some]


@pytest.fixture
def kernel(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Kernel:
    make_small_topic(tmp_path / TOPIC)
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "data"))
    monkeypatch.chdir(tmp_path / TOPIC)
    return Kernel(monkeypatch)


def twin_of(item: str) -> shown.Twin:
    folder: TopicFolder = open_topic_folder()
    return shown.item_twin(folder, folder.item(item))


def test_each_cell_gets_its_widget_and_its_twin_and_the_first_comes_first(kernel: Kernel) -> None:
    first, second, panel = kernel.show(
        ["a", 'practice("greet")', ""], ["b", 'check("privacy")', ""], ["c", "hand_in()", ""]
    )
    assert [first["cell"], second["cell"], panel["cell"]] == ["a", "b", "c"]
    assert (first["twin"], second["twin"], panel["twin"]) == (twin_of("greet"), twin_of("privacy"), None)
    assert len({first["model"], second["model"], panel["model"]}) == 3
    assert [len(some) for some in kernel.published] == [1, 2]


def test_a_twin_that_the_notebook_has_already_does_not_travel(kernel: Kernel) -> None:
    saved = opening.twin_digest(twin_of("greet"))
    (output,) = kernel.show(["a", 'practice("greet")', saved])
    assert output["same"] is True
    assert "twin" not in output


def test_without_a_digest_nothing_counts_as_the_same(kernel: Kernel) -> None:
    question, panel = kernel.show(["a", 'practice("greet")', ""], ["b", "hand_in()", ""])
    assert ("same" in question, "same" in panel) == (False, False)


def test_a_cell_whose_call_fails_is_left_to_say_so_itself(kernel: Kernel) -> None:
    outputs = kernel.show(["a", 'practice("no-such-item")', ""], ["b", 'practice("greet")', ""])
    assert [output["cell"] for output in outputs] == ["b"]


@pytest.mark.parametrize(
    "call",
    [
        "open('canary', 'w')",
        'practice("greet"); open("canary", "w")',
        'answer("greet", "hello")',
        IMPORT,
        "__import__('os')",
    ],
)
def test_nothing_but_the_courses_calls_is_done(kernel: Kernel, call: str) -> None:
    assert kernel.show(["a", call, ""]) == []
    assert not Path("canary").exists()


@pytest.mark.parametrize("cells", [None, "practice", 7, [7], [["a"]], [["a", 7, ""]], {"a": 1}])
def test_a_request_that_makes_no_sense_shows_nothing(kernel: Kernel, cells: Any) -> None:
    kernel.metadata["cells"] = cells
    opening.show_cells()
    assert kernel.published == []


def test_widgets_carry_an_address_where_the_page_says_that_it_has_their_code(kernel: Kernel) -> None:
    for address, carried in (("http://localhost/widget.js", "http://localhost/widget.js"), (None, WAIT_FOR_PAGE)):
        kernel.published.clear()
        (output,) = kernel.show(["a", 'practice("greet")', ""], widget=address)
        assert _instances[output["model"]]._esm == carried
