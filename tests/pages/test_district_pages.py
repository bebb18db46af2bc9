"""The screens of the district: what planner, official, council and public each see and do."""

import ast
import csv
import html
import io
import re
from datetime import date
from typing import Any

import openpyxl
import pytest
from fastapi.testclient import TestClient
from httpx import Response
from sqlmodel import select

from app.operations import allocations, needs, visits
from app.operations.seats import Seat
from app.operations.trail import SYSTEM
from app.pages import communities, wording
from app.pages.reason_texts import TEXTS
from app.planning.changes import _SENTENCES
from app.records import places
from app.records.places import Where
from app.records.proposals import Allocation, Proposal
from app.records.territory import Community
from app.records.trail import AuditEntry
from app.settings import ROOT
from app.store.sessions import Reading
from tests.http.town import Town, an_account
from tests.pages.district_town import AT, CHILDREN, CODE, FEW, HOMES, LABEL, YEAR, another_district

BUDGET = f"{AT}/presupuesto/{YEAR}"
PAGES = (
    AT,
    f"{AT}/prioridades",
    f"{AT}/prioridades?gap=70&people=10&equity=10&assembly=10",
    f"{AT}/prioridades/P-F2",
    f"{AT}/prioridades/P-B6",
    f"{AT}/prioridades/P-F4",
    f"{AT}/prioridades/theme:roads",
    f"{AT}/visitas",
    f"{AT}/metas",
    f"{AT}/presupuesto",
    BUDGET,
    f"{BUDGET}/propuestas/1",
    f"{AT}/seguimiento",
    f"{AT}/seguimiento/2030/1",
    f"{AT}/seguimiento/rendicion",
    f"{AT}/datos",
)
SIDES = ("planner", "council")
FILES = tuple(
    f"{AT}/datos/{name}.{kind}"
    for name in ("necesidades", "indicadores", "diccionario")
    for kind in ("csv", "xlsx")
)


def where(session: Reading) -> Where:
    return places.district(session, CODE)


def said(response: Response) -> str:
    """What a person reads on a page, without its markup."""
    text = re.sub(r"<(script|style)\b.*?</\1>", " ", response.text, flags=re.S)
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", text)).split())


def post(
    town: Town, client: TestClient, path: str, login: str = "planner", **data: Any
) -> Response:
    return client.post(AT + path, data={"_csrf": town.csrf(login), **data})


def propose(town: Town, planner: TestClient) -> None:
    """Bundle what is suggested first into a proposal."""
    page = planner.get(BUDGET).text
    form = re.search(r'action="[^"]*/propuestas">(.*?)</form>', page, re.S)
    assert form is not None
    actions = re.findall(r'name="action" value="([^"]+)"', form[1])
    post(town, planner, f"/presupuesto/{YEAR}/propuestas", action=actions, title="Agua para dos")


def share_out(town: Town, planner: TestClient) -> None:
    """From the requests to a run of the allocation, by the pages alone."""
    propose(town, planner)
    post(town, planner, f"/presupuesto/{YEAR}/propuestas/1/presentar", revision="1")
    post(town, planner, f"/presupuesto/{YEAR}/techo", soles="120 000", source="Ordenanza", seen="")
    post(town, planner, f"/presupuesto/{YEAR}/asignar")


def test_the_front_page_leads_to_the_only_district(district: Town) -> None:
    assert district.client().get("/").headers["location"] == AT


def test_the_front_page_finds_a_district_among_several(district: Town) -> None:
    another_district(district.store)

    page = said(district.client().get("/?q=boca"))

    assert "Boca Seca" in page
    assert "Agua Clara" not in page


@pytest.mark.parametrize("login", ["planner", "official"])
def test_whoever_works_there_sees_why_the_first_need_is_first(district: Town, login: str) -> None:
    page = said(district.client(login).get(f"{AT}/prioridades"))

    homes = [sum(pair[i] for pair in HOMES.values()) for i in (0, 1)]
    assert f"{homes[0]} de {homes[1]} hogares" in page
    assert "La brecha media hasta la meta es" in page
    assert "de cada 100 maneras de repartir los pesos" in page


