"""Every kind of question in a real browser, without JupyterLab: the real page code, the real widgets behind it."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Locator, Page, expect
from small_topic import (
    CHECK_KINDS,
    CHECK_MULTIPLE,
    CHECK_ORDER,
    CHECK_SINGLE,
    EVERY_KIND,
    OWN_WORDS,
    PRACTICE_CLOZE,
    PRACTICE_KINDS,
    PRACTICE_ORDER,
    PRACTICE_SINGLE,
    REFLECT_PRIVATE,
    make_small_topic,
)
from widget_page import KernelBehind, page_html
from widget_states import RIGHT_TO_LEFT

from peercourse import answers, desk
from peercourse.answering import best_answer
from peercourse.items import Item
from peercourse.topic_folder import TopicFolder, open_topic_folder
from peercourse.widgets.question import make
from peercourse.wording import say

pytestmark = pytest.mark.browser
GRADED = (CHECK_SINGLE, CHECK_MULTIPLE, *CHECK_KINDS)


class Learner:
    """A page with some questions, and the kernel behind them."""

    def __init__(self, page: Page, folder: TopicFolder, place: Path) -> None:
        self.page, self.folder, self.place = page, folder, place
        self.kernel: KernelBehind | None = None
        page.expose_function("kernel", lambda index, message: self.kernel(index, message))

    def open(self, items: Sequence[Item | str]) -> Page:
        """Show these questions; again after a while, as a page that is loaded anew."""
        names = [item if isinstance(item, str) else item.id for item in items]
        self.kernel = KernelBehind([make(self.folder, self.folder.item(name)) for name in names])
        (self.place / "page.html").write_text(
            page_html("Live", "", self.kernel.states(), ("light",), live=True), "utf-8"
        )
        self.page.goto((self.place / "page.html").as_uri())
        return self.page


@pytest.fixture
def learner(browser: Browser, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Learner]:
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "home"))
    make_small_topic(tmp_path / "topic", (*EVERY_KIND, RIGHT_TO_LEFT))
    context = browser.new_context(viewport={"width": 900, "height": 900})
    yield Learner(context.new_page(), open_topic_folder(tmp_path / "topic"), tmp_path)
    context.close()


def question(page: Page, item: Item | str) -> Locator:
    return page.locator(f'[data-peercourse-item="{item if isinstance(item, str) else item.id}"]')


def status(page: Page, item: Item | str) -> Locator:
    return question(page, item).get_by_role("status")


def on_disk(learner: Learner, item: Item):
    found = desk.current(learner.folder, learner.folder.item(item.id))
    return found.value if found else None


# --- for everybody -------------------------------------------------------------------------------


@pytest.mark.parametrize("item", [*GRADED, *PRACTICE_KINDS], ids=lambda item: item.id)
def test_the_group_is_named_by_the_question_and_its_status_is_there_from_the_start(learner, item):
    page = learner.open([item])
    root = question(page, item)
    expect(root.get_by_role("group", name=item.stem, exact=True)).to_have_count(1)
    expect(root.get_by_role("status")).to_have_count(1)
    expect(root.get_by_role("status")).to_have_text("")
    fields = root.locator("input, select, textarea, button").all()
    names = [field.evaluate("e => e.ariaLabel || e.labels?.[0]?.textContent || e.textContent") for field in fields]
    assert all(name.strip() for name in names), names


def test_each_gap_is_named_by_its_number_and_the_words_around_it(learner):
    page = learner.open([PRACTICE_CLOZE])
    expect(page.get_by_role("textbox", name="Gap 1 of 2: Stay until … comes. A strip shows")).to_have_count(1)
    expect(page.get_by_role("combobox", name="Gap 2 of 2: comes. A strip shows … , and no more")).to_have_count(1)


def test_a_question_from_right_to_left_stands_from_right_to_left(learner):
    page = learner.open([RIGHT_TO_LEFT])
    for text in (RIGHT_TO_LEFT.stem, RIGHT_TO_LEFT.options[0].text):
        assert page.get_by_text(text).evaluate("e => getComputedStyle(e).direction") == "rtl"
    page.get_by_role("radio", name=RIGHT_TO_LEFT.options[0].text).check()
    page.get_by_role("button", name="Check").click()
    assert page.get_by_text(RIGHT_TO_LEFT.explanation).evaluate("e => getComputedStyle(e).direction") == "rtl"


# --- keys alone ----------------------------------------------------------------------------------


def tab_to(page: Page, role: str, name: str = "") -> None:
    """Press Tab until such an element has the focus."""
    wanted = page.get_by_role(role, name=name) if name else page.get_by_role(role)
    for _ in range(40):
        page.keyboard.press("Tab")
        if any(one.evaluate("e => e === document.activeElement") for one in wanted.all()):
            return
    raise AssertionError(f"Tab never came to {role} {name}")


def by_keys(page: Page, item: Item) -> None:
    """Give the best answer to `item` with the keyboard alone."""
    match item.kind:
        case "single" | "multiple":
            texts = {option.id: option.text for option in item.options}
            for option in best_answer(item):
                page.locator("body").press("Tab") if item.kind == "multiple" else tab_to(page, "radio")
                wanted = page.get_by_role("checkbox" if item.kind == "multiple" else "radio", name=texts[option])
                for _ in range(8):
                    if wanted.evaluate("e => e === document.activeElement"):
                        break
                    page.keyboard.press("Tab" if item.kind == "multiple" else "ArrowDown")
                page.keyboard.press("Space")
        case "numeric":
            tab_to(page, "textbox")
            page.keyboard.type(best_answer(item))
            page.keyboard.press("Tab")
        case "order":
            for place, name in enumerate(best_answer(item)):
                move_up(page, item, name, place)
        case "match" | "cloze":
            for word in best_answer(item):
                part, _, given = word.partition("=")
                fill_by_keys(page, item, part, given)


def move_up(page: Page, item: Item, name: str, place: int) -> None:
    text = next(step.text for step in item.steps if step.id == name)
    row = page.locator(f'[data-step="{name}"]')
    row.get_by_role("button", name=f"Move up: {text}").focus()
    for _ in range(10):
        if row.get_attribute("aria-posinset") == str(place + 1):
            return
        page.keyboard.press("Alt+ArrowUp")
    raise AssertionError(f"{name} did not move")


def fill_by_keys(page: Page, item: Item, part: str, given: str) -> None:
    tab_to(page, "combobox") if item.kind == "match" else page.keyboard.press("Tab")
    options = item.options if item.kind == "match" else next(gap.options for gap in item.gaps if gap.id == part)
    if options:
        text = next(option.text for option in options if option.id == given)
        entries = page.evaluate("() => [...document.activeElement.options].map(o => o.textContent)")
        for _ in range(next(n for n, entry in enumerate(entries) if entry.endswith(text))):
            page.keyboard.press("ArrowDown")
    else:
        page.keyboard.type(given)


@pytest.mark.parametrize("item", GRADED, ids=lambda item: item.kind)
def test_every_graded_kind_is_answered_and_saved_by_keys_alone(learner, item):
    page = learner.open([item])
    by_keys(page, item)
    page.keyboard.press("Tab")
    expect(status(page, item)).to_contain_text("Saved")
    found = on_disk(learner, item)
    assert sorted(found) == sorted(best_answer(item)) if item.kind != "order" else found == best_answer(item)
    learner.open([item])
    assert learner.kernel.widgets[0].view["value"] == found


@pytest.mark.parametrize("item", PRACTICE_KINDS, ids=lambda item: item.kind)
def test_every_practice_kind_is_checked_by_keys_alone(learner, item):
    page = learner.open([item])
    by_keys(page, item)
    tab_to(page, "radio", "Guessing")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowDown")
    tab_to(page, "button", "Check")
    page.keyboard.press("Enter")
    expect(status(page, item)).to_contain_text("That fits.")
    expect(page.get_by_role("button", name="Try again")).to_be_focused()
    (made,) = desk.history(learner.folder).tries[item.id]
    assert (made.right, made.confidence) == (True, 3)


def test_keys_typed_in_a_control_never_reach_the_notebook(learner):
    page = learner.open([*GRADED, *PRACTICE_KINDS, OWN_WORDS, REFLECT_PRIVATE])
    page.evaluate("() => { window.heard = []; document.body.addEventListener('keydown', e => heard.push(e.key)); }")
    for control in page.locator(".peercourse").locator("input, select, textarea, button").all():
        if not control.is_visible():
            continue
        control.focus()
        for key in (
            "x",
            "d",
            "a",
            "ArrowDown",
            "ArrowUp",
            "Alt+ArrowUp" if control.evaluate("e => Boolean(e.closest('[data-step]'))") else "m",
        ):
            page.keyboard.press(key)
    assert page.evaluate("() => heard.filter(key => key !== 'Alt')") == []


# --- an answer is never lost -----------------------------------------------------------------------


def answer_by_hand(page: Page, item: Item) -> None:
    """Some answer, with the mouse."""
    root = question(page, item)
    match item.kind:
        case "single" | "multiple":
            root.locator("input").first.check()
        case "numeric":
            root.get_by_role("textbox").first.fill("1,204")
            root.get_by_role("textbox").first.press("Enter")
        case "order":
            root.get_by_role("button", name="Move down").first.click()
        case _:
            root.get_by_role("combobox").first.select_option(index=1)


@pytest.mark.parametrize("item", GRADED, ids=lambda item: item.kind)
def test_an_answer_a_silent_kernel_did_not_take_is_kept_and_saved_later(learner, item):
    page = learner.open([item])
    learner.kernel.silent = True
    answer_by_hand(page, item)
    expect(status(page, item)).to_contain_text("Not saved: run this cell again.", timeout=20_000)
    while not learner.kernel.asked:  # else the next kernel, which answers, would be asked by this page
        page.wait_for_timeout(50)
    assert on_disk(learner, item) is None
    learner.open([item])
    expect(status(page, item)).to_contain_text("Saved")
    assert on_disk(learner, item)
    assert page.evaluate("() => Object.keys(sessionStorage).filter(key => key.startsWith('peercourse'))") == []


@pytest.mark.parametrize("item", GRADED, ids=lambda item: item.kind)
def test_the_same_question_in_two_cells_stays_one(learner, item):
    page = learner.open([item, item])
    answer_by_hand(page, item)
    expect(status(page, item).first).to_contain_text("Saved")
    given = (
        "() => [...document.querySelectorAll('.peercourse')].map(root => [...root.querySelectorAll('input, select')]"
    )
    given += ".map(e => e.type === 'radio' || e.type === 'checkbox' ? e.checked : e.value).join('|')"
    given += " + [...root.querySelectorAll('[data-step]')].map(e => e.dataset.step).join('|'))"
    page.wait_for_function(f"() => {{ const [a, b] = ({given})(); return a === b && a !== ''; }}")
    assert any(part not in ("", "false") for part in page.evaluate(given)[0].split("|"))


@pytest.mark.parametrize("item", GRADED, ids=lambda item: item.kind)
def test_after_hand_in_every_kind_is_locked_and_shows_what_was_given(learner, item):
    desk.save(learner.folder, item, best_answer(item))
    desk.hand_in(learner.folder)
    page = learner.open([item])
    expect(status(page, item)).to_have_text(say("locked"))
    for field in question(page, item).locator("input, select, button").all():
        if field.is_visible():
            expect(field).to_be_disabled()
    page.evaluate("""() => document.querySelector('[data-step] button')?.dispatchEvent(
        new KeyboardEvent('keydown', {key: 'ArrowDown', altKey: true, bubbles: true}))""")
    assert answers.read(learner.folder.log).events == 2


def test_where_the_disk_refuses_the_page_says_so_and_why(learner):
    learner.folder.log.mkdir()
    page = learner.open([CHECK_ORDER])
    answer_by_hand(page, CHECK_ORDER)
    expect(status(page, CHECK_ORDER)).to_contain_text("Not saved: answers.jsonl is a folder")


# --- what is special about a kind ------------------------------------------------------------------


def test_an_order_nobody_touched_is_no_answer(learner):
    page = learner.open([PRACTICE_ORDER, CHECK_ORDER])
    question(page, PRACTICE_ORDER).get_by_role("button", name="Check").click()
    expect(status(page, PRACTICE_ORDER)).to_have_text(say("page.order_first"))
    assert (on_disk(learner, CHECK_ORDER), on_disk(learner, PRACTICE_ORDER)) == (None, None)
    question(page, CHECK_ORDER).get_by_role("button", name="This order").click()
    expect(status(page, CHECK_ORDER)).to_have_text("Saved")
    assert on_disk(learner, CHECK_ORDER) == [step["id"] for step in learner.kernel.widgets[1].item["steps"]]
    expect(question(page, CHECK_ORDER).get_by_role("button", name="This order")).to_have_count(0)


def test_a_moved_step_keeps_the_focus_and_its_place_is_announced(learner):
    page = learner.open([CHECK_ORDER])
    button = page.get_by_role("listitem").first.get_by_role("button", name="Move down")
    text = page.locator(".pc-step-text").first.text_content().rstrip(".")
    button.press("Enter")
    expect(status(page, CHECK_ORDER)).to_have_text(f"{text}, now 2 of 5. Saved")
    for place in (3, 4, 5, 5):
        page.keyboard.press("Alt+ArrowDown")
        expect(status(page, CHECK_ORDER)).to_contain_text("Saved")
        expect(page.locator("li:focus-within")).to_have_attribute("aria-posinset", str(place))
    expect(page.locator("li:focus-within").get_by_role("button", name="Move down")).to_have_attribute(
        "aria-disabled", "true"
    )


def test_steps_can_be_dragged_too(learner):
    page = learner.open([CHECK_ORDER])
    first = page.locator("[data-step]").first
    moved = first.get_attribute("data-step")
    first.locator(".pc-step-text").drag_to(page.locator("[data-step]").nth(3), target_position={"x": 60, "y": 40})
    expect(status(page, CHECK_ORDER)).to_contain_text("Saved")
    assert on_disk(learner, CHECK_ORDER).index(moved) == 3


def test_a_number_is_read_back_and_what_is_none_is_refused(learner):
    page = learner.open(["beds"])
    page.get_by_role("textbox").fill("1 204")
    page.get_by_role("textbox").blur()
    expect(status(page, "beds")).to_have_text("Saved. Read as 1,204 beds.")
    page.get_by_role("textbox").fill("lots")
    expect(status(page, "beds")).to_have_text("Not saved: this is not one number; write it as 1204, 1,204 or 23.1.")
    assert answers.read(learner.folder.log).answers["beds"].value == "1 204"


def test_own_words_come_before_the_options(learner):
    page = learner.open([OWN_WORDS])
    expect(page.get_by_role("radio")).to_have_count(0)
    page.get_by_role("button", name="Show the answers").click()
    expect(status(page, OWN_WORDS)).to_have_text(say("page.own_words_first"))
    page.get_by_role("textbox", name="In your own words first").fill("I would stay.")
    page.get_by_role("button", name="Show the answers").click()
    expect(page.get_by_role("group", name=OWN_WORDS.stem).get_by_role("radio").first).to_be_focused()
    expect(page.get_by_text("You wrote: I would stay.")).to_be_visible()
    assert desk.history(learner.folder).words == {OWN_WORDS.id: "I would stay."}
    learner.open([OWN_WORDS])
    expect(page.get_by_text("You wrote: I would stay.")).to_be_visible()


def test_show_me_why_comes_after_a_try_that_was_not_right(learner):
    page = learner.open([PRACTICE_SINGLE])
    expect(page.get_by_role("button", name="Show me why")).to_have_count(0)
    page.get_by_role("radio", name="Hand over").check()
    page.get_by_role("radio", name="Fairly sure").check()
    page.get_by_role("button", name="Check").click()
    expect(page.get_by_role("group", name=re.compile("How sure"))).to_have_count(0)
    page.get_by_role("button", name="Show me why").click()
    for option in PRACTICE_SINGLE.options:
        expect(page.get_by_text(option.why)).to_be_visible()
    expect(page.get_by_role("button", name="Try again")).to_be_focused()
    expect(page.get_by_role("button", name="Check")).to_have_count(0)
    page.get_by_role("button", name="Try again").click()
    expect(page.get_by_role("radio", name="Fairly sure")).not_to_be_checked()
    (made,) = desk.history(learner.folder).tries["greet"]
    assert (made.right, made.confidence) == (False, 2)


def test_a_hint_does_not_bring_back_an_older_choice(learner):
    page = learner.open([PRACTICE_SINGLE])
    page.get_by_role("radio", name="Hand over").check()
    page.get_by_role("button", name="Check").click()
    expect(status(page, PRACTICE_SINGLE)).to_contain_text("Not quite.")
    page.get_by_role("radio", name="Read out").check()
    page.get_by_role("button", name="Hint").click()
    expect(page.get_by_text("Hint 1 of 2")).to_be_visible()
    expect(page.get_by_role("radio", name="Read out")).to_be_checked()
    expect(status(page, PRACTICE_SINGLE)).to_have_text("")


def test_a_poll_shows_what_speaks_for_each(learner):
    page = learner.open(["coffee"])
    expect(page.get_by_role("group", name=re.compile("How sure"))).to_have_count(0)
    page.get_by_role("radio", name="No, nobody").check()
    page.get_by_role("button", name="See what speaks for each").click()
    expect(page.get_by_text("For some, a list of names")).to_be_visible()
    expect(page.get_by_text("People choose what they are called.")).to_be_visible()
    expect(status(page, "coffee")).to_contain_text("Who stays away in each case?")
    expect(page.get_by_text("Does not fit")).to_have_count(0)


def test_one_compares_after_writing_and_ticks_for_oneself(learner):
    page = learner.open(["apply", "remember"])
    graded, private = question(page, "apply"), question(page, "remember")
    graded.get_by_role("button", name="Compare").click()
    expect(status(page, "apply")).to_have_text("Write a few words first.")
    graded.get_by_role("textbox").fill("I will greet everybody by name tomorrow.")
    graded.get_by_role("button", name="Compare").click()
    graded.get_by_role("group", name="Concrete").get_by_role("radio", name="Level 4").check()
    graded.get_by_role("group", name="Safe").get_by_role("radio", name="Level 3").check()
    private.get_by_role("textbox").fill("Tea.")
    private.get_by_role("button", name="Compare").click()
    expect(private.get_by_text("They put the kettle on and asked nothing.")).to_be_visible()
    expect(graded.get_by_text("by name before I open")).to_have_count(0)
    page.wait_for_function("() => true")
    assert desk.history(learner.folder).ticks == {"apply": {"concrete": 4, "safe": 3}}
    assert answers.read(learner.folder.log).answers.keys() == {"apply"}
    learner.open(["apply"])
    expect(page.get_by_role("group", name="Concrete").get_by_role("radio", name="Level 4")).to_be_checked()


def test_neither_key_nor_reason_reaches_the_page_before_check(learner):
    kinds = (*GRADED, *PRACTICE_KINDS, OWN_WORDS)
    page = learner.open(kinds)
    for item in GRADED:
        answer_by_hand(page, item)
        expect(status(page, item)).to_contain_text("Saved")
    shown = page.content() + json.dumps([[w.item, w.view] for w in learner.kernel.widgets], ensure_ascii=False)
    secrets = re.findall(r"(?:why|explanation|accept)=['\"(]+([^'\"]{12,})['\"]", repr(kinds))
    assert len(secrets) > 20
    assert not [secret for secret in secrets if secret in shown]


def test_what_an_author_writes_is_only_text(learner, tmp_path):
    evil = '<img src=x onerror="window.evil=1"><script>window.evil=1</script>${alert(1)}'
    items = tmp_path / "topic" / "items.json"
    hostile = json.loads(items.read_text("utf-8"))
    for view in hostile["items"]:
        view["stem"] = evil
        for part in (*view.get("options", ()), *view.get("steps", ()), *view.get("prompts", ())):
            part["text"] = evil
    items.write_text(json.dumps(hostile), "utf-8")
    learner.folder = open_topic_folder(tmp_path / "topic")
    page = learner.open([*GRADED, *PRACTICE_KINDS])
    expect(page.locator(".peercourse img, .peercourse script")).to_have_count(0)
    assert page.evaluate("() => window.evil") is None
    expect(page.get_by_text("onerror").first).to_be_visible()
