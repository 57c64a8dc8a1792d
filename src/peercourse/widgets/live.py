"""What all our widgets have in common: a state for the page, and an answer to every message."""

from __future__ import annotations

from typing import Any

import traitlets

from peercourse.items import CourseError
from peercourse.topic_folder import TopicFolder
from peercourse.widgets.page_code import WAIT_FOR_PAGE, Slim, page_code, whole_page
from peercourse.wording import say


class Live(Slim):
    """A widget of ours. `item` never changes; `view` is what the learner sees now.

    The page only sends messages and never sets a trait, so what stands in the kernel is the
    truth, also for a page that was loaded again.
    """

    _esm = traitlets.Unicode(WAIT_FOR_PAGE).tag(sync=True)
    page = traitlets.Unicode().tag(sync=True)
    item = traitlets.Dict().tag(sync=True)
    view = traitlets.Dict().tag(sync=True)

    def __init__(self, folder: TopicFolder, item: dict[str, Any], view: dict[str, Any]) -> None:
        self.folder = folder
        super().__init__(item=item, view=view, **page_code())
        self.on_msg(self._receive)

    def __repr__(self) -> str:
        return f"<{type(self).__name__} {self.item.get('id', '')}>"

    def refresh(self) -> None:
        """Show what now stands on disk."""
        raise NotImplementedError

    def act(self, message: dict[str, Any]) -> dict[str, Any]:
        """Do what the page asks and return the reply. Raises CourseError or OSError where it cannot."""
        raise NotImplementedError

    def spread(self, message: dict[str, Any]) -> None:
        """Show elsewhere what `act` has done; comes after the reply, which must not wait for it."""

    def _receive(self, _widget: object, message: Any, _buffers: object) -> None:
        """Answer every message: the page must hear when something was not written."""
        if isinstance(message, dict) and message.get("type") == "page":
            self.send({"type": "page"} | whole_page())
            return
        seq = message.get("seq") if isinstance(message, dict) else None
        try:
            if not isinstance(message, dict):
                raise CourseError(say("error.message"))
            reply = {"type": "saved"} | self.act(message)
        except Exception as error:
            reply = {"type": "not_saved", "reason": reason_for(error)}
        self.send(reply | {"seq": seq})
        if reply["type"] != "not_saved":
            self.spread(message)


def reason_for(error: Exception) -> str:
    """Why something was not done, as the end of a sentence for the learner."""
    if isinstance(error, CourseError):
        return str(error)
    if isinstance(error, OSError):
        return say("error.disk", reason=error.strerror or type(error).__name__)
    return say("error.unexpected", reason=type(error).__name__)
