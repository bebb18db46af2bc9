"""The public reads what was written for it, already suppressed, and nothing else."""

from datetime import date, timedelta

import pytest

from app.errors import Conflict
from app.operations import counts, needs, publishing, standing
from app.operations.trail import SYSTEM
from app.planning.counts import Count
from app.planning.suppression import may_publish
from app.records import places
from app.records.aggregates import Publication
from app.records.places import Where
from app.store.sessions import Reading, Store
from tests import world
from tests.worlds import built_once

DAY = world.DAY + timedelta(days=30)
LATE = date(2027, 12, 10)
# Children of four communities in two rounds: big enough, small, and small.
CHILDREN = {"A": (12, 20), "B": (10, 20), "C": (2, 6), "D": (1, 7)}
LATER = {"A": (13, 20), "B": (11, 20), "C": (3, 8), "D": (4, 9)}


@built_once
def seeded(store: Store) -> Store:
    """A district whose rounds of June and December are counted."""
    with store.writing() as session:
        world.catalogue(session)
        of = world.district(session)
        for code, child in CHILDREN.items():
            here = world.community(session, of, code)
            cycle = world.cycle(session, here)
            for number, (day, figure) in enumerate(((world.DAY, child), (LATE, LATER[code])), 1):
                held = world.a_round(session, cycle, number, day)
                figures = {"P-B6": figure, "P-G7": figure, "P-F1": (4, 5)}
                world.totals(session, world.form(session, "monitoring", here, held), figures)
        world.goal(session, "P-F1", 0.9, 0.1)
        counts.recompute_many(
            session, session.rows(standing.columns(world.Round.community_id, world.Round.id))
        )
    return store


def here(session: Reading) -> Where:
    return places.district(session, world.UBIGEO)


def publish(store: Store, label: str, day: date = DAY) -> publishing.Published:
    with store.writing() as session:
        return publishing.publish_round(session, SYSTEM, here(session), label, day)


def told(store: Store, code: str, label: str) -> dict[str, Publication]:
    with store.reading() as session:
        where = here(session)
        names = {m.id: m.code for m in standing.members(session, where, DAY)}
        rows = publishing.figures(session, where, label=label, indicator=code)
        return {names.get(row.community_id or 0, where.code): row for row in rows}


def test_small_counts_are_kept_back_and_cannot_be_reckoned(seeded: Store) -> None:
    publish(seeded, "2027-I")

    rows = told(seeded, "P-B6", "2027-I")
    states = {place: row.state for place, row in rows.items()}
    assert states["A"] == "published"
    assert (states["C"], states["D"]) == ("suppressed", "suppressed")
    assert rows["C"].x is None
    whole = rows[world.UBIGEO]
    assert (whole.x, whole.n) == (25, 53)
    rest = [CHILDREN[p] for p in CHILDREN if states[p] == "suppressed"]
    assert may_publish(Count(sum(x for x, _ in rest), sum(n for _, n in rest)), "person")


def test_homes_have_their_own_limit(seeded: Store) -> None:
    publish(seeded, "2027-I")

    assert {row.state for row in told(seeded, "P-F1", "2027-I").values()} == {"published"}


def test_sensitive_figures_are_told_of_the_district_alone(seeded: Store) -> None:
    publish(seeded, "2027-I")

    assert list(told(seeded, "P-G7", "2027-I")) == [world.UBIGEO]


def test_what_was_kept_back_twice_may_be_told_together(seeded: Store) -> None:
    publish(seeded, "2027-I")
    first = told(seeded, "P-B6", "2027-I")

    summary = publish(seeded, "2027-II", LATE)

    row = told(seeded, "P-B6", "2027-I")["D"]
    assert (row.state, row.x, row.n) == ("pooled", 5, 16)
    assert row.rounds == ["2027-I", "2027-II"]
    assert summary.pooled >= 1
    again = told(seeded, "P-B6", "2027-I")
    assert (again["A"].uuid, again["A"].x) == (first["A"].uuid, first["A"].x)


def test_a_round_is_published_once(seeded: Store) -> None:
    publish(seeded, "2027-I")

    with pytest.raises(Conflict):
        publish(seeded, "2027-I")


def test_a_round_that_nobody_held_is_not_published(seeded: Store) -> None:
    with pytest.raises(Conflict):
        publish(seeded, "2031-I")


def test_what_is_approved_later_does_not_change_what_was_published(seeded: Store) -> None:
    publish(seeded, "2027-I")
    with seeded.writing() as session:
        form = session.exec(world.select(world.Form)).first()
        assert form is not None
        form.state = "withdrawn"
        counts.recompute(session, form.community_id, form.round_id)
    publish(seeded, "2027-II", LATE)

    assert told(seeded, "P-B6", "2027-I")["A"].x == 12


def test_the_rounds_that_can_be_published_come_in_order(seeded: Store) -> None:
    with seeded.reading() as session:
        assert publishing.labels(session, here(session)) == ["2027-I", "2027-II"]


def test_public_needs_hold_no_count_that_tells_of_a_home(seeded: Store) -> None:
    with seeded.writing() as session:
        text = publishing.publish_needs(session, SYSTEM, here(session), DAY)
        need = needs.of_district(session, here(session), DAY).listed.ranked[0]

    said = text.body["needs"][0]
    assert said["code"] == "P-F1"
    assert "x" not in said
    assert said["people_at_least"] % 10 == 0
    assert said["people_at_least"] <= need.people
    assert said["tier"] == "alta"
