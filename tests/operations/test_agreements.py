"""Agreements: opened from a result, followed by rows that stay, and measured again."""

import io
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from PIL import Image
from sqlmodel import select

from app.errors import Conflict, Invalid, Refusal, Stale, Unknown
from app.operations import (
    agreement_news,
    agreement_papers,
    agreement_starts,
    agreements,
    allocations,
    ceilings,
    counts,
    expectations,
    links,
    proposals,
    requests,
    work_photos,
    works,
)
from app.operations.agreement_news import News
from app.operations.agreements import Given, Step, Terms
from app.operations.agreements import Seen as SeenAgreement
from app.operations.expectations import Card, Statement
from app.operations.proposals import Given as ProposalGiven
from app.operations.proposals import Seen
from app.operations.trail import SYSTEM
from app.operations.work_photos import Picture
from app.operations.works import Help, Mark, Money, Name, Said
from app.records import places
from app.records.places import Where
from app.records.proposals import Agreement, Allocation, Proposal
from app.records.tables import METADATA
from app.records.trail import AuditEntry
from app.records.works import WorkPhoto
from app.store import migrations
from app.store.sessions import Reading, Store, Writing, columns
from app.store.types import uuid7
from tests import world
from tests.worlds import built_once

YEAR = 2028
BEFORE, AFTER = date(2027, 6, 15), date(2028, 9, 1)
DELIVERED = date(2028, 2, 20)
TODAY = date(2028, 10, 1)
HOMES = 12


def here(session: Reading) -> Where:
    return places.district(session, world.UBIGEO)


def _rounds(session: Writing, of: Any, before: int, after: int) -> None:
    """Twelve homes seen twice; so many treat their water before and after."""
    cycle = world.cycle(session, of)
    homes = world.families(session, of, HOMES)
    for number, (held_on, yes) in enumerate(((BEFORE, before), (AFTER, after)), 1):
        held = world.a_round(session, cycle, number, held_on)
        lines = world.form(session, "household_monitoring", of, held)
        world.answers(session, lines, "P-F2", {h.id: int(n < yes) for n, h in enumerate(homes)})


@built_once
def seeded(store: Store) -> Store:
    """A is funded and served, B asked for the same and got nothing, C and D are beside."""
    with store.writing() as session:
        world.catalogue(session)
        of = world.district(session)
        for code, before, after in (("A", 2, 10), ("B", 3, 4), ("C", 9, 9), ("D", 6, 6)):
            at = world.community(session, of, code)
            _rounds(session, at, before, after)
            if code in "AB":
                held = session.exec(
                    select(world.Round).where(world.Round.community_id == at.id)
                ).first()
                asked = {
                    "title": f"Agua de {code}",
                    "indicator": "P-F2",
                    "to_budget": True,
                    "people": 60,
                    "cost_cents": 5_000_000,
                    "expected": f"Agua segura en {code}",
                }
                world.plan(session, world.form(session, "plan", at, held), [asked], on=BEFORE)
        world.goal(session, "P-F2", 0.9, 0.1)
        rows = session.rows(columns(world.Round.community_id, world.Round.id))
        counts.recompute_many(session, rows)
    return store


def published(store: Store) -> Allocation:
    """The request of A in a proposal, funded by a published run."""
    day = BEFORE + timedelta(days=60)
    with store.writing() as session:
        where = here(session)
        asked = {r.community: r for r in requests.of_district(session, where, day)}
        given = ProposalGiven(YEAR, (asked["A"].uuid,))
        made = proposals.create(session, SYSTEM, where, given, day)
        proposals.present(session, SYSTEM, where, Seen(made.uuid, made.revision))
        ceilings.set_ceiling(session, SYSTEM, where, YEAR, 10_000_000)
        run = allocations.run(session, SYSTEM, where, YEAR, day)
        allocations.publish(session, SYSTEM, where, run.uuid)
        session.flush()
        uuid = run.uuid
    with store.reading() as session:
        return allocations.find(session, here(session), uuid)


def followed(store: Store) -> Agreement:
    """The agreement that the published run gives."""
    made = published(store)
    day = BEFORE + timedelta(days=90)
    with store.writing() as session:
        agreement_starts.follow_up(session, SYSTEM, here(session), made, day)
    return only(store)


def only(store: Store) -> Agreement:
    with store.reading() as session:
        return agreements.listed(session, here(session))[0]


