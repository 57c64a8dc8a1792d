"""Turn one topic into the files that learners get: a notebook, its items without graded keys, its figures.

Pure: the same course gives the same bytes, on every machine.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections import Counter
from collections.abc import Iterable
from math import ceil
from pathlib import PurePosixPath

import nbformat
from nbformat import NotebookNode

from peercourse.bank import Course, Source, Topic, Word
from peercourse.card_twin import cards_html, cards_text
from peercourse.chart_twin import chart_html, chart_text
from peercourse.charts import read_rows
from peercourse.items import Item, is_graded
from peercourse.items_file import decks_of, exam_pool, items_file, outline_of
from peercourse.lesson import (
    CITATION,
    WORDS_MARK,
    Cell,
    Code,
    Text,
    citations,
    cited_ids,
    figures,
    prose_words,
    read_lesson,
)
from peercourse.lesson_items import items_in_order
from peercourse.practice_exam.report import frame_html, frame_text
from peercourse.progress_twin import progress_html
from peercourse.topic_folder import ITEMS_NAME
from peercourse.twin import as_html, as_text
from peercourse.wording import in_language, say

KERNEL = {"display_name": "Python 3 (ipykernel)", "language": "python", "name": "python3"}

WORDS_A_MINUTE = 200
"""How fast a reading is read, for its reading time."""

_LOCKED = {"editable": False, "deletable": False}


def topic_files(course: Course, topic: Topic) -> dict[PurePosixPath, bytes]:
    """Every file of `source/<topic>/`, by its path in there."""
    files = {
        PurePosixPath(f"{topic.name}.ipynb"): (nbformat.writes(topic_notebook(course, topic)) + "\n").encode(),
        PurePosixPath(ITEMS_NAME): items_file(course, topic),
    }
    shown = [file for _, file in figures(read_lesson(topic.lesson))] + [chart.data for chart in topic.charts]
    for file in shown:
        files[PurePosixPath(file)] = (topic.folder / file).read_bytes()
    return files


def topic_notebook(course: Course, topic: Topic) -> NotebookNode:
    """The notebook that nbgrader takes as the topic's source, in the course's language."""
    with in_language(course.head.language):
        return _topic_notebook(course, topic)


def _topic_notebook(course: Course, topic: Topic) -> NotebookNode:
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
        if cell.call == "hand_in" and (next_topic := _neighbour(course, topic, 1)):
            made.append(_markdown(say("made.go_on", link=_link(next_topic))))
        if cell.item in numbered:
            made.append(numbered[cell.item])
        made.append(_code_cell(course, topic, cell))
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
        place = say("made.sources").replace(" ", "-")
        links = (f'[{numbers[s]}](#{place} "{_tooltip(course.sources[s])}")' for s in cited_ids(match))
        return "<sup>[" + ", ".join(links) + "]</sup>"

    return _markdown(CITATION.sub(note, cell.source).replace(WORDS_MARK, words_table(course.words)))


def words_table(words: Iterable[Word]) -> str:
    """The style list as a table in Markdown."""
    heads = [say(f"made.words_{name}") for name in ("avoid", "say", "why")]
    lines = ["| " + " | ".join(heads) + " |", "|---|---|---|"]
    for word in words:
        row = (", ".join(word.avoid), word.say, word.why)
        lines.append("| " + " | ".join(part.replace("|", "\\|") for part in row) + " |")
    return "\n".join(lines)


def _tooltip(source: Source) -> str:
    return f"{source.organisation}, {source.year}".replace('"', "'")


def _code_cell(course: Course, topic: Topic, cell: Code) -> NotebookNode:
    made: NotebookNode = nbformat.v4.new_code_cell(cell.source)
    made.metadata = NotebookNode(_LOCKED | {"jupyter": {"source_hidden": True}})
    if cell.call == "hand_in":
        made.metadata = NotebookNode(deletable=False, jupyter={"source_hidden": True})
    if twin := _twin(course, topic, cell):
        made.outputs = [_output(*twin)]
    return made


def _twin(course: Course, topic: Topic, cell: Code) -> tuple[str, str] | None:
    """What is read where a cell's widget is not drawn, as plain text and as HTML; None where there is nothing."""
    if item := topic.item(cell.item):
        return as_text(item), as_html(item)
    if cell.call == "cards" and (decks := decks_of(course, topic)):
        return cards_text(decks), cards_html(decks)
    if cell.call == "exam" and course.head.exam is not None:
        pool = exam_pool(course, course.head.exam)
        return frame_text(pool), frame_html(pool)
    if cell.call == "progress":
        return say("progress.title"), progress_html(outline_of(course))
    chart = next((chart for chart in topic.charts if chart.id == cell.item), None)
    if chart is None:
        return None
    rows = read_rows(chart, topic.folder)
    return chart_text(chart, rows), chart_html(chart, rows)


