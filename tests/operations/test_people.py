"""Accounts, cards, codes, hand-over, permissions and a family's rights, on both stores."""

from pathlib import Path

import pytest
from sqlmodel import select

from app.errors import Conflict, Unknown
from app.operations import (
    access,
    accounts,
    credentials,
    handover,
    own_account,
    policy_table,
    privacy,
)
from app.operations.erasure import Erasing
from app.operations.policy_table import Rule
from app.operations.seats import Seat
from app.operations.trail import SYSTEM
from app.records import places, policy, stamps, trail_lists
from app.records import seats as bound
from app.records.families import Family
from app.records.people import Account
from app.records.places import EVERYWHERE, Where
from app.records.seats import Wanted
from app.records.territory import Community
from app.store.sessions import Store
from tests.http.town import DISTRICT, HERE, OTHER_DISTRICT, PASSWORD, an_account, seat_of, settle


@pytest.fixture
def junta(store: Store) -> Account:
    """A council's account in a small territory that has an administrator."""
    settle(store)
    accounts.first_admin(store, "root", "Root", "una clave larga")
    return an_account(store, "junta", seat_of("council"))


def district(store: Store, code: str = DISTRICT) -> Where:
    """A district as the gate finds it."""
    with store.reading() as session:
        return places.district(session, code)


def test_password_card_and_code_each_open_the_account(store: Store, junta: Account) -> None:
    by_password = access.log_in(store, "junta", PASSWORD, "x")
    card = credentials.new_card(store, SYSTEM, EVERYWHERE, junta.uuid)
    by_card = access.enter_by_card(store, card.token, card.pin, "x")
    code = credentials.issue_code(store, SYSTEM, EVERYWHERE, junta.uuid).code
    own_account.redeem(store, code, "846205")
    by_new_pin = access.enter_by_card(store, card.token, "846205", "x")

    with store.reading() as session:
        alive = [
            access.by_session(session, token, 30) is not None
            for token in (by_password, by_card, by_new_pin)
        ]
    # The code closed what was open before it.
    assert alive == [False, False, True]


def test_successor_is_found_in_the_district_and_the_predecessor_among_the_ended(
    store: Store, junta: Account
) -> None:
    handover.hand_over(store, SYSTEM, EVERYWHERE, junta.uuid, ("Rosa Quispe", None))

    with store.reading() as session:
        where = places.district(session, DISTRICT)
        living = bound.accounts_in(session, where, Wanted("rosa"))
        ended = bound.accounts_in(session, where, Wanted(role="council", ended=True))
        elsewhere = bound.accounts_in(session, places.district(session, OTHER_DISTRICT), Wanted())
    assert [a.login for a in living] == ["rosa.quispe"]
    assert [a.login for a in ended] == ["junta"]
    assert elsewhere == []


def test_last_administrator_stays_and_another_may_follow(store: Store, junta: Account) -> None:
    with store.reading() as session:
        root = session.exec(select(Account).where(Account.login == "root")).one()
    with pytest.raises(Conflict):
        accounts.end(store, SYSTEM, EVERYWHERE, root.uuid, "me voy")

    accounts.bind(store, SYSTEM, EVERYWHERE, junta.uuid, Seat("admin"))
    accounts.end(store, SYSTEM, EVERYWHERE, root.uuid, "me voy")

    with store.reading() as session:
        assert not session.get_one(Account, root.id).active


def test_changed_row_bumps_the_stamp_and_stands_in_the_trail(store: Store, junta: Account) -> None:
    rule = Rule("official", "audit", "read", "totals")

    policy_table.put(store, SYSTEM, rule, "pedido de alcaldía")

    with store.reading() as session:
        granted = policy.read(session).grant(["official"], [], "audit", "read")
        told = trail_lists.changes(session, EVERYWHERE, trail_lists.Wanted(register="policy"))
        version = stamps.version(session, "policy")
    assert granted is not None
    assert (told[0].subject, told[0].reason) == (
        "official/audit/read",
        "totals here: pedido de alcaldía",
    )
    assert version == 1


def test_family_sees_what_is_held_and_is_forgotten_in_its_own_district(
    store: Store, junta: Account, tmp_path: Path
) -> None:
    with store.writing() as session:
        home = session.exec(select(Community).where(Community.code == HERE)).one()
        family = Family(community_id=home.id, code="H-01", sector="Alto")
        session.add(family)
    here, there = district(store), district(store, OTHER_DISTRICT)

    asked = Erasing(family.uuid, "pedido", tmp_path)

    held = privacy.export(store, SYSTEM, here, family.uuid)
    with pytest.raises(Unknown):
        privacy.cancel(store, SYSTEM, there, asked)
    privacy.cancel(store, SYSTEM, here, asked)

    assert held["family"]["code"] == "H-01"
    assert [look["purpose"] for look in held["looked_at_by"]] == ["acceso de la familia"]
    with store.reading() as session:
        assert session.get_one(Family, family.id).state == "erased"
