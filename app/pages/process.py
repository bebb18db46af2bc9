"""The process of a year: where it stands, what each may do today, its calendar and its teams."""

from collections.abc import Mapping
from datetime import date
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Path, Request, Response
from fastapi.responses import HTMLResponse

from app.documents import acta
from app.errors import Invalid, Refusal
from app.http.errors import status_of
from app.http.gate import FormDep, Passage, Permit, ReadDep, StoreDep
from app.operations import (
    agents,
    ceilings,
    process_steps,
    processes,
    team_seats,
    voting_rules,
)
from app.operations.ordinances import Ordinance
from app.operations.processes import Body
from app.pages import look, process_lines, shell, wording
from app.pages.budget_lines import year_href
from app.pages.language import N_, message_of, remedy_of
from app.pages.process_lines import href
from app.pages.wording import Words
from app.planning.process import Real, Span
from app.records.places import Where
from app.records.process import Process, ProcessVersion
from app.store.sessions import Reading, Writing
from app.store.types import now

router = APIRouter()
BASE = "/d/{ubigeo}/presupuesto/{anio}/proceso"
Year = Annotated[int, Path(ge=2000, le=2100)]
SeeDep = Annotated[Passage, Depends(Permit("process", "read"), scope="function")]
WriteDep = Annotated[Passage, Depends(Permit("process", "write"), scope="function")]


def a_day(text: object, field: str) -> date | None:
    """A day that was typed or chosen; None where there is none.

    Raises
    ------
    Invalid
        It is no day.
    """
    typed = str(text or "").strip()
    try:
        return date.fromisoformat(typed) if typed else None
    except ValueError:
        raise Invalid(
            "«{typed}» no es una fecha.",
            remedy="Elija el día otra vez.",
            field=field,
            typed=typed[:20],
        ) from None


@router.get(BASE)
def show(request: Request, anio: Year, passage: SeeDep, session: ReadDep) -> HTMLResponse:
    """The steps by phase, with "you are here"."""
    words = wording.of_page(request, passage, session)
    where, day = passage.where, wording.today()
    row = processes.of_year(session, where, anio)
    context: dict[str, Any] = {
        "year": anio,
        "base": href(where, anio),
        "year_href": year_href(where, anio),
        "agents_href": process_lines.agents_href(where, anio),
        "may_write": passage.may("process", "write"),
        "inside": passage.view != "public",
        "today": day.isoformat(),
    }
    if row is None:
        title = words.say(N_("Proceso del presupuesto {year}: por abrir"), year=anio)
        return shell.page(
            request, passage, "budget/process.html", title=title, process=None, **context
        )
    phases = process_lines.board(
        session, words, passage, row, day, lambda address: shell.stands(request, address)
    )
    version = processes.in_force(session, row)
    body = processes.body_of(version)
    return shell.page(
        request,
        passage,
        "budget/process.html",
        title=process_lines.title(words, anio, phases),
        process=row,
        phases=phases,
        todo=_todo(phases),
        version=version,
        versions=processes.versions(session, row),
        body=body,
        faults=process_lines.faults(words, body, anio) if context["may_write"] else [],
        notes=process_lines.notes(words, processes.history(session, row)),
        rules=voting_rules.current(session, where, anio),
        ceiling=ceilings.of_year(session, where, anio),
        review=shell.stands(request, f"{year_href(where, anio)}/evaluacion"),
        shares=agents.shares(session, where, row, day) if context["inside"] else None,
        seats=sum(each.until is None for each in team_seats.listed(session, row)),
        **context,
    )


