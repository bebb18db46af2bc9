"""Layers of limits: the tree that they make, what is wrong with them, and taking them back."""

import io
import zipfile

import pytest

from app.errors import Conflict, Invalid
from app.records import boundaries, imports, places
from tests.operations.imports.house import (
    TWO_DISTRICTS,
    House,
    district_row,
    layer,
    messages,
    notices,
    square,
)


def test_a_layer_of_districts_makes_the_tree_above_them(settled: House) -> None:
    with settled.store.reading() as session:
        district = places.district(session, "100102")

    assert (district.name, len(district.lineage)) == ("Amarilis", 4)
    assert settled.rows("SELECT code, name FROM place ORDER BY code") == [
        ("10", "Huanuco"),
        ("1001", "Huanuco"),
        ("100101", "Huanuco"),
        ("100102", "Amarilis"),
        ("PE", "Perú"),
    ]
    assert settled.rows("SELECT capital FROM place WHERE code = '100102'") == [("Amarilis",)]


def test_the_newest_layer_is_in_force_and_taking_it_back_leaves_the_one_before(
    settled: House,
) -> None:
    moved = layer(district_row("100101", "HUANUCO", west=-76.4))

    batch = settled.bring("boundaries", moved, name="nueva.geojson")
    with settled.store.reading() as session:
        new = {each.code: each.shape.bounds[0] for each in boundaries.in_force(session)}
    settled.undo(batch)
    with settled.store.reading() as session:
        old = {each.code: each.shape.bounds[0] for each in boundaries.in_force(session)}

    assert new == {"100101": pytest.approx(-76.4), "100102": pytest.approx(-76.2)}
    assert old == {"100101": pytest.approx(-76.3), "100102": pytest.approx(-76.2)}


def test_undoing_the_first_layer_leaves_nothing(house: House) -> None:
    before = house.dump()
    batch = house.bring("boundaries", TWO_DISTRICTS, name="distritos.geojson")

    house.undo(batch)

    assert house.dump() == before
    assert house.rows("SELECT count(*) FROM boundary") == [(0,)]


def test_a_place_that_something_needs_is_not_taken_back(settled: House) -> None:
    with settled.store.reading() as session:
        layer_of_all = imports.recent(session, None)[0]
    settled.bring("communities", "codigo,nombre\n1001010001,San Isidro\n")

    with pytest.raises(Conflict) as refused:
        settled.undo(layer_of_all)

    assert "comunidades" in str(refused.value)
    assert settled.rows("SELECT count(*) FROM boundary WHERE NOT withdrawn") == [(2,)]


def test_the_report_measures_overlaps_and_gaps_in_square_metres(local: House) -> None:
    overlapping = layer(
        district_row("100101", "UNO"), district_row("100102", "DOS", west=-76.3 + 0.0999)
    )

    batch = local.check("boundaries", overlapping, name="traslape.geojson")

    overlap = batch.report["summary"]["overlaps"][0]
    # A strip of 0.0001 by 0.1 degrees at ten degrees south: some 10.9 m by 11.06 km.
    assert overlap["codes"] == ["100101", "100102"]
    assert overlap["m2"] == pytest.approx(10.95 * 11_060, rel=0.01)


def test_a_row_without_geometry_is_named_and_nothing_is_stored(local: House) -> None:
    empty = layer(district_row("100101", "UNO"), ({"ubigeo": "100102", "distrito": "DOS"}, None))

    batch = local.check("boundaries", empty, name="nulos.geojson")
    with pytest.raises(Invalid):
        local.publish(batch)

    assert messages(batch) == [(2, "La fila no tiene geometría.")]
    assert local.rows("SELECT count(*) FROM place") == [(0,)]


def test_rows_with_errors_may_be_left_out_on_purpose(local: House) -> None:
    empty = layer(district_row("100101", "UNO"), ({"ubigeo": "100102", "distrito": "DOS"}, None))

    batch = local.bring("boundaries", empty, name="nulos.geojson", skip_errors=True)

    assert batch.report["skipped"] == 1
    assert local.rows("SELECT code FROM place WHERE kind = 'district'") == [("100101",)]


def test_a_repeated_code_names_the_row_that_has_it_first(local: House) -> None:
    twice = layer(district_row("100101", "UNO"), district_row("100101", "OTRO", west=-76.1))

    batch = local.check("boundaries", twice, name="dobles.geojson")

    assert messages(batch) == [(2, "El código ya está en la fila 1.")]


