"""Cases that branch with what the learner does, recorded as a path."""

from __future__ import annotations

from typing import Any

from peercourse.answering.told import Feedback, Line, Part
from peercourse.items import Case, CourseError, Walk, walk
from peercourse.items.cases import BACK, MAX_PATH
from peercourse.scoring import AnswerValue
from peercourse.wording import say


def must_fit(item: Case, value: list[str]) -> None:
    """Raise CourseError where `value` is no path through the case."""
    told = walk(item, value)
    if len(value) > MAX_PATH:
        raise CourseError(say("misfit.path_long", item=item.id, n=MAX_PATH))
    if told.strangers:
        known = [f"{told.node.id}/{choice.id}" for choice in told.node.choices]
        known += [BACK] if item.back and told.taken else []
        raise CourseError(say("misfit.path", item=item.id, name=told.strangers[0][:80], known=", ".join(known)))


def example(item: Case) -> str:
    """What stands after the id in a call that answers by typing."""
    node = walk(item, []).node
    return f'"{node.id}/{node.choices[0].id}"' if node.choices else '""'


def best(item: Case) -> list[str]:
    """A path that earns as much as there is: the fitting choice at every moment, a good end."""
    nodes = {node.id: node for node in item.nodes}
    path: list[str] = []
    seen: set[str] = set()
    node = nodes[item.start]
    while node.choices and node.id not in seen:
        seen.add(node.id)
        choice = next((choice for choice in node.choices if choice.fit == "good"), node.choices[0])
        path.append(f"{node.id}/{choice.id}")
        node = nodes[choice.to]
    return path


def describe(item: Case) -> dict[str, Any]:
    """What the page needs before the first choice; no key, and no moment that is not reached yet."""
    return {"title": item.title, "back": item.back}


def feedback(item: Case, value: list[str], *, reveal: bool = False) -> Feedback:
    """What to tell somebody who went this way: the reason for every choice that stands, and the end's lesson."""
    told = walk(item, value)
    parts = tuple(
        Part(f"{node}/{choice.id}", None, say(f"fit.{choice.fit}") if choice.fit else "", choice.why)
        for node, choice in told.taken
    )
    return Feedback(told.node.end == "good", told.node.text, parts, told.node.lesson if told.ended else "")


def lines(item: Case, value: AnswerValue | None, *, with_key: bool = False) -> list[Line]:
    """The case as printed: the way that was taken, where it led, and what can be done there."""
    told = walk(item, value if isinstance(value, list) else [])
    nodes = {node.id: node for node in item.nodes}
    printed: list[Line] = []
    for name, choice in told.taken:
        printed += _scene(nodes[name].text)
        notes = (say("twin.your_choice"), *((say(f"fit.{choice.fit}"),) if with_key and choice.fit else ()))
        printed.append(Line(f"→ {choice.text}", notes, choice.why if with_key else ""))
    printed += _scene(told.node.text)
    printed += [Line(f"○ {choice.text}") for choice in told.node.choices]
    return [*printed, *_lesson(told)] if with_key else printed


def _scene(text: str) -> list[Line]:
    return [Line(line) for line in text.splitlines() if line.strip()]


def _lesson(told: Walk) -> list[Line]:
    return [Line(f"{say('review.explanation')}: {told.node.lesson}")] if told.node.lesson else []
