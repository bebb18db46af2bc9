"""The page of a community: its cycle, its people, what was said, and its requests' fate."""

from collections.abc import Sequence
from datetime import date
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Request, Response
from fastapi.responses import HTMLResponse

from app.errors import Unknown
from app.http.gate import FormDep, Passage, Permit, ReadDep, StoreDep
from app.operations import (
    forms,
    instruments,
    journey,
    plan_progress,
    priority_versions,
    receipts,
    reinterviews,
    returns,
    standing,
    stepping,
)
from app.operations.journey import Journey
from app.pages import budget_lines, chain_lines, look, public_budget, results, shell, wording
from app.pages.language import N_, say
from app.pages.sheet_reading import home
from app.records import places
from app.records.priority_versions import PriorityVersion
from app.store.sessions import Reading
from app.store.types import uuid7

router = APIRouter()
MANY = ("family", "self_assessment", "social_capital")
ROMAN = ("I", "II", "III", "IV", "V", "VI")
BASE = "/d/{ubigeo}/comunidades/{codigo}"
ReadCommunity = Annotated[Passage, Depends(Permit("communities", "read"), scope="function")]
WriteCycle = Annotated[Passage, Depends(Permit("cycles", "write"), scope="function")]
Own = Annotated[Passage, Depends(Permit("own_account", "read"), scope="function")]


@router.get("/mi-comunidad", response_class=HTMLResponse)
def mine(request: Request, session: ReadDep, passage: Own) -> Response:
    """Lead a council to its community."""
    bound = [b.community_id for b in passage.actor.bonds if b.community_id is not None]
    found = places.address_of(session, bound[0]) if bound else None
    if found is None:
        raise Unknown(
            "Su cuenta no está unida a ninguna comunidad.",
            remedy="Pida en la municipalidad que la unan a la suya.",
        )
    return shell.redirect(request, passage, f"/d/{found[0]}/comunidades/{found[1]}")


@router.get(BASE, response_class=HTMLResponse)
def show(request: Request, session: ReadDep, passage: ReadCommunity) -> Response:
    """The community: for its council the cycle first, for others the facts."""
    language = shell.language(request, passage.actor)
    made = journey.of(session, passage.where)
    whole = passage.view in ("whole", "totals")
    known = receipts.sheets(session, passage.where) if whole else []
    drafts = forms.drafts(session, passage.author, passage.where) if whole else []
    card = (
        standing.community_card(session, passage.where, instruments.today(), health=passage.health)
        if whole
        else ()
    )
    found = results.of_card(card, language)
    writable = {s for code, s in instruments.SLUGS.items() if passage.may(code, "write")}
    return shell.page(
        request,
        passage,
        "community/show.html",
        title=made.community.name,
        chain=_chain(request, session, passage),
        returned=_returned(session, passage),
        agreed=_agreed(request, session, passage),
        openable=_openable(session, passage, made),
        to_correct=_to_correct(session, passage),
        journey=made,
        steps=steps(made, passage, language),
        whole=whole,
        own=passage.view == "whole",
        sheets=_latest(known),
        late=sum(line.late for line in known),
        may_review=passage.may("review", "read"),
        may_ask_again=passage.may("household_monitoring", "write"),
        few=results.FEW,  # under it a practice would tell what one home answered
        again=_asked_again(session, made) if whole else None,
        drafts=drafts,
        titles={i.code: i.title for i in instruments.every(session)},
        slugs=instruments.SLUGS,
        tongues=passage.may("translations", "read"),
        doors=_doors(session, passage),
        home=home(passage),
        where=passage.where,
        actions=plan_progress.of_plan(session, made.community.id) if whole else (),
        may_progress=passage.may("progress", "write"),
        writable=writable,
        may_slip=passage.may("devices", "read"),
        may_cycle=passage.may("cycles", "write"),
        today=instruments.today(),
        next_round=next_label([each.label for each in made.rounds], instruments.today()),
        results=found,
        pictured=results.pictured(found),
        lacking=results.most_lacking(found),
        improved=results.improved(found),
    )


def _chain(request: Request, session: Reading, passage: Passage) -> list[tuple[str, str | None]]:
    words = wording.of_page(request, passage, session)
    return chain_lines.strip(session, passage, words, ("sheet", passage.where.community_code or ""))


def _agreed(request: Request, session: Reading, passage: Passage) -> list[dict[str, Any]]:
    """What the town hall agreed that serves this community, and how it stands."""
    words = wording.of_page(request, passage, session)
    return budget_lines.agreements(session, passage, words, passage.where.community_code or "")


def _openable(session: Reading, passage: Passage, made: Journey) -> set[tuple[int, int]]:
    """Year and number of the proposals, of those its requests are in, that who reads may open."""
    asked = {(each.fiscal_year, each.proposal_number) for each in made.requests}
    return {
        (year, number)
        for year, number in asked
        if year and number and public_budget.opens(session, passage, year, number)
    }


def _to_correct(session: Reading, passage: Passage) -> PriorityVersion | None:
    """The announced freeze whose card this reader may answer for the community."""
    if not passage.may("needs", "write"):
        return None
    versions = priority_versions.listed(session, passage.where)
    return next((version for version in versions if version.state == "announced"), None)


