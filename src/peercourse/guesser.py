"""A guesser who knows nothing about the subject, and how far that takes them in a pool of questions. Pure.

Each strategy looks at the words of the options, or at their places, and scores every option; the guesser picks as
many as are right, the highest scores first, and draws lots among equals (so results are expected values, not luck).
A `single` is worth 1 where the pick is right, a `multiple` the share of its right options among the picks; both
have chance k/n, with k right ones of n options.

A strategy may beat chance by the points that the course allows, or, in a pool so small that one item weighs more,
by one item's worth (the mixture by two, since another one comes out best with every edit elsewhere). Doing worse
than chance is no fault: with four options, a reader who crosses out what such a strategy picks gains a third of
the difference at most.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import combinations, product

from peercourse.items import Choice, Option, shown_order

Scores = tuple[float, ...]
Strategy = Callable[[Choice, Sequence[Option]], Scores]

_WORD = re.compile(r"[a-z]+(?:['’][a-z]+)?")


def _lexicon(words: str) -> frozenset[str]:
    return frozenset(_WORD.findall(words))


HEDGES = _lexicon(
    """may might can could often sometimes usually generally typically likely probably perhaps possibly tend tends some
    many most mostly partly about around depends depending roughly commonly seem seems appear appears"""
)
ABSOLUTES = _lexicon(
    """always never only all every none nothing nobody everyone everybody everything must cannot completely entirely
    totally guarantee guarantees guaranteed proves proof impossible"""
)
AGREEABLE = _lexicon(
    """respect respects respecting listen listens listening support supports supporting together ask asks asking offer
    offers offering safe safer safely welcome welcomes gently gentle kind kindly warm warmly care caring choice
    choices choose chooses help helps helping thank thanks understand understands honest own permission invite
    invites share explore explores trust calm calmly plan"""
)
_COMMON = _lexicon(
    """about after again also because been before being best could does doing each from have having here into just more
    most much next only other over same says should some such than that their them then there these they this those
    through very want wants were what when where which while will with would your"""
)
MAX_MIXED = 3
"""How many strategies the mixture weighs against each other at once."""


def _words(text: str) -> list[str]:
    return _WORD.findall(text.lower())


def _content(text: str) -> set[str]:
    return {word.removesuffix("s") for word in _words(text) if len(word) > 3 and word not in _COMMON}


def _length(item: Choice, shown: Sequence[Option]) -> Scores:
    return tuple(float(len(option.text)) for option in shown)


def _hedges(item: Choice, shown: Sequence[Option]) -> Scores:
    return tuple(float(sum(word in HEDGES for word in _words(option.text))) for option in shown)


def _absolutes(item: Choice, shown: Sequence[Option]) -> Scores:
    return tuple(float(sum(word in ABSOLUTES for word in _words(option.text))) for option in shown)


def _shared(item: Choice, shown: Sequence[Option]) -> Scores:
    stem = _content(item.stem)
    return tuple(float(len(stem & _content(option.text))) for option in shown)


def _agreeable(item: Choice, shown: Sequence[Option]) -> Scores:
    return tuple(float(sum(word in AGREEABLE for word in _words(option.text))) for option in shown)


def _place(item: Choice, shown: Sequence[Option]) -> Scores:
    return tuple(map(float, range(len(shown))))


def _middle(item: Choice, shown: Sequence[Option]) -> Scores:
    centre = (len(shown) - 1) / 2
    return tuple(-abs(place - centre) for place in range(len(shown)))


FEATURES: dict[str, Strategy] = {
    "length": _length,
    "hedges": _hedges,
    "absolutes": _absolutes,
    "shared": _shared,
    "agreeable": _agreeable,
    "place": _place,
    "middle": _middle,
}
STRATEGIES: dict[str, tuple[str, int]] = {
    "the longest option": ("length", 1),
    "the shortest option": ("length", -1),
    "the most hedged option": ("hedges", 1),
    "the option with the fewest absolutes": ("absolutes", -1),
    "the option that shares most words with the stem": ("shared", 1),
    "the most agreeable option": ("agreeable", 1),
    "a middle option": ("middle", 1),
    "the first option": ("place", -1),
    "the last option": ("place", 1),
}
"""Every strategy by what it picks: a feature, and whether much of it or little of it is picked."""

MIXTURE = "the best mixture"


@dataclass(frozen=True)
class Guess:
    """What one strategy gets in one pool: shares from 0 to 1. `hits` are items that help it, the most helpful first."""

    strategy: str
    share: float
    chance: float
    allowed: float
    hits: tuple[str, ...] = ()

    @property
    def too_good(self) -> bool:
        """Whether knowing nothing pays."""
        return self.share > self.allowed + 1e-9


@dataclass(frozen=True)
class Pool:
    """Questions that a learner meets together."""

    topic: str
    use: str
    items: tuple[Choice, ...] = field(repr=False)

    @property
    def chance(self) -> float:
        """What lots alone would get."""
        return sum(len(item.key) / len(item.options) for item in self.items) / len(self.items)

    def allowed(self, points: float, worth: int = 1) -> float:
        """The share up to which a guesser may get: chance and `points` percentage points, or `worth` items' worth."""
        return self.chance + max(points / 100, worth / len(self.items))


