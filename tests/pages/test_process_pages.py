"""The process of a year on its pages: calendar, agents, lists, import, teams, and who sees what."""

import io
import re
import zipfile
from datetime import date, timedelta

import openpyxl
import pytest
from httpx import Response
from sqlmodel import select

from app.operations import agent_import, process_steps
from app.operations.agent_import import HEADINGS
from app.operations.seats import Seat
from app.pages import wording
from app.pages.process_texts import TEXTS
from app.planning import agents, process
from app.records.process import Agent, AgentList
from app.records.proposals import Proposal
from app.records.territory import Place
from app.records.voting import Voting
from app.settings import ROOT
from tests.http.town import Town, an_account
from tests.pages.district_town import AT, CODE

TODAY = wording.today()
YEAR = TODAY.year + 1
BUDGET = f"{AT}/presupuesto/{YEAR}"
PROCESS, AGENTS = f"{BUDGET}/proceso", f"{BUDGET}/agentes"
API = f"/api/v1/districts/{CODE}/processes/{YEAR}"


def day(shift: int) -> str:
    return (TODAY + timedelta(days=shift)).isoformat()


CALENDAR = {
    "ordinance": "Ordenanza 003-MD",
    "on": day(-40),
    "article": "4",
    "criteria": "Título III",
    "ordinance.first": day(-40),
    "ordinance.last": day(-38),
    "enrolment.first": day(-20),
    "enrolment.last": day(-10),
    "objections.first": day(-1),
    "objections.last": day(6),
    "training.first": day(20),
    "training.last": day(21),
}


def posted(town: Town, path: str, who: str = "planner", **fields: object) -> Response:
    client = town.client(who)
    data = {"_csrf": town.csrf(who), **fields}
    return client.post(path, data=data, follow_redirects=True)


def begun(town: Town) -> Town:
    answer = posted(town, f"{PROCESS}/cronograma", **CALENDAR)
    assert "El cronograma quedó guardado" in answer.text
    return town


def an_agent(number: int, **over: object) -> dict[str, object]:
    return {
        "organisation": f"Organización {number}",
        "kind": "social",
        "name": f"Persona {number}",
        "dni": f"{30_000_000 + number}",
        "sex": "F",
        "community": "C1",
        **over,
    }


def listed(town: Town, final: bool = False) -> Town:
    begun(town)
    for number in (1, 2):
        posted(town, AGENTS, **an_agent(number, community=f"C{number}"))
    assert "publicada" in posted(town, f"{AGENTS}/listas/preliminar", act="publish").text
    if final:
        assert "publicada" in posted(town, f"{AGENTS}/listas/definitiva", act="publish").text
    return town


def test_a_year_without_process_offers_to_open_it_to_who_may(district: Town) -> None:
    assert "Abrir el proceso" in district.client("planner").get(PROCESS).text
    for who in ("", "official", "council"):
        page = district.client(who).get(PROCESS)
        assert page.status_code == 200
        assert f"{PROCESS}/cronograma" not in page.text


def test_everybody_reads_where_the_process_stands_and_the_planner_what_to_mind(
    district: Town,
) -> None:
    begun(district)

    public = district.client("").get(PROCESS).text
    assert "usted está aquí" in public
    assert "faltan 6 días" in public
    assert "Presente su impugnación en la mesa de partes" in public
    assert "anotar lo que pasó" not in public
    planner = district.client("planner").get(PROCESS).text
    assert "Responda cada impugnación" in planner
    assert "Todavía sin fechas: Convocatoria, " in planner
    assert "sin fechas: " not in public
    assert "se hizo el" in planner  # the ordinance has its day
    year = district.client("planner").get(BUDGET).text
    assert "Impugnaciones a la lista: faltan 6 días" in year


def test_a_calendar_that_cannot_be_keeps_what_was_typed(district: Town) -> None:
    wrong = {**CALENDAR, "objections.last": day(-9), "notes": "Se atiende los sábados"}

    answer = posted(district, f"{PROCESS}/cronograma", **wrong)

    assert answer.status_code == 422
    assert "antes de empezar" in answer.text
    assert "Se atiende los sábados" in answer.text
    assert "por abrir" in district.client("").get(PROCESS).text
    begun(district)
    without_reason = posted(district, f"{PROCESS}/cronograma", **CALENDAR)
    assert without_reason.status_code == 422
    changed = posted(district, f"{PROCESS}/cronograma", **CALENDAR, reason="Llovió")
    assert "versiones del cronograma (2)" in changed.text


@pytest.mark.parametrize(
    "typed",
    [{"objections.first": "mañana"}, {"call.last": day(1)}, {"ordinance": ""}, {"on": "31/31"}],
)
def test_days_that_are_none_are_refused_where_they_stand(
    district: Town, typed: dict[str, str]
) -> None:
    answer = posted(district, f"{PROCESS}/cronograma", **{**CALENDAR, **typed})

    assert answer.status_code == 422
    assert "Qué hacer" in answer.text


