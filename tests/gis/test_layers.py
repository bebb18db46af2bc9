"""A layer comes out in degrees and in Peru, or the person learns what it lacks."""

import json
import sqlite3
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
import shapely

from app.errors import Invalid, Malformed, TooLarge, UnsupportedFile
from app.gis import coordinates
from app.gis.coordinates import Verdict
from app.gis.files import Limits, Upload, admitted
from app.gis.layers import Layer, UnknownCRS, read_layer
from app.gis.tables import read_table
from tests.gis.conftest import Write, a_collection, a_square

Open = Callable[..., Upload]


def let_in(path: Path) -> Upload:
    return admitted(path, path.name)


def test_a_geojson_gives_its_rows_as_text(geojson_upload: Open) -> None:
    collection = a_collection(
        a_square(), None, codigo=[50101, "100101"], area=[1.5, 2.0], nulo=[None, True]
    )

    layer = read_layer(geojson_upload(features=collection["features"]))

    assert layer.columns == ("codigo", "area", "nulo")
    assert layer.attributes == [
        {"codigo": "50101", "area": "1.5", "nulo": ""},
        {"codigo": "100101", "area": "2", "nulo": "1"},
    ]
    assert (layer.kind, layer.crs, layer.errors) == ("polygons", "EPSG:4326", ())
    assert layer.geometries[0].equals(a_square())
    assert layer.geometries[1] is None


def test_a_single_feature_and_a_bare_geometry_are_layers_of_one(upload: Open) -> None:
    point = {"type": "Point", "coordinates": [-76.2, -9.9, 1890]}
    feature = {"type": "Feature", "id": 7, "geometry": point, "properties": None}

    assert read_layer(upload("a.json", json.dumps(feature))).attributes == [{"id": "7"}]
    assert read_layer(upload("b.json", json.dumps(point))).kind == "points"


@pytest.mark.parametrize(
    ("text", "refusal", "said"),
    [
        ('{"type": "FeatureCollection", "features": [{"type"', Malformed, "cortado en la línea 1"),
        ('{"type": "FeatureCollection",, }', Malformed, "línea 1, columna 30"),
        ('{"type": "FeatureCollection", "features": 3}', Malformed, "dañada"),
        ('{"type": "Point", "coordinates": [NaN, 1]}', Malformed, "dañada"),
        ('{"a":' * 100_000, Malformed, "dañada"),
        ('{"type": "Topology", "objects": {}}', Malformed, "dañada"),
        ('{"type": "Topology", "objects": {"a": {"type": "Point"}}}', Malformed, "dañada"),
        ('{"type": "Sketch"}', UnsupportedFile, "«Sketch»"),
        ('{"type": "gdal_streamed_alg", "command_line": "gdal"}', UnsupportedFile, "gdal"),
    ],
)
def test_a_broken_or_foreign_json_is_refused(
    upload: Open, text: str, refusal: type[Exception], said: str
) -> None:
    with pytest.raises(refusal, match=said):
        read_layer(upload("a.geojson", text))


def test_a_broken_shape_is_an_error_of_its_row(geojson_upload: Open) -> None:
    broken = {"type": "Polygon", "coordinates": [[[-76.2, -10.0], [-76.1, None]]]}

    layer = read_layer(geojson_upload(a_square(), broken, {"type": "Circle"}))

    assert [error.row for error in layer.errors] == [2, 3]
    assert layer.geometries[1] is None


def test_an_open_ring_of_a_file_is_closed(geojson_upload: Open) -> None:
    open_ring = {"type": "Polygon", "coordinates": [[[-76.2, -10], [-76.1, -10], [-76.1, -9.9]]]}

    assert read_layer(geojson_upload(open_ring)).geometries[0].is_valid


def test_a_geojson_in_latin_1_is_read_and_told(upload: Open) -> None:
    text = json.dumps(a_collection(a_square(), n=["Ñaña"]), ensure_ascii=False)

    layer = read_layer(upload("a.geojson", text.encode("latin-1")))

    assert layer.attributes == [{"n": "Ñaña"}]
    assert "Latin-1" in layer.notices[0].text


@pytest.mark.parametrize("epsg", [32717, 32718, 32719, 4326, 3857])
def test_a_shapefile_in_any_system_comes_out_in_degrees(
    shapefile: Callable[..., Path], epsg: int
) -> None:
    layer = read_layer(let_in(shapefile(epsg)))

    assert layer.crs == f"EPSG:{epsg}"
    assert layer.attributes == [{"nombre": "Ñaña 0"}]
    assert layer.geometries[0].equals_exact(a_square().normalize(), 1e-7, normalize=True)


def test_another_datum_is_told(shapefile: Callable[..., Path]) -> None:
    told = " ".join(notice.text for notice in read_layer(let_in(shapefile(24878))).notices)

    assert "no usa el datum WGS84" in told


