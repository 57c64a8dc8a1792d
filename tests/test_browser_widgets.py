"""What a learner sees and touches, in a real JupyterLab and a real browser."""

import json
import shutil
from pathlib import Path

import nbformat
import pytest
from accessibility import axe, in_every_theme
from lab import (
    Lab,
    cell_count,
    command,
    is_dirty,
    open_notebook,
    outputs,
    run_cell,
    save,
    sources,
    wait_for_kernel,
    wait_until,
)
from playwright.sync_api import Browser, Locator, Page, expect
from small_topic import (
    CHECK_SINGLE,
    COURSE,
    ITEMS,
    PRACTICE_MULTIPLE,
    PRACTICE_SINGLE,
    REFLECT_GRADED,
    TOPIC,
    make_small_topic,
    write_items,
)

from peercourse import answers
from peercourse.items import Choice, Criterion, Option, Reflection, public_view
from peercourse.receipt import read_receipt

pytestmark = pytest.mark.browser
expect.set_options(timeout=30_000)

KINDS = len(ITEMS) + 1
LAST = 2 + 2 * len(ITEMS)


# --- what a learner does -----------------------------------------------------------------------


def question(page: Page, item_id: str) -> Locator:
    """The widget of one item; "hand-in" is the panel."""
    return page.locator(f'[data-peercourse-item="{item_id}"]')


def status(page: Page, item_id: str) -> Locator:
    return question(page, item_id).get_by_role("status")


def press(page: Page, item_id: str, name: str) -> None:
    question(page, item_id).get_by_role("button", name=name, exact=True).click()


def open_questions(page: Page, lab: Lab, notebook: Path, app: str = "lab", widgets: int = KINDS) -> None:
    """Open a topic and wait until all its questions can be answered."""
    open_notebook(page, lab, notebook, app)
    expect(page.locator(".peercourse")).to_have_count(widgets)


def open_without_extension(page: Page, lab: Lab, notebook: Path) -> None:
    """The same in a notebook that the course's extension leaves alone, as an editor without it would."""
    content = nbformat.read(notebook, as_version=4)
    del content.metadata["peercourse"]
    nbformat.write(content, notebook)
    open_notebook(page, lab, notebook)
    command(page, "notebook:run-all-cells")
    expect(page.locator(".peercourse")).to_have_count(KINDS)


def log_of(folder: Path) -> list[dict]:
    log = folder / "answers.jsonl"
    return [json.loads(line) for line in log.read_text("utf-8").splitlines()] if log.is_file() else []


def last_answer(folder: Path, item_id: str):
    found = answers.read(folder / "answers.jsonl")
    return found.answers[item_id].value if found and item_id in found.answers else None


def frames(traffic) -> str:
    """Everything that came over the page's websockets, as text."""
    return "\n".join(f if isinstance(f, str) else f.decode("utf-8", "replace") for f in traffic.received)


@pytest.fixture(autouse=True)
def nothing_practised_yet(lab: Lab) -> None:
    """Practice is kept by topic, outside its folder: without this a test would find what another chose."""
    shutil.rmtree(lab.private_home, ignore_errors=True)


@pytest.fixture
def topic(page: Page, lab: Lab, folder: Path) -> Path:
    """The small topic, open in JupyterLab with its questions shown; returns its folder."""
    open_questions(page, lab, make_small_topic(folder))
    return folder


# --- an answer is never lost ---------------------------------------------------------------------


def test_saved_is_said_when_the_answer_is_on_disk(page, topic):
    question(page, "privacy").get_by_label("The team").check()
    expect(status(page, "privacy")).to_have_text("Saved")
    assert last_answer(topic, "privacy") == ["team"]
    question(page, "words").get_by_label("an addict").check()
    expect(status(page, "words")).to_have_text("Saved")
    question(page, "words").get_by_label("a person in recovery").check()
    wait_until(lambda: set(last_answer(topic, "words") or ()) == {"addict", "recovery"}, "the second choice")
    assert [set(event) for event in log_of(topic)] == [{"v", "item", "version", "answer"}] * 3


