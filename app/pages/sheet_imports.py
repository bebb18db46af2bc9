"""A filled spreadsheet on the screen: its first rows, its columns, its errors, and the choice.

The worker reads, publishes and undoes it, as with every import; whoever may write the
instrument in the place sees it, and nobody else.
"""

from collections.abc import Callable, Mapping
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Depends, Form, Request, Response
from fastapi.responses import HTMLResponse, JSONResponse
from starlette.datastructures import FormData, UploadFile

from app.documents import tables
from app.documents.tables import Column, Table
from app.errors import Malformed, Refusal
from app.http.errors import status_of
from app.http.gate import FormDep, Passage, Permit, ReadDep, SettingsDep, StoreDep
from app.operations import (
    import_jobs,
    import_states,
    importing,
    instruments,
    jobs,
    sheet_batches,
)
from app.operations.importing import Wish
from app.pages import sheet_files, shell
from app.pages.language import N_, message_of, remedy_of, say
from app.pages.sheet_files import AROUND, HERE, base_of
from app.records import imports
from app.records.imports import FORMS, ImportBatch
from app.store.sessions import Reading, Store

router = APIRouter()
ERRORS_SHOWN = 100
COUNT_WORDS = {
    "new": N_("Fichas nuevas"),
    "changed": N_("Fichas que se corrigen"),
    "same": N_("Ya estaban iguales"),
}
ERROR_WORDS = (
    ("row", N_("Fila")),
    ("field", N_("Dónde")),
    ("value", N_("Valor")),
    ("message", N_("Qué pasa")),
    ("remedy", N_("Qué hacer")),
)


def _found(session: Reading, passage: Passage, uuid: UUID, code: str) -> ImportBatch:
    where = passage.where
    return imports.find_sheets(session, uuid, where.code, code, where.community_code)


def _queue(store: Store, passage: Passage, verb: str, batch: ImportBatch, reason: str = "") -> None:
    with store.writing() as session:
        place = passage.where.place_id
        import_jobs.queue(session, passage.author, verb, batch, place, reason)


def _send(code: str, slug: str) -> Callable[..., Response]:
    gate = Permit(code, "write")

    def send(
        request: Request,
        store: StoreDep,
        settings: SettingsDep,
        form: FormDep,
        passage: Annotated[Passage, Depends(gate, scope="function")],
    ) -> Response:
        where = passage.where
        try:
            file = form.get("file")
            if not isinstance(file, UploadFile) or not file.filename:
                raise Malformed("No eligió ningún archivo.", remedy="Elija uno.", field="file")
            wish = Wish(
                FORMS,
                file.filename,
                _options(form),
                (where.code, where.place_id or 0),
                passage.health,
                (code, where.community_code),
            )
            with file.file as stream:
                batch = importing.receive(store, settings, passage.author, wish, stream)
        except Refusal as refusal:
            lang = shell.language(request, passage.actor)
            told = (message_of(refusal, lang), remedy_of(refusal, lang))
            with store.reading() as session:
                about = (code, slug)
                return sheet_files.page(request, passage, session, about, told, status_of(refusal))
        _queue(store, passage, "preview", batch)
        return shell.redirect(request, passage, f"{base_of(where, slug)}/hojas/{batch.uuid}")

    return send


def _options(form: FormData) -> dict[str, Any]:
    """What a form says of how to read the file: the round, the choice, and the columns."""
    options: dict[str, Any] = {}
    if str(form.get("ronda", "")).strip():
        options["round"] = str(form["ronda"]).strip()[:60]
    if form.get("eleccion") == "buenas":
        options["skip_errors"] = True
    mapping = {
        name.removeprefix("columna|")[:80]: str(value)[:60]
        for name, value in form.multi_items()
        if name.startswith("columna|") and value
    }
    if mapping:
        options["mapping"] = mapping
    return options


def _show(code: str, slug: str) -> Callable[..., Response]:
    gate = Permit(code, "write")

    def show(
        uuid: UUID,
        request: Request,
        session: ReadDep,
        settings: SettingsDep,
        passage: Annotated[Passage, Depends(gate, scope="function")],
    ) -> Response:
        batch = _found(session, passage, uuid, code)
        lang, where = shell.language(request, passage.actor), passage.where
        job = import_jobs.latest(session, batch)
        report = batch.report
        open_ = batch.state in ("previewed", "failed")
        instrument = instruments.current(session, code)
        return shell.page(
            request,
            passage,
            "sheets/import.html",
            title=say(lang, N_("Hoja de cálculo recibida")),
            over=f"{instrument.title.of(lang)} · {where.community_name or where.name}",
            batch=batch,
            report=report,
            refusal=report.get("refusal"),
            file_name=batch.file_name.replace("_", "_\u200b"),
            errors=[_short(each, lang) for each in report.get("errors", ())[:ERRORS_SHOWN]],
            notices=[_said(each, lang) for each in report.get("notices", ())],
            counts=[
                (say(lang, words), report.get("counts", {}).get(name, 0))
                for name, words in COUNT_WORDS.items()
                if report.get("counts", {}).get(name)
            ],
            by_home=bool(report.get("summary", {}).get("homes")),
            shown=sheet_batches.sheets(session, settings, batch) if open_ else [],
            documents=sheet_batches.documents(session, batch),
            state=sheet_files.states_of(lang)[batch.state],
            skips=bool(batch.options.get("skip_errors")),
            round=str(batch.options.get("round", "")),
            mapping=batch.options.get("mapping") or {},
            job=job,
            running=job is not None and job.state in ("queued", "running"),
            failed=job if job is not None and job.state == "failed" else None,
            base=base_of(passage.where, slug),
            district_root=f"/d/{passage.where.code}/comunidades",
            slug=slug,
            here_=f"{base_of(passage.where, slug)}/hojas/{uuid}",
        )

    return show


