"""Reading what people type: numbers as they are written around the world, words with small slips."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from peercourse.typed_answers import FORGIVING_LENGTH, MAX_TYPED, numbers_in, same_words


@pytest.mark.parametrize(
    ("typed", "read"),
    [
        ("1204", {1204}),
        ("1,204", {1204, 1.204}),
        ("1.204", {1204, 1.204}),
        ("1 204", {1204}),
        ("1\u202f204", {1204}),
        ("1'204", {1204}),
        ("1,204.5", {1204.5}),
        ("1.204,5", {1204.5}),
        ("23.1", {23.1}),
        ("23,1", {23.1}),
        (".5", {0.5}),
        ("-3", {-3}),
        ("\u22123", {-3}),
        ("about 80,000 people", {80000, 80}),
        ("45 %", {45}),
        ("$5", {5}),
        ("1,234,567", {1234567}),
        ("007", {7}),
        ("", set()),
        ("none", set()),
        ("1 or 2", set()),
        ("1,2,3", set()),
    ],
)
def test_numbers_are_read_as_people_write_them(typed, read):
    assert numbers_in(typed) == read


@settings(deadline=None)
@given(st.integers(-(10**9), 10**9))
def test_a_whole_number_is_read_back_however_its_thousands_are_set_apart(number):
    for mark in ("", ",", ".", " ", "'", "\u00a0", "\u2009"):
        assert number in numbers_in(f"{number:,}".replace(",", mark))


@settings(deadline=None)
@given(st.text(max_size=MAX_TYPED * 2))
def test_whatever_is_typed_gives_two_readings_at_most_and_no_error(text):
    assert len(numbers_in(text)) <= 2
    assert same_words(text, text) in (True, False)


@pytest.mark.parametrize(
    ("typed", "expected", "counts"),
    [
        ("help arrives", "help arrives", True),
        ("  Help,  ARRIVES! ", "help arrives", True),
        ("help-arrives", "help arrives", True),
        ("naloxne", "naloxone", True),
        ("naloxonee", "naloxone", True),
        ("nalxoone", "naloxone", True),
        ("naloxane", "naloxone", True),
        ("nalxne", "naloxone", False),
        ("cafe", "café", True),
        ("hat", "cat", False),
        ("911", "912", False),
        ("12345", "12346", False),
        ("help", "help arrives", False),
        ("", "help", False),
        ("...", "help", False),
    ],
)
def test_words_are_forgiven_one_slip_each_where_they_are_long_enough(typed, expected, counts):
    assert same_words(typed, expected) is counts


words = st.text("abcdefghijklmnopqrstuvwxyz", min_size=FORGIVING_LENGTH, max_size=12)


@settings(deadline=None)
@given(words, st.data())
def test_one_slip_in_a_long_word_counts_and_three_do_not(word, data):
    place = data.draw(st.integers(0, len(word) - 1))
    letter = data.draw(st.sampled_from("abcdefghijklmnopqrstuvwxyz"))

    assert same_words(word[:place] + word[place + 1 :], word)
    assert same_words(word[:place] + letter + word[place:], word)
    assert same_words(word[:place] + letter + word[place + 1 :], word)
    assert same_words(word[:place] + word[place : place + 2][::-1] + word[place + 2 :], word)
    assert not same_words(word + "xyz", word)


@settings(deadline=None)
@given(st.text(max_size=30))
def test_letter_case_and_outer_spacing_never_matter(text):
    assert same_words(f"  {text}\t", text) == same_words(text, text)
