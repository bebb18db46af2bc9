"""Household answers by the file: judged, counted, replaced, undone, and folded again."""

import re
from pathlib import Path
from typing import Any

import pytest
from sqlmodel import select

from app.errors import Conflict, Invalid
from app.operations import erasure, rebuilding, stepping
from app.operations.erasure import Erasing
from app.records.families import Family
from app.settings import Settings
from tests.operations.imports.house import House, messages
from tests.town import Town, a_family, lines

HEADING = "comunidad,ronda,hogar,persona,practica,valor,verificado,edad_meses"


def a_house(town: Town, tmp_path: Path) -> House:
    """The town's store with four families, of whom the last refused, and a files folder."""
    for code in ("H1", "H2", "H3"):
        town.send("family", a_family(code))
    town.send("family", a_family("H4", "refused"))
    return House(town.store, Settings(home=tmp_path / "home", database_url=town.store.url))


@pytest.fixture
def answered(town: Town, tmp_path: Path) -> House:
    """The town on each store, ready for answers."""
    return a_house(town, tmp_path)


@pytest.fixture
def answered_local(sqlite_town: Town, tmp_path: Path) -> House:
    """The town on the embedded store, ready for answers."""
    return a_house(sqlite_town, tmp_path)


def a_file(*rows: str, heading: str = HEADING) -> str:
    """Rows of the town's community and round: household, person, practice, value and so on."""
    return "\n".join([heading, *(f"1099010001,2026-I,{row}" for row in rows), ""])


GOOD = a_file(
    "H1,,P-F1,si,observado,", "H2,,P-F1,no,dicho,", "H3,,P-F1,no se sabe,,", "H1,1,P-A3,si,,4"
)
# Keys of the store's own that a rebuild numbers anew say nothing.
SHOWN = """
    SELECT c.code, r.label, f.code, a.person, p.code, a.age_months, a.value, a.verified, a.row
    FROM answer a JOIN round r ON r.id = a.round_id JOIN community c ON c.id = r.community_id
    JOIN family f ON f.id = a.family_id JOIN practice p ON p.id = a.practice_id
    ORDER BY 1, 2, 3, 4, 5
"""
COUNTED = """
    SELECT i.code, g.x, g.n, g.missing, g.verified, g.source FROM aggregate g
    JOIN indicator i ON i.id = g.indicator_id ORDER BY 1
"""


def counted(house: House, code: str) -> tuple[Any, ...] | None:
    """What was counted of an indicator."""
    return next((row[1:] for row in house.rows(COUNTED) if row[0] == code), None)


def test_answers_are_written_with_batch_and_row_and_counted(answered: House) -> None:
    batch = answered.bring("answers", GOOD)

    assert answered.rows(SHOWN) == [
        ("1099010001", "2026-I", "H1", 0, "P-F1", None, 1, 1, 2),
        ("1099010001", "2026-I", "H1", 1, "P-A3", 4, 1, 0, 5),
        ("1099010001", "2026-I", "H2", 0, "P-F1", None, 0, 0, 3),
        ("1099010001", "2026-I", "H3", 0, "P-F1", None, 3, 0, 4),
    ]
    assert counted(answered, "P-F1") == (1, 2, 1, 1, "lines")
    assert batch.report["counts"] == {"new": 4, "changed": 0}
    entries = answered.rows("SELECT kind, way FROM entry WHERE kind = 'batch'")
    assert entries == [("batch", "import")]
    acts = "SELECT count(*) FROM audit WHERE action = 'publish answers'"
    assert answered.rows(acts) == [(1,)]


def test_the_last_file_wins_and_undoing_it_brings_the_earlier_answers_back(
    answered: House,
) -> None:
    answered.bring("answers", GOOD)
    before, figure = answered.rows(SHOWN), counted(answered, "P-F1")

    later = answered.bring("answers", a_file("H1,,P-F1,no,,", "H2,,P-F2,si,,"))
    during = counted(answered, "P-F1")
    answered.undo(later)

    assert during == (0, 2, 1, 0, "lines")
    assert (answered.rows(SHOWN), counted(answered, "P-F1")) == (before, figure)
    assert answered.rows("SELECT count(*) FROM import_change") == [(0,)]