def entered(store: Store, **over: Any) -> Agreement:
    """One agreement put down by hand."""
    with store.writing() as session:
        given = replace(Given(YEAR, "Puente", 10_000_00), **over)
        agreements.open_one(session, SYSTEM, here(session), given, BEFORE)
    return only(store)


def seen(row: Agreement) -> SeenAgreement:
    return SeenAgreement(row.fiscal_year, row.number, row.revision)


def name(row: Agreement) -> Name:
    return Name(row.fiscal_year, row.number)


def stepped(store: Store, state: str, on_day: date, note: str = "") -> Agreement:
    with store.writing() as session:
        row = agreements.listed(session, here(session))[0]
        step = Step(state, on_day, note)
        agreements.advance(session, SYSTEM, here(session), seen(row), step, TODAY)
    return only(store)


def told(store: Store) -> News:
    with store.reading() as session:
        row = agreements.listed(session, here(session))[0]
        return agreement_news.of_all(session, [row])[row.id]


def card(store: Store, day: date = TODAY) -> Card:
    with store.reading() as session:
        row = agreements.listed(session, here(session))[0]
        both = row, agreement_news.of_all(session, [row])[row.id]
        return expectations.measured(session, here(session), both, day, health=False)


def test_a_result_becomes_agreements_with_what_should_change(seeded: Store) -> None:
    row = followed(seeded)

    assert agreements.code_of(row) == "A-2028-01"
    assert (row.state, row.origin, row.cents, row.need) == ("agreed", "merit", 5_000_000, "P-F2")
    expected = row.expectation or {}
    assert (expected["x"], expected["n"], expected["to"]) == (2, 12, 0.9)
    assert expected["words"] == ["Agua segura en A"]
    news = told(seeded)
    assert [(p.code, p.served) for p in news.places] == [("A", True), ("B", False)]
    with seeded.reading() as session:
        assert session.exec(select(Proposal.state)).one() == "agreed"
        assert links.of_district(session, here(session)).agreements == 1


def test_asking_again_opens_none_twice(seeded: Store) -> None:
    followed(seeded)
    with seeded.writing() as session:
        made = allocations.listed(session, here(session), YEAR)[0]

        again = agreement_starts.follow_up(session, SYSTEM, here(session), made, TODAY)

        assert again == []
        assert agreement_starts.waiting(session, made) == 0


def test_what_came_by_a_sheet_is_tied_to_its_proposal_and_not_opened_twice(
    seeded: Store,
) -> None:
    made = published(seeded)
    entered(seeded, title="AGUA de a", origin="imported")

    with seeded.writing() as session:
        opened = agreement_starts.follow_up(session, SYSTEM, here(session), made, TODAY)

        assert opened == []
    with seeded.reading() as session:
        (row,) = agreements.listed(session, here(session))
        assert (row.origin, row.need, row.allocation_id) == ("merit", "P-F2", made.id)
        assert agreement_starts.waiting(session, made) == 0


def test_a_result_that_is_nobodys_yet_opens_nothing(seeded: Store) -> None:
    made = published(seeded)
    with seeded.writing() as session:
        allocations.find(session, here(session), made.uuid).published = False
    with seeded.writing() as session, pytest.raises(Conflict, match="todavía no es de todos"):
        run = allocations.find(session, here(session), made.uuid)
        agreement_starts.follow_up(session, SYSTEM, here(session), run, TODAY)


def test_states_move_along_their_ways_and_every_step_stays(seeded: Store) -> None:
    followed(seeded)

    stepped(seeded, "works", BEFORE + timedelta(days=120))
    row = stepped(seeded, "delivered", DELIVERED)

    assert (row.state, row.delivered_on) == ("delivered", DELIVERED)
    assert [step.state for step in told(seeded).steps] == ["agreed", "works", "delivered"]
    with seeded.reading() as session:
        assert session.exec(select(Proposal.state)).one() == "executed"
        acts = session.exec(select(AuditEntry.action)).all()
    assert {"follow_up", "open", "advance"} <= set(acts)


def test_a_work_handed_over_may_go_on_with_its_reason(seeded: Store) -> None:
    followed(seeded)
    stepped(seeded, "works", BEFORE)
    stepped(seeded, "delivered", DELIVERED)

    with pytest.raises(Invalid, match="Falta decir por qué"):
        stepped(seeded, "works", TODAY)
    row = stepped(seeded, "works", TODAY, "Se rajó el tanque")

    assert (row.state, row.delivered_on) == ("works", None)


