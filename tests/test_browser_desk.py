"""The whole learner's desk in a real JupyterLab: cases, cards, exam, progress and charts, as people use them."""

from __future__ import annotations

import os
import re
import shutil
import signal
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from accessibility import axe, in_every_theme
from desk_course import DECK, ON_TOPIC, SECTION, make_desk_course
from lab import Lab, open_another, open_notebook, outputs, restart_kernel, run_cell, sources, wait_until
from playwright.sync_api import Locator, Page, expect
from small_topic import CHECK_KINDS, COURSE, EVERY_KIND, TOPIC

from peercourse import answers
from peercourse.answering import best_answer
from peercourse.items import Item, is_graded

pytestmark = pytest.mark.browser
expect.set_options(timeout=30_000)


@pytest.fixture(autouse=True)
def nothing_practised_yet(lab: Lab) -> Iterator[None]:
    """Practice, cards and exams are kept by course, outside the folder: each test begins with none."""
    shutil.rmtree(lab.private_home, ignore_errors=True)
    yield
    shutil.rmtree(lab.private_home, ignore_errors=True)


@pytest.fixture
def course(folder: Path) -> Path:
    return make_desk_course(folder)


def widget(page: Page, item_id: str) -> Locator:
    """The widget of an item in the notebook in front; others are hidden."""
    return page.locator(f'[data-peercourse-item="{item_id}"]:visible')


def status(page: Page, item_id: str) -> Locator:
    return widget(page, item_id).locator(".pc-status")


def show(page: Page, lab: Lab, course: Path, name: str) -> None:
    """Open one of the course's notebooks in the JupyterLab that is open, and wait for all it shows."""
    open_another(page, lab, course / name / f"{name}.ipynb")
    wait_for_all(page, name)


def wait_for_all(page: Page, name: str) -> None:
    expected = {TOPIC: len(ON_TOPIC) + 1, "start": 2, "exam": 1}[name]
    expect(page.locator(".peercourse:visible")).to_have_count(expected, timeout=60_000)


def private_events(lab: Lab, name: str) -> list[dict]:
    """The lines of one of the learner's own logs."""
    found = answers.read_events(lab.private_home / COURSE / f"{name}.jsonl")
    return found.lines if found else []


# --- keys alone ----------------------------------------------------------------------------------


