"""The planner's tray: what waits for a decision, what went back, what could not be folded."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Select
from sqlmodel import col, select

from app.errors import Conflict, Stale, Unknown
from app.operations import acting, decisions, folding, intake, trail, waits
from app.operations.intake import Receipt
from app.operations.trail import Act, Author
from app.records import comments
from app.records.cycles import Round
from app.records.intake import Derivation, Entry, Form
from app.records.people import Account
from app.records.places import Where
from app.records.territory import Belonging, Community
from app.store.sessions import Reading, Store, columns


@dataclass(frozen=True, slots=True)
class Waiting:
    """One document in the tray."""

    uuid: UUID
    instrument: str
    state: str
    sent_at: datetime
    reason: str
    community_code: str
    community: str
    round_label: str
    author: str
    decided_at: datetime | None = None
    appealed: bool = False
    comments: int = 0

    @property
    def days(self) -> int:
        """Whole days that it has waited for a decision."""
        return waits.days(self.state, self.sent_at, self.decided_at)

    @property
    def late(self) -> bool:
        """Whether it has waited longer than the town hall promised."""
        return self.days > waits.LATE_DAYS


@dataclass(frozen=True, slots=True)
class Kept:
    """An entry in quarantine, with why."""

    uuid: UUID
    instrument: str
    kind: str
    at: datetime
    community_code: str
    community: str
    problems: tuple[dict[str, Any], ...]


def _communities(where: Where) -> Select[Any]:
    wanted = columns(Belonging.community_id).where(
        col(Belonging.place_id) == where.place_id, col(Belonging.valid_to).is_(None)
    )
    if where.community_id is not None:
        wanted = wanted.where(col(Belonging.community_id) == where.community_id)
    return wanted


def waiting(session: Reading, where: Where, registers: frozenset[str]) -> list[Waiting]:
    """Documents of a place that were sent or returned, the longest wait first."""
    rows = session.rows(
        columns(
            Form.uuid,
            Form.instrument,
            Form.state,
            Form.sent_at,
            Form.reason,
            Community.code,
            Community.name,
            Round.label,
            col(Account.name).label("author"),
            Form.decided_at,
        )
        .join(Community, col(Community.id) == Form.community_id)
        .join(Round, col(Round.id) == Form.round_id, isouter=True)
        .join(Account, col(Account.id) == Form.author_id, isouter=True)
        .where(
            col(Form.state).in_(("sent", "returned")),
            col(Form.instrument).in_(registers),
            col(Form.community_id).in_(_communities(where)),
        )
        .order_by(col(Form.state).desc(), col(Form.sent_at), col(Form.id))
        .limit(500)
    )
    # Only what somebody decided before can come back as an appeal.
    appealed = decisions.appealed(session, [r[0] for r in rows if r[2] == "sent" and r[9]])
    said = comments.counted(session, [r[0] for r in rows])
    return [
        Waiting(
            *(r[0], r[1], r[2], r[3], r[4], r[5], r[6], r[7] or "", r[8] or ""),
            decided_at=r[9],
            appealed=r[0] in appealed,
            comments=said.get(r[0], 0),
        )
        for r in rows
    ]


def quarantine(session: Reading, where: Where) -> list[Kept]:
    """Entries of a place that contradict the registers, the oldest first."""
    rows = session.rows(
        columns(
            Entry.uuid,
            Entry.instrument,
            Entry.kind,
            Entry.at,
            Community.code,
            Community.name,
            Derivation.problems,
        )
        .join(Derivation, col(Derivation.entry_id) == Entry.id)
        .join(Community, col(Community.id) == Entry.community_id)
        .where(
            col(Derivation.state) == "quarantined",
            col(Derivation.resolved_by).is_(None),
            col(Entry.community_id).in_(_communities(where)),
        )
        .order_by(col(Entry.id))
        .limit(500)
    )
    return [Kept(r[0], r[1] or "", r[2], r[3], r[4], r[5], tuple(r[6])) for r in rows]


def retry(store: Store, author: Author, where: Where, entry_uuid: UUID) -> Receipt:
    """Try to fold an entry again, now that what it lacked may be there."""
    with store.writing() as session:
        found, row = entry(session, where, entry_uuid)
        row.state = "pending"
        trail.record(session, author, Act("retry", "review", found.uuid, where.place_id))
    folding.fold(store, found.id)
    with store.reading() as session:
        return intake.receipt(session, found)


def set_aside(store: Store, author: Author, where: Where, entry_uuid: UUID, reason: str) -> None:
    """Take an entry out of the tray with a reason; it stays in the intake for ever."""
    if not reason.strip():
        raise Conflict("Falta la razón.", remedy="Escriba por qué se deja de lado.", field="reason")
    with store.writing() as session:
        found, row = entry(session, where, entry_uuid)
        row.resolved_by = author.account_id
        act = Act("set_aside", "review", found.uuid, where.place_id, reason.strip())
        trail.record(session, author, act)


def entry(session: Reading, where: Where, uuid: UUID) -> tuple[Entry, Derivation]:
    """An entry of a place with what became of it.

    Raises
    ------
    Unknown
        There is none here.
    """
    found = session.exec(
        select(Entry, Derivation)
        .join(Derivation, col(Derivation.entry_id) == Entry.id)
        .where(Entry.uuid == uuid, col(Entry.community_id).in_(_communities(where)))
    ).first()
    if found is None:
        raise Unknown("No existe ese envío en este lugar.", remedy="Vuelva a abrir la bandeja.")
    return found


def decide(
    store: Store, author: Author, where: Where, form_uuid: UUID, decision: dict[str, Any]
) -> Receipt:
    """Approve, return, reopen or withdraw a document at the version that was seen.

    Raises
    ------
    Stale
        It changed after it was opened.
    """
    with store.reading() as session:
        form = session.exec(
            select(Form).where(
                Form.uuid == form_uuid, col(Form.community_id).in_(_communities(where))
            )
        ).first()
    if form is None:
        raise Unknown("No existe esa ficha en este lugar.", remedy="Vuelva a abrir la bandeja.")
    seen = decision.pop("revision", None)
    if seen is not None and int(seen) != form.revision:
        raise Stale(
            "La ficha cambió después de que usted la abrió.",
            remedy="Ábrala otra vez, mire lo nuevo y decida.",
        )
    return acting.act_on(store, author, where, form, decision)
