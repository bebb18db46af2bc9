"""The spatial functions of the embedded store, on Shapely, pyproj and numpy alone.

GeoAlchemy2's SQLite dialect emits these names; stock ``sqlite3`` calls the Python
below. Shapes are little-endian EWKB blobs. The table says how equal each one is to
PostGIS, and ``tests/store/test_spatial_equality.py`` holds it:

=====================  =========================================
function               equality with PostGIS
=====================  =========================================
ST_Intersects          exact
ST_Contains            exact
ST_Within              exact
ST_Centroid            1e-9 degrees
ST_PointOnSurface      inside the shape (the point may differ)
ST_X ST_Y              exact
ST_Area metres         1e-4 relative (ellipsoid)
ST_Distance metres     1e-4 relative (ellipsoid)
ST_Union               topological
=====================  =========================================

They never stand in a CHECK, an index expression or a view, so that any other
program can open the file.
"""

import sqlite3
from collections.abc import Callable
from functools import lru_cache, wraps
from typing import Any

import shapely
from pyproj import Geod
from shapely.geometry.base import BaseGeometry

GEOD = Geod(ellps="WGS84")


@lru_cache(maxsize=4096)
def _shape(blob: bytes) -> BaseGeometry:
    return shapely.from_wkb(blob)


@lru_cache(maxsize=1024)
def _prepared(blob: bytes) -> BaseGeometry:
    shape = shapely.from_wkb(blob)
    shapely.prepare(shape)
    return shape


def ewkb(shape: BaseGeometry, srid: int = 4326) -> bytes:
    """The bytes a shape is stored as, on both stores."""
    blob: bytes = shapely.to_wkb(shapely.set_srid(shape, srid), include_srid=True)
    return blob


def _from_ewkt(text: str) -> bytes:
    srid, _, wkt = text.rpartition(";")
    return ewkb(shapely.from_wkt(wkt), int(srid.upper().removeprefix("SRID=") or 4326))


def _from_wkb(blob: bytes | str, srid: int | None = None) -> bytes:
    shape = shapely.from_wkb(blob)
    return ewkb(shape, srid or int(shapely.get_srid(shape)) or 4326)


def _area_m2(blob: bytes) -> float:
    return abs(float(GEOD.geometry_area_perimeter(_shape(blob))[0]))


def _distance_m(one: bytes, other: bytes) -> float:
    near = shapely.get_coordinates(shapely.shortest_line(_shape(one), _shape(other)))
    return float(GEOD.inv(*near[0], *near[1])[2])


def _derived(make: Callable[[BaseGeometry], BaseGeometry]) -> Callable[[bytes], bytes]:
    return lambda blob: ewkb(make(_shape(blob)), int(shapely.get_srid(_shape(blob))))


def _predicate(name: str) -> Callable[[bytes, bytes], int]:
    test = getattr(shapely, name)
    return lambda one, other: int(test(_prepared(one), _shape(other)))


def _registers_nothing(*_: object) -> int:
    return 1


SCALARS: dict[str, tuple[int, Callable[..., Any]]] = {
    "GeomFromEWKT": (1, _from_ewkt),
    "ST_GeomFromEWKT": (1, _from_ewkt),
    "GeomFromEWKB": (-1, _from_wkb),
    "GeomFromWKB": (-1, _from_wkb),
    "AsEWKB": (1, lambda blob: blob),
    "ST_AsBinary": (1, lambda blob: shapely.to_wkb(_shape(blob))),
    "ST_X": (1, lambda blob: shapely.get_x(_shape(blob))),
    "ST_Y": (1, lambda blob: shapely.get_y(_shape(blob))),
    "ST_Centroid": (1, _derived(shapely.centroid)),
    "ST_PointOnSurface": (1, _derived(shapely.point_on_surface)),
    "ST_Intersects": (2, _predicate("intersects")),
    "ST_Contains": (2, _predicate("contains")),
    "ST_Within": (2, _predicate("within")),
    "sismuni_area_m2": (1, _area_m2),
    "sismuni_distance_m": (2, _distance_m),
    # LOWER of SQLite knows the letters of English alone.
    "sismuni_lower": (1, str.lower),
    # GeoAlchemy2 announces its columns to SpatiaLite; here nothing needs announcing.
    "RecoverGeometryColumn": (-1, _registers_nothing),
    "DiscardGeometryColumn": (-1, _registers_nothing),
    "CheckSpatialIndex": (-1, lambda *_: 0),
    "DisableSpatialIndex": (-1, _registers_nothing),
    "CreateSpatialIndex": (-1, _registers_nothing),
}


def _null_through(function: Callable[..., Any]) -> Callable[..., Any]:
    @wraps(function)
    def call(*arguments: Any) -> Any:
        return None if any(a is None for a in arguments) else function(*arguments)

    return call


class _Union:
    """ST_Union as an aggregate."""

    def __init__(self) -> None:
        self.shapes: list[BaseGeometry] = []

    def step(self, blob: bytes | None) -> None:
        if blob is not None:
            self.shapes.append(_shape(blob))

    def finalize(self) -> bytes | None:
        return ewkb(shapely.union_all(self.shapes)) if self.shapes else None


def register(connection: sqlite3.Connection) -> None:
    """Give one connection the functions above."""
    for name, (count, function) in SCALARS.items():
        connection.create_function(name, count, _null_through(function), deterministic=True)
    connection.create_aggregate("ST_Union", 1, _Union)  # type: ignore[arg-type]
