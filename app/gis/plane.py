"""A sheet of paper as a plane: which projection, which scale, where a degree falls in millimetres.

A district is drawn in its own zone of UTM, whatever is wider in a transverse Mercator about
its middle: both keep shapes. The scale is a round number, so that a ruler serves; the bar
tells metres of the ellipsoid at the middle of the sheet, not of the plane.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import shapely
from numpy.typing import NDArray
from pyproj import Geod
from shapely.geometry.base import BaseGeometry

from app.gis.crs import STORED, Bounds, Geometries, transformer, utm_epsg

_ELLIPSOID = Geod(ellps="WGS84")
_WIDEST_UTM = 4.0  # degrees from side to side that one zone may hold
_ROUND = (1.0, 1.1, 1.2, 1.3, 1.4, 1.5, 1.75, 2.0, 2.25, 2.5, 2.75, 3.0, 3.5, 4.0, 4.5, 5.0, 5.5,
          6.0, 6.5, 7.0, 7.5, 8.0, 9.0, 10.0)  # fmt: skip
_BAR = (1.0, 2.0, 4.0, 5.0)
_STEPS = (
    *(at / 3600 for at in (10, 20, 30, 60, 120, 300, 600, 900, 1200, 1800)),
    1.0,
    2.0,
    5.0,
    10.0,
)
_LINES_ACROSS = 6
_LEAST_METRES = 2_000.0  # of a sheet: one house is not drawn to the size of a room
_ALONG = 25  # vertices of a meridian: enough for its curve


@dataclass(frozen=True, slots=True)
class Plane:
    """A frame of ``width`` by ``height`` millimetres at 1:``scale``; y grows downwards.

    ``west`` and ``north`` are its upper left corner in metres of the projection; ``epsg`` is 0
    where the projection has no code.
    """

    crs: str
    epsg: int
    scale: int
    width: float
    height: float
    west: float
    north: float

    def placed(self, shapes: Sequence[BaseGeometry | None] | Geometries) -> Geometries:
        """Shapes in degrees as millimetres of the frame; ``None`` stays."""
        change, step = transformer(STORED, self.crs), self.scale / 1_000

        def vertices(xy: NDArray[np.float64]) -> NDArray[np.float64]:
            east, north = change.transform(xy[:, 0], xy[:, 1])
            return np.column_stack([(east - self.west) / step, (self.north - north) / step])

        given = np.empty(len(shapes), dtype=object)
        given[:] = list(shapes)
        moved: Geometries = np.asarray(shapely.transform(given, vertices), dtype=object)
        return moved

    def degrees(self, x: float, y: float) -> tuple[float, float]:
        """Longitude and latitude of a point of the frame."""
        step = self.scale / 1_000
        east, north = self.west + x * step, self.north - y * step
        lon, lat = transformer(self.crs, STORED).transform(east, north)
        return float(lon), float(lat)

    @property
    def metres_a_millimetre(self) -> float:
        """True metres of the ground under a millimetre across the middle."""
        middle = self.degrees(self.width / 2, self.height / 2)
        beside = self.degrees(self.width / 2 + 10, self.height / 2)
        return float(_ELLIPSOID.inv(*middle, *beside)[2]) / 10

    @property
    def north_turn(self) -> float:
        """How far true north leans from straight up at the middle, in degrees clockwise."""
        lon, lat = self.degrees(self.width / 2, self.height / 2)
        here, there = self.placed([shapely.Point(lon, lat), shapely.Point(lon, lat + 0.01)])
        return math.degrees(math.atan2(there.x - here.x, here.y - there.y))

    def bar(self, widest: float) -> tuple[float, float]:
        """Millimetres and metres of a scale bar no longer than ``widest`` millimetres."""
        most = widest * self.metres_a_millimetre
        ten = 10.0 ** math.floor(math.log10(most))
        metres = max(step * ten for step in _BAR if step * ten <= most)
        return metres / self.metres_a_millimetre, metres


def fitted(bounds: Bounds, width: float, height: float) -> Plane:
    """The frame of so many millimetres that holds a box of degrees, the box in its middle."""
    crs, epsg = _projection(bounds)
    edge = shapely.segmentize(shapely.box(*bounds), max(_span(bounds) / 20, 1e-6))
    xy = shapely.get_coordinates(edge)
    east, north = transformer(STORED, crs).transform(xy[:, 0], xy[:, 1])
    across = max(float(np.ptp(east)), _LEAST_METRES)
    along = max(float(np.ptp(north)), _LEAST_METRES)
    scale = _rounded(max(across / width, along / height) * 1_000)
    step = scale / 1_000
    middle = (float(east.max() + east.min()) / 2, float(north.max() + north.min()) / 2)
    return Plane(
        *(crs, epsg, scale, width, height),
        *(middle[0] - width * step / 2, middle[1] + height * step / 2),
    )


@dataclass(frozen=True, slots=True)
class GridLine:
    """A meridian (``upright``) or parallel in degrees, as millimetres inside the frame."""

    degrees: float
    upright: bool
    line: tuple[tuple[float, float], ...]


def grid(plane: Plane) -> tuple[GridLine, ...]:
    """The meridians and parallels of a frame, at round degrees or minutes."""
    edge = shapely.segmentize(shapely.box(0, 0, plane.width, plane.height), plane.width / 10)
    around = [plane.degrees(x, y) for x, y in shapely.get_coordinates(edge)]
    lons, lats = zip(*around, strict=True)
    west, south, east, north = min(lons), min(lats), max(lons), max(lats)
    step = _step(max(east - west, north - south))
    frame = shapely.box(0, 0, plane.width, plane.height)
    found = []
    for upright, low, high in ((True, west, east), (False, south, north)):
        other = np.linspace(*((south, north) if upright else (west, east)), _ALONG)
        for each in np.arange(math.ceil(low / step), math.floor(high / step) + 1) * step:
            fixed = np.full(_ALONG, each)
            xy = np.column_stack([fixed, other] if upright else [other, fixed])
            (line,) = plane.placed([shapely.LineString(xy)])
            inside = shapely.intersection(line, frame)
            if inside.geom_type == "LineString" and inside.length > 1:
                points = tuple((float(x), float(y)) for x, y in inside.coords)
                found.append(GridLine(float(each), upright, points))
    return tuple(found)


def _projection(bounds: Bounds) -> tuple[str, int]:
    lon, lat = (bounds.west + bounds.east) / 2, (bounds.south + bounds.north) / 2
    if _span(bounds) <= _WIDEST_UTM:
        epsg = utm_epsg(lon, lat)
        return f"EPSG:{epsg}", epsg
    return f"+proj=tmerc +lat_0=0 +lon_0={lon:.2f} +k=0.9996 +ellps=WGS84 +units=m", 0


def _span(bounds: Bounds) -> float:
    return max(bounds.east - bounds.west, bounds.north - bounds.south)


def _rounded(least: float) -> int:
    """The next round number upwards."""
    ten = 10.0 ** math.floor(math.log10(least))
    return round(next(step for step in _ROUND if step * ten >= least * 0.9999) * ten)


def _step(span: float) -> float:
    wanted = span / _LINES_ACROSS
    return next((step for step in _STEPS if step >= wanted), _STEPS[-1])
