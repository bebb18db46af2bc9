"""Who sits in a process: authorities that sign, technical team, oversight committee, CCL."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sqlmodel import col, select

from app.errors import Conflict, Invalid, Unknown
from app.operations import processes
from app.operations.trail import Act, Author
from app.planning.agents import SEXES
from app.records.base import folded
from app.records.places import Where
from app.records.process import BODIES, Process, TeamSeat
from app.store.sessions import Reading, Writing

LEAST_OVERSEERS = 4  # practice of the ordinances (notes on the domain, 4.2), to be verified


@dataclass(frozen=True, slots=True)
class Given:
    """A seat as somebody writes it."""

    body: str
    name: str
    institution: str
    post: str
    since: date
    sex: str = ""


def listed(session: Reading, row: Process) -> Sequence[TeamSeat]:
    """Every seat, those who left too, in the order in which they were given."""
    return session.exec(
        select(TeamSeat)
        .where(TeamSeat.process_id == row.id)
        .order_by(col(TeamSeat.since), col(TeamSeat.id))
    ).all()


def seat(session: Writing, author: Author, where: Where, row: Process, given: Given) -> TeamSeat:
    """Give somebody a seat.

    Raises
    ------
    Invalid
        No such body, no name, an authority without its office, or a sex that is none.
    Conflict
        The person sits there already, or oversees and evaluates at once.
    """
    if given.body not in BODIES or given.sex not in SEXES:
        raise Invalid("No se entiende el equipo o el sexo.", remedy="Elija uno de la lista.")
    if given.body == "authority" and not given.post.strip():
        raise Invalid(
            "Falta el cargo.", remedy="Escríbalo como va en el acta: alcaldesa.", field="post"
        )
    if not given.name.strip():
        raise Invalid("Falta el nombre.", remedy="Escriba nombre y apellidos.", field="name")
    seated = [each for each in listed(session, row) if each.until is None]
    for each in seated:
        if folded(each.name) != folded(given.name):
            continue
        if each.body == given.body:
            raise Conflict("Esa persona ya está en ese equipo.", remedy="Revise la lista.")
        if {each.body, given.body} == {"technical_team", "oversight"}:
            raise Conflict(
                "Quien vigila no puede evaluar: esa persona ya está en el otro equipo.",
                remedy="Elija a otra persona, o termine antes su cargo en el otro equipo.",
            )
    made = TeamSeat(
        process_id=row.id,
        body=given.body,
        name=given.name.strip()[:120],
        sex=given.sex,
        institution=given.institution.strip()[:160],
        post=given.post.strip()[:80],
        since=given.since,
        author_id=author.account_id,
    )
    session.add(made)
    processes.told(session, author, where, Act("seat", "process", made.uuid))
    return made


def leave(
    session: Writing,
    author: Author,
    where: Where,
    row: Process,
    uuid: UUID,
    about: tuple[date, str],
) -> TeamSeat:
    """End a seat on a day, with the reason.

    Raises
    ------
    Unknown
        There is no such seat.
    Conflict
        It ended already.
    Invalid
        It would end before it began, or no reason.
    """
    until, reason = about
    found = session.exec(
        select(TeamSeat).where(TeamSeat.process_id == row.id, TeamSeat.uuid == uuid)
    ).first()
    if found is None:
        raise Unknown("El equipo no tiene ese miembro.", remedy="Vuelva a la lista.")
    if found.until is not None:
        raise Conflict("Ese cargo ya terminó.", remedy="Vuelva a la lista.")
    if until < found.since:
        raise Invalid(
            "El cargo no puede terminar antes de empezar.", remedy="Revise la fecha.", field="until"
        )
    if not reason.strip():
        raise Invalid("Falta la razón.", remedy="Escriba por qué deja el cargo.", field="reason")
    found.until, found.reason = until, reason.strip()[:300]
    session.add(found)
    processes.told(session, author, where, Act("leave", "process", found.uuid, None, reason))
    return found