class Keys:
    """Somebody without a mouse: Tab, arrows, Space, Enter and letters; nothing is clicked or focused for them."""

    def __init__(self, page: Page) -> None:
        self.page = page

    def at(self, wanted: Locator) -> bool:
        return bool(wanted.evaluate("e => e === document.activeElement"))

    def tab_to(self, wanted: Locator, most: int = 25) -> None:
        """Press Tab until `wanted` has the focus; where that leads past it, go back."""
        for key, times in (("Tab", most), ("Shift+Tab", 2 * most)):
            for _ in range(times):
                if self.at(wanted):
                    return
                self.page.keyboard.press(key)
        raise AssertionError(f"Tab never came to {wanted}")

    def arrow_to(self, group: Locator, wanted: Locator) -> None:
        """Tab into a row of radio buttons and go with the arrows to `wanted`."""
        for _ in range(25):
            if group.evaluate("e => e.contains(document.activeElement)") and self.is_radio():
                break
            self.page.keyboard.press("Tab")
        for _ in range(8):
            if self.at(wanted):
                break
            self.page.keyboard.press("ArrowDown")
        self.page.keyboard.press("Space")

    def is_radio(self) -> bool:
        return bool(self.page.evaluate("() => document.activeElement.type === 'radio'"))

    def press(self, button: Locator, key: str = "Enter") -> None:
        self.tab_to(button)
        self.page.keyboard.press(key)

    def answer(self, item: Item, root: Locator) -> None:
        """Give the best answer to `item`."""
        match item.kind:
            case "single":
                texts = {option.id: option.text for option in item.options}
                wanted = root.get_by_role("radio", name=texts[best_answer(item)[0]], exact=True)
                self.arrow_to(root.locator(".pc-question"), wanted)
            case "multiple":
                texts = {option.id: option.text for option in item.options}
                for option in best_answer(item):
                    self.press(root.get_by_role("checkbox", name=texts[option], exact=True), "Space")
            case "numeric":
                self.tab_to(root.get_by_role("textbox"))
                self.page.keyboard.type(best_answer(item))
            case "order":
                self.order(item, root)
            case "match" | "cloze":
                self.fill(item, root)
            case "case":
                self.play(item, root)

    def order(self, item: Item, root: Locator) -> None:
        for place, name in enumerate(best_answer(item)):
            row = root.locator(f'[data-step="{name}"]')
            self.tab_to(row.get_by_role("button", name="Move up"))
            for _ in range(10):
                if row.get_attribute("aria-posinset") == str(place + 1):
                    break
                self.page.keyboard.press("Alt+ArrowUp")

    def fill(self, item: Item, root: Locator) -> None:
        fields = root.locator(".pc-question").locator("select, input")
        for index, word in enumerate(best_answer(item)):
            part, _, given = word.partition("=")
            field = fields.nth(index)
            self.tab_to(field)
            options = item.options if item.kind == "match" else next(g.options for g in item.gaps if g.id == part)
            if not options:
                self.page.keyboard.type(given)
                expect(field).to_have_value(given)
                continue
            text = next(option.text for option in options if option.id == given)
            entries = field.evaluate("e => [...e.options].map(o => o.textContent)")
            for _ in range(next(n for n, entry in enumerate(entries) if entry.endswith(text))):
                self.page.keyboard.press("ArrowDown")
            expect(field).to_have_value(given)

    def play(self, item: Item, root: Locator) -> None:
        for step in best_answer(item):
            node, _, choice = step.partition("/")
            text = next(c.text for n in item.nodes if n.id == node for c in n.choices if c.id == choice)
            self.press(root.get_by_role("button", name=text))
            expect(root.locator(".pc-chosen, .pc-passed summary").get_by_text(text).last).to_be_attached()

    def study(self, root: Locator) -> None:
        """Go through a deck: Space turns a card over, 1 to 4 rate it."""
        self.tab_to(root.get_by_role("button", name="Show the answer"))
        for number in range(len(DECK.cards)):
            self.page.keyboard.press("Space")
            expect(root.locator(".pc-back")).to_be_focused()
            self.page.keyboard.press("4")
            left = len(DECK.cards) - number - 1
            expect(root.get_by_text(f"{left} new")).to_be_visible()


def test_a_whole_topic_is_done_by_keys_alone_and_all_of_it_is_on_disk(tab, lab, course):
    show(tab, lab, course, TOPIC)
    before = sources(tab)
    keys = Keys(tab)
    for item in EVERY_KIND:
        root = widget(tab, item.id)
        if item.kind == "reflection":
            keys.tab_to(root.get_by_role("textbox"))
            tab.keyboard.type("dd x a b z, and I wait.")
        elif item.id == "silence":
            keys.tab_to(root.get_by_role("textbox"))
            tab.keyboard.type("I wait.")
            keys.press(root.get_by_role("button", name="Show the answers"))
            keys.answer(item, root)
            keys.press(root.get_by_role("button", name="Check"))
        elif item.id == "coffee":
            keys.arrow_to(root.locator(".pc-question"), root.get_by_role("radio").nth(2))
            keys.press(root.get_by_role("button", name="See what speaks for each"))
        else:
            keys.answer(item, root)
            if item.use == "practice" and item.kind != "case":
                keys.press(root.get_by_role("button", name="Check"))
                expect(status(tab, item.id)).to_contain_text("That fits.")
    keys.study(widget(tab, "cards"))
    chart = widget(tab, "deaths")
    keys.tab_to(chart.get_by_label("Add to the chart"))
    tab.keyboard.press("ArrowDown")
    expect(chart.get_by_role("button", name="Take Maine away")).to_be_visible()
    panel = widget(tab, "hand-in")
    expect(panel).to_contain_text("Everything is answered.")
    assert sources(tab) == before
    keys.press(panel.get_by_role("button", name="Hand in"))
    expect(status(tab, "hand-in")).to_contain_text("Handed in.")
    wait_until(lambda: sources(tab)[-1] != before[-1], "the receipt")
    assert sources(tab)[:-1] == before[:-1]

    log = answers.read(course / TOPIC / "answers.jsonl")
    graded = [item for item in EVERY_KIND if is_graded(item)]
    assert log.handed_in
    assert set(log.answers) == {item.id for item in graded}
    for item in graded:
        if item.kind != "reflection":
            given = log.answers[item.id].value
            assert given == best_answer(item) or sorted(given) == sorted(best_answer(item)), item.id
    checked = {
        event["item"]: event.get("right") for event in private_events(lab, TOPIC) if event.get("event") == "check"
    }
    practice = {item.id for item in EVERY_KIND if not is_graded(item) and item.id not in ("coffee", "remember")}
    assert checked == dict.fromkeys(practice, True)
    assert [event["rating"] for event in private_events(lab, "cards")] == [4] * len(DECK.cards)


