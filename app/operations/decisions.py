"""What was decided about a document and why, as the intake keeps it; appeals and validations.

A council may appeal the return of what it sent, once: correcting and sending again opens the
way anew. Who returned it does not decide its appeal where somebody else of the same role can.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlmodel import col, select

from app.errors import Conflict, Forbidden
from app.operations import intake
from app.operations.trail import Author
from app.records.intake import Entry, Form
from app.records.people import Account, Binding, PolicyRow
from app.records.places import Where
from app.store.sessions import Reading, columns

DECIDING = ("approve", "return")


@dataclass(frozen=True, slots=True)
class Decision:
    """One act on a document: its verb, its reason, when, by whom."""

    verb: str
    reason: str
    at: datetime
    account_id: int | None
    name: str


@dataclass(frozen=True, slots=True)
class Appeal:
    """A return that the council does not accept: both with their reasons."""

    returned: Decision
    appealed: Decision


def since_sent(session: Reading, document: Form) -> tuple[Decision, ...]:
    """The acts on what the document says now, oldest first."""
    rows = session.exec(
        select(Entry, Account.name)
        .join(Account, col(Account.id) == Entry.author_id, isouter=True)
        .where(
            Entry.form_uuid == document.uuid,
            Entry.kind == "resolution",
            col(Entry.id) > document.entry_id,
        )
        .order_by(col(Entry.id))
    ).all()
    found = []
    for entry, name in rows:
        body = intake.body_of(session, entry.id)
        if body:
            reason = str(body.get("reason", ""))
            found.append(Decision(body["verb"], reason, entry.at, entry.author_id, name or ""))
    return tuple(found)


def appeal_of(session: Reading, document: Form) -> Appeal | None:
    """The appeal that waits for a decision, if one does."""
    if document.state != "sent" or document.decided_at is None:
        return None
    acts = [each for each in since_sent(session, document) if each.verb != "validate"]
    if len(acts) < 2 or acts[-1].verb != "appeal":
        return None
    return Appeal(acts[-2], acts[-1])


def validation_of(session: Reading, document: Form) -> Decision | None:
    """The health facility's last word that these practices are so, if it gave it."""
    acts = [each for each in since_sent(session, document) if each.verb == "validate"]
    return acts[-1] if acts else None


def may_appeal(session: Reading, document: Form) -> bool:
    """Whether its council can still say why it should not have been returned."""
    return document.state == "returned" and not any(
        each.verb == "appeal" for each in since_sent(session, document)
    )


def appealed(session: Reading, forms: Collection[UUID]) -> frozenset[UUID]:
    """Which of these documents wait as appeals."""
    wanted = select(Form).where(
        col(Form.uuid).in_(list(forms)), Form.state == "sent", col(Form.decided_at).is_not(None)
    )
    found = session.exec(wanted).all()
    return frozenset(form.uuid for form in found if appeal_of(session, form) is not None)


def refuse_unfair(
    session: Reading, author: Author, where: Where, document: Form, verb: str
) -> None:
    """Refuse what this person may not do to a document that was returned or appealed.

    Raises
    ------
    Conflict
        A second appeal of the same answers.
    Forbidden
        Whoever returned it would decide its appeal, though somebody else can.
    """
    if verb == "appeal" and document.state == "returned" and not may_appeal(session, document):
        raise Conflict(
            "Esta devolución ya se reclamó y se decidió.",
            remedy="Corrija lo señalado y envíe la ficha otra vez.",
        )
    appeal = appeal_of(session, document) if verb in DECIDING else None
    if appeal is None or appeal.returned.account_id != author.account_id:
        return
    if _another(session, where, author.account_id):
        raise Forbidden(
            "Usted devolvió esta ficha: su reclamo lo decide otra persona.",
            remedy="Pida a otra persona con su mismo rol que lo mire.",
        )


def _another(session: Reading, where: Where, account_id: int | None) -> bool:
    reviewing = select(PolicyRow.role).where(
        PolicyRow.register_code == "review", PolicyRow.verb == "approve"
    )
    mine = columns(Binding.role).where(
        col(Binding.account_id) == account_id, col(Binding.role).in_(reviewing)
    )
    other = (
        select(Binding.id)
        .join(Account, col(Account.id) == Binding.account_id)
        .where(
            col(Binding.role).in_(mine),
            col(Binding.account_id) != account_id,
            Binding.place_id == where.place_id,
            col(Account.active).is_(True),
        )
    )
    return session.exec(other).first() is not None
