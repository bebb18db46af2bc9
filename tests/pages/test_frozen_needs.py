"""Freezing priorities and asking "what if" on the pages of a district."""

import json
import re
from datetime import timedelta

import pytest
from httpx import Response

from app.cli.entry import main
from app.operations import priority_versions
from app.pages import wording
from app.records import places
from app.records.priority_versions import PriorityVersion
from tests.http.town import Town
from tests.pages.district_town import AT, CODE

VERSIONS = f"{AT}/prioridades/versiones"
COMPARE = f"{AT}/prioridades/comparar"


def posted(town: Town, path: str, login: str = "planner", **fields: str) -> Response:
    client = town.client(login)
    token = re.search(r'name="_csrf" value="([^"]+)"', client.get(AT).text)
    assert token is not None
    return client.post(path, data={"_csrf": token[1], **fields}, follow_redirects=True)


def announced(town: Town) -> None:
    on = wording.today() + timedelta(days=10)
    answer = posted(town, VERSIONS, label="Prioridades 2032", freezes_on=on.isoformat())
    assert answer.status_code == 200
    assert "Se anunció" in answer.text


def frozen(town: Town) -> None:
    """Announce, let ten days pass by moving the day that was announced, and freeze."""
    announced(town)
    with town.store.writing() as session:
        where = places.district(session, CODE)
        version = session.get(PriorityVersion, priority_versions.find(session, where, 1).id)
        assert version is not None
        version.freezes_on = wording.today()
    answer = posted(town, f"{VERSIONS}/1/congelar", acta="Acta 12 del CCL", reason="Se acordó")
    assert answer.status_code == 200, answer.text
    assert "quedó congelada" in answer.text


def test_what_was_typed_stays_where_it_cannot_be_announced(district: Town) -> None:
    answer = posted(district, VERSIONS, label="Pronto", freezes_on=wording.today().isoformat())

    assert answer.status_code == 422
    assert "al menos 10 días" in answer.text
    assert 'value="Pronto"' in answer.text


def test_a_council_answers_the_card_of_its_own_community(district: Town) -> None:
    announced(district)
    card = f"{AT}/comunidades/C1/prioridades/1"

    council, others = district.client("council"), district.client("official")
    assert f'href="{card}"' in council.get(f"{AT}/comunidades/C1").text
    assert f'href="{card}"' in council.get(f"{VERSIONS}/1").text
    assert f'href="{card}"' not in others.get(f"{VERSIONS}/1").text
    assert "101 de 211" in district.client("council").get(card).text
    assert district.client("council").get(f"{AT}/comunidades/C2/prioridades/1").status_code == 403
    short = posted(district, card, "council", answer="differs")
    assert "qué dato no es correcto" in short.text
    said = posted(district, card, "council", answer="differs", note="Son 102", answered_by="Ana")
    assert "Se anotó la respuesta" in said.text
    assert "Son 102" in district.client("planner").get(f"{VERSIONS}/1").text


def test_a_frozen_version_is_cited_redone_and_exported(
    district: Town, tmp_path: object, capsys: pytest.CaptureFixture[str]
) -> None:
    frozen(district)
    planner = district.client("planner")

    assert "Acta 12 del CCL" in planner.get(f"{VERSIONS}/1").text
    assert "sale la misma lista" in planner.get(f"{VERSIONS}/1/rehacer").text
    kept = planner.get(f"{VERSIONS}/1/datos.json").json()
    assert kept["outcome"]["ranked"]
    path = tmp_path / "version.json"  # type: ignore[operator]
    path.write_text(json.dumps(kept), encoding="utf-8")
    assert main(["priorities", str(path), "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["same"] is True


def test_the_public_reads_the_list_without_counts_and_never_an_announcement(
    district: Town,
) -> None:
    announced(district)
    assert district.client("").get(f"{VERSIONS}/1").status_code == 404
    with district.store.writing() as session:
        where = places.district(session, CODE)
        priority_versions.find(session, where, 1).freezes_on = wording.today()
    posted(district, f"{VERSIONS}/1/congelar", acta="Acta 12", reason="Se acordó")

    page = district.client("").get(f"{VERSIONS}/1").text
    assert "Acta 12" in page
    assert "211" not in page
    told = district.client("").get(f"{VERSIONS}/1/datos.json").json()
    assert "inputs" not in told
    assert '"n": ' not in json.dumps(told)


def test_lists_side_by_side_mark_what_moves(district: Town) -> None:
    page = district.client("planner").get(f"{COMPARE}?people=100&indicator=P-B6").text

    assert "Escenario" in page
    assert "sin puesto" in page
    assert "sin calificar" in page


def test_a_scenario_is_kept_under_its_name_and_opens_again(district: Town) -> None:
    answer = posted(district, COMPARE, name="Sin menores", indicator="P-B6")

    assert "Se guardó el escenario" in answer.text
    assert "Sin menores" in answer.text
    again = posted(district, COMPARE, name="Sin menores", indicator="P-B6")
    assert again.status_code == 409
    empty = posted(district, COMPARE, name="Nada")
    assert empty.status_code == 422


def test_a_rating_gives_a_need_its_place_by_hanlon(district: Town) -> None:
    said = posted(
        district, f"{COMPARE}/calificar", need="P-F2", given_by="Salud", gravity="8", effect="1,2"
    )

    assert "gravedad 8, eficacia 1.2 (Salud)" in said.text
    wrong = posted(
        district, f"{COMPARE}/calificar", need="P-F2", given_by="Salud", gravity="11", effect="1"
    )
    assert wrong.status_code == 422
    assert "La gravedad va de 0 a 10" in wrong.text


@pytest.mark.parametrize("query", ["gap=abc", "gap=50", "top=0", "aimed=P-F2&target=300"])
def test_a_scenario_that_makes_no_sense_says_why(district: Town, query: str) -> None:
    answer = district.client("planner").get(f"{COMPARE}?{query}")

    assert answer.status_code == 422
    assert 'class="flash bad"' in answer.text or "error" in answer.text
