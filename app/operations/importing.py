"""Imports: a file comes in, is checked, is published whole or not at all, and can be undone.

Everything is read and checked outside the write lock; publishing is one transaction of bulk
writes. The file is kept by its content, so that a batch can be cited, folded again and
audited. What the file must not do is told row by row; nothing of a refused file is stored
but the file itself and its report.

States of a batch: received, previewed, failed (it could not be read), published, undone.
The web process imports this module; what reads files is loaded by the kind (``module_of``),
in the worker or in the shell.
"""

import mimetypes
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from importlib import import_module
from typing import Any, BinaryIO, Protocol, cast
from uuid import UUID

from sqlmodel import select

from app.errors import Conflict, Invalid, Refusal
from app.operations import attachments, import_previews, import_reports, import_states, trail
from app.operations.import_states import (
    UNDOER,
    Outdated,
    refuse_not_published,
    refuse_unpublishable,
    refuse_without_reason,
)
from app.operations.trail import Act, Author
from app.records import imports, stamps
from app.records.imports import FORMS, KINDS, ImportBatch
from app.records.intake import Attachment
from app.settings import Settings
from app.store.sessions import Reading, Store, Writing

Say = Callable[[int, int, str], None]
LOCAL = import_states.LOCAL
TRIES = 3


class Kind(Protocol):
    """What a module of a kind gives."""

    def check(self, session: Reading, asked: Any, say: Say) -> Any:
        """Read the file; write nothing."""

    def publish(self, session: Writing, batch: ImportBatch, checked: Any) -> set[str]:
        """Write it, inside the lock; the stamps that changed."""

    def undo(self, session: Writing, batch: ImportBatch) -> set[str]:
        """Take it back; the stamps that changed."""


MODULES: dict[str, tuple[str, str]] = {
    **{kind: (f"app.operations.imports.{kind}",) * 2 for kind in KINDS},
    "answers": ("app.operations.imports.answers", "app.operations.imports.answer_writing"),
    "boundaries": ("app.operations.imports.boundaries", "app.operations.imports.limit_writing"),
    "agreements": ("app.operations.imports.agreements", "app.operations.imports.agreement_writing"),
    FORMS: ("app.operations.imports.forms", "app.operations.imports.form_writing"),
}


def quiet(_done: int, _total: int, _message: str) -> None:
    """Say nothing."""


@dataclass(frozen=True, slots=True)
class Wish:
    """What somebody asks to import.

    ``place`` keeps it inside one district: its code and its key. ``health`` lets sensitive
    practices in; it is what the policy gave the person, never what they asked. ``sheet_of``
    is for filled sheets: the instrument, and the community where it is for one alone.
    """

    kind: str
    name: str
    options: Mapping[str, Any] = field(default_factory=dict)
    place: tuple[str, int] | None = None
    health: bool = False
    sheet_of: tuple[str, str | None] | None = None


def module_of(kind: str, *, writing: bool = False) -> Kind:
    """The module that reads, or that writes, a kind."""
    return cast(Kind, import_module(MODULES[kind][int(writing)]))


def receive(
    store: Store, settings: Settings, author: Author, wish: Wish, stream: BinaryIO
) -> ImportBatch:
    """Keep the file and open its batch; nothing is read yet.

    Raises
    ------
    Invalid
        There is no such kind or option, or this kind is not for one district alone.
    TooLarge, Malformed
        As ``attachments.keep``.
    """
    import_states.refuse_wish(wish)
    sha256, size = attachments.keep(settings.files, stream, settings.upload_bytes)
    name = "".join(sign for sign in wish.name if sign.isprintable())[-200:] or "archivo"
    options = {**wish.options, **({"health": True} if wish.health else {})}
    if wish.sheet_of is not None:
        options |= {"instrument": wish.sheet_of[0], "community": wish.sheet_of[1]}
    with store.writing() as session:
        batch = ImportBatch(
            kind=wish.kind,
            file_name=name,
            sha256=sha256,
            state="received",
            author_id=author.account_id,
            place_code=wish.place[0] if wish.place else None,
            options=options,
        )
        session.add(batch)
        kind = mimetypes.guess_type(name)[0] or "application/octet-stream"
        # The row keeps the file from being collected as nobody's.
        session.add(
            Attachment(
                form_uuid=batch.uuid, sha256=sha256, name=name, media_type=kind[:80], bytes=size
            )
        )
        session.flush()
        _record(session, author, batch, "upload", wish.place)
    return batch


