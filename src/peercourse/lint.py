"""Every rule that the course must meet beyond its form. Each problem is one line: where, what, what to do."""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Iterator
from datetime import date

from peercourse.bank import Course, Topic
from peercourse.items import LEVELS, Choice, CourseError, Item, Reflection, is_graded
from peercourse.lesson import Cell, Code, citations, figures, read_lesson

MAX_ID = 60
_ID = re.compile(r"[a-z][a-z0-9]*(-[a-z0-9]+)*")


def lint(course: Course, today: date | None = None) -> list[str]:
    """All problems of `course`, in the order of its files.

    Dates are held against `today` only where it is given: a build does not change with the calendar.
    """
    problems = list(course.problems)
    problems += _duplicate_items(course)
    if today is not None:
        problems += _past_dates(course, today)
    for topic in course.topics:
        for item in topic.items:
            where = f'course/{topic.name}/questions.toml: "{item.id}"'
            problems += (f"{where} {problem}" for problem in _item_problems(course, topic, item, today))
        problems += (f"course/{topic.name}/lesson.md: {problem}" for problem in _lesson_problems(course, topic))
    return problems


def _duplicate_items(course: Course) -> Iterator[str]:
    seen: dict[str, str] = {}
    for topic in course.topics:
        for item in topic.items:
            if item.id in seen:
                yield (
                    f'course/{topic.name}/questions.toml: "{item.id}" is used already in '
                    f"course/{seen[item.id]}/questions.toml; give one of them another id."
                )
            seen[item.id] = topic.name


def _past_dates(course: Course, today: date) -> Iterator[str]:
    if course.safety.review_by < today:
        yield (
            f"course/safety.toml: was to be checked by {course.safety.review_by}; "
            "call every line, then set checked and review_by."
        )


def _item_problems(course: Course, topic: Topic, item: Item, today: date | None) -> Iterator[str]:
    if not _ID.fullmatch(item.id) or len(item.id) > MAX_ID:
        yield f"is no id: use words in lower case joined by hyphens, {MAX_ID} characters at most."
    if not item.stem.strip():
        yield "has an empty stem; write the question."
    if item.version < 1:
        yield "has a version below 1; count from 1."
    if item.objective not in {objective.id for objective in topic.head.objective}:
        yield f'names an objective that topic.toml does not have, "{item.objective}"; name one of its own.'
    for source in item.sources:
        if source not in course.sources:
            yield f'cites "{source}", which course/sources.toml does not have; add it there or correct the id.'
    if item.review_by is None:
        yield "has no review_by; add the date by which somebody reads it again."
    elif today is not None and item.review_by < today:
        yield f"was to be reviewed by {item.review_by}; read it again, then set a new date."
    yield from _choice_problems(item) if isinstance(item, Choice) else _reflection_problems(item)


def _choice_problems(item: Choice) -> Iterator[str]:
    right = len(item.key)
    if item.kind == "single" and right != 1:
        yield "has no correct option; mark one." if not right else f"has {right} correct options; leave one."
    if item.kind == "multiple" and (right < 2 or right == len(item.options)):
        yield f"has {right} correct of {len(item.options)} options; a multiple needs two or more right, and one wrong."
    yield from _option_problems(item)
    if not item.explanation.strip():
        yield "has no explanation; say in a sentence or two what holds."
    if not item.sources:
        yield "has no sources; name at least one of course/sources.toml."
    if not 0 < item.points < math.inf:
        yield "has no points; give it 1 or more."
    if item.use == "check" and item.hints:
        yield "has hints, which a check does not show; remove them."


def _option_problems(item: Choice) -> Iterator[str]:
    counts = Counter(option.id for option in item.options)
    for option_id, count in counts.items():
        if count > 1:
            yield f'has {count} options called "{option_id}"; give each its own id.'
        if not _ID.fullmatch(option_id):
            yield f'has an option with the id "{option_id}"; use words in lower case joined by hyphens.'
    for option in item.options:
        if not option.why.strip():
            yield f'has no why for option "{option.id}"; say why it is right or wrong.'
        if not option.text.strip():
            yield f'has no text for option "{option.id}"; write it.'
    for option_id in item.pin:
        if option_id not in counts:
            yield f'pins an option it does not have, "{option_id}"; correct the id.'


def _reflection_problems(item: Reflection) -> Iterator[str]:
    for criterion in item.criteria:
        if len(criterion.levels) != LEVELS:
            yield f'has {len(criterion.levels)} levels for "{criterion.id}"; write {LEVELS}, the highest first.'
    if item.max_words and item.max_words < item.min_words:
        yield "has max_words below min_words; correct one."
    if not is_graded(item):
        return
    if not item.criteria:
        yield "is graded and has no rubric; add [[item.criterion]] tables."
    elif item.points != LEVELS * len(item.criteria):
        yield f"has points = {item.points:g}; its rubric adds up to {LEVELS * len(item.criteria)}."
    if not item.exemplar.strip():
        yield "is graded and has no exemplar; write one for the person who grades."


def _lesson_problems(course: Course, topic: Topic) -> Iterator[str]:
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
    yield from _text_problems(course, topic, cells)


def _text_problems(course: Course, topic: Topic, cells: list[Cell]) -> Iterator[str]:
    for source in citations(cells):
        if source not in course.sources:
            yield f'cites "{source}", which course/sources.toml does not have; add it there or correct the id.'
    for alt, file in figures(cells):
        if not alt:
            yield f'has no alt text for "{file}"; say what the figure shows.'
        if not (topic.folder / file).is_file():
            yield f'shows "{file}", which is not in the folder; add it or correct the name.'


def _use_problems(topic: Topic, calls: list[Code]) -> Iterator[str]:
    named = Counter(cell.item for cell in calls if cell.item)
    for item in topic.items:
        if not named[item.id]:
            yield f'never uses "{item.id}"; place {call_for(item)}("{item.id}") or remove the item.'
        elif named[item.id] > 1:
            yield f'uses "{item.id}" {named[item.id]} times; use each item once.'
    for cell in calls:
        if not cell.item:
            continue
        item_named = topic.item(cell.item)
        if item_named is None:
            yield f'uses "{cell.item}", which questions.toml does not have; add it or correct the id.'
        elif call_for(item_named) != cell.call:
            yield f'calls {cell.call}("{cell.item}"); this item is shown by {call_for(item_named)}("{cell.item}").'


def call_for(item: Item) -> str:
    """The call by which a lesson shows `item`."""
    return "reflect" if isinstance(item, Reflection) else item.use
