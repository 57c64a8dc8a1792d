"""How each kind of question is answered: what fits, what is told, how it is printed. One file for each kind; pure.

A kind's file has the functions of `Answering`. To add a kind, write its file and enter it in `KINDS`.
"""

from __future__ import annotations

from typing import Any, Protocol

from peercourse.answering import case, choice, cloze, match, numeric, order
from peercourse.answering.told import Feedback, Line, Part
from peercourse.items import CourseError, Item, Numeric, Reflection
from peercourse.scoring import AnswerValue
from peercourse.wording import say

__all__ = [
    "KINDS",
    "Answering",
    "Feedback",
    "Line",
    "Part",
    "answering",
    "best_answer",
    "empty_answer",
    "feedback",
    "from_typed",
    "must_fit",
    "still_fitting",
]


class Answering(Protocol):
    """What the file of a kind has to bring. `item` is an item of that kind, `value` an answer in its form."""

    def must_fit(self, item: Any, value: Any) -> None:
        """Raise CourseError, in one line that says what would fit, where `value` does not fit `item`."""

    def example(self, item: Any) -> str:
        """What stands after the id in a call that answers by typing; Python source."""

    def best(self, item: Any) -> AnswerValue:
        """An answer that earns everything; `item` must carry its key."""

    def describe(self, item: Any) -> dict[str, Any]:
        """What the page needs to draw it, beyond what all questions have. Holds no key."""

    def feedback(self, item: Any, value: Any, *, reveal: bool = False) -> Feedback:
        """What to tell about an answer; with `reveal` the whole answer and every reason."""

    def lines(self, item: Any, value: AnswerValue | None, *, with_key: bool = False) -> list[Line]:
        """The question and its answer as printed; with `with_key` what was right, and why."""


KINDS: dict[str, Answering] = {
    "single": choice,
    "multiple": choice,
    "numeric": numeric,
    "order": order,
    "match": match,
    "cloze": cloze,
    "case": case,
}
"""Every kind of question with a key; a reflection has none and is read by a person."""


def answering(item: Item) -> Answering:
    """The file of the item's kind. Raises KeyError for a reflection."""
    return KINDS[item.kind]


def must_fit(item: Item, value: AnswerValue) -> None:
    """Raise CourseError where `value` is no answer to `item`: one line that says what would be."""
    if isinstance(item, Reflection | Numeric) != isinstance(value, str):
        form = "words" if isinstance(item, Reflection) else "number" if isinstance(item, Numeric) else "parts"
        sample = "…" if isinstance(item, Reflection) else answering(item).example(item)
        raise CourseError(say(f"misfit.form_{form}", item=item.id, example=sample))
    if not isinstance(item, Reflection):
        answering(item).must_fit(item, value)


def still_fitting(item: Item, value: AnswerValue) -> AnswerValue:
    """What of an older answer fits `item` as it is now; the answer on disk stays as it is."""
    if isinstance(value, str) or isinstance(item, Reflection | Numeric):
        return value if _fits(item, value) else empty_answer(item)
    if _fits(item, value):
        return value
    kept: list[str] = []
    for word in value:
        kept += [word] if _fits(item, [*kept, word]) else []
    return kept


def _fits(item: Item, value: AnswerValue) -> bool:
    try:
        must_fit(item, value)
    except CourseError:
        return False
    return True


def feedback(item: Item, value: AnswerValue, *, reveal: bool = False) -> Feedback:
    """What to tell about a practice answer. Raises KeyError for a reflection."""
    return answering(item).feedback(item, value, reveal=reveal)


def best_answer(item: Item) -> AnswerValue:
    """An answer that earns everything. Raises KeyError for a reflection."""
    return answering(item).best(item)


def empty_answer(item: Item) -> AnswerValue:
    """How "not answered" looks for this kind."""
    return "" if isinstance(item, Reflection | Numeric) else []


def from_typed(item: Item, values: tuple[str | float, ...]) -> AnswerValue:
    """What somebody typed in `answer(id, …)` as an answer. Raises CourseError where it can be none."""
    if isinstance(item, Reflection) and len(values) != 1:
        raise CourseError(say("answer.one_text", item=item.id))
    if not values or (isinstance(item, Numeric) and len(values) != 1):
        raise CourseError(say("answer.none", item=item.id, example=answering(item).example(item)))
    words = [value if isinstance(value, str) else _number(item, value) for value in values]
    return words[0] if isinstance(item, Reflection | Numeric) else words


def _number(item: Item, value: object) -> str:
    if isinstance(item, Numeric) and isinstance(value, int | float) and not isinstance(value, bool):
        return numeric.plain_number(value)
    raise CourseError(say("misfit.form_parts", item=item.id, example="…"))
