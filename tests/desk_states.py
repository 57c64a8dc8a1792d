"""Cases, cards, the practice exam, progress and charts in every state, made by the real widgets."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

from small_desk import LANGUAGE, OVERDOSE
from small_pool import small_pool
from small_topic import CHECK_CASE, PRACTICE_CASE
from widget_page import State

from peercourse import answers
from peercourse.card_log import Review, card_log, put_aside, write_hook, write_review
from peercourse.charts import Chart, Measure, read_rows
from peercourse.course_progress import OutlineObjective, OutlineTopic
from peercourse.items import Card, Case, CaseChoice, Node, from_view, public_view
from peercourse.practice_exam.attempts import exam_log, write
from peercourse.practice_exam.pool import draw
from peercourse.topic_folder import Deck, TopicFolder, private_home
from peercourse.widgets.case import CaseQuestion
from peercourse.widgets.deck import CardDeck
from peercourse.widgets.exam import PracticeExam
from peercourse.widgets.explore import Explore
from peercourse.widgets.live import Live
from peercourse.widgets.progress import CourseProgress
from peercourse.wording import say

RIGHT_TO_LEFT_CASE = Case(
    "dorr-ar",
    "case",
    "practice",
    "أنت تجلس بجانب سلمى على الدرج.",
    title="سلمى على الدرج",
    start="first",
    nodes=(
        Node(
            "first",
            "تقول سلمى: قل لي ماذا أفعل.",
            (
                CaseChoice("ask", "أسألها عما جرّبته", "end", "good", "سلمى تعرف أكثر مما يبدو."),
                CaseChoice("tell", "أحكي لها ما نفعني", "end", "partly", "طريقك ليس طريقها بالضرورة."),
            ),
        ),
        Node("end", "تبدأ سلمى بالكلام.", end="good", lesson="السؤال يفتح الحديث."),
    ),
)
CASES = (PRACTICE_CASE, CHECK_CASE, RIGHT_TO_LEFT_CASE)
RIGHT_TO_LEFT_DECK = Deck("lugha", "اللغة", (Card("shakhs", "لماذا نذكر الشخص أولاً؟", "لأن الإنسان ليس حالته."),))
DAY = "2026-03-02"
EXAM_ANSWERS = {"crisis": "stay", "admin": "leave", "advocacy": "leave"}

OUTLINE = tuple(
    OutlineTopic(
        name,
        title,
        60,
        (OutlineObjective("tell", "tell the signs from one another", (f"{name}-1",)),
         OutlineObjective("act", "act within the role of a peer", (f"{name}-2",))),
        (f"{name}-1", f"{name}-2", f"{name}-check"),
        (f"{name}-1", f"{name}-2"),
        (f"{name}-check",),
    )
    for name, title in (
        ("overdose", "Overdose: recognise, respond, prevent"),
        ("language", "Language, stigma and dignity"),
        ("evidence", "Reading evidence"),
    )
)  # fmt: skip

LINE = Chart(
    "deaths", "Deaths by state", "line", "deaths.csv", "year",
    (Measure("rate", "Deaths per 100,000 people", "per 100,000"), Measure("deaths", "Deaths")),
    "Two lines. Ohio rises until 2021 and falls after it; Utah stays about level.",
    series="state", show=("Ohio", "Utah"), note="Twelve months ending in December.",
)  # fmt: skip
BAR = Chart(
    "rates", "Rates of the states", "bar", "deaths.csv", "state",
    (Measure("rate", "Deaths per 100,000 people"),), "Bars for four states; Ohio has the longest.",
    show=("Ohio",), pick="year", picked="2024",
)  # fmt: skip
FOREST = Chart(
    "studies", "What studies found", "forest", "studies.csv", "exposure", (Measure("ratio", "Ratio"),),
    "Three estimates with intervals; two lie wholly below 1.",
    low="low", high="high", reference=1, log_scale=True,
)  # fmt: skip
DEATHS = "state,year,rate,deaths\n" + "".join(
    f"{state},{year},{base + step:.1f},{100 * (base + step):.0f}\n"
    for state, base in (("Ohio", 36), ("Utah", 20), ("Maine", 31), ("Iowa", 12))
    for year, step in ((2020, 0), (2021, 6), (2022, 5), (2023, 3), (2024, -4))
)
STUDIES = (
    "exposure,ratio,low,high\nTraining in the use of naloxone,0.62,0.45,0.85\n"
    "A place to use under watch,0.74,0.55,0.98\nA leaflet alone,1.05,0.8,1.4\n"
)


def desk_states(folder: TopicFolder) -> list[State]:
    """All states of all these widgets; `folder` is a topic nobody has answered in, and is written beside."""
    (folder.path / "deaths.csv").write_text(DEATHS, "utf-8")
    (folder.path / "studies.csv").write_text(STUDIES, "utf-8")
    return [
        *case_states(folder),
        *card_states(folder),
        *exam_states(folder),
        *progress_states(folder),
        *chart_states(folder),
    ]


def state(kind: str, title: str, widget: Live, *messages: dict[str, Any], **more: Any) -> State:
    """The state of `widget` after these messages."""
    for message in messages:
        widget.act(message)
    return State(kind, title, widget.item, widget.view, **more)


def click(selector: str, number: int = 0) -> tuple[str, int, str, str]:
    """The deed of pressing something."""
    return (selector, number, "click", "")


# --- cases ---------------------------------------------------------------------------------------


def case_states(folder: TopicFolder) -> Iterator[State]:
    """A case from its start to its ends; `folder` is not written to."""

    def at(case: Case, title: str, *path: str, locked: str = "") -> State:
        # A folder that keeps nothing: every state begins at the beginning.
        unkept = replace(folder, read_only="-", items={case.id: from_view(public_view(case))})
        widget = CaseQuestion(unkept, unkept.items[case.id])
        made = state("A case", title, widget, *({"type": "choose", "choice": choice} for choice in path))
        return replace(made, view=made.view | {"locked": locked})

    yield at(PRACTICE_CASE, "Practice: at the start")
    yield at(PRACTICE_CASE, "Practice: in the middle, with a reason", "tell")
    yield at(PRACTICE_CASE, "Practice: in the middle, after a turn", "ask", "phone")
    yield at(PRACTICE_CASE, "Practice: a good end", "tell", "listen")
    yield at(PRACTICE_CASE, "Practice: stopped", "drive")
    yield replace(at(PRACTICE_CASE, "Practice: the kernel is silent"), deeds=(click(".pc-choice"),), reply=None)
    yield at(RIGHT_TO_LEFT_CASE, "Practice, right to left: the end", "tell")
    yield at(CHECK_CASE, "Graded: in the middle", "tell")
    yield at(CHECK_CASE, "Graded: at its end", "ask", "listen")
    yield at(CHECK_CASE, "Graded: handed in", "ask", locked=say("locked"))


# --- cards ---------------------------------------------------------------------------------------


def card_states(folder: TopicFolder) -> Iterator[State]:
    """A deck, its cards' fronts and backs, and the end of a session."""
    now = datetime.now(UTC)
    flip = click(".pc-card button")

    def deck(course: str, decks: Sequence[Deck] = (OVERDOSE,)) -> CardDeck:
        return CardDeck(replace(folder, course=course, decks=tuple(decks)), decks)

    yield state("Flashcards", "The front", deck("cards-1"))
    yield state("Flashcards", "The back", deck("cards-1"), deeds=(flip,))
    yield state("Flashcards", "Right to left", deck("cards-1", (RIGHT_TO_LEFT_DECK,)), deeds=(flip,))
    for place in range(12):  # learnt, then forgotten five times
        rating = 3 if place < 2 or place % 2 else 1
        write_review(card_log("cards-2"), Review("signs", rating, now - timedelta(days=60 - place)))
    write_hook(card_log("cards-2"), "signs", "Blue, quiet, slow.")
    yield state("Flashcards", "A card that keeps slipping", deck("cards-2"), deeds=(flip,))
    put_aside(card_log("cards-3"), "tolerance")
    write_review(card_log("cards-3"), Review("person-first", 3, now))
    mixed = deck("cards-3", (OVERDOSE, LANGUAGE))
    yield state("Flashcards", "All topics mixed, one card put aside", mixed, deeds=(click(".pc-files > summary"),))
    answers.append(private_home() / "cards-4" / "overdose.jsonl", {"event": "finished", "day": str(_weeks_ago(11))})
    write_review(card_log("cards-4"), Review("signs", 4, now - timedelta(weeks=12)))
    booster = state("Flashcards", "A booster, eleven weeks later", deck("cards-4"))
    yield replace(booster, view=booster.view | {"note": say("cards.booster_until", day=DAY)})
    done = deck("cards-5")
    while card := done.view["card"]:
        done.act({"type": "rate", "card": card["key"], "rating": 4})
    yield state("Flashcards", "Done for today", done)
    yield state("Flashcards", "The kernel is silent", deck("cards-1"), deeds=(flip, click(".pc-after", 2)), reply=None)


