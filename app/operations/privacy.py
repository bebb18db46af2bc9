"""What the law gives a family over its data: see all of it, who looked, correct, cancel.

Ley 29733, articles 18 to 22 (access, rectification, cancellation, opposition). Whoever
acts for the family here is the data-protection officer; each look is written down.
"""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlmodel import col, select

from app.errors import Unknown
from app.operations import erasure, instruments, intake, sealing, trail
from app.operations.erasure import Erasing, Tombstone
from app.operations.trail import Act, Author
from app.records import practices, seats, trail_lists
from app.records.catalogues import PracticeRow
from app.records.cycles import Round
from app.records.families import Commitment, Consent, Family, SelfAssessment
from app.records.intake import Attachment, Entry, Form, Payload
from app.records.places import Where
from app.records.practices import NO, NOT_APPLICABLE, UNKNOWN, YES, Answer
from app.records.territory import Belonging, Community
from app.store.sessions import Reading, Store, columns

VALUES = {YES: "yes", NO: "no", NOT_APPLICABLE: "not_applicable", UNKNOWN: "unknown"}
VERIFIED = {0: "said", 1: "observed", 2: "document"}
REASONS = {
    "family": "acceso de la familia",
    "officer": "revisión del oficial de datos personales",
    "correction": "rectificación",
    "cancellation": "cancelación",
}


@dataclass(frozen=True, slots=True)
class Holder:
    """A family whose data are held, and where it lives."""

    family: Family
    community: str
    community_code: str


@dataclass(frozen=True, slots=True)
class Document:
    """A document of or about a family, and where it is corrected."""

    uuid: UUID
    instrument: str
    slug: str
    state: str
    sent_at: Any
    whole: bool  # the whole document is the family's; else only a row of it


def find(session: Reading, where: Where, community: str, code: str) -> Holder | None:
    """The family of a place by its community's and its own code; None where there is none."""
    row = session.exec(
        _held(where).where(
            Community.code == community.strip(), col(Family.code).ilike(code.strip())
        )
    ).first()
    return Holder(*row) if row else None


def holder(session: Reading, where: Where, family: UUID) -> Holder:
    """The family of a place by its key.

    Raises
    ------
    Unknown
        It is not of this place, or there is none.
    """
    row = session.exec(_held(where).where(Family.uuid == family)).first()
    if row is None:
        raise Unknown("No existe ese hogar en este lugar.", remedy="Búsquelo por su código.")
    return Holder(*row)


def _held(where: Where) -> Any:
    statement = (
        select(Family, Community.name, Community.code)
        .join(Community, col(Community.id) == Family.community_id)
        .join(Belonging, col(Belonging.community_id) == Community.id)
        .where(col(Belonging.valid_to).is_(None))
    )
    if where.place_id is not None:
        statement = statement.where(col(Belonging.place_id).in_(seats.below(where)))
    return statement


def consents_of(session: Reading, family: Family) -> list[Consent]:
    """What the family allowed or refused, newest first."""
    return list(
        session.exec(
            select(Consent)
            .where(Consent.family_id == family.id)
            .order_by(col(Consent.at).desc(), col(Consent.id).desc())
        )
    )


def documents_of(session: Reading, family: Family) -> list[Document]:
    """Documents of the family, and those of the community that hold a row about it."""
    own = session.exec(select(Form).where(Form.family_uuid == family.uuid)).all()
    about = session.exec(
        select(Form).where(
            col(Form.id).in_(select(Answer.form_id).where(*practices.of_family(session, family))),
            col(Form.family_uuid).is_distinct_from(family.uuid),
        )
    ).all()
    return [
        Document(
            form.uuid,
            form.instrument,
            instruments.SLUGS.get(form.instrument, ""),
            form.state,
            form.sent_at,
            form.family_uuid == family.uuid,
        )
        for form in sorted([*own, *about], key=lambda form: form.sent_at)
    ]


def dossier(session: Reading, held: Holder) -> dict[str, Any]:
    """All that is held about a family, as JSON: values, documents as sent, consents, looks."""
    family = held.family
    return {
        "family": {
            "uuid": str(family.uuid),
            "code": family.code,
            "sector": family.sector,
            "state": family.state,
            "community": {"code": held.community_code, "name": held.community},
        },
        "consents": [
            {"purpose": c.purpose, "given": c.given, "method": c.method, "on": c.at.isoformat()}
            for c in consents_of(session, family)
        ],
        "self_assessments": [
            {"on": a.on.isoformat(), "yes": a.yes, "on_the_way": a.on_the_way, "no": a.no}
            for a in session.exec(
                select(SelfAssessment)
                .where(SelfAssessment.family_id == family.id)
                .order_by(col(SelfAssessment.on))
            )
        ],
        "commitments": _commitments(session, family),
        "practices": _practices(session, family),
        "documents": _as_sent(session, family),
        "attachments": _attachments(session, family),
        "looked_at_by": [
            {"at": look.at.isoformat(), "by": look.name, "purpose": look.purpose}
            for look in trail_lists.looks(session, family.uuid)
        ],
    }


