"""TopoJSON, KML and KMZ: the same rows and shapes as in any other file, or a clear refusal."""

import json
from collections.abc import Callable
from pathlib import Path

import geopandas
import numpy as np
import pyogrio
import pytest
import shapely

from app.errors import Invalid, Malformed, TooLarge
from app.gis import point_tables
from app.gis.files import Kind, Limits, Upload, admitted
from app.gis.layers import read_layer
from tests.gis.conftest import Write, a_square

Open = Callable[..., Upload]
HOLED = shapely.Polygon(
    [(-76.4, -10), (-76, -10), (-76, -9.6), (-76.4, -9.6)],
    [[(-76.3, -9.9), (-76.2, -9.9), (-76.2, -9.8)]],
)
TWO = {
    "type": "Topology",
    "transform": {"scale": [0.1, 0.1], "translate": [-77, -10]},
    "arcs": [[[0, 0], [10, 0]], [[10, 0], [0, 5], [-10, 0], [0, -5]], [[10, 0], [5, 5]]],
    "objects": {
        "caminos": {"type": "LineString", "arcs": [~2, ~0], "properties": {"nombre": "Ñan"}},
        "lugares": {
            "type": "GeometryCollection",
            "geometries": [
                {"type": "Polygon", "arcs": [[0, 1]], "id": 5},
                {"type": "MultiPoint", "coordinates": [[1, 1], [2, 2]]},
                {"type": None},
            ],
        },
    },
}


def test_shared_arcs_become_shapes_again(upload: Open) -> None:
    file = upload("a.topojson", json.dumps(TWO))

    places, ways = read_layer(file, layer="lugares"), read_layer(file, layer="caminos")

    assert file.kind is Kind.GEOJSON
    assert places.geometries[0].equals(shapely.box(-77, -10, -76, -9.5))
    assert [point.coords[0] for point in places.geometries[1].geoms] == [
        (-76.9, -9.9),
        (-76.8, -9.8),
    ]
    assert places.geometries[2] is None
    assert places.attributes[0] == {"id": "5"}
    assert ways.attributes == [{"nombre": "Ñan"}]
    assert list(ways.geometries[0].coords) == [(-75.5, -9.5), (-76, -10), (-77, -10)]


@pytest.mark.parametrize("layer", [None, "otra"])
def test_of_several_objects_one_must_be_named(upload: Open, layer: str | None) -> None:
    with pytest.raises(Invalid, match="caminos, lugares"):
        read_layer(upload("a.json", json.dumps(TWO)), layer=layer)


def test_an_arc_that_is_not_there_is_no_crash(upload: Open) -> None:
    broken = {**TWO, "objects": {"a": {"type": "LineString", "arcs": [9]}}}

    with pytest.raises(Malformed, match="dañada"):
        read_layer(upload("a.json", json.dumps(broken)))


def test_the_topojson_of_the_country_is_its_geojson(data_dir: Path) -> None:
    found = [
        read_layer(admitted(path, path.name))
        for path in (
            data_dir / "limites" / f"peru_distritos_2017_simplificado.{ending}"
            for ending in ("topojson", "geojson")
        )
    ]

    by_code = [
        {row["ubigeo"]: shape for row, shape in zip(one.attributes, one.geometries, strict=True)}
        for one in found
    ]
    assert len(by_code[0]) == 1874
    assert by_code[0].keys() == by_code[1].keys()
    far = [shapely.hausdorff_distance(by_code[0][code], by_code[1][code]) for code in by_code[0]]
    assert max(far) < 1e-4


