"""Imports over HTTP: send a file, read its report, publish it, undo it; the worker does the work.

The same routes stand for the whole installation and for one district, which may import only
what is its own.
"""

import json
from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Depends, File, Form, Path, Response, UploadFile
from pydantic import BaseModel, Field

from app.api.shapes import After, Limit, Page, Reason, Shape
from app.errors import Malformed
from app.http.errors import ProblemRow, responses
from app.http.gate import Passage, Permit, ReadDep, SettingsDep, StoreDep
from app.operations import import_jobs, import_states, importing, jobs
from app.operations.importing import Wish
from app.records import imports
from app.records.imports import KINDS, ImportBatch
from app.records.jobs import Job
from app.store.sessions import Reading, Store

router = APIRouter(tags=["imports"])
Reader = Annotated[Passage, Depends(Permit("imports", "read"), scope="function")]
Writer = Annotated[Passage, Depends(Permit("imports", "write"), scope="function")]
KindOf = Annotated[str, Form(pattern=f"^({'|'.join(KINDS)})$", description="Qué trae el archivo.")]
Options = Annotated[
    str,
    Form(
        max_length=20_000,
        description="Opciones en JSON: columns, level, epsg, period, skip_errors...",
    ),
]
Batch = Annotated[UUID, Path(description="La importación.")]
BASES = {"": "", "district_": "/districts/{ubigeo}"}


class NoticeOut(BaseModel):
    """Something that was mended or looks doubtful."""

    message: str
    row: int | None = None


class JobOut(BaseModel):
    """Work in the background and how far it is."""

    id: UUID
    kind: str = Field(examples=["import_publish"])
    state: str = Field(examples=["running"])
    done: int
    total: int
    message: str
    result: dict[str, Any]


class ImportOut(BaseModel):
    """One file that came in, and what is known of it."""

    uuid: UUID
    kind: str = Field(examples=["communities"])
    file_name: str
    sha256: str
    state: str = Field(examples=["previewed"])
    at: datetime
    place_code: str | None
    rows: int
    error_count: int = 0
    errors: list[ProblemRow] = []
    notices: list[NoticeOut] = []
    counts: dict[str, int] = {}
    summary: dict[str, Any] = {}
    publishable: bool = False
    undone_reason: str | None = None
    job: JobOut | None = None

    @classmethod
    def of(cls, batch: ImportBatch, job: Job | None = None, *, short: bool = False) -> "ImportOut":
        """A batch as machines read it; ``short`` for lists, without its rows."""
        report = batch.report
        names = ("uuid", "kind", "file_name", "sha256", "state", "at", "place_code", "rows",
                 "undone_reason")  # fmt: skip
        return cls(
            **{name: getattr(batch, name) for name in names},
            error_count=report.get("error_count", 0),
            errors=[] if short else _errors(report),
            notices=[] if short else [_notice(each) for each in report.get("notices", ())],
            counts=report.get("counts", {}),
            summary={} if short else report.get("summary", {}),
            publishable=batch.state == "previewed" and bool(report.get("publishable")),
            job=JobOut(**jobs.state(job)) if job is not None else None,
        )


def _errors(report: dict[str, Any]) -> list[ProblemRow]:
    refusal = report.get("refusal")
    whole = [ProblemRow(field=refusal["field"], message=refusal["message"],
                        remedy=refusal["remedy"])] if refusal else []  # fmt: skip
    return [*whole, *(ProblemRow(**error) for error in report.get("errors", ()))]


def _notice(each: dict[str, Any]) -> NoticeOut:
    params = each.get("params") or {}
    said = each["message"].format(**params) if params else each["message"]
    return NoticeOut(message=said, row=each.get("row"))


class UndoIn(Shape):
    """Why a batch is taken back."""

    reason: Reason = Field(examples=["Era el archivo del año pasado"])


def place_of(passage: Passage) -> tuple[str, int] | None:
    """The district that the routes are asked about, or None for the whole installation."""
    where = passage.where
    return (where.code, where.place_id) if where.place_id is not None else None


