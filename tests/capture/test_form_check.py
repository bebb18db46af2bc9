"""XLSForms of others: what real ones are told, and what hostile ones cannot do."""

import json
import subprocess
import sys
import zipfile
from pathlib import Path
from typing import Any

import pytest
from pyxform.xls2xform import convert

from app.capture import form_model, form_rules
from app.capture.form_check import check
from app.capture.form_reasons import explained
from app.settings import ROOT

ACCEPTED = {
    "liberia_estandarizacion_antropometria.xlsx": 7,
    "ucl_parcela_biomasa.xlsx": 65,
    "xlsform_todos_los_tipos.xlsx": 48,
    "xlsform_widgets.xls": 35,
    "xlsform_seleccion_en_cascada.xls": 9,
}
REFUSED = {
    "cht_visita_domiciliaria_gestante.xlsx": ("survey", 302, "«meta» está reservado"),
    "cht_parto.xlsx": ("survey", 292, "«meta» está reservado"),
    "liberia_cobertura_nutricion.xlsx": ("choices", 126, "dos opciones con el mismo nombre"),
    "liberia_aldeas.xlsx": ("choices", 6, "dos opciones con el mismo nombre"),
}


@pytest.mark.parametrize("name", ACCEPTED)
def test_a_real_form_that_converts_is_accepted_and_odk_validate_agrees(
    name: str, data_dir: Path, tmp_path: Path
) -> None:
    verdict = check(data_dir / "formularios" / name, tmp_path / "form.xml")

    assert verdict.accepted
    assert verdict.questions == ACCEPTED[name]
    assert verdict.odk_validate == "passed"
    assert f'version="{verdict.version}"'.encode() in (tmp_path / "form.xml").read_bytes()
    assert b"<submission" not in (tmp_path / "form.xml").read_bytes()


@pytest.mark.parametrize("name", REFUSED)
def test_a_real_form_that_does_not_convert_is_told_why_in_plain_words(
    name: str, data_dir: Path, tmp_path: Path
) -> None:
    sheet, row, said = REFUSED[name]

    verdict = check(data_dir / "formularios" / name, tmp_path / "form.xml")

    (problem,) = verdict.problems
    assert not verdict.accepted
    assert (problem.sheet, problem.row, problem.column) == (sheet, row, "name")
    assert said in problem.message
    assert problem.remedy
    assert problem.original.startswith("[row : ")
    assert not (tmp_path / "form.xml").exists()


A, B = {"type": "text", "name": "a", "label": "A"}, {"type": "text", "name": "b", "label": "B"}
BROKEN: list[tuple[list[dict[str, str]], str]] = [
    ([{**A, "type": "tex"}], "No existe el tipo de pregunta «tex»."),
    ([{**A, "name": "a b"}], "Ese nombre lleva signos que no valen."),
    ([{**A, "relevant": "${z} = 1"}], "Se usa «z» y no hay ninguna pregunta con ese nombre."),
    ([{**A, "type": "begin group"}, B], "Un grupo o una repetición se abre y no se cierra."),
    ([B, {"type": "end group"}], "Hay un end group o end repeat que no cierra nada."),
    ([{**A, "type": "select_one x"}], "El formulario ofrece opciones y no tiene hoja choices."),
    ([{"type": "text", "label": "A"}], "Una pregunta o un grupo no tiene nombre."),
    ([{"type": "text", "name": "b"}], "La pregunta «b» no tiene texto."),
    ([{"name": "b", "label": "x"}], "A la hoja le faltan sus encabezados."),
    ([A, A], "Dos preguntas o grupos llevan el mismo nombre."),
    ([{"type": "calculate", "name": "b"}], "Un cálculo no dice qué calcula."),
    ([], "Falta la hoja survey, que lleva las preguntas."),
]


@pytest.mark.parametrize(("survey", "said"), BROKEN)
def test_what_the_converter_says_is_said_again_in_plain_words(
    survey: list[dict[str, str]], said: str
) -> None:
    with pytest.raises(Exception) as refused:  # noqa: PT011 - the converter's own words matter
        convert({"survey": survey})

    assert explained(str(refused.value)).message == said


def test_what_nobody_foresaw_keeps_the_words_of_the_converter() -> None:
    reason = explained("[row : 7] Something entirely new.")

    assert (reason.sheet, reason.row) == ("survey", 7)
    assert reason.message == "El formulario no se puede convertir."
    assert reason.original == "[row : 7] Something entirely new."


def a_bomb(path: Path) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as book:
        book.writestr("[Content_Types].xml", "<Types/>")
        book.writestr("xl/worksheets/sheet1.xml", b"0" * 60_000_000)
    return path


def test_a_bomb_is_refused_before_it_is_unpacked(tmp_path: Path) -> None:
    bomb = a_bomb(tmp_path / "bomba.xlsx")

    verdict = check(bomb, tmp_path / "form.xml")

    assert bomb.stat().st_size < 100_000
    assert [p.message for p in verdict.problems] == [
        "El libro es demasiado grande para ser un formulario."
    ]


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("a.xlsx", b"PK\x03\x04 cortado"),
        ("a.xlsx", b"hola"),
        ("a.xls", b"PK\x03\x04"),
        ("a.xls", b"\xd0\xcf\x11\xe0 cortado"),
        ("a.csv", b"type,name\n"),
    ],
)
def test_what_is_no_workbook_is_said_to_be_none(name: str, content: bytes, tmp_path: Path) -> None:
    path = tmp_path / name
    path.write_bytes(content)

    verdict = check(path, tmp_path / "form.xml")

    assert not verdict.accepted
    assert verdict.problems[0].remedy


