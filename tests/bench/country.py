"""Invented districts in bulk, whose families have answered nothing yet; the same on each run.

Straight into the tables, since the intake would take hours.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from shapely.geometry import Point
from sqlmodel import SQLModel, col

from app.operations import access
from app.records import stamps
from app.records.base import folded, sort_key
from app.records.catalogues import PracticeRow
from app.records.cycles import Cycle, Round
from app.records.families import Family
from app.records.people import Account, ApiToken, Binding
from app.records.territory import Belonging, Community, Place
from app.store import bulk
from app.store.functions import ewkb
from app.store.sessions import Reading, Store, Writing, columns
from app.store.types import uuid7
from tests import world

REGION, PROVINCE = "99", "9901"
TOKEN = "a token of nobody, for a store that is thrown away"
ROUND_DAYS = 180
SENSITIVE = "sensitive"


@dataclass(frozen=True, slots=True)
class Size:
    """How much of each: communities a district, families a community, and so on."""

    districts: int
    communities: int
    families: int
    rounds: int
    practices: int

    @property
    def answers(self) -> int:
        """One a family, round and practice."""
        homes = self.districts * self.communities * self.families
        return homes * self.rounds * self.practices

    def __str__(self) -> str:
        """Part of a name."""
        parts = (self.districts, self.communities, self.families, self.rounds, self.practices)
        return "_".join(map(str, parts))


def district(number: int) -> str:
    """The UBIGEO of the nth district."""
    return f"{PROVINCE}{number:02}"


def community(ubigeo: str, number: int) -> str:
    """The code of the nth community of a district."""
    return f"{ubigeo}{number:04}"


def family(number: int) -> str:
    """The code of the nth family of a community."""
    return f"F-{number:04}"


def settle(store: Store, size: Size) -> None:
    """Places, communities with a point, families that consent, rounds, a planner."""
    with store.writing() as session:
        above = world.place(session, "region", REGION, "Región inventada")
        province = world.place(session, "province", PROVINCE, "Provincia inventada", above)
        for number in range(1, size.districts + 1):
            code = district(number)
            of = world.place(session, "district", code, f"Distrito {number}", province)
            _people(session, of, size)
            stamps.bump(session, f"district:{code}")
        person(session, "planner", TOKEN)
        stamps.bump(session, "territory")


def _people(session: Writing, of: Place, size: Size) -> None:
    ids = _communities(session, of, size.communities)
    _rows(session, Belonging, ({"community_id": i, "place_id": of.id} for i in ids))
    homes = (
        {"community_id": i, "code": family(f), "sector": "", "state": "active", "consents": True}
        for i in ids
        for f in range(1, size.families + 1)
    )
    _rows(session, Family, homes)
    begin = date.today() - timedelta(days=size.rounds * ROUND_DAYS)
    cycles = _rows(
        session,
        Cycle,
        (
            {
                "community_id": i,
                "number": 1,
                "starts_on": begin,
                "ends_on": begin + timedelta(days=1_000),
            }
            for i in ids
        ),
    )
    _rows(session, Round, _rounds(ids, cycles, begin, size.rounds))


def _communities(session: Writing, of: Place, count: int) -> list[int]:
    made = []
    for number in range(1, count + 1):
        name = f"Comunidad {of.code[-2:]}-{number:04}"
        at = Point(-76 + number % 40 * 0.01, -9 + number // 40 * 0.01 + int(of.code[-2:]) * 0.4)
        made.append(
            {
                "code": community(of.code, number),
                "kind": "centro_poblado",
                "name": name,
                "search": folded(name),
                "sort_key": sort_key(name),
                "language": "es",
                "altitude_m": 2_000 + number,
                "population": 180 + number % 90,
                "households": 40 + number % 20,
                "geom": ewkb(at),
            }
        )
    return _rows(session, Community, made)


def _rounds(
    ids: list[int], cycles: list[int], begin: date, rounds: int
) -> Iterator[dict[str, Any]]:
    for community_id, cycle_id in zip(ids, cycles, strict=True):
        for number in range(1, rounds + 1):
            # The last one lies inside the twelve months that a figure holds.
            held = begin + timedelta(days=number * ROUND_DAYS - 30)
            yield {
                "cycle_id": cycle_id,
                "community_id": community_id,
                "number": number,
                "label": label(number),
                "held_on": held,
            }


def label(number: int) -> str:
    """What the nth round is called in every community."""
    return f"ronda-{number}"


def _rows(session: Writing, model: type[SQLModel], rows: Any) -> list[int]:
    """Insert rows given by column; their keys."""
    listed = list(rows)
    table = SQLModel.metadata.tables[str(model.__tablename__)]
    ids = bulk.new_ids(session, table, len(listed))
    names = ["id", "uuid", *listed[0]]
    values = ([i, uuid7(), *row.values()] for i, row in zip(ids, listed, strict=True))
    bulk.insert(session, table, names, values)
    return ids


def person(session: Writing, role: str, token: str) -> None:
    """An account with a role everywhere, and its bearer token."""
    account = Account(login=role, name=role)
    session.add(account)
    session.flush()
    session.add(Binding(account_id=account.id, role=role))
    hashed = access.digest(token)
    session.add(ApiToken(account_id=account.id, token_hash=hashed, label="bench"))


def practices(session: Reading, count: int) -> list[tuple[int, str, str]]:
    """Key, code and unit of as many practices that a planner may import."""
    wanted = (
        columns(PracticeRow.id, PracticeRow.code, PracticeRow.unit)
        .where(col(PracticeRow.sensitivity) != SENSITIVE, col(PracticeRow.unit) != "community")
        .order_by(col(PracticeRow.id))
        .limit(count)
    )
    found = [(row[0], row[1], row[2]) for row in session.rows(wanted)]
    if len(found) < count:
        raise ValueError(f"the catalogue has {len(found)} such practices and not {count}")
    return found
