"""Norms as kept: seeded unverified, loaded, verified, annulled, and asked by day."""

from datetime import date

import pytest

from app.errors import Conflict, Invalid
from app.operations import norms
from app.operations.norms import Given
from app.operations.trail import SYSTEM
from app.planning.gate import Answers, verdict
from app.planning.norms import InvalidTable
from app.records import catalogues
from app.store.sessions import Store
from tests.worlds import built_once

DAY = date(2026, 11, 1)
SCHEDULE = Given("growth.visits", "0; 11; 11\n12; 23; 6", "RM 682-2025-MINSA", date(2025, 10, 1))


@built_once
def seeded(store: Store) -> Store:
    """A store with the norms of the seeds."""
    with store.writing() as session:
        norms.seed(session)
    return store


def loaded(store: Store, given: Given = SCHEDULE) -> catalogues.Norm:
    with store.writing() as session:
        return norms.load(session, SYSTEM, given)


def test_no_norm_ships_as_verified_and_seeding_twice_adds_nothing(seeded: Store) -> None:
    with seeded.writing() as session:
        again = norms.seed(session)
        rows = norms.listed(session)

    assert again == 0
    assert rows
    assert [row.verified_by for row in rows if row.verified_by] == []


def test_a_table_takes_the_place_of_its_announcement(seeded: Store) -> None:
    loaded(seeded)
    with seeded.reading() as session:
        before = norms.in_force(session, "growth.visits", date(2025, 9, 30))
        now = norms.in_force(session, "growth.visits", DAY)

    assert before is not None
    assert (before.source, before.at(13)) == ("RM 537-2017-MINSA", 6)
    assert now is not None
    assert (now.source, now.at(13), now.is_verified) == ("RM 682-2025-MINSA", 6, False)


def test_a_second_of_the_same_day_is_refused_until_the_first_is_annulled(seeded: Store) -> None:
    first = loaded(seeded)
    with pytest.raises(Conflict, match="Ya hay una norma"):
        loaded(seeded)
    with seeded.writing() as session:
        norms.annul(session, SYSTEM, first.uuid, "Error de copia")
    loaded(seeded)

    with seeded.reading() as session:
        assert norms.in_force(session, "growth.visits", DAY) is not None


def test_what_a_person_verified_is_said_without_a_doubt(seeded: Store) -> None:
    narrow = Answers("district", "investment", None, True, True, True, 0.01)
    with seeded.reading() as session:
        doubted = verdict(narrow, norms.coverage(session, DAY))
        rows = [row for row in norms.listed(session) if row.code == "budget.coverage"]
    with seeded.writing() as session:
        norms.verify(session, SYSTEM, rows[0].uuid, "Ana Quispe, asesora legal", DAY)
    with seeded.reading() as session:
        sure = verdict(narrow, norms.coverage(session, DAY))

    assert "por verificar" in doubted.advice[-1].sentence
    assert "por verificar" not in sure.advice[-1].sentence
    with pytest.raises(Conflict, match="ya fue verificada"), seeded.writing() as session:
        norms.verify(session, SYSTEM, rows[0].uuid, "Otra", DAY)


@pytest.mark.parametrize(
    ("given", "refusal"),
    [
        (Given("nada", "1", "x", DAY), Invalid),
        (Given("growth.visits", "", "x", DAY), Invalid),
        (Given("growth.visits", "0; 11", "x", DAY), InvalidTable),
        (Given("growth.visits", "0; 11; 1", " ", DAY), Invalid),
        (Given("growth.visits", "0; 11; 1", "x", DAY, DAY), Invalid),
    ],
)
def test_what_cannot_be_a_norm_is_refused_and_nothing_is_kept(
    seeded: Store, given: Given, refusal: type[Exception]
) -> None:
    with seeded.reading() as session:
        before = len(norms.listed(session))
    with pytest.raises(refusal):
        loaded(seeded, given)
    with seeded.reading() as session:
        assert len(norms.listed(session)) == before
