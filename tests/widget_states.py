"""Every kind of question in every state, made by the real widgets; cases and all the rest are in desk_states."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from small_topic import (
    CHECK_CLOZE,
    CHECK_MATCH,
    CHECK_MULTIPLE,
    CHECK_NUMERIC,
    CHECK_ORDER,
    CHECK_SINGLE,
    OWN_WORDS,
    POLL,
    PRACTICE_CLOZE,
    PRACTICE_MATCH,
    PRACTICE_MULTIPLE,
    PRACTICE_NUMERIC,
    PRACTICE_ORDER,
    PRACTICE_SINGLE,
    REFLECT_GRADED,
    REFLECT_PRIVATE,
)
from widget_page import State

from peercourse.answering import best_answer
from peercourse.answering.numeric import reading
from peercourse.items import Choice, Item, Option
from peercourse.topic_folder import TopicFolder
from peercourse.widgets.live import Live
from peercourse.widgets.panel import HandInPanel
from peercourse.widgets.question import make
from peercourse.wording import say

RIGHT_TO_LEFT = Choice(
    id="listen-ar",
    kind="single",
    use="practice",
    stem="جاءت إليك امرأة وهي تبكي. ماذا تفعل أولاً؟",
    options=(
        Option("sit", "أجلس معها وأصغي", correct=True, why="الإصغاء يأتي قبل كل شيء."),
        Option("advise", "أعطيها نصيحة في الحال", why="النصيحة التي لم تُطلب تغلق الأبواب."),
        Option("leave", "أتركها وحدها", why="قد تشعر بأنها عبء."),
    ),
    hints=("فكّر في نفسك.", "ماذا كنت تتمنى؟"),
    explanation="الصمت المشترك إصغاء أيضاً.",
)
"""One question written from right to left."""

SAMPLES: tuple[Item, ...] = (
    *(PRACTICE_SINGLE, CHECK_SINGLE, PRACTICE_MULTIPLE, CHECK_MULTIPLE, OWN_WORDS, POLL),
    *(PRACTICE_NUMERIC, CHECK_NUMERIC, PRACTICE_ORDER, CHECK_ORDER, PRACTICE_MATCH, CHECK_MATCH),
    *(PRACTICE_CLOZE, CHECK_CLOZE, REFLECT_PRIVATE, REFLECT_GRADED, RIGHT_TO_LEFT),
)

WRONG: dict[str, Any] = {
    "greet": ["form"],
    "listen": ["repeat", "phone"],
    "silence": ["joke"],
    "cups": "100.3",
    "tea": ["heat", "water", "pour", "wait"],
    "says": ["repeat=reflects", "how=judges"],
    "stay": ["end=the ambulanse", "what=amount"],
    "listen-ar": ["advise"],
}
KIND_NAMES = {
    "single": "One answer",
    "multiple": "Several answers",
    "numeric": "A number",
    "order": "Steps in order",
    "match": "Matching",
    "cloze": "Text with gaps",
    "reflection": "In your own words",
    "hand-in": "Handing in",
}
DEEDS: dict[str, tuple[tuple[str, int, str, str], ...]] = {
    "privacy": (("input", 1, "click", ""),),
    "words": (("input", 0, "click", ""), ("input", 2, "click", "")),
    "beds": (("input", 0, "fill", "1,204"),),
    "visit": (('.pc-move[aria-label^="Move down"]', 0, "click", ""),),
    "rights": (("select", 0, "fill", "autonomy"), ("select", 1, "fill", "speed")),
    "door": (("select", 0, "fill", "nine"), ("input", 0, "fill", "papers")),
}
READING = {"beds": {"reading": reading(CHECK_NUMERIC, "1,204")}}


def every_state(folder: TopicFolder) -> list[State]:
    """All states of all kinds; `folder` holds SAMPLES and nothing answered yet, and is written to."""
    states: list[State] = []
    for item in SAMPLES:
        if item.kind == "reflection":
            states += reflection_states(folder, item)
        elif item.use == "check":
            states += graded_states(folder, item)
        elif item.use == "poll":
            states += [at(folder, item, "To talk about: at the start"), after_check(folder, item, "voted", ["ask"])]
        else:
            states += practice_states(folder, item)
    return [*states, *hand_in_states(folder)]


def at(
    folder: TopicFolder, item: Item, title: str, then: Callable[[Live], None] = lambda widget: None, **more: Any
) -> State:
    """The state of a new widget after `then`."""
    widget = make(folder, folder.item(item.id))
    then(widget)
    return State(KIND_NAMES[item.kind], title, widget.item, widget.view, **more)


def after_check(folder: TopicFolder, item: Item, title: str, value: Any, *further: dict[str, Any]) -> State:
    """The state after Check, and after what is asked then."""

    def check(widget: Live) -> None:
        for message in ({"type": "check", "value": value}, *further):
            widget.act(message)

    return at(folder, item, f"Practice: {title}", check)


def practice_states(folder: TopicFolder, item: Item) -> Iterator[State]:
    """A practice question from its start to its whole answer."""
    name = "Practice, right to left" if item is RIGHT_TO_LEFT else "Practice"
    yield at(folder, item, f"{name}: at the start")
    if item is OWN_WORDS:
        yield at(
            folder,
            item,
            "Practice: own words written",
            lambda w: w.act({"type": "words", "text": "I would sit."}) and None,
        )
    yield at(folder, item, f"{name}: with hints", lambda w: [w.act({"type": "hint"}) for _ in range(2)] and None)
    wrong = WRONG[item.id]
    yield after_check(folder, item, "not quite", wrong)
    yield after_check(folder, item, "show me why", wrong, {"type": "why", "value": wrong})
    yield after_check(folder, item, "that fits", best_answer(item))


def graded_states(folder: TopicFolder, item: Item) -> Iterator[State]:
    """A graded question: open, saved, not saved, kernel silent, handed in."""
    deeds = DEEDS[item.id]
    reply = {"type": "saved"} | READING.get(item.id, {})
    yield at(folder, item, "Graded: at the start")
    yield at(folder, item, "Graded: saved", deeds=deeds, reply=reply)
    refused = {"type": "not_saved", "reason": say("error.disk", reason="No space left on device")}
    yield at(folder, item, "Graded: the disk is full", deeds=deeds, reply=refused)
    yield at(folder, item, "Graded: the kernel is silent", deeds=deeds, reply=None)

    def lock(widget: Live) -> None:
        widget.view = widget.view | {"value": best_answer(item), "locked": say("locked")}

    yield at(folder, item, "Graded: handed in", lock)


def hand_in_states(folder: TopicFolder) -> Iterator[State]:
    """The panel at the end of a topic: with open questions, then handed in."""
    panel = HandInPanel(folder)
    yield State(KIND_NAMES["hand-in"], "Some questions are open", panel.item, panel.view)
    panel.act({"type": "hand_in"})
    panel.refresh()
    yield State(KIND_NAMES["hand-in"], "Handed in", panel.item, panel.view)


def reflection_states(folder: TopicFolder, item: Item) -> Iterator[State]:
    """A reflection: empty, written, compared, and a graded one handed in."""
    name = "Graded" if item is REFLECT_GRADED else "For yourself"
    text = "They made tea.\nThey waited until I was ready to talk, and did not look at the clock."

    def write(widget: Live) -> None:
        widget.act({"type": "answer", "value": text})
        widget.refresh()

    def compare(widget: Live) -> None:
        write(widget)
        if item.criteria:
            widget.act({"type": "ticks", "ticks": {"concrete": 3}})
        widget.act({"type": "compare"})

    def lock(widget: Live) -> None:
        widget.view = widget.view | {"locked": say("locked"), "compare": None}

    yield at(folder, item, f"{name}: at the start")
    yield at(folder, item, f"{name}: written", write)
    yield at(folder, item, f"{name}: compared", compare)
    if item is REFLECT_GRADED:
        yield at(folder, item, f"{name}: handed in", lock)
