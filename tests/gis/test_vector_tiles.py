"""Tiles are read by GDAL, which nobody here wrote, as what was put into them."""

from pathlib import Path

import geopandas
import numpy as np
import pyogrio
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st

from app.gis import vector_tiles
from app.gis.vector_tiles import Feature, Tile

HERE = Tile(9, 147, 270)
UNIT_M = 40_075_016.68 / 512 / 4_096


def read(body: bytes, tile: Tile, folder: Path) -> geopandas.GeoDataFrame:
    """The layer of a tile as GDAL reads it, in metres of Web Mercator."""
    path = folder / f"{tile.z}" / f"{tile.x}" / f"{tile.y}.mvt"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(body)
    return pyogrio.read_dataframe(path, X=tile.x, Y=tile.y, Z=tile.z, METADATA_FILE="")


def tiled(shapes: list[shapely.Geometry], tile: Tile = HERE) -> bytes:
    """Shapes in degrees as a tile, with a code and a name each."""
    flat = vector_tiles.flattened(np.array(shapes, dtype=object))
    cut = vector_tiles.clipped(flat, tile)
    words = [(("code", f"{at:06d}"), ("name", f"Ñ {at}")) for at in range(len(shapes))]
    return vector_tiles.encoded(
        "places",
        [Feature(s, w, at) for at, (s, w) in enumerate(zip(cut, words, strict=True))],
        tile,
    )


def in_metres(shape: shapely.Geometry) -> shapely.Geometry:
    return geopandas.GeoSeries([shape], crs=4326).to_crs(3857).iloc[0]


MIDDLE = shapely.Point(
    (HERE.bounds()[0] + HERE.bounds()[2]) / 2, (HERE.bounds()[1] + HERE.bounds()[3]) / 2
)


@pytest.mark.parametrize(
    "shape",
    [
        MIDDLE,
        shapely.MultiPoint([MIDDLE, shapely.Point(MIDDLE.x + 0.1, MIDDLE.y - 0.1)]),
        shapely.LineString(
            [(MIDDLE.x, MIDDLE.y), (MIDDLE.x + 0.2, MIDDLE.y), (MIDDLE.x, MIDDLE.y + 0.1)]
        ),
        MIDDLE.buffer(0.1),
        MIDDLE.buffer(0.2).difference(MIDDLE.buffer(0.1)),
        shapely.MultiPolygon(
            [
                MIDDLE.buffer(0.05),
                shapely.box(MIDDLE.x + 0.1, MIDDLE.y, MIDDLE.x + 0.2, MIDDLE.y + 0.1),
            ]
        ),
    ],
    ids=lambda shape: shape.geom_type,
)
def test_a_shape_comes_back_where_it_was(shape: shapely.Geometry, tmp_path: Path) -> None:
    found = read(tiled([shape]), HERE, tmp_path)

    assert len(found) == 1
    assert found.code[0] == "000000"
    assert list(found["name"]) == ["Ñ 0"]
    assert found.geometry[0].is_valid
    assert found.geometry[0].hausdorff_distance(in_metres(shape)) < 2 * UNIT_M


def test_a_hole_stays_a_hole(tmp_path: Path) -> None:
    ring = MIDDLE.buffer(0.2).difference(MIDDLE.buffer(0.1))

    found = read(tiled([ring]), HERE, tmp_path).geometry[0]

    assert found.area == pytest.approx(in_metres(ring).area, rel=0.01)


def test_what_is_larger_than_a_tile_fills_it(tmp_path: Path) -> None:
    found = read(tiled([shapely.box(-80, -15, -70, -5)]), HERE, tmp_path).geometry[0]

    assert found.area == pytest.approx(4_096**2 * UNIT_M**2, rel=0.001)


def test_neighbours_share_their_border_on_the_grid(tmp_path: Path) -> None:
    wave = [(MIDDLE.x + 0.05 * np.sin(t), MIDDLE.y + t / 30 - 0.1) for t in np.linspace(0, 6, 60)]
    top, bottom = wave[-1][1], wave[0][1]
    left = shapely.Polygon([*wave, (MIDDLE.x - 0.2, top), (MIDDLE.x - 0.2, bottom)])
    right = shapely.Polygon([*wave, (MIDDLE.x + 0.2, top), (MIDDLE.x + 0.2, bottom)])

    one, other = read(tiled([left, right]), HERE, tmp_path).geometry

    assert one.intersection(other).area == 0
    assert shapely.union_all([one, other]).area == pytest.approx(one.area + other.area)
    assert shapely.get_num_interior_rings(shapely.union_all([one, other])) == 0


@pytest.mark.parametrize("shape", [shapely.Point(0, 0), shapely.Point(), MIDDLE.buffer(1e-7)])
def test_what_cannot_be_seen_makes_no_tile(shape: shapely.Geometry) -> None:
    assert tiled([shape]) == b""


@given(
    st.integers(0, 12).flatmap(
        lambda z: st.tuples(st.just(z), *(st.integers(0, 2**z - 1) for _ in range(2)))
    )
)
def test_bounds_of_a_tile_hold_its_middle(place: tuple[int, int, int]) -> None:
    tile = Tile(*place)
    west, south, east, north = tile.bounds()

    xy = vector_tiles.flat(np.array([[(west + east) / 2, 0], [0, north], [0, south]]))

    side = 2**tile.z
    assert int(xy[0, 0] * side) == tile.x
    assert (xy[1, 1] * side, xy[2, 1] * side) == pytest.approx(
        (tile.y - 64 / 4096, tile.y + 1 + 64 / 4096), abs=0.05
    )


@pytest.mark.parametrize("place", [(-1, 0, 0), (0, 1, 0), (3, 0, 8), (3, -1, 0), (25, 0, 0)])
def test_matrix_has_an_end(place: tuple[int, int, int]) -> None:
    assert not Tile(*place).is_there
