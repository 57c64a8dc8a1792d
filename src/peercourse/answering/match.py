"""Prompts to be matched to options."""

from __future__ import annotations

from typing import Any

from peercourse.answering.told import Feedback, Line, Part, parts_summary
from peercourse.items import CourseError, Match, is_graded, shown_order
from peercourse.scoring import AnswerValue, is_right, pairs_of, parts_right
from peercourse.wording import say


def must_fit(item: Match, value: list[str]) -> None:
    """Raise CourseError where an entry is no "prompt=option" of `item`."""
    prompts, options = [prompt.id for prompt in item.prompts], [option.id for option in item.options]
    for word in value:
        left, _, right = word.partition("=")
        if left not in prompts:
            raise CourseError(say("misfit.prompt", item=item.id, name=left[:40], known=", ".join(prompts)))
        if right not in options:
            raise CourseError(say("misfit.option", item=item.id, name=right[:40], known=", ".join(options)))


def example(item: Match) -> str:
    """What stands after the id in a call that answers by typing."""
    return ", ".join(f'"{prompt.id}={item.options[0].id}"' for prompt in item.prompts)


def best(item: Match) -> list[str]:
    """An answer that earns everything."""
    return [f"{prompt.id}={prompt.answer}" for prompt in item.prompts]


def describe(item: Match) -> dict[str, Any]:
    """What the page needs beyond what all questions have; no key."""
    rule = [say(f"rule.match.{item.partial}")] if is_graded(item) else []
    return {
        "how": " ".join([say("choose.match"), *rule]),
        "prompts": [{"id": prompt.id, "text": prompt.text} for prompt in item.prompts],
        "options": [{"id": option.id, "text": option.text} for option in shown_order(item)],
    }


def feedback(item: Match, value: list[str], *, reveal: bool = False) -> Feedback:
    """What to tell somebody who made these pairs: reasons for those that fit, for all when asked for."""
    hits = parts_right(item, value)
    right = is_right(item, value)
    given = pairs_of(value)
    texts = {option.id: option.text for option in item.options}
    parts = []
    for prompt in item.prompts:
        if hits[prompt.id]:
            parts.append(Part(prompt.id, True, say("reason.right"), prompt.why))
        elif reveal:
            parts.append(Part(prompt.id, False, say("reason.answer", answer=texts[prompt.answer]), prompt.why))
        else:
            label = "reason.wrong" if prompt.id in given else "reason.open"
            parts.append(Part(prompt.id, False, say(label), ""))
    if right or reveal:
        summary = say("feedback.right" if right else "feedback.shown")
        return Feedback(right, summary, tuple(parts), item.explanation)
    return Feedback(False, parts_summary(sum(hits.values()), len(hits)), tuple(parts))


def lines(item: Match, value: AnswerValue | None, *, with_key: bool = False) -> list[Line]:
    """The question as printed: a line for each prompt, then what there is to choose from."""
    given = pairs_of(value) if isinstance(value, list) else {}
    texts = {option.id: option.text for option in item.options}
    told = []
    for prompt in item.prompts:
        chosen = texts.get(given.get(prompt.id, ""), "")
        notes = [say("twin.your_choice")] if chosen else []
        if with_key:
            fits = given.get(prompt.id) == prompt.answer
            answer = texts.get(prompt.answer, "")
            notes.append(say("review.right_answer") if fits else say("review.right_is", answer=answer))
        told.append(Line(f"{prompt.text} → {chosen or '______'}", tuple(notes), prompt.why if with_key else ""))
    choices = " · ".join(option.text for option in shown_order(item))
    return told if with_key else [*told, Line(say("twin.choices", choices=choices))]
