"""A stock nbgrader assignment with the same questions: plain ipywidgets, hidden tests, nbgrader's own settings."""

from __future__ import annotations

import shutil
from collections.abc import Mapping
from pathlib import Path

import nbformat
from nbformat import NotebookNode

from peercourse.items import Choice, CourseError
from peercourse.nbgrader_calls import nbgrader
from peercourse.notebook import KERNEL
from peercourse.scoring import AnswerValue

ASSIGNMENT = "check"

IMPORTS = "from IPython.display import display\nfrom ipywidgets import Checkbox, RadioButtons, VBox"


def make_stock_course(root: Path, questions: list[Choice]) -> None:
    """Write the assignment into `root` and let nbgrader make its release."""
    (root / "nbgrader_config.py").write_text('c = get_config()\nc.CourseDirectory.course_id = "stock"\n', "utf-8")
    cells = [nbformat.v4.new_markdown_cell("# Check"), nbformat.v4.new_code_cell(IMPORTS)]
    for number, item in enumerate(questions, 1):
        cells += question_cells(item, number)
    notebook = nbformat.v4.new_notebook(cells=cells, metadata={"kernelspec": KERNEL})
    source = root / "source" / ASSIGNMENT
    source.mkdir(parents=True)
    nbformat.write(notebook, source / f"{ASSIGNMENT}.ipynb")
    done = nbgrader(root, "generate_assignment", ASSIGNMENT)
    if done.returncode:
        raise CourseError(f"The stock assignment was not made: {done.stderr.strip()[-400:]}")


def question_cells(item: Choice, number: int) -> list[NotebookNode]:
    """The question, its widget, the cell that the learner fills in, and the hidden test."""
    right = [option.id in item.key for option in item.options]
    texts = [option.text for option in item.options]
    name = f"question_{number}"
    if item.kind == "single":
        widget = f"{name} = RadioButtons(options={texts!r}, value=None)\ndisplay({name})"
        test = f"assert {name}.value == {texts[right.index(True)]!r}"
    else:
        widget = f"{name} = [Checkbox(description=text) for text in {texts!r}]\ndisplay(VBox({name}))"
        test = f"assert [box.value for box in {name}] == {right!r}"
    solution = f"### BEGIN SOLUTION\n{answer_code(item, number, sorted(item.key))}\n### END SOLUTION"
    hidden = f"### BEGIN HIDDEN TESTS\n{test}\n### END HIDDEN TESTS"
    return [
        nbformat.v4.new_markdown_cell(f"## Question {number}\n\n{item.stem}"),
        nbformat.v4.new_code_cell(widget),
        _graded(solution, f"answer-{item.id}", solution=True),
        _graded(hidden, item.id, points=item.points),
    ]


def _graded(source: str, grade_id: str, *, solution: bool = False, points: float = 0) -> NotebookNode:
    cell: NotebookNode = nbformat.v4.new_code_cell(source)
    cell.metadata["nbgrader"] = {
        "grade": not solution,
        "grade_id": grade_id,
        "locked": not solution,
        "schema_version": 3,
        "solution": solution,
        "task": False,
    }
    if not solution:
        cell.metadata["nbgrader"]["points"] = points
    return cell


def answer_code(item: Choice, number: int, chosen: AnswerValue) -> str:
    """The choice as code: a widget that is run again has forgotten what was clicked."""
    name = f"question_{number}"
    if item.kind == "single":
        text = next(option.text for option in item.options if option.id in chosen)
        return f"{name}.value = {text!r}"
    ticked = [option.id in chosen for option in item.options]
    return f"for box, ticked in zip({name}, {ticked!r}):\n    box.value = ticked"


def stock_submission(root: Path, learner: str, questions: list[Choice], given: Mapping[str, AnswerValue]) -> None:
    """The released notebook with this learner's answers, lying where nbgrader collects to."""
    folder = root / "submitted" / learner / ASSIGNMENT
    shutil.copytree(root / "release" / ASSIGNMENT, folder)
    path = folder / f"{ASSIGNMENT}.ipynb"
    notebook = nbformat.read(path, as_version=4)
    cells = {cell.metadata.nbgrader.grade_id: cell for cell in notebook.cells if "nbgrader" in cell.metadata}
    for number, item in enumerate(questions, 1):
        if item.id in given:
            cells[f"answer-{item.id}"].source = answer_code(item, number, given[item.id])
    nbformat.write(notebook, path)
