"""The start page's view of the whole course: what is next, and how far each topic has come."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

from peercourse import answers
from peercourse.answers import Events
from peercourse.card_log import card_log, read_cards
from peercourse.card_schedule import faces_of, plan, states
from peercourse.course_progress import (
    MASTERED_DAYS,
    OutlineTopic,
    TopicLogs,
    TopicProgress,
    next_step,
    read_outline,
    topic_progress,
)
from peercourse.items import CourseError
from peercourse.practice_exam.attempts import exam_log, read_attempts
from peercourse.practice_history import fold_history
from peercourse.progress_twin import progress_html, progress_text
from peercourse.topic_folder import TopicFolder, private_home
from peercourse.widgets import shown
from peercourse.widgets.deck import finished_day
from peercourse.widgets.live import Live
from peercourse.wording import count, say

PROGRESS = "progress"


class CourseProgress(Live):
    """A picture of the learner's own logs, read anew when the page asks for it."""

    def __init__(self, folder: TopicFolder, outline: Sequence[OutlineTopic]) -> None:
        self.folder, self.outline = folder, outline
        item = {"id": PROGRESS, "kind": PROGRESS, "title": say("progress.title"), "kept": say("progress.kept")}
        super().__init__(folder, item, progress_view(folder, outline))

    def refresh(self) -> None:
        """Show what now stands on disk."""
        self.view = progress_view(self.folder, self.outline)

    def act(self, message: dict[str, Any]) -> dict[str, Any]:
        """Read the logs again."""
        if message.get("type") != "again":
            raise CourseError(say("error.message"))
        self.refresh()
        return {}


def progress_view(folder: TopicFolder, outline: Sequence[OutlineTopic]) -> dict[str, Any]:
    """All that the page shows, from the logs of every topic, the cards and the practice exams."""
    told = [topic_progress(topic, _logs(folder, topic)) for topic in outline]
    due = _cards_due(folder)
    attempts = read_attempts(exam_log(folder.course))
    step, name = next_step(told, due, attempts.running is not None)
    title = next((each.topic.title for each in told if each.topic.name == name), "")
    return {
        "next": say(f"progress.next_{step}", title=title, n=due),
        "next_link": {"exam": _link("exam"), "cards": "", "done": ""}.get(step, _link(name)),
        "topics": [_topic_view(each) for each in told],
        "cards": count("progress.cards", due) if due else say("progress.cards_none"),
        "exams": [
            say("progress.exam", day=made.day, seed=made.seed, answered=len(made.answers), asked=len(made.items))
            for made in reversed(attempts.made)
            if made.finished
        ],
    }


def _topic_view(told: TopicProgress) -> dict[str, Any]:
    mastered = sum(each.mastered for each in told.mastery)
    return {
        "title": told.topic.title,
        "link": _link(told.topic.name),
        "read": round(100 * told.read),
        "practised": round(100 * told.practised),
        "handed_in": say("progress.yes" if told.handed_in else "progress.no"),
        "mastered": say("progress.of", n=mastered, total=len(told.mastery)),
        "objectives": [
            {"text": each.text, "days": say("progress.days", n=each.days, total=MASTERED_DAYS)} for each in told.mastery
        ],
    }


def _link(name: str) -> str:
    return f"../{name}/{name}.ipynb"


def _logs(folder: TopicFolder, topic: OutlineTopic) -> TopicLogs:
    private = answers.read_events(private_home() / folder.course / f"{topic.name}.jsonl") or Events()
    graded = answers.read(folder.path.parent / topic.name / answers.LOG_NAME) or answers.Fold()
    tried = answers.fold_events(private).answers
    filled = {name for name, answer in (tried | graded.answers).items() if answer.value}
    history = fold_history(private)
    return TopicLogs(history.tries, frozenset(filled | set(history.tries)), graded.handed_in)


def _cards_due(folder: TopicFolder) -> int:
    """How many cards that were begun are due today; new ones are no duty."""
    history = read_cards(card_log(folder.course))
    if not history.reviews:
        return 0
    faces = [face for deck in folder.decks for face in faces_of(deck.topic, deck.cards)]
    boosted = finished_day(folder.course, {face.topic for face in faces if face.booster})
    session = plan(faces, history, datetime.now(UTC), known=states(history.reviews), finished=boosted)
    return session.due + session.booster


# --- the call ------------------------------------------------------------------------------------------


def show_progress() -> None:
    """Show the learner's progress. Raises CourseError where this folder is not the start page."""
    folder = shown.topic_here()
    if "outline" not in folder.parts:
        raise CourseError(say("progress.none", topic=folder.topic))
    try:
        outline = read_outline(folder.parts["outline"])
    except (KeyError, TypeError, ValueError, AttributeError):
        raise CourseError(say("progress.damaged", topic=folder.topic)) from None
    view = progress_view(folder, outline)
    if not shown.in_notebook():
        print(progress_text(view))
        return
    # The notebook itself keeps no trace of anybody's progress: its twin only names the topics.
    beside = {"text/html": progress_html(outline), "text/plain": say("progress.title")}
    shown.put(folder, PROGRESS, CourseProgress(folder, outline), beside)
