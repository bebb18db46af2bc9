"""Boundaries light enough for a telephone, with the shared borders still shared."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import shapely

from app.gis import geojson
from app.gis.crs import Bounds, Geometries
from app.gis.geojson import Feature

_LEAST_TOLERANCE = 0.0001
_STEPS_ACROSS = 2_000
# Degrees, about the ten metres that ``app.gis.coverage`` calls a sliver.
_SLIVER_WIDTH = 0.0001


def tolerance_for(bounds: Bounds) -> float:
    """Tolerance in degrees that no screen of 2,000 points shows; at least some ten metres."""
    across = max(bounds.east - bounds.west, bounds.north - bounds.south)
    return max(across / _STEPS_ACROSS, _LEAST_TOLERANCE)


def simplified(geometries: Geometries, tolerance: float) -> Geometries:
    """Fewer vertices, moved by about ``tolerance`` degrees at most; no strip opens between.

    Borders that do not match are first made to match (strips go to the neighbour with the
    longest border), so that they are simplified once and not twice. Points and lines come
    back as they are; ``None`` stays.
    """
    result = np.array([*geometries, None], dtype=object)[:-1]
    areal = np.flatnonzero(
        ~(shapely.is_missing(result) | shapely.is_empty(result))
        & (shapely.get_dimensions(result) == 2)
        & shapely.is_valid(result)
    )
    if not len(areal):
        return result
    shapes = result[areal]
    if not shapely.coverage_is_valid(shapes):
        shapes = _matched(shapes)
    result[areal] = shapely.coverage_simplify(shapes, tolerance)
    return result


def _matched(shapes: Geometries) -> Geometries:
    """The shapes with common nodes; one that cleaning would swallow whole stays as it was."""
    # The published stubs are of shapely 2.1; the function came with 2.2.
    clean: Any = shapely.coverage_clean  # type: ignore[attr-defined]
    result: Geometries = np.array(clean(shapes, gap_width=_SLIVER_WIDTH), dtype=object)
    swallowed = shapely.is_empty(result) | shapely.is_missing(result)
    result[swallowed] = shapes[swallowed]
    return result


def simplified_collection(
    codes: Sequence[str],
    geometries: Geometries,
    properties: Sequence[Mapping[str, Any]],
    tolerance: float,
    decimals: int = 4,
) -> bytes:
    """The simplified layer as a GeoJSON FeatureCollection, each feature under its code.

    Four decimals are eleven metres: enough for a map of a region; five for a district.
    """
    shapes = simplified(geometries, tolerance)
    return geojson.feature_collection(
        (
            Feature(shape, {"code": code, **more}, code)
            for code, shape, more in zip(codes, shapes, properties, strict=True)
        ),
        decimals,
    )
