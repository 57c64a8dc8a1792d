"""A course with a graded item of every kind, and a class that hands in well, late, twice, badly and not at all."""

from __future__ import annotations

import json
import random
import shutil
from pathlib import Path

import nbformat
from small_course import change, write_small_course

from peercourse.answering import best_answer
from peercourse.answers import append, read
from peercourse.bank import load_course
from peercourse.build import build
from peercourse.invented import mixed
from peercourse.items import Choice, Item, Reflection
from peercourse.marking_guide import marking_guide
from peercourse.receipt import make_receipt

TOPIC = "first-steps"
DUE = "2026-11-22 12:00:00.000000 UTC"
IN_TIME = "2026-11-22 10:00:00.000000 UTC"
LATE = "2026-11-23 10:00:00.000000 UTC"
LATER = "2026-11-24 10:00:00.000000 UTC"
LETTER = 'Dear aunt,\n\n<script>alert(1)</script> $$x$$\nit rained, "and" we had tea. – é 😀\u2028End.'

MORE_QUESTIONS = """
[[item]]
id = "first-steps-beds"
kind = "numeric"
use = "check"
objective = "begin"
stem = "A shelter has 1,500 beds and 296 are free. How many are taken?"
answer = 1204
unit = "beds"
explanation = "The graded key of first-steps: 1,500 less 296."
sources = ["handbook"]
review_by = 2027-06-01
[[item.trap]]
value = 1796
why = "The graded key of first-steps: this adds the free beds."

[[item]]
id = "first-steps-visit"
kind = "order"
use = "check"
objective = "begin"
points = 2
stem = "Put the first minutes of a visit in order."
explanation = "The graded key of first-steps: it is their door."
sources = ["handbook"]
review_by = 2027-06-01
[[item.step]]
id = "knock"
text = "Knock and wait."
why = "The graded key of first-steps: nobody opens a door that is not theirs."
critical = true
[[item.step]]
id = "name"
text = "Say who you are."
why = "The graded key of first-steps: people want to know who asks."
critical = true
[[item.step]]
id = "sit"
text = "Sit where you are asked to."
why = "The graded key of first-steps: it is their room."
[[item.step]]
id = "listen"
text = "Listen."
why = "The graded key of first-steps: that is what you came for."

[[item]]
id = "first-steps-pairs"
kind = "match"
use = "check"
objective = "begin"
points = 2
stem = "Who says what?"
explanation = "The graded key of first-steps: listen for the verb."
sources = ["handbook"]
review_by = 2027-06-01
[[item.prompt]]
id = "stay"
text = "Sit down, it is warm here."
answer = "host"
why = "The graded key of first-steps: a host thinks of the chair."
[[item.prompt]]
id = "ask"
text = "May I come in?"
answer = "guest"
why = "The graded key of first-steps: a guest asks at the door."
[[item.prompt]]
id = "thank"
text = "Thank you for the tea."
answer = "guest"
why = "The graded key of first-steps: tea goes to the guest."
[[item.option]]
id = "host"
text = "A host"
[[item.option]]
id = "guest"
text = "A guest"
[[item.option]]
id = "clerk"
text = "A clerk"

[[item]]
id = "first-steps-gaps"
kind = "cloze"
use = "check"
objective = "begin"
points = 2
stem = "Fill the gaps."
text = "First put the {pot} on, then ask {when} to talk."
explanation = "The graded key of first-steps: tea comes first, talk later."
sources = ["handbook"]
review_by = 2027-06-01
[[item.gap]]
id = "pot"
accept = ["kettle", "teapot"]
why = "The graded key of first-steps: without water there is no tea."
[[item.gap]]
id = "when"
why = "The graded key of first-steps: the time is theirs to choose."
[[item.gap.option]]
id = "theirs"
text = "when it suits them"
correct = true
why = "The graded key of first-steps: they know their day."
[[item.gap.option]]
id = "ours"
text = "when it suits you"
why = "The graded key of first-steps: your day is not theirs."
"""
CASES = """\
[[case]]
id = "first-steps-rain"
use = "check"
title = "Rain"
objective = "begin"
stem = "Somebody stands in the doorway, wet through."
start = "door"
points = 2
back = false
explanation = "The graded key of first-steps: the chair, then the talk."
sources = ["handbook"]
review_by = 2027-06-01

[[case.node]]
id = "door"
text = "They look at the floor."
[[case.node.choice]]
id = "seat"
text = "Offer a seat."
to = "warm"
fit = "good"
why = "The graded key of first-steps: a seat says stay."
[[case.node.choice]]
id = "form"
text = "Offer the form."
to = "gone"
fit = "unsafe"
why = "The graded key of first-steps: a form says prove it."

[[case.node]]
id = "warm"
text = "They sit down."
end = "good"
lesson = "The graded key of first-steps: small things carry far."

[[case.node]]
id = "gone"
text = "They leave again."
end = "stopped"
lesson = "The graded key of first-steps: the door was open both ways."
"""
CELLS = "".join(
    f'```{{code-cell}} ipython3\n{call}("first-steps-{name}")\n```\n\n'
    for call, name in (("check", "beds"), ("check", "visit"), ("check", "pairs"), ("check", "gaps"), ("case", "rain"))
)


