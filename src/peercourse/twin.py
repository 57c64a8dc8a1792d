"""Questions as plain text and plain HTML: what is read where no widget runs, and by graders.

Pure functions. Nothing here holds a key except `review_html`, which is made after grading.
The HTML keeps its meaning without styles, classes and scripts (code hosts and JupyterLab strip
them), and whatever a learner or an author wrote is inert in it.
"""

from __future__ import annotations

import html
from collections.abc import Iterable, Sequence

from peercourse.items import LEVELS, Choice, Criterion, Item, Option, Reflection, is_graded, shown_order
from peercourse.scoring import AnswerValue, Score
from peercourse.wording import count, say

# Not printable by Python's book, yet parts of emoji and of Persian or Hindi words.
_JOINERS = "\u200c\u200d"

# A table is hard to read without these; code hosts that strip them bring their own.
_CELL = 'style="padding:6px 10px;vertical-align:top;text-align:start;border:1px solid #8888"'

# MathJax leaves elements of these classes alone; a learner's "$5 or $10" is no formula.
_NO_MATHS = "tex2jax_ignore mathjax_ignore"


def as_text(item: Item, value: AnswerValue | None = None) -> str:
    """The question and the learner's answer as plain text, without any key."""
    lines = [item.stem, ""]
    if isinstance(item, Reflection):
        lines += [_text_answer(value) or say("twin.no_text")]
    else:
        chosen = _chosen(value)
        for option in shown_order(item):
            mark = _mark(item, option, chosen)
            lines.append(f"{mark} {option.text}" + (f" ({say('twin.your_choice')})" if option.id in chosen else ""))
    return "\n".join([_meta(item), *lines])


def as_html(item: Item, value: AnswerValue | None = None) -> str:
    """The question and the learner's answer as inert HTML, without any key.

    The root carries `data-peercourse-twin` and the class `peercourse-twin`, by which a live widget
    finds and hides it.
    """
    parts = [f"<p><small>{_inert(_meta(item))}</small></p>", _paragraphs(item.stem, strong=True)]
    if isinstance(item, Reflection):
        parts += _reflection_twin(item, value)
    else:
        chosen = _chosen(value)
        parts.append(f"<p>{'<br>'.join(_option_line(item, option, chosen) for option in shown_order(item))}</p>")
    if value is None:
        parts.append(f"<p><small>{_inert(say('twin.run'))}</small></p>")
    opening = f'<div class="peercourse-twin {_NO_MATHS}" data-peercourse-twin="{_inert(item.id)}" dir="auto">'
    return "\n".join([opening, *parts, "</div>"])


def review_html(item: Item, value: AnswerValue | None, score: Score, notes: Sequence[str] = ()) -> str:
    """A graded question with key, reasons and points, for the grader and the learner's feedback.

    One HTML block without a blank line, so it may stand in a Markdown cell; what the learner
    wrote stays inert there. `item` must carry its key, `notes` are sentences about this answer.
    """
    parts = [f"<p><strong>{_inert(_points(score))}</strong></p>", _paragraphs(item.stem, strong=True)]
    parts += _reflection_review(item, value) if isinstance(item, Reflection) else _choice_review(item, value)
    remarks = [*score.notes, *notes]
    if remarks:
        parts += [f"<p><strong>{_inert(say('review.notes'))}</strong></p>", _list(remarks)]
    return "\n".join([f'<div class="peercourse-review {_NO_MATHS}" dir="auto">', *parts, "</div>"])


# --- the twin --------------------------------------------------------------------------------


def _reflection_twin(item: Reflection, value: AnswerValue | None) -> list[str]:
    text = _text_answer(value)
    parts = [f"<blockquote>{_lines(text)}</blockquote>" if text else f"<p>{_inert(say('twin.no_text'))}</p>"]
    if not is_graded(item):
        parts.append(f"<p><small>{_inert(say('twin.private_text'))}</small></p>")
    if item.criteria:
        parts.append(_rubric(item))
    return parts


