"""Which widgets are on the page, and the static twins beside them."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Protocol

from IPython.core.getipython import get_ipython
from IPython.display import publish_display_data

from peercourse import desk, twin
from peercourse.items import Item, is_graded
from peercourse.topic_folder import TopicFolder, open_topic_folder
from peercourse.wording import heard_from_page

_WIDGET_TYPE = "application/vnd.jupyter.widget-view+json"

Twin = dict[str, str]
"""What is read where no widget is drawn: the same by type, "text/html" and "text/plain"."""


class OnPage(Protocol):
    """What this module needs of a widget."""

    model_id: str

    def refresh(self) -> None:
        """Show what now stands on disk."""

    def send(self, content: dict[str, Any]) -> None:
        """Tell the page something."""

    def close(self) -> None:
        """Leave the page."""


@dataclass
class Opening:
    """One cell that the course's extension asks for: its id, and what is to be shown in it."""

    cell: str
    shown: list[tuple[str, Twin]] = field(default_factory=list)  # ids of models (or ""), each with the twin beside it


# By folder, item and cell, the newest last. The same question may stand in two cells, and a notebook in
# two tabs, whose second asks for its own: so the one before stays live too.
_on_page: dict[tuple[Path, str, str], tuple[OnPage, ...]] = {}
# Those of them whose outputs the extension keeps.
_kept_by_extension: set[tuple[Path, str, str]] = set()
_opening: list[Opening] = []


def in_notebook() -> bool:
    """Whether a page can show widgets: we run in a Jupyter kernel."""
    return getattr(get_ipython(), "kernel", None) is not None


def request_metadata() -> dict[str, Any]:
    """The metadata of the request that runs the current cell; empty outside a kernel."""
    kernel = getattr(get_ipython(), "kernel", None)
    parent = kernel.get_parent("shell") if kernel is not None else None
    metadata = parent.get("metadata") if isinstance(parent, dict) else None
    return dict(metadata) if isinstance(metadata, dict) else {}


def topic_here() -> TopicFolder:
    """The topic that the kernel runs in, in the language of the page that asks. May raise CourseError."""
    heard_from_page(request_metadata().get("language"))
    return open_topic_folder()


@contextmanager
def opening(cell: str) -> Iterator[Opening]:
    """What is put on the page meanwhile is noted for `cell`, and published by nobody."""
    noted = Opening(cell)
    _opening.append(noted)
    try:
        yield noted
    finally:
        _opening.pop()


def put(folder: TopicFolder, item_id: str, widget: OnPage, beside: Twin | None = None, display_id: str = "") -> None:
    """Show `widget` as the current cell's output, its twin beside it; of those before it, one stays live."""
    cell = _opening[-1].cell if _opening else str(request_metadata().get("cellId", ""))
    key = (folder.path, item_id, cell)
    before = _on_page.pop(key, ())
    for widget_before in before[:-1]:
        widget_before.close()
    _on_page[key] = (*before[-1:], widget)
    if _opening:
        _kept_by_extension.add(key)
        _opening[-1].shown.append((widget.model_id, beside or {}))
        return
    _kept_by_extension.discard(key)
    # Without text/plain, so that where no widget can be drawn only the twin is read.
    view = {"version_major": 2, "version_minor": 0, "model_id": widget.model_id}
    publish_display_data({_WIDGET_TYPE: view})
    if beside:
        _publish_twin(beside, display_id)


def _publish_twin(beside: Twin, display_id: str) -> None:
    publish_display_data(dict(beside), transient={"display_id": display_id} if display_id else None)


def put_item(folder: TopicFolder, item: Item, widget: OnPage | None) -> None:
    """Show the widget of `item`, its static twin beside it; the twin alone where there is no widget."""
    beside = item_twin(folder, item)
    if widget is not None:
        put(folder, item.id, widget, beside, _display_id(item))
    elif _opening:
        _opening[-1].shown.append(("", beside))
    else:
        _publish_twin(beside, _display_id(item))


def item_twin(folder: TopicFolder, item: Item) -> Twin:
    """The static twin of `item`.

    Only graded answers stand in it: the notebook is handed in, and practice and private
    reflections are the learner's own.
    """
    answer = desk.current(folder, item) if is_graded(item) and not folder.read_only else None
    value = answer.value if answer else None
    return {"text/html": twin.as_html(item, value), "text/plain": twin.as_text(item, value)}


def _display_id(item: Item) -> str:
    return f"peercourse-{item.id}"


def answer_changed(folder: TopicFolder, item: Item) -> None:
    """Show a new answer everywhere: its own widgets, their twins, the hand-in panel."""
    of_item = {key: widgets for key, widgets in _on_page.items() if key[:2] == (folder.path, item.id)}
    refresh_same(folder, item.id)
    refresh_same(folder, "hand-in")
    if in_notebook() and is_graded(item):
        _renew_twins(folder, item, of_item)


def _renew_twins(folder: TopicFolder, item: Item, of_item: dict[tuple[Path, str, str], tuple[OnPage, ...]]) -> None:
    """Through the page, which hands it to the extension; through the kernel's display where a cell was run."""
    renewed = item_twin(folder, item)
    for widget in (widget for key, widgets in of_item.items() if key in _kept_by_extension for widget in widgets):
        widget.send({"type": "twin", "twin": renewed})
    if any(key not in _kept_by_extension for key in of_item):
        publish_display_data(dict(renewed), transient={"display_id": _display_id(item)}, update=True)


def refresh_same(folder: TopicFolder, item_id: str) -> None:
    """Show one thing anew wherever it stands: in other cells and in other tabs too."""
    for (path, name, _), widgets in list(_on_page.items()):
        if (path, name) == (folder.path, item_id):
            for widget in widgets:
                widget.refresh()


def refresh_all(folder: TopicFolder) -> None:
    """Show everything of this topic anew, after a hand-in or its undoing."""
    for path, item_id in dict.fromkeys(key[:2] for key in _on_page):
        if path == folder.path:
            refresh_same(folder, item_id)