def test_a_shapefile_without_prj_is_refused_with_its_likely_system(
    shapefile: Callable[..., Path],
) -> None:
    bare = let_in(shapefile(32718, without=(".prj",)))

    with pytest.raises(UnknownCRS, match=r"falta el \.prj\); parece UTM 18S") as refusal:
        read_layer(bare)
    assert refusal.value.suggestions[0].epsg == 32718
    assert read_layer(bare, assume_epsg=32718).geometries[0].distance(a_square()) < 1e-6


def test_metres_that_call_themselves_degrees_are_refused(geojson_upload: Open) -> None:
    metres = shapely.box(362_000, 8_900_000, 363_000, 8_901_000)

    with pytest.raises(UnknownCRS, match="dice estar en grados y trae metros; parece UTM 18S"):
        read_layer(geojson_upload(metres))


def test_the_old_crs_member_is_obeyed(geojson_upload: Open) -> None:
    metres = shapely.box(362_000, 8_900_000, 363_000, 8_901_000)
    named = {"type": "name", "properties": {"name": "urn:ogc:def:crs:EPSG::32718"}}

    assert read_layer(geojson_upload(metres, crs=named)).crs == "EPSG:32718"


def test_a_shapefile_with_a_part_missing_is_refused(shapefile: Callable[..., Path]) -> None:
    with pytest.raises(Invalid, match=r"falta el \.shx y el \.dbf"):
        read_layer(let_in(shapefile(without=(".dbf", ".shx"))))


def test_several_shapefiles_in_one_archive_are_refused(zipped: Write) -> None:
    with pytest.raises(Invalid, match="trae 2 capas: a/uno, dos"):
        read_layer(let_in(zipped("a.zip", {"a/uno.shp": b"", "dos.SHP": b""})))


def test_a_shapefile_whose_bytes_are_another_thing_never_reaches_gdal(zipped: Write) -> None:
    virtual = b"<OGRVRTDataSource><OGRVRTLayer name='x'/></OGRVRTDataSource>"

    with pytest.raises(Malformed):
        read_layer(let_in(zipped("a.zip", {"d.shp": virtual, "d.shx": b"", "d.dbf": b""})))


@pytest.mark.parametrize("suffix", [".shp", ".shx", ".dbf"])
def test_a_shapefile_with_a_part_cut_short_is_refused(
    shapefile: Callable[..., Path], zipped: Write, suffix: str
) -> None:
    import zipfile

    with zipfile.ZipFile(shapefile()) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    parts[f"distritos{suffix}"] = parts[f"distritos{suffix}"][:60]

    with pytest.raises(Malformed):
        read_layer(let_in(zipped("cortado.zip", parts)))


@pytest.mark.parametrize(
    ("encoding", "without"),
    [("UTF-8", ()), ("ISO-8859-1", ()), ("UTF-8", (".cpg",)), ("ISO-8859-1", (".cpg",))],
)
def test_the_letters_of_a_dbf_are_right_with_and_without_cpg(
    shapefile: Callable[..., Path], encoding: str, without: tuple[str, ...]
) -> None:
    layer = read_layer(let_in(shapefile(without=without, encoding=encoding)))

    assert layer.attributes == [{"nombre": "Ñaña 0"}]


def test_a_geopackage_is_read_in_its_system(drawn: Callable[..., Path]) -> None:
    layer = read_layer(let_in(drawn("a.gpkg", [a_square()], 32719, "GPKG")))

    assert (layer.crs, layer.kind, layer.name) == ("EPSG:32719", "polygons", "a")
    assert layer.attributes == [{"nombre": "Ñaña 0"}]


def test_a_geopackage_of_several_layers_asks_which(drawn: Callable[..., Path]) -> None:
    drawn("a.gpkg", [a_square()], 4326, "GPKG", layer="uno")
    both = let_in(drawn("a.gpkg", [a_square()], 4326, "GPKG", layer="dos", append=False))

    with pytest.raises(Invalid, match="trae 2 capas") as refusal:
        read_layer(both)
    assert refusal.value.field == "capa"
    assert read_layer(both, layer="dos").name == "dos"


def test_a_view_in_a_geopackage_is_no_layer(drawn: Callable[..., Path]) -> None:
    path = drawn("a.gpkg", [a_square()], 4326, "GPKG", layer="uno")
    with sqlite3.connect(path) as store:
        store.execute("drop trigger if exists trigger_delete_feature_count_uno")
        store.execute("create view todo as select a.* from uno a, uno b, uno c")
        store.execute("update gpkg_contents set table_name = 'todo' where table_name = 'uno'")
    store.close()

    with pytest.raises(Invalid, match="trae 0 capas"):
        read_layer(let_in(path))


