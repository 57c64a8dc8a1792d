"""The course itself, on the day its sources were checked: no rule is broken, and no key is told beside a question."""

from __future__ import annotations

import pytest
from course_project import PROJECT

from peercourse.bank import Course, load_course
from peercourse.items import is_graded, public_view
from peercourse.keys import key_sentences
from peercourse.lint import lint
from peercourse.lint.guessing import all_guesses

COURSE: Course = load_course(PROJECT / "course")
CHECKED = max(COURSE.safety.checked, *(source.checked for source in COURSE.sources.values()))
TOLD = lint(COURSE, CHECKED)
TOPICS = [pytest.param(topic, id=topic.name) for topic in COURSE.topics]


@pytest.mark.parametrize("topic", TOPICS)
def test_every_topic_keeps_every_rule(topic):
    assert [line for line in TOLD if line.startswith(f"course/{topic.name}/")] == []


def test_the_course_as_a_whole_keeps_every_rule():
    assert [line for line in TOLD if line.startswith("course/") and line.split("/")[1].endswith(".toml:")] == []
    assert TOLD == []


@pytest.mark.parametrize("topic", TOPICS)
def test_no_text_of_a_graded_key_stands_in_what_learners_are_shown(topic):
    shown = " ".join(str(public_view(item)) for item in topic.items)
    told = [text for item in topic.items if is_graded(item) for text in key_sentences(item) if text in shown]

    assert told == []


def test_no_guesser_who_knows_nothing_beats_chance_by_more_than_ten_points_in_any_pool():
    # Authors are allowed one item's worth in a small pool (lint); what we publish is not. The mixture learns from all
    # other pools, so an edit in one topic can show here in another: mend options or places in the pool that is named.
    found = [(pool, row) for pool, rows in all_guesses(COURSE, points=10).items() for row in rows]
    paying = [
        f"{pool.topic or 'all topics'}, {pool.use}: {row.strategy} gets {row.share:.1%}, chance is {pool.chance:.1%}"
        for pool, row in found
        if row.share > pool.chance + 0.10 + 1e-9
    ]

    assert {pool.topic for pool, _ in found} >= {topic.name for topic in COURSE.topics if topic.questions} | {""}
    assert paying == []


def test_the_course_has_a_standard_and_a_style_list_and_knows_its_points():
    assert COURSE.head.standard is not None
    assert len(COURSE.words) >= 20
    assert len(COURSE.points) == 91