def _record(
    session: Writing,
    author: Author,
    batch: ImportBatch,
    action: str,
    place: tuple[str, int] | None = None,
    reason: str = "",
) -> None:
    act = Act(
        f"{action} {batch.kind}", "imports", batch.uuid, place[1] if place else None, reason,
        batch.sha256,
    )  # fmt: skip
    trail.record(session, author, act)


def asked_of(settings: Settings, batch: ImportBatch) -> Any:
    """What the reading modules are asked about a batch."""
    asked = import_module("app.operations.imports.asked")
    files = import_module("app.gis.files")
    limits = files.Limits(
        upload_bytes=settings.upload_bytes,
        unpacked_bytes=settings.unpacked_bytes,
        vertices=settings.vertices,
    )
    return asked.Asked(
        kind=batch.kind,
        path=attachments.existing(settings.files, batch.sha256),
        name=batch.file_name,
        options={k: v for k, v in batch.options.items() if k != "health"},
        account_id=batch.author_id,
        place_code=batch.place_code,
        limits=limits,
        health=bool(batch.options.get("health")),
    )


def check(store: Store, settings: Settings, uuid: UUID, say: Say = quiet) -> ImportBatch:
    """Read the file of a batch and write its report; a file that cannot be read fails it."""
    with store.reading() as session:
        batch = imports.find(session, uuid)
        if batch.state not in ("received", "previewed", "failed"):
            return batch
        try:
            checked = module_of(batch.kind).check(session, asked_of(settings, batch), say)
            state, report = "previewed", import_reports.of(batch, checked)
            if checked.drawn is not None:
                report["map"] = import_previews.keep(settings.home, uuid, checked.drawn)
            LATEST[:] = [((store.url, uuid, str(batch.options)), checked)]
        except Refusal as refusal:
            state, report = "failed", import_reports.of_refusal(refusal)
    return _keep_report(store, uuid, state, report)


def _keep_report(store: Store, uuid: UUID, state: str, report: dict[str, Any]) -> ImportBatch:
    with store.writing() as session:
        batch = _locked(session, uuid)
        if batch.state in ("received", "previewed", "failed"):
            batch.state, batch.report, batch.rows = state, report, int(report.get("rows", 0))
        return batch


def _locked(session: Writing, uuid: UUID) -> ImportBatch:
    return session.exec(select(ImportBatch).where(ImportBatch.uuid == uuid).with_for_update()).one()


def choose(store: Store, author: Author, uuid: UUID, options: Mapping[str, Any]) -> ImportBatch:
    """Other options for a file that was not published: it waits to be checked again.

    Raises
    ------
    Conflict
        It was published or undone.
    Invalid
        There is no such option.
    """
    with store.writing() as session:
        batch = _locked(session, uuid)
        if batch.state != "failed":
            refuse_unpublishable(batch)
        kept = {
            name: value for name, value in batch.options.items() if name in import_states.SETTLED
        }
        sheet_of = (str(kept.get("instrument")), kept.get("community"))
        import_states.refuse_wish(Wish(batch.kind, batch.file_name, options, sheet_of=sheet_of))
        batch.options, batch.state = {**options, **kept}, "received"
        _record(session, author, batch, "choose", _place(session, batch))
        return batch


def preview(
    store: Store,
    settings: Settings,
    author: Author,
    wish: Wish,
    stream: BinaryIO,
    say: Say = quiet,
) -> ImportBatch:
    """Receive a file and check it at once; for the shell and for tests."""
    return check(store, settings, receive(store, settings, author, wish, stream).uuid, say)


