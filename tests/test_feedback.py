"""Feedback pages: what they say, that nothing in them is alive, and how they reach learners through nbgrader."""

from __future__ import annotations

import io
import re
import shutil
import stat
from contextlib import redirect_stdout
from dataclasses import replace
from itertools import pairwise
from pathlib import Path

import pytest
from course_project import PROJECT
from graded_class import DUE, IN_TIME, LATE, TOPIC, Submitted, make_graded_course
from hostile_text import what_it_does
from inert_html import HARMLESS_ATTRIBUTES, HARMLESS_TAGS, HOSTILE, ReadHtml, must_be_inert
from nbconvert import HTMLExporter
from nbgrader.api import Gradebook
from nbgrader.server_extensions import formgrader
from test_grading_batch import grade

from peercourse.answering import best_answer
from peercourse.bank import Objective, Place, load_course
from peercourse.feedback.making import make_pages
from peercourse.feedback.page import FeedbackPages
from peercourse.feedback.release import release_pages
from peercourse.grading.graded_answers import GradedAnswers
from peercourse.grading.marks import LearnerMarks, Mark
from peercourse.grading.settings import read_settings
from peercourse.items import CourseError, Reflection
from peercourse.loop import release_feedback, show_report
from peercourse.marking_guide import marking_guide
from peercourse.nbgrader_calls import nbgrader
from peercourse.report import report_topic, write_report

FORMGRADER = Path(formgrader.__file__).parent
PENALTY = "c.LateSubmissionPlugin.penalty_method = 'zero'\nc.CourseDirectory.student_id_exclude = 'left-the-course'\n"
COVERAGE = """
[A1]
sections = ["second-look#A scene", "first-steps#A scene"]
items = ["first-steps-several"]
"""
WRONG = {
    "first-steps-check": ["worker"],
    "first-steps-several": ["pressure"],
    "first-steps-beds": "1796",
    "first-steps-visit": ["name", "knock", "sit", "listen"],
    "first-steps-pairs": ["stay=guest", "ask=guest", "thank=clerk"],
    "first-steps-gaps": ["pot=sofa", "when=ours"],
    "first-steps-rain": ["door/form"],
}


@pytest.fixture(scope="module")
def root(tmp_path_factory):
    """A class that was graded, by the batch and by a person, and has its feedback."""
    root = tmp_path_factory.mktemp("feedback for all") / "course"
    make_graded_course(root, PENALTY)
    (root / "course" / "coverage.toml").write_text(COVERAGE)
    (root / "exchange").mkdir()
    assert nbgrader(root, "db", "assignment", "add", TOPIC, f"--duedate={DUE}").returncode == 0
    Submitted(root, "perfect").answer_all().hand_in()
    Submitted(root, "silent")
    Submitted(root, "late", LATE).answer_all().hand_in()
    Submitted(root, "left-the-course").answer_all().hand_in()
    wrong = Submitted(root, "wrong")
    for item in wrong.items:
        wrong.answer(item, WRONG.get(item.id, "My own letter."))
    hostile = Submitted(root, "hostile")
    for item in hostile.items:
        texts = {"first-steps-gaps": [f"pot={HOSTILE}", f"when={HOSTILE}"], "first-steps-beds": HOSTILE}
        hostile.answer(item, HOSTILE if isinstance(item, Reflection) else texts.get(item.id, [HOSTILE]))
    hostile.answer(replace(hostile.items[0], id=HOSTILE), ["x"])
    mailed = Submitted(root, "by-mail").answer_all().hand_in()
    (mailed.folder / "timestamp.txt").unlink()
    (mailed.folder / "submission_secret.txt").unlink()
    done = grade(root)
    assert done.returncode == 0
    (root.parent / "graded.txt").write_text(done.stdout, "utf-8")
    with Gradebook(f"sqlite:///{root / 'gradebook.db'}") as book:
        letter = book.find_grade(f"{TOPIC}-letter", TOPIC, TOPIC, "perfect")
        letter.manual_score, letter.needs_manual_grade = 3, False
        book.find_comment(f"{TOPIC}-letter", TOPIC, TOPIC, "perfect").manual_comment = f"A warm letter.\n{HOSTILE}"
        book.find_grade(f"{TOPIC}-check", TOPIC, TOPIC, "wrong").extra_credit = 0.5
        book.db.commit()
    shutil.copytree(root, root.parent / "theirs")
    (root.parent / "said.txt").write_text(release_feedback(root, TOPIC))
    return root