def test_a_replaced_file_is_undone_only_after_the_one_that_replaced_it(
    answered_local: House,
) -> None:
    first = answered_local.bring("answers", GOOD)
    second = answered_local.bring("answers", GOOD)

    with pytest.raises(Conflict) as refused:
        answered_local.undo(first)
    answered_local.undo(second)
    answered_local.undo(first)

    assert "posterior" in str(refused.value)
    assert answered_local.rows("SELECT count(*) FROM answer") == [(0,)]
    assert counted(answered_local, "P-F1") is None


@pytest.mark.parametrize(
    ("row", "field", "says"),
    [
        ("H9,,P-F1,si,,", "hogar", "No existe ese hogar en la comunidad."),
        ("H4,,P-F1,si,,", "hogar", "El hogar no tiene consentimiento registrado."),
        ("H1,,P-ZZ,si,,", "practica", "No existe la práctica."),
        ("H1,,P-F1,tal vez,,", "valor", "No se conoce esa respuesta."),
        ("H1,,P-F1,si,oído,", "verificado", "No se conoce ese modo de verificar."),
        ("H1,-1,P-F1,si,,", "persona", "La persona no es posible."),
        ("H1,,P-F1,si,,9999", "edad_meses", "La edad en meses no es posible."),
        ("H1,,=1+1,si,,", "practica", "No existe la práctica."),
    ],
)
def test_a_bad_answer_is_named_and_nothing_is_stored(
    answered_local: House, row: str, field: str, says: str
) -> None:
    batch = answered_local.check("answers", a_file("H1,,P-F2,si,,", row))
    with pytest.raises(Invalid):
        answered_local.publish(batch)

    error = batch.report["errors"][0]
    assert (error["row"], error["field"], error["message"]) == (3, field, says)
    assert error["remedy"]
    assert answered_local.rows("SELECT count(*) FROM answer") == [(0,)]
    assert answered_local.rows("SELECT count(*) FROM entry WHERE kind = 'batch'") == [(0,)]


def test_an_unknown_community_or_round_is_told_once_a_row(answered_local: House) -> None:
    content = f"{HEADING}\n0000000000,2026-I,H1,,P-F1,si,,\n1099010001,2031-II,H1,,P-F1,si,,\n"

    batch = answered_local.check("answers", content)

    assert messages(batch) == [
        (2, "No existe la comunidad."),
        (3, "La comunidad no tiene esa ronda."),
    ]


def test_two_rows_that_answer_the_same_are_refused(answered_local: House) -> None:
    batch = answered_local.check("answers", a_file("H1,,P-F1,si,,", "H1,,P-F1,no,,"))

    assert messages(batch) == [
        (3, "La respuesta se repite en el archivo (por ejemplo, de la fila 2).")
    ]


def test_a_sensitive_practice_needs_the_health_role(answered_local: House) -> None:
    code = answered_local.rows("SELECT code FROM practice WHERE sensitivity = 'sensitive'")[0][0]
    content = a_file(f"H1,,{code},si,,")

    without = answered_local.check("answers", content)
    within = answered_local.check("answers", content, health=True)

    assert messages(without) == [(2, "La práctica es reservada.")]
    assert messages(within) == []


def test_a_closed_round_takes_no_answers_and_gives_none_back(
    sqlite_town: Town, tmp_path: Path
) -> None:
    house = a_house(sqlite_town, tmp_path)
    before = house.bring("answers", GOOD)
    waiting = house.check("answers", a_file("H1,,P-F2,si,,"))
    stepping.lock_round(sqlite_town.store, sqlite_town.author, sqlite_town.where,
                     sqlite_town.round_uuid)  # fmt: skip

    with pytest.raises(Invalid) as refused:
        house.publish(waiting)
    with pytest.raises(Conflict):
        house.undo(before)

    assert refused.value.rows[0].message == "La ronda está cerrada."


