"""One objective of a PDLC: read, tied to needs, proposals and the POI, and in a draft edited."""

from typing import Any
from uuid import UUID

from fastapi import APIRouter, Request, Response
from fastapi.responses import HTMLResponse

from app.http.gate import FormDep, Passage, ReadDep, StoreDep
from app.operations import (
    needs,
    pdlc_edits,
    pdlc_links,
    pdlc_progress,
    pdlc_reading,
    proposals,
)
from app.operations.pdlc import Seen
from app.operations.pdlc_content import LineText
from app.operations.pdlc_edits import ActionEdit
from app.pages import chain_lines, pdlc_lines, shell, wording
from app.pages.language import N_
from app.pages.need_lines import root
from app.pages.pdlc import ONE, PlanDep, WriteDep, a_year, seen
from app.pages.pdlc_lines import plan_href
from app.store.sessions import Store

router = APIRouter()
OBJECTIVE = ONE + "/objetivos/{objetivo}"
BLANK_LINES = 2


@router.get(OBJECTIVE)
def objective(
    request: Request, uuid: UUID, objetivo: str, passage: PlanDep, session: ReadDep
) -> HTMLResponse:
    """An objective with its links both ways."""
    words = wording.of_page(request, passage, session)
    where, public = passage.where, passage.view == "public"
    plan = pdlc_reading.find(session, where, uuid, public=public)
    found = pdlc_reading.whole(session, plan)
    each = pdlc_reading.objective_of_code(found, objetivo)
    lines = dict(pdlc_progress.board(session, where, wording.today(), found, public=public))
    shown = pdlc_lines.objective(words, where, found, each, lines)
    linked = {p.id for p in each.proposals}
    offered = [] if public else proposals.listed(session, where)
    told = None if public else needs.of_district(session, where, wording.today())
    asked = [(n.code, words.need(n.code)) for n in told.listed.ranked] if told else []
    known = {code for code, _ in asked}
    asked += [(code, words.need(code)) for code in each.needs if code not in known]
    return shell.page(
        request,
        passage,
        "plan/objective.html",
        title=f"{each.row.code} {each.row.statement}",
        over=f"{plan.title} · {plan.first_year}-{plan.last_year}",
        chain=chain_lines.strip(session, passage, words, ("objective", each.row.code))
        if plan.state == "in_force"
        else (),
        root=root(where),
        plan=plan,
        one=plan_href(where, plan),
        o=shown | ({"proposals": []} if public else {}),
        row=each.row,
        writer=passage.may("pdlc", "write") and plan.state in ("draft", "in_force"),
        editable=passage.may("pdlc", "write") and plan.state == "draft",
        blank=range(BLANK_LINES),
        needs=[(code, name, code in each.needs) for code, name in asked],
        offered=[
            (str(p.uuid), p.title, p.fiscal_year, p.id in linked, p.need in each.needs)
            for p in offered
            if p.state != "withdrawn" or p.id in linked
        ],
    )


def a_key(text: str) -> UUID:
    """A key that was posted; of nothing where it is none."""
    try:
        return UUID(text)
    except ValueError:
        return UUID(int=0)


@router.post(ONE + "/datos")
def describe(
    request: Request, uuid: UUID, passage: WriteDep, store: StoreDep, form: FormDep
) -> Response:
    """Title and vision of a draft."""
    given = (str(form.get("title", "")), str(form.get("vision", "")))
    return _change(request, passage, store, (uuid, form, ""), pdlc_edits.describe, given)


@router.post(ONE + "/objetivos")
def put_objective(
    request: Request, uuid: UUID, passage: WriteDep, store: StoreDep, form: FormDep
) -> Response:
    """An objective of a draft, new or changed."""
    code, statement, expected = (
        str(form.get(name, "")) for name in ("code", "statement", "expected")
    )
    given = (code, statement, expected)
    return _change(request, passage, store, (uuid, form, ""), pdlc_edits.put_objective, given)


@router.post(ONE + "/acciones")
def put_action(
    request: Request, uuid: UUID, passage: WriteDep, store: StoreDep, form: FormDep
) -> Response:
    """A strategic action of a draft, new or changed."""
    priority = str(form.get("priority", "")).strip()
    given = ActionEdit(
        **{n: str(form.get(n, "")) for n in ("code", "statement", "responsible", "route")},
        priority=int(priority) if priority.isdecimal() and len(priority) < 4 else None,
    )
    back = f"/objetivos/{form.get('back', '')}" if form.get("back") else ""
    return _change(request, passage, store, (uuid, form, back), pdlc_edits.put_action, given)


@router.post(ONE + "/quitar")
def drop(
    request: Request, uuid: UUID, passage: WriteDep, store: StoreDep, form: FormDep
) -> Response:
    """Take an objective, action or indicator out of a draft."""
    code = str(form.get("code", ""))
    with store.writing() as session:
        about = (seen(uuid, form), code)
        pdlc_edits.drop(session, passage.author, passage.where, about)
    to = f"{plan_href(passage.where)}/{uuid}"
    return shell.redirect(request, passage, to, N_("Se quitó {code} del borrador."), code=code)


@router.post(OBJECTIVE + "/enlaces")
def link(
    request: Request,
    uuid: UUID,
    objetivo: str,
    passage: WriteDep,
    store: StoreDep,
    form: FormDep,
) -> Response:
    """Say which priorities an objective answers and which proposals serve it."""
    to = f"{plan_href(passage.where)}/{uuid}/objetivos/{objetivo}"
    with store.writing() as session:
        about = (seen(uuid, form), objetivo)
        wanted = [str(code) for code in form.getlist("needs")]
        given = (session, passage.author, passage.where)
        plan = pdlc_links.link_needs(*given, about, wanted)
        again = (Seen(uuid, plan.revision), objetivo)
        keys = [a_key(str(value)) for value in form.getlist("proposals")]
        pdlc_links.link_proposals(*given, again, keys)
    return shell.redirect(request, passage, to, N_("Los enlaces se guardaron."))


@router.post(OBJECTIVE + "/lineas")
def put_lines(
    request: Request,
    uuid: UUID,
    objetivo: str,
    passage: WriteDep,
    store: StoreDep,
    form: FormDep,
) -> Response:
    """Say which lines of the PEI or POI carry one of its actions out."""
    to = f"{plan_href(passage.where)}/{uuid}/objetivos/{objetivo}#acciones"
    given = [_line(each) for each in _typed_lines(form)]
    with store.writing() as session:
        about = (seen(uuid, form), str(form.get("action", "")))
        pdlc_links.put_lines(session, passage.author, passage.where, about, given)
    return shell.redirect(request, passage, to, N_("Las líneas se guardaron."))


def _typed_lines(form: Any) -> list[tuple[str, ...]]:
    """The lines of the form whose code is not empty."""
    columns = [
        [str(v).strip() for v in form.getlist(name)] for name in ("kind", "line", "name", "year")
    ]
    return [each for each in zip(*columns, strict=False) if each[1]]


def _line(typed: tuple[str, ...]) -> LineText:
    kind, code, name, year = typed
    return LineText(kind, code, name, a_year({"year": year}, "year") if year else None)


def _change(
    request: Request,
    passage: Passage,
    store: Store,
    about: tuple[UUID, Any, str],
    act: Any,
    given: Any,
) -> Response:
    """One edit of a draft, and back to its page."""
    uuid, form, back = about
    to = f"{plan_href(passage.where)}/{uuid}{back}"
    with store.writing() as session:
        act(session, passage.author, passage.where, seen(uuid, form), given)
    return shell.redirect(request, passage, to, N_("El cambio se guardó."))
