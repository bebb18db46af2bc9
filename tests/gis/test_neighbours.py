"""The nearest places of each, in metres."""

import numpy as np
import pytest
from pyproj import Geod
from shapely import Point

from app.gis import neighbours


def test_the_nearest_are_those_of_the_ellipsoid() -> None:
    rng = np.random.default_rng(5)
    spots = np.column_stack([rng.uniform(-77, -75, 60), rng.uniform(-10, -8, 60)])
    geod = Geod(ellps="WGS84")

    found = neighbours.nearest([Point(spot) for spot in spots], 6)

    for place, own in enumerate(spots):
        metres = np.array([geod.inv(*own, *other)[2] for other in spots])
        metres[place] = np.inf
        assert set(found[place]) == set(np.argsort(metres)[:6])


def test_places_at_the_same_distance_keep_their_order() -> None:
    shapes = [Point(0, 0), Point(0, 1), Point(0, -1), Point(0, 3)]

    found = neighbours.nearest(shapes, 2)

    assert found[0].tolist() == [1, 2]


def test_more_neighbours_than_places_are_refused() -> None:
    with pytest.raises(ValueError, match="2 neighbours among 2 places"):
        neighbours.nearest([Point(0, 0), Point(0, 1)], 2)
