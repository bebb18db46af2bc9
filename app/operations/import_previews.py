"""The map of a file that was checked, kept as long as somebody may look at it.

It is a cache beside the store: nothing of it is a record, and without it the page has its
tables. Of many points a part is drawn, those with errors first; shapes are simplified with
their shared borders.
"""

import gzip
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import UUID

import numpy as np
import shapely

from app.gis import geojson, simplify
from app.gis.crs import Bounds, Geometries
from app.gis.geojson import Feature

MOST_POINTS = 8_000
KEPT_S = 30 * 24 * 3600
NEW, STANDING, REFUSED = 1, 2, 3
"""A place that is not there yet; one that is; a row that cannot be taken as it is."""


@dataclass(frozen=True, slots=True)
class Drawn:
    """Shapes (EPSG:4326, None where there is none) with a code, a name and a state each."""

    shapes: Geometries
    codes: Sequence[str]
    names: Sequence[str]
    states: Sequence[int]


def keep(home: Path, uuid: UUID, drawn: Drawn) -> dict[str, Any] | None:
    """Keep the map of a file; its box and how much of it is drawn. None where nothing can be."""
    placed = ~(shapely.is_missing(drawn.shapes) | shapely.is_empty(drawn.shapes))
    there = np.flatnonzero(placed)
    if not len(there):
        return None
    shown = _chosen(there, np.asarray(drawn.states))
    box = Bounds(*shapely.total_bounds(drawn.shapes[there]).tolist())
    shapes = simplify.simplified(drawn.shapes[shown], simplify.tolerance_for(box))
    features = [
        Feature(
            shape,
            {"code": str(row), "name": f"{drawn.names[row]} ({drawn.codes[row]})",
             "value": drawn.states[row]},
            str(row),
        )
        for row, shape in zip(shown.tolist(), shapes, strict=True)
    ]  # fmt: skip
    folder = home / "cache"
    folder.mkdir(parents=True, exist_ok=True)
    _forget_old(folder)
    path = _path(home, uuid)
    part = path.with_suffix(".part")
    part.write_bytes(gzip.compress(geojson.feature_collection(features, 5), 6, mtime=0))
    part.replace(path)
    return {
        "box": [box.west, box.south, box.east, box.north],
        "shown": len(shown),
        "placed": len(there),
        "points": bool((shapely.get_dimensions(shapes) == 0).all()),
    }


def _chosen(there: np.ndarray, states: np.ndarray) -> np.ndarray:
    """The rows to draw: all of them, or of too many points every so many, errors always."""
    if len(there) <= MOST_POINTS:
        return there
    wrong = there[states[there] == REFUSED][:MOST_POINTS]
    rest = there[states[there] != REFUSED]
    step = max(1, -(-len(rest) // max(1, MOST_POINTS - len(wrong))))
    return np.sort(np.concatenate([wrong, rest[::step]]))


def read(home: Path, uuid: UUID) -> bytes | None:
    """The compressed GeoJSON of a file's map, if it is still kept."""
    try:
        return _path(home, uuid).read_bytes()
    except OSError:
        return None


def _path(home: Path, uuid: UUID) -> Path:
    return home / "cache" / f"import-{uuid}.geojson.gz"


def _forget_old(folder: Path) -> None:
    before = time.time() - KEPT_S
    for path in folder.glob("import-*.geojson.gz"):
        if path.stat().st_mtime < before:
            path.unlink(missing_ok=True)
