"""Forms of a municipality's own: publish an XLSForm, see its versions and what came in."""

import io
from contextlib import suppress
from datetime import date
from typing import Annotated, Any
from urllib.parse import quote
from uuid import UUID

from fastapi import APIRouter, Depends, Request, Response
from fastapi.responses import HTMLResponse, StreamingResponse
from starlette.datastructures import FormData, UploadFile

from app.capture import form_answers
from app.capture.form_model import Question
from app.errors import Malformed, Refusal, Unknown
from app.http.errors import status_of
from app.http.gate import FormDep, Passage, Permit, ReadDep, SettingsDep, StoreDep
from app.operations import attachments, own_answers, own_forms
from app.operations.own_forms import Upload
from app.pages import look, shell
from app.pages.language import N_, message_of, remedy_of, say
from app.store.sessions import Reading

router = APIRouter()
BASE = "/d/{ubigeo}/formularios"
ONE = BASE + "/{form}"
SHOWN = 8  # columns of the table; all of them are in the CSV
Seeing = Annotated[Passage, Depends(Permit("own_forms", "read"), scope="function")]
Managing = Annotated[Passage, Depends(Permit("own_forms", "manage"), scope="function")]
CSV = "text/csv; charset=utf-8"


def _base(passage: Passage) -> str:
    return f"/d/{passage.where.code}/formularios"


@router.get(BASE, response_class=HTMLResponse)
def index(request: Request, passage: Seeing, session: ReadDep) -> HTMLResponse:
    """The own forms of a district."""
    return _list(request, passage, session)


def _list(
    request: Request,
    passage: Passage,
    session: Reading,
    refusal: Refusal | None = None,
    verdict: dict[str, Any] | None = None,
) -> HTMLResponse:
    lang = shell.language(request, passage.actor)
    refused = verdict is not None and not verdict["accepted"]
    return shell.page(
        request,
        passage,
        "own_forms/list.html",
        title=N_("Formularios propios"),
        status=status_of(refusal) if refusal else 422 if refused else 200,
        trouble_said=(message_of(refusal, lang), remedy_of(refusal, lang)) if refusal else None,
        verdict=verdict,
        lines=own_answers.of_district(session, passage.where),
        base=_base(passage),
        quoted=quote,
        may_manage=passage.may("own_forms", "manage"),
    )


@router.post(BASE + "/importar", response_class=HTMLResponse)
def publish(
    request: Request, passage: Managing, store: StoreDep, settings: SettingsDep, form: FormDep
) -> Response:
    """Check a workbook and publish it; what is wrong stands on the page."""
    try:
        upload = _upload(form)
        found = own_forms.publish(store, settings.files, passage.author, passage.where, upload)
    except Refusal as refusal:
        with store.reading() as session:
            return _list(request, passage, session, refusal=refusal)
    finally:
        for part in (p for _, p in form.multi_items() if isinstance(p, UploadFile)):
            part.file.close()
    if found.version is None:
        with store.reading() as session:
            return _list(request, passage, session, verdict=found.verdict)
    said = (
        N_("Esa versión ya estaba publicada, igual.")
        if found.again
        else N_("Publicado. Los celulares del distrito lo verán al actualizar su lista.")
    )
    address = f"{_base(passage)}/{quote(found.version.form)}"
    return shell.redirect(request, passage, address, said, "good")


def _upload(form: FormData) -> Upload:
    chosen = form.get("archivo")
    if not isinstance(chosen, UploadFile) or not chosen.filename:
        raise Malformed("Falta elegir el archivo.", remedy="Elija el formulario en Excel.")
    beside = [
        (part.filename, io.BytesIO(part.file.read(own_forms.MOST_FILE + 1)))
        for part in form.getlist("al_lado")
        if isinstance(part, UploadFile) and part.filename
    ]
    return Upload(chosen.filename, chosen.file, beside)


