"""The report of an import: what checking found, as it is kept with the batch and shown."""

from collections.abc import Sequence
from typing import Any

from app.errors import Refusal, RowError
from app.records.imports import ImportBatch

ERRORS_KEPT = 500
NOTICES_KEPT = 100


def of(batch: ImportBatch, checked: Any) -> dict[str, Any]:
    """What checking found, as it is kept and shown."""
    skipped = checked.found.count if batch.options.get("skip_errors") else 0
    return {
        "rows": checked.rows,
        "error_count": checked.found.count,
        "errors": [_row(error) for error in _in_order(checked.found.errors)[:ERRORS_KEPT]],
        "notices": [
            {"message": n.message, "params": dict(n.params), "row": n.row}
            for n in checked.found.notices[:NOTICES_KEPT]
        ],
        "counts": checked.counts,
        "summary": checked.summary,
        "skipped": skipped,
        "publishable": checked.found.count == skipped < checked.rows,
    }


def _in_order(errors: Sequence[RowError]) -> list[RowError]:
    return sorted(errors, key=lambda error: error.row or 0)


def _row(error: RowError) -> dict[str, Any]:
    names = ("row", "field", "value", "message", "remedy")
    return {name: getattr(error, name) for name in names}


def of_refusal(refusal: Refusal) -> dict[str, Any]:
    params = refusal.params
    likely = getattr(refusal, "suggestions", ())
    return {
        "rows": 0,
        "error_count": max(1, len(refusal.rows)),
        "errors": [_row(error) for error in refusal.rows[:ERRORS_KEPT]],
        "notices": [],
        "counts": {},
        "summary": {},
        "publishable": False,
        "refusal": {
            "kind": type(refusal).__name__,
            "message": str(refusal),
            "remedy": refusal.remedy.format(**params) if params else refusal.remedy,
            "field": refusal.field,
            "epsg": likely[0].epsg if likely else None,
        },
    }
