"""Ten million answers of 1,764 communities: ``sismuni demo national``, and what it lacks.

It has no goals, no assemblies and nobody who could ask; they are added here, and its rounds
are moved so that the newest was held a month ago, on whatever day this runs.
"""

from collections.abc import Sequence
from datetime import date, timedelta
from pathlib import Path

from sqlmodel import col, select, update

from app.operations import counts
from app.operations.demo.national import Size, national
from app.records.catalogues import Goal, IndicatorRow
from app.records.cycles import Round
from app.records.territory import Community, Place
from app.settings import ROOT, Settings
from app.store.sessions import Store, Writing, columns
from tests import world
from tests.bench import country, stores
from tests.bench.stores import FOLDER, Bed

PLANNER, COUNCIL = "the planner of nobody", "the council of nobody"
THEMES = ("water", "sanitation", "nutrition", "roads", "education")
DISTRICTS = 42
FULL = Size(communities=1_764, families=60, practices=32, rounds=3)
SMALL = Size(communities=60, families=10, practices=32, rounds=3)
MADE_BY = (Path(__file__), *(ROOT / "app" / "operations" / "demo").glob("national*.py"))


def made(kind: str, full: bool) -> Bed:
    """The store, from an earlier run if there was one."""
    size = FULL if full else SMALL
    districts = DISTRICTS if full else 3
    name = f"nation_{districts}_{size.answers}"
    return stores.kept(kind, name, MADE_BY, lambda store: _make(store, districts, size))


def _make(store: Store, districts: int, size: Size) -> None:
    national(store, Settings(home=FOLDER / "home"), districts, size=size)
    with store.writing() as session:
        _move_rounds(session)
        _set_goals(session)
        country.person(session, "planner", PLANNER)
        country.person(session, "council", COUNCIL)
        for each in session.exec(select(Community).where(col(Community.id) % 2 == 0)).all():
            _assemble(session, each)
    counts.recompute_all(store, lambda _done, _of: None)  # now with what assemblies said


def _move_rounds(session: Writing) -> None:
    days = [row[0] for row in session.rows(columns(col(Round.held_on)).distinct())]
    later = date.today() - timedelta(days=30) - max(days)
    for held in sorted(days, reverse=later > timedelta(0)):
        moved = update(Round).where(col(Round.held_on) == held)
        session.connection().execute(moved.values(held_on=held + later, label=f"{held + later}"))


def _set_goals(session: Writing) -> None:
    for code, direction in session.exec(select(IndicatorRow.code, IndicatorRow.direction)).all():
        target, worst = (0.9, 0.1) if direction == "up" else (0.1, 0.9)
        session.add(Goal(indicator=code, target=target, worst=worst))


def _assemble(session: Writing, here: Community) -> None:
    """A diagnosis with three problems."""
    problems = [
        {
            "theme": THEMES[(here.id + turn) % len(THEMES)],
            "people": 20 + here.id % 50,
            "votes_women": here.id % 7 + turn,
            "votes_men": here.id % 5,
            "rank_women": turn + 1,
        }
        for turn in range(3)
    ]
    form = world.form(session, "diagnosis", here)
    world.diagnosis(session, form, on=date.today() - timedelta(days=60), problems=problems)


def districts(store: Store) -> Sequence[str]:
    """The UBIGEO of every district."""
    with store.reading() as session:
        wanted = select(Place.code).where(Place.kind == "district").order_by(Place.code)
        return session.exec(wanted).all()
