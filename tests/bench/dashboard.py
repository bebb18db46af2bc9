"""A planner looks at one district after another while councils send and planners approve.

A look is four requests over one connection with a bearer token: needs, indicators, and of the
map "Apoyo primero" its places and its values. One request in a hundred writes: a sheet of
household lines, or the approval of the one before, each in a district drawn by lot, so that
what was remembered of it holds no longer. The districts looked at are drawn too.
"""

import random
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from sqlmodel import col, select

from app.operations import counts
from app.records.aggregates import Aggregate
from app.records.cycles import Round
from app.records.families import Family
from app.records.territory import Belonging, Community, Place
from app.store.sessions import Store, columns
from tests.bench import nation, stores
from tests.bench.nation import COUNCIL, PLANNER
from tests.bench.serving import Person, Server, serving
from tests.bench.stores import Bed
from tests.bench.table import Goal, Row, percentile

WRITE_EVERY = 100
SEED = 20261121
PRACTICES = ("P-F1", "P-F2", "P-F3")


@dataclass
class Seen:
    """Milliseconds of each request, of each whole look, of each write; districts written in."""

    requests: list[float] = field(default_factory=list)
    looks: list[float] = field(default_factory=list)
    writes: list[float] = field(default_factory=list)
    cold: list[float] = field(default_factory=list)
    written: set[str] = field(default_factory=set)


def rows(full: bool) -> Iterator[Row]:
    """How long a look takes, on each store, and that it told the truth."""
    requests = 6_000 if full else 300
    for kind in stores.kinds():
        bed = nation.made(kind, full)
        with stores.copy_of(bed, "dashboard") as copy, serving(copy.url) as server:
            seen = _watch(copy, server, requests)
            _compare(copy, server, sorted(seen.written)[:3])
        name = f"district dashboard over HTTP, {kind}"
        limit = Goal("<", 50)
        yield Row(f"{name}: p95 of a request", "ms", [percentile(seen.requests, 0.95)], (), limit)
        yield Row(f"{name}: p95 of a whole look", "ms", [percentile(seen.looks, 0.95)], (), limit)
        yield Row(f"{name}: median request", "ms", [percentile(seen.requests, 0.5)])
        yield Row(f"{name}: slowest request", "ms", [max(seen.requests)])
        yield Row(f"{name}: first look at a district", "ms", seen.cold)
        yield Row(f"{name}: a write", "ms", seen.writes)


def _paths(ubigeo: str) -> tuple[str, ...]:
    base = f"/api/v1/districts/{ubigeo}"
    return (
        *(f"{base}/needs", f"{base}/indicators?limit=1000"),
        *(f"{base}/layers/support", f"{base}/layers/support/values"),
    )


def _watch(copy: Bed, server: Server, requests: int) -> Seen:
    store = Store(copy.url)
    seen, drawn = Seen(), random.Random(SEED)
    with _people(server) as (planner, council):
        places = nation.districts(store)
        seen.cold = [sum(_look(planner, ubigeo)) for ubigeo in places]
        writer = _Writer(store, planner, council, drawn, places)
        while len(seen.requests) < requests:
            took = _look(planner, drawn.choice(places))
            seen.requests += took
            seen.looks.append(sum(took))
            if len(seen.requests) % WRITE_EVERY < len(took):
                seen.writes.append(writer.write())
        seen.written = writer.written
    store.close()
    return seen


@contextmanager
def _people(server: Server) -> Iterator[tuple[Person, Person]]:
    planner, council = Person(server.port, PLANNER), Person(server.port, COUNCIL)
    try:
        yield planner, council
    finally:
        planner.close()
        council.close()


def _look(planner: Person, ubigeo: str) -> list[float]:
    """Milliseconds of each request of one look."""
    took = []
    for path in _paths(ubigeo):
        planner.ask("GET", path)
        took.append(planner.seconds * 1000)
    return took


