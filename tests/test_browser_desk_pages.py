"""Cases, cards, the exam, progress and charts by keys alone, in the real page code and without JupyterLab."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from desk_states import BAR, DEATHS, LINE, OUTLINE, RIGHT_TO_LEFT_CASE, RIGHT_TO_LEFT_DECK
from playwright.sync_api import Browser, Locator, Page, expect
from small_desk import OVERDOSE
from small_pool import small_pool
from small_topic import CHECK_CASE, PRACTICE_CASE, make_small_topic
from widget_page import KernelBehind, page_html

from peercourse import answers, desk
from peercourse.card_log import card_log, read_cards
from peercourse.charts import read_rows
from peercourse.practice_exam.attempts import exam_log, read_attempts
from peercourse.topic_folder import open_topic_folder
from peercourse.widgets.case import CaseQuestion
from peercourse.widgets.deck import CardDeck
from peercourse.widgets.exam import PracticeExam
from peercourse.widgets.explore import Explore
from peercourse.widgets.live import Live
from peercourse.widgets.progress import CourseProgress
from peercourse.wording import say

pytestmark = pytest.mark.browser
WHY_IN_PART = "Your way may not be Jo's."


class AtDesk:
    """Somebody at a page with these widgets, without a mouse; `kernel` is what answers the page."""

    def __init__(self, page: Page, place: Path) -> None:
        self.page, self.place = page, place
        make_small_topic(place / "learner" / "small-topic", (PRACTICE_CASE, CHECK_CASE, RIGHT_TO_LEFT_CASE))
        self.folder = open_topic_folder(place / "learner" / "small-topic")
        (self.folder.path / LINE.data).write_text(DEATHS, "utf-8")
        self.kernel = KernelBehind([])

    def open(self, *widgets: Live) -> Locator:
        """Show these widgets; returns the first of them."""
        self.kernel = KernelBehind(widgets)
        html = page_html("Live", "", self.kernel.states(), ("light",), live=True)
        (self.place / "page.html").write_text(html, "utf-8")
        self.page.goto((self.place / "page.html").as_uri())
        return self.page.locator(".peercourse").first

    def case(self, name: str) -> CaseQuestion:
        return CaseQuestion(self.folder, self.folder.item(name))

    def deck(self) -> CardDeck:
        return CardDeck(self.folder, (OVERDOSE,))

    def exam(self) -> PracticeExam:
        return PracticeExam(replace(self.folder, title="Practice exam"), small_pool())

    def chart(self) -> Explore:
        return Explore(self.folder, LINE, read_rows(LINE, self.folder.path))

    def press(self, role: str, name: str, key: str = "Enter") -> None:
        """Tab to this control and press a key there."""
        self.tab_to(self.page.get_by_role(role, name=name).first)
        self.page.keyboard.press(key)

    def tab_to(self, wanted: Locator) -> None:
        """Press Tab until `wanted` has the focus."""
        expect(wanted).to_be_attached()
        for _ in range(30):
            if wanted.evaluate("e => e === document.activeElement"):
                return
            self.page.keyboard.press("Tab")
        raise AssertionError(f"Tab never came to {wanted}")


@pytest.fixture
def at_desk(browser: Browser, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[AtDesk]:
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "home"))
    context = browser.new_context(viewport={"width": 900, "height": 1200})
    made = AtDesk(context.new_page(), tmp_path)
    made.page.expose_function("kernel", lambda index, message: made.kernel(index, message))
    yield made
    context.close()


# --- keys alone ----------------------------------------------------------------------------------


def test_a_case_is_played_by_keys_and_what_came_of_a_choice_is_read_first(at_desk):
    root = at_desk.open(at_desk.case("steps"))
    expect(root.get_by_role("status")).to_have_text("")
    at_desk.press("button", "Tell Jo what helped you")
    moment = root.locator(".pc-moment")
    expect(moment).to_be_focused()
    expect(moment).to_have_accessible_name(
        "This helps in part. Your way may not be Jo's. Jo looks up and begins to talk."
    )
    expect(root.get_by_role("group", name="What do you do?")).to_have_count(1)
    at_desk.press("button", "Listen")
    expect(root.get_by_role("status")).to_have_text("Saved")
    expect(root.get_by_text("Asking first opens the talk.")).to_be_visible()
    (made,) = desk.history(at_desk.folder).tries["steps"]
    assert made.right is False  # a way that helps in part is no best way
    at_desk.press("button", "Take a step back")
    expect(root.get_by_role("button", name="Take a call")).to_be_visible()
    at_desk.press("button", "Begin again")
    expect(root.get_by_role("button", name="Ask what Jo has tried")).to_be_visible()
    expect(root.locator(".pc-passed")).to_have_count(0)


def test_a_graded_case_is_saved_by_keys_and_keeps_its_reasons(at_desk):
    root = at_desk.open(at_desk.case("evening"))
    at_desk.press("button", "Tell Jo what helped you", "Space")
    expect(root.locator(".pc-moment")).to_be_focused()
    expect(root.get_by_role("status")).to_have_text("Saved")
    assert answers.read(at_desk.folder.log).answers["evening"].value == ["first/tell"]
    assert "Your way may not be" not in at_desk.page.content()


def test_cards_are_turned_rated_and_taken_back_by_keys(at_desk):
    root = at_desk.open(at_desk.deck())
    at_desk.press("button", "Show the answer", "Space")
    back = root.locator(".pc-back")
    expect(back).to_be_focused()
    expect(back).to_have_accessible_description("Blue or gray lips, no answer, slow breath.")
    at_desk.page.keyboard.press("4")
    expect(root.get_by_text("2 new")).to_be_visible()
    expect(root.get_by_role("button", name="Show the answer")).to_be_focused()
    assert [(made.card, made.rating) for made in read_cards(card_log("small-course")).reviews] == [("signs", 4)]
    at_desk.page.keyboard.press("u")
    expect(root.get_by_text("3 new")).to_be_visible()
    assert read_cards(card_log("small-course")).reviews == []
    for left in (2, 1, 0):
        at_desk.page.keyboard.press("Space")
        expect(back).to_be_focused()
        at_desk.page.keyboard.press("4")
        expect(root.get_by_text(f"{left} new")).to_be_visible()
    expect(root.locator(".pc-card")).to_be_focused()
    expect(root.locator(".pc-card")).to_contain_text("That is all for today.")


def test_an_exam_is_sat_flagged_and_finished_by_keys(at_desk):
    root = at_desk.open(at_desk.exam())
    at_desk.press("button", "Begin")
    total = len(at_desk.kernel.widgets[0].view["names"])
    for number in range(1, total + 1):
        place = root.get_by_text(f"Question {number} of {total}")
        expect(place).to_be_focused()
        expect(root.get_by_role("group", name=at_desk.kernel.widgets[0].view["item"]["stem"])).to_have_count(1)
        at_desk.press("radio", "Stay with the person", "Space")
        expect(root.locator(":scope > .pc-status")).to_have_text("Saved")
        if number == 2:
            at_desk.press("checkbox", "Flag to look at again", "Space")
            expect(root.get_by_text("2 answered, 1 flagged")).to_be_visible()
        if number < total:
            at_desk.press("button", "Next")
    at_desk.press("button", "Finish the exam")
    expect(root.get_by_text("0 open, 1 flagged. Finish anyway?")).to_be_focused()
    at_desk.press("button", "Finish now", "Space")
    expect(root.get_by_text(re.compile(f"You answered {total} of {total}"))).to_be_visible()
    for folded in (".pc-look > summary", ".pc-review > summary"):
        at_desk.tab_to(root.locator(folded).first)
        at_desk.page.keyboard.press("Enter")
    expect(root.get_by_text("Breathing can stop again.")).to_be_visible()
    (made,) = read_attempts(exam_log("small-course")).made
    assert made.finished
    assert [list(value) for value in made.answers.values()] == [["stay"]] * total


def test_an_exam_pauses_goes_on_and_stops_its_clock_by_keys(at_desk):
    root = at_desk.open(at_desk.exam())
    at_desk.press("button", "Begin")
    at_desk.press("button", "Pause")
    expect(root.get_by_role("button", name="Go on", exact=True)).to_be_focused()
    expect(root.get_by_role("radio")).to_have_count(0)
    at_desk.page.keyboard.press("Enter")
    expect(root.get_by_role("radio").first).to_be_visible()
    at_desk.press("button", "Add 15 minutes")
    expect(root.get_by_text(re.compile(r"2:4\d:\d\d left"))).to_be_visible()
    at_desk.press("button", "Turn the clock off")
    expect(root.get_by_text("No clock")).to_be_visible()
    expect(root.get_by_role("button", name="Pause")).to_be_focused()


def test_a_chart_is_changed_by_keys_and_says_so(at_desk):
    root = at_desk.open(at_desk.chart())
    at_desk.press("combobox", "What is shown", "ArrowDown")
    expect(root.get_by_role("status")).to_have_text("Deaths")
    expect(root.get_by_role("img")).to_have_accessible_name(re.compile("Deaths by state. Deaths. Ohio, Utah"))
    at_desk.press("combobox", "Add to the chart", "ArrowDown")
    expect(root.get_by_role("status")).to_have_text("Maine was added.")
    at_desk.press("button", "Take Ohio away")
    expect(root.get_by_role("status")).to_have_text("Ohio was taken away.")
    expect(root.get_by_role("combobox", name="Add to the chart")).to_be_focused()
    expect(root.locator("svg path")).to_have_count(2)


def test_progress_is_read_again_by_keys(at_desk):
    place = replace(at_desk.folder, path=at_desk.folder.path.parent / "start", decks=(OVERDOSE,))
    root = at_desk.open(CourseProgress(place, OUTLINE))
    expect(root.get_by_role("link", name="Reading evidence")).to_have_attribute("href", "../evidence/evidence.ipynb")
    at_desk.press("button", "Read it again")
    expect(root.get_by_role("status")).to_have_text(say("page.progress_fresh"))


def test_keys_typed_on_the_desk_never_reach_the_notebook(at_desk):
    page = at_desk.page
    begun = at_desk.exam()
    begun.act({"type": "start", "minutes": 150})
    at_desk.open(at_desk.case("steps"), at_desk.deck(), begun, at_desk.chart())
    page.evaluate("() => { window.heard = []; document.body.addEventListener('keydown', e => heard.push(e.key)); }")
    for control in page.locator(".peercourse").locator("input, select, button, summary").all():
        if control.is_visible():
            control.focus()
            for key in ("x", "d", "z", "m", "ArrowDown", "ArrowUp"):
                page.keyboard.press(key)
    assert page.evaluate("() => heard") == []


# --- what is said, and to whom ---------------------------------------------------------------------


def test_what_runs_from_right_to_left_stands_so(at_desk):
    told = at_desk.case("dorr-ar")
    told.act({"type": "choose", "choice": "tell"})
    at_desk.open(told, CardDeck(at_desk.folder, (RIGHT_TO_LEFT_DECK,)))
    at_desk.press("button", "Show the answer")
    for text in ("أنت تجلس", "أحكي لها", "طريقك", "السؤال يفتح", "لماذا نذكر", "لأن الإنسان"):
        assert at_desk.page.get_by_text(text).evaluate("e => getComputedStyle(e).direction") == "rtl", text
    assert at_desk.page.locator(".pc-passed").evaluate("e => getComputedStyle(e).borderRightWidth") != "0px"


def test_on_paper_the_story_and_the_numbers_stand_and_the_buttons_do_not(at_desk):
    told = at_desk.case("steps")
    for choice in ("tell", "listen"):
        told.act({"type": "choose", "choice": choice})
    at_desk.open(told, at_desk.chart(), Explore(at_desk.folder, BAR, read_rows(BAR, at_desk.folder.path)))
    at_desk.page.emulate_media(media="print")
    for text in ("Jo says: just tell me what to do.", WHY_IN_PART, "Asking first opens the talk."):
        expect(at_desk.page.get_by_text(text)).to_be_visible()
    for table in at_desk.page.get_by_role("table").all():
        expect(table).to_be_visible()
    expect(at_desk.page.locator("button:visible, select:visible")).to_have_count(0)


# --- nothing is lost -------------------------------------------------------------------------------


def test_an_exam_answer_that_a_silent_kernel_did_not_take_is_saved_later(at_desk):
    root = at_desk.open(at_desk.exam())
    root.get_by_role("button", name="Begin").click()
    expect(root.get_by_role("radio").first).to_be_visible()
    at_desk.kernel.silent = True
    before = at_desk.kernel.asked
    root.get_by_role("radio", name="Stay with the person").check()
    expect(root.locator(":scope > .pc-status")).to_contain_text("Not saved: run this cell again.", timeout=20_000)
    while at_desk.kernel.asked == before:  # else the next kernel, which answers, would be asked by this page
        at_desk.page.wait_for_timeout(50)
    at_desk.open(at_desk.exam())
    expect(root.locator(":scope > .pc-status")).to_have_text("Saved")
    (made,) = read_attempts(exam_log("small-course")).made
    assert len(made.answers) == 1


def test_where_the_disk_refuses_each_of_them_says_so_and_goes_no_further(at_desk):
    for log in (card_log("small-course"), exam_log("small-course"), at_desk.folder.log):
        log.mkdir(parents=True)
    at_desk.open(at_desk.case("evening"), at_desk.deck(), at_desk.exam())
    at_desk.press("button", "Tell Jo what helped you")
    at_desk.press("button", "Show the answer", "Space")
    at_desk.page.keyboard.press("3")
    at_desk.press("button", "Begin")
    for status in at_desk.page.locator(".peercourse > .pc-status").all():
        expect(status).to_contain_text("Not saved: ")
    expect(at_desk.page.get_by_role("button", name="Drive Jo home after your drinks")).to_be_visible()
    expect(at_desk.page.get_by_text("3 new")).to_be_visible()
    expect(at_desk.page.get_by_role("button", name="Begin")).to_be_visible()
