"""Building with the real nbgrader: the same bytes everywhere, no edit lost, no key let out."""

from __future__ import annotations

import html
import json
import os
import warnings
from dataclasses import replace
from pathlib import Path

import nbformat
import pytest
from built_course import built_real_course, built_small_course, copy_of, files_in
from every_kind import write_every_kind
from nbgrader.api import Gradebook
from small_course import LESSON, TOPICS, change, write_small_course

from peercourse.bank import Course, CourseProblems, load_course
from peercourse.build import build, edited_by_hand, write_files
from peercourse.coverage_map import coverage_map
from peercourse.items import Asked, CourseError, Item, public_view
from peercourse.keys import MIN_SECRET, find_keys, key_sentences
from peercourse.notebook import topic_files

WHY = 'The graded key of first-steps: nobody\'s life is run from "outside" & for long.'
ADVICE = (
    "it is made from course/first-steps/lesson.md. Make the change there, then run: peercourse build --discard-edits"
)


@pytest.fixture
def project(tmp_path: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the small course, built, for a test to change."""
    return copy_of(built_small_course(tmp_path_factory), tmp_path)


def notebook_of(project: Path, step: str = "source") -> Path:
    return project / step / "first-steps" / "first-steps.ipynb"


def edit(path: Path, deed) -> None:
    notebook = nbformat.read(path, as_version=4)
    deed(notebook)
    nbformat.write(notebook, path)


# --- the same bytes --------------------------------------------------------------------------


def test_two_builds_in_two_folders_are_the_same_to_the_byte(tmp_path, tmp_path_factory):
    first = built_small_course(tmp_path_factory)
    second = tmp_path / "quite another place"
    write_small_course(second)
    build(second)

    for step in ("source", "release"):
        assert files_in(second / step) == files_in(first / step)
        assert len(files_in(first / step)) == 3 * len(TOPICS)


def test_learners_get_from_release_what_source_holds(tmp_path_factory):
    project = built_small_course(tmp_path_factory)
    source, release = (nbformat.read(notebook_of(project, step), as_version=4) for step in ("source", "release"))

    assert [c.source for c in release.cells] == [c.source for c in source.cells]
    assert [c.get("outputs") for c in release.cells] == [c.get("outputs") for c in source.cells]
    assert (project / "release/first-steps/items.json").read_bytes() == (
        project / "source/first-steps/items.json"
    ).read_bytes()


def test_files_that_are_the_same_already_are_left_alone(tmp_path):
    course = load_course(write_small_course(tmp_path))
    files = topic_files(course, course.topic("first-steps"))
    write_files(tmp_path / "made", files)
    for path in (tmp_path / "made").rglob("*"):
        os.utime(path, ns=(1, 1))
    write_files(tmp_path / "made", files)

    assert {path.stat().st_mtime_ns for path in (tmp_path / "made").rglob("*") if path.is_file()} == {1}


def test_what_is_no_longer_made_is_taken_away(tmp_path):
    course = load_course(write_small_course(tmp_path))
    files = topic_files(course, course.topic("first-steps"))
    made = tmp_path / "made"
    for stray in ("answers.jsonl", "old.ipynb", "figures/old.svg", "old/deep/file.txt"):
        (made / stray).parent.mkdir(parents=True, exist_ok=True)
        (made / stray).write_text("old")
    outside = tmp_path / "outside"
    outside.mkdir()
    (outside / "mine.txt").write_text("mine")
    (made / "link").symlink_to(outside)
    write_files(made, files)

    assert files_in(made) == {str(name): data for name, data in files.items()}
    assert (outside / "mine.txt").read_text() == "mine"


# --- edits by hand ---------------------------------------------------------------------------


def a_word(notebook):
    notebook.cells[2].source += " One more word."


def a_cell(notebook):
    notebook.cells.append(nbformat.v4.new_code_cell("1 + 1"))


def more_points(notebook):
    next(c for c in notebook.cells if "nbgrader" in c.metadata).metadata.nbgrader.points = 99


@pytest.mark.parametrize("deed", [a_word, a_cell, more_points], ids=lambda deed: deed.__name__)
def test_a_notebook_edited_by_hand_stops_the_build_and_stays(project, deed):
    edit(notebook_of(project), deed)
    before = files_in(project)
    with pytest.raises(CourseProblems) as stopped:
        build(project)

    assert stopped.value.problems == (f"source/first-steps/first-steps.ipynb was edited by hand; {ADVICE}",)
    assert files_in(project) == before


@pytest.mark.parametrize(
    "text", ["", "{", "[]", '{"cells": 3}', '{"cells": [], "nbformat": 4, "nbformat_minor": 5}', "<<<<<<< HEAD"]
)
def test_a_notebook_that_cannot_be_read_stops_the_build_and_stays(project, text):
    notebook_of(project).write_text(text, "utf-8")
    with pytest.raises(CourseProblems) as stopped:
        build(project)

    assert stopped.value.problems == (f"source/first-steps/first-steps.ipynb cannot be read; {ADVICE}",)
    assert notebook_of(project).read_text("utf-8") == text


def test_building_again_takes_edits_back_on_demand_and_changes_no_other_byte(project):
    before = files_in(project / "source"), files_in(project / "release")
    edit(notebook_of(project), a_word)
    notebook_of(project).with_name("items.json").write_text("{}")
    build(project, discard_edits=True)

    assert (files_in(project / "source"), files_in(project / "release")) == before


def test_a_notebook_that_was_only_run_counts_as_untouched(project):
    def run(notebook):
        for number, cell in enumerate(c for c in notebook.cells if c.cell_type == "code"):
            cell.execution_count = number
            cell.outputs = [nbformat.v4.new_output("stream", name="stdout", text="ran")]
            cell.metadata["execution"] = {"shell.execute_reply": "2026-01-01T00:00:00Z"}
        notebook.metadata.language_info.version = "3.99"

    edit(notebook_of(project), run)

    assert list(edited_by_hand(project / "source", load_course(project / "course"))) == []


def test_a_change_of_the_lesson_is_no_edit_by_hand(project):
    change(project / "course/first-steps/lesson.md", "You offer a seat", "You offer two seats")

    assert list(edited_by_hand(project / "source", load_course(project / "course"))) == []


def test_mistakes_in_the_course_stop_the_build_before_anything_is_written(project):
    change(project / "course/first-steps/questions.toml", "explanation = ", "explaination = ")
    change(project / "course/second-look/lesson.md", "[@handbook]", "[@hearsay]")
    before = files_in(project)
    with pytest.raises(CourseProblems) as stopped:
        build(project)

    assert len(stopped.value.problems) == 3
    assert files_in(project) == before


# --- keys ------------------------------------------------------------------------------------


def test_the_real_release_holds_no_key(tmp_path_factory):
    project = built_real_course(tmp_path_factory)
    course = load_course(project / "course")

    assert list(find_keys(project / "source", course)) == []
    assert list(find_keys(project / "release", course)) == []


def as_notebook(text: str) -> str:
    return nbformat.writes(nbformat.v4.new_notebook(cells=[nbformat.v4.new_markdown_cell(text)]))


WAYS = {
    "as it is": lambda why: why,
    "in JSON": lambda why: json.dumps({"text": why}),
    "in HTML": html.escape,
    "in HTML, quotes left": lambda why: html.escape(why, quote=False),
    "in HTML in JSON": lambda why: json.dumps(html.escape(why)),
    "broken over lines": lambda why: why.replace(" ", "\n   "),
    "in a notebook": lambda why: as_notebook(f"Before. {why} After."),
    "in a notebook, broken over lines": lambda why: as_notebook(why.replace(" ", "\n", 4)),
    "in a notebook, after empty lines": lambda why: as_notebook(why.replace(" ", "\n\n", 2)),
    "in an attribute": lambda why: f'<img alt="{html.escape(why)}">',
}


@pytest.mark.parametrize("way", WAYS.values(), ids=WAYS)
@pytest.mark.parametrize(
    "why",
    [
        WHY,
        "The graded key of first-steps: it is the person's own life.",
        "The graded key of first-steps: dear aunt, come and see us.",
    ],
    ids=["why", "explanation", "exemplar"],
)
def test_a_graded_key_is_found_however_it_is_written(tmp_path, way, why):
    course = load_course(write_small_course(tmp_path))
    (tmp_path / "release" / "first-steps").mkdir(parents=True)
    (tmp_path / "release" / "first-steps" / "page.txt").write_text(f"before {way(why)} after", "utf-8")
    item = "first-steps-letter" if "aunt" in why else "first-steps-check"

    assert list(find_keys(tmp_path / "release", course)) == [
        f'release/first-steps/page.txt: holds part of the key of "{item}"; the text must stand nowhere but in its item.'
    ]


def test_letters_beyond_ascii_are_found_escaped_and_not(tmp_path):
    folder = write_small_course(tmp_path)
    why = "It’s the person’s own – naïve? – choice."
    change(
        folder / "first-steps/questions.toml", "The graded key of first-steps: a choice that is one's own lasts.", why
    )
    course = load_course(folder)
    for number, text in enumerate([why, json.dumps(why), json.dumps(why, ensure_ascii=False)]):
        (tmp_path / f"release-{number}").mkdir()
        (tmp_path / f"release-{number}" / "page").write_text(text, "utf-8")

        assert len(list(find_keys(tmp_path / f"release-{number}", course))) == 1


def test_one_sentence_of_a_reason_betrays_as_much_as_all(tmp_path):
    folder = write_small_course(tmp_path)
    change(
        folder / "first-steps/questions.toml",
        WHY.replace('"', '\\"'),
        "The first sentence is here. And a second one is there.",
    )
    (tmp_path / "release").mkdir()
    (tmp_path / "release" / "page").write_text("… And a second one is there. …", "utf-8")

    assert len(list(find_keys(tmp_path / "release", load_course(folder)))) == 1


def test_short_words_are_not_searched_for(tmp_path):
    folder = write_small_course(tmp_path)
    change(folder / "first-steps/questions.toml", WHY.replace('"', '\\"'), "Not so.")
    (tmp_path / "release").mkdir()
    (tmp_path / "release" / "page").write_text("Not so.", "utf-8")

    assert len("Not so.") < MIN_SECRET
    assert list(find_keys(tmp_path / "release", load_course(folder))) == []


def test_the_mark_of_a_right_option_is_found_in_items(tmp_path):
    course = load_course(write_small_course(tmp_path))
    for field in ("correct", "why", "explanation", "exemplar", "hints"):
        body = json.loads(
            topic_files(course, course.topic("first-steps"))[
                next(name for name in topic_files(course, course.topic("first-steps")) if name.name == "items.json")
            ]
        )
        check = next(item for item in body["items"] if item["id"] == "first-steps-check")
        (check["options"][0] if field in ("correct", "why") else check)[field] = ""
        (tmp_path / "release" / "first-steps").mkdir(parents=True, exist_ok=True)
        (tmp_path / "release/first-steps/items.json").write_text(json.dumps(body), "utf-8")

        assert list(find_keys(tmp_path / "release", course)) == [
            'release/first-steps/items.json: carries the key of "first-steps-check".'
        ]


QUOTED_WHY = WHY.replace('"', '\\"')
LEAKS = {
    "in the reason of a practice option": ("questions.toml", "In first-steps, the form can wait.", QUOTED_WHY),
    "in a practice hint": ("questions.toml", "Think of your own first visit.", QUOTED_WHY),
    "in the lesson": ("lesson.md", "Somebody comes in", f"{WHY} Somebody comes in"),
    "in the lesson, broken over lines": ("lesson.md", "Somebody comes", WHY.replace(" ", "\n") + " Somebody comes"),
    "in the words of a figure": ("lesson.md", "A door that stands open.", WHY),
    "in a figure": ("figures/door.svg", "<path", f"<desc>{html.escape(WHY)}</desc><path"),
    "in the topic's summary": ("topic.toml", "A topic to try things out.", QUOTED_WHY),
}


@pytest.mark.parametrize(("file", "old", "new"), LEAKS.values(), ids=LEAKS)
def test_a_graded_reason_that_would_reach_learners_stops_the_build(project, file, old, new):
    change(project / "course" / "first-steps" / file, old, new)
    release = files_in(project / "release")
    with pytest.raises(CourseProblems) as stopped:
        build(project)

    assert stopped.value.problems
    for line in stopped.value.problems:
        assert line.startswith("source/first-steps/")
        assert 'holds part of the key of "first-steps-check"' in line
    assert files_in(project / "release") == release


@pytest.mark.parametrize("place", ["answers.jsonl", "first-steps/deep/answers.jsonl"])
@pytest.mark.parametrize("step", ["source", "release"])
def test_an_answer_log_among_what_is_handed_out_is_named(project, step, place):
    (project / step / place).parent.mkdir(exist_ok=True)
    (project / step / place).touch()

    assert list(find_keys(project / step, load_course(project / "course"))) == [
        f"{step}/{place}: an answer log must not be handed out; remove it."
    ]


def test_an_answer_log_beside_the_topics_stops_the_build(project):
    (project / "source" / "answers.jsonl").touch()
    with pytest.raises(
        CourseProblems, match=r"^source/answers.jsonl: an answer log must not be handed out; remove it.$"
    ):
        build(project)


# --- what nbgrader refuses -------------------------------------------------------------------


def test_a_check_added_after_answers_came_in_is_explained_in_one_line(project):
    with warnings.catch_warnings(), Gradebook(f"sqlite:///{project / 'gradebook.db'}") as gradebook:
        warnings.simplefilter("ignore")  # nbgrader's own way of adding a submission brings one
        gradebook.add_student("ada")
        gradebook.add_submission("first-steps", "ada")
    topic = project / "course" / "first-steps"
    check = (topic / "questions.toml").read_text("utf-8").split("\n\n")[1]
    (topic / "questions.toml").write_text(
        (topic / "questions.toml").read_text("utf-8") + "\n" + check.replace("first-steps-check", "first-steps-late"),
        "utf-8",
    )
    cell = '```{code-cell} ipython3\ncheck("first-steps-check")\n```\n'
    assert cell in LESSON.replace("{t}", "first-steps")
    change(topic / "lesson.md", cell, cell + "\n" + cell.replace("first-steps-check", "first-steps-late"))
    with pytest.raises(CourseError) as refused:
        build(project)

    assert str(refused.value) == (
        "release/: a check or graded reflection was added or removed after answers came in. Put it back, or "
        "start a new run of the course with an empty gradebook (move gradebook.db and submitted/ away)."
    )


def test_what_else_nbgrader_refuses_is_one_line(project):
    (project / "nbgrader_config.py").write_text("c = get_config()\nc.GenerateAssignment.create_assignment = 'maybe'\n")
    with pytest.raises(CourseError) as refused:
        build(project)

    assert str(refused.value).startswith("release/: nbgrader generate_assignment failed: ")
    assert len(str(refused.value).splitlines()) == 1


# --- every kind of question ------------------------------------------------------------------


def graded(course: Course) -> tuple[Course, list[Item]]:
    """The course with its practice questions as checks, each key saying whose it is, and those checks."""
    topic = course.topic("first-steps")
    checks = [
        replace(item, use="check", hints=(), explanation=f"Because of what {item.id} is about.")
        for item in topic.items
        if isinstance(item, Asked) and item.use == "practice"
    ]
    return replace(course, topics=(replace(topic, items=tuple(checks)),)), checks


def test_no_sentence_of_a_graded_key_is_in_what_learners_get_of_any_kind(tmp_path):
    _, checks = graded(load_course(write_every_kind(tmp_path)))

    assert {item.kind for item in checks} == {"single", "multiple", "order", "match", "cloze", "numeric", "case"}
    for item in checks:
        sentences, view = list(key_sentences(item)), json.dumps(public_view(item))
        assert f"Because of what {item.id} is about." in sentences
        assert len(sentences) > 1, item.id
        assert [sentence for sentence in sentences if sentence in view] == []


def test_a_key_of_any_kind_is_found_in_a_page_and_in_items(tmp_path):
    open_course = load_course(write_every_kind(tmp_path))
    course, checks = graded(open_course)
    folder = tmp_path / "release" / "first-steps"
    folder.mkdir(parents=True)
    views = [public_view(item) for item in open_course.topic("first-steps").items]
    (folder / "items.json").write_text(json.dumps({"items": views}), "utf-8")
    (folder / "page").write_text(" ".join(item.explanation for item in checks), "utf-8")
    told = set(find_keys(tmp_path / "release", course))

    for item in checks:
        assert f'release/first-steps/items.json: carries the key of "{item.id}".' in told
        assert any(line.startswith("release/first-steps/page: ") and f'"{item.id}"' in line for line in told)


def test_words_that_a_gap_accepts_may_stand_in_the_reading(tmp_path):
    _, checks = graded(load_course(write_every_kind(tmp_path)))
    (cloze,) = [item for item in checks if item.kind == "cloze"]

    assert cloze.gaps[0].accept == ("the person", "the participant")
    assert not any("the participant" in sentence for sentence in key_sentences(cloze))


# --- the map for instructors -------------------------------------------------------------------


def test_the_build_draws_the_map_of_what_is_taught_and_asked(project):
    course = project / "course"
    (course / "points.toml").write_text('A1 = "What it is | for."\nA2 = "Where it starts."\n', "utf-8")
    (course / "coverage.toml").write_text(
        '[A1]\nsections = ["first-steps#A scene", "second-look#A scene"]\nitems = ["first-steps-check"]\n', "utf-8"
    )
    build(project)
    page = (project / "docs/coverage.md").read_text("utf-8")

    assert (
        "| A1 | What it is \\| for. | first steps: A scene<br>second look: A scene | question `first-steps-check` |"
        in page
    )
    assert "| A2 | Where it starts. |  |  |" in page
    assert page == coverage_map(load_course(course))


def test_a_course_without_points_has_no_map(project):
    build(project)

    assert not (project / "docs").exists()
