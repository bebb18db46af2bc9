"""Agents whom a later decision puts back, and what is forgotten of all of them in the end."""

import threading
from datetime import date
from pathlib import Path

import pytest
from sqlmodel import select

from app.errors import Conflict, Invalid, Stale, Unknown
from app.operations import access, agent_lists, agents, processes, retention, trail
from app.operations.agent_lists import Against
from app.operations.agents import Seen
from app.operations.progress import Report
from app.planning.process import Span
from app.records.jobs import Job
from app.records.process import Agent, AgentList, Process
from app.records.trail import AuditEntry
from app.settings import Settings
from app.store.sessions import Store, Writing
from tests.operations.process_town import (
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


def excluded(town: ProcessTown, session: Writing) -> Process:
    """Three agents on the preliminary list, the second of them out by an objection."""
    row, where = town.begun(session), here(session)
    for number in (1, 2, 3):
        town.enrol(session, row, number, phone=f"90000000{number}")
    agent_lists.publish(session, town.author, where, row, "preliminary", DAY)
    against = Against("No vive aquí", "Junta de B", DAY, 2)
    agent_lists.object_(session, town.author, where, row, against, DAY)
    agent_lists.decide(session, town.author, where, row, (1, True), "Se comprobó", DAY)
    return row


def test_an_excluded_agent_is_put_back_with_the_reason_and_enters_the_final_list(
    town: ProcessTown,
) -> None:
    with town.store.writing() as session:
        row, where = excluded(town, session), here(session)
        agents.reinstate(session, town.author, where, row, Seen(2, 2), "Apeló y trajo su acta")

        last = agent_lists.publish(session, town.author, where, row, "final", DAY + LATER)

        found = agents.find(session, row, 2)
        assert (found.state, found.note) == ("enrolled", "Apeló y trajo su acta")
        assert [(line["number"], line["added"]) for line in last.body] == [
            (1, False),
            (2, False),
            (3, False),
        ]
        assert agent_lists.objections(session, row)[0].upheld
        acts = session.exec(select(AuditEntry).where(AuditEntry.subject == str(found.uuid))).all()
        assert [each.action for each in acts][-2:] == ["excluded", "reinstate"]
        assert acts[-1].reason == "Apeló y trajo su acta"


def test_nobody_is_put_back_without_reason_twice_or_by_an_old_page(town: ProcessTown) -> None:
    with town.store.writing() as session:
        row, where = excluded(town, session), here(session)
        with pytest.raises(Invalid):
            agents.reinstate(session, town.author, where, row, Seen(2, 2), " ")
        with pytest.raises(Stale):
            agents.reinstate(session, town.author, where, row, Seen(2, 1), "Apeló")
        with pytest.raises(Unknown):
            agents.reinstate(session, town.author, where, row, Seen(9, 1), "Apeló")
        agents.reinstate(session, town.author, where, row, Seen(2, 2), "Apeló")
        with pytest.raises(Conflict):
            agents.reinstate(session, town.author, where, row, Seen(2, 3), "Otra vez")

        assert agents.find(session, row, 2).revision == 3


def test_who_left_by_themselves_or_missed_the_final_list_is_not_put_back(
    town: ProcessTown,
) -> None:
    with town.store.writing() as session:
        row, where = excluded(town, session), here(session)
        agents.take_out(session, town.author, where, row, Seen(1, 1), "Renunció")
        with pytest.raises(Conflict):
            agents.reinstate(session, town.author, where, row, Seen(1, 2), "Se arrepintió")
        agent_lists.publish(session, town.author, where, row, "final", DAY + LATER)
        with pytest.raises(Conflict):
            agents.reinstate(session, town.author, where, row, Seen(2, 2), "Apeló tarde")

        assert agents.find(session, row, 2).state == "excluded"


def test_nobody_is_put_back_beside_another_with_the_same_dni(town: ProcessTown) -> None:
    with town.store.writing() as session:
        row, where = excluded(town, session), here(session)
        taken = agent(1, dni="10000002")
        agents.change(session, town.author, where, row, DAY, (Seen(1, 1), taken))
        with pytest.raises(Invalid) as refused:
            agents.reinstate(session, town.author, where, row, Seen(2, 2), "Apeló")

        assert refused.value.field == "dni"


@pytest.mark.parametrize(
    ("today", "forgotten"),
    [(date(2029, 12, 31), 0), (date(2030, 1, 1), 3), (date(2040, 1, 1), 3)],
)
def test_dni_and_telephone_go_a_year_after_the_fiscal_year_and_all_else_stays(
    town: ProcessTown, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, today: date, forgotten: int
) -> None:
    with town.store.writing() as session:
        row, where = excluded(town, session), here(session)
        agents.take_out(session, town.author, where, row, Seen(3, 1), "Renunció")
        before = agents.shares(session, where, row, DAY)
    monkeypatch.setattr(access, "today", lambda: today)

    erased = retention.erase_old(town.store, Settings(home=tmp_path, database_url=town.store.url))

    assert erased["agents"] == forgotten
    with town.store.reading() as session:
        rows = session.exec(select(Agent).order_by("number")).all()
        kept = [] if forgotten else [f"1000000{n}" for n in (1, 2, 3)]
        assert [each.dni for each in rows if each.dni] == kept
        assert bool([each.phone for each in rows if each.phone]) == bool(kept)
        assert [(e.name, e.state) for e in rows] == [
            ("Persona 1", "enrolled"),
            ("Persona 2", "excluded"),
            ("Persona 3", "withdrawn"),
        ]
        assert agents.shares(session, here(session), row, DAY) == before
        assert len(session.exec(select(AgentList)).one().body) == 3
        acts = session.exec(select(AuditEntry).where(AuditEntry.action == "retention")).all()
        told = [(each.register_code, each.reason) for each in acts]
        expected = [
            ("agents", "DNI y teléfono de agentes: 3"),
            ("privacy", "agents: 3"),
        ]
        assert told == (expected if forgotten else [])


def test_only_processes_that_are_over_are_forgotten_and_only_once(
    town: ProcessTown, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with town.store.writing() as session:
        excluded(town, session)
        days = {"call": Span(date(2030, 3, 1), date(2030, 3, 2))}
        later = processes.save(
            session, town.author, here(session), YEAR + 3, ORDINANCE, processes.Body(days)
        )
        agents.enrol(session, town.author, here(session), later, DAY, agent(7))
    monkeypatch.setattr(access, "today", lambda: date(2030, 6, 1))
    settings = Settings(home=tmp_path, database_url=town.store.url, agent_days=30)
    job, report = Job(kind="retention"), Report(settings, threading.Event())

    first, second = (retention.run(town.store, job, report)["agents"] for _ in range(2))

    assert (first, second) == (3, 0)
    with town.store.reading() as session:
        assert session.exec(select(Agent.dni).where(Agent.dni != "")).all() == ["10000007"]
        assert trail.broken_seals(session) == []