@pytest.mark.parametrize("driver", ["KML", "LIBKML"])
def test_a_kml_gives_what_another_program_wrote(tmp_path: Path, driver: str) -> None:
    path = tmp_path / "zonas.kml"
    shapes = [HOLED, shapely.MultiPolygon([HOLED, a_square()]), shapely.Point(-76.2, -9.9)]
    frame = geopandas.GeoDataFrame({"Name": ["a", "b", "c"], "ubigeo": ["100101", "1", "2"]},
                                   geometry=shapes, crs=4326)  # fmt: skip
    pyogrio.write_dataframe(frame, path, driver=driver)

    layer = read_layer(admitted(path, path.name))

    assert [row["name"] for row in layer.attributes] == ["a", "b", "c"]
    assert [row["ubigeo"] for row in layer.attributes] == ["100101", "1", "2"]
    assert all(
        shapely.equals_exact(ours, theirs, 1e-9)
        for ours, theirs in zip(layer.geometries, shapes, strict=True)
    )
    assert layer.crs == "EPSG:4326"


KML = """<?xml version="1.0" encoding="UTF-8"?>
<kml xmlns="http://www.opengis.net/kml/2.2"><Document><name>Puntos</name>
<NetworkLink><Link><href>http://example.invalid/x.kml</href></Link></NetworkLink>
<Folder><name>carpeta</name>
<Placemark><name>Posta  Ñahui</name><description><![CDATA[<b>hola</b>]]></description>
<ExtendedData><Data name="codigo"><value>00001234</value></Data></ExtendedData>
<Point><coordinates>-76.2,-9.9,1890</coordinates></Point></Placemark>
<Placemark><name>sin lugar</name></Placemark>
<Placemark><name>rota</name><Point><coordinates>aquí</coordinates></Point></Placemark>
</Folder></Document></kml>"""


def test_what_a_kml_points_to_is_told_and_left_out(upload: Open) -> None:
    layer = read_layer(upload("a.kml", KML))

    assert layer.name == "Puntos"
    assert layer.attributes[0] == {
        "name": "Posta Ñahui", "description": "<b>hola</b>", "codigo": "00001234"
    }  # fmt: skip
    assert layer.geometries[1] is None
    assert [(error.row, error.value) for error in layer.errors] == [(3, "aquí")]
    assert any("remite a otros archivos" in notice.text for notice in layer.notices)


def test_a_kmz_is_its_kml(zipped: Write, upload: Open) -> None:
    path = zipped("a.kmz", {"doc.kml": KML.encode(), "files/foto.txt": b"x"})

    file = admitted(path, "a.kmz")

    assert file.kind is Kind.KMZ
    assert read_layer(file).attributes == read_layer(upload("a.kml", KML)).attributes


@pytest.mark.parametrize(
    "text",
    [
        KML[:-40],
        KML.replace("?>", "?><!DOCTYPE kml [<!ENTITY a 'b'>]>", 1),
        KML.replace("</Folder>", ""),
    ],
)
def test_a_kml_that_is_cut_or_brings_entities_is_refused(upload: Open, text: str) -> None:
    with pytest.raises(Malformed, match="dañada"):
        read_layer(upload("a.kml", text))


def test_a_kml_over_the_limit_is_refused(upload: Open) -> None:
    with pytest.raises(TooLarge, match="2 filas"):
        read_layer(upload("a.kml", KML), Limits(rows=2))


def test_points_of_a_layer_are_columns_of_a_table(tmp_path: Path, upload: Open) -> None:
    path = tmp_path / "postas.gpkg"
    frame = geopandas.GeoDataFrame(
        {"codigo": ["1", "2"], "LON": ["x", "y"]},
        geometry=[shapely.Point(-76.2, -9.9), None],
        crs=4326,
    )
    pyogrio.write_dataframe(frame.to_crs(32718), path)

    found = point_tables.read(admitted(path, path.name))

    assert found.columns == ("codigo", "lon", "lat")
    assert found.row_numbers == [1, 2]
    assert np.allclose([float(found.rows[0][name]) for name in ("lon", "lat")], (-76.2, -9.9))
    assert found.rows[1] == {"codigo": "2", "lon": "", "lat": ""}
    with pytest.raises(Invalid, match="no es una capa de puntos"):
        point_tables.read(upload("a.topojson", json.dumps(TWO)), layer="caminos")
    assert point_tables.read(upload("a.csv", "codigo,lon\n1,2\n")).columns == ("codigo", "lon")
