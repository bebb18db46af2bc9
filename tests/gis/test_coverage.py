"""The report of a layer of boundaries finds every fault and measures it in square metres."""

import time
from pathlib import Path

import numpy as np
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st

from app.gis import coverage
from app.gis.coverage import Checked
from app.gis.crs import Geometries, reprojected
from app.gis.files import admitted
from app.gis.layers import read_layer
from app.gis.measure import area_m2
from app.gis.simplify import simplified
from tests.gis.conftest import a_square


def array(*shapes: shapely.Geometry | None) -> Geometries:
    return np.array([None, *shapes], dtype=object)[1:]


def checked(*shapes: shapely.Geometry | None) -> Checked:
    return coverage.checked([str(place) for place in range(len(shapes))], array(*shapes))


def test_neighbours_that_share_their_border_have_nothing_to_report() -> None:
    report = checked(a_square(-76.2), a_square(-76.19)).report

    assert (report.overlaps, report.gaps, report.unmatched, report.repairs) == ((), (), (), ())
    assert report.area_m2 == pytest.approx(2 * area_m2(a_square()), rel=1e-4)


@pytest.mark.parametrize(
    ("other", "area"),
    [
        (a_square(-76.195), area_m2(shapely.box(-76.195, -10, -76.19, -9.99))),
        (a_square(-76.198, -9.998, 0.002), area_m2(a_square(-76.198, -9.998, 0.002))),
        (a_square(), area_m2(a_square())),
    ],
    ids=["partly", "inside", "the same"],
)
def test_an_overlap_is_measured_in_square_metres(other: shapely.Polygon, area: float) -> None:
    (overlap,) = checked(a_square(), other).report.overlaps

    assert (overlap.code_a, overlap.code_b, overlap.sliver) == ("0", "1", False)
    assert overlap.area_m2 == pytest.approx(area, rel=1e-4)


def test_a_strip_of_a_metre_is_a_sliver() -> None:
    metre = 1 / 109_500

    report = checked(a_square(-76.2), a_square(-76.19 - metre)).report

    assert report.overlaps[0].sliver
    assert report.sliver_m2 == report.overlap_m2 == pytest.approx(1106, rel=0.02)


def a_ring(hole: shapely.Polygon) -> list[shapely.Polygon]:
    """Two halves that leave the hole between them."""
    whole = a_square(side=0.03).difference(hole)
    west = shapely.box(-76.2, -10, -76.185, -9.97)
    return [whole.intersection(west), whole.difference(west)]


def test_a_gap_is_measured_with_its_neighbours_and_a_point_in_it() -> None:
    hole = a_square(-76.19, -9.99, 0.01)

    (gap,) = checked(*a_ring(hole)).report.gaps

    assert gap.codes == ("0", "1")
    assert gap.area_m2 == pytest.approx(area_m2(hole), rel=1e-4)
    assert hole.contains(shapely.Point(gap.lon, gap.lat))
    assert not gap.sliver


def test_a_lake_filled_by_its_own_district_is_no_gap() -> None:
    hole = a_square(-76.19, -9.99, 0.01)

    assert checked(*a_ring(hole), hole).report.gaps == ()


def test_a_bow_is_mended_and_the_change_is_told() -> None:
    bow = shapely.Polygon([(-76.2, -10), (-76.19, -9.99), (-76.19, -10), (-76.2, -9.99)])

    found = checked(bow, a_square(-76.1))

    (repair,) = found.report.repairs
    assert (repair.row, repair.code) == (1, "0")
    assert repair.reason.startswith("Self-intersection")
    assert repair.change_m2 == pytest.approx(area_m2(a_square()) / 2, rel=1e-3)
    assert found.geometries[0].is_valid


def test_a_polygon_without_ground_is_lost_and_told() -> None:
    flat = shapely.Polygon([(-76.2, -10), (-76.19, -10), (-76.2, -10), (-76.2, -10)])

    found = checked(flat)

    assert found.report.lost == ("0",)
    assert found.geometries[0] is None


def test_nulls_and_doubles_are_told_with_their_rows() -> None:
    shapes = array(a_square(), None, a_square(-76.1), a_square().reverse(), shapely.Polygon())

    report = coverage.checked(["a", "b", "a", "c", "d"], shapes).report

    assert report.nulls == ("b", "d")
    assert [one.rows for one in report.duplicate_codes] == [(1, 3)]
    assert [one.codes for one in report.duplicate_shapes] == [("a", "c")]