def test_keys_typed_in_cards_cases_exam_and_charts_never_change_the_notebook(tab, lab, course):
    for name in (TOPIC, "exam"):
        show(tab, lab, course, name)
        if name == "exam":
            widget(tab, "exam").get_by_role("button", name="Begin").click()
            expect(widget(tab, "exam").get_by_text("Question 1 of")).to_be_visible()
        before = sources(tab)
        roots = ["steps", "evening", "cards", "deaths"] if name == TOPIC else ["exam"]
        for item_id in roots:
            controls = widget(tab, item_id).locator("button:visible, select:visible, summary:visible, input:visible")
            for index in range(controls.count()):
                controls.nth(index).focus()
                for key in ("x", "d", "d", "m", "y", "a", "z", "ArrowDown"):
                    tab.keyboard.press(key)
        assert sources(tab) == before
        assert (
            tab.evaluate("() => window.jupyterapp.shell.currentWidget.content.mode") == "edit" or sources(tab) == before
        )


# --- everything comes back -----------------------------------------------------------------------


def leave_traces(page: Page) -> None:
    """Answer something of every kind, go a step in both cases, rate a card."""
    for item in CHECK_KINDS:
        root = widget(page, item.id)
        match item.kind:
            case "numeric":
                root.get_by_role("textbox").fill("1204")
                root.get_by_role("textbox").press("Enter")
            case "order":
                root.get_by_role("button", name="Move down").first.click()
            case _:
                root.get_by_role("combobox").first.select_option(index=1)
        expect(status(page, item.id)).to_contain_text("Saved")
    for case_id in ("steps", "evening"):
        widget(page, case_id).get_by_role("button", name="Ask what Jo has tried").click()
        expect(widget(page, case_id)).to_contain_text("Jo looks up")
    cards = widget(page, "cards")
    cards.get_by_role("button", name="Show the answer").click()
    cards.get_by_role("button", name="Easily").click()
    expect(cards.get_by_text("1 new")).to_be_visible()


def see_traces(page: Page) -> None:
    """What `leave_traces` left stands there again."""
    expect(widget(page, "beds").get_by_role("textbox")).to_have_value("1204")
    expect(widget(page, "visit").get_by_role("button", name="This order")).to_have_count(0)
    for item_id in ("rights", "door"):
        expect(widget(page, item_id).get_by_role("combobox").first).not_to_have_value("")
    for case_id in ("steps", "evening"):
        expect(widget(page, case_id)).to_contain_text("Jo looks up")
    expect(widget(page, "cards").get_by_text("1 new")).to_be_visible()


def test_reopening_brings_every_kind_back_as_it_was(page, lab, course):
    open_notebook(page, lab, course / TOPIC / f"{TOPIC}.ipynb")
    wait_for_all(page, TOPIC)
    leave_traces(page)
    before = outputs(page)[-1]
    page.reload()
    wait_for_all(page, TOPIC)
    wait_until(lambda: outputs(page)[-1] not in ([], before), "the questions to be shown anew")
    see_traces(page)
    restart_kernel(page)
    wait_for_all(page, TOPIC)
    see_traces(page)


