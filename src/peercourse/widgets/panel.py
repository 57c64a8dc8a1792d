"""The hand-in panel: what is answered, what is missing, and the way to hand in."""

from __future__ import annotations

from typing import Any

from peercourse import desk
from peercourse.items import CourseError
from peercourse.topic_folder import TopicFolder
from peercourse.widgets import shown
from peercourse.widgets.live import Live
from peercourse.wording import count, say

PANEL = "hand-in"
_FIRST_WORDS = 8


class HandInPanel(Live):
    """The panel on the page. It hands in and opens again; it never blocks for missing answers."""

    def __init__(self, folder: TopicFolder) -> None:
        item = {"id": PANEL, "kind": PANEL, "title": say("hand_in.title"), "kept": say("hand_in.kept")}
        super().__init__(folder, item, panel_view(folder))

    def refresh(self) -> None:
        """Show where the learner now stands."""
        self.view = panel_view(self.folder)

    def act(self, message: dict[str, Any]) -> dict[str, Any]:
        """Hand in, or open again."""
        match message.get("type"):
            case "hand_in":
                source = desk.hand_in(self.folder)
                shown.refresh_all(self.folder)
                return {"type": "receipt", "source": source}
            case "reopen":
                desk.reopen(self.folder)
                shown.refresh_all(self.folder)
                return {}
        raise CourseError(say("error.message"))


def panel_view(folder: TopicFolder, problem: str = "") -> dict[str, Any]:
    """What the panel shows now; `problem` is a sentence about what went wrong."""
    asked = [item.id for item in folder.graded() if not item.dropped]
    state = desk.HandIn([], asked) if folder.read_only else desk.hand_in_state(folder)
    total = len(state.answered) + len(state.missing)
    return {
        "progress": progress(state, total),
        "missing": [missing_line(folder, item_id) for item_id in state.missing],
        "warning": count("hand_in.missing", len(state.missing)) if state.missing else "",
        "handed_in": state.handed_in,
        "read_only": folder.read_only,
        "problem": problem,
    }


def progress(state: desk.HandIn, total: int) -> str:
    """One sentence on how much is answered."""
    if not total:
        return say("hand_in.none")
    if not state.missing:
        return say("hand_in.complete")
    return say("hand_in.progress", answered=len(state.answered), total=total)


def missing_line(folder: TopicFolder, item_id: str) -> str:
    """A question that is not answered: its number and its first words."""
    number = [item.id for item in folder.graded()].index(item_id) + 1
    words = folder.item(item_id).stem.split()
    start = " ".join(words[:_FIRST_WORDS]) + (" …" if len(words) > _FIRST_WORDS else "")
    return say("hand_in.missing", number=number, words=start)


def panel_text(folder: TopicFolder, done: str = "") -> str:
    """The panel as plain text, for where no widget runs."""
    view = panel_view(folder)
    lines = [view["progress"], *(f"- {line}" for line in view["missing"])]
    return "\n".join([*lines, *(line for line in (folder.read_only, done) if line)])
