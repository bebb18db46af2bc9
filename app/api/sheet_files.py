"""Spreadsheets over HTTP: templates, exports, and filled sheets brought in by the worker.

The same routes stand for a community and for its whole district. What a file became is read
at ``sheet-imports``, by whoever may write its instrument in its place.
"""

from typing import Annotated, Literal

from fastapi import APIRouter, Depends, File, Form, Query, Response, UploadFile
from fastapi.responses import StreamingResponse

from app.api.imports import Batch, ImportOut, UndoIn, parsed_options
from app.errors import Unknown
from app.http.errors import responses
from app.http.gate import Passage, Permit, ReadDep, SettingsDep, StoreDep
from app.operations import (
    access,
    export_files,
    form_books,
    form_exports,
    import_jobs,
    import_states,
    importing,
    instruments,
)
from app.operations.form_exports import Asked
from app.operations.importing import Wish
from app.records import imports
from app.records.imports import FORMS, ImportBatch
from app.records.jobs import Job
from app.store.sessions import Reading, Store

router = APIRouter(tags=["sheets"])
PLACES = {
    "": "/districts/{ubigeo}/communities/{community}",
    "district_": "/districts/{ubigeo}",
}
Seeing = Annotated[Passage, Depends(Permit("communities", "read"), scope="function")]
Way = Annotated[
    Literal["csv", "xlsx", "geojson", "gpkg"],
    Query(alias="format", description="En qué formato."),
]
TableName = Annotated[
    str, Query(alias="table", max_length=60, description="Qué lista, en CSV y GeoJSON.")
]
XLSX = {200: {"content": {export_files.TYPES["xlsx"]: {}}, "description": "El libro."}}
EXPORTED = {
    200: {
        "content": {kind.partition(";")[0]: {} for kind in export_files.TYPES.values()},
        "description": "El archivo.",
    }
}


def _at(passage: Passage) -> str:
    where = passage.where
    community = f"/communities/{where.community_code}" if where.community_code else ""
    return f"/api/v1/districts/{where.code}{community}"


def _template(code: str, prefix: str, base: str) -> None:
    gate = Permit(code, "write")

    @router.get(
        f"{base}/sheets/{code}/template",
        name=f"{prefix}template_{code}",
        summary=f"Plantilla en XLSX: {code}",
        response_class=Response,
        responses=XLSX,  # type: ignore[arg-type]
    )
    def template(
        passage: Annotated[Passage, Depends(gate, scope="function")], session: ReadDep
    ) -> Response:
        """The workbook to fill in, with its lists."""
        instrument = instruments.current(session, code)
        roles = access.roles_at(passage.actor, passage.where)
        body = form_books.template(session, passage.where, instrument, roles, health=passage.health)
        return Response(body, media_type=export_files.TYPES["xlsx"])


def _export(code: str, prefix: str, base: str) -> None:
    gate = Permit(code, "read")

    @router.get(
        f"{base}/sheets/{code}/export",
        name=f"{prefix}export_{code}",
        summary=f"Exportar todos los documentos: {code}",
        response_class=StreamingResponse,
        responses=EXPORTED,  # type: ignore[arg-type]
    )
    def export(
        passage: Annotated[Passage, Depends(gate, scope="function")],
        store: StoreDep,
        way: Way = "csv",
        table: TableName = "",
    ) -> Response:
        """Every document that the asker may see but the withdrawn; the same bytes every time."""
        roles = access.roles_at(passage.actor, passage.where)
        asked = Asked(code, passage.where, roles, passage.view)
        taken = export_files.take(store, asked, way, table)
        form_exports.note(store, passage.author, asked, way)
        named = {"Content-Disposition": f'attachment; filename="{taken.name}"'}
        return StreamingResponse(taken.parts, media_type=taken.media_type, headers=named)


def _bring(code: str, prefix: str, base: str) -> None:
    gate = Permit(code, "write")

    @router.post(
        f"{base}/sheets/{code}/imports",
        name=f"{prefix}bring_{code}",
        summary=f"Subir una hoja de cálculo llena: {code}",
        status_code=202,
    )
    def bring(
        passage: Annotated[Passage, Depends(gate, scope="function")],
        store: StoreDep,
        settings: SettingsDep,
        response: Response,
        file: Annotated[UploadFile, File(description="XLSX o CSV.")],
        options: Annotated[
            str,
            Form(max_length=20_000, description="JSON: round, skip_errors, mapping."),
        ] = "{}",
    ) -> ImportOut:
        """Keep the file and have it checked; no document is sent yet."""
        where = passage.where
        wish = Wish(
            FORMS,
            file.filename or "hoja",
            parsed_options(options),
            (where.code, where.place_id or 0),
            passage.health,
            (code, where.community_code),
        )
        batch = importing.receive(store, settings, passage.author, wish, file.file)
        response.headers["Location"] = f"{_at(passage)}/sheet-imports/{batch.uuid}"
        return ImportOut.of(batch, _queued(store, passage, "preview", batch))


def _queued(store: Store, passage: Passage, verb: str, batch: ImportBatch, reason: str = "") -> Job:
    with store.writing() as session:
        place = passage.where.place_id
        return import_jobs.queue(session, passage.author, verb, batch, place, reason)


def _found(session: Reading, passage: Passage, uuid: Batch) -> ImportBatch:
    """The batch, if it was brought for this place by somebody with the same right."""
    batch = imports.find(session, uuid, passage.where.code)
    community = batch.options.get("community")
    if batch.kind != FORMS or community != passage.where.community_code:
        raise Unknown("No existe esa importación.", remedy="Búsquela en la lista.")
    passage.at(passage.where, str(batch.options.get("instrument")), "write")
    return batch


def _one(prefix: str, base: str) -> None:
    @router.get(
        f"{base}/sheet-imports/{{uuid}}",
        name=f"{prefix}read_sheet_import",
        summary="Una hoja de cálculo que se subió",
    )
    def read(uuid: Batch, passage: Seeing, session: ReadDep) -> ImportOut:
        """Its state, what is wrong with it cell by cell, and its newest job."""
        batch = _found(session, passage, uuid)
        return ImportOut.of(batch, import_jobs.latest(session, batch))

    @router.post(
        f"{base}/sheet-imports/{{uuid}}/publish",
        name=f"{prefix}publish_sheet_import",
        summary="Enviar las fichas de una hoja",
        status_code=202,
        responses=responses(409),
    )
    def publish(uuid: Batch, passage: Seeing, session: ReadDep, store: StoreDep) -> ImportOut:
        """Send all of its documents, or none."""
        batch = _found(session, passage, uuid)
        import_states.refuse_unpublishable(batch)
        return ImportOut.of(batch, _queued(store, passage, "publish", batch))

    @router.post(
        f"{base}/sheet-imports/{{uuid}}/undo",
        name=f"{prefix}undo_sheet_import",
        summary="Deshacer una hoja",
        status_code=202,
        responses=responses(409),
    )
    def undo(
        uuid: Batch, passage: Seeing, session: ReadDep, store: StoreDep, given: UndoIn
    ) -> ImportOut:
        """Withdraw what it brought; what changed since stays and is named."""
        batch = _found(session, passage, uuid)
        import_states.refuse_not_published(batch)
        import_states.refuse_without_reason(given.reason)
        return ImportOut.of(batch, _queued(store, passage, "undo", batch, given.reason))


for _prefix, _base in PLACES.items():
    _one(_prefix, _base)
    for _code in instruments.SLUGS:
        _template(_code, _prefix, _base)
        _export(_code, _prefix, _base)
        _bring(_code, _prefix, _base)
