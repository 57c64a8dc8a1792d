"""Charts to explore: what one is, and the rows it draws. The learner picks; no code is needed."""

from __future__ import annotations

import csv
import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any, Literal

from peercourse.items import CourseError
from peercourse.wording import say

ChartKind = Literal["line", "bar", "forest"]
MAX_DATA_BYTES = 1_000_000


@dataclass(frozen=True)
class Measure:
    """A column with numbers, and what it is called."""

    column: str
    label: str
    unit: str = ""


@dataclass(frozen=True)
class Chart:
    """One chart over a CSV file of the topic.

    A line chart has `x` along the bottom and a line for each value of the column `series` that the
    learner picks, `show` at first. A bar chart has a bar for each value of `x`; a forest chart an estimate
    with its interval from `low` to `high`, and a line at `reference`. `pick` names a column of which the
    learner chooses one value at a time, `picked` at first (a year, a kind of drug).
    `alt` says what the chart shows at first; `note` what to keep in mind when reading it.
    """

    id: str
    title: str
    kind: ChartKind
    data: str
    x: str
    measures: tuple[Measure, ...]
    alt: str
    series: str = ""
    show: tuple[str, ...] = ()
    pick: str = ""
    picked: str = ""
    low: str = ""
    high: str = ""
    reference: float | None = None
    log_scale: bool = False
    note: str = ""
    sources: tuple[str, ...] = ()
    review_by: date | None = None

    @property
    def columns(self) -> list[str]:
        """The columns the chart needs, each once: names first, then numbers."""
        names = [self.x, self.series, self.pick]
        numbers = [*(measure.column for measure in self.measures), self.low, self.high]
        return [name for name in dict.fromkeys([*names, *numbers]) if name]

    @property
    def numbers(self) -> set[str]:
        """The columns that hold numbers; so does `x` of a line chart."""
        columns = {measure.column for measure in self.measures} | {self.low, self.high}
        return (columns | {self.x} if self.kind == "line" else columns) - {""}


Row = list[str | float | None]


def read_rows(chart: Chart, folder: Path) -> list[Row]:
    """The rows of the chart's file, only the columns it needs, in the order of `Chart.columns`.

    A number that is missing or suppressed ("*", "") becomes None. Raises CourseError, in one line, where
    the file or a column is missing.
    """
    path = folder / chart.data
    where = f"{folder.name}/{chart.data}"
    try:
        if path.stat().st_size > MAX_DATA_BYTES:
            raise CourseError(say("chart.too_large", file=where))
        with path.open(encoding="utf-8", newline="") as file:
            return list(_rows(chart, csv.DictReader(file), where))
    except (OSError, UnicodeDecodeError, csv.Error):
        raise CourseError(say("chart.no_file", file=where)) from None


def _rows(chart: Chart, entries: Iterable[Mapping[str, str | None]], where: str) -> Iterable[Row]:
    for entry in entries:
        lacking = [column for column in chart.columns if entry.get(column) is None]
        if lacking:
            raise CourseError(say("chart.no_column", file=where, column=lacking[0]))
        yield [_number(entry[c]) if c in chart.numbers else str(entry[c]) for c in chart.columns]


def _number(text: str | None) -> float | None:
    try:
        number = float((text or "").replace(",", ""))
    except ValueError:
        return None
    return number if math.isfinite(number) else None


def chart_view(chart: Chart) -> dict[str, Any]:
    """The chart as `items.json` holds it."""
    plain = {name: getattr(chart, name) for name in _PLAIN}
    return plain | {
        "show": list(chart.show),
        "measures": [{"column": m.column, "label": m.label, "unit": m.unit} for m in chart.measures],
    }


def read_chart(view: Mapping[str, Any]) -> Chart:
    """A chart back from its JSON. Raises KeyError, TypeError or ValueError where it is malformed."""
    kind = view["kind"]
    if kind not in ("line", "bar", "forest") or Path(str(view["data"])).is_absolute() or ".." in str(view["data"]):
        raise ValueError("no chart of ours")
    measures = tuple(Measure(str(m["column"]), str(m["label"]), str(m["unit"])) for m in view["measures"])
    reference = None if view["reference"] is None else float(view["reference"])
    words: dict[str, Any] = {name: str(view[name]) for name in _PLAIN if name not in ("kind", "reference", "log_scale")}
    return Chart(
        **words,
        kind=kind,
        measures=measures,
        show=tuple(map(str, view["show"])),
        reference=reference,
        log_scale=bool(view["log_scale"]),
    )


_PLAIN = (
    *("id", "title", "kind", "data", "x", "alt", "series", "pick", "picked", "low", "high"),
    *("reference", "log_scale", "note"),
)


def first_rows(chart: Chart, rows: Sequence[Row]) -> list[Row]:
    """The rows that the chart shows at first: the series and the pick its author chose."""
    columns = chart.columns
    shown = [row for row in rows if not chart.pick or row[columns.index(chart.pick)] == chart.picked]
    if chart.series and chart.show:
        shown = [row for row in shown if row[columns.index(chart.series)] in chart.show]
    return shown
