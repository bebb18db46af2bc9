"""The process of a year from its ordinance to its teams, on both stores."""

import io
import json
from dataclasses import replace
from datetime import date

import openpyxl
import pytest
from sqlmodel import select

from app.errors import Conflict, Invalid, Malformed, Refusal, Stale, TooLarge, Unknown
from app.operations import (
    agent_import,
    agent_lists,
    agents,
    enrolment_help,
    processes,
    team_seats,
    trainings,
)
from app.operations.agent_import import HEADINGS, Judged
from app.operations.agent_lists import Against
from app.operations.agents import Seen
from app.operations.enrolment_help import Offer
from app.operations.processes import Body
from app.planning.process import Real, Span
from app.records.process import Agent, Process
from app.records.trail import AuditEntry
from app.store.sessions import Store, Writing
from tests.operations.process_town import (
    BODY,
    CALENDAR,
    DAY,
    LATER,
    ORDINANCE,
    YEAR,
    ProcessTown,
    a_process_town,
    agent,
    here,
)
from tests.worlds import built_once


@built_once
def town(store: Store) -> ProcessTown:
    return a_process_town(store)


def listed(town: ProcessTown, session: Writing, count: int = 3) -> Process:
    """A process with so many agents and its preliminary list out."""
    row = town.begun(session)
    for number in range(1, count + 1):
        town.enrol(session, row, number, community="AB"[number % 2])
    agent_lists.publish(session, town.author, here(session), row, "preliminary", DAY)
    return row


def closed(town: ProcessTown, session: Writing) -> Process:
    """A process with its final list out."""
    row = listed(town, session)
    agent_lists.publish(session, town.author, here(session), row, "final", DAY + LATER)
    return row


def objection(agent: int | None = 2, on_day: date = DAY) -> Against:
    return Against("No vive en la comunidad", "Junta de B", on_day, agent)


def test_a_calendar_changes_by_another_version_with_its_reason(town: ProcessTown) -> None:
    later = Body({**CALENDAR, "training": Span(date(2027, 3, 20), date(2027, 3, 21))}, "T. III")
    with town.store.writing() as session:
        row = town.begun(session)
        with pytest.raises(Invalid):
            processes.save(session, town.author, here(session), YEAR, ORDINANCE, later)
        processes.save(
            *(session, town.author, here(session), YEAR, ORDINANCE, later), "Llovió toda la semana"
        )

        kept = processes.versions(session, row)

        assert [(v.version, v.reason) for v in kept] == [(2, "Llovió toda la semana"), (1, "")]
        assert processes.body_of(kept[0]) == later
        assert processes.body_of(kept[1]) == BODY


@pytest.mark.parametrize(
    ("number", "calendar", "field"),
    [
        (" ", CALENDAR, "ordinance"),
        ("O-1", {"call": Span(date(2027, 3, 2), date(2027, 3, 1))}, "call.last"),
        ("O-1", {"call": Span(date(2017, 3, 2), date(2027, 3, 2))}, "call.first"),
        ("O-1", {"fair": Span(date(2027, 3, 2), date(2027, 3, 2))}, "fair"),
    ],
)
def test_a_process_that_cannot_be_is_not_begun(
    town: ProcessTown, number: str, calendar: dict[str, Span], field: str
) -> None:
    with town.store.writing() as session, pytest.raises(Invalid) as refused:
        processes.save(
            *(session, town.author, here(session), YEAR),
            replace(ORDINANCE, number=number),
            Body(calendar),
        )

    assert refused.value.field == field
    with town.store.reading() as session:
        assert processes.years(session, here(session)) == []


def test_real_days_stand_beside_the_planned_ones_and_are_corrected_with_a_reason(
    town: ProcessTown,
) -> None:
    with town.store.writing() as session:
        row, where = town.begun(session), here(session)
        first = Real(date(2027, 3, 2), date(2027, 3, 9))
        processes.note_step(session, town.author, where, row, "enrolment", first, DAY)
        with pytest.raises(Invalid):
            processes.note_step(
                session, town.author, where, row, "enrolment", Real(date(2027, 3, 1)), DAY
            )
        second = Real(date(2027, 3, 3), date(2027, 3, 9))
        processes.note_step(
            *(session, town.author, where, row, "enrolment", second, DAY), "Se abrió el día 3"
        )

        found = {each.kind.code: each for each in processes.standings(session, row, DAY)}

        assert found["enrolment"].state == "closed"
        assert found["enrolment"].real == second
        assert found["enrolment"].planned == CALENDAR["enrolment"]
        assert (found["objections"].state, found["objections"].days) == ("open", 2)
        assert found["costs"].state == "unplanned"
        assert len(processes.history(session, row)) == 2


