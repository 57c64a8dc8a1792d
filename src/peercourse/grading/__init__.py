"""Grade a topic: as steps inside nbgrader, and as one batch beside it that writes the same.

The names below are those that `nbgrader_config.py` lists. They are loaded when nbgrader asks for them,
because nbgrader itself takes seconds to load and the batch has no need of it.
"""

from __future__ import annotations

from importlib import import_module
from typing import Any

_STEPS = "peercourse.grading.nbgrader_steps"
__all__ = ["GradeAnswers", "RestoreNotebook", "name_undated_feedback", "set_aside_unsafe_files"]


def __getattr__(name: str) -> Any:
    if name in __all__:
        return getattr(import_module(_STEPS), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
