"""The static twin and the review: they read without a widget, hold no key, and nothing in them runs."""

import html
import re
from html.parser import HTMLParser

import pytest
from small_topic import (
    CHECK_MULTIPLE,
    CHECK_SINGLE,
    ITEMS,
    PRACTICE_SINGLE,
    REFLECT_GRADED,
    REFLECT_PRIVATE,
)

from peercourse import twin
from peercourse.items import Choice, Option, Reflection, is_graded, shown_order
from peercourse.scoring import Score, score

HOSTILE = (
    "<script>alert(1)</script><img src=x onerror=alert(1)>\n\n"
    "</div></blockquote># not a heading\n\n```python\n$x^2$ costs $5 and \\(y\\) `z` _u_ **v** "
    "[w](javascript:1)\r\u2028\x00end"
)
HARMLESS_TAGS = {
    "blockquote", "br", "details", "div", "li", "p", "small", "strong", "summary",
    "table", "tbody", "td", "th", "thead", "tr", "ul",
}  # fmt: skip


class Tags(HTMLParser):
    """Every tag and attribute in some HTML, and the text between."""

    def __init__(self, source: str) -> None:
        super().__init__(convert_charrefs=True)
        self.open: list[str] = []
        self.tags: set[str] = set()
        self.attributes: set[str] = set()
        self.text = ""
        self.feed(source)
        self.close()

    def handle_starttag(self, tag, attrs):
        self.tags.add(tag)
        self.attributes |= {name for name, _ in attrs}
        if tag != "br":
            self.open.append(tag)

    def handle_endtag(self, tag):
        assert self.open.pop() == tag

    def handle_data(self, data):
        self.text += data


def hostile_choice() -> Choice:
    options = (Option("a", HOSTILE, correct=True, why=HOSTILE), Option("b", HOSTILE, why=HOSTILE))
    return Choice("bad", "single", "check", HOSTILE, options, explanation=HOSTILE)


def hostile_reflection() -> Reflection:
    return Reflection("bad", "reflection", "graded", HOSTILE, exemplar=HOSTILE, points=4)


def every_html(item, value):
    return [twin.as_html(item, value), twin.review_html(item, value, score(item, value), notes=[HOSTILE])]


def test_a_twin_says_what_was_chosen_without_colours():
    text = twin.as_text(CHECK_SINGLE, ["team"])
    assert "● The team (your choice)" in text
    assert "○ The worker\n" in text


def test_boxes_mark_a_question_with_several_answers():
    text = twin.as_text(CHECK_MULTIPLE, ["uses", "recovery"])
    assert text.count("☑") == 2
    assert text.count("☐") == 1


def test_a_twin_shows_the_text_of_a_reflection():
    assert "By listening." in twin.as_text(REFLECT_GRADED, "By listening.")
    assert "By listening.<br>And waiting." in twin.as_html(REFLECT_GRADED, "By listening.\nAnd waiting.")


def test_a_twin_without_an_answer_says_how_to_answer():
    assert "run this cell" in twin.as_html(CHECK_SINGLE)
    assert "run this cell" not in twin.as_html(CHECK_SINGLE, ["team"])


@pytest.mark.parametrize("item", ITEMS, ids=lambda item: item.id)
def test_a_twin_never_holds_the_key(item):
    secrets = [item.exemplar] if isinstance(item, Reflection) else [item.explanation, *(o.why for o in item.options)]
    for value in (None, [o.id for o in item.options] if isinstance(item, Choice) else "words"):
        shown = html.unescape(twin.as_html(item, value)) + twin.as_text(item, value)
        assert not [secret for secret in secrets if secret and secret in shown]


def test_a_twin_looks_the_same_whichever_option_is_right():
    turned = [Option(o.id, o.text, not o.correct, o.why) for o in CHECK_SINGLE.options]
    other = Choice(**{**vars(CHECK_SINGLE), "options": tuple(turned)})
    assert twin.as_html(other, ["team"]) == twin.as_html(CHECK_SINGLE, ["team"])


