"""`items.json`: what a learner's kernel knows of a topic. No graded key is in it. Pure."""

from __future__ import annotations

import json
from typing import Any

from peercourse.bank import Blueprint, Course, Topic
from peercourse.charts import chart_view
from peercourse.course_progress import OutlineObjective, OutlineTopic, outline_view
from peercourse.items import Case, Choice, Item, Reflection, is_graded, public_view
from peercourse.lesson import HEADING, Code, Text, read_lesson
from peercourse.lesson_items import items_in_order
from peercourse.practice_exam.pool import Goal, Pool, pool_view
from peercourse.topic_folder import ITEMS_FORMAT, Deck, deck_view


def items_file(course: Course, topic: Topic) -> bytes:
    """The bytes of `items.json` of `topic`: its items, decks and charts, or what the start page and the exam need."""
    body: dict[str, Any] = {
        "format": ITEMS_FORMAT,
        "course": course.head.id,
        "topic": topic.name,
        "title": topic.head.title,
        "items": [public_view(item) for item in items_in_order(topic)],
    }
    if decks := decks_of(course, topic):
        body["decks"] = [deck_view(deck) for deck in decks]
    if topic.charts:
        body["charts"] = [chart_view(chart) for chart in topic.charts]
    if topic.head.kind == "start":
        body["outline"] = outline_view(outline_of(course))
    if topic.head.kind == "exam" and course.head.exam is not None:
        body["exam"] = exam_view(exam_pool(course, course.head.exam))
    return (json.dumps(body, ensure_ascii=False, indent=1) + "\n").encode()


def decks_of(course: Course, topic: Topic) -> list[Deck]:
    """The decks that a topic shows: its own, or on the start page those of all topics."""
    topics = course.topics if topic.head.kind == "start" else (topic,)
    return [Deck(each.name, each.head.title, each.cards) for each in topics if each.cards]


# --- the start page --------------------------------------------------------------------------------


def outline_of(course: Course) -> list[OutlineTopic]:
    """The topics that a learner works through, as the start page shows them."""
    return [_outline_topic(topic) for topic in course.topics if topic.head.kind in ("topic", "capstone")]


def _outline_topic(topic: Topic) -> OutlineTopic:
    path = [item for item in items_in_order(topic) if not _is_poll(item)]
    practised = [item for item in path if not is_graded(item)]
    asked = [item for item in (*practised, *topic.exam) if not isinstance(item, Reflection | Case)]
    objectives = tuple(
        OutlineObjective(goal.id, goal.text, tuple(item.id for item in asked if item.objective == goal.id))
        for goal in topic.head.objective
    )
    return OutlineTopic(
        name=topic.name,
        title=topic.head.title,
        minutes=topic.head.minutes,
        objectives=objectives,
        path=tuple(item.id for item in path),
        practice=tuple(item.id for item in practised),
        graded=tuple(item.id for item in path if is_graded(item)),
    )


def _is_poll(item: Item) -> bool:
    return not isinstance(item, Reflection) and item.use == "poll"


# --- the exam --------------------------------------------------------------------------------------


def exam_pool(course: Course, blueprint: Blueprint) -> Pool:
    """The whole exam pool of the course under its blueprint."""
    topics = {item.id: topic.name for topic in course.topics for item in topic.exam if isinstance(item, Choice)}
    items = {item.id: item for topic in course.topics for item in topic.exam if isinstance(item, Choice)}
    goals = [
        Goal(topic.name, goal.id, goal.text, topic.head.title, _section_of(topic, goal.id))
        for topic in course.topics
        for goal in topic.head.objective
    ]
    named = {goal.name: goal for goal in goals}
    return Pool(items, topics, named, blueprint.areas, blueprint.minutes, blueprint.break_at)


def exam_view(pool: Pool) -> dict[str, Any]:
    """The pool as `items.json` holds it."""
    items = [public_view(item) | {"topic": pool.topics[item.id]} for item in pool.items.values()]
    return pool_view(pool) | {"items": items}


def _section_of(topic: Topic, objective: str) -> str:
    """The heading under which an objective is first practised: there it is taught."""
    heading = ""
    for cell in read_lesson(topic.lesson):
        if isinstance(cell, Text):
            found = [match["text"] for match in HEADING.finditer(cell.source)]
            heading = found[-1] if found else heading
        elif isinstance(cell, Code) and cell.call in ("practice", "case"):
            item = topic.item(cell.item)
            if item is not None and item.objective == objective:
                return heading
    return ""