def test_what_has_too_few_data_stands_apart_with_its_visit(district: Town) -> None:
    page = said(district.client("planner").get(f"{AT}/prioridades"))

    assert "Comunidades con dato: 1 de 5; por visitar: 4." in page
    assert "Crear tarea de visita" in page


def test_only_a_planner_is_offered_to_change_something(district: Town) -> None:
    page = district.client("official").get(f"{AT}/prioridades").text

    assert f'action="{AT}/prioridades/publicar"' not in page
    assert f'action="{AT}/visitas"' not in page


def test_a_trial_of_weights_says_what_changes_and_touches_nothing(district: Town) -> None:
    client = district.client("planner")
    before = said(client.get(f"{AT}/prioridades"))

    tried = said(client.get(f"{AT}/prioridades?gap=0&people=100&equity=0&assembly=0"))

    assert re.search(r"Con estos pesos cambian? \d+ de las 2 primeras", tried)
    assert "no es la lista oficial" in tried
    assert said(client.get(f"{AT}/prioridades")) == before


@pytest.mark.parametrize("query", ["gap=50&people=10", "gap=x", "gap=-5&people=105"])
def test_points_that_are_not_a_hundred_are_told_on_the_page(district: Town, query: str) -> None:
    answer = district.client("planner").get(f"{AT}/prioridades?{query}")

    assert answer.status_code == 422
    assert 'class="error"' in answer.text


def test_the_points_of_a_group_count_until_they_are_withdrawn(district: Town) -> None:
    client = district.client("planner")
    points = {"gap": "10", "people": "60", "equity": "10", "assembly": "20"}
    post(district, client, "/prioridades/pesos", given_by="Mesa de mujeres", **points)
    page = client.get(f"{AT}/prioridades").text
    uuid = re.search(r"/pesos/([0-9a-f-]{36})/retirar", page)
    assert uuid is not None
    with district.store.reading() as session:
        given = needs.weighting_of(session, where(session)).mean

    post(district, client, f"/prioridades/pesos/{uuid[1]}/retirar")

    assert "Mesa de mujeres" in page
    assert given["people"] == 60
    with district.store.reading() as session:
        assert needs.weighting_of(session, where(session)).mean["people"] == 25


def test_one_need_shows_its_communities_its_words_and_its_requests(district: Town) -> None:
    page = said(district.client("planner").get(f"{AT}/prioridades/P-F2"))

    assert "101 de 211" in page
    assert "El agua de C1 llega turbia" in page
    assert "Reservorio de C1" in page
    assert "todavía sin propuesta" in page


def test_a_council_reads_the_list_but_not_the_figures_of_others(district: Town) -> None:
    client = district.client("council")
    listed, one = said(client.get(f"{AT}/prioridades")), said(client.get(f"{AT}/prioridades/P-F2"))

    others = [f"{x} de {n}" for code, (x, n) in HOMES.items() if code != "C1"]
    assert "La brecha media hasta la meta es" in listed
    assert [each for each in others if each in one] == []
    assert "llega turbia" not in one


def test_a_need_asks_each_silent_community_once(district: Town) -> None:
    client = district.client("planner")
    post(district, client, "/visitas", need="P-F4")

    post(district, client, "/visitas", need="P-F4")

    with district.store.reading() as session:
        tasks = visits.tasks(session, where(session))
    assert len(tasks) == 4