@pytest.mark.parametrize(
    ("state", "on_day", "kind"),
    [
        ("delivered", TODAY, Conflict),
        ("works", TODAY + timedelta(days=1), Invalid),
        ("dropped", TODAY, Invalid),
        ("built", TODAY, Conflict),
    ],
)
def test_impossible_steps_change_nothing(
    store: Store, state: str, on_day: date, kind: type[Refusal]
) -> None:
    with store.writing() as session:
        world.district(session)
    entered(store)

    with pytest.raises(kind):
        stepped(store, state, on_day)

    assert (only(store).state, only(store).revision) == ("agreed", 1)


def test_who_saw_an_older_agreement_overwrites_nothing(seeded: Store) -> None:
    row = entered(seeded)
    stepped(seeded, "works", BEFORE)
    with seeded.writing() as session, pytest.raises(Stale):
        terms = Terms(upkeep_by="JASS")
        agreements.settle(session, SYSTEM, here(session), seen(row), terms, TODAY)


def test_readings_add_up_to_what_is_known_of_each_amount(seeded: Store) -> None:
    row = entered(seeded)
    with seeded.writing() as session:
        first = Money(BEFORE, 10_000_00, 9_000_00, 0, 0, cui="2345678", source="SIAF")
        works.read_money(session, SYSTEM, here(session), seen(row), first, TODAY)
    with seeded.writing() as session:
        row = agreements.listed(session, here(session))[0]
        second = Money(TODAY, accrued_cents=4_000_00)
        works.read_money(session, SYSTEM, here(session), seen(row), second, TODAY)

    money = told(seeded).money

    assert (money.pim, money.certified, money.accrued, money.paid) == (
        10_000_00,
        9_000_00,
        4_000_00,
        0,
    )
    assert (only(seeded).cui, only(seeded).updated_on) == ("2345678", TODAY)


@pytest.mark.parametrize(
    "money",
    [
        Money(TODAY),
        Money(TODAY, -1),
        Money(TODAY + timedelta(days=1), 1),
        Money(TODAY, 1, cui="12A4567"),
        Money(TODAY, 10**14),
    ],
)
def test_impossible_readings_are_refused_whole(seeded: Store, money: Money) -> None:
    row = entered(seeded)

    with seeded.writing() as session, pytest.raises(Invalid):
        works.read_money(session, SYSTEM, here(session), seen(row), money, TODAY)

    assert told(seeded).lines == []


@pytest.mark.parametrize(
    ("due_on", "taken"), [(date(2026, 12, 31), False), (date(2027, 1, 1), True)]
)
def test_no_milestone_falls_due_before_its_budget_was_agreed(
    seeded: Store, due_on: date, taken: bool
) -> None:
    row = entered(seeded)

    with seeded.writing() as session:
        mark = Mark("Techo", due_on)
        if taken:
            works.set_milestone(session, SYSTEM, here(session), seen(row), mark, TODAY)
        else:
            with pytest.raises(Invalid, match="no puede tener plazo en 2026") as refused:
                works.set_milestone(session, SYSTEM, here(session), seen(row), mark, TODAY)
            assert refused.value.field == "due_on"

    assert len(told(seeded).milestones) == int(taken)


def test_a_milestone_is_reached_once_and_struck_with_its_reason(seeded: Store) -> None:
    row = entered(seeded)
    with seeded.writing() as session:
        mark = Mark("Techo", TODAY)
        works.set_milestone(session, SYSTEM, here(session), seen(row), mark, TODAY)
    uuid = told(seeded).milestones[0].uuid
    with seeded.writing() as session:
        works.reach(session, SYSTEM, here(session), name(row), (uuid, TODAY), TODAY)

    with seeded.writing() as session, pytest.raises(Conflict):
        works.reach(session, SYSTEM, here(session), name(row), (uuid, TODAY), TODAY)
    with seeded.writing() as session, pytest.raises(Invalid, match="Falta la razón"):
        works.strike(session, SYSTEM, here(session), name(row), (uuid, " "))
    with seeded.writing() as session:
        works.strike(session, SYSTEM, here(session), name(row), (uuid, "Era de otra obra"))

    assert told(seeded).milestones[0].struck == "Era de otra obra"


