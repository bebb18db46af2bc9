"""The dossier of a year: what it holds, what lacks and where it is entered, and the archive."""

from typing import Annotated

from fastapi import APIRouter, Depends, Path, Request, Response
from fastapi.responses import HTMLResponse

from app.http.gate import Passage, Permit, ReadDep
from app.operations.dossier import archive
from app.pages import shell, wording
from app.pages.budget_lines import year_href
from app.pages.language import N_

router = APIRouter()
BASE = "/d/{ubigeo}/presupuesto/{anio}/expediente"
Year = Annotated[int, Path(ge=2000, le=2100)]
TEXTS = (  # what the papers call themselves and what lacks, for readers of other languages
    N_("Base legal y ordenanza"),
    N_("Agentes participantes"),
    N_("Equipo técnico"),
    N_("Cronograma y talleres"),
    N_("Proyectos priorizados"),
    N_("Acta de acuerdos y compromisos"),
    N_("Comité de vigilancia"),
    N_("Estado de los acuerdos de años anteriores"),
    N_("Tablas para el aplicativo del MEF"),
    N_("la votación o la asignación del año"),
    N_("publicar el resultado"),
    N_("la votación del año"),
    N_("los acuerdos de años anteriores"),
    N_("el techo del presupuesto participativo"),
    N_("el PDLC en vigor"),
    N_("la ordenanza del proceso"),
    N_("publicar la lista de agentes"),
    N_("publicar la lista definitiva"),
    N_("los integrantes del equipo técnico"),
    N_("los integrantes del comité de vigilancia"),
    N_("el cronograma del proceso"),
    N_("las capacitaciones"),
    N_("fecha y lugar del taller de priorización"),
    N_("contar los votos"),
    N_("los datos del taller"),
)
HandInDep = Annotated[Passage, Depends(Permit("process", "write"), scope="function")]


@router.get(BASE)
def show(request: Request, anio: Year, passage: HandInDep, session: ReadDep) -> HTMLResponse:
    """The annexes one by one."""
    words = wording.of_page(request, passage, session)
    found = archive.annexes(session, passage.where, anio, wording.today())
    whole = sum(each.paper is not None and not each.missing for each in found)
    return shell.page(
        request,
        passage,
        "budget/dossier.html",
        title=words.say(N_("Expediente del presupuesto participativo {year}"), year=anio),
        sentence=words.say(N_("{n} de {all} anexos están completos."), n=whole, all=len(found)),
        base=year_href(passage.where, anio),
        annexes=[
            {
                "number": f"{at:02}",
                "title": words.say(each.title),
                "files": archive.files(at, each),
                "missing": [(words.say(lack.what), lack.page) for lack in each.missing],
                "whole": each.paper is not None and not each.missing,
            }
            for at, each in enumerate(found, 1)
        ],
    )


@router.get(BASE + ".zip")
def download(anio: Year, passage: HandInDep, session: ReadDep) -> Response:
    """The whole as one archive."""
    body = archive.archive(session, passage.where, anio, wording.today())
    name = f"expediente-pp-{passage.where.code}-{anio}.zip"
    headers = {"Content-Disposition": f'attachment; filename="{name}"', "Cache-Control": "no-store"}
    return Response(body, media_type="application/zip", headers=headers)
