"""Papers of one page: of a community, a need and a proposal; the acta of a frozen list; cards."""

from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Depends, Path, Request, Response

from app.documents import acta, summary
from app.documents.acta import Acta
from app.documents.summary import Summary
from app.errors import Unknown
from app.http.gate import Passage, Permit, ReadDep
from app.operations import priority_versions, proposals, version_actas
from app.operations.chain.web import proposal_key
from app.pages import summary_parts, wording
from app.pages.need_lines import root
from app.pages.wording import Words
from app.records.proposals import Proposal
from app.store.sessions import Reading
from app.store.types import now

router = APIRouter()
VERSION = "/d/{ubigeo}/prioridades/versiones/{number}/acta"
PDF = "application/pdf"
DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
CommunityDep = Annotated[Passage, Depends(Permit("communities", "read"), scope="function")]
NeedsDep = Annotated[Passage, Depends(Permit("needs", "read"), scope="function")]
ProposalsDep = Annotated[Passage, Depends(Permit("proposals", "read"), scope="function")]
AnswerDep = Annotated[Passage, Depends(Permit("needs", "write"), scope="function")]
Number = Annotated[int, Path(ge=1, le=100_000)]
Year = Annotated[int, Path(ge=2000, le=2100)]


@router.get("/d/{ubigeo}/comunidades/{codigo}/resumen.pdf")
def community(request: Request, passage: CommunityDep, session: ReadDep) -> Response:
    """A community on one page."""
    _inside(passage)
    made = summary_parts.community(session, passage, wording.today(), _site(request, passage))
    return _paper(made, f"resumen-{passage.where.community_code}.pdf")


@router.get("/d/{ubigeo}/prioridades/{need}/resumen.pdf")
def need(request: Request, need: str, passage: NeedsDep, session: ReadDep) -> Response:
    """A need on one page."""
    _inside(passage)
    words = _words(session, passage)
    if need not in words.indicators and need.removeprefix("theme:") not in words.themes:
        raise Unknown("No existe la necesidad «{need}».", need=need[:60])
    made = summary_parts.need(session, passage, words, need, _site(request, passage))
    return _paper(made, "resumen-necesidad.pdf")


@router.get("/d/{ubigeo}/presupuesto/{anio}/propuestas/{numero}/resumen.pdf")
def proposal(
    request: Request, anio: Year, numero: Number, passage: ProposalsDep, session: ReadDep
) -> Response:
    """A proposal on one page."""
    _inside(passage)
    row = _numbered(session, passage, anio, numero)
    words = _words(session, passage)
    made = summary_parts.proposal(session, passage, words, row, _site(request, passage))
    return _paper(made, f"propuesta-{proposal_key(row)}.pdf")


@router.get(VERSION + ".pdf")
def acta_pdf(number: Number, passage: NeedsDep, session: ReadDep) -> Response:
    """The acta of a frozen list."""
    made, version = _acta(session, passage, number)
    return _download(acta.pdf(made, version), f"acta-prioridades-{number}.pdf", PDF)


@router.get(VERSION + ".docx")
def acta_docx(number: Number, passage: NeedsDep, session: ReadDep) -> Response:
    """The same, to be changed by hand before it is signed."""
    made, version = _acta(session, passage, number)
    return _download(acta.as_docx(made, version), f"acta-prioridades-{number}.docx", DOCX)


@router.get("/d/{ubigeo}/comunidades/{codigo}/prioridades/{number}/ficha.pdf")
def card(request: Request, number: Number, passage: AnswerDep, session: ReadDep) -> Response:
    """The card of figures of a community, to answer on paper."""
    version = priority_versions.find(session, passage.where, number)
    words = _words(session, passage)
    made = summary_parts.card(session, passage, words, version, _site(request, passage))
    return _paper(made, f"ficha-{passage.where.community_code}-{number}.pdf")


def _acta(session: Reading, passage: Passage, number: int) -> tuple[Acta, datetime]:
    _inside(passage)
    version = priority_versions.find(session, passage.where, number)
    words = _words(session, passage)
    codes = [need["code"] for need in version.outcome.get("ranked", [])]
    codes += [code for code, _ in version.outcome.get("without_data", [])]
    names = {code: words.need(code) for code in codes}
    made = version_actas.of_version(session, passage.where, version, names)
    return made, version.frozen_at or now()


def _words(session: Reading, passage: Passage) -> Words:
    """Papers are in Spanish, whatever the reader's language."""
    return wording.of_place(session, passage.where, "es")


def _numbered(session: Reading, passage: Passage, year: int, number: int) -> Proposal:
    for row in proposals.listed(session, passage.where, year):
        if row.number == number:
            return row
    raise Unknown("En {year} no hay ninguna propuesta con ese número.", year=year)


def _inside(passage: Passage) -> None:
    """Papers with counts of homes are for the town hall and the communities."""
    if passage.view == "public":
        raise Unknown("Ese papel no es público.", remedy="La página sí lo es: ábrala e imprímala.")


def _site(request: Request, passage: Passage) -> str:
    return f"{str(request.base_url).rstrip('/')}{root(passage.where)}"


def _paper(made: Summary, name: str) -> Response:
    return _download(summary.pdf(made, now()), name, PDF)


def _download(body: bytes, name: str, kind: str) -> Response:
    headers = {"Content-Disposition": f'attachment; filename="{name}"', "Cache-Control": "no-store"}
    return Response(body, media_type=kind, headers=headers)
