"""Bad input of the planning module: a clear message, the right status, nothing half stored."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient
from httpx import Response
from sqlmodel import func, select

from app.operations import ceilings, proposals
from app.operations.proposals import Given, Seen
from app.operations.seats import Seat
from app.operations.trail import SYSTEM
from app.pages import wording
from app.records import places
from app.records.catalogues import Goal, Weighting
from app.records.cycles import Round
from app.records.intake import Entry
from app.records.pdlc import Pdlc, YearTarget
from app.records.priority_versions import PriorityVersion
from app.records.trail import AuditEntry
from app.records.voting import BallotSheet, Voting
from app.store.sessions import Store
from tests import builders
from tests.http.town import Town, a_town, an_account
from tests.pages import test_pdlc_pages as plan_pages
from tests.pages import test_voting_pages as voting_pages
from tests.pages.district_town import AT, CODE, settle
from tests.pages.test_voting_pages import API, FILE, RULES, VOTING, YEAR, opened, said, type_
from tests.worlds import Worlds

JSON = f"/api/v1/districts/{CODE}"
NOTHING = {"gap": "0", "people": "0", "equity": "0", "assembly": "0"}


def about_to_vote(store: Store) -> None:
    """The district with two proposals, the second over the ceiling alone."""
    settle(store)
    with store.writing() as session:
        where = places.district(session, CODE)
        ceilings.set_ceiling(session, SYSTEM, where, YEAR, 100_000_00)
        for title, cents in (("Agua para dos", 40_000_00), ("Represa", 170_000_00)):
            given = Given(YEAR, title=title, cost_cents=cents, people=100)
            made = proposals.create(session, SYSTEM, where, given, wording.today())
            proposals.present(session, SYSTEM, where, Seen(made.uuid, made.revision))
    for login in ("clerk", "mesa2"):
        an_account(store, login, Seat("clerk", ubigeo=CODE))


@pytest.fixture
def town(worlds: Worlds, store_url: str, tmp_path: Path) -> Iterator[Town]:
    """The application over it, once on each store."""
    worlds.fill_at(store_url, about_to_vote)
    with a_town(store_url, tmp_path) as found:
        yield found


def posted(town: Town, path: str, login: str = "planner", **fields: Any) -> Response:
    """A form of a page."""
    return town.client(login).post(path, data={"_csrf": town.csrf(login), **fields})


def asked(town: Town, method: str, path: str, body: Any, login: str = "planner") -> Response:
    """The same of another system."""
    headers = {"X-CSRF-Token": town.csrf(login)}
    client: TestClient = town.client(login)
    return client.request(method, JSON + path, json=body, headers=headers)


def kept(town: Town, *tables: type) -> list[int]:
    """How many rows stand, the trail among them."""
    changes = select(func.count()).select_from(AuditEntry).where(AuditEntry.action != "log_in")
    with town.store.reading() as session:
        rows = [session.exec(select(func.count()).select_from(each)).one() for each in tables]
        return [*rows, session.exec(changes).one()]


def told(answer: Response, status: int, *words: str) -> str:
    """What a refused page says, once its status and words were looked at."""
    page = said(answer)
    assert answer.status_code == status, page
    assert [each for each in words if each not in page] == [], page
    return page


def problem(answer: Response, status: int, words: str) -> None:
    """The same of a problem of the API."""
    assert answer.status_code == status, answer.text
    assert answer.headers["content-type"].startswith("application/problem+json")
    rows = " ".join(row["message"] for row in answer.json()["rows"])
    assert words in f"{answer.json()['detail']} {rows}"


def test_weights_that_sum_to_zero(town: Town) -> None:
    before = kept(town, Weighting)

    page = posted(town, f"{AT}/prioridades/pesos", given_by="Mesa de mujeres", **NOTHING)
    tried = town.client("planner").get(f"{AT}/prioridades?gap=0&people=0&equity=0&assembly=0")
    compared = town.client("planner").get(
        f"{AT}/prioridades/comparar?gap=0&people=0&equity=0&assembly=0"
    )
    points = dict.fromkeys(NOTHING, 0)
    api = asked(town, "POST", "/weights", {"given_by": "Mesa", "points": points})

    told(page, 422, "Los puntos suman 0 y deben sumar 100")
    assert 'value="Mesa de mujeres"' in page.text
    told(tried, 422, "Los puntos suman 0 y deben sumar 100")
    told(compared, 422, "Los puntos suman 0 y deben sumar 100")
    problem(api, 422, "Los puntos suman 0 y deben sumar 100")
    assert kept(town, Weighting) == before


def test_weights_that_are_none(town: Town) -> None:
    before = kept(town, Weighting)
    wrong = (
        ({"gap": "60", "people": "60"}, "Los puntos suman 120"),
        ({"gap": "-10", "people": "110"}, "no pueden ser negativos"),
        ({"gap": "muchos"}, "Los puntos son números enteros"),
        ({"gap": "9" * 5000}, "Los puntos son números enteros"),
    )

    for points, words in wrong:
        page = posted(town, f"{AT}/prioridades/pesos", given_by="CCL", **NOTHING | points)

        told(page, 422, words)
        assert f'value="{points["gap"]}"' in page.text
    assert kept(town, Weighting) == before


def test_weights_of_nobody(town: Town) -> None:
    points = NOTHING | {"gap": "40", "people": "60"}

    page = posted(town, f"{AT}/prioridades/pesos", given_by=" ", **points)

    told(page, 422, "Falta qué grupo da los pesos")
    assert 'name="people" ' in page.text
    assert 'value="60"' in page.text


def test_a_round_without_a_single_form(town: Town) -> None:
    with town.store.writing() as session:
        for goal in session.exec(select(Goal)).all():
            session.delete(goal)  # nothing is left to rank
    planner = town.client("planner")
    before = kept(town, PriorityVersion, Pdlc)

    ranking = planner.get(f"{AT}/prioridades")
    frozen = posted(town, f"{AT}/prioridades/versiones", label="2032", freezes_on="2000-01-01")
    draft = posted(town, f"{AT}/plan/borrador", title="Nuevo", first_year="2032", last_year="2036")

    told(ranking, 200, "Todavía faltan datos")
    told(frozen, 422, "al menos 10 días")
    assert draft.status_code in {303, 409, 422}
    if draft.status_code == 303:
        told(planner.get(AT + "/plan"), 200, "prioridad")
    assert kept(town, PriorityVersion, Pdlc) == before


def test_a_voting_without_a_single_ballot(town: Town) -> None:
    opened(town)

    answer = posted(town, f"{VOTING}/cerrar")

    told(answer, 409, "No hay ninguna cédula aceptada")
    with town.store.reading() as session:
        assert session.exec(select(Voting.state)).one() == "open"


def test_a_proposal_above_the_budget_is_told_before_and_after_the_count(town: Town) -> None:
    codes = opened(town)
    before = town.client("planner").get(VOTING)
    for code in codes:
        for login in ("clerk", "mesa2"):
            assert type_(town, login, code, "2").status_code == 303

    assert posted(town, f"{VOTING}/cerrar", given="4").status_code == 303
    assert posted(town, f"{VOTING}/asignar", seed="bolo 17").status_code == 303

    told(before, 200, "Represa pasa el presupuesto")
    result = told(town.client().get(f"{AT}/presupuesto/{YEAR}/resultado"), 200, "Represa")
    assert "S/ 170 000" in result
    verdicts = town.client().get(f"{API}/result").json()["verdicts"]
    dear = next(each for each in verdicts if each["title"] == "Represa")
    assert not dear["funded"]
    assert "170" in dear["sentence"]


def test_a_ballot_with_wrong_marks_waits_in_the_tray(town: Town) -> None:
    codes = opened(town, most="1")

    for code, marks in zip(codes, ("1 9", "1 2"), strict=False):
        for login in ("clerk", "mesa2"):
            assert type_(town, login, code, marks).status_code == 303

    tray = told(town.client("planner").get(f"{VOTING}/bandeja"), 200, "2 cédulas esperan")
    assert "Marca un número que no está en la cédula." in tray
    assert "Marca más propuestas de las que se puede." in tray
    told(posted(town, f"{VOTING}/cerrar"), 409, "en la bandeja 2")


def test_a_ballot_that_cannot_be_read_waits_in_the_tray(town: Town) -> None:
    codes = opened(town)

    for login in ("clerk", "mesa2"):
        done = type_(town, login, codes[0], "", unreadable="1", note="mojada")
        assert done.status_code == 303

    told(town.client("planner").get(f"{VOTING}/bandeja"), 200, "1 cédula espera", "mojada")
    told(posted(town, f"{VOTING}/cerrar"), 409, "en la bandeja 1")


def test_marks_that_are_no_numbers_stay_on_the_page_and_are_not_kept(town: Town) -> None:
    codes = opened(town)
    before = kept(town, BallotSheet)

    empty = type_(town, "clerk", codes[0], " ", note="la letra")
    twice = type_(town, "clerk", codes[0], "1 1", note="la letra")
    word = type_(town, "clerk", codes[0], "agua", note="la letra")

    told(empty, 422, "Faltan los números de la hoja")
    told(twice, 422)
    told(word, 422)
    for answer in (empty, twice, word):
        assert "la letra" in answer.text
        assert codes[0] in answer.text
    assert 'value="agua"' in word.text
    assert kept(town, BallotSheet) == before


def test_a_file_of_votes_that_cannot_be(town: Town) -> None:
    posted(town, f"{VOTING}/reglas", **RULES)
    before = kept(town, Voting, BallotSheet)
    wrong = (
        ("budget;1000", "budget;1,000", "no es un monto"),
        ("v1;1,2;30", "v,1;1,2;30", "coma"),
        ("v1;1,2;30", "v2;1,2;30", "v2"),
        ("VOTES\n", "VOTOS\n", "VOTES"),
        ("1;400;Agua", "1;-400;Agua", "-400"),
        ("v1;1,2;30\nv2;2;41\n", "", "no trae ninguna cédula"),
    )

    for old, new, words in wrong:
        assert old in FILE
        broken = FILE.replace(old, new)
        shown = town.client("planner").post(
            f"{VOTING}/importar",
            data={"_csrf": town.csrf("planner")},
            files={"file": ("v.pb", broken.encode(), "text/plain")},
        )
        forced = posted(town, f"{VOTING}/importar", text=broken, confirm="1")

        for answer in (shown, forced):
            assert answer.status_code in {400, 422}, said(answer)
            assert words in said(answer)
    assert kept(town, Voting, BallotSheet) == before


def test_a_goal_on_the_wrong_side_of_its_worst_value(town: Town) -> None:
    before = kept(town, Goal)

    typed = {"target": "20", "worst": "80", "source": "Acta del CCL"}
    page = posted(town, f"{AT}/metas/P-F2", **typed)
    given = {"target": 0.2, "worst": 0.8, "source": "Acta", "incentive": ""}
    api = asked(town, "PUT", "/goals/P-F2", given)

    told(page, 422, "peor valor")
    assert 'value="Acta del CCL"' in page.text
    assert api.status_code == 422, api.text
    assert kept(town, Goal) == before


def test_yearly_targets_on_the_wrong_side_of_the_baseline(town: Town) -> None:
    plan = plan_pages.imported(town, town.client("planner"))
    sheet = {"of": "OE.02", "name": "Trochas", "unit": "km", "direction": "up"}
    sheet |= {"baseline_year": "2024", "baseline": "10"}
    at = f"{AT}/plan/{plan.uuid}/fichas/nueva"
    before = kept(town, YearTarget)

    up = posted(town, at, revision=plan.revision, **sheet, **{"target 2026": "5"})
    down = posted(
        town, at, revision=plan.revision, **sheet | {"direction": "down"}, **{"target 2026": "15"}
    )
    (first,) = asked_plan(town, plan)["objectives"][0]["indicators"][:1]
    worse = {"baseline": 60.0, "targets": [{"year": 2026, "value": 1.0}], "direction": "up"}
    api = town.client("planner").patch(
        f"{JSON}/pdlc/{plan.uuid}/indicators/{first['uuid']}",
        json=worse,
        headers={"X-CSRF-Token": town.csrf("planner"), "If-Match": f'"{plan.revision}"'},
    )

    told(up, 422, "por debajo de la línea base")
    told(down, 422, "por encima de la línea base")
    for page in (up, down):
        assert 'value="Trochas"' in page.text
    problem(api, 422, "línea base")
    assert kept(town, YearTarget) == before


def asked_plan(town: Town, plan: Pdlc) -> Any:
    return town.client("planner").get(f"{JSON}/pdlc?plan={plan.uuid}").json()


def test_a_voting_that_is_closed_takes_no_ballot(town: Town) -> None:
    codes = voting_pages.counted(town)
    before = kept(town, BallotSheet)

    answer = type_(town, "clerk", codes[3], "1")

    told(answer, 409, "cerr")
    assert kept(town, BallotSheet) == before


def test_a_round_that_is_closed_takes_no_form(town: Town) -> None:
    with town.store.reading() as session:
        where = places.community(session, places.district(session, CODE), "C3")
        held = session.exec(select(Round).where(Round.community_id == where.community_id)).one()
    base = "/communities/C3"
    an_account(town.store, "junta3", Seat("council", community="C3"))
    locked = asked(town, "POST", f"{base}/rounds/{held.uuid}/lock", {}, "junta3")
    before = kept(town, Entry)

    body = {"answers": builders.a_monitoring(), "round": str(held.uuid)}
    api = asked(town, "POST", f"{base}/forms/monitoring", body, "junta3")

    assert locked.status_code in {200, 409}, locked.text
    problem(api, 409, "cerrada")
    assert kept(town, Entry) == before
