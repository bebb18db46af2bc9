"""The technical review on its pages: the matrix, the queue, two signatures, the public."""

import re

from httpx import Response

from tests.http.town import Town
from tests.pages.district_town import AT

YEAR = "2027"
REVIEWS = f"{AT}/presupuesto/{YEAR}/evaluacion"
MATRIX = {
    "ordinance": "Ordenanza 3",
    "name_0": "Necesidad",
    "points_0": "60",
    "measure_0": "need",
    "name_1": "Estudio",
    "points_1": "40",
    "measure_1": "",
    "steps_1": "40 = con expediente\n5 = idea",
    "need_gap": "25",
    "need_people": "25",
    "need_equity": "25",
    "need_assembly": "25",
}


def posted(town: Town, who: str, path: str, **fields: str) -> Response:
    client = town.client(who)
    token = re.search(r'name="_csrf" value="([^"]+)"', client.get(AT).text)
    assert token is not None
    return client.post(path, data={"_csrf": token[1], **fields}, follow_redirects=True)


def proposed(town: Town) -> int:
    """A presented proposal of the year; its number."""
    page = town.client("planner").get(f"{AT}/presupuesto/{YEAR}").text
    action = re.search(r'name="action" value="([0-9a-f-]{36})"', page)
    assert action is not None
    made = posted(town, "planner", f"{AT}/presupuesto/{YEAR}/propuestas", action=action[1])
    number = int(made.url.path.rsplit("/", 1)[1])
    posted(town, "planner", f"{made.url.path}/presentar", revision="1")
    return number


def test_a_matrix_is_typed_as_the_ordinance_prints_it(district: Town) -> None:
    wrong = posted(district, "planner", f"{REVIEWS}/criterios", **MATRIX | {"points_0": "50"})
    bad_step = posted(district, "planner", f"{REVIEWS}/criterios", **MATRIX | {"steps_1": "mucho"})
    right = posted(district, "planner", f"{REVIEWS}/criterios", **MATRIX)

    assert wrong.status_code == 422
    assert "suman 90 puntos" in wrong.text
    assert "con expediente" in wrong.text  # what was typed stays
    assert "No se entiende el tramo «mucho»" in bad_step.text
    assert "La matriz está escrita" in right.text
    assert "Ordenanza 3" in right.text


def test_a_measured_step_comes_back_as_it_was_typed(district: Town) -> None:
    steps = MATRIX | {"measure_1": "people", "steps_1": "40 = desde 10 %\n15 = desde 2,5 %"}
    posted(district, "planner", f"{REVIEWS}/criterios", **steps)

    page = district.client("planner").get(f"{REVIEWS}/criterios").text
    assert "40 = desde 10 %\n15 = desde 2.5 %" in page


def test_two_sign_and_only_then_the_district_reads(district: Town) -> None:
    posted(district, "planner", f"{REVIEWS}/criterios", **MATRIX)
    number = proposed(district)
    one = f"{REVIEWS}/{number}"
    secret = "Falta el saneamiento del terreno."
    said = posted(
        district,
        "evaluator",
        one,
        **{"seen": "0", "c-c2": "0", "opinion": "changes", "findings": secret},
    )
    assert "sin firmas" in said.text
    first = posted(district, "evaluator", f"{one}/firmar", seen="1")
    assert "Falta la firma de otra persona" in first.text
    again = posted(district, "evaluator", f"{one}/firmar", seen="2")
    assert (again.status_code, "ya firmó" in again.text) == (409, True)
    posted(district, "planner", f"{one}/firmar", seen="2")
    for login in ("council", "official"):
        for path in (REVIEWS, one, f"{AT}/presupuesto/{YEAR}/propuestas/{number}"):
            assert secret not in district.client(login).get(path).text

    for login in ("", "council", "official"):
        assert district.client(login).get(one).status_code == 404

    out = posted(district, "planner", f"{REVIEWS}/publicar", reason="La otra no tiene estudio.")

    assert "se publicaron juntas" in out.text
    for login in ("", "council", "official"):
        for path in (REVIEWS, one):
            assert secret in district.client(login).get(path).text
    assert secret in (
        district.client("official").get(f"{AT}/presupuesto/{YEAR}/propuestas/{number}").text
    )


def test_a_proposal_that_is_not_ours_goes_on_as_a_gestion(district: Town) -> None:
    number = proposed(district)
    sheet = f"{AT}/presupuesto/{YEAR}/propuestas/{number}"
    told = posted(
        district, "planner", f"{sheet}/puerta", revision="2", competence="health", nature="ioarr"
    )
    assert "No es competencia de la municipalidad distrital" in told.text

    made = posted(
        district,
        "planner",
        f"{sheet}/gestion",
        revision="3",
        route="health_network",
        addressee="Red de Salud",
    )

    assert "/gestiones/" in made.url.path
    assert "siguen como gestión" in made.text
    assert "retirada" in district.client("planner").get(sheet).text


def test_a_cost_says_when_how_and_how_far_off(district: Town) -> None:
    number = proposed(district)
    sheet = f"{AT}/presupuesto/{YEAR}/propuestas/{number}"
    kept = posted(
        district,
        "planner",
        f"{sheet}/editar",
        revision="2",
        title="Agua segura",
        soles="1200",
        cost_on="2026-10-01",
        cost_method="quote",
        cost_class="25",
    )

    assert "por cotización, ± 25 %, al" in kept.text
