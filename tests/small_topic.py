"""A small topic as a learner gets it: a folder with `items.json` and a notebook of one-line cells."""

from __future__ import annotations

import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import nbformat
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook

from peercourse.items import Choice, Criterion, Item, Option, Reflection, public_view

TOPIC = "small-topic"
COURSE = "small-course"
IMPORT = "from peercourse import check, hand_in, practice, reflect"

PRACTICE_SINGLE = Choice(
    id="greet",
    kind="single",
    use="practice",
    stem="Somebody new comes in from the rain. What comes first?",
    options=(
        Option("form", "Hand over the form", why="A form can wait; a person should not."),
        Option("hello", "Say hello and offer a seat", correct=True, why="Being welcome comes before everything else."),
        Option("rules", "Read out the house rules", why="Rules land better once somebody feels safe."),
    ),
    hints=("Think of your own first visit.", "It costs nothing and takes a second."),
    explanation="People stay where they are welcome.",
)
PRACTICE_MULTIPLE = Choice(
    id="listen",
    kind="multiple",
    use="practice",
    stem="Which of these show that you listen?",
    options=(
        Option(
            "repeat", "Say back what you heard", correct=True, why="It shows you heard, and lets people correct you."
        ),
        Option("advice", "Give advice at once", why="Advice that was not asked for closes doors."),
        Option("wait", "Leave room for silence", correct=True, why="Silence gives people time to find words."),
        Option("phone", "Look at your phone", why="Eyes on a phone say that something else matters more."),
    ),
    hints=("Two of them do.",),
    explanation="Listening is something one can see.",
)
CHECK_SINGLE = Choice(
    id="privacy",
    kind="single",
    use="check",
    stem="Who decides whether a story is told again?",
    options=(
        Option("worker", "The worker", why="The story is not theirs."),
        Option("teller", "The person whose story it is", correct=True, why="It is their story."),
        Option("team", "The team", why="A team may be told only with consent."),
    ),
    points=2,
    explanation="Consent belongs to the teller.",
)
CHECK_MULTIPLE = Choice(
    id="words",
    kind="multiple",
    use="check",
    stem="Which of these put the person first?",
    options=(
        Option("uses", "a person who uses drugs", correct=True, why="The person comes first."),
        Option("addict", "an addict", why="This makes one thing the whole of somebody."),
        Option("recovery", "a person in recovery", correct=True, why="The person comes first."),
    ),
    points=3,
    partial="net-correct",
)
REFLECT_PRIVATE = Reflection(
    id="remember",
    kind="reflection",
    privacy="private",
    stem="Remember a time when somebody listened to you. What did they do?",
    exemplar="They put the kettle on and asked nothing.",
)
REFLECT_GRADED = Reflection(
    id="apply",
    kind="reflection",
    privacy="graded",
    stem="What will you do differently on your next shift?",
    points=4,
    min_words=5,
    max_words=60,
    criteria=(
        Criterion("concrete", "Concrete", ("names a deed and a time", "names a deed", "names a wish", "stays general")),
        Criterion("safe", "Safe", ("safe for all", "mostly safe", "some risk", "puts somebody at risk"), safety=True),
    ),
    exemplar="I will greet everybody by name before I open the cupboard.",
)
ITEMS: tuple[Item, ...] = (
    PRACTICE_SINGLE,
    PRACTICE_MULTIPLE,
    REFLECT_PRIVATE,
    CHECK_SINGLE,
    CHECK_MULTIPLE,
    REFLECT_GRADED,
)


def call_for(item: Item) -> str:
    """The one line that shows `item` in a notebook."""
    name = "reflect" if isinstance(item, Reflection) else item.use
    return f'{name}("{item.id}")'


CALLS = tuple(map(call_for, ITEMS))


def make_small_topic(folder: Path, items: Iterable[Item] = ITEMS) -> Path:
    """Make a learner's topic in `folder` and return the path of its notebook.

    Cell 0 is Markdown, cell 1 the import; then Markdown and call by turns; the last cell is `hand_in()`.
    """
    items = list(items)
    write_items(folder, [public_view(item) for item in items])
    cells = [new_markdown_cell("# A small topic\n\nIt has one item of each kind."), our_cell(IMPORT)]
    for number, item in enumerate(items, 1):
        cells += [new_markdown_cell(f"## Question {number}"), our_cell(call_for(item))]
    return write_notebook(folder / f"{TOPIC}.ipynb", [*cells, our_cell("hand_in()")])


def write_items(folder: Path, views: list[dict[str, Any]]) -> None:
    """Write `items.json` with these entries, whatever they hold."""
    folder.mkdir(parents=True, exist_ok=True)
    body = {"format": 1, "course": COURSE, "topic": TOPIC, "title": "A small topic", "items": views}
    (folder / "items.json").write_text(json.dumps(body, ensure_ascii=False, indent=1), "utf-8")


def our_cell(source: str) -> Any:
    """A code cell whose input is folded away, as in the real topics."""
    return new_code_cell(source, metadata={"jupyter": {"source_hidden": True}})


def write_notebook(path: Path, cells: Iterable[Any], **metadata: Any) -> Path:
    """Write a course notebook with these cells; `metadata` replaces entries of its metadata."""
    kernelspec = {"display_name": "Python 3 (ipykernel)", "language": "python", "name": "python3"}
    every: dict[str, Any] = {
        "kernelspec": kernelspec,
        "language_info": {"name": "python"},
        "peercourse": {"topic": TOPIC},
    }
    every |= metadata
    notebook = new_notebook(
        cells=list(cells), metadata={name: value for name, value in every.items() if value is not None}
    )
    for number, cell in enumerate(notebook.cells):
        cell["id"] = f"cell-{number}"
    nbformat.write(notebook, path)
    return path
