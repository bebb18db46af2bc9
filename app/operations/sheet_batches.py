"""A file of filled sheets as its page shows it: its first rows, its columns, its documents."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlmodel import col, select

from app.capture import spreadsheets
from app.capture.spreadsheets import Column
from app.errors import Refusal
from app.gis import files
from app.gis.files import Limits
from app.operations import attachments, instruments
from app.operations.imports import form_files
from app.operations.imports.form_places import practices
from app.records.imports import ImportBatch
from app.records.intake import Form
from app.settings import Settings
from app.store.sessions import Reading

MOST_COLUMNS = 60


@dataclass(frozen=True, slots=True)
class Choice:
    """A column of a file: its letter and words, the code it was taken for, and what it may be."""

    letter: str
    title: str
    code: str
    label: str
    options: Sequence[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class Shown:
    """One sheet of a file: its columns, its first rows, and how many lines were read."""

    title: str
    lines: int
    columns: Sequence[Choice]
    rows: Sequence[Sequence[str]]


def sheets(session: Reading, settings: Settings, batch: ImportBatch) -> list[Shown]:
    """The sheets of a file that waits; the rows are read from the file, and kept nowhere."""
    told = batch.report.get("summary", {}).get("sheets", ())
    labels = _labels(session, batch)
    taken = {column["code"] for sheet in told for column in sheet["columns"]}
    free = [(code, label) for code, label in labels.items() if code not in taken]
    rows = _rows(settings, batch)
    return [
        Shown(
            sheet["title"],
            sheet["lines"],
            [_choice(column, labels, free) for column in sheet["columns"][:MOST_COLUMNS]],
            _without_codes(rows.get(sheet["title"], []), {c["code"] for c in sheet["columns"]}),
        )
        for sheet in told
    ]


def _without_codes(rows: list[list[str]], codes: set[str]) -> list[list[str]]:
    """The rows as people read them: the template hides the one that names its columns."""
    return [row for row in rows if not any(row) or not set(filter(None, row)) <= codes]


def _choice(
    column: Mapping[str, str], labels: Mapping[str, str], free: Sequence[tuple[str, str]]
) -> Choice:
    code = column["code"]
    label = labels.get(code, code)
    mine = [(code, label)] if code else []
    return Choice(column["letter"], column["title"], code, label, [*mine, *free])


def _labels(session: Reading, batch: ImportBatch) -> dict[str, str]:
    instrument = instruments.current(session, str(batch.options.get("instrument")))
    offered = practices(session, health=bool(batch.options.get("health")))
    layout = spreadsheets.layout(instrument, offered, district=True)
    found: dict[str, str] = {}
    for tab in layout.tabs:
        for column in tab.columns:
            found.setdefault(column.code, _label(column, tab.title))
    return {**{code: column.title.es for code, column in layout.known().items()}, **found}


def _label(column: Column, tab: str) -> str:
    return f"{tab.partition(',')[0]}: {column.title.es}" if column.field else column.title.es


def _rows(settings: Settings, batch: ImportBatch) -> dict[str, list[list[str]]]:
    limits = Limits(
        upload_bytes=settings.upload_bytes,
        unpacked_bytes=settings.unpacked_bytes,
    )
    try:
        path = attachments.existing(settings.files, batch.sha256)
        upload = files.admitted(path, batch.file_name, limits)
        found = form_files.first_rows(path, upload.kind, batch.file_name, limits)
    except Refusal:
        return {}  # the report says why it cannot be read, or the file went after publishing
    return {title: rows[: form_files.PREVIEWED + 1] for title, rows in found.items()}


def states(session: Reading, uuids: Sequence[str]) -> dict[str, str]:
    """The state of each document by its key; one in quarantine has none."""
    keys = [UUID(each) for each in uuids[:500]]
    rows = session.exec(select(Form.uuid, Form.state).where(col(Form.uuid).in_(keys))).all()
    return {str(uuid): state for uuid, state in rows}


def documents(session: Reading, batch: ImportBatch) -> list[dict[str, Any]]:
    """What a batch brought, with the state of each document as it is now."""
    listed = batch.report.get("documents", [])
    known = states(session, [each["uuid"] for each in listed])
    return [{**each, "now": known.get(each["uuid"], "")} for each in listed]
