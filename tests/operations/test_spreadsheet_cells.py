"""Dirty spreadsheets are understood and said, or refused with sheet, row and cell."""

from pathlib import Path
from typing import Any

import pytest

from app.gis.files import Limits, admitted
from app.operations.imports import form_files
from app.settings import Settings
from tests.operations.sheet_house import Desk, a_book, codes, errors, notices, open_desk, put
from tests.operations.test_spreadsheet_forms import FIRST, monitored, visited, with_homes
from tests.town import Town


@pytest.fixture
def desk(town: Town, tmp_path: Path) -> Desk:
    """The town's desk, once on each store."""
    return open_desk(town, Settings(home=tmp_path / "home", database_url=town.store.url))


@pytest.fixture
def local(sqlite_town: Town, tmp_path: Path) -> Desk:
    """The same on the embedded store alone, for what does not depend on the store."""
    url = sqlite_town.store.url
    return open_desk(sqlite_town, Settings(home=tmp_path / "home", database_url=url))


HEAD = "comunidad,fecha en que se completo,hogares visitados,practica,x,n,missing"
ROW = "1099010001,2026-03-10,20,P-F1,12,20,0"


def a_family_row(**over: str) -> dict[str, str]:
    """A family's line in words."""
    return {
        "Código del hogar": "0007",
        "date": "02/03/2026",
        "consent_method": "Firma",
        "consent_form": "Si",
        "consent_aggregate": "SI",
        "consent_map": "no",
        **over,
    }


def table(*rows: dict[str, str], sep: str = ",") -> str:
    """A CSV of rows with the same columns."""
    lines = [sep.join(rows[0]), *(sep.join(row.values()) for row in rows)]
    return "\n".join(lines) + "\n"


def test_a_csv_of_documents_and_rows_together_is_one_document(desk: Desk) -> None:
    checked = desk.check("monitoring", f"{HEAD}\n{ROW}\n,,,P-F2,3,9,1\n")
    assert errors(checked) == []
    batch = desk.publish(checked)

    (form,) = desk.forms("monitoring")
    rows = desk.answers(form)["practices"]
    assert [(row["practice"], row["x"], row["n"]) for row in rows] == [
        ("P-F1", 12, 20),
        ("P-F2", 3, 9),
    ]
    assert batch.report["counts"]["new"] == 1


def test_semicolons_latin_letters_and_accents_left_out_are_said(local: Desk) -> None:
    text = table(a_family_row(sector="Peña Alta"), sep=";").encode("cp1252")

    batch = local.check("family", text)

    assert errors(batch) == []
    told = " ".join(notices(batch))
    assert "punto y coma" in told
    assert "Latin-1" in told
    assert "sin tilde" in told
    assert "día/mes/año" in told
    local.publish(batch)
    assert local.answers(local.forms("family")[0])["sector"] == "Peña Alta"


def test_tabs_and_the_mark_of_utf8_are_read(local: Desk) -> None:
    text = b"\xef\xbb\xbf" + table(a_family_row(), sep="\t").encode()

    batch = local.check("family", text)

    assert errors(batch) == []
    assert "tabulaciones" in " ".join(notices(batch))


def test_a_day_that_excel_kept_as_a_number_is_a_day(local: Desk) -> None:
    batch = local.check("family", table(a_family_row(date="46083")))

    assert errors(batch) == []
    assert any("guardó como número" in text and "2" in text for text in notices(batch))
    local.publish(batch)
    assert local.answers(local.forms("family")[0])["date"] == "2026-03-02"


def test_a_home_that_lost_its_zeros_is_the_same_home(local: Desk) -> None:
    with_homes(local, "0007")
    head = "hogar,fecha en que se completo,consent,visit,P-F1"
    row = "7,10/03/2026,Ya esta registrado,Se conversó con la familia,si lo hace"

    batch = local.check("household_monitoring", f"{head}\n{row}\n")
    assert errors(batch) == []
    local.publish(batch)

    assert any("perdieron su cero" in text for text in notices(batch))
    (form,) = local.forms("household_monitoring")
    assert local.answers(form)["households"][0]["household"] == "0007"


