"""The pages of the PDLC: import with preview, draft, links, amendments; what the public sees."""

import ast
import re
from io import BytesIO
from typing import Any

import pytest
from fastapi.testclient import TestClient
from httpx import Response

from app.operations import pdlc_files, pdlc_reading
from app.pages import wording
from app.pages.pdlc_texts import TEXTS
from app.records import places
from app.records.pdlc import Pdlc
from app.settings import ROOT
from tests.http.town import Town
from tests.operations.pdlc_world import CONTENT, with_sheet
from tests.pages.district_town import AT, CODE
from tests.pages.test_district_pages import said

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def book(content: Any = CONTENT) -> bytes:
    return pdlc_files.workbook(content, wording.today())


def upload(town: Town, client: TestClient, body: bytes, name: str = "plan.xlsx") -> Response:
    return client.post(
        f"{AT}/plan/importar",
        data={"_csrf": town.csrf("planner")},
        files={"file": (name, BytesIO(body), XLSX)},
    )


def plans(town: Town) -> list[Pdlc]:
    with town.store.reading() as session:
        return list(pdlc_reading.versions(session, places.district(session, CODE)))


def post(town: Town, client: TestClient, path: str, **data: Any) -> Response:
    return client.post(AT + path, data={"_csrf": town.csrf("planner"), **data})


def imported(town: Town, client: TestClient) -> Pdlc:
    """A draft that came in by the page."""
    page = upload(town, client, book()).text
    kept = dict(re.findall(r'name="(sha256|name)" value="([^"]+)"', page))
    post(town, client, "/plan/importar/guardar", **kept)
    return plans(town)[0]


def ruling(town: Town, client: TestClient) -> Pdlc:
    plan = imported(town, client)
    given = {"ordinance": "Ordenanza 5", "approved_on": "2024-03-01"}
    post(town, client, f"/plan/{plan.uuid}/vigencia", revision=plan.revision, **given)
    return plans(town)[0]


def test_a_file_is_shown_before_anything_is_kept(district: Town) -> None:
    client = district.client("planner")

    page = said(upload(district, client, book()))

    assert "Objetivos: 2; acciones: 1; indicadores: 2." in page
    assert plans(district) == []


def test_a_file_with_mistakes_tells_each_with_its_row(district: Town) -> None:
    client = district.client("planner")

    answer = upload(district, client, book(with_sheet(targets={2026: 1.0, 2035: 90.0})))

    assert answer.status_code == 422
    page = said(answer)
    assert "fila 2 , «Indicadores, Meta 2026»" in page or "fila 2, «Indicadores, Meta 2026»" in page
    assert "fuera del periodo" in page
    assert plans(district) == []


@pytest.mark.parametrize(("body", "name"), [(b"x", "plan.xlsx"), (b"", "plan.txt")])
def test_what_is_no_plan_is_refused_on_the_same_page(
    district: Town, body: bytes, name: str
) -> None:
    answer = upload(district, district.client("planner"), body, name)

    assert answer.status_code in (400, 415)
    assert "plantilla" in said(answer) or "Ábralo" in said(answer)


def test_an_imported_plan_rules_after_its_ordinance_and_then_the_public_reads_it(
    district: Town,
) -> None:
    client, public = district.client("planner"), district.client()
    draft = imported(district, client)
    assert draft.state == "draft"
    assert public.get(f"{AT}/plan/{draft.uuid}").status_code == 404
    assert "Ampliar el acceso" not in said(public.get(f"{AT}/plan"))

    plan = ruling(district, client)

    page = said(public.get(f"{AT}/plan"))
    assert plan.state == "in_force"
    assert "Ampliar el acceso a agua segura" in page
    assert "no se sabe" in page  # nothing was published yet
    assert "Lo que le falta al plan" not in page
    assert "Proponer al CCL" not in page


def test_the_page_fills_indicators_and_says_what_lacks(district: Town) -> None:
    client = district.client("planner")
    ruling(district, client)

    page = said(client.get(f"{AT}/plan"))

    assert "421 de 893" in page or "422 de 893" in page
    assert "El objetivo OE.02 no tiene ningún indicador" in page
    assert "El objetivo OE.02 no dice qué prioridad atiende." in page
    assert "1 objetivo del PDLC" in said(client.get(f"{AT}/prioridades"))


def test_a_need_and_its_objective_lead_to_each_other(district: Town) -> None:
    client = district.client("planner")
    plan = ruling(district, client)

    need = client.get(f"{AT}/prioridades/P-F2").text
    objective = client.get(f"{AT}/plan/{plan.uuid}/objetivos/OE.01").text

    assert f"/plan/{plan.uuid}/objetivos/OE.01" in need
    assert f"{AT}/prioridades/P-F2" in objective