def test_after_a_reload_the_newest_answer_is_in_the_receipt(page, lab, topic):
    question(page, "privacy").get_by_label("The team").check()
    expect(status(page, "privacy")).to_have_text("Saved")
    save(page)
    before = outputs(page)[LAST]
    page.reload()
    expect(page.locator(".peercourse")).to_have_count(KINDS)
    # The extension runs the cells of the newly loaded page, the hand-in cell last.
    wait_until(lambda: outputs(page)[LAST] not in ([], before), "the last cell to be run")
    expect(page.locator(".peercourse")).to_have_count(KINDS)
    expect(question(page, "privacy").get_by_label("The team")).to_be_checked()
    question(page, "privacy").get_by_label("The worker").check()
    expect(status(page, "privacy")).to_have_text("Saved")
    press(page, "hand-in", "Hand in")
    expect(status(page, "hand-in")).to_contain_text("2 questions are unanswered; they earn no points.")
    press(page, "hand-in", "Hand in anyway")
    expect(status(page, "hand-in")).to_have_text("Handed in. Next: Nbgrader menu > Assignment List > Submit.")
    wait_until(lambda: not is_dirty(page), "the notebook to be saved")
    saved = [cell.source for cell in nbformat.read(topic / f"{TOPIC}.ipynb", as_version=4).cells]
    assert read_receipt(saved, TOPIC).answers["privacy"].value == ["worker"]


def test_an_answer_given_to_a_dead_kernel_is_kept_and_saved_when_the_cell_runs_again(page, lab, folder):
    open_without_extension(page, lab, make_small_topic(folder))
    (kernel,) = lab.api("api/kernels")
    lab.api(f"api/kernels/{kernel['id']}/restart", "POST")
    wait_for_kernel(page)
    question(page, "privacy").get_by_label("The team").check()
    question(page, "apply").get_by_role("textbox").fill("I will listen first.")
    expect(status(page, "privacy")).to_contain_text("Not saved: run this cell again.")
    expect(status(page, "apply")).to_contain_text("Not saved: run this cell again.")
    assert log_of(folder) == []
    for index in (1, 9, 13):
        run_cell(page, index)
    expect(status(page, "privacy")).to_have_text("Saved")
    expect(status(page, "apply")).to_have_text("Saved")
    expect(question(page, "privacy").get_by_label("The team")).to_be_checked()
    expect(question(page, "apply").get_by_role("textbox")).to_have_value("I will listen first.")
    assert (last_answer(folder, "privacy"), last_answer(folder, "apply")) == (["team"], "I will listen first.")
    assert page.evaluate("() => Object.keys(sessionStorage).filter(k => k.startsWith('peercourse'))") == []


def test_what_was_typed_within_the_last_second_survives_a_reload(page, topic):
    area = question(page, "apply").get_by_role("textbox")
    area.press_sequentially("Half a thou")
    page.reload()
    expect(question(page, "apply").get_by_role("textbox")).to_have_value("Half a thou")
    wait_until(lambda: last_answer(topic, "apply") == "Half a thou", "the text on disk")


def test_where_the_disk_refuses_the_page_says_so_and_why(page, topic):
    (topic / "answers.jsonl").mkdir()
    question(page, "privacy").get_by_label("The team").check()
    expect(status(page, "privacy")).to_contain_text("Not saved: answers.jsonl is a folder")
    (topic / "answers.jsonl").rmdir()
    run_cell(page, 9)
    expect(status(page, "privacy")).to_have_text("Saved")
    assert last_answer(topic, "privacy") == ["team"]


