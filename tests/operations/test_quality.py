"""What looks odd in a district is told, never dropped."""

from datetime import date

import pytest

from app.operations import counts, gathering, quality, round_trends, standing
from app.records import places
from app.records.cycles import Round
from app.store.sessions import Store
from tests import world

LATE = date(2027, 12, 10)


@pytest.mark.parametrize(
    ("before", "after", "jumps"),
    [
        ((5, 50), (45, 50), True),
        ((45, 50), (5, 50), True),
        ((20, 50), (30, 50), False),
        ((0, 4), (4, 4), False),  # so few that any change is as wide
        ((1, 5), (4, 5), False),  # wide, and chance all the same
    ],
)
def test_a_leap_between_rounds_is_flagged_and_stays_counted(
    store: Store, before: tuple[int, int], after: tuple[int, int], jumps: bool
) -> None:
    with store.writing() as session:
        world.catalogue(session)
        here = world.community(session, world.district(session), "A")
        cycle = world.cycle(session, here)
        for number, (day, figure) in enumerate(((world.DAY, before), (LATE, after)), 1):
            held = world.a_round(session, cycle, number, day)
            world.totals(session, world.form(session, "monitoring", here, held), {"P-F1": figure})
        counts.recompute_many(session, session.rows(standing.columns(Round.community_id, Round.id)))

    with store.reading() as session:
        where = places.district(session, world.UBIGEO)
        found = gathering.gathered(session, where, LATE)
        trends = round_trends.by_community(session, found.standing)
        report = quality.of_district(found, trends, health=False)

    # HI-01 tells what P-F1 does: it is told once.
    odd = [each for each in report.anomalies if each.kind == "jump"]
    assert [(each.indicator.code, each.before is not None) for each in odd] == (
        [("HI-01", True)] if jumps else []
    )
    assert found.standing.figures["P-F1"]["A"].count.x == after[0]
