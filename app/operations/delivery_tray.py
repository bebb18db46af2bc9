"""Deliveries of telephones that a person has to look at: try again, use it, or leave it."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, or_
from sqlmodel import col, select

from app.capture import xlsforms
from app.errors import Conflict, Unknown
from app.operations import deliveries, trail
from app.operations.trail import Act, Author
from app.records import seats
from app.records.devices import Delivery, Device
from app.records.people import Account, Binding
from app.records.places import Where
from app.records.territory import Belonging, Community
from app.store.sessions import Reading, Store, columns
from app.store.types import now


@dataclass(frozen=True, slots=True)
class Arrived:
    """A delivery in quarantine, with why; without a community where it names none."""

    uuid: UUID
    instrument: str
    at: datetime
    community_code: str | None
    community: str | None
    person: str
    phone: str
    other: bool  # other answers under the name of a document that came before
    problems: tuple[dict[str, Any], ...]


def _of(where: Where) -> ColumnElement[bool]:
    """Of its communities, or of whoever is bound here where no community is known."""
    inside = columns(Belonging.community_id).where(
        col(Belonging.place_id) == where.place_id, col(Belonging.valid_to).is_(None)
    )
    bound = columns(Binding.account_id).where(col(Binding.place_id).in_(seats.below(where)))
    nowhere = col(Delivery.community_id).is_(None) & col(Delivery.account_id).in_(bound)
    return or_(col(Delivery.community_id).in_(inside), nowhere)


def quarantine(session: Reading, where: Where) -> list[Arrived]:
    """What waits for a person of this place, the longest wait first; at most 500."""
    rows = session.rows(
        columns(
            Delivery.uuid,
            Delivery.form,
            Delivery.at,
            Community.code,
            Community.name,
            Account.name,
            Device.label,
            Delivery.nth,
            Delivery.problems,
        )
        .join(Account, col(Account.id) == Delivery.account_id, isouter=True)
        .join(Device, col(Device.id) == Delivery.device_id, isouter=True)
        .join(Community, col(Community.id) == Delivery.community_id, isouter=True)
        .where(col(Delivery.state) == "quarantined", _of(where))
        .order_by(col(Delivery.id))
        .limit(500)
    )
    return [
        Arrived(
            r[0],
            r[1].removeprefix(xlsforms.FORM_PREFIX),
            *(r[2], r[3], r[4], r[5] or "", r[6] or ""),
            r[7] > 0,
            tuple(r[8]),
        )
        for r in rows
    ]


def retry(store: Store, author: Author, where: Where, uuid: UUID) -> Delivery:
    """Try to take a delivery again; other answers under a known name become its correction."""
    with store.writing() as session:
        row = _one(session, where, uuid)
        row.state, row.decided_by, row.decided_at = "kept", author.account_id, now()
        trail.record(session, author, Act("retry", "review", row.uuid, where.place_id))
    deliveries.take(store, row.id)
    with store.reading() as session:
        return session.get_one(Delivery, row.id)


def set_aside(store: Store, author: Author, where: Where, uuid: UUID, reason: str) -> None:
    """Leave a delivery for good, with a reason; what it said goes, the telephone keeps its own.

    Raises
    ------
    Conflict
        There is no reason.
    """
    if not reason.strip():
        raise Conflict("Falta la razón.", remedy="Escriba por qué se deja de lado.", field="reason")
    with store.writing() as session:
        row = _one(session, where, uuid)
        row.state, row.xml, row.reason = "dismissed", None, reason.strip()[:500]
        row.decided_by, row.decided_at = author.account_id, now()
        act = Act("set_aside", "review", row.uuid, where.place_id, reason.strip())
        trail.record(session, author, act)


def _one(session: Reading, where: Where, uuid: UUID) -> Delivery:
    row = session.exec(select(Delivery).where(Delivery.uuid == uuid, _of(where))).first()
    if row is None or row.state != "quarantined":
        raise Unknown(
            "Esa entrega no existe en este lugar o ya se resolvió.",
            remedy="Vuelva a abrir la bandeja.",
        )
    return row
