"""A PDLC as a file: it comes back as it went, and what is wrong is told with its place."""

import string
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from docx import Document
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl import load_workbook

from app.errors import Invalid, Malformed, RowError, UnsupportedFile
from app.operations import (
    pdlc,
    pdlc_files,
    pdlc_import,
    pdlc_paper,
    pdlc_progress,
    pdlc_reading,
    seeding,
    standing,
)
from app.operations.figures import Indicator
from app.operations.pdlc_cells import RawRow
from app.operations.pdlc_content import Content
from app.operations.pdlc_judging import Judge
from app.operations.pdlc_paper import Paper
from app.operations.trail import SYSTEM
from app.records import places
from app.records.pdlc import Pdlc
from app.settings import Settings
from app.store.sessions import Store
from app.store.types import now
from tests import world
from tests.operations.pdlc_world import CONTENT, LINKED, with_sheet

DAY = date(2026, 6, 1)
WATER = Indicator(1, "P-F2", "Agua", "", "", "", "up", "home", "water", "none", True)
NEEDS = ["P-F2", "P-F4", "theme:water"]


def book(content: Content, change: Callable[[Any], None] | None = None) -> bytes:
    """A plan as a workbook, with something done to it by hand."""
    made = pdlc_files.workbook(content, DAY)
    if change is None:
        return made
    opened = load_workbook(BytesIO(made))
    change(opened)
    out = BytesIO()
    opened.save(out)
    return out.getvalue()


def judged(body: bytes, tmp_path: Path, name: str = "plan.xlsx") -> Judge:
    path = tmp_path / name
    path.write_bytes(body)
    rows, findings = pdlc_files.read(path, name)
    assert findings.errors == []
    return Judge(rows, {"P-F2": WATER}, NEEDS)


def wrong(body: bytes, tmp_path: Path) -> list[RowError]:
    judge = judged(body, tmp_path)
    assert judge.content() is None
    return judge.errors


def test_a_workbook_comes_back_as_it_went(tmp_path: Path) -> None:
    assert judged(book(CONTENT), tmp_path).content() == CONTENT


def test_the_same_plan_is_the_same_workbook() -> None:
    assert book(CONTENT) == book(CONTENT)


def test_the_empty_templates_hold_no_plan_and_say_what_is_missing(tmp_path: Path) -> None:
    body = pdlc_files.workbook(None, DAY)
    assert load_workbook(BytesIO(body)).sheetnames == [
        *("Plan", "Objetivos", "Acciones", "Líneas", "Indicadores", "Instrucciones"),
    ]

    told = wrong(body, tmp_path)

    assert ("Objetivos, Código OE", "No hay ningún objetivo.") in {
        (e.field, e.message) for e in told
    }


def test_a_document_template_that_was_filled_is_read(tmp_path: Path) -> None:
    document = Document(BytesIO(pdlc_files.template_document(DAY)))
    plan, objectives, actions, _, sheet, _ = document.tables
    for row, text in zip(plan.rows, ("Plan", "2027", "2030", "", "", "30/11/2026"), strict=True):
        row.cells[1].text = text
    objectives.rows[1].cells[0].text = "OE 1"
    objectives.rows[1].cells[1].text = "Mejorar el agua"
    actions.rows[1].cells[0].text = "AE 1.1"
    actions.rows[1].cells[2].text = "Ampliar redes"
    filled = {"OE o AE": "OE.01", "Nombre del indicador": "Agua", "Meta 2028": "45,5"}
    filled["Sentido esperado (ascendente o descendente)"] = "Ascendente"
    for row in sheet.rows:
        row.cells[1].text = filled.get(row.cells[0].text, "")
    out = BytesIO()
    document.save(out)

    found = judged(out.getvalue(), tmp_path, "plan.docx").content()

    assert found is not None
    assert found.plan.approved_on == date(2026, 11, 30)
    assert [o.code for o in found.objectives] == ["OE.01"]
    assert [a.code for a in found.actions] == ["AE.01.01"]
    assert found.sheets[0].targets == {2028: 45.5}


