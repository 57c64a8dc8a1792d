"""The receipt: the answers that a hand-in cell carries, and which counts where log and receipt differ."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from peercourse.answers import Answer, Fold, read_answer, whole_text
from peercourse.wording import say

RECEIPT_FORMAT = 1
MAX_RECEIPT_CHARS = 5_000_000
RECEIPT_MARK = "# receipt: "


@dataclass(frozen=True)
class Receipt:
    """The answers that a hand-in cell carries; `intact` is False where its digest does not fit."""

    topic: str
    events: int
    answers: dict[str, Answer]
    intact: bool


def make_receipt(topic: str, folded: Fold) -> str:
    """The hand-in cell's new source: the call, and the answers as comment lines below it."""
    answers = _as_json(folded.answers)
    body = {
        "receipt": RECEIPT_FORMAT,
        "topic": topic,
        "events": folded.events,
        "answers": answers,
        "digest": _digest(answers),
    }
    return f"hand_in()\n# {say('receipt.about')}\n{RECEIPT_MARK}{json.dumps(body, separators=(',', ':'))}"


def _as_json(answers: dict[str, Answer]) -> dict[str, Any]:
    return {item: {"version": a.version, "answer": a.value} for item, a in sorted(answers.items())}


def _digest(answers: dict[str, Any]) -> str:
    canonical = json.dumps(answers, sort_keys=True, separators=(",", ":"))
    return "sha256:" + hashlib.sha256(canonical.encode()).hexdigest()


def read_receipt(sources: Iterable[str], topic: str) -> Receipt | None:
    """The receipt for `topic` that counts most events among these cell sources; None where there is none."""
    found = [r for source in sources for r in _receipts(source) if r.topic == topic]
    return max(found, key=lambda r: (r.intact, r.events), default=None)


def _receipts(source: str) -> Iterator[Receipt]:
    if RECEIPT_MARK not in source or len(source) > MAX_RECEIPT_CHARS:
        return
    for line in source.split("\n"):
        if not line.startswith(RECEIPT_MARK):
            continue
        try:
            body = json.loads(line.removeprefix(RECEIPT_MARK))
        except (ValueError, RecursionError):
            continue
        if not isinstance(body, dict) or body.get("receipt") != RECEIPT_FORMAT:
            continue
        raw, events = body.get("answers"), body.get("events")
        if not isinstance(raw, dict) or not isinstance(events, int):
            continue
        answers = {whole_text(item): a for item, entry in raw.items() if (a := read_answer(entry)) is not None}
        intact = len(answers) == len(raw) and body.get("digest") == _digest(raw)
        yield Receipt(str(body.get("topic")), events, answers, intact)


# --- which of the two counts -----------------------------------------------------------------


def settle(log: Fold | None, receipt: Receipt | None) -> tuple[dict[str, Answer], list[str]]:
    """The answers that count, and every difference a person grading should know of.

    The log counts; an item that it does not hold is taken from the receipt.
    """
    notes = list(log.problems) if log else []
    if receipt and not receipt.intact:
        notes.append(say("receipt.changed"))
    if log is None or not log.answers:
        if receipt and not receipt.answers:
            notes.append(say("receipt.empty"))
        elif receipt:
            notes.append(say("receipt.no_log"))
        elif log is None:
            notes.append(say("receipt.nothing"))
        return (dict(receipt.answers) if receipt else {}), notes
    if receipt is None:
        notes.append(say("receipt.none"))
        return dict(log.answers), notes
    return dict(receipt.answers) | log.answers, [*notes, *_differences(log, receipt)]


def _differences(log: Fold, receipt: Receipt) -> Iterator[str]:
    for item in sorted(log.answers.keys() | receipt.answers.keys()):
        in_log, in_receipt = log.answers.get(item), receipt.answers.get(item)
        if in_log is None:
            yield say("receipt.only_here", item=item[:60])
        elif in_receipt is None:
            yield say("receipt.answered_after", item=item[:60])
        elif in_log != in_receipt:
            yield say("receipt.differs", item=item[:60])
