"""Telephones: enrolled for an account at a place, told apart, revoked; on both stores."""

import base64
import hashlib
import json
import zlib
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import inspect, text
from sqlmodel import select

from app.errors import Forbidden, Invalid, Unknown
from app.operations import access, accounts, device_setup, devices
from app.operations.devices import Enrolled, NewDevice
from app.operations.seats import Seat
from app.operations.trail import SYSTEM, Author
from app.records import places
from app.records.devices import Device
from app.records.people import Account, Binding
from app.records.places import Where
from app.records.trail import AuditEntry
from app.store.sessions import Store
from tests.http.town import (
    DISTRICT,
    HERE,
    OTHER_DISTRICT,
    THERE,
    an_account,
    seat_of,
    settle,
)


@pytest.fixture
def junta(store: Store) -> Account:
    """A council's account of the first community."""
    settle(store)
    accounts.first_admin(store, "root", "Root", "una clave larga")
    return an_account(store, "junta", seat_of("council"))


def at(store: Store, code: str = "", district: str = DISTRICT) -> Where:
    """A district, or a community of it."""
    with store.reading() as session:
        where = places.district(session, district)
        return places.community(session, where, code) if code else where


def enrolled(store: Store, account: Account, code: str = HERE, label: str = "Moto") -> Enrolled:
    """A telephone of an account."""
    return devices.enrol(store, SYSTEM, at(store, code), NewDevice(account.uuid, label))


def opens(store: Store, given: Enrolled) -> tuple[bool, bool]:
    """Whether the token and the name of a telephone still stand for somebody."""
    with store.reading() as session:
        by_token = devices.by_token(session, given.token)
        by_name = devices.by_name(session, given.name)
    return by_token is not None, by_name is not None


def labels(store: Store, where: Where) -> list[str]:
    """What the list of a place shows."""
    with store.reading() as session:
        return [each.label for each in devices.of_place(session, where)]


def actions(store: Store) -> list[tuple[str, str]]:
    """What the trail tells of telephones."""
    with store.reading() as session:
        rows = session.exec(select(AuditEntry).where(AuditEntry.register_code == "devices")).all()
    return [(row.action, row.reason) for row in rows]


def everything(store: Store) -> str:
    """All that stands in the store, as text."""
    with store.reading() as session:
        tables = inspect(session.connection()).get_table_names()
        rows = [session.connection().execute(text(f'SELECT * FROM "{t}"')).all() for t in tables]
    return repr(rows)


def test_enrolled_telephone_speaks_for_its_account_in_its_community(
    store: Store, junta: Account
) -> None:
    given = devices.enrol(
        store, Author(junta.id), at(store, HERE), NewDevice(junta.uuid, " Celular  de Ana ")
    )

    with store.reading() as session:
        found = devices.by_token(session, given.token)
        named = devices.by_name(session, given.name)
    assert found is not None
    assert named is not None
    device, actor = found
    assert (device.label, device.community_id) == (
        "Celular de Ana",
        at(store, HERE).community_id,
    )
    assert device.issued_by == junta.id
    assert (actor.account_id, actor.roles) == (junta.id, ("council",))
    assert named[0].id == device.id
    assert actions(store) == [("enrol", "")]


def test_what_is_kept_is_the_digest_that_the_protocol_compares(
    store: Store, junta: Account
) -> None:
    given = enrolled(store, junta)

    kept = hashlib.md5(f"{given.name}:SISMUNI:{given.secret}".encode()).hexdigest()
    assert given.device.ha1 == kept
    told = everything(store)
    assert kept in told
    assert given.secret not in told
    assert given.token not in told


def test_secret_and_name_are_long_and_have_no_letter_that_looks_like_another(
    store: Store, junta: Account
) -> None:
    first, second = enrolled(store, junta), enrolled(store, junta)

    assert len({first.name, second.name, first.secret, second.secret}) == 4
    letters = first.secret.replace("-", "") + first.name.removeprefix("cel-")
    assert not set(letters) & set("ilo01u")
    assert len(first.secret.replace("-", "")) == 28  # of 30 letters: 137 bits
    assert len(first.token) == 32  # of 64 letters: 192 bits


def test_revoked_telephone_is_nobody_and_is_told_once(store: Store, junta: Account) -> None:
    given, other = enrolled(store, junta), enrolled(store, junta)

    devices.revoke(store, SYSTEM, at(store), given.device.uuid, "se perdió en el río")
    devices.revoke(store, SYSTEM, at(store), given.device.uuid, "otra vez")

    assert opens(store, given) == (False, False)
    assert opens(store, other) == (True, True)
    assert actions(store)[-1] == ("revoke", "se perdió en el río")
    assert len(actions(store)) == 3


def test_telephone_ends_with_its_account(store: Store, junta: Account) -> None:
    given = enrolled(store, junta)

    accounts.end(store, SYSTEM, at(store), junta.uuid, "terminó el mandato")

    assert opens(store, given) == (False, False)
    with store.reading() as session:
        assert [each.state for each in devices.of_place(session, at(store))] == ["ended"]


def test_telephone_of_an_account_whose_mandate_is_over_is_nobody(
    store: Store, junta: Account
) -> None:
    given = enrolled(store, junta)
    with store.writing() as session:
        session.get_one(Account, junta.id).ends_on = access.today() - timedelta(days=1)

    with store.reading() as session:
        found = devices.by_token(session, given.token)
        listed = devices.of_place(session, at(store, HERE))

    assert found is None
    assert [each.state for each in listed] == ["ended"]