def test_real_days_stand_beside_the_planned_ones(district: Town) -> None:
    begun(district)
    answer = posted(
        district, f"{PROCESS}/pasos/enrolment", opened_on=day(-19), closed_on=day(-5), note=""
    )

    assert "abrió el" in answer.text
    assert "y cerró el" in answer.text
    ahead = posted(district, f"{PROCESS}/pasos/training", opened_on=day(3))
    assert "ese día todavía no llega" in ahead.text
    assert "no es un paso" in posted(district, f"{PROCESS}/pasos/feria", opened_on=day(-3)).text


def test_the_dni_is_for_planner_and_clerk_alone_and_never_on_a_list(district: Town) -> None:
    listed(district)
    an_account(district.store, "clerk", Seat("clerk", ubigeo=CODE))

    for who, sees in (
        ("planner", True),
        ("clerk", True),
        ("official", False),
        ("council", False),
        ("", False),
    ):
        page = district.client(who).get(AGENTS)
        assert page.status_code == 200
        assert "Persona 1" in page.text
        assert ("30000001" in page.text) == sees, who
        told = district.client(who).get(f"{API}/agents").json()
        assert [each["dni"] for each in told["agents"]] == (
            ["30000001", "30000002"] if sees else [None, None]
        )
    book = district.client("").get(f"{AGENTS}/listas/preliminar.xlsx")
    with zipfile.ZipFile(io.BytesIO(book.content)) as parts:
        text = b"".join(parts.read(name) for name in parts.namelist())
    assert b"Persona 1" in text
    assert b"30000001" not in text
    paper = district.client("").get(f"{AGENTS}/listas/preliminar.pdf")
    assert paper.content.startswith(b"%PDF")


def test_the_public_reads_no_register_before_a_list_is_published(district: Town) -> None:
    begun(district)
    posted(district, AGENTS, **an_agent(1))

    page = district.client("").get(AGENTS).text
    assert "Persona 1" not in page
    assert "Todavía no se publica ninguna lista" in page
    told = district.client("").get(f"{API}/agents").json()
    assert told["agents"] == []
    assert district.client("").get(f"{AGENTS}/listas/preliminar.pdf").status_code == 404
    assert district.client("").get(f"{AGENTS}/1").status_code in (303, 401, 403)


def test_an_agent_that_cannot_be_keeps_what_was_typed(district: Town) -> None:
    begun(district)

    answer = posted(district, AGENTS, **an_agent(1, dni="123456789", name="Rosa Ñaupari"))

    assert answer.status_code == 422
    assert "ocho cifras" in answer.text
    assert "Rosa Ñaupari" in answer.text
    with district.store.reading() as session:
        assert session.exec(select(Agent)).all() == []


def test_an_agent_is_corrected_and_taken_out_before_the_final_list(district: Town) -> None:
    listed(district)
    one = district.client("planner").get(f"{AGENTS}/1").text
    assert "Persona 1" in one

    fixed = posted(district, f"{AGENTS}/1", revision="1", **an_agent(1, name="Rosa Nueva"))
    assert "Rosa Nueva" in fixed.text
    stale = posted(district, f"{AGENTS}/1", revision="1", **an_agent(1, name="Otra"))
    assert stale.status_code == 412
    out = posted(district, f"{AGENTS}/2/retirar", revision="1", reason="Renunció")
    assert "Renunció" in out.text
    public = district.client("").get(AGENTS).text
    assert "Persona 2" in public  # the published list does not change
    assert district.client("planner").get(f"{AGENTS}/9").status_code == 404


def test_objections_go_from_the_desk_to_their_answer(district: Town) -> None:
    listed(district)
    about = {"by_whom": "Junta de C2", "text": "No vive aquí", "on_day": day(0)}
    noted = posted(district, f"{AGENTS}/impugnaciones", agent="2", **about)
    assert "La impugnación quedó anotada" in noted.text
    late = posted(district, f"{AGENTS}/impugnaciones", agent="1", **{**about, "on_day": day(-3)})
    assert "se reciben del" in late.text.lower()

    public = district.client("").get(AGENTS).text
    assert "contra el agente 2" in public
    assert "Junta de C2" not in public
    waiting = posted(district, f"{AGENTS}/listas/definitiva", act="publish")
    assert "Impugnaciones sin responder: 1" in waiting.text
    posted(district, f"{AGENTS}/impugnaciones/1", upheld="yes", answer="Se comprobó")
    final = posted(district, f"{AGENTS}/listas/definitiva", act="publish")
    assert "La lista está publicada" in final.text
    with district.store.reading() as session:
        body = session.exec(select(AgentList.body).where(AgentList.kind == "final")).one()
    assert [line["number"] for line in body] == [1]
    assert "ya no se inscribe" in posted(district, AGENTS, **an_agent(8)).text


