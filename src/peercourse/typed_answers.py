"""Read what somebody typed: numbers in the ways people write them, words with small slips. Pure."""

from __future__ import annotations

import math
import re
import unicodedata

MAX_TYPED = 200
"""Characters that a typed answer may have; nothing is read in a longer one."""

FORGIVING_LENGTH = 5
"""From this many letters on, a word may hold one slip."""

_NUMBER = re.compile(r"[-+\u2212]?(?:\d[\d.,' \u00a0\u202f\u2009]*\d|\d|[.,]\d+)")
_BLANKS = re.compile(r"[' \u00a0\u202f\u2009]")


def numbers_in(text: str) -> frozenset[float]:
    """Every number that `text` can be read as, its unit or percent sign left aside; empty where it holds none or two.

    Thousands may be set apart by commas, points, blanks or apostrophes; decimals by a point or a comma.
    "1,204" can be read in two ways, as 1204 and as 1.204, and both are returned.
    """
    found = _NUMBER.findall(text) if len(text) <= MAX_TYPED else []
    if len(found) != 1:
        return frozenset()
    body = _BLANKS.sub("", found[0].replace("\u2212", "-"))
    readings = {_as_decimal(body, ".", ","), _as_decimal(body, ",", ".")}
    return frozenset(number for number in readings if number is not None and math.isfinite(number))


def _as_decimal(body: str, point: str, comma: str) -> float | None:
    """`body` read with `point` before decimals and `comma` between thousands; None where that does not fit."""
    pattern = rf"[-+]?(?:\d+|\d{{1,3}}(?:{re.escape(comma)}\d{{3}})+)?(?:{re.escape(point)}\d+)?"
    if not re.fullmatch(pattern, body):
        return None
    return float(body.replace(comma, "").replace(point, "."))


def same_words(typed: str, expected: str) -> bool:
    """Whether `typed` counts as `expected`.

    Letter case, accents, punctuation and spacing do not matter. A word of FORGIVING_LENGTH letters or
    more may hold one slip: a letter missing, added, wrong, or swapped with its neighbour.
    """
    left, right = _plain_words(typed), _plain_words(expected)
    if "".join(left) == "".join(right):
        return bool(right)
    return len(left) == len(right) and all(map(_nearly_same, left, right))


def _plain_words(text: str) -> list[str]:
    if len(text) > MAX_TYPED:
        return []
    letters = unicodedata.normalize("NFKD", text.casefold())
    kept = "".join(" " if char in "-\u2010\u2011/" else char for char in letters if not unicodedata.combining(char))
    return ["".join(filter(str.isalnum, word)) for word in kept.split() if any(map(str.isalnum, word))]


def _nearly_same(typed: str, expected: str) -> bool:
    if typed == expected:
        return True
    if len(expected) < FORGIVING_LENGTH or expected.isdigit() or abs(len(typed) - len(expected)) > 1:
        return False
    same = (left == right for left, right in zip(typed, expected, strict=False))
    start = next((place for place, fits in enumerate(same) if not fits), min(len(typed), len(expected)))
    rest, due = typed[start:], expected[start:]
    return rest[1:] == due or rest == due[1:] or rest[1:] == due[1:] or (rest[:2] == due[1::-1] and rest[2:] == due[2:])
