"""A deck as plain text and as HTML: what is read, printed or searched where no widget runs. Pure."""

from __future__ import annotations

import html
from collections.abc import Sequence

from peercourse.topic_folder import Deck
from peercourse.wording import say


def cards_text(decks: Sequence[Deck]) -> str:
    """Every card of `decks`, its question and its answer."""
    lines = [say("cards.title")]
    for deck in decks:
        lines += ["", deck.title, *(f"{card.front}\n    {card.back}" for card in deck.cards)]
    return "\n".join(lines)


def cards_html(decks: Sequence[Deck]) -> str:
    """The same as inert HTML; an answer opens when its question is pressed."""
    parts = [f"<p><small>{_lines(say('cards.twin', n=sum(len(deck.cards) for deck in decks)))}</small></p>"]
    for deck in decks:
        parts += [f"<p><strong>{_lines(deck.title)}</strong></p>"]
        parts += [
            f'<details><summary style="display:list-item;cursor:pointer">{_lines(card.front)}</summary>'
            f"<p>{_lines(card.back)}</p></details>"
            for card in deck.cards
        ]
    opening = '<div class="peercourse-twin tex2jax_ignore mathjax_ignore" data-peercourse-twin="cards" dir="auto">'
    return "\n".join([opening, *parts, "</div>"])


def _lines(text: str) -> str:
    """An author's text as HTML that means nothing but itself."""
    return "<br>".join(html.escape(line) for line in text.splitlines())
