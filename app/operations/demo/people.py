"""The accounts of the demonstration: one a role, with a password that everybody knows.

They guard invented people alone, and exist only where ``Settings.demo_allowed`` says so.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from uuid import uuid5

from sqlmodel import col, select

from app.operations import access, own_account, trail
from app.operations.accounts import DEMO_PASSWORD
from app.operations.demo.script import SPACE, villages, words
from app.operations.trail import SYSTEM, Act
from app.records.people import Account, Binding
from app.records.places import EVERYWHERE
from app.records.territory import Community, Facility, Place
from app.store.sessions import Writing

PLACELESS = frozenset({"admin"})  # everywhere, so that the whole installation can be shown


@dataclass(frozen=True, slots=True)
class Credential:
    """How to enter as somebody of the demonstration."""

    words: str
    login: str
    password: str


@dataclass(frozen=True, slots=True)
class DemoCard:
    """The card of the council's secretary: its secret stands in the address of its QR."""

    login: str
    token: str
    pin: str


def credentials() -> list[Credential]:
    """Role in words, login name and password of each account."""
    return [Credential(p["words"], p["login"], DEMO_PASSWORD) for p in words()["people"]]


def card() -> DemoCard:
    """The card and PIN with which the council may also enter."""
    given = words()["card"]
    return DemoCard(given["login"], given["token"], given["pin"])


def enrol(session: Writing, district: Place) -> dict[str, int]:
    """Make the accounts and bind them; returns their keys by login name."""
    made = {}
    for person in words()["people"]:
        account = Account(
            uuid=uuid5(SPACE, f"account {person['login']}"),
            login=person["login"],
            name=person["name"],
            password_hash=access.HASHER.hash(DEMO_PASSWORD),
            demo=True,
        )
        if person["login"] == card().login:
            account.card_hash = access.digest(card().token)
            account.pin_hash = own_account.pin_hash(card().pin)
        session.add(account)
        session.flush()
        session.add(_binding(session, account, person, district))
        act = Act("create", "accounts", account.uuid, district.id, "demostración")
        trail.record(session, SYSTEM, act)
        made[account.login] = account.id
    return made


def _binding(
    session: Writing, account: Account, person: Mapping[str, Any], district: Place
) -> Binding:
    row = Binding(
        uuid=uuid5(SPACE, f"binding {account.login}"),
        account_id=account.id,
        role=person["role"],
        place_id=EVERYWHERE.place_id if person["role"] in PLACELESS else district.id,
    )
    if "community" in person:
        code = villages()[person["community"] - 1].code
        row.community_id = session.exec(select(Community.id).where(Community.code == code)).one()
    if "facility" in person:
        code = words()["facilities"][person["facility"] - 1]["code"]
        row.facility_id = session.exec(select(Facility.id).where(col(Facility.code) == code)).one()
    return row
