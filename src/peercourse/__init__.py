"""The few calls a learner's notebook makes. Each shows or answers something and returns None.

`import peercourse` is cheap: what draws on the page is loaded with the first call.
"""

from __future__ import annotations

__version__ = "0.1.0"
__all__ = ["__version__", "answer", "check", "hand_in", "practice", "reflect"]


def practice(item_id: str) -> None:
    """Show a practice question: choose, check, read why. Raises CourseError where it cannot."""
    from peercourse.widgets.calls import show_item

    show_item(item_id, "practice")


def check(item_id: str) -> None:
    """Show a graded question: choose, and change freely until hand-in. Raises CourseError where it cannot."""
    from peercourse.widgets.calls import show_item

    show_item(item_id, "check")


def reflect(item_id: str) -> None:
    """Show a reflection to answer in your own words. Raises CourseError where it cannot."""
    from peercourse.widgets.calls import show_item

    show_item(item_id, "reflect")


def answer(item_id: str, *values: str) -> None:
    """Answer an item by typing: ids of options, or one text for a reflection.

    Does what the page does: a graded answer and a reflection are saved, a practice question is
    checked; one line says so. Raises CourseError where the answer does not fit the item.
    """
    from peercourse.widgets.calls import answer_item

    answer_item(item_id, values)


def hand_in() -> None:
    """Show what is answered and what is missing; run by the learner, hand in."""
    from peercourse.widgets.calls import run_hand_in

    run_hand_in()
