"""Where a learner stands: from their own logs, for their own eyes."""

from __future__ import annotations

import json
from datetime import date, timedelta
from pathlib import Path

import pytest
from small_desk import start_folder

from peercourse import answers
from peercourse.course_progress import (
    OutlineObjective,
    OutlineTopic,
    TopicLogs,
    next_step,
    outline_view,
    read_outline,
    topic_progress,
)
from peercourse.items import CourseError
from peercourse.practice_history import Try
from peercourse.progress_twin import progress_html
from peercourse.topic_folder import private_home
from peercourse.widgets.progress import CourseProgress, progress_view

MONDAY = date(2026, 11, 23)
OVERDOSE = OutlineTopic(
    "overdose",
    "Overdose",
    60,
    (
        OutlineObjective("signs", "tell the signs", ("blue-lips", "exam-signs")),
        OutlineObjective("act", "act", ("order",)),
    ),
    path=("blue-lips", "order", "check-one", "check-two"),
    practice=("blue-lips", "order"),
    graded=("check-one", "check-two"),
)


def logs(tries: dict[str, list[Try]] | None = None, answered: tuple[str, ...] = (), *, handed_in: bool = False):
    return TopicLogs(tries or {}, frozenset(answered), handed_in)


def right_on(*days: int) -> list[Try]:
    return [Try(MONDAY + timedelta(days=day), right=True) for day in days]


def test_a_topic_that_was_never_opened_stands_at_nothing():
    told = topic_progress(OVERDOSE, logs())

    assert (told.read, told.practised, told.handed_in, told.begun) == (0, 0, False, False)


def test_read_is_how_far_along_the_furthest_answer_lies():
    assert topic_progress(OVERDOSE, logs(answered=("order",))).read == 0.5
    assert topic_progress(OVERDOSE, logs(answered=("order",))).practised == 0.5


def test_a_topic_that_is_handed_in_was_read():
    assert topic_progress(OVERDOSE, logs(handed_in=True)).read == 1


def test_an_objective_is_mastered_when_right_on_three_different_days():
    twice = topic_progress(OVERDOSE, logs({"blue-lips": right_on(0, 0, 0, 1)}))
    thrice = topic_progress(OVERDOSE, logs({"blue-lips": right_on(0, 1), "exam-signs": right_on(5)}))

    assert [each.days for each in twice.mastery] == [2, 0]
    assert [each.mastered for each in thrice.mastery] == [True, False]


def test_right_after_looking_at_the_answer_does_not_count():
    helped = [Try(MONDAY + timedelta(days=day), right=True, helped=True) for day in range(3)]

    assert topic_progress(OVERDOSE, logs({"blue-lips": helped})).mastery[0].days == 0


def test_what_is_next_follows_what_is_open():
    fresh, begun = topic_progress(OVERDOSE, logs()), topic_progress(OVERDOSE, logs(answered=("order",)))
    done = topic_progress(OVERDOSE, logs(handed_in=True))

    assert next_step([fresh], 0, exam_running=False) == ("begin", "overdose")
    assert next_step([begun], 0, exam_running=False) == ("go_on", "overdose")
    assert next_step([begun], 3, exam_running=False) == ("cards", "")
    assert next_step([begun], 3, exam_running=True) == ("exam", "")
    assert next_step([done], 0, exam_running=False) == ("practise", "overdose")


def test_with_everything_mastered_nothing_is_pressed_on_anybody():
    tries = {"blue-lips": right_on(0, 1, 2), "order": right_on(0, 1, 2)}

    assert next_step([topic_progress(OVERDOSE, logs(tries, handed_in=True))], 0, exam_running=False) == ("done", "")


def test_the_outline_comes_back_from_its_file_as_it_was():
    assert read_outline(json.loads(json.dumps(outline_view([OVERDOSE])))) == [OVERDOSE]


@pytest.mark.parametrize("name", ["../../etc", "a/b", "", "."])
def test_an_outline_that_names_another_place_is_refused(name):
    view = outline_view([OVERDOSE])
    view["topics"][0]["name"] = name

    with pytest.raises(ValueError, match="no name"):
        read_outline(view)


# --- on the page -------------------------------------------------------------------------------------


@pytest.fixture
def start(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> CourseProgress:
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "home"))
    place = tmp_path / "learner" / "start"
    place.mkdir(parents=True)
    return CourseProgress(start_folder(place), [OVERDOSE])


def test_the_page_reads_practice_and_hand_ins_from_where_they_lie(start):
    practised = {"item": "order", "version": 1, "answer": ["a"], "event": "check", "right": True, "day": "2026-11-23"}
    answers.append(private_home() / "harm-reduction" / "overdose.jsonl", practised)
    handed_in = start.folder.path.parent / "overdose" / "answers.jsonl"
    answers.append(handed_in, {"item": "check-one", "version": 1, "answer": ["x"]})

    start.act({"type": "again"})

    (topic,) = start.view["topics"]
    assert (topic["read"], topic["practised"], topic["handed_in"]) == (75, 50, "not yet")
    assert topic["objectives"][1]["days"] == "right on 1 of 3 days"

    answers.append(handed_in, {"event": "hand-in"})
    start.refresh()
    assert start.view["topics"][0]["handed_in"] == "yes"


def test_damaged_logs_of_a_topic_cost_no_more_than_their_lines(start):
    log = private_home() / "harm-reduction" / "overdose.jsonl"
    log.parent.mkdir(parents=True)
    log.write_bytes(b"\xff\xfe\x00broken\n[1,2]\n")

    assert progress_view(start.folder, [OVERDOSE])["topics"][0]["read"] == 0


def test_the_page_asks_for_nothing_but_to_be_read_again(start):
    with pytest.raises(CourseError):
        start.act({"type": "answer"})


def test_the_notebook_keeps_no_trace_of_anybodys_progress():
    page = progress_html([OVERDOSE])

    assert "Overdose" in page
    assert "%" not in page


def test_elsewhere_than_on_the_start_page_one_line_says_where_to_go(tmp_path, monkeypatch):
    from peercourse import progress as show

    (tmp_path / "items.json").write_text('{"format":1,"course":"c","topic":"t","title":"T","items":[]}')
    monkeypatch.chdir(tmp_path)
    with pytest.raises(CourseError, match="open the topic called start"):
        show()
