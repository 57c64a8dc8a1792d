"""Charts to explore: their data is read safely, told as a table, and nothing in it is lost."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from peercourse.chart_twin import chart_html, chart_text
from peercourse.charts import Chart, Measure, chart_view, first_rows, read_chart, read_rows
from peercourse.items import CourseError

CSV = 'state,year,deaths,rate\nOhio,2023,4000,34.2\nOhio,2024,,*\nUtah,2024,"1,200",35\n'
LINES = Chart(
    id="t-deaths",
    title="Deaths by state",
    kind="line",
    data="data/deaths.csv",
    x="year",
    series="state",
    show=("Ohio",),
    measures=(Measure("rate", "Deaths per 100,000"), Measure("deaths", "Deaths")),
    alt="One line.",
    note="Provisional.",
)


@pytest.fixture
def topic(tmp_path: Path) -> Path:
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "deaths.csv").write_text(CSV)
    return tmp_path


def test_rows_hold_the_columns_of_the_chart_and_numbers_as_numbers(topic):
    assert LINES.columns == ["year", "state", "rate", "deaths"]
    assert read_rows(LINES, topic) == [
        [2023, "Ohio", 34.2, 4000],
        [2024, "Ohio", None, None],
        [2024, "Utah", 35, 1200],
    ]


def test_a_suppressed_number_is_shown_as_missing_and_never_as_nothing(topic):
    assert "2024 | Ohio | no data | no data" in chart_text(LINES, read_rows(LINES, topic))


def test_the_table_holds_what_the_chart_shows_at_first(topic):
    assert [row[1] for row in first_rows(LINES, read_rows(LINES, topic))] == ["Ohio", "Ohio"]
    assert "Utah" not in chart_html(LINES, read_rows(LINES, topic))


def test_a_pick_narrows_the_rows(topic):
    bars = Chart("b", "Bars", "bar", "data/deaths.csv", "state", LINES.measures, "Bars.", pick="year", picked="2024")

    assert [row[0] for row in first_rows(bars, read_rows(bars, topic))] == ["Ohio", "Utah"]


def test_a_chart_comes_back_from_its_file_as_it_was():
    assert read_chart(json.loads(json.dumps(chart_view(LINES)))) == LINES


@pytest.mark.parametrize("data", ["/etc/passwd", "../secret.csv", "data/../../x.csv"])
def test_a_chart_reads_nothing_outside_its_topic(data):
    with pytest.raises(ValueError, match="no chart"):
        read_chart(chart_view(LINES) | {"data": data})


def test_a_missing_file_is_one_line(tmp_path):
    with pytest.raises(CourseError, match=r"data/deaths\.csv cannot be read; fetch the topic again"):
        read_rows(LINES, tmp_path)


def test_a_missing_column_is_one_line(topic):
    (topic / "data" / "deaths.csv").write_text("state,year,deaths\nOhio,2023,4\n")

    with pytest.raises(CourseError, match='has no column "rate"'):
        read_rows(LINES, topic)


def test_what_stands_in_the_data_is_inert_in_the_table(topic):
    (topic / "data" / "deaths.csv").write_text("state,year,deaths,rate\n<script>x</script>,2023,1,1\n")
    shown = chart_html(Chart(**{**vars(LINES), "show": ()}), read_rows(LINES, topic))

    assert "<script>" not in shown