def test_a_visit_that_was_made_is_closed(district: Town) -> None:
    client = district.client("planner")
    post(district, client, "/visitas", community="C5", reason="Preguntar por el agua")
    with district.store.reading() as session:
        (task,) = visits.tasks(session, where(session))

    post(district, client, f"/visitas/{task.uuid}", state="done")

    with district.store.reading() as session:
        assert visits.tasks(session, where(session)) == []
    assert "Preguntar por el agua hecha" in re.sub(
        r"(hecha) (Preguntar por el agua)", r"\2 \1", said(client.get(f"{AT}/visitas"))
    )


def test_a_new_goal_holds_from_today_and_stands_in_the_trail(district: Town) -> None:
    client = district.client("planner")

    post(district, client, "/metas/P-F2", target="72,5", worst="20", source="Acta del CCL")

    assert "meta 73 %, peor valor acordado 20 %".replace(" %", "\u00a0%") in html.unescape(
        client.get(f"{AT}/metas").text
    )
    with district.store.reading() as session:
        acts = session.exec(
            select(AuditEntry.reason).where(
                AuditEntry.register_code == "goals", AuditEntry.action == "set"
            )
        ).all()
    assert acts == ["Acta del CCL"]


@pytest.mark.parametrize(
    "typed",
    [
        {"target": "ochenta", "worst": "20", "source": "Acta"},
        {"target": "20", "worst": "80", "source": "Acta"},
        {"target": "80", "worst": "20", "source": ""},
    ],
)
def test_a_refused_goal_keeps_what_was_typed(district: Town, typed: dict[str, str]) -> None:
    answer = post(district, district.client("planner"), "/metas/P-F2", **typed)

    assert answer.status_code == 422
    assert f'name="target" inputmode="decimal" value="{typed["target"]}"' in answer.text


def test_equal_requests_become_one_proposal_in_one_click(district: Town) -> None:
    client = district.client("planner")

    propose(district, client)

    page = said(client.get(f"{BUDGET}/propuestas/1"))
    assert "Comunidad C1" in page
    assert "Comunidad C2" in page
    assert "101 de 211" in page
    assert "Atiende uno de los tres primeros problemas de las mujeres" in page
    assert "Juntar en una propuesta" not in said(client.get(BUDGET))


def test_a_proposal_is_named_in_spanish_on_an_english_page(district: Town) -> None:
    client = district.client("planner")
    of_spanish = re.findall(r'name="title" value="([^"]+)"', client.get(BUDGET).text)

    client.get("/idioma?l=en&next=/")

    assert of_spanish
    assert re.findall(r'name="title" value="([^"]+)"', client.get(BUDGET).text) == of_spanish


def test_a_review_is_no_link_before_it_can_be_read(district: Town) -> None:
    propose(district, district.client("planner"))
    review = f"{BUDGET}/evaluacion/1"

    team, other = (district.client(who).get(f"{BUDGET}/propuestas/1") for who in SIDES)

    assert f'href="{review}"' in team.text
    assert f'href="{review}"' not in other.text
    assert "Su evaluación técnica todavía no se publicó" in said(other)


def test_a_request_leads_only_to_a_proposal_that_its_reader_may_open(district: Town) -> None:
    an_account(district.store, "agent", Seat("health_agent", community="C1"))
    propose(district, district.client("planner"))
    sheet = f"{BUDGET}/propuestas/1"

    linked, opened = {}, {}
    for login in ("planner", "council", "agent"):
        client = district.client(login)
        linked[login] = f'href="{sheet}"' in client.get(f"{AT}/comunidades/C1").text
        opened[login] = client.get(sheet).status_code == 200

    assert linked == opened
    assert set(opened.values()) == {True, False}


def test_whoever_saw_an_older_proposal_loses_nothing_and_overwrites_nothing(
    district: Town,
) -> None:
    client = district.client("planner")
    propose(district, client)
    edit = f"/presupuesto/{YEAR}/propuestas/1/editar"
    post(district, client, edit, revision="1", title="Primera", soles="80000", people="90")

    late = post(district, client, edit, revision="1", title="Segunda", soles="1", people="1")

    assert late.status_code == 412
    assert 'value="Segunda"' in late.text
    with district.store.reading() as session:
        row = session.exec(select(Proposal)).one()
    assert (row.title, row.cost_cents, row.people) == ("Primera", 8_000_000, 90)


