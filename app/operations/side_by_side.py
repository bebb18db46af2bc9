"""What the register holds beside what came and contradicts it; a person chooses, answer by answer.

The result is sent as a correction of the document at the revision that was seen, and what
came is settled with it. Nobody chooses between answers that they may not see: where such
differ too, somebody else has to.
"""

import json
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal
from uuid import UUID

from sqlmodel import col, select

from app.capture import answers as capture
from app.capture import delivered, double, xlsforms
from app.capture.double import Comparison
from app.capture.fields import Instrument
from app.capture.values import blank
from app.errors import Conflict, Forbidden, Invalid, Stale, Unknown
from app.operations import delivery_tray, forms, instruments, intake, narrowing, trail, tray
from app.operations.forms import Sheet
from app.operations.intake import Receipt
from app.operations.trail import Act, Author
from app.records import places
from app.records.cycles import Round
from app.records.devices import Delivery
from app.records.intake import Form
from app.records.people import Account
from app.records.places import Where
from app.store.sessions import Reading, Store
from app.store.types import now

Kind = Literal["delivery", "entry"]
SENT = ("submission", "correction")


@dataclass(frozen=True, slots=True)
class Eyes:
    """As what somebody looks at a document: their roles at its place, and their view of it."""

    roles: Collection[str]
    view: str


@dataclass(frozen=True, slots=True)
class Choice:
    """What was chosen: ``first`` or ``second`` by path, over which revision, and why."""

    sides: Mapping[str, str]
    revision: int
    reason: str


@dataclass(frozen=True, slots=True)
class Pair:
    """A document and what came for it; ``hidden`` differences are outside the asker's view."""

    uuid: UUID
    document: Form
    where: Where
    instrument: Instrument
    before: Mapping[str, Any]
    after: Mapping[str, Any]
    found: Comparison
    hidden: int
    came_at: datetime
    person: str

    def proposed(self) -> dict[str, str]:
        """What came where nothing was answered before; nothing else is chosen by itself."""
        return {
            d.path: "second"
            for d in self.found.differences
            if not d.is_row and blank(d.first) and not blank(d.second)
        }


def of(session: Reading, where: Where, kind: Kind, uuid: UUID) -> tuple[Where, Form]:
    """Where the document stands that an arrival contradicts, and the document.

    Raises
    ------
    Unknown
        It is not of this place, was resolved meanwhile, or contradicts no document.
    """
    if kind == "delivery":
        name = _name_of(session, delivery_tray.one(session, where, uuid))
    else:
        entry, derivation = tray.entry(session, where, uuid)
        open_ = derivation.state == "quarantined" and derivation.resolved_by is None
        name = entry.form_uuid if open_ and entry.kind in SENT else None
    document = session.exec(select(Form).where(Form.uuid == name)).first() if name else None
    address = places.address_of(session, document.community_id) if document else None
    if document is None or address is None or address[0] != where.code:
        raise Unknown(
            "No hay una ficha registrada con qué compararla.",
            remedy="Vuelva a la bandeja y elija otra cosa.",
        )
    return places.community(session, where, address[1]), document


def pair(session: Reading, where: Where, kind: Kind, uuid: UUID, eyes: Eyes) -> Pair:
    """Both versions with what differs, of the answers that these eyes may see.

    Raises
    ------
    Forbidden
        This view holds only totals of such a document.
    """
    there, document = of(session, where, kind, uuid)
    instrument, after, came_at, account_id = _came(session, where, kind, uuid, document)
    if eyes.view != "whole" and narrowing.names_homes(instrument):
        raise Forbidden(
            "Su vista no muestra las respuestas por hogar de esta ficha.",
            remedy="Pida al establecimiento de salud que compare las dos.",
        )
    before = intake.answers_of(session, document)
    after = _as_kept(session, there, instrument, after)
    seen = instrument.seen_by(eyes.roles)
    found = double.compare(seen, before, after)
    whole = double.compare(instrument, before, after)
    hidden = len(whole.differences) - len(found.differences)
    account = session.get(Account, account_id) if account_id else None
    person = account.name if account else ""
    return Pair(
        uuid, document, there, instrument, before, after, found, hidden, came_at, person
    )  # fmt: skip


def _as_kept(
    session: Reading, there: Where, instrument: Instrument, raw: Mapping[str, Any]
) -> dict[str, Any]:
    """What came as it would be kept: typed, with what is not relevant let go, reasons with it."""
    read = capture.read(instrument, raw, instruments.known(session, there, instrument))
    kept: dict[str, Any] = json.loads(capture.canonical(read))
    # What could not be read would seem a blank: it is shown as it came.
    for problem in read.problems:
        if problem.kind in ("type", "limit", "unknown") and problem.path in raw:
            kept[problem.path] = raw[problem.path]
    reasons = {**(raw.get("_reasons") or {}), **(kept.get("_reasons") or {})}
    return {**kept, "_reasons": reasons} if reasons else kept


def _came(
    session: Reading, where: Where, kind: Kind, uuid: UUID, document: Form
) -> tuple[Instrument, Mapping[str, Any], datetime, int | None]:
    if kind == "entry":
        entry, _ = tray.entry(session, where, uuid)
        instrument = _newest(session, document.instrument, document.version, entry.version or "")
        return instrument, intake.body_of(session, entry.id), entry.at, entry.author_id
    row = delivery_tray.one(session, where, uuid)
    read = delivered.parse(row.xml or b"")
    version = row.version.partition(".")[0]
    instrument = _newest(session, document.instrument, document.version, version)
    return instrument, delivered.answers(instrument, read, row.files), row.at, row.account_id


