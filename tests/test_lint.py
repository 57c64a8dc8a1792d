"""Every rule for what authors write: one break each in a small course, and the line that tells of it."""

from __future__ import annotations

import ast
import re
from datetime import date
from pathlib import Path

import pytest
from small_course import LESSON, change, write_small_course

from peercourse import lint as rules
from peercourse.bank import load_course
from peercourse.lesson import IMPORT_LINE
from peercourse.lint import lint

TODAY = date(2026, 6, 1)
QUESTIONS, LESSON_FILE, TOML = "first-steps/questions.toml", "first-steps/lesson.md", "first-steps/topic.toml"
ITEM, TEXT = "course/first-steps/questions.toml:", "course/first-steps/lesson.md:"
PRACTICE_CELL = '```{code-cell} ipython3\npractice("first-steps-practice")\n```\n'
LETTER_CELL = '```{code-cell} ipython3\nreflect("first-steps-letter")\n```\n'
HAND_IN_CELL = "```{code-cell} ipython3\nhand_in()\n```\n"
PRACTICE_NAMED = f'{ITEM} "first-steps-practice"'


@pytest.fixture
def course(tmp_path: Path) -> Path:
    return write_small_course(tmp_path)


def problems(course: Path, today: date | None = TODAY) -> list[str]:
    return lint(load_course(course), today)


def test_a_course_that_keeps_every_rule_has_no_problems(course):
    assert problems(course) == []


