"""Which names of learners no page may meet. Pure.

Where learners have no accounts of their own, whoever hands in chooses the name. Formgrader puts it into its pages
as it stands (nbgrader 0.9.6), where these characters would let it do something with the rights of whoever grades.
"""

from __future__ import annotations

REFUSED = '<>"'


def why_refused(learner: str) -> str:
    """A sentence on why nothing is graded under this name; empty where it is sound."""
    if any(char in learner for char in REFUSED):
        return "has <, > or \" in the learner's name, which Formgrader would take for code; rename the folder."
    return ""
