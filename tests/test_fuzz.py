"""A moment of `make fuzz`, and that it finds what is broken."""

from __future__ import annotations

import fuzz_targets
import pytest
from fuzz_targets import TARGETS, run
from hostile_text import what_it_does

from peercourse.scoring import Score

EXAMPLES = 100


@pytest.mark.parametrize("name", TARGETS)
def test_whatever_comes_in(name):
    run(name, EXAMPLES, start=1)


@pytest.mark.parametrize(
    ("name", "breaks", "by"),
    [
        ("only_the_key_earns_everything", "score", lambda item, value: Score(item.points, item.points)),
        ("what_has_nothing_to_do_with_the_question_earns_nothing", "score", lambda item, value: Score(0.1, 1)),
        ("a_learners_words_do_nothing_in_a_page", "as_html", lambda item, value=None: f"<p>{value}</p>"),
    ],
)
def test_what_is_broken_is_found(monkeypatch, name, breaks, by):
    monkeypatch.setattr(fuzz_targets, breaks, by)

    with pytest.raises(AssertionError):
        run(name, EXAMPLES, start=1)


def test_the_reader_sees_what_a_browser_would_obey():
    found = what_it_does("<p>&lt;b&gt;</p><img src=x onerror=y><!-- c --><a href='javascript:z'>")

    assert found == {
        *(("p", "", ""), ("img", "", ""), ("img", "src", "x"), ("img", "onerror", "y"), ("comment", "", "")),
        *(("a", "", ""), ("a", "href", "javascript:z")),
    }
