"""Collecting from the exchange, and grading what arrives while somebody watches."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from graded_class import IN_TIME, LATE, LATER, TOPIC, Submitted, make_graded_course
from small_course import change
from test_grading_batch import MAIN, PATIENCE, grade, until

from peercourse.grading import watch
from peercourse.items import CourseError
from peercourse.nbgrader_calls import nbgrader


@pytest.fixture(scope="module")
def built(tmp_path_factory):
    """A course that is released to an exchange, with nobody in it. Read only."""
    root = tmp_path_factory.mktemp("released") / "course"
    make_graded_course(root)
    (root / "exchange").mkdir()
    done = nbgrader(root, "release_assignment", TOPIC)
    assert done.returncode == 0, done.stderr
    return root


@pytest.fixture
def root(built, tmp_path):
    return Path(shutil.copytree(built, tmp_path / "a course"))


def send(root: Path, learner: str, date: str = IN_TIME, dated: bool = True) -> Path:
    """A whole submission in the exchange, as `nbgrader submit` leaves it; without its date it is still coming."""
    made = Submitted(root, learner, date, under="desk").answer_all().hand_in().folder
    there = root / "exchange" / "harm-reduction" / "inbound" / f"{learner}+{TOPIC}+{date}+abc"
    shutil.rmtree(there, ignore_errors=True)
    if not dated:
        (made / "timestamp.txt").unlink()
    shutil.move(made, there)
    shutil.rmtree(root / "desk")
    return there


def collected(root: Path, learner: str) -> Path:
    return root / "submitted" / learner / TOPIC


def test_the_latest_submission_of_each_is_collected_as_nbgrader_does(root):
    for learner, date in (("a+b", LATE), ("a+b", IN_TIME), ("basil", IN_TIME), ("basil", LATER)):
        send(root, learner, date)
    theirs = Path(shutil.copytree(root, root.parent / "theirs"))
    assert nbgrader(theirs, "collect", TOPIC, "--update").returncode == 0
    assert grade(root).stdout.startswith(f"{TOPIC}: 2 submission(s) graded.")

    for learner, date in (("a+b", LATE), ("basil", LATER)):
        ours, expected = ({p.name: p.read_bytes() for p in collected(r, learner).iterdir() if p.is_file()}
                          for r in (root, theirs))  # fmt: skip
        assert ours == expected
        assert ours["timestamp.txt"].decode() == date


def test_what_was_handed_in_again_takes_the_place_of_the_first(root):
    send(root, "basil", IN_TIME)
    grade(root)
    assert grade(root).stdout.startswith(f"{TOPIC}: 0 submission(s) graded, 1 graded before.")
    (send(root, "basil", LATER) / "more.txt").write_text("more")

    assert grade(root).stdout.startswith(f"{TOPIC}: 1 submission(s) graded.")
    assert (root / "autograded" / "basil" / TOPIC / "more.txt").read_text() == "more"


def test_no_link_is_followed_and_no_name_leads_elsewhere(root):
    folder = send(root, "linked")
    (folder / "answers.jsonl").unlink()
    (folder / "answers.jsonl").symlink_to(root / "gradebook.db")
    (folder / "gone").symlink_to("nowhere")
    (folder / "course").symlink_to(root / "course")
    os.mkfifo(folder / "pipe")
    inbound = folder.parent
    (inbound / f"whole+{TOPIC}+{IN_TIME}+abc").symlink_to(root / "course")
    shutil.copytree(send(root, "basil"), inbound / f"..+{TOPIC}+{IN_TIME}+abc")
    shutil.copytree(inbound / f"basil+{TOPIC}+{IN_TIME}+abc", inbound / f"nowhen+{TOPIC}+tomorrow+abc")
    done = grade(root)
    graded = root / "autograded" / "linked" / TOPIC

    assert done.returncode == 1
    assert done.stdout.startswith(f"{TOPIC}: 2 submission(s) graded.")
    for name in (f"..+{TOPIC}", f"whole+{TOPIC}", f"nowhen+{TOPIC}"):
        assert f"Not graded: {name}" in done.stdout
    assert "answers.jsonl could not be read" in done.stdout
    assert [path for path in collected(root, "linked").rglob("*") if path.is_symlink()] == []
    assert sorted(path.name for path in graded.iterdir()) == [
        *("figures", f"{TOPIC}.ipynb", "items.json", "submission_secret.txt", "timestamp.txt")
    ]
    assert not (root / TOPIC).exists()


def test_what_is_too_large_is_left_where_it_is(root):
    with (root / "nbgrader_config.py").open("a") as config:
        config.write("c.CourseDirectory.max_file_size = 200\nc.CourseDirectory.max_dir_size = 400\n")
    (send(root, "one-large-file") / "film.mp4").write_bytes(b"0" * 250_000)
    folder = send(root, "many-files")
    for number in range(5):
        (folder / f"{number}.bin").write_bytes(b"0" * 90_000)
    done = grade(root)

    assert "Not graded: many-files: " in done.stdout
    assert "more than 400,000 bytes" in done.stdout
    assert not collected(root, "many-files").exists()
    assert not (collected(root, "one-large-file") / "film.mp4").exists()
    assert "film.mp4 could not be read" in done.stdout


def test_a_submission_that_is_still_being_copied_is_left_for_later(root):
    folder = send(root, "basil", dated=False)
    assert grade(root).stdout == f"Nobody has handed in {TOPIC} yet.\n"
    (folder / "timestamp.txt").write_text(IN_TIME)

    assert grade(root).stdout.startswith(f"{TOPIC}: 1 submission(s) graded.")


@contextmanager
def watching(root: Path) -> Iterator[subprocess.Popen[str]]:
    """`peercourse grade --watch` at work; it hears Ctrl-C even where the tests themselves run in the background."""
    process = subprocess.Popen(
        [sys.executable, "-c", MAIN, "grade", TOPIC, "--watch"], cwd=root, text=True,
        stdout=subprocess.PIPE, stderr=subprocess.PIPE,
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),
    )  # fmt: skip
    try:
        yield process
    finally:
        process.kill()
        process.communicate()


def test_who_watches_sees_each_graded_as_it_arrives_and_its_feedback_released(root):
    change(root / "course" / TOPIC / "topic.toml", "minutes = 10\n", "minutes = 10\nfeedback_at_once = true\n")
    send(root, "early")
    pages = root / "exchange" / "harm-reduction" / "feedback"
    with watching(root) as process:
        until(lambda: len(list(pages.glob("*.html"))) == 1, "no feedback for the first")
        half = send(root, "arriving", dated=False)
        send(root, "whole")
        until(lambda: len(list(pages.glob("*.html"))) == 2, "no feedback for the second")
        assert not collected(root, "arriving").exists()
        (half / "timestamp.txt").write_text(IN_TIME)
        until(lambda: len(list(pages.glob("*.html"))) == 3, "no feedback for the third")
        process.send_signal(signal.SIGINT)
        said, complained = process.communicate(timeout=PATIENCE)

    assert (process.returncode, complained.strip()) == (130, "")
    assert said.count("1 submission(s) graded") == 3


def test_without_the_word_in_topic_toml_no_feedback_is_released(root):
    with watching(root) as process:
        send(root, "early")
        until(lambda: (root / "autograded" / "early" / TOPIC).exists(), "not graded")
        send(root, "later")
        until(lambda: (root / "autograded" / "later" / TOPIC).exists(), "not graded")
        process.send_signal(signal.SIGINT)
        process.communicate(timeout=PATIENCE)

    assert not (root / "feedback").exists()


def test_a_mistake_that_somebody_is_just_writing_is_told_once_and_watching_goes_on(root, monkeypatch):
    questions = root / "course" / TOPIC / "questions.toml"
    sound, said, looks = questions.read_text("utf-8"), [], []

    def tell(lines):
        said.append(lines)
        if len(said) == 1:
            questions.write_text(sound + "\n[[item", "utf-8")
            send(root, "later")
        if len(said) == 3:
            raise KeyboardInterrupt

    def look_again_soon(seconds):
        looks.append(len(said))
        if looks.count(2) == 3:
            questions.write_text(sound, "utf-8")

    monkeypatch.setattr(watch.time, "sleep", look_again_soon)
    send(root, "early")
    with pytest.raises(KeyboardInterrupt):
        watch.watch(root, TOPIC, tell, lambda *_: "")

    assert said[0].startswith(f"{TOPIC}: 1 submission(s) graded.")
    assert said[1].startswith(f"course/{TOPIC}/questions.toml: ")
    assert said[1].endswith("Going on watching; this is tried again by itself.")
    assert said[2].startswith(f"{TOPIC}: 1 submission(s) graded, 1 graded before.")


def test_a_mistake_at_the_start_ends_watching_at_once(root):
    with pytest.raises(CourseError, match="no-such-topic"):
        watch.watch(root, "no-such-topic", print, lambda *_: "")
