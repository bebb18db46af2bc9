"""Imports on the screen: choose what and the file, see what it holds, publish, undo.

The work is the worker's; the page shows how far it is and can be left and found again. The
same pages stand for the whole installation and for one district.
"""

from collections.abc import Mapping
from typing import Annotated, Any
from uuid import UUID

from fastapi import Form, Request, Response
from fastapi.responses import HTMLResponse, JSONResponse
from starlette.datastructures import FormData, UploadFile

from app.documents import tables
from app.documents.tables import Column, Table
from app.errors import Malformed, Refusal
from app.http.errors import status_of
from app.http.gate import FormDep, Passage, ReadDep, SettingsDep, StoreDep
from app.operations import import_jobs, import_states, importing, jobs
from app.operations.importing import Wish
from app.pages import import_maps, shell
from app.pages.import_doors import LIST, ONE, Importing, Seeing, base, both, router, scope
from app.pages.language import N_, message_of, remedy_of, say
from app.records import imports
from app.records.imports import KINDS, ImportBatch
from app.store.sessions import Reading, Store

__all__ = ["router"]
KIND_WORDS = {
    "boundaries": N_("Límites de distritos, provincias o regiones"),
    "places": N_("Centros poblados del INEI"),
    "facilities": N_("Establecimientos de salud"),
    "indicators": N_("Indicadores de otras fuentes"),
    "communities": N_("Comunidades"),
    "answers": N_("Respuestas de monitoreo por hogar"),
    "changes": N_("Cambios de UBIGEO"),
    "agreements": N_("Acuerdos de años anteriores"),
    "overlays": N_("Ríos, caminos y otras líneas del distrito"),
    "backgrounds": N_("Imágenes de fondo para los mapas (MBTiles, PMTiles)"),
}
STATE_WORDS = {
    "received": (N_("por revisar"), "calm"),
    "previewed": (N_("revisada"), "calm"),
    "failed": (N_("no se pudo leer"), "bad"),
    "published": (N_("publicada"), "good"),
    "undone": (N_("deshecha"), "warn"),
}
COUNT_WORDS = {
    "new": N_("Nuevas"),
    "changed": N_("Cambian"),
    "same": N_("Iguales"),
    "limits": N_("Límites"),
    "new_above": N_("Lugares por encima"),
    "renamed": N_("Cambian de nombre"),
}
TEXTS = ("level", "epsg", "layer", "vintage", "source", "period", "valid_from", "draws")
FLAGS = ("skip_errors", "rename")
ERROR_WORDS = (
    ("row", N_("Fila")),
    ("field", N_("Columna")),
    ("value", N_("Valor")),
    ("message", N_("Qué pasa")),
    ("remedy", N_("Qué hacer")),
)
ERRORS_SHOWN, VALUE_SHOWN = 50, 28
BLANK = dict.fromkeys(("kind", "columns", *TEXTS, *FLAGS), "")


@both(LIST, "GET")
def index(
    request: Request, *, passage: Seeing, session: ReadDep, desde: UUID | None = None
) -> HTMLResponse:
    """What was imported, and the form for the next file."""
    return _list(request, passage, session, desde)


def _list(
    request: Request,
    passage: Passage,
    session: Reading,
    before: UUID | None = None,
    refusal: Refusal | None = None,
    kept: Mapping[str, Any] | None = None,
) -> HTMLResponse:
    batches = imports.recent(session, scope(passage), before)
    lang = shell.language(request, passage.actor)
    kinds = [k for k in KINDS if scope(passage) is None or k in importing.LOCAL]
    return shell.page(
        request,
        passage,
        "imports/list.html",
        title=N_("Importaciones"),
        status=status_of(refusal) if refusal else 200,
        trouble_said=(message_of(refusal, lang), remedy_of(refusal, lang)) if refusal else None,
        batches=batches,
        after=batches[-1].uuid if len(batches) == 50 else None,
        kinds=[(kind, say(lang, KIND_WORDS[kind])) for kind in kinds],
        kind_words={kind: say(lang, words) for kind, words in KIND_WORDS.items()},
        states=states_of(lang),
        kept={**BLANK, **(kept or {})},
        base=base(passage),
        may_import=passage.may("imports", "write"),
        most_mb=request.app.state.settings.upload_bytes // 1_000_000,
    )


