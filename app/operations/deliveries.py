"""What telephones delivered is given to the intake, never refused.

A delivery is acknowledged when it is kept (``keeping``). Taking it is a second step, which a
person may have done again later: whatever speaks against it (an unknown version, a closed
round, a right that was lost, other content under the same name) sends it to quarantine with
the reason.
"""

import logging
from collections.abc import Callable
from dataclasses import asdict
from datetime import timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement
from sqlmodel import col, select

from app.capture import delivered, xlsforms
from app.capture.delivered import Document
from app.capture.fields import Instrument
from app.errors import Forbidden, Invalid, Refusal, Unknown
from app.operations import access, forms, instruments, intake, own_intake
from app.operations.forms import Sheet
from app.operations.trail import Author
from app.records import places, policy
from app.records.devices import Delivery, Device
from app.records.intake import Form
from app.records.places import Where
from app.store.sessions import AWAY, Reading, Store
from app.store.types import now

LOG = logging.getLogger("sismuni.intake")
WAIT = timedelta(days=1)
"""So long a document waits for the photographs that it names; then it is taken without."""


def take(store: Store, delivery_id: int) -> None:
    """Give a kept delivery to the intake, or say why it cannot be; one that was taken stays."""
    with store.reading() as session:
        row = session.get_one(Delivery, delivery_id)
        if row.state in ("taken", "dismissed") or row.xml is None:
            return
        document = delivered.parse(row.xml)
        corrected = row.state == "quarantined" and _revision(session, row.form_uuid) is not None
    if corrected:
        _settle(store, delivery_id, "taken", None)  # somebody sent it from a page
        return
    try:
        with store.reading() as session:
            wanting, where, send = _prepared(session, row, document)
        if wanting and now() - row.at < WAIT:
            let_wait(store, row, where)
            return
        send(store)
        _settle(store, delivery_id, "taken", where)
    except Refusal as refusal:
        _settle(store, delivery_id, "quarantined", None, refusal)
    except AWAY:
        raise  # the store is away or full: the delivery has nothing to do with it and waits
    except Exception as error:  # whatever it is, the delivery is kept and a person will look
        LOG.exception("delivery %s could not be taken", delivery_id)
        _settle(store, delivery_id, "quarantined", None, Refusal(type(error).__name__))


def _prepared(
    session: Reading, row: Delivery, document: Document
) -> tuple[set[str], Where, Callable[[Store], object]]:
    """Which files are wanting, where it belongs, and how it is given to the intake."""
    if not row.form.startswith(xlsforms.FORM_PREFIX):
        files, who, place, message = own_intake.read(session, row, document)
        return files, place, lambda store: intake.receive(store, who, message)
    wanting, author, where, sheet = sheet_of(session, row, document)
    return wanting, where, lambda store: forms.send(store, author, where, sheet)


def let_wait(store: Store, read: Delivery, where: Where) -> None:
    """Let it wait for its photographs, unless one came after it was read: it is looked at anew."""
    with store.writing() as session:
        session.hold("deliveries")  # as whoever brings a photograph does
        row = session.get_one(Delivery, read.id)
        row.community_id = where.community_id
        if row.files == read.files:
            row.state, row.problems = "waiting", []


def _settle(
    store: Store, delivery_id: int, state: str, where: Where | None, refusal: Refusal | None = None
) -> None:
    with store.writing() as session:
        row = session.get_one(Delivery, delivery_id)
        row.state = state
        row.problems = _told(refusal)
        if where is not None:
            row.community_id = where.community_id
        if state == "taken":
            row.xml = None  # its answers stand in the intake, which seals them


def _told(refusal: Refusal | None) -> list[dict[str, Any]]:
    if refusal is None:
        return []
    head = {"message": str(refusal), "remedy": refusal.remedy.format(**refusal.params)}
    return [head, *(asdict(row) for row in refusal.rows[:50])]


