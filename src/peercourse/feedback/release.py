"""Release feedback pages into nbgrader's exchange, as `nbgrader release_feedback` does, without its start-up."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterable
from pathlib import Path

from peercourse.feedback.making import MAX_BESIDE_BYTES
from peercourse.grading.settings import Settings
from peercourse.grading.submitted_files import SECRET_NAME
from peercourse.items import CourseError

OWN_FOLDER = 0o711
GROUPS_FOLDER = 0o2771
"""Nobody but the staff may list the folder: who knows a page's name may read it, and that is who handed it in."""


def release_pages(settings: Settings, topic: str, learners: Iterable[str]) -> list[str]:
    """Put the pages of `learners` where they can fetch them; returns those who have no way to, sorted.

    A page is named after the secret that the learner's submission carries. One that came by mail carries none.
    Raises CourseError where the exchange is not there or not ours.
    """
    folder = _feedback_folder(settings)
    without: list[str] = []
    for learner in learners:
        page = settings.root / "feedback" / learner / topic / f"{topic}.html"
        secret = settings.root / "autograded" / learner / topic / SECRET_NAME
        if not secret.is_file() or secret.stat().st_size > MAX_BESIDE_BYTES:
            without.append(learner)
            continue
        name = _hash(secret.read_bytes(), topic)
        coming = folder / f"{name}-tmp.html"
        coming.unlink(missing_ok=True)
        coming.write_bytes(page.read_bytes())
        coming.chmod(page.stat().st_mode & 0o777)
        coming.rename(folder / f"{name}.html")
    return sorted(without)


def _hash(secret: bytes, notebook: str) -> str:
    """The name under which nbgrader looks for a page."""
    return hashlib.md5(secret + notebook.encode(), usedforsecurity=False).hexdigest()


def _feedback_folder(settings: Settings) -> Path:
    root = settings.exchange
    if not settings.shared and not (root.is_dir() and os.access(root, os.W_OK | os.X_OK)):
        raise CourseError(f"The exchange, {root}, is not there or not writable; run: nbgrader release_assignment")
    if not settings.course_id:
        raise CourseError("nbgrader_config.py: CourseDirectory.course_id is missing; give the course a name there.")
    folder = root / settings.course_id / "feedback"
    if not folder.is_dir():
        folder.mkdir(parents=True)
        folder.chmod(GROUPS_FOLDER if settings.shared else OWN_FOLDER)
    elif not settings.shared and folder.stat().st_uid != os.getuid():
        raise CourseError(f"{folder} belongs to somebody else; feedback is released by who released it first.")
    return folder
