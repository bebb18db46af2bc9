"""The permission matrix: every route, role, place and sensitivity, as the policy table says.

What is expected is worked out here anew from ``seeds/policy.csv``, not asked of the code
that is tested.
"""

import csv
import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import product
from uuid import UUID

import pytest
from fastapi.dependencies.models import Dependant
from fastapi.routing import iter_route_contexts
from fastapi.testclient import TestClient
from starlette.routing import Mount

from app.http.devices import the_carrier, the_deliverer
from app.http.gate import Permit, place_of
from app.operations import access
from app.operations.seats import Seat
from app.records import policy as records_policy
from app.records.people import ROLES
from app.records.policy import REGISTERS, VERBS
from app.settings import ROOT
from tests.http.town import (
    AWAY,
    DISTRICT,
    HERE,
    OTHER_DISTRICT,
    PROVINCE,
    THERE,
    Town,
    an_account,
    seat_of,
)

# Whoever has no permit at all may come here, and why.
OPEN = {
    "/api/v1/openapi.json": "the description of the API holds no data",
    "/static": "files that every browser needs before anybody is known",
    "/health": "monitors ask it; without a right it only says whether all is well",
    "/metrics": "this machine alone, else whoever may read the operation; tested with it",
    "/favicon.ico": "browsers ask it by themselves",
    "/entrar": "the door itself",
    "/entrar/demo": "the door of a demonstration; refuses elsewhere",
    "/tarjeta/{card}": "the door for a printed card",
    "/codigo": "the door for a printed code",
    "/salir": "whoever came in may leave",
    "/idioma": "the language of the door",
}
# Where a route asks for more than its row says, and why; see ``let_in``.
NEW_SHEET = re.compile(r"GET /d/\{ubigeo\}/comunidades/\{codigo\}/[a-z-]+/\{uuid\}")  # needs write
BY_NAME = re.compile(r"GET /api/v1/districts/\{ubigeo\}/communities/\{community\}/families")
NOBODY = "public"
DUMMY = str(UUID(int=7))
Where = dict[str, str]
EVERYWHERE: Where = {}
WHERES: list[Where] = [
    EVERYWHERE,
    {"ubigeo": DISTRICT},
    {"ubigeo": OTHER_DISTRICT},
    {"ubigeo": PROVINCE},
    {"ubigeo": DISTRICT, "codigo": HERE},
    {"ubigeo": DISTRICT, "codigo": THERE},
    {"ubigeo": OTHER_DISTRICT, "codigo": AWAY},
]
EVERYBODY = [*ROLES, "root", NOBODY]


@dataclass(frozen=True)
class Door:
    """A route as the walk found it."""

    method: str
    path: str
    permits: tuple[Permit, ...]
    carried: bool = False  # for enrolled telephones; tests/http/test_devices.py tries that door

    def address(self, where: Where) -> str:
        """The path with its places filled, and a stranger's key everywhere else."""
        parts = []
        for part in self.path.split("/"):
            name = part.strip("{}").partition(":")[0]
            if not part.startswith("{"):
                parts.append(part)
            else:
                parts.append(
                    {"community": where.get("codigo", "")}.get(name) or where.get(name, DUMMY)
                )
        return "/".join(parts)

    @property
    def wheres(self) -> list[Where]:
        """Own place, another place, the place that contains it: as far as the path can say."""
        if "{ubigeo}" not in self.path:
            return [EVERYWHERE]
        if "{codigo}" in self.path or "{community}" in self.path:
            return WHERES[4:]
        return WHERES[1:4]


def permits_of(dependant: Dependant | None) -> Iterator[Permit]:
    """Every permit that a route asks for, however deep."""
    if dependant is None:
        return
    if isinstance(dependant.call, Permit):
        yield dependant.call
    for each in dependant.dependencies:
        yield from permits_of(each)


def asks_for_a_telephone(dependant: Dependant | None) -> bool:
    """Whether a route lets in whoever proves to be an enrolled telephone."""
    return dependant is not None and (
        dependant.call in {the_carrier, the_deliverer}
        or any(map(asks_for_a_telephone, dependant.dependencies))
    )


def doors(routes: list[object], prefix: str = "") -> Iterator[Door]:
    """Every route of an application, those of routers and of mounted applications too."""
    for route in iter_route_contexts(routes):  # type: ignore[arg-type]
        original = getattr(route, "original_route", route)
        path = prefix + str(getattr(route, "path", None) or getattr(original, "path", ""))
        if isinstance(original, Mount) and original.routes:
            yield from doors(list(original.routes), path)
            continue
        dependant = getattr(route, "dependant", None)
        permits, carried = tuple(permits_of(dependant)), asks_for_a_telephone(dependant)
        for method in sorted(set(getattr(route, "methods", None) or {"GET"}) - {"HEAD"}):
            yield Door(method, path, permits, carried)


def guarded(town: Town) -> list[Door]:
    """The routes that ask for a permit."""
    return [door for door in doors(town.app.routes) if door.permits]  # type: ignore[attr-defined]


def table() -> dict[tuple[str, str, str], tuple[str, bool, str]]:
    """The rows of the seed: view, sensitive or not, reach."""
    with (ROOT / "seeds" / "policy.csv").open(encoding="utf-8") as lines:
        return {
            (r["role"], r["register"], r["verb"]): (r["view"], r["health"] == "1", r["reach"])
            for r in csv.DictReader(lines)
        }


TABLE = table()