def sheet_of(
    session: Reading, row: Delivery, document: Document
) -> tuple[set[str], Author, Where, Sheet]:
    """Which files are wanting, and the document as its author would have sent it."""
    instrument = _instrument(session, row)
    actor = access.actor_of(session, row.account_id or 0)
    if actor is None:
        raise Invalid("La cuenta de quien la envió ya terminó.", remedy="Revísela con la junta.")
    where = _where(session, row, document)
    access.require(policy.read(session), actor, where, instrument.code, "write")
    form_uuid, revision = _document_of(session, row)
    device = session.get(Device, row.device_id) if row.device_id else None
    if device and device.community_id not in {None, where.community_id}:
        raise Forbidden(
            "El celular se inscribió para otra comunidad.",
            remedy="Inscríbalo también para {community}, o revise de cuál es la ficha.",
            community=where.community_name or "",
        )
    wanting = delivered.file_names(instrument, document) - set(row.files)
    sheet = Sheet(
        instrument.code,
        form_uuid,
        delivered.answers(instrument, document, row.files),
        roles=access.roles_at(actor, where),
        revision=revision,
        way="openrosa",
        device=device.name if device else "",
        version=str(instrument.version),
    )
    return wanting, Author(actor.account_id), where, sheet


def _instrument(session: Reading, row: Delivery) -> Instrument:
    code = row.form.removeprefix(xlsforms.FORM_PREFIX)
    version = row.version.partition(".")[0]
    return instruments.of_version(session, code, version)


def _where(session: Reading, row: Delivery, document: Document) -> Where:
    address = None
    if document.community:
        address = places.address_of_code(session, document.community)
    elif row.community_id is not None:
        address = places.address_of(session, row.community_id)
    if address is None:
        raise Unknown(
            "No existe la comunidad {code}, o ya no es de ningún distrito.",
            remedy="Elija de qué comunidad es.",
            code=document.community or "(sin decir)",
        )
    return places.community(session, places.district(session, address[0]), address[1])


def _document_of(session: Reading, row: Delivery) -> tuple[UUID, int | None]:
    """The document that a delivery fills or corrects, and the revision that it saw."""
    if not row.deprecated_id:
        # Other answers under a known name come this far only when a person wants them.
        return row.form_uuid, _revision(session, row.form_uuid) if row.nth else None
    before = session.exec(
        select(Delivery).where(Delivery.instance_id == row.deprecated_id, Delivery.state == "taken")
    ).first()
    later = session.exec(
        select(Delivery.id).where(
            Delivery.deprecated_id == row.deprecated_id,
            Delivery.state == "taken",
            col(Delivery.id) != row.id,
        )
    ).first()
    if before is None or later is not None:
        raise Invalid(
            "Corrige una ficha que no llegó o que ya se corrigió de otro modo.",
            remedy="Compare las dos y decida cuál vale.",
        )
    form_uuid, _ = _document_of(session, before)
    return form_uuid, _revision(session, form_uuid)


def _revision(session: Reading, form_uuid: UUID) -> int | None:
    form = session.exec(select(Form).where(Form.uuid == form_uuid)).first()
    return form.revision if form else None


def take_kept(store: Store, most: int = 20) -> int:
    """Take what came and nobody looked at yet, in its order; returns how many."""
    return _take_all(store, col(Delivery.state) == "kept", most)


def resume(store: Store) -> int:
    """Take what a killed process left, what waited long enough, and what was sent otherwise."""
    sent = select(Form.id).where(col(Form.uuid) == col(Delivery.form_uuid)).exists()
    otherwise = (col(Delivery.state) == "quarantined") & (col(Delivery.nth) == 0) & sent
    return _take_all(store, col(Delivery.state).in_(("kept", "waiting")) | otherwise)


def _take_all(store: Store, which: ColumnElement[bool], most: int | None = None) -> int:
    with store.reading() as session:
        wanted = select(Delivery.id).where(which).order_by(col(Delivery.id)).limit(most)
        found = session.exec(wanted).all()
    for delivery_id in found:
        take(store, delivery_id)
    return len(found)
