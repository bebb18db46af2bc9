"""Shared borders stand once, and every area comes out as it went in."""

import json
from pathlib import Path

import numpy as np
import pyogrio
import shapely
from hypothesis import given
from hypothesis import strategies as st

from app.gis import simplify, topojson_files, topology


def read_back(body: bytes) -> dict[str, shapely.Geometry | None]:
    """The areas of a topology, by our own reader of other people's files."""
    found = topojson_files.features(json.loads(body), "a.json", None)
    return {
        each["id"]: shapely.from_geojson(json.dumps(each["geometry"])) if each["geometry"] else None
        for each in found
    }


def areas(*shapes: shapely.Geometry | None) -> tuple[list[str], np.ndarray]:
    return [str(at) for at in range(len(shapes))], np.array([*shapes, None], dtype=object)[:-1]


def test_neighbours_share_one_arc_and_come_back_whole() -> None:
    hole = shapely.box(2.5, 0.5, 2.8, 0.8)
    shapes = (
        shapely.box(0, 0, 1, 1),
        shapely.box(1, 0, 2, 1),
        shapely.difference(shapely.box(2, 0, 3, 1), hole),
        hole,
        shapely.MultiPolygon([shapely.box(5, 5, 6, 6), shapely.box(7, 7, 8, 8)]),
        None,
        shapely.Point(1, 1),
    )
    codes, geometries = areas(*shapes)

    body = topology.written(codes, geometries, [{"name": code} for code in codes], 3)

    found = read_back(body)
    assert all(shapely.hausdorff_distance(found[str(at)], shapes[at]) < 1e-9 for at in range(5))
    assert (found["5"], found["6"]) == (None, None)
    arcs = json.loads(body)["arcs"]
    # Each once: the outsides (the middle one has two), two borders, the hole, two islands.
    assert len(arcs) == 9


def test_what_is_smaller_than_the_grid_is_still_there() -> None:
    codes, geometries = areas(shapely.box(-76.50001, -7.00001, -76.5, -7), shapely.box(0, 0, 1, 1))

    found = read_back(topology.written(codes, geometries, [{}, {}], 3))

    assert found["0"] is not None
    assert found["0"].area > 0


@given(
    st.lists(
        st.tuples(st.integers(0, 6), st.integers(0, 6), st.integers(1, 3), st.integers(1, 3)),
        min_size=1,
        max_size=12,
    )
)
def test_any_mosaic_comes_back_as_it_was(pieces: list[tuple[int, int, int, int]]) -> None:
    taken: shapely.Geometry = shapely.Polygon()
    shapes = []
    for x, y, width, height in pieces:
        piece = shapely.difference(shapely.box(x, y, x + width, y + height), taken)
        taken = shapely.union(taken, piece)
        if piece.area:
            shapes.append(piece)
    # Neighbours must have the same vertices along their border, as a coverage has.
    nodes = shapely.unary_union([shapely.boundary(each) for each in shapes])
    points = shapely.MultiPoint(shapely.get_coordinates(nodes))
    codes, geometries = areas(*(shapely.snap(each, points, 1e-9) for each in shapes))

    found = read_back(topology.written(codes, geometries, [{}] * len(codes), 2))

    assert all(found[code].equals(shape) for code, shape in zip(codes, geometries, strict=True))


def test_the_country_takes_a_third_of_its_geojson(data_dir: Path) -> None:
    path = data_dir / "limites" / "peru_distritos_2017_simplificado.geojson"
    frame = pyogrio.read_dataframe(path)
    shapes = simplify.simplified(frame.geometry.to_numpy(), 0.009)
    codes = frame.ubigeo.tolist()

    body = topology.written(codes, shapes, [{}] * len(codes), 3)

    plain = simplify.simplified_collection(codes, shapes, [{}] * len(codes), 0.009, 4)
    found = read_back(body)
    assert len(body) < 0.45 * len(plain)
    far = [shapely.hausdorff_distance(found[c], s) for c, s in zip(codes, shapes, strict=True)]
    assert max(far) < 0.002
