"""Real nbgrader over a class of good, silent, careless and hostile submissions, graded in one run."""

from __future__ import annotations

import html
import json
import os
import re
from pathlib import Path

import pytest
from course_project import TOPIC, autograde, make_project, notes, result, submission

from peercourse.items import Choice, is_graded
from peercourse.loop import nbgrader
from peercourse.notebook import items_in_order

HOSTILE_CODE = (
    "from pathlib import Path\nPath('canary').touch()\nPath('../../../canary').touch()\ncheck = lambda *_: 1.0"
)


@pytest.fixture(scope="module")
def graded(tmp_path_factory):
    """One class, one run of `nbgrader autograde`: (root, course, what nbgrader said)."""
    root = tmp_path_factory.mktemp("course with spaces")
    course = make_project(root)

    def learner(name):
        return submission(root, course, name)

    learner("perfect").answer_all().hand_in()
    learner("silent")
    learner("silent-hands-in").hand_in()

    notebook_only = learner("notebook-only").answer_all().hand_in()
    notebook_only.log.unlink()
    (notebook_only.folder / "timestamp.txt").unlink()
    (notebook_only.folder / "submission_secret.txt").unlink()

    learner("log-only").answer_all()

    differs = learner("differs").answer_all().hand_in()
    first = differs.graded[0]
    differs.answer(first, [next(o.id for o in first.options if not o.correct)])

    forged = learner("forged-receipt").answer_all().hand_in()
    forged.log.unlink()
    forged.edit(lambda nb: nb["cells"][-1].update(source=_text(nb["cells"][-1]).replace('"answer"', '"answer" ')))

    def rewrite(body):
        cells = [cell for cell in body["cells"] if "nbgrader" in cell["metadata"]]
        cells[0]["metadata"]["nbgrader"]["points"] = 99
        cells[0]["metadata"]["tags"] = ["skip-execution"]
        cells[1]["source"] = HOSTILE_CODE
        cells[2]["source"] = 'check("what-it-is-check-one-line")'
        cells[3]["metadata"]["nbgrader"]["grade_id"] = "made-up"
        cells[4]["metadata"]["nbgrader"]["grade"] = False
        body["cells"].remove(cells[5])
        body["cells"].append(cells[6])
        body["metadata"]["kernelspec"]["name"] = "no-such-kernel"
        body["metadata"]["peercourse"] = {"scores": {"what-it-is-check-one-line": 99}, "notes": []}

    learner("rewrites-cells").edit(rewrite)
    tampering_but_right = learner("rewrites-cells-and-answers").answer_all().hand_in().edit(rewrite)
    (tampering_but_right.folder / "items.json").write_text("{}")

    damaged = learner("damaged-log").answer_all()
    lines = damaged.log.read_bytes().splitlines(keepends=True)
    damaged.log.write_bytes(b"\xff\xfe\x00 nonsense\n" + lines[0] + b"{\n[]\n" + lines[1] + b'{"v":1,"item":"x')

    (learner("empty-log").folder / "answers.jsonl").touch()

    huge = learner("huge-log").answer_all()
    end = huge.log.read_bytes()
    huge.log.write_bytes(
        (json.dumps({"v": 1, "item": "x", "version": 1, "answer": "y" * 1000}) + "\n").encode() * 5200 + end
    )

    linked = learner("linked-log").answer_all().hand_in()
    (root / "elsewhere.jsonl").write_bytes(linked.log.read_bytes())
    linked.log.unlink()
    linked.log.symlink_to(root / "elsewhere.jsonl")

    gradebook_link = learner("linked-gradebook")
    gradebook_link.log.symlink_to(root / "gradebook.db")

    piped = learner("piped-log")
    os.mkfifo(piped.log)

    utf16 = learner("utf-16-log").answer_all()
    utf16.log.write_bytes(utf16.log.read_text("utf-8").encode("utf-16"))

    (learner("broken-notebook").answer_all().notebook).write_text("{ not json")
    (learner("strange-notebook").answer_all().notebook).write_text('{"cells": 3, "nbformat": 4, "nbformat_minor": 5}')

    renamed = learner("renamed-notebook").answer_all().hand_in()
    renamed.log.unlink()
    renamed.notebook.rename(renamed.folder / "my homework.ipynb")

    (learner("undated").answer_all().hand_in().folder / "timestamp.txt").write_text("yesterday, honest")

    stranger = learner("unknown-item").answer_all()
    stranger.answer(Choice("no-such-item", "single", "check", "?", ()), ["a"])

    older = learner("older-version").answer_all()
    older.answer(older.graded[0], sorted(older.graded[0].key), version=0)

    hostile_text = learner("hostile-text").answer_all()
    reflection = hostile_text.graded[-1]
    hostile_text.answer(
        reflection, '<script>alert(1)</script>\n\n# big\n\n<img src="http://x.invalid/p.png" onerror=alert(1)> $$x$$'
    )

    greedy = learner("ticks-everything")
    for item in greedy.graded:
        if isinstance(item, Choice):
            greedy.answer(item, [option.id for option in item.options])

    done = autograde(root)
    return root, course, done.stdout + done.stderr


