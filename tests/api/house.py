"""A town whose people ask by JSON, one of each role, with an open cycle and round."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from uuid import UUID

from fastapi.testclient import TestClient

from app.operations import own_account, stepping
from app.operations.access import Actor
from app.operations.trail import SYSTEM
from app.records import places
from app.records.places import Where
from app.store.sessions import Store
from app.store.types import uuid7
from tests import builders
from tests.http.town import DISTRICT, HERE, THERE, Town, a_town, an_account, found_town, seat_of
from tests.worlds import Worlds

ROLES = (
    "council",
    "health_agent",
    "planner",
    "evaluator",
    "official",
    "councillor",
    "oversight",
    "clerk",
    "facility",
    "clas",
    "visitor",
    "dpo",
    "admin",
)
COMMUNITY = f"/api/v1/districts/{DISTRICT}/communities/{HERE}"
FORMS = f"{COMMUNITY}/forms"


@dataclass
class Api:
    """The API of a town, and how to ask it as somebody."""

    town: Town
    round_uuid: UUID
    tokens: dict[str, str] = field(default_factory=dict)

    def ask(self, role: str = "public", **more: Any) -> TestClient:
        """A client that shows the bearer token of a role's account; the public shows none."""
        client = TestClient(self.town.app, raise_server_exceptions=False, **more)  # type: ignore[arg-type]
        if role != "public":
            client.headers["Authorization"] = f"Bearer {self.tokens[role]}"
        return client

    @property
    def store(self) -> Store:
        """The store behind it."""
        return self.town.store


def prepare(store: Store) -> tuple[UUID, dict[str, str]]:
    """People, a cycle and a round in a migrated store; returns the round, and their tokens."""
    found_town(store)
    seats = {role: seat_of(role) for role in ROLES} | {"neighbour": seat_of("council", THERE)}
    tokens = {
        login: own_account.make_token(store, Actor(an_account(store, login, seat).id), "pruebas")
        for login, seat in seats.items()
    }
    return begin(store, here(store)), tokens


def here(store: Store) -> Where:
    """The community that the tests act in."""
    with store.reading() as session:
        return places.community(session, places.district(session, DISTRICT), HERE)


def begin(store: Store, where: Where) -> UUID:
    """Open a cycle and its first round."""
    cycle = {"starts_on": "2026-01-01", "ends_on": "2028-12-31"}
    stepping.open_cycle(store, SYSTEM, where, uuid7(), cycle)
    round_uuid = uuid7()
    stepping.open_round(
        store, SYSTEM, where, round_uuid, {"label": "2026-I", "held_on": "2026-03-01"}
    )
    return round_uuid


@contextmanager
def open_api(worlds: Worlds, url: str, home: Path, **settings: Any) -> Iterator[Api]:
    """The application over an empty store, which is prepared."""
    prepared = worlds.fill_at(url, prepare)
    with a_town(url, home, **settings) as town:
        yield Api(town, *prepared)


def document(instrument: str, **over: Any) -> dict[str, Any]:
    """What is posted to send a good document of an instrument."""
    return {"answers": builders.BUILDERS[instrument](**over)}


def send(api: Api, instrument: str, role: str = "council", **over: Any) -> dict[str, Any]:
    """Send a good document; returns its receipt."""
    answer = api.ask(role).post(f"{FORMS}/{instrument}", json=document(instrument, **over))
    assert answer.status_code in {201, 202}, answer.text
    receipt: dict[str, Any] = answer.json()
    return receipt


def fill_all(api: Api) -> dict[str, str]:
    """A document of each instrument but the evaluation, which would close the cycle."""
    for code in ("H-002", "H-003"):
        send(api, "family", household=code)
    wanted = (
        "family",
        "self_assessment",
        "activity",
        "council",
        "diagnosis",
        "monitoring",
        "household_monitoring",
        "plan",
    )
    return {code: send(api, code)["document"] for code in wanted}
