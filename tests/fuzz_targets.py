"""What no input may break: no crash, no point that was not earned, no word of a learner's that does something.

Each target is a function of what `hypothesis` makes up; `run` tries one with some hundred inputs. `make fuzz` goes on
for as long as it is given, the tests for a moment.
"""

from __future__ import annotations

import json
import tempfile
import unicodedata
from collections import Counter
from collections.abc import Callable
from functools import cache
from itertools import pairwise
from pathlib import Path
from typing import Any

from graded_class import write_graded_course
from hostile_text import hostile_text, what_it_does
from hypothesis import HealthCheck, given, seed, settings
from hypothesis import strategies as some
from inert_html import must_be_inert
from nbconvert.filters import markdown2html
from small_pool import small_pool
from small_topic import EVERY_KIND, TOPIC

from peercourse import answers, card_log, card_schedule, practice_history
from peercourse.answering import answering, best_answer
from peercourse.bank import load_course
from peercourse.feedback.page import FeedbackPages
from peercourse.grading.graded_answers import GradedAnswers
from peercourse.grading.marked_notebook import MarkedNotebooks
from peercourse.grading.marks import LearnerMarks, Mark
from peercourse.items import (
    Case,
    Choice,
    Cloze,
    CourseError,
    Item,
    Match,
    Numeric,
    Order,
    Reflection,
    from_view,
    is_graded,
    public_view,
)
from peercourse.marking import Marking, MarkingGuide, mark_contents, read_code_cells
from peercourse.marking_guide import marking_guide
from peercourse.practice_exam import attempts, report
from peercourse.receipt import RECEIPT_MARK, make_receipt
from peercourse.scoring import AnswerValue, score
from peercourse.topic_folder import ITEMS_NAME, open_topic_folder
from peercourse.twin import as_html, as_text, review_html
from peercourse.typed_answers import FORGIVING_LENGTH, MAX_TYPED, numbers_in, same_words

GRADED = tuple(item for item in EVERY_KIND if is_graded(item))
KEYED = tuple(item for item in GRADED if not isinstance(item, Reflection))
GUIDE = MarkingGuide(TOPIC, "A small topic", "A course", GRADED, frozenset(item.id for item in EVERY_KIND), {})
WRITER = MarkedNotebooks(GUIDE)

Target = Callable[..., None]
TARGETS: dict[str, tuple[Target, dict[str, some.SearchStrategy[Any]]]] = {}
ran: Counter[str] = Counter()
"""How often each target was tried."""


def target(**made_up: some.SearchStrategy[Any]) -> Callable[[Target], Target]:
    def keep(check: Target) -> Target:
        TARGETS[check.__name__] = check, made_up
        return check

    return keep


def run(name: str, examples: int, start: int) -> None:
    """Try one target; raises what it found, with the smallest input that does it."""
    check, made_up = TARGETS[name]

    def counted(**values: Any) -> None:
        ran[name] += 1
        check(**values)

    limits = settings(
        max_examples=examples, deadline=None, database=None, suppress_health_check=list(HealthCheck), print_blob=False
    )
    seed(start)(limits(given(**made_up)(counted)))()


# --- what is made up ---------------------------------------------------------------------------

anything = some.recursive(
    some.none() | some.booleans() | some.integers() | some.floats() | some.just(10**400) | hostile_text,
    lambda inner: some.lists(inner, max_size=3) | some.dictionaries(some.text(max_size=5), inner, max_size=3),
    max_leaves=8,
)  # fmt: skip


@cache
def words_of(item: Item) -> tuple[str, ...]:
    """Words that mean something in an answer to `item`: right ones, wrong ones, and parts of them."""
    known = {word for word in _strings(public_view(item)) if len(word) < 40}
    best = [] if isinstance(item, Reflection) else best_answer(item)
    known |= set([best] if isinstance(best, str) else best)
    known |= {part for word in known for mark in "=/" for part in word.split(mark)}
    if isinstance(item, Match | Cloze):
        parts = item.prompts if isinstance(item, Match) else item.gaps
        known |= {f"{part.id}={word}" for part in parts for word in sorted(known)[:20]}
    return tuple(sorted(known | {"back", "=", "", "1204", "1,204", "12 04", "papers", "paper"}))


def _strings(value: Any) -> set[str]:
    if isinstance(value, dict):
        return {word for each in value.values() for word in _strings(each)}
    if isinstance(value, list | tuple):
        return {word for each in value for word in _strings(each)}
    return {value} if isinstance(value, str) else set()