@pytest.mark.parametrize(
    "content",
    [
        GOOD.encode("utf-16"),
        GOOD.replace(",", ";").encode(),
        b"sep=;\r\n" + GOOD.replace(",", ";").replace("\n", "\r\n").encode(),
        GOOD.replace("\n", "\n\n").encode("utf-8-sig"),
    ],
)
def test_a_file_of_any_office_reads_alike(answered_local: House, content: bytes) -> None:
    batch = answered_local.bring("answers", content)

    assert batch.report["counts"]["new"] == 4
    assert counted(answered_local, "P-F1") == (1, 2, 1, 1, "lines")


def test_a_file_without_rows_is_not_published(answered_local: House) -> None:
    batch = answered_local.check("answers", f"{HEADING}\n")

    with pytest.raises(Invalid) as refused:
        answered_local.publish(batch)

    assert str(refused.value) == "El archivo no tiene filas."


def test_a_row_with_too_many_cells_is_named(answered_local: House) -> None:
    batch = answered_local.check("answers", a_file("H1,,P-F1,si,,", "H2,,P-F1,si,,,,sobra"))

    assert batch.report["errors"][0]["row"] == 3


def test_a_rebuild_reads_the_kept_files_again(town: Town, tmp_path: Path) -> None:
    house = a_house(town, tmp_path)
    house.bring("answers", GOOD)
    house.undo(house.bring("answers", a_file("H1,,P-F1,no,,", "H2,,P-F2,si,,")))
    town.send("household_monitoring", lines(("H2", "meets")), round_uuid=town.round_uuid)
    shown, figures = house.rows(SHOWN), house.rows(COUNTED)

    rebuilding.rebuild(town.store, files=house.settings.files)

    assert (house.rows(SHOWN), house.rows(COUNTED)) == (shown, figures)
    assert len(shown) == 4
    # What an undo needs was made anew too.
    states = house.rows("SELECT state, count(*) FROM derivation GROUP BY state")
    assert states == [("derived", house.rows("SELECT count(*) FROM entry")[0][0])]


def test_a_rebuild_without_the_files_says_so_and_loses_nothing_else(
    sqlite_town: Town, tmp_path: Path
) -> None:
    house = a_house(sqlite_town, tmp_path)
    house.bring("answers", GOOD)

    rebuilding.rebuild(sqlite_town.store)

    problems = house.rows("SELECT problems FROM derivation WHERE state = 'quarantined'")
    assert "carpeta de archivos" in str(problems)
    assert house.rows("SELECT count(*) FROM family") == [(4,)]


def test_an_erased_household_leaves_the_kept_files_and_the_journal(
    town: Town, tmp_path: Path
) -> None:
    house = a_house(town, tmp_path)
    house.bring("answers", GOOD)
    later = house.bring("answers", a_file("H1,,P-F1,no,,", "H2,,P-F2,si,,"))
    with town.store.reading() as session:
        family = session.exec(select(Family).where(Family.code == "H1")).one()
    old = {each[0] for each in house.rows("SELECT sha256 FROM import_batch")}

    asked = Erasing(family.uuid, "Lo pidió la familia", house.settings.files)
    erasure.erase_family(town.store, town.author, asked)

    kept = [path for path in house.settings.files.rglob("*") if path.is_file()]
    assert len(kept) == 2
    assert not old & {path.name for path in kept}
    assert all(b"H1" not in path.read_bytes() for path in kept)
    journal = [row[0] for row in house.rows("SELECT before FROM import_change")]
    assert str(family.id) not in re.findall(r"\[\d+, \d+, (\d+)", str(journal))
    shown, figures = house.rows(SHOWN), house.rows(COUNTED)
    rebuilding.rebuild(town.store, files=house.settings.files)
    assert (house.rows(SHOWN), house.rows(COUNTED)) == (shown, figures)
    # The rows that stay keep their numbers in the file.
    assert [(row[2], row[4], row[8]) for row in shown] == [
        ("H2", "P-F1", 3),
        ("H2", "P-F2", 3),
        ("H3", "P-F1", 4),
    ]
    house.undo(later)
    assert [(row[2], row[4]) for row in house.rows(SHOWN)] == [("H2", "P-F1"), ("H3", "P-F1")]