def set_cell(sheet: str, place: str, value: object) -> Callable[[Any], None]:
    def change(opened: Any) -> None:
        opened[sheet][place] = value

    return change


@pytest.mark.parametrize(
    ("change", "row", "field", "says"),
    [
        (set_cell("Indicadores", "O2", "n.d."), 2, "Línea base", "No es un número"),
        (set_cell("Indicadores", "R2", 10), 2, "Meta 2026", "por debajo de la línea base"),
        (set_cell("Indicadores", "H2", "descendente"), 2, "Sentido esperado", "lo contrario"),
        (set_cell("Indicadores", "N3", 2031), 3, "Año de la línea base", "posterior al plan"),
        (set_cell("Indicadores", "P1", "Meta 2040"), None, "", ""),
        (set_cell("Indicadores", "B3", "AE.09.09"), 3, "OE o AE", "No está en las hojas"),
        (set_cell("Indicadores", "A3", "IND.01"), 3, "Código del indicador", "repetido"),
        (set_cell("Indicadores", "M2", "ZZ-99"), 2, "Indicador de SISMUNI", "no tiene ese"),
        (set_cell("Indicadores", "K2", "personas"), 2, "Unidad de medida", "porcentaje"),
        (set_cell("Objetivos", "A3", "OE 1"), 3, "Código OE", "repetido"),
        (set_cell("Objetivos", "A3", "Objetivo 2"), 3, "Código OE", "No es un código"),
        (set_cell("Objetivos", "D2", "P-F2; XX"), 2, "Prioridades que atiende", "prioridad"),
        (set_cell("Objetivos", "B2", None), 2, "Objetivo", "Falta este dato"),
        (set_cell("Acciones", "A2", "AE.07.01"), 2, "Código OE", "no es de ese objetivo"),
        (set_cell("Acciones", "F2", "primera"), 2, "Prioridad", "No es un número"),
        (set_cell("Líneas", "B2", "PMI"), 2, "Tipo", "No es un tipo"),
        (set_cell("Plan", "B3", "dos mil"), 3, "Primer año", "No es un año"),
        (set_cell("Plan", "B4", "2020"), 4, "Último año", "antes de empezar"),
    ],
)
def test_each_mistake_is_told_with_its_sheet_and_row(
    change: Callable[[Any], None], row: int | None, field: str, says: str, tmp_path: Path
) -> None:
    body = book(CONTENT, change)
    if row is None:  # a column of a year outside the plan is wrong only where it is filled
        assert judged(body, tmp_path).content() is not None
        return

    told = wrong(body, tmp_path)

    mine = [e for e in told if e.row == row and (e.field or "").endswith(field)]
    assert any(says in e.message for e in mine), told
    assert all(e.remedy for e in told)


def test_a_target_outside_the_period_is_told(tmp_path: Path) -> None:
    told = wrong(book(with_sheet(targets={2026: 40.0, 2031: 90.0})), tmp_path)

    assert [(e.row, e.field) for e in told] == [(2, "Indicadores, Meta 2031")]


def test_percentages_as_parts_of_one_are_asked_about(tmp_path: Path) -> None:
    told = wrong(book(with_sheet(baseline=0.2, targets={2030: 0.8})), tmp_path)

    assert "partes de uno" in told[0].message


def test_an_action_of_no_objective_is_told(tmp_path: Path) -> None:
    alone = replace(CONTENT, objectives=CONTENT.objectives[1:], sheets=())

    told = wrong(book(alone), tmp_path)

    assert any("Su objetivo no está" in e.message for e in told)


@pytest.mark.parametrize(
    ("name", "body", "refusal"),
    [
        ("plan.pdf", b"%PDF", UnsupportedFile),
        ("plan.xlsx", b"hola", Malformed),
        ("plan.docx", b"PK\x03\x04 roto", Malformed),
    ],
)
def test_what_is_no_plan_is_refused(
    name: str, body: bytes, refusal: type[Exception], tmp_path: Path
) -> None:
    path = tmp_path / "kept"
    path.write_bytes(body)

    with pytest.raises(refusal):
        pdlc_files.read(path, name)


