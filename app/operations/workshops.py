"""The workshop of a voting: when and where it was, who was there, who signs."""

from dataclasses import dataclass, field
from datetime import date

from sqlmodel import col, select

from app.errors import Invalid
from app.operations import acta_words, trail
from app.operations.trail import Act, Author
from app.records.places import Where
from app.records.voting import Voting, Workshop
from app.store.sessions import Reading, Writing


@dataclass(frozen=True, slots=True)
class Told:
    """What people say of the workshop; ``printed`` and ``given`` sheets where they know."""

    held_on: date
    venue: str
    began: str = ""
    ended: str = ""
    present: int | None = None
    notes: str = ""
    signers: tuple[str, ...] = field(default=acta_words.SIGNERS)


def told(session: Reading, voting: Voting) -> Workshop | None:
    """What was written of the workshop last."""
    return session.exec(
        select(Workshop).where(Workshop.voting_id == voting.id).order_by(col(Workshop.id).desc())
    ).first()


def write(session: Writing, author: Author, where: Where, voting: Voting, given: Told) -> Workshop:
    """Write down when and where the workshop was; the newest stands.

    Raises
    ------
    Invalid
        No place, or nobody who signs.
    """
    if not given.venue.strip():
        raise Invalid(
            "Falta dónde fue el taller.", remedy="Escriba el local y la comunidad.", field="venue"
        )
    signers = [each.strip()[:80] for each in given.signers if each.strip()]
    if not signers:
        raise Invalid("Falta quién firma.", remedy="Escriba un cargo por renglón.", field="signers")
    row = Workshop(
        voting_id=voting.id,
        held_on=given.held_on,
        venue=given.venue.strip()[:200],
        body={
            "began": given.began.strip()[:10],
            "ended": given.ended.strip()[:10],
            "present": given.present,
            "notes": given.notes.strip()[:2000],
            "signers": signers[:12],
        },
        author_id=author.account_id,
    )
    session.add(row)
    session.flush()
    trail.record(session, author, Act("write acta", "voting", row.uuid, where.place_id))
    return row