def states_of(lang: str) -> dict[str, tuple[str, str]]:
    """Word and look of each state of a batch."""
    return {state: (say(lang, words), look) for state, (words, look) in STATE_WORDS.items()}


@both(LIST + "/importar", "POST")
def send(
    request: Request,
    *,
    passage: Importing,
    store: StoreDep,
    settings: SettingsDep,
    form: FormDep,
) -> Response:
    """Keep the file and have it checked; then its own page."""
    try:
        file = form.get("file")
        if not isinstance(file, UploadFile) or not file.filename:
            raise Malformed("No eligió ningún archivo.", remedy="Elija uno.", field="file")
        where = passage.where
        place = (where.code, where.place_id) if where.place_id is not None else None
        wish = Wish(str(form.get("kind", "")), file.filename, _options(form), place, passage.health)
        with file.file as stream:
            batch = importing.receive(store, settings, passage.author, wish, stream)
    except Refusal as refusal:
        with store.reading() as session:
            kept = {name: str(form.get(name, "")) for name in BLANK}
            return _list(request, passage, session, None, refusal, kept)
    _queue(store, passage, "preview", batch)
    return shell.redirect(request, passage, f"{base(passage)}/{batch.uuid}")


def _options(form: FormData) -> dict[str, Any]:
    """What a form says of how to read the file; empty fields say nothing."""
    options: dict[str, Any] = {}
    for name in TEXTS:
        value = str(form.get(name, "")).strip()
        if value:
            options[name] = value[:200]
    for name in FLAGS:
        if form.get(name):
            options[name] = True
    columns = {}
    for line in str(form.get("columns", ""))[:4_000].splitlines():
        field, _, column = line.partition("=")
        if field.strip() and column.strip():
            columns[field.strip()] = column.strip()
    if columns:
        options["columns"] = columns
    return options


def _queue(store: Store, passage: Passage, verb: str, batch: ImportBatch, reason: str = "") -> None:
    with store.writing() as session:
        place = passage.where.place_id
        import_jobs.queue(session, passage.author, verb, batch, place, reason)


@both(ONE, "GET")
def show(request: Request, passage: Seeing, session: ReadDep, uuid: UUID) -> HTMLResponse:
    """What the file holds, what would change, what is wrong; and the way on."""
    batch = imports.find_shared(session, uuid, scope(passage))
    lang = shell.language(request, passage.actor)
    job = import_jobs.latest(session, batch)
    report = batch.report
    return shell.page(
        request,
        passage,
        "imports/show.html",
        title=say(lang, KIND_WORDS[batch.kind]),
        batch=batch,
        report=report,
        summary=report.get("summary", {}),
        refusal=report.get("refusal"),
        kept_errors=len(report.get("errors", ())),
        # A long name may break after each underline.
        file_name=batch.file_name.replace("_", "_\u200b"),
        map=import_maps.of(request, lang, batch, f"{base(passage)}/{batch.uuid}"),
        errors=[_short(error, lang) for error in report.get("errors", ())[:ERRORS_SHOWN]],
        notices=[_said(lang, each) for each in report.get("notices", ())],
        counts=[
            (say(lang, COUNT_WORDS[name]), number)
            for name, number in report.get("counts", {}).items()
            if name in COUNT_WORDS
        ],
        state=states_of(lang)[batch.state],
        job=job,
        running=job is not None and job.state in ("queued", "running"),
        failed=job if job is not None and job.state == "failed" else None,
        options=_shown(batch),
        base=base(passage),
        here_=f"{base(passage)}/{batch.uuid}",
        may_import=passage.may("imports", "write"),
    )


def _said(lang: str, notice: Mapping[str, Any]) -> str:
    return say(lang, str(notice["message"]), **(notice.get("params") or {}))