def test_role_that_ended_is_no_longer_among_those_of_the_telephone(
    store: Store, junta: Account
) -> None:
    given = enrolled(store, junta)
    with store.writing() as session:
        binding = session.exec(select(Binding).where(Binding.account_id == junta.id)).one()
        binding.valid_to = access.today() - timedelta(days=1)

    with store.reading() as session:
        found = devices.by_token(session, given.token)

    assert found is not None
    assert found[1].roles == ()
    with pytest.raises(Invalid, match="ningún rol en este lugar"):
        enrolled(store, junta)


def test_telephone_is_enrolled_only_where_its_account_has_a_role(
    store: Store, junta: Account
) -> None:
    with pytest.raises(Invalid, match="ningún rol en este lugar"):
        enrolled(store, junta, THERE)
    with pytest.raises(Forbidden):
        devices.enrol(
            store, SYSTEM, at(store, district=OTHER_DISTRICT), NewDevice(junta.uuid, "Moto")
        )

    assert labels(store, at(store)) == []


def test_nobody_enrols_for_an_account_that_reaches_farther(store: Store, junta: Account) -> None:
    with store.reading() as session:
        root = session.exec(select(Account).where(Account.login == "root")).one()

    with pytest.raises(Forbidden):
        enrolled(store, root)

    with store.reading() as session:
        offered = [each.login for each in devices.candidates(session, at(store, HERE))]
    assert offered == ["junta"]


@pytest.mark.parametrize("label", ["", "   ", "x" * 81])
def test_telephone_needs_a_name_that_people_recognise(
    store: Store, junta: Account, label: str
) -> None:
    with pytest.raises(Invalid) as refused:
        enrolled(store, junta, label=label)

    assert refused.value.field == "label"


def test_each_place_lists_its_own_telephones(store: Store, junta: Account) -> None:
    planner = an_account(store, "planner", seat_of("planner"))
    agent = an_account(store, "agent", seat_of("health_agent", THERE))
    accounts.bind(store, SYSTEM, at(store), agent.uuid, Seat("health_agent", community=HERE))
    enrolled(store, junta, HERE, "junta aquí")
    enrolled(store, planner, THERE, "planificador allá")
    enrolled(store, planner, "", "planificador en todo")
    enrolled(store, agent, "", "agente en sus dos")

    assert labels(store, at(store)) == [
        "agente en sus dos",
        "planificador en todo",
        "planificador allá",
        "junta aquí",
    ]
    assert labels(store, at(store, HERE)) == ["agente en sus dos", "junta aquí"]
    assert labels(store, at(store, THERE)) == ["agente en sus dos", "planificador allá"]
    assert labels(store, at(store, district=OTHER_DISTRICT)) == []


def test_telephone_of_another_place_is_not_theirs_to_revoke(store: Store, junta: Account) -> None:
    given = enrolled(store, junta)

    with pytest.raises(Unknown):
        devices.revoke(store, SYSTEM, at(store, THERE), given.device.uuid, "no es mío")
    with pytest.raises(Invalid):
        devices.revoke(store, SYSTEM, at(store), given.device.uuid, " ")

    assert opens(store, given) == (True, True)


def test_offered_are_the_living_accounts_that_have_a_role_there(
    store: Store, junta: Account
) -> None:
    for login, role, community in (
        ("agent", "health_agent", THERE),
        ("nurse", "facility", HERE),
        ("planner", "planner", HERE),
        ("gone", "council", HERE),
    ):
        an_account(store, login, seat_of(role, community))
    with store.writing() as session:
        session.exec(select(Account).where(Account.login == "gone")).one().active = False

    with store.reading() as session:
        here = [each.login for each in devices.candidates(session, at(store, HERE))]
        district = [each.login for each in devices.candidates(session, at(store))]
    assert here == ["junta", "nurse", "planner"]
    assert district == ["agent", "junta", "nurse", "planner"]


def test_last_sight_is_written_down_each_five_minutes_at_most(store: Store, junta: Account) -> None:
    given = enrolled(store, junta)

    def seen() -> Device:
        with store.reading() as session:
            return session.get_one(Device, given.device.id)

    devices.touch(store, seen())
    first = seen()
    devices.touch(store, first)
    again = seen().seen_at
    assert first.seen_at is not None
    with store.writing() as session:
        row = session.get_one(Device, first.id)
        row.seen_at = first.seen_at - timedelta(minutes=6)
    devices.touch(store, seen())
    later = seen().seen_at

    assert again == first.seen_at
    assert later is not None
    assert later >= first.seen_at


def read_back(code: str) -> dict[str, Any]:
    """A settings code as ODK Collect reads it."""
    settings: dict[str, Any] = json.loads(zlib.decompress(base64.b64decode(code)))
    return settings


def test_code_sets_collect_up_with_the_address_of_the_telephone() -> None:
    code = device_setup.settings_qr("https://salud.local:8443", "abc", "SISMUNI Junín")

    assert read_back(code) == {
        "general": {
            "protocol": "odk_default",
            "server_url": "https://salud.local:8443/openrosa/abc",
            "form_update_mode": "match_exactly",
            "autosend": "wifi_and_cellular",
        },
        "admin": {},
        "project": {"name": "SISMUNI Junín", "icon": "S", "color": "#8f2a20"},
    }


def test_over_plain_http_the_code_holds_name_and_secret_instead() -> None:
    given = Enrolled(Device(), "Ana", "cel-abc234", "clave", "ficha")

    general = read_back(device_setup.digest_qr("http://10.0.0.2:8000", given, "x"))["general"]

    assert general["server_url"] == "http://10.0.0.2:8000/openrosa"
    assert (general["username"], general["password"]) == ("cel-abc234", "clave")
