"""The form of every item, whatever its kind: ids, keys, reasons, sources."""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from typing import Any

from peercourse.bank import Course, Topic
from peercourse.items import (
    AREAS,
    LEVELS,
    Asked,
    Case,
    Choice,
    Cloze,
    Item,
    Match,
    Numeric,
    Option,
    Order,
    Reflection,
    is_graded,
    shown_steps,
)
from peercourse.lint.stories import case_problems

MAX_ID = 60
MIN_PARTS = 3
"""Fewest steps of an order and prompts of a match: with two, half of all guesses are right."""

ID = re.compile(r"[a-z][a-z0-9]*(-[a-z0-9]+)*")
_GAP = re.compile(r"\{([^{}\n]*)\}")


def item_problems(course: Course, topic: Topic, item: Item) -> Iterator[str]:
    """What is wrong with the form of one item; each line starts where "file: "id"" has ended."""
    if not ID.fullmatch(item.id) or len(item.id) > MAX_ID:
        yield f"is no id: use words in lower case joined by hyphens, {MAX_ID} characters at most."
    elif not item.id.startswith(f"{topic.name}-"):
        yield f'has an id of no topic; start it with the topic\'s name, as in "{topic.name}-{item.id}".'
    if not item.stem.strip():
        yield "has an empty stem; write the question."
    if item.version < 1:
        yield "has a version below 1; count from 1."
    if item.objective not in {objective.id for objective in topic.head.objective}:
        yield f'names an objective that topic.toml does not have, "{item.objective}"; name one of its own.'
    yield from source_problems(course, item.sources)
    if item.review_by is None:
        yield "has no review_by; add the date by which somebody reads it again."
    if item.dropped and not is_graded(item):
        yield "is dropped, which only a graded question can be; take it out of the lesson."
    if isinstance(item, Asked):
        yield from _asked_problems(item)
    yield from _FORMS[type(item)](item)


def source_problems(course: Course, sources: Iterable[str]) -> Iterator[str]:
    """A line for every citation of a source that the course does not have."""
    for source in sources:
        if source not in course.sources:
            yield f'cites "{source}", which course/sources.toml does not have; add it there or correct the id.'


def _asked_problems(item: Asked) -> Iterator[str]:
    if item.use == "poll":
        return
    if not item.explanation.strip() and not isinstance(item, Case):
        yield "has no explanation; say in a sentence or two what holds."
    if not item.sources:
        yield "has no sources; name at least one of course/sources.toml."
    if not 0 < item.points < math.inf:
        yield "has no points; give it 1 or more."
    if item.use == "check" and item.hints:
        yield "has hints, which a check does not show; remove them."
    if item.use == "exam" and item.hints:
        yield "has hints, which an exam does not show; remove them."
    if item.use == "exam" and item.area not in AREAS:
        yield f'has area "{item.area}"; name one of the eight areas: {", ".join(AREAS)}.'
    if item.own_words and item.use != "practice":
        yield "asks for own words first, which only practice does; remove own_words."
    yield from _accepted(item)


def _accepted(item: Asked) -> Iterator[str]:
    options = [*getattr(item, "options", ()), *(o for gap in getattr(item, "gaps", ()) for o in gap.options)]
    named = [option for option in options if option.accepted]
    if named and (item.use != "check" or item.kind not in ("single", "cloze")):
        yield f'has an accepted option, "{named[0].id}", which only a graded single or cloze can have; remove accepted.'
    for option in named:
        if option.correct:
            yield f'has an option that is correct and accepted, "{option.id}"; keep one of the two.'


def id_problems(what: str, ids: Iterable[str]) -> Iterator[str]:
    """A line for every id of a part that is none, or stands twice."""
    for name, count in Counter(ids).items():
        if count > 1:
            yield f'has {count} {what}s called "{name}"; give each its own id.'
        if not ID.fullmatch(name):
            article = "an" if what[0] in "aeiou" else "a"
            yield f'has {article} {what} with the id "{name}"; use words in lower case joined by hyphens.'


def _without_why(what: str, parts: Iterable[Any]) -> Iterator[str]:
    for part in parts:
        if not part.why.strip():
            yield f'has no why for {what} "{part.id}"; say why it is right or wrong.'


def _without_text(what: str, parts: Iterable[Any]) -> Iterator[str]:
    for part in parts:
        if not part.text.strip():
            yield f'has no text for {what} "{part.id}"; write it.'


def _choice(item: Choice) -> Iterator[str]:
    right = len(item.key)
    if item.use == "poll":
        yield from _poll(item)
    elif item.kind == "single" and right != 1:
        yield "has no correct option; mark one." if not right else f"has {right} correct options; leave one."
    elif item.kind == "multiple" and (right < 2 or right == len(item.options)):
        yield f"has {right} correct of {len(item.options)} options; a multiple needs two or more right, and one wrong."
    yield from id_problems("option", (option.id for option in item.options))
    yield from _without_why("option", item.options)
    yield from _without_text("option", item.options)
    yield from _pins(item)