def test_both_dates_stand_side_by_side_and_the_newest_word_of_a_community_counts(
    seeded: Store,
) -> None:
    row = followed(seeded)
    stepped(seeded, "works", BEFORE)
    stepped(seeded, "delivered", DELIVERED)
    for verdict, on in (("observed", DELIVERED), ("conforming", AFTER)):
        with seeded.writing() as session:
            at = places.community(session, here(session), "A")
            said = Said(verdict, on, "Falta una llave")
            works.find(session, SYSTEM, at, name(row), said, TODAY)
    with seeded.writing() as session:
        said = Said("not_conforming", TODAY, "El tanque es más chico")
        works.find(session, SYSTEM, here(session), name(row), said, TODAY)

    news = told(seeded)

    assert (only(seeded).delivered_on, news.conforming_on) == (DELIVERED, AFTER)
    assert news.oversight is not None
    assert news.oversight.verdict == "not_conforming"
    assert len(news.findings) == 3


def test_a_community_that_is_not_served_has_no_word(seeded: Store) -> None:
    row = followed(seeded)
    with seeded.writing() as session, pytest.raises(Conflict, match="no es de esa comunidad"):
        at = places.community(session, here(session), "B")
        works.find(session, SYSTEM, at, name(row), Said("conforming", TODAY), TODAY)


def test_anything_but_conforming_says_why(seeded: Store) -> None:
    row = entered(seeded)
    with seeded.writing() as session, pytest.raises(Invalid, match="qué se observa"):
        works.find(session, SYSTEM, here(session), name(row), Said("observed", TODAY), TODAY)


def test_efforts_need_somebody_and_something_counted(seeded: Store) -> None:
    row = entered(seeded)
    good = Help("labour", "Comunidad A", TODAY, people=20, days=60, cents=2_400_00)
    uncounted = replace(good, people=None, days=None, cents=None)
    for bad in (replace(good, who=" "), replace(good, kind="gold"), uncounted):
        with seeded.writing() as session, pytest.raises(Invalid):
            works.add_effort(session, SYSTEM, here(session), seen(row), bad, TODAY)
    with seeded.writing() as session:
        works.add_effort(session, SYSTEM, here(session), seen(row), good, TODAY)

    assert [(e.kind, e.days) for e in told(seeded).efforts] == [("labour", 60)]


def test_a_photo_loses_what_the_camera_wrote_and_is_public_only_if_marked(
    seeded: Store, tmp_path: Path
) -> None:
    row = entered(seeded)
    with seeded.writing() as session:
        works.set_milestone(session, SYSTEM, here(session), seen(row), Mark("Muro"), TODAY)
    uuid = told(seeded).milestones[0].uuid
    exif = Image.Exif()
    exif[0x010E] = "casa de la secretaria"
    raw = io.BytesIO()
    Image.new("RGB", (40, 30), "red").save(raw, "JPEG", exif=exif)
    with seeded.reading() as session:
        where = here(session)

    for _ in range(2):
        picture = Picture(uuid, "muro.jpg", io.BytesIO(raw.getvalue()), "El muro")
        work_photos.add(seeded, tmp_path, SYSTEM, where, (name(row), picture))

    with seeded.reading() as session:
        kept = session.exec(select(WorkPhoto)).one()
        assert work_photos.find(session, where, name(row), kept.sha256, inside=True).id == kept.id
        with pytest.raises(Unknown):
            work_photos.find(session, where, name(row), kept.sha256, inside=False)
    assert b"secretaria" not in (tmp_path / kept.sha256[:2] / kept.sha256).read_bytes()


def test_before_six_months_it_is_not_time_to_measure(seeded: Store) -> None:
    followed(seeded)
    stepped(seeded, "works", BEFORE)
    stepped(seeded, "delivered", date(2028, 4, 1))

    found = card(seeded)

    assert found.verdict is None
    assert found.shut is not None
    assert found.shut.code == "due"
    early = card(seeded, date(2028, 8, 1))
    assert early.shut is not None
    assert early.shut.sentence.startswith("Todavía no toca medir")


