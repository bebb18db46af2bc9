"""Tables of places, facilities, figures and code changes: read, refused, brought up to date."""

import pytest

from app.errors import Conflict, Invalid
from tests.operations.imports.house import House, messages, notices

PLACES = (
    "inei_ccpp,inei_distrito,ccpp,tipo,latitude,longitude\n"
    "1001010001,100101,HUANUCO,Urban,-9.95,-76.25\n"
    "1001010002,100101,SAN JUAN DE LA CRUZ,Rural,-9.95,-76.15\n"
)
FACILITIES = (
    "id_eess,nombre,departamento,provincia,distrito,latitude,longitude\n"
    "754,HOSPITAL REGIONAL,HUANUCO,HUANUCO,HUANUCO,-9.95,-76.25\n"
    "755,PERU-COREA,,,OTRO,-9.95,-76.15\n"
)


def test_places_are_kept_with_their_point_and_those_outside_are_told(settled: House) -> None:
    batch = settled.bring("places", PLACES)

    assert settled.rows("SELECT code, name, urban FROM settlement ORDER BY code") == [
        ("1001010001", "Huanuco", 1 if settled.store.is_sqlite else True),
        ("1001010002", "San Juan de la Cruz", 0 if settled.store.is_sqlite else False),
    ]
    assert batch.report["summary"]["outside_district"] == 1
    assert notices(batch) == ["1 puntos caen fuera de los límites de su distrito; filas: 3."]


def test_the_same_places_again_change_nothing(settled_local: House) -> None:
    settled_local.bring("places", PLACES)
    before = settled_local.dump()

    batch = settled_local.bring("places", PLACES)

    assert batch.report["counts"] == {"new": 0, "changed": 0, "same": 2}
    assert settled_local.dump() == before


def test_undoing_a_correction_brings_back_what_stood(settled: House) -> None:
    settled.bring("places", PLACES)
    before = settled.dump()

    batch = settled.bring(
        "places", PLACES.replace("HUANUCO,Urban,-9.95", "CENTRO,Rural,-9.96").replace("CRUZ", "PAZ")
    )
    during = settled.dump()
    settled.undo(batch)

    assert batch.report["counts"]["changed"] == 2
    assert during != before
    assert settled.dump() == before


def test_undoing_new_places_leaves_the_store_as_it_was(settled: House) -> None:
    before = settled.dump()

    settled.undo(settled.bring("places", PLACES))

    assert settled.dump() == before


def test_an_import_that_a_later_one_changed_is_undone_only_after_it(settled: House) -> None:
    first = settled.bring("places", PLACES)
    before_second = settled.dump()
    second = settled.bring("places", PLACES.replace("CRUZ", "PAZ"))

    with pytest.raises(Conflict) as refused:
        settled.undo(first)
    settled.undo(second)

    assert "cambiaron después" in str(refused.value)
    assert settled.dump() == before_second
    settled.undo(first)
    assert settled.rows("SELECT count(*) FROM settlement") == [(0,)]


@pytest.mark.parametrize(
    ("row", "says"),
    [
        ("100101001,100101,A,Rural,-9.9,-76.2", "una cifra de menos"),
        ("10010100,100101,A,Rural,-9.9,-76.2", "no es un código de centro poblado"),
        ("1001010001,100199,A,Rural,-9.9,-76.2", "no existe o ya no está en uso"),
        ("1001010001,100101,,Rural,-9.9,-76.2", "Falta el nombre."),
        ("1001010001,100101,A,Rural,-76.2,-9.9", "cambiadas de lugar"),
        ("1001010001,100101,A,Rural,9.9,76.2", "Falta el signo menos"),
        ("1001010001,100101,A,Rural,0,0", "nadie las anotó"),
        ("1001010001,100101,A,Rural,-9927955,-76236176", "Se perdió el punto decimal."),
        ("1001010001,100101,A,Rural,-9.9,", "Falta la mitad"),
        ("1001010001,100101,A,Rural,norte,-76.2", "no es una coordenada"),
        ("=1+1,100101,A,Rural,-9.9,-76.2", "fórmula"),
    ],
)
def test_a_bad_row_is_named_with_what_to_do(settled_local: House, row: str, says: str) -> None:
    heading = PLACES.splitlines()[0]

    batch = settled_local.check("places", f"{heading}\n{row}\n")

    assert any(says in message for _, message in messages(batch)), messages(batch)
    assert all(error["row"] == 2 for error in batch.report["errors"])
    assert not batch.report["publishable"]