# What to replace in which file, and the one line that follows. A line ending in … says how the line begins.
BREAKS = {
    # items
    "an id with capitals": (
        QUESTIONS,
        'id = "first-steps-practice"',
        'id = "First_Practice"',
        f'{ITEM} "First_Practice" is no id: use words in lower case joined by hyphens, 60 characters at most.',
    ),
    "an id without end": (
        QUESTIONS,
        'id = "first-steps-practice"',
        f'id = "{"a" * 61}"',
        f'{ITEM} "{"a" * 61}" is no id: use words in lower case joined by hyphens, 60 characters at most.',
    ),
    "an empty stem": (
        QUESTIONS,
        "What comes first in first-steps?",
        " ",
        f"{PRACTICE_NAMED} has an empty stem; write the question.",
    ),
    "a version below 1": (
        QUESTIONS,
        'use = "practice"',
        'use = "practice"\nversion = 0',
        f"{PRACTICE_NAMED} has a version below 1; count from 1.",
    ),
    "an unknown objective": (
        QUESTIONS,
        'objective = "begin"',
        'objective = "end"',
        f'{PRACTICE_NAMED} names an objective that topic.toml does not have, "end"; name one of its own.',
    ),
    "no objective": (
        QUESTIONS,
        'objective = "begin"\n',
        "",
        f'{PRACTICE_NAMED} names an objective that topic.toml does not have, ""; name one of its own.',
    ),
    "an unknown source of an item": (
        QUESTIONS,
        'sources = ["handbook"]',
        'sources = ["hearsay"]',
        f'{PRACTICE_NAMED} cites "hearsay", which course/sources.toml does not have; add it there or correct the id.',
    ),
    "no source": (
        QUESTIONS,
        'sources = ["handbook"]',
        "sources = []",
        f"{PRACTICE_NAMED} has no sources; name at least one of course/sources.toml.",
    ),
    "no review_by": (
        QUESTIONS,
        "review_by = 2027-06-01\n",
        "",
        f"{PRACTICE_NAMED} has no review_by; add the date by which somebody reads it again.",
    ),
    "past review_by": (
        QUESTIONS,
        "review_by = 2027-06-01",
        "review_by = 2026-05-31",
        f"{PRACTICE_NAMED} was to be reviewed by 2026-05-31; read it again, then set a new date.",
    ),
    "no right option": (
        QUESTIONS,
        "correct = true\n",
        "",
        f"{PRACTICE_NAMED} has no correct option; mark one.",
    ),
    "two right options of a single": (
        QUESTIONS,
        'text = "Hand over the form"',
        'text = "Hand over the form"\ncorrect = true',
        f"{PRACTICE_NAMED} has 2 correct options; leave one.",
    ),
    "one right option of a multiple": (
        QUESTIONS,
        'text = "Tea"\ncorrect = true',
        'text = "Tea"',
        f'{ITEM} "first-steps-several" has 1 correct of 3 options; a multiple needs two or more right, and one wrong.',
    ),
    "no wrong option of a multiple": (
        QUESTIONS,
        'text = "Pressure"',
        'text = "Pressure"\ncorrect = true',
        f'{ITEM} "first-steps-several" has 3 correct of 3 options; a multiple needs two or more right, and one wrong.',
    ),
    "two options of one id": (
        QUESTIONS,
        'id = "form"',
        'id = "hello"',
        f'{PRACTICE_NAMED} has 2 options called "hello"; give each its own id.',
    ),
    "an option id that is none": (
        QUESTIONS,
        'id = "form"',
        'id = "the form"',
        f'{PRACTICE_NAMED} has an option with the id "the form"; use words in lower case joined by hyphens.',
    ),
    "no why": (
        QUESTIONS,
        'why = "In first-steps, the form can wait."\n',
        "",
        f'{PRACTICE_NAMED} has no why for option "form"; say why it is right or wrong.',
    ),
    "an empty option": (
        QUESTIONS,
        'text = "Hand over the form"',
        'text = ""',
        f'{PRACTICE_NAMED} has no text for option "form"; write it.',
    ),
    "a pin without option": (
        QUESTIONS,
        'use = "practice"',
        'use = "practice"\npin = ["none"]',
        f'{PRACTICE_NAMED} pins an option it does not have, "none"; correct the id.',
    ),
    "no explanation": (
        QUESTIONS,
        'explanation = "In first-steps, a welcome comes first."\n',
        "",
        f"{PRACTICE_NAMED} has no explanation; say in a sentence or two what holds.",
    ),
    "no points": (
        QUESTIONS,
        "points = 2",
        "points = 0",
        f'{ITEM} "first-steps-several" has no points; give it 1 or more.',
    ),
    "points that are no number": (
        QUESTIONS,
        "points = 2",
        "points = nan",
        f'{ITEM} "first-steps-several" has no points; give it 1 or more.',
    ),
    "points without end": (
        QUESTIONS,
        "points = 2",
        "points = inf",
        f'{ITEM} "first-steps-several" has no points; give it 1 or more.',
    ),
    "hints in a check": (
        QUESTIONS,
        'use = "check"',
        'use = "check"\nhints = ["Ask yourself."]',
        f'{ITEM} "first-steps-check" has hints, which a check does not show; remove them.',
    ),
    "three levels": (
        QUESTIONS,
        '"partly", "not yet"]',
        '"not yet"]',
        f'{ITEM} "first-steps-letter" has 3 levels for "clear"; write 4, the highest first.',
    ),
    "fewer words at most than at least": (
        QUESTIONS,
        "points = 4",
        "points = 4\nmin_words = 50\nmax_words = 20",
        f'{ITEM} "first-steps-letter" has max_words below min_words; correct one.',
    ),
    "no rubric": (
        QUESTIONS,
        '[[item.criterion]]\nid = "clear"\nname = "Clear"\nlevels = ["very", "mostly", "partly", "not yet"]\n',
        "",
        f'{ITEM} "first-steps-letter" is graded and has no rubric; add [[item.criterion]] tables.',
    ),
    "points beside the rubric": (
        QUESTIONS,
        "points = 4",
        "points = 5",
        f'{ITEM} "first-steps-letter" has points = 5; its rubric adds up to 4.',
    ),
    "no exemplar": (
        QUESTIONS,
        'exemplar = "The graded key of first-steps: dear aunt, come and see us."\n',
        "",
        f'{ITEM} "first-steps-letter" is graded and has no exemplar; write one for the person who grades.',
    ),
    # the lesson
    "an unknown source of the lesson": (
        LESSON_FILE,
        "[@handbook]",
        "[@hearsay]",
        f'{TEXT} cites "hearsay", which course/sources.toml does not have; add it there or correct the id.',
    ),
    "an item used twice": (
        LESSON_FILE,
        PRACTICE_CELL,
        f"{PRACTICE_CELL}\n{PRACTICE_CELL}",
        f'{TEXT} uses "first-steps-practice" 2 times; use each item once.',
    ),
    "an item never used": (
        LESSON_FILE,
        PRACTICE_CELL,
        "",
        f'{TEXT} never uses "first-steps-practice"; place practice("first-steps-practice") or remove the item.',
    ),
    "a reflection never used": (
        LESSON_FILE,
        LETTER_CELL,
        "",
        f'{TEXT} never uses "first-steps-letter"; place reflect("first-steps-letter") or remove the item.',
    ),
    "an item that is not there": (
        LESSON_FILE,
        PRACTICE_CELL,
        PRACTICE_CELL + '\n```{code-cell} ipython3\npractice("nowhere")\n```\n',
        f'{TEXT} uses "nowhere", which questions.toml does not have; add it or correct the id.',
    ),
    "an item of another topic": (
        LESSON_FILE,
        PRACTICE_CELL,
        PRACTICE_CELL + '\n```{code-cell} ipython3\npractice("second-look-practice")\n```\n',
        f'{TEXT} uses "second-look-practice", which questions.toml does not have; add it or correct the id.',
    ),
    "the wrong call for a practice question": (
        LESSON_FILE,
        'practice("first-steps-practice")',
        'check("first-steps-practice")',
        f'{TEXT} calls check("first-steps-practice"); this item is shown by practice("first-steps-practice").',
    ),
    "the wrong call for a check": (
        LESSON_FILE,
        'check("first-steps-check")',
        'practice("first-steps-check")',
        f'{TEXT} calls practice("first-steps-check"); this item is shown by check("first-steps-check").',
    ),
    "the wrong call for a reflection": (
        LESSON_FILE,
        'reflect("first-steps-letter")',
        'check("first-steps-letter")',
        f'{TEXT} calls check("first-steps-letter"); this item is shown by reflect("first-steps-letter").',
    ),
    "a code cell of one's own": (
        LESSON_FILE,
        PRACTICE_CELL,
        PRACTICE_CELL + "\n```{code-cell} ipython3\nimport os\n```\n",
        f"{TEXT} has a code cell that is no one-line call, 'import os'; name one item in it.",
    ),
    "two calls in one cell": (
        LESSON_FILE,
        PRACTICE_CELL,
        PRACTICE_CELL + '\n```{code-cell} ipython3\nx = 1\npractice("a")\n```\n',
        f"{TEXT} has a code cell that is no one-line call, 'x = 1\\npractice(\"a\")'; name one item in it.",
    ),
    "no import": (
        LESSON_FILE,
        f"```{{code-cell}} ipython3\n{IMPORT_LINE}\n```\n",
        "",
        f"{TEXT} does not start with the import cell; peercourse new topic shows it.",
    ),
    "no hand_in": (
        LESSON_FILE,
        HAND_IN_CELL,
        "",
        f"{TEXT} has 0 hand_in() cells; it needs one, as its last cell.",
    ),
    "two hand_ins": (
        LESSON_FILE,
        HAND_IN_CELL,
        f"{HAND_IN_CELL}\n{HAND_IN_CELL}",
        f"{TEXT} has 2 hand_in() cells; it needs one, as its last cell.",
    ),
    "text after hand_in": (
        LESSON_FILE,
        HAND_IN_CELL,
        f"{HAND_IN_CELL}\nGoodbye.\n",
        f"{TEXT} has 1 hand_in() cells; it needs one, as its last cell.",
    ),
    "a question after hand_in": (
        LESSON_FILE,
        f"{LETTER_CELL}\n{HAND_IN_CELL}",
        f"{HAND_IN_CELL}\n{LETTER_CELL}",
        f"{TEXT} has 1 hand_in() cells; it needs one, as its last cell.",
    ),
    "an image without words": (
        LESSON_FILE,
        "![A door that stands open.]",
        "![ ]",
        f'{TEXT} has no alt text for "figures/door.svg"; say what the figure shows.',
    ),
    "an image that is not there": (
        LESSON_FILE,
        "figures/door.svg",
        "figures/window.svg",
        f'{TEXT} shows "figures/window.svg", which is not in the folder; add it or correct the name.',
    ),
    # the course
    "past date of the help lines": (
        "safety.toml",
        "review_by = 2027-01-10",
        "review_by = 2026-05-31",
        "course/safety.toml: was to be checked by 2026-05-31; call every line, then set checked and review_by.",
    ),
    "an id in two topics": (
        "second-look/questions.toml",
        'id = "second-look-practice"',
        'id = "first-steps-practice"',
        'course/second-look/questions.toml: "first-steps-practice" is used already in '
        "course/first-steps/questions.toml; give one of them another id.",
    ),
    "an id twice in one topic": (
        QUESTIONS,
        'id = "first-steps-check"',
        'id = "first-steps-practice"',
        f"{PRACTICE_NAMED} is used already in course/first-steps/questions.toml; give one of them another id.",
    ),
}