def test_a_workbook_that_names_an_entity_reads_no_file(tmp_path: Path) -> None:
    secret = tmp_path / "secreto.txt"
    secret.write_text("no se lee", "utf-8")
    path = tmp_path / "a.xlsx"
    doctype = f'<!DOCTYPE w [<!ENTITY e SYSTEM "{secret.as_uri()}">]><w>&e;</w>'
    with zipfile.ZipFile(path, "w") as book:
        book.writestr("[Content_Types].xml", doctype)
        book.writestr("xl/workbook.xml", doctype)

    verdict = check(path, tmp_path / "form.xml")

    assert not verdict.accepted
    assert "no se lee" not in json.dumps([vars_of(p) for p in verdict.problems])


def vars_of(reason: Any) -> dict[str, Any]:
    return {name: getattr(reason, name) for name in reason.__slots__}


def test_the_shell_says_the_same_as_the_screen(data_dir: Path, tmp_path: Path) -> None:
    folder = data_dir / "formularios"
    said = {}
    for name in ("cht_parto.xlsx", "xlsform_widgets.xls"):
        command = [sys.executable, "-m", "app.cli", "forms", "check", folder / name, "--json"]
        ran = subprocess.run(
            command, capture_output=True, cwd=ROOT, check=False,
            env={"SISMUNI_HOME": str(tmp_path), "PATH": "/usr/bin:/bin", "PYTHONPATH": str(ROOT)},
        )  # fmt: skip
        said[name] = (ran.returncode, json.loads(ran.stdout))

    assert [code for code, _ in said.values()] == [1, 0]
    refused = check(folder / "cht_parto.xlsx", tmp_path / "form.xml")
    assert said["cht_parto.xlsx"][1]["problems"] == [vars_of(p) for p in refused.problems]


def a_model(survey: list[dict[str, str]], **more: Any) -> form_model.Model:
    xform = convert({"survey": survey, "settings": [{"form_id": "f"}], **more}).xform
    return form_model.read(xform.encode())


def told(model: form_model.Model, xml: str, **files: bytes) -> list[str]:
    document = form_model.fromstring(f"<data>{xml}</data>")
    found = form_rules.broken(model, document, lambda name: files.get(name.partition(".")[0]))
    return [f"{row.field}: {row.message}" for row in found]


def test_a_rule_over_today_is_tried_on_the_day_of_filling_or_not_at_all() -> None:
    visit = {"type": "date", "name": "cita", "label": "Cita", "constraint": ". >= today()"}
    noted = a_model([{"type": "start", "name": "start"}, visit])
    silent = a_model([visit])

    late = "<start>2026-03-01T08:00:00</start><cita>2026-02-28</cita>"
    good = "<start>2026-03-01T08:00:00</start><cita>2026-03-02</cita>"

    assert told(noted, late) == ["cita: «Cita»: la respuesta no cumple la regla de la pregunta."]
    assert told(noted, good) == []
    assert told(silent, "<cita>2026-02-28</cita>") == []


def test_a_rule_looks_into_the_lists_beside_the_form() -> None:
    limit = "number(pulldata('topes', 'tope', 'codigo', ${cultivo}))"
    model = a_model(
        [
            {"type": "text", "name": "cultivo", "label": "Cultivo"},
            {"type": "integer", "name": "n", "label": "N", "constraint": f". <= {limit}"},
        ]
    )
    file = b"codigo,tope\ncafe,5\ncacao,9\n"

    assert told(model, "<cultivo>cafe</cultivo><n>7</n>", topes=file) == [
        "n: «N»: la respuesta no cumple la regla de la pregunta."
    ]
    assert told(model, "<cultivo>cacao</cultivo><n>7</n>", topes=file) == []


def test_a_function_that_we_do_not_know_leaves_its_rule_untried_and_says_so() -> None:
    model = a_model(
        [{"type": "geotrace", "name": "g", "label": "G", "constraint": "distance(.) > 10"}]
    )

    assert form_rules.untried(model) == [("g", "distance(.) > 10")]
    assert told(model, "<g>0 0 0 0; 0 0.1 0 0</g>") == []


def test_what_stands_in_a_group_that_is_not_shown_is_not_asked() -> None:
    model = a_model(
        [
            {"type": "text", "name": "q", "label": "Q"},
            {"type": "begin group", "name": "g", "label": "G", "relevant": "${q} = 'si'"},
            {"type": "integer", "name": "n", "label": "N", "required": "yes",
             "constraint": ". > 5"},
            {"type": "end group"},
        ]
    )  # fmt: skip

    assert told(model, "<q>no</q><g><n>1</n></g>") == []
    assert told(model, "<q>si</q><g><n>1</n></g>") != []
    assert told(model, "<q>si</q>") == ["n: «N»: falta la respuesta, que es obligatoria."]
