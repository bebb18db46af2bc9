"""A sheet as a plane: scale, true lengths, north, and lines of degrees."""

import math

import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st
from pyproj import Geod

from app.gis import plane
from app.gis.crs import Bounds

HUANUCO = Bounds(-76.4, -10.0, -76.0, -9.7)
PERU = Bounds(-81.4, -18.4, -68.6, 0.1)


def test_a_district_lies_in_its_own_zone_and_a_country_in_none() -> None:
    assert plane.fitted(HUANUCO, 200, 150).epsg == 32718
    assert plane.fitted(Bounds(-80.7, -5.3, -80.5, -5.1), 200, 150).epsg == 32717
    assert plane.fitted(PERU, 200, 150).epsg == 0


@given(
    st.floats(-81, -69), st.floats(-18, -0.5), st.floats(0.001, 3), st.floats(0.001, 3),
    st.booleans(),
)  # fmt: skip
def test_the_box_is_inside_the_frame(
    west: float, south: float, wide: float, tall: float, upright: bool
) -> None:
    box = Bounds(west, south, west + wide, south + tall)
    width, height = (180.0, 240.0) if upright else (240.0, 180.0)

    made = plane.fitted(box, width, height)

    (shape,) = made.placed([shapely.box(*box)])
    left, top, right, bottom = shape.bounds
    assert left > -0.5
    assert top > -0.5
    assert right < width + 0.5
    assert bottom < height + 0.5


@pytest.mark.parametrize("box", [HUANUCO, PERU])
def test_the_bar_tells_metres_of_the_ground(box: Bounds) -> None:
    made = plane.fitted(box, 200, 150)
    length, metres = made.bar(60)

    middle, beside = made.degrees(100, 75), made.degrees(100 + length, 75)
    assert length <= 60
    assert Geod(ellps="WGS84").inv(*middle, *beside)[2] == pytest.approx(metres, rel=0.01)
    assert metres in {step * 10**ten for ten in range(7) for step in (1, 2, 4, 5)}


def test_the_scale_is_what_a_ruler_finds() -> None:
    made = plane.fitted(HUANUCO, 200, 150)

    one, other = made.degrees(50, 75), made.degrees(150, 75)
    metres = Geod(ellps="WGS84").inv(*one, *other)[2]
    assert metres / 0.1 == pytest.approx(made.scale, rel=0.001)  # of UTM, at most
    assert made.scale % 1_000 == 0


def test_north_leans_as_meridians_do() -> None:
    east_of_middle = plane.fitted(Bounds(-72.3, -10, -72.1, -9.8), 200, 150)
    in_the_middle = plane.fitted(Bounds(-75.1, -10, -74.9, -9.8), 200, 150)

    # South of the equator and east of the middle of the zone, north leans to the right.
    assert east_of_middle.north_turn == pytest.approx(
        math.degrees(math.atan(math.tan(math.radians(2.8)) * math.sin(math.radians(9.9)))), abs=0.02
    )
    assert in_the_middle.north_turn == pytest.approx(0, abs=0.02)


@pytest.mark.parametrize("box", [HUANUCO, PERU, Bounds(-76.21, -9.91, -76.20, -9.90)])
def test_the_grid_has_both_kinds_of_lines_inside_the_frame(box: Bounds) -> None:
    made = plane.fitted(box, 200, 150)
    lines = plane.grid(made)

    for upright in (True, False):
        assert 2 <= sum(1 for each in lines if each.upright is upright) <= 14
    frame = shapely.box(-0.01, -0.01, 200.01, 150.01)
    assert all(frame.covers(shapely.LineString(each.line)) for each in lines)