def test_points_have_neither_overlaps_nor_gaps() -> None:
    report = checked(shapely.Point(-76.2, -10), shapely.Point(-76.2, -10)).report

    assert (report.overlaps, report.gaps, report.area_m2) == ((), (), 0)
    assert len(report.duplicate_shapes) == 1


def test_a_layer_of_nothing_has_an_empty_report() -> None:
    assert coverage.checked([], array()).report.rows == 0
    assert checked(None).report.nulls == ("0",)


def test_vertices_that_a_neighbour_lacks_are_told() -> None:
    extra = shapely.Polygon(
        [(-76.19, -10), (-76.18, -10), (-76.18, -9.99), (-76.19, -9.99), (-76.19, -9.995)]
    )

    assert checked(a_square(), extra).report.unmatched


@given(st.floats(0.0001, 0.0099), st.integers(0, 6))
def test_what_two_squares_share_is_found_wherever_they_stand(shift: float, place: int) -> None:
    west = -80.0 + place

    (overlap,) = checked(a_square(west), a_square(west + shift)).report.overlaps

    shared = shapely.box(west + shift, -10, west + 0.01, -9.99)
    assert overlap.area_m2 == pytest.approx(area_m2(shared), rel=1e-3)


def test_simplifying_opens_no_gap_even_between_borders_that_do_not_match() -> None:
    steps = np.linspace(-10, -9.99, 60)
    wavy = [(-76.19 + 0.0004 * np.sin(at * 4000), at) for at in steps]
    west = shapely.Polygon([*wavy, (-76.2, -9.99), (-76.2, -10)])
    east = shapely.Polygon([*wavy[::2], wavy[-1], (-76.18, -9.99), (-76.18, -10)])

    result = simplified(array(west, None, east, shapely.Point(-76, -10)), 0.0005)

    assert shapely.coverage_is_valid(result[[0, 2]])
    assert shapely.get_num_coordinates(result[0]) < shapely.get_num_coordinates(west)
    assert result[1] is None
    assert result[3].equals(shapely.Point(-76, -10))


def nation(data_dir: Path, name: str, key: str = "ubigeo") -> tuple[list[str], Geometries]:
    layer = read_layer(admitted(data_dir / name, name))
    return [row[key] for row in layer.attributes], layer.geometries


def test_the_country_in_full_detail_is_reported_in_seconds(data_dir: Path) -> None:
    start = time.process_time()

    report = coverage.checked(*nation(data_dir, "limites/peru_distritos_2017_detalle.gpkg")).report

    seconds = time.process_time() - start
    lakes = [gap for gap in report.gaps if not gap.sliver]
    assert report.rows == 1874
    assert (report.nulls, report.repairs, report.duplicate_codes) == ((), (), ())
    assert len(lakes) == 6
    assert all(overlap.sliver for overlap in report.overlaps)
    assert report.overlap_m2 < 50
    assert report.area_m2 / 1e6 == pytest.approx(1_286_469, rel=1e-4)
    assert {"100604", "100610", "250301"} <= set(report.unmatched)
    assert seconds < 6


def test_the_slivers_of_the_real_layer_stay_when_it_comes_from_utm(data_dir: Path) -> None:
    name = "limites/huanuco_distritos_utm18s_shp.zip"

    report = coverage.checked(*nation(data_dir, name)).report

    assert 0 < report.sliver_m2 < 10
    assert all(one.sliver for one in (*report.overlaps, *report.gaps))


def test_the_districts_of_2007_lack_eight_shapes(data_dir: Path) -> None:
    name = "dirty/peru_distrital_2007_con_nulos.geojson"

    report = coverage.checked(*nation(data_dir, name, "IDDIST")).report

    assert len(report.nulls) == 8
    assert report.overlaps == ()


def test_the_simplified_country_has_the_holes_of_its_lakes_and_no_others(data_dir: Path) -> None:
    codes, shapes = nation(data_dir, "limites/peru_distritos_2017_detalle.gpkg")

    result = simplified(shapes, 0.01)

    assert shapely.coverage_is_valid(result)
    report = coverage.checked(codes, result).report
    assert len(report.gaps) == 6
    assert report.overlaps == ()
    assert (
        shapely.get_num_coordinates(result).sum() < shapely.get_num_coordinates(shapes).sum() / 1.5
    )


def test_a_layer_brought_to_utm_and_back_is_the_same() -> None:
    there = reprojected(array(a_square(), None), 4326, 32718)

    back = reprojected(there, 32718)

    assert back[0].equals_exact(a_square(), 1e-9)
    assert back[1] is None
