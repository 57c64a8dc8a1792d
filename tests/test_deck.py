"""Flashcards on the page: rated, kept, chosen by topic, taken elsewhere."""

from __future__ import annotations

import base64
import io
import json
import sqlite3
import zipfile
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from small_desk import LANGUAGE, OVERDOSE, start_folder

from peercourse import answers
from peercourse.card_log import Review, card_log, put_aside, read_cards, write_review
from peercourse.card_twin import cards_html, cards_text
from peercourse.items import Card, CourseError
from peercourse.topic_folder import Deck, private_home
from peercourse.widgets.deck import CardDeck


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "home"))


@pytest.fixture
def mixed(tmp_path: Path) -> CardDeck:
    return CardDeck(start_folder(tmp_path), (OVERDOSE, LANGUAGE))


def rate(deck: CardDeck, rating: int = 3) -> str:
    card = str(deck.view["card"]["key"])
    deck.act({"type": "rate", "card": card, "rating": rating})
    return card


def test_a_rating_is_on_disk_and_the_next_card_is_shown(mixed):
    first = rate(mixed, 4)

    assert [(review.card, review.rating) for review in read_cards(card_log("harm-reduction")).reviews] == [(first, 4)]
    assert mixed.view["card"]["key"] != first


def test_cards_are_kept_outside_the_folder_that_is_handed_in(mixed, tmp_path):
    rate(mixed)

    assert private_home() in card_log("harm-reduction").parents
    assert list(tmp_path.glob("*.jsonl")) == []


def test_when_all_is_rated_easy_the_page_says_when_the_next_card_comes(mixed):
    while mixed.view["card"]:
        rate(mixed, 4)

    assert mixed.view["done"].startswith("That is all for today. The next card comes in ")


def test_the_mixed_deck_can_be_narrowed_to_one_topic(mixed):
    mixed.act({"type": "scope", "scope": "language"})

    assert mixed.view["card"]["key"] == "person-first"
    assert mixed.view["left"] == 1


def test_a_topics_own_deck_offers_no_other(tmp_path):
    assert CardDeck(start_folder(tmp_path), (LANGUAGE,)).view["scopes"] == [{"id": "language", "label": "Language"}]


def test_new_cards_of_one_topic_do_not_use_up_those_of_another(tmp_path):
    many = Deck("many", "Many", tuple(Card(f"many-{n}", "front", "back") for n in range(30)))
    for n in range(20):
        write_review(card_log("harm-reduction"), Review(f"many-{n}", 4, datetime.now(UTC)))

    assert CardDeck(start_folder(tmp_path), (LANGUAGE,)).view["card"] is not None
    assert CardDeck(start_folder(tmp_path), (many,)).view["card"] is None


def test_more_new_cards_can_be_asked_for(tmp_path):
    many = Deck("many", "Many", tuple(Card(f"many-{n}", "front", "back") for n in range(30)))
    deck = CardDeck(start_folder(tmp_path), (many,))
    for _ in range(20):
        rate(deck, 4)
    assert deck.view["card"] is None
    assert deck.view["can_more"]

    deck.act({"type": "more"})

    assert deck.view["left"] == 10


def test_in_a_folder_of_the_staff_a_session_runs_and_nothing_is_kept(tmp_path):
    deck = CardDeck(start_folder(tmp_path, read_only="This is the course's own copy."), (LANGUAGE,))

    rate(deck, 4)

    assert deck.view["card"] is None
    assert not card_log("harm-reduction").exists()
    with pytest.raises(CourseError, match="own copy"):
        deck.act({"type": "aside", "card": "person-first"})


@pytest.mark.parametrize(
    "message",
    [
        {"type": "rate", "card": "no-such-card", "rating": 3},
        {"type": "rate", "card": "signs", "rating": 5},
        {"type": "scope", "scope": "no-such-topic"},
        {"type": "hook", "card": "signs"},
        {},
    ],
)
def test_a_message_that_makes_no_sense_is_refused_and_writes_nothing(mixed, message):
    with pytest.raises(CourseError):
        mixed.act(message)
    assert not card_log("harm-reduction").exists()


def test_a_rating_can_be_taken_back(mixed):
    first = rate(mixed, 4)
    mixed.act({"type": "undo"})

    assert mixed.view["card"]["key"] == first
    assert not mixed.view["can_undo"]


def test_a_card_put_aside_leaves_the_session_and_can_be_taken_up_again(mixed):
    first = str(mixed.view["card"]["key"])
    mixed.act({"type": "aside", "card": first})
    assert mixed.view["card"]["key"] != first
    assert [card["key"] for card in mixed.view["aside"]] == [first]

    mixed.act({"type": "take_up", "card": first})
    assert mixed.view["aside"] == []


def test_a_hook_stands_with_its_card(mixed):
    first = str(mixed.view["card"]["key"])
    mixed.act({"type": "hook", "card": first, "text": "B for blue"})

    assert mixed.view["card"]["hook"] == "B for blue"


