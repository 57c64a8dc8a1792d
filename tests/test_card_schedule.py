"""Which card comes when: due first, new ones in measure, boosters in their weeks, nothing lost to a strange clock."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from peercourse.card_log import CardHistory, Review
from peercourse.card_schedule import BOOSTER_AFTER, LEECH_LAPSES, faces_of, intervals, plan, states
from peercourse.items import Card

NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)
CARDS = [Card(f"card-{n}", f"front {n}", f"back {n}") for n in range(30)]
DECK = faces_of("overdose", CARDS)
RATINGS = st.lists(st.tuples(st.integers(1, 4), st.integers(-400_000, 4_000_000)), min_size=1, max_size=25)


def history(*reviews: Review, aside: tuple[str, ...] = ()) -> CardHistory:
    return CardHistory(reviews=list(reviews), aside=set(aside))


def learnt(card: str, at: datetime) -> Review:
    return Review(card, 4, at)


def test_a_fresh_deck_begins_with_twenty_new_cards():
    session = plan(DECK, history(), NOON)

    assert (session.new, session.due, len(session.queue)) == (20, 0, 20)


def test_new_cards_of_today_count_against_the_days_measure():
    session = plan(DECK, history(*(learnt(f"card-{n}", NOON) for n in range(15))), NOON)

    assert session.new == 5


def test_what_is_due_comes_before_what_is_new_and_the_longest_overdue_first():
    early, late = learnt("card-3", NOON - timedelta(days=90)), learnt("card-7", NOON - timedelta(days=60))

    session = plan(DECK, history(late, early), NOON)

    assert session.queue[:2] == ("card-3", "card-7")
    assert session.due == 2


def test_a_card_that_is_not_due_stays_away():
    session = plan(DECK, history(learnt("card-3", NOON - timedelta(hours=1))), NOON)

    assert "card-3" not in session.queue


def test_a_card_still_in_its_first_steps_comes_back_at_the_end_of_the_session():
    session = plan(DECK, history(Review("card-3", 3, NOON)), NOON + timedelta(minutes=1))

    assert session.queue[-1] == "card-3"


def test_a_card_put_aside_does_not_come():
    assert "card-3" not in plan(DECK, history(aside=("card-3",)), NOON).queue


def test_a_card_asked_both_ways_has_two_faces_with_histories_of_their_own():
    both = faces_of("t", [Card("mouds", "MOUD", "medications for opioid use disorder", reverse=True)])

    assert [(face.front, face.back) for face in both] == [
        ("MOUD", "medications for opioid use disorder"),
        ("medications for opioid use disorder", "MOUD"),
    ]
    assert plan(both, history(learnt("mouds", NOON)), NOON).queue == ("mouds~reverse",)


def test_a_better_rating_never_brings_a_card_back_sooner():
    spans = intervals([learnt("card-3", NOON - timedelta(days=30))], "card-3", NOON)

    assert list(spans) == sorted(spans)


def test_a_card_that_keeps_slipping_is_called_a_leech():
    at, reviews = NOON, []
    for _ in range(LEECH_LAPSES):
        reviews += [learnt("card-3", at), Review("card-3", 1, at + timedelta(days=40))]
        at += timedelta(days=41)

    assert states(reviews)["card-3"].is_leech
    assert not states(reviews[:-1])["card-3"].is_leech


def booster(finished: date | None, now: datetime, *reviews: Review) -> tuple[str, ...]:
    deck = faces_of("overdose", [Card("signs", "front", "back", booster=True)])
    session = plan(deck, history(*reviews), now, finished=finished)
    return session.queue[: session.booster]


def test_booster_cards_come_ten_weeks_after_their_topic_whatever_the_schedule_says():
    finished, seen = date(2026, 11, 23), learnt("signs", NOON + timedelta(weeks=9))

    assert booster(finished, NOON + BOOSTER_AFTER - timedelta(days=1), seen) == ()
    assert booster(finished, NOON + BOOSTER_AFTER, seen) == ("signs",)


def test_a_booster_that_was_seen_again_is_done():
    assert booster(date(2026, 11, 23), NOON + timedelta(weeks=11), learnt("signs", NOON + BOOSTER_AFTER)) == ()


def test_without_a_finished_topic_there_is_no_booster():
    assert booster(None, NOON + timedelta(weeks=11)) == ()


def test_a_clock_that_was_set_back_loses_no_review():
    reviews = [learnt("card-3", NOON), Review("card-3", 3, NOON - timedelta(days=400))]

    state = states(reviews)["card-3"]

    assert state.reviews == 2
    assert state.due >= NOON


@given(RATINGS)
def test_any_history_gives_a_date_after_the_last_review_and_the_same_one_each_time(ratings):
    reviews = [Review("card-3", rating, NOON + timedelta(seconds=seconds)) for rating, seconds in ratings]

    state = states(reviews)["card-3"]

    assert state == states(reviews)["card-3"]
    assert state.due > state.last
    assert state.reviews == len(ratings)


@given(st.lists(st.tuples(st.integers(0, 29), st.integers(1, 4)), max_size=40), st.sets(st.integers(0, 29)))
def test_a_session_holds_each_card_once_and_none_that_is_aside(ratings, aside):
    reviews = [Review(f"card-{n}", rating, NOON + timedelta(minutes=i)) for i, (n, rating) in enumerate(ratings)]
    put_away = tuple(f"card-{n}" for n in aside)

    queue = plan(DECK, history(*reviews, aside=put_away), NOON + timedelta(hours=2)).queue

    assert len(queue) == len(set(queue))
    assert not set(put_away) & set(queue)