def _weeks_ago(weeks: int) -> date:
    return (datetime.now(UTC) - timedelta(weeks=weeks)).date()


# --- the practice exam ---------------------------------------------------------------------------


def exam_states(folder: TopicFolder) -> Iterator[State]:
    """An exam from its first page to its report."""
    pool = replace(small_pool(), areas={"crisis": 3, "admin": 2, "advocacy": 1})

    def begun(course: str, **event: Any) -> PracticeExam:
        names = draw(pool, 7)
        start = {"event": "start", "seed": 7, "items": names, "minutes": 150, "day": DAY}
        write(exam_log(course), start | event)
        for name in names[:3]:
            write(exam_log(course), {"event": "answer", "item": name, "version": 1, "answer": ["stay"]})
        write(exam_log(course), {"event": "flag", "item": names[1], "flag": True})
        return PracticeExam(replace(folder, course=course, title="Practice exam"), pool)

    def shown(title: str, exam: PracticeExam, *messages: dict[str, Any], **more: Any) -> State:
        return state("The practice exam", title, exam, *messages, **more)

    yield shown("At the start", PracticeExam(replace(folder, course="exam-0", title="Practice exam"), pool))
    exam = begun("exam-1")
    first = exam.view["names"][0]
    sure = {"type": "confidence", "item": first, "level": 2}
    yield shown("A question", exam, sure, {"type": "go", "item": first}, deeds=(click(".pc-exam-all > summary"),))
    yield shown("Paused", begun("exam-2"), {"type": "pause"})
    yield shown("A break is offered", exam, {"type": "go", "item": exam.view["names"][3]})
    nearly = begun("exam-3")
    yield shown("Time is nearly up", nearly, {"type": "go", "item": first, "spent": 150 * 60 - 200})
    yield shown("Time is up", nearly, {"type": "go", "item": first, "spent": 150 * 60})
    yield shown("No clock", begun("exam-4", minutes=0))
    yield shown("Asked whether to finish", begun("exam-5"), deeds=(click(".pc-finish .pc-button"),))
    yield shown("The kernel is silent", begun("exam-6"), deeds=(click(".pc-option input"),), reply=None)
    finished = begun("exam-7")
    for level, name in enumerate(finished.view["names"]):
        area = name.partition("-")[0]
        finished.act({"type": "answer", "item": name, "value": [EXAM_ANSWERS[area]]})
        finished.act({"type": "confidence", "item": name, "level": level % 3 + 1})
    write(exam_log("exam-7"), {"event": "finish", "missed": ["overdose/scope"], "day": DAY, "spent": 3600})
    finished.refresh()
    yield shown("The report", finished)
    told = finished.act({"type": "show", "item": finished.view["review"][0]["id"]})
    look = (click(".pc-look > summary"), click(".pc-review > summary"))
    yield shown("The report, a question read again", finished, deeds=look, reply=told)
    yield shown("Another one", finished, {"type": "new"}, deeds=(click(".pc-past > summary"),))


