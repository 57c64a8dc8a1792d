"""What makes a course good: its standard, its words, its figures, its dates, what repeats, what is covered."""

from __future__ import annotations

import re
import tomllib
from datetime import date
from pathlib import Path

import pytest
from every_kind import TODAY, told_of, write_every_kind
from small_course import change

from peercourse.bank import load_course
from peercourse.lint import form_problems

FOLDER = "course/first-steps"
LESSON, QUESTIONS = "first-steps/lesson.md", "first-steps/questions.toml"
TEXT = f"{FOLDER}/lesson.md:"
SCENE = "Somebody comes in from the rain [@handbook]."
WORDS = """
[[word]]
avoid = ["the needy", "needy person"]
say = "people"
why = "Need is no kind of person."
allow = ["Society for the Needy"]
"""


@pytest.fixture
def course(tmp_path: Path) -> Path:
    return write_every_kind(tmp_path)


def hold_to(course: Path, *lines: str) -> None:
    """Give the course a standard."""
    with (course / "course.toml").open("a", encoding="utf-8") as file:
        file.write("\n[standard]\n" + "\n".join(lines) + "\n")


def of_topic(told: list[str], start: str = FOLDER) -> list[str]:
    return [line for line in told if line.startswith(start)]


# What the standard asks for, and the line that follows for the first topic.
ASKED = {
    "words = [100, 200]": f"{TEXT} has 17 words to read; write 83 more.",
    "words = [1, 10]": f"{TEXT} has 17 words to read; take out 7.",
    "figures = 3": f"{TEXT} has 1 figures; draw 2 more.",
    "practice = 9": f"{FOLDER}/questions.toml: has 7 practice questions; write 2 more.",
    "check = 3": f"{FOLDER}/questions.toml: has 2 check questions; write 1 more.",
    "exam = 2": f"{FOLDER}/exam.toml: has 1 exam questions; write 1 more.",
    "polls = 3": f"{FOLDER}/polls.toml: has 1 polls; write 2 more.",
    "cards = 20": f"{FOLDER}/cards.toml: has 1 cards; write 19 more.",
    "cases = 5": f"{FOLDER}/cases.toml: has 1 cases; write 4 more.",
    "hints = 3": f'{FOLDER}/questions.toml: "first-steps-order" has 2 hints; write 3.',
    "decisions = 5": f'{FOLDER}/cases.toml: "first-steps-case" has a way to its end with 4 decisions; '
    "write 5 or more on every way that is not stopped.",
    "choices = 4": f'{FOLDER}/cases.toml: "first-steps-case" node "first" has 3 choices; write 4 or more.',
    "facilitator = true": f"{FOLDER}/facilitator.md: is missing; write the plan for those who teach the topic.",
}


@pytest.mark.parametrize(("asked", "line"), ASKED.items(), ids=ASKED)
def test_a_topic_with_less_than_the_standard_is_told(course, asked, line):
    assert told_of(course) == []
    hold_to(course, asked)
    told = told_of(course)

    assert line in told, told
    assert all(re.fullmatch(r"course/[a-z./-]+: .+[.]", text) for text in told), told


def test_two_reflections_belong_to_every_topic(course):
    hold_to(course, "check = 1")

    assert f"{FOLDER}/questions.toml: has 2 private reflections; write one." in told_of(course)


def test_a_standard_stops_no_build(course):
    hold_to(course, *(asked for asked in ASKED if asked != "words = [1, 10]"))

    assert form_problems(load_course(course)) == []


def test_a_capstone_need_not_be_a_reading(course):
    change(course / "first-steps/topic.toml", "minutes = 10", 'minutes = 10\nkind = "capstone"')
    hold_to(
        course, "words = [100, 200]", "figures = 3", "practice = 9", "exam = 2", "facilitator = true", "grade = 1.0"
    )

    assert of_topic(told_of(course), TEXT) == []
    assert of_topic(told_of(course), f"{FOLDER}/exam.toml: has") == []
    assert of_topic(told_of(course), f"{FOLDER}/facilitator.md") == []
    assert of_topic(told_of(course), "course/second-look/lesson.md: has 17 words") != []


