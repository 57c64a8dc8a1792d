"""Turn one topic into the files that learners get: a notebook, its items without graded keys, its figures.

Pure: the same course gives the same bytes, on every machine.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections import Counter
from pathlib import PurePosixPath

import nbformat
from nbformat import NotebookNode

from peercourse.bank import Course, Source, Topic
from peercourse.items import Item, is_graded, public_view
from peercourse.lesson import CITATION, Cell, Code, Text, citations, cited_ids, figures, read_lesson
from peercourse.topic_folder import ITEMS_FORMAT, ITEMS_NAME
from peercourse.twin import as_html, as_text

KERNEL = {"display_name": "Python 3 (ipykernel)", "language": "python", "name": "python3"}

_LOCKED = {"editable": False, "deletable": False}


def topic_files(course: Course, topic: Topic) -> dict[PurePosixPath, bytes]:
    """Every file of `source/<topic>/`, by its path in there."""
    files = {
        PurePosixPath(f"{topic.name}.ipynb"): (nbformat.writes(topic_notebook(course, topic)) + "\n").encode(),
        PurePosixPath(ITEMS_NAME): items_file(course, topic),
    }
    for _, file in figures(read_lesson(topic.lesson)):
        files[PurePosixPath(file)] = (topic.folder / file).read_bytes()
    return files


def items_file(course: Course, topic: Topic) -> bytes:
    """`items.json`: what the learner's kernel knows of the items. No graded key is in it."""
    body = {
        "format": ITEMS_FORMAT,
        "course": course.head.id,
        "topic": topic.name,
        "title": topic.head.title,
        "items": [public_view(item) for item in items_in_order(topic)],
    }
    return (json.dumps(body, ensure_ascii=False, indent=1) + "\n").encode()


def items_in_order(topic: Topic) -> list[Item]:
    """The items in the order in which the lesson shows them."""
    named = (cell.item for cell in read_lesson(topic.lesson) if isinstance(cell, Code) and cell.item)
    return [item for item_id in named if (item := topic.item(item_id)) is not None]


def topic_notebook(course: Course, topic: Topic) -> NotebookNode:
    """The notebook that nbgrader takes as the topic's source."""
    cells = read_lesson(topic.lesson)
    numbers = {source: number for number, source in enumerate(citations(cells), 1)}
    sources_at = _sources_place(cells)
    graded = [item for item in items_in_order(topic) if is_graded(item)]
    numbered = {item.id: _graded_cell(item, number) for number, item in enumerate(graded, 1)}
    made = [_markdown(topic_head(course, topic))]
    for index, cell in enumerate(cells):
        if index == sources_at and numbers:
            made.append(_markdown(sources_text(course, list(numbers))))
        if isinstance(cell, Text):
            made.append(_text_cell(cell, numbers, course))
            continue
        if cell.item in numbered:
            made.append(numbered[cell.item])
        made.append(_code_cell(topic, cell))
    for number, shown in enumerate((cell for cell in made if cell.get("outputs")), 1):
        # The static twins are saved outputs; a tool such as nbval takes outputs without a count for a mistake.
        shown.execution_count = number
    _name_cells(made)
    notebook: NotebookNode = nbformat.v4.new_notebook(cells=made)
    notebook.metadata = NotebookNode(
        kernelspec=KERNEL,
        language_info={"name": "python"},
        peercourse={"course": course.head.id, "topic": topic.name, "digest": digest(notebook)},
    )
    return notebook


def digest(notebook: NotebookNode) -> str:
    """What the build made, in a word: changes when a person edits a cell, not when one is run."""
    parts = [
        [cell.cell_type, cell.source, {k: v for k, v in cell.metadata.get("nbgrader", {}).items() if k != "checksum"}]
        for cell in notebook.cells
    ]
    return hashlib.sha256(json.dumps(parts, sort_keys=True).encode()).hexdigest()


# --- cells -------------------------------------------------------------------------------------


def _markdown(source: str) -> NotebookNode:
    cell: NotebookNode = nbformat.v4.new_markdown_cell(source)
    cell.metadata = NotebookNode(_LOCKED)
    return cell


