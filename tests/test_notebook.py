"""What the builder makes of a topic, from the small course."""

from __future__ import annotations

import json
from copy import deepcopy
from pathlib import Path, PurePosixPath

import nbformat
import pytest
from every_kind import write_every_kind
from small_course import GRADED_MARK, TOPICS, change, write_small_course

from peercourse.bank import load_course
from peercourse.items import Choice, is_graded, public_view, shown_order
from peercourse.lesson import IMPORT_LINE
from peercourse.notebook import digest, items_in_order, topic_files, topic_notebook
from peercourse.scaffold import new_topic


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return write_small_course(tmp_path)


@pytest.fixture
def course(folder):
    return load_course(folder)


@pytest.fixture
def topic(course):
    return course.topic("first-steps")


@pytest.fixture
def notebook(course, topic):
    return nbformat.reads(nbformat.writes(topic_notebook(course, topic)), as_version=4)


def code_cells(notebook):
    return [cell for cell in notebook.cells if cell.cell_type == "code"]


def test_a_topic_is_a_notebook_its_items_and_its_figures(course, topic):
    assert set(map(str, topic_files(course, topic))) == {"first-steps.ipynb", "items.json", "figures/door.svg"}


def test_the_place_of_the_course_leaves_no_trace(course, tmp_path):
    other = load_course(write_small_course(tmp_path / "somewhere else"))

    for name in TOPICS:
        assert topic_files(other, other.topic(name)) == topic_files(course, course.topic(name))
        assert str(tmp_path).encode() not in b"".join(topic_files(other, other.topic(name)).values())


def test_the_notebook_is_valid(notebook):
    nbformat.validate(notebook)


def test_every_code_cell_is_one_line_that_a_reader_need_not_see(notebook):
    assert [cell.source for cell in code_cells(notebook)] == [
        IMPORT_LINE,
        'practice("first-steps-practice")',
        'reflect("first-steps-own-words")',
        'check("first-steps-check")',
        'check("first-steps-several")',
        'reflect("first-steps-letter")',
        "hand_in()",
    ]
    assert all(cell.metadata.jupyter.source_hidden for cell in code_cells(notebook))


def test_no_cell_can_be_deleted_and_only_the_hand_in_can_be_edited(notebook):
    assert {cell.metadata.deletable for cell in notebook.cells} == {False}
    assert [cell.source for cell in notebook.cells if cell.metadata.get("editable", True)] == ["hand_in()"]


def test_points_are_counted_by_headings_and_never_by_code(notebook, topic):
    counted = [cell for cell in notebook.cells if "nbgrader" in cell.metadata]

    assert [(c.metadata.nbgrader.grade_id, c.metadata.nbgrader.points) for c in counted] == [
        ("first-steps-check", 1),
        ("first-steps-several", 2),
        ("first-steps-letter", 4),
    ]
    assert {cell.cell_type for cell in counted} == {"markdown"}
    assert [cell.source for cell in counted] == [
        "### Question 1",
        "### Question 2",
        "### Question 3",
    ]
    for cell in counted:
        below = notebook.cells[notebook.cells.index(cell) + 1]
        assert f'("{cell.metadata.nbgrader.grade_id}")' in below.source


def test_no_graded_key_is_in_any_file_of_a_topic(course, topic):
    for name, data in topic_files(course, topic).items():
        assert GRADED_MARK.encode() not in data, name


def test_every_item_is_in_the_notebook_to_read_without_a_kernel(notebook, topic):
    shown = {cell.source.split('"')[1]: cell.outputs for cell in code_cells(notebook) if '"' in cell.source}

    assert list(shown) == [item.id for item in items_in_order(topic)]
    for item in items_in_order(topic):
        (output,) = shown[item.id]
        assert item.stem in output.data["text/plain"]
        assert f'data-peercourse-twin="{item.id}"' in output.data["text/html"]


def test_options_stand_in_the_order_that_says_nothing_about_the_key(notebook, topic):
    for cell in code_cells(notebook):
        item = topic.item(cell.source.split('"')[1]) if '"' in cell.source else None
        if isinstance(item, Choice):
            for form in ("text/plain", "text/html"):
                text = cell.outputs[0].data[form]
                places = [text.index(f" {option.text}") for option in shown_order(item)]
                assert places == sorted(places), (item.id, form)


def test_items_go_out_in_the_order_of_the_lesson_through_the_one_gate(course, topic):
    body = json.loads(topic_files(course, topic)[PurePosixPath("items.json")])

    assert body["items"] == [public_view(item) for item in items_in_order(topic)]
    assert (body["format"], body["course"], body["topic"]) == (1, "harm-reduction", "first-steps")
    assert sum(is_graded(item) for item in items_in_order(topic)) == 3


def test_notes_are_numbered_by_first_mention_and_listed_before_the_checks(notebook):
    texts = [cell.source for cell in notebook.cells if cell.cell_type == "markdown"]
    (scene,) = [text for text in texts if "from the rain" in text]
    (sources,) = [text for text in texts if text.startswith("## Sources")]

    assert 'the rain<sup>[[1](#Sources "An organisation, 2024")]</sup>.' in scene
    assert '[2](#Sources "Another organisation, undated"), [1](#Sources' in scene
    assert "1. An organisation, *A handbook*, 2024. <https://example.org/handbook>. Checked 2026-01-10." in sources
    assert "[@" not in "".join(texts)
    assert texts.index(sources) == texts.index("## Check what you can do") - 1


def test_the_help_lines_stand_at_the_top(notebook):
    assert "911" in notebook.cells[0].source
    assert "Made for trying things out." in notebook.cells[0].source


