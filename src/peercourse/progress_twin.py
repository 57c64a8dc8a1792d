"""The learner's progress as plain text, and the course's topics as HTML for where no widget runs. Pure."""

from __future__ import annotations

import html
from collections.abc import Mapping, Sequence
from typing import Any

from peercourse.course_progress import OutlineTopic
from peercourse.wording import say


def progress_text(view: Mapping[str, Any]) -> str:
    """The whole picture in lines, for a terminal or a screen reader."""
    lines = [view["next"], view["cards"], ""]
    for topic in view["topics"]:
        shares = say("progress.line", **{name: topic[name] for name in ("read", "practised", "handed_in", "mastered")})
        lines += [f"{topic['title']}: {shares}"]
    return "\n".join([*lines, "", *view["exams"], say("progress.kept")])


def progress_html(outline: Sequence[OutlineTopic]) -> str:
    """The topics in order with their links; says nothing about anybody."""
    rows = "".join(
        f'<li><a href="../{topic.name}/{topic.name}.ipynb">{html.escape(topic.title)}</a></li>' for topic in outline
    )
    note = html.escape(say("twin.run"))
    return (
        '<div class="peercourse-twin" data-peercourse-twin="progress" dir="auto">'
        f"<ol>{rows}</ol><p><small>{note}</small></p></div>"
    )