def expected(right: Sequence[bool], scores: Scores) -> float:
    """Share of the right options among the picks of the highest `scores`; lots decide among equals."""
    wanted = sum(right)
    if not wanted:
        return 0.0
    limit = sorted(scores, reverse=True)[wanted - 1]
    sure = even = hits = even_hits = 0
    for is_right, score in zip(right, scores, strict=True):
        if score > limit:
            sure, hits = sure + 1, hits + is_right
        elif score == limit:
            even, even_hits = even + 1, even_hits + is_right
    return (hits + even_hits * (wanted - sure) / even) / wanted


def features(item: Choice) -> dict[str, Scores]:
    """Every feature of the options as shown, each scaled from 0 for the least option to 1 for the most."""
    shown = shown_order(item)
    return {name: _scaled(feature(item, shown)) for name, feature in FEATURES.items()}


def _scaled(scores: Scores) -> Scores:
    low, high = min(scores), max(scores)
    return tuple((score - low) / (high - low) if high > low else 0.0 for score in scores)


Weights = tuple[tuple[str, int], ...]

MIXTURES: tuple[Weights, ...] = tuple(
    tuple(zip(names, signs, strict=True))
    for count in range(1, MAX_MIXED + 1)
    for names in combinations(FEATURES, count)
    for signs in product((1, -1), repeat=count)
)


def mixed(values: Mapping[str, Scores], weights: Weights) -> Scores:
    """One score for every option: the features added up with their signs."""
    rows = [values[name] if sign > 0 else [-score for score in values[name]] for name, sign in weights]
    return tuple(map(sum, zip(*rows, strict=True))) if len(rows) > 1 else tuple(rows[0])


def guesses(pools: Sequence[Pool], points: float) -> dict[Pool, list[Guess]]:
    """What every strategy gets in every pool; pools may share items.

    The mixture of a pool is the one that does best in all items outside of it: a guesser who has learnt from the
    rest of the course. (Choosing it in the pool itself would find a pattern in any ten coin tosses.)
    """
    shares = {item.id: _shares(item) for pool in pools for item in pool.items}
    total = [sum(column) for column in zip(*shares.values(), strict=True)]
    found = {}
    for pool in pools:
        rows = [_guess(pool, name, (weights,), shares, pool.allowed(points)) for name, weights in STRATEGIES.items()]
        own = [sum(column) for column in zip(*(shares[item.id] for item in pool.items), strict=True)]
        rest = [whole - part for whole, part in zip(total, own, strict=True)]
        if len(pool.items) < len(shares):
            best = MIXTURES[max(range(len(rest)), key=rest.__getitem__)]
            name = f"{MIXTURE} ({_named(best)})"
            rows.append(_guess(pool, name, best, shares, pool.allowed(points, worth=2)))
        found[pool] = rows
    return found


def _shares(item: Choice) -> list[float]:
    """What each of MIXTURES gets in one item."""
    values, right = features(item), [option.correct for option in shown_order(item)]
    return [expected(right, mixed(values, weights)) for weights in MIXTURES]


def _guess(pool: Pool, name: str, weights: Weights, shares: Mapping[str, list[float]], allowed: float) -> Guess:
    place = MIXTURES.index(weights)
    own = {item.id: shares[item.id][place] for item in pool.items}
    gains = {item.id: own[item.id] - len(item.key) / len(item.options) for item in pool.items}
    hits = tuple(sorted((name for name, gain in gains.items() if gain > 0), key=lambda name: -gains[name]))
    return Guess(name, sum(own.values()) / len(own), pool.chance, allowed, hits)


def _named(weights: Weights) -> str:
    return ", ".join(f"{'more' if sign > 0 else 'less'} {name}" for name, sign in weights)


def places(pool: Pool) -> tuple[list[float], list[float]]:
    """For each place as shown: the share of `single` items whose key stands there, and what chance would give."""
    singles = [item for item in pool.items if item.kind == "single" and item.key]
    most = max((len(item.options) for item in singles), default=0)
    keys, even = [0.0] * most, [0.0] * most
    for item in singles:
        for place, option in enumerate(shown_order(item)):
            keys[place] += option.correct / len(singles)
            even[place] += 1 / len(item.options) / len(singles)
    return keys, even