def _returned(session: Reading, passage: Passage) -> dict[str, Any] | None:
    """The newest return sheet and what its slip said; None for whom they are closed."""
    if not passage.may("returns", "read"):
        return None
    sheets = returns.of_community(session, passage.where)
    if not sheets:
        return {"number": "", "on": None, "reply": None}
    back = returns.replies(session, sheets[:1]).get(sheets[0].id, [])
    newest = back[0] if back else None
    return {"number": returns.code_of(sheets[0]), "on": sheets[0].on_day, "reply": newest}


def _asked_again(session: Reading, made: Journey) -> tuple[str, reinterviews.Agreed] | None:
    """The newest round of which homes were asked again, and how far they said the same."""
    for each in reversed(made.rounds):
        found = reinterviews.agreed(session, each.uuid)
        if found is not None:
            return each.label, found
    return None


def _latest(known: list[receipts.Line]) -> list[receipts.Line]:
    """The newest documents of the community itself; those of families are many, and elsewhere."""
    return [line for line in known if line.instrument not in MANY][:6]


def _doors(session: Reading, passage: Passage) -> list[tuple[str, Any]]:
    return [
        (each.slug, each.title)
        for each in instruments.every(session)
        if passage.may(each.code, "read") and passage.view != "public"
    ]


def steps(made: Journey, passage: Passage, language: str) -> list[dict[str, Any]]:
    """The four phases with the one thing to do now."""
    at = home(passage)
    told = [_organise(made, at), _plan(made, at), _execute(made, at), _evaluate(made, at, language)]
    shown = []
    for number, (title, sentence, params, button, href) in enumerate(told, 1):
        state = "done" if number < made.phase else "now" if number == made.phase else "next"
        step = {"title": say(language, title), "state": state}
        step["sentence"] = say(language, sentence, **params)
        may_write = passage.may("diagnosis", "write") or passage.may("cycles", "write")
        if state == "now" and may_write and href:
            step |= {"href": href, "button": say(language, button)}
        shown.append(step)
    return shown


Step = tuple[str, str, dict[str, object], str, str]


def _organise(made: Journey, at: str) -> Step:
    title = N_("Organización")
    if "council" not in made.done and made.cycle is not None:
        return (
            title,
            N_("Falta registrar el acta de la junta."),
            {},
            N_("Registrar la junta"),
            f"{at}/junta/nueva",
        )
    if made.cycle is None:
        return title, N_("Falta abrir el ciclo de trabajo."), {}, N_("Abrir el ciclo"), "#ciclo"
    if made.mandate_over:
        return title, N_("El mandato de la junta terminó: toca elegir."), {}, "", ""
    return title, N_("Junta y ciclo al día."), {}, "", ""


def _plan(made: Journey, at: str) -> Step:
    title = N_("Planificación")
    if "diagnosis" not in made.done:
        return (
            title,
            N_("Sigue el diagnóstico comunal, en asamblea."),
            {},
            N_("Empezar el diagnóstico"),
            f"{at}/diagnostico/nueva",
        )
    if not made.rounds:
        return (
            title,
            N_("Sigue abrir la primera ronda de monitoreo."),
            {},
            N_("Abrir una ronda"),
            "#ronda",
        )
    if "plan" not in made.done:
        return title, N_("Sigue el plan comunal."), {}, N_("Hacer el plan"), f"{at}/plan/nueva"
    return title, N_("Diagnóstico y plan enviados."), {}, "", ""


def _execute(made: Journey, at: str) -> Step:
    title = N_("Ejecución")
    params: dict[str, object] = {"activities": made.activities, "rounds": len(made.rounds)}
    sentence = N_("Actividades registradas: {activities}. Rondas: {rounds}.")
    return title, sentence, params, N_("Anotar una actividad"), f"{at}/actividad/nueva"


def _evaluate(made: Journey, at: str, language: str) -> Step:
    title = N_("Autoevaluación")
    if made.cycle is None:
        return title, N_("Al final del ciclo."), {}, "", ""
    sentence = N_("El ciclo termina el {day}.")
    params: dict[str, object] = {"day": look.day(made.cycle.ends_on, language)}
    return title, sentence, params, N_("Evaluar el ciclo"), f"{at}/autoevaluacion-comunal/nueva"


@router.post(f"{BASE}/ciclo", response_class=HTMLResponse)
def open_cycle(request: Request, store: StoreDep, form: FormDep, passage: WriteCycle) -> Response:
    """Begin a cycle."""
    dates = {"starts_on": str(form.get("desde", "")), "ends_on": str(form.get("hasta", ""))}
    stepping.open_cycle(store, passage.author, passage.where, uuid7(), dates)
    return shell.redirect(request, passage, home(passage), N_("El ciclo quedó abierto."))


def next_label(known: Sequence[str], day: date) -> str:
    """How a round opened today would be called: by its half of the year, or the next one free."""
    year, half = day.year, 1 if day.month < 7 else 2
    free = (f"{year}-{each}" for each in ROMAN[half - 1 :] if f"{year}-{each}" not in known)
    return next(free, "")


@router.post(f"{BASE}/ronda", response_class=HTMLResponse)
def open_round(request: Request, store: StoreDep, form: FormDep, passage: WriteCycle) -> Response:
    """Begin a round of monitoring."""
    about = {"label": str(form.get("periodo", "")), "held_on": str(form.get("fecha", ""))}
    stepping.open_round(store, passage.author, passage.where, uuid7(), about)
    return shell.redirect(request, passage, home(passage), N_("La ronda quedó abierta."))