@pytest.mark.parametrize(
    ("item", "value"),
    [
        (hostile_choice(), ["a"]),
        (hostile_choice(), HOSTILE),
        (hostile_reflection(), HOSTILE),
        (hostile_reflection(), ["a"]),
    ],
)
def test_what_people_wrote_is_inert(item, value):
    for source in every_html(item, value):
        tags = Tags(source)
        assert tags.open == []
        assert tags.tags <= HARMLESS_TAGS
        assert tags.attributes <= {"class", "data-peercourse-twin", "dir", "scope", "style"}
        # Neither Markdown nor maths may see anything: these stand in the HTML as numbers only.
        written = re.sub(r"<[^>]*>", "", source)
        assert not set(written) & set("$\\`*_[]~")
        assert "<script>alert(1)</script>" in tags.text


@pytest.mark.parametrize("value", [HOSTILE, None, "a\n\n\n\nb"])
def test_a_review_is_one_html_block_for_markdown(value):
    source = twin.review_html(hostile_reflection(), value, Score(None, 4), notes=["one", HOSTILE])
    assert source.startswith("<div")
    assert not [line for line in source.splitlines() if not line.strip()]


def test_a_review_survives_the_markdown_of_the_feedback_page():
    from nbconvert.filters import markdown2html

    source = twin.review_html(hostile_reflection(), HOSTILE, Score(None, 4))
    rendered = Tags(markdown2html(source))
    assert rendered.tags <= HARMLESS_TAGS
    assert "$x^2$ costs $5" in rendered.text
    assert "_u_ **v**" in rendered.text


def test_a_review_says_in_words_what_was_chosen_and_what_was_right():
    text = Tags(twin.review_html(CHECK_SINGLE, ["team"], score(CHECK_SINGLE, ["team"]))).text
    assert "● The team (your choice)" in text
    assert "○ The person whose story it is (right answer)" in text
    assert "0 of 2 points" in text


def test_a_review_gives_the_reason_for_every_option():
    text = Tags(twin.review_html(CHECK_MULTIPLE, ["uses"], score(CHECK_MULTIPLE, ["uses"]))).text
    assert all(option.why in text for option in CHECK_MULTIPLE.options)
    assert "1.5 of 3 points" in text


def test_a_right_choice_is_both():
    text = Tags(twin.review_html(CHECK_SINGLE, ["teller"], score(CHECK_SINGLE, ["teller"]))).text
    assert "(your choice, right answer)" in text


def test_a_review_says_that_nothing_was_answered():
    assert "did not answer" in twin.review_html(CHECK_SINGLE, None, score(CHECK_SINGLE, None))
    assert "did not write" in twin.review_html(REFLECT_GRADED, "  ", score(REFLECT_GRADED, "  "))


def test_a_reflection_waits_for_a_person_with_text_rubric_and_exemplar():
    text = Tags(twin.review_html(REFLECT_GRADED, "I will listen.", score(REFLECT_GRADED, "I will listen."))).text
    assert "Read by a person: up to 4 points" in text
    assert "I will listen." in text
    assert REFLECT_GRADED.exemplar in text
    assert all(level in text for criterion in REFLECT_GRADED.criteria for level in criterion.levels)


def test_notes_for_the_reader_are_shown():
    assert "taken from the receipt" in twin.review_html(
        CHECK_SINGLE, None, Score(0, 2), notes=["taken from the receipt"]
    )


def test_a_rubric_names_levels_by_points_where_they_add_up():
    assert twin.level_names(REFLECT_GRADED)[0] == "Level 4"
    whole = Reflection(**{**vars(REFLECT_GRADED), "points": 8})
    assert twin.level_names(whole) == ["4 points", "3 points", "2 points", "1 point"]


def test_practice_and_private_items_are_named_as_such():
    assert twin.as_text(PRACTICE_SINGLE).startswith("Practice\n")
    assert twin.as_text(REFLECT_PRIVATE).startswith("For yourself\n")
    assert not is_graded(REFLECT_PRIVATE)


def test_a_twin_shows_options_in_the_order_everyone_sees():
    """The order an author wrote them in often begins with the right one."""
    order = [option.text for option in shown_order(CHECK_SINGLE)]
    assert order != [option.text for option in CHECK_SINGLE.options]
    for shown in (twin.as_text(CHECK_SINGLE), twin.as_html(CHECK_SINGLE)):
        assert sorted(order, key=shown.index) == order
