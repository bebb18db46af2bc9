"""The PDLC on both stores: kept, put in force, tied, filled from the rounds, amended."""

from datetime import date, timedelta

import pytest
from sqlmodel import select

from app.errors import Conflict, Invalid, Stale, Unknown
from app.operations import (
    counts,
    links,
    pdlc,
    pdlc_amendments,
    pdlc_drafting,
    pdlc_edits,
    pdlc_links,
    pdlc_progress,
    pdlc_reading,
    proposals,
    seeding,
)
from app.operations.pdlc import Seen
from app.operations.pdlc_amendments import Decision, Suggestion
from app.operations.pdlc_content import LineText
from app.operations.pdlc_edits import ActionEdit, SheetEdit, WrongPath
from app.operations.proposals import Given
from app.operations.trail import SYSTEM
from app.records import places
from app.records.pdlc import Pdlc
from app.records.places import Where
from app.records.trail import AuditEntry
from app.store.sessions import Reading, Store, Writing, columns
from tests import world
from tests.operations.pdlc_world import CONTENT
from tests.worlds import built_once

DAY = world.DAY + timedelta(days=30)
GIVEN = ("Ordenanza 009-2024", date(2024, 4, 1))


@built_once
def seeded(store: Store) -> Store:
    """Three communities with figures of two needs, and plans that ask for water."""
    seeding.seed(store)
    with store.writing() as session:
        of = world.district(session)
        for code, homes in (("A", 5), ("B", 8), ("C", 11)):
            here = world.community(session, of, code)
            held = world.a_round(session, world.cycle(session, here))
            figures = {"P-F2": (homes, 20), "P-F4": (homes, 20)}
            world.totals(session, world.form(session, "monitoring", here, held), figures)
            asked = {"title": "Red de agua", "indicator": "P-F2", "people": 40, "to_budget": True}
            world.plan(session, world.form(session, "plan", here, held), [asked])
        for code in ("P-F2", "P-F4"):
            world.goal(session, code, 0.9, 0.1)
        counts.recompute_many(
            session, session.rows(columns(world.Round.community_id, world.Round.id))
        )
    return store


def here(session: Reading) -> Where:
    return places.district(session, world.UBIGEO)


def in_force(session: Writing) -> Pdlc:
    made = pdlc.keep(session, SYSTEM, here(session), CONTENT, ("plan.xlsx", "0" * 64))
    return pdlc.put_in_force(session, SYSTEM, here(session), seen(made), GIVEN)


def seen(plan: Pdlc) -> Seen:
    return Seen(plan.uuid, plan.revision)


def test_a_plan_comes_back_as_it_was_kept(seeded: Store) -> None:
    with seeded.writing() as session:
        pdlc.keep(session, SYSTEM, here(session), CONTENT, ("plan.xlsx", "0" * 64))

    with seeded.reading() as session:
        (plan,) = pdlc_reading.versions(session, here(session))
        found = pdlc_reading.content_of(pdlc_reading.whole(session, plan))
        acts = session.exec(select(AuditEntry.action, AuditEntry.register_code)).all()
    assert found == CONTENT
    assert plan.state == "draft"
    assert ("create", "pdlc") in acts


def test_one_plan_rules_at_a_time(seeded: Store) -> None:
    with seeded.writing() as session:
        first = in_force(session)
        second = in_force(session)

        states = [row.state for row in pdlc_reading.versions(session, here(session))]

        assert states == ["in_force", "superseded"]
        assert pdlc_reading.in_force(session, here(session)) is second
        with pytest.raises(Conflict):
            pdlc_edits.describe(session, SYSTEM, here(session), seen(first), ("T", ""))


def test_without_ordinance_or_objective_nothing_rules(seeded: Store) -> None:
    bare = CONTENT.__class__(CONTENT.plan)
    with seeded.writing() as session:
        made = pdlc.keep(session, SYSTEM, here(session), bare, ("", ""))
        with pytest.raises(Invalid):
            pdlc.put_in_force(session, SYSTEM, here(session), seen(made), ("", None))


