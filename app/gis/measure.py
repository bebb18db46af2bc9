"""Metres, square metres and boxes of shapes stored in degrees (EPSG:4326).

One shape is measured on the WGS84 ellipsoid; many at once on a plane that keeps areas.
Both agree to 1e-4 relative for shapes up to the size of a department (test).
"""

import numpy as np
import shapely
from numpy.typing import NDArray
from pyproj import Geod
from shapely.geometry.base import BaseGeometry

from app.gis.crs import Bounds, Geometries, moved, transformer

_ELLIPSOID = Geod(ellps="WGS84")
# Cylindrical, equal area on the ellipsoid, true to scale at 10 degrees south: meridians and
# parallels stay straight, so that an edge that is straight in degrees stays nearly so.
_EQUAL_AREA = "+proj=cea +lat_ts=-10 +lon_0=-75 +ellps=WGS84 +units=m"


def area_m2(geometry: BaseGeometry) -> float:
    """Area on the ellipsoid, in square metres; 0 for points and lines."""
    if geometry.is_empty or shapely.get_dimensions(geometry) < 2:
        return 0.0
    # Geod reads the turn of the ring as a sign: outer rings one way, holes the other.
    oriented = shapely.orient_polygons(geometry)
    return abs(float(_ELLIPSOID.geometry_area_perimeter(oriented)[0]))


def areas_m2(geometries: Geometries) -> NDArray[np.float64]:
    """Areas in square metres on the equal-area plane, for many shapes at once; null gives 0."""
    areas: NDArray[np.float64] = np.nan_to_num(shapely.area(flattened(geometries)))
    return areas


def flattened(geometries: Geometries) -> Geometries:
    """The shapes on the equal-area plane, in metres: areas are true, lengths only near 10° S."""
    change = transformer("EPSG:4326", _EQUAL_AREA)
    return moved(np.asarray(geometries, dtype=object), change)


def length_m(geometry: BaseGeometry) -> float:
    """Length of a line, or of the edge of a polygon, in metres on the ellipsoid."""
    return float(_ELLIPSOID.geometry_length(geometry)) if not geometry.is_empty else 0.0


def distance_m(one: BaseGeometry, other: BaseGeometry) -> float:
    """Metres on the ellipsoid between the nearest points of two shapes; 0 where they touch.

    The nearest points are sought in degrees: exact for two points, and to about 2 % of the
    distance for wide shapes at the latitudes of Peru.
    """
    (lon, lat), (to_lon, to_lat) = shapely.get_coordinates(shapely.shortest_line(one, other))
    return float(_ELLIPSOID.inv(lon, lat, to_lon, to_lat)[2])


def centroid(geometry: BaseGeometry) -> tuple[float, float]:
    """Longitude and latitude of the centre of mass, in the plane of the degrees."""
    point = shapely.centroid(geometry)
    return float(shapely.get_x(point)), float(shapely.get_y(point))


def label_point(geometry: BaseGeometry) -> tuple[float, float]:
    """Longitude and latitude of a point that surely stands on the shape, for its label."""
    point = shapely.point_on_surface(geometry)
    return float(shapely.get_x(point)), float(shapely.get_y(point))


def bounds(geometries: Geometries) -> Bounds | None:
    """Box around all the shapes; ``None`` where there is nothing to surround."""
    box = shapely.total_bounds(np.asarray(geometries, dtype=object))
    return None if np.isnan(box).any() else Bounds(*(float(side) for side in box))
