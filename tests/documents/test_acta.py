"""Actas on paper: every page says something, and so does the one that is signed."""

import io
from datetime import UTC, datetime

import docx
import pytest
from pypdf import PdfReader

from app.documents import acta
from app.documents.acta import Acta, Part, Table

DAY = datetime(2031, 5, 14, 15, 0, tzinfo=UTC)


def an_acta(rows: int, signatures: tuple[str, ...]) -> Acta:
    table = Table(("N.º", "Obra"), tuple((str(n), f"Obra {n}") for n in range(rows)), (1, 4))
    parts = (Part("La lista", table=table), Part("Observaciones", ("No hubo ninguna.",)))
    return Acta("Agua Clara", "Acta", (("Día", "14 de mayo"),), parts, signatures, "Huella")


def pages_of(made: Acta) -> list[str]:
    return [page.extract_text() for page in PdfReader(io.BytesIO(acta.pdf(made, DAY))).pages]


@pytest.mark.parametrize("rows", range(24, 40))
def test_nobody_signs_a_page_that_says_nothing(rows: int) -> None:
    pages = pages_of(an_acta(rows, ("Alcaldesa", "Planeamiento", "Comité", "Juntas")))

    assert "Alcaldesa" in pages[-1]
    assert "No hubo ninguna." in pages[-1]


@pytest.mark.parametrize("rows", range(30, 46))
def test_without_signatures_no_page_is_left_blank(rows: int) -> None:
    pages = pages_of(an_acta(rows, ()))

    assert "Obra" in pages[-1] or "Observaciones" in pages[-1]


def test_in_a_word_processor_the_signatures_take_the_last_words_along() -> None:
    made = an_acta(24, ("Alcaldesa", "Planeamiento", "Comité", "Juntas"))

    book = docx.Document(io.BytesIO(acta.as_docx(made, DAY)))

    kept = [p.text for p in book.paragraphs if p.paragraph_format.keep_with_next and p.text]
    assert kept[-2:] == ["Observaciones", "No hubo ninguna."]
    first, last = (row.cells[0].paragraphs[0] for row in book.tables[-1].rows)
    assert first.paragraph_format.keep_with_next
    assert not last.paragraph_format.keep_with_next
