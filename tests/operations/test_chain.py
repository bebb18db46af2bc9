"""The chain of a district: both ways from everything, what lacks named, nothing told to others."""

from datetime import date, timedelta

import pytest
from sqlmodel import select

from app.errors import Forbidden, Unknown
from app.operations import needs
from app.operations.access import PUBLIC, Actor
from app.operations.chain import forms, walking, web
from app.operations.chain.nodes import Node
from app.operations.chain.walking import Reader, Walk
from app.planning.chains import Ref
from app.records import stamps
from app.records.intake import Form
from app.records.territory import Community, Place
from app.store.sessions import Reading, Store
from tests import world
from tests.operations import chain_world
from tests.operations.chain_world import DAY, NEED, YEAR, action, actor, here
from tests.worlds import built_once

DELIVERED = date(2026, 1, 10)
PROPOSAL = ("proposal", f"{YEAR}-1")


@built_once
def told(store: Store) -> Store:
    """The district, its one work delivered, its indicator not measured again yet."""
    chain_world.settle(store)
    chain_world.deliver(store, DAY)
    return store


def walk(session: Reading, who: Actor, ref: Ref, day: date = DAY) -> Walk:
    return walking.walk(session, Reader(chain_world.policy(), who, here(session)), ref, day)


def kinds(nodes: tuple[Node, ...]) -> set[str]:
    return {node.kind for node in nodes}


def test_a_work_leads_back_to_the_forms_behind_it(told: Store) -> None:
    with told.reading() as session:
        found = walk(session, actor(session, "planner"), ("works", f"{YEAR}-1"))

    back = kinds(found.before)
    assert back == {"form", "sheet", "indicator", "need", "request", "proposal", "result"} | {
        "agreement"
    }
    assert {code for node in found.before for code in node.communities} == {"A"}


def test_a_form_leads_on_to_what_became_of_it(told: Store) -> None:
    with told.reading() as session:
        plan = next(
            node
            for node in everything(session).values()
            if node.register == "plan" and node.communities == {"A"}
        )
        found = walk(session, actor(session, "planner"), plan.ref)

    assert {"request", "need", "proposal", "result", "agreement", "works"} <= kinds(found.after)


def test_an_assembly_that_speaks_before_its_first_round_stands_behind_the_need(
    told: Store,
) -> None:
    with told.writing() as session:
        of = session.exec(select(Place).where(Place.code == world.UBIGEO)).one()
        at = world.community(session, of, "C")
        world.diagnosis(
            session,
            world.form(session, "diagnosis", at, None),
            problems=[{"description": "Lejos del agua", "indicator": NEED}],
        )
        stamps.bump(session, f"district:{world.UBIGEO}")
    with told.reading() as session:
        who = actor(session, "planner")
        found = walk(session, who, ("need", NEED))
        (spoken,) = [node for node in found.before if node.communities == {"C"}]
        back = walk(session, who, spoken.ref)

    assert spoken.register == "diagnosis"
    assert ("need", NEED) in {node.ref for node in back.after}


def test_each_form_stands_behind_all_that_it_led_to(told: Store) -> None:
    with told.writing() as session:
        at = session.exec(select(Community).where(Community.code == "A")).one()
        world.form(session, "council", at)
    chain_world.measure_again(told, DAY + timedelta(days=5))  # does not measure all again
    with told.reading() as session:
        who = actor(session, "planner")
        read = (Form.state == "approved", Form.instrument != "household_monitoring")
        uuids = session.exec(select(Form.uuid).where(*read)).all()
        led = {("form", str(uuid)): walk(session, who, ("form", str(uuid))).after for uuid in uuids}
        ends = {node.ref for after in led.values() for node in after}
        behind = {ref: {node.ref for node in walk(session, who, ref).before} for ref in ends}

    assert len(led) > 5
    assert not [(ref, node.ref) for ref in led for node in led[ref] if ref not in behind[node.ref]]


def everything(session: Reading) -> dict[Ref, Node]:
    """Every form of both communities, as the planner sees them."""
    where = here(session)
    known = needs.of_district(session, where, DAY)
    open_ = [
        (c, kind)
        for c in ("A", "B")
        for kind in ("monitoring", "household_monitoring", "diagnosis", "plan")
    ]
    return forms.weave(session, known, {"A", "B"}, open_).nodes


def test_from_everything_each_link_is_walked_both_ways(told: Store) -> None:
    with told.reading() as session:
        who = actor(session, "planner")
        refs = list(web.of_district(session, here(session), DAY).nodes)
        walks = {ref: walk(session, who, ref) for ref in refs}

    assert {ref[0] for ref in refs} == {
        *("sheet", "indicator", "need", "request", "proposal", "petition", "result"),
        *("agreement", "works"),
    }
    for ref, found in walks.items():
        for one, other in found.links:
            if other == ref and one in walks:
                assert (one, ref) in walks[one].links


