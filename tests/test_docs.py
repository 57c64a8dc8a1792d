"""The words around the project are true: commands, fields, links, pictures, numbers to call."""

from __future__ import annotations

import re
import subprocess
import tomllib
from collections.abc import Iterator
from dataclasses import MISSING, fields
from pathlib import Path
from urllib.parse import unquote

import click
import pytest

from peercourse.bank import (
    Blueprint,
    CourseHead,
    HelpLine,
    Objective,
    Place,
    Safety,
    Source,
    Standard,
    TopicHead,
    Word,
)
from peercourse.cli import commands
from peercourse.items import (
    Card,
    Case,
    CaseChoice,
    Choice,
    Cloze,
    Criterion,
    Gap,
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

PROJECT = Path(__file__).resolve().parent.parent
README, CONTRIBUTING, START = (PROJECT / name for name in ("README.md", "CONTRIBUTING.md", "START.md"))

TABLES: dict[str, type] = {
    "`questions.toml`: `[[item.option]]`": Option,
    "`questions.toml`: `[[item.criterion]]`": Criterion,
    "`questions.toml`: `[[item.step]]`": Step,
    "`questions.toml`: `[[item.prompt]]`": Prompt,
    "`questions.toml`: `[[item.gap]]`": Gap,
    "`questions.toml`: `[[item.trap]]`": Trap,
    "`cases.toml`: `[[case]]`": Case,
    "`cases.toml`: `[[case.node]]`": Node,
    "`cases.toml`: `[[case.node.choice]]`": CaseChoice,
    "`cards.toml`: `[[card]]`": Card,
    "`topic.toml`": TopicHead,
    "`topic.toml`: `[[objective]]`": Objective,
    "`course.toml`": CourseHead,
    "`course.toml`: `[exam]`": Blueprint,
    "`course.toml`: `[standard]`": Standard,
    "`words.toml`: `[[word]]`": Word,
    "`points.toml` and `coverage.toml`": Place,
    "`sources.toml`: `[id]`": Source,
    "`safety.toml`": Safety,
    "`safety.toml`: `[[line]]`": HelpLine,
}
AS_WRITTEN = {
    "options": "option",
    "criteria": "criterion",
    "steps": "step",
    "prompts": "prompt",
    "gaps": "gap",
    "traps": "trap",
    "nodes": "node",
    "choices": "choice",
}
"""Fields that TOML names in the singular, because each entry is a table of its own."""


def text(path: Path) -> str:
    return path.read_text("utf-8")


def tracked_files() -> list[Path]:
    """Every file of the project; where there is no git, every file that is not made on each machine."""
    listed = subprocess.run(
        ["git", "ls-files", "-co", "--exclude-standard"], cwd=PROJECT, capture_output=True, text=True
    )
    if listed.returncode == 0:
        return [path for name in listed.stdout.splitlines() if (path := PROJECT / name).is_file()]
    made = {".git", ".venv", "exchange", "learner", "submitted", "feedback", "demo", "dist", "reports", "__pycache__"}
    return [path for path in PROJECT.rglob("*") if path.is_file() and not made & set(path.relative_to(PROJECT).parts)]


def markdown_files() -> list[Path]:
    return [path for path in tracked_files() if path.suffix == ".md"]


def all_commands(group: click.Group = commands, before: str = "") -> Iterator[tuple[str, click.Command]]:
    for name, command in group.commands.items():
        if isinstance(command, click.Group):
            yield from all_commands(command, f"{before}{name} ")
        else:
            yield f"{before}{name}", command


def make_targets() -> set[str]:
    return set(re.findall(r"(?m)^([a-z]+):.*##", text(PROJECT / "Makefile")))


# --- commands --------------------------------------------------------------------------------


@pytest.mark.parametrize("name", [name for name, _ in all_commands()])
def test_every_command_has_a_row_in_the_readme(name):
    assert f"| `peercourse {name}` |" in text(README)


@pytest.mark.parametrize(("name", "command"), list(all_commands()))
def test_every_command_and_every_option_says_what_it_does(name, command):
    assert command.help
    assert all(option.help for option in command.params if isinstance(option, click.Option)), name


@pytest.mark.parametrize("path", markdown_files(), ids=lambda path: path.relative_to(PROJECT).as_posix())
def test_every_command_that_is_written_about_exists(path):
    known = dict(all_commands())
    mentioned = re.findall(r"`(?:\.venv/bin/)?peercourse ((?:new )?[a-z]+)([^`]*)`", text(path))

    assert {name for name, _ in mentioned} <= set(known)
    for name, rest in mentioned:
        options = {option for parameter in known[name].params for option in parameter.opts} | {"--help"}
        assert set(re.findall(r"--[a-z-]+", rest)) <= options, name


def test_every_make_target_has_a_row_in_the_readme_and_every_row_a_target():
    rows = re.findall(r"(?m)^\|.*\| `make ([a-z]+)` \|$", text(README))

    assert set(rows) == make_targets()
    assert len(rows) == len(set(rows))


@pytest.mark.parametrize("path", markdown_files(), ids=lambda path: path.relative_to(PROJECT).as_posix())
def test_every_make_target_that_is_written_about_exists(path):
    assert set(re.findall(r"(?m)(?:`|^)make ([a-z]+)", text(path))) <= make_targets()


# --- fields ----------------------------------------------------------------------------------


def rows_below(heading: str) -> list[list[str]]:
    """The cells of the table under `heading` in CONTRIBUTING, without its head."""
    section = text(CONTRIBUTING).split(f"\n### {heading}\n")[1].split("\n#")[0]
    lines = [line for line in section.splitlines() if line.startswith("|")]
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in lines[2:]]


