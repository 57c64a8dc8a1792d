"""A branching case on the page: what happens, what can be done, and what comes of it."""

from __future__ import annotations

from typing import Any

from peercourse import desk
from peercourse.items import Case, CaseChoice, CourseError, Node, Walk, is_graded, walk
from peercourse.items.cases import BACK
from peercourse.topic_folder import TopicFolder
from peercourse.widgets.question import Question
from peercourse.wording import say


class CaseQuestion(Question):
    """Plays a case. Every choice is on disk before the story goes on.

    In practice the reason for a choice is told with what comes of it, and the case can be begun anew; a
    graded one tells what happens and keeps its reasons.
    """

    source: Case

    def __init__(self, folder: TopicFolder, source: Case) -> None:
        self.tried: list[str] = []  # where nothing is kept, the path lives in memory only
        super().__init__(folder, source)

    def current_view(self) -> dict[str, Any]:
        """Where the learner stands: the story so far, the moment, and what can be done."""
        view = super().current_view()
        path = self.tried if self.folder.read_only else list(view["value"])
        return {"value": path, "locked": view["locked"], **self._story(path)}

    def act(self, message: dict[str, Any]) -> dict[str, Any]:
        """Choose, take a step back, or begin anew (practice only)."""
        path = list(self.view["value"]) if self.folder.read_only else self._path_on_disk()
        here = walk(self.source, path)
        match message.get("type"):
            case "choose" if any(choice.id == message.get("choice") for choice in here.node.choices):
                path.append(f"{here.node.id}/{message['choice']}")
            case "back" if self.source.back and here.taken:
                path.append(BACK)
            case "begin" if not is_graded(self.source):
                path = []
            case _:
                raise CourseError(say("error.message"))
        reply = self._keep(path)
        self.view = {"value": path, "locked": "", **self._story(path)}
        return reply

    def spread(self, message: dict[str, Any]) -> None:
        """A graded case shows in its twin and in the hand-in panel."""
        if is_graded(self.source):
            super().spread({"type": "answer"})

    def _path_on_disk(self) -> list[str]:
        answer = desk.current(self.folder, self.source)
        return list(answer.value) if answer and isinstance(answer.value, list) else []

    def _keep(self, path: list[str]) -> dict[str, Any]:
        if self.folder.read_only:
            self.tried = path
            return {"type": "tried", "reason": self.folder.read_only}
        ended = walk(self.source, path).ended
        if ended and not is_graded(self.source):
            desk.check(self.folder, self.source, path)  # the whole way counts as one try
        else:
            desk.save(self.folder, self.source, path)
        return {}

    # --- what the page shows -------------------------------------------------------------------------

    def _story(self, path: list[str]) -> dict[str, Any]:
        told = walk(self.source, path)
        nodes = {node.id: node for node in self.source.nodes}
        return {
            "before": [self._passed(nodes[name], choice) for name, choice in told.taken],
            "node": told.node.id,
            "text": told.node.text,
            "choices": [{"id": choice.id, "text": choice.text} for choice in told.node.choices],
            "ending": self._ending(told),
            "can_back": self.source.back and bool(told.taken),
            "can_begin": not is_graded(self.source) and bool(told.taken),
        }

    def _passed(self, node: Node, choice: CaseChoice) -> dict[str, str]:
        told = {"text": node.text, "choice": choice.text, "label": "", "why": "", "fit": ""}
        if is_graded(self.source):
            return told
        return told | {"label": say(f"fit.{choice.fit}"), "why": choice.why, "fit": choice.fit}

    def _ending(self, told: Walk) -> dict[str, str] | None:
        if not told.ended:
            return None
        if is_graded(self.source):
            return {"title": say("case.end"), "lesson": ""}
        return {"title": say(f"case.end_{told.node.end}"), "lesson": told.node.lesson}
