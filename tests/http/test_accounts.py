"""Accounts at the counter: reach, hand-over, the last administrator, the table of permissions."""

import json
import re
from datetime import timedelta

import pytest
from sqlmodel import select

from app.errors import Conflict, Forbidden, Invalid
from app.operations import access, accounts, handover, policy_table
from app.operations.accounts import NewAccount
from app.operations.policy_table import Rule
from app.operations.seats import Seat
from app.operations.trail import SYSTEM
from app.records import places, seats
from app.records.families import Family
from app.records.intake import Draft
from app.records.people import Account
from app.records.places import EVERYWHERE, Where
from app.records.territory import Community
from app.records.trail import AccessEntry, AuditEntry
from app.store.types import uuid7
from tests.http.town import AWAY, DISTRICT, HERE, OTHER_DISTRICT, Town, an_account, seat_of

LIST = f"/d/{DISTRICT}/administracion/cuentas"


def district(town: Town) -> Where:
    """The first district, as the gate finds it."""
    with town.store.reading() as session:
        return places.district(session, DISTRICT)


def test_administrator_makes_an_account_and_gets_a_card_to_print(town: Town) -> None:
    an_account(town.store, "jefa", seat_of("admin"))
    form = {"name": "Junta Ñaña", "role": "council", "community": HERE, "way": "card"}

    answer = town.client("jefa").post(LIST, data=form | {"_csrf": town.csrf("jefa")})

    pin = re.search(r'class="secret">(\d{6})<', answer.text)
    assert answer.status_code == 200
    assert "<svg" in answer.text
    assert pin is not None
    assert town.account("junta.ñaña").card_hash is not None
    assert answer.headers["cache-control"] == "no-store"


def test_login_made_from_a_name_counts_up(town: Town) -> None:
    made = [
        accounts.create(
            town.store, SYSTEM, EVERYWHERE, NewAccount("José Pérez"), seat_of("planner")
        )
        for _ in range(3)
    ]

    assert [a.login for a in made] == ["jose.perez", "jose.perez.2", "jose.perez.3"]


def test_district_administrator_gives_no_role_outside_the_district(town: Town) -> None:
    beyond = [Seat("planner", OTHER_DISTRICT), Seat("council", community=AWAY), Seat("admin")]

    for seat in beyond:
        with pytest.raises(Forbidden):
            accounts.create(town.store, SYSTEM, district(town), NewAccount("Alguien"), seat)


def test_district_administrator_cannot_take_over_who_has_more(town: Town) -> None:
    both = an_account(town.store, "ambas", seat_of("planner"))
    accounts.bind(town.store, SYSTEM, EVERYWHERE, both.uuid, Seat("planner", OTHER_DISTRICT))
    an_account(town.store, "jefa", seat_of("admin"))
    csrf = {"_csrf": town.csrf("jefa")}

    codes = [
        town.client("jefa").post(f"{LIST}/{account}/codigo", data=csrf).status_code
        for account in (both.uuid, town.account("root").uuid)
    ]

    assert codes == [403, 403]


@pytest.mark.parametrize(
    "seat",
    [
        Seat("council", DISTRICT),
        Seat("planner", community=HERE),
        Seat("clas", community=HERE),
        Seat("facility", DISTRICT),
    ],
)
def test_role_in_the_wrong_kind_of_place_is_refused(town: Town, seat: Seat) -> None:
    with pytest.raises(Invalid):
        accounts.create(town.store, SYSTEM, EVERYWHERE, NewAccount("Alguien"), seat)


