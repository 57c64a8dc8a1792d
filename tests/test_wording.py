"""Every word of the interface stands in one catalog, in English and in Spanish, and nothing else stands there."""

from __future__ import annotations

import ast
import json
import re
from dataclasses import replace
from functools import cache
from pathlib import Path
from string import Formatter

import pytest
from built_course import files_in
from course_project import PROJECT
from playwright.sync_api import Browser, expect
from small_desk import OVERDOSE, start_folder
from small_topic import PRACTICE_SINGLE, TOPIC, make_small_topic
from widget_page import State, page_html

from peercourse import wording
from peercourse.bank import load_course
from peercourse.notebook import topic_files
from peercourse.topic_folder import open_topic_folder
from peercourse.widgets.deck import CardDeck
from peercourse.widgets.panel import HandInPanel
from peercourse.widgets.question import make
from peercourse.wording import in_language, say

SOURCE = PROJECT / "src" / "peercourse"
TAB = PROJECT / "src" / "labextension" / "static"
FILES = {name: json.loads(wording.catalog(name)) for name in wording.LANGUAGES}
ENGLISH = FILES["en"]
OTHERS = [name for name in wording.LANGUAGES if name != "en"]
ENGLISH_WORDS = re.compile(r"\b(the|and|you|your|with|this|that|of|for|from|not|what|have|are|is)\b", re.IGNORECASE)


# --- the catalogs beside each other -------------------------------------------------------------


@pytest.mark.parametrize("name", wording.LANGUAGES)
def test_a_catalog_names_every_text_once_and_leaves_none_empty(name: str) -> None:
    pairs = json.loads(wording.catalog(name), object_pairs_hook=list)
    assert len(pairs) == len(dict(pairs))
    assert [word_id for word_id, text in pairs if not isinstance(text, str) or not text.strip()] == []


@pytest.mark.parametrize("name", OTHERS)
def test_a_language_has_the_same_texts_in_the_same_order(name: str) -> None:
    assert list(FILES[name]) == list(ENGLISH)


@pytest.mark.parametrize("name", OTHERS)
def test_a_translation_fills_in_what_the_english_fills_in(name: str) -> None:
    assert {word_id: names_in(text) for word_id, text in FILES[name].items()} == {
        word_id: names_in(text) for word_id, text in ENGLISH.items()
    }


def names_in(text: str) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(text) if name is not None}


@pytest.mark.parametrize("name", OTHERS)
def test_no_sentence_is_left_in_english(name: str) -> None:
    longer = {word_id: text for word_id, text in FILES[name].items() if len(text.split()) > 3}
    assert [word_id for word_id, text in longer.items() if text == ENGLISH[word_id]] == []
    said = {word_id: re.sub(r"\{\w+\}|“[^”]*”|Nbgrader[^.;:)]*", "", text) for word_id, text in longer.items()}
    assert [word_id for word_id, text in said.items() if ENGLISH_WORDS.search(text)] == []


# --- what is asked for, and what there is -------------------------------------------------------


@cache
def python_nodes() -> tuple[ast.AST, ...]:
    trees = (ast.parse(path.read_text("utf-8")) for path in SOURCE.rglob("*.py"))
    return tuple(node for tree in trees for node in ast.walk(tree))


def calls_of(name: str) -> list[ast.Call]:
    calls = [node for node in python_nodes() if isinstance(node, ast.Call) and node.args]
    return [call for call in calls if isinstance(call.func, ast.Name) and call.func.id == name]


def asked_in_python() -> tuple[set[str], list[str]]:
    """Ids that `say` and `count` are given as they are, and patterns of those that are put together."""
    exact, patterns = set(), []
    for name, ending in (("say", ""), ("count", "[._](one|many)")):
        for call in calls_of(name):
            if isinstance(call.args[0], ast.Constant):
                exact |= both_numbers(call.args[0].value) if ending else {call.args[0].value}
            patterns += [pattern_of(n) + ending for n in ast.walk(call.args[0]) if isinstance(n, ast.JoinedStr)]
    return exact, patterns


def pattern_of(text: ast.JoinedStr) -> str:
    return "".join(re.escape(p.value) if isinstance(p, ast.Constant) else r"[\w-]+" for p in text.values)


def both_numbers(word_id: str) -> set[str]:
    dotted = {f"{word_id}.one", f"{word_id}.many"}
    return dotted if dotted <= ENGLISH.keys() else {f"{word_id}_one", f"{word_id}_many"}


def named_in_python() -> set[str]:
    """Every text in the code that is the id of a word: those in tables, too, that `say` is given later."""
    constants = {node.value for node in python_nodes() if isinstance(node, ast.Constant)}
    return {text for text in constants if isinstance(text, str)} & ENGLISH.keys()


def asked_by_templates() -> set[str]:
    pages = "\n".join(path.read_text("utf-8") for path in (SOURCE / "templates").glob("*.html"))
    counted = [both_numbers(word_id) for word_id in re.findall(r'\bcount\("([^"]+)"', pages)]
    return set(re.findall(r'\bsay\("([^"]+)"', pages)).union(*counted)


def asked_by_page() -> tuple[set[str], list[str]]:
    """The same for the page's JavaScript: `words.x`, and words[`x_${…}`]."""
    code = "\n".join(path.read_text("utf-8") for path in sorted((SOURCE / "static").glob("*.js")))
    exact = {f"page.{name}" for name in re.findall(r"\bwords\.(\w+)", code)}
    put_together = re.findall(r"\bwords\[`([^`]*)`\]", code)
    return exact, [r"page\." + re.sub(r"\$\{[^}]*\}", r"\\w+", name) for name in put_together]


