"""The practice exam: drawn by its blueprint, kept whatever happens, read out as a plan."""

from __future__ import annotations

import json
from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st
from small_pool import small_pool

from peercourse import answers
from peercourse.items import CourseError, public_view
from peercourse.practice_exam.attempts import Attempt, fold_attempts, read_attempts, write
from peercourse.practice_exam.pool import draw, pool_view, read_pool
from peercourse.practice_exam.result import result_of

POOL = small_pool()
START = {"event": "start", "seed": 7, "items": ["crisis-0", "crisis-1", "admin-0"], "minutes": 150, "day": "2026-11-23"}


def folded(*events: dict[str, object]) -> Attempt:
    lines = [{"v": 1, **event} for event in (START, *events)]
    return fold_attempts(answers.Events(lines=lines)).made[-1]


# --- drawing ---------------------------------------------------------------------------------------


def test_an_exam_holds_as_many_items_of_each_area_as_the_blueprint_says():
    areas = Counter(POOL.items[name].area for name in draw(POOL, 7))

    assert areas == {"crisis": 3, "admin": 2, "advocacy": 1}


def test_the_same_seed_draws_the_same_exam_and_another_seed_another():
    assert draw(POOL, 7) == draw(POOL, 7)
    assert len({tuple(draw(POOL, seed)) for seed in range(20)}) > 10


@given(st.integers(0, 999_999))
def test_no_item_is_drawn_twice(seed):
    drawn = draw(POOL, seed)

    assert len(drawn) == len(set(drawn))


def test_a_new_item_in_one_area_leaves_the_draw_of_the_others_alone():
    fewer = small_pool()
    del fewer.items["admin-3"]  # type: ignore[attr-defined]

    def of_crisis(names: list[str]) -> list[str]:
        return sorted(name for name in names if name.startswith("crisis"))

    assert of_crisis(draw(fewer, 7)) == of_crisis(draw(POOL, 7))


def test_a_pool_comes_back_from_its_file_as_it_was():
    entries = [public_view(item) | {"topic": POOL.topics[item.id]} for item in POOL.items.values()]
    view = json.loads(json.dumps(pool_view(POOL) | {"items": entries}))

    back = read_pool(view)

    assert draw(back, 7) == draw(POOL, 7)
    assert back.goals == POOL.goals
    assert back.items["crisis-0"].key == {"stay"}


# --- keeping ---------------------------------------------------------------------------------------


def test_the_last_answer_to_an_item_counts():
    attempt = folded(
        {"event": "answer", "item": "crisis-0", "version": 1, "answer": ["leave"], "spent": 10},
        {"event": "answer", "item": "crisis-0", "version": 1, "answer": ["stay"], "spent": 20},
    )

    assert attempt.answers == {"crisis-0": ("stay",)}
    assert attempt.spent == 20


def test_flags_confidence_place_clock_and_break_are_kept():
    attempt = folded(
        {"event": "flag", "item": "crisis-0", "flag": True},
        {"event": "flag", "item": "admin-0", "flag": True},
        {"event": "flag", "item": "admin-0", "flag": False},
        {"event": "confidence", "item": "crisis-0", "confidence": 3},
        {"event": "at", "item": "admin-0"},
        {"event": "clock", "minutes": 180},
        {"event": "break"},
        {"event": "pause", "spent": 60},
    )

    assert (attempt.flags, attempt.confidence, attempt.at) == ({"crisis-0"}, {"crisis-0": 3}, 2)
    assert (attempt.minutes, attempt.break_offered, attempt.paused) == (180, True, True)


def test_a_clock_that_is_set_back_takes_no_time_away():
    attempt = folded(
        {"event": "at", "item": "crisis-0", "spent": 500}, {"event": "at", "item": "crisis-1", "spent": 30}
    )

    assert attempt.spent == 500


def test_what_comes_after_the_finish_changes_nothing():
    late = {"event": "answer", "item": "crisis-0", "version": 1, "answer": ["stay"]}

    assert folded({"event": "finish", "spent": 900, "missed": []}, late).answers == {}


def test_an_exam_survives_a_torn_last_line(tmp_path):
    log = tmp_path / "exam.jsonl"
    write(log, START)
    write(log, {"event": "answer", "item": "crisis-0", "version": 1, "answer": ["stay"], "spent": 4})
    with log.open("ab") as file:
        file.write(b'{"v":1,"event":"answer","item":"cri')

    running = read_attempts(log).running

    assert running is not None
    assert running.answers == {"crisis-0": ("stay",)}


def test_a_log_of_a_newer_version_is_left_alone(tmp_path):
    log = tmp_path / "exam.jsonl"
    log.write_text('{"v":9}\n')

    with pytest.raises(CourseError, match="newer version"):
        write(log, START)
    assert log.read_text() == '{"v":9}\n'


EVENTS = st.lists(
    st.dictionaries(
        st.sampled_from(["v", "event", "item", "answer", "version", "spent", "flag", "minutes", "seed", "items"]),
        st.one_of(
            st.integers(-5, 5),
            st.sampled_from(["start", "answer", "flag", "at", "clock", "finish", "crisis-0"]),
            st.lists(st.sampled_from(["crisis-0", "stay"]), max_size=3),
            st.none(),
        ),
    ),
    max_size=30,
)


@given(EVENTS)
def test_no_event_breaks_the_exams_log(events):
    told = fold_attempts(answers.Events(lines=[START, *events]))

    assert all(set(attempt.answers) <= set(attempt.items) for attempt in told.made)
    for attempt in told.made:
        result_of(POOL, attempt)


# --- reading out -----------------------------------------------------------------------------------


def finished() -> Attempt:
    return Attempt(
        seed=7,
        items=("admin-0", "crisis-0", "crisis-1", "crisis-2", "gone"),
        minutes=0,
        answers={"admin-0": ("stay",), "crisis-0": ("leave",), "crisis-1": ("leave",)},
        confidence={"admin-0": 1, "crisis-0": 1, "crisis-1": 3},
        finished=True,
    )


def test_a_result_counts_by_area_and_leaves_out_items_that_are_gone():
    result = result_of(POOL, finished())

    assert (result.total.right, result.total.asked) == (1, 4)
    assert {tally.name: (tally.right, tally.asked) for tally in result.areas} == {"crisis": (0, 3), "admin": (1, 1)}


def test_the_review_begins_with_what_was_answered_wrong_in_full_confidence():
    assert result_of(POOL, finished()).review == ("crisis-1", "crisis-0", "crisis-2", "admin-0")


def test_the_study_plan_names_each_missed_objective_and_where_it_is_taught():
    (study,) = result_of(POOL, finished()).plan

    assert (study.goal.name, study.missed, study.asked, study.sure_but_wrong) == ("overdose/signs", 3, 3, 1)
    assert study.goal.section == "The signs"


def test_calibration_sets_confidence_beside_what_was_right():
    told = {tally.name: (tally.right, tally.asked) for tally in result_of(POOL, finished()).calibration}

    assert told == {"3": (0, 1), "1": (1, 2)}


def test_an_unanswered_exam_earns_nothing_and_breaks_nothing():
    result = result_of(POOL, Attempt(1, ("crisis-0", "admin-0"), 0))

    assert result.total.right == 0
    assert len(result.plan) == 2
