"""The widgets for one item: graded check, practice, reflection. What differs by kind stands in `answering`."""

from __future__ import annotations

import hashlib
from typing import Any

from peercourse import answering, desk
from peercourse.answering import Feedback, numeric
from peercourse.items import CourseError, Item, Keyed, Numeric, Reflection, is_graded
from peercourse.scoring import AnswerValue
from peercourse.topic_folder import TopicFolder
from peercourse.twin import level_names, meta
from peercourse.widgets import shown
from peercourse.widgets.live import Live
from peercourse.wording import say


class Question(Live):
    """An item on the page. Every answer is written before it is acknowledged."""

    def __init__(self, folder: TopicFolder, source: Item) -> None:
        self.folder, self.source = folder, source
        super().__init__(folder, describe(folder, source), self.current_view())

    def current_view(self) -> dict[str, Any]:
        """What the page shows: the answer on disk, and why it cannot be changed, if so."""
        answer = desk.current(self.folder, self.source) if not self.folder.read_only else None
        locked = is_graded(self.source) and not self.folder.read_only and desk.is_handed_in(self.folder)
        value = answering.still_fitting(self.source, answer.value) if answer else answering.empty_answer(self.source)
        return {"value": value, "locked": say("locked") if locked else ""} | self.told_back(value)

    def told_back(self, value: AnswerValue) -> dict[str, str]:
        """How a typed number is read; empty for other kinds."""
        if isinstance(self.source, Numeric) and isinstance(value, str):
            return {"reading": numeric.reading(self.source, value)}
        return {}

    def refresh(self) -> None:
        """Show what now stands on disk."""
        self.view = self.current_view()

    def act(self, message: dict[str, Any]) -> dict[str, Any]:
        """Save the answer that the page sends."""
        if message.get("type") != "answer":
            raise CourseError(say("error.message"))
        value = read_value(self.source, message.get("value"))
        if self.folder.read_only:
            answering.must_fit(self.source, value)
            return {"type": "tried", "reason": self.folder.read_only}
        desk.save(self.folder, self.source, value)
        return self.told_back(value)

    def spread(self, message: dict[str, Any]) -> None:
        """Show a saved answer everywhere else."""
        if message.get("type") == "answer" and not self.folder.read_only:
            shown.answer_changed(self.folder, self.source)


class Check(Question):
    """A graded question: no verdict, free to change until hand-in."""


class Practice(Question):
    """A practice question or a poll. Key and reasons stay in the kernel until Check."""

    source: Keyed

    def current_view(self) -> dict[str, Any]:
        """The last answer that was checked, with its feedback; hints start anew."""
        view = super().current_view()
        told = page_feedback(answering.feedback(self.source, view["value"])) if view["value"] else None
        words = desk.history(self.folder).words.get(self.source.id, "") if self.source.own_words else ""
        return view | {"feedback": told, "hints": [], "words": words}

    def refresh(self) -> None:
        """Show what now stands on disk; hints that were asked for stay."""
        self.view = self.current_view() | {"hints": self.view["hints"]}

    def act(self, message: dict[str, Any]) -> dict[str, Any]:
        """Check, give a hint, show the whole answer, keep own words, or clear for another try."""
        match message.get("type"):
            case "check":
                self.check(read_value(self.source, message.get("value")), message.get("confidence"))
            case "why":
                self.show_why(read_value(self.source, message.get("value")))
            case "hint":
                given = len(self.view["hints"]) + 1
                self.view = self.view | {"hints": list(self.source.hints[:given])}
            case "again":
                self.view = self.view | {"value": answering.empty_answer(self.source), "feedback": None}
            case "words":
                self.keep_words(message.get("text"))
            case _:
                raise CourseError(say("error.message"))
        return {}

    def spread(self, message: dict[str, Any]) -> None:
        """Practice stays with this one widget."""

    def check(self, value: AnswerValue, confidence: Any = None) -> None:
        """Check an answer and show the feedback."""
        self._show(value, desk.check(self.folder, self.source, value, confidence))

    def show_why(self, value: AnswerValue) -> None:
        """Show the whole answer with every reason."""
        self._show(value, desk.show_why(self.folder, self.source, value), shown=True)

    def keep_words(self, text: Any) -> None:
        """Keep what the learner wrote before the options open."""
        if not isinstance(text, str):
            raise CourseError(say("error.message"))
        desk.keep_own_words(self.folder, self.source, text)
        self.view = self.view | {"words": text}

    def _show(self, value: AnswerValue, told: Feedback, *, shown: bool = False) -> None:
        now = {"value": value, "feedback": page_feedback(told) | {"shown": shown}}
        self.view = self.view | now | self.told_back(value)


