"""A district with figures, plans and accounts, behind the application."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from fastapi.testclient import TestClient

from app.main import create_app
from app.operations import access, counts, seeding
from app.records import stamps
from app.records.people import Account, ApiToken, Binding
from app.records.proposals import Agreement
from app.settings import Settings
from app.store.sessions import Store, Writing, columns
from tests import world
from tests.worlds import Worlds

BASE = f"/api/v1/districts/{world.UBIGEO}"
DAY = {"day": "2027-07-15"}
YEAR = 2028
SEATS = {"planner": "place", "official": "place", "councillor": "place", "council": "community"}


@dataclass(frozen=True)
class PlanningTown:
    """The application over a seeded store; each role has an account of its own name."""

    store: Store
    client: TestClient

    def ask(self, method: str, path: str, role: str = "planner", **more: Any) -> Any:
        """One request as a role, by its bearer token, or as nobody."""
        headers = dict(more.pop("headers", {}))
        if role != "public":
            headers["Authorization"] = f"Bearer {role}-token"
        given = {**DAY, **more.pop("params", {})}
        return self.client.request(method, f"{BASE}{path}", headers=headers, params=given, **more)

    def get(self, path: str, role: str = "planner", **params: Any) -> Any:
        """What a list or a page says, which must be there."""
        answer = self.ask("GET", path, role, params=params)
        assert answer.status_code == 200, answer.text
        return answer.json()

    def send(self, method: str, path: str, body: Any, etag: str = "", role: str = "planner") -> Any:
        """A change, saying which version was seen."""
        headers: Mapping[str, str] = {"If-Match": etag} if etag else {}
        return self.ask(method, path, role, json=body, headers=headers)


def _accounts(session: Writing, of: world.Place, community: world.Community) -> None:
    for row in seeding.policy_rows(seeding.SEEDS / "policy.csv"):
        session.add(row)
    stamps.bump(session, "policy")
    for role, seat in SEATS.items():
        account = Account(login=role, name=role)
        session.add(account)
        session.flush()
        here = {"place_id": of.id} if seat == "place" else {"community_id": community.id}
        session.add(Binding(account_id=account.id, role=role, **here))
        hashed = access.digest(f"{role}-token")
        session.add(ApiToken(account_id=account.id, token_hash=hashed, label="test"))


def _life(session: Writing, here: world.Community, homes: int) -> None:
    held = world.a_round(session, world.cycle(session, here))
    figures = {"P-F2": (homes, 20), "P-B6": (homes, 12), "P-G7": (homes, 12)}
    world.totals(session, world.form(session, "monitoring", here, held), figures)
    if here.code == "C":
        return
    problems = [{"theme": "water", "votes_women": 8, "votes_men": 1, "rank_women": 1}]
    world.diagnosis(session, world.form(session, "diagnosis", here, held), problems=problems)
    asked = {"title": f"Agua {here.code}", "indicator": "P-F2", "theme": "water", "people": 40}
    costs = {"cost_cents": 5_000_000, "to_budget": True}
    world.plan(session, world.form(session, "plan", here, held), [{**asked, **costs}])


def _settle(store: Store) -> None:
    with store.writing() as session:
        world.catalogue(session)
        of = world.district(session)
        made = [world.community(session, of, code) for code in ("A", "B", "C")]
        for here, homes in zip(made, (2, 5, 9), strict=True):
            _life(session, here, homes)
        for indicator in ("P-F2", "P-B6"):
            world.goal(session, indicator, 0.9, 0.1)
        session.add(
            Agreement(
                place_id=of.id, fiscal_year=2026, number=1, title="Puente", state="works", cents=100
            )
        )
        _accounts(session, of, made[0])
        counts.recompute_many(
            session, session.rows(columns(world.Round.community_id, world.Round.id))
        )


@contextmanager
def a_planning_town(worlds: Worlds, url: str, home: Path) -> Iterator[PlanningTown]:
    """The application over an empty store, which is settled."""
    worlds.fill_at(url, _settle)
    app = create_app(Settings(home=home, database_url=url))
    store: Store = app.state.store
    try:
        yield PlanningTown(store, TestClient(app))
    finally:
        store.close()