def test_what_lacks_is_named(told: Store) -> None:
    with told.reading() as session:
        who = actor(session, "planner")
        bare = walk(session, who, ("proposal", f"{YEAR}-2"))
        built = walk(session, who, ("works", f"{YEAR}-1"))

    said = {each.reason.code for each in bare.missing_before}
    assert said == {"chain_no_need", "chain_no_plan", "chain_no_objective"}
    assert [each.reason.code for each in bare.missing_after] == ["chain_no_result"]
    assert [each.reason.code for each in built.missing_after] == ["chain_no_again"]


def test_the_same_indicator_half_a_year_after_the_hand_over_closes_the_chain(store: Store) -> None:
    chain_world.settle(store)
    chain_world.deliver(store, DELIVERED)
    chain_world.measure_again(store, DELIVERED + timedelta(days=200))

    with store.reading() as session:
        found = walk(session, actor(session, "planner"), PROPOSAL)

    (again,) = found.of_kind("again")
    assert (again.title, again.on_day) == (NEED, DELIVERED + timedelta(days=200))
    assert not found.missing_after


def test_a_form_that_nobody_approved_leads_nowhere_and_says_so(told: Store) -> None:
    with told.reading() as session:
        sent = session.exec(forms.select(forms.Form).where(forms.Form.state == "sent")).first()
        assert sent is not None
        found = walk(session, actor(session, "planner"), ("form", str(sent.uuid)))

    assert found.after == ()
    assert [each.reason.code for each in found.missing_after] == ["chain_not_approved"]


@pytest.mark.parametrize("role", ["planner", "official", "oversight"])
def test_for_the_town_hall_the_chain_ends_at_the_sheet_of_the_community(
    told: Store, role: str
) -> None:
    with told.reading() as session:
        found = walk(session, actor(session, role), PROPOSAL)

    assert all(node.register != "household_monitoring" for node in found.before)
    assert "form" in found.closed_before


def test_the_agent_of_the_community_goes_on_to_the_forms_of_homes(told: Store) -> None:
    with told.reading() as session:
        found = walk(session, actor(session, "health_agent", "A"), ("sheet", "A"))
        away = walk(session, actor(session, "health_agent", "B"), ("sheet", "A"))

    assert "household_monitoring" in {node.register for node in found.before}
    assert "household_monitoring" not in {node.register for node in away.before}


def test_a_council_reads_its_own_forms_and_no_others(told: Store) -> None:
    with told.reading() as session:
        who = actor(session, "council", "A")
        mine = walk(session, who, ("sheet", "A"))
        theirs = walk(session, who, ("sheet", "B"))
        strange = next(node for node in everything(session).values() if node.communities == {"B"})
        with pytest.raises(Forbidden):
            walk(session, who, strange.ref)

    assert {"plan", "diagnosis", "monitoring"} == {node.register for node in mine.before}
    assert not [node for node in theirs.before if node.kind == "form"]
    assert "form" in theirs.closed_before


def test_the_public_walks_along_what_was_published(told: Store) -> None:
    with told.reading() as session:
        found = walk(session, PUBLIC, PROPOSAL)
        with pytest.raises(Forbidden):
            walk(session, PUBLIC, ("proposal", f"{YEAR}-2"))
        need = walk(session, PUBLIC, ("need", NEED))

    assert kinds(found.after) == {"result", "agreement", "works"}
    assert not [node for node in found.before if node.kind == "form"]
    assert all(not node.number and node.on_day is None for node in found.of_kind("sheet"))
    assert need.node.state == ""


def test_what_the_public_may_not_read_is_closed_and_nothing_of_it_told(told: Store) -> None:
    with told.reading() as session:
        hidden = action(session, "A").title.replace("Agua para", "Limpiar la fuente de")
        found = walk(session, PUBLIC, ("sheet", "A"))

    assert "request" in found.closed_after
    assert hidden not in {node.title for node in found.every}


def test_a_request_that_nobody_took_up_is_its_communitys_to_read(told: Store) -> None:
    with told.reading() as session:
        own = next(
            node
            for node in web.of_district(session, here(session), DAY).nodes.values()
            if node.kind == "request" and node.state == "own" and node.communities == {"A"}
        )
        found = walk(session, actor(session, "health_agent", "A"), own.ref)
        with pytest.raises(Forbidden):
            walk(session, actor(session, "health_agent", "B"), own.ref)

    assert found.missing_after == ()


@pytest.mark.parametrize(
    "ref", [("need", "ZZ"), ("tale", "A"), ("form", "no-uuid"), ("works", "2028-9")]
)
def test_what_is_not_there_is_said_to_be_unknown(told: Store, ref: Ref) -> None:
    with told.reading() as session, pytest.raises(Unknown):
        walk(session, actor(session, "planner"), ref)


def test_every_request_has_a_number_that_stays(told: Store) -> None:
    with told.reading() as session:
        nodes = web.of_district(session, here(session), DAY).nodes.values()

    numbers = sorted(node.number for node in nodes if node.kind == "request")
    assert numbers == ["P-A-2027-1", "P-A-2027-2", "P-B-2027-1", "P-B-2027-2"]
