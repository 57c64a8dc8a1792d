"""Score one answer from data alone: pure functions, no files, no kernel."""

from __future__ import annotations

from collections.abc import Callable, Set
from dataclasses import dataclass
from itertools import combinations
from typing import Any

from peercourse.items import Case, Choice, Cloze, Gap, Item, Match, Numeric, Order, Partial, Reflection, is_graded, walk
from peercourse.items.cases import shortest_good_path
from peercourse.typed_answers import numbers_in, same_words
from peercourse.wording import say

AnswerValue = list[str] | str
"""What a learner answered.

choices: ids of the chosen options · numeric: the number as typed · order: ids of the steps, first one first ·
match: "prompt=option" for each pair · cloze: "gap=option", or "gap=typed words" · case: its path (see
`items.cases`) · reflection: the text.
"""

CASE_WORTH = {"good": 1.0, "partly": 0.5, "poor": 0.0, "unsafe": 0.0}
"""What the first choice at a decision of a graded case is worth."""


@dataclass(frozen=True)
class Score:
    """Points earned. `points` is None where a person has to read the answer first."""

    points: float | None
    max_points: float
    notes: tuple[str, ...] = ()


# --- the named schemes for partial credit ----------------------------------------------------------


def off(chosen: Set[str], key: Set[str], count: int) -> float:
    """All or nothing."""
    return float(chosen == key)


def net_correct(chosen: Set[str], key: Set[str], count: int) -> float:
    """(right choices - wrong choices) / right options, not below 0 (as PrairieLearn defines it)."""
    return max(0.0, (len(chosen & key) - len(chosen - key)) / len(key))


def coverage(chosen: Set[str], key: Set[str], count: int) -> float:
    """(t / c) * (t / n): t right choices, c right options, n choices made (as PrairieLearn defines it)."""
    hit = len(chosen & key)
    return (hit / len(key)) * (hit / len(chosen))


def each_answer(chosen: Set[str], key: Set[str], count: int) -> float:
    """Share of all `count` options that were rightly chosen or rightly left (as PrairieLearn defines it)."""
    return (count - len(chosen ^ key)) / count


SCHEMES: dict[Partial, Callable[[Set[str], Set[str], int], float]] = {
    "off": off,
    "net-correct": net_correct,
    "coverage": coverage,
    "each-answer": each_answer,
}


# --- one share for every kind ----------------------------------------------------------------------


def share_correct(item: Choice, chosen: Set[str]) -> float:
    """Share of the points, 0 to 1, that `chosen` earns. An empty choice earns nothing under any scheme."""
    if not chosen:
        return 0.0
    if item.kind == "single":
        return float(len(chosen) == 1 and chosen <= item.key | item.accepted)
    return SCHEMES[item.partial](chosen, item.key, len(item.options))


def number_fits(value: str, answer: float | None, tolerance: float) -> bool:
    """Whether the typed `value` can be read as `answer`, within `tolerance` and the rounding of floats."""
    if answer is None:
        return False
    slack = tolerance + 1e-9 * max(1.0, abs(answer))
    return any(abs(number - answer) <= slack for number in numbers_in(value))


def pairs_of(value: list[str]) -> dict[str, str]:
    """A match's or a cloze's answer as part -> what was chosen or typed; of a part named twice the last counts."""
    return dict(word.split("=", 1) for word in value if "=" in word)


def gap_fits(gap: Gap, given: str) -> bool:
    """Whether what was chosen or typed in a gap is right."""
    if gap.options:
        return any((option.correct or option.accepted) and option.id == given for option in gap.options)
    return any(same_words(given, word) for word in gap.accept)


def parts_right(item: Match | Cloze, value: list[str]) -> dict[str, bool]:
    """For every prompt or gap of the item, in order: whether it is answered rightly."""
    given = pairs_of(value)
    if isinstance(item, Match):
        return {prompt.id: given.get(prompt.id) == prompt.answer for prompt in item.prompts}
    return {gap.id: gap_fits(gap, given.get(gap.id, "")) for gap in item.gaps}


def order_share(item: Order, value: list[str]) -> float:
    """Share of the points for an order: (right pairs - wrong pairs) / all pairs of steps, not below 0.

    A pair is right where its two steps stand in the right order, whatever stands between them; pairs with a
    step left out are not right. Critical steps out of order among each other earn 0.
    """
    place = {name: index for index, name in enumerate(value)}
    right = [step.id for step in item.steps]
    if item.partial == "off":
        return float(value == right)
    if out_of_order(item, value):
        return 0.0
    pairs = list(combinations(right, 2))
    hits = sum(a in place and b in place and place[a] < place[b] for a, b in pairs)
    return max(0.0, (2 * hits - len(pairs)) / len(pairs)) if pairs else float(value == right)


