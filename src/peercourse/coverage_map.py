"""The map for instructors: where each point of the syllabus is taught, and by what it is asked. Pure."""

from __future__ import annotations

from collections.abc import Iterator

from peercourse.bank import Course, Place, file_of

WHAT = {"questions.toml": "question", "exam.toml": "exam question", "polls.toml": "poll", "cases.toml": "case"}


def coverage_map(course: Course) -> str:
    """The map as Markdown; empty for a course without points."""
    if not course.points:
        return ""
    return "\n".join(_lines(course)) + "\n"


def _lines(course: Course) -> Iterator[str]:
    kinds = {item.id: WHAT[file_of(item)] for topic in course.topics for item in topic.questions}
    kinds |= {card.id: "card" for topic in course.topics for card in topic.cards}
    titles = {topic.name: topic.head.title for topic in course.topics}
    yield "# Where each point is taught and asked"
    yield ""
    yield "Made by `peercourse build` from `course/points.toml` and `course/coverage.toml`. Change those."
    yield ""
    yield "| | point | taught in | asked by |"
    yield "|---|---|---|---|"
    for name, text in course.points.items():
        place = course.coverage.get(name, Place())
        taught = "<br>".join(_section(section, titles) for section in place.sections)
        asked = "<br>".join(f"{kinds.get(item, 'item')} `{item}`" for item in place.items)
        yield f"| {name} | {_cell(text)} | {_cell(taught)} | {asked} |"


def _section(section: str, titles: dict[str, str]) -> str:
    topic, _, heading = section.partition("#")
    return f"{titles.get(topic, topic)}: {heading}"


def _cell(text: str) -> str:
    return text.replace("|", "\\|")