@pytest.mark.parametrize(
    "days",
    [Real(DAY + LATER), Real(None, DAY), Real(DAY, DAY - LATER)],
)
def test_days_that_did_not_happen_are_not_noted(town: ProcessTown, days: Real) -> None:
    with town.store.writing() as session:
        row = town.begun(session)
        with pytest.raises(Invalid):
            processes.note_step(session, town.author, here(session), row, "call", days, DAY)

        assert processes.real_days(session, row) == {}


def test_agents_get_numbers_and_a_person_is_enrolled_once(town: ProcessTown) -> None:
    with town.store.writing() as session:
        row = town.begun(session)
        made = [town.enrol(session, row, number) for number in (1, 2)]
        with pytest.raises(Invalid) as twice:
            town.enrol(session, row, 3, dni="10000001")
        with pytest.raises(Invalid) as again:
            town.enrol(session, row, 1, dni="99999999", name="PERSONA  1")

        assert [each.number for each in made] == [1, 2]
        assert (twice.value.field, again.value.field) == ("dni", "name")
        assert len(agents.listed(session, row)) == 2


@pytest.mark.parametrize(
    ("over", "field"),
    [
        ({"dni": "123456789"}, "dni"),
        ({"dni": ""}, "dni"),
        ({"kind": "club"}, "kind"),
        ({"name": " "}, "name"),
        ({"sex": "X"}, "sex"),
        ({"community": "Z"}, "community"),
        ({"organisation": "o" * 161}, "organisation"),
    ],
)
def test_an_agent_that_cannot_be_is_not_enrolled(
    town: ProcessTown, over: dict[str, str], field: str
) -> None:
    with town.store.writing() as session:
        row = town.begun(session)
        with pytest.raises(Invalid) as refused:
            town.enrol(session, row, 1, **over)

        assert refused.value.field == field
        assert not agents.listed(session, row)


def test_the_technical_team_has_no_vote_and_womens_organisations_are_told(
    town: ProcessTown,
) -> None:
    with town.store.writing() as session:
        row = town.begun(session)
        team = town.enrol(session, row, 1, kind="technical_team")
        women = town.enrol(session, row, 2, kind="women")

        assert team.voice_only
        assert women.womens


def test_nothing_of_a_person_stands_in_the_trail(town: ProcessTown) -> None:
    with town.store.writing() as session:
        row = listed(town, session)
        seen = Seen(1, 1)
        given = agent(1, phone="999888777")
        why = "Su DNI es 10000001, no 1000 0002"
        agents.change(session, town.author, here(session), row, DAY, (seen, given), why)
        agent_lists.object_(session, town.author, here(session), row, objection(), DAY)
        kept = " ".join(
            f"{e.action} {e.subject} {e.reason} {e.digest}"
            for e in session.exec(select(AuditEntry)).all()
        )

    assert "enrol" in kept
    assert "Su DNI es" in kept
    for private in ("10000001", "1000 0002", "999888777", "Persona", "Junta de B"):
        assert private not in kept


def test_an_agent_is_corrected_by_whoever_saw_the_newest(town: ProcessTown) -> None:
    with town.store.writing() as session:
        row, where = town.begun(session), here(session)
        town.enrol(session, row, 1)
        town.enrol(session, row, 2)
        given = agent(1, name="Rosa Nueva")
        agents.change(session, town.author, where, row, DAY, (Seen(1, 1), given))
        with pytest.raises(Stale):
            agents.change(session, town.author, where, row, DAY, (Seen(1, 1), given))
        with pytest.raises(Invalid):
            taken = agent(1, dni="10000002")
            agents.change(session, town.author, where, row, DAY, (Seen(1, 2), taken))

        assert agents.find(session, row, 1).name == "Rosa Nueva"


