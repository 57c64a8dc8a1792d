"""Questions answered with a number."""

from __future__ import annotations

from typing import Any

from peercourse.answering.told import Feedback, Line, Part, part
from peercourse.items import CourseError, Numeric, is_graded
from peercourse.scoring import AnswerValue, is_right, number_fits
from peercourse.typed_answers import MAX_TYPED, numbers_in
from peercourse.wording import say

NUMBER = "number"
"""The id of the one part that such an answer has."""


def must_fit(item: Numeric, value: str) -> None:
    """Raise CourseError where no single number can be read in `value`; an empty one takes the answer back."""
    if value.strip() and (len(value) > MAX_TYPED or not numbers_in(value)):
        raise CourseError(say("misfit.number"))


def example(item: Numeric) -> str:
    """What stands after the id in a call that answers by typing."""
    return "12.5"


def best(item: Numeric) -> str:
    """An answer that earns everything."""
    return plain_number(item.answer or 0)


def describe(item: Numeric) -> dict[str, Any]:
    """What the page needs beyond what all questions have; no key."""
    how = say("choose.number")
    return {"how": f"{how} {say('rule.numeric')}" if is_graded(item) else how, "unit": item.unit}


def reading(item: Numeric, value: str) -> str:
    """How a typed number is read, told back; empty where there is none."""
    readings = sorted(numbers_in(value), reverse=True)
    if not readings:
        return ""
    first = with_unit(item, readings[0])
    if len(readings) == 1:
        return say("number.read", first=first)
    return say("number.read_two", first=first, other=plain_number(readings[1], commas=True))


def feedback(item: Numeric, value: str, *, reveal: bool = False) -> Feedback:
    """What to tell somebody who typed `value`; a number people often arrive at is told how."""
    right = is_right(item, value)
    answer = (with_unit(item, item.answer),) if item.answer is not None and (right or reveal) else ()
    if right:
        return Feedback(True, say("feedback.right"), (), item.explanation, answer)
    trap = next((trap for trap in item.traps if number_fits(value, trap.value, trap.tolerance)), None)
    parts = (part(NUMBER, False, trap.why),) if trap else ()
    if not reveal:
        return Feedback(False, say("feedback.number_trap" if trap else "feedback.number"), parts)
    others = tuple(
        Part(NUMBER, False, with_unit(item, other.value) + ":", other.why) for other in item.traps if other is not trap
    )
    return Feedback(False, say("feedback.shown"), (*parts, *others), item.explanation, answer)


def lines(item: Numeric, value: AnswerValue | None, *, with_key: bool = False) -> list[Line]:
    """The question as printed: the number in its unit, and with the key the right one."""
    typed = value.strip() if isinstance(value, str) else ""
    unit = f" {item.unit}" if item.unit else ""
    notes = (say("twin.your_answer"),) if typed else ()
    told = [Line(f"{typed or '______'}{unit}", notes)]
    if not with_key or item.answer is None:
        return told
    trap = next((trap for trap in item.traps if number_fits(typed, trap.value, trap.tolerance)), None)
    if trap and not number_fits(typed, item.answer, item.tolerance):
        told = [Line(told[0].text, notes, trap.why)]
    slack = f" (± {plain_number(item.tolerance)})" if item.tolerance else ""
    return [*told, Line(with_unit(item, item.answer) + slack, (say("review.right_answer"),))]


def with_unit(item: Numeric, number: float) -> str:
    """A number as people write it, with its unit."""
    return f"{plain_number(number, commas=True)} {item.unit}".strip()


def plain_number(number: float, *, commas: bool = False) -> str:
    """A number without exponent and without zeros that say nothing."""
    text = f"{number:,.10f}" if commas else f"{number:.10f}"
    return text.rstrip("0").rstrip(".")