class _Writer:
    """Sends a sheet of one home, and next time approves it."""

    def __init__(
        self,
        store: Store,
        planner: Person,
        council: Person,
        drawn: random.Random,
        places: Sequence[str],
    ) -> None:
        self.store = store
        self.planner = planner
        self.council = council
        self.drawn = drawn
        self.places = places
        self.waiting: tuple[str, str] | None = None
        self.written: set[str] = set()

    def write(self) -> float:
        """Milliseconds of one write."""
        if self.waiting is None:
            return self._send(self.drawn.choice(self.places))
        ubigeo, path = self.waiting
        self.waiting = None
        self.planner.ask("POST", f"{path}/decision", {"verb": "approve"}, {"If-Match": '"1"'})
        self.written.add(ubigeo)
        return self.planner.seconds * 1000

    def _send(self, ubigeo: str) -> float:
        community, home = self._home(ubigeo)
        base = f"/api/v1/districts/{ubigeo}/communities/{community}/forms/household_monitoring"
        lines = [
            {
                "practice": practice,
                "value": self.drawn.choice(("meets", "not_yet")),
                "verified": "observed",
            }
            for practice in PRACTICES
        ]
        sheet = {"household": home, "consent": "on_file", "visit": "interviewed"}
        answers = {
            "date": (date.today() - timedelta(days=1)).isoformat(),  # in Lima it may be that yet
            "households": [{**sheet, "observations": lines}],
        }
        receipt = self.council.send("POST", base, {"answers": answers})
        if receipt["state"] != "derived":
            raise RuntimeError(receipt)
        self.waiting = ubigeo, f"{base}/{receipt['document']}"
        return self.council.seconds * 1000

    def _home(self, ubigeo: str) -> tuple[str, str]:
        with self.store.reading() as session:
            found = session.exec(
                select(Community.code, Family.code)
                .join(Family, col(Family.community_id) == Community.id)
                .join(Belonging, col(Belonging.community_id) == Community.id)
                .join(Place, col(Place.id) == Belonging.place_id)
                .where(Place.code == ubigeo)
                .order_by(Community.code, Family.code)
            ).all()
        return self.drawn.choice(found)


def _compare(copy: Bed, server: Server, written: Sequence[str]) -> None:
    """What was counted write by write, and shown, is what counting all anew gives.

    Raises
    ------
    AssertionError
        It is not.
    """
    store = Store(copy.url)
    with _people(server) as (planner, _):
        for ubigeo in written:
            counted, told = _figures(store, ubigeo), _told(planner, ubigeo)
            pairs = _rounds(store, ubigeo)
            with store.writing() as session:
                counts.recompute_many(session, pairs)
            if strange := set(counted) ^ set(_figures(store, ubigeo)):
                raise AssertionError(f"{ubigeo}: {len(strange)} figures differ: {min(strange)}")
            if _told(planner, ubigeo) != told:
                raise AssertionError(f"{ubigeo} is told otherwise than before")
    store.close()
    if not written:
        raise AssertionError("nothing was written that could be compared")


def _rounds(store: Store, ubigeo: str) -> list[tuple[int, int]]:
    with store.reading() as session:
        found = session.rows(
            columns(Round.community_id, Round.id)
            .join(Belonging, col(Belonging.community_id) == Round.community_id)
            .join(Place, col(Place.id) == Belonging.place_id)
            .where(col(Place.code) == ubigeo)
        )
        return [(row[0], row[1]) for row in found]


def _figures(store: Store, ubigeo: str) -> list[tuple[Any, ...]]:
    communities = {community for community, _ in _rounds(store, ubigeo)}
    table = Aggregate.metadata.tables["aggregate"]
    with store.reading() as session:
        found = session.rows(columns(table).where(table.c.community_id.in_(communities)))
        return [tuple(row) for row in found]


def _told(planner: Person, ubigeo: str) -> list[Any]:
    return [planner.read(path) for path in _paths(ubigeo)]