def _text_cell(cell: Text, numbers: dict[str, int], course: Course) -> NotebookNode:
    def note(match: re.Match[str]) -> str:
        links = (f'[{numbers[s]}](#Sources "{_tooltip(course.sources[s])}")' for s in cited_ids(match))
        return "<sup>[" + ", ".join(links) + "]</sup>"

    return _markdown(CITATION.sub(note, cell.source))


def _tooltip(source: Source) -> str:
    return f"{source.organisation}, {source.year}".replace('"', "'")


def _code_cell(topic: Topic, cell: Code) -> NotebookNode:
    made: NotebookNode = nbformat.v4.new_code_cell(cell.source)
    made.metadata = NotebookNode(_LOCKED | {"jupyter": {"source_hidden": True}})
    item = topic.item(cell.item) if cell.item else None
    if cell.call == "hand_in":
        made.metadata = NotebookNode(deletable=False, jupyter={"source_hidden": True})
    if item is None:
        return made
    made.outputs = [_output(as_text(item), as_html(item))]
    return made


def _graded_cell(item: Item, number: int) -> NotebookNode:
    """The heading of a graded question, which is what nbgrader counts points for.

    It is a Markdown cell for a person to grade, and the widget's code cell below it is nothing to
    nbgrader: so whatever its settings and whatever a learner writes into the notebook, stock nbgrader
    gives no points for it. (For a code cell it gives full marks when the cell raises nothing.)
    """
    cell = _markdown(f"### Question {number}")
    cell.metadata["nbgrader"] = {
        "cell_type": "markdown",
        "grade": True,
        "grade_id": item.id,
        "locked": False,
        "points": item.points,
        "schema_version": 3,
        "solution": True,
        "task": False,
    }
    return cell


def _output(text: str, html: str) -> NotebookNode:
    output: NotebookNode = nbformat.v4.new_output("display_data", {"text/plain": text, "text/html": html})
    return output


def _name_cells(cells: list[NotebookNode]) -> None:
    """Give every cell an id that stays while its content does, so that builds differ only where texts do."""
    seen: Counter[str] = Counter()
    for cell in cells:
        word = re.sub(r"[^a-z0-9]+", "-", cell.source.lower()).strip("-")[:40] if cell.cell_type == "code" else "text"
        name = f"{word}-{hashlib.sha256(cell.source.encode()).hexdigest()[:10]}"
        seen[name] += 1
        cell.id = name if seen[name] == 1 else f"{name}-{seen[name]}"


# --- what the builder writes around the author's text ------------------------------------------


def topic_head(course: Course, topic: Topic) -> str:
    """Title, objectives and safety frame: the first cell of every topic."""
    head, safety = topic.head, course.safety
    lines = [f"# {head.title}", "", head.summary, "", f"Set aside about {head.minutes} minutes.", ""]
    if head.content_note:
        lines += [f"**Before you read.** {head.content_note}", ""]
    lines += ["**By the end you can**", ""]
    lines += [f"- {objective.text}" for objective in head.objective]
    lines += ["", f"**If you or somebody near you needs help** (checked {safety.checked})", ""]
    lines += [f"- **{line.name}: {line.number}** ({line.how}). {line.help_with}" for line in safety.line]
    lines += ["", safety.frame, "", f"*{course.head.notice}*"]
    return "\n".join(lines)


def sources_text(course: Course, cited: list[str]) -> str:
    """The numbered list that the notes in the text point to."""
    return "\n".join(["## Sources", "", *(f"{n}. {_citation(course.sources[s])}" for n, s in enumerate(cited, 1))])


def _citation(source: Source) -> str:
    read = f" Read through {source.read_at}." if source.read_at else ""
    where = f" <{source.address}>." if source.address.startswith("http") else f" {source.address}."
    year = f"{source.year}"
    return f"{source.organisation}, *{source.title}*, {year}.{where}{read} Checked {source.checked}."


def _sources_place(cells: list[Cell]) -> int:
    """Where the sources go: at the end of the reading, before the section with the first check."""
    first_check = next((i for i, c in enumerate(cells) if isinstance(c, Code) and c.call == "check"), len(cells))
    for index in range(first_check - 1, -1, -1):
        cell = cells[index]
        if isinstance(cell, Text) and cell.source.startswith("## "):
            return index
    return first_check
