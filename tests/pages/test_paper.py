"""Paper twins over HTTP: printed, typed once, typed twice, counted like any other sheet."""

import io
import json
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import UUID

import pypdf
import pytest
from fastapi.testclient import TestClient
from httpx import Response
from sqlmodel import col, select

from app.operations import acting, forms, intake, stepping
from app.operations.forms import Sheet
from app.operations.trail import Author
from app.pages import slip_texts
from app.records import paper, places
from app.records.aggregates import Aggregate
from app.records.catalogues import IndicatorRow
from app.records.intake import Draft, Entry, Form
from app.records.paper import PrintedSheet
from app.records.people import Account
from app.records.places import Where
from app.records.trail import AuditEntry
from app.store.sessions import Store
from app.store.types import uuid7
from tests.builders import a_family, a_household, a_household_monitoring
from tests.http.town import DISTRICT, HERE, THERE, Town, a_town, an_account, found_town, seat_of
from tests.worlds import Worlds

ROOT = f"/d/{DISTRICT}/comunidades/{HERE}"
CODE = re.compile(r"\b[A-Z2-9]{4}-[A-Z2-9]{4}\b")


@dataclass
class Desk:
    """A town hall's desk: a district with an open round in two communities, and its people."""

    town: Town

    def client(self, login: str) -> TestClient:
        """Somebody's browser, that may send changes."""
        client = self.town.client(login)
        client.headers["x-csrf-token"] = self.town.csrf(login)
        return client

    def where(self, community: str = HERE) -> Where:
        with self.town.store.reading() as session:
            district = places.district(session, DISTRICT)
            return places.community(session, district, community)

    def author(self, login: str = "junta") -> Author:
        return Author(self.town.account(login).id)

    def print(self, login: str, slug: str, **asked: Any) -> Response:
        """Print as somebody of the council does."""
        return self.client(login).post(f"{ROOT}/{slug}/imprimir", data=asked)

    def sheet(self, slug: str = "monitoreo", login: str = "junta") -> PrintedSheet:
        """One printed sheet."""
        assert self.print(login, slug).status_code == 200
        return self.printed()[-1]

    def printed(self) -> list[PrintedSheet]:
        with self.town.store.reading() as session:
            return list(session.exec(select(PrintedSheet).order_by(col(PrintedSheet.id))).all())

    def type(self, login: str, slug: str, uuid: UUID, pairs: dict[str, str]) -> Response:
        """Type a sheet in and send it."""
        data = {"_renglones": "1", "accion": "enviar", **pairs}
        return self.client(login).post(f"{ROOT}/{slug}/{uuid}/digitar", data=data)

    def opened(self, login: str, slug: str, uuid: UUID) -> Response:
        return self.client(login).get(f"{ROOT}/{slug}/digitar?ficha={uuid}")

    def form(self, uuid: UUID) -> Form:
        with self.town.store.reading() as session:
            return session.exec(select(Form).where(Form.uuid == uuid)).one()

    def answers(self, uuid: UUID) -> dict[str, Any]:
        with self.town.store.reading() as session:
            found = session.exec(select(Form).where(Form.uuid == uuid)).one()
            return intake.answers_of(session, found)

    def entries(self, uuid: UUID) -> list[Entry]:
        with self.town.store.reading() as session:
            wanted = select(Entry).where(Entry.form_uuid == uuid).order_by(col(Entry.id))
            return list(session.exec(wanted).all())

    def approve(self, uuid: UUID, community: str = HERE) -> None:
        where = self.where(community)
        form = self.form(uuid)
        acting.act_on(self.town.store, self.author("plan"), where, form, {"verb": "approve"})

    def counted(self, community: str) -> dict[str, tuple[int, int, int]]:
        """Every indicator of a community that counts somebody: x, n, missing."""
        with self.town.store.reading() as session:
            rows = session.exec(
                select(IndicatorRow.code, Aggregate.x, Aggregate.n, Aggregate.missing)
                .join(Aggregate, col(Aggregate.indicator_id) == IndicatorRow.id)
                .where(Aggregate.community_id == self.where(community).community_id)
            ).all()
        return {code: (x, n, missing) for code, x, n, missing in rows if n or missing}


