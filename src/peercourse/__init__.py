"""The few calls a learner's notebook makes. Each shows or answers something and returns None.

`import peercourse` is cheap: what draws on the page is loaded with the first call.
"""

from __future__ import annotations

__version__ = "0.1.0"
__all__ = [
    "__version__",
    "answer",
    "cards",
    "case",
    "check",
    "exam",
    "explore",
    "hand_in",
    "poll",
    "practice",
    "progress",
    "reflect",
]


def practice(item_id: str) -> None:
    """Show a practice question: choose, check, read why. Raises CourseError where it cannot."""
    from peercourse.widgets.calls import show_item

    show_item(item_id, "practice")


def check(item_id: str) -> None:
    """Show a graded question: choose, and change freely until hand-in. Raises CourseError where it cannot."""
    from peercourse.widgets.calls import show_item

    show_item(item_id, "check")


def case(item_id: str) -> None:
    """Show a case: decide at every turn and see what comes of it. Raises CourseError where it cannot."""
    from peercourse.widgets.calls import show_item

    show_item(item_id, "case")


def poll(item_id: str) -> None:
    """Show a question to talk about: choose, then read what speaks for each. Raises CourseError where it cannot."""
    from peercourse.widgets.calls import show_item

    show_item(item_id, "poll")


def reflect(item_id: str) -> None:
    """Show a reflection to answer in your own words. Raises CourseError where it cannot."""
    from peercourse.widgets.calls import show_item

    show_item(item_id, "reflect")


def cards(topic: str = "") -> None:
    """Show the flashcards of this topic; on the start page those of all topics, or of the one named."""
    from peercourse.widgets.deck import show_cards

    show_cards(topic)


def explore(chart_id: str) -> None:
    """Show a chart to explore. Raises CourseError where it cannot."""
    from peercourse.widgets.explore import show_chart

    show_chart(chart_id)


def exam() -> None:
    """Show the practice exam: begin, go on where you stopped, or read what the last one said."""
    from peercourse.widgets.exam import show_exam

    show_exam()


def progress() -> None:
    """Show where you stand in the course: private, drawn from what lies on your own computer."""
    from peercourse.widgets.progress import show_progress

    show_progress()


def answer(item_id: str, *values: str | float) -> None:
    """Answer an item by typing.

    Choices take ids of options, a number the number, an order the ids of its steps, a match "line=option",
    gaps "gap=words", a case its path ("moment/choice"), a reflection one text.

    Does what the page does: a graded answer and a reflection are saved, a practice question is
    checked; one line says so. Raises CourseError where the answer does not fit the item.
    """
    from peercourse.widgets.calls import answer_item

    answer_item(item_id, values)


def hand_in() -> None:
    """Show what is answered and what is missing; run by the learner, hand in."""
    from peercourse.widgets.calls import run_hand_in

    run_hand_in()