def value_for(item: Item) -> some.SearchStrategy[AnswerValue]:
    """Answers to `item`: the right one, parts of it, others, and nonsense."""
    known = some.sampled_from(words_of(item))
    word = known | hostile_text | some.tuples(known, hostile_text).map("".join)
    right = [] if isinstance(item, Reflection) else best_answer(item)
    shuffled = some.permutations([right] if isinstance(right, str) else list(right)).map(list)
    return some.lists(word, max_size=8) | shuffled | some.just(right) | word


item_and_value = some.sampled_from(GRADED).flatmap(lambda item: some.tuples(some.just(item), value_for(item)))


def _event(pair: tuple[Item, AnswerValue]) -> dict[str, Any]:
    return {"v": 1, "item": pair[0].id, "version": 1, "answer": pair[1]}


NAMES = (
    *("v", "item", "event", "answer", "version", "points", "card", "rating", "at", "text", "seed", "items", "minutes"),
    *("spent", "flag", "confidence", "day", "right", "ticks"),
)
KNOWN: tuple[Any, ...] = (
    *("hand-in", "reopen", "undo", "review", "aside", "hook", "start", "answer", "finish", "check", "shown", "at"),
    *("ticks", "own-words", "signs", "crisis-1", "stay", "2026-11-23", "2026-11-23T10:00:00+00:00"),
    *("0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-14:00", 1, 2, 3, 4, True, ["crisis-1", "admin-0"]),
)
strange_event = some.dictionaries(some.sampled_from(NAMES), some.sampled_from(KNOWN) | anything, max_size=6).map(
    lambda event: {"v": 1} | event
)


def _as_log(lines: list[dict[str, Any] | bytes]) -> bytes:
    return b"\n".join(line if isinstance(line, bytes) else json.dumps(line).encode() for line in lines)


log_bytes = (
    some.lists(item_and_value.map(_event) | strange_event | some.binary(max_size=20), max_size=8).map(_as_log)
    | some.binary(max_size=200)
).flatmap(lambda data: some.sampled_from((data, data[:-3], b"\xff\xfe" + data, b"\xef\xbb\xbf" + data)))

receipt_line = some.fixed_dictionaries(
    {"receipt": some.just(1) | anything, "topic": some.just(TOPIC) | anything, "events": some.integers() | anything},
    optional={
        "answers": some.dictionaries(
            some.sampled_from([item.id for item in GRADED]) | hostile_text,
            item_and_value.map(_event) | anything,
            max_size=5,
        )
        | anything,
        "digest": anything,
    },
).map(lambda body: f"hand_in()\n{RECEIPT_MARK}{json.dumps(body)}")
source = receipt_line | hostile_text.map(lambda text: f"{RECEIPT_MARK}{text}") | hostile_text


# --- grading -----------------------------------------------------------------------------------


@target(data=log_bytes, sources=some.lists(source, max_size=3), names=some.lists(hostile_text, max_size=2))
def a_submission_is_marked_within_its_points(data: bytes, sources: list[str], names: list[str]) -> None:
    marking = mark_contents(GUIDE, sources, answers.fold(data), [f"{name}.set-aside" for name in names], names)
    for marked in marking.items:
        assert marked.score.points is None or 0 <= marked.score.points <= marked.item.points
    _is_inert(marking)
    body = json.loads(WRITER.text(marking).encode())
    assert {cell["cell_type"] for cell in body["cells"]} == {"markdown"}


def _is_inert(marking: Marking) -> None:
    text = json.loads(WRITER.text(marking))
    for cell in text["cells"]:
        if cell["id"] == "notes":
            assert {tag for tag, _, _ in what_it_does(markdown2html("".join(cell["source"])))} <= {
                "p",
                "strong",
                "ul",
                "li",
            }


@target(pair=item_and_value)
def only_the_key_earns_everything(pair: tuple[Item, AnswerValue]) -> None:
    item, value = pair
    result = score(item, value)
    assert result.points is None or 0 <= result.points <= item.points
    if not isinstance(item, Reflection) and result.points == item.points:
        assert FULL[type(item)](item, value), f"{value!r} earned everything"
    elif not isinstance(item, Reflection) and value == best_answer(item):
        raise AssertionError("the key did not earn everything")


@target(item=some.sampled_from(KEYED), words=some.lists(hostile_text, max_size=5), one=hostile_text)
def what_has_nothing_to_do_with_the_question_earns_nothing(item: Item, words: list[str], one: str) -> None:
    meaning = {word for word in words_of(item) if word}
    strange = [word for word in words if not meaning & {word, word.partition("=")[0], word.partition("=")[2]}]
    assert score(item, strange).points == 0
    if not isinstance(item, Numeric):
        assert score(item, one).points == 0


def _single_or_multiple(item: Choice, value: AnswerValue) -> bool:
    ids = {option.id for option in item.options}
    return {v for v in value if v in ids} == {option.id for option in item.options if option.correct}


def _digits(text: str) -> str:
    return "".join(str(unicodedata.decimal(char, "")) for char in text)


