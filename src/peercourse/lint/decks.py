"""Flashcards: two sides, a source, a day by which somebody reads them again."""

from __future__ import annotations

from collections.abc import Iterator

from peercourse.bank import Course, Topic
from peercourse.items import Card
from peercourse.lint.forms import ID, MAX_ID, source_problems


def card_problems(course: Course, topic: Topic, card: Card) -> Iterator[str]:
    """What is wrong with one card; each line starts where "file: "id"" has ended."""
    if not ID.fullmatch(card.id) or len(card.id) > MAX_ID:
        yield f"is no id: use words in lower case joined by hyphens, {MAX_ID} characters at most."
    elif not card.id.startswith(f"{topic.name}-"):
        yield f'has an id of no topic; start it with the topic\'s name, as in "{topic.name}-card-{card.id}".'
    for side, text in (("front", card.front), ("back", card.back)):
        if not text.strip():
            yield f"has an empty {side}; write it."
    if card.objective not in {objective.id for objective in topic.head.objective}:
        yield f'names an objective that topic.toml does not have, "{card.objective}"; name one of its own.'
    if not card.sources:
        yield "has no sources; name at least one of course/sources.toml."
    yield from source_problems(course, card.sources)
    if card.review_by is None:
        yield "has no review_by; add the date by which somebody reads it again."