def test_every_kind_comes_back_as_it_was_when_its_cell_runs_again(page, topic):
    question(page, "greet").get_by_label("Hand over").check()
    press(page, "greet", "Check")
    question(page, "listen").get_by_label("Say back").check()
    press(page, "listen", "Check")
    question(page, "remember").get_by_role("textbox").fill("Tea.")
    question(page, "privacy").get_by_label("The team").check()
    question(page, "words").get_by_label("an addict").check()
    question(page, "apply").get_by_role("textbox").fill("Listen.")
    for item_id in ("remember", "privacy", "words", "apply"):
        expect(status(page, item_id)).to_have_text("Saved")
    before = page.locator(".peercourse").first.evaluate("e => (e.dataset.old = 'yes')")
    assert before == "yes"
    command(page, "notebook:run-all-cells")
    expect(page.locator(".peercourse[data-old]")).to_have_count(0)
    expect(question(page, "greet").get_by_label("Hand over")).to_be_checked()
    expect(question(page, "greet")).to_contain_text("A form can wait")
    expect(question(page, "listen").get_by_label("Say back")).to_be_checked()
    expect(status(page, "listen")).to_contain_text("There is 1 more to find.")
    expect(question(page, "remember").get_by_role("textbox")).to_have_value("Tea.")
    expect(question(page, "privacy").get_by_label("The team")).to_be_checked()
    expect(question(page, "words").get_by_label("an addict")).to_be_checked()
    expect(question(page, "apply").get_by_role("textbox")).to_have_value("Listen.")


def test_the_same_question_in_two_cells_stays_one(page, lab, folder):
    notebook = make_small_topic(folder, [CHECK_SINGLE])
    content = nbformat.read(notebook, as_version=4)
    content.cells.insert(4, nbformat.v4.new_code_cell('check("privacy")'))
    nbformat.write(content, notebook)
    open_questions(page, lab, notebook, widgets=3)
    first, second = question(page, "privacy").nth(0), question(page, "privacy").nth(1)
    first.get_by_label("The team").check()
    expect(second.get_by_label("The team")).to_be_checked()
    second.get_by_label("The worker").check()
    expect(first.get_by_label("The worker")).to_be_checked()
    expect(first.get_by_label("The team")).not_to_be_checked()


# --- practice ------------------------------------------------------------------------------------


def test_practice_goes_from_hint_to_check_to_another_try(page, topic):
    press(page, "greet", "Hint")
    expect(question(page, "greet")).to_contain_text("Hint 1 of 2 Think of your own first visit.")
    press(page, "greet", "Next hint")
    expect(question(page, "greet")).to_contain_text("Hint 2 of 2")
    press(page, "greet", "Check")
    expect(status(page, "greet")).to_have_text("Choose an answer first.")
    question(page, "greet").get_by_label("Hand over").check()
    press(page, "greet", "Check")
    expect(status(page, "greet")).to_contain_text("Not quite.")
    expect(question(page, "greet")).to_contain_text("Does not fit. A form can wait; a person should not.")
    expect(question(page, "greet")).not_to_contain_text("Being welcome")
    press(page, "greet", "Try again")
    expect(question(page, "greet").get_by_role("radio", checked=True)).to_have_count(0)
    expect(question(page, "greet")).not_to_contain_text("A form can wait")
    question(page, "greet").get_by_label("Say hello").check()
    press(page, "greet", "Check")
    expect(status(page, "greet")).to_contain_text("That fits.")
    for option in PRACTICE_SINGLE.options:
        expect(question(page, "greet")).to_contain_text(option.why)
    expect(question(page, "greet").get_by_role("button", name="Hint")).to_have_count(0)


def test_neither_key_nor_reason_reaches_the_page_before_check(page, topic, traffic):
    secrets = [
        text
        for item in ITEMS
        if isinstance(item, Choice)
        for text in (item.explanation, *item.hints, *(option.why for option in item.options))
        if text
    ]
    seen = page.content() + frames(traffic)
    assert CHECK_SINGLE.stem in frames(traffic), "the search must be able to find what was sent"
    assert not [secret for secret in secrets if secret in seen]
    assert '"correct"' not in frames(traffic)
    question(page, "greet").get_by_label("Hand over").check()
    press(page, "greet", "Check")
    expect(status(page, "greet")).to_contain_text("Not quite.")
    assert "A form can wait" in frames(traffic)
    assert "Being welcome" not in page.content() + frames(traffic)