def test_an_agent_is_taken_out_once_and_may_come_back(town: ProcessTown) -> None:
    with town.store.writing() as session:
        row, where = town.begun(session), here(session)
        town.enrol(session, row, 1)
        with pytest.raises(Invalid):
            agents.take_out(session, town.author, where, row, Seen(1, 1), " ")
        agents.take_out(session, town.author, where, row, Seen(1, 1), "Renunció")
        with pytest.raises(Conflict):
            agents.take_out(session, town.author, where, row, Seen(1, 2), "Otra vez")
        back = town.enrol(session, row, 1)

        assert back.number == 2
        assert [each.state for each in agents.listed(session, row)] == ["withdrawn", "enrolled"]


def test_after_the_final_list_nobody_enters_leaves_or_changes_community(
    town: ProcessTown,
) -> None:
    with town.store.writing() as session:
        row, where = closed(town, session), here(session)
        with pytest.raises(Conflict):
            town.enrol(session, row, 9)
        with pytest.raises(Conflict):
            agents.take_out(session, town.author, where, row, Seen(1, 1), "Renunció")
        moved = agent(1, community="C")
        with pytest.raises(Conflict):
            agents.change(session, town.author, where, row, DAY, (Seen(1, 1), moved), "Se mudó")
        same = agent(1, community="B", phone="1")
        with pytest.raises(Invalid):
            agents.change(session, town.author, where, row, DAY, (Seen(1, 1), same))
        agents.change(session, town.author, where, row, DAY, (Seen(1, 1), same), "Su teléfono")

        assert agents.find(session, row, 1).phone == "1"


def test_lists_come_in_their_order_and_never_with_personal_numbers(town: ProcessTown) -> None:
    with town.store.writing() as session:
        row, where = town.begun(session), here(session)
        with pytest.raises(Conflict):
            agent_lists.publish(session, town.author, where, row, "preliminary", DAY)
        town.enrol(session, row, 1)
        with pytest.raises(Conflict):
            agent_lists.publish(session, town.author, where, row, "final", DAY)
        first = agent_lists.publish(session, town.author, where, row, "preliminary", DAY)
        with pytest.raises(Conflict):
            agent_lists.publish(session, town.author, where, row, "preliminary", DAY)
        town.enrol(session, row, 2)
        last = agent_lists.publish(session, town.author, where, row, "final", DAY)

        assert [line["added"] for line in last.body] == [False, True]
        assert len(first.body) == 1
        assert first.digest != last.digest == agent_lists.digest(last.body)
        assert "10000001" not in json.dumps(first.body)
        assert processes.real_days(session, row)["final_list"] == Real(DAY, DAY)


def test_an_upheld_objection_takes_the_agent_out_and_the_final_list_waits_for_answers(
    town: ProcessTown,
) -> None:
    with town.store.writing() as session:
        row, where = listed(town, session), here(session)
        agent_lists.object_(session, town.author, where, row, objection(), DAY)
        agent_lists.object_(session, town.author, where, row, objection(None), DAY)
        with pytest.raises(Conflict):
            agent_lists.publish(session, town.author, where, row, "final", DAY)
        agent_lists.decide(session, town.author, where, row, (1, True), "Se comprobó", DAY)
        with pytest.raises(Invalid):
            agent_lists.decide(session, town.author, where, row, (2, False), " ", DAY)
        agent_lists.decide(session, town.author, where, row, (2, False), "No trae acta", DAY)
        with pytest.raises(Conflict):
            agent_lists.decide(session, town.author, where, row, (2, True), "Otra vez", DAY)
        last = agent_lists.publish(session, town.author, where, row, "final", DAY)

        assert [line["number"] for line in last.body] == [1, 3]
        assert agents.find(session, row, 2).state == "excluded"
        assert agents.find(session, row, 2).note == "Se comprobó"


@pytest.mark.parametrize(
    ("on_day", "today"),
    [
        (date(2027, 3, 13), date(2027, 3, 14)),  # after the window
        (date(2027, 3, 9), DAY),  # before the list was out
        (date(2027, 3, 12), DAY),  # not come yet
    ],
)
def test_an_objection_outside_its_days_is_refused(
    town: ProcessTown, on_day: date, today: date
) -> None:
    with town.store.writing() as session:
        row = listed(town, session)
        with pytest.raises(Invalid) as refused:
            given = objection(on_day=on_day)
            agent_lists.object_(session, town.author, here(session), row, given, today)

        assert refused.value.field == "on_day"
        assert not agent_lists.objections(session, row)


