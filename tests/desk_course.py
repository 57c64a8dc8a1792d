"""A small course as a learner gets it: a topic with every kind, cards and charts; the start page; the practice exam."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from desk_states import DEATHS, LINE
from nbformat.v4 import new_markdown_cell
from small_desk import LANGUAGE
from small_pool import small_pool
from small_topic import COURSE, EVERY_KIND, TOPIC, call_for, our_cell, write_notebook

from peercourse.charts import chart_view
from peercourse.course_progress import OutlineObjective, OutlineTopic, outline_view
from peercourse.items import Card, Item, is_graded, public_view
from peercourse.practice_exam.pool import Goal, Pool, pool_view
from peercourse.topic_folder import Deck, deck_view

IMPORT = "from peercourse import answer, cards, case, check, exam, explore, hand_in, poll, practice, progress, reflect"
TITLE = "A small topic"
DECK = Deck(
    TOPIC,
    TITLE,
    (Card("tea", "Why tea?", "It gives hands something to do.", "signs"), Card("rain", "Rain?", "A roof.")),
)
ON_TOPIC = [*map(call_for, EVERY_KIND), "cards()", f'explore("{LINE.id}")']
SECTION = "The second part"


def make_desk_course(place: Path) -> Path:
    """Write `small-topic`, `start` and `exam` into `place`, beside each other as they are fetched; returns `place`."""
    topic = {"decks": [deck_view(DECK)], "charts": [chart_view(LINE)]}
    make_topic(place, TOPIC, ON_TOPIC, EVERY_KIND, **topic)
    (place / TOPIC / LINE.data).write_text(DEATHS, "utf-8")
    start = {"decks": [deck_view(DECK), deck_view(LANGUAGE)], "outline": outline_view([outline()])}
    make_topic(place, "start", ["progress()", "cards()"], (), **start)
    pool = pool_here()
    items = [public_view(item) | {"topic": TOPIC} for item in pool.items.values()]
    make_topic(place, "exam", ["exam()"], (), exam=pool_view(pool) | {"items": items})
    return place


def make_topic(place: Path, name: str, calls: list[str], items: tuple[Item, ...], **parts: Any) -> Path:
    """Write one folder with `items.json` and a notebook of these calls; returns the notebook."""
    folder = place / name
    folder.mkdir(parents=True)
    views = [public_view(item) for item in items]
    body = {"format": 1, "course": COURSE, "topic": name, "title": TITLE, "items": views} | parts
    (folder / "items.json").write_text(json.dumps(body), "utf-8")
    cells = [new_markdown_cell(f"# {TITLE}"), our_cell(IMPORT), *map(our_cell, calls)]
    cells.insert(len(cells) // 2, new_markdown_cell(f"## {SECTION}"))
    if items:
        cells.append(our_cell("hand_in()"))
    return write_notebook(folder / f"{name}.ipynb", cells, peercourse={"course": COURSE, "topic": name})


def pool_here() -> Pool:
    """The small exam pool, all of it taught in the small topic."""
    pool = small_pool()
    goals = [Goal(TOPIC, name, f"know the {name}", TITLE, SECTION) for name in ("signs", "scope")]
    topics = dict.fromkeys(pool.items, TOPIC)
    return Pool(pool.items, topics, {goal.name: goal for goal in goals}, pool.areas, pool.minutes, pool.break_at)


def outline() -> OutlineTopic:
    """The small topic as the start page knows it."""
    path = [item for item in EVERY_KIND if item.id != "coffee"]
    practice = tuple(item.id for item in path if not is_graded(item))
    goals = (OutlineObjective("greet", "greet people", ("greet",)), OutlineObjective("wait", "wait", ("silence",)))
    graded = tuple(item.id for item in path if is_graded(item))
    return OutlineTopic(TOPIC, TITLE, 10, goals, tuple(item.id for item in path), practice, graded)
