"""A chart as a table: what is read where no widget is drawn, and beside the picture. Pure."""

from __future__ import annotations

import html
from collections.abc import Sequence

from peercourse.charts import Chart, Row, first_rows
from peercourse.wording import say

MAX_ROWS = 60
_CELL = 'style="padding:4px 8px;text-align:start;border:1px solid #8888"'


def chart_text(chart: Chart, rows: Sequence[Row]) -> str:
    """Title, what the chart shows, and its first rows, as plain text."""
    lines = [chart.title, chart.alt, *([chart.note] if chart.note else []), "", " | ".join(_heads(chart))]
    lines += [" | ".join(map(_cell, row)) for row in first_rows(chart, rows)[:MAX_ROWS]]
    return "\n".join(lines)


def chart_html(chart: Chart, rows: Sequence[Row]) -> str:
    """The same as an inert HTML table."""
    head = "".join(f'<th scope="col" {_CELL}>{html.escape(name)}</th>' for name in _heads(chart))
    body = "".join(
        "<tr>" + "".join(f"<td {_CELL}>{html.escape(_cell(value))}</td>" for value in row) + "</tr>"
        for row in first_rows(chart, rows)[:MAX_ROWS]
    )
    parts = [f"<p><strong>{html.escape(chart.title)}</strong></p><p>{html.escape(chart.alt)}</p>"]
    parts += [f"<table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>"]
    parts += [f"<p><small>{html.escape(text)}</small></p>" for text in (chart.note, say("twin.run")) if text]
    opening = f'<div class="peercourse-twin" data-peercourse-twin="{html.escape(chart.id)}" dir="auto">'
    return "\n".join([opening, *parts, "</div>"])


def _heads(chart: Chart) -> list[str]:
    labels = {measure.column: measure.label for measure in chart.measures}
    return [labels.get(column, column.replace("_", " ")) for column in chart.columns]


def _cell(value: str | float | None) -> str:
    if value is None:
        return say("chart.missing")
    return value if isinstance(value, str) else f"{value:,g}" if value >= 10_000 else f"{value:g}"
