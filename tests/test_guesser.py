"""A guesser who knows nothing: what each strategy picks, what that earns, and when it is too much."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from small_course import write_small_course

from peercourse.bank import load_course
from peercourse.guesser import MIXTURE, STRATEGIES, Pool, expected, guesses, places
from peercourse.items import Choice, Option
from peercourse.lint.guessing import guessing_problems
from peercourse.lint.tables import guesser_table

PLAIN = ("Walk home", "Sit down", "Pour tea")


def item(name: str, right: str, wrong: tuple[str, ...] = PLAIN, place: int = 1, stem: str = "And now?") -> Choice:
    """A question whose right option stands at `place` among the wrong ones."""
    options = [Option(f"w{n}", text, why="No.") for n, text in enumerate(wrong)]
    options.insert(place, Option("r", right, correct=True, why="Yes."))
    return Choice(name, "single", "practice", stem, tuple(options), shuffle=False)


def pool(*items: Choice, use: str = "practice") -> Pool:
    return Pool("a-topic", use, items)


def share(items: list[Choice], strategy: str) -> float:
    (rows,) = guesses([pool(*items)], 10).values()
    return next(row.share for row in rows if row.strategy == strategy)


@pytest.mark.parametrize(
    ("right", "strategy"),
    [
        ("Take your time and go step by step", "the longest option"),
        ("Go", "the shortest option"),
        ("It may rain", "the most hedged option"),
        ("Ask them", "the most agreeable option"),
    ],
)
def test_a_strategy_picks_by_the_words_of_the_options(right, strategy):
    assert share([item("one", right)], strategy) == 1


def test_who_avoids_absolutes_has_what_is_left():
    wrong = ("Always go", "Never go", "Only go")

    assert share([item("one", "Go", wrong)], "the option with the fewest absolutes") == 1


def test_who_reads_the_stem_finds_its_words_again():
    asked = item("one", "Bring blankets", stem="Who could bring some blankets?")

    assert share([asked], "the option that shares most words with the stem") == 1


@pytest.mark.parametrize(
    ("place", "first", "last", "middle"), [(0, 1, 0, 0), (1, 0, 0, 0.5), (2, 0, 0, 0.5), (3, 0, 1, 0)]
)
def test_places_are_those_on_the_page(place, first, last, middle):
    items = [item("one", "Stand up", place=place)]

    assert share(items, "the first option") == first
    assert share(items, "the last option") == last
    assert share(items, "a middle option") == middle


def test_lots_decide_among_equals():
    assert expected([True, False, False, False], (1, 1, 0, 0)) == 0.5
    assert expected([True, True, False], (0, 0, 0)) == pytest.approx(2 / 3)
    assert expected([False, True, True], (3, 2, 1)) == 0.5
    assert expected([False, False], (1, 0)) == 0


def test_chance_is_the_share_that_lots_would_get():
    several = Choice(
        "two", "multiple", "practice", "Which?", tuple(Option(f"o{n}", f"{n}", correct=n < 3) for n in range(5))
    )

    assert pool(several).chance == 0.6
    assert pool(item("one", "Go"), several).chance == pytest.approx((0.25 + 0.6) / 2)


def test_a_small_pool_allows_one_items_worth_and_a_large_one_ten_points():
    few, many = (pool(*(item(f"q{n}", "Go") for n in range(count))) for count in (5, 40))

    assert few.allowed(10) == pytest.approx(0.25 + 0.2)
    assert many.allowed(10) == pytest.approx(0.25 + 0.1)


def test_the_right_option_that_is_always_the_longest_is_told_with_the_questions_it_pays_in():
    items = [item(f"q{n}", "Take your time and go step by step", place=n % 4) for n in range(8)]
    (rows,) = guesses([pool(*items)], 10).values()
    caught = [row for row in rows if row.too_good]

    assert [row.strategy for row in caught] == ["the longest option"]
    assert set(caught[0].hits) == {f"q{n}" for n in range(8)}


def test_a_balanced_pool_is_let_pass():
    items = [item(f"q{n}", "Rest", place=n % 4) for n in range(12)]
    (rows,) = guesses([pool(*items)], 10).values()

    assert {row.strategy for row in rows if not row.too_good} >= set(STRATEGIES) - {"the shortest option"}


def test_the_mixture_is_learnt_outside_of_the_pool_it_is_held_against():
    def betray(use: str, count: int) -> Pool:
        return pool(*(item(f"{use}-{n}", "Perhaps stay on for a while", place=n % 4) for n in range(count)), use=use)

    calm = pool(*(item(f"calm-{n}", "Lie down", place=n % 4) for n in range(12)), use="exam")
    found = guesses([betray("practice", 12), betray("check", 12), calm], 10)
    by_use = {
        tested.use: next(row for row in rows if row.strategy.startswith(MIXTURE)) for tested, rows in found.items()
    }

    assert by_use["check"].share == 1
    assert by_use["check"].too_good
    assert not by_use["exam"].too_good


def test_keys_are_counted_by_the_place_where_they_are_shown():
    keys, even = places(pool(*(item(f"q{n}", "Go", place=3) for n in range(4))))

    assert keys == [0, 0, 0, 1]
    assert even == [0.25] * 4


ITEM = """
[[item]]
id = "first-steps-q{n}"
kind = "single"
use = "practice"
shuffle = false
objective = "begin"
stem = "What now?"
hints = []
explanation = "So it is."
sources = ["handbook"]
review_by = 2027-06-01
[[item.option]]
id = "a"
text = "Go"
why = "No."
[[item.option]]
id = "b"
text = "Take your time and go step by step"
correct = true
why = "Yes."
[[item.option]]
id = "c"
text = "Sit"
why = "No."
"""


def test_lint_tells_of_a_pool_that_gives_itself_away(tmp_path: Path):
    folder = write_small_course(tmp_path)
    with (folder / "first-steps/questions.toml").open("a", encoding="utf-8") as file:
        file.write("".join(ITEM.replace("{n}", str(n)) for n in range(10)))
    course = load_course(folder)
    told = [line for line in guessing_problems(course, 10) if line.startswith("course/first-steps/questions.toml")]
    longest = next(line for line in told if "the longest option" in line)

    assert longest.startswith(
        "course/first-steps/questions.toml: the 11 practice questions with options: picking the longest option gets "
    )
    assert "rewrite options of some of these questions so that it misleads more often. It pays in " in longest
    (placed,) = [line for line in told if "place 2 as shown holds " in line]

    assert re.search(r"holds (91|100)% of the keys, chance is 3\d%; write", placed)
    assert placed.endswith(
        "; write shuffle = false into some of these questions and put their options in another order."
    )
    assert all(line.endswith(".") for line in told)

    table = guesser_table(course)

    assert "first-steps, practice, 11 questions: chance 34.8%, allowed 44.8%" in table
    assert "* the longest option" in table
    assert guesser_table(course, "second-look") == "No questions with options yet."
