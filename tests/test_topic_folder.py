"""Opening the folder a notebook lies in: whatever stands there, one line says what to do."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest
from course_project import PROJECT
from course_project import TOPIC as REAL_TOPIC
from hypothesis import given, settings
from hypothesis import strategies as st
from small_topic import ITEMS, TOPIC, make_small_topic

from peercourse import desk
from peercourse.bank import CourseProblems, load_course, open_author_folder
from peercourse.items import CourseError, is_graded
from peercourse.topic_folder import MAX_ITEMS_BYTES, open_topic_folder, private_home


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    make_small_topic(tmp_path / TOPIC)
    return tmp_path / TOPIC


def change_items(folder: Path, **changes) -> None:
    path = folder / "items.json"
    path.write_text(json.dumps(json.loads(path.read_text("utf-8")) | changes), "utf-8")


def test_a_topic_opens_with_its_items_in_order(folder):
    topic = open_topic_folder(folder)

    assert list(topic.items) == [item.id for item in ITEMS]
    assert [item.id for item in topic.graded()] == [item.id for item in ITEMS if is_graded(item)]
    assert (topic.topic, topic.title, topic.read_only) == (TOPIC, "A small topic", "")


def test_a_learners_items_hold_no_graded_key(folder):
    assert [item.key for item in open_topic_folder(folder).graded() if hasattr(item, "key")] == [frozenset()] * 2


def test_the_topic_is_the_one_that_the_kernel_runs_in(folder, monkeypatch):
    monkeypatch.chdir(folder)

    assert open_topic_folder().path == folder


def test_changed_items_are_read_anew(folder):
    assert open_topic_folder(folder).title == "A small topic"
    change_items(folder, title="Another title")

    assert open_topic_folder(folder).title == "Another title"


def test_an_unknown_item_is_named(folder):
    with pytest.raises(CourseError, match=f'^{TOPIC}: there is no item called "grete"; check the spelling.$'):
        open_topic_folder(folder).item("grete")


def one_line(folder: Path) -> str:
    with pytest.raises(CourseError) as refused:
        open_topic_folder(folder)
    assert len(str(refused.value).splitlines()) == 1
    return str(refused.value)


def test_a_folder_without_items_says_how_to_get_them(tmp_path):
    (tmp_path / TOPIC).mkdir()

    assert one_line(tmp_path / TOPIC) == (
        f"{TOPIC}/items.json is missing, so the questions cannot be shown; "
        "fetch the topic again (Nbgrader menu, Assignment List) and open it from there."
    )


@pytest.mark.parametrize(
    "text",
    ["", "{", "[]", "{}", "null", '"text"', "\x00", '{"format":1}', '{"format":"1","items":[]}', "[" * 100_000],
)
def test_damaged_items_say_to_fetch_the_topic_again(folder, text):
    (folder / "items.json").write_text(text, "utf-8")

    assert one_line(folder) == f"{TOPIC}/items.json is damaged; fetch the topic again."


def test_items_that_are_no_text_say_so(folder):
    (folder / "items.json").write_bytes(b"\xff\xfe\x00\x80")

    assert one_line(folder) == f"{TOPIC}/items.json is damaged; fetch the topic again."


@pytest.mark.parametrize("name", ["../../etc", "a/b", "", ".", "a b", "a\\b", "\x00"])
@pytest.mark.parametrize("field", ["course", "topic"])
def test_a_name_that_leads_elsewhere_is_damage(folder, field, name):
    change_items(folder, **{field: name})

    assert one_line(folder) == f"{TOPIC}/items.json is damaged; fetch the topic again."


def test_items_of_a_newer_format_say_to_update(folder):
    change_items(folder, format=2, items="whatever a newer version keeps here")

    assert one_line(folder) == f"{TOPIC}/items.json was made by a newer version of this course; update peercourse."


def test_items_without_end_are_not_read(folder):
    (folder / "items.json").write_bytes(b" " * (MAX_ITEMS_BYTES + 1))

    assert one_line(folder) == f"{TOPIC}/items.json is too large to be ours; fetch the topic again."


json_values = st.recursive(
    st.one_of(st.none(), st.booleans(), st.integers(), st.floats(), st.text(max_size=6)),
    lambda inner: st.one_of(st.lists(inner, max_size=3), st.dictionaries(st.text(max_size=6), inner, max_size=3)),
    max_leaves=4,
)


@settings(deadline=None, max_examples=80)
@given(
    st.sampled_from(range(len(ITEMS))),
    st.sampled_from(["id", "kind", "use", "privacy", "version", "points", "stem", "options", "criteria", "partial"]),
    json_values,
)
def test_no_change_of_an_item_brings_a_traceback(tmp_path_factory, number, field, value):
    folder = tmp_path_factory.mktemp("topics") / TOPIC
    make_small_topic(folder)
    body = json.loads((folder / "items.json").read_text("utf-8"))
    body["items"][number][field] = value
    (folder / "items.json").write_text(json.dumps(body), "utf-8")

    try:
        told = open_topic_folder(folder).title
    except CourseError as error:
        told = str(error)

    assert told in ("A small topic", f"{TOPIC}/items.json is damaged; fetch the topic again.")


def test_the_private_home_is_where_the_system_keeps_data(monkeypatch):
    monkeypatch.setenv("XDG_DATA_HOME", "/somewhere")
    assert private_home() == Path("/somewhere/peercourse")

    monkeypatch.delenv("XDG_DATA_HOME")
    monkeypatch.setenv("HOME", "/home/ada")
    assert private_home() == Path("/home/ada/.local/share/peercourse")


# --- an author's folder ----------------------------------------------------------------------


@pytest.fixture
def authors(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "home"))
    shutil.copytree(PROJECT / "course", tmp_path / "course")
    return tmp_path / "course" / REAL_TOPIC


def test_an_author_meets_the_topic_as_a_learner_does(authors):
    topic = open_author_folder(authors)

    assert {item.key for item in topic.graded() if hasattr(item, "key")} == {frozenset()}
    assert set(topic.items) == {item.id for item in load_course(authors.parent).topic(REAL_TOPIC).items}


def test_an_authors_tries_are_not_kept(authors, tmp_path):
    topic = open_author_folder(authors)
    before = sorted(tmp_path.rglob("*"))
    with pytest.raises(CourseError, match="nothing is kept"):
        desk.save(topic, topic.graded()[0], [topic.graded()[0].options[0].id])
    with pytest.raises(CourseError, match="nothing is kept"):
        desk.hand_in(topic)

    assert sorted(tmp_path.rglob("*")) == before


def test_an_author_reads_what_is_wrong_where_the_question_would_be(authors):
    (authors / "questions.toml").write_text("[[item]]\nid = = 1\n", "utf-8")

    with pytest.raises(CourseProblems, match=r"^course/what-it-is/questions.toml: .*line 2"):
        open_author_folder(authors)
