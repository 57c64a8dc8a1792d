"""Every rule for orders, matches, clozes, numbers, polls, exam questions, cases and cards: one break each."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from every_kind import told_of, write_every_kind

FOLDER = "course/first-steps"
QUESTIONS, CASES, POLLS, EXAM, CARDS, LESSON = (
    f"first-steps/{name}"
    for name in ("questions.toml", "cases.toml", "polls.toml", "exam.toml", "cards.toml", "lesson.md")
)


def of(kind: str) -> str:
    file = {"case": "cases", "poll": "polls", "exam": "exam", "card": "cards"}.get(kind, "questions")
    return f'{FOLDER}/{file}.toml: "first-steps-{kind}"'


ORDER, MATCH, CLOZE, NUMERIC = of("order"), of("match"), of("cloze"), of("numeric")
CASE, POLL, EXAMINED, CARD = of("case"), of("poll"), of("exam"), of("card")
TEXT = f"{FOLDER}/lesson.md:"
STEP = '[[item.step]]\nid = "{}"\ntext = "{}"\nwhy = "Practice: say why it stands here."\n'
LAST_STEPS = STEP.format("plan", "Plan the next step together.") + STEP.format("check", "Ask how it went.")
WRONG = "Practice: say why people think so, and what speaks against it."
SELECTED = f'[[item.gap.option]]\nid = "{{0}}"\ntext = "{{0}}"\nwhy = "{WRONG}"\n'


@pytest.fixture
def course(tmp_path: Path) -> Path:
    return write_every_kind(tmp_path)


def test_one_example_of_every_kind_keeps_every_rule(course):
    assert told_of(course) == []


BREAKS = {
    # all kinds
    "an id that is no topic's": (
        EXAM,
        'id = "first-steps-exam"',
        'id = "last-steps-exam"',
        f'{FOLDER}/exam.toml: "last-steps-exam" has an id of no topic; '
        'start it with the topic\'s name, as in "first-steps-last-steps-exam".',
    ),
    # order
    "two steps": (QUESTIONS, LAST_STEPS, "", f"{ORDER} has 2 steps; write 3 or more."),
    "two steps of one id": (
        QUESTIONS,
        'id = "greet"',
        'id = "ask"',
        f'{ORDER} has 2 steps called "ask"; give each its own id.',
    ),
    "a step's id": (
        QUESTIONS,
        'id = "greet"',
        'id = "1st"',
        f'{ORDER} has a step with the id "1st"; use words in lower case joined by hyphens.',
    ),
    "a step without text": (QUESTIONS, '"Say hello."', '""', f'{ORDER} has no text for step "greet"; write it.'),
    "the right order shown": (
        QUESTIONS,
        'id = "first-steps-order"',
        'id = "first-steps-order"\nshown = ["greet", "ask", "plan", "check"]',
        f"{ORDER} is shown in the right order; set shown = [...] to the ids of its steps in a mixed order.",
    ),
    "other steps shown": (
        QUESTIONS,
        'id = "first-steps-order"',
        'id = "first-steps-order"\nshown = ["ask", "greet"]',
        f"{ORDER} has shown with other ids than its steps; name each step once.",
    ),
    "one critical step": (
        QUESTIONS,
        'text = "Say hello."',
        'text = "Say hello."\ncritical = true',
        f"{ORDER} has one critical step; critical steps are held against each other, so mark two or more, or none.",
    ),
    # match
    "an answer that is no option": (
        QUESTIONS,
        'answer = "patience"',
        'answer = "waiting"',
        f'{MATCH} has no option "waiting", the answer of prompt "waits"; name one of its options.',
    ),
    "two prompts": (
        QUESTIONS,
        '[[item.prompt]]\nid = "waits"\ntext = "She waits for his answer."\nanswer = "patience"\n'
        'why = "Practice: say why this one fits."\n',
        "",
        f"{MATCH} has 2 prompts; write 3 or more.",
    ),
    "a prompt without reason": (
        QUESTIONS,
        'answer = "patience"\nwhy = "Practice: say why this one fits."',
        'answer = "patience"',
        f'{MATCH} has no why for prompt "waits"; say why it is right or wrong.',
    ),
    "one option to match": (
        QUESTIONS,
        '[[item.option]]\nid = "choice"\ntext = "Their own choice"\n[[item.option]]\nid = "staying"\n'
        'text = "Staying in touch"\n[[item.option]]\nid = "speed"\ntext = "Speed"\n',
        "",
        f"{MATCH} has 1 options to match; write 2 or more.",
    ),
    # cloze
    "a gap that is not there": (
        QUESTIONS,
        "You ask what {who} wants",
        "You ask what {person} wants",
        f'{CLOZE} has {{person}} in its text and no such gap; add [[item.gap]] with id = "person".',
    ),
    "a gap that is not shown": (
        QUESTIONS,
        "You ask what {who} wants",
        "You ask what anybody wants",
        f'{CLOZE} has a gap "who" that its text does not show; write {{who}} where it stands.',
    ),
    "a gap shown twice": (
        QUESTIONS,
        "You ask what {who} wants",
        "You ask {who} what {who} wants",
        f"{CLOZE} has {{who}} 2 times in its text; each gap stands once.",
    ),
    "two right options of a gap": (
        QUESTIONS,
        'id = "alone"',
        'id = "alone"\ncorrect = true',
        f'{CLOZE} has 2 correct options for gap "how"; leave one right and write one or more wrong.',
    ),
    "one option of a gap": (
        QUESTIONS,
        SELECTED.format("alone") + SELECTED.format("later"),
        "",
        f'{CLOZE} has 1 option for gap "how"; write one or more wrong ones.',
    ),
    "a typed gap without spellings": (
        QUESTIONS,
        'accept = ["the person", "the participant"]\n',
        "",
        f'{CLOZE} has no accept for gap "who"; list the spellings that count, or give it options.',
    ),
    "a typed gap without reason": (
        QUESTIONS,
        'why = "Practice: say why this belongs here."\n',
        "",
        f'{CLOZE} has no why for gap "who"; say why this belongs there.',
    ),
    "a gap both typed and chosen": (
        QUESTIONS,
        '[[item.gap]]\nid = "how"\n',
        '[[item.gap]]\nid = "how"\naccept = ["together"]\n',
        f'{CLOZE} has options and accept for gap "how"; keep one: options are chosen, accept is typed.',
    ),
    # numeric
    "no answer": (QUESTIONS, "answer = 6\n", "", f"{NUMERIC} has no answer; give the right number."),
    "a tolerance below 0": (
        QUESTIONS,
        "tolerance = 0\n",
        "tolerance = -1\n",
        f"{NUMERIC} has tolerance = -1.0; give a number from 0 up.",
    ),
    "a trap that is right": (
        QUESTIONS,
        "value = 2\n",
        "value = 5\ntolerance = 1\n",
        f"{NUMERIC} has a trap at 5 that meets the right answer; make it narrower or take it out.",
    ),
    "a trap without reason": (
        QUESTIONS,
        'why = "Practice: say how somebody arrives at this number."',
        'why = ""',
        f"{NUMERIC} has no why for the trap at 2; say how somebody arrives at it.",
    ),
    # polls
    "a poll with a key": (
        POLLS,
        'text = "Ask"',
        'text = "Ask"\ncorrect = true',
        f"{POLL} is a poll with a correct option; a poll has positions and no key: remove correct.",
    ),
    "a poll of several choices": (
        POLLS,
        'kind = "single"',
        'kind = "multiple"',
        f'{POLL} is a poll of several choices; make it kind = "single".',
    ),
    "a poll with nothing to discuss": (
        POLLS,
        'discussion = "Say in two to four sentences what to talk about."\n',
        "",
        f"{POLL} is a poll without discussion; say in two to four sentences what to talk about.",
    ),
    "a poll with hints": (
        POLLS,
        'use = "poll"',
        'use = "poll"\nhints = ["Think."]',
        f"{POLL} is a poll with hints; remove them.",
    ),
    "a poll in the wrong call": (
        LESSON,
        'poll("first-steps-poll")',
        'practice("first-steps-poll")',
        f'{TEXT} calls practice("first-steps-poll"); this item is shown by poll("first-steps-poll").',
    ),
    # the exam
    "no area": (
        EXAM,
        'area = "interpersonal"\n',
        "",
        f'{EXAMINED} has area ""; name one of the eight areas: admin, foundations, interpersonal, recovery-support, '
        "advocacy, community-inclusion, resource-linkage, crisis.",
    ),
    "hints in the exam": (
        EXAM,
        'use = "exam"',
        'use = "exam"\nhints = ["Think."]',
        f"{EXAMINED} has hints, which an exam does not show; remove them.",
    ),
    "own words in the exam": (
        EXAM,
        'use = "exam"',
        'use = "exam"\nown_words = true',
        f"{EXAMINED} asks for own words first, which only practice does; remove own_words.",
    ),
    "an exam question in the lesson": (
        LESSON,
        'practice("first-steps-order")',
        'practice("first-steps-exam")',
        f'{TEXT} shows "first-steps-exam", which belongs to the exam; take the cell out (the exam draws it).',
    ),
    # cards
    "no cards()": (
        LESSON,
        "```{code-cell} ipython3\ncards()\n```\n",
        "",
        f"{TEXT} has 0 cards() cells; it needs one, which shows all cards of the topic.",
    ),
    "cards() without cards": (
        CARDS,
        None,
        "",
        f"{TEXT} has cards() and the topic has no cards.toml; write some cards or take the cell out.",
    ),
    "an empty side": (CARDS, 'front = "What is asked?"', 'front = " "', f"{CARD} has an empty front; write it."),
    "a card of no objective": (
        CARDS,
        'objective = "begin"',
        'objective = "end"',
        f'{CARD} names an objective that topic.toml does not have, "end"; name one of its own.',
    ),
    "a card without source": (
        CARDS,
        'sources = ["handbook"]',
        "sources = []",
        f"{CARD} has no sources; name at least one of course/sources.toml.",
    ),
    "a card of an unknown source": (
        CARDS,
        'sources = ["handbook"]',
        'sources = ["hearsay"]',
        f'{CARD} cites "hearsay", which course/sources.toml does not have; add it there or correct the id.',
    ),
    "a card with the id of another": (
        CARDS,
        'id = "first-steps-card"',
        'id = "first-steps-order"',
        f'{FOLDER}/cards.toml: "first-steps-order" is used already in {FOLDER}/questions.toml; '
        "give one of them another id.",
    ),
    "a card's id": (
        CARDS,
        'id = "first-steps-card"',
        'id = "Card"',
        f'{FOLDER}/cards.toml: "Card" is no id: use words in lower case joined by hyphens, 60 characters at most.',
    ),
    "a card of another topic": (
        CARDS,
        'id = "first-steps-card"',
        'id = "welcome"',
        f'{FOLDER}/cards.toml: "welcome" has an id of no topic; start it with the topic\'s name, '
        'as in "first-steps-card-welcome".',
    ),
    # cases
    "a case without title": (
        CASES,
        'title = "A name: what is said"',
        'title = ""',
        f"{CASE} has no title; name the person and the moment.",
    ),
    "two nodes of one id": (
        CASES,
        'id = "fourth"',
        'id = "third"',
        f'{CASE} has 2 nodes called "third"; give each its own id.',
    ),
    "no such start": (
        CASES,
        'start = "first"',
        'start = "zeroth"',
        f'{CASE} starts at "zeroth", which is no node of it; correct start.',
    ),
    "an empty node": (
        CASES,
        'id = "first"\ntext = "Say what happens now. It ends where somebody must decide."',
        'id = "first"\ntext = ""',
        f'{CASE} node "first" has no text; tell what happens.',
    ),
    "a dead end": (
        CASES,
        'end = "good"\nlesson = "Practice: say what to take from it."\n',
        "",
        f'{CASE} node "end-warm" is a dead end; give it choices, or end = "good", "mixed" or "stopped" and a lesson.',
    ),
    "an end that goes on": (
        CASES,
        'id = "first"\n',
        'id = "first"\nend = "good"\nlesson = "Go on."\n',
        f'{CASE} node "first" is an end ("good") with choices; take out one or the other.',
    ),
    "an end without lesson": (
        CASES,
        'lesson = "Practice: say what to take from it."\n',
        "",
        f'{CASE} node "end-warm" is an end without lesson; say in a sentence or two what to take from it.',
    ),
    "a lesson on the way": (
        CASES,
        'id = "first"\n',
        'id = "first"\nlesson = "Go on."\n',
        f'{CASE} node "first" has a lesson and is no end; move it to an end, or into a why.',
    ),
    "two choices of one id": (
        CASES,
        'id = "tell"',
        'id = "ask"',
        f'{CASE} node "first" has 2 choices called "ask"; give each its own id.',
    ),
    "an empty choice": (
        CASES,
        'text = "You tell them what to do."',
        'text = ""',
        f'{CASE} node "first" has no text for choice "tell"; write what is said or done.',
    ),
    "a choice without reason": (
        CASES,
        'why = "Practice: say why it does not help, kindly."\n',
        "",
        f'{CASE} node "first" has no why for choice "tell"; say to somebody who chose it why it helps or not.',
    ),
    "a choice without fit": (
        CASES,
        'fit = "poor"\n',
        "",
        f'{CASE} node "first" has no fit for choice "tell"; use good, partly, poor or unsafe.',
    ),
    "a way to nowhere": (
        CASES,
        'to = "second"',
        'to = "nowhere"',
        f'{CASE} node "first" leads to "nowhere" by choice "tell", which is no node; correct to, or write the node.',
    ),
    "unsafe and on": (
        CASES,
        'fit = "poor"',
        'fit = "unsafe"',
        f'{CASE} node "first" leads on after the unsafe choice "tell"; lead it to a node with end = "stopped".',
    ),
    "stopped without danger": (
        CASES,
        'fit = "unsafe"',
        'fit = "poor"',
        f'{CASE} node "fourth" is stopped after "leave", which is poor; mark it unsafe, or let the story go on.',
    ),
    "a node that is never reached": (
        CASES,
        'start = "first"',
        'start = "second"',
        f'{CASE} node "first" is never reached; lead a choice to it or take it out.',
    ),
    "an endless round": (
        CASES,
        None,
        # Every way out of the fourth node leads back to the first.
        ('to = "end-warm"', 'to = "end-stopped"', 'to = "first"'),
        f'{CASE} node "first" never comes to an end; lead one of its choices on.',
    ),
    "no good end": (
        CASES,
        'end = "good"',
        'end = "stopped"',
        f'{CASE} has no end that is "good" or "mixed"; write one that can be reached.',
    ),
    "a case in the wrong call": (
        LESSON,
        'case("first-steps-case")',
        'practice("first-steps-case")',
        f'{TEXT} calls practice("first-steps-case"); this item is shown by case("first-steps-case").',
    ),
    "a case that is not there": (
        LESSON,
        'case("first-steps-case")',
        'case("first-steps-story")',
        f'{TEXT} uses "first-steps-story", which cases.toml does not have; add it or correct the id.',
    ),
}


@pytest.mark.parametrize(("file", "old", "new", "line"), BREAKS.values(), ids=BREAKS)
def test_a_broken_rule_is_told_in_a_line(course, file, old, new, line):
    if old is None:
        text = (course / file).read_text("utf-8") if new else ""
        for way in new[:-1]:
            text = text.replace(way, new[-1])
        (course / file).write_text(text, "utf-8")
    else:
        change_example(course / file, old, new, line)
    told = told_of(course)

    assert line in told, told
    for text in told:
        assert re.fullmatch(r"course/[a-z./-]+: .+[.]", text), text


def change_example(path: Path, old: str, new: str, line: str) -> None:
    """Make the change in the example that `line` is about, where the file has several."""
    start = 0
    if kind := re.search(r'questions\.toml: "(first-steps-[a-z]+)"', line):
        start = path.read_text("utf-8").index(f'id = "{kind[1]}"')
    text = path.read_text("utf-8")
    assert old in text[start:], old
    path.write_text(text[:start] + text[start:].replace(old, new, 1), "utf-8")


def test_a_cloze_without_gaps_is_told(course):
    text = (course / QUESTIONS).read_text("utf-8")
    start = text.index('[[item.gap]]\nid = "who"')
    end = text.index("[[item]]", start)
    whole = text[:start].replace('text = "You ask what {who} wants', 'gap = []\ntext = "You ask what {who} wants')
    (course / QUESTIONS).write_text(whole + text[end:], "utf-8")

    assert f"{CLOZE} has no gaps; write {{name}} in text and add [[item.gap]] with that id." in told_of(course)