def test_post_changes_hands_with_its_roles_and_drafts(town: Town) -> None:
    old = an_account(town.store, "junta", seat_of("council"))
    before = town.client("junta")
    with town.store.writing() as session:
        home = session.exec(select(Community).where(Community.code == HERE)).one()
        session.add(
            Draft(
                account_id=old.id,
                community_id=home.id,
                instrument="diagnosis",
                form_uuid=uuid7(),
                body={},
            )
        )
    day = access.today() + timedelta(days=700)

    done = handover.hand_over(town.store, SYSTEM, EVERYWHERE, old.uuid, ("Rosa Quispe", day))

    assert before.get("/cuenta").status_code == 303
    assert [draft.instrument for draft in done.work.drafts] == ["diagnosis"]
    with town.store.reading() as session:
        draft = session.exec(select(Draft)).one()
        new = session.get_one(Account, done.account.id)
    assert draft.account_id == new.id
    assert (new.active, new.ends_on) == (True, day)
    successor = town.client(new.login)
    assert successor.get(f"/d/{DISTRICT}/comunidades/{HERE}/monitoreo").status_code == 200


def test_hand_over_prints_one_page_with_what_is_open(town: Town) -> None:
    junta = an_account(town.store, "junta", seat_of("council"))
    form = {"name": "Rosa Quispe", "_csrf": town.csrf("root")}

    answer = town.client("root").post(f"/administracion/cuentas/{junta.uuid}/entregar", data=form)

    assert answer.status_code == 200
    assert "Entrega del cargo: de Persona junta a Rosa Quispe" in answer.text


def test_account_that_ended_is_not_handed_over(town: Town) -> None:
    junta = an_account(town.store, "junta", seat_of("council"))
    accounts.end(town.store, SYSTEM, EVERYWHERE, junta.uuid, "renunció")

    with pytest.raises(Conflict):
        handover.hand_over(town.store, SYSTEM, EVERYWHERE, junta.uuid, ("Otra", None))


def test_last_administrator_stays(town: Town) -> None:
    root = town.account("root")
    with town.store.reading() as session:
        binding = seats.of_accounts(session, [root.id])[0].uuid
    # One district's administrator, and one whose mandate ends, cannot stand in.
    an_account(town.store, "jefa", seat_of("admin"))
    ending = an_account(town.store, "suplente", Seat("admin"))
    accounts.set_mandate(
        town.store, SYSTEM, EVERYWHERE, ending.uuid, access.today() + timedelta(days=9)
    )

    with pytest.raises(Conflict):
        accounts.end(town.store, SYSTEM, EVERYWHERE, root.uuid, "me voy")
    with pytest.raises(Conflict):
        accounts.unbind(town.store, SYSTEM, EVERYWHERE, binding, "me voy")
    with pytest.raises(Conflict):
        accounts.set_mandate(town.store, SYSTEM, EVERYWHERE, root.uuid, access.today())
    with pytest.raises(Conflict):
        policy_table.drop(town.store, SYSTEM, ("admin", "accounts", "manage"), "orden")

    assert town.client("root").get("/administracion/cuentas").status_code == 200


def test_administrator_leaves_once_there_is_another(town: Town) -> None:
    an_account(town.store, "otra", Seat("admin"))

    accounts.end(town.store, SYSTEM, EVERYWHERE, town.account("root").uuid, "me voy")

    assert not town.account("root").active


def test_first_administrator_is_made_once(town: Town) -> None:
    with pytest.raises(Conflict):
        accounts.first_admin(town.store, "segunda", "Segunda", "una clave larga")


def test_changed_permission_holds_from_the_next_request(town: Town) -> None:
    an_account(town.store, "autoridad", seat_of("official"))
    client, page = town.client("autoridad"), f"/d/{DISTRICT}/administracion/auditoria"
    rule = {"role": "official", "registro": "audit", "verb": "read", "view": "totals"}
    before = client.get(page).status_code

    form = rule | {"reason": "pedido de alcaldía", "_csrf": town.csrf("root")}
    town.client("root").post("/administracion/permisos", data=form)
    given = client.get(page).status_code
    town.client("root").post("/administracion/permisos/quitar", data=form)
    taken = client.get(page).status_code

    assert (before, given, taken) == (403, 200, 403)
    with town.store.reading() as session:
        acts = session.exec(
            select(AuditEntry.action, AuditEntry.subject).where(
                AuditEntry.register_code == "policy", AuditEntry.action != "seed"
            )
        ).all()
    assert acts == [("put", "official/audit/read"), ("drop", "official/audit/read")]