def test_a_withdrawn_proposal_says_why_and_frees_its_requests(district: Town) -> None:
    client = district.client("planner")
    propose(district, client)

    post(
        district,
        client,
        f"/presupuesto/{YEAR}/propuestas/1/retirar",
        revision="1",
        reason="La hace la región",
    )

    assert "La hace la región" in said(client.get(f"{BUDGET}/propuestas/1"))
    assert "Juntar en una propuesta" in said(client.get(BUDGET))


def test_the_money_goes_down_the_list_and_says_why(district: Town) -> None:
    client = district.client("planner")

    share_out(district, client)

    page = said(client.get(BUDGET))
    assert "alcanza para 1 propuesta de 1" in page
    assert re.search(r"Entra: cuesta S/ 100 000 y después quedan S/ 20 000", page)
    assert "se pasa por encima y se prueba la siguiente" in page
    assert f"Semilla del sorteo de los empates: {CODE}-{wording.today().year}" in page


def test_the_ceiling_is_not_overwritten_unseen(district: Town) -> None:
    client = district.client("planner")
    post(district, client, f"/presupuesto/{YEAR}/techo", soles="100", source="a", seen="")
    post(district, client, f"/presupuesto/{YEAR}/techo", soles="200", source="b", seen="1")

    late = post(district, client, f"/presupuesto/{YEAR}/techo", soles="300", source="c", seen="1")

    assert late.status_code == 412
    assert "S/ 200" in said(client.get(BUDGET))


COUNTED = {number for table in (HOMES, CHILDREN, FEW) for pair in table.values() for number in pair}
TELLING = {n for n in COUNTED if n > 100} | {
    sum(pair[i] for pair in table.values()) for table in (HOMES, CHILDREN) for i in (0, 1)
}


def numbers(text: str) -> set[int]:
    """Whole numbers as a screen writes them, thousands apart or not."""
    joined = re.sub(r"(?<=\d)[\u00a0\u202f](?=\d{3}\b)", "", text)
    return {int(found) for found in re.findall(r"\d+", joined)}


def cells(body: bytes) -> set[int]:
    """Whole numbers of a workbook."""
    book = openpyxl.load_workbook(io.BytesIO(body))
    values = [v for sheet in book for row in sheet.iter_rows(values_only=True) for v in row]
    return {int(v) for v in values if isinstance(v, int | float) and float(v).is_integer()}


def test_the_public_sees_no_number_that_was_not_published(district: Town) -> None:
    share_out(district, district.client("planner"))
    public = district.client()

    seen: dict[str, set[int]] = {}
    for path in PAGES:
        answer = public.get(path)
        seen[path] = numbers(said(answer)) & TELLING
    for path in FILES:
        body = public.get(path).content
        found = cells(body) if path.endswith("xlsx") else numbers(body.decode("utf-8-sig"))
        seen[path] = found & TELLING

    assert {path: found for path, found in seen.items() if found} == {}
    assert public.get(f"{BUDGET}/propuestas/1").status_code == 404
    assert "100 000" not in said(public.get(BUDGET)).replace("\u202f", " ")


def test_the_planner_does_see_those_numbers(district: Town) -> None:
    """Otherwise the test above would pass on empty pages."""
    client = district.client("planner")

    seen = set().union(*(numbers(said(client.get(path))) for path in PAGES))

    assert TELLING - seen == set()


def test_a_published_round_tells_large_counts_and_keeps_small_ones(district: Town) -> None:
    post(district, district.client("planner"), f"/datos/rondas/{LABEL}/publicar")
    public = district.client()

    page = said(public.get(f"{AT}/prioridades/P-B6"))

    assert "131 de 241" in page
    assert "1 de 7" not in page
    rows = csv.reader(
        io.StringIO(public.get(f"{AT}/datos/indicadores.csv").content.decode("utf-8-sig"))
    )
    small = [row for row in rows if row[0] == "P-B6" and row[2] == "C5"]
    assert [row[7:] for row in small] == [["", ""]]