def out_of_order(item: Order, value: list[str]) -> tuple[str, str] | None:
    """The first two critical steps, as (should come first, should come later), that stand the wrong way round."""
    place = {name: index for index, name in enumerate(value)}
    critical = [step for step in item.steps if step.critical and step.id in place]
    for early, late in combinations(critical, 2):
        if place[early.id] > place[late.id]:
            return early.text, late.text
    return None


def case_share(item: Case, value: list[str]) -> float:
    """Share of the points for a path: the mean worth of the first choice at every decision it meets.

    A path shorter than the case's shortest way to a good end is divided by that way's length, so that stopping
    early earns less; one that ends in a stop (an unsafe choice) earns 0.
    """
    told = walk(item, value)
    if any(choice.fit == "unsafe" for _, choice in told.first):
        return 0.0
    worth = sum(CASE_WORTH.get(choice.fit, 0.0) for _, choice in told.first)
    return worth / max(len(told.first), shortest_good_path(item), 1)


def is_right(item: Item, value: AnswerValue) -> bool:
    """Whether an answer earns everything; a poll and a reflection have no right answer."""
    if isinstance(item, Reflection) or item.use == "poll":
        return False
    result = score(item, value)
    return result.points is not None and result.points >= result.max_points > 0


def score(item: Item, value: AnswerValue | None) -> Score:
    """Score `value` (None: not answered) against the key that `item` carries.

    Parts that the item does not have are left out and named in the notes. An answered
    reflection scores None: a person reads it. An empty one scores 0. A dropped question scores
    all of its points, whatever was answered.
    """
    if item.dropped and is_graded(item):
        return Score(item.points, item.points)
    if value is None or not (value.strip() if isinstance(value, str) else value):
        return Score(0.0, item.points)
    if isinstance(item, Reflection):
        read_by_person = Score(None, item.points)
        return read_by_person if isinstance(value, str) else Score(0.0, item.points, (say("score.list_for_text"),))
    if isinstance(value, str) != isinstance(item, Numeric):
        wrong_form = "score.text_for_list" if isinstance(value, str) else "score.list_for_text"
        return Score(0.0, item.points, (say(wrong_form),))
    share, notes = _SHARES[type(item)](item, value)
    return Score(round(share * item.points, 4), item.points, tuple(notes))


def _choice(item: Choice, value: list[str]) -> tuple[float, list[str]]:
    known = {option.id for option in item.options}
    return share_correct(item, set(value) & known), _strangers(value, known)


def _numeric(item: Numeric, value: str) -> tuple[float, list[str]]:
    notes = [] if numbers_in(value) else [say("score.no_number")]
    return float(number_fits(value, item.answer, item.tolerance)), notes


def _order(item: Order, value: list[str]) -> tuple[float, list[str]]:
    known = [step.id for step in item.steps]
    kept = [name for name in dict.fromkeys(value) if name in known]
    swapped = out_of_order(item, kept)
    notes = [say("score.critical", early=swapped[0], late=swapped[1])] if swapped else []
    return order_share(item, kept), [*notes, *_strangers(value, set(known))]


def _parts(item: Match | Cloze, value: list[str]) -> tuple[float, list[str]]:
    right = parts_right(item, value)
    hits = sum(right.values())
    share = float(hits == len(right)) if item.partial == "off" else hits / max(1, len(right))
    return share, _strangers(pairs_of(value), set(right))


def _case(item: Case, value: list[str]) -> tuple[float, list[str]]:
    told = walk(item, value)
    notes = [say("score.unsafe", text=c.text, why=c.why) for _, c in told.first if c.fit == "unsafe"]
    return case_share(item, value), [*notes[:1], *_strangers(told.strangers, set())]


def _strangers(value: Any, known: set[str]) -> list[str]:
    return [say("score.stranger", name=name[:40]) for name in sorted(set(value) - known)[:3]]


_SHARES: dict[type, Callable[[Any, Any], tuple[float, list[str]]]] = {
    Choice: _choice,
    Numeric: _numeric,
    Order: _order,
    Match: _parts,
    Cloze: _parts,
    Case: _case,
}
