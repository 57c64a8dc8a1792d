"""Every rule for charts, the start page and the exam's blueprint: one break each."""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path

import pytest
from every_kind import told_of, write_every_kind
from small_course import change

from peercourse.bank import load_course
from peercourse.items_file import exam_pool, items_file, outline_of
from peercourse.topic_folder import open_topic_folder

CHART = """\
[[chart]]
id = "first-steps-deaths"
title = "Deaths by state"
kind = "line"
data = "data/deaths.csv"
x = "year"
series = "state"
show = ["Ohio"]
pick = "sex"
picked = "all"
low = "low"
high = "high"
alt = "One line that falls."
sources = ["handbook"]
review_by = 2027-01-31

[[chart.measure]]
column = "rate"
label = "Deaths per 100,000"
"""
CSV = "year,state,sex,rate,low,high\n2023,Ohio,all,30,28,32\n2024,Ohio,all,20,18,22\n"
GATHERING = 'title = "{title}"\nsummary = "All in one place."\nminutes = 5\nkind = "{kind}"\n'
CHARTS, LESSON, COURSE = "first-steps/charts.toml", "first-steps/lesson.md", "course.toml"
NAMED = 'course/first-steps/charts.toml: "first-steps-deaths"'
TEXT = "course/first-steps/lesson.md:"


def cell(code: str) -> str:
    return f"```{{code-cell}} ipython3\n{code}\n```\n"


@pytest.fixture
def course(tmp_path: Path) -> Path:
    """A course with a chart, a start page and an exam that draws one of two questions."""
    course = write_every_kind(tmp_path)
    source = next(iter(load_course(course).sources))
    first = course / "first-steps"
    (first / "data").mkdir()
    (first / "data" / "deaths.csv").write_text(CSV)
    (first / "charts.toml").write_text(CHART.replace("handbook", source))
    lesson = (first / "lesson.md").read_text("utf-8")
    imported = cell(re.search(r"from peercourse import .*", lesson)[0])
    change(first / "lesson.md", cell("hand_in()"), cell('explore("first-steps-deaths")') + "\n" + cell("hand_in()"))
    head = lesson[: lesson.index(imported)]
    for kind, calls in (("start", ("progress()", "cards()")), ("exam", ("exam()",))):
        (course / kind).mkdir()
        (course / kind / "topic.toml").write_text(GATHERING.format(title=kind, kind=kind))
        (course / kind / "lesson.md").write_text("\n".join([head + imported, "## Here", *map(cell, calls)]))
    change(
        course / COURSE,
        'topics = ["first-steps", "second-look"]',
        'topics = ["start", "first-steps", "second-look", "exam"]',
    )
    exam = first / "exam.toml"
    exam.write_text(
        exam.read_text("utf-8") + "\n" + exam.read_text("utf-8").replace("first-steps-exam", "first-steps-exam-two")
    )
    area = re.search(r'area = "(.*)"', exam.read_text("utf-8"))[1]
    blueprint = f"\n[exam]\nminutes = 150\nbreak_at = 1\n[exam.areas]\n{area} = 1\n"
    (course / COURSE).write_text((course / COURSE).read_text("utf-8") + blueprint.replace("= 1\n[", "= 0\n[", 1))
    return course


def told_of_charts(course: Path, today: date | None = date(2026, 6, 1)) -> list[str]:
    """What lint tells, without the words that the two examples share."""
    return [line for line in told_of(course, today) if "exam-two" not in line and "break_at" not in line]


def test_a_chart_a_start_page_and_an_exam_keep_every_rule(course):
    assert told_of_charts(course) == []