@pytest.mark.parametrize(
    "rule",
    [
        Rule("public", "family", "read", "whole"),
        Rule("public", "plan", "write", "public"),
        Rule("planner", "diagnosis", "read", "totals", health=True),
        Rule("nobody", "plan", "read", "totals"),
        Rule("planner", "plan", "erase", "totals"),
    ],
)
def test_table_takes_no_row_that_the_law_forbids(town: Town, rule: Rule) -> None:
    with pytest.raises(Invalid):
        policy_table.put(town.store, SYSTEM, rule, "porque sí")


def test_change_of_the_table_needs_a_reason(town: Town) -> None:
    with pytest.raises(Invalid):
        policy_table.put(town.store, SYSTEM, Rule("planner", "audit", "read", "totals"), "  ")


def test_district_sees_its_own_trail_alone(town: Town) -> None:
    an_account(town.store, "jefa", seat_of("admin"))
    an_account(town.store, "lejos", Seat("planner", OTHER_DISTRICT))

    page = town.client("jefa").get(f"/d/{DISTRICT}/administracion/auditoria").text

    assert f"Distrito {DISTRICT}" in page
    assert str(town.account("lejos").uuid)[:18] not in page


def a_family(town: Town, code: str = "H-01") -> Family:
    """A family of the first community."""
    with town.store.writing() as session:
        home = session.exec(select(Community).where(Community.code == HERE)).one()
        family = Family(community_id=home.id, code=code, sector="Alto")
        session.add(family)
    return family


def test_each_look_at_a_family_is_written_down(town: Town) -> None:
    an_account(town.store, "oficial", seat_of("dpo"))
    family = a_family(town)
    client, base = town.client("oficial"), f"/d/{DISTRICT}/administracion/privacidad"

    found = client.get(base, params={"comunidad": HERE, "codigo_hogar": "h-01"})
    page = client.get(found.headers["location"])
    export = client.get(f"{base}/{family.uuid}/exportar")

    assert page.status_code == 200
    assert json.loads(export.text)["family"]["code"] == "H-01"
    with town.store.reading() as session:
        looks = session.exec(select(AccessEntry.purpose)).all()
    assert looks == ["revisión del oficial de datos personales", "acceso de la familia"]
    assert "revisión del oficial" in client.get(f"{base}/{family.uuid}").text


def test_family_that_cancels_is_gone_and_another_districts_officer_cannot(town: Town) -> None:
    an_account(town.store, "oficial", seat_of("dpo"))
    an_account(town.store, "ajeno", Seat("dpo", OTHER_DISTRICT))
    family = a_family(town)
    path = f"administracion/privacidad/{family.uuid}/cancelar"

    strange = town.client("ajeno").post(
        f"/d/{OTHER_DISTRICT}/{path}", data={"reason": "x", "_csrf": town.csrf("ajeno")}
    )
    bare = town.client("oficial").post(
        f"/d/{DISTRICT}/{path}", data={"_csrf": town.csrf("oficial")}
    )
    done = town.client("oficial").post(
        f"/d/{DISTRICT}/{path}",
        data={"reason": "pedido escrito del 3 de mayo", "_csrf": town.csrf("oficial")},
    )

    assert (strange.status_code, bare.status_code, done.status_code) == (404, 422, 303)
    with town.store.reading() as session:
        assert session.get_one(Family, family.id).state == "erased"


def test_accounts_over_the_api_in_pages(town: Town) -> None:
    an_account(town.store, "jefa", seat_of("admin"))
    for n in range(3):
        an_account(town.store, f"plan{n}", seat_of("planner"))
    client, url = town.client("jefa"), f"/api/v1/districts/{DISTRICT}/accounts"

    first = client.get(url, params={"limit": 2}).json()
    second = client.get(url, params={"limit": 2, "after": first["next"]}).json()

    logins = [item["login"] for page in (first, second) for item in page["items"]]
    assert logins == ["jefa", "plan0", "plan1", "plan2"]
    assert second["next"] is None
