"""Steps to be put in order."""

from __future__ import annotations

from bisect import bisect_left
from typing import Any

from peercourse.answering.told import Feedback, Line, Part
from peercourse.items import CourseError, Order, Step, is_graded, shown_steps
from peercourse.scoring import AnswerValue, is_right, out_of_order
from peercourse.wording import count, say


def must_fit(item: Order, value: list[str]) -> None:
    """Raise CourseError where `value` does not name every step once; an empty one takes the answer back."""
    known = [step.id for step in shown_steps(item)]
    for name in value:
        if name not in known:
            raise CourseError(say("misfit.step", item=item.id, name=name[:40], known=", ".join(known)))
    if value and sorted(value) != sorted(known):
        raise CourseError(say("misfit.every_step", item=item.id, known=", ".join(known)))


def example(item: Order) -> str:
    """What stands after the id in a call that answers by typing."""
    return ", ".join(f'"{step.id}"' for step in shown_steps(item))


def best(item: Order) -> list[str]:
    """An answer that earns everything."""
    return [step.id for step in item.steps]


def describe(item: Order) -> dict[str, Any]:
    """What the page needs beyond what all questions have; no key: steps in the order everyone meets."""
    rule = [say(f"rule.order.{item.partial}")] if is_graded(item) else []
    return {
        "how": " ".join([say("choose.order"), *rule]),
        "steps": [{"id": step.id, "text": step.text} for step in shown_steps(item)],
    }


def feedback(item: Order, value: list[str], *, reveal: bool = False) -> Feedback:
    """What to tell somebody who put the steps in this order.

    Steps that stand right among each other get their reason; every other one is told which way it belongs.
    """
    if is_right(item, value):
        parts = tuple(Part(step.id, True, say("reason.right"), step.why) for step in item.steps)
        return Feedback(True, say("feedback.right"), parts, item.explanation)
    staying = in_right_order(item, value)
    parts = tuple(_part(item, value, name, name in staying, reveal) for name in value)
    if reveal:
        return Feedback(False, say("feedback.shown"), parts, item.explanation, tuple(step.text for step in item.steps))
    summary = count("feedback.order_moves", len(value) - len(staying))
    swapped = out_of_order(item, value)
    if swapped:
        summary += " " + say("feedback.critical", early=swapped[0].rstrip("."), late=swapped[1].rstrip("."))
    return Feedback(False, summary, parts)


def in_right_order(item: Order, value: list[str]) -> frozenset[str]:
    """The largest set of steps in `value` that stand in the right order among each other; the others have to move."""
    place = {step.id: index for index, step in enumerate(item.steps)}
    tails: list[int] = []
    chains: list[tuple[str, ...]] = []
    for name in value:
        index = bisect_left(tails, place[name])
        chain = (*(chains[index - 1] if index else ()), name)
        tails[index : index + 1] = [place[name]]
        chains[index : index + 1] = [chain]
    return frozenset(chains[-1]) if chains else frozenset()


def _part(item: Order, value: list[str], name: str, stays: bool, reveal: bool) -> Part:
    step = _step(item, name)
    if stays:
        return Part(name, True, say("reason.step_fits"), step.why)
    right = [other.id for other in item.steps]
    after_it = sum(right.index(other) > right.index(name) for other in value[: value.index(name)])
    before_it = sum(right.index(other) < right.index(name) for other in value[value.index(name) + 1 :])
    return Part(
        name, False, say("reason.step_earlier" if after_it > before_it else "reason.step_later"), step.why * reveal
    )


def lines(item: Order, value: AnswerValue | None, *, with_key: bool = False) -> list[Line]:
    """The question as printed: the steps as the learner put them, or with the key in their right order."""
    given = [name for name in value if _has(item, name)] if isinstance(value, list) else []
    if with_key:
        return [_key_line(step, number, given) for number, step in enumerate(item.steps, 1)]
    if given:
        notes = (say("twin.your_place"),)
        return [Line(f"{number}. {_step(item, name).text}", notes) for number, name in enumerate(given, 1)]
    return [Line(f"• {step.text}") for step in shown_steps(item)]


def _key_line(step: Step, number: int, given: list[str]) -> Line:
    notes = (say("review.your_place", n=given.index(step.id) + 1),) if step.id in given else ()
    return Line(f"{number}. {step.text}", notes, step.why)


def _has(item: Order, name: str) -> bool:
    return any(step.id == name for step in item.steps)


def _step(item: Order, name: str) -> Step:
    return next(step for step in item.steps if step.id == name)
