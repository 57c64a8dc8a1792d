"""The course itself, item by item and topic by topic, on the day its sources were checked."""

from __future__ import annotations

from collections import Counter

import pytest
from course_project import PROJECT

from peercourse.bank import Course, Topic, load_course
from peercourse.build import MIN_SECRET
from peercourse.items import Choice, Item, Reflection, is_graded, shown_order
from peercourse.lesson import citations, prose_words, read_lesson
from peercourse.lint import lint

COURSE: Course = load_course(PROJECT / "course")
ITEMS = [pytest.param(topic, item, id=item.id) for topic in COURSE.topics for item in topic.items]
CHOICES = [
    pytest.param(item, id=item.id) for topic in COURSE.topics for item in topic.items if isinstance(item, Choice)
]
TOPICS = [pytest.param(topic, id=topic.name) for topic in COURSE.topics]
CHECKED = max(COURSE.safety.checked, *(source.checked for source in COURSE.sources.values()))

READING = range(1800, 2801)
LONGEST_IS_RIGHT = 0.4


def key_texts(item: Item) -> list[str]:
    if isinstance(item, Reflection):
        return [item.exemplar]
    return [item.explanation, *(option.why for option in item.options)]


@pytest.mark.parametrize(("topic", "item"), ITEMS)
def test_every_item_keeps_every_rule(topic, item):
    assert [line for line in lint(COURSE, CHECKED) if f'"{item.id}"' in line] == []


@pytest.mark.parametrize("item", CHOICES)
def test_every_option_has_a_reason_of_its_own(item):
    reasons = [option.why.strip() for option in item.options]

    assert all(reasons)
    assert len(set(reasons)) == len(reasons)


@pytest.mark.parametrize("item", CHOICES)
def test_options_differ_and_none_is_all_or_none_of_the_others(item):
    words = [" ".join(option.text.lower().split()).rstrip(".") for option in item.options]

    assert len(set(words)) == len(words)
    assert not [text for text in words if text.startswith(("all of the", "none of the", "both of"))]
    assert len(item.options) >= 3


@pytest.mark.parametrize(("topic", "item"), ITEMS)
def test_every_item_says_when_it_is_read_again_and_what_it_is_for(topic, item):
    assert item.review_by > CHECKED
    assert item.objective in {objective.id for objective in topic.head.objective}


@pytest.mark.parametrize(("topic", "item"), [case for case in ITEMS if is_graded(case.values[1])])
def test_no_text_of_a_graded_key_stands_in_a_practice_item(topic, item):
    handed_out = [
        text
        for other in topic.items
        if not is_graded(other)
        for text in (
            [other.stem, *key_texts(other)]
            + ([*other.hints, *(option.text for option in other.options)] if isinstance(other, Choice) else [])
        )
    ]
    told = [text for text in key_texts(item) if len(text) >= MIN_SECRET and any(text in out for out in handed_out)]

    assert told == []


@pytest.mark.parametrize("topic", TOPICS)
def test_every_topic_keeps_every_rule(topic):
    assert [line for line in lint(COURSE, CHECKED) if line.startswith(f"course/{topic.name}/")] == []


def test_the_course_as_a_whole_keeps_every_rule():
    assert lint(COURSE, CHECKED) == []


@pytest.mark.parametrize("topic", TOPICS)
def test_the_reading_fits_into_the_time_that_a_topic_takes(topic):
    assert prose_words(read_lesson(topic.lesson)) in READING


@pytest.mark.parametrize("topic", TOPICS)
def test_every_topic_has_practice_checks_and_two_reflections(topic: Topic):
    kinds = Counter(item.use if isinstance(item, Choice) else item.privacy for item in topic.items)

    assert kinds == {"practice": 12, "check": 10, "private": 1, "graded": 1}


@pytest.mark.parametrize("topic", TOPICS)
def test_the_longest_option_is_not_the_one_to_bet_on(topic):
    singles = [item for item in topic.items if isinstance(item, Choice) and item.kind == "single"]
    given_away = [item.id for item in singles if max(item.options, key=lambda o: len(o.text)).correct]

    assert len(given_away) <= LONGEST_IS_RIGHT * len(singles), given_away


@pytest.mark.parametrize("topic", TOPICS)
def test_the_right_option_has_no_favourite_place(topic):
    singles = [item for item in topic.items if isinstance(item, Choice) and item.kind == "single"]
    places = Counter(next(n for n, o in enumerate(shown_order(item)) if o.correct) for item in singles)

    assert max(places.values()) <= len(singles) * 0.6, places


@pytest.mark.parametrize("topic", TOPICS)
def test_every_objective_is_practised_and_checked(topic):
    for objective in topic.head.objective:
        uses = {is_graded(item) for item in topic.items if item.objective == objective.id}
        assert uses == {True, False}, objective.id


def test_every_source_is_cited_somewhere():
    cited = {source for topic in COURSE.topics for source in citations(read_lesson(topic.lesson))}
    cited |= {source for topic in COURSE.topics for item in topic.items for source in item.sources}

    assert sorted(COURSE.sources.keys() - cited) == []
