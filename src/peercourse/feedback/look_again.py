"""What to look at again: objectives by the points that were missed, and where they are taught. Pure."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Set
from dataclasses import dataclass
from urllib.parse import quote

from peercourse.bank import Course, Topic
from peercourse.grading.marks import Mark
from peercourse.items import Item

MAX_SECTIONS = 3
TO_THE_TOPICS = "../../.."
"""From a page that a learner fetched (`<topic>/feedback/<date>/<topic>.html`) to where topics lie side by side."""


@dataclass(frozen=True)
class Section:
    """A place in a reading: its heading, its topic, and a link to it from a fetched page."""

    heading: str
    topic: str
    link: str


@dataclass(frozen=True)
class LookAgain:
    """An objective of which points were missed. `sections` come with the most useful first."""

    objective: str
    missed: float
    sections: tuple[Section, ...]


def look_again(course: Course, topic: Topic, items: Iterable[Item], marks: Mapping[str, Mark]) -> tuple[LookAgain, ...]:
    """The objectives of `items` that cost points, the dearest first. What waits for a person costs none yet."""
    missed: dict[str, float] = {}
    by_objective: dict[str, list[str]] = {}
    for item in items:
        mark = marks.get(item.id)
        lost = mark.max_points - mark.points if mark and mark.points is not None else 0
        if lost > 0 and not item.dropped:
            missed[item.objective] = missed.get(item.objective, 0) + lost
            by_objective.setdefault(item.objective, []).append(item.id)
    texts = {objective.id: objective.text for objective in topic.head.objective}
    return tuple(
        LookAgain(texts.get(name, topic.head.title), lost, _sections(course, topic, name, by_objective[name]))
        for name, lost in sorted(missed.items(), key=lambda pair: -pair[1])
    )


def _sections(course: Course, topic: Topic, objective: str, missed: Iterable[str]) -> tuple[Section, ...]:
    """Where the coverage map says that `missed` is taught; else the whole objective; else the topic's reading."""
    same = {each.id for each in (*topic.questions, *topic.cards) if each.objective == objective}
    named = _taught(course, topic, set(missed)) or _taught(course, topic, same) or [(topic.name, "")]
    titles = {each.name: each.head.title for each in course.topics}
    return tuple(Section(heading or titles[where], titles[where], link(where, heading)) for where, heading in named)


def _taught(course: Course, topic: Topic, asked: Set[str]) -> list[tuple[str, str]]:
    """Where points are taught that any of `asked` asks, as (topic, heading), the most useful first."""
    found: Counter[str] = Counter()
    for place in course.coverage.values():
        hits = len(asked & set(place.items))
        for name in place.sections if hits else ():
            # Of two that teach as much of it, the one in this topic is nearer.
            found[name] += 2 * hits + name.startswith(f"{topic.name}#")
    known = {each.name for each in course.topics}
    places = [(where, heading) for name, _ in found.most_common() for where, _, heading in [name.partition("#")]]
    return [place for place in places if place[0] in known][:MAX_SECTIONS]


def link(topic: str, heading: str = "") -> str:
    """The address of a heading in a topic's notebook, seen from a fetched page."""
    anchor = "#" + quote(re.sub(r"\s", "-", heading), safe="") if heading else ""
    return f"{TO_THE_TOPICS}/{topic}/{topic}.ipynb{anchor}"