BREAKS = {
    "an id of no topic": (
        CHARTS,
        'id = "first-steps-deaths"',
        'id = "deaths"',
        'course/first-steps/charts.toml: "deaths" does not start with the topic\'s name; call it first-steps-deaths.',
    ),
    "a title": (CHARTS, 'title = "Deaths by state"', 'title = ""', f"{NAMED} has no title; say what the chart shows."),
    "an alt text": (
        CHARTS,
        'alt = "One line that falls."',
        'alt = " "',
        f"{NAMED} has no alt; say what the chart shows.",
    ),
    "a measure": (
        CHARTS,
        '[[chart.measure]]\ncolumn = "rate"\nlabel = "Deaths per 100,000"\n',
        "measure = []\n",
        f"{NAMED} has no measure; name the column that is drawn in a [[chart.measure]].",
    ),
    "a source": (
        CHARTS,
        re.compile(r"sources = \[.*\]"),
        "sources = []",
        f"{NAMED} has no sources; name at least one of course/sources.toml.",
    ),
    "a review date": (
        CHARTS,
        "review_by = 2027-01-31\n",
        "",
        f"{NAMED} has no review_by; add the date by which somebody looks for newer data.",
    ),
    "a forest's interval": (
        CHARTS,
        'kind = "line"\n',
        'kind = "forest"\nlog_scale = true\n',
        f"{NAMED} is a forest chart without low and high; name the columns of the interval.",
    ),
    "a pick without its value": (
        CHARTS,
        'picked = "all"\n',
        "",
        f"{NAMED} has pick without picked, or picked without pick; give both or none.",
    ),
    "no data": (
        CHARTS,
        "data/deaths.csv",
        "data/births.csv",
        f"{NAMED} cannot be drawn: first-steps/data/births.csv cannot be read; fetch the topic again.",
    ),
    "nothing shown": (
        CHARTS,
        'picked = "all"',
        'picked = "women"',
        f"{NAMED} shows nothing at first; correct show and picked by what stands in data/deaths.csv.",
    ),
    "a line that is not there": (
        CHARTS,
        'show = ["Ohio"]',
        'show = ["Ohio", "Utah"]',
        f'{NAMED} shows "Utah", which data/deaths.csv does not have.',
    ),
    "a chart that is not placed": (
        LESSON,
        cell('explore("first-steps-deaths")'),
        "",
        f'{TEXT} never shows "first-steps-deaths"; place explore("first-steps-deaths") or remove the chart.',
    ),
    "a chart that is none": (
        LESSON,
        'explore("first-steps-deaths")',
        'explore("first-steps-births")',
        f'{TEXT} explores "first-steps-births", which charts.toml does not have; add it or correct the id.',
    ),
    "progress in a topic": (
        LESSON,
        'explore("first-steps-deaths")',
        "progress()",
        f'{TEXT} has 1 progress() cells; only the page with kind = "start" has one, and it has one.',
    ),
    "an exam page without an exam": (
        "exam/lesson.md",
        "exam()",
        "cards()",
        'course/exam/lesson.md: has 0 exam() cells; only the page with kind = "exam" has one, and it has one.',
    ),
    "an exam without a blueprint": (
        COURSE,
        re.compile(r"\n\[exam\](.|\n)*"),
        "\n",
        "course/exam/lesson.md: needs a blueprint; add [exam] with minutes, break_at and [exam.areas] to course.toml.",
    ),
    "an area that is none": (
        COURSE,
        re.compile(r"\n[a-z-]+ = 1\n$"),
        "\nastronomy = 1\n",
        'course/course.toml: [exam.areas] has "astronomy", which is no area; use admin, foundations, interpersonal, '
        "recovery-support, advocacy, community-inclusion, resource-linkage, crisis.",
    ),
}


@pytest.mark.parametrize(("file", "old", "new", "line"), BREAKS.values(), ids=BREAKS)
def test_a_broken_rule_is_told_in_a_line(course, file, old, new, line):
    text = (course / file).read_text("utf-8")
    broken = old.sub(lambda _: new, text, count=1) if isinstance(old, re.Pattern) else text.replace(old, new, 1)
    assert broken != text
    (course / file).write_text(broken, "utf-8")
    if "without low and high" in line:
        change(course / file, 'low = "low"\n', "")

    assert line in told_of(course), told_of(course)


def test_an_exam_that_draws_all_there_is_of_an_area_is_told(course):
    text = (course / COURSE).read_text("utf-8")
    area = re.search(r"\n([a-z-]+) = 1\n$", text)[1]
    (course / COURSE).write_text(re.sub(r" = 1\n$", " = 2\n", text), "utf-8")

    assert (
        f"course/course.toml: [exam.areas] draws 2 of {area}, and the pool has 2; "
        "write more exam questions, so that no two exams are alike." in told_of(course)
    )


def test_a_break_outside_the_exam_is_told(course):
    assert "course/course.toml: [exam] has break_at = 0; choose a question inside the exam." in told_of(course)


def test_a_chart_past_its_date_is_told(course):
    assert f"{NAMED} was to be reviewed by 2027-01-31; look for newer data, then set a new date." in told_of_charts(
        course, date(2027, 2, 1)
    )


# --- what learners get of them -------------------------------------------------------------------------


def topic_of(course: Path, name: str):
    read = load_course(course)
    return read, read.topic(name)


def test_the_start_page_gets_every_deck_and_the_outline_of_the_topics(course, tmp_path):
    read, start = topic_of(course, "start")
    (tmp_path / "fetched").mkdir()
    (tmp_path / "fetched" / "items.json").write_bytes(items_file(read, start))

    folder = open_topic_folder(tmp_path / "fetched")

    assert [deck.topic for deck in folder.decks] == ["first-steps"]
    assert [topic["name"] for topic in folder.parts["outline"]["topics"]] == ["first-steps", "second-look"]


def test_the_outline_names_practice_and_exam_items_of_each_objective(course):
    (first, _) = outline_of(load_course(course))
    named = {item for objective in first.objectives for item in objective.items}

    assert {"first-steps-exam", "first-steps-order"} <= named
    assert "first-steps-poll" not in {*named, *first.path}
    assert not set(first.graded) & set(first.practice)


def test_the_exams_pool_says_where_each_objective_is_taught(course):
    read = load_course(course)
    pool = exam_pool(read, read.head.exam)

    goal = pool.goal_of(pool.items["first-steps-exam"])

    assert (goal.topic, bool(goal.section)) == ("first-steps", True)


def test_no_graded_key_is_in_the_start_page_or_the_exam(course):
    read, start = topic_of(course, "start")
    both = items_file(read, start) + items_file(read, read.topic("exam"))

    assert b"first-steps-check" in both  # in the outline, by its id alone
    assert b"The graded key of" not in both
