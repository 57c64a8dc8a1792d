"""Which items a lesson shows, in its order."""

from __future__ import annotations

from peercourse.bank import Topic
from peercourse.items import Item
from peercourse.lesson import Code, read_lesson


def items_in_order(topic: Topic) -> list[Item]:
    """The items of `topic` in the order in which its lesson shows them."""
    named = (cell.item for cell in read_lesson(topic.lesson) if isinstance(cell, Code) and cell.item)
    return [item for item_id in named if (item := topic.item(item_id)) is not None]
