"""The PDLC of a district: what it wants, how far it is, what it lacks, and how it changes.

The public reads the plan in force alone, with the figures that were published.
"""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Depends, Request, Response
from fastapi.responses import HTMLResponse

from app.errors import Invalid
from app.http.gate import FormDep, Passage, Permit, ReadDep, StoreDep
from app.operations import (
    needs,
    pdlc,
    pdlc_amendments,
    pdlc_drafting,
    pdlc_progress,
    pdlc_reading,
)
from app.operations.pdlc import Seen
from app.operations.pdlc_amendments import Decision, Suggestion
from app.pages import pdlc_lines, shell, wording
from app.pages.language import N_
from app.pages.need_lines import root
from app.pages.pdlc_lines import plan_href
from app.pages.priorities import chain
from app.pages.wording import Words
from app.records.pdlc import Pdlc
from app.store.sessions import Reading

router = APIRouter()
BASE = "/d/{ubigeo}/plan"
ONE = BASE + "/{uuid}"
PlanDep = Annotated[Passage, Depends(Permit("pdlc", "read"), scope="function")]
WriteDep = Annotated[Passage, Depends(Permit("pdlc", "write"), scope="function")]
YEARS = 8  # of a new draft, its first year included


@router.get(BASE)
def show(request: Request, passage: PlanDep, session: ReadDep) -> HTMLResponse:
    """The plan in force, or how to come to one."""
    return page(request, passage, session, pdlc_reading.in_force(session, passage.where))


@router.post(BASE + "/borrador")
def draft(request: Request, passage: WriteDep, store: StoreDep, form: FormDep) -> Response:
    """A draft from the priorities of today."""
    with store.reading() as session:
        words = wording.of_page(request, passage, session)
    title = str(form.get("title", "")).strip() or words.say(N_("Plan de Desarrollo Local"))
    first, last = a_year(form, "first_year"), a_year(form, "last_year")
    with store.writing() as session:
        made = pdlc_drafting.draft(
            *(session, passage.author, passage.where, wording.today()),
            (title, first, last),
        )
    to = plan_href(passage.where, made)
    note = N_("El borrador salió de las prioridades de hoy. Revíselo: todo se puede cambiar.")
    return shell.redirect(request, passage, to, note)


@router.get(ONE)
def version(request: Request, uuid: UUID, passage: PlanDep, session: ReadDep) -> HTMLResponse:
    """One plan, whatever its state."""
    found = pdlc_reading.find(session, passage.where, uuid, public=passage.view == "public")
    return page(request, passage, session, found)


@router.post(ONE + "/vigencia")
def put_in_force(
    request: Request, uuid: UUID, passage: WriteDep, store: StoreDep, form: FormDep
) -> Response:
    """Let a draft rule, by its ordinance."""
    with store.writing() as session:
        given = (str(form.get("ordinance", "")), a_day(form, "approved_on"))
        pdlc.put_in_force(session, passage.author, passage.where, seen(uuid, form), given)
    return shell.redirect(request, passage, plan_href(passage.where), N_("El plan está vigente."))


@router.post(ONE + "/descartar")
def discard(
    request: Request, uuid: UUID, passage: WriteDep, store: StoreDep, form: FormDep
) -> Response:
    """Set a draft aside."""
    with store.writing() as session:
        reason = str(form.get("reason", ""))
        pdlc.discard(session, passage.author, passage.where, seen(uuid, form), reason)
    note = N_("El borrador se descartó.")
    return shell.redirect(request, passage, plan_href(passage.where), note)


@router.post(ONE + "/enmiendas")
def propose(
    request: Request, uuid: UUID, passage: WriteDep, store: StoreDep, form: FormDep
) -> Response:
    """Put an amendment before the CCL: one that the system found, or one in words."""
    to = f"{plan_href(passage.where)}/{uuid}#enmiendas"
    with store.writing() as session:
        key = str(form.get("key", ""))
        given = _suggested(session, passage, uuid, key) if key else _typed(form)
        pdlc_amendments.propose(session, passage.author, passage.where, seen(uuid, form), given)
    return shell.redirect(request, passage, to, N_("La enmienda queda propuesta al CCL."))


@router.post(ONE + "/enmiendas/{enmienda}")
def decide(
    request: Request,
    uuid: UUID,
    enmienda: UUID,
    passage: WriteDep,
    store: StoreDep,
    form: FormDep,
) -> Response:
    """Note what became of an amendment."""
    to = f"{plan_href(passage.where)}/{uuid}#enmiendas"
    with store.writing() as session:
        decision = Decision(
            str(form.get("state", "")),
            a_day(form, "on"),
            str(form.get("ordinance", "")),
            str(form.get("note", "")),
        )
        about = (seen(uuid, form), enmienda)
        pdlc_amendments.decide(session, passage.author, passage.where, about, decision)
    return shell.redirect(request, passage, to, N_("La decisión quedó anotada."))


def _typed(form: Any) -> Suggestion:
    return Suggestion("", str(form.get("what", ""))[:600], str(form.get("why", ""))[:1000])


def _suggested(session: Reading, passage: Passage, uuid: UUID, key: str) -> Suggestion:
    where, day = passage.where, wording.today()
    found = pdlc_reading.whole(session, pdlc_reading.find(session, where, uuid))
    lines = pdlc_progress.board(session, where, day, found)
    each = next(
        (s for s in pdlc_amendments.suggestions(session, where, day, found, lines) if s.key == key),
        None,
    )
    if each is None:
        raise Invalid(
            "Esa enmienda ya está propuesta o dejó de hacer falta.",
            remedy="Vea la lista de enmiendas.",
        )
    return each