# --- progress and charts --------------------------------------------------------------------------


def progress_states(folder: TopicFolder) -> Iterator[State]:
    """The start page's table before anything was done, and half way."""

    def at(title: str, course: str, then: Callable[[TopicFolder], None] = lambda place: None) -> State:
        place = replace(folder, course=course, path=folder.path / "learner" / "start", decks=(OVERDOSE, LANGUAGE))
        then(place)
        return state("Progress", title, CourseProgress(place, OUTLINE))

    def half_way(place: TopicFolder) -> None:
        for day in (2, 4, 9):
            event = {"item": "overdose-1", "version": 1, "answer": ["a"], "event": "check", "right": True}
            answers.append(private_home() / place.course / "overdose.jsonl", event | {"day": f"2026-03-{day:02}"})
        answers.append(place.path.parent / "overdose" / answers.LOG_NAME, {"event": "hand-in"})
        event = {"item": "language-1", "version": 1, "answer": ["b"], "event": "check", "right": False, "day": DAY}
        answers.append(private_home() / place.course / "language.jsonl", event)
        start = {"event": "start", "seed": 7, "items": ["crisis-0", "crisis-1"], "minutes": 150, "day": DAY}
        write(exam_log(place.course), start)
        write(exam_log(place.course), {"event": "answer", "item": "crisis-0", "version": 1, "answer": ["stay"]})
        write(exam_log(place.course), {"event": "finish", "missed": []})

    yield at("Before anything was done", "progress-1")
    told = at("Half way", "progress-2", half_way)
    yield replace(told, deeds=tuple(click(".pc-progress details > summary", place) for place in (0, 3)))


def chart_states(folder: TopicFolder) -> Iterator[State]:
    """Each form of chart, as it opens and after a choice."""
    for chart, title, deeds in (
        (LINE, "Lines", ()),
        (LINE, "Lines, one more added, with its table", (("select", 1, "fill", "Maine"), click("summary"))),
        (LINE, "Lines, none chosen", (click(".pc-chips button"), click(".pc-chips button"))),
        (BAR, "Bars", ()),
        (FOREST, "Estimates with their intervals", (click("summary"),)),
    ):
        yield state("A chart", title, Explore(folder, chart, read_rows(chart, folder.path)), deeds=deeds)