def settle(store: Store) -> None:
    """A town and its people, and in two communities a cycle, a round and two families."""
    found_town(store)
    for login, role in (("junta", "council"), ("agente", "health_agent"), ("plan", "planner")):
        an_account(store, login, seat_of(role))
    an_account(store, "lejos", seat_of("council", THERE))
    with store.reading() as session:
        author = Author(session.exec(select(Account.id).where(Account.login == "junta")).one())
        district = places.district(session, DISTRICT)
        both = [places.community(session, district, each) for each in (HERE, THERE)]
    for where in both:
        spans = {"starts_on": "2026-01-01", "ends_on": "2028-12-31"}
        stepping.open_cycle(store, author, where, uuid7(), spans)
        about = {"label": "2026-I", "held_on": "2026-03-01"}
        stepping.open_round(store, author, where, uuid7(), about)
        for home in ("H-001", "H-002", "H-003"):
            raw = a_family(household=home)
            forms.send(store, author, where, Sheet("family", uuid7(), raw))


@contextmanager
def a_desk(worlds: Worlds, url: str, home: Path) -> Iterator[Desk]:
    """The desk over an empty store, which is settled."""
    worlds.fill_at(url, settle)
    with a_town(url, home) as town:
        yield Desk(town)


@pytest.fixture
def either_desk(worlds: Worlds, store_url: str, tmp_path: Path) -> Iterator[Desk]:
    """On each store."""
    with a_desk(worlds, store_url, tmp_path) as found:
        yield found


@pytest.fixture
def desk(worlds: Worlds, sqlite_url: str, tmp_path: Path) -> Iterator[Desk]:
    """On the embedded store alone."""
    with a_desk(worlds, sqlite_url, tmp_path) as found:
        yield found


def totals(**over: str) -> dict[str, str]:
    """Community totals as they are typed: one line a practice, those not asked left blank."""
    lines = {"practices.0.practice": "P-F1", "practices.1.practice": "P-F2"}
    lines |= {"practices.2.practice": "P-F3"}
    lines |= {"practices.1.n": "20", "practices.1.x": "12", "practices.1.missing": "1"}
    lines |= {"practices.2.n": "20", "practices.2.x": "20", "practices.2.missing": "0"}
    return {"date": "01/06/2026", "homes_visited": "20", **lines, **over}


def homes(**over: str) -> dict[str, str]:
    """``a_household_monitoring`` as lines, its homes' practices all known by observation."""
    return {
        "date": "01/06/2026",
        "households.0.household": "H-001",
        "households.0.sector": "Alto",
        "households.0.consent": "on_file",
        "households.0.visit": "interviewed",
        "households.0.@.P-F1": "1",
        "households.0.@.P-F3": "2",
        "households.0.@.P-F2": "4",
        "households.0.@how": "1",
        "households.1.household": "H-002",
        "households.1.consent": "on_file",
        "households.1.visit": "absent",
        "households.2.household": "H-003",
        "households.2.consent": "refused",
        "@persons+.0.household": "H-001",
        "@persons+.0.person_no": "1",
        "@persons+.0.birth_date": "20/08/2025",
        "@persons+.0.@.P-B6": "1",
        "@persons+.0.@how": "3",
        **over,
    }


