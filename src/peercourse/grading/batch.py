"""Grade a topic's submissions in one go: who is to be graded, on to the workers, into the gradebook."""

from __future__ import annotations

import fcntl
import os
import shutil
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from importlib import import_module
from itertools import islice
from pathlib import Path

from peercourse.bank import Course, CourseProblems
from peercourse.grading.dates import read_date
from peercourse.grading.gradebook import GradebookWriter, Penalty
from peercourse.grading.graded_answers import graded_by_others
from peercourse.grading.graded_folder import UNFINISHED, Graded, Work, leave_for_next_time
from peercourse.grading.item_digest import items_digest
from peercourse.grading.learner_names import why_refused
from peercourse.grading.settings import Settings, read_settings
from peercourse.grading.submitted_files import is_ignored, walk
from peercourse.grading.workers import Submission, grade_all
from peercourse.items import CourseError
from peercourse.marking import MarkingGuide
from peercourse.marking_guide import marking_guide

CHUNK = 200
"""Submissions that go into the gradebook in one transaction."""

KEPT_NOTES = 40

Seen = Callable[[int, int], None]
"""Told how many submissions are done, and of how many."""


@dataclass
class Summary:
    """How grading a topic went.

    `graded` lists learners; `unchanged` counts those graded before; `problems` gives the reason for each
    who could not be graded, and `notes` what the person grading should know: the first lines of `all_notes`.
    `outdated` counts those whose points were given by other questions than there are now; `arriving` says that some
    submission was still being copied into the exchange.
    """

    graded: list[str] = field(default_factory=list)
    unchanged: int = 0
    problems: dict[str, str] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)
    all_notes: int = 0
    outdated: int = 0
    arriving: bool = False


def grade_topic(
    root: Path,
    course: Course,
    topic: str,
    *,
    again: bool = False,
    only: Collection[str] | None = None,
    jobs: int = 1,
    scheduler: str = "",
    seen: Seen = lambda done, total: None,
) -> Summary:
    """Grade what is new of a topic's submissions, or all of it with `again`.

    With `only`, grade these learners once more because a key has changed: nobody else, and a mark that a person
    gave is flagged to be looked at again only where the points beside it change.

    Raises CourseError where nothing can be graded; what concerns one submission only is in the summary.
    """
    guide = sound_guide(course, topic)
    settings, summary = read_settings(root), Summary()
    items = [item.id for item in guide.items]
    with alone_at_work(root), closing(_writer(settings, topic, items, only)) as book:
        left = _left_behind(root, topic)
        todo = list(_to_grade(settings, topic, again, only, left.keys(), summary))
        work = _work(settings, guide)
        results = grade_all(work, todo, jobs, scheduler)
        while chunk := list(islice(results, CHUNK)):
            _finish(root, topic, book, chunk, summary)
            for path in [path for each in chunk for path in left.pop(each.learner, ())]:
                shutil.rmtree(path)
            seen(len(summary.graded) + len(summary.problems), len(todo))
        _clear_away(root, topic, left)
    if summary.unchanged:
        summary.outdated = len(graded_by_others(root, topic, items_digest(guide.items)))
    return summary


def _clear_away(root: Path, topic: str, left: Mapping[str, Iterable[Path]]) -> None:
    for path in [path for paths in left.values() for path in paths]:
        shutil.rmtree(path)  # of somebody whose submission was taken away
    for path in (root / "autograded" / UNFINISHED / topic).glob("*"):
        if not any(path.iterdir()):
            path.rmdir()


def sound_guide(course: Course, topic: str) -> MarkingGuide:
    """The guide to grade `topic` by. Raises CourseProblems where there is a mistake in its files."""
    guide = marking_guide(course, course.topic(topic))
    if wrong := [line for line in course.problems if line.startswith(f"course/{topic}/")]:
        raise CourseProblems(wrong)
    return guide


@contextmanager
def alone_at_work(root: Path) -> Iterator[None]:
    """Wait until nobody else collects or grades in this course."""
    place = root / "autograded" / UNFINISHED
    place.mkdir(parents=True, exist_ok=True)
    descriptor = os.open(place, os.O_RDONLY | os.O_DIRECTORY)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield
    finally:
        os.close(descriptor)


