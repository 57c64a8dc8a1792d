"""What comes through the exchange: nobody takes another's place, nothing is followed, and limits cost nobody points."""

from __future__ import annotations

import fcntl
import os
import shutil
import socket
import subprocess
import time
import zipfile
from datetime import UTC, datetime
from pathlib import Path

import pytest
from faults import ALL_POINTS, BOUNDED, NEEDS_ROOT, grade_here, graded, points, send, submitted
from graded_class import DUE, IN_TIME, LATE, TOPIC, make_graded_course
from nbgrader.api import Gradebook
from test_grading_batch import grade

from peercourse.grading import collecting, dates, run, taking_in
from peercourse.grading.graded_folder import UNFINISHED
from peercourse.grading.submitted_files import MAX_FILES
from peercourse.loop import release_feedback
from peercourse.nbgrader_calls import nbgrader

MANY = 100_000


@pytest.fixture(scope="module")
def built(tmp_path_factory):
    """A course with an exchange in which nobody has handed in. Read only."""
    root = tmp_path_factory.mktemp("released") / "course"
    make_graded_course(root, 'c.LateSubmissionPlugin.penalty_method = "zero"\n')
    (root / "exchange" / "harm-reduction" / "inbound").mkdir(parents=True)
    return root


@pytest.fixture
def root(built, tmp_path):
    return Path(shutil.copytree(built, tmp_path / "a course"))


# --- whose it is ---------------------------------------------------------------------------------


def give(folder: Path, account: int) -> None:
    for path in (folder, *folder.rglob("*")):
        os.chown(path, account, account)


DAEMON, NOBODY, NO_ACCOUNT = 1, 65534, 54321


@NEEDS_ROOT
def test_nobody_hands_in_in_the_name_of_another(root):
    give(send(root, "daemon"), NOBODY)
    give(send(root, "basil"), NOBODY)
    give(send(root, "nobody"), NOBODY)
    give(send(root, "clover"), NO_ACCOUNT)
    said = grade_here(root)

    assert f"Not graded: daemon+{TOPIC}+{IN_TIME}+abc: was made by nobody, not by daemon" in said
    assert f"Not graded: basil+{TOPIC}+{IN_TIME}+abc: was made by nobody, not by basil" in said
    assert sorted(path.name for path in (root / "submitted").iterdir()) == ["clover", "nobody"]


@NEEDS_ROOT
def test_a_forged_folder_does_not_take_the_place_of_the_learners_own(root):
    give(send(root, "daemon"), DAEMON)
    forged = send(root, "daemon", LATE)
    (forged / "answers.jsonl").unlink()
    give(forged, NOBODY)
    grade_here(root)

    assert points(root, "daemon") == ALL_POINTS
    assert (submitted(root, "daemon") / "timestamp.txt").read_text() == IN_TIME


@NEEDS_ROOT
def test_owners_do_not_matter_where_nbgrader_is_told_so(root):
    with (root / "nbgrader_config.py").open("a") as config:
        config.write("c.ExchangeCollect.check_owner = False\n")
    give(send(root, "daemon"), NOBODY)

    assert grade_here(root).startswith(f"{TOPIC}: 1 submission(s) graded.")


@NEEDS_ROOT
def test_what_somebody_else_put_into_a_submission_is_left_out_and_told(root):
    folder = send(root, "daemon")
    give(folder, DAEMON)
    os.chown(folder / "answers.jsonl", NOBODY, NOBODY)
    said = grade_here(root)

    assert "answers.jsonl could not be read" in said
    assert "or not as it was handed in" in said
    assert points(root, "daemon") == ALL_POINTS  # from the receipt


def test_a_folder_inside_the_exchange_that_is_a_link_to_anothers_is_left(root):
    other = send(root, "basil")
    (other.parent / f"mallory+{TOPIC}+{IN_TIME}+abc").symlink_to(other)
    said = grade_here(root)

    assert f"Not graded: mallory+{TOPIC}+{IN_TIME}+abc: is no submission" in said
    assert points(root, "mallory") is None


@NEEDS_ROOT
def test_a_second_name_for_a_file_of_the_staffs_is_left(root):
    folder = send(root, "daemon")
    give(folder, DAEMON)
    (folder / "notes.toml").hardlink_to(root / "course" / TOPIC / "questions.toml")
    said = grade_here(root)

    assert "notes.toml could not be read" in said
    assert b"correct" not in b"".join(path.read_bytes() for path in submitted(root, "daemon").glob("notes*"))
    assert points(root, "daemon") == ALL_POINTS


