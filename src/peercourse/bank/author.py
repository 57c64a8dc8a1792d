"""An author's folder, opened as a notebook."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

from peercourse.bank.course import CourseProblems
from peercourse.bank.reader import Reader, read_topic
from peercourse.charts import chart_view
from peercourse.items import CourseError, from_view, public_view
from peercourse.topic_folder import Deck, TopicFolder


def open_author_folder(folder: Path) -> TopicFolder:
    """`course/<topic>/` as a learner would meet it, for an author who opens `lesson.md` as a notebook.

    Nothing answered there is kept. Raises CourseProblems where its items cannot be read.
    """
    changed = max(path.stat().st_mtime_ns for path in folder.glob("*.toml"))
    return _author_folder(folder, changed)


@lru_cache(maxsize=4)
def _author_folder(folder: Path, changed: int) -> TopicFolder:
    reader = Reader(folder.parent)
    topic = read_topic(reader, folder.name)
    if topic is None or reader.problems:
        raise CourseProblems(reader.problems)
    if topic.head.kind in ("start", "exam"):
        raise CourseError(
            f"{folder.name} gathers what stands in all topics: run peercourse build, then open source/{folder.name}/."
        )
    return TopicFolder(
        folder,
        course="author",
        topic=folder.name,
        title=topic.head.title,
        items={item.id: from_view(public_view(item)) for item in topic.items},
        read_only="This is the author's view: you can try everything, and nothing is kept.",
        decks=(Deck(topic.name, topic.head.title, topic.cards),) if topic.cards else (),
        parts={"charts": [chart_view(chart) for chart in topic.charts]},
    )