def test_a_published_list_tells_no_count_of_people_or_homes(district: Town) -> None:
    post(district, district.client("planner"), "/prioridades/publicar")

    page = said(district.client().get(f"{AT}/prioridades"))

    assert "La brecha media hasta la meta es" in page
    assert numbers(page) & TELLING == set()


def test_the_public_follows_a_published_proposal_to_its_money(district: Town) -> None:
    share_out(district, district.client("planner"))
    with district.store.writing() as session:
        run = session.exec(select(Allocation)).one()
        allocations.publish(session, SYSTEM, where(session), run.uuid)
    public = district.client()

    year, sheet = said(public.get(BUDGET)), said(public.get(f"{BUDGET}/propuestas/1"))

    assert "alcanza para 1 propuesta de 1" in year
    assert "Agua para dos" in sheet
    assert "Entra: cuesta S/ 100 000" in sheet
    assert "101 de 211" not in sheet


@pytest.mark.parametrize("login", ["planner", ""])
def test_no_page_carries_styles_or_scripts_of_its_own(district: Town, login: str) -> None:
    client = district.client(login)
    share_out(district, district.client("planner"))

    found = {
        path: re.findall(r"\sstyle=|\son[a-z]+=\"|<script(?![^>]* src=)", client.get(path).text)
        for path in PAGES
    }

    assert {path: each for path, each in found.items() if each} == {}


def test_a_name_like_a_formula_runs_in_no_spreadsheet(district: Town) -> None:
    with district.store.writing() as session:
        row = session.exec(select(Community).where(Community.code == "C1")).one()
        row.name = "=1+1"

    text = district.client("planner").get(f"{AT}/datos/indicadores.csv").content.decode("utf-8-sig")

    assert ",'=1+1," in text
    assert ",=1+1," not in text


@pytest.mark.parametrize(
    "path",
    [
        f"{AT}/prioridades/NADA",
        f"{AT}/datos/todo.csv",
        f"{AT}/datos/necesidades.exe",
        f"{BUDGET}/propuestas/99",
    ],
)
def test_what_does_not_exist_says_so(district: Town, path: str) -> None:
    answer = district.client("planner").get(path)

    assert answer.status_code == 404
    assert "Qué hacer" in said(answer)


def test_every_sentence_of_the_rules_can_be_said_in_another_language() -> None:
    written = {
        node.args[1].value
        for path in (ROOT / "app" / "planning").rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Name)
        and node.func.id in ("Reason", "_reason")
        and len(node.args) > 1
        and isinstance(node.args[1], ast.Constant)
    }

    assert written | set(_SENTENCES.values()) - {""} == set(TEXTS)


def test_english_pages_say_no_reason_in_spanish(district: Town) -> None:
    client = district.client("planner")
    client.get("/idioma?l=en")

    page = said(client.get(f"{AT}/prioridades"))

    assert "La brecha media" not in page
    assert "Comunidades con dato" not in page
    assert "of 893 homes" in page


@pytest.mark.parametrize(
    ("known", "day", "label"),
    [
        ([], date(2027, 3, 1), "2027-I"),
        ([], date(2027, 8, 1), "2027-II"),
        (["2027-II"], date(2027, 8, 1), "2027-III"),
        (["2027-I", "2027-II"], date(2027, 3, 1), "2027-III"),
        ([f"2027-{each}" for each in communities.ROMAN], date(2027, 3, 1), ""),
    ],
)
def test_the_next_round_is_offered_a_name_that_is_free(
    known: list[str], day: date, label: str
) -> None:
    assert communities.next_label(known, day) == label