def scope_of(passage: Passage) -> str | None:
    """Code of the district whose imports these are."""
    place = place_of(passage)
    return place[0] if place else None


def parsed_options(text: str) -> dict[str, Any]:
    """Options that came as JSON; refused where they are no object."""
    try:
        options = json.loads(text or "{}")
    except (ValueError, RecursionError):
        options = None
    if not isinstance(options, dict):
        raise Malformed(
            "Las opciones no son un objeto JSON.",
            remedy='Envíe, por ejemplo, {"period": "2017"}.',
            field="options",
        )
    return options


def _queued(store: Store, passage: Passage, verb: str, batch: ImportBatch, reason: str = "") -> Job:
    with store.writing() as session:
        place = passage.where.place_id
        return import_jobs.queue(session, passage.author, verb, batch, place, reason)


def _found(session: Reading, passage: Passage, uuid: UUID) -> ImportBatch:
    return imports.find_shared(session, uuid, scope_of(passage))


def _routes(prefix: str, base: str) -> None:
    @router.post(
        f"{base}/imports",
        name=f"{prefix}import_file",
        summary="Subir un archivo para importarlo",
        status_code=202,
    )
    def send(
        passage: Writer,
        store: StoreDep,
        settings: SettingsDep,
        response: Response,
        kind: KindOf,
        file: Annotated[UploadFile, File(description="GeoJSON, ZIP, GeoPackage, CSV o XLSX.")],
        options: Options = "{}",
    ) -> ImportOut:
        """Keep the file and have it checked; nothing is published yet."""
        wish = Wish(
            kind,
            file.filename or "archivo",
            parsed_options(options),
            place_of(passage),
            passage.health,
        )
        batch = importing.receive(store, settings, passage.author, wish, file.file)
        job = _queued(store, passage, "preview", batch)
        at = f"/districts/{passage.where.code}" if scope_of(passage) else ""
        response.headers["Location"] = f"/api/v1{at}/imports/{batch.uuid}"
        return ImportOut.of(batch, job)

    @router.get(f"{base}/imports", name=f"{prefix}list_imports", summary="Importaciones")
    def every(
        passage: Reader, session: ReadDep, after: After = None, limit: Limit = 50
    ) -> Page[ImportOut]:
        """The newest first."""
        rows = imports.recent(session, scope_of(passage), after, limit)
        following = str(rows[-1].uuid) if len(rows) == limit else None
        return Page(items=[ImportOut.of(row, short=True) for row in rows], next=following)

    @router.get(f"{base}/imports/{{uuid}}", name=f"{prefix}read_import", summary="Una importación")
    def read(uuid: Batch, passage: Reader, session: ReadDep) -> ImportOut:
        """Its state, its report row by row, and its newest job."""
        batch = _found(session, passage, uuid)
        return ImportOut.of(batch, import_jobs.latest(session, batch))

    @router.post(
        f"{base}/imports/{{uuid}}/publish",
        name=f"{prefix}publish_import",
        summary="Publicar una importación",
        status_code=202,
        responses=responses(409),
    )
    def publish(uuid: Batch, passage: Writer, session: ReadDep, store: StoreDep) -> ImportOut:
        """Write all of it, or nothing; the job says how far it is."""
        batch = _found(session, passage, uuid)
        import_states.refuse_unpublishable(batch)
        return ImportOut.of(batch, _queued(store, passage, "publish", batch))

    @router.post(
        f"{base}/imports/{{uuid}}/undo",
        name=f"{prefix}undo_import",
        summary="Deshacer una importación",
        status_code=202,
        responses=responses(409),
    )
    def undo(
        uuid: Batch, passage: Writer, session: ReadDep, store: StoreDep, given: UndoIn
    ) -> ImportOut:
        """Take back exactly what it did; refused where something newer stands on it."""
        batch = _found(session, passage, uuid)
        import_states.refuse_not_published(batch)
        import_states.refuse_without_reason(given.reason)
        return ImportOut.of(batch, _queued(store, passage, "undo", batch, given.reason))


for _prefix, _base in BASES.items():
    _routes(_prefix, _base)