def _newest(session: Reading, code: str, *versions: str) -> Instrument:
    # What an old version asked is found in a newer one under the same names.
    known = []
    for version in versions:
        try:
            known.append(instruments.of_version(session, code, version))
        except Unknown:
            known.append(instruments.current(session, code))
    return max(known, key=lambda instrument: instrument.version)


def _name_of(session: Reading, row: Delivery) -> UUID | None:
    """The document under whose name a delivery came, or that it says it corrects."""
    if row.xml is None or not row.form.startswith(xlsforms.FORM_PREFIX):
        return None
    if not row.deprecated_id:
        return row.form_uuid
    before = session.exec(
        select(Delivery).where(
            Delivery.instance_id == row.deprecated_id, col(Delivery.state) != "dismissed"
        )
    ).first()
    if before is None:
        return delivered.uuid_of(row.deprecated_id)
    return before.form_uuid if not before.deprecated_id else _name_of_taken(session, before)


def _name_of_taken(session: Reading, row: Delivery) -> UUID:
    """A chain of corrections leads to the document that the first one filled."""
    seen = {row.id}
    while row.deprecated_id:
        wanted = select(Delivery).where(Delivery.instance_id == row.deprecated_id)
        before = session.exec(wanted.order_by(col(Delivery.nth))).first()
        if before is None or before.id in seen:
            return delivered.uuid_of(row.deprecated_id)
        seen.add(before.id)
        row = before
    return row.form_uuid


def comparable(session: Reading, where: Where) -> dict[UUID, tuple[Kind, Where, Instrument]]:
    """What waits here against a document: as what it came, where, and of which instrument."""
    found: dict[UUID, tuple[Kind, Where, Instrument]] = {}
    waiting: list[tuple[Kind, UUID]] = [
        *(("delivery", each.uuid) for each in delivery_tray.quarantine(session, where)),
        *(("entry", each.uuid) for each in tray.quarantine(session, where) if each.kind in SENT),
    ]
    for kind, uuid in waiting:
        try:
            there, document = of(session, where, kind, uuid)
        except Unknown:
            continue
        found[uuid] = (kind, there, instruments.current(session, document.instrument))
    return found


def settle(
    store: Store, author: Author, where: Where, kind: Kind, uuid: UUID, choice: Choice, eyes: Eyes
) -> Receipt | None:
    """Send what was chosen as a correction and take what came out of the tray.

    No receipt where all of the register's answers stand.

    Raises
    ------
    Invalid
        There is no reason, a difference has no choice, or the result breaks a rule.
    Forbidden
        Answers differ that the chooser may not see.
    Stale
        The document changed after it was shown.
    """
    if not choice.reason.strip():
        raise Invalid("Falta la razón.", remedy="Escriba por qué elige así.", field="razon")
    with store.reading() as session:
        shown = pair(session, where, kind, uuid, eyes)
        if shown.hidden:
            raise Forbidden(
                "Difieren {count} respuestas que su vista no muestra.",
                remedy="Pida que la resuelva quien puede verlas.",
                count=shown.hidden,
            )
        if shown.document.revision != choice.revision:
            raise Stale(
                "La ficha cambió después de que usted abrió la comparación.",
                remedy="Ábrala otra vez y vuelva a elegir.",
            )
        raw = double.merged(shown.instrument, shown.before, shown.after, choice.sides)
        same = not double.compare(shown.instrument, shown.before, raw).differences
        round_uuid = _round(session, shown.document)
    receipt = None if same else _send(store, author, shown, raw, choice, round_uuid)
    if receipt is not None and receipt.entry_uuid == uuid:
        # All of what came was chosen, word for word: that entry itself is tried again.
        return _retried(tray.retry(store, author, where, uuid))
    _close(store, author, where, kind, uuid, choice.reason.strip(), receipt)
    return receipt


def _retried(receipt: Receipt) -> Receipt:
    if receipt.state == "quarantined":
        first = receipt.problems[0] if receipt.problems else {}
        raise Conflict(
            "Lo que llegó sigue sin poder registrarse: {why}",
            remedy="Resuelva eso primero, o elija respuestas de la de antes.",
            why=first.get("message", ""),
        )
    return receipt


def _round(session: Reading, document: Form) -> UUID | None:
    found = session.get(Round, document.round_id) if document.round_id else None
    return found.uuid if found else None


def _send(
    store: Store, author: Author, shown: Pair, raw: dict[str, Any], choice: Choice,
    round_uuid: UUID | None,
) -> Receipt:  # fmt: skip
    # Without roles: every answer was given by somebody who was asked it; here one is only chosen.
    sheet = Sheet(
        shown.instrument.code,
        shown.document.uuid,
        raw,
        round_uuid=round_uuid,
        revision=choice.revision,
        version=str(shown.instrument.version),
        reason=choice.reason.strip()[:500],
    )
    return forms.send(store, author, shown.where, sheet)


def _close(
    store: Store, author: Author, where: Where, kind: Kind, uuid: UUID, reason: str,
    receipt: Receipt | None,
) -> None:  # fmt: skip
    with store.writing() as session:
        if kind == "delivery":
            row = delivery_tray.one(session, where, uuid)
            row.state = "taken" if receipt else "dismissed"
            row.xml, row.reason, row.problems = None, reason[:500], []
            row.decided_by, row.decided_at = author.account_id, now()
        else:
            _, derivation = tray.entry(session, where, uuid)
            derivation.resolved_by = author.account_id
        trail.record(session, author, Act("compare", "review", uuid, where.place_id, reason))