def test_a_repeated_code_names_both_rows(settled_local: House) -> None:
    batch = settled_local.check("places", PLACES.replace("1001010002", "1001010001"))

    assert messages(batch) == [(3, "El código 1001010001 ya está en la fila 2.")]


def test_nothing_of_a_refused_file_is_stored(settled: House) -> None:
    before = settled.dump()

    batch = settled.check("places", PLACES + "x,100101,A,Rural,-9.9,-76.2\n")
    with pytest.raises(Invalid) as refused:
        settled.publish(batch)

    assert settled.dump() == before
    assert refused.value.rows[0].row == 4


def test_a_facility_takes_its_district_from_three_names_or_from_its_point(settled: House) -> None:
    batch = settled.bring("facilities", FACILITIES)

    assert settled.rows(
        "SELECT f.code, p.code FROM facility f JOIN place p ON p.id = f.place_id ORDER BY 1"
    ) == [("00000754", "100101"), ("00000755", "100102")]
    assert any("no dicen su distrito" in each for each in notices(batch))


def test_latin_letters_of_windows_are_read_and_told(settled_local: House) -> None:
    text = FACILITIES.replace("PERU-COREA", "PUESTO ÑAHUIN")

    batch = settled_local.bring("facilities", text.encode("cp1252"))

    assert settled_local.rows("SELECT name FROM facility WHERE code = '00000755'") == [
        ("Puesto Ñahuin",)
    ]
    assert any("Latin-1" in each for each in notices(batch))


FIGURES = (
    "UBIGEO,Distrito,POBLACION_TOTAL,PORCENTAJE_ANEMIA,NIVEL_RIESGO\n"
    "100101,HUANUCO,4081,50.07,Muy alto\n"
    "100102,AMARILIS,0,,\n"
)


def test_figures_say_missing_and_not_applicable_apart(settled: House) -> None:
    settled.bring("indicators", FIGURES, period="2017", source="INEI")

    assert settled.rows(
        "SELECT place_code, indicator, value, text, unit FROM external_value ORDER BY 1, 2"
    ) == [
        ("100101", "nivel_riesgo", None, "Muy alto", ""),
        ("100101", "poblacion_total", 4081.0, None, ""),
        ("100101", "porcentaje_anemia", 50.07, None, "%"),
        ("100102", "nivel_riesgo", None, "no aplica", ""),
        ("100102", "poblacion_total", None, None, ""),
        ("100102", "porcentaje_anemia", None, None, "%"),
    ]


def test_undoing_figures_brings_back_those_that_they_replaced(settled: House) -> None:
    first = settled.bring("indicators", FIGURES, period="2017")
    before = settled.dump()
    second = settled.bring("indicators", FIGURES.replace("4081", "5000"), period="2017")

    with pytest.raises(Conflict):
        settled.undo(first)
    settled.undo(second)

    assert second.report["counts"] == {"new": 0, "changed": 1, "same": 5}
    assert settled.dump() == before


def test_a_district_imports_only_its_own_figures(settled_local: House) -> None:
    where = ("100101", settled_local.rows("SELECT id FROM place WHERE code = '100101'")[0][0])

    batch = settled_local.check("indicators", FIGURES, period="2017", place=where)

    assert messages(batch) == [(3, "La fila es de otro distrito.")]


CHANGES = (
    "nivel,tipo,ubigeo_2007,ubigeo_2026,nombre_2007,nombre_2026,contenedor_2007\n"
    "distrito,creado,,100112,,yacus,100101\n"
    "provincia,renombrado,1103,1103,nazca,nasca,\n"
)


def test_code_changes_are_added_once_and_taken_back(house: House) -> None:
    batch = house.bring("changes", CHANGES)
    again = house.bring("changes", CHANGES)

    assert house.rows("SELECT kind, level, new_code, container_code FROM code_change") == [
        ("created", "district", "100112", "100101"),
        ("renamed", "province", "1103", None),
    ]
    assert again.report["counts"] == {"new": 0, "same": 2}
    house.undo(batch)
    assert house.rows("SELECT count(*) FROM code_change") == [(0,)]


def test_a_code_that_a_law_created_is_in_force_before_its_limits_come(settled_local: House) -> None:
    settled_local.bring("changes", CHANGES)

    batch = settled_local.check("places", PLACES.replace("1001010002,100101", "1001120002,100112"))

    assert messages(batch) == []