def test_each_printed_copy_has_a_name_and_a_code_of_its_own(either_desk: Desk) -> None:
    answer = either_desk.print("junta", "monitoreo", copias="3")

    pages = [page.extract_text() for page in pypdf.PdfReader(io.BytesIO(answer.content)).pages]
    rows = either_desk.printed()
    assert answer.headers["content-type"] == "application/pdf"
    assert len({row.form_uuid for row in rows}) == len({row.code for row in rows}) == 3
    assert all(row.form_uuid.version == 7 for row in rows)
    shown = {CODE.search(page).group().replace("-", "") for page in pages}  # type: ignore[union-attr]
    assert shown == {row.code for row in rows}
    assert "Ronda 2026-I" in pages[0]
    with either_desk.town.store.reading() as session:
        noted = session.exec(select(AuditEntry).where(AuditEntry.action == "print")).one()
    assert (noted.register_code, noted.reason) == ("monitoring", "3")


def test_sheet_is_printed_in_english_too(desk: Desk) -> None:
    answer = desk.print("junta", "actividad", lang="en")

    text = pypdf.PdfReader(io.BytesIO(answer.content)).pages[0].extract_text()
    assert "Activity held" in text
    assert "Women who took part" in text


@pytest.mark.parametrize("copies", ["0", "61", "muchas", "-1"])
def test_strange_numbers_of_copies_are_refused_and_nothing_is_noted(
    desk: Desk, copies: str
) -> None:
    answer = desk.print("junta", "monitoreo", copias=copies)

    assert answer.status_code == 422
    assert desk.printed() == []


@pytest.mark.parametrize("path", ["monitoreo/imprimir", "monitoreo/digitar?ficha={uuid}"])
@pytest.mark.parametrize(("login", "status"), [("junta", 200), ("lejos", 403), ("", 303)])
def test_only_whoever_may_write_a_form_there_prints_and_types_it(
    desk: Desk, path: str, login: str, status: int
) -> None:
    uuid = desk.sheet().form_uuid

    answer = desk.town.client(login).get(f"{ROOT}/{path.format(uuid=uuid)}")

    assert answer.status_code == status


def test_short_code_leads_to_where_the_sheet_is_typed(either_desk: Desk) -> None:
    row = either_desk.sheet()
    written = f"{row.code[:4].lower()} {row.code[4:]}"

    answer = either_desk.client("junta").get("/digitar", params={"codigo": written})

    expected = f"{ROOT}/monitoreo/digitar?v={row.version}&ficha={row.form_uuid}"
    assert (answer.status_code, answer.headers["location"]) == (303, expected)


def test_wrong_code_says_what_to_do(desk: Desk) -> None:
    answer = desk.client("junta").get("/digitar", params={"codigo": "AAAA-AAAB"})

    assert answer.status_code == 422
    assert "Son ocho letras o números" in answer.text


def test_typed_sheet_arrives_by_paper_under_its_printed_name(either_desk: Desk) -> None:
    row = either_desk.sheet()
    uuid = row.form_uuid

    answer = either_desk.type("junta", "monitoreo", uuid, totals())

    assert answer.headers["location"] == f"{ROOT}/monitoreo/{uuid}"
    [entry] = either_desk.entries(uuid)
    assert (entry.way, entry.kind, entry.version) == ("paper", "submission", row.version)
    told = either_desk.answers(uuid)["practices"]
    assert [(row["practice"], row["x"], row["n"]) for row in told] == [
        ("P-F2", 12, 20),
        ("P-F3", 20, 20),
    ]


def test_same_sheet_typed_twice_is_one_submission(either_desk: Desk) -> None:
    uuid = either_desk.sheet().form_uuid

    for _ in range(3):
        either_desk.type("junta", "monitoreo", uuid, totals())

    assert len(either_desk.entries(uuid)) == 1
    assert either_desk.form(uuid).revision == 1


def test_same_person_with_other_answers_is_led_to_correct_them(desk: Desk) -> None:
    uuid = desk.sheet().form_uuid
    desk.type("junta", "monitoreo", uuid, totals())

    answer = desk.type("junta", "monitoreo", uuid, totals(**{"practices.1.x": "13"}))

    assert answer.headers["location"].endswith(f"{uuid}/corregir")
    page = desk.client("junta").get(answer.headers["location"])
    assert 'name="practices.0.x"' in page.text
    assert 'value="13"' in page.text
    assert len(desk.entries(uuid)) == 1