def test_practice_leaves_no_trace_in_the_folder_or_the_notebook(page, lab, topic):
    question(page, "greet").get_by_label("Hand over").check()
    press(page, "greet", "Check")
    question(page, "remember").get_by_role("textbox").fill("My aunt Berta put the kettle on.")
    expect(status(page, "remember")).to_have_text("Saved")
    expect(status(page, "greet")).to_contain_text("Not quite.")
    save(page)
    assert {path.name for path in topic.iterdir() if not path.name.startswith(".")} == {"items.json", f"{TOPIC}.ipynb"}
    assert "Berta" not in (topic / f"{TOPIC}.ipynb").read_text("utf-8")
    assert "Berta" in (lab.private_home / COURSE / f"{TOPIC}.jsonl").read_text("utf-8")


# --- reflection ----------------------------------------------------------------------------------


def test_a_reflection_counts_words_and_saves_by_itself(page, topic):
    area = question(page, "apply").get_by_role("textbox")
    expect(question(page, "apply")).to_contain_text("0 words")
    area.press_sequentially("I")
    expect(question(page, "apply")).to_contain_text("1 word")
    area.press_sequentially(" will listen")
    expect(question(page, "apply")).to_contain_text("3 words")
    expect(status(page, "apply")).to_have_text("Saved")
    assert last_answer(topic, "apply") == "I will listen"
    area.press_sequentially(" now")
    area.blur()
    expect(status(page, "apply")).to_have_text("Saved")
    assert last_answer(topic, "apply") == "I will listen now"


def test_the_rubric_can_be_read_before_writing(page, topic):
    question(page, "apply").get_by_text("How your answer is read").click()
    table = question(page, "apply").get_by_role("table")
    expect(table.get_by_role("row")).to_have_count(1 + len(REFLECT_GRADED.criteria))
    expect(table.get_by_role("rowheader", name="Concrete")).to_be_visible()
    expect(table.get_by_role("cell", name="names a deed and a time")).to_be_visible()


# --- hand-in -------------------------------------------------------------------------------------


def answer_everything(page: Page) -> None:
    question(page, "privacy").get_by_label("The team").check()
    question(page, "words").get_by_label("an addict").check()
    question(page, "apply").get_by_role("textbox").fill("I will listen first, then ask.")
    expect(question(page, "hand-in")).to_contain_text("Everything is answered.")


def test_handing_in_locks_the_questions_until_the_learner_opens_them_again(page, topic):
    answer_everything(page)
    press(page, "hand-in", "Hand in")
    expect(status(page, "hand-in")).to_contain_text("Handed in.")
    expect(question(page, "privacy").get_by_label("The team")).to_be_disabled()
    expect(status(page, "privacy")).to_contain_text("Handed in.")
    expect(question(page, "apply").get_by_role("textbox")).not_to_be_editable()
    expect(question(page, "remember").get_by_role("textbox")).to_be_editable()
    press(page, "hand-in", "Change my answers")
    expect(question(page, "privacy").get_by_label("The worker")).to_be_enabled()
    question(page, "privacy").get_by_label("The worker").check()
    expect(status(page, "privacy")).to_have_text("Saved")
    press(page, "hand-in", "Hand in again")
    expect(status(page, "hand-in")).to_contain_text("Handed in.")
    receipt = wait_until(lambda: read_receipt(sources(page), TOPIC), "the receipt in the cell")
    assert receipt.answers["privacy"].value == ["worker"]


def test_without_the_extension_the_learner_is_told_the_one_step_that_is_left(page, lab, folder):
    open_without_extension(page, lab, make_small_topic(folder))
    answer_everything(page)
    press(page, "hand-in", "Hand in")
    expect(status(page, "hand-in")).to_have_text("One more step: click on this cell and press Shift+Enter.")
    assert read_receipt(sources(page), TOPIC) is None
    run_cell(page, LAST)
    expect(status(page, "hand-in")).to_contain_text("Handed in.")
    receipt = wait_until(lambda: read_receipt(sources(page), TOPIC), "the receipt in the cell")
    assert receipt.answers["apply"].value == "I will listen first, then ask."