def page(root: Path, learner: str) -> str:
    return (root / "feedback" / learner / TOPIC / f"{TOPIC}.html").read_text("utf-8")


def words(root: Path, learner: str) -> str:
    return ReadHtml(page(root, learner)).words


# --- what a page says --------------------------------------------------------------------------


def test_a_page_begins_with_the_points_and_what_waits_for_a_person(root):
    assert "15 of 16 points" in words(root, "perfect")
    assert "wait" not in words(root, "perfect").split("Question by question")[0]
    assert "points so far 4 more points wait for a person" in words(root, "wrong")
    assert "0 of 16 points" in words(root, "silent")
    assert "0.5 of these points" in words(root, "wrong")


def test_a_page_says_that_it_came_in_late_and_what_that_cost(root):
    assert "It came in after the due date. 12 points were taken off for that." in words(root, "late")
    assert "0 of 12 points so far" in words(root, "late")
    assert "due date" not in words(root, "perfect")


TOLD = {
    "single": ("● The worker (your choice)", "nobody's life is run", "○ The person (right answer)"),
    "multiple": ("☑ Pressure (your choice)", "☐ Tea (right answer)", "trust takes time"),
    "numeric": ("1796 beds (your answer)", "this adds the free beds", "1,204 beds (right answer)"),
    "order": ("1. Knock and wait. (you put it at 2)", "for safety", "nobody opens a door"),
    "match": ("it is warm here. → A guest (your choice) (right answer: A host)", "a host thinks of the chair"),
    "cloze": ("First put the [sofa] on", "1. sofa (right answer: kettle", "without water there is no tea"),
    "case": ("→ Offer the form. (your choice) (This is not safe.)", "a form says prove it", "could cost a life"),
    "reflection": ("What you wrote My own letter.", "How your answer is read Clear 4 points: very", "dear aunt"),
    "explanations and sources": ("In short: The graded key of first-steps: 1,500 less 296.", "A handbook (2024)"),
}


@pytest.mark.parametrize("told", TOLD.values(), ids=TOLD)
def test_every_kind_is_told_in_its_own_way(root, told):
    found = words(root, "wrong")

    assert [part for part in told if part not in found] == []


def test_what_a_person_gave_and_wrote_stands_at_its_question(root):
    letter = words(root, "perfect").split("Question 8")[-1]

    assert letter.startswith(" 3 of 4 points")
    assert "A person gave these points." in letter
    assert "From the person who graded A warm letter." in letter


def test_what_was_not_answered_is_said(root):
    assert words(root, "silent").count("You did not answer this question.") == 7
    assert "You did not write anything here." in words(root, "silent")


def test_what_grading_noticed_is_told_to_the_learner_too(root):
    assert "Graded from the log." in words(root, "wrong")


# --- what to look at again ---------------------------------------------------------------------


def pages_of(course, **changes):
    topic = replace(course.topic(TOPIC), **changes)
    return FeedbackPages(course, topic, marking_guide(course, topic))


def objectives_and_links(source: str) -> tuple[list[str], list[str]]:
    part = source.split('id="again"')[1].split("</section>")[0]
    return re.findall(r"<strong>(.*?)</strong>", part), re.findall(r'href="(.*?)"', part)


def test_what_cost_the_most_points_comes_first_with_the_sections_that_teach_it(root):
    course = load_course(root / "course")
    objectives = (Objective("small", "do a small thing"), Objective("large", "do a large thing"))
    by_item = {"first-steps-check": "small", "first-steps-several": "large", "first-steps-visit": "large"}
    topic = course.topic(TOPIC)
    items = tuple(replace(item, objective=by_item.get(item.id, "small")) for item in topic.items)
    pages = pages_of(course, head=replace(topic.head, objective=objectives), items=items)
    marks = {item.id: Mark(item.points, 0 if item.id in by_item else item.points) for item in pages.guide.items}
    source = pages.page(LearnerMarks(None, 0, 0, marks), GradedAnswers({}, ()))
    again, links = objectives_and_links(source)

    assert again == ["do a large thing", "do a small thing"]
    assert links[:2] == [
        "../../../first-steps/first-steps.ipynb#A-scene",
        "../../../second-look/second-look.ipynb#A-scene",
    ]
    assert links[2:] == ["../../../first-steps/first-steps.ipynb"]
    assert "(4 points missed)" in ReadHtml(source).words


