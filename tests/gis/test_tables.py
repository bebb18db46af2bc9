"""A table comes out the same whatever encoding, delimiter or program it came from."""

import gzip
import io
import time
import zipfile
from collections.abc import Callable
from datetime import date, datetime
from pathlib import Path

import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.errors import Invalid, Malformed, TooLarge, UnsupportedFile
from app.gis.files import Limits, Upload, admitted
from app.gis.tables import Table, TableStream, read_table
from tests.gis.conftest import Write

Open = Callable[..., Upload]
ROWS = [{"ubigeo": "050101", "nombre": "Ñahuimpuquio, alto"}, {"ubigeo": "100101", "nombre": ""}]
TEXT = 'ubigeo,nombre\n050101,"Ñahuimpuquio, alto"\n100101,\n'


@pytest.mark.parametrize(
    "content",
    [
        TEXT.encode(),
        TEXT.encode("utf-8-sig"),
        TEXT.encode("utf-16"),
        TEXT.encode("latin-1"),
        TEXT.replace("\n", "\r\n").encode(),
        TEXT.replace("\n", "\r").encode(),
        ("sep=;\n" + TEXT.replace(", alto", "; alto").replace(",", ";")).encode(),
        gzip.compress(TEXT.encode()),
    ],
    ids=["utf-8", "bom", "utf-16", "latin-1", "crlf", "cr", "sep", "gzip"],
)
def test_every_usual_way_to_write_a_csv_gives_the_same_rows(upload: Open, content: bytes) -> None:
    table = read_table(upload("a.csv", content))

    assert [{**row, "nombre": row["nombre"].replace(";", ",")} for row in table.rows] == ROWS
    assert table.errors == ()


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_the_delimiter_is_the_commonest_of_the_heading(upload: Open, delimiter: str) -> None:
    text = "\n".join(delimiter.join(row) for row in (("a", "b", "c"), ("1", "2", "3")))

    assert read_table(upload("a.csv", text)).rows == [{"a": "1", "b": "2", "c": "3"}]


def test_latin_1_is_told_and_utf_8_is_not(upload: Open) -> None:
    notices = read_table(upload("a.csv", TEXT.encode("latin-1"))).notices

    assert [notice.text for notice in notices] == [
        "El archivo no está en UTF-8: se leyó como Latin-1 de Windows. Revise ñ y tildes."
    ]
    assert read_table(upload("b.csv", TEXT)).notices == ()


def test_letters_encoded_twice_are_told_with_their_rows(upload: Open) -> None:
    twice = "nombre\nNauta\n" + "Peña\nÑuñoa\n".encode().decode("cp1252")

    (notice,) = read_table(upload("a.csv", twice)).notices

    assert notice.row == 3
    assert notice.text.endswith("filas: 3, 4.")


def test_undefined_bytes_are_told_and_kept_visible(upload: Open) -> None:
    table = read_table(upload("a.csv", b"nombre\nPe\xf1a\nA\x8dB\n"))

    assert table.rows[1]["nombre"] == "A\ufffdB"
    assert any("no se pudieron leer; filas: 3" in notice.text for notice in table.notices)


UNCLOSED = 'a,b,c\n1,"ana,5\n2,"eva",7\n3,x,8\n'


def test_an_unclosed_quote_is_refused_by_row_and_swallows_nothing(upload: Open) -> None:
    table = read_table(upload("a.csv", UNCLOSED))

    (error,) = table.errors
    assert (error.row, error.value) == (2, '1,"ana,5')
    assert [row["a"] for row in table.rows] == ["1", "2", "3"]
    assert table.row_numbers == [2, 3, 4]


def test_a_quote_open_to_the_end_of_a_long_file_is_refused_by_row(upload: Open) -> None:
    rows = "".join(f"{n},nombre {n},x\n" for n in range(20_000))

    table = read_table(upload("a.csv", 'a,b,c\n0,"abierta,y\n' + rows))

    assert [error.row for error in table.errors] == [2]
    assert len(table.rows) == 20_001


@pytest.mark.parametrize(
    "text", ['a,b,c\n1,"nota, con\nsalto, y, comas",7\n2,x,y\n', 'a,b\n1,"dos\nlíneas"\n2,3\n']
)
def test_a_line_break_inside_quotes_is_no_error(upload: Open, text: str) -> None:
    table = read_table(upload("a.csv", text))

    assert table.errors == ()
    assert table.row_numbers == [2, 4]


def test_rows_of_another_width_are_refused_by_number(upload: Open) -> None:
    table = read_table(upload("a.csv", "a,b\n1,2\n1,2,3\n\n1\n1,2,\n"))

    assert [(error.row, error.message) for error in table.errors] == [
        (3, "El encabezado tiene 2 celdas y esta fila 3."),
        (5, "El encabezado tiene 2 celdas y esta fila 1."),
    ]


