"""Actas on paper: every page says something, and so does the one that is signed."""

import io
from dataclasses import replace
from datetime import UTC, datetime

import docx
import pytest
from pypdf import PdfReader

from app.documents import acta
from app.documents.acta import Acta, Part, Signer, Table

DAY = datetime(2031, 5, 14, 15, 0, tzinfo=UTC)


OFFICES = tuple(map(Signer, ("Alcaldesa", "Planeamiento", "Comité", "Juntas")))


def an_acta(rows: int, signatures: tuple[Signer, ...]) -> Acta:
    table = Table(("N.º", "Obra"), tuple((str(n), f"Obra {n}") for n in range(rows)), (1, 4))
    parts = (Part("La lista", table=table), Part("Observaciones", ("No hubo ninguna.",)))
    return Acta("Agua Clara", "Acta", (("Día", "14 de mayo"),), parts, signatures, "Huella")


def pages_of(made: Acta) -> list[str]:
    return [page.extract_text() for page in PdfReader(io.BytesIO(acta.pdf(made, DAY))).pages]


@pytest.mark.parametrize("rows", range(24, 40))
def test_nobody_signs_a_page_that_says_nothing(rows: int) -> None:
    pages = pages_of(an_acta(rows, OFFICES))

    assert "Alcaldesa" in pages[-1]
    assert "No hubo ninguna." in pages[-1]


@pytest.mark.parametrize("rows", range(30, 46))
def test_without_signatures_no_page_is_left_blank(rows: int) -> None:
    pages = pages_of(an_acta(rows, ()))

    assert "Obra" in pages[-1] or "Observaciones" in pages[-1]


def test_in_a_word_processor_the_signatures_take_the_last_words_along() -> None:
    made = an_acta(24, OFFICES)

    book = docx.Document(io.BytesIO(acta.as_docx(made, DAY)))

    kept = [p.text for p in book.paragraphs if p.paragraph_format.keep_with_next and p.text]
    assert kept[-2:] == ["Observaciones", "No hubo ninguna."]
    first, last = (row.cells[0].paragraphs[0] for row in book.tables[-1].rows)
    assert first.paragraph_format.keep_with_next
    assert not last.paragraph_format.keep_with_next


def test_a_line_to_sign_bears_the_name_where_it_is_known_and_room_where_it_is_not() -> None:
    signers = (Signer("Alcaldesa", "Rosa Quispe"), Signer("Comité de vigilancia"))

    (page,) = pages_of(an_acta(2, signers))
    book = docx.Document(io.BytesIO(acta.as_docx(an_acta(2, signers), DAY)))

    under = [cell.text for cell in book.tables[-1].rows[0].cells]
    for text in (page, " ".join(under)):
        assert "Rosa Quispe" in text
        assert text.count("Nombre:") == 1
        assert text.count("DNI:") == 2


@pytest.mark.parametrize("many", [1, 5, 6, 7, 13, 40])
def test_many_signers_all_have_their_line(many: int) -> None:
    signers = tuple(Signer(f"Cargo {n}", f"Persona {n}.") for n in range(many))

    pages = pages_of(an_acta(20, signers))

    assert all(any(f"Persona {n}." in page for page in pages) for n in range(many))
    assert all("Acta" in page for page in pages)


def test_who_signs_on_a_list_has_a_row_on_pages_of_its_own() -> None:
    rows = tuple((str(n), f"Agente {n}.", "", "") for n in range(60))
    roll = Part("Agentes", table=Table(("N.º", "Nombre", "DNI", "Firma"), rows, (1, 5, 3, 5)))
    made = replace(an_acta(2, OFFICES), roll=roll)

    pages = pages_of(made)
    book = docx.Document(io.BytesIO(acta.as_docx(made, DAY)))

    assert "Agente 0." not in pages[0]
    assert all(any(f"Agente {n}." in page for page in pages[1:]) for n in range(60))
    assert all("DNI" in page for page in pages[1:])
    assert len(book.tables[-1].rows) == 61