def test_cells_have_names_of_their_own_that_stay_when_another_cell_changes(folder, course, topic, notebook):
    before = [cell.id for cell in notebook.cells]
    change(folder / "first-steps" / "lesson.md", "You offer a seat", "You offer two seats")
    changed = load_course(folder)
    after = [cell.id for cell in topic_notebook(changed, changed.topic("first-steps")).cells]

    assert len(set(before)) == len(before)
    assert len(set(before) - set(after)) == 1
    assert len(after) == len(before)


def test_the_same_text_twice_is_two_cells_with_two_names(folder):
    change(folder / "first-steps" / "lesson.md", "## A scene", "Again.\n\n+++\n\nAgain.\n\n+++\n\n## A scene")
    course = load_course(folder)
    notebook = topic_notebook(course, course.topic("first-steps"))

    assert [cell.source for cell in notebook.cells].count("Again.") == 2
    assert len({cell.id for cell in notebook.cells}) == len(notebook.cells)


def test_running_cells_is_no_edit_and_every_change_of_a_cell_is(notebook):
    built = notebook.metadata.peercourse.digest
    run = deepcopy(notebook)
    for cell in code_cells(run):
        cell.outputs, cell.execution_count = [], 7
    for cell in run.cells:
        cell.metadata["trusted"] = True
        cell.metadata.get("nbgrader", {})["checksum"] = "made by nbgrader"

    def text(n):
        n.cells[3].source += " "

    def points(n):
        next(c for c in n.cells if "nbgrader" in c.metadata).metadata.nbgrader.points = 99

    def order(n):
        n.cells.reverse()

    def fewer(n):
        n.cells.pop()

    def kind(n):
        n.cells[0].cell_type = "raw"

    assert digest(notebook) == digest(run) == built
    for edit in (text, points, order, fewer, kind):
        edited = deepcopy(notebook)
        edit(edited)
        assert digest(edited) != built, edit.__name__


# --- what the builder adds -----------------------------------------------------------------------


def test_the_head_says_how_long_the_reading_takes(notebook):
    assert "Set aside about 10 minutes. The reading alone takes about 1." in notebook.cells[0].source


def test_topics_lead_to_each_other_at_the_head_and_after_the_check(course):
    first, second = (topic_notebook(course, topic).cells for topic in course.topics)

    assert first[0].source.endswith("\n\nNext: [second look](../second-look/second-look.ipynb)")
    assert second[0].source.endswith("\n\nPreviously: [first steps](../first-steps/first-steps.ipynb)")
    assert first[-2].source == "When you have handed in, go on to [second look](../second-look/second-look.ipynb)."
    assert "When you have handed in" not in "".join(cell.source for cell in second)
    assert first[-1].source == second[-1].source == "hand_in()"


def test_the_topic_in_the_middle_says_both_ways(folder):
    new_topic(folder, "rest")
    course = load_course(folder)

    assert (
        topic_notebook(course, course.topics[1])
        .cells[0]
        .source.endswith(
            "Previously: [first steps](../first-steps/first-steps.ipynb) · Next: [Rest](../rest/rest.ipynb)"
        )
    )


def test_the_only_topic_leads_nowhere(folder):
    change(folder / "course.toml", 'topics = ["first-steps", "second-look"]', 'topics = ["first-steps"]')
    course = load_course(folder)

    assert ".ipynb" not in "".join(cell.source for cell in topic_notebook(course, course.topics[0]).cells)


def test_every_kind_is_shown_by_its_call_and_can_be_read_without_a_kernel(tmp_path):
    course = load_course(write_every_kind(tmp_path / "every kind"))
    topic = course.topic("first-steps")
    cells = {cell.source: cell for cell in code_cells(topic_notebook(course, topic))}

    for item in topic.items:
        (call,) = [source for source in cells if f'("{item.id}")' in source]
        assert item.stem in cells[call].outputs[0].data["text/plain"]
    assert "What is asked?" in cells["cards()"].outputs[0].data["text/html"]


def test_cards_travel_with_their_topic_and_exam_questions_do_not(tmp_path):
    course = load_course(write_every_kind(tmp_path / "every kind"))
    files = topic_files(course, course.topic("first-steps"))
    body = json.loads(files[PurePosixPath("items.json")])
    (deck,) = body["decks"]

    assert (deck["topic"], [card["id"] for card in deck["cards"]]) == ("first-steps", ["first-steps-card"])
    assert course.topic("first-steps").exam[0].id == "first-steps-exam"
    assert all(b"first-steps-exam" not in data for data in files.values())
    assert "decks" not in json.loads(topic_files(course, course.topic("second-look"))[PurePosixPath("items.json")])


def test_plans_for_instructors_stay_with_them(tmp_path):
    folder = write_every_kind(tmp_path / "every kind")
    (folder / "first-steps/facilitator.md").write_text("Begin with a round of names.", "utf-8")
    course = load_course(folder)

    assert all(b"round of names" not in data for data in topic_files(course, course.topic("first-steps")).values())


def test_the_style_list_is_shown_where_a_lesson_asks_for_it(folder):
    (folder / "words.toml").write_text(
        '[[word]]\navoid = ["the needy", "needy"]\nsay = "people | a person"\nwhy = "Need is no kind."\n', "utf-8"
    )
    change(folder / "first-steps/lesson.md", "![A door", "{{words}}\n\n![A door")
    course = load_course(folder)
    texts = [cell.source for cell in topic_notebook(course, course.topic("first-steps")).cells]
    (shown,) = [text for text in texts if "| Words to leave |" in text]

    assert "\n\n| Words to leave | Words to use | Why |\n|---|---|---|\n" in shown
    assert "\n| the needy, needy | people \\| a person | Need is no kind. |\n\n" in shown
    assert "{{words}}" not in "".join(texts)
