"""The answers that were graded, as the graded notebook keeps them. A learner's own files may have changed since."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from peercourse.items import CourseError
from peercourse.scoring import AnswerValue


@dataclass(frozen=True)
class GradedAnswers:
    """The answers to graded questions by their ids, and what grading noticed about the submission.

    `items` is the digest of the questions they were graded by.
    """

    answers: Mapping[str, AnswerValue]
    notes: tuple[str, ...]
    items: str = ""


def read_graded_answers(root: Path, learner: str, topic: str) -> GradedAnswers:
    """What was graded of one learner. Raises CourseError where this course did not grade it, or nothing is there."""
    path = root / "autograded" / learner / topic / f"{topic}.ipynb"
    try:
        kept = json.loads(path.read_bytes())["metadata"]["peercourse"]
        return GradedAnswers(dict(kept["answers"]), tuple(kept["notes"]), str(kept["items"]))
    except OSError as error:
        raise CourseError(f"{learner}: autograded/…/{path.name} cannot be read ({error.strerror}); {_AGAIN}") from None
    except (ValueError, KeyError, TypeError):
        raise CourseError(f"{learner}: the answers are not in the graded notebook; {_AGAIN}") from None


_AGAIN = "run peercourse grade with --again, then try again."


def graded_learners(root: Path, topic: str) -> list[str]:
    """Everybody who has a graded notebook of `topic`."""
    return sorted(path.parent.parent.name for path in root.glob(f"autograded/*/{topic}/{topic}.ipynb"))


def graded_by_others(root: Path, topic: str, items: str) -> list[str]:
    """Everybody whose graded notebook of `topic` was made by other questions than those of the digest `items`."""
    # Inside a text of a learner's, quotation marks are escaped; so nobody can write this there.
    mark = f'"items": "{items}"'.encode()
    paths = {name: root / "autograded" / name / topic / f"{topic}.ipynb" for name in graded_learners(root, topic)}
    return [name for name, path in paths.items() if mark not in path.read_bytes()]
