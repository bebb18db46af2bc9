"""GeoParquet 1.1 of layers, a file each, by DuckDB: WKB in degrees, its box in the metadata.

Reference: GeoParquet 1.1.0; without a ``crs`` the coordinates are OGC:CRS84, longitude first.
"""

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import shapely

from app.gis.outgoing import Table

_AT_ONCE = 100  # rows of one statement: one by one they take ten times as long
_TYPES = {str: "VARCHAR", int: "BIGINT", float: "DOUBLE"}


def write(files: Sequence[tuple[Table, Path]]) -> None:
    """Write a file for each layer; nothing is fetched, and no other file is looked at."""
    # Some seventy megabytes that a server which writes no such file need not carry.
    import duckdb  # noqa: PLC0415

    with duckdb.connect(":memory:", config=_CONFIG) as base:
        for table, path in files:
            _fill(base, table)
            about = json.dumps(_about(table), ensure_ascii=False)
            facts = json.dumps(dict(table.facts), ensure_ascii=False)
            base.execute(
                f"COPY layer TO {_quoted(path.as_posix())} (FORMAT parquet, COMPRESSION zstd, "
                f"KV_METADATA {{geo: {_quoted(about)}, sismuni: {_quoted(facts)}}})"
            )


def _fill(base: Any, table: Table) -> None:
    typed = ", ".join(f'"{name}" {_TYPES[kind]}' for name, kind in table.columns)
    base.execute(f"CREATE OR REPLACE TABLE layer ({typed}, geometry BLOB)")
    rows = [
        (*row, None if shape is None or shape.is_empty else shapely.to_wkb(shape))
        for row, shape in zip(table.rows, table.shapes, strict=True)
    ]
    marks = f"({', '.join('?' * (len(table.columns) + 1))})"
    for first in range(0, len(rows), _AT_ONCE):
        some = rows[first : first + _AT_ONCE]
        values = [value for row in some for value in row]
        base.execute(f"INSERT INTO layer VALUES {', '.join([marks] * len(some))}", values)


def _quoted(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"


_CONFIG: dict[str, Any] = {
    "autoinstall_known_extensions": False,
    "autoload_known_extensions": False,
    "threads": 1,
    "memory_limit": "256MB",
}


def _about(table: Table) -> dict[str, Any]:
    shapes = [shape for shape in table.shapes if shape is not None and not shape.is_empty]
    column: dict[str, Any] = {
        "encoding": "WKB",
        "geometry_types": sorted({shape.geom_type for shape in shapes}),
    }
    if box := table.bounds:
        column["bbox"] = list(box)
    return {"version": "1.1.0", "primary_column": "geometry", "columns": {"geometry": column}}
