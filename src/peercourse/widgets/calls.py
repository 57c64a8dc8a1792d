"""What the learner's calls do: practice, check, case, poll, reflect, answer, hand_in."""

from __future__ import annotations

from typing import Literal

from IPython.core.getipython import get_ipython

from peercourse import answering, desk, twin
from peercourse.items import Case, CourseError, Item, Reflection, is_graded
from peercourse.scoring import AnswerValue
from peercourse.topic_folder import TopicFolder
from peercourse.widgets import shown
from peercourse.widgets.case import CaseQuestion
from peercourse.widgets.live import reason_for
from peercourse.widgets.panel import PANEL, HandInPanel, panel_text, panel_view
from peercourse.widgets.question import Question, make
from peercourse.wording import say

Call = Literal["practice", "check", "reflect", "case", "poll"]


def call_for(item: Item) -> Call:
    """The call that shows `item`."""
    if isinstance(item, Reflection):
        return "reflect"
    if isinstance(item, Case):
        return "case"
    if item.use == "poll":
        return "poll"
    return "check" if is_graded(item) else "practice"


def show_item(item_id: str, call: Call) -> None:
    """Show the item with its static twin; as plain text where there is no notebook."""
    folder = shown.topic_here()
    item = folder.item(item_id)
    if call_for(item) != call:
        right = call_for(item)
        raise CourseError(say("call.wrong", item=item_id, kind=say(f"call.{right}"), call=right))
    if not shown.in_notebook():
        answer = desk.current(folder, item)
        print(twin.as_text(item, answer.value if answer else None))
        return
    shown.put_item(folder, item, None if item.dropped else _widget(folder, item))


def _widget(folder: TopicFolder, item: Item) -> Question:
    return CaseQuestion(folder, item) if isinstance(item, Case) else make(folder, item)


def answer_item(item_id: str, values: tuple[str | float, ...]) -> None:
    """Answer by typing; prints what became of it."""
    folder = shown.topic_here()
    item = folder.item(item_id)
    value = answering.from_typed(item, values)
    if isinstance(item, Reflection) or is_graded(item):
        desk.save(folder, item, value)
        said = _read_back(item, value)
    else:
        desk.check(folder, item, value)
        said = feedback_text(item, value)
    shown.answer_changed(folder, item)
    print(said)


def _read_back(item: Item, value: AnswerValue) -> str:
    """The word that it is saved, and how a number was read."""
    reading = answering.numeric.reading(item, value) if item.kind == "numeric" and isinstance(value, str) else ""
    return " ".join(filter(None, [say("answer.saved"), reading]))


def feedback_text(item: Item, value: AnswerValue) -> str:
    """The feedback on a practice answer as plain text."""
    told = answering.feedback(item, value)
    reasons = [f"{part.label} {part.why}".strip() for part in told.parts if part.why]
    return " ".join(part for part in [told.summary, *reasons, told.explanation] if part)


def run_hand_in() -> None:
    """Show the panel and, where the learner runs the cell, hand in.

    The course's own extension runs the cell when the notebook opens and says so in the request:
    then nothing is handed in. Neither is a topic in which nothing is answered yet, so that
    "Run all" in an editor without the extension only shows it.
    """
    folder = shown.topic_here()
    opened = shown.request_metadata().get("peercourse") == "opened"
    source, problem = ("", "") if opened else _try_to_hand_in(folder)
    if not shown.in_notebook():
        print(panel_text(folder, problem or say("hand_in.done")))
        return
    panel = HandInPanel(folder)
    shown.put(folder, PANEL, panel)
    shown.refresh_all(folder)
    if problem:
        panel.view = panel_view(folder, problem)
    if source and (shell := get_ipython()):
        shell.set_next_input(source, replace=True)


def _try_to_hand_in(folder: TopicFolder) -> tuple[str, str]:
    """The hand-in cell's new source, or why there is none."""
    if folder.read_only:
        return "", folder.read_only
    if not desk.hand_in_state(folder).answered:
        return "", say("hand_in.nothing_yet")
    try:
        return desk.hand_in(folder), ""
    except (CourseError, OSError) as error:
        return "", say("page.not_handed_in", reason=reason_for(error))