def _graded_cell(item: Item, number: int) -> NotebookNode:
    """The heading of a graded question, which is what nbgrader counts points for.

    It is a Markdown cell for a person to grade, and the widget's code cell below it is nothing to
    nbgrader: so whatever its settings and whatever a learner writes into the notebook, stock nbgrader
    gives no points for it. (For a code cell it gives full marks when the cell raises nothing.)
    """
    cell = _markdown("### " + say("made.question", n=number))
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
    reading = ceil(prose_words(read_lesson(topic.lesson)) / WORDS_A_MINUTE)
    time = say("made.time", minutes=head.minutes, reading=reading)
    lines = [f"# {head.title}", "", head.summary, "", time, ""]
    if head.content_note:
        lines += [f"**{say('made.before')}** {head.content_note}", ""]
    if head.objective:
        lines += [f"**{say('made.objectives')}**", "", *(f"- {objective.text}" for objective in head.objective), ""]
    lines += [f"**{say('made.help')}** ({say('made.checked', day=safety.checked)})", ""]
    lines += [f"- **{line.name}: {line.number}** ({line.how}). {line.help_with}" for line in safety.line]
    lines += ["", safety.frame, "", f"*{course.head.notice}*"]
    before, after = _neighbour(course, topic, -1), _neighbour(course, topic, 1)
    ways = [say("made.previously", link=_link(before))] if before else []
    ways += [say("made.next", link=_link(after))] if after else []
    return "\n".join([*lines, "", " · ".join(ways)] if ways else lines)


def _neighbour(course: Course, topic: Topic, step: int) -> Topic | None:
    """The topic that stands `step` places after this one in the course, if there is one."""
    place = course.topics.index(topic) + step
    return course.topics[place] if 0 <= place < len(course.topics) else None


def _link(topic: Topic) -> str:
    """A link that works wherever topics lie beside each other, as they do when learners fetch them."""
    return f"[{topic.head.title}](../{topic.name}/{topic.name}.ipynb)"


def sources_text(course: Course, cited: list[str]) -> str:
    """The numbered list that the notes in the text point to."""
    listed = (f"{n}. {_citation(course.sources[s])}" for n, s in enumerate(cited, 1))
    return "\n".join([f"## {say('made.sources')}", "", *listed])


def _citation(source: Source) -> str:
    read = " " + say("made.read_at", place=source.read_at) if source.read_at else ""
    where = f" <{source.address}>." if source.address.startswith("http") else f" {source.address}."
    year = f"{source.year}"
    checked = say("made.source_checked", day=source.checked)
    return f"{source.organisation}, *{source.title}*, {year}.{where}{read} {checked}"


def _sources_place(cells: list[Cell]) -> int:
    """Where the sources go: at the end of the reading, before the section with the first check."""
    first_check = next((i for i, c in enumerate(cells) if isinstance(c, Code) and c.call == "check"), len(cells))
    for index in range(first_check - 1, -1, -1):
        cell = cells[index]
        if isinstance(cell, Text) and cell.source.startswith("## "):
            return index
    return first_check
