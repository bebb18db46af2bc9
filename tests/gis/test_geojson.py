"""A geometry from a person is taken whole or refused at its very place."""

import json
from typing import Any

import numpy as np
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st

from app.errors import Invalid
from app.gis import geojson
from app.gis.geojson import Feature
from tests.gis.conftest import a_square

RING = [[-76.2, -10.0], [-76.1, -10.0], [-76.1, -9.9], [-76.2, -10.0]]


def a_geometry(kind: str, coordinates: Any) -> dict[str, Any]:
    return {"type": kind, "coordinates": coordinates}


@pytest.mark.parametrize(
    ("kind", "coordinates"),
    [
        ("Point", [-76.2, -10.0]),
        ("Point", [-76.2, -10.0, 1890.5]),
        ("MultiPoint", [[-76.2, -10.0], [-76.1, -10.0, 12]]),
        ("LineString", [[-76.2, -10.0], [-76.1, -10.0]]),
        ("MultiLineString", [[[-76.2, -10.0], [-76.1, -10.0]]]),
        ("Polygon", [RING]),
        ("MultiPolygon", [[RING]]),
    ],
)
def test_every_kind_of_geometry_is_read(kind: str, coordinates: Any) -> None:
    shape = geojson.shape(a_geometry(kind, coordinates))

    assert shape.geom_type == kind
    assert not shape.has_z


@pytest.mark.parametrize(
    ("value", "field", "said"),
    [
        (None, "geometry", "Falta la geometría"),
        ("POINT(1 2)", "geometry", "Falta la geometría"),
        ({}, "geometry.type", "tipo «None»"),
        ({"type": ["Point"]}, "geometry.type", "No se acepta"),
        (a_geometry("GeometryCollection", []), "geometry.type", "GeometryCollection"),
        (a_geometry("Point", None), "geometry.coordinates", "no es un par"),
        (a_geometry("Point", ["-76", "-10"]), "geometry.coordinates", "no es un par"),
        (a_geometry("Point", [True, False]), "geometry.coordinates", "no es un par"),
        (a_geometry("Point", [float("nan"), -10]), "geometry.coordinates", "infinitas"),
        (a_geometry("Point", [float("inf"), -10]), "geometry.coordinates", "infinitas"),
        (a_geometry("Point", [-10.0, -76.2]), "geometry.coordinates", "cambiadas de lugar"),
        (a_geometry("Point", [0, 0]), "geometry.coordinates", "0, 0"),
        (a_geometry("Point", [-3.7, 40.4]), "geometry.coordinates", "fuera del Perú"),
        (a_geometry("LineString", [[-76.2, -10]]), "geometry.coordinates", "hacen falta 2"),
        (a_geometry("LineString", "abc"), "geometry.coordinates", "vacía"),
        (a_geometry("Polygon", []), "geometry.coordinates", "vacía"),
        (a_geometry("Polygon", [RING[:3]]), "geometry.coordinates[0]", "hacen falta 4"),
        (
            a_geometry("Polygon", [[*RING[:3], [-76.15, -9.95]]]),
            "geometry.coordinates[0]",
            "no se cierra",
        ),
        (
            a_geometry("Polygon", [[RING[0], [-76.1], *RING[2:]]]),
            "geometry.coordinates[0][1]",
            "no es un par",
        ),
        (a_geometry("MultiPolygon", [[RING], [[]]]), "geometry.coordinates[1][0]", "vacía"),
    ],
)
def test_a_wrong_geometry_is_refused_where_it_is_wrong(value: Any, field: str, said: str) -> None:
    with pytest.raises(Invalid) as refusal:
        geojson.shape(value)

    assert refusal.value.field == field
    assert said in str(refusal.value)


def test_a_border_that_crosses_itself_is_refused_with_the_place() -> None:
    bow = [[-76.2, -10.0], [-76.1, -9.9], [-76.1, -10.0], [-76.2, -9.9], [-76.2, -10.0]]

    with pytest.raises(Invalid, match=r"Self-intersection\[-76\.15 -9\.95\]"):
        geojson.shape(a_geometry("Polygon", [bow]))


def test_too_many_vertices_are_refused() -> None:
    line = [[-76.2, -10.0 + place / 1e4] for place in range(100)]

    with pytest.raises(Invalid, match="demasiados vértices"):
        geojson.shape(a_geometry("LineString", line), most_vertices=99)


def test_only_the_kinds_asked_for_are_taken() -> None:
    with pytest.raises(Invalid, match="Point"):
        geojson.shape(a_geometry("Point", [-76.2, -10]), kinds=geojson.POLYGONS)


def test_without_a_box_any_place_on_the_earth_is_taken_and_none_off_it() -> None:
    shape = geojson.shape(a_geometry("Point", [-11.7, 8.0]), within=None)

    assert shape.x == -11.7
    with pytest.raises(Invalid):
        geojson.shape(a_geometry("Point", [-190, 8.0]), within=None)


JSON = st.recursive(
    st.none() | st.booleans() | st.floats() | st.text(max_size=3),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=3), inner),
    max_leaves=12,
)


@given(st.sampled_from([*sorted(geojson.KINDS), "Otro"]), JSON)
def test_nothing_that_is_sent_brings_the_reader_down(kind: str, coordinates: Any) -> None:
    field, valid = "geometry", True
    try:
        valid = geojson.shape(a_geometry(kind, coordinates)).is_valid
    except Invalid as refusal:
        field = refusal.field or ""

    assert field.startswith("geometry")
    assert valid


@given(st.floats(-82, -68), st.floats(-19, 1))
def test_a_point_goes_out_and_in_within_a_decimetre(lon: float, lat: float) -> None:
    written = geojson.geometry(shapely.Point(lon, lat))

    read = geojson.shape(written, within=None)
    assert (read.x, read.y) == pytest.approx((lon, lat), abs=5.1e-7)


def test_a_collection_keeps_order_names_and_missing_shapes() -> None:
    features = [
        Feature(a_square(), {"name": "Ñaña </script>", "value": None}, "050101"),
        Feature(None, {"people": 3}),
    ]

    found = json.loads(geojson.feature_collection(features, 5, date="2026-10-30"))

    assert found["date"] == "2026-10-30"
    assert found["features"][0]["id"] == "050101"
    assert found["features"][0]["properties"]["name"] == "Ñaña </script>"
    assert found["features"][1] == {
        "type": "Feature",
        "geometry": None,
        "properties": {"people": 3},
    }


def test_an_empty_collection_is_still_one() -> None:
    assert json.loads(geojson.feature_collection([])) == {
        "type": "FeatureCollection",
        "features": [],
    }


def test_shared_borders_stay_shared_when_rounded() -> None:
    left, right = a_square(-76.2000004), a_square(-76.1900004)

    rounded = geojson.rounded(np.array([left, right], dtype=object), 4)

    assert rounded[0].intersection(rounded[1]).length == pytest.approx(0.01)
