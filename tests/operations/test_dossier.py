"""The dossier: every annex from the rows that exist, what lacks named, the same bytes twice."""

import io
import subprocess
import zipfile
from datetime import timedelta
from pathlib import Path
from shutil import which

import docx
import openpyxl
import pypdf
import pytest

from app.operations.dossier import archive
from app.operations.dossier.annex import Annex
from app.store.sessions import Store
from tests.operations import chain_world
from tests.operations.chain_world import DAY, YEAR, here
from tests.worlds import built_once

SLUGS = [
    "base-legal",
    "agentes",
    "equipo-tecnico",
    "cronograma-y-talleres",
    "proyectos-priorizados",
    "acta",
    "comite-de-vigilancia",
    "acuerdos-de-anos-anteriores",
    "tabla-mef",
]


@built_once
def told(store: Store) -> Store:
    """A district whose year has an allocation and no process yet."""
    chain_world.settle(store)
    chain_world.deliver(store, DAY)
    return store


def made(store: Store, year: int = YEAR) -> bytes:
    with store.reading() as session:
        return archive.archive(session, here(session), year, DAY)


def annex(store: Store, slug: str, year: int = YEAR) -> Annex:
    with store.reading() as session:
        found = archive.annexes(session, here(session), year, DAY)
    return next(each for each in found if each.slug == slug)


def test_the_annexes_stand_in_the_order_of_the_instructions(told: Store) -> None:
    with told.reading() as session:
        found = archive.annexes(session, here(session), YEAR, DAY)

    assert [each.slug for each in found] == SLUGS


def test_what_nobody_wrote_is_named_with_the_page_where_it_is_written(told: Store) -> None:
    agents = annex(told, "agentes")

    assert agents.paper is None
    assert agents.missing[0].page == f"/d/{chain_world.world.UBIGEO}/presupuesto/{YEAR}/agentes"


def test_a_project_that_goes_in_stands_with_its_agreement(told: Store) -> None:
    projects = annex(told, "proyectos-priorizados")

    assert projects.paper is not None
    assert projects.missing == ()
    (row,) = projects.sheets[0].rows
    assert row[1:3] == ("sí", "Agua para A")
    assert row[8] == 5_000_000


def test_agreements_of_earlier_years_alone_are_earlier(told: Store) -> None:
    now, after = (annex(told, "acuerdos-de-anos-anteriores", y) for y in (YEAR, YEAR + 1))

    assert now.paper is None
    assert after.paper is not None
    assert after.sheets


def test_the_same_rows_give_the_same_bytes(told: Store) -> None:
    assert made(told) == made(told)


def test_every_file_opens(told: Store) -> None:
    with zipfile.ZipFile(io.BytesIO(made(told, YEAR + 1))) as book:
        names = book.namelist()
        texts = {name: _opened(name, book.read(name)) for name in names}

    assert names[:2] == ["00-indice.pdf", "00-indice.docx"]
    assert all(texts.values())
    assert "Qué falta" in texts["00-indice.docx"]
    assert "Agua para A" in texts["08-acuerdos-de-anos-anteriores.xlsx"]


def _opened(name: str, body: bytes) -> str:
    """The text of a file, by the program of its kind."""
    file = io.BytesIO(body)
    if name.endswith(".pdf"):
        return " ".join(page.extract_text() for page in pypdf.PdfReader(file).pages)
    if name.endswith(".docx"):
        book = docx.Document(file)
        cells = [c.text for t in book.tables for r in t.rows for c in r.cells]
        return " ".join([*(p.text for p in book.paragraphs), *cells])
    sheets = openpyxl.load_workbook(file)
    return " ".join(str(cell) for sheet in sheets for row in sheet.values for cell in row)


def test_a_year_without_anything_has_an_index_that_says_so(told: Store) -> None:
    with told.reading() as session:
        found = archive.annexes(session, here(session), 2040, DAY + timedelta(days=1))
        index = archive.index(session, here(session), 2040, DAY, found)

    lacking = next(part for part in index.parts if part.title == "Qué falta")
    assert lacking.table is not None
    assert {row[1] for row in lacking.table.rows} >= {"Agentes participantes", "Equipo técnico"}


@pytest.mark.verify
@pytest.mark.skipif(which("soffice") is None, reason="LibreOffice is not installed")
def test_libreoffice_opens_every_document(told: Store, tmp_path: Path) -> None:
    with zipfile.ZipFile(io.BytesIO(made(told))) as book:
        names = [name for name in book.namelist() if not name.endswith(".pdf")]
        for name in names:
            (tmp_path / name).write_bytes(book.read(name))

    profile = f"-env:UserInstallation={(tmp_path / 'profile').as_uri()}"
    for name in names:
        subprocess.run(
            ["soffice", profile, "--headless", "--convert-to", "pdf", name],
            cwd=tmp_path,
            check=True,
            timeout=120,
            capture_output=True,
        )

    assert all((tmp_path / name).with_suffix(".pdf").stat().st_size for name in names)
    for name in (each for each in names if each.endswith(".xlsx")):
        printed = _opened("x.pdf", (tmp_path / name).with_suffix(".pdf").read_bytes())
        assert "###" not in printed, name
        assert name in printed, "the foot names the file"
