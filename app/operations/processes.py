"""The process of a fiscal year: its versions by ordinance, its calendar, its real days."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from sqlmodel import col, select

from app.errors import Invalid, Unknown
from app.operations import districts, ordinances, process_steps, trail
from app.operations.ordinances import Ordinance
from app.operations.trail import Act, Author
from app.planning import process as rules
from app.planning.process import Real, Span, StepStanding
from app.records.places import Where
from app.records.process import Process, ProcessStep, ProcessVersion
from app.store.sessions import Reading, Writing

LONGEST = 2000
DNI = re.compile(r"\d(?:[ .-]?\d){7,}")


@dataclass(frozen=True, slots=True)
class Body:
    """What an ordinance says of the process: days by step, where its criteria stand, notes."""

    calendar: Mapping[str, Span] = field(default_factory=dict)
    criteria: str = ""
    notes: str = ""

    def kept(self) -> dict[str, Any]:
        """As JSON."""
        return {
            "calendar": {
                code: [span.first.isoformat(), span.last.isoformat()]
                for code, span in self.calendar.items()
            },
            "criteria": self.criteria,
            "notes": self.notes,
        }


def body_of(row: ProcessVersion) -> Body:
    """What a version says."""
    days = {
        code: Span(date.fromisoformat(first), date.fromisoformat(last))
        for code, (first, last) in row.body["calendar"].items()
    }
    return Body(days, row.body["criteria"], row.body["notes"])


def of_year(session: Reading, where: Where, year: int) -> Process | None:
    """The process of a year; None until somebody opened it."""
    return session.exec(
        select(Process).where(Process.place_id == where.place_id, Process.fiscal_year == year)
    ).first()


def needed(session: Reading, where: Where, year: int) -> Process:
    """The process of a year.

    Raises
    ------
    Unknown
        Nobody opened it.
    """
    row = of_year(session, where, year)
    if row is None:
        raise Unknown(
            "El presupuesto {year} todavía no tiene proceso.",
            remedy="Abra primero el proceso con su ordenanza y cronograma.",
            year=year,
        )
    return row


def held(session: Writing, where: Where, year: int) -> Process:
    """The process of a year, for one writer at a time.

    Raises
    ------
    Unknown
        Nobody opened it.
    """
    session.hold(f"process {where.code} {year}")
    return needed(session, where, year)


def years(session: Reading, where: Where) -> list[int]:
    """The years that have a process, the newest first."""
    return list(
        session.exec(
            select(Process.fiscal_year)
            .where(Process.place_id == where.place_id)
            .order_by(col(Process.fiscal_year).desc())
        ).all()
    )


def versions(session: Reading, row: Process) -> Sequence[ProcessVersion]:
    """Every version, the newest first."""
    return session.exec(
        select(ProcessVersion)
        .where(ProcessVersion.process_id == row.id)
        .order_by(col(ProcessVersion.version).desc())
    ).all()


def in_force(session: Reading, row: Process) -> ProcessVersion:
    """The version in force."""
    return versions(session, row)[0]


def save(
    session: Writing,
    author: Author,
    where: Where,
    year: int,
    ordinance: Ordinance,
    body: Body,
    reason: str = "",
) -> Process:
    """Open the process of a year, or write another version of it.

    Raises
    ------
    Invalid
        No ordinance, days that no calendar can say, or a change without its reason.
    """
    session.hold(f"process {where.code} {year}")
    row = of_year(session, where, year)
    before = in_force(session, row).version if row else None
    stands = ordinances.version(author, ordinance, reason, before)
    rules.check_calendar(process_steps.kinds(), body.calendar)
    _check_years(body.calendar, year)
    if row is None:
        row = Process(place_id=districts.own(where), fiscal_year=year, author_id=author.account_id)
        session.add(row)
        session.flush()
    session.add(
        ProcessVersion(
            process_id=row.id,
            body=Body(
                body.calendar, body.criteria.strip()[:LONGEST], body.notes.strip()[:LONGEST]
            ).kept(),
            **stands,
        )
    )
    told(
        session,
        author,
        where,
        Act("write", "process", row.uuid, None, reason, f"v{stands['version']}"),
    )
    return row


def _check_years(calendar: Mapping[str, Span], year: int) -> None:
    """A year mistyped by ten is no calendar; one that is late by a year still is."""
    for code, span in calendar.items():
        if not year - 2 <= span.first.year <= span.last.year <= year + 1:
            raise Invalid(
                "Una fecha del cronograma es del año {found}, y el proceso es para {year}.",
                remedy="Revise el año de la fecha.",
                field=f"{code}.first",
                found=span.first.year if span.first.year != year else span.last.year,
                year=year,
            )


def told(session: Writing, author: Author, where: Where, act: Act) -> None:
    """Write an act of the process in the trail, with its place.

    A reason is typed by a person and may name a DNI: its digits stay out of the chain.
    """
    session.flush()
    reason = DNI.sub("········", act.reason)
    placed = Act(act.action, act.register, act.subject, where.place_id, reason, act.digest)
    trail.written(session, author, where, placed)


def history(session: Reading, row: Process) -> Sequence[ProcessStep]:
    """Every note of real days, the newest first."""
    return session.exec(
        select(ProcessStep)
        .where(ProcessStep.process_id == row.id)
        .order_by(col(ProcessStep.id).desc())
    ).all()


def real_days(session: Reading, row: Process) -> dict[str, Real]:
    """When each step really opened and closed, by the newest note of each."""
    found: dict[str, Real] = {}
    for note in history(session, row):
        found.setdefault(note.kind, Real(note.opened_on, note.closed_on))
    return found


def note_step(
    session: Writing,
    author: Author,
    where: Where,
    row: Process,
    kind: str,
    days: Real,
    today: date,
    note: str = "",
) -> ProcessStep:
    """Note when a step really opened and closed; a correction is another note.

    Raises
    ------
    Invalid
        An unknown step, days that have not come, a close without or before the opening, or
        a correction without its reason.
    """
    if process_steps.entry(kind) is None:
        raise Invalid("«{step}» no es un paso del proceso.", field="kind", step=kind[:40])
    if days.closed is not None and (days.opened is None or days.closed < days.opened):
        raise Invalid(
            "El paso no puede cerrar antes de abrir.",
            remedy="Escriba el día en que abrió y el día en que cerró.",
            field="closed_on",
        )
    if any(day is not None and day > today for day in (days.opened, days.closed)):
        raise Invalid(
            "Aquí va lo que ya pasó, y ese día todavía no llega.",
            remedy="Lo que está por venir se escribe en el cronograma.",
            field="opened_on",
        )
    before = real_days(session, row).get(kind)
    if before is not None and before.closed is not None and not note.strip():
        raise Invalid(
            "Ese paso ya se había cerrado: falta la razón de la corrección.",
            remedy="Escriba por qué se corrige; lo anterior no se borra.",
            field="note",
        )
    made = ProcessStep(
        process_id=row.id,
        kind=kind,
        opened_on=days.opened,
        closed_on=days.closed,
        note=note.strip()[:500],
        author_id=author.account_id,
    )
    session.add(made)
    told(session, author, where, Act("step", "process", row.uuid, None, note, kind))
    return made


def standings(session: Reading, row: Process, day: date, lang: str = "es") -> list[StepStanding]:
    """How every step stands on a day."""
    body = body_of(in_force(session, row))
    return rules.standings(process_steps.kinds(lang), body.calendar, real_days(session, row), day)


def window(session: Reading, row: Process, kind: str) -> Span | None:
    """The days in which a step is open, planned or as they really were."""
    body = body_of(in_force(session, row))
    return rules.window(body.calendar.get(kind), real_days(session, row).get(kind, Real()))
