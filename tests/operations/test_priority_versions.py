"""Freezing priorities: announced, corrected, frozen with all that went in, and redone."""

from datetime import timedelta

import pytest
from sqlmodel import select

from app.errors import Conflict, Invalid, Unknown
from app.operations import counts, figure_cards, needs, priority_checks, priority_versions
from app.operations.figure_cards import Answer
from app.operations.priority_versions import Freeze
from app.operations.trail import SYSTEM
from app.records import places
from app.records.places import Where
from app.records.priority_versions import PriorityVersion
from app.store.sessions import Reading, Store, columns
from tests import world
from tests.worlds import built_once

DAY = world.DAY + timedelta(days=30)
LATER = DAY + timedelta(days=10)
ACTA = Freeze("Acta 12 del CCL")


@built_once
def seeded(store: Store) -> Store:
    """Three communities with figures of two practices."""
    with store.writing() as session:
        world.catalogue(session)
        of = world.district(session)
        for code, x in (("A", 2), ("B", 5), ("C", 8)):
            here = world.community(session, of, code)
            held = world.a_round(session, world.cycle(session, here))
            figures = {"P-F1": (x, 20), "P-F3": (18 - x, 20)}
            world.totals(session, world.form(session, "monitoring", here, held), figures)
        for indicator in ("P-F1", "P-F3"):
            world.goal(session, indicator, 0.9, 0.1)
        counts.recompute_many(
            session, session.rows(columns(world.Round.community_id, world.Round.id))
        )
    return store


def here(session: Reading, code: str = "") -> Where:
    at = places.district(session, world.UBIGEO)
    return places.community(session, at, code) if code else at


def announced(store: Store) -> int:
    with store.writing() as session:
        made = priority_versions.announce(
            session, SYSTEM, here(session), "Prioridades 2028", LATER, DAY
        )
        return made.number


def frozen(store: Store, given: Freeze = ACTA) -> PriorityVersion:
    number = announced(store)
    with store.writing() as session:
        priority_versions.freeze(session, SYSTEM, here(session), number, given, LATER)
    with store.reading() as session:
        found = priority_versions.find(session, here(session), number)
        session.expunge(found)
        return found


def test_each_community_gets_the_card_of_its_figures(seeded: Store) -> None:
    number = announced(seeded)

    with seeded.reading() as session:
        version = priority_versions.find(session, here(session), number)
        cards = figure_cards.cards(session, version)
        assert len(cards) == 3
        told = {(line["indicator"], line["x"], line["n"]) for line in cards[0].lines}
        assert told >= {("P-F1", 2, 20), ("P-F3", 16, 20)}


def test_ten_days_lie_between_announcement_and_freeze(seeded: Store) -> None:
    with seeded.writing() as session, pytest.raises(Invalid, match="10 días"):
        priority_versions.announce(
            session, SYSTEM, here(session), "Pronto", LATER - timedelta(days=1), DAY
        )
    number = announced(seeded)
    with seeded.writing() as session, pytest.raises(Conflict, match="hasta entonces"):
        priority_versions.freeze(
            session, SYSTEM, here(session), number, ACTA, LATER - timedelta(days=1)
        )


def test_one_announcement_at_a_time_and_it_may_be_taken_back(seeded: Store) -> None:
    number = announced(seeded)
    with seeded.writing() as session, pytest.raises(Conflict, match="Ya hay"):
        priority_versions.announce(session, SYSTEM, here(session), "Otra", LATER, DAY)
    with seeded.writing() as session:
        priority_versions.cancel(session, SYSTEM, here(session), number, "Cambió la fecha")

    assert announced(seeded) == number + 1


def test_a_community_answers_its_card_and_says_in_what_it_differs(seeded: Store) -> None:
    number = announced(seeded)
    with seeded.writing() as session:
        version = priority_versions.find(session, here(session), number)
        with pytest.raises(Invalid, match="qué dato"):
            figure_cards.answer(session, SYSTEM, here(session, "A"), version, Answer(False))
        said = Answer(False, "Son 3 hogares, no 2", "Secretaria")
        figure_cards.answer(session, SYSTEM, here(session, "A"), version, said)
        figure_cards.answer(session, SYSTEM, here(session, "B"), version, Answer(True))

    with seeded.reading() as session:
        version = priority_versions.find(session, here(session), number)
        cards = figure_cards.cards(session, version)
        assert [card.answer for card in cards] == ["differs", "agrees", ""]
        assert cards[0].note == "Son 3 hogares, no 2"