def test_opening_hands_nothing_in(page, topic):
    expect(question(page, "hand-in")).to_contain_text("0 of 3 questions answered.")
    expect(question(page, "hand-in")).to_contain_text("Question 2: Which of these put the person first?")
    assert log_of(topic) == []


def test_in_the_courses_own_copy_one_can_try_and_nothing_is_written(page, lab, folder):
    (folder / "nbgrader_config.py").touch()
    place = folder / "source" / TOPIC
    open_questions(page, lab, make_small_topic(place))
    before = {path: path.read_bytes() for path in place.iterdir() if path.is_file()}
    question(page, "privacy").get_by_label("The team").check()
    expect(status(page, "privacy")).to_contain_text("nothing is kept")
    question(page, "greet").get_by_label("Say hello").check()
    press(page, "greet", "Check")
    expect(status(page, "greet")).to_contain_text("That fits.")
    expect(question(page, "hand-in")).to_contain_text("nothing is kept")
    expect(question(page, "hand-in").get_by_role("button", name="Hand in")).to_be_disabled()
    assert {path: path.read_bytes() for path in place.iterdir() if path.is_file()} == before


# --- keys ----------------------------------------------------------------------------------------


def test_keys_typed_in_a_control_never_change_the_notebook(page, topic):
    before = sources(page)
    controls = page.locator(".peercourse").locator("input, button, textarea, summary")
    assert controls.count() > 20
    for index in range(controls.count()):
        control = controls.nth(index)
        if not control.is_visible():
            continue
        control.focus()
        for key in ("a", "x", "m", "d", "d", "ArrowDown", "ArrowUp"):
            page.keyboard.press(key)
        assert sources(page) == before, f"control {index} let a key through"
    assert cell_count(page) == len(before)
    assert question(page, "apply").get_by_role("textbox").input_value() == "axmdd"


def test_arrows_move_between_the_options(page, topic):
    radios = question(page, "privacy").get_by_role("radio")
    radios.nth(0).focus()
    page.keyboard.press("ArrowDown")
    expect(radios.nth(1)).to_be_focused()
    expect(radios.nth(1)).to_be_checked()
    expect(status(page, "privacy")).to_have_text("Saved")


def test_ctrl_s_saves_the_notebook_from_every_control(page, topic):
    saves = []
    page.on("request", lambda r: saves.append(r.url) if r.method == "PUT" and "/api/contents/" in r.url else None)
    for item_id, role in (("privacy", "radio"), ("words", "checkbox"), ("greet", "button"), ("apply", "textbox")):
        before = len(saves)

        def saved(item_id: str = item_id, role: str = role, before: int = before) -> bool:
            question(page, item_id).get_by_role(role).first.focus()
            page.keyboard.press("ControlOrMeta+s")
            page.wait_for_timeout(300)
            return len(saves) > before

        # JupyterLab passes over a Ctrl+S while it still finishes the one before.
        wait_until(saved, f"Ctrl+S in a {role} to save", patience=20)


def test_everything_can_be_done_with_the_keyboard_alone(page, topic):
    question(page, "greet").get_by_role("radio").first.focus()
    page.keyboard.press("Space")
    page.keyboard.press("Tab")
    expect(question(page, "greet").get_by_role("radio", name="Guessing")).to_be_focused()
    page.keyboard.press("Tab")
    expect(question(page, "greet").get_by_role("button", name="Check")).to_be_focused()
    page.keyboard.press("Enter")
    expect(question(page, "greet")).to_contain_text("Does not fit.")
    for _ in ("Hint", "Show me why", "Try again"):
        page.keyboard.press("Tab")
    expect(question(page, "greet").get_by_role("button", name="Try again")).to_be_focused()
    page.keyboard.press("Space")
    expect(question(page, "greet").get_by_role("radio").first).to_be_focused()


# --- for everybody -------------------------------------------------------------------------------


