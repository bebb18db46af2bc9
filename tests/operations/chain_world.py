"""A district with a whole chain: forms, figures, requests, a proposal decided, agreed and built."""

import csv
from datetime import date, timedelta

from sqlmodel import select

from app.operations import (
    allocations,
    ceilings,
    counts,
    instruments,
    petitions,
    proposals,
    request_numbers,
)
from app.operations.access import Actor, Bond
from app.operations.petitions import Step
from app.operations.proposals import Given, Seen
from app.operations.trail import SYSTEM
from app.records import places, stamps
from app.records.places import Where
from app.records.plans import Action
from app.records.policy import Grant, Policy
from app.records.proposals import Agreement, Proposal
from app.records.territory import Community
from app.records.works import AgreementCommunity
from app.settings import ROOT
from app.store.sessions import Reading, Store, Writing, columns
from tests import world
from tests.world import Round

DAY = world.DAY + timedelta(days=10)
NEED = "P-F2"
YEAR = 2028
SEEDS = ROOT / "seeds"


def policy() -> Policy:
    """The table of the seeds."""
    with (ROOT / "seeds" / "policy.csv").open(encoding="utf-8") as lines:
        return Policy(
            {
                (r["role"], r["register"], r["verb"]): (
                    Grant(r["view"], r["health"] == "1"),
                    r["reach"] == "around",
                )
                for r in csv.DictReader(lines)
            }
        )


def here(session: Reading) -> Where:
    """The district."""
    return places.district(session, world.UBIGEO)


def actor(session: Reading, role: str, community: str = "") -> Actor:
    """Somebody with a role in the district, or in one of its communities."""
    where = here(session)
    if community:
        inner = places.community(session, where, community)
        return Actor(1, bonds=(Bond(role, None, inner.community_id, None),))
    return Actor(1, bonds=(Bond(role, where.place_id, None, None),))


def settle(store: Store) -> None:
    """Two communities: the request of A was funded, agreed and delivered; B's goes elsewhere."""
    with store.writing() as session:
        world.catalogue(session)
        instruments.publish_all(session, SEEDS / "instruments", SEEDS / "choices.yaml")
        of = world.district(session)
        world.goal(session, NEED, 0.9, 0.1)
        for code in ("A", "B"):
            _live(session, world.community(session, of, code))
        rounds = columns(world.Round.community_id, world.Round.id)
        counts.recompute_many(session, session.rows(rounds))
    with store.writing() as session:
        _ask(session)


def _live(session: Writing, at: Community) -> None:
    cycle = world.cycle(session, at)
    held = world.a_round(session, cycle)
    world.totals(session, world.form(session, "monitoring", at, held), {NEED: (5, 25)})
    world.form(session, "household_monitoring", at, held)
    world.form(session, "monitoring", at, held, state="sent")
    problem = {"description": "Agua turbia", "theme": "water", "votes_women": 4}
    world.diagnosis(session, world.form(session, "diagnosis", at, held), problems=[problem])
    asked = {"title": f"Agua para {at.code}", "indicator": NEED, "to_budget": True, "people": 40}
    own = {"title": f"Limpiar la fuente de {at.code}", "kind": "faena"}
    made = world.plan(session, world.form(session, "plan", at, held), [asked, own])
    request_numbers.give(session, at.id, world.DAY, [row.uuid for row in made])


def action(session: Reading, community: str) -> Action:
    """What a community asks of the budget."""
    return session.exec(select(Action).where(Action.title == f"Agua para {community}")).one()


def _ask(session: Writing) -> None:
    where = here(session)
    ceilings.set_ceiling(session, SYSTEM, where, YEAR, 10_000_000)
    given = Given(YEAR, (action(session, "A").uuid,), cost_cents=5_000_000)
    made = proposals.create(session, SYSTEM, where, given, DAY)
    proposals.present(session, SYSTEM, where, Seen(made.uuid, made.revision))
    draft = Given(YEAR, title="Sin evidencia", cost_cents=100)
    proposals.create(session, SYSTEM, where, draft, DAY)
    run = allocations.run(session, SYSTEM, where, YEAR, DAY)
    allocations.publish(session, SYSTEM, where, run.uuid)
    raised = petitions.Given((action(session, "B").uuid,), "health_network", "Red de Salud")
    row = petitions.raise_one(session, SYSTEM, where, raised, DAY)
    step = Step("filed", DAY, filing="123", due_on=DAY + timedelta(days=30))
    petitions.advance(session, SYSTEM, where, row, row.revision, step)


def deliver(store: Store, on: date) -> None:
    """The agreement of the proposal of A, handed over on a day."""
    with store.writing() as session:
        where = here(session)
        proposal = session.exec(select(Proposal).where(Proposal.number == 1)).one()
        row = Agreement(
            place_id=where.place_id,
            fiscal_year=YEAR,
            number=1,
            title="Agua para A",
            state="delivered",
            proposal_id=proposal.id,
            delivered_on=on,
        )
        session.add(row)
        session.flush()
        at = places.community(session, where, "A").community_id
        session.add(AgreementCommunity(agreement_id=row.id, community_id=at))
        stamps.bump(session, f"district:{where.code}")


def measure_again(store: Store, on: date) -> None:
    """Another round of A on a day."""
    with store.writing() as session:
        at = session.exec(select(Community).where(Community.code == "A")).one()
        held = world.a_round(
            session, session.exec(select(world.Cycle)).first(), number=2, held_on=on, label="otra"
        )
        world.totals(session, world.form(session, "monitoring", at, held), {NEED: (15, 25)})
        counts.recompute_many(session, session.rows(columns(Round.community_id, Round.id)))
        stamps.bump(session, f"district:{world.UBIGEO}")