@pytest.mark.parametrize(("file", "old", "new", "line"), BREAKS.values(), ids=BREAKS)
def test_a_broken_rule_is_told_in_a_line(course, file, old, new, line):
    change(course / file, old, new)
    told = problems(course)

    assert line in told
    for text in told:
        assert re.fullmatch(r"course/[a-z./-]+: .+[.]", text), text


TESTS = list(Path(__file__).parent.glob("test_*.py"))


def test_every_rule_has_a_test():
    """What each rule says stands in some test, word for word."""
    rooms = [path for path in Path(rules.__file__).parent.glob("*.py") if path.stem != "tables"]
    told = [node.value for room in rooms for node in ast.walk(ast.parse(room.read_text("utf-8"))) if said_by(node)]
    words = [part.value for node in told for part in ast.walk(node) if isinstance(part, ast.Constant)]
    rules_words = {part for part in words if isinstance(part, str) and len(part) > len("has an empty ")}
    tests = "".join(text for path in TESTS for text in strings_in(path))

    assert len(rules_words) > 120
    assert sorted(part for part in rules_words if not in_a_test(part, tests)) == []


def said_by(node: ast.AST) -> bool:
    """Whether a rule tells something here: it yields a text, or one of several."""
    return isinstance(node, ast.Yield) and isinstance(node.value, ast.JoinedStr | ast.Constant | ast.IfExp)


