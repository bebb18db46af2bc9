"""Layers to take away: every format holds what the screen shows to this reader, and no more."""

import csv
import io
import json
import sqlite3
import xml.etree.ElementTree as ET
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import duckdb
import pyogrio
import pytest
import shapely

from app.operations.layers import exports, offered, registry, visible
from app.operations.layers.exports import Wanted
from app.records import boundaries, places
from app.records.territory import Place
from app.store.sessions import Store
from tests import world
from tests.http.town import Town
from tests.maps.district import KEPT, NAMED, NAMES, SAID
from tests.maps.test_offered import reader

AT = f"/d/{world.UBIGEO}/mapas"
WAYS = ("gpkg", "geojson", "kml", "parquet", "csv")
KML = "{http://www.opengis.net/kml/2.2}"


def fetched(town: Town, path: str, login: str = "oficial") -> bytes:
    """What is at this address under the maps."""
    answer = town.client(login).get(AT + path)
    assert answer.status_code == 200, answer.text[:300]
    assert "attachment" in answer.headers["content-disposition"]
    return answer.content


def opened(body: bytes) -> sqlite3.Connection:
    """A GeoPackage that was fetched."""
    base = sqlite3.connect(":memory:")
    base.deserialize(body)
    return base


@pytest.fixture
def everything(mapped: Town) -> Iterator[sqlite3.Connection]:
    """All layers of the official in one GeoPackage."""
    base = opened(fetched(mapped, "/todas/datos.gpkg"))
    yield base
    base.close()


def test_one_geopackage_holds_every_layer_with_its_style(everything: sqlite3.Connection) -> None:
    tables = dict(everything.execute("SELECT table_name, data_type FROM gpkg_contents"))
    styled = {name for (name,) in everything.execute("SELECT f_table_name FROM layer_styles")}

    features = {name for name, kind in tables.items() if kind == "features"}
    assert {name.split("_")[0] for name in features} >= {
        layer.code for layer in registry.LAYERS if "_" not in layer.code
    }
    assert {"limits", "indicator_p_f1", "gap_p_f1"} <= features
    assert styled == features
    assert {"about", "dictionary", "layer_styles"} == {
        n for n, k in tables.items() if k == "attributes"
    }


def test_every_column_is_in_the_dictionary(everything: sqlite3.Connection) -> None:
    meant = {name for (name,) in everything.execute('SELECT "column" FROM dictionary')}
    columns = {row[1] for row in everything.execute("PRAGMA table_info(indicator_p_f1)")}
    about = everything.execute("SELECT said FROM about WHERE layer = 'indicator_p_f1'").fetchall()

    assert columns - {"fid", "geom"} <= meant
    assert ("Límites referenciales, sin efecto legal.",) in about
    assert ("4 de 5 comunidades",) in about


def test_the_class_is_the_colour_of_the_screen(
    mapped: Town, everything: sqlite3.Connection
) -> None:
    at = f"/api/v1/districts/{world.UBIGEO}/layers/support/values"
    screen = mapped.client("oficial").get(at).json()

    rows = dict(everything.execute("SELECT code, map_class FROM support"))
    for code, told in screen["values"].items():
        if told.get("value") is None:
            assert rows[code] is None
            continue
        each = screen["legend"][rows[code]]
        assert each["from"] <= told["value"] <= each["to"]


def test_gdal_reads_the_geopackage_as_it_was_meant(mapped: Town, tmp_path: Path) -> None:
    path = tmp_path / "capas.gpkg"
    path.write_bytes(fetched(mapped, "/todas/datos.gpkg"))

    listed = dict(pyogrio.list_layers(path).tolist())
    assert listed["limits"] == "MultiPolygon"
    assert listed["support"] == "Point"
    assert listed["hazards"] == "LineString"
    assert listed["about"] is None
    for name, kind in listed.items():
        meta, _, shapes, fields = pyogrio.raw.read(path, layer=name)
        if kind is None:
            continue
        assert meta["crs"] == "EPSG:4326"
        found = shapely.from_wkb(shapes)
        assert all(shape is None or -77 < shape.bounds[0] < -76 for shape in found)
        assert len(fields) == len(meta["fields"])


@pytest.mark.parametrize("way", WAYS)
def test_every_format_holds_the_same_communities(mapped: Town, tmp_path: Path, way: str) -> None:
    body = fetched(mapped, f"/indicador/datos.{way}?indicador=P-F1")

    found = READERS[way](body, tmp_path)
    by_code = {row["code"]: row for row in found}
    assert {code: row["name"] for code, row in by_code.items()} == NAMES
    assert float(by_code["A"]["value"]) == pytest.approx(0.3871)
    assert int(by_code["A"]["x"]) == 12
    assert by_code["E"].get("value") in (None, "")
    assert by_code["E"].get("map_class") in (None, "")
    assert by_code["B"]["at"] == pytest.approx((-76.6, -7.05))


