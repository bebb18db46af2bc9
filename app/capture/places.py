"""Places as answers: GeoJSON geometries in degrees, read strictly and written in one way.

Whether a place stands inside its district is for the room of geometry to say.
"""

import json
import math
from collections.abc import Mapping
from typing import Any

from app.capture.fields import Text

Geometry = dict[str, Any]

MOST_VERTICES = 5_000
SHAPES = {"point": "Point", "line": "LineString", "polygon": "Polygon"}
_DECIMALS = 7  # of a degree: a centimetre


class Unreadable(Exception):
    """What was given is not an answer to this question."""

    def __init__(self, es: str, en: str) -> None:
        super().__init__(es)
        self.text = Text(es, en)


def read_geometry(raw: Any, kinds: tuple[str, ...]) -> Geometry:
    """Read a point, line or polygon of degrees, given as GeoJSON or its text.

    A ring that does not close is closed; heights are left out.

    Raises
    ------
    Unreadable
        It is another shape, too long, or not on the Earth.
    """
    wrong = Unreadable(
        "No se entiende el lugar. Márquelo otra vez en el mapa.",
        "The place cannot be read. Mark it on the map again.",
    )
    if isinstance(raw, str):
        try:
            raw = json.loads(raw) if len(raw) <= 64 * MOST_VERTICES else None
        except (ValueError, RecursionError) as broken:
            raise wrong from broken
    if not isinstance(raw, Mapping):
        raise wrong
    kind, at = raw.get("type"), raw.get("coordinates")
    if kind not in {SHAPES[k] for k in kinds}:
        raise wrong
    if kind == "Point":
        return {"type": kind, "coordinates": _position(at, wrong)}
    if kind == "LineString":
        return {"type": kind, "coordinates": _positions(at, 2, wrong)}
    if not isinstance(at, list | tuple) or not 1 <= len(at) <= 50:
        raise wrong
    rings = [_ring(ring, wrong) for ring in at]
    if sum(map(len, rings)) > MOST_VERTICES:
        raise wrong
    return {"type": kind, "coordinates": rings}


def _ring(raw: Any, wrong: Unreadable) -> list[list[float]]:
    ring = _positions(raw, 3, wrong)
    if ring[0] != ring[-1]:
        ring.append(list(ring[0]))
    if len(ring) < 4:
        raise wrong
    return ring


def _positions(raw: Any, fewest: int, wrong: Unreadable) -> list[list[float]]:
    if not isinstance(raw, list | tuple) or not fewest <= len(raw) <= MOST_VERTICES:
        raise wrong
    return [_position(position, wrong) for position in raw]


def _position(raw: Any, wrong: Unreadable) -> list[float]:
    if not isinstance(raw, list | tuple) or not 2 <= len(raw) <= 4:
        raise wrong
    if not all(isinstance(v, int | float) and not isinstance(v, bool) for v in raw[:2]):
        raise wrong
    if not all(abs(v) <= limit for v, limit in zip(raw[:2], (180, 90), strict=True)):
        raise wrong
    return [_short(raw[0]), _short(raw[1])]


def _short(degrees: float) -> float:
    """Seven decimals; whole degrees as integers, so that 1 and 1.0 are written alike."""
    value = round(float(degrees), _DECIMALS)
    return int(value) if value == math.floor(value) else value


def trace(geometry: Geometry) -> str:
    """Write a geometry as XForms does: ``lat lon height accuracy`` a vertex; the outer ring."""
    at: Any = geometry["coordinates"]
    if geometry["type"] == "Point":
        at = [at]
    elif geometry["type"] == "Polygon":
        at = at[0]
    return "; ".join(f"{lat} {lon} 0 0" for lon, lat in at)
