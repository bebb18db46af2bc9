"""Requests prioritised and executed, as of each round: nothing later moves an earlier figure."""

from copy import deepcopy
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from uuid import UUID

from hypothesis import given
from hypothesis import strategies as st
from sqlmodel import select

from app.operations import agreements, counts
from app.operations.agreements import Given, Seen, Step
from app.operations.request_counts import Asked, Fate
from app.operations.trail import SYSTEM
from app.records import places
from app.records.aggregates import Aggregate
from app.records.catalogues import IndicatorRow
from app.records.cycles import Round
from app.records.places import Where
from app.records.proposals import Agreement, Allocation, Origin, Proposal
from app.store.sessions import Reading, Store, Writing
from tests import world
from tests.worlds import built_once

FIRST = world.DAY
SECOND = FIRST + timedelta(days=200)
THIRD = FIRST + timedelta(days=700)
DECIDED = FIRST + timedelta(days=150)
HANDED = FIRST + timedelta(days=500)
TODAY = FIRST + timedelta(days=900)
YEAR = 2028


@dataclass(frozen=True)
class Village:
    """A community with three rounds, and two requests of its plan beside an own action."""

    store: Store
    community: int
    rounds: tuple[int, ...]
    requests: tuple[UUID, ...]


@built_once
def village(store: Store) -> Village:
    with store.writing() as session:
        world.catalogue(session)
        of = world.district(session)
        here = world.community(session, of, "C1")
        cycle = world.cycle(session, here)
        held = [
            world.a_round(session, cycle, n, d) for n, d in enumerate((FIRST, SECOND, THIRD), 1)
        ]
        asked = {"to_budget": True}
        sheet = world.form(session, "plan", here, held[0])
        actions = world.plan(session, sheet, [asked, asked, {}], FIRST)
        counts.recompute(session, here.id)
        requests = tuple(action.uuid for action in actions[:2])
        return Village(store, here.id, tuple(each.id for each in held), requests)


def where(session: Reading) -> Where:
    return places.district(session, world.UBIGEO)


def figures(village: Village, code: str) -> list[tuple[int, int] | None]:
    """Of each round, x and n."""
    with village.store.reading() as session:
        found = {
            row.round_id: (row.x, row.n)
            for row in session.exec(
                select(Aggregate)
                .join(IndicatorRow, IndicatorRow.id == Aggregate.indicator_id)  # type: ignore[arg-type]
                .where(IndicatorRow.code == code)
            )
        }
    return [found.get(each) for each in village.rounds]


def agreed(session: Writing, village: Village) -> Agreement:
    """An agreement for the first request, of a result of the day when it was decided."""
    place = where(session).place_id
    proposal = Proposal(place_id=place, fiscal_year=YEAR, number=1, title="Agua", state="presented")
    run = Allocation(
        place_id=place,
        fiscal_year=YEAR,
        rule="greedy",
        cents=1,
        seed="",
        digest="",
        at=datetime(DECIDED.year, DECIDED.month, DECIDED.day, 15, tzinfo=UTC),
    )
    session.add_all([proposal, run])
    session.flush()
    session.add(
        Origin(
            proposal_id=proposal.id,
            action_uuid=village.requests[0],
            community_id=village.community,
        )
    )
    given = Given(YEAR, "Agua", 100, "voting", proposal_id=proposal.id, allocation_id=run.id)
    return agreements.open_one(session, SYSTEM, where(session), given, DECIDED)


def stepped(session: Writing, row: Agreement, state: str, day: date, note: str = "") -> None:
    seen = Seen(row.fiscal_year, row.number, row.revision)
    agreements.advance(session, SYSTEM, where(session), seen, Step(state, day, note), TODAY)


def test_what_was_asked_of_the_budget_counts_and_what_the_community_does_itself_not(
    village: Village,
) -> None:
    assert figures(village, "GO-04") == [(0, 2)] * 3
    assert figures(village, "GO-04b") == [(0, 2)] * 3


def test_a_request_is_prioritised_from_its_result_on_and_executed_from_its_delivery_on(
    village: Village,
) -> None:
    with village.store.writing() as session:
        row = agreed(session, village)
        stepped(session, row, "works", DECIDED + timedelta(days=60))
        stepped(session, row, "delivered", HANDED)

    assert figures(village, "GO-04") == [(0, 2), (1, 2), (1, 2)]
    assert figures(village, "GO-04b") == [(0, 2), (0, 2), (1, 2)]


def test_a_delivery_that_is_taken_back_later_was_one_until_then(village: Village) -> None:
    with village.store.writing() as session:
        row = agreed(session, village)
        stepped(session, row, "works", DECIDED)
        stepped(session, row, "delivered", DECIDED + timedelta(days=30))
        stepped(session, row, "works", HANDED, "Se rompió el reservorio")

    assert figures(village, "GO-04b") == [(0, 2), (1, 2), (0, 2)]
    assert figures(village, "GO-04") == [(0, 2), (1, 2), (1, 2)]


def test_a_later_plan_raises_its_requests_from_its_own_assembly_on(village: Village) -> None:
    with village.store.writing() as session:
        held = session.get_one(Round, village.rounds[2])
        here = session.get_one(world.Community, village.community)
        sheet = world.form(session, "plan", here, held)
        world.plan(session, sheet, [{"to_budget": True}], THIRD)
        counts.recompute(session, village.community)

    assert figures(village, "GO-04") == [(0, 2), (0, 2), (0, 3)]


def test_what_the_news_of_agreements_count_is_what_counting_it_all_gives(
    village: Village,
) -> None:
    with village.store.writing() as session:
        row = agreed(session, village)
        stepped(session, row, "works", DECIDED)
        stepped(session, row, "delivered", HANDED)
    before = figures(village, "GO-04"), figures(village, "GO-04b")

    counts.recompute_all(village.store, lambda done, total: None)

    assert (figures(village, "GO-04"), figures(village, "GO-04b")) == before


days = st.dates(date(2027, 1, 1), date(2029, 12, 31))
keys = st.integers(1, 4).map(lambda number: UUID(int=number))
states = st.sampled_from(["agreed", "works", "stopped", "delivered", "dropped"])
fates = st.builds(
    lambda since, steps: Fate(since, sorted(steps, key=lambda step: step[0])),
    days,
    st.lists(st.tuples(days, states), max_size=5),
)
worlds = st.builds(
    Asked, st.dictionaries(keys, days), st.dictionaries(keys, st.lists(fates, max_size=2))
)


@given(worlds, days, keys, days, states)
def test_nothing_that_happens_after_a_day_changes_what_stood_on_it(
    asked: Asked, day: date, key: UUID, other: date, state: str
) -> None:
    before = (asked.by(day), asked.prioritised(day), asked.executed(day))
    later = max(other, day + timedelta(days=1))
    after = deepcopy(asked)
    after.raised.setdefault(UUID(int=9), later)
    after.fates.setdefault(key, []).append(Fate(later, [(later, "delivered")]))
    for fate in after.fates[key]:
        fate.steps = sorted([*fate.steps, (later, state)], key=lambda step: step[0])

    assert (after.by(day), after.prioritised(day), after.executed(day)) == before


@given(worlds, days)
def test_what_is_executed_was_prioritised_and_what_was_prioritised_was_raised(
    asked: Asked, day: date
) -> None:
    assert asked.executed(day) <= asked.prioritised(day) <= len(asked.by(day))