def test_who_was_excluded_by_an_objection_is_put_back_by_the_planner_alone(
    district: Town,
) -> None:
    listed(district)
    an_account(district.store, "clerk", Seat("clerk", ubigeo=CODE))
    against = {"agent": "2", "by_whom": "Junta de C2", "text": "No vive aquí", "on_day": day(0)}
    posted(district, f"{AGENTS}/impugnaciones", **against)
    posted(district, f"{AGENTS}/impugnaciones/1", upheld="yes", answer="Se comprobó")
    assert "Una impugnación lo excluyó: Se comprobó" in (
        district.client("planner").get(f"{AGENTS}/2").text
    )
    assert "/2/reponer" not in district.client("clerk").get(f"{AGENTS}/2").text
    forbidden = posted(district, f"{AGENTS}/2/reponer", "clerk", revision="2", reason="Apeló")
    assert forbidden.status_code == 403
    silent = posted(district, f"{AGENTS}/2/reponer", revision="2", reason=" ")
    assert "Falta la razón" in silent.text

    back = posted(district, f"{AGENTS}/2/reponer", revision="2", reason="Apeló y tenía razón")

    assert "vuelve a estar inscrito" in back.text
    final = posted(district, f"{AGENTS}/listas/definitiva", act="publish")
    assert "La lista está publicada" in final.text
    with district.store.reading() as session:
        body = session.exec(select(AgentList.body).where(AgentList.kind == "final")).one()
    assert [line["number"] for line in body] == [1, 2]
    late = posted(district, f"{AGENTS}/2/reponer", revision="3", reason="Otra vez")
    assert "ya no se inscribe a nadie" in late.text


def test_trainings_and_help_are_noted_on_the_page(district: Town) -> None:
    listed(district)
    noted = posted(district, f"{AGENTS}/capacitaciones", title="Fases", held_on=day(0))
    found = re.search(r"capacitaciones/([0-9a-f-]{36})", noted.text)
    assert found is not None
    came = posted(district, f"{AGENTS}/capacitaciones/{found[1]}", agent=["1"])
    assert "1 de 2" in came.text
    strange = posted(district, f"{AGENTS}/capacitaciones/{found[1]}", agent=["7"])
    assert "No están en la lista" in strange.text

    offered = posted(district, f"{AGENTS}/ayudas", community="C4")
    assert "ayuda en la lista" in offered.text
    task = re.search(r"ayudas/([0-9a-f-]{36})", offered.text)
    assert task is not None
    assert "la lleva usted" in posted(district, f"{AGENTS}/ayudas/{task[1]}", act="take").text
    done = posted(district, f"{AGENTS}/ayudas/{task[1]}", act="close", outcome="Se inscribió")
    assert "Se inscribió" in done.text


def a_book(*rows: list[object]) -> bytes:
    book = openpyxl.load_workbook(io.BytesIO(agent_import.template()))
    sheet = book["Agentes"]
    for row in rows:
        sheet.append(row)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def row_of(number: int, dni: str = "") -> list[object]:
    named = dni or f"{40_000_000 + number}"
    return [f"Club {number}", "Organización de mujeres", "sí", "", f"Socia {number}", "F", named]


def sent(town: Town, body: bytes, name: str = "agentes.xlsx") -> Response:
    return town.client("planner").post(
        f"{AGENTS}/importar", data={"_csrf": town.csrf("planner")}, files={"file": (name, body)}
    )


def kept_text(page: str) -> str:
    found = re.search(r'name="text" value="([^"]*)"', page)
    assert found is not None
    return found[1].replace("&#34;", '"').replace("&amp;", "&")


def test_an_import_is_shown_first_and_written_when_accepted(district: Town) -> None:
    begun(district)
    template = district.client("planner").get(f"{AGENTS}/plantilla.xlsx")
    heads = [c.value for c in openpyxl.load_workbook(io.BytesIO(template.content))["Agentes"][1]]
    assert heads == list(HEADINGS.values())

    shown = sent(district, a_book(row_of(1), row_of(2)))

    assert shown.status_code == 200
    assert "2 filas buenas" in shown.text
    with district.store.reading() as session:
        assert session.exec(select(Agent)).all() == []
    done = posted(district, f"{AGENTS}/importar/guardar", text=kept_text(shown.text))
    assert "Agentes inscritos: 2" in done.text
    twice = posted(district, f"{AGENTS}/importar/guardar", text=kept_text(shown.text))
    assert twice.status_code == 422
    assert "ya está inscrito" in twice.text


