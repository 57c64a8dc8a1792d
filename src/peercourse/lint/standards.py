"""What every topic is held to: how many of each, and what branching cases need to feel like the work."""

from __future__ import annotations

from collections.abc import Iterator

from peercourse.bank import Course, Standard, Topic
from peercourse.items import Asked, Case, Reflection, is_graded
from peercourse.lint.places import uses, where
from peercourse.lint.stories import story_problems


def standard_problems(course: Course, standard: Standard) -> Iterator[str]:
    """Where a topic has less than the course's standard asks for."""
    for topic in course.topics:
        if topic.head.kind == "topic":
            yield from (f"course/{topic.name}/{problem}" for problem in _counts(topic, standard))
        if standard.facilitator and topic.head.kind == "topic" and not topic.facilitator.strip():
            yield f"course/{topic.name}/facilitator.md: is missing; write the plan for those who teach the topic."
        for item in topic.questions:
            if isinstance(item, Case):
                yield from (f"{where(topic, item)} {problem}" for problem in story_problems(item, standard))
            elif isinstance(item, Asked) and item.use == "practice" and standard.hints not in (0, len(item.hints)):
                yield f"{where(topic, item)} has {len(item.hints)} hints; write {standard.hints}."


def _counts(topic: Topic, standard: Standard) -> Iterator[str]:
    asked = [
        ("questions.toml", "practice questions", len(uses(topic, "practice")), standard.practice),
        ("questions.toml", "check questions", len(uses(topic, "check")), standard.check),
        ("exam.toml", "exam questions", len(uses(topic, "exam")), standard.exam),
        ("polls.toml", "polls", len(uses(topic, "poll")), standard.polls),
        ("cards.toml", "cards", len(topic.cards), standard.cards),
        ("cases.toml", "cases", sum(isinstance(item, Case) for item in topic.items), standard.cases),
    ]
    for file, what, count, least in asked:
        if count < least:
            yield f"{file}: has {count} {what}; write {least - count} more."
    reflections = [is_graded(item) for item in topic.items if isinstance(item, Reflection)]
    for graded, name in ((False, "private"), (True, "graded")):
        if standard.check and reflections.count(graded) != 1:
            yield f"questions.toml: has {reflections.count(graded)} {name} reflections; write one."