def _number(item: Numeric, value: AnswerValue) -> bool:
    digits, key = _digits(value).lstrip("0"), f"{item.answer:g}"
    return len(value) <= MAX_TYPED and digits.startswith(key) and set(digits.removeprefix(key)) <= {"0"}


def _order(item: Order, value: AnswerValue) -> bool:
    places = [value.index(step.id) if step.id in value else -1 for step in item.steps]
    return -1 not in places and all(early < late for early, late in pairwise(places))


def _match(item: Match, value: AnswerValue) -> bool:
    last = {word.split("=", 1)[0]: word.split("=", 1)[1] for word in value if "=" in word}
    return all(last.get(prompt.id) == prompt.answer for prompt in item.prompts)


def _cloze(item: Cloze, value: AnswerValue) -> bool:
    last = {word.split("=", 1)[0]: word.split("=", 1)[1] for word in value if "=" in word}
    for gap in item.gaps:
        given = last.get(gap.id, "")
        chosen = any(option.id == given and option.correct for option in gap.options)
        if not chosen and not any(_close(given, word) for word in gap.accept):
            return False
    return True


def _letters(text: str) -> str:
    return "".join(char for char in unicodedata.normalize("NFKD", text.casefold()) if char.isalnum())


def _close(given: str, word: str) -> bool:
    """At most one slip for each word, as far as letters go."""
    slips = sum(len(_letters(part)) >= FORGIVING_LENGTH for part in word.replace("-", " ").split())
    return len(given) <= MAX_TYPED and _distance(_letters(given), _letters(word)) <= slips


def _distance(left: str, right: str) -> int:
    """Letters missing, added, wrong or swapped with their neighbour (optimal string alignment)."""
    rows = [list(range(len(right) + 1))]
    for i, a in enumerate(left, 1):
        row = [i]
        for j, b in enumerate(right, 1):
            best = min(rows[-1][j] + 1, row[-1] + 1, rows[-1][j - 1] + (a != b))
            if i > 1 and j > 1 and a == right[j - 2] and b == left[i - 2]:
                best = min(best, rows[-2][j - 2] + 1)
            row.append(best)
        rows.append(row)
    return rows[-1][-1]


def _case(item: Case, value: AnswerValue) -> bool:
    """Whether no step of the path was less than good, and it came to a good end at some time."""
    fits = {f"{node.id}/{choice.id}": (choice.fit, choice.to) for node in item.nodes for choice in node.choices}
    ends = {node.id for node in item.nodes if node.end == "good"}
    here, trail, met, arrived = item.start, [], set(), False
    for word in value:
        if word == "back" and trail:
            here = trail.pop()
        elif word in fits and word.split("/")[0] == here:
            if here not in met and fits[word][0] != "good":
                return False
            met.add(here)
            trail.append(here)
            here = fits[word][1]
            arrived = arrived or here in ends
    return arrived


FULL: dict[type, Callable[[Any, Any], bool]] = {
    Choice: _single_or_multiple,
    Numeric: _number,
    Order: _order,
    Match: _match,
    Cloze: _cloze,
    Case: _case,
}


# --- pages -------------------------------------------------------------------------------------


@cache
def _ours(item: Item) -> frozenset[tuple[str, str, str]]:
    """What the pages of a question do when nobody means harm."""
    values: list[AnswerValue | None] = [None, "" if isinstance(item, Reflection | Numeric) else []]
    values.append("A text.\nOf two lines." if isinstance(item, Reflection) else best_answer(item))
    values.append("0" if isinstance(item, Numeric) else "text" if isinstance(item, Reflection) else ["no=such"])
    found: set[tuple[str, str, str]] = set()
    for value in values:
        found |= what_it_does(review_html(item, value, score(item, value))) | what_it_does(as_html(item, value))
    return frozenset(found | {("br", "", ""), ("ul", "", ""), ("li", "", "")})


@target(pair=item_and_value, note=hostile_text)
def a_learners_words_do_nothing_in_a_page(pair: tuple[Item, AnswerValue], note: str) -> None:
    item, value = pair
    clean = [answers.whole_text(v) for v in value] if isinstance(value, list) else answers.whole_text(value)
    for made in (review_html(item, clean, score(item, clean), [note]), as_html(item, clean)):
        assert what_it_does(made) <= _ours(item)
        assert "\n\n" not in made
        assert what_it_does(markdown2html(made)) <= _ours(item)
    assert as_text(item, clean)


@cache
def _pages() -> FeedbackPages:
    with tempfile.TemporaryDirectory() as root:
        course = load_course(write_graded_course(Path(root)))
    return FeedbackPages(course, course.topics[0], marking_guide(course, course.topics[0]))


