"""Questions with options: one right, several right, or a poll without right or wrong."""

from __future__ import annotations

from typing import Any

from peercourse.answering.told import Feedback, Line, Part, part
from peercourse.items import Choice, CourseError, Option, is_graded, shown_order
from peercourse.scoring import AnswerValue, is_right
from peercourse.wording import count, say


def must_fit(item: Choice, value: list[str]) -> None:
    """Raise CourseError where `value` names no option of `item`, or too many."""
    known = [option.id for option in item.options]
    for name in value:
        if name not in known:
            raise CourseError(say("misfit.option", item=item.id, name=name[:40], known=", ".join(known)))
    if item.kind == "single" and len(value) > 1:
        raise CourseError(say("misfit.one", item=item.id, n=len(value)))


def example(item: Choice) -> str:
    """What stands after the id in a call that answers by typing."""
    return f'"{item.options[0].id}"'


def best(item: Choice) -> list[str]:
    """An answer that earns everything."""
    return sorted(item.key)


def describe(item: Choice) -> dict[str, Any]:
    """What the page needs beyond what all questions have; no key."""
    how = say("choose.one" if item.kind == "single" else "choose.many")
    if item.kind == "multiple" and is_graded(item):
        how += " " + say(f"rule.{item.partial}")
    return {"how": how, "options": [{"id": option.id, "text": option.text} for option in item.options]}


def feedback(item: Choice, value: list[str], *, reveal: bool = False) -> Feedback:
    """What to tell somebody who chose `value`.

    While some of the right options of a `multiple` are still to be found, its explanation, which
    would name them, is held back.
    """
    if item.use == "poll":
        cases = tuple(Part(option.id, None, "", option.why) for option in item.options)
        return Feedback(False, say("feedback.poll"), cases, item.discussion)
    right = is_right(item, value)
    told = item.options if right or reveal else [option for option in item.options if option.id in value]
    parts = tuple(part(option.id, option.correct, option.why) for option in told)
    if reveal and not right:
        return Feedback(False, say("feedback.shown"), parts, item.explanation)
    unfinished = item.kind == "multiple" and not right
    return Feedback(right, _summary(item, set(value), right), parts, "" if unfinished else item.explanation)


def _summary(item: Choice, chosen: set[str], right: bool) -> str:
    if right:
        return say("feedback.right")
    if item.kind == "single":
        return say("feedback.wrong")
    hits, to_find = len(item.key & chosen), len(item.key - chosen)
    first = say("feedback.some") if hits == len(chosen) else say("feedback.mixed" if hits else "feedback.none")
    second = count("feedback.to_find", to_find) if to_find else say("feedback.too_many")
    return f"{first} {second}"


def lines(item: Choice, value: AnswerValue | None, *, with_key: bool = False) -> list[Line]:
    """The question as printed, a line for each option."""
    chosen = frozenset(value) if isinstance(value, list) else frozenset()
    return [_line(item, option, option.id in chosen, with_key) for option in shown_order(item)]


def _line(item: Choice, option: Option, chosen: bool, with_key: bool) -> Line:
    marks = "○●" if item.kind == "single" else "☐☑"
    notes = [say("twin.your_choice")] if chosen else []
    notes += [say("review.right_answer")] if with_key and option.correct else []
    notes += [say("review.accepted")] if with_key and option.accepted else []
    return Line(f"{marks[chosen]} {option.text}", tuple(notes), option.why if with_key else "")
