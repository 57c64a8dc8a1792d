"""Reading a learner's own log: tries, words and ticks, whatever else stands in it."""

from __future__ import annotations

import json
from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from peercourse.answers import fold
from peercourse.practice_history import Try, days_right, history_in

DAY = date(2026, 3, 1)


def log(*events: dict) -> bytes:
    return "".join(json.dumps({"v": 1, "version": 1} | event) + "\n" for event in events).encode()


def made(item: str, right: bool, day: str = "2026-03-01", **more) -> dict:
    return {"item": item, "event": "check", "answer": ["a"], "right": right, "day": day} | more


def test_every_try_is_told_in_the_order_it_was_written():
    history = history_in(
        log(made("a", False, confidence=1), made("b", True), made("a", True, "2026-03-02", confidence=3))
    )

    assert history.tries == {
        "a": [Try(DAY, False, 1), Try(date(2026, 3, 2), True, 3)],
        "b": [Try(DAY, True)],
    }


def test_lines_of_an_older_version_are_answers_and_no_tries():
    data = log({"item": "a", "event": "check", "answer": ["x"]}, {"item": "b", "answer": "words"})

    assert history_in(data).tries == {}
    assert fold(data).answers.keys() == {"a", "b"}


def test_a_line_of_a_newer_version_is_passed_over_and_known():
    history = history_in(log(made("a", True)) + b'{"v":2,"item":"a","event":"check","right":false}\n')

    assert history.too_new
    assert history.tries == {"a": [Try(DAY, True)]}


def test_a_clock_that_goes_backwards_changes_no_count():
    events = [made("a", True, "2026-03-03"), made("a", True, "2026-03-01"), made("a", True, "1999-12-31")]

    assert days_right(history_in(log(*events)).tries["a"]) == 3
    assert days_right(history_in(log(*reversed(events))).tries["a"]) == 3


def test_right_twice_on_one_day_is_one_day():
    assert days_right([Try(DAY, True), Try(DAY, True), Try(DAY + timedelta(1), False)]) == 1


def test_a_try_after_the_answer_was_shown_that_day_is_helped_and_counts_no_day():
    shown = {"item": "a", "event": "shown", "day": "2026-03-01"}
    tries = history_in(log(made("a", False), shown, made("a", True), made("a", True, "2026-03-02"))).tries["a"]

    assert [t.helped for t in tries] == [False, True, False]
    assert days_right(tries) == 1


@pytest.mark.parametrize(
    "odd",
    [
        {"day": "yesterday"},
        {"day": 20260301},
        {"day": None},
        {"right": "yes"},
        {"right": None},
        {"right": 1},
        {"item": 7},
        {"item": None},
    ],
    ids=str,
)
def test_a_try_that_makes_no_sense_is_passed_over(odd):
    assert history_in(log(made("a", True) | odd)).tries == {}


@pytest.mark.parametrize("level", [0, 4, "2", True, None, 2.0, [1]])
def test_a_confidence_that_makes_no_sense_is_left_out(level):
    assert history_in(log(made("a", True, confidence=level))).tries["a"][0].confidence is None


@settings(deadline=None)
@given(st.binary(max_size=300))
def test_whatever_the_file_holds_nothing_is_raised(data):
    assert history_in(data + b"\n" + log(made("a", True))).tries.get("a", []) in ([Try(DAY, True)], [])


jsons = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=6,
)
events = st.fixed_dictionaries(
    {"event": st.sampled_from(["check", "shown", "own-words", "ticks", "poll", "else"]) | jsons},
    optional=dict.fromkeys(("item", "answer", "right", "day", "confidence", "text", "ticks"), jsons),
)


@settings(deadline=None)
@given(st.lists(events, max_size=6))
def test_events_of_any_shape_raise_nothing_and_give_only_what_is_promised(some):
    history = history_in(log(*some))

    for tries in history.tries.values():
        assert all(isinstance(t.day, date) and isinstance(t.right, bool) for t in tries)
        assert all(t.confidence in (None, 1, 2, 3) for t in tries)
    assert all(isinstance(text, str) for text in history.words.values())
    assert all(isinstance(level, int) for ticks in history.ticks.values() for level in ticks.values())


def test_words_and_ticks_are_the_latest():
    history = history_in(
        log(
            {"item": "a", "event": "own-words", "text": "one"},
            {"item": "a", "event": "own-words", "text": "two"},
            {"item": "b", "event": "ticks", "ticks": {"x": 1, "y": "no"}},
        )
    )

    assert (history.words, history.ticks) == ({"a": "two"}, {"b": {"x": 1}})


def test_a_log_of_ten_thousand_tries_is_read_whole():
    assert len(history_in(log(*[made("a", n % 2 == 0) for n in range(10_000)])).tries["a"]) == 10_000
