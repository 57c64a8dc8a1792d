"""What a learner is told about an answer, and the lines in which a question is printed."""

from __future__ import annotations

from dataclasses import dataclass

from peercourse.wording import say


@dataclass(frozen=True)
class Part:
    """What is said about one part of an answer: an option, a step, a prompt, a gap.

    `fits` is None where there is no right or wrong (a poll). `label` is the short word before `why`.
    """

    id: str
    fits: bool | None
    label: str
    why: str


@dataclass(frozen=True)
class Feedback:
    """What Check shows for a practice question.

    `parts` holds what may be told yet: the reasons for what was chosen, and for everything once the answer is
    right or was asked for. `answer` is the right answer in words, line by line, where it is shown.
    """

    right: bool
    summary: str
    parts: tuple[Part, ...] = ()
    explanation: str = ""
    answer: tuple[str, ...] = ()


@dataclass(frozen=True)
class Line:
    """One line of a printed question: its text, what is said of it in brackets, and its reason."""

    text: str
    notes: tuple[str, ...] = ()
    why: str = ""

    def __str__(self) -> str:
        """The line as plain text, without its reason."""
        return f"{self.text} ({', '.join(self.notes)})" if self.notes else self.text


def part(part_id: str, fits: bool, why: str) -> Part:
    """A part with the usual label."""
    return Part(part_id, fits, say("reason.right" if fits else "reason.wrong"), why)


def parts_summary(hits: int, total: int) -> str:
    """One or two calm sentences on an answer of several parts that is not all right."""
    if not hits:
        return say("feedback.parts_none")
    return say("feedback.parts_some", hits=hits, total=total)
