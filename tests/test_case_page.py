"""A case as a learner meets it: every decision kept, a way back, and no reason told where it counts."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest

from peercourse import answers
from peercourse.items import Case, CaseChoice, CourseError, Node, from_view, public_view
from peercourse.topic_folder import TopicFolder
from peercourse.widgets.case import CaseQuestion


def choice(name: str, to: str, fit: str = "good") -> CaseChoice:
    return CaseChoice(name, f"Do {name}.", to, fit, f"Why {name} is {fit}.")  # type: ignore[arg-type]


DOOR = Case(
    "case-door",
    "case",
    "practice",
    "You stand at a door.",
    "At the door",
    "door",
    (
        Node("door", "It is locked.", (choice("knock", "inside"), choice("leave", "street", "poor"))),
        Node("street", "It rains.", (choice("return", "door"), choice("shout", "lost", "unsafe"))),
        Node("inside", "Somebody sits there.", (choice("ask", "end"), choice("tell", "street", "partly"))),
        Node("end", "You talk.", end="good", lesson="Asking opens doors."),
        Node("lost", "It stops here.", end="stopped", lesson="Shouting drew a crowd."),
    ),
)
GRADED = replace(DOOR, id="case-graded", use="check", points=2)


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> TopicFolder:
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "home"))
    place = tmp_path / "learner" / "t"
    place.mkdir(parents=True)
    items = {case.id: from_view(public_view(case)) for case in (DOOR, GRADED)}
    return TopicFolder(place, "c", "t", "T", items)


def play(folder: TopicFolder, case_id: str, *choices: str) -> CaseQuestion:
    widget = CaseQuestion(folder, folder.item(case_id))  # type: ignore[arg-type]
    for name in choices:
        widget.act({"type": "back"} if name == "back" else {"type": "choose", "choice": name})
    return widget


def test_a_case_opens_at_its_start(folder):
    view = play(folder, "case-door").view

    assert (view["text"], [c["id"] for c in view["choices"]]) == ("It is locked.", ["knock", "leave"])
    assert not view["can_back"]


def test_a_choice_is_told_with_its_reason_and_what_comes_of_it(folder):
    view = play(folder, "case-door", "leave").view

    assert view["before"][0]["why"] == "Why leave is poor."
    assert view["text"] == "It rains."


def test_the_reasons_of_other_choices_stay_in_the_kernel(folder):
    widget = play(folder, "case-door", "leave")

    assert "Why knock" not in json.dumps([widget.item, widget.view])


def test_a_learner_can_step_back_and_try_the_other_way(folder):
    view = play(folder, "case-door", "leave", "back", "knock").view

    assert view["text"] == "Somebody sits there."
    assert [passed["choice"] for passed in view["before"]] == ["Do knock."]


def test_a_case_goes_on_where_it_was_left(folder):
    play(folder, "case-door", "knock")

    assert play(folder, "case-door").view["node"] == "inside"


def test_an_end_tells_what_to_take_from_it_and_notes_one_try(folder):
    view = play(folder, "case-door", "knock", "ask").view

    assert view["ending"] == {"title": "The case ends here.", "lesson": "Asking opens doors."}
    events = answers.read_events(folder.practice_log)
    assert [event.get("right") for event in events.lines if event.get("event") == "check"] == [True]


def test_an_unsafe_choice_stops_the_case_and_it_can_be_begun_again(folder):
    widget = play(folder, "case-door", "leave", "shout")
    assert widget.view["ending"]["title"] == "The case stops here, because a life is at risk."

    widget.act({"type": "begin"})

    assert widget.view["node"] == "door"


def test_a_graded_case_keeps_its_path_in_the_answer_log_and_tells_no_reason(folder):
    widget = play(folder, "case-graded", "leave", "return", "knock", "ask")
    shown = json.dumps([widget.item, widget.view])

    log = answers.read(folder.log)
    assert log.answers["case-graded"].value == ["door/leave", "street/return", "door/knock", "inside/ask"]
    assert "Why" not in shown
    assert "Asking opens doors" not in shown
    assert widget.view["ending"] == {"title": "The case ends here.", "lesson": ""}


def test_a_graded_case_cannot_be_begun_again_and_closes_with_the_hand_in(folder):
    widget = play(folder, "case-graded", "leave")
    with pytest.raises(CourseError):
        widget.act({"type": "begin"})
    answers.append(folder.log, {"event": "hand-in"})

    assert CaseQuestion(folder, widget.source).view["locked"]
    with pytest.raises(CourseError, match="Change my answers"):
        widget.act({"type": "choose", "choice": "return"})


@pytest.mark.parametrize("message", [{"type": "choose", "choice": "fly"}, {"type": "choose"}, {"type": "back"}, {}])
def test_a_message_that_leads_nowhere_is_refused(folder, message):
    widget = play(folder, "case-door")

    with pytest.raises(CourseError):
        widget.act(message)
    assert not folder.practice_log.exists()


def test_in_a_folder_of_the_staff_the_case_can_be_played_and_nothing_is_kept(folder):
    widget = play(replace(folder, read_only="This is the course's own copy."), "case-graded", "knock", "ask")

    assert widget.view["ending"]
    assert not folder.log.exists()
