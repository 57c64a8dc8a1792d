"""The deck for people who live in Anki: the same cards as an `.apkg` file, with ids that never change.

Bringing a newer file in updates the cards and keeps what Anki knows about them.
"""

from __future__ import annotations

import hashlib
import html
import tempfile
from collections.abc import Iterable
from pathlib import Path

from peercourse.items import CourseError
from peercourse.topic_folder import Deck
from peercourse.wording import say

_CSS = ".card { font: 1.25rem/1.5 system-ui, sans-serif; max-width: 40rem; margin: auto; text-align: start; }"


def anki_package(course: str, title: str, decks: Iterable[Deck]) -> bytes:
    """An `.apkg` file with a sub-deck for each of `decks`.

    Note, model and deck ids follow from `course` and the cards' own ids. Raises CourseError where
    `genanki` is not installed.
    """
    try:
        import genanki  # only for somebody who wants the file
    except ImportError:
        raise CourseError(say("cards.no_anki")) from None
    one_way, both_ways = (_model(genanki, course, name, both=name == "both ways") for name in ("one way", "both ways"))
    made = []
    for deck in decks:
        anki_deck = genanki.Deck(_number(f"{course}/{deck.topic}"), f"{title}::{deck.title}")
        for card in deck.cards:
            note = genanki.Note(
                model=both_ways if card.reverse else one_way,
                fields=[_as_html(card.front), _as_html(card.back)],
                guid=genanki.guid_for(course, card.id),
                tags=[deck.topic, *(["booster"] if card.booster else [])],
            )
            anki_deck.add_note(note)
        made.append(anki_deck)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "deck.apkg"
        genanki.Package(made).write_to_file(str(path))
        return path.read_bytes()


def _model(genanki, course: str, name: str, *, both: bool):  # type: ignore[no-untyped-def]
    faces = [("Front", "Back")] + ([("Back", "Front")] if both else [])
    templates = [
        {"name": front, "qfmt": f"{{{{{front}}}}}", "afmt": f"{{{{FrontSide}}}}<hr id=answer>{{{{{back}}}}}"}
        for front, back in faces
    ]
    fields = [{"name": "Front"}, {"name": "Back"}]
    return genanki.Model(_number(f"{course}/{name}"), f"{course}, {name}", fields=fields, templates=templates, css=_CSS)


def _number(name: str) -> int:
    """A number between 2^30 and 2^31 that stays the same for a name: what Anki takes for an id."""
    return (1 << 30) + int.from_bytes(hashlib.sha256(name.encode()).digest()[:4]) % (1 << 30)


def _as_html(text: str) -> str:
    return html.escape(text).replace("\n", "<br>")
