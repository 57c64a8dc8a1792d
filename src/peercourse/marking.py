"""Mark one submission from data: the course's items and what the learner handed in. No kernel, no nbgrader."""

from __future__ import annotations

import warnings
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

import nbformat
from nbformat import NotebookNode

from peercourse.answers import LOG_NAME, Answer, read
from peercourse.bank import Course, Topic
from peercourse.items import Choice, Item, is_graded
from peercourse.lesson import Code, read_lesson
from peercourse.notebook import KERNEL, items_in_order
from peercourse.receipt import read_receipt, settle
from peercourse.scoring import AnswerValue, Score, score
from peercourse.twin import review_html

SET_ASIDE = ".set-aside"
MAX_NOTEBOOK_BYTES = 50_000_000
MAX_NOTEBOOKS = 20
MAX_NOTES = 12


@dataclass(frozen=True)
class Marked:
    """One graded item of one submission."""

    item: Item
    value: AnswerValue | None
    score: Score


@dataclass(frozen=True)
class Marking:
    """One submission, marked: its graded items in order, and what the person grading should know."""

    topic: str
    items: tuple[Marked, ...]
    notes: tuple[str, ...]


def mark(topic: Topic, folder: Path) -> Marking:
    """Mark what lies in `folder`. Whatever stands in there costs points at most; nothing is raised for it."""
    sources = list(_cell_sources(folder))
    receipt = read_receipt(sources, topic.name)
    answers, notes = settle(read(folder / LOG_NAME), receipt)
    notes = [*_set_aside_notes(folder), *_changed_cells(topic, sources), *notes]
    graded = [item for item in items_in_order(topic) if is_graded(item)]
    known = {item.id for item in topic.items}
    notes += [f'"{name[:60]}" is not in this topic; left out.' for name in sorted(answers) if name not in known]
    marked = []
    for item in graded:
        answer = answers.get(item.id)
        result = score(item, answer.value if answer else None)
        marked.append(Marked(item, answer.value if answer else None, result))
        notes += [f'"{item.id}": {note}.' for note in result.notes]
        notes += _version_note(item, answer)
    if len(notes) > MAX_NOTES:
        notes = [*notes[:MAX_NOTES], f"… and {len(notes) - MAX_NOTES} more."]
    return Marking(topic.name, tuple(marked), tuple(notes))


def _version_note(item: Item, answer: Answer | None) -> list[str]:
    if answer is None or answer.version == item.version:
        return []
    return [f'"{item.id}" was answered in version {answer.version} and is graded by version {item.version}.']


def _cell_sources(folder: Path) -> Iterable[str]:
    """Sources of all code cells in the notebooks of `folder`, a renamed one among them."""
    for path in islice(sorted(folder.glob("*.ipynb")), MAX_NOTEBOOKS):
        notebook = read_notebook(path)
        if notebook is not None:
            yield from (cell.source for cell in notebook.cells if cell.cell_type == "code")


def read_notebook(path: Path) -> NotebookNode | None:
    """The notebook at `path`, or None where it is no plain file, too large, or no valid notebook."""
    try:
        if path.is_symlink() or not path.is_file() or path.stat().st_size > MAX_NOTEBOOK_BYTES:
            return None
        with warnings.catch_warnings():
            # What nbformat mends in silence (a doubled cell id, say) is no concern of the grader's.
            warnings.simplefilter("ignore")
            notebook: NotebookNode = nbformat.reads(path.read_text("utf-8"), as_version=4)
            nbformat.validate(notebook, relax_add_props=True)
    except (OSError, ValueError, TypeError, KeyError, AttributeError, RecursionError):
        return None
    except (nbformat.reader.NotJSONError, nbformat.ValidationError, nbformat.validator.NotebookValidationError):
        return None
    return notebook


def _changed_cells(topic: Topic, sources: list[str]) -> list[str]:
    """A note where the course's own cells are not all there once; they count as the course has them."""
    ours = Counter(cell.source for cell in read_lesson(topic.lesson) if isinstance(cell, Code) and cell.item)
    theirs = Counter(source.strip() for source in sources)
    changed = sum((ours - theirs).values())
    doubled = sum(theirs[source] > count for source, count in ours.items())
    if not sources or not (changed or doubled):
        return []
    return [f"The notebook was changed: {changed} question(s) gone or rewritten, {doubled} doubled; put back to grade."]


def _set_aside_notes(folder: Path) -> list[str]:
    aside = sorted(path.name for path in folder.rglob(f"*{SET_ASIDE}"))
    return [
        f"{name.removesuffix(SET_ASIDE)[:60]} could not be read (a link, a pipe, or damaged) "
        f"and was set aside as {name[:80]}."
        for name in aside
    ]


# --- what a grader and the feedback show --------------------------------------------------------


def marked_notebook(course: Course, topic: Topic, marking: Marking) -> NotebookNode:
    """The notebook that goes to `autograded/`: made from the course alone, with the learner's answers as text.

    No cell of the learner's is in it, and no code: graded items are Markdown cells that Formgrader
    and the feedback page show with their points and comments.
    """
    cells = [nbformat.v4.new_markdown_cell(f"# {topic.head.title}\n\n{course.head.title}", id="title")]
    if marking.notes:
        notes = "\n".join(f"- {_plain(note)}" for note in marking.notes)
        cells.append(nbformat.v4.new_markdown_cell(f"**Notes on this submission**\n\n{notes}", id="notes"))
    # What waits for a person comes first, so that nobody scrolls past ten questions to reach it.
    cells += [_marked_cell(marked) for marked in sorted(marking.items, key=lambda m: isinstance(m.item, Choice))]
    notebook: NotebookNode = nbformat.v4.new_notebook(cells=cells)
    notebook.metadata = NotebookNode(
        kernelspec=KERNEL,
        language_info={"name": "python"},
        peercourse={"topic": topic.name, "notes": list(marking.notes)},
    )
    return notebook


def _marked_cell(marked: Marked) -> NotebookNode:
    cell: NotebookNode = nbformat.v4.new_markdown_cell(
        review_html(marked.item, marked.value, marked.score), id=f"item-{marked.item.id}"[:64]
    )
    cell.metadata["nbgrader"] = {
        "cell_type": "markdown",
        "grade": True,
        "grade_id": marked.item.id,
        "locked": False,
        "points": marked.item.points,
        "schema_version": 3,
        "solution": True,
        "task": False,
    }
    return cell


def _plain(note: str) -> str:
    """A note as inert Markdown text: names in it may come from a learner."""
    return "".join(f"&#{ord(char)};" if char in "<>&*_`[]$\\#|!~" else char for char in " ".join(note.split()))