def test_a_community_code_that_lost_its_zero_is_completed_and_said(
    local: Desk, tmp_path: Path
) -> None:
    from app.capture import spreadsheets  # the pure layout is enough here
    from app.operations import instruments

    path = tmp_path / "hoja.csv"
    path.write_text("comunidad,ubigeo,date,title\n909010001,90901,2026-03-10,Faena\n")
    with local.store.reading() as session:
        layout = spreadsheets.layout(instruments.current(session, "activity"), (), district=True)

    read = form_files.read(admitted(path, "hoja.csv"), Limits(), layout, {})

    assert read.lines[0].cells["comunidad"] == "0909010001"
    assert read.lines[0].cells["ubigeo"] == "090901"
    assert set(read.zeros) == {("CSV", "comunidad"), ("CSV", "ubigeo")}


def test_a_heading_under_a_merged_title_and_empty_lines_are_found(local: Desk) -> None:
    rows: list[list[Any]] = [
        ["Padrón de familias 2026", None, None, None, None, None],
        [None] * 6,
        ["Hogar", "Fecha", "consent_method", "consent_form", "consent_aggregate", "consent_map"],
        [None] * 6,
        ["F-1", "2026-03-02", "Firma", "Sí", "Sí", "No"],
        [None] * 6,
    ]
    rows[2][1] = "date"
    book = a_book({"Padrón": rows})
    book["Padrón"].merge_cells("A1:F1")

    batch = local.check("family", book)

    assert errors(batch) == []
    assert batch.rows == 1
    assert "El encabezado de «Padrón» se encontró en la fila 3." in notices(batch)


def test_numbers_as_text_are_numbers(local: Desk) -> None:
    book = monitored(local)
    put(book["Prácticas"], FIRST, {"x": "12", "n": "20,0"})

    batch = local.check("monitoring", book)
    local.publish(batch)

    assert any("coma decimal" in text for text in notices(batch))
    assert local.answers(local.forms("monitoring")[0])["practices"][0]["n"] == 20


def test_an_answer_that_is_on_no_list_names_its_cell_and_the_list(local: Desk) -> None:
    with_homes(local, "F-1")
    book = visited(local, {"F-1": "Quizás"})
    sheet = book["Hogares"]
    letter = sheet.cell(row=1, column=codes(sheet)["P-F1"]).column_letter

    batch = local.check("household_monitoring", book)

    ((row, where, message),) = errors(batch)
    assert (row, message) == (FIRST, "«Quizás» no está en la lista.")
    assert where.startswith(f"Hogares, celda {letter}{FIRST} ")
    assert "Sí lo hace" in batch.report["errors"][0]["remedy"]
    assert batch.report["errors"][0]["value"] == ""  # what is said of a home is not kept
    assert batch.report["publishable"] is False


@pytest.mark.parametrize(
    ("changes", "column", "message"),
    [
        ({"x": 21}, "x", "no pueden ser más"),
        ({"x": "doce"}, "x", "número entero"),
        ({"n": ""}, "n", "Falta"),
        ({"practice": "P-X9"}, "practice", "no está en la lista"),
        ({"x": "=1+1"}, "x", "fórmula"),
        ({"ficha": "9"}, "ficha", "no está en la hoja de fichas"),
        ({"n": "1.234"}, "n", "miles o decimales"),
    ],
)
def test_each_wrong_cell_is_told_with_its_letter(
    local: Desk, changes: dict[str, Any], column: str, message: str
) -> None:
    book = monitored(local)
    put(book["Prácticas"], FIRST, changes)
    sheet = book["Prácticas"]
    letter = sheet.cell(row=1, column=codes(sheet)[column]).column_letter

    batch = local.check("monitoring", book)

    told = [e for e in errors(batch) if e[1].startswith(f"Prácticas, celda {letter}{FIRST}")]
    assert any(message in e[2] for e in told), errors(batch)


