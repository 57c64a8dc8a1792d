"""The practice exam as a learner meets it: begin, answer, stop anywhere, go on, finish, read."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest
from small_desk import start_folder
from small_pool import small_pool

from peercourse.items import CourseError, public_view
from peercourse.practice_exam.attempts import exam_log, read_attempts
from peercourse.practice_exam.pool import pool_view
from peercourse.widgets.exam import PracticeExam

POOL = small_pool()


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "home"))
    return tmp_path / "home"


@pytest.fixture
def exam(tmp_path: Path) -> PracticeExam:
    return PracticeExam(start_folder(tmp_path), POOL)


@pytest.fixture
def running(exam: PracticeExam) -> PracticeExam:
    exam.act({"type": "start", "minutes": 150, "seed": 7})
    return exam


def again(exam: PracticeExam) -> PracticeExam:
    """The same exam in a new kernel."""
    return PracticeExam(exam.folder, POOL)


def test_before_an_exam_the_page_says_what_it_is_and_shows_no_question(exam):
    assert exam.view["state"] == "start"
    assert "7 questions in 150 minutes" in exam.item["about"]
    assert "What now" not in json.dumps([exam.item, exam.view])


def test_a_begun_exam_shows_its_number_and_its_first_question(running):
    assert (running.view["state"], running.view["seed"], running.view["number"]) == ("running", 7, 0)
    assert running.view["item"]["id"] == running.view["names"][0]


def test_no_key_and_no_score_reach_the_page_while_an_exam_runs(running):
    shown = json.dumps([running.item, running.view])

    assert "Breathing can stop again" not in shown
    assert "correct" not in shown
    assert "percent" not in shown


def test_an_exam_that_runs_refuses_to_show_an_answer(running):
    with pytest.raises(CourseError):
        running.act({"type": "show", "item": running.view["names"][0]})


def test_an_answer_is_there_after_a_restart_of_the_kernel(running):
    name = running.view["names"][0]
    running.act({"type": "answer", "item": name, "value": ["leave"], "spent": 33})

    back = again(running)

    assert back.view["item"]["value"] == ["leave"]
    assert back.view["spent"] == 33
    assert back.view["answered"] == [name]


KILLED = """\
import json, os, sys
from pathlib import Path
sys.path.insert(0, sys.argv[1])
from small_desk import start_folder
from small_pool import small_pool
from peercourse.widgets.exam import PracticeExam
exam = PracticeExam(start_folder(Path(sys.argv[2])), small_pool())
exam.act({"type": "start", "minutes": 150, "seed": 7})
for number, name in enumerate(exam.view["names"]):
    exam.act({"type": "answer", "item": name, "value": ["stay"], "spent": number})
    print(name, flush=True)
    if number == 4:
        os.kill(os.getpid(), 9)
