"""Items, and what leaves the staff's hands of them."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import get_args

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from small_topic import (
    CHECK_CASE,
    CHECK_KINDS,
    CHECK_MULTIPLE,
    CHECK_SINGLE,
    EVERY_KIND,
    OWN_WORDS,
    POLL,
    PRACTICE_CASE,
    PRACTICE_KINDS,
    PRACTICE_MULTIPLE,
    PRACTICE_SINGLE,
    REFLECT_GRADED,
)

from peercourse.answering import best_answer, empty_answer, feedback
from peercourse.items import (
    Case,
    Choice,
    Cloze,
    Match,
    Numeric,
    Option,
    Order,
    Partial,
    Reflection,
    Trap,
    from_view,
    is_graded,
    public_view,
    shown_order,
    shown_steps,
    walk,
)
from peercourse.items.cases import shortest_good_path
from peercourse.scoring import score

KEY_FIELDS = {
    *("correct", "why", "explanation", "hints", "exemplar", "answer", "tolerance", "traps"),
    *("critical", "accept", "fit", "end", "lesson", "own_words", "discussion"),
}
SECRET = "SECRET of the key"


def with_every_key_field(item):
    """`item` with the mark SECRET in each text that belongs to its key."""
    if isinstance(item, Reflection):
        return replace(item, exemplar=SECRET)
    item = replace(item, explanation=SECRET, hints=(SECRET, SECRET), own_words=True)
    match item:
        case Choice():
            return replace(item, options=marked(item.options), discussion=SECRET)
        case Numeric():
            return replace(item, answer=987654321, tolerance=123456, traps=(Trap(192837465, SECRET, 5),))
        case Order():
            return replace(item, steps=marked(item.steps, critical=True))
        case Match():
            return replace(item, prompts=marked(item.prompts, answer=SECRET), options=marked(item.options))
        case Cloze():
            gaps = [replace(g, why=SECRET, accept=(SECRET,) * bool(g.accept)) for g in item.gaps]
            return replace(item, gaps=tuple(replace(g, options=marked(g.options)) for g in gaps))
        case Case():
            return replace(item, nodes=tuple(map(marked_node, item.nodes)))
    raise AssertionError(f"{item.kind} has no canary yet")


def marked(parts, **more):
    return tuple(replace(part, why=SECRET, **more) for part in parts)


def marked_node(node):
    choices = tuple(replace(choice, why=SECRET, fit="unsafe") for choice in node.choices)
    return replace(node, choices=choices, end="stopped", lesson=SECRET)


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
    *CHECK_KINDS,
    CHECK_CASE,
]


@pytest.mark.parametrize("item", GRADED, ids=lambda item: f"{item.kind}-{getattr(item, 'partial', 'graded')}")
def test_nothing_of_a_graded_items_key_leaves_the_staffs_hands(item):
    view = public_view(with_every_key_field(item))

    shown = json.dumps(view)
    assert fields_in(view) & KEY_FIELDS == set()
    assert SECRET not in shown
    assert not [number for number in ("987654321", "123456", "192837465") if number in shown]
    assert "unsafe" not in shown
    assert "stopped" not in shown


@pytest.mark.parametrize("item", GRADED, ids=lambda item: f"{item.kind}-{getattr(item, 'partial', 'graded')}")
def test_a_graded_view_is_the_same_whatever_the_key_is(item):
    if isinstance(item, Choice):
        item = replace(item, shuffle=True)
        other = replace(item, options=tuple(replace(o, correct=not o.correct) for o in item.options))
    elif isinstance(item, Reflection):
        other = replace(item, exemplar="Another one.")
    else:
        other = turned(item)

    assert json.dumps(public_view(other)) == json.dumps(public_view(item))


def turned(item):
    """`item` with another key."""
    match item:
        case Numeric():
            return replace(item, answer=1, tolerance=7, traps=())
        case Order():
            return replace(item, steps=tuple(reversed(item.steps)))
        case Match():
            return replace(item, prompts=tuple(replace(p, answer="speed") for p in item.prompts))
        case Cloze():
            return replace(item, gaps=tuple(turned_gap(gap) for gap in item.gaps))
    return replace(
        item,
        nodes=tuple(
            replace(node, choices=tuple(replace(c, fit="poor", why="x") for c in node.choices), end="", lesson="")
            for node in item.nodes
        ),
    )


def turned_gap(gap):
    options = tuple(replace(option, correct=not option.correct) for option in gap.options)
    return replace(gap, options=options, accept=("other", "words") * bool(gap.accept))


@pytest.mark.parametrize("item", CHECK_KINDS, ids=lambda item: item.kind)
def test_a_graded_item_that_went_out_cannot_be_scored(item):
    read = from_view(json.loads(json.dumps(public_view(item))))

    assert score(item, best_answer(item)).points == item.points
    # What is left of an order is the order everyone sees; it is never the right one.
    assert score(read, best_answer(item)).points < item.points


@pytest.mark.parametrize("item", [PRACTICE_SINGLE, PRACTICE_MULTIPLE], ids=lambda item: item.kind)
def test_a_practice_question_goes_out_whole(item):
    view = public_view(item)

    assert {o["id"]: (o["correct"], o["why"]) for o in view["options"]} == {
        o.id: (o.correct, o.why) for o in item.options
    }
    assert view["hints"] == list(item.hints)
    assert view["explanation"] == item.explanation


@pytest.mark.parametrize("item", [*PRACTICE_KINDS, PRACTICE_CASE, POLL, OWN_WORDS], ids=lambda item: item.id)
def test_practice_of_every_kind_comes_back_with_its_whole_key(item):
    read = from_view(json.loads(json.dumps(public_view(item))))

    for value in (best_answer(item), empty_answer(item)):
        assert score(read, value) == score(item, value)
        told, known = feedback(read, value, reveal=True), feedback(item, value, reveal=True)
        assert set(told.parts) == set(known.parts)
        assert (told.explanation, told.answer) == (known.explanation, known.answer)


@pytest.mark.parametrize("item", EVERY_KIND, ids=lambda item: item.id)
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


# --- orders and cases ----------------------------------------------------------------------------


def test_steps_are_met_in_an_order_that_says_nothing():
    for item in EVERY_KIND:
        if isinstance(item, Order):
            turned_round = replace(item, steps=tuple(reversed(item.steps)))
            assert [s.id for s in shown_steps(item)] == [s.id for s in shown_steps(turned_round)]
            assert [s.id for s in shown_steps(item)] != best_answer(item)


paths = st.lists(
    st.sampled_from(
        ["first/ask", "first/tell", "first/drive", "second/listen", "second/phone", "back", "warm/x", "", "x/y/z"]
    ),
    max_size=30,
)


@settings(deadline=None)
@given(paths)
def test_a_walk_never_leaves_the_case_and_forgets_no_first_choice(path):
    told = walk(PRACTICE_CASE, path)
    nodes = {node.id: node for node in PRACTICE_CASE.nodes}

    assert nodes[told.node.id] is told.node
    assert told.ended == (told.node.id in ("warm", "crash"))
    assert [name for name, _ in told.first] == list(dict.fromkeys(name for name, _ in told.first))
    assert {name for name, _ in told.taken} <= {name for name, _ in told.first}
    here = PRACTICE_CASE.start
    for name, choice in told.taken:
        assert name == here
        here = choice.to
    assert here == told.node.id


@settings(deadline=None)
@given(paths)
def test_a_path_cleaned_of_what_does_not_fit_leads_to_the_same_place(path):
    told = walk(PRACTICE_CASE, path)
    again = walk(PRACTICE_CASE, [f"{name}/{choice.id}" for name, choice in told.taken])

    assert (again.node, again.taken, again.strangers) == (told.node, told.taken, ())


def test_a_step_back_is_only_taken_where_the_case_allows_it():
    strict = replace(PRACTICE_CASE, back=False)

    assert walk(PRACTICE_CASE, ["first/ask", "back"]).node.id == "first"
    assert walk(strict, ["first/ask", "back"]).node.id == "second"
    assert walk(strict, ["first/ask", "back"]).strangers == ("back",)


def test_the_shortest_way_to_a_good_end_is_counted():
    assert shortest_good_path(PRACTICE_CASE) == 2
