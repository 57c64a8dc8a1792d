"""The reading grade: syllables that a dictionary knows, syllables by rule, and the formula."""

from __future__ import annotations

import pytest

from peercourse.lesson import Text
from peercourse.lint.reading import lesson_grade
from peercourse.readability import reading_grade, syllables


@pytest.mark.parametrize(
    ("word", "count"),
    [
        *(("peer", 1), ("harm", 1), ("people", 2), ("overdose", 3), ("community", 4), ("responsibility", 6)),
        *(("person's", 2), ("don't", 1), ("don’t", 1)),
        # Words that the dictionary does not have.
        *(("xylazine", 3), ("overamping", 4), ("grobe", 1), ("grobed", 1), ("flotted", 2), ("glases", 2), ("zz", 1)),
        *(("7", 1), ("2024", 4)),
    ],
)
def test_syllables_are_those_one_hears(word, count):
    assert syllables([word]) == {word: count}


def test_the_grade_is_the_formula():
    # 2 sentences, 6 words, 7 syllables
    assert reading_grade("You can stay. Call somebody.".replace("somebody", "for help")) == pytest.approx(
        0.39 * 6 / 2 + 11.8 * 6 / 6 - 15.59
    )
    assert reading_grade("Overdose.") == pytest.approx(0.39 + 11.8 * 3 - 15.59)


def test_nothing_to_read_has_grade_0():
    assert reading_grade("") == reading_grade("... !") == 0.0


def test_longer_sentences_and_longer_words_raise_the_grade():
    easy, longer = "They sit down. We make tea.", "They sit down and we make tea."

    assert reading_grade(easy) < reading_grade(longer) < reading_grade(longer.replace("tea", "conversation"))


def test_headings_figures_and_notes_are_not_read_and_each_entry_of_a_list_is_a_sentence():
    prose = "We sit [@a-source].\n\nYou may:\n\n- talk a while\n- say no word"
    around = "## Organizational considerations\n\n![An extraordinarily complicated illustration](figures/x.svg)\n\n"

    assert lesson_grade([Text(around + prose)]) == reading_grade("We sit. You may. Talk a while. Say no word.")