def test_what_is_wrong_is_told_at_its_line_and_nothing_is_lost(desk: Desk) -> None:
    uuid = desk.sheet().form_uuid

    answer = desk.type("junta", "monitoreo", uuid, totals(**{"practices.2.x": "21"}))

    assert answer.status_code == 422
    box = re.search(
        r'<input[^>]*name="practices\.\d+\.x"[^>]*aria-invalid="true"[^>]*>', answer.text
    )
    assert box is not None
    assert 'value="21"' in box.group()
    assert "no pueden ser más que todos" in answer.text
    assert desk.entries(uuid) == []


def test_unlikely_answers_need_their_reason_as_on_any_page(desk: Desk) -> None:
    uuid = desk.sheet().form_uuid
    typed = totals(**{"practices.1.observed": "3"})

    asked = desk.type("junta", "monitoreo", uuid, typed)
    given = re.search(r'name="(_reasons\.practices\.(\d+)\.\w+)"', asked.text)
    assert given is not None
    # The page names the row by its place among all practices.
    moved = {k.replace("practices.1.", f"practices.{given[2]}."): v for k, v in typed.items()}
    sent = desk.type("junta", "monitoreo", uuid, {**moved, given[1]: "Se contó aparte"})

    assert asked.status_code == 422
    assert sent.status_code == 303
    assert list(desk.answers(uuid)["_reasons"].values()) == ["Se contó aparte"]


def test_draft_of_lines_comes_back_as_lines(desk: Desk) -> None:
    uuid = desk.sheet("monitoreo-hogares").form_uuid
    client = desk.client("junta")
    path = f"{ROOT}/monitoreo-hogares/{uuid}/borrador"

    saved = client.post(path, data={"_renglones": "1", **homes()})
    page = desk.opened("junta", "monitoreo-hogares", uuid)

    assert saved.status_code == 200
    for name, value in (
        ("households.0.@.P-F3", "2"),
        ("households.0.@how", "1"),
        ("@persons+.0.birth_date", "20/08/2025"),
        ("@persons+.0.@.P-B6", "1"),
    ):
        box = re.search(rf'<input[^>]*name="{re.escape(name)}"[^>]*>', page.text)
        assert box is not None, name
        assert f'value="{value}"' in box.group()


def test_draft_of_a_printed_sheet_opens_where_it_is_typed(desk: Desk) -> None:
    uuid = desk.sheet().form_uuid
    client = desk.client("junta")
    client.post(f"{ROOT}/monitoreo/{uuid}/borrador", data={"_renglones": "1", **totals()})

    answer = client.get(f"{ROOT}/monitoreo/{uuid}")

    assert answer.headers["location"].startswith(f"{ROOT}/monitoreo/digitar?v=")
    assert answer.headers["location"].endswith(f"ficha={uuid}")


def test_sheet_of_another_community_or_form_is_not_typed_here(desk: Desk) -> None:
    uuid = desk.sheet().form_uuid

    assert desk.opened("junta", "actividad", uuid).status_code == 404
    answer = desk.client("lejos").get(
        f"/d/{DISTRICT}/comunidades/{THERE}/monitoreo/digitar?ficha={uuid}"
    )
    assert answer.status_code == 404


@pytest.fixture
def typed(either_desk: Desk) -> tuple[Desk, UUID]:
    """A sheet of homes that the council typed already."""
    uuid = either_desk.sheet("monitoreo-hogares").form_uuid
    answer = either_desk.type("junta", "monitoreo-hogares", uuid, homes())
    assert answer.status_code == 303, answer.text
    return either_desk, uuid


