"""After answers came in: an answer that is accepted too, and a question that is dropped."""

from __future__ import annotations

import io
import json
from contextlib import redirect_stdout
from dataclasses import replace

import pytest
from every_kind import told_of
from small_course import change, write_small_course
from small_topic import CHECK_MULTIPLE, CHECK_SINGLE, PRACTICE_SINGLE, REFLECT_GRADED, make_small_topic

from peercourse import desk
from peercourse.answering import answering
from peercourse.build import build
from peercourse.items import Cloze, Gap, Option, from_view, public_view
from peercourse.scoring import score
from peercourse.topic_folder import open_topic_folder
from peercourse.twin import as_html, as_text, review_html
from peercourse.widgets.calls import run_hand_in

GAPS = Cloze(
    id="gaps",
    kind="cloze",
    use="check",
    stem="Fill the gap.",
    text="Ask {when}.",
    gaps=(
        Gap(
            "when",
            (Option("now", "now", correct=True), Option("soon", "soon", accepted=True), Option("never", "never")),
        ),
    ),
)


def with_accepted(item, *names):
    options = tuple(replace(option, accepted=option.id in names) for option in item.options)
    return replace(item, options=options)


# --- accepted ----------------------------------------------------------------------------------


def test_an_accepted_option_earns_what_the_right_one_earns_and_no_other_does():
    item = with_accepted(CHECK_SINGLE, "team")
    earned = {name: score(item, [name]).points for name in ("teller", "team", "worker")}

    assert earned == {"teller": 2, "team": 2, "worker": 0}
    assert score(item, ["teller", "team"]).points == 0
    assert score(item, []).points == 0


def test_a_gap_takes_an_accepted_option():
    assert [score(GAPS, [f"when={name}"]).points for name in ("now", "soon", "never")] == [1, 1, 0]


def test_accepted_options_are_part_of_the_key_and_do_not_go_out():
    assert "accepted" not in json.dumps([public_view(with_accepted(CHECK_SINGLE, "team")), public_view(GAPS)])


def test_the_review_says_that_an_option_counts_too():
    item = with_accepted(CHECK_SINGLE, "team")
    told = {line.text[2:]: line.notes for line in answering(item).lines(item, ["team"], with_key=True)}

    assert told["The team"] == ("your choice", "counts as right too")
    assert told["The worker"] == ()


# --- dropped -----------------------------------------------------------------------------------

DROPPED = replace(CHECK_SINGLE, dropped=True)
DROPPED_TEXT = replace(REFLECT_GRADED, dropped=True)


@pytest.mark.parametrize("value", [None, [], ["worker"], ["teller"], ["made up"], "text"])
def test_a_dropped_question_gives_everybody_its_points(value):
    assert score(DROPPED, value).points == DROPPED.points
    assert score(DROPPED_TEXT, value).points == DROPPED_TEXT.points


def test_a_practice_question_cannot_be_dropped_into_points():
    assert score(replace(PRACTICE_SINGLE, dropped=True), ["rules"]).points == 0


@pytest.mark.parametrize("item", [DROPPED, DROPPED_TEXT], ids=["question", "reflection"])
def test_that_a_question_is_dropped_goes_out_with_it(item):
    assert from_view(public_view(item)).dropped
    assert not from_view(public_view(replace(item, dropped=False))).dropped


@pytest.mark.parametrize("item", [DROPPED, DROPPED_TEXT], ids=["question", "reflection"])
def test_where_a_dropped_question_stood_nothing_is_asked(item):
    for shown in (as_text(item), as_html(item)):
        assert "not asked any more" in shown
        assert "run this cell" not in shown
    assert "The team" not in as_text(DROPPED)
    assert "gets all of its points" in review_html(item, None, score(item, None))


def test_a_dropped_question_is_not_missing_at_hand_in(tmp_path, monkeypatch):
    make_small_topic(tmp_path / "small", (DROPPED, CHECK_MULTIPLE, DROPPED_TEXT))
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "home"))
    monkeypatch.chdir(tmp_path / "small")
    folder = open_topic_folder()
    assert desk.hand_in_state(folder).missing == [CHECK_MULTIPLE.id]
    desk.save(folder, CHECK_MULTIPLE, ["uses", "recovery"])
    with redirect_stdout(io.StringIO()) as said:
        run_hand_in()

    assert desk.hand_in_state(folder) == desk.HandIn([CHECK_MULTIPLE.id], [], handed_in=True)
    assert "Everything is answered" in said.getvalue()


def test_a_build_keeps_the_cell_of_a_dropped_question_and_asks_nothing_there(tmp_path):
    course = write_small_course(tmp_path)
    build(tmp_path)
    change(course / "first-steps" / "questions.toml", 'id = "first-steps-check"\n', 'id = "first-steps-check"\ndropped = true\n')  # fmt: skip  # noqa: E501
    build(tmp_path)
    notebook = json.loads((tmp_path / "release" / "first-steps" / "first-steps.ipynb").read_bytes())
    ids = [cell["metadata"]["nbgrader"]["grade_id"] for cell in notebook["cells"] if "nbgrader" in cell["metadata"]]
    shown = json.dumps([cell for cell in notebook["cells"] if "first-steps-check" in "".join(cell["source"])])

    assert ids == ["first-steps-check", "first-steps-several", "first-steps-letter"]
    assert "not asked any more" in shown
    assert "The worker" not in shown


# --- what lint says ----------------------------------------------------------------------------

CHECK = 'use = "check"\nobjective = "begin"\nstem = "Who decides'
WRONG = 'id = "worker"\ntext = "The worker"\n'
RIGHT = 'id = "person"\ntext = "The person"\ncorrect = true\n'
SEVERAL = 'id = "pressure"\ntext = "Pressure"\n'
FILE = "course/first-steps/questions.toml"
BREAKS = {
    "a dropped practice question": (
        'id = "first-steps-practice"\n',
        'id = "first-steps-practice"\ndropped = true\n',
        f'{FILE}: "first-steps-practice" is dropped, which only a graded question can be; take it out of the lesson.',
    ),
    "an accepted option in a multiple": (
        SEVERAL,
        f"{SEVERAL}accepted = true\n",
        f'{FILE}: "first-steps-several" has an accepted option, "pressure", which only a graded single or cloze can '
        "have; remove accepted.",
    ),
    "an option that is both": (
        RIGHT,
        f"{RIGHT}accepted = true\n",
        f'{FILE}: "first-steps-check" has an option that is correct and accepted, "person"; keep one of the two.',
    ),
}


@pytest.mark.parametrize(("old", "new", "said"), BREAKS.values(), ids=BREAKS)
def test_lint_names_a_correction_that_cannot_be(tmp_path, old, new, said):
    course = write_small_course(tmp_path)
    change(course / "first-steps" / "questions.toml", old, new)

    assert said in told_of(course)


def test_lint_has_nothing_against_a_correction_that_can(tmp_path):
    course = write_small_course(tmp_path)
    change(course / "first-steps" / "questions.toml", WRONG, f"{WRONG}accepted = true\n")
    change(course / "second-look" / "questions.toml", 'id = "second-look-letter"\n', 'id = "second-look-letter"\ndropped = true\n')  # fmt: skip  # noqa: E501

    assert told_of(course) == []