def test_a_code_that_excel_made_a_power_of_ten_is_refused_with_the_way_out(local: Desk) -> None:
    batch = local.check("monitoring", f"{HEAD}\n{ROW.replace('1099010001', '1.09901E+09')}\n")

    assert any("convirtió el código en el número" in e[2] for e in errors(batch))


def test_a_place_takes_degrees_or_text_and_says_when_they_are_swapped(local: Desk) -> None:
    head = "date,title,activity_kind,place.lat,place.lon,place.shape"
    with local.store.reading() as session:
        from app.operations import instruments  # beside the one use

        fields = {f.code: f for f in instruments.current(session, "activity").fields()}
    needed = {
        f.code: (f.choices[0].label.es if f.choices else "2026-03-05" if f.type == "date"
                 else "10" if f.type == "integer" else "Faena")
        for f in fields.values()
        if f.required
    }  # fmt: skip
    head = ",".join([*needed, "place.lat", "place.lon", "place.shape"])
    line = ",".join(needed.values())
    good = f"{line},-9.9,-76.1,\n{line},,,-9.9 -76.1; -9.91 -76.11\n"
    bad = f"{line},-76.1,-9.9,\n{line},-9.9,,\n"

    told = local.check("activity", f"{head}\n{good}")
    wrong = errors(local.check("activity", f"{head}\n{bad}"))
    local.publish(told)

    kinds = [local.answers(form)["place"]["type"] for form in local.forms("activity")]
    assert kinds == ["Point", "LineString"]
    assert [message for _, _, message in wrong] == [
        "La latitud y la longitud están cambiadas.",
        "Falta la latitud o la longitud.",
    ]


def test_a_file_without_any_known_column_says_how_to_go_on(local: Desk) -> None:
    batch = local.check("monitoring", "a,b\n1,2\n")

    assert batch.state == "failed"
    assert "no tiene columnas" in batch.report["refusal"]["message"] or (
        "Ninguna hoja" in batch.report["refusal"]["message"]
    )


def test_a_column_that_a_person_names_is_taken(local: Desk) -> None:
    text = table(a_family_row()).replace("consent_method", "modo")

    without = local.check("family", text)
    named = local.check("family", text, mapping={"CSV|C": "consent_method"})

    assert any("Falta" in message or "Responda" in message for _, _, message in errors(without))
    assert errors(named) == []


def test_real_files_with_wrong_letters_and_quotes_are_read_and_said(
    local: Desk, data_dir: Path
) -> None:
    path = data_dir / "dirty" / "establecimientos_y_vacunatorios_latin1.csv"

    lines = path.read_bytes().splitlines(keepends=True)
    odd = next(n for n, line in enumerate(lines) if line.count(b'"') % 2)
    some = [lines[0], *lines[max(1, odd - 20) : odd + 200]]

    batch = local.check("activity", b"".join(some), mapping={"CSV|B": "activity", "CSV|A": "date"})

    told = " ".join(notices(batch))
    assert "Latin-1" in told
    assert "No se usan estas columnas" in told
    assert batch.report["publishable"] is False
    assert any("comilla" in message for _, _, message in errors(batch))


def test_codes_of_a_real_file_get_their_zeros_back(local: Desk, data_dir: Path) -> None:
    path = data_dir / "dirty" / "censo2017_auditoria_de_anomalias.csv"
    head, _, rest = path.read_text(encoding="utf-8").partition("\n")
    place = head.split(",").index("ubigeo")
    letter = "ABCDEFGHIJ"[place]
    other = "ABCDEFGHIJ"[0 if place else 1]

    lost = "\n".join(line.removeprefix("0") for line in rest.splitlines())
    batch = local.check(
        "activity",
        f"{head}\n{lost}",
        mapping={f"CSV|{letter}": "ubigeo", f"CSV|{other}": "activity"},
    )

    assert any("perdieron su cero" in text for text in notices(batch))
    assert any("otro distrito (0" in message for _, _, message in errors(batch))