def asked_by_tab() -> set[str]:
    code = "\n".join(path.read_text("utf-8") for path in sorted(TAB.glob("*.js")))
    return {f"tab.{name}" for name in re.findall(r'\bword\("(\w+)"', code)}


def test_every_text_that_is_asked_for_is_there() -> None:
    in_python, patterns = asked_in_python()
    by_page, page_patterns = asked_by_page()
    assert (in_python | by_page | asked_by_templates() | asked_by_tab()) - ENGLISH.keys() == set()
    fitting = {p: [word_id for word_id in ENGLISH if re.fullmatch(p, word_id)] for p in patterns + page_patterns}
    assert [pattern for pattern, found in fitting.items() if not found] == []


def test_every_text_that_is_there_is_asked_for() -> None:
    in_python, patterns = asked_in_python()
    by_page, page_patterns = asked_by_page()
    asked = in_python | named_in_python() | by_page | asked_by_templates() | asked_by_tab()
    families = patterns + page_patterns
    left = [i for i in ENGLISH if i not in asked and not any(re.fullmatch(family, i) for family in families)]
    assert left == []


def test_whoever_says_a_text_gives_all_that_it_fills_in() -> None:
    asked = [call for call in calls_of("say") if isinstance(call.args[0], ast.Constant)]
    given = [(call.args[0].value, {keyword.arg for keyword in call.keywords}) for call in asked]
    assert [(i, names) for i, names in given if None not in names and names_in(ENGLISH[i]) != names] == []


def test_the_tabs_built_in_english_is_the_catalogs() -> None:
    code = (TAB / "words.js").read_text("utf-8")
    built_in = dict(re.findall(r'^  (\w+): "(.*)",$', code, re.MULTILINE))
    assert built_in == {i.removeprefix("tab."): text for i, text in ENGLISH.items() if i.startswith("tab.")}


def test_the_tab_knows_the_same_languages() -> None:
    (listed,) = re.findall(r"^const LANGUAGES = (\[.*?\]);", (TAB / "words.js").read_text("utf-8"), re.MULTILINE)
    assert json.loads(listed) == list(wording.LANGUAGES)


# --- which language ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("own", "page", "system", "spoken"),
    [
        ("", "", "", "en"),
        ("", "", "es_MX.UTF-8", "es"),
        ("", "en", "es_MX.UTF-8", "en"),
        ("", "es-419", "en_US.UTF-8", "es"),
        ("en", "es", "es_MX.UTF-8", "en"),
        ("", "fr", "es_MX.UTF-8", "en"),
        ("", "", "C.UTF-8", "en"),
    ],
)
def test_what_a_person_chose_comes_before_the_page_and_the_page_before_the_system(
    monkeypatch: pytest.MonkeyPatch, own: str, page: str, system: str, spoken: str
) -> None:
    monkeypatch.setenv("PEERCOURSE_LANGUAGE", own)
    monkeypatch.setenv("LANG", system)
    assert wording.language_beside(page) == spoken


def test_a_language_without_a_text_of_its_own_says_it_in_english(monkeypatch: pytest.MonkeyPatch) -> None:
    short = json.dumps({"page.check": "Comprobar"}).encode()
    english = wording.catalog("en")
    monkeypatch.setattr(wording, "catalog", lambda name: english if name == "en" else short)
    assert wording.texts.__wrapped__("es")["page.check"] == "Comprobar"
    assert wording.texts.__wrapped__("es")["page.hint"] == ENGLISH["page.hint"]


def test_what_the_course_makes_is_in_its_own_language_wherever_it_is_made(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PEERCOURSE_LANGUAGE", "es")
    monkeypatch.setenv("LANG", "es_MX.UTF-8")
    assert say("page.check") == FILES["es"]["page.check"]
    course = load_course(PROJECT / "course")
    for topic in course.topics:
        made = {path.as_posix(): content for path, content in topic_files(course, topic).items()}
        assert made == files_in(PROJECT / "source" / topic.name)


# --- Spanish on the page -------------------------------------------------------------------------


@pytest.mark.browser
def test_a_question_the_hand_in_and_a_card_speak_spanish(browser: Browser, tmp_path: Path) -> None:
    make_small_topic(tmp_path / TOPIC)
    folder = replace(open_topic_folder(tmp_path / TOPIC), read_only="Nada se guarda.")
    with in_language("es"):
        widgets = [make(folder, PRACTICE_SINGLE), HandInPanel(folder), CardDeck(start_folder(tmp_path), (OVERDOSE,))]
        states = [State("", "", widget.item, widget.view) for widget in widgets]
        (tmp_path / "page.html").write_text(page_html("Español", "", states, ("light",)), "utf-8")
    with browser.new_context() as context:
        page = context.new_page()
        page.goto((tmp_path / "page.html").as_uri())
        practice, hand_in, cards = (page.locator(f'[data-state="{number}"] .peercourse') for number in range(3))
        for place, word_ids in (
            (practice, ("page.check", "page.hint", "meta.practice", "choose.one")),
            (hand_in, ("page.hand_in", "page.missing_title")),
            (cards, ("page.card_show", "page.card_files")),
        ):
            for word_id in word_ids:
                expect(place).to_contain_text(FILES["es"][word_id])
                assert ENGLISH[word_id] not in place.inner_text()