def test_what_is_on_the_way_is_named_and_needs_a_reason(seeded: Store) -> None:
    with seeded.writing() as session:
        community = session.get(world.Community, here(session, "B").community_id)
        assert community is not None
        held = session.exec(
            select(world.Round).where(world.Round.community_id == community.id)
        ).one()
        world.form(session, "monitoring", community, held, state="sent")
    number = announced(seeded)
    with seeded.writing() as session, pytest.raises(Invalid, match="1 fichas en camino"):
        priority_versions.freeze(session, SYSTEM, here(session), number, ACTA, LATER)
    with seeded.writing() as session:
        given = Freeze("Acta 12 del CCL", "La junta de B pidió no esperar")
        version = priority_versions.freeze(session, SYSTEM, here(session), number, given, LATER)

        assert [(each["community"], each["state"]) for each in version.pending] == [
            ("Comunidad B", "sent")
        ]
        assert version.reason == "La junta de B pidió no esperar"


def test_a_frozen_list_is_redone_the_same_and_never_moves(seeded: Store) -> None:
    version = frozen(seeded)
    before = version.outcome
    with seeded.writing() as session:
        needs.give_weights(session, SYSTEM, here(session), "Mesa", {"gap": 0, "people": 100})

    with seeded.reading() as session:
        found = priority_versions.find(session, here(session), version.number)
        check = priority_checks.check(session, here(session), found, health=True)
        assert check.same
        assert check.differences == ()
        assert found.outcome == before
        assert [need["code"] for need in before["ranked"]] == ["P-F1", "P-F3"]


def test_what_is_not_published_leaves_the_public_list_short_and_says_so(seeded: Store) -> None:
    version = frozen(seeded)

    with seeded.reading() as session:
        found = priority_versions.find(session, here(session), version.number)
        check = priority_checks.public_check(session, here(session), found)
        assert not check.same
        assert {(d.code, d.here, d.there) for d in check.differences} == {
            ("P-F1", 1, None),
            ("P-F3", 2, None),
        }


def test_a_decision_stands_beside_the_place_with_its_reason(seeded: Store) -> None:
    version = frozen(seeded)
    with seeded.writing() as session:
        for said in (("postpone", "Falta el estudio"), ("attend", "El CCL insistió")):
            priority_versions.decide(session, SYSTEM, here(session), version.number, "P-F3", said)
        for need, said in (
            ("P-F9", ("attend", "x")),
            ("P-F3", ("attend", "")),
            ("P-F3", ("win", "x")),
        ):
            with pytest.raises((Unknown, Invalid)):
                priority_versions.decide(session, SYSTEM, here(session), version.number, need, said)

    with seeded.reading() as session:
        found = priority_versions.find(session, here(session), version.number)
        stands = priority_versions.decisions(session, found)["P-F3"]
        assert (stands.decision, stands.reason) == ("attend", "El CCL insistió")
        assert [need["place"] for need in found.outcome["ranked"]] == [1, 2]


def test_a_frozen_version_takes_nothing_more(seeded: Store) -> None:
    version = frozen(seeded)
    with seeded.writing() as session:
        found = priority_versions.find(session, here(session), version.number)
        with pytest.raises(Conflict):
            figure_cards.answer(session, SYSTEM, here(session, "A"), found, Answer(True))
        with pytest.raises(Conflict):
            priority_versions.freeze(session, SYSTEM, here(session), version.number, ACTA, LATER)
        with pytest.raises(Conflict):
            priority_versions.cancel(session, SYSTEM, here(session), version.number, "No")


def test_an_empty_district_freezes_nothing(store: Store) -> None:
    with store.writing() as session:
        world.catalogue(session)
        world.district(session)
    number = announced(store)
    with store.writing() as session, pytest.raises(Conflict, match="nada que ordenar"):
        priority_versions.freeze(session, SYSTEM, here(session), number, ACTA, LATER)
