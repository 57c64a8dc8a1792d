"""A practice exam in words, for the page and for where no widget runs. Pure."""

from __future__ import annotations

import html
from typing import Any
from urllib.parse import quote

from peercourse.practice_exam.attempts import Attempt
from peercourse.practice_exam.pool import Pool
from peercourse.practice_exam.result import REVIEW_BELOW, Study, Tally, result_of, state_of
from peercourse.wording import count, say


def frame_text(pool: Pool) -> str:
    """What the exam is, in two sentences."""
    asked = sum(pool.areas.values())
    return say("exam.about", items=asked, minutes=pool.minutes, break_at=pool.break_at)


def areas_text(pool: Pool) -> list[str]:
    """One line for each area: its name and how many items it gives."""
    return [f"{say(f'area.{area}')}: {number}" for area, number in pool.areas.items()]


def frame_html(pool: Pool) -> str:
    """The same as inert HTML, for where no widget is drawn."""
    rows = "".join(f"<li>{html.escape(line)}</li>" for line in areas_text(pool))
    return (
        '<div class="peercourse-twin" data-peercourse-twin="exam" dir="auto">'
        f"<p>{html.escape(frame_text(pool))}</p><ul>{rows}</ul><p><small>{html.escape(say('twin.run'))}</small></p></div>"
    )


def report_view(pool: Pool, attempt: Attempt) -> dict[str, Any]:
    """What the page shows of a finished exam, and `missed`: the objectives to study, by name."""
    result = result_of(pool, attempt)
    places = {name: number for number, name in enumerate(attempt.items, 1)}
    review = [
        {
            "id": name,
            "number": places[name],
            "stem": pool.items[name].stem,
            "state": state,
            "mark": say(f"exam.mark_{state}"),
        }
        for name in result.review
        for state in [state_of(pool.items[name], attempt)]
    ]
    return {
        "total": _tally(result.total, say("exam.all_areas")),
        "summary": say("exam.summary", **_numbers(result.total)),
        "tallies": [_tally(tally, say(f"area.{tally.name}")) for tally in result.areas],
        "calibration": [_tally(tally, say(f"confidence.{tally.name}")) for tally in result.calibration],
        "plan": [_study(study) for study in result.plan],
        "review": review,
        "missed": result.missed,
    }


def _tally(tally: Tally, label: str) -> dict[str, Any]:
    advice = say("exam.look_again") if tally.share < REVIEW_BELOW else ""
    return {"label": label, **_numbers(tally), "advice": advice}


def _numbers(tally: Tally) -> dict[str, int]:
    return {"right": tally.right, "asked": tally.asked, "percent": round(100 * tally.share)}


def _study(study: Study) -> dict[str, str]:
    goal = study.goal
    sure = count("exam.sure", study.sure_but_wrong) if study.sure_but_wrong else ""
    return {
        "text": goal.text,
        "where": goal.title,
        "link": f"../{goal.topic}/{goal.topic}.ipynb" + (f"#{section_anchor(goal.section)}" if goal.section else ""),
        "missed": say("exam.missed", missed=study.missed, asked=study.asked) + (f" {sure}" if sure else ""),
    }


def section_anchor(heading: str) -> str:
    """The anchor that JupyterLab gives a heading."""
    return quote(heading.replace(" ", "-"))
