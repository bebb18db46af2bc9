"""What the gate remembers is forgotten with the next change, whoever makes it."""

from unittest.mock import patch

import pytest
from sqlmodel import select

from app.http import known
from app.http.known import MISSING, Known
from app.operations.seats import Seat
from app.records import stamps
from app.records.people import Account, Binding, Login, PolicyRow
from app.store.sessions import Store, Writing
from tests.http.town import DISTRICT, Town, an_account

INDICATORS = f"/api/v1/districts/{DISTRICT}/indicators"
NEEDS = f"/api/v1/districts/{DISTRICT}/visits"


def _lose_role(session: Writing) -> None:
    for each in session.exec(select(Binding).where(Binding.role == "planner")).all():
        session.delete(each)


def _revoke(session: Writing) -> None:
    for each in session.exec(select(Login)).all():
        session.delete(each)


def _end(session: Writing) -> None:
    session.exec(select(Account).where(Account.login == "planner")).one().active = False


def _narrow(session: Writing) -> None:
    for each in session.exec(select(PolicyRow).where(PolicyRow.role == "planner")).all():
        session.delete(each)
    stamps.bump(session, "policy")


@pytest.mark.parametrize(
    ("change", "status"), [(_lose_role, 403), (_revoke, 401), (_end, 401), (_narrow, 403)]
)
def test_who_may_no_longer_is_refused_at_the_very_next_request(
    town: Town, change: object, status: int
) -> None:
    an_account(town.store, "planner", Seat("planner", ubigeo=DISTRICT))
    client = town.client("planner")
    before = [client.get(NEEDS).status_code for _ in range(2)]
    another_process = Store(town.store.url)
    with another_process.writing() as session:
        change(session)  # type: ignore[operator]
    another_process.close()

    after = client.get(NEEDS).status_code

    assert (before, after) == ([200, 200], status)


def test_each_place_and_each_person_has_an_answer_of_its_own(town: Town) -> None:
    an_account(town.store, "planner", Seat("planner", ubigeo=DISTRICT))
    planner, nobody = town.client("planner"), town.client()
    elsewhere = NEEDS.replace(DISTRICT, "990102")

    answers = [
        each.status_code
        for _ in range(2)
        for each in (planner.get(NEEDS), nobody.get(NEEDS), planner.get(elsewhere))
    ]

    assert answers == [200, 401, 403] * 2


def test_another_state_forgets_all() -> None:
    memory = Known()
    memory.look(1, "key", lambda: "old")

    assert memory.look(1, "key", lambda: "new") == "old"
    assert memory.get(2, "key") is MISSING
    assert memory.get(1, "key") is MISSING


def test_a_value_made_while_the_store_changed_is_not_kept() -> None:
    memory = Known()

    def made() -> str:
        memory.get(2, "another request")
        return "of the first state"

    assert memory.look(1, "key", made) == "of the first state"
    assert memory.get(2, "key") is MISSING


def test_what_ends_by_the_clock_is_looked_up_again_after_seconds() -> None:
    memory = Known()
    memory.look(1, "key", lambda: "old")
    with patch.object(known, "HOLDS_S", 0.0):
        memory.get(2, "key")  # turns the page, which holds for no time at all
        memory.look(2, "key", lambda: "kept for a moment")

        assert memory.get(2, "key") is MISSING