@pytest.mark.parametrize("way", WAYS)
def test_nothing_unpublished_reaches_the_public_in_any_format(mapped: Town, way: str) -> None:
    body = fetched(mapped, f"/todas/datos.{way}", login="")

    plain = _unpacked(body)
    for word in (SAID, NAMED, KEPT, "20 de 25", "Necesita apoyo"):
        assert word.encode() not in plain, word
    for slug in ("apoyo", "problemas", "peligros", "acciones"):
        answer = mapped.client().get(f"{AT}/{slug}/datos.{way}", follow_redirects=False)
        assert answer.status_code in (303, 401), slug


def test_what_is_kept_apart_for_the_public_is_the_same_as_on_its_screen(mapped: Town) -> None:
    client = mapped.client()
    at = f"/api/v1/districts/{world.UBIGEO}/layers/indicator/values?indicator=P-F1"
    screen = client.get(at).json()["values"]
    rows = _geojson(client.get(f"{AT}/indicador/datos.geojson?indicador=P-F1").content, Path())

    for row in rows:
        told = screen.get(row["code"], {})
        assert (row["value"], row["x"], row["n"]) == tuple(
            told.get(name) for name in ("value", "x", "n")
        )
    assert all(row["people"] is None for row in rows)


def test_geojson_is_as_its_standard_says(mapped: Town) -> None:
    found = json.loads(fetched(mapped, "/apoyo/datos.geojson"))

    assert found["type"] == "FeatureCollection"
    assert all({"type", "id", "geometry", "properties"} == set(each) for each in found["features"])
    assert found["about"]["Límites"] == "Límites referenciales, sin efecto legal."
    assert "crs" not in found


def test_kml_has_a_style_for_each_class_and_one_for_the_unknown(mapped: Town) -> None:
    root = ET.fromstring(fetched(mapped, "/indicador/datos.kml?indicador=P-F1"))

    styles = {f"#{each.get('id')}" for each in root.iter(f"{KML}Style")}
    used = {each.text for each in root.iter(f"{KML}styleUrl")}
    assert used <= styles
    assert "#indicator_p_f1-unknown" in used


def test_parquet_says_where_its_shapes_are(mapped: Town, tmp_path: Path) -> None:
    path = tmp_path / "capa.parquet"
    path.write_bytes(fetched(mapped, "/indicador/datos.parquet?indicador=P-F1"))

    kept = duckdb.sql(
        f"SELECT decode(value) FROM parquet_kv_metadata('{path}') WHERE decode(key) = 'geo'"
    )
    about = json.loads(kept.fetchall()[0][0])
    assert about["version"] == "1.1.0"
    assert about["columns"]["geometry"]["encoding"] == "WKB"
    assert about["columns"]["geometry"]["geometry_types"] == ["Point"]
    assert about["columns"]["geometry"]["bbox"] == pytest.approx([-76.7, -7.1, -76.3, -6.9])


def test_no_cell_of_the_table_can_run(mapped: Town) -> None:
    body = fetched(mapped, "/apoyo/datos.csv").decode("utf-8-sig")

    assert not [
        cell for row in csv.reader(io.StringIO(body)) for cell in row
        if cell[:1] in "=+@" and cell
    ]  # fmt: skip


@pytest.mark.parametrize("way", ["geojson", "csv", "parquet"])
def test_all_layers_of_a_format_of_one_come_in_a_zip_with_words(mapped: Town, way: str) -> None:
    with zipfile.ZipFile(io.BytesIO(fetched(mapped, f"/todas/datos.{way}"))) as found:
        names = found.namelist()
        words = found.read("LEEME.txt").decode("utf-8-sig")

    assert {f"support.{way}", f"indicator.P-F1.{way}", f"hazards.{way}"} <= set(names)
    assert "map_class: " in words
    assert "Límites referenciales" in words


def test_another_format_is_refused_in_words(mapped: Town) -> None:
    answer = mapped.client("oficial").get(f"{AT}/apoyo/datos.exe")

    assert answer.status_code == 404
    assert "gpkg, geojson, kml, parquet" in answer.text


def _gpkg(body: bytes, _: Path) -> list[dict[str, Any]]:
    base = opened(body)
    base.row_factory = sqlite3.Row
    rows = [dict(row) for row in base.execute("SELECT * FROM indicator_p_f1")]
    return [row | {"at": _spot(row["geom"][8:])} for row in rows]


def _geojson(body: bytes, _: Path) -> list[dict[str, Any]]:
    return [
        each["properties"] | {"at": each["geometry"] and tuple(each["geometry"]["coordinates"])}
        for each in json.loads(body)["features"]
    ]


def _kml(body: bytes, _: Path) -> list[dict[str, Any]]:
    found = []
    for mark in ET.fromstring(body).iter(f"{KML}Placemark"):
        row: dict[str, Any] = {
            str(data.get("name")): data.findtext(f"{KML}value") for data in mark.iter(f"{KML}Data")
        }
        text = mark.findtext(f".//{KML}coordinates") or ""
        found.append(row | {"at": tuple(float(part) for part in text.split(","))})
    return found


