"""GeoParquet 1.1 of one layer, written by DuckDB: WKB in degrees, its box in the metadata.

Reference: GeoParquet 1.1.0; without a ``crs`` the coordinates are OGC:CRS84, longitude first.
"""

import json
from pathlib import Path
from typing import Any

import shapely

from app.gis.outgoing import Table

_TYPES = {str: "VARCHAR", int: "BIGINT", float: "DOUBLE"}


def write(table: Table, path: Path) -> None:
    """Write the file; nothing is fetched, and no other file is looked at."""
    # Some seventy megabytes that a server which writes no such file need not carry.
    import duckdb  # noqa: PLC0415

    names = [name for name, _ in table.columns]
    typed = ", ".join(f'"{name}" {_TYPES[kind]}' for name, kind in table.columns)
    with duckdb.connect(":memory:", config=_CONFIG) as base:
        base.execute(f"CREATE TABLE layer ({typed}, geometry BLOB)")
        rows = [
            [*row, None if shape is None or shape.is_empty else shapely.to_wkb(shape)]
            for row, shape in zip(table.rows, table.shapes, strict=True)
        ]
        if rows:
            marks = ", ".join("?" * (len(names) + 1))
            base.executemany(f"INSERT INTO layer VALUES ({marks})", rows)
        about = json.dumps(_about(table), ensure_ascii=False).replace("'", "''")
        facts = json.dumps(dict(table.facts), ensure_ascii=False).replace("'", "''")
        target = path.as_posix().replace("'", "''")
        base.execute(
            f"COPY layer TO '{target}' (FORMAT parquet, COMPRESSION zstd, "
            f"KV_METADATA {{geo: '{about}', sismuni: '{facts}'}})"
        )


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
