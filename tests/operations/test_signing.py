"""Who signs: by name where a seat or a list says so on that day, a blank line otherwise."""

from datetime import date

import pytest

from app.documents.acta import Signer
from app.errors import Invalid
from app.operations import agent_lists, signing, team_seats
from app.records.process import Process
from app.store.sessions import Store, Writing
from tests.operations.process_town import DAY, LATER, YEAR, ProcessTown, a_process_town, here
from tests.worlds import built_once


@built_once
def town(store: Store) -> ProcessTown:
    return a_process_town(store)


def seat(
    town: ProcessTown, session: Writing, row: Process, body: str, name: str, post: str = ""
) -> None:
    given = team_seats.Given(body, name, "", post, DAY)
    team_seats.seat(session, town.author, here(session), row, given)


def test_nobody_known_leaves_blank_lines_for_every_office(town: ProcessTown) -> None:
    with town.store.reading() as session:
        found = signing.of_workshop(session, here(session), YEAR, DAY)

    assert [each.office for each in found] == [
        signing.MAYOR,
        signing.TEAM,
        signing.OVERSIGHT,
        signing.OVERSIGHT,
        signing.AGENT,
        signing.AGENT,
    ]
    assert not any(each.name for each in found)


def test_who_sits_on_that_day_signs_by_name_and_who_left_does_not(town: ProcessTown) -> None:
    with town.store.writing() as session:
        row = town.begun(session)
        seat(town, session, row, "authority", "Rosa Quispe", "Alcaldesa")
        seat(town, session, row, "authority", "Saúl Inga", "Jefe de Planificación")
        seat(town, session, row, "authority", "Ada Ruiz", "Regidora")
        seat(town, session, row, "oversight", "Eva Tello", "Presidencia")
        seat(town, session, row, "oversight", "Luz Ríos")
        left = team_seats.listed(session, row)[-1]
        until = (DAY + LATER, "Renuncia")
        team_seats.leave(session, town.author, here(session), row, left.uuid, until)
        session.flush()

        before = signing.of_workshop(session, here(session), YEAR, DAY)
        after = signing.of_workshop(session, here(session), YEAR, DAY + LATER)
        seats = signing.seats_on(session, here(session), DAY)

        assert before[:3] == (
            Signer("Alcaldesa", "Rosa Quispe"),
            Signer("Jefe de Planificación", "Saúl Inga"),
            Signer("Regidora", "Ada Ruiz"),
        )
        assert Signer("Presidencia, comité de vigilancia", "Eva Tello") in before
        assert {each.name for each in before} - {each.name for each in after} == {"Luz Ríos"}
        assert signing.official(seats, signing.PLANNING).name == "Saúl Inga"


def test_the_committee_of_another_year_does_not_sign_the_acta_of_this_one(
    town: ProcessTown,
) -> None:
    with town.store.writing() as session:
        row = town.begun(session)
        seat(town, session, row, "oversight", "Eva Tello")
        seat(town, session, row, "authority", "Rosa Quispe", "Alcaldesa")
        session.flush()

        found = signing.of_workshop(session, here(session), YEAR + 1, DAY)

        assert [each.name for each in found if each.name] == ["Rosa Quispe"]


def test_an_authority_says_its_office(town: ProcessTown) -> None:
    with town.store.writing() as session:
        row = town.begun(session)

        with pytest.raises(Invalid, match="cargo"):
            seat(town, session, row, "authority", "Rosa Quispe")


def test_agents_with_a_vote_sign_on_their_list_and_their_dni_is_left_to_them(
    town: ProcessTown,
) -> None:
    with town.store.writing() as session:
        row, where = town.begun(session), here(session)
        town.enrol(session, row, 1)
        town.enrol(session, row, 2, voice_only=True)
        agent_lists.publish(session, town.author, where, row, "preliminary", DAY)
        assert signing.roll(session, where, YEAR) is None
        agent_lists.publish(session, town.author, where, row, "final", DAY + LATER)

        found = signing.roll(session, where, YEAR)
        signers = signing.of_workshop(session, where, YEAR, DAY)

        assert found is not None
        assert found.table is not None
        assert [line[1] for line in found.table.rows] == ["Persona 1", *[""] * signing.SPARE]
        assert "10000001" not in str(found)
        assert signing.AGENT not in {each.office for each in signers}


@pytest.mark.parametrize(
    ("text", "office", "name"),
    [
        ("Alcaldesa: Rosa Quispe", "Alcaldesa", "Rosa Quispe"),
        ("Comité de vigilancia", "Comité de vigilancia", ""),
        ("Por la mesa: vocal:  Eva ", "Por la mesa: vocal", "Eva"),
        ("Alcaldesa:", "Alcaldesa", ""),
    ],
)
def test_a_line_is_read_as_people_write_it(text: str, office: str, name: str) -> None:
    assert signing.read(text) == Signer(office, name)
    assert signing.read(signing.line(Signer(office, name))) == Signer(office, name)


def test_a_day_before_every_seat_has_nobody(town: ProcessTown) -> None:
    with town.store.writing() as session:
        seat(town, session, town.begun(session), "oversight", "Eva Tello")
        session.flush()

        assert signing.seats_on(session, here(session), date(2020, 1, 1)) == []
