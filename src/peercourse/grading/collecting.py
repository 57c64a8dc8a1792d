"""Collect what learners submitted through nbgrader's exchange: the latest of each, as `nbgrader collect --update`.

Unlike that, no link is followed, one bad submission does not keep the others from being collected, and a
submission takes its place whole or not at all.
"""

from __future__ import annotations

import errno
import os
import pwd
import time
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

from peercourse.grading.dates import DATE_NAME, SECONDS_TO_HAND_IN, minute_of, parse_date, read_date, seconds_of
from peercourse.grading.learner_names import why_refused
from peercourse.grading.settings import Settings
from peercourse.grading.taking_in import Arrival, take_in

SECONDS_TO_ARRIVE = 60
"""nbgrader writes the date last; a submission without one that is younger than this is still being copied."""


@dataclass
class Collected:
    """Learners whose submission is new here, reasons for those left where they are, and whether some still come.

    `notes` are sentences on what was collected.
    """

    learners: list[str] = field(default_factory=list)
    problems: dict[str, str] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)
    arriving: bool = False


def inbound(settings: Settings) -> Path:
    """Where submissions of this course arrive."""
    return settings.exchange / settings.course_id / "inbound"


def collect(settings: Settings, topic: str) -> Collected:
    """Copy the latest submission of every learner into `submitted/`, where that is newer than what lies there."""
    result = Collected()
    latest: dict[str, Arrival] = {}
    for arrival in _of_their_owners(settings, list(_arrivals(inbound(settings), topic, result)), result):
        known = latest.get(arrival.learner)
        if known is None or arrival.date > known.date:
            latest[arrival.learner] = arrival
    for learner, arrival in sorted(latest.items()):
        target = settings.root / "submitted" / learner / topic
        if target.is_dir() and (before := read_date(target)) is not None and before >= arrival.date:
            continue
        try:
            take_in(settings, arrival, target)
            result.learners.append(learner)
            result.notes += [*_date_written_later(arrival), *_after_feedback(settings, arrival, topic)]
        except (OSError, RecursionError) as error:  # a folder that came another way may be deep
            if isinstance(error, OSError) and error.errno in (errno.ENOSPC, errno.EDQUOT):
                raise
            reason = getattr(error, "strerror", None) or error
            result.problems[learner] = f"{arrival.folder.name} cannot be collected: {reason}"
    return result


def _arrivals(folder: Path, topic: str, result: Collected) -> Iterator[Arrival]:
    """Every whole submission of `topic` in the exchange: `learner+topic+date+random`."""
    if not folder.is_dir():
        return
    with os.scandir(folder) as entries:
        for entry in entries:
            parts = entry.name.rsplit("+", 3)
            if len(parts) < 3 or parts[1] != topic:
                continue
            date = parse_date(parts[2])
            learner = parts[0]
            if date is None or not learner or learner.startswith(".") or not entry.is_dir(follow_symlinks=False):
                result.problems[entry.name] = "is no submission that nbgrader made; left where it is."
            elif refusal := why_refused(learner):
                result.problems[entry.name] = refusal
            else:
                with suppress(FileNotFoundError):  # taken back by its learner just now
                    state = entry.stat(follow_symlinks=False)
                    if _is_arriving(entry, state):
                        result.arriving = True
                    else:
                        yield Arrival(learner, date, Path(entry.path), state.st_uid)


def _is_arriving(entry: os.DirEntry[str], state: os.stat_result) -> bool:
    fresh = time.time() - state.st_mtime < SECONDS_TO_ARRIVE
    return fresh and not os.path.lexists(os.path.join(entry.path, DATE_NAME))  # noqa: PTH118  (once for each learner)


def _of_their_owners(settings: Settings, arrivals: Sequence[Arrival], result: Collected) -> Iterator[Arrival]:
    """Those that are not handed in by one learner in another's name.

    Where learners have no accounts of their own on this machine, their folders do not tell who made them.
    """
    learners = {arrival.learner for arrival in arrivals}
    for arrival in arrivals:
        owner = _account(arrival.owner)
        trusted = owner == arrival.learner or arrival.owner in (0, os.geteuid()) or not settings.check_owner
        if trusted or not (owner in learners or _has_account(arrival.learner)):
            yield arrival
        else:
            result.problems[arrival.folder.name] = f"was made by {owner}, not by {arrival.learner}; left where it is."


def _account(number: int) -> str:
    try:
        return pwd.getpwuid(number).pw_name
    except KeyError:
        return f"the unknown user {number}"


def _has_account(name: str) -> bool:
    try:
        pwd.getpwnam(name)
    except (KeyError, ValueError):  # ValueError: no such name can be
        return False
    return True


def _date_written_later(arrival: Arrival) -> list[str]:
    """A note where the date was not written on its own day: whoever owns a submission can rename it, too."""
    with suppress(OSError):
        written = (arrival.folder / DATE_NAME).lstat().st_mtime
        if written > seconds_of(arrival.date) + SECONDS_TO_HAND_IN:
            when = minute_of(seconds_of(arrival.date))
            return [f"{arrival.learner}: handed in {when} by its date, which was written {minute_of(written)}."]
    return []


def _after_feedback(settings: Settings, arrival: Arrival, topic: str) -> list[str]:
    """A note where somebody handed in again who could read the answers: they stand in the feedback."""
    with suppress(OSError):
        made = (settings.root / "feedback" / arrival.learner / topic / f"{topic}.html").lstat().st_mtime
        if seconds_of(arrival.date) > made:
            return [
                f"{arrival.learner}: handed in again after feedback, which tells the answers, of {minute_of(made)}."
            ]
    return []
