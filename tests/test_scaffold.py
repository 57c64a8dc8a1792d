"""A new topic and a new question build as they are."""

from __future__ import annotations

import json
import tomllib
from datetime import date, timedelta
from pathlib import Path

import pytest
from small_course import change, write_small_course

from peercourse.bank import load_course
from peercourse.build import build
from peercourse.items import CourseError
from peercourse.keys import find_keys
from peercourse.lint import lint
from peercourse.scaffold import new_question, new_topic


@pytest.fixture
def course(tmp_path: Path) -> Path:
    return write_small_course(tmp_path)


def files(folder: Path) -> dict[Path, bytes]:
    return {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def topics(course: Path) -> list[str]:
    return tomllib.loads((course / "course.toml").read_text("utf-8"))["topics"]


def test_new_topics_and_questions_keep_every_rule_build_and_let_no_key_out(course):
    root = course.parent
    new_topic(course, "wound-care")
    new_topic(course, "rest")
    made = [new_question(course, topic) for topic in ("wound-care", "wound-care", "first-steps")]
    today = date.today()

    assert [item_id for _, item_id in made] == ["wound-care-new-1", "wound-care-new-2", "first-steps-new-1"]
    assert lint(load_course(course), min(today, date(2027, 1, 1))) == []

    build(root)
    items = json.loads((root / "release/wound-care/items.json").read_text("utf-8"))["items"]

    assert [item["id"] for item in items] == [
        "wound-care-first-practice",
        "wound-care-new-1",
        "wound-care-new-2",
        "wound-care-first-check",
    ]
    assert list(find_keys(root / "release", load_course(course))) == []
    assert (root / "release/rest/rest.ipynb").is_file()


def test_a_new_question_is_due_for_review_in_a_year(course):
    _, item_id = new_question(course, "first-steps")

    assert load_course(course).topic("first-steps").item(item_id).review_by == date.today() + timedelta(days=365)


def test_a_new_question_leaves_everything_else_as_it_was(course):
    lesson, questions = (course / "first-steps" / name for name in ("lesson.md", "questions.toml"))
    before, text = questions.read_text("utf-8"), lesson.read_text("utf-8")
    new_question(course, "first-steps")

    assert questions.read_text("utf-8").startswith(before)
    added = '\n```{code-cell} ipython3\npractice("first-steps-new-1")\n```\n'
    assert lesson.read_text("utf-8").replace(added, "", 1) == text
    assert lesson.read_text("utf-8").index("new-1") < lesson.read_text("utf-8").index("own-words")


@pytest.mark.parametrize(
    "written",
    [
        'topics = ["first-steps", "second-look"]',
        'topics = ["first-steps", "second-look",]',
        'topics = [\n  "first-steps",\n  "second-look",\n]',
        'topics=["first-steps","second-look"]  # in this order',
    ],
)
def test_a_new_topic_is_listed_last_however_the_list_is_written(course, written):
    change(course / "course.toml", 'topics = ["first-steps", "second-look"]', written)
    new_topic(course, "wound-care")

    assert topics(course) == ["first-steps", "second-look", "wound-care"]


def test_the_first_topic_of_a_course_is_listed(course):
    change(course / "course.toml", 'topics = ["first-steps", "second-look"]', "topics = []")
    new_topic(course, "wound-care")

    assert topics(course) == ["wound-care"]


@pytest.mark.parametrize("name", ["Wound care", "wound_care", "-wound", "../wound", "1st", "wound-", ""])
def test_a_name_that_is_none_is_refused_and_nothing_is_made(course, name):
    before = files(course)
    with pytest.raises(CourseError) as refused:
        new_topic(course, name)

    assert str(refused.value) == (
        f'"{name}" is no topic name: use words in lower case joined by hyphens, as in wound-care.'
    )
    assert files(course) == before


def test_a_topic_that_is_there_is_not_touched(course):
    before = files(course)
    with pytest.raises(CourseError, match=r"^course/first-steps is there already; take another name\.$"):
        new_topic(course, "first-steps")

    assert files(course) == before


def test_a_course_without_a_list_of_topics_is_told_and_nothing_is_made(course):
    change(course / "course.toml", 'topics = ["first-steps", "second-look"]\n', "")
    before = files(course)
    with pytest.raises(
        CourseError, match=r'^course/course.toml has no list of topics; add topics = \["wound-care"\]\.$'
    ):
        new_topic(course, "wound-care")

    assert files(course) == before
    assert not (course / "wound-care").exists()


def test_a_course_without_sources_is_told(course):
    (course / "sources.toml").write_text("")
    with pytest.raises(CourseError, match=r"^course/sources.toml has no source yet; add one first\.$"):
        new_topic(course, "wound-care")


def test_a_question_for_a_topic_that_is_not_there_says_how_to_start_one(course):
    with pytest.raises(CourseError) as refused:
        new_question(course, "wound-care")

    assert str(refused.value) == (
        "course/wound-care has no questions.toml and lesson.md; start it with: peercourse new topic wound-care"
    )
