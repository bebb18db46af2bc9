"""Requests become proposals, proposals are judged, and money goes down their ranking."""

from datetime import timedelta
from uuid import UUID, uuid4

import pytest
from sqlmodel import select

from app.errors import Conflict, Invalid, PreconditionNeeded, Stale, Unknown
from app.operations import (
    allocations,
    ceilings,
    counts,
    proposal_sheets,
    proposals,
    requests,
)
from app.operations.proposals import Edit, Given, Seen
from app.operations.trail import SYSTEM
from app.records import places
from app.records.aggregates import PublicText
from app.records.places import Where
from app.records.proposals import Allocation, Proposal
from app.records.trail import AuditEntry
from app.store.sessions import Reading, Store, Writing, columns
from app.store.spatial import from_column
from tests import world
from tests.worlds import built_once

DAY = world.DAY + timedelta(days=30)
YEAR = 2028


@built_once
def seeded(store: Store) -> Store:
    """Two communities ask for a water system and one of them for a road; a third for nothing."""
    with store.writing() as session:
        world.catalogue(session)
        of = world.district(session)
        for code, homes in (("A", 2), ("B", 5), ("C", 20)):
            here = world.community(session, of, code)
            held = world.a_round(session, world.cycle(session, here))
            world.totals(
                session, world.form(session, "monitoring", here, held), {"P-F2": (homes, 20)}
            )
            if code == "C":
                continue
            water = {"title": f"Agua {code}", "indicator": "P-F2", "theme": "water", "people": 40}
            road = {"title": "Trocha", "theme": "roads", "people": 90, "cost_cents": 9_000_000}
            asked = [{**water, "cost_cents": 5_000_000, "to_budget": True}]
            if code == "B":
                asked += [{**road, "to_budget": True}, {"title": "Limpieza", "kind": "faena"}]
            world.plan(session, world.form(session, "plan", here, held), asked)
            women = [{"theme": "water", "votes_women": 8, "votes_men": 1, "rank_women": 1}]
            sheet = world.form(session, "diagnosis", here, held)
            world.diagnosis(session, sheet, problems=women)
        world.goal(session, "P-F2", 0.9, 0.1)
        counts.recompute_many(
            session, session.rows(columns(world.Round.community_id, world.Round.id))
        )
    return store


def here(session: Reading) -> Where:
    return places.district(session, world.UBIGEO)


def asked(session: Reading, title: str) -> list[UUID]:
    every = requests.of_district(session, here(session), DAY)
    return [request.uuid for request in every if request.title.startswith(title)]


def a_proposal(session: Writing, title: str = "Agua", **more: object) -> Proposal:
    given = Given(YEAR, tuple(asked(session, title)), **more)  # type: ignore[arg-type]
    return proposals.create(session, SYSTEM, here(session), given, DAY)


def seen(row: Proposal) -> Seen:
    return Seen(row.uuid, row.revision)


def test_equal_requests_of_two_communities_are_suggested_together(seeded: Store) -> None:
    with seeded.reading() as session:
        found = requests.suggestions(session, here(session), DAY)

    assert [(b.need, b.communities, b.people) for b in found.bundles] == [("P-F2", ("A", "B"), 80)]
    assert [b.need for b in found.alone] == ["theme:roads"]


def test_only_what_was_raised_in_an_approved_plan_is_a_request(seeded: Store) -> None:
    with seeded.writing() as session:
        form = session.exec(select(world.Form).where(world.Form.instrument == "plan")).first()
        assert form is not None
        form.state = "sent"

    with seeded.reading() as session:
        titles = [r.title for r in requests.of_district(session, here(session), DAY)]
    assert titles == ["Agua B", "Trocha"]


def test_a_bundle_takes_its_people_and_cost_from_its_requests(seeded: Store) -> None:
    with seeded.writing() as session:
        made = a_proposal(session)

        found = proposal_sheets.sheet(session, here(session), DAY, made)

    assert (made.number, made.cost_cents, made.people) == (1, 10_000_000, 80)
    assert [request.community for request in found.requests] == ["A", "B"]
    assert found.women
    assert found.with_evidence
    assert found.people_share == pytest.approx(80 / 300)
    assert {part.criterion: part.points > 0 for part in found.merit.parts} == {
        "need": True,
        "people": True,
        "women": True,
    }


def test_a_proposal_without_a_measured_need_says_so(seeded: Store) -> None:
    with seeded.writing() as session:
        found = proposal_sheets.sheet(session, here(session), DAY, a_proposal(session, "Trocha"))

    assert not found.with_evidence
    assert found.merit.parts[0].reason.code == "no_evidence"


def test_a_request_is_in_one_living_proposal_alone(seeded: Store) -> None:
    with seeded.writing() as session:
        first = a_proposal(session)
        with pytest.raises(Conflict):
            a_proposal(session, "Agua A")
        proposals.withdraw(session, SYSTEM, here(session), seen(first), "Se pidió por otra vía")

        assert a_proposal(session, "Agua A").number == 2


def test_a_request_of_nowhere_is_refused(seeded: Store) -> None:
    with seeded.writing() as session, pytest.raises(Unknown):
        proposals.create(session, SYSTEM, here(session), Given(YEAR, (uuid4(),)), DAY)


def test_a_proposal_asks_for_something(seeded: Store) -> None:
    with seeded.writing() as session, pytest.raises(Invalid):
        proposals.create(session, SYSTEM, here(session), Given(YEAR), DAY)


def test_who_did_not_see_the_last_change_is_told(seeded: Store) -> None:
    with seeded.writing() as session:
        made = a_proposal(session)
        old = seen(made)
        proposals.edit(session, SYSTEM, here(session), old, Edit(title="Agua segura"))

        with pytest.raises(Stale):
            proposals.edit(session, SYSTEM, here(session), old, Edit(title="Otra"))
        assert (made.title, made.revision) == ("Agua segura", 2)


