"""Tables that leave the house: nothing in them runs, and figures stay figures."""

import csv
import io
from datetime import UTC, date, datetime
from decimal import Decimal

import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.documents.sheet_pages import lines
from app.documents.tables import FORMULA, Column, Table, as_csv, as_xlsx, neutral

TEXT = Column("Nombre")


def a_table(*rows: tuple[object, ...], columns: tuple[Column, ...] = (TEXT,)) -> Table:
    return Table("Hoja", columns, rows)  # type: ignore[arg-type]


def read_csv(table: Table) -> list[list[str]]:
    text = as_csv(table).decode("utf-8-sig")
    return list(csv.reader(io.StringIO(text, newline="")))


@pytest.mark.parametrize(
    "text",
    [
        "=1+1",
        "+51 999",
        "-2+3",
        "@SUM(A1)",
        "\t=1",
        "\r=1",
        "  =1",
        '=HYPERLINK("http://x","y")',
        "＝1",
    ],
)
def test_text_that_begins_like_a_formula_gets_an_apostrophe(text: str) -> None:
    assert neutral(text) == f"'{text}"


@pytest.mark.parametrize("text", ["", "Agua", "3 de 31", "Ñahuinpuquio", "a=1", "'ya"])
def test_any_other_text_stays_as_it_is(text: str) -> None:
    assert neutral(text) == text


@given(st.text(st.characters(codec="utf-8", exclude_characters="\x00"), max_size=20))
def test_no_cell_of_a_csv_begins_like_a_formula(text: str) -> None:
    cell = read_csv(a_table((text,)))[1:]

    assert all(not row[0].lstrip(" \u00a0").startswith(FORMULA) for row in cell if row)


def test_a_csv_opens_in_excel_with_its_accents() -> None:
    assert as_csv(a_table(("Ñaña",))).startswith(b"\xef\xbb\xbfNombre\r\n")


def test_a_negative_figure_is_no_formula() -> None:
    table = a_table(
        (-5, -0.25, -1250),
        columns=(Column("a", "number"), Column("b", "share"), Column("c", "money")),
    )

    assert read_csv(table)[1] == ["-5", "-0.2500", "-12.50"]


def test_what_is_not_known_is_an_empty_cell() -> None:
    assert read_csv(a_table((None, "x"), columns=(TEXT, TEXT)))[1] == ["", "x"]


def test_a_workbook_keeps_figures_as_figures_and_texts_as_texts() -> None:
    columns = (
        TEXT,
        Column("x", "number"),
        Column("%", "share"),
        Column("S/", "money"),
        Column("día", "day"),
    )
    table = a_table(("=1+1", 12, 0.387, 1_250_050, date(2027, 6, 15)), columns=columns)

    sheet = openpyxl.load_workbook(io.BytesIO(as_xlsx([table]))).active

    assert sheet is not None
    found = [cell.value for cell in sheet[2]]
    assert found == ["'=1+1", 12, 0.387, 12500.5, datetime(2027, 6, 15)]
    assert sheet["A2"].data_type == "s"


def test_a_workbook_holds_each_table_under_a_name_of_its_own() -> None:
    long = "Necesidades del distrito: [todas] / 2027-I y más"
    tables = [Table(name, (TEXT,), []) for name in ("A/B", "a b", long, long)]

    names = openpyxl.load_workbook(io.BytesIO(as_xlsx(tables))).sheetnames

    assert len({name.casefold() for name in names}) == 4
    assert all(len(name) <= 31 for name in names)


def test_the_same_table_is_the_same_file() -> None:
    table = a_table(("Agua", Decimal("1.5")), columns=(TEXT, Column("x", "number")))

    assert as_xlsx([table]) == as_xlsx([table])


def test_an_instant_loses_its_zone_and_not_its_hour() -> None:
    moment = datetime(2027, 6, 15, 8, 30, tzinfo=UTC)
    table = a_table((moment,), columns=(Column("cuándo", "day"),))

    sheet = openpyxl.load_workbook(io.BytesIO(as_xlsx([table]))).active

    assert sheet is not None
    assert sheet["A2"].value == moment.replace(tzinfo=None)


def test_notes_stand_below_the_rows() -> None:
    table = Table("Hoja", (TEXT,), [("Agua",)], notes=("=Fuente", "n = 31"))

    sheet = openpyxl.load_workbook(io.BytesIO(as_xlsx([table]))).active

    assert sheet is not None
    assert [sheet["A4"].value, sheet["A5"].value] == ["'=Fuente", "n = 31"]


def opened(*tables: Table) -> openpyxl.Workbook:
    return openpyxl.load_workbook(io.BytesIO(as_xlsx(tables)))


@pytest.mark.parametrize(
    ("widths", "way", "pages"), [((40, 50), "portrait", 1), ((90, 90), "landscape", 1)]
)
def test_a_sheet_is_printed_on_a4_as_wide_as_the_page_with_its_headings_on_each(
    widths: tuple[int, ...], way: str, pages: int
) -> None:
    columns = tuple(Column(f"c{n}", width=width) for n, width in enumerate(widths))

    sheet = opened(a_table(("a",) * len(widths), columns=columns)).active

    assert sheet is not None
    assert sheet.page_setup.paperSize == 9
    assert (sheet.page_setup.orientation or "portrait") == way
    assert sheet.sheet_properties.pageSetUpPr.fitToPage
    assert (sheet.page_setup.fitToWidth or 1, sheet.page_setup.fitToHeight) == (pages, 0)
    assert sheet.print_title_rows == "$1:$1"


def test_a_sheet_too_wide_to_be_read_goes_on_beside_with_its_first_column() -> None:
    columns = tuple(Column(f"c{n}", width=40) for n in range(8))

    sheet = opened(a_table(("a",) * 8, columns=columns)).active

    assert sheet is not None
    assert sheet.page_setup.fitToWidth == 2
    assert sheet.print_title_cols == "$A:$A"


def test_a_row_is_as_high_as_its_longest_text_and_a_short_one_is_left_alone() -> None:
    columns = (Column("Corto", width=10), Column("Largo", width=20))
    long = "palabra " * 20

    sheet = opened(a_table(("a", long), ("a", "b"), ("a", "b\nc"), columns=columns)).active

    assert sheet is not None
    heights = [sheet.row_dimensions[line].height for line in (2, 3, 4)]
    assert heights[0] is not None
    assert heights[0] >= 8 * 15
    assert heights[1:] == [None, 30]


def test_figures_among_texts_are_figures_and_a_year_has_no_thousands() -> None:
    columns = (Column("Dato"), Column("Valor", width=40), Column("Año", "year"))
    rows = (("Monto", Decimal("800000.50"), 2026), ("Año", 2026, None), ("Lugar", "Killa", 2026))

    sheet = opened(a_table(*rows, columns=columns)).active

    assert sheet is not None
    money, year, text = (sheet.cell(line, 2) for line in (2, 3, 4))
    assert (money.value, money.number_format) == (800000.5, "#,##0.00_ ")
    assert (year.value, year.number_format) == (2026, "0_ ")
    assert text.value == "Killa"
    assert sheet.cell(2, 3).number_format == "0_ "


@given(
    st.text(st.characters(codec="utf-8", categories=("L", "Zs")), max_size=200),
    st.integers(4, 60),
)
def test_a_wider_column_never_needs_more_lines(text: str, width: int) -> None:
    assert 1 <= lines(text, width + 1) <= lines(text, width)
