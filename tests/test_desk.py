"""What is kept when a learner answers, and where; in real folders."""

from __future__ import annotations

import json
import os
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from small_topic import (
    CHECK_MULTIPLE,
    CHECK_SINGLE,
    COURSE,
    EVERY_KIND,
    ITEMS,
    POLL,
    PRACTICE_MULTIPLE,
    PRACTICE_SINGLE,
    REFLECT_GRADED,
    REFLECT_PRIVATE,
    TOPIC,
    make_small_topic,
)

from peercourse import answering, desk
from peercourse.answering import best_answer
from peercourse.answers import Answer, read
from peercourse.items import CourseError, Option, is_graded
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
    event = {"v": 1, "item": item.id, "version": 1, "answer": ANSWERS[item.id], "event": "check"}
    assert json.loads(line) == event | {"right": True, "day": date.today().isoformat()}


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
            CourseError, match=r"^Handed in\. To change an answer, press “Change my answers” at the end\.$"
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
    "text for options": (
        "privacy",
        "teller",
        '"privacy" is answered with ids, as a list: answer("privacy", "worker").',
    ),
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


# --- practice, in the learner's own log --------------------------------------------------------


def own_log(home: Path) -> list[dict]:
    return [json.loads(line) for line in (home / COURSE / f"{TOPIC}.jsonl").read_text("utf-8").splitlines()]


def test_how_sure_somebody_was_is_noted_and_changes_nothing_else(topic, home):
    plain = desk.check(topic, topic.item("greet"), ["form"])
    sure = desk.check(topic, topic.item("greet"), ["form"], confidence=3)

    assert plain == sure
    assert [line.get("confidence") for line in own_log(home)] == [None, 3]
    assert [made.confidence for made in desk.history(topic).tries["greet"]] == [None, 3]


@pytest.mark.parametrize("level", [0, 4, "3", True, 1.5])
def test_a_confidence_that_is_none_is_refused(topic, home, level):
    if level is True or level == 1.5:
        level = {True: "sure"}.get(level, level)
    with pytest.raises(CourseError):
        desk.check(topic, topic.item("greet"), ["form"], confidence=level)
    assert not home.exists()


def test_own_words_and_ticks_stay_in_the_learners_own_log(topic, home):
    before = files(topic.path)
    desk.keep_own_words(topic, topic.item("greet"), "I would put the kettle on.")
    desk.keep_ticks(topic, topic.item("apply"), {"concrete": 3})
    desk.keep_ticks(topic, topic.item("apply"), {"concrete": 4, "safe": 2})
    told = desk.history(topic)

    assert files(topic.path) == before
    assert told.words == {"greet": "I would put the kettle on."}
    assert told.ticks == {"apply": {"concrete": 4, "safe": 2}}
    assert desk.current(topic, topic.item("greet")) is None
    assert read(topic.log) is None


@pytest.mark.parametrize("ticks", [{"unknown": 1}, {"concrete": 0}, {"concrete": 5}, {"concrete": "4"}])
def test_ticks_that_do_not_fit_the_rubric_are_refused(topic, home, ticks):
    with pytest.raises(CourseError):
        desk.keep_ticks(topic, topic.item("apply"), ticks)
    assert not home.exists()


def test_a_try_after_the_answer_was_shown_is_known_as_such(topic):
    desk.check(topic, topic.item("greet"), ["form"])
    told = desk.show_why(topic, topic.item("greet"), ["form"])
    desk.check(topic, topic.item("greet"), ["hello"])

    assert {part.id for part in told.parts} == {"form", "hello", "rules"}
    assert [(made.right, made.helped) for made in desk.history(topic).tries["greet"]] == [(False, False), (True, True)]


def test_a_poll_is_noted_and_is_no_try(tmp_path, home):
    make_small_topic(tmp_path / TOPIC, EVERY_KIND)
    topic = open_topic_folder(tmp_path / TOPIC)
    told = desk.check(topic, topic.item("coffee"), ["ask"])

    assert [part.why for part in told.parts] == [option.why for option in topic.item("coffee").options]
    assert told.explanation == POLL.discussion
    assert not told.right
    assert desk.history(topic).tries == {}
    assert desk.current(topic, topic.item("coffee")) == Answer(1, ["ask"])


# --- every kind --------------------------------------------------------------------------------

WRONG_FORM = {
    "cups": ["twenty-three", "1 or 2", "x" * 300],
    "tea": [["water"], ["water", "heat", "pour", "wait", "wait"], ["water", "heat", "pour", "nap"], "water"],
    "says": [["repeat=nothing"], ["nobody=asks"], ["repeat"], "repeat=asks"],
    "stay": [["what=everything"], ["nowhere=x"], ["end=" + "x" * 300], "end"],
    "steps": [["second/listen"], ["back"], ["first/ask", "first/ask"], ["first/ask"] * 500],
}


@pytest.fixture
def whole(tmp_path: Path, home: Path) -> TopicFolder:
    """A topic with every kind of item."""
    make_small_topic(tmp_path / "whole" / TOPIC, EVERY_KIND)
    return open_topic_folder(tmp_path / "whole" / TOPIC)


