"""Metres come from the ellipsoid, and the fast way agrees with the exact one."""

import numpy as np
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st

from app.errors import Invalid
from app.gis import crs, measure
from app.gis.crs import Bounds
from tests.gis.conftest import a_square

LON = st.floats(-81, -69)
LAT = st.floats(-18, -0.5)


def array(*shapes: shapely.Geometry | None) -> crs.Geometries:
    return np.array([None, *shapes], dtype=object)[1:]


@given(LON, LAT, st.floats(0.0005, 0.5))
def test_many_areas_at_once_agree_with_the_ellipsoid(lon: float, lat: float, side: float) -> None:
    square = a_square(lon, lat, side)

    assert measure.areas_m2(array(square))[0] == pytest.approx(measure.area_m2(square), rel=1e-4)


def test_a_square_kilometre_in_utm_is_one_on_the_ellipsoid() -> None:
    metres = shapely.box(400_000, 8_900_000, 401_000, 8_901_000)
    square = crs.reprojected(array(metres), 32718)[0]

    assert measure.area_m2(square) == pytest.approx(1_000_000, rel=1e-3)
    assert measure.length_m(square) == pytest.approx(4_000, rel=1e-3)


def test_a_hole_is_taken_off_whatever_way_the_rings_run() -> None:
    outer, inner = a_square(side=0.02), a_square(-76.195, -9.995, 0.01)
    ring = shapely.Polygon(outer.exterior, [inner.exterior.reverse()])
    other = shapely.Polygon(outer.exterior.reverse(), [inner.exterior])

    left = measure.area_m2(outer) - measure.area_m2(inner)
    assert measure.area_m2(ring) == pytest.approx(left)
    assert measure.area_m2(other) == pytest.approx(left)


def test_points_have_no_area_and_nothing_has_no_bounds() -> None:
    assert measure.area_m2(shapely.Point(-76, -10)) == 0
    assert list(measure.areas_m2(array(None, shapely.Point(-76, -10)))) == [0, 0]
    assert measure.bounds(array(None)) is None


def test_distance_is_that_of_the_nearest_points() -> None:
    one, other = shapely.Point(-76.2, -10.0), shapely.Point(-76.2, -10.01)

    assert measure.distance_m(one, other) == pytest.approx(1106.1, abs=1)
    assert measure.distance_m(one, a_square()) == 0


def test_the_label_of_a_horseshoe_stands_on_it() -> None:
    shoe = a_square(side=0.03).difference(a_square(-76.19, -10.0, 0.01).buffer(0.005))

    assert shoe.covers(shapely.Point(measure.label_point(shoe)))
    assert measure.centroid(a_square())[0] == pytest.approx(-76.195)
    assert measure.bounds(array(shoe, None)) == Bounds(*shoe.bounds)


@pytest.mark.parametrize(
    ("lon", "lat", "epsg"),
    [(-80.6, -5.2, 32717), (-76.2, -9.9, 32718), (-70.0, -15.8, 32719), (-73.0, 0.5, 32618)],
)
def test_the_utm_zone_is_that_of_the_place(lon: float, lat: float, epsg: int) -> None:
    assert crs.utm_epsg(lon, lat) == epsg


@pytest.mark.parametrize(
    ("lon", "lat", "epsg"), [(-80.6, -5.2, 32717), (-76.2, -9.9, 32718), (-70.0, -15.8, 32719)]
)
def test_metres_without_a_system_are_recognised_by_their_zone(
    lon: float, lat: float, epsg: int
) -> None:
    metres = np.array([crs.transformer(4326, epsg).transform(lon, lat)])

    assert crs.suggestions(metres)[0].epsg == epsg


def test_degrees_are_recognised_and_foreign_numbers_are_not() -> None:
    assert crs.suggestions(np.array([[-76.2, -9.9]]))[0].epsg == 4326
    assert crs.suggestions(np.array([[12.0, 41.9]])) == []
    assert crs.suggestions(np.array([[5.0, 12345.0]])) == []
    assert crs.suggestions(np.empty((0, 2))) == []


def test_an_unknown_system_is_refused() -> None:
    with pytest.raises(Invalid, match="No se reconoce"):
        crs.transformer("EPSG:999999")