def _todo(phases: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """What the person may do today: the duties of the steps that are open or late."""
    return [
        {"step": each["name"], "when": each["countdown"], **duty}
        for phase in phases
        for each in phase["steps"]
        if each["code_state"] in ("open", "late")
        for duty in each["duties"]
    ]


@router.get(BASE + "/cronograma")
def calendar(request: Request, anio: Year, passage: WriteDep, session: ReadDep) -> HTMLResponse:
    """The ordinance and the days, to be written or changed."""
    row = processes.of_year(session, passage.where, anio)
    return _calendar(request, passage, session, anio, row, _typed(session, row), None)


@router.post(BASE + "/cronograma")
def save(
    request: Request, anio: Year, passage: WriteDep, store: StoreDep, form: FormDep
) -> Response:
    """Write a version of the calendar; what was typed stays if it cannot be."""
    typed = {name: str(value).strip() for name, value in form.items()}
    try:
        ordinance = Ordinance(
            typed.get("ordinance", ""),
            a_day(typed.get("on"), "on"),
            typed.get("article", ""),
        )
        body = Body(_spans(typed), typed.get("criteria", ""), typed.get("notes", ""))
        reason = typed.get("reason", "")
        with store.writing() as session:
            made = processes.save(
                session, passage.author, passage.where, anio, ordinance, body, reason
            )
            _ordained(session, passage, made, ordinance.on)
    except Refusal as refusal:
        with store.reading() as reading:
            row = processes.of_year(reading, passage.where, anio)
            return _calendar(request, passage, reading, anio, row, typed, refusal)
    note = N_("El cronograma quedó guardado; la versión anterior se conserva.")
    return shell.redirect(request, passage, href(passage.where, anio), note)


def _ordained(session: Writing, passage: Passage, row: Process, on: date | None) -> None:
    """An ordinance with its day is a step that was done; nobody has to say it twice."""
    today = wording.today()
    if on is None or on > today or "ordinance" in processes.real_days(session, row):
        return
    days = Real(on, on)
    processes.note_step(session, passage.author, passage.where, row, "ordinance", days, today)


def _spans(typed: Mapping[str, str]) -> dict[str, Span]:
    found = {}
    for kind in process_steps.kinds():
        first = a_day(typed.get(f"{kind.code}.first"), f"{kind.code}.first")
        last = a_day(typed.get(f"{kind.code}.last"), f"{kind.code}.last")
        if first is None and last is not None:
            raise Invalid(
                "«{step}» tiene fin y no tiene comienzo.",
                remedy="Escriba también el primer día.",
                field=f"{kind.code}.first",
                step=kind.name,
            )
        if first is not None:
            found[kind.code] = Span(first, last or first)
    return found


def _typed(session: Reading, row: Process | None) -> dict[str, str]:
    if row is None:
        return {}
    version = processes.in_force(session, row)
    body = processes.body_of(version)
    typed = {
        "ordinance": version.ordinance,
        "on": version.ordinance_on.isoformat() if version.ordinance_on else "",
        "article": version.article,
        "criteria": body.criteria,
        "notes": body.notes,
    }
    for code, span in body.calendar.items():
        typed |= {f"{code}.first": span.first.isoformat(), f"{code}.last": span.last.isoformat()}
    return typed


def _calendar(
    request: Request,
    passage: Passage,
    session: Reading,
    year: int,
    row: Process | None,
    typed: Mapping[str, str],
    refusal: Refusal | None,
) -> HTMLResponse:
    words = wording.of_page(request, passage, session)
    lang = words.lang
    names = process_steps.phases()
    return shell.page(
        request,
        passage,
        "budget/process_calendar.html",
        status=status_of(refusal) if refusal else 200,
        title=words.say(
            N_("Cambiar el cronograma {year}") if row else N_("Abrir el proceso {year}"), year=year
        ),
        base=href(passage.where, year),
        process=row,
        typed={name: typed.get(name, "") for name in _FIELDS} | dict(typed),
        phases=[
            (name.of(lang), [k for k in process_steps.kinds(lang) if k.phase == code])
            for code, name in names.items()
        ],
        refusal=(message_of(refusal, lang), remedy_of(refusal, lang), refusal.field or "")
        if refusal
        else None,
    )


_FIELDS = ("ordinance", "on", "article", "criteria", "notes", "reason")


@router.post(BASE + "/pasos/{paso}")
def note_step(
    request: Request,
    anio: Year,
    paso: str,
    passage: WriteDep,
    store: StoreDep,
    form: FormDep,
) -> Response:
    """Note when a step really opened and closed."""
    to = f"{href(passage.where, anio)}#{paso if process_steps.entry(paso) else 'fases'}"
    days = Real(
        a_day(form.get("opened_on"), "opened_on"), a_day(form.get("closed_on"), "closed_on")
    )
    with store.writing() as session:
        row = processes.held(session, passage.where, anio)
        processes.note_step(
            *(session, passage.author, passage.where, row, paso, days, wording.today()),
            str(form.get("note", "")),
        )
    return shell.redirect(request, passage, to, N_("Los días reales del paso quedaron anotados."))


@router.get(BASE + "/cronograma.pdf")
def calendar_paper(anio: Year, passage: SeeDep, session: ReadDep) -> Response:
    """The calendar on paper, for the wall of every community."""
    words = wording.of_place(session, passage.where, "es")
    row = processes.needed(session, passage.where, anio)
    body = acta.pdf(_paper(session, words, passage.where, row), now())
    name = f"cronograma-{passage.where.code}-{anio}.pdf"
    headers = {"Content-Disposition": f'inline; filename="{name}"', "Cache-Control": "no-store"}
    return Response(body, media_type="application/pdf", headers=headers)


def _paper(session: Reading, words: Words, where: Where, row: Process) -> acta.Acta:
    version = processes.in_force(session, row)
    lines = processes.standings(session, row, wording.today())
    names = process_steps.phases()
    parts = []
    for code, name in names.items():
        rows = tuple(
            (
                line.kind.name,
                process_lines.span(words, line.planned) or "por definir",
                process_lines.real(words, line),
            )
            for line in lines
            if line.kind.phase == code
        )
        table = acta.Table(("Paso", "Días previstos", "Lo que pasó"), rows, (5, 5, 5))
        parts.append(acta.Part(name.es, table=table))
    return acta.Acta(
        f"Municipalidad Distrital de {where.name}",
        f"Cronograma del presupuesto participativo {row.fiscal_year}",
        (("Ordenanza", _ordinance(version)), ("Versión", str(version.version))),
        tuple(parts),
        (),
        f"Cronograma {row.fiscal_year}, versión {version.version}, del"
        f" {look.long_day(version.at)}. Para inscribirse: mesa de partes de la municipalidad.",
    )


def _ordinance(version: ProcessVersion) -> str:
    parts = [version.ordinance]
    if version.ordinance_on:
        parts.append(f"del {look.long_day(version.ordinance_on)}")
    if version.article:
        parts.append(f"artículo {version.article}")
    return ", ".join(parts)
