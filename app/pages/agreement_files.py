"""The follow-up on paper and in sheets: accountability, hand-over, and earlier years brought in."""

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Request, Response
from fastapi.responses import HTMLResponse
from starlette.datastructures import UploadFile

from app.documents import acta as paper
from app.documents import tables
from app.errors import Malformed, Refusal, Unknown
from app.http.errors import status_of
from app.http.gate import FormDep, Passage, Permit, ReadDep, SettingsDep, StoreDep
from app.operations import agreement_papers, agreement_sheets, import_jobs, importing, standing
from app.operations.agreement_papers import Told
from app.operations.importing import Wish
from app.pages import agreement_lines, shell, wording
from app.pages.agreements import BASE, SeeDep
from app.pages.language import N_, refused_in_words
from app.pages.need_lines import root
from app.records import imports
from app.store.sessions import Reading

router = APIRouter()
BringDep = Annotated[Passage, Depends(Permit("imports", "write"), scope="function")]
PDF = "application/pdf"
DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@router.get(BASE + "/rendicion")
def accountability(request: Request, passage: SeeDep, session: ReadDep) -> HTMLResponse:
    """What became of what was agreed, to be read aloud and printed."""
    return _paper(request, passage, session, "rendicion")


@router.get(BASE + "/entrega")
def handover(request: Request, passage: SeeDep, session: ReadDep) -> HTMLResponse:
    """What the next authorities receive."""
    _inside(passage)
    return _paper(request, passage, session, "entrega")


def _inside(passage: Passage) -> None:
    if passage.view == "public":
        raise Unknown(
            "El informe de entrega lo da la municipalidad.",
            remedy="Mire la rendición de cuentas, que es pública.",
        )


def _paper(request: Request, passage: Passage, session: Reading, name: str) -> HTMLResponse:
    day = wording.today()
    found = agreement_papers.gathered(session, passage.where, day)
    made = _made(session, passage, found, name)
    return shell.page(
        request,
        passage,
        "agreements/paper.html",
        title=N_("Rendición de cuentas de los acuerdos")
        if name == "rendicion"
        else N_("Informe de entrega a las autoridades que siguen"),
        root=root(passage.where),
        base=f"{root(passage.where)}/seguimiento/{name}",
        paper=made,
        links=[("PDF", ".pdf"), ("XLSX", ".xlsx")]
        if name == "rendicion"
        else [("DOCX", ".docx"), ("PDF", ".pdf")],
        hrefs=_hrefs(passage, found),
    )


def _hrefs(passage: Passage, found: list[Told]) -> dict[str, str]:
    """The address of each code that a paper names."""
    return {
        agreement_papers.code_of(told): agreement_lines.href(passage.where, told.row)
        for told in found
    }


def _made(session: Reading, passage: Passage, found: list[Told], name: str) -> paper.Acta:
    day = wording.today()
    if name == "rendicion":
        return agreement_papers.accountability(session, passage.where, found, day)
    return agreement_papers.handover(session, passage.where, found, day)


@router.get(BASE + "/rendicion.pdf")
def accountability_pdf(passage: SeeDep, session: ReadDep) -> Response:
    """Accountability as PDF."""
    return _pdf(passage, session, "rendicion")


@router.get(BASE + "/entrega.pdf")
def handover_pdf(passage: SeeDep, session: ReadDep) -> Response:
    """The hand-over report as PDF."""
    _inside(passage)
    return _pdf(passage, session, "entrega")


def _pdf(passage: Passage, session: Reading, name: str) -> Response:
    found = agreement_papers.gathered(session, passage.where, wording.today())
    made = _made(session, passage, found, name)
    return _file(paper.pdf(made, agreement_papers.moment(found)), f"{name}.pdf", PDF)


@router.get(BASE + "/entrega.docx")
def handover_docx(passage: SeeDep, session: ReadDep) -> Response:
    """The hand-over report for a word processor."""
    _inside(passage)
    found = agreement_papers.gathered(session, passage.where, wording.today())
    made = _made(session, passage, found, "entrega")
    return _file(paper.as_docx(made, agreement_papers.moment(found)), "entrega.docx", DOCX)


@router.get(BASE + "/rendicion.xlsx")
def accountability_xlsx(passage: SeeDep, session: ReadDep) -> Response:
    """Every row behind the accountability."""
    found = agreement_papers.gathered(session, passage.where, wording.today())
    return _file(tables.as_xlsx(agreement_sheets.sheets(found)), "rendicion.xlsx", XLSX)


def _file(body: bytes, name: str, kind: str) -> Response:
    headers = {"Content-Disposition": f'attachment; filename="{name}"', "Cache-Control": "no-store"}
    return Response(body, media_type=kind, headers=headers)


@router.get(BASE + "/importar")
def bring(request: Request, passage: BringDep, session: ReadDep) -> HTMLResponse:
    """How the agreements of earlier years come in."""
    return _bring(request, passage, session, "", 200)


def _bring(
    request: Request, passage: Passage, session: Reading, problem: str, status: int
) -> HTMLResponse:
    batches = [b for b in imports.recent(session, passage.where.code) if b.kind == "agreements"]
    return shell.page(
        request,
        passage,
        "agreements/bring.html",
        status=status,
        title=N_("Traer los acuerdos de años anteriores"),
        root=root(passage.where),
        batches=batches,
        problem=problem,
        most_mb=request.app.state.settings.upload_bytes // 1_000_000,
    )


@router.post(BASE + "/importar")
def receive(
    request: Request,
    passage: BringDep,
    store: StoreDep,
    settings: SettingsDep,
    form: FormDep,
) -> Response:
    """Keep the sheet and have it checked; what it holds is shown before anything is stored."""
    where = passage.where
    try:
        file = form.get("file")
        if not isinstance(file, UploadFile) or not file.filename:
            raise Malformed("No eligió ningún archivo.", remedy="Elija uno.", field="file")
        options: dict[str, Any] = {"skip_errors": True} if form.get("skip_errors") else {}
        place = (where.code, where.place_id) if where.place_id is not None else None
        wish = Wish("agreements", file.filename, options, place)
        with file.file as stream:
            batch = importing.receive(store, settings, passage.author, wish, stream)
    except Refusal as refusal:
        with store.reading() as session:
            said = refused_in_words(refusal, shell.language(request, passage.actor))
            return _bring(request, passage, session, said, status_of(refusal))
    with store.writing() as session:
        import_jobs.queue(session, passage.author, "preview", batch, where.place_id)
    to = f"{root(where)}/administracion/importaciones/{batch.uuid}"
    return shell.redirect(request, passage, to)


@router.get(BASE + "/plantilla.xlsx")
def template(request: Request, passage: SeeDep, session: ReadDep) -> Response:
    """An empty sheet with the headings that are understood."""
    words = wording.of_page(request, passage, session)
    day = wording.today()
    communities = [(m.code, m.name) for m in standing.members(session, passage.where, day)]
    indicators = agreement_lines.indicators(session, passage.where, words)
    body = tables.as_xlsx(agreement_sheets.template(indicators, communities))
    return _file(body, "acuerdos-plantilla.xlsx", XLSX)