# --- the exam ------------------------------------------------------------------------------------


def exam(page: Page) -> Locator:
    return widget(page, "exam")


def begin(page: Page) -> None:
    exam(page).get_by_role("button", name="Begin", exact=True).click()
    at_question(page, 1)


def at_question(page: Page, number: int) -> None:
    expect(exam(page).get_by_text(f"Question {number} of", exact=False).first).to_be_visible(timeout=60_000)


def choose(page: Page, text: str = "Stay with the person") -> None:
    exam(page).get_by_role("radio", name=text).check()


def go_on(page: Page, number: int) -> None:
    exam(page).get_by_role("button", name="Next").click()
    at_question(page, number)


def exam_answers(lab: Lab) -> list[list[str]]:
    return [event["answer"] for event in private_events(lab, "exam") if event.get("event") == "answer"]


def kernel_process(lab: Lab, page: Page) -> int:
    """The process id of the kernel behind the notebook in front."""
    kernel = page.evaluate("() => window.jupyterapp.shell.currentWidget.sessionContext.session.kernel.id")
    for entry in Path("/proc").iterdir():
        if entry.name.isdecimal():
            try:
                if kernel in (entry / "cmdline").read_text():
                    return int(entry.name)
            except OSError:
                continue
    raise AssertionError("no such kernel")


def test_an_exam_goes_on_at_its_place_after_a_restart_a_kill_and_a_new_page(page, lab, course):
    open_notebook(page, lab, course / "exam" / "exam.ipynb")
    wait_for_all(page, "exam")
    begin(page)
    choose(page)
    expect(status(page, "exam")).to_have_text("Saved")
    expect(exam(page).get_by_text("1 answered")).to_be_visible()
    go_on(page, 2)
    restart_kernel(page)
    at_question(page, 2)
    choose(page)
    expect(exam(page).get_by_text("2 answered")).to_be_visible()
    go_on(page, 3)

    os.kill(kernel_process(lab, page), signal.SIGKILL)
    choose(page)  # nobody is there to take it
    page.locator(".jp-Dialog .jp-mod-accept").click()  # JupyterLab says on its own that Python stopped
    expect(exam(page).get_by_text("3 answered")).to_be_visible(timeout=60_000)
    at_question(page, 3)
    expect(exam(page).get_by_role("radio", name="Stay with the person")).to_be_checked()
    assert exam_answers(lab) == [["stay"]] * 3

    page.reload()
    at_question(page, 3)
    expect(exam(page).get_by_text("3 answered")).to_be_visible()


def test_an_exam_is_paused_finished_and_read_and_its_plan_leads_to_the_section(tab, lab, course):
    show(tab, lab, course, "exam")
    begin(tab)
    exam(tab).get_by_role("button", name="Pause").click()
    expect(exam(tab).get_by_text("Paused.")).to_be_visible()
    expect(exam(tab).get_by_role("radio")).to_have_count(0)
    exam(tab).get_by_role("button", name="Go on").click()
    for number in range(2, 7):
        choose(tab, "Leave once they are awake")
        go_on(tab, number)
    exam(tab).get_by_role("button", name="Finish the exam").click()
    expect(exam(tab).get_by_text("1 open, 0 flagged. Finish anyway?")).to_be_focused()
    exam(tab).get_by_role("button", name="Finish now").click()
    expect(exam(tab).get_by_text("You answered 0 of 6")).to_be_visible()
    exam(tab).get_by_role("link", name="A small topic").first.click()
    wait_until(lambda: path_in_front(tab).endswith(f"{TOPIC}.ipynb"), "the topic to be opened")
    expect(tab.get_by_role("heading", name=SECTION).locator("visible=true")).to_be_in_viewport()
    show(tab, lab, course, "start")
    widget(tab, "cards").get_by_label("Which cards").select_option(label="What my practice exam missed")
    expect(widget(tab, "cards").get_by_text("1 new")).to_be_visible()
    expect(widget(tab, "cards").get_by_text("Why tea?")).to_be_visible()


