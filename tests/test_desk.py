"""What is kept when a learner answers, and where; in real folders."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from small_topic import (
    CHECK_MULTIPLE,
    CHECK_SINGLE,
    COURSE,
    ITEMS,
    PRACTICE_MULTIPLE,
    PRACTICE_SINGLE,
    REFLECT_GRADED,
    REFLECT_PRIVATE,
    TOPIC,
    make_small_topic,
)

from peercourse import desk
from peercourse.answers import Answer, read
from peercourse.items import CourseError
from peercourse.receipt import read_receipt
from peercourse.topic_folder import TopicFolder, open_topic_folder, private_home

ANSWERS = {
    "greet": ["hello"],
    "listen": ["repeat", "wait"],
    "remember": "They put the kettle on.",
    "privacy": ["teller"],
    "words": ["uses"],
    "apply": "I will greet everybody by name.",
}
GRADED = ("privacy", "words", "apply")
OWN = ("greet", "listen", "remember")


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "home"))
    monkeypatch.delenv("NBGRADER_EXECUTION", raising=False)
    return private_home()


@pytest.fixture
def topic(tmp_path: Path, home: Path) -> TopicFolder:
    make_small_topic(tmp_path / "learner" / TOPIC)
    return open_topic_folder(tmp_path / "learner" / TOPIC)


def files(folder: Path) -> dict[str, bytes]:
    return {str(p.relative_to(folder)): p.read_bytes() for p in folder.rglob("*") if p.is_file()}


def answer_everything(topic: TopicFolder) -> None:
    for item_id, value in ANSWERS.items():
        desk.save(topic, topic.item(item_id), value)


# --- where answers go ------------------------------------------------------------------------


@pytest.mark.parametrize("item_id", GRADED)
def test_a_graded_answer_goes_into_the_folder_that_is_handed_in_and_nowhere_else(topic, home, item_id):
    desk.save(topic, topic.item(item_id), ANSWERS[item_id])

    assert read(topic.path / "answers.jsonl").answers == {item_id: Answer(1, ANSWERS[item_id])}
    assert not home.exists()
    assert desk.current(topic, topic.item(item_id)) == Answer(1, ANSWERS[item_id])


@pytest.mark.parametrize("item_id", OWN)
def test_practice_and_private_words_never_enter_the_folder_that_is_handed_in(topic, home, item_id):
    before = files(topic.path)
    desk.save(topic, topic.item(item_id), ANSWERS[item_id])

    assert files(topic.path) == before
    assert read(home / COURSE / f"{TOPIC}.jsonl").answers == {item_id: Answer(1, ANSWERS[item_id])}
    assert desk.current(topic, topic.item(item_id)) == Answer(1, ANSWERS[item_id])


@pytest.mark.parametrize("item", [PRACTICE_SINGLE, PRACTICE_MULTIPLE], ids=lambda item: item.id)
def test_a_checked_practice_answer_is_noted_in_the_learners_own_log(topic, home, item):
    before = files(topic.path)
    desk.check(topic, topic.item(item.id), ANSWERS[item.id])

    assert files(topic.path) == before
    (line,) = (home / COURSE / f"{TOPIC}.jsonl").read_text("utf-8").splitlines()
    assert json.loads(line) == {"v": 1, "item": item.id, "version": 1, "answer": ANSWERS[item.id], "event": "check"}


def test_nothing_of_practice_and_private_words_is_in_what_is_handed_in(topic):
    answer_everything(topic)
    receipt = desk.hand_in(topic)
    handed_in = b"".join(files(topic.path).values()) + receipt.encode()

    assert b"They put the kettle on." not in handed_in
    assert set(read(topic.log).answers) == set(GRADED)
    assert set(read_receipt([receipt], TOPIC).answers) == set(GRADED)


def test_two_topics_keep_practice_apart(topic, tmp_path):
    other = tmp_path / "other"
    make_small_topic(other)
    body = json.loads((other / "items.json").read_text("utf-8"))
    (other / "items.json").write_text(json.dumps(body | {"topic": "other"}), "utf-8")
    desk.save(topic, topic.item("greet"), ["hello"])

    assert desk.current(open_topic_folder(other), PRACTICE_SINGLE) is None


def test_the_same_answer_again_is_not_written_again(topic):
    for value in (["teller"], ["teller"], ["team"], ["teller"], ["teller"]):
        desk.save(topic, topic.item("privacy"), value)

    assert read(topic.log).events == 3


# --- where nothing is kept -------------------------------------------------------------------

STAFF_FOLDERS = [
    "source/{topic}",
    "release/{topic}",
    "submitted/ada/{topic}",
    "autograded/ada/{topic}",
    "feedback/ada/{topic}",
]


def try_everything(topic: TopicFolder) -> set[str]:
    """Try to write in every way; returns what was said."""
    said = set()
    deeds = [
        *(lambda i=i, v=v: desk.save(topic, topic.item(i), v) for i, v in ANSWERS.items()),
        lambda: desk.hand_in(topic),
        lambda: desk.reopen(topic),
    ]
    for deed in deeds:
        with pytest.raises(CourseError) as refused:
            deed()
        said.add(str(refused.value))
    return said


@pytest.mark.parametrize("place", STAFF_FOLDERS)
def test_in_the_staffs_folders_nothing_is_written(tmp_path, home, place):
    folder = tmp_path / "a course" / place.format(topic=TOPIC)
    make_small_topic(folder)
    (tmp_path / "a course" / "nbgrader_config.py").touch()
    topic = open_topic_folder(folder)
    before = files(tmp_path)
    said = try_everything(topic)
    told = desk.check(topic, topic.item("greet"), ["hello"])

    assert files(tmp_path) == before
    assert not home.exists()
    assert told.right
    assert len(said) == 1
    assert "is kept" in said.pop()


@pytest.mark.parametrize("place", STAFF_FOLDERS)
def test_a_learners_folder_of_the_same_name_keeps_answers(tmp_path, home, place):
    folder = tmp_path / place.format(topic=TOPIC)
    make_small_topic(folder)
    topic = open_topic_folder(folder)
    desk.save(topic, topic.item("privacy"), ["teller"])

    assert read(folder / "answers.jsonl").answers == {"privacy": Answer(1, ["teller"])}


def test_while_a_notebook_is_graded_nothing_is_written(tmp_path, home, monkeypatch):
    make_small_topic(tmp_path / TOPIC)
    monkeypatch.setenv("NBGRADER_EXECUTION", "autograde")
    topic = open_topic_folder(tmp_path / TOPIC)
    before = files(tmp_path)

    assert try_everything(topic) == {"The notebook is being graded: nothing is kept."}
    assert files(tmp_path) == before


# --- handing in ------------------------------------------------------------------------------


def test_after_hand_in_answers_are_closed_until_they_are_opened_again(topic):
    answer_everything(topic)
    desk.hand_in(topic)
    before = files(topic.path)

    assert desk.is_handed_in(topic)
    for item_id in GRADED:
        with pytest.raises(
            CourseError, match=r"^You have handed in\. To change an answer, press “Change my answers” at the end\.$"
        ):
            desk.save(topic, topic.item(item_id), ANSWERS[item_id])
    assert files(topic.path) == before

    desk.reopen(topic)
    assert not desk.is_handed_in(topic)
    desk.save(topic, topic.item("privacy"), ["team"])
    assert read_receipt([desk.hand_in(topic)], TOPIC).answers["privacy"] == Answer(1, ["team"])


def test_practice_goes_on_after_hand_in(topic):
    answer_everything(topic)
    desk.hand_in(topic)
    desk.save(topic, topic.item("remember"), "Another time, on a bench.")

    assert desk.check(topic, topic.item("greet"), ["form"]).right is False
    assert desk.current(topic, topic.item("remember")) == Answer(1, "Another time, on a bench.")


def test_the_receipt_holds_what_the_log_holds(topic):
    answer_everything(topic)
    receipt = read_receipt([desk.hand_in(topic)], TOPIC)

    assert receipt.intact
    assert receipt.answers == read(topic.log).answers == {i: Answer(1, ANSWERS[i]) for i in GRADED}


def test_what_is_missing_is_told_in_the_order_of_the_topic(topic):
    desk.save(topic, topic.item("words"), ["uses"])
    desk.save(topic, topic.item("privacy"), [])
    desk.save(topic, topic.item("apply"), "  \n ")
    state = desk.hand_in_state(topic)

    assert (state.answered, state.missing, state.handed_in) == (["words"], ["privacy", "apply"], False)


def test_a_topic_that_nobody_touched_is_all_missing(topic):
    assert desk.hand_in_state(topic).missing == list(GRADED)
    assert not desk.is_handed_in(topic)


# --- what is refused -------------------------------------------------------------------------

MISTAKES = {
    "an option that is not there": (
        "privacy",
        ["nobody"],
        '"privacy" has no option "nobody"; it has worker, team, teller.',
    ),
    "several for one": ("privacy", ["teller", "team"], '"privacy" takes one option; you gave 2.'),
    "text for options": ("privacy", "teller", '"privacy" is answered with ids of its options, as a list.'),
    "options for text": ("apply", ["a"], '"apply" is answered in words: answer("apply", "…").'),
    "an item that is not there": (
        "pivacy",
        ["teller"],
        f'{TOPIC}: there is no item called "pivacy"; check the spelling.',
    ),
}


@pytest.mark.parametrize(("item_id", "value", "line"), MISTAKES.values(), ids=MISTAKES)
def test_an_answer_that_does_not_fit_is_refused_in_one_line_and_not_kept(topic, home, item_id, value, line):
    before = files(topic.path)
    with pytest.raises(CourseError) as refused:
        desk.save(topic, topic.item(item_id), value)

    assert str(refused.value) == line
    assert files(topic.path) == before
    assert not home.exists()


@pytest.mark.parametrize("item", [CHECK_SINGLE, CHECK_MULTIPLE, REFLECT_PRIVATE, REFLECT_GRADED], ids=lambda i: i.id)
def test_only_practice_can_be_checked(topic, item):
    with pytest.raises(CourseError, match="is not a practice question"):
        desk.check(topic, topic.item(item.id), [])


def test_a_log_of_a_newer_version_is_refused_and_stays_as_it_is(topic, home):
    for log in (topic.log, topic.practice_log):
        log.parent.mkdir(parents=True, exist_ok=True)
        log.write_bytes(b'{"v":1,"item":"privacy","version":1,"answer":["team"]}\n{"v":2,"new":"thing"}\n')
    before = files(topic.path) | files(home)
    said = try_everything(topic)
    with pytest.raises(CourseError) as refused:
        desk.check(topic, topic.item("greet"), ["hello"])

    assert said == {str(refused.value)}
    assert str(refused.value) == "answers.jsonl was written by a newer version of this course; update, then try again."
    assert files(topic.path) | files(home) == before


@pytest.mark.parametrize("item_id", GRADED)
def test_a_log_that_is_a_link_is_neither_read_nor_written(topic, tmp_path, item_id):
    elsewhere = tmp_path / "somebody-elses.jsonl"
    elsewhere.write_bytes(b'{"v":1,"item":"privacy","version":1,"answer":["team"]}\n')
    topic.log.symlink_to(elsewhere)

    assert desk.current(topic, CHECK_SINGLE) is None
    with pytest.raises(CourseError, match="link"):
        desk.save(topic, topic.item(item_id), ANSWERS[item_id])
    assert elsewhere.read_bytes().count(b"\n") == 1


# --- feedback on practice --------------------------------------------------------------------


def test_a_wrong_choice_gets_its_own_reason_and_no_other():
    told = desk.feedback(PRACTICE_SINGLE, ["form"])

    assert not told.right
    assert told.to_find == 1
    assert told.reasons == (("form", False, "A form can wait; a person should not."),)


def test_the_right_choice_gets_every_reason():
    told = desk.feedback(PRACTICE_SINGLE, ["hello"])

    assert told.right
    assert told.to_find == 0
    assert [(option, right) for option, right, _ in told.reasons] == [
        ("form", False),
        ("hello", True),
        ("rules", False),
    ]


def test_half_of_the_right_choices_are_not_all_of_them():
    told = desk.feedback(PRACTICE_MULTIPLE, ["repeat"])

    assert (told.right, told.to_find, len(told.reasons)) == (False, 1, 1)


def test_all_options_at_once_are_not_right():
    told = desk.feedback(PRACTICE_MULTIPLE, ["repeat", "advice", "wait", "phone"])

    assert (told.right, told.to_find, len(told.reasons)) == (False, 0, 4)


def test_every_item_of_the_small_topic_has_an_answer_here():
    assert {item.id for item in ITEMS} == set(ANSWERS)
