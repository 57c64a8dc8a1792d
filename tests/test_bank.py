"""Mistakes of form in what authors write: each is one line that says where, what and what to do."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from small_course import change, write_small_course

from peercourse.bank import CourseProblems, load_course
from peercourse.items import CourseError, is_graded

QUESTIONS = "first-steps/questions.toml"
WHERE = "course/first-steps/questions.toml:"
KINDS = "single, multiple, numeric, order, match, cloze, reflection"


@pytest.fixture
def course(tmp_path: Path) -> Path:
    return write_small_course(tmp_path)


def problems(course: Path) -> list[str]:
    try:
        return list(load_course(course).problems)
    except CourseProblems as error:
        return list(error.problems)


def test_a_course_without_mistakes_is_read_whole(course):
    read = load_course(course)

    assert read.problems == ()
    assert [topic.name for topic in read.topics] == ["first-steps", "second-look"]
    assert sum(is_graded(item) for item in read.topic("first-steps").items) == 3
    assert read.topic("second-look").item("second-look-check").key == {"person"}
    assert read.sources["handbook"].checked == date(2026, 1, 10)
    assert read.safety.line[0].number == "911"


MISTAKES = {
    "a misspelt field": (
        QUESTIONS,
        "explanation = ",
        "explaination = ",
        f'{WHERE} "first-steps-practice" has a field that is not known, "explaination"; '
        "correct or remove it (CONTRIBUTING.md lists the fields).",
    ),
    "a misspelt field of an option": (
        QUESTIONS,
        "why = ",
        "because = ",
        f'{WHERE} "first-steps-practice" has a field that is not known, "option 1 because"; '
        "correct or remove it (CONTRIBUTING.md lists the fields).",
    ),
    "a missing stem": (
        QUESTIONS,
        'stem = "What comes first in first-steps?"\n',
        "",
        f'{WHERE} "first-steps-practice" has no stem; add it.',
    ),
    "a missing option text": (
        QUESTIONS,
        'text = "Hand over the form"\n',
        "",
        f'{WHERE} "first-steps-practice" has no option 2 text; add it.',
    ),
    "a missing use": (
        QUESTIONS,
        'use = "practice"\n',
        "",
        f'{WHERE} "first-steps-practice" has no use; add it.',
    ),
    "a missing id": (QUESTIONS, 'id = "first-steps-practice"\n', "", f'{WHERE} "item 1" has no id; add it.'),
    "an unknown kind": (
        QUESTIONS,
        'kind = "single"',
        'kind = "essay"',
        f"{WHERE} \"first-steps-practice\" has kind 'essay'; use one of {KINDS}.",
    ),
    "a missing kind": (
        QUESTIONS,
        'kind = "single"\n',
        "",
        f'{WHERE} "first-steps-practice" has kind None; use one of {KINDS}.',
    ),
    "an unknown use": (
        QUESTIONS,
        'use = "practice"',
        'use = "trial"',
        f"{WHERE} \"first-steps-practice\" has use = 'trial'; use 'practice', 'check', 'exam' or 'poll'.",
    ),
    "points in words": (
        QUESTIONS,
        "points = 2",
        'points = "two"',
        f"{WHERE} \"first-steps-several\" has points = 'two': ",
    ),
    "a date that is none": (
        QUESTIONS,
        "review_by = 2027-06-01",
        'review_by = "next summer"',
        f"{WHERE} \"first-steps-practice\" has review_by = 'next summer': ",
    ),
    "items in single brackets": (
        "first-steps/questions.toml",
        None,
        '[item]\nid = "a"\n',
        f"{WHERE} items start with [[item]], in two pairs of brackets.",
    ),
    "another table": (
        QUESTIONS,
        None,
        '[[question]]\nid = "a"\n',
        f'{WHERE} unknown table "question"; items start with [[item]].',
    ),
    "items that are no tables": (
        QUESTIONS,
        None,
        'item = ["a"]\n',
        f"{WHERE} item 1 is not a table; start it with [[item]].",
    ),
    "a source without address": (
        "sources.toml",
        'address = "https://example.org/handbook"\n',
        "",
        'course/sources.toml: "handbook" has no address; add it.',
    ),
    "a misspelt field of a source": (
        "sources.toml",
        "organisation = ",
        "organization = ",
        'course/sources.toml: "handbook" has no organisation; add it.',
    ),
    "a help line without number": (
        "safety.toml",
        'number = "911"\n',
        "",
        "course/safety.toml: has no line 1 number; add it.",
    ),
    "a topic without title": (
        "first-steps/topic.toml",
        'title = "first steps"\n',
        "",
        "course/first-steps/topic.toml: has no title; add it.",
    ),
    "a course without notice": (
        "course.toml",
        'notice = "Made for trying things out."\n',
        "",
        "course/course.toml: has no notice; add it.",
    ),
    "a topic without folder": (
        "course.toml",
        '"second-look"',
        '"third-eye"',
        'course/course.toml: topic "third-eye" has no folder; make course/third-eye/ or take it out.',
    ),
}


@pytest.mark.parametrize(("file", "old", "new", "line"), MISTAKES.values(), ids=MISTAKES)
def test_a_mistake_of_form_is_told_in_a_line(course, file, old, new, line):
    if old is None:
        (course / file).write_text(new, "utf-8")
    else:
        change(course / file, old, new)
    told = problems(course)

    assert [text for text in told if text.startswith(line)], told
    for text in told:
        assert text.startswith("course/")
        assert text.endswith((".", "."))
        assert "\n" not in text


FILES = [
    "course.toml",
    "safety.toml",
    "sources.toml",
    "first-steps/topic.toml",
    "first-steps/questions.toml",
    "first-steps/lesson.md",
]


@pytest.mark.parametrize("file", FILES)
def test_a_missing_file_is_named(course, file):
    (course / file).unlink()

    assert f"course/{file}: the file is missing; write it." in problems(course)


@pytest.mark.parametrize("file", FILES)
def test_a_file_that_is_not_in_utf_8_is_named(course, file):
    (course / file).write_bytes("# Überblick\n".encode("latin-1"))

    assert f"course/{file}: the file is not in UTF-8; save it as UTF-8." in problems(course)


@pytest.mark.parametrize("file", [file for file in FILES if file.endswith(".toml")])
def test_broken_toml_is_named_with_its_line(course, file):
    text = (course / file).read_text("utf-8")
    number = text.count("\n") + 2
    (course / file).write_text(f"{text}\nbroken = = 1\n", "utf-8")

    told = [line for line in problems(course) if line.startswith(f"course/{file}: ")]
    assert f"at line {number}, column" in told[0]
    assert told[0].endswith("; correct it there.")


def test_a_folder_in_place_of_a_file_is_told(course):
    (course / "first-steps" / "lesson.md").unlink()
    (course / "first-steps" / "lesson.md").mkdir()

    assert problems(course) == ["course/first-steps/lesson.md: cannot be read (Is a directory)."]


def test_all_mistakes_are_told_at_once(course):
    change(course / QUESTIONS, "explanation = ", "explaination = ")
    change(course / QUESTIONS, "points = 2", 'points = "two"')
    change(course / "second-look/questions.toml", 'kind = "single"', 'kind = "essay"')
    change(course / "sources.toml", "year = 2024\n", "")
    (course / "second-look" / "lesson.md").unlink()
    told = " ".join(problems(course))

    for name in (
        '"first-steps-practice"',
        '"first-steps-several"',
        '"second-look-practice"',
        '"handbook"',
        "lesson.md",
    ):
        assert name in told


def test_the_rest_of_a_topic_with_one_broken_item_is_still_read(course):
    change(course / QUESTIONS, 'kind = "single"', 'kind = "essay"')

    assert [item.id for item in load_course(course).topic("first-steps").items] == [
        "first-steps-check",
        "first-steps-several",
        "first-steps-own-words",
        "first-steps-letter",
    ]


def test_an_unknown_topic_is_answered_with_those_that_there_are(course):
    with pytest.raises(CourseError) as refused:
        load_course(course).topic("third-eye")

    assert str(refused.value) == 'course/course.toml: there is no topic "third-eye"; it lists first-steps, second-look.'


def test_words_points_and_their_places_are_read_where_a_course_has_them(course):
    plain = load_course(course)
    (course / "words.toml").write_text('[[word]]\navoid = ["addict"]\nsay = "person"\nwhy = "It is one."\n', "utf-8")
    (course / "points.toml").write_text('A1 = "What it is for."\n', "utf-8")
    (course / "coverage.toml").write_text('[A1]\nsections = ["first-steps#A scene"]\n', "utf-8")
    (course / "first-steps/facilitator.md").write_text("Begin with tea.", "utf-8")
    rich = load_course(course)

    assert (plain.words, plain.points, plain.coverage, plain.topics[0].facilitator) == ((), {}, {}, "")
    assert rich.problems == ()
    assert rich.words[0].avoid == ("addict",)
    assert rich.points == {"A1": "What it is for."}
    assert rich.coverage["A1"].sections == ("first-steps#A scene",)
    assert rich.topics[0].facilitator == "Begin with tea."


@pytest.mark.parametrize(
    ("file", "text", "line"),
    [
        ("words.toml", '[[word]]\nsay = "person"\nwhy = "So."\n', 'course/words.toml: "word 1" has no avoid; add it.'),
        (
            "coverage.toml",
            "[A1]\nsection = []\n",
            'course/coverage.toml: "A1" has a field that is not known, "section"',
        ),
        ("points.toml", "A1 = 1\n", 'course/points.toml: "A1" has no text; write A1 = "…".'),
    ],
)
def test_a_mistake_in_one_of_them_is_told(course, file, text, line):
    (course / file).write_text(text, "utf-8")
    (told,) = load_course(course).problems

    assert told.startswith(line)