def test_second_person_sees_nothing_of_the_first_typing(typed: tuple[Desk, UUID]) -> None:
    desk, uuid = typed

    page = desk.opened("agente", "monitoreo-hogares", uuid)
    own = desk.opened("junta", "monitoreo-hogares", uuid)

    assert page.status_code == 200
    assert "Segunda digitación" in page.text
    boxes = re.findall(r'<input(?![^>]*type="(?:hidden|radio|checkbox)")[^>]*>', page.text)
    assert {re.search(r'value="([^"]*)"', box).group(1) for box in boxes} == {""}  # type: ignore[union-attr]
    assert " selected" not in page.text
    assert "Alto" not in page.text
    assert "20/08/2025" not in page.text
    assert own.status_code == 303


def test_second_typing_under_way_hides_the_document_from_its_typist(
    typed: tuple[Desk, UUID],
) -> None:
    desk, uuid = typed
    client = desk.client("agente")
    path = f"{ROOT}/monitoreo-hogares/{uuid}"
    seen_before = client.get(path)

    client.post(f"{path}/borrador", data={"_renglones": "1", "date": "01/06/2026"})

    assert seen_before.status_code == 200
    assert client.get(path).headers["location"].endswith(f"&ficha={uuid}")


def test_equal_second_typing_is_noted_and_changes_nothing(typed: tuple[Desk, UUID]) -> None:
    desk, uuid = typed

    answer = desk.type("agente", "monitoreo-hogares", uuid, homes())

    assert answer.headers["location"] == f"{ROOT}/monitoreo-hogares/{uuid}"
    assert len(desk.entries(uuid)) == 1
    [row] = desk.printed()
    assert row.equal == row.compared
    assert (row.compared or 0) > 15
    assert row.second_id == desk.town.account("agente").id
    page = desk.client("agente").get(f"{ROOT}/monitoreo-hogares/{uuid}")
    assert f"{row.equal} de {row.equal} respuestas iguales (100" in page.text
    with desk.town.store.reading() as session:
        assert session.exec(select(Draft)).all() == []


OTHER = {"households.0.@.P-F3": "1", "households.0.sector": "Bajo"}


def test_differences_are_shown_side_by_side_and_chosen_values_win(
    typed: tuple[Desk, UUID],
) -> None:
    desk, uuid = typed
    path = f"{ROOT}/monitoreo-hogares/{uuid}/diferencias"
    answer = desk.type("agente", "monitoreo-hogares", uuid, homes(**OTHER))
    client = desk.client("agente")
    page = client.get(path)
    names = list(dict.fromkeys(re.findall(r'type="radio" name="([^"]+)"', page.text)))
    assert answer.headers["location"] == path
    assert names == ["households[H-001].sector", "households[H-001].observations[P-F3].value"]
    assert "Alto" in page.text
    assert "Bajo" in page.text

    chosen = dict(zip(names, ("first", "second"), strict=True))
    done = client.post(path, data=chosen)

    assert done.headers["location"] == f"{ROOT}/monitoreo-hogares/{uuid}"
    [home, *_] = desk.answers(uuid)["households"]
    assert home["sector"] == "Alto"
    told = {seen["practice"]: seen["value"] for seen in home["observations"]}
    assert told["P-F3"] == "meets"
    first, second = desk.entries(uuid)
    assert (first.way, second.way, second.kind) == ("paper", "paper", "correction")
    [row] = desk.printed()
    assert (row.compared or 0) - (row.equal or 0) == 2
    with desk.town.store.reading() as session:
        noted = session.exec(select(AuditEntry).where(AuditEntry.action == "correction")).one()
    assert noted.reason == "doble digitación"


def test_first_typing_may_stand_in_all_and_the_agreement_is_still_noted(
    typed: tuple[Desk, UUID],
) -> None:
    desk, uuid = typed
    desk.type("agente", "monitoreo-hogares", uuid, homes(**OTHER))
    path = f"{ROOT}/monitoreo-hogares/{uuid}/diferencias"
    names = re.findall(r'type="radio" name="([^"]+)"', desk.client("agente").get(path).text)

    desk.client("agente").post(path, data=dict.fromkeys(names, "first"))

    assert len(desk.entries(uuid)) == 1
    [row] = desk.printed()
    assert (row.compared or 0) - (row.equal or 0) == 2


