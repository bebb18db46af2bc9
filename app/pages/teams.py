"""Who signs, who evaluates, who oversees and who concerts in a process."""

from typing import Any
from uuid import UUID

from fastapi import APIRouter, Request, Response
from fastapi.responses import HTMLResponse

from app.http.gate import FormDep, ReadDep, StoreDep
from app.operations import processes, team_seats
from app.operations.team_seats import LEAST_OVERSEERS, Given
from app.pages import agent_lines, process_lines, shell, wording
from app.pages.budget_lines import year_href
from app.pages.language import N_
from app.pages.process import SeeDep, WriteDep, Year, a_day
from app.pages.wording import Words
from app.planning.process import Span
from app.records.process import BODIES, Process
from app.store.sessions import Reading

router = APIRouter()
BASE = "/d/{ubigeo}/presupuesto/{anio}/equipos"
NAMES = {
    "authority": N_("Autoridades que firman"),
    "technical_team": N_("Equipo técnico"),
    "oversight": N_("Comité de vigilancia"),
    "ccl": N_("Consejo de Coordinación Local (CCL)"),
}
ABOUT = {
    "authority": N_("Alcaldía, planeamiento y otras: su nombre sale en el acta y los informes."),
    "technical_team": N_("Evalúa las propuestas con los criterios del año; tiene voz, no voto."),
    "oversight": N_("Lo eligen los agentes en el taller; vigila que se cumpla lo acordado."),
    "ccl": N_("Concerta el presupuesto y el plan antes de que pasen al concejo."),
}


@router.get(BASE)
def show(request: Request, anio: Year, passage: SeeDep, session: ReadDep) -> HTMLResponse:
    """Who sits where, and since when."""
    words = wording.of_page(request, passage, session)
    row = processes.of_year(session, passage.where, anio)
    return shell.page(
        request,
        passage,
        "budget/teams.html",
        title=words.say(N_("Equipos del proceso {year}"), year=anio),
        year=anio,
        base=f"{year_href(passage.where, anio)}/equipos",
        process_href=process_lines.href(passage.where, anio),
        process=row,
        teams=_teams(session, words, row) if row else [],
        least=LEAST_OVERSEERS,
        sexes=[(code, words.say(text)) for code, text in agent_lines.SEXES],
        may_write=passage.may("process", "write"),
        today=wording.today().isoformat(),
    )


def _teams(session: Reading, words: Words, row: Process) -> list[dict[str, Any]]:
    seats = team_seats.listed(session, row)
    return [
        {
            "code": body,
            "name": words.say(NAMES[body]),
            "about": words.say(ABOUT[body]),
            "seats": [each for each in seats if each.body == body and each.until is None],
            "women": sum(s.body == body and s.until is None and s.sex == "F" for s in seats),
            "left": [
                (each, process_lines.span(words, Span(each.since, each.until)))
                for each in seats
                if each.body == body and each.until is not None
            ],
        }
        for body in BODIES
    ]


@router.post(BASE)
def seat(
    request: Request, anio: Year, passage: WriteDep, store: StoreDep, form: FormDep
) -> Response:
    """Give somebody a seat."""
    body = str(form.get("body", ""))
    to = f"{year_href(passage.where, anio)}/equipos#{body if body in BODIES else ''}"
    since = a_day(form.get("since"), "since") or wording.today()
    given = Given(
        body,
        str(form.get("name", "")),
        str(form.get("institution", "")),
        str(form.get("post", "")),
        since,
        str(form.get("sex", "")),
    )
    with store.writing() as session:
        row = processes.held(session, passage.where, anio)
        team_seats.seat(session, passage.author, passage.where, row, given)
    return shell.redirect(request, passage, to, N_("El miembro quedó anotado."))


@router.post(BASE + "/{uuid}")
def leave(
    request: Request, anio: Year, uuid: UUID, passage: WriteDep, store: StoreDep, form: FormDep
) -> Response:
    """End a seat, with the reason."""
    to = f"{year_href(passage.where, anio)}/equipos"
    about = (a_day(form.get("until"), "until") or wording.today(), str(form.get("reason", "")))
    with store.writing() as session:
        row = processes.held(session, passage.where, anio)
        team_seats.leave(session, passage.author, passage.where, row, uuid, about)
    return shell.redirect(request, passage, to, N_("El cargo quedó terminado, con su razón."))
