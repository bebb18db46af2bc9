"""A district with five communities, their figures, plans and people, behind its pages.

Counts are primes of three figures, so that a number found on a page can only be one of them.
"""

from datetime import date, timedelta

from app.operations import counts, seeding
from app.operations.seats import Seat
from app.pages import wording
from app.records.proposals import Agreement
from app.records.territory import Community, Place
from app.store.sessions import Store, Writing, columns
from tests import world
from tests.http.town import an_account

CODE = "990101"
AT = f"/d/{CODE}"
YEAR = 2031
LABEL = "2031-I"
HOMES = {"C1": (101, 211), "C2": (103, 223), "C3": (107, 227), "C4": (109, 229), "C5": (2, 3)}
CHILDREN = {"C1": (113, 233), "C2": (127, 239), "C3": (131, 241), "C4": (137, 251), "C5": (1, 7)}
FEW = {"P-F4": (139, 257)}  # of one community alone: too little to rank
SEATS = {
    "planner": Seat("planner", ubigeo=CODE),
    "evaluator": Seat("evaluator", ubigeo=CODE),
    "official": Seat("official", ubigeo=CODE),
    "council": Seat("council", community="C1"),
    "admin": Seat("admin"),
}


def recent() -> date:
    """A day that still counts today."""
    return wording.today() - timedelta(days=20)


def settle(store: Store) -> None:
    """Catalogues, district, figures, plans, goals and accounts."""
    seeding.seed(store)
    with store.writing() as session:
        of = world.district(session, CODE, "Agua Clara")
        for code in HOMES:
            _live(session, world.community(session, of, code, people=500, homes=260))
        for code in ("P-F2", "P-B6", "P-F4"):
            world.goal(session, code, 0.9, 0.1)
        session.add(
            Agreement(
                place_id=of.id, fiscal_year=2030, number=1, title="Puente", state="works", cents=100
            )
        )
        counts.recompute_many(
            session, session.rows(columns(world.Round.community_id, world.Round.id))
        )
    for login, seat in SEATS.items():
        an_account(store, login, seat)


def _live(session: Writing, here: Community) -> None:
    held = world.a_round(session, world.cycle(session, here), held_on=recent(), label=LABEL)
    figures = {"P-F2": HOMES[here.code], "P-B6": CHILDREN[here.code]}
    if here.code == "C1":
        figures |= FEW
    world.totals(session, world.form(session, "monitoring", here, held), figures)
    if here.code in ("C3", "C4", "C5"):
        return
    named = f"El agua de {here.code} llega turbia"
    problem = {
        "description": named,
        "theme": "water",
        "votes_women": 8,
        "votes_men": 1,
        "rank_women": 1,
    }
    world.diagnosis(
        session,
        world.form(session, "diagnosis", here, held),
        on=recent(),
        problems=[problem, {"description": "No hay trocha", "theme": "roads", "votes_men": 3}],
    )
    asked = {
        "title": f"Reservorio de {here.code}",
        "indicator": "P-F2",
        "theme": "water",
        "people": 40,
        "cost_cents": 5_000_000,
        "to_budget": True,
    }
    world.plan(session, world.form(session, "plan", here, held), [asked], on=recent())


def another_district(store: Store) -> Place:
    """A second district, so that there is something to choose."""
    with store.writing() as session:
        of = world.district(session, "990102", "Boca Seca")
        world.community(session, of, "Z1")
        return of
