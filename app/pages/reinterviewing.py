"""Homes drawn by lot that somebody else asks again: the list, and the questions of one."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Request, Response
from fastapi.responses import HTMLResponse

from app.errors import Invalid
from app.http.gate import FormDep, Passage, Permit, ReadDep, StoreDep
from app.operations import access, form_scores, instruments, reinterviews
from app.operations.reinterviews import Agreed, Lot
from app.pages import sheet_reading, shell
from app.pages.language import N_, message_of, remedy_of
from app.pages.sheet_reading import home
from app.planning.quality_score import Score
from app.records import cycles
from app.records.cycles import Round
from app.store.sessions import Reading

router = APIRouter()
PATH = "/d/{ubigeo}/comunidades/{codigo}/reentrevistas"
Asking = Annotated[Passage, Depends(Permit("household_monitoring", "write"), scope="function")]
QUESTION = "respuesta "


def _rounds(session: Reading, passage: Passage) -> list[Round]:
    return list(reversed(cycles.rounds(session, passage.where.community_id or 0)))


def _round(session: Reading, passage: Passage, wanted: str) -> Round:
    known = {str(each.uuid): each for each in _rounds(session, passage)}
    if wanted in known:
        return known[wanted]
    raise Invalid("Falta decir de qué ronda es.", remedy="Vuelva a la lista y elija el hogar.")


@router.get(PATH, response_class=HTMLResponse)
def show(request: Request, session: ReadDep, passage: Asking) -> Response:
    """The homes of each round that are to be asked again."""
    lots: list[tuple[Lot, Agreed | None, Score | None]] = []
    for each in _rounds(session, passage):
        agreed = reinterviews.agreed(session, each.uuid)
        # Of an older round nobody remembers: it shows what was asked then, and nothing to do.
        if lots and agreed is None:
            continue
        lot = reinterviews.of_round(session, passage.where, each)
        if lot.tasks:
            lots.append((lot, agreed, _score(session, passage, each)))
    return shell.page(
        request,
        passage,
        "sheets/again.html",
        title=N_("Volver a preguntar"),
        lots=lots,
        said=lambda score: sheet_reading.reasons_said(request, passage, score),
        me=passage.author.account_id,
        home=home(passage),
        where=passage.where,
    )


def _score(session: Reading, passage: Passage, round_: Round) -> Score | None:
    roles = access.roles_at(passage.actor, passage.where)
    own = form_scores.COMPANIONS | {"council"}
    return form_scores.of_round(session, round_) if own & set(roles) else None


@router.get(PATH + "/{uuid}", response_class=HTMLResponse)
def ask(uuid: UUID, request: Request, session: ReadDep, passage: Asking) -> Response:
    """The same questions as the first time, without what was answered."""
    round_ = _round(session, passage, request.query_params.get("ronda", ""))
    return _page(request, passage, session, round_, uuid)


def _page(
    request: Request,
    passage: Passage,
    session: Reading,
    round_: Round,
    uuid: UUID,
    wrong: tuple[Invalid, dict[str, str]] | None = None,
) -> Response:
    _, task, asked = reinterviews.questions(session, passage.where, round_, uuid)
    lang = shell.language(request, passage.actor)
    refusal, marks = wrong or (None, {})
    lines = instruments.current(session, reinterviews.LINES)
    return shell.page(
        request,
        passage,
        "sheets/again_home.html",
        title=N_("Volver a preguntar"),
        status=422 if refusal else 200,
        task=task,
        round=round_,
        asked=[(q.key, q.practice, q.person, q.kind) for q in asked],
        practices=dict(instruments.choices(session, passage.where, "practices")),
        kinds=lines.field("person_kind"),
        values=[(c.code, c.label) for c in lines.field("value").choices],
        marks=marks,
        said=(message_of(refusal, lang), remedy_of(refusal, lang)) if refusal else None,
        home=home(passage),
        where=passage.where,
    )


@router.post(PATH + "/{uuid}", response_class=HTMLResponse)
def keep(
    uuid: UUID,
    request: Request,
    session: ReadDep,
    store: StoreDep,
    form: FormDep,
    passage: Asking,
) -> Response:
    """Keep the second answers, apart from the first."""
    round_ = _round(session, passage, str(form.get("ronda", "")))
    session.close()
    marks = {k: str(v) for k, v in form.multi_items() if k.startswith(QUESTION) or k == "visita"}
    said = {k.removeprefix(QUESTION): v for k, v in marks.items()}
    try:
        reinterviews.save(
            store, passage.author, passage.where, round_, uuid, marks.get("visita", ""), said
        )
    except Invalid as refusal:
        return _page(request, passage, session, round_, uuid, (refusal, marks))
    to = f"{home(passage)}/reentrevistas"
    return shell.redirect(request, passage, to, N_("Guardado aparte: no cambia ninguna cuenta."))