class Reflect(Question):
    """A reflection: saved while the learner writes, then compared by them with what counts."""

    source: Reflection

    def __init__(self, folder: TopicFolder, source: Reflection) -> None:
        self.ticks = desk.history(folder).ticks.get(source.id, {})
        self.comparing = bool(self.ticks)
        super().__init__(folder, source)

    def current_view(self) -> dict[str, Any]:
        """The text on disk, and the comparison where it was opened."""
        return super().current_view() | {"compare": self._comparison() if self.comparing else None}

    def act(self, message: dict[str, Any]) -> dict[str, Any]:
        """Save the text, open the comparison, or keep the learner's ticks."""
        match message.get("type"):
            case "compare":
                self.comparing = True
            case "ticks" if isinstance(message.get("ticks"), dict):
                desk.keep_ticks(self.folder, self.source, message["ticks"])
                self.ticks = message["ticks"]
            case _:
                return super().act(message)
        self.view = self.view | {"compare": self._comparison()}
        return {}

    def _comparison(self) -> dict[str, Any]:
        """The learner's ticks, and the example once all of a private reflection is ticked."""
        open_example = not is_graded(self.source) and {c.id for c in self.source.criteria} <= set(self.ticks)
        return {"ticks": self.ticks, "exemplar": self.source.exemplar if open_example else ""}


def make(folder: TopicFolder, item: Item) -> Question:
    """The widget for `item`; a case has one of its own (`widgets.case`)."""
    if isinstance(item, Reflection):
        return Reflect(folder, item)
    return Check(folder, item) if is_graded(item) else Practice(folder, item)


def page_feedback(told: Feedback) -> dict[str, Any]:
    """Feedback as the page takes it."""
    return {
        "right": told.right,
        "summary": told.summary,
        "parts": [{"id": p.id, "fits": p.fits, "label": p.label, "why": p.why} for p in told.parts],
        "explanation": told.explanation,
        "answer": list(told.answer),
        "shown": False,
    }


def read_value(item: Item, value: Any) -> AnswerValue:
    """The answer in a message from the page. Raises CourseError where it is none."""
    if isinstance(value, str) and isinstance(answering.empty_answer(item), str):
        return value
    if isinstance(value, list) and all(isinstance(name, str) for name in value) and not isinstance(item, Reflection):
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
    if isinstance(item, Reflection):
        return common | _describe_reflection(item)
    extras = {"use": item.use, "hints": len(item.hints), "own_words": item.own_words and not is_graded(item)}
    return common | extras | answering.answering(item).describe(item)


def _describe_reflection(item: Reflection) -> dict[str, Any]:
    span = {"min": item.min_words, "max": item.max_words}
    form = {(True, True): "between", (True, False): "at_least", (False, True): "at_most"}
    length = form.get((item.min_words > 0, item.max_words > 0))
    return {
        "note": say(f"reflection.{item.privacy}"),
        "length": say(f"length.{length}", **span) if length else "",
        "min": item.min_words,
        "max": item.max_words,
        "rubric": [{"id": c.id, "name": c.name, "levels": list(c.levels)} for c in item.criteria],
        "levels": level_names(item),
        "graded": is_graded(item),
        "compare": bool(item.criteria or (item.exemplar and not is_graded(item))),
    }
