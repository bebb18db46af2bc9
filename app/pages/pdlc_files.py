"""Files of the PDLC: templates, exports, and the import with its preview."""

from pathlib import Path
from typing import Any
from uuid import UUID

from fastapi import APIRouter, Request, Response
from starlette.datastructures import UploadFile

from app.errors import Malformed, Refusal, Unknown
from app.http.errors import status_of
from app.http.gate import FormDep, Passage, ReadDep, SettingsDep, StoreDep
from app.operations import (
    pdlc_amendments,
    pdlc_files,
    pdlc_import,
    pdlc_paper,
    pdlc_progress,
    pdlc_reading,
)
from app.operations.pdlc_import import MEDIA, Checked
from app.operations.pdlc_paper import Paper
from app.pages import shell, wording
from app.pages.language import N_, refused_in_words, say
from app.pages.pdlc import BASE, ONE, PlanDep, WriteDep, page
from app.pages.pdlc_lines import plan_href
from app.store.sessions import Reading, Store
from app.store.types import now

router = APIRouter()
KINDS = {
    "xlsx": MEDIA[".xlsx"],
    "docx": MEDIA[".docx"],
    "pdf": "application/pdf",
}
SHOWN = 100


@router.get(BASE + "/plantilla.{kind}")
def template(kind: str, passage: WriteDep) -> Response:
    """The empty template."""
    day = wording.today()
    if kind == "xlsx":
        return _file(pdlc_files.workbook(None, day), f"plantilla-pdlc-{passage.where.code}", kind)
    if kind == "docx":
        body = pdlc_files.template_document(day)
        return _file(body, f"plantilla-pdlc-{passage.where.code}", kind)
    raise _no_kind(kind)


@router.get(ONE + "/descarga.{kind}")
def export(kind: str, uuid: UUID, passage: PlanDep, session: ReadDep) -> Response:
    """A plan as a file."""
    public = passage.view == "public"
    plan = pdlc_reading.find(session, passage.where, uuid, public=public)
    if kind not in KINDS:
        raise _no_kind(kind)
    found, day = pdlc_reading.whole(session, plan), wording.today()
    lines = pdlc_progress.board(session, passage.where, day, found, public=public)
    amendments = pdlc_amendments.listed(session, plan)
    if public:
        amendments = [row for row in amendments if row.state in ("concerted", "approved")]
    # Papers are in Spanish, whatever the reader's language.
    words = wording.of_place(session, passage.where, "es")
    names = {code: words.need(code) for each in found.objectives for code in each.needs}
    paper = Paper(passage.where.name, found, lines, amendments, day, names)
    if kind == "pdf":
        body = pdlc_paper.pdf(paper, now())
    else:
        body = pdlc_paper.workbook(paper) if kind == "xlsx" else pdlc_paper.document(paper)
    return _file(body, f"pdlc-{passage.where.code}-{paper.period}", kind)


@router.post(BASE + "/importar")
def send(
    request: Request, passage: WriteDep, store: StoreDep, settings: SettingsDep, form: FormDep
) -> Response:
    """Read a file and show what it holds; nothing is written yet."""
    try:
        file = form.get("file")
        if not isinstance(file, UploadFile) or not file.filename:
            raise Malformed("No eligió ningún archivo.", remedy="Elija uno.", field="file")
        name = Path(file.filename).name[:200]
        with file.file as stream:
            sha256 = pdlc_import.receive(settings, stream, name)
        with store.reading() as session:
            found = pdlc_import.check(session, settings, passage.where, (sha256, name))
            return _preview(request, passage, session, found)
    except Refusal as refusal:
        return _refused(request, passage, store, refusal)


@router.post(BASE + "/importar/guardar")
def keep(
    request: Request, passage: WriteDep, store: StoreDep, settings: SettingsDep, form: FormDep
) -> Response:
    """Write the file that was shown as a draft."""
    sha256, name = (str(form.get(key, "")) for key in ("sha256", "name"))
    if len(sha256) != 64 or not sha256.isalnum():
        raise Malformed("La página no dice qué archivo guardar.", remedy="Súbalo otra vez.")
    try:
        with store.writing() as session:
            about = (sha256, Path(name).name[:200])
            made = pdlc_import.keep(session, settings, passage.author, passage.where, about)
    except Refusal as refusal:
        return _refused(request, passage, store, refusal)
    said = N_("El plan se importó como borrador. Revíselo y póngalo en vigencia.")
    return shell.redirect(request, passage, plan_href(passage.where, made), said)


def _preview(request: Request, passage: Passage, session: Reading, found: Checked) -> Response:
    lang = shell.language(request, passage.actor)
    rows = [
        {
            "row": each.row,
            "field": each.field,
            "message": say(lang, each.message),
            "value": each.value,
            "remedy": say(lang, each.remedy),
        }
        for each in found.errors[:SHOWN]
    ]
    more: dict[str, Any] = {"checked": found, "rows": rows, "errors": len(found.errors)}
    plan = pdlc_reading.in_force(session, passage.where)
    return page(request, passage, session, plan, more, 422 if found.errors else 200)


def _refused(request: Request, passage: Passage, store: Store, refusal: Refusal) -> Response:
    lang = shell.language(request, passage.actor)
    said = refused_in_words(refusal, lang)
    with store.reading() as session:
        plan = pdlc_reading.in_force(session, passage.where)
        more = {"problem": said}
        return page(request, passage, session, plan, more, status_of(refusal))


def _file(body: bytes, name: str, kind: str) -> Response:
    return Response(
        body,
        media_type=KINDS[kind],
        headers={
            "Content-Disposition": f'attachment; filename="{name}.{kind}"',
            "Cache-Control": "private, no-cache",
            "Vary": "Cookie",
        },
    )


def _no_kind(kind: str) -> Unknown:
    return Unknown(
        "No hay archivo «{kind}» del plan.", remedy="Elija DOCX, PDF o XLSX.", kind=kind[:10]
    )
