"""Agreements of earlier years from the planner's sheet: read kindly, refused by row, undone."""

import io
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from app.documents import tables
from app.errors import Conflict, Invalid, Malformed
from app.operations import agreement_news, agreement_sheets, agreements, works
from app.operations.trail import SYSTEM
from app.operations.works import Mark
from app.records import places
from tests import world
from tests.operations.imports.house import House

HEADING = (
    "Año,Proyecto,Comunidad,CUI,Acordado,PIM,Certificado,Devengado,Pagado,Estado,"
    "Entregada el,Conforme el,Al día,Observaciones"
)
POSTA = (
    '2025,Posta de San Isidro,San Isidro,2345678,"S/ 118,000.50","118.000,50",118 000,'
    "90000,90000,Concluida,14/02/2026,2026-03-01,30/09/2026,Lista\n"
)
CANAL = "2024,Canal,1001010002;SAN ISIDRO,,5000,,,,,en ejecución,,,,\n"


@pytest.fixture
def village(house: House) -> House:
    """A district with three communities, two of them of one name."""
    with house.store.writing() as session:
        world.catalogue(session)
        of = world.district(session, "100101")
        for code, name in (("1", "San Isidro"), ("2", "Loma Verde"), ("3", "Loma Verde")):
            at = world.community(session, of, f"100101000{code}")
            at.name = name
    return house


def brought(village: House, body: str | bytes, **options: Any) -> Any:
    """Check a sheet for the district."""
    name = options.pop("name", "acuerdos.csv")
    key = village.rows("SELECT id FROM place WHERE code = '100101'")[0][0]
    return village.check("agreements", body, name=name, place=("100101", key), **options)


def test_a_sheet_becomes_agreements_with_money_and_both_dates(village: House) -> None:
    batch = brought(village, f"{HEADING}\n{POSTA}{CANAL}")
    assert (batch.state, batch.report["error_count"]) == ("previewed", 0), batch.report
    assert village.rows("SELECT * FROM agreement") == []

    village.publish(batch)

    with village.store.reading() as session:
        where = places.district(session, "100101")
        posta, canal = agreements.listed(session, where)
        told = agreement_news.of_all(session, [posta, canal])
    assert (posta.state, posta.cents, posta.cui, posta.note) == (
        "delivered",
        11_800_050,
        "2345678",
        "Lista",
    )
    news = told[posta.id]
    assert (news.money.pim, news.money.certified) == (11_800_050, 11_800_000)
    assert (str(posta.delivered_on), str(news.conforming_on)) == ("2026-02-14", "2026-03-01")
    assert (canal.state, len(told[canal.id].served)) == ("works", 2)


def test_the_same_sheet_again_changes_nothing(village: House) -> None:
    village.publish(brought(village, f"{HEADING}\n{POSTA}"))

    batch = brought(village, f"{HEADING}\n{POSTA}{CANAL}")

    assert batch.report["counts"] == {"new": 1, "same": 1}


@pytest.mark.parametrize(
    ("row", "message"),
    [
        ("2025,Posta,San Isidrio,,1,,,,,,,,,\n", "¿Quiso decir San Isidro?"),
        ("2025,Posta,Loma Verde,,1,,,,,,,,,\n", "más de una comunidad"),
        ("2025,Posta,,23A,1,,,,,,,,,\n", "no es un CUI"),
        ("2025,Posta,,,doce mil,,,,,,,,,\n", "no es un monto"),
        ("2025,Posta,,,-5,,,,,,,,,\n", "no es un monto"),
        ("2025,Posta,,,1,,,,,volando,,,,\n", "Ese estado no se conoce"),
        ("2025,Posta,,,1,,,,,,31/02/2025,,,\n", "No es una fecha"),
        ("2025,Posta,,,1,,,,,,31/12/2999,,,\n", "todavía no llega"),
        ("2025,Posta,,,1,,,,,por empezar,01/02/2025,,,\n", "su estado es otro"),
        ("25,Posta,,,1,,,,,,,,,\n", "El número no es posible"),
        (",Posta,,,1,,,,,,,,,\n", "Falta este dato"),
        ("2025,,,,1,,,,,,,,,\n", "Falta este dato"),
        ("2025,Canal,,,1,,,,,,,,,\n2025,canal,,,2,,,,,,,,,\n", "Ya está en la fila 2"),
        ("2025,=1+1,,,1,,,,,,,,,\n", ""),
    ],
)
def test_a_bad_row_is_named_and_nothing_is_stored(village: House, row: str, message: str) -> None:
    batch = brought(village, f"{HEADING}\n{row}")

    said = " ".join(f"{each['message']} {each['remedy']}" for each in batch.report["errors"])
    assert batch.report["error_count"] >= 1
    assert message in said
    with pytest.raises(Invalid):
        village.publish(batch)
    assert village.rows("SELECT * FROM agreement") == []