def _pins(item: Choice | Match) -> Iterator[str]:
    for option_id in item.pin:
        if option_id not in {option.id for option in item.options}:
            yield f'pins an option it does not have, "{option_id}"; correct the id.'


def _poll(item: Choice) -> Iterator[str]:
    if item.key:
        yield "is a poll with a correct option; a poll has positions and no key: remove correct."
    if item.kind != "single":
        yield 'is a poll of several choices; make it kind = "single".'
    if not item.discussion.strip():
        yield "is a poll without discussion; say in two to four sentences what to talk about."
    if item.hints:
        yield "is a poll with hints; remove them."


def _numeric(item: Numeric) -> Iterator[str]:
    if item.answer is None or not math.isfinite(item.answer):
        yield "has no answer; give the right number."
        return
    if not 0 <= item.tolerance < math.inf:
        yield f"has tolerance = {item.tolerance}; give a number from 0 up."
    for trap in item.traps:
        if abs(trap.value - item.answer) <= item.tolerance + trap.tolerance:
            yield f"has a trap at {trap.value:g} that meets the right answer; make it narrower or take it out."
        if not trap.why.strip():
            yield f"has no why for the trap at {trap.value:g}; say how somebody arrives at it."


def _order(item: Order) -> Iterator[str]:
    right = [step.id for step in item.steps]
    yield from id_problems("step", right)
    yield from _without_why("step", item.steps)
    yield from _without_text("step", item.steps)
    if len(right) < MIN_PARTS:
        yield f"has {len(right)} steps; write {MIN_PARTS} or more."
    elif item.shown and sorted(item.shown) != sorted(right):
        yield "has shown with other ids than its steps; name each step once."
    elif [step.id for step in shown_steps(item)] == right:
        yield "is shown in the right order; set shown = [...] to the ids of its steps in a mixed order."
    if sum(step.critical for step in item.steps) == 1:
        yield "has one critical step; critical steps are held against each other, so mark two or more, or none."


def _match(item: Match) -> Iterator[str]:
    options = [option.id for option in item.options]
    yield from id_problems("prompt", (prompt.id for prompt in item.prompts))
    yield from id_problems("option", options)
    yield from _without_why("prompt", item.prompts)
    yield from _without_text("prompt", item.prompts)
    yield from _without_text("option", item.options)
    if len(item.prompts) < MIN_PARTS:
        yield f"has {len(item.prompts)} prompts; write {MIN_PARTS} or more."
    if len(options) < 2:
        yield f"has {len(options)} options to match; write 2 or more."
    for prompt in item.prompts:
        if prompt.answer not in options:
            yield f'has no option "{prompt.answer}", the answer of prompt "{prompt.id}"; name one of its options.'
    yield from _pins(item)


def _cloze(item: Cloze) -> Iterator[str]:
    named = _GAP.findall(item.text)
    gaps = [gap.id for gap in item.gaps]
    yield from id_problems("gap", gaps)
    if not gaps:
        yield "has no gaps; write {name} in text and add [[item.gap]] with that id."
    for name, count in Counter(named).items():
        if name not in gaps:
            yield f'has {{{name}}} in its text and no such gap; add [[item.gap]] with id = "{name}".'
        elif count > 1:
            yield f"has {{{name}}} {count} times in its text; each gap stands once."
    for gap in item.gaps:
        if gap.id not in named:
            yield f'has a gap "{gap.id}" that its text does not show; write {{{gap.id}}} where it stands.'
        yield from _selected(gap.id, gap.options) if gap.options else _typed(gap.id, gap.accept, gap.why)
        if gap.options and gap.accept:
            yield f'has options and accept for gap "{gap.id}"; keep one: options are chosen, accept is typed.'


def _selected(gap: str, options: tuple[Option, ...]) -> Iterator[str]:
    right = sum(option.correct for option in options)
    if right != 1:
        yield f'has {right} correct options for gap "{gap}"; leave one right and write one or more wrong.'
    elif len(options) < 2:
        yield f'has 1 option for gap "{gap}"; write one or more wrong ones.'
    yield from id_problems("option", (option.id for option in options))
    yield from _without_why("option", options)
    yield from _without_text("option", options)


def _typed(gap: str, accept: tuple[str, ...], why: str) -> Iterator[str]:
    if not any(word.strip() for word in accept):
        yield f'has no accept for gap "{gap}"; list the spellings that count, or give it options.'
    if not why.strip():
        yield f'has no why for gap "{gap}"; say why this belongs there.'


def _reflection(item: Reflection) -> Iterator[str]:
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


_FORMS: dict[type, Callable[[Any], Iterator[str]]] = {
    Choice: _choice,
    Numeric: _numeric,
    Order: _order,
    Match: _match,
    Cloze: _cloze,
    Case: case_problems,
    Reflection: _reflection,
}
