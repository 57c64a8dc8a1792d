"""After a key was corrected or a question dropped: who changes and by how much, and then the change itself."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import closing
from dataclasses import dataclass, field, replace
from itertools import groupby
from pathlib import Path

from peercourse.bank import Course
from peercourse.grading.audit import Line, note_changes
from peercourse.grading.batch import Seen, Summary, grade_topic, is_newer, sound_guide
from peercourse.grading.graded_answers import graded_learners, read_graded_answers
from peercourse.grading.item_digest import item_digest, items_digest
from peercourse.grading.marks import LEARNERS_AT_ONCE, LearnerMarks, Mark, MarksReader
from peercourse.grading.settings import Settings
from peercourse.inert import printable
from peercourse.items import CourseError, Item
from peercourse.scoring import score

SLACK = 1e-9
"""Points that differ by less are the same."""


@dataclass(frozen=True)
class Change:
    """What grading gave one learner for one question, and what it gives by the item as it is now.

    None where a person decides. `given` is what a person gave, which stays and counts.
    """

    item: Item
    old: float | None
    new: float | None
    given: float | None


@dataclass(frozen=True)
class LearnerChange:
    """The changes of one learner, and all of their points before and after, without penalties for being late."""

    learner: str
    changes: tuple[Change, ...]
    before: float
    after: float
    marks: LearnerMarks


@dataclass
class Plan:
    """What regrading a topic would do.

    `learners` were looked at; of these `outdated` were graded by other questions than there are now, be it another
    key or another reason: their graded notebooks are made again. `waiting` handed in again, and are graded by the
    new key as soon as they are graded at all; `problems` gives reasons for those who could not be looked at.
    """

    topic: str
    changing: list[LearnerChange] = field(default_factory=list)
    learners: list[str] = field(default_factory=list)
    outdated: list[str] = field(default_factory=list)
    waiting: list[str] = field(default_factory=list)
    problems: dict[str, str] = field(default_factory=dict)


def plan_regrade(settings: Settings, course: Course, topic: str) -> Plan:
    """Hold what was graded of `topic` against its items as they are now. Writes nothing.

    Raises CourseError where the gradebook cannot be read, CourseProblems where the topic has mistakes.
    """
    guide, plan = sound_guide(course, topic), Plan(topic)
    items = {item.id: item for item in guide.items}
    digest = items_digest(guide.items)
    for learner in graded_learners(settings.root, topic):
        if learner in settings.excluded:
            continue
        submitted = settings.root / "submitted" / learner / topic
        if not submitted.is_dir():
            plan.problems[learner] = f"{learner}: submitted/{learner}/{topic} is gone; the points stay as they are."
        elif is_newer(submitted, settings.root / "autograded" / learner / topic):
            plan.waiting.append(learner)
        else:
            plan.learners.append(learner)
    with closing(MarksReader(settings.db_url, topic, items)) as reader:
        for start in range(0, len(plan.learners), LEARNERS_AT_ONCE):
            some = plan.learners[start : start + LEARNERS_AT_ONCE]
            for learner, marks in reader.read(some).items():
                _look_at(settings.root, items, digest, learner, marks, plan)
    plan.learners = [name for name in plan.learners if name not in plan.problems]
    plan.changing.sort(key=lambda each: each.learner)
    return plan


def _look_at(root: Path, items: Mapping[str, Item], digest: str, learner: str, marks: LearnerMarks, plan: Plan) -> None:
    try:
        graded = read_graded_answers(root, learner, plan.topic)
    except CourseError as error:
        plan.problems[learner] = str(error)
        return
    if graded.items != digest:
        plan.outdated.append(learner)
    after = dict(marks.marks)
    changes = []
    for name, item in items.items():
        mark = marks.marks.get(name)
        if mark is None:
            continue
        new = score(item, graded.answers.get(name)).points
        new = None if new is None else max(0.0, min(new, mark.max_points))
        if not _same(mark.auto, new):
            changes.append(Change(item, mark.auto, new, mark.given))
            after[name] = replace(mark, auto=new, waits=new is None and mark.given is None)
    if changes:
        plan.changing.append(LearnerChange(learner, tuple(changes), _sum(marks.marks), _sum(after), marks))


def _same(one: float | None, other: float | None) -> bool:
    return one == other if one is None or other is None else abs(one - other) <= SLACK


def _sum(marks: Mapping[str, Mark]) -> float:
    return sum(mark.points or 0 for mark in marks.values())


def regrade(settings: Settings, course: Course, plan: Plan, seen: Seen = lambda done, total: None) -> Summary:
    """Carry out `plan`: note every change, then grade once more whoever changes or has a notebook with the old key.

    What a person gave or wrote stays. A run that is cut off is completed by the next one.
    """
    note_changes(settings.root, _audit_lines(plan))
    learners = {each.learner for each in plan.changing} | set(plan.outdated)
    return grade_topic(settings.root, course, plan.topic, only=learners, seen=seen)


def _audit_lines(plan: Plan) -> Iterator[Line]:
    for each in plan.changing:
        for change in each.changes:
            line: Line = {"topic": plan.topic, "learner": each.learner, "item": change.item.id}
            line |= {"old": change.old, "new": change.new, "given_by_person": change.given}
            line |= {"version": change.item.version, "item_digest": item_digest(change.item)}
            yield line | {"handed_in": str(each.marks.handed_in) if each.marks.handed_in else None}


# --- in words ------------------------------------------------------------------------------------


def describe_plan(plan: Plan) -> str:
    """Who changes and by how much, in lines: question by question, then learner by learner."""
    lines = [f"{plan.topic}: points change for {len(plan.changing)} of {len(plan.learners)} learner(s)."]
    everything = sorted((c for each in plan.changing for c in each.changes), key=lambda c: c.item.id)
    for name, group in groupby(everything, key=lambda change: change.item.id):
        changes = list(group)
        more = sum((c.new or 0) > (c.old or 0) for c in changes)
        dropped = " (dropped)" if changes[0].item.dropped else ""
        lines.append(f"  {name}{dropped}: {more} get more, {len(changes) - more} less")
    for each in plan.changing:
        parts = "; ".join(map(_in_words, each.changes))
        total = f"In all {_points(each.before)} → {_points(each.after)}"
        late = ", before what is taken off for being late" if each.marks.penalty else ""
        lines.append(f"  {printable(each.learner)}: {parts}. {total}{late}")
    if plan.outdated and not plan.changing:
        lines.append(f"  {len(plan.outdated)} graded notebook(s) show the questions as they were; they are made again.")
    if plan.waiting:
        names = ", ".join(map(printable, plan.waiting))
        lines.append(f"  Handed in again, so graded by the new key with the next peercourse grade: {names}")
    lines += [f"  Left as it is: {printable(reason)}" for reason in plan.problems.values()]
    return "\n".join(lines)


def _in_words(change: Change) -> str:
    kept = "" if change.given is None else f" (a person gave {_points(change.given)}; that stays)"
    return f"{change.item.id} {_points(change.old)} → {_points(change.new)}{kept}"


def _points(points: float | None) -> str:
    return "for a person to read" if points is None else f"{round(points, 2):g}"