def path_in_front(page: Page) -> str:
    """The path of the notebook that is seen now; empty while a page loads."""
    return str(page.evaluate("() => window.jupyterapp?.shell?.currentWidget?.context?.path ?? ''"))


# --- the start page ------------------------------------------------------------------------------


def test_the_start_page_follows_what_was_done_and_leads_there(tab, lab, course):
    show(tab, lab, course, "start")
    progress = widget(tab, "progress")
    expect(progress.get_by_role("link", name="begin “A small topic”")).to_be_visible()
    cards = widget(tab, "cards")
    cards.get_by_label("Which cards").select_option(label="Language")
    expect(cards.get_by_text("Person-first?")).to_be_visible()
    cards.get_by_label("Which cards").select_option(label="All topics")
    expect(cards.get_by_text("3 new")).to_be_visible()

    progress.get_by_role("link", name="begin “A small topic”").click()
    wait_until(lambda: path_in_front(tab).endswith(f"{TOPIC}.ipynb"), "the topic to be opened")
    wait_for_all(tab, TOPIC)
    greet = widget(tab, "greet")
    greet.get_by_label("Say hello").check()
    greet.get_by_role("button", name="Check").click()
    expect(status(tab, "greet")).to_contain_text("That fits.")

    show(tab, lab, course, "start")
    progress.get_by_role("button", name="Read it again").click()
    expect(progress.get_by_role("link", name="go on with “A small topic”")).to_be_visible()
    progress.get_by_text("A small topic: 0 of 2").click()
    expect(progress.get_by_text("right on 1 of 3 days")).to_be_visible()


# --- where the disk gives trouble, and two tabs ----------------------------------------------------


def in_kernel(page: Page, code: str) -> None:
    """Run code in the kernel behind the notebook in front, as no learner would."""
    page.evaluate(
        """async code => {
            const kernel = window.jupyterapp.shell.currentWidget.sessionContext.session.kernel;
            const reply = await kernel.requestExecute({code, silent: true}).done;
            if (reply.content.status !== 'ok') throw new Error(JSON.stringify(reply.content));
        }""",
        code,
    )


def cell_of(page: Page, call: str) -> int:
    return sources(page).index(call)


LIMIT = "import resource as r; r.setrlimit(r.RLIMIT_FSIZE, ({}, r.getrlimit(r.RLIMIT_FSIZE)[1]))"


def test_where_the_disk_is_full_every_kind_says_so_and_is_saved_once_there_is_room(tab, lab, course):
    show(tab, lab, course, TOPIC)
    in_kernel(tab, LIMIT.format(0))
    widget(tab, "rights").get_by_role("combobox").first.select_option(index=1)
    for case_id in ("steps", "evening"):
        widget(tab, case_id).get_by_role("button", name="Ask what Jo has tried").click()
    cards = widget(tab, "cards")
    cards.get_by_role("button", name="Show the answer").click()
    cards.get_by_role("button", name="Easily").click()
    for item_id in ("rights", "steps", "evening", "cards"):
        expect(status(tab, item_id)).to_have_text("Not saved: the disk refused (File too large).")
    expect(widget(tab, "steps")).not_to_contain_text("Jo looks up")
    expect(cards.get_by_text("2 new")).to_be_visible()
    show(tab, lab, course, "exam")
    in_kernel(tab, LIMIT.format(0))
    exam(tab).get_by_role("button", name="Begin", exact=True).click()
    expect(status(tab, "exam")).to_have_text("Not saved: the disk refused (File too large).")
    in_kernel(tab, LIMIT.format("r.RLIM_INFINITY"))
    begin(tab)
    open_another(tab, lab, course / TOPIC / f"{TOPIC}.ipynb")
    in_kernel(tab, LIMIT.format("r.RLIM_INFINITY"))
    widget(tab, "evening").get_by_role("button", name="Ask what Jo has tried").click()
    expect(status(tab, "evening")).to_have_text("Saved")
    run_cell(tab, cell_of(tab, 'check("rights")'))
    expect(status(tab, "rights")).to_have_text("Saved")
    assert set(answers.read(course / TOPIC / "answers.jsonl").answers) == {"rights", "evening"}