@router.get(ONE, response_class=HTMLResponse)
def show(request: Request, form: str, passage: Seeing, session: ReadDep) -> HTMLResponse:
    """One form: its versions, and the answers that came last."""
    versions = own_forms.versions(session, passage.where, form)
    model = own_forms.model_of(versions[0])
    asked_by = {question.path: question for question in model.questions}
    labels = {path: question.label for path, question in asked_by.items()}
    lang = shell.language(request, passage.actor)
    paths = form_answers.columns(model)
    asked = [path for path in paths if labels[path]] or paths
    said = own_answers.newest(session, passage.where, form)
    return shell.page(
        request,
        passage,
        "own_forms/show.html",
        title=versions[0].title,
        form=form,
        versions=versions,
        offered=versions[0].withdrawn_at is None,
        columns=_columns(asked[:SHOWN], labels, lang),
        more=max(0, len(asked) - SHOWN),
        rows=[_row(each, [asked_by[path] for path in asked[:SHOWN]], lang) for each in said],
        questions=len(paths),
        lists=[("/".join(path), ".".join(path)) for path in sorted(model.repeats)],
        address=f"{_base(passage)}/{quote(form)}",
        base=_base(passage),
        may_manage=passage.may("own_forms", "manage"),
    )


def _columns(paths: list[Any], labels: Any, lang: str) -> list[dict[str, str]]:
    head = [
        {"key": "at", "label": say(lang, N_("Llegó")), "kind": "when"},
        {"key": "community", "label": say(lang, N_("Comunidad"))},
    ]
    return head + [
        {"key": form_answers.heading(path), "label": labels[path][:60] or path[-1]}
        for path in paths
    ]


def _row(said: own_answers.Said, asked: list[Question], lang: str) -> dict[str, Any]:
    row: dict[str, Any] = {"uuid": said.uuid, "at": said.at, "community": said.community}
    for question in asked:
        text = form_answers.cell(said.answers, question.path)
        row[form_answers.heading(question.path)] = (
            {"text": text, "file": quote(text)}
            if text in said.files
            else _words(question, text, lang)[:200]
        )
    return row


def _words(question: Question, text: str, lang: str) -> str:
    """An answer as its form words it: the labels of a choice, a day as people write it."""
    if question.options:
        codes = text.split() if question.control == "select" else [text]
        return ", ".join(question.options.get(code) or code for code in codes)
    if question.type == "date":
        with suppress(ValueError):
            return look.day(date.fromisoformat(text[:10]), lang)
    return text


@router.get(ONE + "/respuestas.csv")
def download(
    form: str, passage: Seeing, session: ReadDep, store: StoreDep, lista: str = ""
) -> Response:
    """Every answer, or every row of one of its lists."""
    versions = own_forms.versions(session, passage.where, form)
    repeat = tuple(lista.split(".")) if lista else ()
    known = {path for row in versions for path in own_answers.repeats(row)}
    if repeat and repeat not in known:
        raise Unknown("El formulario no tiene la lista «{name}».", name=lista[:80])
    name = "-".join(filter(None, (passage.where.code, "formulario", lista.replace(".", "-"))))
    return StreamingResponse(
        own_answers.as_csv(store, passage.where, form, repeat),
        media_type=CSV,
        headers={
            "Content-Disposition": f'attachment; filename="{quote(name)}.csv"',
            "Cache-Control": "private, no-store",
        },
    )


@router.get(ONE + "/versiones/{uuid}/formulario")
def source(
    form: str, uuid: UUID, passage: Seeing, session: ReadDep, settings: SettingsDep
) -> Response:
    """The workbook of a version, as it was uploaded."""
    versions = own_forms.versions(session, passage.where, form)
    row = next((each for each in versions if each.uuid == uuid), None)
    if row is None:
        raise Unknown("Este formulario no tiene esa versión.")
    return _file(attachments.existing(settings.files, row.source_sha256).read_bytes(),
                 row.source_name)  # fmt: skip


@router.get(ONE + "/{uuid}/archivos/{name}")
def attachment(
    *,
    form: str,
    uuid: UUID,
    name: str,
    passage: Seeing,
    session: ReadDep,
    settings: SettingsDep,
) -> Response:
    """A photograph or file of one submission."""
    sha256 = own_answers.file_of(session, passage.where, form, uuid, name)
    return _file(attachments.existing(settings.files, sha256).read_bytes(), name)


def _file(content: bytes, name: str) -> Response:
    return Response(
        content,
        media_type="application/octet-stream",
        headers={
            "Content-Disposition": f"attachment; filename*=UTF-8''{quote(name)}",
            "Cache-Control": "private, no-store",
        },
    )


@router.post(ONE + "/retirar", response_class=HTMLResponse)
def withdraw(request: Request, form: str, passage: Managing, store: StoreDep) -> Response:
    """Offer it no more."""
    own_forms.withdraw(store, passage.author, passage.where, form)
    said = N_("Ya no se ofrece a los celulares. Lo que se llenó con él se sigue recibiendo.")
    return shell.redirect(request, passage, _base(passage), said)
