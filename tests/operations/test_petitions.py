"""Gestiones: raised from plans, filed, answered, and never taken up twice."""

from datetime import date, timedelta

import pytest

from app.errors import Conflict, Invalid, Stale, Unknown
from app.operations import petitions, proposals, requests
from app.operations.petitions import Given, Step
from app.operations.proposals import Seen
from app.operations.trail import SYSTEM
from app.records import places
from app.records.petitions import Petition
from app.records.places import Where
from app.store.sessions import Reading, Store
from app.store.types import uuid7
from tests import world
from tests.worlds import built_once

DAY = world.DAY


@built_once
def seeded(store: Store) -> Store:
    """Two communities: one raises works to the budget, the other plans a request elsewhere."""
    with store.writing() as session:
        world.catalogue(session)
        of = world.district(session)
        for code, raised in (("A", True), ("B", False)):
            here = world.community(session, of, code)
            held = world.a_round(session, world.cycle(session, here))
            asked = {"title": f"Posta de {code}", "to_budget": raised, "people": 80}
            world.plan(session, world.form(session, "plan", here, held), actions=[asked])
    return store


def here(session: Reading) -> Where:
    return places.district(session, world.UBIGEO)


def actions(store: Store) -> dict[str, requests.Request]:
    with store.reading() as session:
        found = requests.of_district(session, here(session), DAY, every=True)
        return {each.community: each for each in found}


def raised(store: Store, community: str = "B") -> Petition:
    with store.writing() as session:
        given = Given((actions(store)[community].uuid,), "health_network", "Red de Salud")
        petitions.raise_one(session, SYSTEM, here(session), given, DAY)
        session.flush()
    with store.reading() as session:
        return petitions.listed(session, here(session))[0]


def advanced(store: Store, step: Step, seen: int) -> None:
    with store.writing() as session:
        row = petitions.listed(session, here(session))[0]
        petitions.advance(session, SYSTEM, here(session), row, seen, step)


def test_a_request_gets_its_number_and_its_need(seeded: Store) -> None:
    row = raised(seeded)

    assert petitions.code_of(row) == f"G-{DAY.year}-001"
    assert (row.title, row.state) == ("Posta de B", "draft")


def test_what_is_in_a_gestion_is_in_no_proposal_nor_in_another(seeded: Store) -> None:
    raised(seeded, "A")
    taken = actions(seeded)["A"]
    assert not taken.free
    with seeded.writing() as session:
        with pytest.raises(Conflict, match="propuesta o gestión"):
            proposals.create(
                session, SYSTEM, here(session), proposals.Given(2028, (taken.uuid,)), DAY
            )
        with pytest.raises(Conflict, match="propuesta o gestión"):
            given = Given((taken.uuid,), "region", "Gobierno regional")
            petitions.raise_one(session, SYSTEM, here(session), given, DAY)


def test_a_gestion_left_frees_its_requests(seeded: Store) -> None:
    raised(seeded)
    advanced(seeded, Step("dropped", DAY, "La comunidad lo hará en faena"), 1)

    assert actions(seeded)["B"].free
    again = raised(seeded)
    assert again.number == 2


def test_a_proposal_withdrawn_frees_its_request_for_a_gestion(seeded: Store) -> None:
    asked = actions(seeded)["A"]
    with seeded.writing() as session:
        made = proposals.create(
            session, SYSTEM, here(session), proposals.Given(2028, (asked.uuid,)), DAY
        )
        seen = Seen(made.uuid, made.revision)
    with seeded.writing() as session, pytest.raises(Conflict):
        given = Given((asked.uuid,), "region", "Gobierno regional")
        petitions.raise_one(session, SYSTEM, here(session), given, DAY)
    with seeded.writing() as session:
        proposals.withdraw(session, SYSTEM, here(session), seen, "Es de la red de salud")

    assert raised(seeded, "A").state == "draft"


def test_it_is_filed_answered_and_ends_step_by_step(seeded: Store) -> None:
    raised(seeded)
    due = DAY + timedelta(days=30)
    advanced(seeded, Step("filed", DAY, filing="EXP-77", due_on=due), 1)
    advanced(seeded, Step("accepted", DAY + timedelta(days=9), "La incluyen en su plan"), 2)
    advanced(seeded, Step("done", DAY + timedelta(days=99), "La posta atiende"), 3)

    with seeded.reading() as session:
        row = petitions.listed(session, here(session))[0]
        assert (row.filing, row.due_on, row.reply) == ("EXP-77", due, "La incluyen en su plan")
        told = [(step.state, step.note) for step in petitions.steps(session, row)]
        assert told == [
            ("done", "La posta atiende"),
            ("accepted", "La incluyen en su plan"),
            ("filed", "Expediente EXP-77"),
            ("draft", "Se abrió la gestión."),
        ]


@pytest.mark.parametrize(
    ("step", "seen", "refusal"),
    [
        (Step("filed", DAY), 1, Invalid),
        (Step("filed", DAY, filing="E", due_on=DAY - timedelta(days=1)), 1, Invalid),
        (Step("dropped", DAY), 1, Invalid),
        (Step("done", DAY, "x"), 1, Conflict),
        (Step("filed", DAY, filing="E"), 7, Stale),
    ],
)
def test_a_step_that_makes_no_sense_changes_nothing(
    seeded: Store, step: Step, seen: int, refusal: type[Exception]
) -> None:
    raised(seeded)
    with pytest.raises(refusal):
        advanced(seeded, step, seen)

    with seeded.reading() as session:
        row = petitions.listed(session, here(session))[0]
        assert (row.state, row.revision) == ("draft", 1)


@pytest.mark.parametrize(
    ("given", "refusal"),
    [
        (Given((), "region", "Gobierno regional"), Invalid),
        (Given((uuid7(),), "region", "Gobierno regional"), Unknown),
        (Given((uuid7(),), "budget", "Municipalidad"), Invalid),
        (Given((uuid7(),), "region", ""), Invalid),
    ],
)
def test_what_nobody_asked_is_not_raised(
    seeded: Store, given: Given, refusal: type[Exception]
) -> None:
    with seeded.writing() as session, pytest.raises(refusal):
        petitions.raise_one(session, SYSTEM, here(session), given, DAY)


def test_silence_of_ninety_days_is_told(seeded: Store) -> None:
    raised(seeded)

    with seeded.reading() as session:
        row = petitions.listed(session, here(session))[0]
        assert not petitions.is_stale(session, row, DAY + timedelta(days=90))
        assert petitions.is_stale(session, row, DAY + timedelta(days=91))
        assert isinstance(row.created_at.date(), date)