# --- what must not be opened or followed -----------------------------------------------------------


def test_links_pipes_sockets_and_devices_are_neither_opened_nor_followed(root):
    folder = send(root, "basil")
    (folder / "gone").symlink_to("nowhere")
    (folder / ".hidden").symlink_to(root / "gradebook.db")
    (folder / ("x" * 250)).symlink_to(root / "gradebook.db")
    (folder / "loop").symlink_to(".")
    (folder / "[a]").mkdir()
    (folder / "[a]" / "key.toml").symlink_to(root / "course" / TOPIC / "questions.toml")
    os.mkfifo(folder / ".pipe")
    with socket.socket(socket.AF_UNIX) as listening:
        here = Path.cwd()
        os.chdir(folder)  # the name of a socket must be short
        listening.bind("socket")
        os.chdir(here)
    if os.geteuid() == 0:
        os.mknod(folder / "zero", 0o666 | 0o020000, os.makedev(1, 5))
    said = grade_here(root)
    copied = [*submitted(root, "basil").rglob("*"), *graded(root, "basil").rglob("*")]

    assert said.startswith(f"{TOPIC}: 1 submission(s) graded.")
    assert "gone could not be read" in said
    assert points(root, "basil") == ALL_POINTS
    assert [path for path in copied if not (path.is_file() or path.is_dir()) or path.is_symlink()] == []
    assert not any(b"correct" in path.read_bytes() for path in copied if path.name.startswith("key"))


@pytest.mark.parametrize(("name", "target"), [("photos", ""), ("letter.txt", "questions.toml")])
def test_what_becomes_a_link_in_the_moment_before_it_is_opened_is_not_followed(root, monkeypatch, name, target):
    folder, opened = send(root, "basil"), os.open
    (folder / "photos").mkdir()
    (folder / "letter.txt").touch()

    def swap_and_open(path, *arguments, **options):
        if path == name and not (folder / name).is_symlink():
            (folder / name).rename(root / "before")
            (folder / name).symlink_to(root / "course" / TOPIC / target)
        return opened(path, *arguments, **options)

    monkeypatch.setattr(os, "open", swap_and_open)
    said = grade_here(root)
    copied = b"".join(path.read_bytes() for path in submitted(root, "basil").rglob("*") if path.is_file())

    assert (folder / name).is_symlink()
    assert f"{name} could not be read" in said
    assert b"The graded key" not in copied
    assert points(root, "basil") == ALL_POINTS


def test_a_submission_that_is_taken_back_meanwhile_stops_nobody(root, monkeypatch):
    folder, parse = send(root, "basil"), collecting.parse_date
    send(root, "clover")

    def take_back_and_parse(text):
        if folder.exists():
            folder.rename(root / "taken back")
        return parse(text)

    monkeypatch.setattr(collecting, "parse_date", take_back_and_parse)
    grade_here(root)

    assert points(root, "clover") == ALL_POINTS
    assert points(root, "basil") is None


def test_nobody_else_collects_or_grades_meanwhile(root, monkeypatch):
    send(root, "basil")
    tried = []

    def try_meanwhile(settings, topic):
        place = os.open(root / "autograded" / UNFINISHED, os.O_RDONLY)
        with pytest.raises(BlockingIOError):
            fcntl.flock(place, fcntl.LOCK_EX | fcntl.LOCK_NB)
        os.close(place)
        tried.append(topic)
        return collecting.collect(settings, topic)

    monkeypatch.setattr(run, "collect", try_meanwhile)

    assert grade_here(root).startswith(f"{TOPIC}: 1 submission(s) graded.")
    assert tried == [TOPIC]


