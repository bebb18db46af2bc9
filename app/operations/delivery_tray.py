"""Deliveries of telephones that a person has to look at: try again, correct, or leave."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, or_
from sqlmodel import col, select

from app.capture import delivered, xlsforms
from app.capture.fields import Instrument
from app.errors import Conflict, Unknown
from app.operations import deliveries, forms, instruments, trail
from app.operations.forms import Sheet
from app.operations.trail import Act, Author
from app.records import places, seats
from app.records.devices import Delivery, Device
from app.records.intake import Form
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
        .where(col(Delivery.state) == "quarantined", _of(where), ~_sent_otherwise())
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


def _sent_otherwise() -> ColumnElement[bool]:
    """Whether somebody corrected it and sent it from a page: then nothing is left to resolve."""
    sent = select(Form.id).where(col(Form.uuid) == col(Delivery.form_uuid))
    return (col(Delivery.nth) == 0) & sent.exists()


def open_as_draft(
    store: Store, author: Author, where: Where, uuid: UUID, community: str = ""
) -> tuple[Where, Instrument, UUID]:
    """Put what came into a draft of whoever corrects it: where, of what, under which name.

    ``community`` is the code that a person chose where the document names none that exists.

    Raises
    ------
    Conflict
        Another document stands under its name: then its answers may be used, or left.
    Unknown
        No such community in this district, or a form that is none of ours.
    """
    with store.reading() as session:
        row = one(session, where, uuid)
        if row.nth or row.xml is None:
            raise Conflict(
                "Con ese identificador ya hay otra ficha.",
                remedy="Use estas respuestas como corrección, o déjelas de lado.",
            )
        document = delivered.parse(row.xml)
        instrument = _instrument(session, row)
        target = places.community(session, where, community or _code(session, row))
    raw = delivered.answers(instrument, document, row.files)
    forms.save_draft(store, author, target, Sheet(instrument.code, row.form_uuid, raw))
    return target, instrument, row.form_uuid


def _instrument(session: Reading, row: Delivery) -> Instrument:
    # What an old version asked is found in the one in force under the same names.
    return instruments.current(session, row.form.removeprefix(xlsforms.FORM_PREFIX))


def _code(session: Reading, row: Delivery) -> str:
    address = places.address_of(session, row.community_id) if row.community_id else None
    return address[1] if address else ""


def retry(store: Store, author: Author, where: Where, uuid: UUID) -> Delivery:
    """Try to take a delivery again; other answers under a known name become its correction."""
    with store.writing() as session:
        row = one(session, where, uuid)
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
        row = one(session, where, uuid)
        row.state, row.xml, row.reason = "dismissed", None, reason.strip()[:500]
        row.decided_by, row.decided_at = author.account_id, now()
        act = Act("set_aside", "review", row.uuid, where.place_id, reason.strip())
        trail.record(session, author, act)


def one(session: Reading, where: Where, uuid: UUID) -> Delivery:
    """A delivery that waits for a person of this place.

    Raises
    ------
    Unknown
        There is none, or it was resolved.
    """
    row = session.exec(select(Delivery).where(Delivery.uuid == uuid, _of(where))).first()
    if row is None or row.state != "quarantined":
        raise Unknown(
            "Esa entrega no existe en este lugar o ya se resolvió.",
            remedy="Vuelva a abrir la bandeja.",
        )
    return row
