"""Several shapes as one that every store can read."""

from collections.abc import Sequence
from typing import Any

import shapely
from shapely.geometry import (
    LineString,
    MultiLineString,
    MultiPoint,
    MultiPolygon,
    Point,
    Polygon,
)
from shapely.geometry.base import BaseGeometry

SEVERAL: dict[type, Any] = {
    Point: MultiPoint,
    LineString: MultiLineString,
    Polygon: MultiPolygon,
}


def joined(shapes: Sequence[BaseGeometry]) -> BaseGeometry | None:
    """One shape of all; shapes of several kinds become a point each, none is None.

    A mixed collection would not pass GeoAlchemy2 0.20 on SQLite, which reads no WKT of one.
    """
    if len(shapes) < 2:
        return shapes[0] if shapes else None
    parts = shapely.get_parts(shapes).tolist()
    for kind, several in SEVERAL.items():
        if all(isinstance(part, kind) for part in parts):
            found: BaseGeometry = several(parts)
            return found
    return MultiPoint([shape.representative_point() for shape in shapes])