def strings_in(path: Path) -> list[str]:
    nodes = ast.walk(ast.parse(path.read_text("utf-8")))
    return [node.value for node in nodes if isinstance(node, ast.Constant) and isinstance(node.value, str)]


def in_a_test(part: str, tests: str) -> bool:
    """A test may fill in a name in the middle, so the longest piece between names and quotation marks counts."""
    return max(re.split(r"[\"{}]", part), key=len) in tests


def test_dates_count_only_where_a_day_is_given(course):
    change(course / QUESTIONS, "review_by = 2027-06-01", "review_by = 2020-01-01")
    change(course / "safety.toml", "review_by = 2027-01-10", "review_by = 2020-01-01")

    assert problems(course, None) == []
    assert len(problems(course, TODAY)) == 2


def test_on_the_very_day_a_date_is_not_past(course):
    assert problems(course, date(2027, 1, 10)) == []
    assert len(problems(course, date(2027, 1, 11))) == 1
    assert len(problems(course, date(2027, 6, 2))) == 1 + 10


def test_several_breaks_are_told_together_in_the_order_of_the_files(course):
    change(course / QUESTIONS, "explanation = ", "explaination = ")
    change(course / QUESTIONS, 'why = "The graded key of first-steps: trust takes time."', 'why = ""')
    change(course / LESSON_FILE, "[@handbook]", "[@hearsay]")
    change(course / "second-look/lesson.md", HAND_IN_CELL, "")
    told = problems(course)

    assert [line.split(":")[0] for line in told] == [
        "course/first-steps/questions.toml",
        "course/first-steps/questions.toml",
        "course/first-steps/lesson.md",
        "course/first-steps/lesson.md",
        "course/second-look/lesson.md",
    ]


def test_a_topic_with_nothing_to_hand_in_needs_no_hand_in(course):
    keep = (course / QUESTIONS).read_text("utf-8").split("\n[[item]]\n")[0]
    (course / QUESTIONS).write_text(keep, "utf-8")
    lesson = LESSON.replace("{t}", "first-steps").split("```{code-cell} ipython3\nreflect")[0]
    (course / LESSON_FILE).write_text(lesson, "utf-8")

    assert problems(course) == []


@pytest.mark.parametrize("text", ["", "\n\n", "Words without any cell."])
def test_an_empty_lesson_is_told_and_stops_nothing(course, text):
    (course / LESSON_FILE).write_text(text, "utf-8")
    told = problems(course)

    assert f"{TEXT} does not start with the import cell; peercourse new topic shows it." in told
    assert f"{TEXT} has 0 hand_in() cells; it needs one, as its last cell." in told


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("kernelspec:", "- kernelspec:"),
        ("kernelspec:", "kernelspec: ["),
        ("```{code-cell} ipython3\n", "```{code-cell} ipython3\n:tags: [a\n"),
        ("+++", "+++ {"),
    ],
)
def test_a_lesson_whose_heads_cannot_be_read_is_told_in_one_line(course, old, new):
    change(course / LESSON_FILE, old, new)
    (told,) = problems(course)

    assert told.startswith(f"{TEXT} cannot be read as a lesson (")
    assert told.endswith("); compare its first lines and its cells with those of another topic.")
