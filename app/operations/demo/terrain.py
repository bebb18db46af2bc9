"""The land of the demonstration: an invented border, a river, and shapes near a village.

Everything comes from sines and rounded to five decimals of a degree (about a metre), so
that it is the same on every machine.
"""

import math
from random import Random
from typing import Any

from shapely.geometry import MultiPolygon, Polygon

Position = tuple[float, float]
Geometry = dict[str, Any]

CENTRE = (-75.40, -9.55)
KM_EAST, KM_NORTH = 1 / 109.77, 1 / 110.6  # degrees a kilometre at this latitude
HALF_EAST, HALF_NORTH = 30.0, 22.5  # kilometres
WAVES = ((0.07, 3, 1.0), (0.05, 5, 2.3), (0.03, 9, 0.7), (0.016, 17, 0.4), (0.009, 31, 1.9))
VERTICES = 240


def at(east_km: float, north_km: float, origin: Position = CENTRE) -> Position:
    """The place so many kilometres east and north of another."""
    return round(origin[0] + east_km * KM_EAST, 5), round(origin[1] + north_km * KM_NORTH, 5)


def border() -> MultiPolygon:
    """The limits of the district: an ellipse that waves."""
    ring = []
    for step in range(VERTICES):
        angle = 2 * math.pi * step / VERTICES
        wave = 1 + sum(size * math.sin(times * angle + turn) for size, times, turn in WAVES)
        ring.append(at(HALF_EAST * wave * math.cos(angle), HALF_NORTH * wave * math.sin(angle)))
    return MultiPolygon([Polygon(ring)])


def river(near: Position, length_km: float = 6.0) -> Geometry:
    """The stretch of the river Killa that passes a village."""
    north = (near[1] - CENTRE[1]) / KM_NORTH
    half = length_km / 2
    steps = [north - half + length_km * each / 12 for each in range(13)]
    return line([at(_river_east(each), each) for each in steps])


def _river_east(north_km: float) -> float:
    return -4 + 5 * math.sin(north_km / 7) + 2 * math.sin(north_km / 2.6)


def point(near: Position, random: Random, most_km: float = 1.2) -> Geometry:
    """A place not far from a village."""
    east, north = random.uniform(-most_km, most_km), random.uniform(-most_km, most_km)
    return {"type": "Point", "coordinates": list(at(east, north, near))}


def way(near: Position, to: Position, random: Random, share: float = 0.35) -> Geometry:
    """A winding stretch of the way from a village towards another place."""
    vertices = []
    for step in range(7):
        part = share * step / 6
        vertices.append(
            (
                round(near[0] + (to[0] - near[0]) * part + random.uniform(-0.0012, 0.0012), 5),
                round(near[1] + (to[1] - near[1]) * part + random.uniform(-0.0012, 0.0012), 5),
            )
        )
    return line(vertices)


def patch(near: Position, random: Random, radius_km: float = 0.5) -> Geometry:
    """A rounded area beside a village."""
    middle = at(random.uniform(-0.9, 0.9), random.uniform(-0.9, 0.9), near)
    ring = []
    for step in range(10):
        angle = 2 * math.pi * step / 10
        reach = radius_km * random.uniform(0.7, 1.25)
        ring.append(at(reach * math.cos(angle), reach * math.sin(angle), middle))
    return {"type": "Polygon", "coordinates": [[list(p) for p in (*ring, ring[0])]]}


def line(vertices: list[Position]) -> Geometry:
    """A line through these places."""
    return {"type": "LineString", "coordinates": [list(vertex) for vertex in vertices]}


def distance_km(one: Position, other: Position) -> float:
    """Roughly, on the flat: the district is small."""
    east = (one[0] - other[0]) / KM_EAST
    north = (one[1] - other[1]) / KM_NORTH
    return math.hypot(east, north)


def shape(kind: str, near: Position, to: Position, random: Random) -> Geometry | None:
    """A point, a line or an area near a village; nothing for a thing without a place."""
    if kind == "point":
        return point(near, random)
    if kind == "line":
        return way(near, to, random)
    return patch(near, random) if kind == "polygon" else None