def test_bad_rows_are_named_and_bad_files_refused_with_nothing_stored(district: Town) -> None:
    begun(district)
    mixed = sent(district, a_book(row_of(1), row_of(2, dni="123456789")))
    assert mixed.status_code == 422
    assert "fila 3" in mixed.text
    assert "1 fila buena" in mixed.text
    for body, name in ((b"", "a.xlsx"), (b"no es un libro", "a.xlsx"), (b"%PDF-", "a.pdf")):
        assert sent(district, body, name).status_code in (400, 415, 422)
    assert posted(district, f"{AGENTS}/importar").status_code == 400
    assert posted(district, f"{AGENTS}/importar/guardar", text="[]").status_code == 422
    assert posted(district, f"{AGENTS}/importar/guardar", text="x").status_code == 400
    with district.store.reading() as session:
        assert session.exec(select(Agent)).all() == []


def test_who_may_vote_comes_from_the_final_list_into_the_voting(district: Town) -> None:
    listed(district, final=True)
    posted(district, f"{BUDGET}/techo", soles="100000")
    rules = {
        **{"ordinance": "O-1", "kind": "approval", "least": "1", "most": "2", "rule": "greedy"},
        **{"step": "1", "ties": "cost people lot", "compare": "greedy", "plan_weights": "one"},
    }
    posted(district, f"{BUDGET}/votacion/reglas", **rules)
    page = district.client("planner").get(f"{BUDGET}/votacion").text
    assert "Pueden votar los 2 agentes de la lista definitiva" in page
    with district.store.writing() as session:
        of = session.exec(select(Place).where(Place.code == CODE)).one()
        about = {"place_id": of.id, "fiscal_year": YEAR, "number": 1, "title": "Reservorio"}
        session.add(Proposal(**about, state="presented", cost_cents=5_000))

    posted(district, f"{BUDGET}/votacion/preparar", mode="paper", **{"entitled.C3": "99"})

    with district.store.reading() as session:
        voting = session.exec(select(Voting)).one()
    told = {each["code"]: each["entitled"] for each in voting.communities}
    assert (told["C1"], told["C2"], told["C3"]) == (1, 1, None)


def test_teams_are_read_by_all_and_written_by_the_planner(district: Town) -> None:
    begun(district)
    team = f"{BUDGET}/equipos"
    about = {"name": "Ana Pérez", "institution": "Obras", "post": "Jefa", "sex": "F"}
    noted = posted(district, team, body="technical_team", **about)
    assert "Ana Pérez" in noted.text
    both = posted(district, team, body="oversight", **about)
    assert "Quien vigila no puede evaluar" in both.text
    seat = re.search(r"equipos/([0-9a-f-]{36})", noted.text)
    assert seat is not None
    left = posted(district, f"{team}/{seat[1]}", until=day(0), reason="Renunció")
    assert "quiénes estuvieron antes" in left.text
    public = district.client("").get(team)
    assert "Ana Pérez" in public.text
    assert "agregar un miembro" not in public.text


def test_the_calendar_is_printed_for_everybody(district: Town) -> None:
    begun(district)

    paper = district.client("").get(f"{PROCESS}/cronograma.pdf")

    assert paper.content.startswith(b"%PDF")


def test_machines_read_the_steps(district: Town) -> None:
    assert district.client("").get(API).status_code == 404
    begun(district)

    told = district.client("").get(API).json()

    assert told["here"] == ["objections"]
    steps = {each["code"]: each for each in told["steps"]}
    assert steps["objections"]["days"] == 6
    assert steps["objections"]["planned"] == {"first": day(-1), "last": day(6)}
    assert steps["call"]["state"] == "unplanned"
    assert [each["code"] for each in told["steps"]] == [k.code for k in process_steps.kinds()]


def test_english_pages_speak_english(district: Town) -> None:
    listed(district)
    client = district.client("planner")
    client.get("/idioma?l=en")

    page = client.get(PROCESS).text

    assert "Objections to the list" in page
    assert "you are here" in page
    assert "No dates yet: Call, " in page


def test_every_sentence_of_the_rules_is_in_the_catalogue() -> None:
    said = {process.NO_DATES, process.TOO_EARLY, process.OVERLAPS, process.OUTSIDE}
    for pair in (
        *(agents.MISSING, agents.NO_KIND, agents.NO_SEX, agents.NO_DNI),
        *(agents.SAME_DNI, agents.SAME_PERSON),
    ):
        said |= set(pair)

    assert said <= set(TEXTS)
    written = "".join(
        (ROOT / "app" / "operations" / name).read_text("utf-8")
        for name in ("agents.py", "agent_import.py")
    )
    assert all(f'"{text}"' in written for text in set(TEXTS) - said)


def test_days_in_another_year_are_refused(district: Town) -> None:
    odd = {**CALENDAR, "training.first": date(YEAR - 9, 1, 1).isoformat()}

    answer = posted(district, f"{PROCESS}/cronograma", **odd)

    assert answer.status_code == 422
    assert str(YEAR - 9) in answer.text