TEXT = st.text(string.ascii_letters + "áéñ =+-@;", min_size=1, max_size=30).map(str.strip)


@settings(max_examples=60, deadline=None)
@given(
    name=TEXT.filter(bool),
    source=TEXT,
    base=st.none() | st.integers(2, 50),
    goals=st.dictionaries(st.integers(2025, 2030), st.integers(50, 100)),
)
def test_whatever_a_sheet_says_comes_back_from_its_row(
    name: str, source: str, base: int | None, goals: dict[int, int]
) -> None:
    sheet = replace(
        LINKED,
        name=name,
        source=source,
        baseline=None if base is None else float(base),
        targets={year: float(value) for year, value in sorted(goals.items())},
    )
    content = replace(CONTENT, sheets=(sheet,))
    years = pdlc_files.years_of(content, DAY)
    rows = {
        table: [
            RawRow(
                at,
                {
                    key: str(cell)
                    for key, cell in zip(keys_of(table, years), line, strict=True)
                    if cell not in (None, "")
                },
            )
            for at, line in enumerate(lines, start=2)
        ]
        for table, lines in pdlc_files.rows_of(content, years).items()
    }
    plan = {"title": "P", "first_year": "2024", "last_year": "2030"}

    judge = Judge({**rows, "Plan": [RawRow(1, plan)]}, {"P-F2": WATER}, NEEDS)
    found = judge.content()

    assert judge.errors == []
    assert found is not None
    # A text that was kept from running as a formula is the same without what kept it.
    assert found.sheets == (sheet,)


def keys_of(table: str, years: list[int]) -> list[str]:
    keys = [heading.key for heading in pdlc_files.COLUMNS[table]]
    return keys + ([f"target {year}" for year in years] if table == "Indicadores" else [])


@pytest.fixture
def kept(sqlite_store: Store, tmp_path: Path) -> tuple[Store, Settings]:
    seeding.seed(sqlite_store)
    with sqlite_store.writing() as session:
        world.district(session)
    return sqlite_store, Settings(home=tmp_path)


def test_a_file_with_a_mistake_leaves_nothing_behind(kept: tuple[Store, Settings]) -> None:
    store, given_settings = kept
    body = book(CONTENT, set_cell("Indicadores", "O2", "n.d."))
    sha256 = pdlc_import.receive(given_settings, BytesIO(body), "plan.xlsx")

    with store.writing() as session, pytest.raises(Invalid) as refused:
        where = places.district(session, world.UBIGEO)
        pdlc_import.keep(session, given_settings, SYSTEM, where, (sha256, "plan.xlsx"))

    with store.reading() as session:
        assert pdlc_reading.versions(session, places.district(session, world.UBIGEO)) == []
    assert refused.value.rows[0].row == 2


def test_exports_are_the_plan_itself(kept: tuple[Store, Settings], tmp_path: Path) -> None:
    store, _ = kept
    with store.writing() as session:
        where = places.district(session, world.UBIGEO)
        made: Pdlc = pdlc.keep(session, SYSTEM, where, CONTENT, ("", ""))
        found = pdlc_reading.whole(session, made)
        lines = pdlc_progress.board(session, where, DAY, found)
        paper = Paper("Agua Clara", found, lines, [], DAY)
        catalogue = standing.indicators(session, where)
        needs = pdlc_import.needs_known(session, where)

        for name, body in (
            ("p.xlsx", pdlc_paper.workbook(paper)),
            ("p.docx", pdlc_paper.document(paper)),
        ):
            path = tmp_path / name
            path.write_bytes(body)
            judge = Judge(pdlc_files.read(path, name)[0], catalogue, needs)
            assert judge.content() == CONTENT, judge.errors
        printed = pdlc_paper.pdf(paper, now())
    assert printed.startswith(b"%PDF")
    text = "\n".join(p.text for p in Document(tmp_path / "p.docx").paragraphs)
    assert "BORRADOR" in text
