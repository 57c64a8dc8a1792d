"""Everything on the learner's desk, in every state, for everybody: what can be checked without anybody's judgement."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from accessibility import axe
from desk_states import desk_states
from playwright.sync_api import Browser, Page, expect
from small_topic import make_small_topic
from widget_page import page_html
from widget_states import SAMPLES, every_state

from peercourse.topic_folder import open_topic_folder

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def plain_page(browser: Browser) -> Iterator[Page]:
    """One page for all tests here; it holds no JupyterLab."""
    context = browser.new_context(viewport={"width": 1280, "height": 900})
    yield context.new_page()
    context.close()


@pytest.fixture(scope="module", params=["questions", "desk"])
def gallery(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A page with every kind in every state, light and dark: questions, or the rest of the desk."""
    place = tmp_path_factory.mktemp("gallery")
    folder = place / "learner" / "small-topic"
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("XDG_DATA_HOME", str(place / "home"))
        make_small_topic(folder, SAMPLES)
        states = {"questions": every_state, "desk": desk_states}[request.param](open_topic_folder(folder))
        html = page_html("Every state", "", states)
    (place / "gallery.html").write_text(html, "utf-8")
    return place / "gallery.html"


@pytest.fixture(scope="module")
def come_to_rest(plain_page: Page, gallery: Path) -> Page:
    """The gallery, opened once; also the silent kernel has been noticed, and nothing is folded up."""
    plain_page.goto(gallery.as_uri())
    expect(plain_page.get_by_text("Not saved: run this cell again.").first).to_be_visible(timeout=20_000)
    plain_page.evaluate("() => document.querySelectorAll('details').forEach(each => { each.open = true; })")
    return plain_page


@pytest.fixture
def states(come_to_rest: Page) -> Iterator[Page]:
    """The gallery as it was opened, whatever a test before has done to it."""
    yield come_to_rest
    come_to_rest.emulate_media(forced_colors="none", reduced_motion="no-preference", media="screen")
    come_to_rest.set_viewport_size({"width": 1280, "height": 900})
    come_to_rest.evaluate("() => [document.documentElement, document.body].forEach(e => e.removeAttribute('style'))")


def test_axe_finds_nothing_in_any_kind_and_state_light_or_dark(states):
    assert axe(states) == []


def test_axe_finds_nothing_in_any_kind_and_state_in_forced_colors(states):
    states.emulate_media(forced_colors="active")
    assert axe(states, ".theme-light .peercourse") == []


def test_pictures_and_bars_follow_forced_colors_too(states):
    """What axe does not look at: a dark theme's colors must not stay where the page turns light."""
    states.emulate_media(forced_colors="active")
    drawn = """() => [...document.querySelectorAll('.peercourse :is(path, circle, text, .pc-bar)')].map(e => {
        const style = getComputedStyle(e);
        return e.matches('.pc-bar') ? style.borderTopColor : e.matches('path') ? style.stroke : style.fill;
    })"""
    assert len(set(states.evaluate(drawn))) <= 1


# Whether anything is wider than its frame, or is cut off inside itself.
CUT_OFF = """() => [...document.querySelectorAll('.peercourse')].flatMap(root => {
    const frame = root.getBoundingClientRect();
    return [...root.querySelectorAll('*')].filter(element => {
        // Wide tables and pictures scroll in a frame of their own; `pc-only-read` is for screen readers.
        const scrolls = element.parentElement.closest('.pc-scroll, .pc-picture');
        if (!element.checkVisibility() || element.closest('thead, option, .pc-only-read')) return false;
        const box = element.getBoundingClientRect();
        const reach = () => scrolls.getBoundingClientRect().left + scrolls.scrollWidth + 1;
        if (scrolls) return !scrolls.matches('[tabindex]') && box.right > reach();
        const outside = box.right > frame.right + 1 || box.left < frame.left - 1;
        const cut = element.scrollWidth > element.clientWidth + 1 && element.clientWidth > 0
            && !element.matches('.pc-scroll, .pc-picture') && getComputedStyle(element).display !== 'inline';
        return outside || cut;
    }).map(element => element.outerHTML.slice(0, 160));
})"""


@pytest.mark.parametrize(("width", "zoom"), [(320, 1), (1280, 2)], ids=["320 px", "200 %"])
def test_nothing_is_cut_off(states, width, zoom):
    states.set_viewport_size({"width": width, "height": 900})
    states.evaluate("zoom => { document.documentElement.style.fontSize = `${zoom * 100}%`; }", zoom)
    states.evaluate("zoom => { document.body.style.setProperty('--jp-content-font-size1', `${zoom * 15}px`); }", zoom)
    assert states.evaluate("() => document.documentElement.scrollWidth <= innerWidth")
    assert states.evaluate(CUT_OFF) == []


def test_every_target_is_large_enough_to_hit(states):
    small = states.evaluate("""() => [...document.querySelectorAll('.peercourse')].flatMap(root =>
        [...root.querySelectorAll('label:has(input), button, select, textarea, summary, a,'
            + 'input[type=text], input[type=file]')]
            .filter(e => e.checkVisibility())
            .filter(e => { const b = e.getBoundingClientRect(); return Math.min(b.width, b.height) < 24; })
            .map(e => e.outerHTML.slice(0, 160)))""")
    assert small == []


def test_nothing_moves_for_those_who_want_no_motion(states):
    states.emulate_media(reduced_motion="reduce")
    moving = """() => [...document.querySelectorAll('.peercourse *')].filter(element => {
        const style = getComputedStyle(element);
        return parseFloat(style.transitionDuration) || style.animationName !== 'none';
    }).length"""
    assert states.evaluate(moving) == 0


def test_every_widget_has_one_name_and_says_what_happens(states):
    told = states.evaluate("""() => [...document.querySelectorAll('.peercourse')].map(root => ({
        html: root.outerHTML.slice(0, 120),
        named: root.querySelector('legend, label.pc-stem')?.textContent.trim()
            || document.getElementById(root.getAttribute('aria-labelledby'))?.textContent.trim(),
        live: root.querySelectorAll('[role=status], [aria-live]').length,
    }))""")
    assert [each["html"] for each in told if not each["named"] or not each["live"]] == []
