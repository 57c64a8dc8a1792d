"""Open nbgrader's gradebook and read what it holds of one topic.

nbgrader's own classes take seconds to load and open a connection for every step of every submission;
here the tables are read from the database itself.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from sqlalchemy import Column, Connection, Engine, Interval, MetaData, Table, create_engine, make_url, select
from sqlalchemy.exc import InvalidRequestError, NoSuchTableError, SQLAlchemyError

from peercourse.items import CourseError

SECONDS_FOR_OTHERS = 60
"""How long to wait for somebody else who writes to the gradebook."""

TABLES = ("student", "assignment", "notebook", "base_cell", "grade_cells", "task_cells")
OF_LEARNERS = ("submitted_notebook", "grade", "comment")


@dataclass(frozen=True)
class Cell:
    """One row of points or comments that every submission has: of which notebook, called what, worth what."""

    id: str
    notebook: str
    name: str
    max_score: float


@dataclass(frozen=True)
class GradebookTopic:
    """The gradebook, open for one topic.

    `assignment` is the topic's id there and `due` its date; `notebooks` are names by id; `graded` cells
    have points, `commented` ones comments.
    """

    name: str
    engine: Engine
    table: Mapping[str, Table]
    assignment: str
    due: datetime | None
    notebooks: Mapping[str, str]
    graded: tuple[Cell, ...]
    commented: tuple[Cell, ...]


def open_topic(db_url: str, topic: str, items: Collection[str]) -> GradebookTopic:
    """Open the gradebook at `db_url`. Raises CourseError where the topic or one of its `items` is not in it."""
    try:
        _must_be_there(db_url)
        engine = create_engine(
            db_url, connect_args={"timeout": SECONDS_FOR_OTHERS} if db_url.startswith("sqlite") else {}
        )
        known = MetaData()
        known.reflect(engine, only=TABLES)
        # SQLite has no type for a length of time, so the database cannot tell that this is one.
        Table("submitted_assignment", known, Column("extension", Interval()), autoload_with=engine)
        known.reflect(engine, only=OF_LEARNERS)
        with engine.connect() as connection:
            found = _read(connection, engine, known.tables, topic)
    except (InvalidRequestError, NoSuchTableError):
        raise CourseError(_missing(topic)) from None
    except (ImportError, SQLAlchemyError) as error:
        raise CourseError(f"The gradebook cannot be opened: {reason_of(error)}") from None
    if missing := sorted(set(items) - {cell.name for cell in found.graded}):
        raise CourseError(_missing(", ".join(f'"{name}"' for name in missing)))
    return found


def _read(connection: Connection, engine: Engine, table: Mapping[str, Table], topic: str) -> GradebookTopic:
    assignment, notebook, cell = (table[name] for name in ("assignment", "notebook", "base_cell"))
    query = select(assignment.c.id, assignment.c.duedate).where(assignment.c.name == topic)
    row = connection.execute(query).one_or_none()
    if row is None:
        raise CourseError(_missing(topic))
    of_topic = select(notebook.c.id, notebook.c.name).where(notebook.c.assignment_id == row.id)
    notebooks: dict[str, str] = {each.id: each.name for each in connection.execute(of_topic)}
    worth = {
        each.id: each.max_score
        for part in (table["grade_cells"], table["task_cells"])
        for each in connection.execute(select(part.c.id, part.c.max_score))
    }
    cells = connection.execute(select(cell.c.id, cell.c.notebook_id, cell.c.name, cell.c.type)).all()
    kinds: dict[str, list[Cell]] = {"GradeCell": [], "SolutionCell": [], "TaskCell": []}
    for each in cells:
        if each.notebook_id in notebooks and each.type in kinds:
            kinds[each.type].append(Cell(each.id, each.notebook_id, each.name, worth.get(each.id, 0)))
    graded, commented = (tuple(kinds[kind] + kinds["TaskCell"]) for kind in ("GradeCell", "SolutionCell"))
    return GradebookTopic(topic, engine, table, row.id, row.duedate, notebooks, graded, commented)


def _must_be_there(db_url: str) -> None:
    """SQLite would make a file that is not there, and an empty gradebook with it."""
    url = make_url(db_url)
    if url.get_backend_name() == "sqlite" and url.database and not Path(url.database).is_file():
        raise CourseError(f"There is no {Path(url.database).name} yet: run peercourse build, then try again.")


def _missing(what: str) -> str:
    return f"{what} is not in the gradebook: run peercourse build, then try again."


def reason_of(error: BaseException) -> str:
    """What a database complains about, in one line."""
    return " ".join(str(getattr(error, "orig", None) or error).split())[:200]
