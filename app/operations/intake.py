"""The one way in: what a person sends is first kept, then folded into the registers.

The entry commits alone and durably, and that is what is acknowledged. Deriving the
registers is a second transaction: if it fails, the entry goes to quarantine with the
reason; if the process dies in between, ``resume`` takes it up at the next start.
"""

import hashlib
import json
import logging
import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlmodel import col, select

from app.errors import Conflict, PreconditionNeeded, Stale
from app.operations import deriving, folding, sealing, trail
from app.operations.trail import Act, Author
from app.records import cycles as cycle_records
from app.records.families import Family
from app.records.intake import Derivation, Entry, Form, Payload
from app.store.sessions import Reading, Store, Writing

LOG = logging.getLogger("sismuni.intake")


@dataclass(frozen=True, slots=True)
class Message:
    """Something on its way in: checked answers, or an act on a document.

    ``revision`` is the version of the document that the sender saw; None for a new one.
    """

    kind: str
    form_uuid: UUID
    body: Mapping[str, Any]
    community_id: int | None
    place_id: int | None = None
    instrument: str | None = None
    version: str | None = None
    cycle_uuid: UUID | None = None
    round_uuid: UUID | None = None
    family_uuid: UUID | None = None
    way: str = "page"
    device: str = ""
    idempotency_key: str | None = None
    revision: int | None = None
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Receipt:
    """What the sender may show: received when, as what, and what became of it so far."""

    entry_uuid: UUID
    form_uuid: UUID
    at: datetime
    digest: str
    state: str  # pending derived quarantined
    problems: tuple[dict[str, Any], ...] = ()
    repeated: bool = False

    @property
    def number(self) -> str:
        """Short enough to read aloud."""
        return self.entry_uuid.hex[-8:].upper()


def receive(store: Store, author: Author, message: Message) -> Receipt:
    """Keep a message, then fold it; returns the receipt of an earlier equal one if there is.

    Raises
    ------
    Conflict
        The idempotency key was used for something else.
    Stale
        The document changed after the sender saw it.
    """
    with store.writing() as session:
        entry, repeated = keep(session, author, message)
    if repeated:
        with store.reading() as session:
            return replace(receipt(session, entry), repeated=True)
    folding.fold(store, entry.id)
    with store.reading() as session:
        return receipt(session, entry)


def receipt(session: Reading, entry: Entry) -> Receipt:
    """The receipt of an entry as things stand."""
    row = session.get(Derivation, entry.id)
    state, problems = (row.state, row.problems) if row else ("pending", [])
    return Receipt(entry.uuid, entry.form_uuid, entry.at, entry.digest, state, tuple(problems))


def keep(session: Writing, author: Author, message: Message) -> tuple[Entry, bool]:
    """Keep a message in a transaction of the caller's, who folds it after the commit.

    Returns the entry, and whether it is an earlier equal one; refused as ``receive`` does.
    """
    session.hold(f"form {message.form_uuid}")
    if message.idempotency_key is not None:
        session.hold(f"key {author.account_id} {message.idempotency_key}")
    plain = canonical(message.body)
    earlier = _earlier(session, author, message, plain)
    if earlier is not None:
        return earlier, True
    if message.kind in {"submission", "correction", "resolution", "withdrawal"}:
        _refuse_overtaken(session, message)
    if message.kind in {"submission", "correction"}:
        message = _as_seen(session, message)
    elif message.revision is not None:
        _refuse_unseen(session, message)
    entry = entry_of(author, message)
    session.add(entry)
    session.flush()
    attach(session, author, message, entry, _families(session, message))
    return entry, False


def entry_of(author: Author, message: Message) -> Entry:
    """The entry of a message, not yet kept."""
    salt = secrets.token_hex(16)
    return Entry(
        kind=message.kind,
        instrument=message.instrument,
        version=message.version,
        form_uuid=message.form_uuid,
        community_id=message.community_id,
        cycle_uuid=message.cycle_uuid,
        round_uuid=message.round_uuid,
        family_uuid=message.family_uuid,
        author_id=author.account_id,
        way=message.way,
        device=message.device[:80],
        idempotency_key=message.idempotency_key,
        salt=salt,
        digest=_digest(salt, canonical(message.body)),
    )


def attach(
    session: Writing,
    author: Author,
    message: Message,
    entry: Entry,
    families: Callable[[str], UUID | None],
) -> None:
    """What belongs to an entry that is kept: its sealed content, its state, its trail."""
    sealed = sealing.seal(session, dict(message.body), message.family_uuid, families)
    session.add(Payload(entry_id=entry.id, body=sealed))
    session.add(Derivation(entry_id=entry.id))
    register = message.instrument or ("cycles" if message.kind == "cycle" else "review")
    act = Act(
        message.kind, register, message.form_uuid, message.place_id,
        message.reason or str(message.body.get("reason", "")), entry.digest,
    )  # fmt: skip
    trail.record(session, author, act)