def _said(notice: Mapping[str, Any], lang: str) -> str:
    return say(lang, str(notice["message"]), **(notice.get("params") or {}))


def _short(error: Mapping[str, Any], lang: str) -> dict[str, Any]:
    return {
        **error,
        "field": error["field"] or "",
        "message": say(lang, str(error["message"])),
        "remedy": say(lang, str(error["remedy"])),
    }


def _progress(code: str, slug: str) -> Callable[..., Response]:
    gate = Permit(code, "write")

    def progress(
        uuid: UUID,
        session: ReadDep,
        passage: Annotated[Passage, Depends(gate, scope="function")],
    ) -> Response:
        batch = _found(session, passage, uuid, code)
        job = import_jobs.latest(session, batch)
        told = jobs.state(job) if job is not None else {"state": "done", "done": 1, "total": 1}
        href = f"{base_of(passage.where, slug)}/hojas/{uuid}"
        headers = {"Cache-Control": "no-store"}
        return JSONResponse({**told, "result": {}, "href": href}, headers=headers)

    return progress


def _errors_file(code: str) -> Callable[..., Response]:
    gate = Permit(code, "write")

    def errors_file(
        uuid: UUID,
        request: Request,
        session: ReadDep,
        passage: Annotated[Passage, Depends(gate, scope="function")],
    ) -> Response:
        batch = _found(session, passage, uuid, code)
        lang = shell.language(request, passage.actor)
        columns = [
            Column(say(lang, words), "number" if name == "row" else "text")
            for name, words in ERROR_WORDS
        ]
        rows = [[each[name] for name, _ in ERROR_WORDS] for each in batch.report.get("errors", ())]
        return Response(
            tables.as_csv(Table("errores", columns, rows)),
            media_type="text/csv; charset=utf-8",
            headers={"Content-Disposition": f'attachment; filename="errores-{uuid}.csv"'},
        )

    return errors_file


def _choose(code: str, slug: str) -> Callable[..., Response]:
    gate = Permit(code, "write")

    def choose(
        uuid: UUID,
        request: Request,
        store: StoreDep,
        form: FormDep,
        passage: Annotated[Passage, Depends(gate, scope="function")],
    ) -> Response:
        batch = _mine(store, passage, uuid, code)
        batch = importing.choose(store, passage.author, batch.uuid, _options(form))
        _queue(store, passage, "preview", batch)
        return shell.redirect(request, passage, f"{base_of(passage.where, slug)}/hojas/{uuid}")

    return choose


def _publish(code: str, slug: str) -> Callable[..., Response]:
    gate = Permit(code, "write")

    def publish(
        uuid: UUID,
        request: Request,
        store: StoreDep,
        passage: Annotated[Passage, Depends(gate, scope="function")],
    ) -> Response:
        batch = _mine(store, passage, uuid, code)
        import_states.refuse_unpublishable(batch)
        _queue(store, passage, "publish", batch)
        return shell.redirect(request, passage, f"{base_of(passage.where, slug)}/hojas/{uuid}")

    return publish


def _undo(code: str, slug: str) -> Callable[..., Response]:
    gate = Permit(code, "write")

    def undo(
        uuid: UUID,
        request: Request,
        store: StoreDep,
        passage: Annotated[Passage, Depends(gate, scope="function")],
        reason: Annotated[str, Form()] = "",
    ) -> Response:
        batch = _mine(store, passage, uuid, code)
        import_states.refuse_not_published(batch)
        import_states.refuse_without_reason(reason)
        _queue(store, passage, "undo", batch, reason.strip()[:500])
        return shell.redirect(request, passage, f"{base_of(passage.where, slug)}/hojas/{uuid}")

    return undo


def _mine(store: Store, passage: Passage, uuid: UUID, code: str) -> ImportBatch:
    with store.reading() as session:
        return _found(session, passage, uuid, code)


def _routes(code: str, slug: str) -> None:
    for root in (HERE, AROUND):
        path = f"{root}/{slug}/hojas"
        one = f"{path}/{{uuid}}"
        router.post(f"{path}/importar", response_class=HTMLResponse)(_send(code, slug))
        router.get(one, response_class=HTMLResponse)(_show(code, slug))
        router.get(f"{one}/trabajo", response_class=JSONResponse)(_progress(code, slug))
        router.get(f"{one}/errores.csv")(_errors_file(code))
        router.post(f"{one}/opciones", response_class=HTMLResponse)(_choose(code, slug))
        router.post(f"{one}/publicar", response_class=HTMLResponse)(_publish(code, slug))
        router.post(f"{one}/deshacer", response_class=HTMLResponse)(_undo(code, slug))


for _code, _slug in instruments.SLUGS.items():
    _routes(_code, _slug)