def test_where_the_map_has_no_place_for_a_question_the_sections_of_its_objective_are_linked(root):
    pages = pages_of(load_course(root / "course"))
    marks = {item.id: Mark(item.points, item.points) for item in pages.guide.items} | {"first-steps-rain": Mark(2, 0)}
    source = pages.page(LearnerMarks(None, 0, 0, marks), GradedAnswers({}, ()))

    assert objectives_and_links(source)[1][0] == "../../../first-steps/first-steps.ipynb#A-scene"


def test_what_waits_or_was_dropped_costs_nothing(root):
    course = load_course(root / "course")
    items = tuple(replace(item, dropped=item.id == "first-steps-check") for item in course.topic(TOPIC).items)
    pages = pages_of(course, items=items)
    marks = {item.id: Mark(item.points, item.points) for item in pages.guide.items}
    marks |= {"first-steps-check": Mark(1, 0), "first-steps-letter": Mark(4, None, waits=True)}
    source = pages.page(LearnerMarks(None, 0, 0, marks), GradedAnswers({}, ()))

    assert 'id="again"' not in source
    assert "Everybody who handed in gets all of its points." in source


def test_a_section_that_is_in_no_topic_is_not_linked(root):
    course = replace(load_course(root / "course"), coverage={"A1": Place(("gone#x",), ("first-steps-several",))})
    pages = pages_of(course)
    marks = {item.id: Mark(item.points, 0) for item in pages.guide.items}

    assert objectives_and_links(pages.page(LearnerMarks(None, 0, 0, marks), GradedAnswers({}, ())))[1] == [
        "../../../first-steps/first-steps.ipynb"
    ]


# --- nothing in it is alive --------------------------------------------------------------------


@pytest.mark.parametrize("learner", ["hostile", "perfect", "wrong"])
def test_whatever_anybody_wrote_is_text_and_nothing_else(root, learner):
    found = must_be_inert(page(root, learner))

    assert ("<script>alert(1)</script>" in found.text) == (learner != "wrong")
    assert "49" not in found.text


def test_a_page_loads_nothing_and_says_so_to_the_browser(root):
    source = page(root, "hostile")

    assert "default-src 'none'" in source
    assert "url(" not in source
    assert "@import" not in source


def test_formgrader_shows_it_as_text_too(root):
    """As Formgrader renders a submission: nbgrader's own template around the marked notebook."""
    exporter = HTMLExporter(template_name="formgrade", extra_template_basedirs=[str(FORMGRADER / "templates")])
    names = ("assignment_id", "notebook_id", "submission_id", "base_url", "student", "last_name", "first_name")
    resources = dict.fromkeys((*names, "notebook_path"), "x") | {"index": 0, "total": 1}

    def rendered(learner: str) -> str:
        notebook = root / "autograded" / learner / TOPIC / f"{TOPIC}.ipynb"
        return exporter.from_filename(str(notebook), resources=dict(resources))[0]

    of_theirs = what_it_does(rendered("hostile")) - what_it_does(rendered("silent"))

    assert "alert(1)" in rendered("hostile")
    assert {tag for tag, _, _ in of_theirs} <= HARMLESS_TAGS
    assert {name for _, name, _ in of_theirs} <= HARMLESS_ATTRIBUTES | {""}
    assert [value for _, name, value in of_theirs if name in ("href", "src") and not value.startswith("#")] == []


def test_the_report_shows_it_as_text_too(root):
    course = load_course(root / "course")
    report = write_report(root, course, [report_topic(root, course, course.topic(TOPIC))])
    found = must_be_inert(report.read_text("utf-8"))

    assert "<script>alert(1)</script>" in found.text


def test_what_a_grader_reads_in_a_terminal_gives_it_no_orders(root, tmp_path):
    copied = Path(shutil.copytree(root, tmp_path / "course"))
    logged = nbgrader(copied, "autograde", TOPIC, "--student=hostile", "--force")
    with redirect_stdout(io.StringIO()) as shown:
        show_report(copied, TOPIC)
    said = (root.parent / "graded.txt").read_text("utf-8")

    assert "hostile: " in said
    for told in (said, logged.stderr, shown.getvalue()):
        assert "alert(1)" in told
        assert not [char for char in told if not char.isprintable() and char not in "\n"]