def test_difference_without_choice_is_asked_again(desk: Desk) -> None:
    uuid = desk.sheet("monitoreo-hogares").form_uuid
    desk.type("junta", "monitoreo-hogares", uuid, homes())
    desk.type("agente", "monitoreo-hogares", uuid, homes(**OTHER))
    path = f"{ROOT}/monitoreo-hogares/{uuid}/diferencias"

    answer = desk.client("agente").post(path, data={"households[H-001].sector": "second"})

    assert answer.status_code == 422
    assert "Falta elegir en 1 diferencias." in answer.text
    assert re.search(
        r'name="households\[H-001\].sector" value="second" required checked', answer.text
    )
    assert len(desk.entries(uuid)) == 1


def test_chosen_mixture_that_breaks_a_rule_is_told_and_not_kept(desk: Desk) -> None:
    uuid = desk.sheet().form_uuid
    desk.type("junta", "monitoreo", uuid, totals())
    other = {"practices.1.n": "5", "practices.1.x": "4"}
    desk.type("agente", "monitoreo", uuid, totals(**other))
    path = f"{ROOT}/monitoreo/{uuid}/diferencias"

    answer = desk.client("agente").post(
        path, data={"practices[P-F2].n": "second", "practices[P-F2].x": "first"}
    )

    assert answer.status_code == 422
    assert "no pueden ser más que todos" in answer.text
    assert len(desk.entries(uuid)) == 1


def test_nothing_waits_for_a_second_typing(desk: Desk) -> None:
    uuid = desk.sheet().form_uuid
    desk.type("junta", "monitoreo", uuid, totals())

    desk.approve(uuid)

    assert desk.form(uuid).state == "approved"
    assert desk.counted(HERE)["P-F2"] == (12, 20, 1)


@pytest.mark.parametrize("slug", ["monitoreo", "monitoreo-hogares"])
def test_typed_paper_moves_its_indicators_as_the_ordinary_page_does(
    either_desk: Desk, slug: str
) -> None:
    desk = either_desk
    uuid = desk.sheet(slug).form_uuid
    pairs = totals() if slug == "monitoreo" else homes()
    desk.type("junta", slug, uuid, pairs)
    other = uuid7()
    there = f"/d/{DISTRICT}/comunidades/{THERE}/{slug}/{other}"

    sent = desk.client("lejos").post(there, data={"accion": "enviar", **ordinary(slug)})
    desk.approve(uuid)
    desk.approve(other, THERE)

    assert sent.status_code == 303
    assert desk.counted(HERE) == desk.counted(THERE) != {}


def ordinary(slug: str) -> dict[str, str]:
    """The same answers as the ordinary page posts them."""
    if slug == "monitoreo":
        rows = (("P-F2", 20, 12, 1), ("P-F3", 20, 20, 0))
        told = {"date": "2026-06-01", "homes_visited": "20"}
        for at, (code, n, x, missing) in enumerate(rows):
            told |= {f"practices.{at}.practice": code, f"practices.{at}.n": str(n)}
            told |= {f"practices.{at}.x": str(x), f"practices.{at}.missing": str(missing)}
        return told
    found: dict[str, str] = {}
    _spread(a_household_monitoring(), "", found)
    assert a_household()["sector"] == found["households.0.sector"]
    return found


def _spread(value: Any, name: str, found: dict[str, str]) -> None:
    if isinstance(value, dict):
        for key, inner in value.items():
            _spread(inner, f"{name}.{key}" if name else key, found)
    elif isinstance(value, list):
        for at, inner in enumerate(value):
            _spread(inner, f"{name}.{at}", found)
    else:
        found[name] = str(value)


