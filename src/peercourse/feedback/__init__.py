"""Feedback pages: made from the marks and the answers that were graded, and released through nbgrader's exchange.

The name below is the one that `nbgrader_config.py` gives, so that nbgrader's own command and Formgrader's
button write the same pages. It is loaded when nbgrader asks for it.
"""

from __future__ import annotations

from importlib import import_module
from typing import Any

__all__ = ["FeedbackPage"]


def __getattr__(name: str) -> Any:
    if name in __all__:
        return getattr(import_module("peercourse.feedback.in_nbgrader"), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
