"""The table says what was measured, and a goal that was missed is told as such."""

import json
from pathlib import Path

import pytest

from tests.bench import table
from tests.bench.table import Goal, Row

HALF = Goal(">=", 0.5, of_ratio=True)


@pytest.mark.parametrize(
    ("row", "holds"),
    [
        (Row("a", "rows/s", [60], [100], HALF), True),
        (Row("a", "rows/s", [50], [100], HALF), True),
        (Row("a", "rows/s", [49], [100], HALF), False),
        (Row("a", "rows/s", [60], (), HALF), False),
        (Row("a", "ms", [50], (), Goal("<", 50)), False),
        (Row("a", "ms", [49.9], (), Goal("<", 50)), True),
        (Row("a", "bytes", [30]), None),
    ],
)
def test_a_row_holds_only_where_its_goal_is_met(row: Row, holds: bool | None) -> None:
    assert row.holds is holds


def test_a_row_is_judged_by_the_median_and_not_by_the_best_run() -> None:
    row = Row("import", "rows/s", [90, 40, 30], [100, 80, 120], HALF)

    assert (row.value, row.ratio, row.holds) == (40, 0.4, False)


def test_the_file_is_a_list_with_the_promised_names(tmp_path: Path) -> None:
    rows = [
        Row("import", "rows/s", [400_000.4], [500_000], HALF),
        Row("dashboard", "ms", [61.23456], (), Goal("<", 50)),
        Row("size", "bytes", [33]),
    ]

    table.write(rows, tmp_path / "var" / "bench.json")

    written = json.loads((tmp_path / "var" / "bench.json").read_text(encoding="utf-8"))
    names = ["name", "value", "reference", "ratio", "goal", "holds", "unit"]
    assert [list(each) for each in written] == [names] * 3
    assert [list(each.values()) for each in written] == [
        ["import", 400_000, 500_000, 0.8, "ratio >= 0.5", True, "rows/s"],
        ["dashboard", 61.23, None, None, "< 50", False, "ms"],
        ["size", 33, None, None, None, None, "bytes"],
    ]
    assert table.broken(rows) == ["dashboard"]


def test_the_table_is_one_line_a_row_and_shouts_a_missed_goal() -> None:
    rows = [
        Row("import", "rows/s", [1_200.0, 1_000.0, 1_100.0], [2_000.0], HALF),
        Row("dashboard", "ms", [61.0], (), Goal("<", 50)),
    ]

    lines = table.text(rows).splitlines()

    assert lines[0].split() == [
        *("what", "value", "min..max", "reference", "ratio", "goal", "holds", "unit")
    ]
    assert lines[1].split() == [
        *("import", "1,100", "1,000..1,200", "2,000", "0.55", "ratio", ">=", "0.5", "yes", "rows/s")
    ]
    assert lines[2].split() == ["dashboard", "61", "<", "50", "NO", "ms"]


@pytest.mark.parametrize(
    ("share", "found"), [(0.0, 1), (0.05, 1), (0.5, 10), (0.95, 19), (0.951, 20), (1.0, 20)]
)
def test_a_percentile_is_one_of_the_figures(share: float, found: int) -> None:
    assert table.percentile(list(range(20, 0, -1)), share) == found