def test_a_change_of_what_somebody_else_changed_is_refused(seeded: Store) -> None:
    with seeded.writing() as session:
        made = pdlc.keep(session, SYSTEM, here(session), CONTENT, ("", ""))
        before = seen(made)
        pdlc_edits.put_objective(session, SYSTEM, here(session), before, ("OE 3", "Sembrar", ""))

        with pytest.raises(Stale):
            pdlc_edits.put_objective(session, SYSTEM, here(session), before, ("OE.04", "X", ""))
        codes = [o.row.code for o in pdlc_reading.whole(session, made).objectives]
    assert codes == ["OE.01", "OE.02", "OE.03"]


def test_what_a_plan_in_force_says_changes_by_amendment_alone(seeded: Store) -> None:
    with seeded.writing() as session:
        plan = in_force(session)
        with pytest.raises(Conflict):
            pdlc_edits.put_objective(session, SYSTEM, here(session), seen(plan), ("OE.01", "Y", ""))


def test_a_sheet_with_a_target_on_the_wrong_side_is_not_kept(seeded: Store) -> None:
    with seeded.writing() as session:
        plan = pdlc.keep(session, SYSTEM, here(session), CONTENT, ("", ""))
        sheet = pdlc_reading.whole(session, plan).sheets[0]
        about = (seen(plan), sheet.row.uuid, "OE.01")

        with pytest.raises(WrongPath):
            edit = SheetEdit({}, {2027: 10.0})
            pdlc_edits.put_sheet(session, SYSTEM, here(session), about, edit)


def test_a_draft_is_edited_and_parts_are_taken_out(seeded: Store) -> None:
    with seeded.writing() as session:
        where = here(session)
        plan = pdlc.keep(session, SYSTEM, where, CONTENT, ("", ""))
        pdlc_edits.put_action(
            session, SYSTEM, where, seen(plan), ActionEdit("AE.02.01", "Abrir trochas", "Obras")
        )
        new = SheetEdit({"name": "Trochas", "unit": "km", "direction": "up"}, {2030: 9})
        pdlc_edits.put_sheet(session, SYSTEM, where, (seen(plan), None, "AE.02.01"), new)
        assert [s.of for s in pdlc_reading.whole(session, plan).sheets][-1] == "AE.02.01"

        plan = pdlc_edits.drop(session, SYSTEM, where, (seen(plan), "OE.02"))

        found = pdlc_reading.content_of(pdlc_reading.whole(session, plan))
    assert [o.code for o in found.objectives] == ["OE.01"]
    assert len(found.actions) == 1
    assert len(found.sheets) == 2


def test_links_of_a_plan_in_force_may_be_mended(seeded: Store) -> None:
    with seeded.writing() as session:
        where, plan = here(session), in_force(session)
        row = proposals.create(session, SYSTEM, where, Given(2028, title="Agua"), DAY)
        pdlc_links.link_needs(session, SYSTEM, where, (seen(plan), "OE.02"), ["P-F4"])
        pdlc_links.link_proposals(session, SYSTEM, where, (seen(plan), "OE.01"), [row.uuid])
        lines = [LineText("pei", "AEI.1")]
        pdlc_links.put_lines(session, SYSTEM, where, (seen(plan), "AE.01.01"), lines)

        assert [o.code for _, o in pdlc_reading.of_need(session, where, ["P-F4"])] == ["OE.02"]
        assert [o.code for _, o in pdlc_reading.of_proposal(session, where, row)] == ["OE.01"]
        found = links.of_district(session, where)
        assert (found.objectives, found.linked) == (2, 2)
        with pytest.raises(Unknown):
            other = [pdlc_reading.whole(session, plan).objectives[0].row.uuid]
            pdlc_links.link_proposals(session, SYSTEM, where, (seen(plan), "OE.01"), other)


def test_linked_indicators_are_filled_from_the_rounds(seeded: Store) -> None:
    with seeded.writing() as session:
        plan = in_force(session)
        found = pdlc_reading.whole(session, plan)

        lines = pdlc_progress.board(session, here(session), DAY, found)

    water, roads = (lines[sheet.row.id] for sheet in found.sheets)
    assert water.actual is not None
    assert water.actual.count is not None
    assert (water.actual.count.x, water.actual.count.n) == (24, 60)
    assert (water.actual.communities, water.of_all) == (3, 3)
    assert water.due == 40
    assert water.progress.share == pytest.approx((40 - 20) / 60)
    assert roads.actual is None
    assert roads.progress.verdict == "unknown"


