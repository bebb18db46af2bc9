"""Keep the documents of a file all at once, fold them, take them back, and forget the file.

Every document is kept in the transaction that marks the batch published: all of them or
none. Folding comes after, as with any entry; what a killed process left is taken up at the
next start. The file itself goes when it was published: the entries hold what it said.
"""

import logging
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from uuid import UUID

from sqlmodel import col, select

from app.errors import Refusal
from app.operations import attachments, folding, intake, sealing
from app.operations.import_states import UNDOER
from app.operations.imports.asked import Checked
from app.operations.imports.form_judging import Ready
from app.operations.intake import Message
from app.operations.trail import Author
from app.records import imports
from app.records.imports import FORMS, ImportBatch, ImportChange
from app.records.intake import Attachment, Derivation, Entry, Form, Payload
from app.store.sessions import Reading, Store, Writing

LOG = logging.getLogger("sismuni.intake")
ENTRY = "entry"
SHOWN = 500
WITHDRAWN_FROM = frozenset({"sent", "returned", "approved"})


def publish(session: Writing, batch: ImportBatch, checked: Checked) -> set[str]:
    """Keep every document that says something new.

    Raises
    ------
    Stale, Conflict
        One of them changed after the file was checked; none was kept.
    """
    author = Author(batch.author_id)
    listed: list[dict[str, Any]] = []
    ready: list[Ready] = checked.writes
    for each in ready:
        told = {
            "uuid": str(each.message.form_uuid),
            "community": each.community,
            "row": each.line.row,
            "tab": each.line.tab,
            "state": each.state,
        }
        listed.append(told)
        if each.state == "same":
            continue
        entry, repeated = intake.keep(session, author, each.message)
        if not repeated:
            session.add(ImportChange(batch_id=batch.id, table=ENTRY, row_id=entry.id, before=told))
    batch.report = {**batch.report, "documents": listed[:SHOWN], "document_count": len(listed)}
    return set()


def settle(store: Store, batch: ImportBatch, files: Path | None) -> None:
    """What comes after the commit: fold what was kept, and let the file go where it stands."""
    with store.reading() as session:
        waiting = [
            row.id
            for row in _entries(session, batch)
            if (state := session.get(Derivation, row.id)) is not None and state.state == "pending"
        ]
    for entry_id in waiting:
        folding.fold(store, entry_id)
    if files is not None:
        forget_file(store, files, batch.uuid)


def _entries(session: Reading, batch: ImportBatch) -> list[Entry]:
    """The entries that a batch made, and those that took them back."""
    ids = session.exec(
        select(ImportChange.row_id)
        .where(ImportChange.batch_id == batch.id, ImportChange.table == ENTRY)
        .order_by(col(ImportChange.row_id))
    ).all()
    made = [session.get_one(Entry, entry_id) for entry_id in ids]
    undone = [
        entry
        for each in made
        for entry in session.exec(
            select(Entry)
            .where(Entry.form_uuid == each.form_uuid, col(Entry.id) > each.id)
            .order_by(col(Entry.id))
        ).all()
    ]
    return [*made, *undone]


def undo(session: Writing, batch: ImportBatch) -> set[str]:
    """Withdraw what the batch made, give back what it corrected, and name what is left as it is.

    A document that changed since, or whose round is closed, stays.
    """
    author: Author = session.info[UNDOER]
    told: dict[str, Any] = {"withdrawn": 0, "restored": 0, "kept": []}
    changes = session.exec(
        select(ImportChange)
        .where(ImportChange.batch_id == batch.id, ImportChange.table == ENTRY)
        .order_by(col(ImportChange.row_id))
    ).all()
    for change in changes:
        entry = session.get_one(Entry, change.row_id)
        form = session.exec(select(Form).where(Form.uuid == entry.form_uuid)).first()
        why = _why_kept(entry, form)
        if form is None or why:
            told["kept"].append({**(change.before or {}), "why": why})
            continue
        message = _taken_back(session, batch, entry, form)
        try:
            intake.keep(session, author, message)
        except Refusal as refusal:
            told["kept"].append({**(change.before or {}), "why": str(refusal)})
            continue
        told["withdrawn" if message.kind == "withdrawal" else "restored"] += 1
    batch.report = {**batch.report, "undone": told}
    return set()


def _why_kept(entry: Entry, form: Form | None) -> str:
    if form is None:
        return "No llegó a registrarse: está en la bandeja de planificación."
    if form.entry_id != entry.id:
        return "Se corrigió después de la importación."
    if form.state == "locked":
        return "Su ronda ya está cerrada."
    if form.state not in WITHDRAWN_FROM:
        return "Ya estaba retirada."
    return ""


def _taken_back(session: Writing, batch: ImportBatch, entry: Entry, form: Form) -> Message:
    """What undoes an entry: the answers that stood before it, or the withdrawal of the document."""
    before = session.exec(
        select(Entry)
        .where(
            Entry.form_uuid == entry.form_uuid,
            col(Entry.id) < entry.id,
            col(Entry.kind).in_(("submission", "correction")),
        )
        .order_by(col(Entry.id).desc())
        .limit(1)
    ).first()
    payload = session.get(Payload, before.id) if before is not None else None
    if before is None or payload is None or payload.body is None:
        reason = {"verb": "withdraw", "reason": batch.undone_reason or ""}
        return Message(
            "withdrawal",
            form.uuid,
            reason,
            form.community_id,
            instrument=form.instrument,
            way="sheet",
            revision=form.revision,
        )
    return Message(
        "correction",
        form.uuid,
        sealing.unseal(session, payload.body),
        form.community_id,
        instrument=form.instrument,
        version=before.version,
        cycle_uuid=before.cycle_uuid,
        round_uuid=before.round_uuid,
        family_uuid=before.family_uuid,
        way="sheet",
        revision=form.revision,
    )


def forget_file(store: Store, files: Path, uuid: UUID) -> None:
    """Let the file of a batch go, unless another batch still needs the same bytes."""
    with store.writing() as session:
        batch = imports.find(session, uuid)
        for row in session.exec(
            select(Attachment).where(
                Attachment.form_uuid == uuid, Attachment.sha256 == batch.sha256
            )
        ).all():
            session.delete(row)
        session.flush()
        needed = session.exec(
            select(Attachment.id).where(Attachment.sha256 == batch.sha256).limit(1)
        ).first()
    if needed is None:
        attachments.path_of(files, batch.sha256).unlink(missing_ok=True)


def forget_waiting(store: Store, files: Path) -> int:
    """Let go of files that wait, and of what reports tell: a family is being erased.

    Whoever brought a file may bring it again, without that family. Returns how many went.
    """
    with store.writing() as session:
        batches = list(_told(session))
        for batch in batches:
            batch.report = {**batch.report, "errors": []}
            if batch.state in ("received", "previewed", "failed"):
                batch.state, batch.report = "failed", {"refusal": GONE}
    waiting = [batch for batch in batches if batch.state == "failed"]
    for batch in waiting:
        forget_file(store, files, batch.uuid)
    return len(waiting)


def _told(session: Writing) -> Iterator[ImportBatch]:
    yield from session.exec(select(ImportBatch).where(ImportBatch.kind == FORMS)).all()


GONE = {
    "kind": "Unknown",
    "message": "El archivo se borró, porque se borraron los datos de una familia.",
    "remedy": "Si hace falta, súbalo otra vez.",
    "field": None,
    "epsg": None,
}