"""


def test_no_acknowledged_answer_is_lost_when_the_kernel_is_killed(exam, tmp_path):
    done = subprocess.run(
        [sys.executable, "-c", KILLED, str(Path(__file__).parent), str(tmp_path)], capture_output=True, text=True
    )

    assert done.returncode == -signal.SIGKILL
    assert again(exam).view["answered"] == done.stdout.split()


def test_the_place_a_flag_and_the_confidence_are_there_after_a_restart(running):
    third = running.view["names"][2]
    running.act({"type": "flag", "item": third, "flag": True})
    running.act({"type": "confidence", "item": third, "level": 2})
    running.act({"type": "go", "item": third})

    view = again(running).view

    assert (view["number"], view["flagged"], view["item"]["confidence"]) == (2, [third], 2)


def test_the_clock_can_be_extended_and_turned_off(running):
    running.act({"type": "extend"})
    assert running.view["minutes"] == 165

    running.act({"type": "clock", "minutes": 0})
    assert again(running).view["minutes"] == 0


def test_a_pause_lasts_until_the_learner_goes_on(running):
    running.act({"type": "pause", "spent": 12})
    assert again(running).view["paused"]

    running.act({"type": "resume"})
    assert not again(running).view["paused"]


def test_the_break_is_offered_at_its_place_and_once(running):
    assert not running.view["offer_break"]
    running.act({"type": "go", "item": running.view["names"][3]})
    assert running.view["offer_break"]

    running.act({"type": "break"})

    assert not again(running).view["offer_break"]


def test_a_finished_exam_is_read_out_and_kept_in_the_history(running):
    for name in running.view["names"]:
        running.act({"type": "answer", "item": name, "value": ["stay" if name.startswith("crisis") else "leave"]})
    running.act({"type": "finish", "spent": 600})

    view = running.view

    assert view["state"] == "finished"
    assert (view["total"]["right"], view["total"]["asked"]) == (3, 6)
    assert {tally["label"]: tally["percent"] for tally in view["tallies"]} == {"Crisis": 100, "Admin": 0, "Advocacy": 0}
    assert [step["link"] for step in view["plan"]] == ["../overdose/overdose.ipynb#Your-role"]
    assert [made["result"] for made in view["history"]] == ["3 of 6 right (50 %)"]
    assert read_attempts(exam_log("harm-reduction")).made[0].finished


def test_after_it_every_question_can_be_read_with_its_reasons(running):
    name = running.view["names"][0]
    running.act({"type": "answer", "item": name, "value": ["leave"]})
    running.act({"type": "finish"})

    told = running.act({"type": "show", "item": name})

    assert [(option["chosen"], option["right"]) for option in told["options"]].count((True, False)) == 1
    assert any(option["why"] == "Breathing can stop again." for option in told["options"])


def test_while_one_exam_runs_no_other_can_be_begun(running):
    with pytest.raises(CourseError):
        running.act({"type": "start", "minutes": 0})
    assert len(read_attempts(exam_log("harm-reduction")).made) == 1


def test_the_same_number_gives_the_same_exam_and_none_a_new_one(running):
    names = running.view["names"]
    running.act({"type": "finish"})
    running.act({"type": "new"})
    running.act({"type": "start", "minutes": 0, "seed": 7})

    assert running.view["names"] == names


def test_in_a_folder_of_the_staff_no_exam_is_begun(tmp_path):
    exam = PracticeExam(start_folder(tmp_path, read_only="This is the course's own copy."), POOL)

    with pytest.raises(CourseError, match="own copy"):
        exam.act({"type": "start", "minutes": 0})
    assert not exam_log("harm-reduction").exists()


@pytest.mark.parametrize(
    "message",
    [
        {"type": "answer", "item": "no-such-item", "value": []},
        {"type": "answer", "item": "crisis-0", "value": ["no-such-option"]},
        {"type": "confidence", "item": "crisis-0", "level": 9},
        {"type": "open", "attempt": 0.5},
        {},
    ],
)
def test_a_message_that_makes_no_sense_is_refused(running, message):
    before = exam_log("harm-reduction").read_bytes()

    with pytest.raises(CourseError):
        running.act(message)
    assert exam_log("harm-reduction").read_bytes() == before


def test_a_folder_without_an_exam_says_where_to_find_it(tmp_path, monkeypatch):
    from peercourse import exam as show

    items = {"format": 1, "course": "c", "topic": "t", "title": "T", "items": []}
    (tmp_path / "items.json").write_text(json.dumps(items))
    monkeypatch.chdir(tmp_path)
    with pytest.raises(CourseError, match="open the topic called exam"):
        show()


def test_outside_a_notebook_the_exam_is_described_in_words(tmp_path, monkeypatch, capsys):
    from peercourse import exam as show

    entries = [public_view(item) | {"topic": "overdose"} for item in POOL.items.values()]
    parts = {"exam": pool_view(POOL) | {"items": entries}}
    items = {"format": 1, "course": "c", "topic": "exam", "title": "T", "items": []} | parts
    (tmp_path / "items.json").write_text(json.dumps(items))
    monkeypatch.chdir(tmp_path)

    show()

    assert "7 questions in 150 minutes" in capsys.readouterr().out


# --- a newer version of the course -----------------------------------------------------------------


def newer(exam: PracticeExam, *gone: str) -> PracticeExam:
    """The same exam after these items were taken out of the course."""
    items = {name: item for name, item in POOL.items.items() if name not in gone}
    return PracticeExam(exam.folder, replace(POOL, items=items))


def test_a_running_exam_stays_at_its_question_where_an_earlier_one_is_gone(running):
    names = running.view["names"]
    running.act({"type": "answer", "item": names[3], "value": ["stay"]})
    running.act({"type": "go", "item": names[3]})

    view = newer(running, names[1]).view

    assert (view["number"], view["item"]["id"], view["item"]["value"]) == (2, names[3], ["stay"])
    assert newer(running, names[3]).view["item"]["id"] == names[4]
    assert newer(running, *names[3:]).view["item"]["id"] == names[2]


def test_an_exam_none_of_whose_questions_is_left_makes_way_for_another(running):
    left = newer(running, *running.view["names"])

    assert left.view["state"] == "start"
    left.act({"type": "start", "minutes": 0, "seed": 8})
    assert left.view["state"] == "running"
    assert not set(left.view["names"]) & set(running.view["names"])


def test_an_exam_of_ten_thousand_lines_goes_on(running):
    first = running.view["names"][0]
    line = json.dumps({"v": 1, "event": "at", "item": first, "spent": 20})
    with running.log_path.open("a") as log:
        log.write(f"{line}\n" * 10_000)

    running.act({"type": "answer", "item": first, "value": ["leave"]})

    assert again(running).view["item"]["value"] == ["leave"]