@pytest.mark.parametrize("cell", ["=1+1", "@SUM(A1)", "+cmd|' /C calc'!A0"])
def test_a_formula_in_a_csv_is_refused_with_its_column(upload: Open, cell: str) -> None:
    (error,) = read_table(upload("a.csv", f'a,nombre\n1,"{cell}"\n')).errors

    assert (error.row, error.field, error.value) == (2, "nombre", cell)


def test_numbers_with_a_sign_and_mail_addresses_are_no_formulas(upload: Open) -> None:
    text = "a,b\n-9.93,+51 062 513\n-,alcaldia@muni.pe\n"

    assert read_table(upload("a.csv", text)).errors == ()


def test_a_column_without_a_name_gets_one_and_a_repeated_one_is_refused(upload: Open) -> None:
    assert read_table(upload("a.csv", "a,,c\n1,2,3\n")).columns == ("a", "columna 2", "c")
    with pytest.raises(Invalid, match="repite la columna «Nombre»"):
        read_table(upload("b.csv", "Nombre,nombre\n1,2\n"))


@pytest.mark.parametrize("text", ["\n\n", ",,\n"])
def test_a_file_without_rows_is_refused(upload: Open, text: str) -> None:
    with pytest.raises(Invalid, match="no tiene filas"):
        read_table(upload("a.csv", text))


def test_too_many_rows_are_refused(upload: Open) -> None:
    with pytest.raises(TooLarge, match="más de 2 filas"):
        read_table(upload("a.csv", "a\n1\n2\n3\n"), Limits(rows=2))


def test_a_gzip_bomb_is_refused_while_it_is_inflated(upload: Open) -> None:
    bomb = gzip.compress(b"a" * 5_000_000)

    with pytest.raises(TooLarge):
        read_table(upload("a.csv.gz", bomb), Limits(unpacked_bytes=1024**2))


def test_a_cut_gzip_and_one_within_another_are_refused(upload: Open) -> None:
    packed = gzip.compress(TEXT.encode() * 100)

    with pytest.raises(Malformed):
        read_table(upload("a.csv.gz", packed[:-12]))
    with pytest.raises(Invalid, match="otro archivo comprimido"):
        read_table(upload("b.csv.gz", gzip.compress(packed)))


def test_zero_bytes_in_the_middle_are_refused(upload: Open) -> None:
    with pytest.raises(Malformed, match="no son texto"):
        read_table(upload("a.csv", b"a,b\n" * 2000 + b"1,\0\n"))


def test_a_layer_is_no_table(geojson_upload: Open) -> None:
    with pytest.raises(UnsupportedFile, match="es una capa"):
        read_table(geojson_upload())


CELLS = st.text(st.characters(codec="utf-8", exclude_categories=["Cc", "Cs"]), max_size=12)


@given(rows=st.lists(st.tuples(CELLS, CELLS, CELLS), min_size=1, max_size=8))
def test_what_was_quoted_well_is_read_as_it_was(
    rows: list[tuple[str, str, str]], tmp_path_factory: pytest.TempPathFactory
) -> None:
    quoted = [",".join(f'"{cell.replace(chr(34), chr(34) * 2)}"' for cell in row) for row in rows]
    path = tmp_path_factory.mktemp("csv") / "a.csv"
    path.write_text("\n".join(["a,b,c", *quoted]), encoding="utf-8", newline="")

    table = read_table(admitted(path, "a.csv"))

    assert [tuple(row.values()) for row in table.rows] == [row for row in rows if any(row)]


def a_book(*sheets: list[list[object]]) -> bytes:
    book = openpyxl.Workbook()
    book.remove(book.active)
    for place, rows in enumerate(sheets):
        sheet = book.create_sheet(f"Hoja {place}")
        for row in rows:
            sheet.append(row)
    content = io.BytesIO()
    book.save(content)
    return content.getvalue()


def test_a_workbook_gives_text_as_it_is_seen(upload: Open) -> None:
    row = [50101, 0.5, 12.0, True, date(2026, 10, 30), datetime(2026, 10, 30, 9, 5), None, " Ñ "]
    book = a_book([[f"c{n}" for n in range(8)], row])

    table = read_table(upload("a.xlsx", book))

    assert list(table.rows[0].values()) == [
        *("50101", "0.5", "12", "1", "2026-10-30", "2026-10-30 09:05:00", "", "Ñ")
    ]
    assert table.row_numbers == [2]


def test_the_first_sheet_with_cells_is_read_and_told_or_the_one_named(upload: Open) -> None:
    let_in = upload("a.xlsx", a_book([], [["a"], [1]], [["b"], [2]]))

    assert read_table(let_in).columns == ("a",)
    assert "«Hoja 1»" in read_table(let_in).notices[0].text
    assert read_table(let_in, sheet="Hoja 2").columns == ("b",)
    with pytest.raises(Invalid, match="no tiene la hoja «Otra»"):
        read_table(let_in, sheet="Otra")