def test_what_an_exam_missed_becomes_a_session(mixed):
    answers.append(private_home() / "harm-reduction" / "exam.jsonl", {"event": "finish", "missed": ["overdose/scope"]})

    mixed.act({"type": "scope", "scope": "missed"})

    assert mixed.view["card"]["key"] == "tolerance"
    assert mixed.view["left"] == 2


def test_the_booster_comes_ten_weeks_after_its_topic_was_handed_in(mixed):
    finished = date.today() - timedelta(weeks=10, days=1)
    write_review(card_log("harm-reduction"), Review("signs", 4, datetime.now(UTC) - timedelta(weeks=10)))
    assert mixed.view["card"]["key"] == "signs"
    rate(mixed, 4)
    log = private_home() / "harm-reduction" / "overdose.jsonl"
    answers.append(log, {"event": "finished", "day": finished.isoformat()})
    put_aside(card_log("harm-reduction"), "nothing")
    mixed.refresh()

    assert "booster" not in mixed.view["counts"]

    later = CardDeck(mixed.folder, (OVERDOSE,))
    card_log("harm-reduction").unlink()
    later.refresh()

    assert later.view["card"]["booster"]
    assert later.view["counts"].startswith("1 booster")
    assert str(finished + timedelta(weeks=12)) in later.view["note"]


def test_progress_can_be_saved_and_brought_in_again(mixed):
    rate(mixed, 4)
    saved = mixed.act({"type": "export"})
    card_log("harm-reduction").unlink()

    reply = mixed.act({"type": "import", "text": saved["text"]})

    assert reply["said"] == "1 event was brought in."
    assert len(read_cards(card_log("harm-reduction")).reviews) == 1


def anki_notes(deck: CardDeck, folder: Path) -> dict[str, str]:
    """Fields by guid of the notes in the deck's Anki file."""
    reply = deck.act({"type": "anki"})
    with zipfile.ZipFile(io.BytesIO(base64.b64decode(reply["base64"]))) as package:
        package.extract("collection.anki2", folder)
    connection = sqlite3.connect(folder / "collection.anki2")
    notes = dict(connection.execute("select guid, flds from notes").fetchall())
    connection.close()
    return notes


def test_the_deck_for_anki_holds_every_card_under_an_id_that_stays(mixed, tmp_path):
    notes = anki_notes(mixed, tmp_path)
    fields = sorted(text.split("\x1f") for text in notes.values())

    assert len(notes) == 3
    assert ["tolerance", "How used a body is to a drug."] in fields
    assert anki_notes(mixed, tmp_path) == notes


def test_without_a_widget_a_deck_reads_as_text_and_as_html():
    assert "tolerance\n    How used a body is to a drug." in cards_text([OVERDOSE])
    hostile = Deck("t", "<b>", (Card("c", "<script>x</script>", "a & b"),))
    assert "<script>" not in cards_html([hostile])
    assert "&lt;script&gt;" in cards_html([hostile])


# --- a newer version of the course, and years of use ------------------------------------------------


def test_a_card_that_is_gone_is_asked_no_more_and_its_reviews_stay(mixed, tmp_path):
    first = rate(mixed, 1)
    before = mixed.log_path.read_bytes()
    left = replace(OVERDOSE, cards=tuple(card for card in OVERDOSE.cards if card.id != first))

    deck = CardDeck(start_folder(tmp_path), (left, LANGUAGE))

    assert deck.view["counts"] == "0 due · 3 new"
    while deck.view["card"]:
        assert rate(deck, 4) != first
    assert mixed.log_path.read_bytes().startswith(before)


def test_a_card_in_other_words_keeps_its_time(mixed, tmp_path):
    first = rate(mixed, 4)
    other = [replace(card, front="In other words?") if card.id == first else card for card in OVERDOSE.cards]

    deck = CardDeck(start_folder(tmp_path), (replace(OVERDOSE, cards=tuple(other)), LANGUAGE))

    assert deck.view["counts"] == "0 due · 3 new"
    assert deck.view["card"]["front"] != "In other words?"


def test_ten_thousand_reviews_are_read_whole(mixed, tmp_path):
    begun = datetime.now(UTC) - timedelta(days=4000)
    moments = [(begun + timedelta(hours=9 * number)).isoformat() for number in range(10_000)]
    mixed.log_path.parent.mkdir(parents=True)
    lines = [json.dumps({"v": 1, "card": "signs", "rating": 3, "at": moment}) for moment in moments]
    mixed.log_path.write_text("\n".join(lines) + "\n", "utf-8")

    deck = CardDeck(start_folder(tmp_path), (OVERDOSE, LANGUAGE))

    assert deck.view["problem"] == ""
    assert "3 new" in deck.view["counts"]
    rate(deck, 4)
    assert len(read_cards(deck.log_path).reviews) == 10_001