def named(rows: list[list[str]]) -> list[str]:
    return [row[0].strip("`") for row in rows]


def written_fields(kind: type) -> set[str]:
    # A case's kind follows from its file; a number of choices is no list of them.
    left_out = {"kind"} if kind is Case else set()
    names = {} if kind is Standard else AS_WRITTEN
    return {names.get(field.name, field.name) for field in fields(kind)} - left_out


@pytest.mark.parametrize(("heading", "kind"), list(TABLES.items()), ids=list(TABLES))
def test_contributing_lists_exactly_the_fields_that_a_file_may_have(heading, kind):
    names = named(rows_below(heading))

    assert set(names) == written_fields(kind)
    assert len(names) == len(set(names))


KINDS = {"choice": Choice, "order": Order, "match": Match, "cloze": Cloze, "numeric": Numeric, "reflection": Reflection}


@pytest.mark.parametrize(("name", "kind"), KINDS.items(), ids=KINDS)
def test_contributing_lists_exactly_the_fields_of_each_kind_of_item(name, kind):
    groups = {"all", name} if kind is Reflection else {"all", "questions", name}
    rows = rows_below("`questions.toml`: `[[item]]`")

    assert {row[0].strip("`") for row in rows if groups & set(row[1].split(", "))} == written_fields(kind)
    assert len(rows) == len({row[0] for row in rows})


@pytest.mark.parametrize(("heading", "kind"), list(TABLES.items()), ids=list(TABLES))
def test_a_field_that_must_be_there_is_not_called_optional(heading, kind):
    must = {field.name for field in fields(kind) if field.default is MISSING and field.default_factory is MISSING}
    optional = {row[0].strip("`") for row in rows_below(heading) if row[1] == "no"}

    assert not must & optional


# --- links, pictures, length -----------------------------------------------------------------


@pytest.mark.parametrize("path", markdown_files(), ids=lambda path: path.relative_to(PROJECT).as_posix())
def test_every_link_and_picture_leads_somewhere(path):
    prose = re.sub(r"`[^`\n]*`", "", text(path))
    links = re.findall(r"\]\(([^)\s]+)[^)]*\)", prose)
    inside = [unquote(link.split("#")[0]) for link in links if not re.match(r"[a-z]+:|#", link)]

    assert [link for link in inside if not (path.parent / link).exists()] == []


@pytest.mark.parametrize("path", markdown_files(), ids=lambda path: path.relative_to(PROJECT).as_posix())
def test_every_picture_has_words_for_those_who_do_not_see_it(path):
    prose = re.sub(r"`[^`\n]*`", "", text(path))

    assert [file for alt, file in re.findall(r"!\[([^\]]*)\]\(([^)]+)\)", prose) if len(alt) < 10] == []


def test_every_screenshot_is_shown_and_small():
    for path in sorted((PROJECT / "docs" / "screenshots").glob("*.png")):
        assert path.name in text(README), path.name
        assert path.stat().st_size < 250_000, path.name


def test_the_readme_fits_on_a_few_screens():
    assert len(text(README).splitlines()) < 130


def test_the_start_page_leads_through_both_sides_in_ten_lines():
    numbers = [int(number) for number in re.findall(r"(?m)^(\d+)\. ", text(START))]

    assert numbers == list(range(1, 11))


# --- what must not stand anywhere ------------------------------------------------------------

# Put together here, so that this file does not hold what it looks for.
HOSTS = ["pypi" + ".org", "files.python" + "hosted", "npm" + "js.", "registry." + "npm", "anaconda" + ".org"]
PLACES = ["/wo" + "rk/", "/tm" + "p/w/", "/ro" + "ot/", "shared/" + "design"]
TOOLS = ["anthro" + "pic", "chat" + "gpt", "open" + "ai", "co" + "pilot", "issues " + "show"]


@pytest.mark.parametrize("needle", HOSTS + PLACES + TOOLS)
def test_the_project_speaks_only_of_itself(needle):
    found = [
        path.relative_to(PROJECT).as_posix()
        for path in tracked_files()
        if path.suffix != ".png" and needle.encode() in path.read_bytes().lower()
    ]

    assert found == []


@pytest.mark.parametrize("path", [README, START, CONTRIBUTING], ids=lambda path: path.name)
def test_numbers_to_call_are_those_of_the_safety_frame(path):
    safety = tomllib.loads(text(PROJECT / "course" / "safety.toml"))
    known = " ".join(str(value) for line in safety["line"] for value in line.values())
    to_call = re.findall(r"\b(?:1-)?\d{3}-\d{3}-\d{4}\b|\b(?:988|911|741741)\b", text(path))

    assert [number for number in to_call if number not in known] == []
