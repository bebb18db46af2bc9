"""Places as people may type them: ``latitud, longitud``, one point a line.

The text twin of the map in a form, for a keyboard, a screen reader, or a browser
without scripts. Latitude first, as a GPS shows it; GeoJSON has longitude first.
"""

import math
import re
from typing import Any

from app.errors import Invalid

Geometry = dict[str, Any]

_POINTS_NEEDED = {"point": 1, "line": 2, "polygon": 3}
_NUMBER = re.compile(r"[-+]?\d+(?:\.\d+)?")
_DECIMAL_COMMA = re.compile(r"(\d),(\d)")


def vertices(geometry: Geometry | None) -> str:
    """Write a simple GeoJSON geometry as lines of ``lat, lon``; several parts stay out."""
    if not geometry:
        return ""
    at = geometry.get("coordinates", [])
    match geometry.get("type"):
        case "Point":
            points = [at]
        case "LineString":
            points = at
        case "Polygon":
            points = at[0][:-1]
        case _:
            points = []
    return "\n".join(f"{lat:.6f}, {lon:.6f}" for lon, lat, *_ in points)


def geometry(text: str, kind: str) -> Geometry | None:
    """Read typed lines as a GeoJSON geometry; None where nothing was typed.

    ``kind`` is point, line, polygon, or any, which the number of lines decides: one is
    a point, two a line, and more a line too, since nobody said that it closes.

    Raises
    ------
    Invalid
        A line is not two numbers of degrees, or there are too few or too many of them.
    """
    points = [_point(line, n) for n, line in enumerate(text.splitlines(), 1) if line.strip()]
    if not points:
        return None
    if kind == "any":
        kind = "point" if len(points) == 1 else "line"
    needed = _POINTS_NEEDED[kind]
    if len(points) < needed or (kind == "point" and len(points) > 1):
        raise Invalid(
            "Hay {given} puntos y aquí van {needed}.",
            remedy="Escriba un punto por línea: un lugar lleva 1, una línea 2 o más, un área 3.",
            given=len(points),
            needed=needed,
        )
    if kind == "point":
        return {"type": "Point", "coordinates": points[0]}
    if kind == "line":
        return {"type": "LineString", "coordinates": points}
    return {"type": "Polygon", "coordinates": [[*points, points[0]]]}


def _point(line: str, row: int) -> list[float]:
    text = line
    if text.count(",") > 1:  # decimal commas, as in "-9,93; -76,24"
        text = _DECIMAL_COMMA.sub(r"\1.\2", text)
    numbers = [float(found) for found in _NUMBER.findall(text)]
    if len(numbers) != 2 or not _on_earth(*numbers):
        raise Invalid(
            "No se entiende la línea {row}: «{line}».",
            remedy="Escriba latitud y longitud en grados, como -9.93, -76.24.",
            row=row,
            line=line.strip()[:60],
        )
    return [numbers[1], numbers[0]]


def _on_earth(lat: float, lon: float) -> bool:
    return math.isfinite(lat) and math.isfinite(lon) and abs(lat) <= 90 and abs(lon) <= 180