def go_through_every_state(page: Page) -> None:
    press(page, "greet", "Hint")
    question(page, "greet").get_by_label("Hand over").check()
    press(page, "greet", "Check")
    for name in ("Say back", "Leave room"):
        question(page, "listen").get_by_label(name).check()
    press(page, "listen", "Check")
    expect(status(page, "listen")).to_contain_text("That fits.")
    question(page, "apply").get_by_text("How your answer is read").click()
    question(page, "privacy").get_by_label("The team").check()
    expect(status(page, "privacy")).to_have_text("Saved")


def test_axe_finds_nothing_in_any_state_in_jupyterlabs_own_themes(page, topic):
    for theme in in_every_theme(page):
        assert axe(page) == [], f"{theme}, at the start"
    go_through_every_state(page)
    for theme in in_every_theme(page):
        assert axe(page) == [], f"{theme}, with feedback"
    press(page, "hand-in", "Hand in")
    press(page, "hand-in", "Hand in anyway")
    expect(status(page, "privacy")).to_contain_text("Handed in.")
    for theme in in_every_theme(page):
        assert axe(page) == [], f"{theme}, handed in"


def test_the_accessibility_tree_names_groups_options_and_states(page, topic):
    single = question(page, "privacy").aria_snapshot()
    assert f'group "{CHECK_SINGLE.stem}"' in single
    assert 'radio "The team"' in single
    assert "status" in single
    question(page, "privacy").get_by_label("The team").check()
    expect(status(page, "privacy")).to_have_text("Saved")
    assert 'radio "The team" [checked]' in question(page, "privacy").aria_snapshot()
    multiple = question(page, "listen").aria_snapshot()
    assert f'group "{PRACTICE_MULTIPLE.stem}"' in multiple
    assert multiple.count("checkbox") == len(PRACTICE_MULTIPLE.options)
    assert f'textbox "{REFLECT_GRADED.stem}"' in question(page, "apply").aria_snapshot()
    assert 'group "Hand in"' in page.locator(".jp-Notebook").aria_snapshot()
    radio = question(page, "greet").get_by_label("Hand over")
    radio.check()
    press(page, "greet", "Check")
    expect(radio).to_have_accessible_description("Does not fit. A form can wait; a person should not.")
    for widget in page.locator(".peercourse").all():
        expect(widget.get_by_role("status")).to_have_count(1)


CLIPPED = """() => [...document.querySelectorAll('.peercourse')].flatMap(root => {
    const frame = root.getBoundingClientRect();
    const wrong = [...root.querySelectorAll('*')].filter(element => {
        if (!element.checkVisibility() || element.closest('thead')) return false;
        const box = element.getBoundingClientRect();
        const outside = box.right > frame.right + 1 || box.left < frame.left - 1;
        const cut = element.scrollWidth > element.clientWidth + 1 && element.clientWidth > 0;
        return outside || cut;
    });
    const rows = [...root.querySelectorAll('.pc-option > *, .pc-hint, .pc-button, .pc-status, .pc-meta, legend')]
        .filter(element => element.checkVisibility()).map(element => element.getBoundingClientRect());
    const overlap = rows.some((a, i) => rows.some((b, j) => i < j
        && a.left < b.right - 1 && b.left < a.right - 1 && a.top < b.bottom - 1 && b.top < a.bottom - 1));
    const cut = wrong.map(element => element.outerHTML.slice(0, 120));
    return overlap ? [...cut, 'overlap in ' + root.className] : cut;
})"""

LONG_WORDS = Choice(
    "long",
    "multiple",
    "check",
    "Marisol tells you on the bus that she drank last weekend after eight months.\n\nWhat fits?",
    (
        Option("ask", "Ask what the weekend was like for her and what she would like to happen next, at her own pace."),
        Option("word", "Donaudampfschifffahrtselektrizitätenhauptbetriebswerkbauunterbeamtengesellschaft"),
        Option("arabic", "اسألها كيف كانت عطلة نهاية الأسبوع"),
    ),
)