def export(store: Store, author: Author, where: Where, family: UUID) -> dict[str, Any]:
    """As ``dossier``, written down as a look that the family asked for.

    Raises
    ------
    Unknown
        The family is not of this place.
    """
    with store.writing() as session:
        held = holder(session, where, family)
        trail.record_access(session, author, family, REASONS["family"])
        trail.record(session, author, Act("export", "privacy", family, where.place_id))
        return dossier(session, held)


def note(store: Store, author: Author, family: UUID, purpose: str) -> None:
    """Write down that the officer looked, before anything is shown."""
    with store.writing() as session:
        trail.record_access(session, author, family, REASONS[purpose])


def cancel(store: Store, author: Author, where: Where, asked: Erasing) -> Tombstone:
    """Erase a family's content for ever; its counts stay, without saying whose they were.

    Raises
    ------
    Unknown
        The family is not of this place, or was erased before.
    Invalid
        No reason was given.
    """
    with store.reading() as session:
        holder(session, where, asked.family_uuid)
    return erasure.erase_family(store, author, asked)


def _commitments(session: Reading, family: Family) -> list[dict[str, Any]]:
    found = session.exec(
        select(Commitment).where(Commitment.family_id == family.id).order_by(col(Commitment.id))
    )
    return [
        {
            "item": c.item,
            "what": c.what,
            "due": c.due.isoformat() if c.due else None,
            "state": c.state,
            "history": c.history,
        }
        for c in found
    ]


def _practices(session: Reading, family: Family) -> list[dict[str, Any]]:
    rows = session.rows(
        columns(
            Round.label,
            Round.held_on,
            PracticeRow.code,
            Answer.person,
            Answer.value,
            Answer.verified,
        )
        .join(Round, col(Round.id) == Answer.round_id)
        .join(PracticeRow, col(PracticeRow.id) == Answer.practice_id)
        .where(*practices.of_family(session, family))
        .order_by(col(Round.held_on), col(PracticeRow.code), col(Answer.person))
    )
    return [
        {
            "round": label,
            "held_on": held_on.isoformat(),
            "practice": code,
            "person": person,
            "value": VALUES.get(value, str(value)),
            "verified": VERIFIED.get(verified, str(verified)),
        }
        for label, held_on, code, person, value, verified in rows
    ]


def _as_sent(session: Reading, family: Family) -> list[dict[str, Any]]:
    """The family's own documents whole; of the community's, only the rows about it."""
    own = session.exec(
        select(Entry).where(Entry.family_uuid == family.uuid).order_by(col(Entry.id))
    ).all()
    found: list[dict[str, Any]] = [
        {
            "instrument": entry.instrument,
            "kind": entry.kind,
            "at": entry.at.isoformat(),
            "answers": _opened(session, entry.id),
        }
        for entry in own
    ]
    for form in session.exec(
        select(Form).where(
            col(Form.id).in_(select(Answer.form_id).where(*practices.of_family(session, family))),
            col(Form.family_uuid).is_distinct_from(family.uuid),
        )
    ).all():
        rows = intake.answers_of(session, form).get(sealing.ROWS, [])
        mine = [row for row in rows if str(row.get(sealing.CODE, "")) == family.code]
        found.append(
            {
                "instrument": form.instrument,
                "kind": "row",
                "at": form.sent_at.isoformat(),
                "answers": mine,
            }
        )
    return found


def _opened(session: Reading, entry_id: int) -> dict[str, Any]:
    payload = session.get(Payload, entry_id)
    if payload is None or payload.body is None:
        return {}
    return sealing.unseal(session, payload.body)


def _attachments(session: Reading, family: Family) -> list[dict[str, Any]]:
    forms = select(Entry.form_uuid).where(Entry.family_uuid == family.uuid)
    return [
        {"name": each.name, "media_type": each.media_type, "sha256": each.sha256}
        for each in session.exec(
            select(Attachment).where(
                col(Attachment.form_uuid).in_(forms), col(Attachment.erased_at).is_(None)
            )
        )
    ]
