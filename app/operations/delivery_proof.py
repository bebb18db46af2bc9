"""What the telephones of a place delivered, and what became of each document: the proof."""

from collections import Counter
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, func
from sqlmodel import col

from app.capture import xlsforms
from app.records.devices import Delivery, Device
from app.records.intake import Form
from app.records.places import Where
from app.records.territory import Belonging, Community
from app.store.sessions import Reading, columns

REGISTERED = frozenset({"sent", "returned", "approved", "locked", "withdrawn"})
APPROVED = frozenset({"approved", "locked"})


@dataclass(frozen=True, slots=True)
class Proof:
    """One document that arrived; ``state`` is the document's once it stands in the registers."""

    uuid: UUID
    instrument: str
    at: datetime
    community_code: str
    community: str
    phone: str
    state: str
    reason: str


@dataclass(frozen=True, slots=True)
class Tally:
    """How many arrived, stand in the registers, were approved, wait for a person."""

    received: int
    registered: int
    approved: int
    unresolved: int


def _inside(where: Where) -> ColumnElement[bool]:
    inside = columns(Belonging.community_id).where(
        col(Belonging.place_id) == where.place_id, col(Belonging.valid_to).is_(None)
    )
    if where.community_id is not None:
        inside = inside.where(col(Belonging.community_id) == where.community_id)
    return col(Delivery.community_id).in_(inside)


def of_place(session: Reading, where: Where, most: int = 200) -> list[Proof]:
    """The newest deliveries of a district or community, each document once."""
    rows = session.rows(
        columns(
            *(Delivery.form_uuid, Delivery.form, Delivery.at, Community.code, Community.name),
            *(Device.label, Delivery.state, Delivery.reason, Form.state, Form.reason),
        )
        .join(Community, col(Community.id) == Delivery.community_id)
        .join(Device, col(Device.id) == Delivery.device_id, isouter=True)
        .join(Form, col(Form.uuid) == Delivery.form_uuid, isouter=True)
        .where(_inside(where))
        .order_by(col(Delivery.id).desc())
        .limit(most)
    )
    return [_proof(tuple(row)) for row in rows]


def _proof(row: tuple[Any, ...]) -> Proof:
    uuid, form, at, code, name, phone, state, reason, form_state, form_reason = row
    if state == "taken" and form_state is not None:
        state, reason = form_state, form_reason
    instrument = form.removeprefix(xlsforms.FORM_PREFIX)
    return Proof(uuid, instrument, at, code, name, phone or "", state, reason)


def tally(session: Reading, where: Where) -> Tally:
    """Of all of them, however many the list shows: the secretary compares it with her phone."""
    rows = session.rows(
        columns(Delivery.state, Form.state, func.count())
        .join(Form, col(Form.uuid) == Delivery.form_uuid, isouter=True)
        .where(_inside(where))
        .group_by(col(Delivery.state), col(Form.state))
    )
    states: Counter[str] = Counter()
    for delivered, form, count in rows:
        states[form if delivered == "taken" and form else delivered] += count
    return Tally(
        states.total(),
        sum(states[state] for state in REGISTERED),
        sum(states[state] for state in APPROVED),
        states["quarantined"],
    )
