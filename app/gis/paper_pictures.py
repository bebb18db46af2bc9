"""Map pictures on paper: which tiles a sheet needs, and where each lies on it.

A tile is small beside the curve of any projection of a district: its place is told by three of
its corners.
"""

import base64
import math
from collections.abc import Sequence
from dataclasses import dataclass

import shapely

from app.gis.crs import Bounds
from app.gis.plane import Plane
from app.gis.vector_tiles import Tile, latitude_of

LEAST = 25.0
"""Millimetres of paper that a tile takes at least: finer would be more than a printer shows."""
MOST = 120
_OVER = 0.003  # of its side: so much a tile lies over the next, so that no seam shows


@dataclass(frozen=True, slots=True)
class Laid:
    """A picture and the matrix that lays its unit square on the sheet, in millimetres."""

    body: bytes
    media_type: str
    matrix: tuple[float, float, float, float, float, float]

    @property
    def svg(self) -> str:
        """The same, as SVG holds it."""
        data = base64.b64encode(self.body).decode("ascii")
        numbers = " ".join(f"{each:.4f}" for each in self.matrix)
        side = 1 + _OVER
        return (
            f'<image width="{side}" height="{side}" preserveAspectRatio="none" '
            f'transform="matrix({numbers})" href="data:{self.media_type};base64,{data}"/>'
        )


def tiles_of(plane: Plane, zooms: Sequence[int], box: Bounds) -> list[Tile]:
    """The tiles that cover a sheet where there are pictures, as fine as paper shows."""
    edge = shapely.segmentize(shapely.box(0, 0, plane.width, plane.height), plane.width / 10)
    around = [plane.degrees(x, y) for x, y in shapely.get_coordinates(edge)]
    lons, lats = zip(*around, strict=True)
    west, east = max(min(lons), box.west), min(max(lons), box.east)
    south, north = max(min(lats), box.south), min(max(lats), box.north)
    if west >= east or south >= north:
        return []
    for z in sorted(zooms, reverse=True):
        left, top = _at(z, west, north)
        right, bottom = _at(z, east, south)
        many = (right - left + 1) * (bottom - top + 1)
        if many <= MOST and (_millimetres(plane, Tile(z, left, top)) >= LEAST or z == min(zooms)):
            return [Tile(z, x, y) for y in range(top, bottom + 1) for x in range(left, right + 1)]
    return []


def matrix_of(plane: Plane, tile: Tile) -> tuple[float, float, float, float, float, float]:
    """The matrix that lays the unit square of a tile on a sheet."""
    side = 1 << tile.z
    corners = [
        shapely.Point((tile.x + x) / side * 360 - 180, latitude_of((tile.y + y) / side))
        for x, y in ((0, 0), (1, 0), (0, 1))
    ]
    first, right, down = plane.placed(corners)
    return (
        *(right.x - first.x, right.y - first.y),
        *(down.x - first.x, down.y - first.y),
        *(first.x, first.y),
    )


def _millimetres(plane: Plane, tile: Tile) -> float:
    across = matrix_of(plane, tile)
    return math.hypot(across[0], across[1])


def _at(z: int, lon: float, lat: float) -> tuple[int, int]:
    side = 1 << z
    x = (lon + 180) / 360 * side
    y = (1 - math.asinh(math.tan(math.radians(lat))) / math.pi) / 2 * side
    return int(min(max(x, 0), side - 1)), int(min(max(y, 0), side - 1))