def test_no_objection_without_a_list_or_against_nobody(town: ProcessTown) -> None:
    with town.store.writing() as session:
        row, where = town.begun(session), here(session)
        with pytest.raises(Conflict):
            agent_lists.object_(session, town.author, where, row, objection(None), DAY)
    with town.store.writing() as session:
        row = processes.needed(session, where, YEAR)
        town.enrol(session, row, 1)
        agent_lists.publish(session, town.author, where, row, "preliminary", DAY)
        with pytest.raises(Unknown):
            agent_lists.object_(session, town.author, where, row, objection(7), DAY)
        with pytest.raises(Invalid):
            empty = replace(objection(1), text=" ")
            agent_lists.object_(session, town.author, where, row, empty, DAY)


def test_a_list_is_taken_back_only_while_nothing_stands_on_it(town: ProcessTown) -> None:
    with town.store.writing() as session:
        row, where = listed(town, session), here(session)
        with pytest.raises(Invalid):
            agent_lists.withdraw(session, town.author, where, row, "preliminary", "")
        agent_lists.withdraw(session, town.author, where, row, "preliminary", "Salió incompleta")
        assert agent_lists.newest(session, row) is None
        assert processes.real_days(session, row)["preliminary_list"] == Real()
        agent_lists.publish(session, town.author, where, row, "preliminary", DAY)
        assert processes.real_days(session, row)["preliminary_list"] == Real(DAY, DAY)
        agent_lists.object_(session, town.author, where, row, objection(), DAY)
        with pytest.raises(Conflict):
            agent_lists.withdraw(session, town.author, where, row, "preliminary", "Otra vez")
        with pytest.raises(Unknown):
            agent_lists.withdraw(session, town.author, where, row, "final", "No está")


def test_who_may_vote_comes_from_the_final_list(town: ProcessTown) -> None:
    with town.store.writing() as session:
        where = here(session)
        assert agent_lists.entitled(session, where, YEAR) is None
        row = listed(town, session)
        town.enrol(session, row, 8, kind="technical_team", community="C")
        town.enrol(session, row, 9, community="")
        assert agent_lists.entitled(session, where, YEAR) is None
        agent_lists.publish(session, town.author, where, row, "final", DAY)

        assert agent_lists.entitled(session, where, YEAR) == {"A": 1, "B": 2, "": 1}


def test_shares_tell_women_and_the_communities_without_anybody(town: ProcessTown) -> None:
    with town.store.writing() as session:
        row = town.begun(session)
        for number in (1, 2, 3):
            town.enrol(session, row, number, kind="women" if number == 3 else "social")
        town.enrol(session, row, 4, sex="", community="")

        found = agents.shares(session, here(session), row, DAY)

        assert (found.women, found.sex_known, found.agents) == (2, 3, 4)
        assert found.womens_organisations == 1
        assert found.without == ("B", "C")


def test_only_who_is_on_the_list_attends_a_training(town: ProcessTown) -> None:
    with town.store.writing() as session:
        row, where = town.begun(session), here(session)
        town.enrol(session, row, 1)
        with pytest.raises(Invalid):
            trainings.hold(session, town.author, where, row, ("Fases", DAY + LATER, ""), DAY)
        made = trainings.hold(session, town.author, where, row, ("Fases", DAY, "Local"), DAY)
        with pytest.raises(Conflict):
            trainings.attend(session, town.author, where, row, made, [1])
        agent_lists.publish(session, town.author, where, row, "preliminary", DAY)
        town.enrol(session, row, 2)
        with pytest.raises(Conflict):
            trainings.attend(session, town.author, where, row, made, [1, 2])
        trainings.attend(session, town.author, where, row, made, [1, 1])

        assert [held.present for held in trainings.listed(session, row)] == [(1,)]
        trainings.attend(session, town.author, where, row, made, [])
        assert [held.present for held in trainings.listed(session, row)] == [()]