def test_few_communities_with_data_say_nothing_of_the_way(seeded: Store) -> None:
    with seeded.writing() as session:
        of = session.exec(select(world.Place).where(world.Place.code == world.UBIGEO)).one()
        for code in ("D", "E", "F"):
            world.community(session, of, code)
        found = pdlc_reading.whole(session, in_force(session))

        line = pdlc_progress.board(session, here(session), DAY, found)[found.sheets[0].row.id]

    assert line.actual is not None
    assert line.progress.share is None
    assert line.progress.reason.code == "too_few"


def test_a_value_is_noted_where_no_round_measures(seeded: Store) -> None:
    with seeded.writing() as session:
        where, plan = here(session), in_force(session)
        linked, typed = pdlc_reading.whole(session, plan).sheets
        said = (2026, 7.9, "Informe de obras")
        pdlc_links.note_value(session, SYSTEM, where, (seen(plan), typed.row.uuid), said)
        with pytest.raises(Conflict):
            pdlc_links.note_value(session, SYSTEM, where, (seen(plan), linked.row.uuid), said)

        found = pdlc_reading.whole(session, plan)
        line = pdlc_progress.board(session, where, DAY, found)[typed.row.id]
    assert line.actual is not None
    assert line.actual.reached.value == 7.9
    assert line.actual.source == "Informe de obras"


def test_a_priority_without_objective_becomes_one_by_amendment(seeded: Store) -> None:
    with seeded.writing() as session:
        where, plan = here(session), in_force(session)
        found = pdlc_reading.whole(session, plan)
        lines = pdlc_progress.board(session, where, DAY, found)
        suggested = {
            s.key: s for s in pdlc_amendments.suggestions(session, where, DAY, found, lines)
        }
        assert {"need P-F4", "indicator OE.02"} <= set(suggested)
        row = pdlc_amendments.propose(session, SYSTEM, where, seen(plan), suggested["need P-F4"])
        with pytest.raises(Conflict):
            approve = Decision("approved", DAY, "Ordenanza 2")
            pdlc_amendments.decide(session, SYSTEM, where, (seen(plan), row.uuid), approve)
        concert = Decision("concerted", DAY)
        pdlc_amendments.decide(session, SYSTEM, where, (seen(plan), row.uuid), concert)
        with pytest.raises(Invalid):
            approve = Decision("approved", DAY)
            pdlc_amendments.decide(session, SYSTEM, where, (seen(plan), row.uuid), approve)

        approve = Decision("approved", DAY, "Ordenanza 2")
        pdlc_amendments.decide(session, SYSTEM, where, (seen(plan), row.uuid), approve)

        after = pdlc_reading.whole(session, plan)
        again = pdlc_amendments.suggestions(
            session, where, DAY, after, pdlc_progress.board(session, where, DAY, after)
        )
    made = after.objectives[-1]
    assert made.row.code == "OE.03"
    assert made.needs == ("P-F4",)
    assert made.sheets[0].row.baseline == 40.0
    assert made.sheets[0].targets[2030] == 90.0
    assert "need P-F4" not in {s.key for s in again}


def test_an_amendment_says_what_and_why(seeded: Store) -> None:
    with seeded.writing() as session:
        plan = in_force(session)
        with pytest.raises(Invalid):
            empty = Suggestion("", "Cambiar", " ")
            pdlc_amendments.propose(session, SYSTEM, here(session), seen(plan), empty)


def test_a_draft_comes_from_the_priorities(seeded: Store) -> None:
    with seeded.writing() as session:
        plan = pdlc_drafting.draft(session, SYSTEM, here(session), DAY, ("Plan nuevo", 2028, 2032))
        found = pdlc_reading.content_of(pdlc_reading.whole(session, plan))
        lines = pdlc_progress.board(session, here(session), DAY, pdlc_reading.whole(session, plan))

    assert plan.state == "draft"
    water = next(s for s in found.sheets if s.indicator == "P-F2")
    assert (water.baseline, water.baseline_year) == (40.0, 2027)
    assert water.targets == {2028: 50.0, 2029: 60.0, 2030: 70.0, 2031: 80.0, 2032: 90.0}
    assert [a.statement for a in found.actions] == ["Red de agua"]
    assert all(line.progress.verdict == "on_way" for line in lines.values())