@pytest.mark.parametrize(("item_id", "value"), [(i, v) for i, values in WRONG_FORM.items() for v in values], ids=str)
def test_what_fits_no_kind_is_refused_in_one_line_and_not_kept(whole, home, item_id, value):
    with pytest.raises(CourseError) as refused:
        desk.check(whole, whole.item(item_id), value)

    assert "\n" not in str(refused.value)
    assert len(str(refused.value)) < 300
    assert not home.exists()


@pytest.mark.parametrize("item", [item for item in EVERY_KIND if item.kind != "reflection"], ids=lambda item: item.id)
def test_the_best_answer_to_every_kind_is_kept_and_comes_back(whole, item):
    desk.save(whole, whole.item(item.id), best_answer(item))

    assert desk.current(whole, whole.item(item.id)) == Answer(1, best_answer(item))


@pytest.mark.parametrize("item", [item for item in EVERY_KIND if not is_graded(item)], ids=lambda item: item.id)
def test_of_practice_only_what_was_told_may_be_told(whole, item):
    if item.kind == "reflection" or item.use == "poll":
        return
    told = answering.feedback(item, answering.empty_answer(item))
    every = answering.feedback(item, best_answer(item))

    assert every.right == (item.kind != "case" or True)
    assert not told.right
    assert not told.answer
    assert not [part for part in told.parts if part.fits]


def test_an_answer_to_an_older_wording_stays_on_disk_and_what_fits_is_shown(tmp_path, home):
    old = replace(CHECK_MULTIPLE, options=(*CHECK_MULTIPLE.options, Option("gone", "a user")))
    make_small_topic(tmp_path / TOPIC, [old])
    desk.save(open_topic_folder(tmp_path / TOPIC), old, ["uses", "gone"])
    before = (tmp_path / TOPIC / "answers.jsonl").read_bytes()
    make_small_topic(tmp_path / TOPIC, [replace(CHECK_MULTIPLE, version=2)])
    topic = open_topic_folder(tmp_path / TOPIC)
    answer = desk.current(topic, topic.item("words"))

    assert answer == Answer(1, ["uses", "gone"])
    assert answering.still_fitting(topic.item("words"), answer.value) == ["uses"]
    assert (topic.log).read_bytes() == before


def test_an_answer_to_an_item_that_is_gone_stays_readable_and_out_of_the_way(tmp_path, home):
    make_small_topic(tmp_path / TOPIC, ITEMS)
    desk.save(open_topic_folder(tmp_path / TOPIC), CHECK_SINGLE, ["team"])
    make_small_topic(tmp_path / TOPIC, [item for item in ITEMS if item.id != "privacy"])
    topic = open_topic_folder(tmp_path / TOPIC)

    assert desk.hand_in_state(topic).missing == ["words", "apply"]
    assert read(topic.log).answers["privacy"] == Answer(1, ["team"])
    assert read_receipt([desk.hand_in(topic)], TOPIC).answers["privacy"] == Answer(1, ["team"])


@settings(deadline=None)
@given(st.sampled_from([item for item in EVERY_KIND if item.kind != "reflection"]), st.data())
def test_what_still_fits_always_fits(item, data):
    words = st.sampled_from([*_words_of(item), "stranger", "a=b", "back"])
    value = data.draw(st.one_of(st.text(max_size=10), st.lists(words, max_size=6)))
    fitting = answering.still_fitting(item, value)

    answering.must_fit(item, fitting)
    assert answering.still_fitting(item, fitting) == fitting


def _words_of(item) -> list[str]:
    best = best_answer(item)
    return [best] if isinstance(best, str) else [*best, *WORDS.get(item.kind, ())]


WORDS = {"single": ("hello", "form"), "multiple": ("phone",), "match": ("repeat=judges",), "cloze": ("what=amount",)}


# --- where the disk gives trouble ----------------------------------------------------------------


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write everywhere")
def test_a_folder_that_may_not_be_written_is_told(topic):
    topic.path.chmod(0o555)
    try:
        with pytest.raises(OSError, match="Permission denied"):
            desk.save(topic, topic.item("privacy"), ["team"])
    finally:
        topic.path.chmod(0o755)


def test_a_disk_that_takes_half_a_line_is_told_and_the_next_answer_is_whole(topic, monkeypatch):
    def half(descriptor: int, data: bytes) -> int:
        return real(descriptor, data[: len(data) // 2])

    real = os.write
    monkeypatch.setattr(os, "write", half)
    with pytest.raises(OSError, match="No space left"):
        desk.save(topic, topic.item("privacy"), ["team"])
    monkeypatch.undo()
    assert desk.current(topic, CHECK_SINGLE) is None
    desk.save(topic, topic.item("privacy"), ["worker"])
    assert desk.current(topic, CHECK_SINGLE) == Answer(1, ["worker"])


def test_a_log_of_ten_thousand_lines_is_read_to_its_end(topic):
    lines = [{"v": 1, "item": "privacy", "version": 1, "answer": [("team", "worker")[n % 2]]} for n in range(10_000)]
    topic.log.write_text("".join(json.dumps(line) + "\n" for line in lines), "utf-8")
    desk.save(topic, topic.item("privacy"), ["teller"])

    assert read(topic.log).events == 10_001
    assert desk.current(topic, CHECK_SINGLE) == Answer(1, ["teller"])


def test_every_item_of_the_small_topic_has_an_answer_here():
    assert {item.id for item in ITEMS} == set(ANSWERS)
