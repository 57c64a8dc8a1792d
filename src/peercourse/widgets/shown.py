"""Which widgets are on the page, and the static twins beside them."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Protocol

from IPython.core.getipython import get_ipython
from IPython.display import publish_display_data

from peercourse import desk, twin
from peercourse.items import Item, is_graded
from peercourse.topic_folder import TopicFolder

_WIDGET_TYPE = "application/vnd.jupyter.widget-view+json"


class OnPage(Protocol):
    """What this module needs of a widget."""

    model_id: str

    def refresh(self) -> None:
        """Show what now stands on disk."""

    def close(self) -> None:
        """Leave the page."""


# By folder, item and cell: the same question may stand in two cells, and both stay live.
_on_page: dict[tuple[Path, str, str], OnPage] = {}


def in_notebook() -> bool:
    """Whether a page can show widgets: we run in a Jupyter kernel."""
    return getattr(get_ipython(), "kernel", None) is not None


def request_metadata() -> dict[str, Any]:
    """The metadata of the request that runs the current cell; empty outside a kernel."""
    kernel = getattr(get_ipython(), "kernel", None)
    parent = kernel.get_parent("shell") if kernel is not None else None
    metadata = parent.get("metadata") if isinstance(parent, dict) else None
    return dict(metadata) if isinstance(metadata, dict) else {}


def put(folder: TopicFolder, item_id: str, widget: OnPage) -> None:
    """Show `widget` as the current cell's output; the one this cell showed before is closed."""
    key = (folder.path, item_id, str(request_metadata().get("cellId", "")))
    before = _on_page.pop(key, None)
    if before is not None:
        before.close()
    _on_page[key] = widget
    # Without text/plain, so that where no widget can be drawn only the twin is read.
    view = {"version_major": 2, "version_minor": 0, "model_id": widget.model_id}
    publish_display_data({_WIDGET_TYPE: view})


def publish_twin(folder: TopicFolder, item: Item, *, update: bool = False) -> None:
    """Show the static twin of `item`, or renew the one on the page.

    Only graded answers stand in it: the notebook is handed in, and practice and private
    reflections are the learner's own.
    """
    answer = desk.current(folder, item) if is_graded(item) and not folder.read_only else None
    value = answer.value if answer else None
    data = {"text/html": twin.as_html(item, value), "text/plain": twin.as_text(item, value)}
    publish_display_data(data, transient={"display_id": f"peercourse-{item.id}"}, update=update)


def answer_changed(folder: TopicFolder, item: Item) -> None:
    """Show a new answer everywhere: its own widgets, its twin, the hand-in panel."""
    for (path, item_id, _), widget in list(_on_page.items()):
        if path == folder.path and item_id in (item.id, "hand-in"):
            widget.refresh()
    if in_notebook() and is_graded(item):
        publish_twin(folder, item, update=True)


def refresh_all(folder: TopicFolder) -> None:
    """Show everything of this topic anew, after a hand-in or its undoing."""
    for (path, _, _), widget in list(_on_page.items()):
        if path == folder.path:
            widget.refresh()
