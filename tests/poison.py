"""A worker that one submission brings down, whoever else it has in hand."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path

from peercourse.grading.graded_folder import Graded, grade_batch

POISON = "mixed-3"


def die_of_poison(packed: bytes, submissions: Sequence[tuple[str, Path]]) -> list[Graded]:
    """In the place of `grade_batch`; workers import it from here."""
    if POISON in dict(submissions):
        os._exit(9)
    return grade_batch(packed, submissions)