def test_long_sentences_of_long_words_are_told(course):
    hard = "Organizational considerations notwithstanding, individualized participation necessitates consideration"
    change(course / LESSON, SCENE, f"{hard} {hard.lower()} [@handbook].")
    hold_to(course, "grade = 9.0")
    (told,) = of_topic(told_of(course), TEXT)

    assert re.match(rf"{TEXT} has reading grade \d+\.\d, 9\.0 at most;", told)
    assert told.endswith(", 9.0 at most; shorten sentences and use shorter words.")


NUMBERS = {
    "a share": ("Some 40% stay away.", "Some 40% stay away"),
    "a big number": ("It reached 1,204 people.", "It reached 1,204 people"),
    "a rate": ("It was 23.1 that spring.", "It was 23.1 that spring"),
    "a year": ("In 2019 the doors opened.", "In 2019 the doors opened"),
}


@pytest.mark.parametrize(("said", "quoted"), NUMBERS.values(), ids=NUMBERS)
def test_a_number_without_a_source_is_told(course, said, quoted):
    hold_to(course, "figures = 1")
    change(course / LESSON, SCENE, f"{SCENE}\n\n{said}\n\nThe end.")

    assert of_topic(told_of(course), TEXT) == [
        f'{TEXT} gives a number ("{quoted}") in a paragraph without a source; add [@source] after it.'
    ]


@pytest.mark.parametrize(
    "said",
    [
        "Teo, 29, waits for 20 seconds. Call 911 or 988, at any time.",
        '"It cut deaths by 25%," says the poster.',
        "Some 40% stayed away in 2019 [@handbook].",
        "A law of your state (checked on 22 May 2026) may say so.",
        "Nothing is 100% safe. A rate counts deaths per 100,000 people.",
    ],
)
def test_ages_quotations_and_cited_numbers_pass(course, said):
    hold_to(course, "figures = 1")
    change(course / LESSON, SCENE, f"{SCENE}\n\n{said}")

    assert of_topic(told_of(course), TEXT) == []


def test_a_share_without_its_year_is_told(course):
    hold_to(course, "figures = 1")
    change(course / LESSON, SCENE, "Some 40% stay away [@handbook].")

    assert of_topic(told_of(course), TEXT) == [
        f'{TEXT} gives a rate ("Some 40% stay away. You offe") without its year; say when it was counted.'
    ]


# --- words -------------------------------------------------------------------------------------


def test_a_word_to_avoid_is_told_wherever_it_stands(course):
    (course / "words.toml").write_text(WORDS, "utf-8")
    change(course / LESSON, SCENE, "The needy come in [@handbook].")
    change(course / QUESTIONS, "In first-steps, the form can wait.", "In first-steps, a needy person waits.")
    change(course / "first-steps/cards.toml", "What is asked?", "What do the needy ask?")
    change(course / "first-steps/cases.toml", "You tell them what to do.", "You tell the needy what to do.")
    (course / "first-steps/facilitator.md").write_text("Talk about the needy.", "utf-8")
    advice = "write: people (or put it in quotation marks, if somebody is quoted)."

    assert told_of(course) == [
        f'{TEXT} says "The needy"; {advice}',
        f'{FOLDER}/questions.toml: "first-steps-practice" says "needy person"; {advice}',
        f'{FOLDER}/cases.toml: "first-steps-case" says "the needy"; {advice}',
        f'{FOLDER}/cards.toml: "first-steps-card" says "the needy"; {advice}',
        f'{FOLDER}/facilitator.md: says "the needy"; {advice}',
    ]


@pytest.mark.parametrize(
    "said",
    [
        'He says "the needy" and means us',
        "The Society for the Needy meets",
        "Others are in the need",
        "“The needy” is a label",
    ],
)
def test_quotations_names_and_other_words_pass(course, said):
    (course / "words.toml").write_text(WORDS, "utf-8")
    change(course / LESSON, SCENE, f"{said} [@handbook].")

    assert told_of(course) == []


# --- coverage ----------------------------------------------------------------------------------


def cover(course: Path, text: str | None) -> list[str]:
    (course / "points.toml").write_text('A1 = "What it is for."\nA2 = "Where it starts."\n', "utf-8")
    if text is not None:
        (course / "coverage.toml").write_text(text, "utf-8")
    return told_of(course)


COVERED = '[{}]\nsections = ["first-steps#A scene"]\nitems = ["first-steps-check", "first-steps-card"]\n'


def test_a_covered_course_has_no_problems(course):
    assert cover(course, COVERED.format("A1") + COVERED.format("A2")) == []


