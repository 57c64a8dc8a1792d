"""Items, and what leaves the staff's hands of them."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import get_args

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from small_topic import CHECK_MULTIPLE, CHECK_SINGLE, ITEMS, PRACTICE_MULTIPLE, PRACTICE_SINGLE, REFLECT_GRADED

from peercourse.items import Choice, Option, Partial, Reflection, from_view, is_graded, public_view, shown_order

KEY_FIELDS = {"correct", "why", "explanation", "hints", "exemplar"}
SECRET = "SECRET of the key"


def with_every_key_field(item):
    """`item` with the mark SECRET in each text that belongs to its key."""
    if isinstance(item, Reflection):
        return replace(item, exemplar=SECRET)
    options = tuple(replace(option, why=SECRET) for option in item.options)
    return replace(item, options=options, explanation=SECRET, hints=(SECRET, SECRET))


def fields_in(value) -> set[str]:
    if isinstance(value, dict):
        return set(value).union(*map(fields_in, value.values()))
    if isinstance(value, list):
        return set().union(*map(fields_in, value))
    return set()


GRADED = [
    CHECK_SINGLE,
    *(replace(CHECK_MULTIPLE, partial=scheme) for scheme in get_args(Partial)),
    REFLECT_GRADED,
]


@pytest.mark.parametrize("item", GRADED, ids=lambda item: f"{item.kind}-{getattr(item, 'partial', 'graded')}")
def test_nothing_of_a_graded_items_key_leaves_the_staffs_hands(item):
    view = public_view(with_every_key_field(item))

    assert fields_in(view) & KEY_FIELDS == set()
    assert SECRET not in json.dumps(view)


@pytest.mark.parametrize("item", GRADED, ids=lambda item: f"{item.kind}-{getattr(item, 'partial', 'graded')}")
def test_a_graded_view_is_the_same_whatever_the_key_is(item):
    if isinstance(item, Choice):
        item = replace(item, shuffle=True)
        other = replace(item, options=tuple(replace(o, correct=not o.correct) for o in item.options))
    else:
        other = replace(item, exemplar="Another one.")

    assert json.dumps(public_view(other)) == json.dumps(public_view(item))


@pytest.mark.parametrize("item", [PRACTICE_SINGLE, PRACTICE_MULTIPLE], ids=lambda item: item.kind)
def test_a_practice_question_goes_out_whole(item):
    view = public_view(item)

    assert {o["id"]: (o["correct"], o["why"]) for o in view["options"]} == {
        o.id: (o.correct, o.why) for o in item.options
    }
    assert view["hints"] == list(item.hints)
    assert view["explanation"] == item.explanation


@pytest.mark.parametrize("item", ITEMS, ids=lambda item: item.id)
def test_a_view_read_back_gives_the_same_view(item):
    view = public_view(item)
    read = from_view(json.loads(json.dumps(view)))

    assert public_view(read) == view
    assert is_graded(read) == is_graded(item)
    assert (read.id, read.kind, read.stem, read.version, read.points) == (
        item.id,
        item.kind,
        item.stem,
        item.version,
        item.points,
    )


texts = st.text(max_size=30)
options = st.lists(
    st.builds(Option, id=st.text("abcdef", min_size=1, max_size=4), text=texts, correct=st.booleans(), why=texts),
    min_size=1,
    max_size=6,
    unique_by=lambda option: option.id,
).map(tuple)
choices = st.builds(
    Choice,
    id=st.text("abc-", min_size=1, max_size=8),
    kind=st.sampled_from(["single", "multiple"]),
    use=st.sampled_from(["practice", "check"]),
    stem=texts,
    options=options,
    version=st.integers(1, 9),
    points=st.floats(0.5, 20),
    partial=st.sampled_from(get_args(Partial)),
    hints=st.lists(texts, max_size=3).map(tuple),
    explanation=texts,
    shuffle=st.booleans(),
)


@settings(deadline=None)
@given(choices)
def test_any_choice_survives_going_out_and_coming_back(item):
    view = public_view(item)
    read = from_view(json.loads(json.dumps(view)))

    assert public_view(read) == view
    assert read.key == (frozenset() if is_graded(item) else item.key)
    assert [o.id for o in read.options] == [o.id for o in shown_order(item)]


@settings(deadline=None)
@given(choices, st.randoms(use_true_random=False))
def test_the_order_of_options_says_nothing_about_key_words_or_writing_order(item, dice):
    item = replace(item, shuffle=True)
    rewritten = [replace(o, text=o.text + "!", correct=not o.correct, why="") for o in item.options]
    dice.shuffle(rewritten)

    assert [o.id for o in shown_order(replace(item, options=tuple(rewritten)))] == [o.id for o in shown_order(item)]


def test_the_order_is_the_same_on_every_machine_and_in_every_version():
    assert [o.id for o in shown_order(CHECK_SINGLE)] == ["worker", "team", "teller"]
    assert [o.id for o in shown_order(PRACTICE_MULTIPLE)] == ["phone", "wait", "advice", "repeat"]


def test_another_question_with_the_same_options_has_an_order_of_its_own():
    orders = {tuple(o.id for o in shown_order(replace(PRACTICE_MULTIPLE, id=f"question-{n}"))) for n in range(20)}

    assert len(orders) > 5


@settings(deadline=None)
@given(choices, st.data())
def test_pinned_options_come_last_as_written(item, data):
    ids = [o.id for o in item.options]
    pinned = data.draw(st.lists(st.sampled_from(ids), unique=True))
    shown = [o.id for o in shown_order(replace(item, shuffle=True, pin=tuple(pinned)))]

    assert sorted(shown) == sorted(ids)
    assert shown[len(ids) - len(pinned) :] == [i for i in ids if i in pinned]


def test_without_shuffle_options_stay_as_written():
    item = replace(PRACTICE_MULTIPLE, shuffle=False)

    assert shown_order(item) == item.options


@pytest.mark.parametrize(
    ("change", "error"),
    [
        ({"kind": "essay"}, ValueError),
        ({"kind": []}, ValueError),
        ({"version": "two"}, ValueError),
        ({"version": float("inf")}, OverflowError),
        ({"options": ["a"]}, TypeError),
        ({"options": [{}]}, KeyError),
    ],
)
def test_a_malformed_view_is_refused(change, error):
    with pytest.raises(error):
        from_view(public_view(CHECK_SINGLE) | change)