def seen(uuid: UUID, form: Any) -> Seen:
    """The plan in the revision that the page showed."""
    revision = str(form.get("revision", ""))
    if not revision.isdecimal() or len(revision) > 9:
        raise Invalid(
            "La página no dice qué versión del plan vio.",
            remedy="Vuelva a abrir el plan y repita el cambio.",
            field="revision",
        )
    return Seen(uuid, int(revision))


def a_year(form: Any, name: str) -> int:
    """A year that was typed."""
    text = str(form.get(name, "")).strip()
    if not text.isdecimal() or not 2000 <= int(text[:9]) <= 2100:
        raise Invalid("«{typed}» no es un año.", remedy="Escriba cuatro cifras.", typed=text[:20])
    return int(text)


def a_day(form: Any, name: str) -> date | None:
    """A day that was typed or chosen; None where there is none."""
    text = str(form.get(name, "")).strip()
    try:
        return date.fromisoformat(text) if text else None
    except ValueError:
        raise Invalid("«{typed}» no es una fecha.", typed=text[:20], field=name) from None


def page(
    request: Request,
    passage: Passage,
    session: Reading,
    plan: Pdlc | None,
    more: Mapping[str, Any] | None = None,
    status: int = 200,
) -> HTMLResponse:
    """The page of a plan, or of a district without one; ``more`` is what an import found."""
    words, where = wording.of_page(request, passage, session), passage.where
    public, writer = passage.view == "public", passage.may("pdlc", "write")
    day = wording.today()
    context: dict[str, Any] = {
        "root": root(where),
        "base": plan_href(where),
        "writer": writer,
        "first_year": day.year + 1,
        "last_year": day.year + YEARS,
        "checked": None,
        "problem": "",
        "rows": (),
        "versions": []
        if public
        else [_version(words, passage, row) for row in pdlc_reading.versions(session, where)],
        **(_empty() if plan is None else _whole(session, passage, words, plan)),
        **(more or {}),
    }
    title = context.pop("title") or words.say(N_("El distrito todavía no tiene su PDLC aquí"))
    links = () if public else chain(session, where, words, "objective")
    return shell.page(
        request, passage, "plan/show.html", title=title, chain=links, status=status, **context
    )


def _version(words: Words, passage: Passage, row: Pdlc) -> dict[str, Any]:
    state, kind = pdlc_lines.STATES[row.state]
    return {
        "href": plan_href(passage.where, row),
        "title": row.title,
        "period": f"{row.first_year}-{row.last_year}",
        "state": words.say(state),
        "look": kind,
        "source": row.source,
        "at": row.created_at,
    }


def _empty() -> dict[str, Any]:
    return {
        **dict.fromkeys(("plan", "title", "over", "sentence"), ""),
        **dict.fromkeys(("objectives", "findings", "amendments", "suggestions"), ()),
    }


def _whole(session: Reading, passage: Passage, words: Words, plan: Pdlc) -> dict[str, Any]:
    where, day, public = passage.where, wording.today(), passage.view == "public"
    found = pdlc_reading.whole(session, plan)
    lines = dict(pdlc_progress.board(session, where, day, found, public=public))
    rows = pdlc_amendments.listed(session, plan)
    suggestions = []
    findings: list[dict[str, Any]] = []
    if not public:
        told = needs.of_district(session, where, day)
        findings = pdlc_lines.findings(words, where, found, told)
        if plan.state == "in_force" and passage.may("pdlc", "write"):
            suggestions = pdlc_amendments.suggestions(session, where, day, found, lines)
    objectives = [pdlc_lines.objective(words, where, found, o, lines) for o in found.objectives]
    if public:
        objectives = [o | {"proposals": []} for o in objectives]
        rows = [row for row in rows if row.state in ("concerted", "approved")]
    state, kind = pdlc_lines.STATES[plan.state]
    verdicts = [line.progress.verdict for line in lines.values()]
    return {
        "plan": plan,
        "editable": plan.state == "draft" and passage.may("pdlc", "write"),
        "one": plan_href(where, plan),
        "state": (words.say(state), kind),
        "title": _title(words, plan, verdicts),
        "over": f"{plan.title} · {plan.first_year}-{plan.last_year}",
        "sentence": _ordinance(words, plan),
        "objectives": objectives,
        "findings": findings,
        "amendments": [pdlc_lines.amendment(words, where, row) for row in rows],
        "suggestions": suggestions,
    }


def _title(words: Words, plan: Pdlc, verdicts: Sequence[str]) -> str:
    if not verdicts:
        return words.say(N_("El plan no tiene indicadores todavía"))
    met, unknown = verdicts.count("met"), verdicts.count("unknown")
    told = words.say(
        N_("Indicadores del plan que llegaron a su meta: {met} de {all}"),
        met=met,
        all=len(verdicts),
    )
    if not unknown:
        return told
    return f"{told}; " + words.say(N_("de {unknown} no se sabe"), unknown=unknown)


def _ordinance(words: Words, plan: Pdlc) -> str:
    if plan.state == "draft":
        return words.say(N_("Borrador: no rige mientras no lo apruebe una ordenanza."))
    day = plan.approved_on.strftime("%d/%m/%Y") if plan.approved_on else ""
    return words.say(N_("{ordinance}, {day}"), ordinance=plan.ordinance, day=day)