def test_points_without_a_map_are_told_in_one_line(course):
    assert cover(course, None) == ["course/coverage.toml: says of none of the 2 points where it is taught; write it."]


COVERAGE = {
    "a point left out": (COVERED.format("A1"), '"A2" has no section; name one as "topic#heading".'),
    "a point never asked": (COVERED.format("A1"), '"A2" has no item; name a question, case or card that asks it.'),
    "no such point": (COVERED.format("A9"), '"A9" is no point of points.toml; correct the id.'),
    "no such section": (
        COVERED.format("A1").replace("A scene", "A seen"),
        '"A1" names the section "first-steps#A seen", which no lesson has; copy the heading exactly.',
    ),
    "no such item": (
        COVERED.format("A1").replace("first-steps-card", "first-steps-cart"),
        '"A1" names "first-steps-cart", which is no question, case or card; correct the id.',
    ),
}


@pytest.mark.parametrize(("text", "line"), COVERAGE.values(), ids=COVERAGE)
def test_a_hole_in_the_map_is_told(course, text, line):
    assert f"course/coverage.toml: {line}" in cover(course, text)


def test_a_point_without_words_is_told(course):
    (course / "points.toml").write_text('A1 = ""\n', "utf-8")

    assert told_of(course) == ['course/points.toml: "A1" has no text; write A1 = "…".']


# --- what repeats ------------------------------------------------------------------------------

LONG = "what a person wants to work on today is theirs to say and ours to hear"


def test_twelve_words_in_two_questions_are_told(course):
    change(course / QUESTIONS, "In first-steps, the form can wait.", f"Here {LONG}.")
    change(course / "second-look/questions.toml", "In second-look, the form can wait.", f"But {LONG}!")
    (told,) = told_of(course)

    assert told == (
        f'course/second-look/questions.toml: "second-look-practice" repeats words of {FOLDER}/questions.toml: '
        '"first-steps-practice" ("what a person wants to work on today is theirs to say …"); '
        "say it differently in one of them."
    )


def test_practice_may_repeat_its_reading_and_a_key_may_not(course):
    change(course / LESSON, SCENE, f"{LONG} [@handbook].")
    change(course / QUESTIONS, "In first-steps, the form can wait.", f"Here {LONG}.")

    assert told_of(course) == []

    change(course / QUESTIONS, "The graded key of first-steps: trust takes time.", f"It is so: {LONG}.")

    assert [line.split(" repeats")[0] for line in told_of(course)] == [
        f'{FOLDER}/questions.toml: "first-steps-several"',
        TEXT,
    ]


def test_a_short_sentence_of_a_key_that_stands_elsewhere_is_told(course):
    change(course / LESSON, SCENE, "Somebody comes in. Trust needs a lot of time [@handbook].")
    change(course / QUESTIONS, "The graded key of first-steps: trust takes time.", "Right. Trust needs a lot of time.")

    assert told_of(course) == [
        f'{FOLDER}/questions.toml: "first-steps-several" says "Trust needs a lot of time." in its key, '
        f"and so does {FOLDER}/lesson.md; reword one of them."
    ]


def test_two_stems_that_ask_the_same_are_told(course):
    stem = "Yolanda brings another form along before lunch. What comes next?"
    change(course / QUESTIONS, "What comes first in first-steps?", stem)
    change(course / "second-look/questions.toml", "Who decides in second-look?", stem.replace("Yolanda", "Walter"))
    (told,) = told_of(course)

    assert told == (
        'course/second-look/questions.toml: "second-look-check" asks nearly what "first-steps-practice" asks; '
        'give one of them another situation ("Walter brings another form along before lunch. What comes ne").'
    )


# --- dates -------------------------------------------------------------------------------------


@pytest.mark.parametrize("said", ["checked on 31 May 2025", "Checked on May 31, 2025", "checked on 2025-05-31"])
def test_a_law_looked_up_more_than_a_year_ago_is_told(course, said):
    change(course / LESSON, SCENE, f"The law says so ({said}) [@handbook].")

    assert told_of(course, date(2026, 5, 31)) == []
    assert told_of(course, date(2026, 6, 1)) == [
        f'{TEXT} says "{said}", more than a year ago; look it up again, then set the new day.'
    ]
    assert told_of(course, None) == []


