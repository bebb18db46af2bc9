"""Filling a document: its draft, its checks, its sending, and its state afterwards."""

import json
from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from typing import Any
from uuid import UUID, uuid5

from sqlmodel import col, select

from app.capture import answers as capture
from app.capture.fields import Instrument
from app.errors import Conflict, Forbidden, Invalid, Stale, Unknown
from app.operations import instruments, intake, trail
from app.operations.intake import Message, Receipt
from app.operations.trail import Author
from app.records import cycles
from app.records.families import Family
from app.records.intake import Draft, Form
from app.records.places import Where
from app.store.sessions import Reading, Store, Writing
from app.store.types import now


@dataclass(frozen=True, slots=True)
class Sheet:
    """A filled document as somebody sends it.

    ``revision`` is the version that the sender saw, None for a new document; ``roles``
    are the sender's, since a question may be for some of them alone. ``version`` is the
    instrument's, None for the one in force: a telephone may hold an older one.
    """

    instrument: str
    form_uuid: UUID
    raw: Mapping[str, Any]
    roles: Collection[str] = ()
    round_uuid: UUID | None = None
    revision: int | None = None
    way: str = "page"
    device: str = ""
    idempotency_key: str | None = None
    version: str | None = None
    reason: str = ""


def send(store: Store, author: Author, where: Where, sheet: Sheet) -> Receipt:
    """Check a document and give it to the intake.

    Raises
    ------
    Invalid
        With one row for each thing to mend; nothing was kept but the draft.
    Forbidden
        None of the sender's roles fills this instrument.
    Conflict
        There is no open cycle or round for it, or its round is closed.
    """
    with store.reading() as session:
        message = checked(session, where, sheet)
    receipt = intake.receive(store, author, message)
    discard(store, author, where, sheet.form_uuid)
    return receipt


def checked(session: Reading, where: Where, sheet: Sheet) -> Message:
    """What goes to the intake of a sheet; refused as ``send`` does."""
    instrument = _instrument(session, sheet)
    refuse_role(instrument, sheet.roles)
    known = instruments.known(session, where, instrument)
    read = capture.read(instrument, sheet.raw, known, sheet.roles or None)
    return message_of(session, where, sheet, read)


def refuse_role(instrument: Instrument, roles: Collection[str]) -> None:
    """Refuse roles of which none fills an instrument; no roles at all are the system's."""
    if roles and not instrument.fill & frozenset(roles):
        raise Forbidden(
            "Su rol no llena la ficha «{title}».",
            remedy="Pida a la junta o a planificación que la llene.",
            title=instrument.title.es,
        )


def _instrument(session: Reading, sheet: Sheet) -> Instrument:
    if sheet.version is None:
        return instruments.current(session, sheet.instrument)
    return instruments.of_version(session, sheet.instrument, sheet.version)


def message_of(session: Reading, where: Where, sheet: Sheet, read: capture.Answers) -> Message:
    """What goes to the intake of a sheet whose answers were read; refused as ``send`` does."""
    instrument = read.instrument
    body = json.loads(capture.canonical(read.require()))
    cycle_uuid, round_uuid = _when(session, where, instrument, sheet)
    return Message(
        "submission",
        sheet.form_uuid,
        body,
        where.community_id,
        place_id=where.place_id,
        instrument=instrument.code,
        version=str(instrument.version),
        cycle_uuid=cycle_uuid,
        round_uuid=round_uuid,
        family_uuid=_family(session, where, instrument, sheet.form_uuid, body),
        way=sheet.way,
        device=sheet.device,
        idempotency_key=sheet.idempotency_key,
        revision=sheet.revision,
        reason=sheet.reason,
    )


def correcting(message: Message, document: Form) -> Message:
    """The same message as a correction of the document as it stands."""
    return replace(message, revision=document.revision)


def _when(
    session: Reading, where: Where, instrument: Instrument, sheet: Sheet
) -> tuple[UUID | None, UUID | None]:
    if where.community_id is None:
        raise Invalid("Esta ficha es de una comunidad.", remedy="Elija la comunidad.")
    cycle = cycles.current_cycle(session, where.community_id)
    if instrument.period == "any":
        return (cycle.uuid if cycle else None), None
    if cycle is None:
        raise Conflict(
            "La comunidad no tiene un ciclo abierto.",
            remedy="Abra primero su ciclo en «Mi comunidad».",
        )
    if instrument.period == "cycle":
        return cycle.uuid, None
    return cycle.uuid, _round(session, where.community_id, sheet.round_uuid)


