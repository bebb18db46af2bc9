"""One home in ten is asked again by another person; how far both agree is told, never counted."""

from pathlib import Path

import pytest
from sqlmodel import select

from app.errors import Conflict, Forbidden, Invalid, Unknown
from app.operations import erasure, form_scores, reinterviews
from app.operations.erasure import Erasing
from app.operations.reinterviews import Lot
from app.operations.trail import Author
from app.records.aggregates import Aggregate
from app.records.families import Family
from app.records.intake import Form
from app.records.reinterviews import Reinterview
from app.records.trail import AuditEntry
from tests.operations.test_review import a_reviewer, act
from tests.operations.test_round_review import HOMES, the_round, twelve_homes
from tests.town import Town


def the_lot(town: Town) -> Lot:
    with town.store.reading() as session:
        return reinterviews.of_round(session, town.where, the_round(town))


def ask(town: Town, who: Author, family: object, value: str, outcome: str = "interviewed") -> None:
    said = {"P-F1 0": value} if value else {}
    reinterviews.save(town.store, who, town.where, the_round(town), family, outcome, said)  # type: ignore[arg-type]


@pytest.fixture
def drawn(town: Town) -> tuple[Town, Author, Form, Lot]:
    """Twelve approved homes, of which two were drawn, and an agent who did not ask them."""
    form = act(town, town.author, twelve_homes(town), "approve")
    return town, a_reviewer(town, "Elmer"), form, the_lot(town)


def test_nobody_is_drawn_before_the_lines_are_approved(town: Town) -> None:
    twelve_homes(town)

    assert the_lot(town).tasks == ()


def test_two_of_twelve_are_drawn_and_stay_drawn(drawn: tuple[Town, Author, Form, Lot]) -> None:
    town, who, _, lot = drawn
    ask(town, who, lot.tasks[0].family_uuid, "meets")

    again = the_lot(town)

    assert (len(lot.tasks), lot.homes) == (2, 12)
    assert {task.code for task in lot.tasks} <= set(HOMES)
    assert [t.code for t in again.tasks] == [t.code for t in lot.tasks]
    assert [t.open for t in again.tasks] == [False, True]


def test_second_answers_tell_how_far_they_agree_and_count_nowhere(
    drawn: tuple[Town, Author, Form, Lot],
) -> None:
    town, who, form, lot = drawn
    for task in lot.tasks:
        ask(town, who, task.family_uuid, "meets")

    with town.store.reading() as session:
        found = reinterviews.agreed(session, the_round(town).uuid)
        counted = session.exec(select(Aggregate).where(Aggregate.n > 0)).all()
        score = form_scores.of_document(session, session.get_one(Form, form.id))
    firsts = [int(task.code[1:]) % 2 == 0 for task in lot.tasks]  # even homes meet it
    assert found is not None
    assert (found.asked, found.over_all.n) == (2, 2)
    assert found.over_all.equal == sum(firsts)
    assert found.over_all.kappa is None
    assert {(row.x, row.n) for row in counted} == {(6, 12)}
    assert any(r.code == "told_otherwise" for r in score.reasons) == (sum(firsts) < 2)


def test_who_asked_first_does_not_ask_again(drawn: tuple[Town, Author, Form, Lot]) -> None:
    town, _, _, lot = drawn

    with pytest.raises(Forbidden, match="primera vez"):
        ask(town, town.author, lot.tasks[0].family_uuid, "meets")


def test_an_absent_home_may_be_visited_again_and_a_refusal_stands(
    drawn: tuple[Town, Author, Form, Lot],
) -> None:
    town, who, _, lot = drawn
    one, other = (task.family_uuid for task in lot.tasks)
    ask(town, who, one, "", "absent")
    ask(town, who, one, "not_yet")
    ask(town, who, other, "", "refused")

    with pytest.raises(Conflict):
        ask(town, who, other, "meets")

    assert [task.outcome for task in the_lot(town).tasks] == ["interviewed", "refused"]


def test_questions_left_open_and_homes_not_drawn_are_refused(
    drawn: tuple[Town, Author, Form, Lot],
) -> None:
    town, who, _, lot = drawn
    codes = {task.code for task in lot.tasks}
    with town.store.reading() as session:
        others = session.exec(select(Family)).all()
    stranger = next(family.uuid for family in others if family.code not in codes)
    with pytest.raises(Invalid, match="Faltan 1"):
        ask(town, who, lot.tasks[0].family_uuid, "")
    with pytest.raises(Invalid, match="visita"):
        ask(town, who, lot.tasks[0].family_uuid, "meets", "")
    with pytest.raises(Unknown):
        ask(town, who, stranger, "meets")


def test_the_seed_stands_in_the_trail_and_the_answers_do_not(
    drawn: tuple[Town, Author, Form, Lot],
) -> None:
    town, who, _, lot = drawn
    ask(town, who, lot.tasks[0].family_uuid, "meets")

    with town.store.reading() as session:
        row = session.exec(select(AuditEntry).where(AuditEntry.action == "reinterview")).one()
    assert row.reason == f"sorteo {lot.seed}: 2/12 hogares"


def test_second_answers_go_with_their_family(
    drawn: tuple[Town, Author, Form, Lot], tmp_path: Path
) -> None:
    town, who, _, lot = drawn
    ask(town, who, lot.tasks[0].family_uuid, "meets")

    asked = Erasing(lot.tasks[0].family_uuid, "Lo pidió la familia", tmp_path)
    erasure.erase_family(town.store, town.author, asked)

    with town.store.reading() as session:
        assert session.exec(select(Reinterview)).all() == []
