"""Pictures under a map on paper lie where the ground is, and no more of them than it takes."""

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from app.gis import paper_pictures, plane
from app.gis.crs import Bounds
from app.gis.paper_pictures import LEAST, MOST
from app.gis.plane import Plane
from app.gis.vector_tiles import Tile, latitude_of

DISTRICT = Bounds(-76.8, -7.2, -76.2, -6.8)
LARGE = Bounds(-180, -85, 180, 85)


def a_plane(box: Bounds = DISTRICT) -> Plane:
    return plane.fitted(box, 200, 140)


def middle(tile: Tile) -> shapely.Point:
    side = 1 << tile.z
    return shapely.Point((tile.x + 0.5) / side * 360 - 180, latitude_of((tile.y + 0.5) / side))


@settings(deadline=None)
@given(
    lon=st.floats(-81, -69), lat=st.floats(-18, 0), across=st.floats(0.02, 1.0),
)  # fmt: skip
def test_a_picture_lies_on_its_ground_to_a_tenth_of_a_millimetre(
    lon: float, lat: float, across: float
) -> None:
    sheet = a_plane(Bounds(lon, lat, lon + across, lat + across))

    for tile in paper_pictures.tiles_of(sheet, range(19), LARGE):
        a, b, c, d, e, f = paper_pictures.matrix_of(sheet, tile)
        (wanted,) = sheet.placed([middle(tile)])
        assert (a + c) / 2 + e == pytest.approx(wanted.x, abs=0.1)
        assert (b + d) / 2 + f == pytest.approx(wanted.y, abs=0.1)


@settings(deadline=None)
@given(lon=st.floats(-81, -69), lat=st.floats(-18, 0), across=st.floats(0.02, 1.0))
def test_the_pictures_cover_the_sheet_and_are_few(lon: float, lat: float, across: float) -> None:
    sheet = a_plane(Bounds(lon, lat, lon + across, lat + across))

    tiles = paper_pictures.tiles_of(sheet, range(19), LARGE)

    quads = []
    for tile in tiles:
        a, b, c, d, e, f = paper_pictures.matrix_of(sheet, tile)
        corners = np.array([(0, 0), (1, 0), (1, 1), (0, 1)])
        xy = corners @ np.array([(a, b), (c, d)]) + (e, f)
        quads.append(shapely.Polygon(xy).buffer(0.1))
        assert np.hypot(a, b) > 0.9 * LEAST  # its width leans on where it is measured
    assert 0 < len(tiles) <= MOST
    assert shapely.union_all(quads).covers(shapely.box(0, 0, sheet.width, sheet.height))


def test_where_there_are_no_pictures_none_are_asked_for() -> None:
    assert paper_pictures.tiles_of(a_plane(), range(8, 14), Bounds(-70, -16, -69, -15)) == []


def test_of_few_zooms_the_coarsest_still_serves() -> None:
    tiles = paper_pictures.tiles_of(a_plane(), range(12, 13), DISTRICT)

    assert {tile.z for tile in tiles} == {12}
    assert paper_pictures.tiles_of(a_plane(), range(17, 19), DISTRICT) == []
