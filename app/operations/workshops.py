"""The workshop of a voting: when and where it was, who was there, who signs."""

from dataclasses import dataclass
from datetime import date

from sqlmodel import col, select

from app.errors import Invalid
from app.operations import trail
from app.operations.trail import Act, Author
from app.records.places import Where
from app.records.voting import Voting, Workshop
from app.store.sessions import Reading, Writing

LONGEST = 240  # letters of an office and a name
MOST = 40


@dataclass(frozen=True, slots=True)
class Told:
    """What people say of the workshop; ``signers`` as ``signing.line``, none for those seated."""

    held_on: date
    venue: str
    began: str = ""
    ended: str = ""
    present: int | None = None
    notes: str = ""
    signers: tuple[str, ...] = ()


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
        No place, or more who sign than a page or two holds.
    """
    if not given.venue.strip():
        raise Invalid(
            "Falta dónde fue el taller.", remedy="Escriba el local y la comunidad.", field="venue"
        )
    signers = [each.strip()[:LONGEST] for each in given.signers if each.strip()]
    if len(signers) > MOST:
        raise Invalid(
            "Son demasiadas firmas: {count}, y caben {most}.",
            remedy="Los agentes firman en su lista, al final del acta.",
            field="signers",
            count=len(signers),
            most=MOST,
        )
    row = Workshop(
        voting_id=voting.id,
        held_on=given.held_on,
        venue=given.venue.strip()[:200],
        body={
            "began": given.began.strip()[:10],
            "ended": given.ended.strip()[:10],
            "present": given.present,
            "notes": given.notes.strip()[:2000],
            "signers": signers,
        },
        author_id=author.account_id,
    )
    session.add(row)
    session.flush()
    trail.record(session, author, Act("write acta", "voting", row.uuid, where.place_id))
    return row
