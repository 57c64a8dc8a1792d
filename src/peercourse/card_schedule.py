"""Which flashcard comes when: FSRS over a learner's reviews. Pure: no files, and the time is given.

The memory model and its interval formulas are those of FSRS-6 (Ye et al., package `fsrs`), without
its random spread, so that the same history always gives the same dates.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from typing import TYPE_CHECKING

from peercourse.card_log import CardHistory, Review
from peercourse.items import Card

if TYPE_CHECKING:
    import fsrs

LEECH_LAPSES = 5
"""So often a card is forgotten after it was learnt before the page offers to put it aside."""

NEW_A_DAY = 20
BOOSTER_AFTER = timedelta(weeks=10)
BOOSTER_UNTIL = timedelta(weeks=12)
"""Knowledge of overdose response has been seen to fade by three months; the booster comes before that."""

REVERSED = "~reverse"


@dataclass(frozen=True)
class Face:
    """One side of a card as it is asked: `key` names it in the log, `topic` is where the card belongs."""

    key: str
    topic: str
    front: str
    back: str
    objective: str
    booster: bool


@dataclass(frozen=True)
class CardState:
    """Where a learner stands with one face. `learnt` once it has left its first steps."""

    due: datetime
    learnt: bool
    lapses: int
    reviews: int
    last: datetime
    stability: float

    @property
    def is_leech(self) -> bool:
        """Whether the card keeps slipping."""
        return self.lapses >= LEECH_LAPSES


@dataclass(frozen=True)
class Session:
    """What to study now: keys in order, and how many of them are boosters, due, and new."""

    queue: tuple[str, ...]
    booster: int = 0
    due: int = 0
    new: int = 0


def faces_of(topic: str, cards: Iterable[Card]) -> list[Face]:
    """Every face of a deck: each card, and its reverse where it is asked both ways."""
    faces = []
    for card in cards:
        faces.append(Face(card.id, topic, card.front, card.back, card.objective, card.booster))
        if card.reverse:
            faces.append(Face(card.id + REVERSED, topic, card.back, card.front, card.objective, False))
    return faces


@cache
def _scheduler() -> fsrs.Scheduler:
    from fsrs import Scheduler  # 50 ms that only somebody who opens a deck pays

    return Scheduler(enable_fuzzing=False)


def states(reviews: Sequence[Review]) -> dict[str, CardState]:
    """The state of every face that was ever reviewed.

    Reviews count in the order of the log; one that claims to be earlier than the one before it (a clock
    that was set back) counts as made at the same moment.
    """
    from fsrs import Card as Memory
    from fsrs import Rating, State

    memories: dict[str, Memory] = {}
    lapses: dict[str, int] = {}
    counts: dict[str, int] = {}
    for review in reviews:
        memory = memories.get(review.card)
        at = review.at if memory is None or memory.last_review is None else max(review.at, memory.last_review)
        if memory is None:
            memory = Memory(card_id=0, due=at)
        if review.rating == 1 and memory.state == State.Review:
            lapses[review.card] = lapses.get(review.card, 0) + 1
        counts[review.card] = counts.get(review.card, 0) + 1
        memories[review.card], _ = _scheduler().review_card(memory, Rating(review.rating), at)
    return {
        key: CardState(
            due=memory.due,
            learnt=memory.state != State.Learning,
            lapses=lapses.get(key, 0),
            reviews=counts[key],
            last=memory.last_review or memory.due,
            stability=memory.stability or 0.0,
        )
        for key, memory in memories.items()
    }


def intervals(history: Sequence[Review], key: str, now: datetime) -> tuple[timedelta, ...]:
    """After how long the card would come again, for each of the four ratings."""
    mine = [review for review in history if review.card == key]
    return tuple(states([*mine, Review(key, rating, now)])[key].due - now for rating in (1, 2, 3, 4))


def plan(
    faces: Sequence[Face],
    history: CardHistory,
    now: datetime,
    *,
    known: Mapping[str, CardState] | None = None,
    finished: date | None = None,
    new_a_day: int = NEW_A_DAY,
) -> Session:
    """What to study now.

    Boosters come first (`finished` is the day their topic was finished), then what is due by the end of
    today, the longest overdue first, then new cards, of which no more than `new_a_day` begin in one day.
    A card in its first steps that is not due for some minutes ends the queue, so that nobody has to wait.
    """
    known = states(history.reviews) if known is None else known
    here = [face for face in faces if face.key not in history.aside]
    boosters = [face.key for face in here if face.booster and booster_is_due(known.get(face.key), finished, now)]
    end_of_day = _end_of_day(now)
    seen = [key for face in here if (key := face.key) in known and key not in boosters]
    ready = sorted((k for k in seen if known[k].due <= now), key=lambda k: known[k].due)
    later = sorted((k for k in seen if now < known[k].due <= end_of_day), key=lambda k: known[k].due)
    began = sum(1 for day in first_days(history.reviews).values() if day == now.astimezone().date())
    fresh = [face.key for face in here if face.key not in known and face.key not in boosters]
    fresh = fresh[: max(0, new_a_day - began)]
    return Session((*boosters, *ready, *fresh, *later), len(boosters), len(ready) + len(later), len(fresh))


def booster_is_due(state: CardState | None, finished: date | None, now: datetime) -> bool:
    """Whether a booster card comes now: from ten weeks after its topic was finished, until it was seen again."""
    if finished is None:
        return False
    from_then = datetime(finished.year, finished.month, finished.day, tzinfo=UTC) + BOOSTER_AFTER
    return now >= from_then and (state is None or state.last < from_then)


def first_days(reviews: Iterable[Review]) -> dict[str, date]:
    """The local day on which each face was seen for the first time."""
    days: dict[str, date] = {}
    for review in reviews:
        days.setdefault(review.card, review.at.astimezone().date())
    return days


def _end_of_day(now: datetime) -> datetime:
    local = now.astimezone()
    return datetime.combine(local.date() + timedelta(days=1), time.min, local.tzinfo)