def holds(seat: Seat, where: Where) -> bool:
    """Whether a place is that of the role, or in it."""
    if seat.community or seat.facility:
        return where.get("codigo") == (seat.community or seat.facility.removeprefix("F"))
    return not seat.ubigeo or where.get("ubigeo") == seat.ubigeo


def surrounds(seat: Seat, where: Where) -> bool:
    """Whether a place is the district around the community or facility of the role."""
    return bool(seat.community or seat.facility) and where == {"ubigeo": DISTRICT}


def expected(seat: Seat | None, where: Where, register: str, verb: str) -> tuple[str, bool] | None:
    """View and sensitivity that the table gives; None where it gives nothing."""
    found = []
    row = TABLE.get(("public", register, verb))
    if row is not None:
        found.append(row[:2])
    row = TABLE.get((seat.role, register, verb)) if seat else None
    if seat and row is not None:
        own = register == "own_account" or holds(seat, where)
        if own or (row[2] == "around" and surrounds(seat, where)):
            found.append(row[:2])
    if not found:
        return None
    views = ("public", "stripped", "totals", "whole")
    return max((view for view, _ in found), key=views.index), any(health for _, health in found)


def let_in(door: Door, seat: Seat | None, where: Where) -> bool:
    """Whether the table lets a role through a route, at a place.

    A sheet that nobody knows is a new one, which needs the right to write it. Families are
    listed by name only for whoever sees them whole.
    """
    found = [expected(seat, where, p.register, p.verb) for p in door.permits]
    asked = f"{door.method} {door.path}"
    if NEW_SHEET.fullmatch(asked):
        found += [expected(seat, where, p.register, "write") for p in door.permits]
    if BY_NAME.fullmatch(asked):
        found = [each if each and each[0] == "whole" else None for each in found]
    return all(found)


def seat_for(role: str) -> Seat | None:
    """Where each role of the matrix is bound."""
    if role == NOBODY:
        return None
    return Seat("admin") if role == "root" else seat_of(role)


def login_for(town: Town, role: str) -> str:
    """The account of a role; root stands already."""
    if role in {NOBODY, "root"}:
        return "" if role == NOBODY else "root"
    an_account(town.store, f"r-{role}", seat_of(role))
    return f"r-{role}"


def client_for(town: Town, role: str) -> TestClient:
    """A browser of a role that may send changes."""
    login = login_for(town, role)
    client = town.client(login)
    client.headers["accept"] = "application/json"
    if login:
        client.headers["x-csrf-token"] = town.csrf(login)
    return client


def misfit(client: TestClient, door: Door, where: Where, role: str) -> str:
    """What is wrong with the answer to a role at a route; empty when all is well."""
    granted = let_in(door, seat_for(role), where)
    status = client.request(door.method, door.address(where)).status_code
    refused = 401 if role == NOBODY else 403
    fits = status not in {401, 403} if granted else status == refused
    if fits and status < 500:
        return ""
    return f"{role}: {door.method} {door.address(where)} answered {status}, let in: {granted}"


def test_every_route_lets_in_and_keeps_out_as_the_table_says(town: Town) -> None:
    """Each route over HTTP: nobody, one who may and one who may not, each role in its turn."""
    clients = {role: client_for(town, role) for role in EVERYBODY}
    wrong = []

    for turn, door in enumerate(guarded(town)):
        asks: dict[bool, list[tuple[str, Where]]] = {True: [], False: []}
        for role in EVERYBODY:
            for where in door.wheres:
                asks[let_in(door, seat_for(role), where)].append((role, where))
        chosen = [each[turn % len(each)] for each in asks.values() if each]
        for role, where in [(NOBODY, door.wheres[0]), *chosen]:
            wrong.append(misfit(clients[role], door, where, role))

    assert not any(wrong), "\n".join(filter(None, wrong))


@pytest.mark.verify
@pytest.mark.parametrize("role", EVERYBODY)
def test_every_route_asks_the_table_for_every_role_and_place(town: Town, role: str) -> None:
    """The whole walk over HTTP; its shape is that of the quick tests together."""
    client = client_for(town, role)

    wrong = [misfit(client, door, where, role) for door in guarded(town) for where in door.wheres]

    assert not any(wrong), "\n".join(filter(None, wrong))


def test_no_route_stands_outside_the_table(town: Town) -> None:
    known = doors(town.app.routes)  # type: ignore[attr-defined]

    bare = {door.path for door in known if not door.permits and not door.carried}

    assert bare - set(OPEN) == set()


@pytest.mark.parametrize("role", EVERYBODY)
def test_rule_shows_each_role_at_each_place_as_much_as_the_table_says(
    town: Town, role: str
) -> None:
    """Role x place x register x verb x sensitivity, whole, by the rule that the gate asks."""
    login, seat = login_for(town, role), seat_for(role)
    wrong = []

    with town.store.reading() as session:
        found = access.by_session(session, town.token(login), 30) if login else None
        actor = found[0] if found else access.PUBLIC
        policy = records_policy.read(session)
        for where in WHERES:
            place = place_of(session, where)
            for register, verb in product(REGISTERS, VERBS):
                given = access.grant(policy, actor, place, register, verb)
                shown = (given.view, given.health) if given else None
                if shown != expected(seat, where, register, verb):
                    wrong.append((where, register, verb, shown))

    assert wrong == []


def test_sensitive_answers_are_for_health_staff_alone() -> None:
    roles = {role for (role, _, _), (_, health, _) in TABLE.items() if health}

    assert roles == {"facility"}


def test_public_sees_only_what_is_published() -> None:
    rows = {(verb, view) for (role, _, verb), (view, _, _) in TABLE.items() if role == "public"}

    assert rows == {("read", "public")}