def test_a_compressed_file_is_copied_as_it_is_and_never_opened(root):
    folder = send(root, "basil")
    with zipfile.ZipFile(folder / "photos.zip", "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("answers.jsonl", b"\0" * 50_000_000)
        archive.writestr("../../../canary", "x")
    shutil.copy(folder / "photos.zip", folder / "other.ipynb")
    grade_here(root)

    assert points(root, "basil") == ALL_POINTS
    assert (graded(root, "basil") / "photos.zip").read_bytes() == (folder / "photos.zip").read_bytes()
    assert sum(path.stat().st_size for path in root.rglob("*") if path.is_file()) < 20_000_000
    assert list(root.parent.rglob("canary")) == []


# --- how much ----------------------------------------------------------------------------------------


def test_a_hundred_thousand_files_cost_neither_points_nor_memory(root):
    folder = send(root, "basil")
    (folder / "aaa").mkdir()
    for number in range(MANY):
        os.mknod(folder / "aaa" / str(number))
    done = grade(root, before=BOUNDED)

    assert done.returncode == 0, done.stdout + done.stderr
    assert points(root, "basil") == ALL_POINTS
    assert "more-files could not be read" in done.stdout
    assert len(list(graded(root, "basil").rglob("*"))) < MAX_FILES + 10

    # The same, brought here another way, and graded by nbgrader itself.
    (root / "submitted" / "clover").mkdir()
    folder.rename(submitted(root, "clover"))
    done = nbgrader(root, "autograde", TOPIC)

    assert done.returncode == 0, done.stderr
    assert points(root, "clover") == ALL_POINTS
    assert len(list(graded(root, "clover").rglob("*"))) < MAX_FILES + 10


def test_a_huge_notebook_is_refused_in_bounded_memory_and_the_log_counts(root):
    contents = {
        "large": lambda file: file.truncate(200_000_000),
        "lists": lambda file: file.write(b"[" + b"[]," * 15_000_000 + b"[]]"),
        "cells": lambda file: file.write(b'{"cells":[' + b"{}," * 15_000_000 + b"{}]}"),
        "deep": lambda file: file.write(b"[" * 40_000_000),
    }
    for learner, content in contents.items():
        folder = send(root, learner)
        with (folder / f"{TOPIC}.ipynb").open("wb") as file:
            content(file)
    done = grade(root, before=BOUNDED)

    assert done.returncode == 0, done.stdout + done.stderr
    for learner in contents:
        assert points(root, learner) == ALL_POINTS
        assert f"{learner}: {TOPIC}.ipynb could not be read" in done.stdout


@pytest.fixture
def deep(root):
    """A submission with 1,500 folders inside each other, more than pytest knows how to remove."""
    folder = send(root, "basil")
    inside = os.open(folder, os.O_RDONLY)
    for _ in range(1500):
        os.mkdir("deeper", dir_fd=inside)
        outer, inside = inside, os.open("deeper", os.O_RDONLY, dir_fd=inside)
        os.close(outer)
    os.close(inside)
    yield root
    subprocess.run(["rm", "-rf", folder], check=True)


def test_folders_that_are_very_deep_are_left_out(deep):
    said = grade_here(deep)

    assert points(deep, "basil") == ALL_POINTS
    assert "deeper could not be read" in said


# --- names -------------------------------------------------------------------------------------------

STRANGE = ("a..b", "a,b", "a\nNot graded: everybody", "=cmd|' C calc'!A0", "[a]*?", "\x1b[2J", "x" * 200)
ELSEWHERE = ("..", "...", ".unfinished", ".basil", "")


def test_strange_names_are_graded_and_told_on_one_line_and_no_name_leads_elsewhere(root):
    for name in (*STRANGE, *ELSEWHERE):
        folder = send(root, "basil")
        (folder / "answers.jsonl").unlink()
        folder.rename(folder.with_name(folder.name.replace("basil", name, 1)))
    said = grade_here(root)

    assert said.startswith(f"{TOPIC}: {len(STRANGE)} submission(s) graded.")
    assert {name: points(root, name) for name in STRANGE} == dict.fromkeys(STRANGE, ALL_POINTS)
    assert "\x1b" not in said
    assert "\nNot graded" not in said
    for name in ELSEWHERE:
        assert f"Not graded: {name}+{TOPIC}" in said
    assert sorted(path.name for path in (root / "submitted").iterdir()) == sorted(STRANGE)
    assert not (root / TOPIC).exists()


ALIVE = ("<img src=x onerror=alert(1)>", '";alert(1);"')


def test_a_name_that_formgrader_would_take_for_code_gets_into_no_gradebook(root):
    for name in (*ALIVE, "clover"):
        send(root, name)
    said = grade_here(root)

    assert said.startswith(f"{TOPIC}: 1 submission(s) graded.")
    for name in ALIVE:
        assert f"Not graded: {name}+{TOPIC}+{IN_TIME}+abc: has <, > or" in said
    assert points(root, "clover") == ALL_POINTS

    # The same, brought here another way, and graded by both.
    for name in ALIVE:
        shutil.copytree(submitted(root, "clover"), submitted(root, name))
    assert "has <, > or" in grade_here(root)
    done = nbgrader(root, "autograde", TOPIC)

    assert "has <, > or" in done.stderr
    assert {name: points(root, name) for name in ("clover", *ALIVE)} == {"clover": ALL_POINTS} | dict.fromkeys(ALIVE)
    with Gradebook(f"sqlite:///{root / 'gradebook.db'}") as book:
        assert [student.id for student in book.students] == ["clover"]
    assert [path.parts[-3] for path in root.glob("autograded/*/*/*.ipynb")] == ["clover"]


def test_names_and_contents_in_no_known_alphabet_stop_nobody(root):
    folder, odd = send(root, "basil"), os.fsdecode(b"caf\xe9\n\xff")
    (folder / odd).write_bytes(b"\xff\xfe\x00")
    (folder / f"{odd}.ipynb").write_bytes(b'{"cells": [], "metadata": {"\xff": "\xe9"}}')
    (folder / f"{odd} link").symlink_to(odd)
    stranger = send(root, "clover")
    stranger.rename(stranger.with_name(os.fsdecode(b"caf\xe9") + stranger.name.removeprefix("clover")))
    said = grade_here(root)

    assert points(root, "basil") == ALL_POINTS
    assert "Not graded: caf" in said
    assert (graded(root, "basil") / odd).read_bytes() == b"\xff\xfe\x00"
    assert "Traceback" not in said


# --- changed after it was handed in --------------------------------------------------------------------


def now() -> str:
    return f"{datetime.now(UTC):%Y-%m-%d %H:%M:%S.%f} UTC"


def test_an_answer_log_that_was_changed_after_hand_in_is_noticed_though_its_date_was_set_back(root, monkeypatch):
    start = time.monotonic()
    folder = send(root, "basil", now())
    send(root, "clover", now())
    before = (folder / "answers.jsonl").stat()
    slack = time.monotonic() - start + 0.5
    for module in (collecting, dates, taking_in):
        monkeypatch.setattr(module, "SECONDS_TO_HAND_IN", slack)
    time.sleep(slack + 0.5)
    with (folder / "answers.jsonl").open("a") as log:
        log.write("\n")
    os.utime(folder / "answers.jsonl", ns=(before.st_atime_ns, before.st_mtime_ns))
    said = grade_here(root)

    assert "basil: answers.jsonl was changed at " in said
    assert "clover: " not in said


def test_a_date_that_was_changed_does_not_count(root):
    with Gradebook(f"sqlite:///{root / 'gradebook.db'}") as book:
        book.update_or_create_assignment(TOPIC, duedate=DUE)
    (send(root, "basil", LATE) / "timestamp.txt").write_text(IN_TIME)
    send(root, "clover", LATE)
    said = grade_here(root)

    assert "basil: timestamp.txt could not be read" in said
    assert "clover: " not in said
    for learner in ("basil", "clover"):
        assert (submitted(root, learner) / "timestamp.txt").read_text() == LATE


def test_a_submission_that_was_given_an_earlier_date_is_noticed(root):
    late = send(root, "basil", LATE)
    (late / "timestamp.txt").write_text(IN_TIME)
    late.rename(late.with_name(late.name.replace(LATE, IN_TIME)))
    send(root, "clover", IN_TIME)
    said = grade_here(root)

    assert "basil: handed in 2026-11-22 10:00 UTC by its date, which was written " in said
    assert "clover: " not in said


def test_who_hands_in_again_after_the_answers_were_told_is_named(root):
    for learner in ("basil", "clover"):
        send(root, learner)
    grade_here(root)
    release_feedback(root, TOPIC, "basil")
    for learner in ("basil", "clover"):
        send(root, learner, now(), "def")
    said = grade_here(root)

    assert said.startswith(f"{TOPIC}: 2 submission(s) graded.")
    assert "basil: handed in again after feedback, which tells the answers, of " in said
    assert "clover: " not in said


def test_a_course_that_was_copied_without_its_dates_raises_no_suspicion(root):
    send(root, "basil")
    grade_here(root)
    shutil.rmtree(root / "autograded")
    copied = shutil.copytree(root, root.parent / "copied", copy_function=shutil.copyfile)
    (copied / "exchange").rename(root.parent / "gone")
    said = grade_here(copied)

    assert said.startswith(f"{TOPIC}: 1 submission(s) graded.")
    assert " was changed at " not in said
