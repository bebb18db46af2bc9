"""Help to enrol, for communities without an agent and for women's groups: taken and closed.

Weak women's organisations are those that miss the register (McNulty 2015, in the notes on the
domain, 4.2), so the offer is a task with somebody's name on it.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sqlmodel import col, select

from app.errors import Conflict, Invalid, Unknown
from app.operations import agents, processes
from app.operations.trail import Act, Author
from app.planning import process as law
from app.records.places import Where
from app.records.process import EnrolmentHelp, Process
from app.store.sessions import Reading, Writing
from app.store.types import now


@dataclass(frozen=True, slots=True)
class Offer:
    """Whom to help: a community by its code, a group by its name, or both."""

    whom: str
    community: str = ""
    womens: bool = False


def listed(session: Reading, row: Process) -> Sequence[EnrolmentHelp]:
    """Every offer, the open ones first."""
    return session.exec(
        select(EnrolmentHelp)
        .where(EnrolmentHelp.process_id == row.id)
        .order_by(col(EnrolmentHelp.closed_on).is_not(None), col(EnrolmentHelp.id))
    ).all()


def offer(
    session: Writing, author: Author, where: Where, row: Process, given: Offer, day: date
) -> EnrolmentHelp:
    """Offer help to a community or a women's group.

    Raises
    ------
    Conflict
        The final list is out, or the same offer is open.
    Unknown
        The district has no such community.
    Invalid
        Nobody is named.
    """
    law.check_enrolment(agents.final_on(session, row))
    known = {each.code: each for each in agents.communities(session, where, day)}
    if given.community and given.community not in known:
        raise Unknown("El distrito no tiene esa comunidad.", remedy="Elija una de la lista.")
    place = known.get(given.community)
    whom = given.whom.strip() or (place.name if place else "")
    if not whom:
        raise Invalid(
            "Falta a quién se ayuda.", remedy="Elija la comunidad o escriba el grupo.", field="whom"
        )
    place_id = place.id if place else None
    for each in listed(session, row):
        same = each.community_id == place_id and each.whom == whom[:160]
        if same and each.closed_on is None:
            raise Conflict("Esa ayuda ya está en la lista.", remedy="Tómela desde la lista.")
    made = EnrolmentHelp(
        process_id=row.id,
        community_id=place_id,
        whom=whom[:160],
        womens=given.womens,
        author_id=author.account_id,
    )
    session.add(made)
    processes.told(session, author, where, Act("offer", "agents", made.uuid))
    return made


def _find(session: Reading, row: Process, uuid: UUID) -> EnrolmentHelp:
    found = session.exec(
        select(EnrolmentHelp).where(EnrolmentHelp.process_id == row.id, EnrolmentHelp.uuid == uuid)
    ).first()
    if found is None:
        raise Unknown("El proceso no tiene esa ayuda pendiente.", remedy="Vuelva a la lista.")
    if found.closed_on is not None:
        raise Conflict("Esa ayuda ya se cerró.", remedy="Vuelva a la lista.")
    return found


def take(session: Writing, author: Author, where: Where, row: Process, uuid: UUID) -> EnrolmentHelp:
    """Take an offer upon oneself; another may take it over.

    Raises
    ------
    Unknown, Conflict
        There is none, or it is closed.
    """
    found = _find(session, row, uuid)
    found.taken_by, found.taken_at = author.account_id, now()
    session.add(found)
    processes.told(session, author, where, Act("take", "agents", found.uuid))
    return found


def close(
    session: Writing,
    author: Author,
    where: Where,
    row: Process,
    uuid: UUID,
    about: tuple[date, str],
) -> EnrolmentHelp:
    """Close an offer with what came of it.

    Raises
    ------
    Unknown, Conflict
        There is none, it is closed, or nobody took it.
    Invalid
        No words on what came of it.
    """
    day, outcome = about
    found = _find(session, row, uuid)
    if found.taken_by is None:
        raise Conflict("Nadie tomó todavía esa ayuda.", remedy="Tómela primero.")
    if not outcome.strip():
        raise Invalid(
            "Falta decir en qué quedó.",
            remedy="Escriba si se inscribió, o por qué no.",
            field="outcome",
        )
    found.closed_on, found.outcome = day, outcome.strip()[:300]
    session.add(found)
    processes.told(session, author, where, Act("close", "agents", found.uuid, None, outcome))
    return found