def _left_behind(root: Path, topic: str) -> dict[str, list[Path]]:
    """What earlier runs left unfinished, by learner: these are graded again."""
    left: dict[str, list[Path]] = {}
    for path in (root / "autograded" / UNFINISHED / topic).glob("*/*"):
        left.setdefault(path.name, []).append(path)
    return left


def _writer(settings: Settings, topic: str, items: list[str], only: Collection[str] | None) -> GradebookWriter:
    return GradebookWriter(settings.db_url, topic, items, _penalty(settings), flag_all=only is None)


def _penalty(settings: Settings) -> Penalty | None:
    """What the configured plugin of nbgrader takes off for handing in late."""
    chosen = settings.late_plugin
    if chosen is None:
        return None
    where = "nbgrader_config.py: the plugin of AssignLatePenalties"
    try:
        if isinstance(chosen, str):
            module, _, name = chosen.rpartition(".")
            chosen = getattr(import_module(module), name)
        plugin = chosen(config=settings.config)
    except Exception as error:  # it is not ours
        raise CourseError(f"{where} cannot be loaded ({error}); correct it.") from None

    def penalty(learner: str, score: float, seconds_late: float) -> float | None:
        try:
            taken: float | None = plugin.late_submission_penalty(learner, score, seconds_late)
        except Exception as error:  # nor is this
            raise CourseError(f"{where} failed for {learner} ({error}); correct it, then grade again.") from None
        return taken

    return penalty


def _to_grade(
    settings: Settings,
    topic: str,
    again: bool,
    only: Collection[str] | None,
    unfinished: Collection[str],
    summary: Summary,
) -> Iterator[Submission]:
    """Who handed in and is not graded, or handed in again since; as nbgrader chooses them."""
    for folder in sorted(settings.root.glob(f"submitted/*/{topic}")):
        learner = folder.parent.name
        if learner.startswith(".") or learner in settings.excluded:
            continue
        if folder.is_symlink() or folder.parent.is_symlink() or not folder.is_dir():
            summary.problems[learner] = f"submitted/{learner}/{topic} is no folder; put the submission itself there."
        elif refusal := why_refused(learner):
            summary.problems[learner] = refusal
        elif learner in unfinished or (
            learner in only
            if only is not None
            else again or is_newer(folder, settings.root / "autograded" / learner / topic)
        ):
            yield learner, folder
        else:
            summary.unchanged += 1


def is_newer(submitted: Path, graded: Path) -> bool:
    """Whether a submission is not graded yet, or came in after what was; as nbgrader tells."""
    if not graded.exists():
        return True
    handed_in, before = read_date(submitted), read_date(graded)
    return handed_in is not None and before is not None and handed_in > before


def _work(settings: Settings, guide: MarkingGuide) -> Work:
    source = settings.root / "source" / guide.topic
    left_out = [*settings.ignore, "*.ipynb"]
    kept = settings.kept_from_learners(guide.topic)
    own = [name for name, plain in walk(source) if plain and name not in kept and not is_ignored(name, left_out)]
    files = {name: (source / name).read_bytes() for name in own}
    return Work(guide, settings.root / "autograded", files, settings.ignore, settings.mode, settings.shared)


def _finish(root: Path, topic: str, book: GradebookWriter, chunk: Iterable[Graded], summary: Summary) -> None:
    """Put graded submissions into the gradebook, then their folders where Formgrader and feedback find them."""
    sound = [each for each in chunk if not each.problem]
    problems = {each.learner: each.problem for each in chunk if each.problem}
    problems |= book.record(sound) if sound else {}
    for each in sound:
        target = root / "autograded" / each.learner / topic
        if each.learner in problems:
            leave_for_next_time(each.folder)
            continue
        if target.exists():
            shutil.rmtree(target)
        target.parent.mkdir(exist_ok=True)
        each.folder.rename(target)
        summary.graded.append(each.learner)
        summary.all_notes += len(each.notes)
        summary.notes += [f"{each.learner}: {note}" for note in each.notes[: KEPT_NOTES - len(summary.notes)]]
    summary.problems |= problems