def test_a_draft_from_the_priorities_is_one_click(district: Town) -> None:
    client = district.client("planner")

    answer = post(
        district, client, "/plan/borrador", title="Nuevo", first_year="2032", last_year="2036"
    )

    (plan,) = plans(district)
    assert answer.headers["location"].endswith(str(plan.uuid))
    page = said(client.get(f"{AT}/plan/{plan.uuid}"))
    assert "Mejorar las condiciones de «Agua»" in page


def test_a_sheet_that_cannot_be_keeps_what_was_typed(district: Town) -> None:
    client = district.client("planner")
    plan = imported(district, client)
    typed = {"of": "OE.02", "name": "Trochas abiertas", "unit": "km", "direction": "up"}
    typed |= {"baseline_year": "2024", "baseline": "10", "target 2026": "5"}

    answer = post(
        district, client, f"/plan/{plan.uuid}/fichas/nueva", revision=plan.revision, **typed
    )

    assert answer.status_code == 422
    assert "por debajo de la línea base" in said(answer)
    assert 'value="Trochas abiertas"' in answer.text
    assert plans(district)[0].revision == plan.revision


def test_every_edit_of_a_draft_is_on_its_page(district: Town) -> None:
    client = district.client("planner")
    at = f"/plan/{imported(district, client).uuid}"

    def change(path: str, **data: Any) -> None:
        answer = post(district, client, at + path, revision=plans(district)[0].revision, **data)
        assert answer.status_code == 303

    change("/datos", title="Otro título", vision="Otra visión")
    change("/objetivos", code="OE.03", statement="Sembrar bosques")
    change("/acciones", code="AE.03.01", statement="Viveros", back="OE.03")
    change("/fichas/nueva", of="OE.03", name="Hectáreas", unit="ha", direction="up")
    change("/objetivos/OE.03/enlaces", needs=["P-F4"])
    change("/objetivos/OE.03/lineas", action="AE.03.01", kind="poi", line="A1", name="", year="")
    change("/quitar", code="OE.02")

    page = said(client.get(AT + at))
    assert all(each in page for each in ("Otra visión", "Sembrar bosques", "Viveros", "POI A1"))
    assert "Mejorar los caminos" not in page


def test_an_amendment_goes_its_way(district: Town) -> None:
    client = district.client("planner")
    at = f"/plan/{ruling(district, client).uuid}"
    keys = re.findall(r'name="key" value="([^"]+)"', client.get(f"{AT}/plan").text)

    def change(path: str, **data: Any) -> str:
        revision = plans(district)[0].revision
        answer = post(district, client, at + path, revision=revision, **data)
        return said(client.get(AT + at) if answer.status_code == 303 else answer)

    page = change("/enmiendas", key=keys[0])
    assert "queda propuesta al CCL" in page
    (uuid,) = re.findall(r"/enmiendas/([0-9a-f-]{36})", client.get(AT + at).text)
    change(f"/enmiendas/{uuid}", state="concerted", on="2026-01-10")
    page = change(f"/enmiendas/{uuid}", state="approved", on="2026-02-10")
    assert "Falta la ordenanza" in page
    page = change(f"/enmiendas/{uuid}", state="approved", on="2026-02-10", ordinance="Ordenanza 8")

    assert "aprobada por ordenanza" in page


@pytest.mark.parametrize("kind", ["xlsx", "docx", "pdf"])
def test_a_plan_in_force_is_a_file_for_everybody(district: Town, kind: str) -> None:
    plan = ruling(district, district.client("planner"))

    answer = district.client().get(f"{AT}/plan/{plan.uuid}/descarga.{kind}")

    assert answer.status_code == 200
    assert f".{kind}" in answer.headers["content-disposition"]
    assert answer.content[:2] in (b"PK", b"%P")


def test_only_the_planner_writes(district: Town) -> None:
    plan = ruling(district, district.client("planner"))
    official = district.client("official")

    page = official.get(f"{AT}/plan")
    answer = official.post(
        f"{AT}/plan/{plan.uuid}/enmiendas",
        data={"_csrf": district.csrf("official"), "revision": "1", "what": "x", "why": "y"},
    )

    assert page.status_code == 200
    assert "Importar un PDLC" not in page.text
    assert answer.status_code == 403


def test_every_sentence_of_the_rules_of_a_plan_can_be_said_in_another_language() -> None:
    written = set()
    for name in ("alignment", "pathways"):
        tree = ast.parse((ROOT / "app" / "planning" / f"{name}.py").read_text("utf-8"))
        for node in ast.walk(tree):
            values: list[ast.expr] = []
            if isinstance(node, ast.Assign) and any(
                isinstance(target, ast.Name) and target.id in ("text", "remedy")
                for target in node.targets
            ):
                values = [node.value]
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
                values = node.args[1:] if node.func.id in ("_silent", "Finding") else []
            for value in values:
                arms = [value.body, value.orelse] if isinstance(value, ast.IfExp) else [value]
                written |= {a.value for a in arms if isinstance(a, ast.Constant)}

    assert written == set(TEXTS)
