"""A proposal whose gate nobody answered: said where it is presented, listed and put to the vote."""

import html
import re
from typing import Any

from httpx import Response

from tests.http.town import Town
from tests.pages.district_town import AT, YEAR
from tests.pages.test_voting_pages import RULES

BUDGET = f"{AT}/presupuesto/{YEAR}"
SHEET = f"{BUDGET}/propuestas/1"
UNANSWERED = "puerta sin responder"


def said(answer: Response) -> str:
    """What a person reads of a page."""
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", answer.text)).split())


def posted(town: Town, path: str, **fields: Any) -> Response:
    client = town.client("planner")
    data = {"_csrf": town.csrf("planner"), **fields}
    return client.post(path, data=data, follow_redirects=True)


def a_proposal(town: Town) -> None:
    page = town.client("planner").get(BUDGET).text
    action = re.search(r'name="action" value="([0-9a-f-]{36})"', page)
    assert action is not None
    posted(town, f"{BUDGET}/propuestas", action=action[1])


def test_presenting_with_an_unanswered_gate_says_so_and_is_not_forbidden(district: Town) -> None:
    a_proposal(district)

    told = said(posted(district, f"{SHEET}/presentar", revision="1"))

    assert "La propuesta está presentada, con la puerta sin responder" in told
    assert "entra en la próxima asignación" not in told


def test_the_list_and_the_voting_name_it_until_it_is_answered(district: Town) -> None:
    a_proposal(district)
    posted(district, f"{SHEET}/presentar", revision="1")
    pages = (BUDGET, f"{BUDGET}/votacion")
    posted(district, f"{BUDGET}/techo", soles="120000", source="Ordenanza", seen="")
    posted(district, f"{BUDGET}/votacion/reglas", **RULES)
    planner = district.client("planner")
    before = [said(planner.get(page)).lower() for page in pages]

    posted(district, f"{SHEET}/puerta", revision="2", competence="district", nature="investment")

    assert all(UNANSWERED in text for text in before)
    for page in pages:
        assert UNANSWERED not in said(planner.get(page)).lower()


def test_an_answered_gate_enters_the_next_allocation(district: Town) -> None:
    a_proposal(district)
    posted(district, f"{SHEET}/puerta", revision="1", competence="district", nature="investment")

    told = said(posted(district, f"{SHEET}/presentar", revision="2"))

    assert "entra en la próxima asignación" in told


def test_a_gate_without_a_single_answer_is_refused(district: Town) -> None:
    a_proposal(district)

    answer = posted(district, f"{SHEET}/puerta", revision="1", competence="", nature="")

    assert answer.status_code == 422
    assert "No respondió ninguna pregunta de la puerta" in said(answer)
    assert "Las respuestas se guardaron" not in said(answer)
