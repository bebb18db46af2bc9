"""Visits: which communities to go to first, what is missing where, and the tasks."""

from collections.abc import Mapping
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Depends, Request, Response
from fastapi.responses import HTMLResponse

from app.errors import Invalid
from app.http.gate import FormDep, Passage, Permit, ReadDep, StoreDep
from app.operations import visits
from app.operations.figures import Member
from app.operations.visits import DistrictVisits
from app.pages import look, shell, wording
from app.pages.language import N_
from app.pages.need_lines import community_href, root
from app.pages.priorities import chain
from app.pages.wording import Words
from app.planning.visits import Support
from app.records.places import Where
from app.records.proposals import VisitTask

router = APIRouter()
BASE = "/d/{ubigeo}/visitas"
VisitsDep = Annotated[Passage, Depends(Permit("visits", "read"), scope="function")]
PlanDep = Annotated[Passage, Depends(Permit("visits", "write"), scope="function")]
MOST_SHOWN = 5
STATES = {
    "open": (N_("por hacer"), "warn"),
    "done": (N_("hecha"), "good"),
    "dropped": (N_("ya no hace falta"), ""),
}


@router.get(BASE)
def show(request: Request, passage: VisitsDep, session: ReadDep) -> HTMLResponse:
    """The order of visits, the silent ones, the tasks."""
    words = wording.of_page(request, passage, session)
    found = visits.of_district(session, passage.where, wording.today())
    members = found.members
    ranked, silent = found.listed.ranked, found.listed.without_data
    return shell.page(
        request,
        passage,
        "needs/visits.html",
        title=_title(found, words),
        sentence=words.say(
            N_("Cifras al {day}: última ronda aprobada de {n} de {all} comunidades."),
            day=look.long_day(found.day, words.lang),
            n=found.gathered.standing.current,
            all=len(members),
        ),
        chain=chain(session, passage.where, words, ""),
        root=root(passage.where),
        lines=[_line(words, passage, found, each) for each in ranked],
        silent=[
            {
                "code": each.community,
                "name": members[each.community].name,
                "href": community_href(passage.where, each.community),
                "people": _people(words, each.people),
                "sentence": words.reason(each.visit.reason),
            }
            for each in silent
        ],
        tasks=_tasks(words, passage.where, visits.tasks(session, passage.where, None), members),
        communities=[(member.code, member.name) for member in members.values()],
        may_write=passage.may("visits", "write"),
    )


@router.post(BASE)
def plan(request: Request, passage: PlanDep, store: StoreDep, form: FormDep) -> Response:
    """Open the tasks that a need asks for, or one for a community."""
    to = f"{root(passage.where)}/visitas#tareas"
    need, community = str(form.get("need", "")), str(form.get("community", ""))
    if need:
        with store.writing() as session:
            made = visits.plan(session, passage.author, passage.where, need, wording.today())
        if not made:
            return shell.redirect(request, passage, to, N_("Esas visitas ya estaban pedidas."))
        said = N_("Se crearon {n} tareas de visita: una por comunidad sin ese dato.")
        return shell.redirect(request, passage, to, said, n=len(made))
    reason = str(form.get("reason", "")).strip()[:300]
    if not reason:
        raise Invalid("Escriba para qué es la visita; no se creó nada.", field="reason")
    with store.writing() as session:
        visits.add(session, passage.author, passage.where, community, reason)
    return shell.redirect(request, passage, to, N_("Se creó la tarea de visita."))


@router.post(BASE + "/{uuid}")
def close(
    request: Request, uuid: UUID, passage: PlanDep, store: StoreDep, form: FormDep
) -> Response:
    """Say that a visit was done, or that nobody needs it any more."""
    state = str(form.get("state", ""))
    with store.writing() as session:
        visits.close(session, passage.author, passage.where, uuid, state)
    to = f"{root(passage.where)}/visitas#tareas"
    return shell.redirect(request, passage, to, N_("Anotado."))


def _title(found: DistrictVisits, words: Words) -> str:
    silent = len(found.listed.without_data)
    if not found.listed.ranked:
        return words.say(N_("Visitas: todavía no se sabe por dónde empezar"))
    first = found.members[found.listed.ranked[0].community].name
    if not silent:
        return words.say(N_("Conviene empezar las visitas por {first}"), first=first)
    return words.counted(
        N_("Conviene empezar por {first}; en {n} comunidad más hay que preguntar primero"),
        N_("Conviene empezar por {first}; en {n} comunidades más hay que preguntar primero"),
        silent,
        first=first,
    )


def _people(words: Words, people: int) -> str:
    return words.counted(N_("{n} persona"), N_("{n} personas"), people)


def _line(words: Words, passage: Passage, found: DistrictVisits, each: Support) -> dict[str, Any]:
    known = found.gathered.indicators
    open_to_me = [p for p in each.parts if passage.health or not known[p.indicator].sensitive]
    names = ", ".join(found.members[code].name for code in each.even_with)
    return {
        "place": each.place,
        "name": found.members[each.community].name,
        "href": community_href(passage.where, each.community),
        "people": _people(words, each.people),
        "sentence": words.reason(each.reason),
        "even": words.say(N_("parejo con {names}"), names=names) if names else "",
        "parts": [
            (words.need(p.indicator), words.basis(p.indicator, p.cell.count), p.points)
            for p in open_to_me[:MOST_SHOWN]
            if p.points > 0
        ],
    }


def _tasks(
    words: Words, where: Where, tasks: Any, members: Mapping[str, Member]
) -> list[dict[str, Any]]:
    by_id = {member.id: member for member in members.values()}
    # The open ones first, each group with the newest first.
    order = sorted(tasks, key=lambda task: (task.state != "open", -task.id))
    return [_task(words, where, each, by_id.get(each.community_id)) for each in order]


def _task(words: Words, where: Where, task: VisitTask, member: Member | None) -> dict[str, Any]:
    word, kind = STATES[task.state]
    return {
        "uuid": task.uuid,
        "community": member.name if member else "",
        "href": community_href(where, member.code) if member else root(where),
        "word": words.say(word),
        "look": kind,
        "open": task.state == "open",
        "reason": task.reason,
        "need": words.need(task.need) if task.need else "",
        "created": task.created_at,
    }