def test_a_formula_in_a_workbook_is_refused_with_its_cell(upload: Open) -> None:
    (error,) = read_table(upload("a.xlsx", a_book([["a", "b"], [1, "=A2*2"]]))).errors

    assert (error.row, error.message) == (2, "La celda B2 tiene una fórmula.")


def rewritten(book: bytes, inner: str, change: Callable[[bytes], bytes]) -> bytes:
    content = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(book)) as old,
        zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as new,
    ):
        for name in old.namelist():
            new.writestr(name, change(old.read(name)) if name == inner else old.read(name))
    return content.getvalue()


LAUGHS = b'<!DOCTYPE x [<!ENTITY a "jajaja"><!ENTITY b "&a;&a;&a;&a;">]>'


@pytest.mark.parametrize("inner", ["xl/worksheets/sheet1.xml", "xl/workbook.xml"])
def test_entities_in_a_workbook_are_refused(upload: Open, inner: str) -> None:
    bomb = rewritten(a_book([["a"], ["b"]]), inner, lambda xml: LAUGHS + xml.split(b"?>", 1)[-1])

    with pytest.raises(Malformed, match="dañado"):
        read_table(upload("a.xlsx", bomb))


def test_a_workbook_that_swells_is_refused_before_it_is_parsed(upload: Open) -> None:
    padding = b"<!--" + b" " * 25_000_000 + b"-->"
    bomb = rewritten(a_book([["a"]]), "xl/worksheets/sheet1.xml", lambda xml: xml + padding)

    with pytest.raises(TooLarge, match="veces al abrirse"):
        read_table(upload("a.xlsx", bomb))


def test_a_forged_dimension_costs_nothing(upload: Open) -> None:
    forged = rewritten(
        a_book([["a", "b"], [1, 2]]),
        "xl/worksheets/sheet1.xml",
        lambda xml: xml.replace(b"A1:B2", b"A1:XFD1048576"),
    )

    assert read_table(upload("a.xlsx", forged)).rows == [{"a": "1", "b": "2"}]


@pytest.mark.parametrize("keep", [0.3, 0.6, 0.9])
def test_a_cut_workbook_is_refused(upload: Open, keep: float) -> None:
    book = a_book([["a"], *[[n] for n in range(500)]])

    with pytest.raises(Malformed):
        read_table(upload("a.xlsx", book[: int(len(book) * keep)]))


def test_a_broken_sheet_is_refused(upload: Open) -> None:
    broken = rewritten(a_book([["a"]]), "xl/worksheets/sheet1.xml", lambda xml: xml[:-40])

    with pytest.raises(Malformed):
        read_table(upload("a.xlsx", broken))


def test_a_stream_gives_the_same_rows_one_by_one(write: Write) -> None:
    let_in = admitted(write("a.csv", TEXT), "a.csv")

    assert list(TableStream(let_in)) == list(zip([2, 3], ROWS, strict=True))


def real(data_dir: Path, name: str) -> Table:
    return read_table(admitted(data_dir / name, name))


def test_the_national_places_are_read_in_about_a_second(data_dir: Path) -> None:
    start = time.process_time()

    table = real(data_dir, "puntos/centros_poblados_peru.csv.gz")

    assert len(table.rows) == 94_922
    assert table.errors == ()
    assert time.process_time() - start < 3  # 0.4 s alone; the machine is shared


def test_the_latin_1_register_tells_all_that_is_wrong_with_it(data_dir: Path) -> None:
    table = real(data_dir, "dirty/establecimientos_y_vacunatorios_latin1.csv")

    told = " ".join(notice.text for notice in table.notices)
    assert "Latin-1" in told
    assert "convertidas dos veces (como Ã± por ñ); filas: 1972" in told
    assert "no se pudieron leer; filas: 1980" in told
    assert table.errors[0].row == 1511
    assert "comilla" in table.errors[0].message
    assert {error.row for error in table.errors} == set(range(1511, 1520))
    assert len(table.rows) == 2829


@pytest.mark.parametrize(
    ("name", "rows"),
    [
        ("tablas/ubigeo_distrito.csv", 1893),
        ("tablas/indicadores_salud_riesgo_distrital.csv", 1891),
        ("puntos/establecimientos_salud_4regiones.csv", 1652),
        ("dirty/censo2017_auditoria_de_anomalias.csv", 165),
        ("formularios/cht_parto.xlsx", 288),
    ],
)
def test_the_real_tables_are_read_whole(data_dir: Path, name: str, rows: int) -> None:
    table = real(data_dir, name)

    assert len(table.rows) == rows
    assert table.errors == ()