def _option_line(item: Choice, option: Option, chosen: frozenset[str]) -> str:
    line = f"{_mark(item, option, chosen)} {_inert(option.text)}"
    return f"<strong>{line}</strong> ({_inert(say('twin.your_choice'))})" if option.id in chosen else line


def _mark(item: Choice, option: Option, chosen: frozenset[str]) -> str:
    marks = "○●" if item.kind == "single" else "☐☑"
    return marks[option.id in chosen]


def _meta(item: Item) -> str:
    if not is_graded(item):
        return say("meta.practice" if isinstance(item, Choice) else "meta.private")
    return count("points", item.points)


# --- the review ------------------------------------------------------------------------------


def _choice_review(item: Choice, value: AnswerValue | None) -> list[str]:
    chosen = _chosen(value)
    parts = [] if chosen else [f"<p>{_inert(say('review.no_answer'))}</p>"]
    for option in shown_order(item):
        told = [say("twin.your_choice")] if option.id in chosen else []
        told += [say("review.right_answer")] if option.correct else []
        line = f"{_mark(item, option, chosen)} {_inert(option.text)}"
        if told:
            line = f"<strong>{line}</strong> ({_inert(', '.join(told))})"
        why = f"<br><small>{_inert(say('review.why'))}: {_lines(option.why)}</small>" if option.why else ""
        parts.append(f'<p style="margin-inline-start:1em">{line}{why}</p>')
    if item.explanation:
        parts.append(f"<p><strong>{_inert(say('review.explanation'))}:</strong> {_lines(item.explanation)}</p>")
    return parts


def _reflection_review(item: Reflection, value: AnswerValue | None) -> list[str]:
    text = _text_answer(value)
    parts = [f"<p>{_inert(say('review.no_text'))}</p>"]
    if text:
        parts = [
            f"<p><strong>{_inert(say('review.your_text'))}</strong></p>",
            f"<blockquote>{_lines(text)}</blockquote>",
        ]
    if item.criteria:
        parts.append(_rubric(item))
    if item.exemplar:
        parts.append(
            f'<details><summary style="display:list-item;cursor:pointer">{_inert(say("review.exemplar"))}</summary>'
            f"<blockquote>{_lines(item.exemplar)}</blockquote></details>"
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
    head = "".join(f'<th scope="col" {_CELL}>{_inert(name)}</th>' for name in heads)
    rows = "".join(map(_rubric_row, item.criteria))
    return f"<table><thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table>"


def _rubric_row(criterion: Criterion) -> str:
    cells = "".join(f"<td {_CELL}>{_lines(level)}</td>" for level in criterion.levels)
    return f'<tr><th scope="row" {_CELL}>{_inert(criterion.name)}</th>{cells}</tr>'


def _points(score: Score) -> str:
    if score.points is None:
        return say("review.points_waiting", max_points=f"{score.max_points:g}")
    return say("review.points", points=f"{round(score.points, 2):g}", max_points=f"{score.max_points:g}")


# --- making text inert -----------------------------------------------------------------------


def _inert(text: str) -> str:
    """`text` so that neither HTML, Markdown nor maths sees anything in it; on one line."""
    plain = "".join(char if char.isprintable() or char in _JOINERS else " " for char in text)
    safe = html.escape(plain)
    for char in "$\\`*_[]~":
        safe = safe.replace(char, f"&#{ord(char)};")
    return safe


def _lines(text: str) -> str:
    return "<br>".join(map(_inert, text.strip().splitlines()))


def _paragraphs(text: str, *, strong: bool = False) -> str:
    left, right = ("<p><strong>", "</strong></p>") if strong else ("<p>", "</p>")
    return "".join(f"{left}{_inert(line)}{right}" for line in text.splitlines() if line.strip())


def _list(sentences: Iterable[str]) -> str:
    return "<ul>" + "".join(f"<li>{_inert(sentence)}</li>" for sentence in sentences) + "</ul>"


def _chosen(value: AnswerValue | None) -> frozenset[str]:
    return frozenset(value) if isinstance(value, list) else frozenset()


def _text_answer(value: AnswerValue | None) -> str:
    return value.strip() if isinstance(value, str) else ""
