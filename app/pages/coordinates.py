"""Places as people may type them: ``latitud, longitud``, one point a line.

The text twin of the map in a form, for a keyboard, a screen reader, or a browser
without scripts. Latitude first, as a GPS shows it; GeoJSON has longitude first.
"""

import math
import re
from collections.abc import Collection
from typing import Any

from app.errors import Invalid

Geometry = dict[str, Any]

_NEEDED = {"point": 1, "line": 2, "polygon": 3}
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


def geometry(text: str, kinds: Collection[str] = ("point", "line", "polygon")) -> Geometry | None:
    """Read typed lines as a GeoJSON geometry; None where nothing was typed.

    ``kinds`` are the shapes allowed: point, line, polygon. Where several are, one line is
    a point and more are a line before an area, since nobody said that it closes.

    Raises
    ------
    Invalid
        A line is not two numbers of degrees, or there are too few or too many of them.
    """
    points = [_point(line, n) for n, line in enumerate(text.splitlines(), 1) if line.strip()]
    if not points:
        return None
    kind = next((k for k in _NEEDED if k in kinds and _fits(k, len(points))), None)
    match kind:
        case "point":
            return {"type": "Point", "coordinates": points[0]}
        case "line":
            return {"type": "LineString", "coordinates": points}
        case "polygon":
            return {"type": "Polygon", "coordinates": [[*points, points[0]]]}
        case _:
            raise Invalid(
                "Con {given} puntos no se puede dibujar lo que aquí se pide.",
                remedy="Escriba un punto por línea: un lugar lleva 1, una línea 2 o más, "
                "un área 3 o más.",
                given=len(points),
            )


def _fits(kind: str, count: int) -> bool:
    return count == 1 if kind == "point" else count >= _NEEDED[kind]


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