REAL = load_course(PROJECT / "course")
GRADED = [topic.name for topic in REAL.topics if marking_guide(REAL, topic).items]


@pytest.mark.parametrize("name", GRADED)
def test_the_page_of_every_topic_is_small_and_inert(name):
    topic = REAL.topic(name)
    pages = FeedbackPages(REAL, topic, marking_guide(REAL, topic))
    items = pages.guide.items
    answers = {item.id: "word " * 300 if isinstance(item, Reflection) else best_answer(item) for item in items}
    marks = LearnerMarks(None, 0, 0, {item.id: Mark(item.points, 0) for item in items})
    source = pages.page(marks, GradedAnswers(answers, ()))
    found, size = must_be_inert(source), len(source.encode())

    # The capstone has many questions, so there is much to read in it; what is not read stays as small.
    assert size - (0 if topic.head.kind == "topic" else len(found.words.encode())) <= 40_000


# --- everybody can read it ---------------------------------------------------------------------


def test_headings_and_landmarks_lead_through_a_page(root):
    source = page(root, "wrong")
    found = ReadHtml(source)
    levels = [int(tag[1]) for tag in found.tags if re.fullmatch("h[1-6]", tag)]

    assert '<html lang="en">' in source
    assert 'name="viewport" content="width=device-width, initial-scale=1"' in source
    assert (found.tags.count("main"), found.tags.count("title"), levels.count(1)) == (1, 1, 1)
    assert all(after <= before + 1 for before, after in pairwise(levels))
    assert len(found.ids) == len(set(found.ids))
    assert set(re.findall(r'aria-labelledby="(.*?)"', source)) <= set(found.ids)
    assert {link[1:] for link in found.links if link.startswith("#")} <= set(found.ids)


def luminance(color: str) -> float:
    digits = color.lstrip("#")
    digits = "".join(char * 2 for char in digits) if len(digits) == 3 else digits
    parts = [int(digits[index : index + 2], 16) / 255 for index in (0, 2, 4)]
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


@pytest.mark.parametrize("scheme", range(3), ids=["light", "dark", "print"])
def test_every_color_stands_out_from_its_ground(root, scheme):
    """By the formula of WCAG 2.2, contrast ratio; 4.5 is asked for."""
    colors = [dict(re.findall(r"--([a-z]+):(#[0-9a-f]+)", rule)) for rule in re.findall(r":root\{(.*?)\}", page(root, "wrong"))]  # fmt: skip  # noqa: E501
    for ground in ("paper", "tint"):
        for ink in ("ink", "quiet", "link", "right"):
            one, two = sorted((luminance(colors[scheme][name]) for name in (ground, ink)), reverse=True)
            assert (one + 0.05) / (two + 0.05) >= 4.5, (ground, ink)


@pytest.mark.parametrize("width", [320, 1280])
def test_a_page_fits_a_phone_and_asks_for_nothing(root, browser, width):
    context = browser.new_context(viewport={"width": width, "height": 800})
    opened, asked, alerts = context.new_page(), [], []
    opened.on("request", lambda request: asked.append(request.url))
    opened.on("dialog", lambda dialog: (alerts.append(dialog.message), dialog.dismiss()))
    opened.goto((root / "feedback" / "hostile" / TOPIC / f"{TOPIC}.html").as_uri())
    wide = opened.evaluate("document.documentElement.scrollWidth")
    context.close()

    assert wide <= width
    assert [url for url in asked if not url.startswith("file:")] == []
    assert alerts == []


# --- through nbgrader --------------------------------------------------------------------------


def test_nbgraders_own_commands_make_and_release_the_same_pages(root):
    theirs = root.parent / "theirs"
    for command in ("generate_feedback", "release_feedback"):
        done = nbgrader(theirs, command, TOPIC)
        assert done.returncode == 0, done.stderr
    released = [path for path in released_pages(theirs) if path.name in {p.name for p in released_pages(root)}]

    for learner in ("perfect", "silent", "late", "wrong", "hostile", "by-mail"):
        assert page(theirs, learner) == page(root, learner)
    assert not (theirs / "feedback" / "left-the-course").exists()
    assert [path.read_bytes() for path in released] == [path.read_bytes() for path in released_pages(root)]
    assert [path.stat().st_mode for path in released] == [path.stat().st_mode for path in released_pages(root)]
    assert released[0].parent.stat().st_mode == released_pages(root)[0].parent.stat().st_mode
    # nbgrader itself releases the mailed one too, under a name that nobody can look for.
    assert len(released_pages(theirs)) == len(released_pages(root)) + 1


