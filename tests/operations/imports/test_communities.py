"""Communities from a spreadsheet: words read, points lent, the district kept, undone."""

import io

import openpyxl
import pytest

from app.errors import Conflict
from app.operations import communities
from app.operations.trail import SYSTEM
from app.records import places
from tests import world
from tests.operations.imports.house import House, messages, notices

HEADING = "codigo,nombre,tipo,lengua,altitud,poblacion,hogares,longitud,latitud"
GOOD = f"{HEADING}\n1001010001,SAN ISIDRO,Comunidad campesina,Quechua chanka,3200,120,31,,\n"


def test_a_community_takes_its_district_from_its_code_and_its_point_from_inei(
    settled: House,
) -> None:
    settled.bring("places", "inei_ccpp,ccpp,latitude,longitude\n1001010001,X,-9.95,-76.25\n")

    settled.bring("communities", GOOD)

    assert settled.rows(
        "SELECT c.name, c.kind, c.language, c.altitude_m, c.population, c.households, p.code "
        "FROM community c JOIN belonging b ON b.community_id = c.id "
        "JOIN place p ON p.id = b.place_id WHERE b.valid_to IS NULL"
    ) == [("San Isidro", "campesina", "quy", 3200, 120, 31, "100101")]
    with settled.store.reading() as session:
        district = places.district(session, "100101")
        where = places.community(session, district, "1001010001")
        point = communities.shape_of(communities.found(session, where))
    assert point is not None
    assert (point.x, point.y) == (-76.25, -9.95)


def test_a_workbook_reads_as_a_csv(settled_local: House) -> None:
    book = openpyxl.Workbook()
    assert book.active is not None
    for line in GOOD.splitlines():
        book.active.append(line.split(","))
    written = io.BytesIO()
    book.save(written)

    settled_local.bring("communities", written.getvalue(), name="comunidades.xlsx")

    assert settled_local.rows("SELECT name, households FROM community") == [("San Isidro", 31)]


def test_an_empty_cell_leaves_what_stands(settled_local: House) -> None:
    settled_local.bring("communities", GOOD)

    settled_local.bring("communities", "codigo,nombre,poblacion\n1001010001,San Isidro,\n")

    assert settled_local.rows("SELECT population, kind FROM community") == [(120, "campesina")]


def test_undo_restores_communities_exactly(settled: House) -> None:
    settled.bring("communities", GOOD)
    before = settled.dump()

    batch = settled.bring(
        "communities", GOOD.replace(",120,", ",130,") + "1001020001,NUEVA,,,,,,-76.15,-9.95\n"
    )
    settled.undo(batch)

    assert batch.report["counts"] == {"new": 1, "changed": 1, "same": 0}
    assert settled.dump() == before


def test_undo_is_refused_where_a_family_stands_on_it(settled: House) -> None:
    batch = settled.bring("communities", GOOD)
    with settled.store.writing() as session:
        found = communities.gazetteer.community(
            session, settled.rows("SELECT id FROM community")[0][0]
        )
        world.families(session, found, 2)
    before = settled.dump()

    with pytest.raises(Conflict) as refused:
        settled.undo(batch)

    assert "familias (2)" in str(refused.value)
    assert settled.dump() == before


def test_undo_is_refused_after_a_correction_by_hand(settled_local: House) -> None:
    batch = settled_local.bring("communities", GOOD)
    with settled_local.store.reading() as session:
        where = places.community(session, places.district(session, "100101"), "1001010001")
        seen = communities.version(communities.found(session, where))
    communities.change(settled_local.store, SYSTEM, where, seen, {"population": 140})

    with pytest.raises(Conflict) as refused:
        settled_local.undo(batch)

    assert "cambiaron después" in str(refused.value)


@pytest.mark.parametrize(
    ("row", "says"),
    [
        (",Sin código,,,,,,,", "Falta el código."),
        ("100101/1,Mala,,,,,,,", "solo puede tener letras"),
        ("1001010009,,,,,,,,", "Falta el nombre."),
        ("1001010009,A,villa,,,,,,", "No se conoce esa palabra."),
        ("1001010009,A,,latín,,,,,", "No se conoce esa palabra."),
        ("1001010009,A,,,,-5,,,", "El número no es posible."),
        ("1001010009,A,,,alto,,,,", "No es un número entero."),
        ("1001990009,A,,,,,,,", "no existe o ya no está en uso"),
        ("LOCAL-1,A,,,,,,,", "Falta el código UBIGEO."),
    ],
)
def test_a_bad_row_is_named(settled_local: House, row: str, says: str) -> None:
    batch = settled_local.check("communities", f"{HEADING}\n{row}\n")

    assert any(says in message for _, message in messages(batch)), messages(batch)
    assert settled_local.rows("SELECT count(*) FROM community") == [(0,)]


def test_a_code_of_another_district_is_not_taken_over(settled_local: House) -> None:
    settled_local.bring("communities", "codigo,nombre,ubigeo\nA1,Una,100101\n")

    batch = settled_local.check("communities", "codigo,nombre,ubigeo\nA1,Una,100102\n")

    assert messages(batch) == [(2, "Este código ya es de una comunidad del distrito 100101.")]


def test_a_district_imports_only_its_own(settled_local: House) -> None:
    where = ("100101", settled_local.rows("SELECT id FROM place WHERE code = '100101'")[0][0])
    two = f"{GOOD}1001020001,AJENA,,,,,,,\n"

    batch = settled_local.check("communities", two, place=where)

    assert messages(batch) == [(3, "La fila es de otro distrito.")]


def test_a_point_outside_the_district_is_told(settled_local: House) -> None:
    outside = f"{HEADING}\n1001010001,A,,,,,,-76.15,-9.95\n"

    batch = settled_local.bring("communities", outside)

    assert any("fuera de los límites" in each for each in notices(batch))
