"""One learner's feedback page, made from marks and answers. Pure but for its template.

The page stands alone: its styles are in it, it runs no script and loads nothing, so that it reads the same
wherever a learner's machine or a mail puts it. What anybody wrote is text in it and nothing else.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property, lru_cache

from jinja2 import Environment, PackageLoader, Template
from markupsafe import Markup

from peercourse.answering import Line, answering
from peercourse.bank import Course, Source, Topic
from peercourse.feedback.look_again import look_again
from peercourse.grading.graded_answers import GradedAnswers
from peercourse.grading.item_digest import items_digest
from peercourse.grading.marks import LearnerMarks, Mark
from peercourse.inert import printable
from peercourse.items import Item, Reflection
from peercourse.marking import MarkingGuide
from peercourse.scoring import AnswerValue, score
from peercourse.twin import level_names
from peercourse.wording import count, in_language, say

KEPT_QUESTIONS = 2000
"""Questions with the same answer and marks that are kept for the next learner who has them."""


@dataclass(frozen=True)
class Told:
    """One line of a question: its text, what is said of it, its reason; `look` is the class of its style."""

    text: str
    notes: tuple[str, ...]
    why: str
    look: str


@dataclass
class FeedbackPages:
    """Makes the pages of one topic."""

    course: Course
    topic: Topic
    guide: MarkingGuide
    _kept: dict[tuple[object, ...], Markup] = field(default_factory=dict)

    @cached_property
    def items(self) -> str:
        """The digest of the questions that the pages show."""
        return items_digest(self.guide.items)

    def page(self, marks: LearnerMarks, graded: GradedAnswers) -> str:
        """The page of one learner, as HTML, in the course's language."""
        with in_language(self.course.head.language):
            return self._page(marks, graded)

    def _page(self, marks: LearnerMarks, graded: GradedAnswers) -> str:
        items = [item for item in self.guide.items if item.id in marks.marks]
        numbers = {item.id: number for number, item in enumerate(self.guide.items, 1)}
        return _template("feedback.html").render(
            language=self.course.head.language,
            course=self.course.head.title,
            title=say("marks.title", title=self.topic.head.title),
            points=_total(marks),
            facts=_facts(marks),
            overview=[(numbers[item.id], _points(marks.marks[item.id])) for item in items],
            look_again=look_again(self.course, self.topic, items, marks.marks),
            all_decided=not marks.waiting,
            questions=[
                self._question(item, numbers[item.id], marks.marks[item.id], graded.answers.get(item.id))
                for item in items
            ],
            notes=graded.notes,
            say=say,
            count=count,
        )

    def _question(self, item: Item, number: int, mark: Mark, value: AnswerValue | None) -> Markup:
        asked = (item.id, tuple(value) if isinstance(value, list) else value, mark)
        if asked in self._kept:
            return self._kept[asked]
        made = Markup(  # noqa: S704  (the template escapes)
            _template("feedback_question.html").render(
                item=item,
                number=number,
                points=_points(mark),
                mark=mark,
                answered=bool(value.strip() if isinstance(value, str) else value),
                text=value.strip() if isinstance(item, Reflection) and isinstance(value, str) else "",
                lines=[] if isinstance(item, Reflection) else _lines(item, value),
                rubric=_rubric(item) if isinstance(item, Reflection) else [],
                remarks=score(item, value).notes,
                sources=[self.course.sources[name] for name in item.sources if name in self.course.sources],
                address=address,
                say=say,
            )
        )
        if len(self._kept) < KEPT_QUESTIONS and not isinstance(item, Reflection):
            self._kept[asked] = made
        return made


def address(source: Source) -> str:
    """Where a source is found, if that is a page of the web."""
    return source.address if source.address.startswith(("https://", "http://")) else ""


def _lines(item: Item, value: AnswerValue | None) -> list[Told]:
    return [
        Told(line.text, line.notes, line.why, _look(line)) for line in answering(item).lines(item, value, with_key=True)
    ]


def _look(line: Line) -> str:
    if {say("review.right_answer"), say("review.accepted")} & set(line.notes):
        return "right"
    return "told" if line.notes else ""


def _rubric(item: Reflection) -> list[tuple[str, list[tuple[str, str]]]]:
    """Each criterion with its levels, best first."""
    names = level_names(item)
    return [(criterion.name, list(zip(names, criterion.levels, strict=False))) for criterion in item.criteria]


# --- what is said about points ---------------------------------------------------------------


def _number(points: float) -> str:
    return f"{round(points, 2):g}"


def _total(marks: LearnerMarks) -> str:
    form = "marks.points_so_far" if marks.waiting else "marks.points"
    return say(form, points=_number(marks.points), max_points=_number(marks.decided))


def _points(mark: Mark) -> str:
    if mark.points is None:
        return say("marks.waits", max_points=_number(mark.max_points))
    return say("marks.points", points=_number(mark.points), max_points=_number(mark.max_points))


def _facts(marks: LearnerMarks) -> Sequence[str]:
    """Sentences on what waits, what was added and taken off, and when it came in."""
    extra = round(sum(mark.extra for mark in marks.marks.values() if mark.points is not None), 2)
    facts = [count("marks.waiting", marks.waiting)] if marks.waiting else []
    facts += [count("marks.extra", extra)] if extra > 0 else []
    if marks.penalty > 0:
        facts.append(f"{say('marks.late')} {count('marks.penalty', round(marks.penalty, 2))}")
    elif marks.seconds_late > 0:
        facts.append(say("marks.late_free"))
    if marks.handed_in is not None:
        facts.append(say("marks.handed_in", date=f"{marks.handed_in:%Y-%m-%d %H:%M}"))
    return facts


# --- the template ------------------------------------------------------------------------------


def _text(value: object) -> object:
    """Whatever goes into the page: markup of ours as it is, everything else without characters that do something."""
    return value if isinstance(value, Markup) else printable(str(value))


@lru_cache(maxsize=4)
def _template(name: str) -> Template:
    environment = Environment(
        loader=PackageLoader("peercourse"), autoescape=True, finalize=_text, trim_blocks=True, lstrip_blocks=True
    )
    return environment.get_template(name)