def test_nobody_oversees_what_they_evaluate(town: ProcessTown) -> None:
    seat = team_seats.Given("technical_team", "Ana Pérez", "Planificación", "Jefa", DAY, "F")
    with town.store.writing() as session:
        row, where = town.begun(session), here(session)
        made = team_seats.seat(session, town.author, where, row, seat)
        for body in ("oversight", "technical_team"):
            with pytest.raises(Conflict):
                again = replace(seat, body=body, name="ana  PEREZ")
                team_seats.seat(session, town.author, where, row, again)
        with pytest.raises(Invalid):
            team_seats.leave(session, town.author, where, row, made.uuid, (DAY - LATER, "Renuncia"))
        team_seats.leave(session, town.author, where, row, made.uuid, (DAY, "Renuncia"))
        team_seats.seat(session, town.author, where, row, replace(seat, body="oversight"))

        assert [each.until for each in team_seats.listed(session, row)] == [DAY, None]


def test_help_to_enrol_is_offered_once_taken_and_closed_with_its_outcome(
    town: ProcessTown,
) -> None:
    with town.store.writing() as session:
        row, where = town.begun(session), here(session)
        made = enrolment_help.offer(session, town.author, where, row, Offer("", "B"), DAY)
        with pytest.raises(Conflict):
            enrolment_help.offer(session, town.author, where, row, Offer("", "B"), DAY)
        with pytest.raises(Unknown):
            enrolment_help.offer(session, town.author, where, row, Offer("", "Z"), DAY)
        with pytest.raises(Invalid):
            enrolment_help.offer(session, town.author, where, row, Offer(" "), DAY)
        with pytest.raises(Conflict):
            enrolment_help.close(session, town.author, where, row, made.uuid, (DAY, "Listo"))
        enrolment_help.take(session, town.author, where, row, made.uuid)
        with pytest.raises(Invalid):
            enrolment_help.close(session, town.author, where, row, made.uuid, (DAY, ""))
        enrolment_help.close(session, town.author, where, row, made.uuid, (DAY, "Se inscribió"))

        assert [(e.whom, e.outcome) for e in enrolment_help.listed(session, row)] == [
            ("Comunidad B", "Se inscribió")
        ]


def a_book(*rows: list[object], heads: list[str] | None = None) -> bytes:
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.append(heads or list(HEADINGS.values()))
    for row in rows:
        sheet.append(row)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def line(number: int, **over: object) -> list[object]:
    cells: dict[str, object] = {
        "organisation": f"Club {number}",
        "kind": "Organización de mujeres",
        "womens": "sí",
        "recognition": "R.A. 12",
        "name": f"Socia {number}",
        "sex": "F",
        "dni": f"{20_000_000 + number}",
        "phone": "",
        "community": "A",
        "voice_only": "no",
    }
    return list({**cells, **over}.values())


def read(town: ProcessTown, body: bytes, name: str = "agentes.xlsx") -> Judged:
    with town.store.reading() as session:
        row = processes.needed(session, here(session), YEAR)
        return agent_import.read(session, here(session), row, DAY, (io.BytesIO(body), name))


def begin(town: ProcessTown) -> None:
    with town.store.writing() as session:
        town.enrol(session, town.begun(session), 1)


def test_a_file_is_read_judged_and_only_then_written(town: ProcessTown) -> None:
    begin(town)

    found = read(town, a_book(line(1), line(2, community="", sex="mujer")))

    assert found.errors == ()
    with town.store.writing() as session:
        row, where = processes.needed(session, here(session), YEAR), here(session)
        assert len(agents.listed(session, row)) == 1
        lines = agent_import.again(found.text)
        assert agent_import.keep(session, town.author, where, row, DAY, lines) == 2
        kept = agents.listed(session, row)
        assert [(a.number, a.name, a.sex, a.womens) for a in kept][1:] == [
            (2, "Socia 1", "F", True),
            (3, "Socia 2", "F", True),
        ]
        with pytest.raises(Invalid):
            agent_import.keep(session, town.author, where, row, DAY, lines)


