"""Counting after each change gives what counting all of it at the end gives."""

import threading
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import delete
from sqlmodel import select

from app.operations import agreements, counts
from app.operations.agreements import Given, Seen, Step
from app.operations.trail import SYSTEM
from app.records import places
from app.records.aggregates import Aggregate
from app.records.practices import NO, NOT_APPLICABLE, UNKNOWN, YES
from app.records.proposals import Origin, Proposal
from app.records.territory import Community
from app.store.sessions import Store, Writing, columns
from tests import world

PRACTICES = ("P-F1", "P-F2", "P-B7")
HOMES = 4
WRITERS = 8

Row = tuple[int | str | None, ...]


@dataclass(frozen=True)
class Change:
    """A document that comes in, or news of an agreement that takes up a request."""

    round_index: int
    kind: str
    practice: str
    values: tuple[int, ...]
    approved: bool


changes = st.lists(
    st.builds(
        Change,
        st.integers(0, 2),
        st.sampled_from(["lines", "totals", "diagnosis", "plan", "family", "agreement"]),
        st.sampled_from(PRACTICES),
        st.tuples(*[st.sampled_from([NO, YES, NOT_APPLICABLE, UNKNOWN])] * HOMES),
        st.booleans(),
    ),
    max_size=8,
)


def table(store: Store) -> Sequence[Row]:
    with store.reading() as session:
        every = columns(*Aggregate.__table__.columns)  # type: ignore[attr-defined]
        return sorted(tuple(row) for row in session.rows(every))


def a_world(store: Store) -> list[tuple[int, int, list[int]]]:
    """Two communities, one with two rounds, each counted as it was opened."""
    with store.writing() as session:
        world.catalogue(session)
        of = world.district(session)
        made = []
        for code, how_many in (("C1", 1), ("C2", 2)):
            here = world.community(session, of, code)
            homes = [f.id for f in world.families(session, here, HOMES)]
            cycle = world.cycle(session, here)
            for number in range(1, how_many + 1):
                day = world.DAY.replace(month=6 * number)
                held = world.a_round(session, cycle, number, day)
                made.append((here.id, held.id, homes))
        counts.recompute_many(session, [(here, held) for here, held, _ in made])
        return made


def apply(store: Store, change: Change, where: tuple[int, int, list[int]]) -> None:
    """One document in a transaction of its own, counted in it."""
    community_id, round_id, homes = where
    with store.writing() as session:
        here = session.get_one(Community, community_id)
        held = session.get_one(world.Round, round_id)
        state = "approved" if change.approved else "sent"
        if change.kind == "family":
            for family in session.exec(
                select(world.Family).where(world.Family.community_id == community_id)
            ):
                family.consents = not family.consents
            counts.recompute(session, community_id)
        elif change.kind == "diagnosis":
            sheet = world.form(session, "diagnosis", here, held, state)
            yes = change.values.count(YES)
            world.diagnosis(session, sheet, dwellings=HOMES, dwellings_with_water=yes)
            counts.recompute(session, community_id)
        elif change.kind == "plan":
            world.plan(session, world.form(session, "plan", here, held, state), [{}])
            counts.recompute(session, community_id)
        elif change.kind == "agreement":
            _agree(session, here, held, state, change.values)
        elif change.kind == "totals":
            sheet = world.form(session, "monitoring", here, held, state)
            figure = (change.values.count(YES), HOMES, change.values.count(UNKNOWN))
            world.totals(session, sheet, {change.practice: figure})
            counts.recompute(session, community_id, round_id)
        else:
            # A later sheet takes the place of the lines that an earlier one gave.
            old = world.Answer
            session.connection().execute(
                delete(old).where(
                    old.round_id == round_id,  # type: ignore[arg-type]
                    old.practice_id.in_(  # type: ignore[attr-defined]
                        select(world.PracticeRow.id).where(
                            world.PracticeRow.code == change.practice
                        )
                    ),
                )
            )
            sheet = world.form(session, "household_monitoring", here, held, state)
            values = dict(zip(homes, change.values, strict=True))
            age = 8 if change.practice == "P-B7" else None
            world.answers(session, sheet, change.practice, values, age_months=age)
            counts.recompute(session, community_id, round_id)


def _agree(
    session: Writing, here: Community, held: world.Round, state: str, values: tuple[int, ...]
) -> None:
    """A request that is raised, agreed and perhaps handed over, each on some day."""
    where = places.district(session, world.UBIGEO)
    sheet = world.form(session, "plan", here, held, state)
    (asked,) = world.plan(session, sheet, [{"to_budget": True}])
    counts.recompute(session, here.id)
    place = where.place_id
    proposal = Proposal(place_id=place, fiscal_year=2028, number=1, title="A", state="agreed")
    session.add(proposal)
    session.flush()
    session.add(Origin(proposal_id=proposal.id, action_uuid=asked.uuid, community_id=here.id))
    on = [held.held_on + timedelta(days=60 * value) for value in values]
    given = Given(2028, "A", proposal_id=proposal.id)
    row = agreements.open_one(session, SYSTEM, where, given, on[0])
    for step, day in zip(("works", "delivered"), sorted(on[1:3]), strict=True):
        if values[3] in (YES, NO):
            seen = Seen(row.fiscal_year, row.number, row.revision)
            agreements.advance(session, SYSTEM, where, seen, Step(step, day, ""), date(2030, 1, 1))


def counted_all(store: Store) -> Sequence[Row]:
    """The table after everything was thrown away and counted anew."""
    with store.writing() as session:
        session.connection().execute(delete(Aggregate))
    counts.recompute_all(store, lambda done, total: None)
    return table(store)


@given(many=changes)
@settings(
    max_examples=8,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
def test_counting_step_by_step_is_counting_it_all(store: Store, many: list[Change]) -> None:
    with store.reading() as session:
        known = session.exec(select(Community.id)).first()
    if known is None:
        store.rounds = a_world(store)  # type: ignore[attr-defined]
    rounds = store.rounds  # type: ignore[attr-defined]
    for change in many:
        apply(store, change, rounds[change.round_index])

    step_by_step = table(store)

    assert step_by_step == counted_all(store)


def test_eight_writers_at_once_count_what_one_would(store: Store) -> None:
    rounds = a_world(store)
    failures: list[BaseException] = []

    def write(writer: int) -> None:
        try:
            for step in range(4):
                values = tuple((writer + step + home) % 4 for home in range(HOMES))
                kinds = ("totals", "diagnosis", "plan", "totals")
                change = Change(0, kinds[step], PRACTICES[writer % 3], values, approved=True)
                apply(store, change, rounds[(writer + step) % 3])
        except BaseException as failure:
            failures.append(failure)

    threads = [threading.Thread(target=write, args=(writer,)) for writer in range(WRITERS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert failures == []
    assert table(store) == counted_all(store)