@pytest.mark.parametrize(("width", "scale"), [(320, 1), (640, 2)], ids=["320 px", "200 %"])
def test_nothing_is_cut_off_or_overlaps(browser: Browser, lab: Lab, folder: Path, width, scale):
    context = browser.new_context(viewport={"width": width, "height": 4500}, device_scale_factor=scale)
    try:
        page = context.new_page()
        open_questions(page, lab, make_small_topic(folder, [*ITEMS, LONG_WORDS]), "notebook", KINDS + 1)
        go_through_every_state(page)
        assert page.evaluate(CLIPPED) == []
    finally:
        context.close()
        lab.shut_down_kernels()


def test_every_target_is_large_enough_to_hit(page, topic):
    go_through_every_state(page)
    targets = page.locator(".peercourse").locator("label:has(input), button, textarea, summary")
    small = [
        box for target in targets.all() if (box := target.bounding_box()) and min(box["width"], box["height"]) < 24
    ]
    assert small == []


@pytest.mark.parametrize("app", ["lab", "notebook"])
def test_nothing_is_fetched_from_elsewhere_and_the_page_complains_of_nothing(page, lab, folder, traffic, app):
    open_questions(page, lab, make_small_topic(folder), app)
    go_through_every_state(page)
    assert traffic.foreign() == []
    assert len(traffic.requests) > 10
    assert [text for text in traffic.console_errors if "peercourse" in text.lower() or "widget" in text.lower()] == []


# --- the static twin -----------------------------------------------------------------------------


def test_the_twin_is_hidden_beside_a_live_widget_and_stands_in_the_file(page, topic):
    expect(page.locator(".peercourse-twin")).to_have_count(len(ITEMS))
    assert not [twin for twin in page.locator(".peercourse-twin").all() if twin.is_visible()]
    question(page, "privacy").get_by_label("The team").check()
    expect(status(page, "privacy")).to_have_text("Saved")
    wait_until(lambda: "your choice" in json.dumps(outputs(page)), "the twin to follow")
    save(page)
    written = (topic / f"{TOPIC}.ipynb").read_text("utf-8")
    assert "● The team (your choice)" in written


def test_a_twin_is_seen_where_no_widget_is_live(page, lab, folder):
    notebook = make_small_topic(folder)
    open_questions(page, lab, notebook)
    save(page)
    content = nbformat.read(notebook, as_version=4)
    del content.metadata["peercourse"]
    nbformat.write(content, folder / "copy.ipynb")
    lab.shut_down_kernels()
    open_notebook(page, lab, folder / "copy.ipynb")
    expect(page.locator(".peercourse-twin").first).to_be_visible()
    expect(page.locator(".peercourse")).to_have_count(0)


# --- a hostile items.json ------------------------------------------------------------------------

EVIL = '<img src=x onerror="window.evil=1"><script>window.evil=1</script>${alert(1)}</legend>'


def test_texts_of_a_hostile_topic_are_only_texts(page, lab, folder):
    options = (Option("a", EVIL, correct=True, why=EVIL), Option("b", "b" + EVIL, why=EVIL))
    items = [
        Choice("greet", "single", "practice", EVIL, options, hints=(EVIL, EVIL), explanation=EVIL),
        Choice("words", "multiple", "check", EVIL, options),
        Reflection("apply", "reflection", "graded", EVIL, criteria=(Criterion("c", EVIL, (EVIL,) * 4),)),
    ]
    notebook = make_small_topic(folder, items)
    write_items(folder, [public_view(item) for item in items])
    open_questions(page, lab, notebook, widgets=4)
    press(page, "greet", "Hint")
    question(page, "greet").get_by_role("radio").first.check()
    press(page, "greet", "Check")
    expect(question(page, "greet").get_by_role("button", name="Try again")).to_be_visible()
    question(page, "words").get_by_role("checkbox").first.check()
    expect(status(page, "words")).to_have_text("Saved")
    question(page, "apply").get_by_role("textbox").fill(EVIL)
    expect(status(page, "apply")).to_have_text("Saved")
    expect(page.locator(".peercourse script, .peercourse img")).to_have_count(0)
    expect(page.locator(".peercourse-twin script, .peercourse-twin img")).to_have_count(0)
    assert page.evaluate("() => window.evil") is None
    expect(question(page, "greet")).to_contain_text("onerror")