def test_the_card_compares_the_same_families_and_shows_the_unserved_askers(
    seeded: Store,
) -> None:
    followed(seeded)
    stepped(seeded, "works", BEFORE)
    stepped(seeded, "delivered", DELIVERED)

    found = card(seeded)

    assert found.verdict is not None
    pairs = found.verdict.pairs
    assert (pairs.kept, pairs.gained, pairs.lost, pairs.never) == (2, 8, 0, 2)
    assert found.verdict.word == "improved"
    assert found.verdict.returns is not None
    assert found.verdict.beside is not None
    assert (found.verdict.beside.before.x, found.verdict.beside.after.x) == (3, 4)
    assert found.rounds == (BEFORE, AFTER)


def test_the_card_says_that_the_question_changed_and_compares_nothing(
    seeded: Store, tmp_path: Path
) -> None:
    followed(seeded)
    stepped(seeded, "works", BEFORE)
    stepped(seeded, "delivered", DELIVERED)
    with seeded.writing() as session:
        world.reworded(session, tmp_path, "P-F2", AFTER)

    found = card(seeded)

    assert found.verdict is None
    assert found.shut is not None
    assert found.shut.code == "asked_otherwise"


def test_without_an_indicator_or_communities_nothing_can_be_known(seeded: Store) -> None:
    entered(seeded)
    bare = card(seeded)
    with seeded.writing() as session:
        agreements.listed(session, here(session))[0].need = "P-F2"

    found = card(seeded)

    assert bare.shut is not None
    assert bare.shut.code == "no_indicator"
    assert found.shut is not None
    assert found.shut.code == "no_communities"


def test_an_expected_change_is_stated_before_the_hand_over_and_earlier_ones_stay(
    seeded: Store,
) -> None:
    row = followed(seeded)
    with seeded.writing() as session, pytest.raises(Invalid, match="por qué cambia"):
        said = Statement("P-F2", 0.6)
        expectations.state(session, SYSTEM, here(session), seen(row), said, TODAY)
    with seeded.writing() as session:
        said = Statement("P-F2", 0.6, "Solo alcanza para un sector")
        expectations.state(session, SYSTEM, here(session), seen(row), said, TODAY)

    stated = only(seeded).expectation or {}
    assert (stated["to"], stated["by"], stated["before"][0]["to"]) == (0.6, "planner", 0.9)
    stepped(seeded, "works", BEFORE)
    row = stepped(seeded, "delivered", DELIVERED)
    with seeded.writing() as session, pytest.raises(Conflict, match="antes de la entrega"):
        said = Statement("P-F2", 0.2, "x")
        expectations.state(session, SYSTEM, here(session), seen(row), said, TODAY)


def test_papers_say_every_agreement_and_no_count_of_families(seeded: Store) -> None:
    followed(seeded)
    stepped(seeded, "works", BEFORE)
    stepped(seeded, "delivered", DELIVERED)
    with seeded.reading() as session:
        where = here(session)
        found = agreement_papers.gathered(session, where, TODAY)
        made = agreement_papers.accountability(session, where, found, TODAY)
        over = agreement_papers.handover(session, where, found, TODAY)

    said = str(made)
    assert "A-2028-01" in said
    assert "Mejoró" in said
    assert "de 12 familias" not in said
    assert "nadie todavía" in str(over)


def test_agreements_of_an_older_store_keep_their_place_state_and_money(store_url: str) -> None:
    store = Store(store_url)
    with store.writing() as session:
        of = world.district(session)
        at = world.community(session, of, "A")
        keys = {"place": of.id, "community": at.id}
    store.close()
    migrations.downgrade(store_url, "0015")
    engine = sa.create_engine(store_url)
    with engine.begin() as connection:
        connection.execute(
            sa.text(
                "INSERT INTO agreement (uuid, place_id, community_id, fiscal_year, title, state,"
                " cents, spent_cents, note, updated_on) VALUES (:uuid, :place, :community, 2026,"
                " 'Posta', 'done', 500, 480, 'Lista', '2026-03-01')"
            ).bindparams(sa.bindparam("uuid", type_=sa.Uuid())),
            {"uuid": uuid7(), **keys},
        )
    engine.dispose()

    migrations.upgrade(store_url, METADATA)

    store = Store(store_url)
    row, news = only(store), told(store)
    assert (row.state, row.number, row.note, row.revision) == ("delivered", 1, "Lista", 1)
    assert [each.code for each in news.served] == ["A"]
    assert (news.money.accrued, news.steps[0].on_day) == (480, date(2026, 3, 1))
    store.close()