def test_good_rows_may_come_without_the_bad_ones(village: House) -> None:
    bad = "2025,Posta,,,doce mil,,,,,,,,,\n"

    village.publish(brought(village, f"{HEADING}\n{bad}{CANAL}", skip_errors=True))

    assert village.rows("SELECT title FROM agreement") == [("Canal",)]


@pytest.mark.parametrize(
    "body",
    [b"Comunidad,Monto\nA,1\n", b"\x89PNG\r\n\x1a\n0000", b"PK\x03\x04 cut", b"Ano;Acuerdo"],
)
def test_what_is_no_such_sheet_is_refused_with_a_remedy(village: House, body: bytes) -> None:
    batch = brought(village, body)

    told = batch.report.get("refusal") or {"remedy": "sin filas"}
    assert not batch.report["publishable"]
    assert told["remedy"]
    assert village.rows("SELECT * FROM agreement") == []


def test_an_empty_file_is_refused_at_the_door(village: House) -> None:
    with pytest.raises(Malformed, match="vacío"):
        brought(village, b"")


def test_files_of_other_things_are_refused(village: House, data_dir: Path) -> None:
    for path in sorted((data_dir / "dirty").glob("*.csv")):
        batch = brought(village, path.read_bytes(), name=path.name)

        assert not batch.report["publishable"], path.name


def test_the_template_comes_back_filled(village: House) -> None:
    body = tables.as_xlsx(agreement_sheets.template([("P-F2", "Agua")], [("1", "San Isidro")]))
    book = openpyxl.load_workbook(io.BytesIO(body))
    sheet = book["Acuerdos"]
    for at, value in enumerate(
        (2025, "Posta", "San Isidro", "2345678", "SIAF", 100.1, 90.2, None, 10, 10, "en obra")
    ):
        sheet.cell(2, at + 1, value)
    sheet.cell(2, 15, "P-F2")
    out = io.BytesIO()
    book.save(out)

    village.publish(brought(village, out.getvalue(), name="acuerdos.xlsx"))

    assert village.rows("SELECT title, state, cents, need FROM agreement") == [
        ("Posta", "works", 10_010, "P-F2")
    ]
    assert village.rows("SELECT pim_cents, certified_cents FROM budget_line") == [(9_020, None)]


def test_undo_takes_everything_back_and_refuses_what_was_followed(village: House) -> None:
    before = village.dump()
    batch = village.publish(brought(village, f"{HEADING}\n{POSTA}{CANAL}"))
    village.undo(batch)
    assert village.dump() == before

    batch = village.publish(brought(village, f"{HEADING}\n{POSTA}"))
    with village.store.writing() as session:
        where = places.district(session, "100101")
        row = agreements.listed(session, where)[0]
        seen = agreements.Seen(row.fiscal_year, row.number, row.revision)
        works.set_milestone(session, SYSTEM, where, seen, Mark("Techo"), row.created_at.date())
    with pytest.raises(Conflict, match="ya se anotó algo"):
        village.undo(batch)
