"""Everything that a gradebook and the graded folders hold, in a form in which two can be compared."""

from __future__ import annotations

import stat
from pathlib import Path
from typing import Any

from sqlalchemy import Column, Interval, MetaData, Table, create_engine, select

Row = tuple[tuple[str, Any], ...]


def gradebook_rows(db_url: str) -> dict[str, list[Row]]:
    """The rows of every table, ids that are random by design replaced by the names they stand for."""
    engine = create_engine(db_url)
    known = MetaData()
    # SQLite has no type for a length of time, so the database cannot tell that this is one.
    Table("submitted_assignment", known, Column("extension", Interval()), autoload_with=engine)
    known.reflect(engine)
    with engine.connect() as connection:
        tables = {
            name: [dict(row) for row in connection.execute(select(table)).mappings()]
            for name, table in known.tables.items()
        }
    engine.dispose()
    names: dict[str, str] = {}
    for table in ("assignment", "notebook", "base_cell", "source_cell"):
        names |= {row["id"]: f"{table} {row['name']} {row.get('type', '')}" for row in tables[table]}
    for row in tables["submitted_assignment"]:
        names[row["id"]] = f"{names[row['assignment_id']]} of {row['student_id']}"
    for row in tables["submitted_notebook"]:
        names[row["id"]] = f"{names[row['notebook_id']]} of {names[row['assignment_id']]}"
    for table in ("grade", "comment"):
        names |= {row["id"]: f"{names[row['cell_id']]} in {names[row['notebook_id']]}" for row in tables[table]}
    return {
        name: sorted((_named(row, names) for row in rows), key=repr)
        for name, rows in tables.items()
        if name != "alembic_version"
    }


def _named(row: dict[str, Any], names: dict[str, str]) -> Row:
    return tuple(
        (column, names.get(value, value) if isinstance(value, str) else value) for column, value in sorted(row.items())
    )


def files_and_modes(folder: Path) -> dict[str, tuple[int, bytes]]:
    """Permissions and bytes of everything below `folder`; what a run left unfinished is left out."""
    return {
        path.relative_to(folder).as_posix(): _state(path)
        for path in sorted(folder.rglob("*"))
        if ".unfinished" not in path.parts
    }


def _state(path: Path) -> tuple[int, bytes]:
    mode = path.lstat().st_mode
    return mode, path.read_bytes() if stat.S_ISREG(mode) else b""