# What this process checked last: the shell, and a worker, publish right after they checked.
LATEST: list[tuple[tuple[str, UUID, str], Any]] = []


def _checked_before(store: Store, batch: ImportBatch) -> Any:
    """The file as checked a moment ago, once; publishing still refuses what changed since."""
    found = dict(LATEST).get((store.url, batch.uuid, str(batch.options)))
    LATEST.clear()
    return found


def publish(
    store: Store, settings: Settings, author: Author, uuid: UUID, say: Say = quiet
) -> ImportBatch:
    """Write all of a file, checked against the store as it stands.

    Raises
    ------
    Conflict
        It was published or undone already.
    Invalid
        It has rows that cannot be taken; the report names them.
    """
    for _ in range(TRIES):
        with store.reading() as session:
            batch = imports.find(session, uuid)
            refuse_unpublishable(batch)
            checked = _checked_before(store, batch) or module_of(batch.kind).check(
                session, asked_of(settings, batch), say
            )
        report = import_reports.of(batch, checked) | {"map": batch.report.get("map")}
        if not report["publishable"]:
            _keep_report(store, uuid, "previewed", report)
            if not checked.rows:
                raise Invalid("El archivo no tiene filas.", remedy="Revise el archivo.")
            raise Invalid(
                "El archivo tiene {count} filas con errores: no se guardó nada.",
                remedy="Corrija las filas señaladas y súbalo otra vez, o elija dejarlas fuera.",
                rows=checked.found.errors,
                count=checked.found.count,
            )
        say(9, 10, "Publicando")
        try:
            batch = _write(store, author, uuid, checked, report)
        except Outdated:
            continue
        settle(store, settings, batch)
        return batch
    raise Conflict(
        "El territorio o las rondas cambiaron mientras se revisaba el archivo.",
        remedy="Intente otra vez.",
    )


def _write(
    store: Store, author: Author, uuid: UUID, checked: Any, report: dict[str, Any]
) -> ImportBatch:
    """Publish what was checked; ``Outdated`` where the store moved on since."""
    with store.writing() as session:
        session.hold("imports")
        batch = _locked(session, uuid)
        refuse_unpublishable(batch)
        if checked.basis and stamps.version(session, "territory") != checked.basis:
            raise Outdated("El territorio cambió.")
        batch.state, batch.report, batch.rows = "published", report, checked.rows
        session.flush()
        touched = module_of(batch.kind, writing=True).publish(session, batch, checked)
        stamps.bump(session, *touched)
        _record(session, author, batch, "publish", _place(session, batch))
        return batch


def settle(store: Store, settings: Settings | None, batch: ImportBatch) -> None:
    """What a kind has to do after its commit; doing it again changes nothing."""
    if batch.kind == FORMS:
        files = settings.files if settings is not None else None
        import_module(MODULES[FORMS][1]).settle(store, batch, files)


def _place(session: Reading, batch: ImportBatch) -> tuple[str, int] | None:
    if batch.place_code is None:
        return None
    places = import_module("app.records.places")
    return batch.place_code, places.district(session, batch.place_code).place_id


def undo(store: Store, author: Author, uuid: UUID, reason: str, say: Say = quiet) -> ImportBatch:
    """Take back exactly what a batch did.

    Raises
    ------
    Invalid
        No reason was given.
    Conflict
        It is not published, something else changed its rows, or something refers to them.
    """
    refuse_without_reason(reason)
    say(1, 2, "Deshaciendo")
    with store.writing() as session:
        session.hold("imports")
        batch = _locked(session, uuid)
        refuse_not_published(batch)
        session.info[UNDOER] = author
        batch.state, batch.undone_reason = "undone", reason.strip()[:500]
        touched = module_of(batch.kind, writing=True).undo(session, batch)
        stamps.bump(session, *touched)
        _record(session, author, batch, "undo", _place(session, batch), reason.strip())
    settle(store, None, batch)
    return batch
