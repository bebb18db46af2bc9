"""Gestiones on the pages of a district: the gate, the letter, every step, and the public."""

import io
import re

from docx import Document
from httpx import Response

from tests.http.town import Town
from tests.pages.district_town import AT

GESTIONES = f"{AT}/gestiones"


def posted(town: Town, path: str, **fields: str) -> Response:
    client = town.client("planner")
    token = re.search(r'name="_csrf" value="([^"]+)"', client.get(AT).text)
    assert token is not None
    return client.post(path, data={"_csrf": token[1], **fields}, follow_redirects=True)


def an_action(town: Town) -> str:
    page = town.client("planner").get(GESTIONES).text
    found = re.search(r'<option value="([0-9a-f-]{36})">', page)
    assert found is not None
    return found[1]


def opened(town: Town) -> str:
    answer = posted(
        town,
        GESTIONES,
        action=an_action(town),
        competence="health",
        nature="investment",
        route="health_network",
        addressee="Red de Salud Agua Clara",
    )
    assert "ya tiene su número" in answer.text
    return str(answer.url.path)


def test_the_gate_says_at_once_where_a_request_goes(district: Town) -> None:
    action = an_action(district)
    ask = f"{GESTIONES}?action={action}&competence="

    health = district.client("planner").get(f"{ask}health&nature=investment").text
    assert "No es competencia de la municipalidad distrital" in health
    assert "Abrir la gestión" in health
    sound = (
        district.client("planner").get(f"{ask}district&nature=investment&upkeep=yes&land=yes").text
    )
    assert "Puede ir al presupuesto participativo" in sound
    assert "Llevarlo al presupuesto" in sound


def test_a_gestion_is_opened_filed_and_read_by_all(district: Town) -> None:
    path = opened(district)
    said = posted(district, path, seen="1", state="filed", filing="EXP-77", on_day="2026-11-02")

    assert "EXP-77" in said.text
    for login in ("", "council", "official"):
        page = district.client(login).get(path)
        assert page.status_code == 200
        assert "EXP-77" in page.text
        assert "Anotar un paso" not in page.text


def test_what_was_typed_stays_where_a_step_lacks_something(district: Town) -> None:
    path = opened(district)
    said = posted(district, path, seen="1", state="filed", note="La llevó la secretaria")

    assert said.status_code == 422
    assert "número de expediente" in said.text
    assert "La llevó la secretaria" in said.text
    again = posted(district, GESTIONES, action="nada", route="region", addressee="X")
    assert again.status_code == 422


def test_the_letter_names_who_asks_and_what(district: Town) -> None:
    path = opened(district)
    answer = district.client("planner").get(f"{path}/carta.docx")

    document = Document(io.BytesIO(answer.content))
    text = "\n".join(paragraph.text for paragraph in document.paragraphs)
    cells = [cell.text for row in document.tables[0].rows for cell in row.cells]
    assert "Red de Salud Agua Clara" in text
    assert "Reservorio" in " ".join(cells)
    assert district.client("").get(f"{path}/carta.docx").status_code in (401, 403, 303)