def canonical(body: Mapping[str, Any]) -> bytes:
    """The one spelling of a message, which is digested."""
    return json.dumps(
        body, sort_keys=True, ensure_ascii=False, allow_nan=False, separators=(",", ":")
    ).encode()


def _digest(salt: str, plain: bytes) -> str:
    return hashlib.sha256(salt.encode() + plain).hexdigest()


def _earlier(session: Writing, author: Author, message: Message, plain: bytes) -> Entry | None:
    key = message.idempotency_key
    if key is not None:
        # SQLAlchemy spells a comparison with None as IS NULL.
        mine = Entry.author_id == author.account_id
        found = session.exec(select(Entry).where(Entry.idempotency_key == key, mine)).first()
        if found is not None:
            if _digest(found.salt, plain) != found.digest or found.form_uuid != message.form_uuid:
                raise Conflict(
                    "La clave de envío ya se usó para otra cosa.",
                    remedy="Use una clave nueva para cada envío.",
                )
            return found
    if message.kind not in {"submission", "correction", "cycle", "own_form"}:
        return None
    # The same content as the document's newest entry is the same act, sent twice.
    last = session.exec(
        select(Entry)
        .where(Entry.form_uuid == message.form_uuid)
        .order_by(col(Entry.id).desc())
        .limit(1)
    ).first()
    same = last is not None and _digest(last.salt, plain) == last.digest
    return last if same else None


def _as_seen(session: Writing, message: Message) -> Message:
    form = deriving.form_of(session, message.form_uuid)
    if form is None:
        return replace(message, kind="submission")
    if form.community_id != message.community_id or form.instrument != message.instrument:
        raise Conflict("Ese identificador ya es de otra ficha.", remedy="Empiece una ficha nueva.")
    if form.state == "locked":
        raise Conflict(
            "La ronda de esta ficha ya está cerrada.",
            remedy="Pida a planificación que la reabra, con su razón.",
        )
    if message.revision is None:
        raise PreconditionNeeded(
            "Esta ficha ya existe: hay que decir qué versión se corrige.",
            remedy="Abra la ficha, corrija sobre ella y envíe otra vez.",
        )
    if message.revision != form.revision:
        raise Stale(
            "Otra persona cambió esta ficha mientras usted la llenaba.",
            remedy="Abra la versión nueva y compare; su borrador sigue guardado.",
        )
    return replace(
        message,
        kind="correction",
        family_uuid=form.family_uuid,
        round_uuid=message.round_uuid or _uuid_of_round(session, form),
    )


def _refuse_overtaken(session: Writing, message: Message) -> None:
    # What was kept and is not folded yet will change the document, which still looks the same.
    pending = session.exec(
        select(Entry.id)
        .join(Derivation, col(Derivation.entry_id) == Entry.id)
        .where(Entry.form_uuid == message.form_uuid, Derivation.state == "pending")
    ).first()
    if pending is not None:
        raise Stale(
            "Acaba de llegar otro cambio de esta misma ficha.",
            remedy="Vuelva a abrirla y compare; su borrador sigue guardado.",
        )


def _refuse_unseen(session: Writing, message: Message) -> None:
    # Asked under the document's lock: of two who decide at once, one hears that it changed.
    form = deriving.form_of(session, message.form_uuid)
    if form is not None and form.revision != message.revision:
        raise Stale(
            "Otra persona cambió esta ficha mientras usted la miraba.",
            remedy="Vuelva a leerla y decida otra vez.",
        )


def _uuid_of_round(session: Writing, form: Form) -> UUID | None:
    found = session.get(cycle_records.Round, form.round_id) if form.round_id else None
    return found.uuid if found else None


def _families(session: Writing, message: Message) -> Callable[[str], UUID | None]:
    def owner(code: str) -> UUID | None:
        return session.exec(
            select(Family.uuid).where(
                Family.community_id == message.community_id, Family.code == code
            )
        ).first()

    return owner


def is_known(session: Reading, form_uuid: UUID) -> bool:
    """Whether something about this document was received before."""
    return session.exec(select(Entry.id).where(Entry.form_uuid == form_uuid)).first() is not None


def answers_of(session: Reading, form: Form) -> dict[str, Any]:
    """The answers of a document as they stand, with what was erased left out."""
    return body_of(session, form.entry_id)


def body_of(session: Reading, entry_id: int) -> dict[str, Any]:
    """What an entry says; empty where it was erased."""
    payload = session.get(Payload, entry_id)
    if payload is None or payload.body is None:
        return {}
    return sealing.unseal(session, payload.body)