def make_graded_course(root: Path, config: str = "") -> None:
    """Write the course into `root`, with more lines for nbgrader_config.py, and build it."""
    write_graded_course(root)
    with (root / "nbgrader_config.py").open("a", encoding="utf-8") as file:
        file.write(config)
    build(root)


def write_graded_course(root: Path) -> Path:
    """Write the course into `root`; returns its folder `course`."""
    course = write_small_course(root)
    with (course / TOPIC / "questions.toml").open("a", encoding="utf-8") as file:
        file.write(MORE_QUESTIONS)
    (course / TOPIC / "cases.toml").write_text(CASES, "utf-8")
    letter = f'```{{code-cell}} ipython3\nreflect("{TOPIC}-letter")'
    change(course / TOPIC / "lesson.md", letter, CELLS + letter)
    return course


class Submitted:
    """What one learner hands in, lying where nbgrader collects to."""

    def __init__(self, root: Path, learner: str, date: str = IN_TIME, under: str = "submitted") -> None:
        self.course = load_course(root / "course")
        self.folder = root / under / learner / TOPIC
        self.items = marking_guide(self.course, self.course.topic(TOPIC)).items
        self.notebook, self.log = self.folder / f"{TOPIC}.ipynb", self.folder / "answers.jsonl"
        shutil.copytree(root / "release" / TOPIC, self.folder)
        (self.folder / "submission_secret.txt").write_text(learner)
        (self.folder / "timestamp.txt").write_text(date)

    def answer(self, item: Item, value: list[str] | str, version: int = 1) -> None:
        append(self.log, {"item": item.id, "version": version, "answer": value})

    def answer_all(self, dice: random.Random | None = None) -> Submitted:
        by_chance = mixed(self.items, dice) if dice else {}
        for item in self.items:
            value = LETTER if isinstance(item, Reflection) else best_answer(item)
            self.answer(item, by_chance.get(item.id, value))
        return self

    def hand_in(self) -> Submitted:
        append(self.log, {"event": "hand-in"})
        notebook = nbformat.read(self.notebook, as_version=4)
        notebook.cells[-1].source = make_receipt(TOPIC, read(self.log))
        nbformat.write(notebook, self.notebook)
        return self


def hand_in_class(root: Path) -> None:
    """Everybody hands in."""

    def learner(name: str, date: str = IN_TIME) -> Submitted:
        return Submitted(root, name, date)

    for number in range(8):
        learner(f"mixed-{number}").answer_all(random.Random(number)).hand_in()
    learner("perfect").answer_all().hand_in()
    learner("silent")
    learner("late", LATE).answer_all().hand_in()
    learner("late-and-silent", LATE)
    learner("undated").answer_all().folder.joinpath("timestamp.txt").unlink()
    (learner("badly-dated").answer_all().folder / "timestamp.txt").write_text("yesterday, honest")
    (learner("another-zone").answer_all().folder / "timestamp.txt").write_text("2026-11-22 05:00:00 EST")
    learner("no-log").answer_all().hand_in().log.unlink()
    learner("log-only").answer_all()
    differs = learner("differs").answer_all().hand_in()
    differs.answer(differs.items[0], ["worker"])
    stranger = learner("strange-answers").answer_all()
    stranger.answer(Choice("no-such-item", "single", "check", "?", ()), ["a"])
    for item in stranger.items[1:]:
        stranger.answer(item, ["made=up", "x" * 50] if isinstance(item, Reflection) else "free text", version=7)
    renamed = learner("renamed").answer_all().hand_in()
    renamed.notebook.rename(renamed.folder / "my homework.ipynb")
    learner("broken").answer_all().notebook.write_text("{ not json")
    learner("strange").answer_all().notebook.write_text('{"cells": 3, "metadata": {}, "nbformat": 4}')
    deep = '{"cells": [], "nbformat": 4, "nbformat_minor": 5, "metadata": {"x": ' + "[" * 400 + "]" * 400 + "}}"
    learner("deep").answer_all().notebook.write_text(deep)
    damaged = learner("damaged").answer_all()
    damaged.log.write_bytes(b"\xff\xfe\x00 nonsense\n" + damaged.log.read_bytes()[:-20])
    _misuse(root)


def _misuse(root: Path) -> None:
    tampers = Submitted(root, "tampers").answer_all().hand_in()
    body = json.loads(tampers.notebook.read_bytes())
    cells = [cell for cell in body["cells"] if "nbgrader" in cell["metadata"]]
    cells[0]["metadata"]["nbgrader"]["points"] = 99
    cells[1]["source"] = "import os; os._exit(1)"
    body["cells"] += [cells[2], cells[2]]
    tampers.notebook.write_text(json.dumps(body))
    (tampers.folder / "items.json").write_text("{}")
    (tampers.folder / "figures" / "door.svg").write_text("<svg onload='x'/>")
    (tampers.folder / "more" / "deeper").mkdir(parents=True)
    (tampers.folder / "more" / "deeper" / "notes, and more.txt").write_text("mine")
    (tampers.folder / "__pycache__").mkdir()
    (tampers.folder / "__pycache__" / "evil.pyc").write_bytes(b"\0")
    linked = Submitted(root, "linked").answer_all().hand_in()
    linked.log.unlink()
    linked.log.symlink_to(root / "gradebook.db")
    (linked.folder / "gone").symlink_to("nowhere")
    (linked.folder / "outside").symlink_to(root / "course")
