"""Read what authors write under `course/`, and gather every mistake of form at once."""

from __future__ import annotations

import tomllib
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any, TypeVar, cast

from pydantic import ConfigDict, TypeAdapter, ValidationError
from pydantic_core import ErrorDetails

from peercourse.bank.course import (
    Blueprint,
    Course,
    CourseHead,
    CourseProblems,
    HelpLine,
    Objective,
    Place,
    Safety,
    Source,
    Standard,
    Topic,
    TopicHead,
    Word,
)
from peercourse.charts import Chart
from peercourse.items import (
    Card,
    Case,
    CaseChoice,
    Choice,
    Cloze,
    Criterion,
    Gap,
    Item,
    Match,
    Node,
    Numeric,
    Option,
    Order,
    Prompt,
    Reflection,
    Step,
    Trap,
)

T = TypeVar("T")

PARTS = (Option, Criterion, Trap, Step, Prompt, Gap, Node, CaseChoice)
ITEMS = (Choice, Numeric, Order, Match, Cloze, Case, Reflection, Card)
HEADS = (Source, HelpLine, Safety, Objective, TopicHead, Blueprint, Standard, CourseHead, Word, Place)
for _class in (*PARTS, *ITEMS, *HEADS):
    # A misspelt field is a mistake, not an extra.
    _class.__pydantic_config__ = ConfigDict(extra="forbid")  # type: ignore[union-attr]


@dataclass
class Reader:
    """Reads files of one course and gathers what is wrong with them."""

    folder: Path
    problems: list[str] = field(default_factory=list)

    def where(self, path: Path) -> str:
        """`path` as a message names it."""
        return (Path(self.folder.name) / path.relative_to(self.folder)).as_posix()

    def text(self, path: Path) -> str:
        """What stands in `path`; nothing, and a problem, where it cannot be read."""
        try:
            return path.read_text("utf-8")
        except FileNotFoundError:
            self.problems.append(f"{self.where(path)}: the file is missing; write it.")
        except UnicodeDecodeError:
            self.problems.append(f"{self.where(path)}: the file is not in UTF-8; save it as UTF-8.")
        except OSError as error:
            self.problems.append(f"{self.where(path)}: cannot be read ({error.strerror}).")
        return ""

    def toml(self, path: Path) -> dict[str, Any]:
        """The tables of `path`; none, and a problem, where it cannot be read."""
        try:
            return tomllib.loads(self.text(path))
        except tomllib.TOMLDecodeError as error:
            self.problems.append(f"{self.where(path)}: {error}; correct it there.")
            return {}

    def parse(self, kind: type[T], data: Any, where: str) -> T | None:
        """`data` as a `kind`; None, and a problem for every wrong field, where it is none."""
        try:
            checked: T = _adapter(cast("Any", kind)).validate_python(data)
            return checked
        except ValidationError as error:
            self.problems.extend(f"{where}{_sentence(detail)}" for detail in error.errors())
            return None


@cache
def _adapter(kind: type[Any]) -> TypeAdapter[Any]:
    # To work out what a class may hold takes a thousand times as long as to look at one table.
    return TypeAdapter(kind)


def load_course(folder: Path, unlisted: bool = False, only: str = "") -> Course:
    """Read the course in `folder` (usually `course/`); with `unlisted`, topics too that course.toml does not list yet.

    With `only`, no topic but that one is read, where it can be: the others take most of the time.

    Raises CourseProblems where the course as a whole cannot be read; mistakes inside single
    topics, items and sources are gathered in `Course.problems`.
    """
    folder = folder.resolve()
    reader = Reader(folder)
    head = reader.parse(CourseHead, reader.toml(folder / "course.toml"), "course/course.toml: ")
    safety = reader.parse(Safety, reader.toml(folder / "safety.toml"), "course/safety.toml: ")
    if head is None or safety is None:
        raise CourseProblems(reader.problems)
    sources = {
        name: source
        for name, entry in reader.toml(folder / "sources.toml").items()
        if (source := reader.parse(Source, entry, f'course/sources.toml: "{name}" ')) is not None
    }
    names = [*head.topics, *(_unlisted_topics(reader, head) if unlisted else ())]
    alone = read_topic(reader, only) if only in names else None
    topics = [alone] if alone else [topic for name in names if (topic := read_topic(reader, name)) is not None]
    words = _read_tables(reader, folder / "words.toml", "word", lambda entry: Word)
    points, coverage = _read_points(reader), _read_coverage(reader)
    problems = tuple(reader.problems)
    return Course(folder, head, tuple(topics), sources, safety, problems, tuple(words), points, coverage)


def _unlisted_topics(reader: Reader, head: CourseHead) -> Iterator[str]:
    for path in sorted(reader.folder.glob("*/topic.toml")):
        name = path.parent.name
        if name not in head.topics:
            reader.problems.append(
                f'{reader.where(path)}: the course does not list this topic; add "{name}" to topics in course.toml.'
            )
            yield name


def _read_points(reader: Reader) -> dict[str, str]:
    path = reader.folder / "points.toml"
    data = reader.toml(path) if path.exists() else {}
    wrong = [name for name, text in data.items() if not isinstance(text, str) or not text.strip()]
    reader.problems.extend(f'{reader.where(path)}: "{name}" has no text; write {name} = "…".' for name in wrong)
    return {name: text for name, text in data.items() if name not in wrong}