def _text(cell) -> str:
    return "".join(cell["source"])


def checks_worth(course) -> float:
    return sum(i.points for i in course.topic(TOPIC).items if is_graded(i) and isinstance(i, Choice))


@pytest.mark.parametrize(
    "learner",
    [
        "perfect",
        "notebook-only",
        "log-only",
        "linked-log",
        "utf-16-log",
        "huge-log",
        "broken-notebook",
        "strange-notebook",
        "renamed-notebook",
        "unknown-item",
        "older-version",
        "rewrites-cells-and-answers",
        "forged-receipt",
        "hostile-text",
        "undated",
    ],
)
def test_right_answers_earn_full_marks_however_they_arrive(graded, learner):
    root, course, _ = graded

    assert result(root, learner).score == checks_worth(course)
    assert result(root, learner).to_read == 1


@pytest.mark.parametrize(
    "learner",
    ["silent", "silent-hands-in", "rewrites-cells", "empty-log", "linked-gradebook", "piped-log"],
)
def test_a_silent_or_only_tampering_learner_gets_no_points(graded, learner):
    root, _, _ = graded

    assert result(root, learner).score == 0
    assert result(root, learner).to_read == 0
    assert "No response." in result(root, learner).comments.values()


def test_no_learner_code_ran(graded):
    root, _, _ = graded

    assert list(root.rglob("canary")) == []


def test_a_damaged_log_counts_as_far_as_it_can_be_read(graded):
    root, course, _ = graded
    items = [item for item in items_in_order(course.topic(TOPIC)) if is_graded(item)]

    assert result(root, "damaged-log").score == items[0].points + items[1].points
    assert "cannot be read" in notes(root, "damaged-log")


def test_ticking_everything_does_not_pay(graded):
    root, course, _ = graded

    assert result(root, "ticks-everything").score <= checks_worth(course) / 3


@pytest.mark.parametrize(
    ("learner", "reason"),
    [
        ("notebook-only", "graded from the receipt"),
        ("differs", "log and receipt differ; the log counts"),
        ("log-only", "No receipt"),
        ("linked-log", "answers.jsonl could not be read (a link, a pipe, damaged,"),
        ("piped-log", "answers.jsonl could not be read (a link, a pipe, damaged,"),
        ("linked-gradebook", "set aside"),
        ("huge-log", "too large"),
        ("utf-16-log", "UTF-16"),
        ("broken-notebook", "what-it-is.ipynb could not be read"),
        ("strange-notebook", "what-it-is.ipynb could not be read"),
        ("unknown-item", '"no-such-item" is not in this topic'),
        ("older-version", "answered in version 0"),
        ("undated", "timestamp.txt could not be read"),
        ("silent", "nothing was handed in"),
    ],
)
def test_the_reason_is_in_the_graders_log_and_report(graded, learner, reason):
    root, _, said = graded

    assert reason in notes(root, learner)
    assert f"{learner}: " in said
    assert reason in said


def test_the_log_counts_where_it_differs_from_the_receipt(graded):
    root, course, _ = graded

    assert result(root, "differs").score == checks_worth(course) - 1


def test_nothing_outside_a_submission_is_copied(graded):
    root, _, _ = graded
    copied = [path for path in (root / "autograded").rglob("*") if path.is_symlink() or path.suffix == ".db"]

    assert copied == []
    assert not list((root / "autograded").rglob("*.set-aside"))


def test_what_a_grader_sees_is_the_courses_own_notebook(graded):
    root, course, _ = graded
    for learner in ("rewrites-cells", "perfect"):
        body = json.loads((root / "autograded" / learner / TOPIC / f"{TOPIC}.ipynb").read_bytes())
        grade_ids = [
            cell["metadata"]["nbgrader"]["grade_id"] for cell in body["cells"] if "nbgrader" in cell["metadata"]
        ]

        assert sorted(grade_ids) == sorted(item.id for item in items_in_order(course.topic(TOPIC)) if is_graded(item))
        assert {cell["cell_type"] for cell in body["cells"]} == {"markdown"}


