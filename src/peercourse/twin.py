"""Questions as plain text and plain HTML: what is read where no widget runs, and by graders.

Pure functions. Nothing here holds a key except `review_html`, which is made after grading.
The HTML keeps its meaning without styles, classes and scripts (code hosts and JupyterLab strip
them), and whatever a learner or an author wrote is inert in it.
"""

from __future__ import annotations

from collections.abc import Sequence

from peercourse.answering import Line, answering
from peercourse.inert import bullets, inert, inert_lines, paragraphs
from peercourse.items import LEVELS, Criterion, Item, Reflection, is_graded
from peercourse.scoring import AnswerValue, Score
from peercourse.wording import count, say

# A table is hard to read without these; code hosts that strip them bring their own.
_CELL = 'style="padding:6px 10px;vertical-align:top;text-align:start;border:1px solid #8888"'

# MathJax leaves elements of these classes alone; a learner's "$5 or $10" is no formula.
_NO_MATHS = "tex2jax_ignore mathjax_ignore"


def as_text(item: Item, value: AnswerValue | None = None) -> str:
    """The question and the learner's answer as plain text, without any key."""
    if item.dropped:
        told = [say("twin.dropped")]
    elif isinstance(item, Reflection):
        told = [_text_answer(value) or say("twin.no_text")]
    else:
        told = [str(line) for line in answering(item).lines(item, value)]
    return "\n".join([meta(item), item.stem, "", *told])


def as_html(item: Item, value: AnswerValue | None = None) -> str:
    """The question and the learner's answer as inert HTML, without any key.

    The root carries `data-peercourse-twin` and the class `peercourse-twin`, by which a live widget
    finds and hides it.
    """
    parts = [f"<p><small>{inert(meta(item))}</small></p>", paragraphs(item.stem, strong=True)]
    if item.dropped:
        parts.append(f"<p>{inert(say('twin.dropped'))}</p>")
    elif isinstance(item, Reflection):
        parts += _reflection_twin(item, value)
    else:
        parts.append(f"<p>{'<br>'.join(map(_line, answering(item).lines(item, value)))}</p>")
    if value is None and not item.dropped:
        parts.append(f"<p><small>{inert(say('twin.run'))}</small></p>")
    opening = f'<div class="peercourse-twin {_NO_MATHS}" data-peercourse-twin="{inert(item.id)}" dir="auto">'
    return "\n".join([opening, *parts, "</div>"])


def review_html(item: Item, value: AnswerValue | None, score: Score, notes: Sequence[str] = ()) -> str:
    """A graded question with key, reasons and points, for the grader and the learner's feedback.

    One HTML block without a blank line, so it may stand in a Markdown cell; what the learner
    wrote stays inert there. `item` must carry its key, `notes` are sentences about this answer.
    """
    parts = [f"<p><strong>{inert(_points(score))}</strong></p>", paragraphs(item.stem, strong=True)]
    parts += [f"<p>{inert(say('review.dropped'))}</p>"] if item.dropped else []
    parts += _reflection_review(item, value) if isinstance(item, Reflection) else _review(item, value)
    remarks = [*score.notes, *notes]
    if remarks:
        parts += [f"<p><strong>{inert(say('review.notes'))}</strong></p>", bullets(remarks)]
    return "\n".join([f'<div class="peercourse-review {_NO_MATHS}" dir="auto">', *parts, "</div>"])


def meta(item: Item) -> str:
    """The small line above a question: what it is for, or its points."""
    if is_graded(item):
        return count("points", item.points)
    if isinstance(item, Reflection):
        return say("meta.private")
    return say("meta.poll" if item.use == "poll" else "meta.practice")


def _line(line: Line) -> str:
    return f"<strong>{inert(line.text)}</strong> ({inert(', '.join(line.notes))})" if line.notes else inert(line.text)


# --- the review ------------------------------------------------------------------------------


def _review(item: Item, value: AnswerValue | None) -> list[str]:
    answered = bool(value.strip() if isinstance(value, str) else value)
    parts = [] if answered else [f"<p>{inert(say('review.no_answer'))}</p>"]
    for line in answering(item).lines(item, value, with_key=True):
        why = f"<br><small>{inert(say('review.why'))}: {inert_lines(line.why)}</small>" if line.why else ""
        parts.append(f'<p style="margin-inline-start:1em">{_line(line)}{why}</p>')
    explanation = "" if isinstance(item, Reflection) else item.explanation
    if explanation:
        parts.append(f"<p><strong>{inert(say('review.explanation'))}:</strong> {inert_lines(explanation)}</p>")
    return parts


def _points(score: Score) -> str:
    if score.points is None:
        return say("review.points_waiting", max_points=f"{score.max_points:g}")
    return say("review.points", points=f"{round(score.points, 2):g}", max_points=f"{score.max_points:g}")


# --- reflections -----------------------------------------------------------------------------


def _reflection_twin(item: Reflection, value: AnswerValue | None) -> list[str]:
    text = _text_answer(value)
    parts = [f"<blockquote>{inert_lines(text)}</blockquote>" if text else f"<p>{inert(say('twin.no_text'))}</p>"]
    if not is_graded(item):
        parts.append(f"<p><small>{inert(say('twin.private_text'))}</small></p>")
    if item.criteria:
        parts.append(_rubric(item))
    return parts


def _reflection_review(item: Reflection, value: AnswerValue | None) -> list[str]:
    text = _text_answer(value)
    parts = [f"<p>{inert(say('review.no_text'))}</p>"]
    if text:
        parts = [
            f"<p><strong>{inert(say('review.your_text'))}</strong></p>",
            f"<blockquote>{inert_lines(text)}</blockquote>",
        ]
    if item.criteria:
        parts.append(_rubric(item))
    if item.exemplar:
        parts.append(
            f'<details><summary style="display:list-item;cursor:pointer">{inert(say("review.exemplar"))}</summary>'
            f"<blockquote>{inert_lines(item.exemplar)}</blockquote></details>"
        )
    return parts


def level_names(item: Reflection) -> list[str]:
    """What the levels of the rubric are called, best first: their points, where these add up to the item's."""
    if not item.criteria:
        return []
    worth = item.points == LEVELS * len(item.criteria)
    return [count("points", n) if worth else say("rubric.level", n=n) for n in range(LEVELS, 0, -1)]


def _rubric(item: Reflection) -> str:
    """The rubric as a table: a criterion in each row, its levels from best to first."""
    heads = [say("page.criterion"), *level_names(item)]
    head = "".join(f'<th scope="col" {_CELL}>{inert(name)}</th>' for name in heads)
    rows = "".join(map(_rubric_row, item.criteria))
    return f"<table><thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table>"


def _rubric_row(criterion: Criterion) -> str:
    cells = "".join(f"<td {_CELL}>{inert_lines(level)}</td>" for level in criterion.levels)
    return f'<tr><th scope="row" {_CELL}>{inert(criterion.name)}</th>{cells}</tr>'


def _text_answer(value: AnswerValue | None) -> str:
    return value.strip() if isinstance(value, str) else ""
