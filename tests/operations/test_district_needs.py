"""The needs and the visits of a district, from what was approved in it."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from sqlmodel import select

from app.errors import Conflict, Invalid, Unknown
from app.operations import counts, needs, proposal_sheets, visits
from app.operations.trail import SYSTEM
from app.planning.evidence import Votes
from app.planning.gaps import InvalidGoal
from app.planning.weights import InvalidPoints
from app.records import places
from app.records.places import Where
from app.records.trail import AuditEntry
from app.store.sessions import Reading, Store, Writing, columns
from tests import world
from tests.worlds import built_once

DAY = world.DAY + timedelta(days=30)
FIGURES = {
    "A": {"P-F1": (2, 20), "P-F3": (18, 20)},
    "B": {"P-F1": (5, 20), "P-F3": (15, 20)},
    "C": {"P-F1": (8, 20)},
}


@built_once
def seeded(store: Store) -> Store:
    """Three communities with totals, one with a diagnosis that names water and a road."""
    with store.writing() as session:
        world.catalogue(session)
        of = world.district(session)
        for code, figures in FIGURES.items():
            here = world.community(session, of, code)
            held = world.a_round(session, world.cycle(session, here))
            world.totals(session, world.form(session, "monitoring", here, held), figures)
            if code == "A":
                problems = [
                    {"theme": "hygiene", "votes_women": 9, "votes_men": 2, "rank_women": 1},
                    {"theme": "roads", "people": 80, "votes_women": 1, "votes_men": 7},
                ]
                sheet = world.form(session, "diagnosis", here, held)
                world.diagnosis(session, sheet, problems=problems, facility_min_rain=120)
        for indicator in ("P-F1", "P-F3"):
            world.goal(session, indicator, 0.9, 0.1)
        counts.recompute_many(
            session, session.rows(columns(world.Round.community_id, world.Round.id))
        )
    return store


def here(session: Reading) -> Where:
    return places.district(session, world.UBIGEO)


def listed(store: Store, day: date = DAY) -> needs.DistrictNeeds:
    with store.reading() as session:
        return needs.of_district(session, here(session), day)


def test_needs_come_with_their_communities_people_and_votes(seeded: Store) -> None:
    found = listed(seeded).listed

    need = found.ranked[0]
    assert need.code == "P-F1"
    assert [cell.community for cell in need.where] == ["A", "B", "C"]
    assert (need.count.x, need.count.n, need.observed) == (15, 60, 3)
    assert need.votes == Votes(9, 2)
    assert need.assemblies == 1
    assert sum(segment.points for segment in need.segments) == pytest.approx(need.score)


def test_a_problem_that_nothing_measures_stands_apart(seeded: Store) -> None:
    found = listed(seeded)

    road = found.listed.without_indicator[0]
    assert (road.code, road.votes, road.people) == ("theme:roads", Votes(1, 7), 80)
    assert found.gathered.problems["theme:roads"][0].community == "A"


def test_a_need_that_too_few_can_tell_is_not_ranked_but_visited(seeded: Store) -> None:
    found = listed(seeded).listed

    unknown = found.without_data[0]
    assert (unknown.code, unknown.visit.communities) == ("P-F3", ("C",))


def test_each_place_comes_with_a_range_that_is_the_same_on_every_run(seeded: Store) -> None:
    with seeded.reading() as session:
        where = here(session)
        first = needs.ranges_of(session, where, DAY)
    fresh = Store(seeded.url)
    with fresh.reading() as session:
        again = needs.ranges_of(session, where, DAY)
    fresh.close()

    assert first is not None
    assert again is not None
    assert first.standings == again.standings
    assert first.standings["P-F1"].tier == "alta"


def test_goals_of_the_district_outrank_those_of_all(seeded: Store) -> None:
    with seeded.writing() as session:
        given = needs.GoalGiven("P-F1", 0.2, 0.0, "Acta 3")
        needs.set_goal(session, SYSTEM, here(session), given, DAY)

    before, after = listed(seeded, DAY - timedelta(days=1)), listed(seeded)

    assert before.listed.ranked[0].count == after.listed.ranked[0].count
    assert [len(n.listed.ranked[0].where) for n in (before, after)] == [3, 1]


def test_what_counts_for_an_incentive_feeds_no_priority(seeded: Store) -> None:
    with seeded.writing() as session:
        given = needs.GoalGiven("P-F1", 0.9, 0.1, "Acta 3", "Premio de gestión")
        needs.set_goal(session, SYSTEM, here(session), given, DAY)

    before, after = listed(seeded, DAY - timedelta(days=1)), listed(seeded)

    assert "P-F1" in {need.code for need in before.listed.ranked}
    assert "P-F1" not in {need.code for need in after.listed.ranked}
    assert after.gathered.rewarded == {"P-F1": "Premio de gestión"}


@pytest.mark.parametrize(
    ("given", "refusal"),
    [
        (needs.GoalGiven("P-X9", 0.9, 0.1), Unknown),
        (needs.GoalGiven("P-F1", 0.1, 0.9), InvalidGoal),
        (needs.GoalGiven("P-F1", 1.9, 0.1), InvalidGoal),
    ],
)
def test_goals_that_make_no_scale_are_refused(
    seeded: Store, given: needs.GoalGiven, refusal: type[Exception]
) -> None:
    with pytest.raises(refusal), seeded.writing() as session:
        needs.set_goal(session, SYSTEM, here(session), given, DAY)


def test_weights_are_the_mean_of_those_who_gave_points(seeded: Store) -> None:
    every = {"gap": 100, "people": 0, "equity": 0, "assembly": 0}
    with seeded.writing() as session:
        where = here(session)
        needs.give_weights(session, SYSTEM, where, "CCL", {"assembly": 100})
        needs.give_weights(session, SYSTEM, where, "CCL", every)
        mesa = needs.give_weights(session, SYSTEM, where, "Mesa de salud", {"people": 100})

    both = listed(seeded).weighting.mean
    with seeded.writing() as session:
        needs.withdraw_weights(session, SYSTEM, where, mesa.uuid, "Se equivocó")
    one = listed(seeded).weighting.mean

    assert both == {"gap": 50.0, "people": 50.0, "equity": 0.0, "assembly": 0.0}
    assert one == {"gap": 100.0, "people": 0.0, "equity": 0.0, "assembly": 0.0}


def test_points_that_are_not_a_hundred_are_refused(seeded: Store) -> None:
    with pytest.raises(InvalidPoints), seeded.writing() as session:
        needs.give_weights(session, SYSTEM, here(session), "CCL", {"gap": 90})


def test_every_change_of_goals_and_weights_is_in_the_trail(seeded: Store) -> None:
    with seeded.writing() as session:
        where = here(session)
        needs.set_goal(session, SYSTEM, where, needs.GoalGiven("P-F1", 0.8, 0.2), DAY)
        needs.give_weights(session, SYSTEM, where, "CCL", {"gap": 100})

    with seeded.reading() as session:
        acts = session.exec(select(AuditEntry.action, AuditEntry.register_code)).all()
    assert acts == [("set", "goals"), ("give", "weights")]


def test_an_approval_changes_the_list_at_the_next_question(seeded: Store) -> None:
    before = listed(seeded)
    with seeded.writing() as session:
        form = session.exec(
            select(world.Form).join(world.Community).where(world.Community.code == "A")
        ).first()
        assert form is not None
        later = world.form(
            session,
            "monitoring",
            session.get_one(world.Community, form.community_id),
            session.get_one(world.Round, form.round_id),
            decided=datetime(2027, 7, 1, tzinfo=UTC),
        )
        world.totals(session, later, {"P-F1": (20, 20)})
        counts.recompute(session, form.community_id, form.round_id)
    after = listed(seeded)

    assert [n.listed.ranked[0].count.x for n in (before, after)] == [15, 33]


def test_communities_are_ordered_for_visits_with_their_reasons(seeded: Store) -> None:
    with seeded.reading() as session:
        found = visits.of_district(session, here(session), DAY)

    assert [s.community for s in found.listed.ranked] == ["A", "B"]
    assert [s.community for s in found.listed.without_data] == ["C"]


def planned(session: Writing, need: str) -> list[Any]:
    return list(visits.plan(session, SYSTEM, here(session), need, DAY))


def test_missing_data_become_one_visit_each_and_none_twice(seeded: Store) -> None:
    with seeded.writing() as session:
        first = planned(session, "P-F3")
        again = planned(session, "P-F3")
        silent = planned(session, "")

    assert (len(first), len(again), len(silent)) == (1, 0, 1)
    assert first[0].reason.startswith("Falta el dato: Usan una letrina")


def test_a_visit_is_not_planned_where_nothing_is_missing(seeded: Store) -> None:
    with pytest.raises(Conflict), seeded.writing() as session:
        planned(session, "P-F1")


def test_a_visit_is_closed_once(seeded: Store) -> None:
    with seeded.writing() as session:
        where = here(session)
        task = visits.add(session, SYSTEM, where, "A", "Pidieron ayuda con el acta")
        session.flush()
        visits.close(session, SYSTEM, where, task.uuid, "done")

        with pytest.raises(Conflict):
            visits.close(session, SYSTEM, where, task.uuid, "dropped", "Ya no hace falta")
        with pytest.raises(Invalid):
            visits.close(session, SYSTEM, where, task.uuid, "open")
        assert visits.tasks(session, where) == []


def test_a_practice_and_the_indicator_that_measures_it_alone_are_one_need(seeded: Store) -> None:
    with seeded.writing() as session:
        world.goal(session, "HI-01", 0.9, 0.1)

    found = listed(seeded)
    codes = [need.code for need in found.listed.ranked]
    assert "HI-01" in codes
    assert "P-F1" not in codes
    assert found.gathered.told == {"P-F1": "HI-01"}
    with seeded.reading() as session:
        assert proposal_sheets.need_score(found, "P-F1") == found.listed.ranked[0].score
        assert needs.of_district(session, here(session), DAY).name("P-F1")