answers_of_a_class = some.deferred(
    lambda: some.fixed_dictionaries({}, optional={item.id: value_for(item) for item in _pages().guide.items})
)


@target(values=answers_of_a_class, words=some.lists(hostile_text, min_size=2, max_size=4))
def a_feedback_page_is_text_whatever_anybody_wrote(values: dict[str, AnswerValue], words: list[str]) -> None:
    items = _pages().guide.items
    earned = {item.id: score(item, values.get(item.id)).points for item in items}
    marks = {
        item.id: Mark(item.points, earned[item.id], waits=earned[item.id] is None, comment=words[0]) for item in items
    }
    of_all = LearnerMarks(None, 0, 0, marks)
    assert 0 <= of_all.points <= of_all.decided <= sum(item.points for item in items)
    found = must_be_inert(_pages().page(of_all, GradedAnswers(values, tuple(words))))
    assert [link for link in found.links if "evil" in link] == []


# --- files -------------------------------------------------------------------------------------

strange_notebook = some.fixed_dictionaries(
    {},
    optional={
        "cells": some.lists(
            some.fixed_dictionaries(
                {},
                optional={
                    "cell_type": some.sampled_from(("code", "markdown", "raw")) | anything,
                    "source": source | some.lists(source, max_size=3) | anything,
                    "metadata": anything,
                    "outputs": anything,
                },
            )
            | anything,
            max_size=4,
        )
        | anything,
        "metadata": anything,
        "nbformat": anything,
    },
)


@target(data=strange_notebook.map(lambda body: json.dumps(body).encode()) | some.binary(max_size=200))
def a_notebook_is_read_or_refused(data: bytes) -> None:
    with tempfile.NamedTemporaryFile(suffix=".ipynb") as file:
        file.write(data)
        file.flush()
        cells = read_code_cells(Path(file.name))
    if cells is not None:
        mark_contents(GUIDE, cells, None, [])


VIEWS = [public_view(item) for item in EVERY_KIND]


def _changed(view: dict[str, Any]) -> some.SearchStrategy[dict[str, Any]]:
    return some.dictionaries(some.sampled_from(sorted(view)), anything, max_size=2).map(lambda change: view | change)


items_file = some.fixed_dictionaries(
    {"format": some.just(1), "items": some.lists(some.sampled_from(VIEWS).flatmap(_changed) | anything, max_size=3)},
    optional={"decks": anything, "outline": anything, "exam": anything, "charts": anything},
).map(lambda body: {"course": "c", "topic": TOPIC, "title": "t"} | body)


@target(body=items_file | some.dictionaries(some.sampled_from(("format", "items", "course", "topic")), anything))
def an_items_file_is_read_or_refused(body: dict[str, Any]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        Path(folder, ITEMS_NAME).write_text(json.dumps(body), "utf-8")
        try:
            opened = open_topic_folder(Path(folder))
        except CourseError:
            return
        for item in opened.items.values():
            as_text(item)
            what_it_does(as_html(item))


@target(view=some.sampled_from(VIEWS).flatmap(_changed))
def an_item_is_read_or_refused(view: dict[str, Any]) -> None:
    try:
        item = from_view(json.loads(json.dumps(view)))
    except (KeyError, TypeError, ValueError, OverflowError, AttributeError):
        return
    if not isinstance(item, Reflection):
        answering(item).describe(item)


# --- the learner's own logs ----------------------------------------------------------------------

POOL = small_pool()


@target(data=log_bytes)
def a_learners_own_logs_are_read_whatever_is_in_them(data: bytes) -> None:
    events = answers.events_in(data)
    history = card_log.fold_cards(events)
    known = card_schedule.states(history.reviews)
    assert all(state.due >= state.last for state in known.values())
    card_schedule.first_days(history.reviews)
    for attempt in attempts.fold_attempts(events).made:
        told = report.report_view(POOL, attempt)
        assert told["total"]["right"] <= told["total"]["asked"]
    for tries in practice_history.fold_history(events).tries.values():
        assert practice_history.days_right(tries) <= len(tries)


@target(text=hostile_text | some.text(max_size=300), key=some.integers(0, 10**6), words=some.text(max_size=30))
def what_is_typed_is_read_in_two_ways_at_most(text: str, key: int, words: str) -> None:
    assert len(numbers_in(text)) <= 2
    assert key in numbers_in(f"{key:,}")
    assert same_words(text, words) in (True, False)


@target(data=log_bytes)
def a_receipt_says_what_the_log_said(data: bytes) -> None:
    folded = answers.fold(data)
    with_log = mark_contents(GUIDE, [], folded, [])
    without = mark_contents(GUIDE, [make_receipt(TOPIC, folded)], None, [])
    assert [m.score for m in with_log.items] == [m.score for m in without.items]
