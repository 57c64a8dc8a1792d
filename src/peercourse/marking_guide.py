"""Work out what marking a topic needs of the course."""

from __future__ import annotations

from collections import Counter

from peercourse.bank import Course, Topic
from peercourse.items import is_graded
from peercourse.lesson import Code, read_lesson
from peercourse.lesson_items import items_in_order
from peercourse.marking import MarkingGuide


def marking_guide(course: Course, topic: Topic) -> MarkingGuide:
    """The guide to mark submissions of `topic` by."""
    own = Counter(cell.source for cell in read_lesson(topic.lesson) if isinstance(cell, Code) and cell.item)
    graded = tuple(item for item in items_in_order(topic) if is_graded(item))
    known = frozenset(item.id for item in topic.items)
    head = course.head
    return MarkingGuide(topic.name, topic.head.title, head.title, graded, known, dict(own), head.language)
