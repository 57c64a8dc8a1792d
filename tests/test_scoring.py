"""Scoring, held against tables worked out by hand."""

from __future__ import annotations

from dataclasses import replace
from typing import get_args

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from small_topic import CHECK_SINGLE, REFLECT_GRADED, REFLECT_PRIVATE

from peercourse.items import Choice, Option, Partial
from peercourse.scoring import score

SCHEMES = get_args(Partial)


def multiple(partial: Partial, points: float = 1) -> Choice:
    """Four options, of which a and b are right."""
    options = tuple(Option(name, name.upper(), correct=name in "ab") for name in "abcd")
    return Choice("letters", "multiple", "check", "Which?", options, partial=partial, points=points)


TABLE = [
    # chosen, off, net-correct, coverage, each-answer
    ("", 0, 0, 0, 0),
    ("a", 0, 1 / 2, 1 / 2, 3 / 4),
    ("ab", 1, 1, 1, 1),
    ("c", 0, 0, 0, 1 / 4),
    ("ac", 0, 0, 1 / 4, 2 / 4),
    ("cd", 0, 0, 0, 0),
    ("abc", 0, 1 / 2, 2 / 3, 3 / 4),
    ("acd", 0, 0, 1 / 6, 1 / 4),
    ("abcd", 0, 0, 1 / 2, 2 / 4),
]


@pytest.mark.parametrize("points", [1, 6])
@pytest.mark.parametrize(
    ("chosen", "scheme", "share"),
    [(row[0], scheme, row[1 + column]) for row in TABLE for column, scheme in enumerate(SCHEMES)],
)
def test_every_scheme_gives_what_the_table_says(chosen, scheme, share, points):
    assert score(multiple(scheme, points), list(chosen)).points == pytest.approx(share * points, abs=1e-4)


def test_the_table_has_a_column_for_every_scheme():
    assert SCHEMES == ("off", "net-correct", "coverage", "each-answer")


@pytest.mark.parametrize("scheme", SCHEMES)
@pytest.mark.parametrize("blank", [None, []])
def test_a_blank_answer_earns_nothing_under_any_scheme(scheme, blank):
    assert score(multiple(scheme, 4), blank).points == 0


@pytest.mark.parametrize(
    ("chosen", "points"), [(["teller"], 2), (["worker"], 0), ([], 0), (["teller", "worker"], 0), (["teller", "?"], 2)]
)
def test_a_single_question_is_all_or_nothing(chosen, points):
    assert score(CHECK_SINGLE, chosen).points == points


def test_a_single_question_pays_no_part_of_its_points_whatever_its_scheme_says():
    for scheme in SCHEMES:
        assert score(replace(CHECK_SINGLE, partial=scheme), ["teller", "worker"]).points == 0


@st.composite
def questions(draw) -> Choice:
    names = [f"option-{n}" for n in range(draw(st.integers(3, 8)))]
    kind = draw(st.sampled_from(["single", "multiple"]))
    count = 1 if kind == "single" else draw(st.integers(2, len(names) - 1))
    key = draw(st.permutations(names))[:count]
    options = tuple(Option(name, name, correct=name in key) for name in names)
    return Choice(
        "any",
        kind,
        "check",
        "Which?",
        options,
        points=draw(st.floats(0.25, 100)),
        partial=draw(st.sampled_from(SCHEMES)),
    )


@settings(deadline=None)
@given(questions(), st.data())
def test_no_choice_earns_less_than_nothing_or_more_than_all(item, data):
    names = [o.id for o in item.options] + ["stranger", ""]
    chosen = data.draw(st.lists(st.sampled_from(names), max_size=12))

    assert 0 <= score(item, chosen).points <= round(item.points, 4)


@settings(deadline=None)
@given(questions())
def test_the_key_earns_everything_and_nothing_else_does(item):
    wrong = [o.id for o in item.options if not o.correct]

    assert score(item, sorted(item.key)).points == round(item.points, 4)
    assert score(item, [*item.key, wrong[0]]).points < item.points
    assert score(item, wrong).points < item.points


@settings(deadline=None)
@given(questions(), st.data())
def test_options_that_are_not_there_change_nothing_and_are_named(item, data):
    chosen = data.draw(st.lists(st.sampled_from([o.id for o in item.options])))
    with_stranger = score(item, [*chosen, "stranger"])

    assert with_stranger.points == score(item, chosen).points
    assert with_stranger.notes == ('the answer names an option the question does not have: "stranger"',)


@settings(deadline=None)
@given(questions(), st.data())
def test_order_and_doubling_of_a_choice_change_nothing(item, data):
    chosen = data.draw(st.lists(st.sampled_from([o.id for o in item.options])))

    assert score(item, [*reversed(chosen), *chosen]) == score(item, chosen)


def test_of_many_unknown_options_three_are_named_and_cut_short():
    result = score(CHECK_SINGLE, [letter * 500 for letter in "uvwxyz"])

    assert len(result.notes) == 3
    assert max(map(len, result.notes)) < 120


def test_text_in_place_of_options_earns_nothing_and_is_noted():
    assert score(CHECK_SINGLE, "teller").points == 0
    assert score(CHECK_SINGLE, "teller").notes == ("the answer is text where options were expected",)


def test_a_reflection_waits_for_a_person():
    assert score(REFLECT_GRADED, "I will say hello first.").points is None
    assert score(REFLECT_GRADED, "I will say hello first.").max_points == 4


@pytest.mark.parametrize("nothing", [None, "", " \n\t\u2003"])
def test_an_empty_reflection_needs_no_person_and_earns_nothing(nothing):
    assert score(REFLECT_GRADED, nothing).points == 0
    assert score(REFLECT_PRIVATE, nothing).points == 0


def test_a_list_in_place_of_a_reflection_earns_nothing_and_is_noted():
    assert score(REFLECT_GRADED, ["a"]).points == 0
    assert score(REFLECT_GRADED, ["a"]).notes == ("the answer is a list where text was expected",)