def _round(session: Reading, community_id: int, wanted: UUID | None) -> UUID:
    known = cycles.rounds(session, community_id)
    if wanted is not None:
        found = next((each for each in known if each.uuid == wanted), None)
        if found is None:
            raise Unknown("Esa ronda no es de esta comunidad.", remedy="Elija otra ronda.")
        if found.locked_at is not None:
            raise Conflict(
                "La ronda {label} ya está cerrada.",
                remedy="Abra una ronda nueva o pida que la reabran, con su razón.",
                label=found.label,
            )
        return found.uuid
    unlocked = [each for each in known if each.locked_at is None]
    if not unlocked:
        raise Conflict(
            "La comunidad no tiene una ronda abierta.",
            remedy="Abra una ronda en «Mi comunidad» y vuelva a enviar.",
        )
    return unlocked[-1].uuid


def _family(
    session: Reading,
    where: Where,
    instrument: Instrument,
    form_uuid: UUID,
    body: Mapping[str, Any],
) -> UUID | None:
    if instrument.subject != "family":
        return None
    found = session.exec(
        select(Family.uuid).where(
            Family.community_id == where.community_id, Family.code == body.get("household")
        )
    ).first()
    # A family is born with its first sheet; its UUID comes from it, on any store.
    return found or uuid5(form_uuid, "family")


def form(session: Reading, where: Where, uuid: UUID) -> Form:
    """A document of a community.

    Raises
    ------
    Unknown
        The community has none with this UUID.
    """
    found = session.exec(
        select(Form).where(Form.uuid == uuid, Form.community_id == where.community_id)
    ).first()
    if found is None:
        raise Unknown("No existe esa ficha en esta comunidad.", remedy="Revise la dirección.")
    return found


def shown(session: Reading, document: Form, roles: Collection[str]) -> dict[str, Any]:
    """The answers of a document that these roles may see."""
    instrument = instruments.of_version(session, document.instrument, document.version)
    raw = intake.answers_of(session, document)
    return capture.redacted(capture.read(instrument, raw), roles)


def save_draft(store: Store, author: Author, where: Where, sheet: Sheet) -> int:
    """Keep what was filled in so far; returns the draft's revision.

    Raises
    ------
    Stale
        The draft was saved from another window meanwhile.
    """
    assert where.community_id is not None
    with store.writing() as session:
        session.hold(f"draft {author.account_id} {sheet.form_uuid}")
        row = _draft(session, author, where, sheet.form_uuid)
        if row is None:
            row = Draft(
                account_id=author.account_id or 0,
                community_id=where.community_id,
                instrument=sheet.instrument,
                form_uuid=sheet.form_uuid,
                revision=0,
            )
            session.add(row)
        elif sheet.revision is not None and sheet.revision < row.revision:
            raise Stale(
                "Este borrador se guardó también desde otra ventana.",
                remedy="Vuelva a abrir la ficha para seguir con lo último guardado.",
            )
        row.body = dict(sheet.raw)
        row.revision += 1
        row.saved_at = now()
        return row.revision


def _draft(session: Reading, author: Author, where: Where, form_uuid: UUID) -> Draft | None:
    return session.exec(
        select(Draft).where(
            Draft.account_id == author.account_id,
            Draft.community_id == where.community_id,
            Draft.form_uuid == form_uuid,
        )
    ).first()


def drafts(
    session: Reading, author: Author, where: Where, instrument: str | None = None
) -> list[Draft]:
    """The person's own drafts in a community, newest first."""
    wanted = [
        col(Draft.account_id) == author.account_id,
        col(Draft.community_id) == where.community_id,
    ]
    if instrument is not None:
        wanted.append(col(Draft.instrument) == instrument)
    return list(
        session.exec(select(Draft).where(*wanted).order_by(col(Draft.saved_at).desc())).all()
    )


def draft(session: Reading, author: Author, where: Where, form_uuid: UUID) -> Draft | None:
    """One draft of the person, or None."""
    return _draft(session, author, where, form_uuid)


def discard(store: Store, author: Author, where: Where, form_uuid: UUID) -> None:
    """Throw a draft away: it was sent, or its author wants it gone."""
    with store.writing() as session:
        forget_draft(session, author, where, form_uuid)


def forget_draft(session: Writing, author: Author, where: Where, form_uuid: UUID) -> None:
    """As ``discard``, in a transaction of the caller's."""
    row = _draft(session, author, where, form_uuid)
    if row is not None:
        session.delete(row)


def note_reading(store: Store, author: Author, family_uuid: UUID, purpose: str) -> None:
    """Write down that a family's data were looked at."""
    with store.writing() as session:
        trail.record_access(session, author, family_uuid, purpose)
