"""Load what authors write under `course/`, and report every mistake of form at once. Staff side: keys live here."""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import lru_cache
from pathlib import Path
from typing import Any, TypeVar

from pydantic import ConfigDict, TypeAdapter, ValidationError
from pydantic_core import ErrorDetails

from peercourse.items import Choice, CourseError, Criterion, Item, Option, Reflection, from_view, public_view
from peercourse.topic_folder import TopicFolder

T = TypeVar("T")


@dataclass(frozen=True)
class Source:
    """One citation. `read_at` names the page it was read through, where that is another one."""

    title: str
    organisation: str
    year: int | str
    address: str
    checked: date
    read_at: str = ""
    status: str = ""


@dataclass(frozen=True)
class HelpLine:
    """One line to call or text, as every topic shows it."""

    name: str
    number: str
    how: str
    help_with: str


@dataclass(frozen=True)
class Safety:
    """The safety frame of every topic: help lines and the limits of the peer role."""

    checked: date
    review_by: date
    frame: str
    line: tuple[HelpLine, ...]


@dataclass(frozen=True)
class Objective:
    """What a learner can do by the end of a topic; `text` completes "By the end you can …"."""

    id: str
    text: str


@dataclass(frozen=True)
class TopicHead:
    """`topic.toml`."""

    title: str
    summary: str
    minutes: int
    objective: tuple[Objective, ...]
    content_note: str = ""


@dataclass(frozen=True)
class CourseHead:
    """`course.toml`."""

    id: str
    title: str
    topics: tuple[str, ...]
    notice: str
    language: str = "en"


@dataclass(frozen=True)
class Topic:
    """One topic as its author wrote it."""

    name: str
    folder: Path
    head: TopicHead
    items: tuple[Item, ...]
    lesson: str

    def item(self, item_id: str) -> Item | None:
        """The item called `item_id`, if the topic has it."""
        return next((item for item in self.items if item.id == item_id), None)


@dataclass(frozen=True)
class Course:
    """The whole course as authors wrote it. `problems` holds every mistake of form found on the way."""

    folder: Path
    head: CourseHead
    topics: tuple[Topic, ...]
    sources: Mapping[str, Source]
    safety: Safety
    problems: tuple[str, ...] = ()

    def topic(self, name: str) -> Topic:
        """The topic called `name`. Raises CourseError where there is none."""
        for topic in self.topics:
            if topic.name == name:
                return topic
        names = ", ".join(topic.name for topic in self.topics)
        raise CourseError(f'course/course.toml: there is no topic "{name}"; it lists {names}.')


class CourseProblems(CourseError):
    """Everything that keeps the course from being built, one line each."""

    def __init__(self, problems: Iterable[str]) -> None:
        self.problems = tuple(problems)
        super().__init__("\n".join(self.problems))


for _class in (Option, Criterion, Choice, Reflection, Source, HelpLine, Safety, Objective, TopicHead, CourseHead):
    # A misspelt field is a mistake, not an extra.
    _class.__pydantic_config__ = ConfigDict(extra="forbid")  # type: ignore[union-attr]


@dataclass
class _Reader:
    """Reads files of one course and gathers what is wrong with them."""

    folder: Path
    problems: list[str] = field(default_factory=list)

    def where(self, path: Path) -> str:
        return (Path(self.folder.name) / path.relative_to(self.folder)).as_posix()

    def text(self, path: Path) -> str:
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
        try:
            return tomllib.loads(self.text(path))
        except tomllib.TOMLDecodeError as error:
            self.problems.append(f"{self.where(path)}: {error}; correct it there.")
            return {}

    def parse(self, kind: type[T], data: Any, where: str) -> T | None:
        try:
            return TypeAdapter(kind).validate_python(data)
        except ValidationError as error:
            self.problems.extend(f"{where}{_sentence(detail)}" for detail in error.errors())
            return None


def load_course(folder: Path) -> Course:
    """Read the course in `folder` (usually `course/`).

    Raises CourseProblems where the course as a whole cannot be read; mistakes inside single
    topics, items and sources are gathered in `Course.problems`.
    """
    folder = folder.resolve()
    reader = _Reader(folder)
    head = reader.parse(CourseHead, reader.toml(folder / "course.toml"), "course/course.toml: ")
    safety = reader.parse(Safety, reader.toml(folder / "safety.toml"), "course/safety.toml: ")
    if head is None or safety is None:
        raise CourseProblems(reader.problems)
    sources = {
        name: source
        for name, entry in reader.toml(folder / "sources.toml").items()
        if (source := reader.parse(Source, entry, f'course/sources.toml: "{name}" ')) is not None
    }
    topics = [topic for name in head.topics if (topic := _read_topic(reader, name)) is not None]
    return Course(folder, head, tuple(topics), sources, safety, tuple(reader.problems))


def _read_topic(reader: _Reader, name: str) -> Topic | None:
    folder = reader.folder / name
    if not folder.is_dir():
        reader.problems.append(f'course/course.toml: topic "{name}" has no folder; make course/{name}/ or take it out.')
        return None
    head = reader.parse(TopicHead, reader.toml(folder / "topic.toml"), f"{reader.where(folder)}/topic.toml: ")
    items = _read_items(reader, folder / "questions.toml")
    lesson = reader.text(folder / "lesson.md")
    return Topic(name, folder, head, items, lesson) if head else None


def _read_items(reader: _Reader, path: Path) -> tuple[Item, ...]:
    where = reader.where(path)
    data = reader.toml(path)
    reader.problems.extend(
        f'{where}: unknown table "{key}"; items start with [[item]].' for key in data if key != "item"
    )
    entries = data.get("item", [])
    if not isinstance(entries, list):
        reader.problems.append(f"{where}: items start with [[item]], in two pairs of brackets.")
        return ()
    items = (_read_item(reader, entry, number, where) for number, entry in enumerate(entries, 1))
    return tuple(item for item in items if item is not None)


def _read_item(reader: _Reader, entry: Any, number: int, where: str) -> Item | None:
    if not isinstance(entry, dict):
        reader.problems.append(f"{where}: item {number} is not a table; start it with [[item]].")
        return None
    name = entry.get("id", f"item {number}")
    fields = {_PLURALS.get(key, key): value for key, value in entry.items()}
    kind = fields.get("kind")
    if kind not in _KINDS:
        known = ", ".join(_KINDS)
        reader.problems.append(f'{where}: "{name}" has kind {kind!r}; use one of {known}.')
        return None
    return reader.parse(_KINDS[kind], fields, f'{where}: "{name}" ')


_KINDS: dict[Any, type[Any]] = {"single": Choice, "multiple": Choice, "reflection": Reflection}
_PLURALS = {"option": "options", "criterion": "criteria"}
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


# --- an author's folder, opened as a notebook --------------------------------------------------


def open_author_folder(folder: Path) -> TopicFolder:
    """`course/<topic>/` as a learner would meet it, for an author who opens `lesson.md` as a notebook.

    Nothing answered there is kept. Raises CourseProblems where its items cannot be read.
    """
    changed = max(path.stat().st_mtime_ns for path in folder.glob("*.toml"))
    return _author_folder(folder, changed)


@lru_cache(maxsize=4)
def _author_folder(folder: Path, changed: int) -> TopicFolder:
    reader = _Reader(folder.parent)
    items = _read_items(reader, folder / "questions.toml")
    if reader.problems:
        raise CourseProblems(reader.problems)
    shown = {item.id: from_view(public_view(item)) for item in items}
    note = "This is the author's view: you can try everything, and nothing is kept."
    return TopicFolder(folder, "author", folder.name, folder.name, shown, read_only=note)