def test_a_broken_geopackage_is_refused_and_the_file_is_left_as_it_was(
    drawn: Callable[..., Path],
) -> None:
    path = drawn("a.gpkg", [a_square()], 4326, "GPKG")
    path.write_bytes(path.read_bytes()[:5000])

    with pytest.raises(Malformed):
        read_layer(let_in(path))
    assert path.stat().st_size == 5000


def test_too_many_vertices_are_refused_in_every_format(
    geojson_upload: Open, drawn: Callable[..., Path], shapefile: Callable[..., Path]
) -> None:
    few = Limits(vertices=4)
    uploads = [
        geojson_upload(a_square()),
        let_in(drawn("a.gpkg", [a_square()], 4326, "GPKG")),
        let_in(shapefile()),
    ]

    for upload in uploads:
        with pytest.raises(TooLarge, match="más de 4 vértices"):
            read_layer(upload, few)


def test_swapped_coordinates_of_a_whole_layer_are_refused(geojson_upload: Open) -> None:
    with pytest.raises(Invalid, match="cambiadas de lugar en toda la capa"):
        read_layer(geojson_upload(shapely.Point(-9.9, -76.2), shapely.Point(-9.8, -76.1)))


def test_rows_out_of_place_are_errors_with_the_likely_slip(geojson_upload: Open) -> None:
    layer = read_layer(
        geojson_upload(
            shapely.Point(-76.2, -9.9), shapely.Point(0, 0), shapely.Point(76.2, -9.9), None
        )
    )

    assert [(error.row, error.message) for error in layer.errors] == [
        (2, coordinates.MESSAGES[Verdict.ZERO]),
        (3, coordinates.MESSAGES[Verdict.SIGN_LOST]),
    ]


def test_a_layer_of_another_country_is_read_where_no_place_is_asked(geojson_upload: Open) -> None:
    let = geojson_upload(shapely.Point(-11.7, 8.0))

    assert read_layer(let, within=None).errors == ()
    assert len(read_layer(let).errors) == 1


def test_a_table_is_no_layer(upload: Open) -> None:
    with pytest.raises(UnsupportedFile, match="es una tabla"):
        read_layer(upload("a.csv", "a,b\n1,2\n"))


def real(data_dir: Path, name: str, assume_epsg: int | None = None) -> Layer:
    return read_layer(admitted(data_dir / name, name), assume_epsg=assume_epsg)


def test_the_shapefile_of_a_municipality_and_the_national_layer_agree(data_dir: Path) -> None:
    ours = real(data_dir, "limites/huanuco_distritos_utm18s_shp.zip")
    nation = real(data_dir, "limites/peru_distritos_2017_detalle.gpkg")

    by_code = dict(zip([r["ubigeo"] for r in nation.attributes], nation.geometries, strict=True))
    assert len(ours.attributes) == 84
    assert len(nation.attributes) == 1874
    for row, shape in zip(ours.attributes, ours.geometries, strict=True):
        assert shapely.hausdorff_distance(shape, by_code[row["ubigeo"]]) < 1e-7


def test_the_real_shapefile_without_prj_is_recognised(data_dir: Path) -> None:
    name = "dirty/huanuco_distritos_sin_prj_shp.zip"

    with pytest.raises(UnknownCRS, match="parece UTM 18S"):
        real(data_dir, name)
    assert real(data_dir, name, 32718).errors == ()


def test_the_districts_of_2007_come_with_their_null_shapes(data_dir: Path) -> None:
    layer = real(data_dir, "dirty/peru_distrital_2007_con_nulos.geojson")

    null = np.flatnonzero(shapely.is_missing(layer.geometries))
    assert {layer.attributes[row]["IDDIST"] for row in null} == {
        *("010204", "010523", "020602", "070105", "150137", "190203", "200602", "210103")
    }


def test_the_slips_of_the_real_register_are_told_apart(data_dir: Path) -> None:
    name = "dirty/establecimientos_y_vacunatorios_latin1.csv"
    misread = {error.row for error in read_table(admitted(data_dir / name, name)).errors}
    table = read_table(admitted(data_dir / name, name))
    good = [row for n, row in zip(table.row_numbers, table.rows, strict=True) if n not in misread]

    verdicts = coordinates.classify_many(
        [coordinates.parse(row["longitud"]) for row in good],
        [coordinates.parse(row["latitud"]) for row in good],
    )

    count = {verdict: int((verdicts == verdict).sum()) for verdict in Verdict}
    assert count[Verdict.ZERO] >= 460
    assert min(count[v] for v in (Verdict.SWAPPED, Verdict.SIGN_LOST, Verdict.POINT_LOST)) >= 1
    assert count[Verdict.COPIED] >= 1
