"""Flashcards are kept in a log of the learner's own: written, folded, exported, brought in."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from peercourse import answers
from peercourse.card_log import (
    Review,
    export_text,
    fold_cards,
    import_text,
    put_aside,
    read_cards,
    take_up,
    undo_review,
    write_hook,
    write_review,
)
from peercourse.items import CourseError

NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)


@pytest.fixture
def log(tmp_path: Path) -> Path:
    return tmp_path / "cards.jsonl"


def test_a_deck_that_was_never_opened_has_no_history(log):
    assert read_cards(log).reviews == []


def test_reviews_come_back_in_the_order_they_were_made(log):
    reviews = [Review("naloxone", 3, NOON), Review("tolerance", 1, NOON + timedelta(minutes=2))]

    for review in reviews:
        write_review(log, review)

    assert read_cards(log).reviews == reviews


def test_the_last_rating_can_be_taken_back(log):
    write_review(log, Review("naloxone", 3, NOON))
    write_review(log, Review("naloxone", 1, NOON))
    undo_review(log)

    assert [review.rating for review in read_cards(log).reviews] == [3]


def test_taking_back_more_than_there_is_does_nothing(log):
    undo_review(log)

    assert read_cards(log).reviews == []


def test_a_card_put_aside_can_be_taken_up_again(log):
    put_aside(log, "naloxone")
    assert read_cards(log).aside == {"naloxone"}

    take_up(log, "naloxone")
    assert read_cards(log).aside == set()


def test_a_memory_hook_is_the_learners_last_words(log):
    write_hook(log, "naloxone", "nose first")
    write_hook(log, "naloxone", "  N for nose ")

    assert read_cards(log).hooks == {"naloxone": "N for nose"}


def test_lines_of_another_kind_are_passed_over(log):
    for event in ({"card": "a", "rating": 9, "at": "2026-11-23T12:00:00Z"}, {"card": "a", "rating": 3}, {"x": 1}):
        answers.append(log, event)
    write_review(log, Review("a", 2, NOON))

    assert read_cards(log).reviews == [Review("a", 2, NOON)]


def test_a_log_of_a_newer_version_is_read_out_in_one_line_and_never_written(log):
    log.write_text('{"v":2,"card":"a","rating":3}\n')
    before = log.read_bytes()

    assert "newer version" in read_cards(log).problems[0]
    with pytest.raises(CourseError, match="newer version"):
        write_review(log, Review("a", 3, NOON))
    with pytest.raises(CourseError, match="newer version"):
        import_text(log, '{"v":1,"card":"a","rating":3,"at":"2026-11-23T12:00:00Z"}\n')
    assert log.read_bytes() == before


def test_progress_moves_to_another_computer_as_a_file(log, tmp_path):
    write_review(log, Review("naloxone", 3, NOON))
    write_review(log, Review("naloxone", 1, NOON))
    undo_review(log)
    write_hook(log, "naloxone", "nose")
    elsewhere = tmp_path / "other.jsonl"

    import_text(elsewhere, export_text(log))

    assert read_cards(elsewhere) == read_cards(log)


def test_the_same_file_brought_in_twice_adds_nothing(log):
    write_review(log, Review("naloxone", 3, NOON))
    write_review(log, Review("naloxone", 2, NOON))
    undo_review(log)
    saved = export_text(log)

    assert import_text(log, saved) == 0
    assert [review.rating for review in read_cards(log).reviews] == [3]


def test_a_file_that_is_no_export_is_refused_in_one_line(log):
    with pytest.raises(CourseError, match="no saved cards"):
        import_text(log, "dear diary\n")
    assert not log.exists()


@given(st.binary(max_size=400))
def test_no_bytes_in_a_log_break_the_deck(data):
    history = fold_cards(answers.events_in(data))

    assert all(1 <= review.rating <= 4 for review in history.reviews)
