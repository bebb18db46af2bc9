"""A municipality says from when on a family is healthy, where it sets its goals."""

import re
from datetime import timedelta

from httpx import Response

from app.operations.register_papers import HEALTHY
from app.pages import wording
from tests.http.town import Town
from tests.pages.district_town import AT

GOALS = f"{AT}/metas"
GIVEN = {"share": "80", "limit_source": "Acuerdo de concejo 12", "since": "2026-01-01"}


def posted(town: Town, login: str, **fields: str) -> Response:
    client = town.client(login)
    token = re.search(r'name="_csrf" value="([^"]+)"', client.get(AT).text)
    assert token is not None
    data = {"_csrf": token[1], **GIVEN, **fields}
    return client.post(f"{GOALS}/{HEALTHY}/umbral", data=data, follow_redirects=True)


def test_without_a_threshold_the_page_says_that_nobody_is_counted(district: Town) -> None:
    page = district.client("planner").get(GOALS).text

    assert "todavía no fijó el umbral" in page


def test_the_threshold_stands_beside_the_figure_with_its_day_and_source(district: Town) -> None:
    said = posted(district, "planner")
    page = district.client("planner").get(f"{AT}/prioridades/{HEALTHY}").text
    client = district.client("planner")
    client.get("/idioma?l=en")
    english = client.get(f"{AT}/prioridades/{HEALTHY}").text

    assert "El umbral vale desde ese día" in said.text
    assert "Acuerdo de concejo 12" in said.text
    assert "Familias saludables (umbral: 80\N{NO-BREAK SPACE}% de «sí»)" in page
    assert "Acuerdo de concejo 12" in page
    assert "Healthy families (threshold: 80% “yes”)" in english
    assert "families assessed" in english


def test_another_threshold_needs_its_reason_and_what_was_typed_stays(district: Town) -> None:
    posted(district, "planner")
    today = wording.today()

    bare = posted(district, "planner", share="75", since=today.isoformat())
    done = posted(
        district, "planner", share="75", since=today.isoformat(), reason="Lo pidió el CCL"
    )
    early = posted(district, "planner", since=(today - timedelta(days=9)).isoformat(), reason="x")

    assert bare.status_code == 422
    assert "Falta la razón del cambio" in bare.text
    assert 'name="share" inputmode="decimal" value="75"' in bare.text
    assert "Lo pidió el CCL" in done.text
    assert "umbrales de antes" in done.text
    assert early.status_code == 409


def test_only_who_sets_goals_sets_the_threshold(district: Town) -> None:
    assert posted(district, "official").status_code == 403
    assert "fijar el umbral" not in district.client("official").get(GOALS).text