def test_a_layer_whose_coordinates_are_swapped_is_refused_with_its_cause(local: House) -> None:
    swapped = layer(({"ubigeo": "100101"}, [[[b, a] for a, b in square(-76.3, -10.0)[0]]]))

    batch = local.check("boundaries", swapped, name="cambiada.geojson")

    assert batch.state == "failed"
    assert "cambiadas de lugar" in batch.report["refusal"]["message"]


def test_a_layer_with_names_alone_is_refused(local: House) -> None:
    nameless = layer(({"distrito": "SANTA ANA", "provincia": "X"}, square(-76.3, -10.0)))

    batch = local.check("boundaries", nameless, name="nombres.geojson")

    assert batch.report["refusal"]["field"] == "ubigeo"
    assert "250 distritos" in batch.report["refusal"]["remedy"]


@pytest.mark.parametrize("year", ["1500", "3000", "hoy"])
def test_a_year_that_cannot_be_is_refused(house: House, year: str) -> None:
    batch = house.check("boundaries", TWO_DISTRICTS, name="distritos.geojson", vintage=year)

    assert batch.state == "failed"
    assert batch.report["refusal"]["field"] == "vintage"


def test_a_reassigned_code_is_followed(local: House) -> None:
    table = (
        "nivel,tipo,ubigeo_2007,ubigeo_2026,nombre_2007,nombre_2026,contenedor_2007\n"
        "distrito,reasignado,100109,100801,viejo,nuevo,\n"
    )
    local.bring("changes", table)

    batch = local.bring("boundaries", layer(district_row("100109", "VIEJO")), name="vieja.geojson")

    assert notices(batch)[0] == "El código 100109 hoy es 100801: se cambió."
    assert "No se dijo de qué año" in notices(batch)[1]
    assert local.rows("SELECT code FROM place WHERE kind = 'district'") == [("100801",)]


def test_a_code_that_lost_its_zero_is_mended_and_told(local: House) -> None:
    lost = layer(({"UBIGEO": 50101, "distrito": "AYACUCHO"}, square(-74.3, -13.2)))

    batch = local.bring("boundaries", lost, name="sin_cero.geojson")

    assert any("perdieron su cero" in each for each in notices(batch))
    assert local.rows("SELECT code FROM place WHERE kind = 'district'") == [("050101",)]


def test_a_column_may_be_named_by_hand(local: House) -> None:
    odd = layer(({"clave": "100101", "titulo": "X"}, square(-76.3, -10.0)))

    local.bring("boundaries", odd, name="rara.geojson",
                columns={"code": "clave", "district_name": "titulo"})  # fmt: skip

    assert local.rows("SELECT name FROM place WHERE code = '100101'") == [("X",)]


def test_a_layer_keeps_the_names_that_stand_unless_asked(local: House) -> None:
    local.bring("boundaries", layer(district_row("100101", "Huánuco")), name="a.geojson")

    kept = local.bring("boundaries", layer(district_row("100101", "OTRO")), name="b.geojson")
    named = local.rows("SELECT name FROM place WHERE code = '100101'")
    taken = local.bring(
        "boundaries", layer(district_row("100101", "OTRO")), name="c.geojson", rename=True
    )
    renamed = local.rows("SELECT name FROM place WHERE code = '100101'")
    local.undo(taken)

    assert any("conservan el nombre" in each for each in notices(kept))
    assert (named, renamed) == ([("Huánuco",)], [("Otro",)])
    assert local.rows("SELECT name, search FROM place WHERE code = '100101'") == [
        ("Huánuco", "huanuco")
    ]


@pytest.mark.parametrize(
    ("content", "name", "says"),
    [
        (b'{"type": "FeatureCollection", "features": [', "cortado.geojson", "cortado"),
        (b"PK\x05\x06" + b"\0" * 18, "vacio.zip", "Shapefile"),
        (b"%PDF-1.7", "plano.pdf", "PDF"),
        (b"ubigeo,nombre\n100101,A\n", "tabla.csv", "capa"),
    ],
)
def test_what_is_no_layer_is_refused_in_plain_words(
    local: House, content: bytes, name: str, says: str
) -> None:
    batch = local.check("boundaries", content, name=name)

    assert batch.state == "failed"
    assert says in batch.report["refusal"]["message"] + batch.report["refusal"]["remedy"]


def test_a_zip_whose_names_escape_is_refused(local: House) -> None:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("../capa.shp", b"x")

    batch = local.check("boundaries", packed.getvalue(), name="fuga.zip")

    assert "sale de su carpeta" in batch.report["refusal"]["message"]