def _parquet(body: bytes, folder: Path) -> list[dict[str, Any]]:
    path = folder / "capa.parquet"
    path.write_bytes(body)
    found = duckdb.sql(f"SELECT * FROM '{path}'")
    rows = [dict(zip(found.columns, row, strict=True)) for row in found.fetchall()]
    return [row | {"at": _spot(row["geometry"])} for row in rows]


def _csv(body: bytes, _: Path) -> list[dict[str, Any]]:
    rows = list(csv.DictReader(io.StringIO(body.decode("utf-8-sig"))))
    return [row | {"at": (float(row["lon"]), float(row["lat"]))} for row in rows]


READERS = {"gpkg": _gpkg, "geojson": _geojson, "kml": _kml, "parquet": _parquet, "csv": _csv}


def _spot(wkb: bytes) -> tuple[float, float]:
    shape = shapely.from_wkb(bytes(wkb))
    return (shape.x, shape.y)


def _unpacked(body: bytes) -> bytes:
    if not zipfile.is_zipfile(io.BytesIO(body)):
        return body
    with zipfile.ZipFile(io.BytesIO(body)) as found:
        return b"".join(found.read(name) for name in found.namelist())


def test_programs_take_the_same_files(mapped: Town) -> None:
    at = f"/api/v1/districts/{world.UBIGEO}/layers"
    client = mapped.client("oficial")

    one = client.get(f"{at}/indicator.P-F1/file?format=geojson")
    every = client.get(f"{at}/all/file")
    project = client.get(f"{at}/all/file?format=qgis")

    assert one.json()["name"] == "indicator.P-F1"
    assert every.content == fetched(mapped, "/todas/datos.gpkg")
    with zipfile.ZipFile(io.BytesIO(project.content)) as found:
        assert {name.rsplit(".")[-1] for name in found.namelist()} == {"gpkg", "qgs", "txt"}
    assert client.get(f"{at}/nada/file").status_code == 404
    assert client.get(f"{at}/indicator.{KEPT}/file").status_code == 404
    assert mapped.client().get(f"{at}/support/file").status_code == 401


def test_the_page_of_a_map_offers_its_paper_and_its_files(mapped: Town) -> None:
    text = mapped.client("oficial").get(f"{AT}/indicador?indicador=P-F1&con=peligros").text

    assert f'action="{AT}/indicador/imprimir.pdf"' in text
    assert f'formaction="{AT}/indicador/datos.geojson"' in text
    assert text.count('<input type="hidden" name="indicador" value="P-F1">') == 2
    assert '<input type="hidden" name="con" value="peligros">' in text
    assert f"{AT}/todas/qgis.zip" in text
    assert 'action="/mapa/imprimir.pdf"' in mapped.client().get("/mapa").text


@pytest.mark.parametrize("who", ["public", "council", "official", "clerk"])
def test_everybody_takes_the_layers_of_their_own_maps(settled: Store, who: str) -> None:
    with settled.reading() as session:
        given, asked = reader(session, who)
        found = exports.tables(session, given, Wanted(exports.ALL, asked.day))
        open_here = visible.layers(given.policy, given.actor, given.where)
        shown = {
            each.code: offered.sheet(session, each)
            for each in offered.offers(session, given, asked)
        }

    tables = {each.code: each for each in found}
    assert {code.split(".")[0] for code in tables} <= {"limits", *(e.code for e in open_here)}
    assert set(tables) == {"limits", *shown}
    for code, sheet in shown.items():
        assert [row[:10] for row in tables[code].rows] == list(sheet.rows)
        assert tables[code].shapes == sheet.shapes
    if who == "public":
        assert all(word not in str(found) for word in (SAID, NAMED, KEPT))


def test_nobody_borders_on_an_invented_district(settled: Store) -> None:
    with settled.reading() as session:
        near = boundaries.near(session, 0, (-76.7, -7.1, -76.6, -7.0))
        region = boundaries.of_region(session, world.UBIGEO[:2])

    assert near == []
    assert [each.code for each in region] == [world.UBIGEO]


def test_neighbours_are_found_by_where_they_lie(mapped: Town) -> None:
    with mapped.store.writing() as session:
        here = places.district(session, world.UBIGEO)
        session.get_one(Place, here.place_id).fictitious = False

    with mapped.store.reading() as session:
        near = boundaries.near(session, 0, (-76.7, -7.1, -76.6, -7.0))
        own = boundaries.near(session, here.place_id, (-76.7, -7.1, -76.6, -7.0))
        far = boundaries.near(session, 0, (-70.0, -15.0, -69.0, -14.0))

    assert [name for name, _ in near] == [here.name]
    assert own == far == []