def test_grading_again_keeps_a_mark_that_a_person_gave(graded):
    from nbgrader.api import Gradebook

    root, course, _ = graded
    reflection = next(i.id for i in course.topic(TOPIC).items if is_graded(i) and not isinstance(i, Choice))
    with Gradebook(f"sqlite:///{root / 'gradebook.db'}") as gradebook:
        gradebook.find_grade(reflection, TOPIC, TOPIC, "perfect").manual_score = 9
        gradebook.db.commit()
    autograde(root, "--student=perfect", "--force")

    assert result(root, "perfect").scores[reflection] == 9
    assert result(root, "perfect").score == checks_worth(course) + 9


def test_feedback_shows_choice_key_reasons_points_and_keeps_learners_text_inert(graded):
    root, course, _ = graded
    made = nbgrader(root, "generate_feedback", TOPIC)
    page = (root / "feedback" / "differs" / TOPIC / f"{TOPIC}.html").read_text("utf-8")
    item = next(i for i in items_in_order(course.topic(TOPIC)) if is_graded(i))
    hostile = (root / "feedback" / "hostile-text" / TOPIC / f"{TOPIC}.html").read_text("utf-8")

    assert made.returncode == 0
    assert "your choice" in page
    assert "right answer" in page
    for option in item.options:
        assert _plain(option.why) in _plain(page)
    assert "0 of 1" in page
    assert "<script>alert" not in hostile
    assert '<img src="http://x.invalid' not in hostile
    assert "&lt;script&gt;" in hostile


def test_feedback_is_released_for_all_though_one_came_by_mail(graded):
    root, _, _ = graded
    (root / "exchange" / "harm-reduction").mkdir(parents=True, exist_ok=True)
    nbgrader(root, "release_assignment", TOPIC)
    nbgrader(root, "generate_feedback", TOPIC)
    done = nbgrader(root, "release_feedback", TOPIC)
    pages = list((root / "exchange" / "harm-reduction" / "feedback").glob("*.html"))

    assert done.returncode == 0, done.stderr
    released = re.findall(r"for student .([a-z0-9-]+).", done.stderr)

    assert sorted(released) == sorted(path.name for path in (root / "submitted").iterdir())
    assert len(pages) == len(released)


def test_feedback_fetches_nothing_from_elsewhere(graded):
    root, _, _ = graded
    nbgrader(root, "generate_feedback", TOPIC)
    page = (root / "feedback" / "perfect" / TOPIC / f"{TOPIC}.html").read_text("utf-8")

    assert re.findall(r"<(?:script|link|img|iframe)[^>]+(?:src|href)=[\"']?(?:https?:)?//", page) == []


def _plain(text: str) -> str:
    return " ".join(html.unescape(text).split())


STOCK = (
    "from pathlib import Path\nc = get_config()\nc.CourseDirectory.course_id = 'harm-reduction'\n"
    "c.CourseDirectory.root = str(Path(__file__).resolve().parent)\n"
    "c.Exchange.root = c.CourseDirectory.root + '/exchange'\n"
)


def _without(step: str) -> str:
    config = (Path(__file__).parent.parent / "nbgrader_config.py").read_text("utf-8")
    assert step in config
    return config.replace(f'"{step}",', "").replace(f'"{step}"', "")


@pytest.mark.parametrize(
    ("config", "options"),
    [
        (STOCK, ()),
        (STOCK, ("--no-execute",)),
        (_without("peercourse.grading.GradeAnswers"), ()),
        (_without("peercourse.grading.RestoreNotebook"), ()),
    ],
    ids=["stock", "stock-no-execute", "without-our-grading", "without-our-restoring"],
)
def test_with_other_settings_nobody_gets_points(tmp_path, config, options):
    course = make_project(tmp_path)
    submission(tmp_path, course, "perfect").answer_all().hand_in()
    forger = submission(tmp_path, course, "forger")

    def forge(body):
        body["cells"].insert(
            0,
            {
                "cell_type": "code",
                "id": "forge",
                "metadata": {},
                "outputs": [],
                "execution_count": 1,
                "source": "check = practice = reflect = lambda *_: 99\n99",
            },
        )
        for cell in body["cells"]:
            if "nbgrader" in cell["metadata"]:
                cell["outputs"] = [
                    {
                        "output_type": "execute_result",
                        "execution_count": 1,
                        "metadata": {},
                        "data": {"text/plain": "99"},
                    }
                ]
                cell["metadata"]["nbgrader"]["solution"] = False
                cell["metadata"]["nbgrader"]["locked"] = True
        body["metadata"]["peercourse"] = {"scores": {"what-it-is-check-one-line": 99}}

    forger.edit(forge)
    (tmp_path / "nbgrader_config.py").write_text(config)
    autograde(tmp_path, *options)

    for learner in ("perfect", "forger"):
        found = result(tmp_path, learner)
        assert found is None or found.score == 0