def _read_coverage(reader: Reader) -> dict[str, Place]:
    path = reader.folder / "coverage.toml"
    data = reader.toml(path) if path.exists() else {}
    places = {name: reader.parse(Place, entry, f'{reader.where(path)}: "{name}" ') for name, entry in data.items()}
    return {name: place for name, place in places.items() if place is not None}


def read_topic(reader: Reader, name: str) -> Topic | None:
    """The topic in the folder `name`; None where it cannot be read. What is wrong stands in `reader.problems`."""
    folder = reader.folder / name
    if not folder.is_dir():
        reader.problems.append(f'course/course.toml: topic "{name}" has no folder; make course/{name}/ or take it out.')
        return None
    head = reader.parse(TopicHead, reader.toml(folder / "topic.toml"), f"{reader.where(folder)}/topic.toml: ")
    gathers = head is not None and head.kind in ("start", "exam")
    items = () if gathers else tuple(read_items(reader, folder))
    cards = _read_tables(reader, folder / "cards.toml", "card", lambda entry: Card)
    charts = _read_tables(reader, folder / "charts.toml", "chart", lambda entry: Chart)
    lesson = reader.text(folder / "lesson.md")
    if head is None:
        return None
    exam = tuple(item for item in items if not isinstance(item, Reflection) and item.use == "exam")
    shown = tuple(item for item in items if item not in exam)
    plan = folder / "facilitator.md"
    facilitator = reader.text(plan) if plan.exists() else ""
    return Topic(name, folder, head, shown, lesson, exam, tuple(cards), tuple(charts), facilitator)


def file_of(item: Item) -> str:
    """The file of its topic in which an item stands."""
    if isinstance(item, Reflection):
        return "questions.toml"
    by_use = {"exam": "exam.toml", "poll": "polls.toml"}
    return "cases.toml" if isinstance(item, Case) else by_use.get(item.use, "questions.toml")


def read_items(reader: Reader, folder: Path) -> Iterator[Item]:
    """Every item of the topic in `folder`, from the four files that may hold some."""
    for name in ("questions.toml", "exam.toml", "polls.toml"):
        path = folder / name
        if name != "questions.toml" and not path.exists():
            continue
        for item in _read_tables(reader, path, "item", lambda entry: _KINDS.get(entry.get("kind"))):
            yield item
            if file_of(item) != name:
                reader.problems.append(f'{reader.where(path)}: "{item.id}" belongs in {file_of(item)}; move it there.')
    yield from _read_tables(reader, folder / "cases.toml", "case", lambda entry: Case)


def _read_tables(
    reader: Reader, path: Path, table: str, kind_of: Callable[[dict[str, Any]], type[Any] | None]
) -> list[Any]:
    """Everything that stands under [[table]] in `path`; a file other than questions.toml may be missing."""
    if path.name != "questions.toml" and not path.exists():
        return []
    where = reader.where(path)
    data = reader.toml(path)
    reader.problems.extend(
        f'{where}: unknown table "{key}"; {table}s start with [[{table}]].' for key in data if key != table
    )
    entries = data.get(table, [])
    if not isinstance(entries, list):
        reader.problems.append(f"{where}: {table}s start with [[{table}]], in two pairs of brackets.")
        return []
    read = []
    for number, entry in enumerate(entries, 1):
        if not isinstance(entry, dict):
            reader.problems.append(f"{where}: {table} {number} is not a table; start it with [[{table}]].")
            continue
        name = entry.get("id", f"{table} {number}")
        kind = kind_of(entry)
        if kind is None:
            known = ", ".join(_KINDS)
            reader.problems.append(f'{where}: "{name}" has kind {entry.get("kind")!r}; use one of {known}.')
            continue
        fields = _in_plural(entry) | ({"kind": "case"} if kind is Case else {})
        read.append(reader.parse(kind, fields, f'{where}: "{name}" '))
    return [item for item in read if item is not None]


def _in_plural(value: Any) -> Any:
    """Tables of tables, named in the singular by authors, under the names of the fields that hold them."""
    if isinstance(value, dict):
        return {_PLURALS.get(key, key) if isinstance(v, list) else key: _in_plural(v) for key, v in value.items()}
    return [_in_plural(v) for v in value] if isinstance(value, list) else value


_KINDS: dict[Any, type[Any]] = {
    "single": Choice,
    "multiple": Choice,
    "numeric": Numeric,
    "order": Order,
    "match": Match,
    "cloze": Cloze,
    "reflection": Reflection,
}
_PLURALS = {
    "option": "options",
    "criterion": "criteria",
    "trap": "traps",
    "step": "steps",
    "prompt": "prompts",
    "gap": "gaps",
    "node": "nodes",
    "choice": "choices",
    "measure": "measures",
}
_SINGULARS = {plural: singular for singular, plural in _PLURALS.items()}


def _sentence(detail: ErrorDetails) -> str:
    """One mistake in the author's words: which field, what is wrong, what to do."""
    place = [_SINGULARS.get(str(part), part) for part in detail["loc"]]
    steps = [f"{part + 1}" if isinstance(part, int) else str(part) for part in place]
    name = " ".join(steps)
    match detail["type"]:
        case "missing":
            return f"has no {name}; add it."
        case "extra_forbidden" | "unexpected_keyword_argument":
            return f'has a field that is not known, "{name}"; correct or remove it (CONTRIBUTING.md lists the fields).'
        case "literal_error":
            return f"has {name} = {detail['input']!r}; use {detail['ctx']['expected']}."
        case _:
            return f"has {name} = {str(detail['input'])[:40]!r}: {detail['msg']}."
