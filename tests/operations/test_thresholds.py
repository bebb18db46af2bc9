"""A district says from when on a family counts as healthy; each round keeps its own threshold."""

from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any

import pytest
from sqlmodel import select

from app.errors import Conflict, Invalid, Refusal, Unknown
from app.operations import counts, round_trends, standing, thresholds
from app.operations.register_papers import HEALTHY
from app.operations.thresholds import Given
from app.operations.trail import SYSTEM
from app.records import places
from app.records.aggregates import Aggregate
from app.records.catalogues import IndicatorRow
from app.records.families import SelfAssessment
from app.records.trail import AuditEntry
from app.store.sessions import Store, Writing
from tests import world
from tests.worlds import built_once

FIRST = world.DAY
SECOND = FIRST + timedelta(days=200)
TODAY = FIRST + timedelta(days=400)
WORDS = ((15, 0, 0), (12, 2, 1), (11, 4, 0), (3, 6, 6), (0, 0, 0))
GIVEN = Given(HEALTHY, 0.8, "Acuerdo de concejo 12", date(2027, 1, 1))


@dataclass(frozen=True)
class Village:
    """Five families who assessed themselves before the first of two rounds."""

    store: Store
    rounds: tuple[int, int]


@built_once
def village(store: Store) -> Village:
    with store.writing() as session:
        world.catalogue(session)
        here = world.community(session, world.district(session), "C1")
        cycle = world.cycle(session, here)
        held = [world.a_round(session, cycle, n, day) for n, day in ((1, FIRST), (2, SECOND))]
        for family, said in zip(world.families(session, here, 6), WORDS, strict=False):
            sheet = world.form(session, "self_assessment", here, held[0])
            told = dict(zip(("yes", "on_the_way", "no"), said, strict=True))
            row = SelfAssessment(form_id=sheet.id, family_id=family.id, on=FIRST, **told)
            session.add(row)
        counts.recompute(session, here.id)
        return Village(store, (held[0].id, held[1].id))


def figures(village: Village) -> list[tuple[int, int, int] | None]:
    with village.store.reading() as session:
        found = {
            row.round_id: (row.x, row.n, row.missing)
            for row in session.exec(
                select(Aggregate)
                .join(IndicatorRow, IndicatorRow.id == Aggregate.indicator_id)  # type: ignore[arg-type]
                .where(IndicatorRow.code == HEALTHY)
            )
        }
    return [found.get(each) for each in village.rounds]


def fixed(session: Writing, given: Given) -> None:
    where = places.district(session, world.UBIGEO)
    thresholds.set_one(session, SYSTEM, where, given, TODAY)


def test_without_a_threshold_nobody_is_called_healthy(village: Village) -> None:
    assert figures(village) == [None, None]


def test_a_threshold_counts_the_rounds_held_since_its_day(village: Village) -> None:
    with village.store.writing() as session:
        fixed(session, GIVEN)

    assert figures(village) == [(2, 4, 1), (2, 4, 1)]


def test_another_threshold_leaves_earlier_rounds_as_they_were_counted(village: Village) -> None:
    with village.store.writing() as session:
        fixed(session, GIVEN)
    later = replace(GIVEN, share=0.7, valid_from=SECOND, reason="Lo pidió el CCL")

    with village.store.writing() as session:
        fixed(session, later)

    assert figures(village) == [(2, 4, 1), (3, 4, 1)]
    counts.recompute_all(village.store, lambda done, total: None)
    assert figures(village) == [(2, 4, 1), (3, 4, 1)]
    with village.store.reading() as session:
        where = places.district(session, world.UBIGEO)
        first = thresholds.in_force(session, where, HEALTHY, SECOND - timedelta(days=1))
        acts = session.exec(select(AuditEntry).where(AuditEntry.action == "set")).all()
        assert first is not None
        assert first.share == 0.8
        assert [each.reason for each in acts] == ["", "Lo pidió el CCL"]


@pytest.mark.parametrize(
    ("over", "refusal"),
    [
        ({"share": 0.0}, Invalid),
        ({"share": 80.0}, Invalid),
        ({"source": " "}, Invalid),
        ({"valid_from": TODAY + timedelta(days=1)}, Invalid),
        ({"reason": ""}, Invalid),
        ({"valid_from": GIVEN.valid_from}, Conflict),
        ({"valid_from": GIVEN.valid_from - timedelta(days=1)}, Conflict),
        ({"indicator": "P-F1"}, Unknown),
    ],
)
def test_a_threshold_that_cannot_be_is_refused_and_nothing_moves(
    village: Village, over: dict[str, Any], refusal: type[Refusal]
) -> None:
    with village.store.writing() as session:
        fixed(session, GIVEN)
    again = replace(GIVEN, share=0.6, valid_from=SECOND, reason="Cambio")
    before = figures(village)

    with village.store.writing() as session, pytest.raises(refusal):
        fixed(session, replace(again, **over))

    assert figures(village) == before


def test_rounds_under_two_thresholds_are_not_compared_and_under_one_they_are(
    village: Village,
) -> None:
    with village.store.writing() as session:
        fixed(session, GIVEN)
    day = SECOND + timedelta(days=1)
    with village.store.reading() as session:
        where = places.district(session, world.UBIGEO)
        found = standing.of_place(session, where, day)
        one = found.last_move(HEALTHY, standing.trend(session, where, health=True)[HEALTHY])
    with village.store.writing() as session:
        fixed(session, replace(GIVEN, share=0.7, valid_from=SECOND, reason="Cambio"))
    with village.store.reading() as session:
        where = places.district(session, world.UBIGEO)
        found = standing.of_place(session, where, day)
        two = found.last_move(HEALTHY, standing.trend(session, where, health=True)[HEALTHY])
        trends = round_trends.by_community(session, found)["C1"][HEALTHY]

    assert one is not None
    assert two is not None
    assert (one.reason.code, two.reason.code) == ("not_told", "threshold_moved")
    assert found.moved(HEALTHY, trends[0], trends[1]).reason.code == "threshold_moved"
    assert found.indicators[HEALTHY].name_es.endswith("(umbral: 70\N{NO-BREAK SPACE}% de «sí»)")