@pytest.mark.parametrize("change", [Edit(title=" "), Edit(cost_cents=-1), Edit(people=-3)])
def test_an_edit_that_makes_no_sense_is_refused(seeded: Store, change: Edit) -> None:
    with seeded.writing() as session:
        made = a_proposal(session)

        with pytest.raises(Invalid):
            proposals.edit(session, SYSTEM, here(session), seen(made), change)


def test_a_proposal_is_bundled_anew_over_other_requests(seeded: Store) -> None:
    with seeded.writing() as session:
        made = a_proposal(session, "Agua A")
        both = asked(session, "Agua")
        proposals.bundle(session, SYSTEM, here(session), seen(made), both, DAY)

        found = proposal_sheets.sheet(session, here(session), DAY, made)

    assert (len(found.requests), made.cost_cents, made.people) == (2, 10_000_000, 80)


def test_a_proposal_stands_where_its_requests_stand(seeded: Store) -> None:
    with seeded.writing() as session:
        for action in session.exec(select(world.Action)).all():
            action.geom = world.to_column(world.Point(-76.5, -7.0 - action.id / 100))
        session.flush()

        shape = from_column(a_proposal(session).geom)

    assert shape is not None
    assert len(shape.geoms) == 2  # type: ignore[attr-defined]


def test_withdrawing_needs_a_reason(seeded: Store) -> None:
    with seeded.writing() as session:
        made = a_proposal(session)
        with pytest.raises(Invalid):
            proposals.withdraw(session, SYSTEM, here(session), seen(made), "  ")


def test_a_ceiling_is_changed_by_whoever_saw_it(seeded: Store) -> None:
    with seeded.writing() as session:
        where = here(session)
        ceilings.set_ceiling(session, SYSTEM, where, YEAR, 100)
        with pytest.raises(PreconditionNeeded):
            ceilings.set_ceiling(session, SYSTEM, where, YEAR, 200)
        ceilings.set_ceiling(session, SYSTEM, where, YEAR, 300, seen=1)
        with pytest.raises(Stale):
            ceilings.set_ceiling(session, SYSTEM, where, YEAR, 400, seen=1)
        with pytest.raises(Stale):
            ceilings.set_ceiling(session, SYSTEM, where, YEAR + 1, 400, seen=1)
        with pytest.raises(Invalid):
            ceilings.set_ceiling(session, SYSTEM, where, YEAR + 1, -1)

        row = ceilings.of_year(session, where, YEAR)
        assert row is not None
        assert (row.cents, row.revision) == (300, 2)


def an_allocation(session: Writing, cents: int = 12_000_000) -> Allocation:
    """Water (100 000) is presented and pressing; the road (90 000) is presented too."""
    where = here(session)
    for title in ("Agua", "Trocha"):
        made = a_proposal(session, title)
        proposals.present(session, SYSTEM, where, seen(made))
    ceilings.set_ceiling(session, SYSTEM, where, YEAR, cents)
    return allocations.run(session, SYSTEM, where, YEAR, DAY)


def test_money_goes_down_the_ranking_with_a_sentence_each(seeded: Store) -> None:
    with seeded.writing() as session:
        made = an_allocation(session)

    told = [(o["code"], o["funded"], o["reason"]) for o in made.outcomes]
    assert told == [("2028-001", True, "funded"), ("2028-002", False, "does_not_fit")]
    assert made.outcomes[1]["sentence"].startswith("No alcanza: cuesta S/")
    assert made.outcomes[0]["communities"] == ["Comunidad A", "Comunidad B"]
    assert len(made.digest) == 64


def test_the_same_inputs_give_the_same_digest_and_list(seeded: Store) -> None:
    with seeded.writing() as session:
        first = an_allocation(session)
        again = allocations.run(session, SYSTEM, here(session), YEAR, DAY)
        other = allocations.run(session, SYSTEM, here(session), YEAR, DAY, seed="bolo 17")

    assert (first.digest, first.outcomes) == (again.digest, again.outcomes)
    assert other.digest != first.digest


@pytest.mark.parametrize("ceiling", [True, False])
def test_there_is_nothing_to_share_without_money_or_proposals(seeded: Store, ceiling: bool) -> None:
    with seeded.writing() as session:
        where = here(session)
        if ceiling:
            ceilings.set_ceiling(session, SYSTEM, where, YEAR, 100)
        else:
            proposals.present(session, SYSTEM, where, seen(a_proposal(session)))

        with pytest.raises(Conflict):
            allocations.run(session, SYSTEM, where, YEAR, DAY)


def test_a_run_is_published_once_and_read_by_all(seeded: Store) -> None:
    with seeded.writing() as session:
        made = an_allocation(session)
        allocations.publish(session, SYSTEM, here(session), made.uuid)
        with pytest.raises(Conflict):
            allocations.publish(session, SYSTEM, here(session), made.uuid)

    with seeded.reading() as session:
        text = session.exec(select(PublicText)).one()
        acts = session.exec(select(AuditEntry.action)).all()
    assert text.body["spent_cents"] == 10_000_000
    assert acts[-2:] == ["run", "publish"]


def test_a_later_change_of_a_proposal_leaves_the_run_as_it_was(seeded: Store) -> None:
    with seeded.writing() as session:
        made = an_allocation(session)
        row = proposals.listed(session, here(session), YEAR)[0]
        proposals.edit(session, SYSTEM, here(session), seen(row), Edit(cost_cents=1))

    with seeded.reading() as session:
        again = allocations.find(session, here(session), made.uuid)
    assert again.outcomes == made.outcomes