def test_slips_tell_each_sheet_and_fit_a_telephone(either_desk: Desk) -> None:
    desk = either_desk
    kept, back = desk.sheet().form_uuid, desk.sheet("actividad").form_uuid
    desk.type("junta", "monitoreo", kept, totals())
    desk.approve(kept)
    activity = {"date": "01/06/2026", "kind": "faena", "theme": "waste", "activity": "Limpieza"}
    desk.type("junta", "actividad", back, activity | {"attendees_women": "9", "attendees_men": "8"})
    reason = "Falta decir dónde fue la faena; ñandú. " * 8
    act = {"verb": "return", "reason": reason}
    acting.act_on(desk.town.store, desk.author("plan"), desk.where(), desk.form(back), act)
    client = desk.client("junta")

    page = client.get(f"{ROOT}/recibos").text
    told = client.get(f"{ROOT}/recibos.json").json()
    pdf = client.get(f"{ROOT}/recibos.pdf")

    texts = re.findall(r'<span class="grow" id="t-[^"]+">([^<]*)</span>', page)
    assert len(texts) == 3
    assert all(0 < len(text) <= 160 and text.isascii() for text in texts)
    # The three sheets of families are counted with the others and named by none.
    assert "Fichas recibidas: 5. Aprobadas: 4. Devueltas: 1." in texts[0]
    by = {each["uuid"]: each for each in told["receipts"]}
    assert told["place"] == HERE
    assert by[str(kept)]["state"] == "approved"
    assert {"code": "P-F2", "x": 12, "n": 20}.items() <= next(
        each for each in by[str(kept)]["indicators"] if each["code"] == "P-F2"
    ).items()
    assert by[str(back)]["state"] == "returned"
    assert by[str(back)]["reason"].startswith("Falta decir dónde")
    paper_text = "".join(p.extract_text() for p in pypdf.PdfReader(io.BytesIO(pdf.content)).pages)
    assert "Falta decir dónde fue la faena" in paper_text
    assert "12/20" in paper_text


def test_slips_stay_with_those_who_see_the_telephones(desk: Desk) -> None:
    statuses = {
        login: desk.town.client(login).get(f"{ROOT}/recibos.json").status_code
        for login in ("junta", "lejos", "plan", "agente", "")
    }

    assert statuses == {"junta": 200, "lejos": 403, "plan": 200, "agente": 403, "": 303}


def test_slips_of_a_district_stand_by_community(desk: Desk) -> None:
    told = desk.client("plan").get(f"/d/{DISTRICT}/recibos.json").json()

    # The planner reads no family's sheets, and nothing else came yet.
    assert json.dumps(told["receipts"]) == "[]"


def test_message_is_cut_at_a_word_and_spells_without_accents() -> None:
    text = slip_texts.cut(slip_texts.plain("Señal de ACCIÓN: ¿qué? " * 12))

    assert len(text) <= 160
    assert text.startswith("Senal de ACCION: que?")
    assert text.endswith("...")


def test_printed_list_tells_which_sheets_never_came_back(desk: Desk) -> None:
    desk.print("junta", "monitoreo", copias="2")
    first, second = desk.printed()
    desk.type("junta", "monitoreo", first.form_uuid, totals())

    page = desk.client("junta").get(f"{ROOT}/monitoreo/imprimir").text

    assert "2 impresas, 1 digitadas." in page
    assert page.count("sin digitar") == 1
    assert f"/digitar?codigo={second.code}" in page


def test_document_without_paper_says_nothing_of_it(desk: Desk) -> None:
    with desk.town.store.reading() as session:
        family = session.exec(select(Form).where(Form.instrument == "family")).first()
        assert family is not None
        assert paper.of_document(session, family.uuid) is None

    page = desk.client("junta").get(f"{ROOT}/familia/{family.uuid}")

    assert page.status_code == 200
    assert "Hoja de papel" not in page.text