def test_a_day_that_is_none_is_told(course):
    change(course / LESSON, SCENE, "The law says so (checked on 31 Mai 2026) [@handbook].")

    assert told_of(course) == [
        f'{TEXT} says "checked on 31 Mai 2026", which is no day; write it as in 22 November 2026.'
    ]


def test_cards_and_exam_questions_are_read_again_too(course):
    for file in ("cards.toml", "exam.toml"):
        text = (course / "first-steps" / file).read_text("utf-8")
        (course / "first-steps" / file).write_text(re.sub(r"review_by = .*", "review_by = 2026-05-31", text), "utf-8")

    assert told_of(course) == [
        f'{FOLDER}/exam.toml: "first-steps-exam" was to be reviewed by 2026-05-31; read it again, then set a new date.',
        f'{FOLDER}/cards.toml: "first-steps-card" was to be reviewed by 2026-05-31; '
        "read it again, then set a new date.",
    ]


# --- topics that are not listed yet --------------------------------------------------------------


def test_an_author_hears_of_a_topic_that_the_course_does_not_list_yet(course):
    change(course / "course.toml", 'topics = ["first-steps", "second-look"]', 'topics = ["first-steps"]')
    change(course / "second-look/lesson.md", "[@handbook]", "[@hearsay]")

    assert form_problems(load_course(course)) == []
    assert form_problems(load_course(course, unlisted=True)) == [
        "course/second-look/topic.toml: the course does not list this topic; "
        'add "second-look" to topics in course.toml.',
        'course/second-look/lesson.md: cites "hearsay", which course/sources.toml does not have; '
        "add it there or correct the id.",
    ]


# --- the craft of questions --------------------------------------------------------------------

POLL = f'{FOLDER}/polls.toml: "first-steps-poll"'
CRAFT = {
    "two options": (
        "second-look/questions.toml",
        'text = "Time"',
        'text = "Time"',
        'course/second-look/questions.toml: "second-look-practice" has 2 options; write 3 or more.',
    ),
    "the same option twice": (
        "first-steps/polls.toml",
        'text = "Wait"',
        'text = "ask."',
        f'{POLL} has 2 options that say "ask"; make them differ.',
    ),
    "the same reason twice": (
        "first-steps/polls.toml",
        'text = "Wait"',
        'text = "Wait"',
        f'{POLL} gives 3 options the same why, "the best case for it, in a sentence"; '
        "each reason speaks to its own option.",
    ),
    "all of them": (
        "first-steps/polls.toml",
        'text = "Call somebody"',
        'text = "All of these"',
        f'{POLL} has an option "All of these"; let each option stand for itself.',
    ),
    "a loud negative": (
        "first-steps/polls.toml",
        "What would you do first?",
        "What would you NOT do?",
        f'{POLL} asks with a negative ("NOT"); ask what is so.',
    ),
    "a quiet negative": (
        "first-steps/polls.toml",
        "What would you do first?",
        "Which is not part of it?",
        f'{POLL} asks with a negative ("Which is not"); ask what is so.',
    ),
    "a goal never practised": (
        "first-steps/topic.toml",
        "[[objective]]",
        '[[objective]]\nid = "go-on"\ntext = "go on"\n\n[[objective]]',
        f'{FOLDER}/questions.toml: nothing practises the objective "go-on"; write a practice question for it.',
    ),
    "a goal never checked": (
        "first-steps/topic.toml",
        "[[objective]]",
        '[[objective]]\nid = "go-on"\ntext = "go on"\n\n[[objective]]',
        f'{FOLDER}/questions.toml: no check asks the objective "go-on"; '
        "write one, or let the graded reflection ask it.",
    ),
    "a source for nothing": (
        "sources.toml",
        "[handbook]",
        '[hearsay]\ntitle = "T"\norganisation = "O"\nyear = 2024\naddress = "A"\nchecked = 2026-01-10\n\n[handbook]',
        'course/sources.toml: "hearsay" is used nowhere; cite it or take it out.',
    ),
}


@pytest.mark.parametrize(("file", "old", "new", "line"), CRAFT.values(), ids=CRAFT)
def test_a_slip_of_craft_is_told(course, file, old, new, line):
    hold_to(course, "figures = 1")
    change(course / file, old, new)

    assert line in told_of(course)


def test_the_standard_of_the_course_is_written_down_whole():
    standard = tomllib.loads((Path(__file__).parent.parent / "course/course.toml").read_text("utf-8"))["standard"]

    assert all(standard.values())
    assert TODAY.year == 2026
