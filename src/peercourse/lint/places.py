"""The lesson: its cells, and that it shows each item once, by the right call."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from peercourse.bank import Course, Topic, file_of
from peercourse.items import Asked, Case, CourseError, Item, Reflection, is_graded
from peercourse.lesson import Cell, Code, citations, figures, read_lesson
from peercourse.lint.forms import source_problems

ITEM_CALLS = {"practice", "check", "case", "poll", "reflect"}


def lesson_problems(course: Course, topic: Topic) -> Iterator[str]:
    """What is wrong with the form of a topic's lesson."""
    try:
        cells = read_lesson(topic.lesson)
    except CourseError as error:
        yield str(error)
        return
    calls = [cell for cell in cells if isinstance(cell, Code)]
    if not calls or calls[0].call != "import":
        yield "does not start with the import cell; peercourse new topic shows it."
    for cell in calls:
        if not cell.call:
            yield f"has a code cell that is no one-line call, {cell.source[:50]!r}; name one item in it."
    yield from _use_problems(topic, calls)
    graded = any(is_graded(item) for item in topic.items)
    hand_ins = sum(cell.call == "hand_in" for cell in calls)
    if graded and (hand_ins != 1 or cells[-1] != calls[-1] or calls[-1].call != "hand_in"):
        yield f"has {hand_ins} hand_in() cells; it needs one, as its last cell."
    decks = sum(cell.call == "cards" for cell in calls)
    if topic.cards and decks != 1:
        yield f"has {decks} cards() cells; it needs one, which shows all cards of the topic."
    elif decks and not topic.cards and topic.head.kind != "start":
        yield "has cards() and the topic has no cards.toml; write some cards or take the cell out."
    yield from _chart_uses(topic, calls)
    yield from _gathering_problems(course, topic, calls)
    yield from _text_problems(course, topic, cells)


def _chart_uses(topic: Topic, calls: list[Code]) -> Iterator[str]:
    named = Counter(cell.item for cell in calls if cell.call == "explore")
    charts = {chart.id for chart in topic.charts}
    yield from (
        f'never shows "{name}"; place explore("{name}") or remove the chart.' for name in sorted(charts - set(named))
    )
    for name in sorted(set(named) - charts):
        yield f'explores "{name}", which charts.toml does not have; add it or correct the id.'


def _gathering_problems(course: Course, topic: Topic, calls: list[Code]) -> Iterator[str]:
    """The start page shows the progress, the exam's page the exam, and no other page either."""
    for call, kind in (("progress", "start"), ("exam", "exam")):
        count = sum(cell.call == call for cell in calls)
        if count != (topic.head.kind == kind):
            yield f'has {count} {call}() cells; only the page with kind = "{kind}" has one, and it has one.'
    if topic.head.kind == "exam" and course.head.exam is None:
        yield "needs a blueprint; add [exam] with minutes, break_at and [exam.areas] to course.toml."


def _text_problems(course: Course, topic: Topic, cells: list[Cell]) -> Iterator[str]:
    yield from source_problems(course, citations(cells))
    for alt, file in figures(cells):
        if not alt:
            yield f'has no alt text for "{file}"; say what the figure shows.'
        if not (topic.folder / file).is_file():
            yield f'shows "{file}", which is not in the folder; add it or correct the name.'


def _use_problems(topic: Topic, calls: list[Code]) -> Iterator[str]:
    named = Counter(cell.item for cell in calls if cell.call in ITEM_CALLS)
    for item in topic.items:
        if not named[item.id]:
            yield f'never uses "{item.id}"; place {call_for(item)}("{item.id}") or remove the item.'
        elif named[item.id] > 1:
            yield f'uses "{item.id}" {named[item.id]} times; use each item once.'
    exam = {item.id for item in topic.exam}
    for cell in calls:
        if cell.call not in ITEM_CALLS:
            continue
        item_named = topic.item(cell.item)
        if cell.item in exam:
            yield f'shows "{cell.item}", which belongs to the exam; take the cell out (the exam draws it).'
        elif item_named is None:
            yield f'uses "{cell.item}", which {_file(cell.call)} does not have; add it or correct the id.'
        elif call_for(item_named) != cell.call:
            yield f'calls {cell.call}("{cell.item}"); this item is shown by {call_for(item_named)}("{cell.item}").'


def _file(call: str) -> str:
    return {"case": "cases.toml", "poll": "polls.toml"}.get(call, "questions.toml")


def call_for(item: Item) -> str:
    """The call by which a lesson shows `item`."""
    if isinstance(item, Reflection):
        return "reflect"
    return "case" if isinstance(item, Case) else item.use


def cells_of(topic: Topic) -> list[Cell]:
    """The cells of a topic's lesson; none where it cannot be read, which `lesson_problems` tells."""
    try:
        return read_lesson(topic.lesson)
    except CourseError:
        return []


def where(topic: Topic, item: Item) -> str:
    """How a problem of `item` starts: its file and its id."""
    return f'course/{topic.name}/{file_of(item)}: "{item.id}"'


def uses(topic: Topic, use: str) -> list[Asked]:
    """The questions of the topic with that use; branching cases are counted apart and are not among them."""
    asked = (item for item in topic.questions if isinstance(item, Asked) and not isinstance(item, Case))
    return [item for item in asked if item.use == use]