def released_pages(root: Path) -> list[Path]:
    return sorted((root / "exchange" / "harm-reduction" / "feedback").iterdir())


def test_learners_fetch_their_page_with_nbgrader_on_another_machine(root, tmp_path):
    kept = tmp_path / "cache" / "harm-reduction" / f"wrong+{TOPIC}+{IN_TIME}"
    kept.mkdir(parents=True)
    (kept / f"{TOPIC}.ipynb").write_text("{}")
    (kept / "submission_secret.txt").write_text("wrong")
    places = f"--Exchange.assignment_dir={tmp_path}", f"--Exchange.cache={tmp_path / 'cache'}"
    done = nbgrader(root, "fetch_feedback", TOPIC, "--student=wrong", *places)

    assert done.returncode == 0, done.stderr
    assert (tmp_path / TOPIC / "feedback" / IN_TIME / f"{TOPIC}.html").read_text("utf-8") == page(root, "wrong")


def test_who_sent_a_mail_gets_the_page_from_a_person(root, tmp_path):
    said = (root.parent / "said.txt").read_text()

    assert said.startswith(f"{TOPIC}: 5 feedback page(s) released.")
    assert "give them the page from feedback/ yourself: by-mail." in said
    copied = Path(shutil.copytree(root, tmp_path / "course"))
    assert nbgrader(copied, "release_feedback", TOPIC).returncode == 0


def test_nobody_but_the_staff_may_list_the_released_pages(root):
    assert stat.S_IMODE((root / "exchange" / "harm-reduction" / "feedback").stat().st_mode) == 0o711


def test_feedback_made_twice_is_the_same_and_counts_no_change(root, tmp_path):
    copied = Path(shutil.copytree(root, tmp_path / "course"))
    course, settings = load_course(copied / "course"), read_settings(copied)
    made = make_pages(settings, course, TOPIC)
    before = {path.name: path.read_bytes() for path in released_pages(copied)}
    assert release_pages(settings, TOPIC, made.learners) == ["by-mail"]

    assert (len(made.learners), made.changed, made.problems) == (6, [], {})
    assert {path.name: path.read_bytes() for path in released_pages(copied)} == before


def test_one_whose_page_cannot_be_made_is_named_and_the_others_get_theirs(root, tmp_path):
    copied = Path(shutil.copytree(root, tmp_path / "course"))
    notebook = copied / "autograded" / "wrong" / TOPIC / f"{TOPIC}.ipynb"
    notebook.chmod(0o644)
    notebook.write_text('{"metadata": {}}')
    (copied / "autograded" / "unknown" / TOPIC).mkdir(parents=True)
    (copied / "autograded" / "unknown" / TOPIC / f"{TOPIC}.ipynb").touch()
    said = release_feedback(copied, TOPIC)

    assert said.startswith(f"{TOPIC}: 4 feedback page(s) released.")
    assert "No page: wrong: the answers are not in the graded notebook" in said
    assert "No page: unknown is not in the gradebook" in said


def test_without_an_exchange_it_is_said_in_one_line(root, tmp_path):
    copied = Path(shutil.copytree(root, tmp_path / "course"))
    shutil.rmtree(copied / "exchange")

    with pytest.raises(CourseError, match=r"The exchange, .* is not there or not writable") as told:
        release_feedback(copied, TOPIC)
    assert "\n" not in str(told.value)


def test_where_the_configuration_asks_for_another_page_nbgrader_makes_it(root, tmp_path):
    copied = Path(shutil.copytree(root, tmp_path / "course"))
    config = copied / "nbgrader_config.py"
    ours = 'c.GenerateFeedback.exporter_class = "peercourse.feedback.FeedbackPage"\nc.GenerateFeedback.preprocessors = []\n'  # noqa: E501
    assert ours in config.read_text("utf-8")
    config.write_text(config.read_text("utf-8").replace(ours, ""), "utf-8")
    shutil.rmtree(copied / "feedback")

    assert "released" in release_feedback(copied, TOPIC, "wrong")
    assert "default-src 'none'" not in page(copied, "wrong")
