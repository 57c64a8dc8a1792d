"""A learner's own place for tests: a folder with decks, charts and an exam, and a private home of its own."""

from __future__ import annotations

from pathlib import Path

from peercourse.items import Card
from peercourse.topic_folder import Deck, TopicFolder

OVERDOSE = Deck(
    "overdose",
    "Overdose",
    (
        Card("signs", "Which signs?", "Blue or gray lips, no answer, slow breath.", objective="signs", booster=True),
        Card("tolerance", "tolerance", "How used a body is to a drug.", objective="scope", reverse=True),
    ),
)
LANGUAGE = Deck("language", "Language", (Card("person-first", "Person-first?", "The person comes first.", "words"),))


def start_folder(path: Path, *, read_only: str = "", **parts: object) -> TopicFolder:
    """A start page's folder with two decks."""
    return TopicFolder(path, "harm-reduction", "start", "Start", {}, read_only, (OVERDOSE, LANGUAGE), parts)
