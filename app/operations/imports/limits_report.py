"""What a layer of limits is like: the rows that cannot be taken, and its measures."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import shapely

from app.errors import RowError
from app.gis import coverage
from app.operations.imports.asked import Found

SHOWN = 100


def refuse_rows(
    checked: coverage.Checked,
    wanted: Sequence[str | None],
    columns: Mapping[str, str],
    found: Found,
) -> None:
    refused = set(found.refused)
    empty = shapely.is_missing(checked.geometries) | shapely.is_empty(checked.geometries)
    for row in np.flatnonzero(empty).tolist():
        if row + 1 not in refused:
            found.refuse_row(
                RowError(
                    row + 1,
                    "geometry",
                    "La fila no tiene geometría."
                    if wanted[row] not in checked.report.lost
                    else "La geometría no se pudo reparar.",
                    wanted[row] or "",
                    "Complete su polígono, o elija «dejar fuera las filas con errores».",
                )
            )
    for duplicate in checked.report.duplicate_codes:
        for row in duplicate.rows[1:]:
            found.refuse_row(
                RowError(
                    row,
                    columns["code"],
                    f"El código ya está en la fila {duplicate.rows[0]}.",
                    duplicate.codes[0],
                    "Deje una sola fila por código; si tiene varias partes, únalas.",
                )
            )


def summary(report: coverage.Report) -> dict[str, Any]:
    """The report as it is kept: how many and how large, the largest one by one."""
    return {
        "rows": report.rows,
        "nulls": list(report.nulls[:SHOWN]),
        "null_count": len(report.nulls),
        "repair_count": len(report.repairs),
        "repairs": [
            {"row": r.row, "code": r.code, "reason": r.reason, "change_m2": round(r.change_m2, 2)}
            for r in report.repairs[:SHOWN]
        ],
        "overlap_count": len(report.overlaps),
        "overlap_m2": round(report.overlap_m2, 2),
        "overlaps": [
            {
                "codes": [o.code_a, o.code_b],
                "m2": round(o.area_m2, 2),
                "sliver": o.sliver,
                "at": [round(o.lon, 5), round(o.lat, 5)],
            }
            for o in report.overlaps[:SHOWN]
        ],
        "gap_count": len(report.gaps),
        "gap_m2": round(report.gap_m2, 2),
        "gaps": [
            {
                "codes": list(g.codes),
                "m2": round(g.area_m2, 2),
                "sliver": g.sliver,
                "at": [round(g.lon, 5), round(g.lat, 5)],
            }
            for g in report.gaps[:SHOWN]
        ],
        "sliver_count": sum(o.sliver for o in report.overlaps) + sum(g.sliver for g in report.gaps),
        "sliver_m2": round(report.sliver_m2, 2),
        "unmatched": list(report.unmatched[:SHOWN]),
        "same_shape": [list(d.codes) for d in report.duplicate_shapes[:SHOWN]],
        "area_m2": round(report.area_m2),
    }
