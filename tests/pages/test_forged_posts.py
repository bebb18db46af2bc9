"""Forged posts to every form of the planning pages: never a defect, nothing half stored.

The forms are those that the pages show to each role. A post comes with nothing, with what no
person types, twice, and under the address of another district.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from html.parser import HTMLParser
from itertools import cycle
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from fastapi.testclient import TestClient
from sqlmodel import func, select

from app.operations.seats import Seat
from app.records.catalogues import Norm
from app.records.process import Agent
from app.records.reviews import TechnicalReview
from app.records.trail import AuditEntry
from app.store.sessions import Store
from tests.http.town import Town, a_town, an_account
from tests.pages import test_agreements as follow_up
from tests.pages import test_catalogues as catalogue_pages
from tests.pages import test_frozen_needs as frozen
from tests.pages import test_pdlc_pages as plan_pages
from tests.pages import test_process_pages as process
from tests.pages import test_technical_reviews as reviews
from tests.pages.district_town import AT, CODE, another_district, settle
from tests.pages.test_process_pages import AGENTS, BUDGET, day, posted
from tests.pages.test_voting_pages import RULES
from tests.worlds import Worlds

VOTING, REVIEWS = f"{BUDGET}/votacion", f"{BUDGET}/evaluacion"
HOSTILE = {
    "huge": "9" * 30,
    "vast": "9" * 5000,
    "below": "-1",
    "no number": "nan",
    "no text": "a\x00b",
    "long": "ñ" * 6000,
    "last day": "9999-12-31",
    "first day": "0001-01-01",
    "other digits": "\u0663\u00b2",
    "a key": "00000000-0000-7000-8000-000000000001",
    "a template": "<b>{n} %(x)s {{",
    "over a column": "9223372036854775808",
}
OPEN = {
    "planner": (
        *(BUDGET, process.PROCESS, f"{process.PROCESS}/cronograma", AGENTS, f"{AGENTS}/1"),
        *(f"{BUDGET}/equipos", REVIEWS, f"{REVIEWS}/criterios", f"{REVIEWS}/1"),
        *(VOTING, f"{VOTING}/reglas", f"{VOTING}/digitar", f"{BUDGET}/propuestas/1"),
        *(f"{AT}/plan", f"{AT}/gestiones", f"{AT}/retorno", f"{AT}/metas"),
        *(f"{AT}/prioridades", frozen.VERSIONS, f"{frozen.VERSIONS}/1", frozen.COMPARE),
        *(f"{AT}/seguimiento", follow_up.BRIDGE, f"{AT}/seguimiento/importar"),
    ),
    "evaluator": (f"{REVIEWS}/1",),
    "admin": (catalogue_pages.ADDRESS,),
    "council": (f"{AT}/comunidades/C1/prioridades/1", f"{AT}/comunidades/C1/retorno"),
    "oversight": (follow_up.BRIDGE,),
}
KEY = re.compile(r"[0-9a-f]{8}-[0-9a-f-]{27}")
SAME = re.compile(r"/metas/(?!P-F2$)|/pasos/(?!call$)|/(salir|idioma)$")


@dataclass
class Form:
    """A form that a page shows: where it goes, and what stands in it."""

    action: str
    fields: dict[str, str] = field(default_factory=dict)


class Reader(HTMLParser):
    """The forms of a page that post."""

    def __init__(self, address: str) -> None:
        super().__init__()
        self.address, self.forms, self.open, self.choosing = address, list[Form](), False, ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        told = {name: value or "" for name, value in attrs}
        if tag == "form":
            self.open = told.get("method") == "post"
            if self.open:
                self.forms.append(Form(told.get("action") or self.address))
        elif self.open and tag in ("input", "button", "textarea", "select") and "name" in told:
            self.forms[-1].fields.setdefault(told["name"], told.get("value", ""))
            self.choosing = told["name"] if tag == "select" else ""
        elif self.open and tag == "option" and (self.choosing and "selected" in told):
            self.forms[-1].fields[self.choosing] = told.get("value", "")

    def handle_endtag(self, tag: str) -> None:
        self.open = self.open and tag != "form"


def in_the_midst_of_its_year(store: Store) -> None:
    """A district whose people have used their pages for some months."""
    settle(store)
    another_district(store)
    an_account(store, "oversight", Seat("oversight", ubigeo=CODE))
    an_account(store, "neighbour", Seat("planner", ubigeo="990102"))
    with TemporaryDirectory() as home, a_town(store.url, Path(home)) as found:
        process.listed(found)
        against = {"agent": "2", "by_whom": "Junta", "text": "No vive aquí", "on_day": day(0)}
        posted(found, f"{AGENTS}/impugnaciones", **against)
        posted(found, f"{AGENTS}/capacitaciones", title="Fases", held_on=day(0))
        posted(found, f"{AGENTS}/ayudas", community="C4")
        seat = {"name": "Ana", "institution": "Obras", "post": "Jefa", "sex": "F"}
        posted(found, f"{BUDGET}/equipos", body="technical_team", **seat)
        posted(found, f"{BUDGET}/techo", soles="100000")
        posted(found, f"{REVIEWS}/criterios", **reviews.MATRIX)
        _proposed(found)
        plan_pages.imported(found, found.client("planner"))
        frozen.announced(found)
        posted(found, frozen.COMPARE, name="Sin menores", indicator="P-B6")
        follow_up.send(found, f"{follow_up.BRIDGE}/hitos", title="Estribos")
        follow_up.send(found, f"{follow_up.BRIDGE}/aportes", kind="labour", who="C1", days="3")
        follow_up.serve(found)


@pytest.fixture
def town(worlds: Worlds, store_url: str, tmp_path: Path) -> Iterator[Town]:
    """The application over it, once on each store."""
    worlds.fill_at(store_url, in_the_midst_of_its_year)
    with a_town(store_url, tmp_path) as found:
        yield found


def _proposed(town: Town) -> None:
    """A proposal with its cost, presented, on the ballot of an open voting."""
    page = town.client("planner").get(BUDGET).text
    action = re.search(r'name="action" value="([0-9a-f-]{36})"', page)
    assert action is not None
    posted(town, f"{BUDGET}/propuestas", action=action[1])
    sheet = f"{BUDGET}/propuestas/1"
    posted(town, f"{sheet}/editar", revision="1", title="Agua", soles="5000")
    posted(town, f"{sheet}/presentar", revision="2")
    posted(town, f"{VOTING}/reglas", **RULES)
    posted(town, f"{VOTING}/preparar", mode="paper")
    posted(town, f"{VOTING}/abrir")
    assert posted(town, f"{VOTING}/cedulas", copies="2").status_code == 200


def forms_of(town: Town) -> list[tuple[str, Form]]:
    """Every form once, with who may send it."""
    found: dict[tuple[str, tuple[str, ...]], tuple[str, Form]] = {}
    for login, addresses in OPEN.items():
        client = town.client(login)
        for address in addresses:
            answer = client.get(address)
            assert answer.status_code == 200, (login, address)
            reader = Reader(address)
            reader.feed(answer.text)
            for form in reader.forms:
                if not SAME.search(form.action):
                    name = (KEY.sub("U", form.action), tuple(sorted(form.fields)))
                    found.setdefault(name, (login, form))
    return list(found.values())


def acts(town: Town) -> int:
    """How many changes were written down."""
    with town.store.reading() as session:
        return session.exec(
            select(func.count()).select_from(AuditEntry).where(AuditEntry.action != "log_in")
        ).one()


def sent(town: Town, login: str, action: str, fields: Mapping[str, str]) -> int:
    """The status of a post; one that was refused left nothing."""
    client: TestClient = town.client(login, raise_server_exceptions=False)
    before = acts(town)
    answer = client.post(action, data={**fields, "_csrf": town.csrf(login)})
    if answer.status_code >= 400:
        assert acts(town) == before, (login, action, fields)
    return answer.status_code


def test_no_form_of_the_planning_pages_breaks(town: Town) -> None:
    forms = forms_of(town)
    broken = []
    turn = cycle(HOSTILE)
    for login, form in forms:
        tries: dict[str, dict[str, str]] = {"nothing": {}}
        tries |= {each: dict.fromkeys(form.fields, HOSTILE[each]) for each in HOSTILE}
        for name in form.fields:
            each = next(turn)
            tries[f"{name}: {each}"] = form.fields | {name: HOSTILE[each]}
        for told, fields in tries.items():
            status = sent(town, login, form.action, fields)
            if status >= 500:
                broken.append((login, form.action, told, status))

    assert len(forms) > 50
    assert broken == []


def test_what_is_sent_twice_or_to_another_district_changes_nothing_more(town: Town) -> None:
    forms = [(login, form) for login, form in forms_of(town) if f"/d/{CODE}/" in form.action]
    elsewhere = {}
    before = acts(town)
    for _, form in forms:
        if not KEY.search(form.action + " ".join(form.fields.values())):
            continue
        action = form.action.replace(CODE, "990102")
        elsewhere[action] = sent(town, "neighbour", action, form.fields)
        sent(town, "neighbour", form.action, form.fields)
    after = acts(town)
    twice = {
        form.action: [sent(town, login, form.action, form.fields) for _ in range(2)]
        for login, form in forms
    }

    assert len(elsewhere) > 5
    assert after == before, elsewhere
    assert {action: got for action, got in twice.items() if max(got) >= 500} == {}


def test_a_review_of_an_old_page_is_refused_and_the_first_stands(town: Town) -> None:
    fields = {"seen": "0", "c-c2": "0", "opinion": "changes", "findings": "Falta el terreno."}

    first = sent(town, "evaluator", f"{REVIEWS}/1", fields)
    again = sent(town, "evaluator", f"{REVIEWS}/1", fields | {"findings": "Otra cosa."})
    strange = [
        sent(town, "evaluator", f"{REVIEWS}/1", fields | {"seen": "1", "c-c2": step})
        for step in ("7", "99999999")
    ]
    nowhere = sent(town, "evaluator", f"{REVIEWS}/99", fields)

    assert (first, again, strange, nowhere) == (303, 412, [422, 422], 404)
    with town.store.reading() as session:
        kept = session.exec(select(TechnicalReview.findings)).all()
    assert kept == ["Falta el terreno."]


def test_a_norm_or_an_agent_sent_twice_is_kept_once(town: Town) -> None:
    norm = [sent(town, "admin", catalogue_pages.ADDRESS, catalogue_pages.GIVEN) for _ in "12"]
    given = {name: str(value) for name, value in process.an_agent(9).items()}
    agent = [sent(town, "planner", AGENTS, given) for _ in "12"]

    assert norm == [303, 409]
    assert agent == [303, 422]
    with town.store.reading() as session:
        source = catalogue_pages.GIVEN["source"]
        assert len(session.exec(select(Norm).where(Norm.source == source)).all()) == 1
        assert len(session.exec(select(Agent).where(Agent.name == "Persona 9")).all()) == 1


def test_an_address_that_names_no_year_or_no_text_is_refused(town: Town) -> None:
    pages = ("proceso/cronograma", "agentes", "equipos", "evaluacion/1", "votacion/abrir")

    found = {
        sent(town, "planner", f"{AT}/presupuesto/{year}/{page}", {})
        for page in pages
        for year in ("0", "1999", "99999", "x", "9" * 400)
    }
    asked = town.client("planner", raise_server_exceptions=False)

    assert found <= {404, 422}
    assert asked.get(f"{AT}/prioridades/%00").status_code == 400
    assert asked.get(f"{AT}/seguimiento?estado=%00").status_code == 400
