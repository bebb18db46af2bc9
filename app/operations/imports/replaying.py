"""Fold a batch of answers again from its kept file; see ``rebuilding``.

The web process imports this module with ``deriving``, so that what reads the file, which
needs pandas, is loaded only when a batch is folded.
"""

from importlib import import_module
from pathlib import Path
from typing import Any
from uuid import UUID

from sqlalchemy import delete
from sqlmodel import col, select

from app.errors import Unknown
from app.operations import attachments
from app.records.imports import ImportBatch, ImportChange
from app.store.sessions import Writing

FILES = "files"  # the name in ``session.info`` under which a rebuild says where files stand


def answers(fold: Any) -> None:
    """Read the file again and write its answers."""
    session: Writing = fold.session
    batch = _batch(session, fold.body)
    reading = import_module("app.operations.imports.answers")
    writing = import_module("app.operations.imports.answer_writing")
    asked = import_module("app.operations.imports.asked")
    folder = session.info.get(FILES)
    if folder is None:
        raise Unknown(
            "Para leer otra vez la importación {name} hace falta la carpeta de archivos.",
            remedy="Reconstruya desde la línea de comandos, que sabe dónde está.",
            name=batch.file_name,
        )
    question = asked.Asked(
        kind=batch.kind,
        path=attachments.existing(Path(folder), batch.sha256),
        name=batch.file_name,
        options=batch.options,
        place_code=batch.place_code,
        health=bool(batch.options.get("health")),
    )
    checked = reading.check(session, question, asked.quiet, lenient=True)
    gone = delete(ImportChange).where(col(ImportChange.batch_id) == batch.id)
    session.connection().execute(gone)
    writing.apply(session, batch, checked.writes)
    fold.touched |= set(checked.writes.pairs)


def answers_undo(fold: Any) -> None:
    """Take the batch's answers back again."""
    writing = import_module("app.operations.imports.answer_writing")
    batch = _batch(fold.session, fold.body)
    pairs = writing.pairs_of(fold.session, batch)
    writing.take_back(fold.session, batch, pairs)
    fold.touched |= pairs


def _batch(session: Writing, body: Any) -> ImportBatch:
    found = session.exec(select(ImportBatch).where(ImportBatch.uuid == UUID(body["batch"]))).first()
    if found is None:
        raise Unknown("No existe la importación {uuid}.", uuid=body["batch"])
    return found
