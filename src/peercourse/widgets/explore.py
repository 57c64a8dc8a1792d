"""A chart on the page: the learner chooses what it shows."""

from __future__ import annotations

from typing import Any

from peercourse.chart_twin import chart_html, chart_text
from peercourse.charts import Chart, Row, chart_view, read_chart, read_rows
from peercourse.items import CourseError
from peercourse.topic_folder import TopicFolder
from peercourse.widgets import shown
from peercourse.widgets.live import Live
from peercourse.wording import say


class Explore(Live):
    """The chart and its rows, sent once; what is picked stays in the page."""

    def __init__(self, folder: TopicFolder, chart: Chart, rows: list[Row]) -> None:
        item = chart_view(chart) | {"kind": "chart", "form": chart.kind, "columns": chart.columns, "rows": rows}
        super().__init__(folder, item, {})

    def refresh(self) -> None:
        """Nothing on disk changes a chart."""

    def act(self, message: dict[str, Any]) -> dict[str, Any]:
        """A chart asks for nothing."""
        raise CourseError(say("error.message"))


def show_chart(chart_id: str) -> None:
    """Show a chart of this topic. Raises CourseError where there is none, or where its data is missing."""
    folder = shown.topic_here()
    chart = next((chart for chart in _charts(folder) if chart.id == chart_id), None)
    if chart is None:
        raise CourseError(say("chart.none", topic=folder.topic, chart=chart_id))
    rows = read_rows(chart, folder.path)
    if not shown.in_notebook():
        print(chart_text(chart, rows))
        return
    beside = {"text/html": chart_html(chart, rows), "text/plain": chart_text(chart, rows)}
    shown.put(folder, chart.id, Explore(folder, chart, rows), beside)


def _charts(folder: TopicFolder) -> list[Chart]:
    try:
        return [read_chart(view) for view in folder.parts.get("charts", ())]
    except (KeyError, TypeError, ValueError, AttributeError):
        raise CourseError(say("chart.damaged", topic=folder.topic)) from None
