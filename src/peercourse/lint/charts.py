"""Charts: their file, its columns, and the words beside them. And the blueprint of the exam against its pool."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import date

from peercourse.bank import Course, Topic
from peercourse.charts import Chart, first_rows, read_rows
from peercourse.items import AREAS, Choice, CourseError
from peercourse.lint.forms import source_problems


def chart_problems(course: Course, topic: Topic, chart: Chart) -> Iterator[str]:
    """What is wrong with one chart of a topic."""
    if not chart.id.startswith(topic.name):
        yield f"does not start with the topic's name; call it {topic.name}-{chart.id}."
    for name in ("title", "alt"):
        if not getattr(chart, name).strip():
            yield f"has no {name}; say what the chart shows."
    if not chart.measures:
        yield "has no measure; name the column that is drawn in a [[chart.measure]]."
    if not chart.sources:
        yield "has no sources; name at least one of course/sources.toml."
    yield from source_problems(course, list(chart.sources))
    if chart.review_by is None:
        yield "has no review_by; add the date by which somebody looks for newer data."
    if chart.kind == "forest" and not (chart.low and chart.high):
        yield "is a forest chart without low and high; name the columns of the interval."
    if bool(chart.pick) != bool(chart.picked):
        yield "has pick without picked, or picked without pick; give both or none."
    yield from _data_problems(topic, chart)


def _data_problems(topic: Topic, chart: Chart) -> Iterator[str]:
    try:
        rows = read_rows(chart, topic.folder)
    except CourseError as error:
        yield f"cannot be drawn: {error}"
        return
    if not first_rows(chart, rows):
        yield f"shows nothing at first; correct show and picked by what stands in {chart.data}."
    if chart.series:
        there = {row[chart.columns.index(chart.series)] for row in rows}
        yield from (f'shows "{name}", which {chart.data} does not have.' for name in chart.show if name not in there)


def chart_dates(topic: Topic, today: date) -> Iterator[str]:
    """Charts whose data somebody should look at again."""
    for chart in topic.charts:
        if chart.review_by is not None and chart.review_by < today:
            named = f'course/{topic.name}/charts.toml: "{chart.id}"'
            yield f"{named} was to be reviewed by {chart.review_by}; look for newer data, then set a new date."


def blueprint_problems(course: Course) -> Iterator[str]:
    """Where the exam's blueprint asks for an area that is none, or for more than its pool holds."""
    blueprint = course.head.exam
    if blueprint is None:
        return
    pool = Counter(item.area for topic in course.topics for item in topic.exam if isinstance(item, Choice))
    for area, wanted in blueprint.areas.items():
        if area not in AREAS:
            yield f'course/course.toml: [exam.areas] has "{area}", which is no area; use {", ".join(AREAS)}.'
        elif pool[area] <= wanted:
            yield (
                f"course/course.toml: [exam.areas] draws {wanted} of {area}, and the pool has {pool[area]}; "
                "write more exam questions, so that no two exams are alike."
            )
    if not 0 < blueprint.break_at < blueprint.items:
        yield f"course/course.toml: [exam] has break_at = {blueprint.break_at}; choose a question inside the exam."
