"""The practice exam on the page: begin, answer, pause, finish, and read what it says."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Mapping
from datetime import date
from typing import Any

from peercourse import answering
from peercourse.items import CourseError
from peercourse.practice_exam.attempts import Attempt, Attempts, exam_log, read_attempts, write
from peercourse.practice_exam.pool import MAX_SEED, Pool, draw, read_pool
from peercourse.practice_exam.report import areas_text, frame_html, frame_text, report_view
from peercourse.topic_folder import TopicFolder
from peercourse.widgets import shown
from peercourse.widgets.live import Live
from peercourse.wording import say

EXAM = "exam"
EXTENSION = 15
"""Minutes that one press adds to the clock."""


class PracticeExam(Live):
    """One widget for all of it. What the learner does is on disk before the page says so."""

    def __init__(self, folder: TopicFolder, pool: Pool) -> None:
        self.pool = pool
        self.log_path = exam_log(folder.course)
        self.folder = folder
        self.opened: int | None = None  # number of the attempt whose report is read; None: the newest
        self.begin = False  # the learner asked for the start page after a finished exam
        super().__init__(folder, self._describe(), self._draw())

    def refresh(self) -> None:
        """Show what now stands on disk."""
        self.view = self._draw()

    def act(self, message: dict[str, Any]) -> dict[str, Any]:
        """Do what the page asks. Raises CourseError or OSError where it cannot."""
        if self.folder.read_only:
            raise CourseError(self.folder.read_only)
        kind = message.get("type")
        if kind == "show":
            return self._shown(message.get("item"))
        if kind in ("start", "open", "new"):
            self._outside(message)
        else:
            self._inside(message)
        if kind not in ("answer", "confidence", "beat"):
            self.view = self._draw()
        return {}

    def spread(self, message: dict[str, Any]) -> None:
        """Count an answer in the overview, and show what was done in another tab."""
        if message.get("type") not in ("beat", "show", "open", "new"):
            self.refresh()
            shown.refresh_same(self.folder, EXAM)

    # --- before and after an exam --------------------------------------------------------------------

    def _outside(self, message: Mapping[str, Any]) -> None:
        attempts = read_attempts(self.log_path)
        match message:
            case {"type": "open", "attempt": int(number)} if 0 <= number < len(attempts.made):
                self.opened, self.begin = number, False
            case {"type": "new"}:
                self.begin = True
            case {"type": "start", "minutes": int(minutes)} if self._under_way(attempts) is None:
                seed = message.get("seed")
                seed = seed if type(seed) is int and 0 <= seed < MAX_SEED else secrets.randbelow(MAX_SEED)
                day = date.today().isoformat()
                items = draw(self.pool, seed)
                write(self.log_path, {"event": "start", "seed": seed, "items": items, "minutes": minutes, "day": day})
                self.opened, self.begin = None, False
            case _:
                raise CourseError(say("error.message"))

    # --- inside one ------------------------------------------------------------------------------------

    def _inside(self, message: Mapping[str, Any]) -> None:
        attempt = self._under_way(read_attempts(self.log_path))
        if attempt is None:
            raise CourseError(say("exam.not_running"))
        spent = message.get("spent")
        event = self._event(message, attempt)
        write(self.log_path, event | ({"spent": spent} if type(spent) is int else {}))

    def _event(self, message: Mapping[str, Any], attempt: Attempt) -> dict[str, Any]:
        item = message.get("item")
        known = isinstance(item, str) and item in attempt.items and item in self.pool.items
        match message:
            case {"type": "answer", "value": list(value)} if known:
                asked = self.pool.items[str(item)]
                answering.must_fit(asked, value)
                return {"event": "answer", "item": item, "version": asked.version, "answer": value}
            case {"type": "confidence", "level": int(level)} if known and level in (1, 2, 3):
                return {"event": "confidence", "item": item, "confidence": level}
            case {"type": "flag", "flag": bool(flag)} if known:
                return {"event": "flag", "item": item, "flag": flag}
            case {"type": "go" | "beat"} if known:
                return {"event": "at", "item": item}
            case {"type": "clock", "minutes": int(minutes)}:
                return {"event": "clock", "minutes": minutes}
            case {"type": "extend"}:
                return {"event": "clock", "minutes": attempt.minutes + EXTENSION}
            case {"type": "pause" | "resume" | "break" as event}:
                return {"event": event}
            case {"type": "finish"}:
                missed = report_view(self.pool, attempt)["missed"]
                return {"event": "finish", "missed": missed, "day": date.today().isoformat()}
        raise CourseError(say("error.message"))

    # --- what the page shows -----------------------------------------------------------------------------

    def _describe(self) -> dict[str, Any]:
        place = hashlib.sha256(str(self.folder.path).encode()).hexdigest()[:12]
        return {
            "id": EXAM,
            "kind": EXAM,
            "title": self.folder.title,
            "about": frame_text(self.pool),
            "areas": areas_text(self.pool),
            "minutes": self.pool.minutes,
            "extension": EXTENSION,
            "draft": f"peercourse:{place}:{EXAM}",
            "read_only": self.folder.read_only,
        }

    def _draw(self) -> dict[str, Any]:
        attempts = read_attempts(self.log_path)
        history = [
            {"number": number, "day": made.day, "seed": made.seed, "result": _line(self.pool, made)}
            for number, made in enumerate(attempts.made)
            if made.finished
        ]
        common = {"history": history, "problem": " ".join(attempts.problems)}
        if attempt := self._under_way(attempts):
            return common | {"state": "running", **self._running(attempt)}
        if history and not self.begin:
            made = attempts.made[self.opened if self.opened is not None else -1]
            return common | {"state": "finished", "seed": made.seed, **report_view(self.pool, made)}
        return common | {"state": "start"}

    def _under_way(self, attempts: Attempts) -> Attempt | None:
        """The exam that runs; none where a newer version of the course has not one of its items left."""
        running = attempts.running
        return running if running and any(name in self.pool.items for name in running.items) else None

    def _running(self, attempt: Attempt) -> dict[str, Any]:
        names = [name for name in attempt.items if name in self.pool.items]
        before = sum(name in self.pool.items for name in attempt.items[: attempt.at])  # some may be gone
        at = min(before, len(names) - 1)
        item = self.pool.items[names[at]]
        return {
            "seed": attempt.seed,
            "number": at,
            "names": names,
            "answered": [name for name in names if attempt.answers.get(name)],
            "flagged": [name for name in names if name in attempt.flags],
            "spent": attempt.spent,
            "minutes": attempt.minutes,
            "paused": attempt.paused,
            "offer_break": at >= self.pool.break_at and not attempt.break_offered,
            "item": {
                "id": item.id,
                "kind": item.kind,
                "stem": item.stem,
                "value": list(attempt.answers.get(item.id, ())),
                "confidence": attempt.confidence.get(item.id, 0),
                **answering.answering(item).describe(item),
            },
        }

    def _shown(self, item_id: Any) -> dict[str, Any]:
        """One question of a finished exam with every reason. Refused while an exam runs that asks it."""
        attempts = read_attempts(self.log_path)
        item = self.pool.items.get(item_id) if isinstance(item_id, str) else None
        if item is None or (attempts.running and item.id in attempts.running.items) or not attempts.made:
            raise CourseError(say("error.message"))
        made = attempts.made[self.opened if self.opened is not None else -1]
        chosen = list(made.answers.get(item.id, ()))
        told = answering.feedback(item, chosen, reveal=True)
        reasons = {part.id: part for part in told.parts}
        options = [
            {"text": o.text, "chosen": o.id in chosen, "right": o.correct, "label": reasons[o.id].label, "why": o.why}
            for o in item.options
        ]
        return {"type": "shown", "item": item.id, "options": options, "explanation": told.explanation}


def _line(pool: Pool, attempt: Attempt) -> str:
    total = report_view(pool, attempt)["total"]
    return say("exam.right_of", right=total["right"], asked=total["asked"], percent=total["percent"])


# --- the call ------------------------------------------------------------------------------------------


def show_exam() -> None:
    """Show the practice exam of this folder. Raises CourseError where it has none."""
    folder = shown.topic_here()
    view = folder.parts.get("exam")
    if view is None:
        raise CourseError(say("exam.none", topic=folder.topic))
    try:
        pool = read_pool(view)
    except (KeyError, TypeError, ValueError, OverflowError, AttributeError):
        raise CourseError(say("exam.damaged", topic=folder.topic)) from None
    if not shown.in_notebook():
        print(frame_text(pool), *areas_text(pool), sep="\n")
        return
    beside = {"text/html": frame_html(pool), "text/plain": frame_text(pool)}
    shown.put(folder, EXAM, PracticeExam(folder, pool), beside)