def _short(error: Mapping[str, Any], lang: str) -> dict[str, Any]:
    value, row = str(error["value"]), error["row"]
    where = say(lang, N_("fila {n}"), n=row) if row is not None else say(lang, N_("archivo"))
    return {
        **error,
        "row": {"text": where, "sort": row or 0},
        "value": value if len(value) <= VALUE_SHOWN else f"{value[:VALUE_SHOWN]}…",
        "message": say(lang, str(error["message"])),
        "remedy": say(lang, str(error["remedy"])),
    }


def _shown(batch: ImportBatch) -> dict[str, Any]:
    """What was chosen, or is likely meant, to read the file in another way."""
    columns = batch.options.get("columns") or {}
    likely = (batch.report.get("refusal") or {}).get("epsg") or ""
    return {
        **{name: batch.options.get(name, "") for name in (*TEXTS, *FLAGS)},
        "epsg": batch.options.get("epsg", likely),
        "columns": "\n".join(f"{field}={column}" for field, column in columns.items()),
    }


@both(ONE + "/trabajo", "GET")
def progress(passage: Seeing, session: ReadDep, uuid: UUID) -> JSONResponse:
    """How far the work on this file is, for the bar of the page."""
    batch = imports.find_shared(session, uuid, scope(passage))
    job = import_jobs.latest(session, batch)
    told = jobs.state(job) if job is not None else {"state": "done", "done": 1, "total": 1}
    href = f"{base(passage)}/{batch.uuid}"
    return JSONResponse({**told, "result": {}, "href": href}, headers={"Cache-Control": "no-store"})


@both(ONE + "/errores.csv", "GET")
def errors_file(request: Request, passage: Seeing, session: ReadDep, uuid: UUID) -> Response:
    """The rows with errors as a spreadsheet, for whoever mends the file."""
    batch = imports.find_shared(session, uuid, scope(passage))
    lang = shell.language(request, passage.actor)
    kept = batch.report.get("errors", ())
    table = Table(
        "errores",
        [Column(say(lang, words), "number" if n == "row" else "text") for n, words in ERROR_WORDS],
        [[error[name] for name, _ in ERROR_WORDS] for error in kept],
    )
    return Response(
        tables.as_csv(table),
        media_type="text/csv; charset=utf-8",
        headers={"Content-Disposition": f'attachment; filename="errores-{uuid}.csv"'},
    )


@both(ONE + "/opciones", "POST")
def choose(
    request: Request, *, passage: Importing, store: StoreDep, form: FormDep, uuid: UUID
) -> Response:
    """Read the same file in another way."""
    batch = _mine(store, passage, uuid)
    batch = importing.choose(store, passage.author, batch.uuid, _options(form))
    _queue(store, passage, "preview", batch)
    return shell.redirect(request, passage, f"{base(passage)}/{uuid}")


@both(ONE + "/publicar", "POST")
def publish(request: Request, *, passage: Importing, store: StoreDep, uuid: UUID) -> Response:
    """Write all of it, in the background."""
    batch = _mine(store, passage, uuid)
    import_states.refuse_unpublishable(batch)
    _queue(store, passage, "publish", batch)
    return shell.redirect(request, passage, f"{base(passage)}/{uuid}")


@both(ONE + "/deshacer", "POST")
def undo(
    request: Request,
    *,
    passage: Importing,
    store: StoreDep,
    uuid: UUID,
    reason: Annotated[str, Form()] = "",
) -> Response:
    """Take it back, in the background, with its reason."""
    batch = _mine(store, passage, uuid)
    import_states.refuse_not_published(batch)
    import_states.refuse_without_reason(reason)
    _queue(store, passage, "undo", batch, reason.strip()[:500])
    return shell.redirect(request, passage, f"{base(passage)}/{uuid}")


def _mine(store: Store, passage: Passage, uuid: UUID) -> ImportBatch:
    with store.reading() as session:
        return imports.find_shared(session, uuid, scope(passage))
