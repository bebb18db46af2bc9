"""``python -m tests.bench``: measure, print one table, write ``var/bench.json``.

Every figure is the median of its runs; what it is held against is measured beside it.
The exit code is 1 if a goal is missed, so that nobody overlooks it.
"""

import argparse
import os
import platform
import signal
import sqlite3
import sys
import time
from collections.abc import Callable, Iterator, Sequence

from app.settings import ROOT
from tests.bench import (
    allocation,
    browsing,
    dashboard,
    deliveries,
    exporting,
    geojson_list,
    importing,
    limits,
    ogc,
    process,
    recounting,
    table,
)
from tests.bench.table import Row

REPORT = ROOT / "var" / "bench.json"
PARTS: dict[str, Callable[[bool], Iterator[Row]]] = {
    "import": importing.rows,
    "limits": limits.rows,
    "dashboard": dashboard.rows,
    "list": geojson_list.rows,
    "ogc": ogc.rows,
    "browsing": browsing.rows,
    "deliveries": deliveries.rows,
    "export": exporting.rows,
    "recounting": recounting.rows,
    "allocation": allocation.rows,
    "process": process.rows,
}


def main(arguments: Sequence[str]) -> int:
    """0 if every goal holds."""
    asked = _parser().parse_args(arguments)
    began = time.monotonic()
    print(_machine(), flush=True)
    rows: list[Row] = []
    for name in asked.only or PARTS:
        for row in PARTS[name](not asked.quick):
            rows.append(row)
            ratio = f" (ratio {row.ratio:.2f})" if row.ratio is not None else ""
            print(f"  {row.name}: {row.value:,.4g} {row.unit}{ratio}", flush=True)
    if asked.quick:
        print("\nSmall sizes: these figures are a trial of the benchmark, not results.")
    else:
        table.write(rows, REPORT)
    print(f"\n{table.text(rows)}\n\n{time.monotonic() - began:.0f} s")
    for name in table.broken(rows):
        print(f"GOAL MISSED: {name}")
    return 1 if table.broken(rows) and not asked.quick else 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m tests.bench")
    parser.add_argument("--quick", action="store_true", help="small sizes, to try the benchmark")
    parser.add_argument("--only", action="append", choices=PARTS, help="one part; may be repeated")
    return parser


def _machine() -> str:
    load = f", load {os.getloadavg()[0]:.1f}" if hasattr(os, "getloadavg") else ""
    return (
        f"{os.cpu_count()} cores{load}; Python {platform.python_version()}, "
        f"SQLite {sqlite3.sqlite_version}, {platform.system()} {platform.machine()}"
    )


def _end(_signal: int, _frame: object) -> None:
    sys.exit(143)  # as an exception, so that servers and copies are taken away on the way out


if __name__ == "__main__":
    signal.signal(signal.SIGTERM, _end)
    sys.exit(main(sys.argv[1:]))