def test_on_a_disk_that_is_read_only_every_kind_says_so(tab, lab, course, read_only):
    show(tab, lab, course, TOPIC)
    read_only(course / TOPIC)
    widget(tab, "rights").get_by_role("combobox").first.select_option(index=1)
    widget(tab, "evening").get_by_role("button", name="Ask what Jo has tried").click()
    for item_id in ("rights", "evening"):
        expect(status(tab, item_id)).to_contain_text("Not saved: the disk refused (")
    assert not (course / TOPIC / "answers.jsonl").exists()


@pytest.fixture
def read_only() -> Iterator:
    """Takes a folder and makes writing in it fail, for root too; undone afterwards."""
    made: list[Path] = []

    def lock(folder: Path) -> None:
        if os.geteuid() == 0 and subprocess.run(["chattr", "+i", folder], capture_output=True).returncode:
            pytest.skip("root can write everywhere here, and chattr does not work")
        folder.chmod(0o555) if os.geteuid() else None
        made.append(folder)

    yield lock
    for folder in made:
        folder.chmod(0o755) if os.geteuid() else subprocess.run(["chattr", "-i", folder], check=True)


def test_a_topic_in_two_tabs_is_one_topic(tab, lab, course):
    show(tab, lab, course, TOPIC)
    widget(tab, "privacy").get_by_label("The team").check()
    expect(status(tab, "privacy")).to_have_text("Saved")
    with tab.context.new_page() as other:
        open_notebook(other, lab, course / TOPIC / f"{TOPIC}.ipynb")
        wait_for_all(other, TOPIC)
        expect(widget(other, "privacy").get_by_label("The team")).to_be_checked()
        widget(other, "words").get_by_label("an addict").check()
        expect(status(other, "words")).to_have_text("Saved")
        widget(other, "evening").get_by_role("button", name="Ask what Jo has tried").click()
        expect(status(other, "evening")).to_have_text("Saved")
        widget(other, "cards").get_by_role("button", name="Show the answer").click()
        widget(other, "cards").get_by_role("button", name="Easily").click()
        expect(widget(other, "cards").get_by_text("1 new")).to_be_visible()
    expect(widget(tab, "cards").get_by_text("1 new")).to_be_visible()
    expect(widget(tab, "words").get_by_label("an addict")).to_be_checked()
    expect(widget(tab, "evening")).to_contain_text("Jo looks up")
    widget(tab, "rights").get_by_role("combobox").first.select_option(index=1)
    expect(status(tab, "rights")).to_have_text("Saved")
    assert {"privacy", "words", "evening", "rights"} == set(answers.read(course / TOPIC / "answers.jsonl").answers)


# --- charts --------------------------------------------------------------------------------------


def test_a_chart_is_drawn_and_changed_without_the_network(tab, lab, course, traffic):
    show(tab, lab, course, TOPIC)
    chart = widget(tab, "deaths")
    expect(chart.locator("svg path")).to_have_count(2)
    chart.get_by_label("What is shown").select_option(label="Deaths")
    expect(status(tab, "deaths")).to_have_text("Deaths")
    expect(chart.get_by_role("img")).to_have_accessible_name(re.compile("Deaths by state. Deaths. Ohio, Utah"))
    assert traffic.foreign() == []
    assert traffic.page_errors == []


def test_axe_finds_nothing_on_the_desk_in_jupyterlabs_own_themes(tab, lab, course):
    show(tab, lab, course, "start")
    widget(tab, "cards").get_by_role("button", name="Show the answer").click()
    expect(widget(tab, "cards").locator(".pc-back")).to_be_visible()
    for theme in in_every_theme(tab):
        assert axe(tab) == [], f"{theme}, start page"
    show(tab, lab, course, "exam")
    begin(tab)
    for theme in in_every_theme(tab):
        assert axe(tab) == [], f"{theme}, exam"
