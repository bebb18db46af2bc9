"""Sheets of paper: every form in both languages, with a QR that leads to where it is typed."""

import io
import re
from datetime import UTC, datetime
from uuid import uuid4

import pypdf
import pytest
import zxingcpp
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from app.capture.fields import Instrument, Text
from app.documents import paper
from app.documents.paper import Copy
from app.errors import Invalid
from app.operations.paper import LETTERS, AskedPractice, code_of, read_code, spoken
from app.pages import paper_layout
from app.pages.paper_asking import Asking
from app.records.people import ROLES
from tests.builders import catalogue, instruments

MADE = datetime(2026, 6, 30, 12, tzinfo=UTC)
PRACTICES = [
    AskedPractice(p.code, p.name, p.unit, p.age_min_months is None and p.age_max_months is None)
    for p in catalogue().practices
]
ADDRESS = "http://192.168.1.20:8000/d/990101/comunidades/9901010002/{slug}/digitar?v=1&ficha={uuid}"


def asking(instrument: Instrument, language: str = "es", rows: int | None = None) -> Asking:
    """A sheet of Puerto Achira with all that any role is asked."""
    lists = {
        field.code: [(p.code, p.name) for p in catalogue().practices]
        for field, _ in instrument.walk()
        if field.source == "practices"
    }
    lists |= {
        field.code: [(str(uuid4()), Text(f"Acción {n}", f"Action {n}")) for n in (1, 2, 3)]
        for field, _ in instrument.walk()
        if field.source == "actions"
    }
    about = ("Comunidad Puerto Achira · Distrito Killamayo", "Ronda 2026-I · Versión 1")
    return Asking(instrument.asked_by(ROLES), lists, PRACTICES, about, language, rows)


def a_copy(slug: str = "monitoreo") -> Copy:
    uuid = uuid4()
    return Copy(ADDRESS.format(slug=slug, uuid=uuid), spoken(code_of(uuid)))


def read(pdf: bytes) -> list[str]:
    """The text of each page, with single spaces."""
    pages = pypdf.PdfReader(io.BytesIO(pdf)).pages
    return [re.sub(r"\s+", " ", page.extract_text()) for page in pages]


@pytest.mark.parametrize("language", ["es", "en"])
@pytest.mark.parametrize("code", sorted(instruments()))
def test_every_form_prints_with_all_its_questions(code: str, language: str) -> None:
    instrument = instruments()[code]
    copy = a_copy(instrument.slug)

    pages = read(paper.pdf(paper_layout.form(asking(instrument, language)), [copy], MADE))

    whole = re.sub(r"\W+", "", " ".join(pages))
    missing = [
        field.code
        for field in instrument.core_questions()
        if field.type not in ("photo", "file") and not _stands(field, whole, language)
    ]
    # The parts of a practice's line are its column, its cell and its legend.
    assert set(missing) <= {"practice", "person"}
    assert all(copy.code in page for page in pages)
    assert all("Puerto Achira" in page for page in pages)
    word = "Page" if language == "en" else "Página"
    last = "of" if language == "en" else "de"
    assert [f"{word} {n} {last} {len(pages)}" in page for n, page in enumerate(pages, 1)] == [
        True
    ] * len(pages)


def _stands(field: object, whole: str, language: str) -> bool:
    label = field.label.of(language)  # type: ignore[attr-defined]
    return re.sub(r"\W+", "", label) in whole


@pytest.mark.parametrize("code", sorted(instruments()))
def test_camera_reads_on_every_page_where_the_sheet_is_typed(code: str) -> None:
    instrument = instruments()[code]
    copy = a_copy(instrument.slug)

    pages = paper.pictures(paper_layout.form(asking(instrument)), [copy], 150)

    found = [zxingcpp.read_barcodes(Image.open(io.BytesIO(page)).convert("L")) for page in pages]
    assert [[each.text for each in page] for page in found] == [[copy.address]] * len(pages)


def test_consent_stands_first_where_a_form_speaks_of_a_family() -> None:
    first = {
        code: read(paper.pdf(paper_layout.form(asking(instrument)), [a_copy()], MADE))[0]
        for code, instrument in instruments().items()
    }

    told = {code for code, text in first.items() if "La familia puede decir que no" in text}
    assert told == {"family", "self_assessment", "household_monitoring"}


def test_each_copy_has_its_own_pages_and_code() -> None:
    copies = [a_copy() for _ in range(3)]
    form = paper_layout.form(asking(instruments()["activity"]))

    pages = read(paper.pdf(form, copies, MADE))

    one = len(pages) // 3
    assert [next(c.code for c in copies if c.code in page) for page in pages] == [
        copy.code for copy in copies for _ in range(one)
    ]
    assert f"Página 1 de {one}" in pages[one]


def test_a_wish_for_more_homes_gives_more_lines() -> None:
    few, many = (
        read(paper.pdf(paper_layout.form(asking(instruments()["household_monitoring"], "es", n)),
             [a_copy()], MADE))
        for n in (14, 70)
    )  # fmt: skip

    assert len(many) > len(few)


def test_what_a_role_may_not_ask_is_not_printed_for_it() -> None:
    instrument = instruments()["diagnosis"]
    council = Asking(instrument.asked_by(["council"]), {}, PRACTICES, (), "es")

    told = [
        " ".join(read(paper.pdf(paper_layout.form(each), [a_copy()], MADE)))
        for each in (council, asking(instrument))
    ]

    assert ["Muertes maternas" in text for text in told] == [False, True]


def test_the_same_sheet_is_the_same_file() -> None:
    form, copy = paper_layout.form(asking(instruments()["family"])), a_copy()

    assert paper.pdf(form, [copy], MADE) == paper.pdf(form, [copy], MADE)


def test_words_of_people_are_never_read_as_markup() -> None:
    form = paper_layout.form(asking(instruments()["family"]))
    sly = Copy("http://x/#emph[x]", "#AB*")
    about = ('#let x = read("/etc/passwd") *a* $x$',)

    pages = read(paper.pdf(paper.Form(**{**_parts(form), "about": about}), [sly], MADE))

    assert '#let x = read("/etc/passwd") *a* $x$' in pages[0]


def _parts(form: paper.Form) -> dict[str, object]:
    return {name: getattr(form, name) for name in form.__slots__}


@given(st.uuids())
def test_code_is_read_as_it_is_written(uuid: object) -> None:
    code = code_of(uuid)  # type: ignore[arg-type]

    assert read_code(spoken(code).lower()) == code


@given(st.uuids(), st.integers(0, 7), st.sampled_from(LETTERS))
def test_one_wrong_letter_is_always_seen(uuid: object, at: int, letter: str) -> None:
    code = code_of(uuid)  # type: ignore[arg-type]
    wrong = code[:at] + letter + code[at + 1 :]

    if wrong == code:
        assert read_code(wrong) == code
    else:
        with pytest.raises(Invalid):
            read_code(wrong)


@given(st.uuids(), st.integers(0, 6))
def test_two_letters_that_changed_places_are_seen(uuid: object, at: int) -> None:
    code = code_of(uuid)  # type: ignore[arg-type]
    wrong = code[:at] + code[at + 1] + code[at] + code[at + 2 :]

    if wrong == code:
        assert read_code(wrong) == code
    else:
        with pytest.raises(Invalid):
            read_code(wrong)