def test_each_bad_row_is_named_and_only_the_good_ones_go_in_if_asked(town: ProcessTown) -> None:
    begin(town)
    body = a_book(
        line(1),
        line(2, dni="123456789"),
        line(3, dni=1234567),
        line(4, dni="20000001"),
        line(5, kind="Sindicato"),
        line(6, community="Nueva Zelanda"),
        line(7, womens="quizás"),
        line(8, name="=1+1"),
        line(9, dni="10000001"),
        line(10, organisation=""),
    )

    found = read(town, body)

    assert {(e.row, (e.field or "").partition(" ")[0]) for e in found.errors} >= {
        (3, "DNI"),
        (4, "DNI"),
        (5, "DNI"),
        (6, "Tipo"),
        (7, "Comunidad"),
        (8, "Organización"),
        (10, "DNI"),
        (11, "Organización"),
    }
    assert {9} <= {e.row for e in found.errors}
    assert all(e.remedy for e in found.errors)
    assert [each.row for each in found.good] == [2]
    with town.store.writing() as session:
        row, where = processes.needed(session, here(session), YEAR), here(session)
        lines = agent_import.again(found.text)
        assert agent_import.keep(session, town.author, where, row, DAY, lines) == 1
        assert [each.name for each in agents.listed(session, row)] == ["Persona 1", "Socia 1"]


@pytest.mark.parametrize(
    ("body", "name", "kind"),
    [
        (b"", "agentes.xlsx", Malformed),
        (a_book(heads=["Nombre", "Apellido"]), "agentes.xlsx", Invalid),
        (a_book(), "agentes.xlsx", Invalid),
        (b"PK\x03\x04 no es un libro", "agentes.xlsx", Refusal),
        (b"%PDF-1.4", "agentes.pdf", Refusal),
        (b"x" * (2 * 1024**2 + 1), "agentes.csv", TooLarge),
        (b"Organizaci\xf3n;DNI\n", "agentes.csv", Invalid),
    ],
)
def test_a_file_that_is_no_list_of_agents_is_refused(
    town: ProcessTown, body: bytes, name: str, kind: type[Refusal]
) -> None:
    begin(town)

    with pytest.raises(kind) as refused:
        read(town, body, name)

    assert refused.value.remedy


def test_a_csv_of_windows_with_semicolons_is_read(town: ProcessTown) -> None:
    begin(town)
    text = (
        "Organización;Tipo de organización;Representante;DNI\nClub Ñandú;Iglesia;Íñigo;20000001\n"
    )

    found = read(town, text.encode("cp1252"), "agentes.csv")

    assert [each.given.organisation for each in found.good] == ["Club Ñandú"]


@pytest.mark.parametrize("text", ["", "nada", "[1]", '[[1, {"x": 2}]]', '[["a", {}]]', "[" * 5000])
def test_a_preview_that_was_tampered_with_is_refused(text: str) -> None:
    with pytest.raises(Malformed):
        agent_import.again(text)


def test_a_preview_with_other_kinds_of_values_is_refused(town: ProcessTown) -> None:
    begin(town)
    found = json.loads(read(town, a_book(line(1))).text)
    found[0][1]["name"] = 7
    with town.store.writing() as session:
        row = processes.needed(session, here(session), YEAR)
        with pytest.raises(Malformed):
            lines = agent_import.again(json.dumps(found))
            agent_import.keep(session, town.author, here(session), row, DAY, lines)


def test_the_template_takes_back_its_own_lines(town: ProcessTown) -> None:
    begin(town)
    book = openpyxl.load_workbook(io.BytesIO(agent_import.template()))
    sheet = book["Agentes"]
    sheet.append(line(1))
    out = io.BytesIO()
    book.save(out)

    found = read(town, out.getvalue())

    assert [each.row for each in found.good] == [2]
    assert not found.errors


def test_no_import_after_the_final_list(town: ProcessTown) -> None:
    with town.store.writing() as session:
        closed(town, session)

    with pytest.raises(Conflict):
        read(town, a_book(line(1)))


def test_what_fails_leaves_nothing_half_done(town: ProcessTown) -> None:
    with town.store.writing() as session:
        row = listed(town, session)
    with pytest.raises(Conflict), town.store.writing() as session:
        town.enrol(session, row, 7)
        agent_lists.publish(session, town.author, here(session), row, "preliminary", DAY)

    with town.store.reading() as session:
        assert len(session.exec(select(Agent)).all()) == 3
