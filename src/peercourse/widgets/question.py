"""The widgets for one item: practice, graded check, reflection."""

from __future__ import annotations

import hashlib
from typing import Any

from peercourse import desk
from peercourse.items import Choice, CourseError, Item, Reflection, is_graded
from peercourse.scoring import AnswerValue
from peercourse.topic_folder import TopicFolder
from peercourse.twin import level_names
from peercourse.widgets import shown
from peercourse.widgets.live import Live
from peercourse.wording import count, say


class Question(Live):
    """An item on the page. Every answer is written before it is acknowledged."""

    def __init__(self, folder: TopicFolder, source: Item) -> None:
        self.folder, self.source = folder, source
        super().__init__(folder, describe(folder, source), self.current_view())

    def current_view(self) -> dict[str, Any]:
        """What the page shows: the answer on disk, and why it cannot be changed, if so."""
        answer = desk.current(self.folder, self.source) if not self.folder.read_only else None
        empty: AnswerValue = "" if isinstance(self.source, Reflection) else []
        locked = is_graded(self.source) and not self.folder.read_only and desk.is_handed_in(self.folder)
        return {"value": answer.value if answer else empty, "locked": say("locked") if locked else ""}

    def refresh(self) -> None:
        """Show what now stands on disk."""
        self.view = self.current_view()

    def act(self, message: dict[str, Any]) -> dict[str, Any]:
        """Save the answer that the page sends."""
        if message.get("type") != "answer":
            raise CourseError(say("error.message"))
        value = read_value(self.source, message.get("value"))
        if self.folder.read_only:
            return {"type": "tried", "reason": self.folder.read_only}
        desk.save(self.folder, self.source, value)
        shown.answer_changed(self.folder, self.source)
        return {}


class Check(Question):
    """A graded choice: no verdict, free to change until hand-in."""


class Reflect(Question):
    """A reflection: saved while the learner writes."""


class Practice(Question):
    """A practice question. Key and reasons stay in the kernel until Check."""

    source: Choice

    def current_view(self) -> dict[str, Any]:
        """The last answer that was checked, with its feedback; hints start anew."""
        view = super().current_view()
        return view | {"feedback": self._feedback(view["value"]) if view["value"] else None, "hints": []}

    def refresh(self) -> None:
        """Show what now stands on disk; hints that were asked for stay."""
        self.view = self.current_view() | {"hints": self.view["hints"]}

    def act(self, message: dict[str, Any]) -> dict[str, Any]:
        """Check, give a hint, or clear for another try."""
        match message.get("type"):
            case "check":
                self.check(read_value(self.source, message.get("value")))
            case "hint":
                given = len(self.view["hints"]) + 1
                self.view = self.view | {"hints": list(self.source.hints[:given])}
            case "again":
                self.view = self.view | {"value": [], "feedback": None}
            case _:
                raise CourseError(say("error.message"))
        return {}

    def check(self, chosen: AnswerValue) -> None:
        """Check `chosen` and show the feedback."""
        if not isinstance(chosen, list):
            raise CourseError(say("error.message"))
        desk.check(self.folder, self.source, chosen)
        self.view = self.view | {"value": chosen, "feedback": self._feedback(chosen)}

    def _feedback(self, chosen: AnswerValue) -> dict[str, Any]:
        known = [option.id for option in self.source.options]
        return page_feedback(self.source, [name for name in known if name in chosen])


def make(folder: TopicFolder, item: Item) -> Question:
    """The widget for `item`."""
    if isinstance(item, Reflection):
        return Reflect(folder, item)
    return Check(folder, item) if is_graded(item) else Practice(folder, item)


def page_feedback(item: Choice, chosen: list[str]) -> dict[str, Any]:
    """The feedback on `chosen` in the words the page shows.

    While some of the right options of a `multiple` are still to be found, its explanation, which
    would name them, is held back.
    """
    told = desk.feedback(item, chosen)
    tone = {True: "right", False: "wrong"}
    reasons = [
        {"id": o, "right": right, "label": say(f"reason.{tone[right]}"), "why": why} for o, right, why in told.reasons
    ]
    unfinished = item.kind == "multiple" and not told.right
    return {
        "right": told.right,
        "summary": summary(item, told, chosen),
        "reasons": reasons,
        "explanation": "" if unfinished else told.explanation,
    }


def summary(item: Choice, told: desk.Feedback, chosen: list[str]) -> str:
    """One or two calm sentences: how the choice fits and how many are still to find."""
    if told.right:
        return say("feedback.right")
    if item.kind == "single":
        return say("feedback.wrong")
    hits = len(item.key & set(chosen))
    first = say("feedback.some") if hits == len(chosen) else say("feedback.mixed" if hits else "feedback.none")
    second = count("feedback.to_find", told.to_find) if told.to_find else say("feedback.too_many")
    return f"{first} {second}"


def read_value(item: Item, value: Any) -> AnswerValue:
    """The answer in a message from the page. Raises CourseError where it is none."""
    if isinstance(item, Reflection) and isinstance(value, str):
        return value
    if isinstance(item, Choice) and isinstance(value, list) and all(isinstance(name, str) for name in value):
        return [str(name) for name in value]
    raise CourseError(say("error.message"))


# --- what the page is told about an item ------------------------------------------------------


def describe(folder: TopicFolder, item: Item) -> dict[str, Any]:
    """What the page needs to draw `item`; holds no key."""
    place = hashlib.sha256(str(folder.path).encode()).hexdigest()[:12]
    common = {
        "id": item.id,
        "kind": item.kind,
        "meta": meta(item),
        "stem": item.stem,
        "draft": f"peercourse:{place}:{item.id}",
    }
    return common | (_describe_reflection(item) if isinstance(item, Reflection) else _describe_choice(item))


def _describe_choice(item: Choice) -> dict[str, Any]:
    how = say("choose.one" if item.kind == "single" else "choose.many")
    if item.kind == "multiple" and is_graded(item):
        how += " " + say(f"rule.{item.partial}")
    return {
        "use": item.use,
        "how": how,
        "options": [{"id": option.id, "text": option.text} for option in item.options],
        "hints": len(item.hints),
    }


def _describe_reflection(item: Reflection) -> dict[str, Any]:
    span = {"min": item.min_words, "max": item.max_words}
    form = {(True, True): "between", (True, False): "at_least", (False, True): "at_most"}
    length = form.get((item.min_words > 0, item.max_words > 0))
    return {
        "note": say(f"reflection.{item.privacy}"),
        "length": say(f"length.{length}", **span) if length else "",
        "rubric": [{"name": c.name, "levels": list(c.levels)} for c in item.criteria],
        "levels": level_names(item),
    }


def meta(item: Item) -> str:
    """The small line above a question; its number stands in the heading of its cell."""
    if not is_graded(item):
        return say("meta.practice" if isinstance(item, Choice) else "meta.private")
    return count("points", item.points)
