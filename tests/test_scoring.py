"""Scoring, held against tables worked out by hand."""

from __future__ import annotations

from dataclasses import replace
from typing import get_args

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from small_topic import (
    CHECK_CASE,
    CHECK_CLOZE,
    CHECK_KINDS,
    CHECK_MATCH,
    CHECK_NUMERIC,
    CHECK_ORDER,
    CHECK_SINGLE,
    POLL,
    REFLECT_GRADED,
    REFLECT_PRIVATE,
)

from peercourse.answering import best_answer
from peercourse.items import Choice, Item, Numeric, Option, Order, Partial, Step
from peercourse.scoring import is_right, score

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
    assert with_stranger.notes == ('the answer names a part the question does not have: "stranger"',)


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
    assert score(CHECK_SINGLE, "teller").notes == ("the answer is text where parts of the question were expected",)


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


# --- numbers, orders, matches, gaps, cases -------------------------------------------------------

OTHER_KINDS = (*CHECK_KINDS, CHECK_CASE)


@pytest.mark.parametrize("item", OTHER_KINDS, ids=lambda item: item.kind)
def test_the_best_answer_earns_everything_and_nothing_earns_nothing(item):
    assert score(item, best_answer(item)).points == item.points
    assert score(item, best_answer(item)).notes == ()
    assert is_right(item, best_answer(item))
    for nothing in (None, [], "", "  "):
        assert score(item, nothing).points == 0


@pytest.mark.parametrize("item", OTHER_KINDS, ids=lambda item: item.kind)
def test_an_answer_of_the_wrong_form_earns_nothing_and_is_noted(item):
    value = ["1204"] if isinstance(item, Numeric) else "1204"

    assert score(item, value).points == 0
    assert len(score(item, value).notes) == 1


def parts_of(item: Item) -> list[str]:
    best = best_answer(item)
    wrong = {"match": ["waits=speed"], "cloze": ["start=noon", "paper=money"], "case": ["first/drive", "back"]}
    return [*best, *wrong.get(item.kind, []), "stranger", "", "=", "a=b=c"]


@settings(deadline=None)
@given(st.sampled_from([item for item in OTHER_KINDS if item.kind != "numeric"]), st.data())
def test_no_answer_of_any_kind_earns_less_than_nothing_or_more_than_all(item, data):
    value = data.draw(st.lists(st.one_of(st.sampled_from(parts_of(item)), st.text(max_size=8)), max_size=12))

    assert 0 <= score(item, value).points <= item.points
    assert is_right(item, value) == (score(item, value).points == item.points)


@settings(deadline=None)
@given(st.sampled_from([CHECK_MATCH, CHECK_CLOZE]), st.data())
def test_the_order_in_which_parts_are_given_changes_nothing(item, data):
    value = data.draw(st.permutations(best_answer(item)))
    value = value[: data.draw(st.integers(0, len(value)))]

    assert score(item, value) == score(item, list(reversed(value)))


@pytest.mark.parametrize(
    ("item", "value", "points"),
    [
        (CHECK_MATCH, ["waits=autonomy"], 1),
        (CHECK_MATCH, ["waits=autonomy", "shares=openness", "asks=speed"], 2),
        (replace(CHECK_MATCH, partial="off"), ["waits=autonomy", "shares=openness", "asks=speed"], 0),
        (CHECK_MATCH, ["waits=speed", "waits=autonomy"], 1),
        (CHECK_CLOZE, ["start=nine"], 1),
        (CHECK_CLOZE, ["start=nine", "paper=Identificaton."], 2),
        (CHECK_CLOZE, ["start=noon", "paper=PAPERS"], 1),
        (replace(CHECK_CLOZE, partial="off"), ["start=nine", "paper=money"], 0),
        (CHECK_NUMERIC, "1,204", 1),
        (CHECK_NUMERIC, "1204 beds", 1),
        (CHECK_NUMERIC, "1796", 0),
        (CHECK_NUMERIC, "1204 or 1205", 0),
        (CHECK_ORDER, ["knock", "name", "ask", "sit", "listen"], 2),
        (CHECK_ORDER, ["name", "knock", "ask", "sit", "listen"], 0),
        (CHECK_ORDER, ["knock", "name", "ask", "listen", "sit"], 1.6),
        (replace(CHECK_ORDER, partial="off"), ["knock", "name", "ask", "listen", "sit"], 0),
        (CHECK_CASE, ["first/ask", "second/listen"], 2),
        (CHECK_CASE, ["first/tell", "second/listen"], 1.5),
        (CHECK_CASE, ["first/ask"], 1),
        (CHECK_CASE, ["first/drive"], 0),
        (CHECK_CASE, ["first/tell", "back", "first/ask", "second/listen"], 1.5),
        (CHECK_CASE, ["first/drive", "back", "first/ask", "second/listen"], 0),
    ],
    ids=str,
)
def test_parts_earn_what_the_rule_says(item, value, points):
    assert score(item, value).points == pytest.approx(points, abs=1e-4)


def test_steps_a_life_depends_on_say_why_they_earn_nothing():
    (note,) = score(CHECK_ORDER, ["name", "knock", "ask", "sit", "listen"]).notes

    assert "Knock and wait" in note
    assert "safety" in note


def test_an_unsafe_turn_says_why_it_earns_nothing():
    (note,) = score(CHECK_CASE, ["first/drive"]).notes

    assert "Somebody could die." in note


@settings(deadline=None)
@given(st.integers(2, 6), st.data())
def test_an_order_earns_less_the_more_pairs_stand_the_wrong_way_round(count, data):
    steps = tuple(Step(f"s{n}", f"step {n}") for n in range(count))
    item = Order("any", "order", "check", "Order?", steps, points=1)
    value = data.draw(st.permutations([step.id for step in steps]))
    wrong = sum(a > b for i, a in enumerate(value) for b in value[i + 1 :])
    pairs = count * (count - 1) // 2

    assert score(item, list(value)).points == pytest.approx(max(0, 1 - 2 * wrong / pairs), abs=1e-4)


@settings(deadline=None)
@given(st.floats(-1e6, 1e6), st.floats(0, 10), st.floats(-20, 20))
def test_a_number_counts_within_its_tolerance_and_not_beyond(answer, tolerance, off):
    answer, tolerance, off = round(answer, 3), round(tolerance, 3), round(off, 3)
    item = Numeric("any", "numeric", "check", "How many?", answer=answer, tolerance=tolerance)
    points = score(item, f"{answer + off:.6f}").points

    if abs(off) < tolerance - 1e-3 or off == 0:
        assert points == 1
    # A comma or a point for thousands may give a second reading; without one there is none.
    elif abs(off) > tolerance + 1:
        assert points == 0


def test_a_poll_and_a_reflection_are_never_right():
    assert not is_right(POLL, ["ask"])
    assert not is_right(REFLECT_PRIVATE, "Tea.")
