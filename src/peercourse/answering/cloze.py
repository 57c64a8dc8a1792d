"""Texts with gaps, chosen from a list or typed."""

from __future__ import annotations

import re
from typing import Any

from peercourse.answering.told import Feedback, Line, Part, parts_summary
from peercourse.items import Cloze, CourseError, Gap, is_graded
from peercourse.scoring import AnswerValue, is_right, pairs_of, parts_right
from peercourse.typed_answers import MAX_TYPED
from peercourse.wording import say

_GAP = re.compile(r"\{([a-z0-9-]+)\}")


def must_fit(item: Cloze, value: list[str]) -> None:
    """Raise CourseError where an entry is no "gap=option", or for a typed gap no "gap=words", of `item`."""
    gaps = {gap.id: gap for gap in item.gaps}
    for word in value:
        left, _, right = word.partition("=")
        if left not in gaps:
            raise CourseError(say("misfit.gap", item=item.id, name=left[:40], known=", ".join(gaps)))
        known = [option.id for option in gaps[left].options]
        if known and right not in known:
            raise CourseError(say("misfit.option", item=left, name=right[:40], known=", ".join(known)))
        if len(right) > MAX_TYPED:
            raise CourseError(say("misfit.long", n=MAX_TYPED))


def example(item: Cloze) -> str:
    """What stands after the id in a call that answers by typing."""
    return ", ".join(f'"{gap.id}={gap.options[0].id if gap.options else "…"}"' for gap in item.gaps)


def best(item: Cloze) -> list[str]:
    """An answer that earns everything."""
    return [f"{gap.id}={_right_of(gap)[0]}" for gap in item.gaps]


def describe(item: Cloze) -> dict[str, Any]:
    """What the page needs beyond what all questions have; no key: the text in pieces, gaps by their id."""
    typed = any(not gap.options for gap in item.gaps)
    how = [say("choose.cloze"), *([say("rule.typed")] if typed else [])]
    how += [say(f"rule.cloze.{item.partial}")] if is_graded(item) else []
    gaps = {gap.id: [{"id": o.id, "text": o.text} for o in gap.options] for gap in item.gaps}
    pieces = [
        {"gap": piece, "options": gaps[piece]} if index % 2 and piece in gaps else {"text": _as_written(piece, index)}
        for index, piece in enumerate(_GAP.split(item.text))
    ]
    return {"how": " ".join(how), "pieces": [piece for piece in pieces if piece.get("gap") or piece["text"]]}


def _as_written(piece: str, index: int) -> str:
    return f"{{{piece}}}" if index % 2 else piece


def feedback(item: Cloze, value: list[str], *, reveal: bool = False) -> Feedback:
    """What to tell somebody who filled the gaps so."""
    given = pairs_of(value)
    hits = parts_right(item, value)
    right = is_right(item, value)
    parts = tuple(_part(gap, given.get(gap.id, ""), hits[gap.id], reveal) for gap in item.gaps)
    if right or reveal:
        summary = say("feedback.right" if right else "feedback.shown")
        return Feedback(right, summary, parts, item.explanation)
    return Feedback(False, parts_summary(sum(hits.values()), len(hits)), parts)


def _part(gap: Gap, given: str, fits: bool, reveal: bool) -> Part:
    chosen = next((option for option in gap.options if option.id == given), None)
    if fits:
        return Part(gap.id, True, say("reason.right"), _reasons(chosen.why if chosen else "", gap.why))
    if reveal:
        whys = [option.why for option in gap.options if option.correct] + ([chosen.why] if chosen else [])
        return Part(gap.id, False, say("reason.answer", answer=_right_of(gap)[1]), _reasons(*whys, gap.why))
    if not given.strip():
        return Part(gap.id, False, say("reason.open"), "")
    return Part(gap.id, False, say("reason.wrong"), chosen.why if chosen else "")


def _reasons(*whys: str) -> str:
    return " ".join(dict.fromkeys(filter(None, whys)))


def _right_of(gap: Gap) -> tuple[str, str]:
    """What fills the gap rightly: as an answer, and in words."""
    pairs = [(option.id, option.text) for option in gap.options if option.correct]
    pairs += [(word, word) for word in gap.accept]
    return pairs[0] if pairs else ("", "")


def lines(item: Cloze, value: AnswerValue | None, *, with_key: bool = False) -> list[Line]:
    """The question as printed: the text with its gaps filled, and with the key a line for each gap."""
    given = pairs_of(value) if isinstance(value, list) else {}
    gaps = {gap.id: gap for gap in item.gaps}

    def fill(found: re.Match[str]) -> str:
        gap = gaps.get(found[1])
        return f"[{_in_words(gap, given.get(gap.id, ''))}]" if gap else found[0]

    told = [Line(line) for line in _GAP.sub(fill, item.text).splitlines() if line.strip()]
    if not with_key:
        return told
    hits = parts_right(item, value if isinstance(value, list) else [])
    for number, gap in enumerate(item.gaps, 1):
        typed = _in_words(gap, given.get(gap.id, "")) if given.get(gap.id) else "______"
        answer = say("review.right_answer") if hits[gap.id] else say("review.right_is", answer=_right_of(gap)[1])
        whys = _reasons(*(f"{option.text}: {option.why}" for option in gap.options if option.why), gap.why)
        told.append(Line(f"{number}. {typed}", (answer,), whys))
    return told


def _in_words(gap: Gap, given: str) -> str:
    """What stands in a gap: what was chosen or typed, else what there is to choose from."""
    texts = {option.id: option.text for option in gap.options}
    return texts.get(given, given).strip() or " / ".join(texts.values()) or "______"
