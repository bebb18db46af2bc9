"""Which places are the nearest of each, in metres on the ellipsoid."""

from collections.abc import Sequence
from functools import cache

import numpy as np
import shapely
from numpy.typing import NDArray
from pyproj import Geod
from shapely.geometry.base import BaseGeometry


@cache
def _geod() -> Geod:
    return Geod(ellps="WGS84")


def nearest(shapes: Sequence[BaseGeometry], count: int) -> NDArray[np.int_]:
    """The places of the ``count`` nearest of each (EPSG:4326), the nearest first.

    Places that lie equally far keep their order.

    Raises
    ------
    ValueError
        There are not more shapes than neighbours asked for.
    """
    if not 0 < count < len(shapes):
        raise ValueError(f"{count} neighbours among {len(shapes)} places")
    spots = shapely.get_coordinates(shapely.point_on_surface(np.array(shapes, dtype=object)))
    found = np.empty((len(spots), count), dtype=int)
    for place, (lon, lat) in enumerate(spots):
        here = np.full(len(spots), lon), np.full(len(spots), lat)
        _, _, metres = _geod().inv(*here, spots[:, 0], spots[:, 1])
        metres = np.round(metres, 3)
        metres[place] = np.inf
        found[place] = np.argsort(metres, kind="stable")[:count]
    return found
