"""All that waits of a community on one page: exceptions, a tenth of the lines, one button."""

from collections.abc import Mapping
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Request, Response
from fastapi.responses import HTMLResponse

from app.errors import Invalid, Refusal
from app.http.gate import FormDep, Passage, Permit, ReadDep, StoreDep
from app.operations import access, form_scores, instruments, round_review
from app.operations.round_review import Dossier, Verdict
from app.operations.side_by_side import Eyes
from app.pages import sheet_reading, shell
from app.pages.language import N_, message_of, remedy_of, say
from app.pages.sheet_reading import home
from app.planning.quality_score import Score
from app.records import cycles
from app.records.cycles import Round
from app.store.sessions import Reading

router = APIRouter()
PATH = "/d/{ubigeo}/comunidades/{codigo}/revision"
See = Annotated[Passage, Depends(Permit("review", "read"), scope="function")]
Approve = Annotated[Passage, Depends(Permit("review", "approve"), scope="function")]
LINE = "linea "


def _eyes(passage: Passage) -> dict[str, Eyes]:
    roles = access.roles_at(passage.actor, passage.where)
    granted = {
        code: access.grant(passage.policy, passage.actor, passage.where, code, "read")
        for code in instruments.SLUGS
    }
    return {code: Eyes(roles, found.view) for code, found in granted.items() if found}


def _round(session: Reading, passage: Passage, wanted: str) -> Round | None:
    known = list(cycles.rounds(session, passage.where.community_id or 0))
    named = [each for each in known if str(each.uuid) == wanted]
    return next(reversed(named or known), None)


@router.get(PATH, response_class=HTMLResponse)
def show(request: Request, session: ReadDep, passage: See) -> Response:
    """What waits of a community and round."""
    return _page(request, passage, session, request.query_params.get("ronda", ""))


def _page(
    request: Request,
    passage: Passage,
    session: Reading,
    wanted: str,
    wrong: tuple[Refusal, Mapping[str, str], str] | None = None,
) -> Response:
    round_ = _round(session, passage, wanted)
    eyes = _eyes(passage)
    dossier = round_review.of_round(session, passage.author, passage.where, round_, eyes)
    lang = shell.language(request, passage.actor)
    refusal, marks, note = wrong or (None, {}, "")
    said = (message_of(refusal, lang), remedy_of(refusal, lang)) if refusal else None
    practices = dict(instruments.choices(session, passage.where, "practices"))
    lines = instruments.current(session, round_review.LINES)
    return shell.page(
        request,
        passage,
        "tray/round.html",
        title=N_("Revisar todo lo que espera"),
        status=422 if refusal else 200,
        dossier=dossier,
        stripped=eyes[round_review.LINES].view == "stripped"
        if round_review.LINES in eyes
        else True,
        homes=lines.field("households"),
        lists=sheet_reading.lists(session, passage, lines),
        practices=practices,
        rounds=cycles.rounds(session, passage.where.community_id or 0),
        titles={each.code: each.title for each in instruments.every(session)},
        slugs=instruments.SLUGS,
        rows=_rows(dossier),
        score=_score(session, round_),
        score_said=lambda score: sheet_reading.reasons_said(request, passage, score),
        marks=marks,
        note=note,
        said=said,
        barred={w.document.uuid: say(lang, w.barred) for w in dossier.waiting if w.barred},
        may_decide=passage.may("review", "approve"),
        home=home(passage),
        where=passage.where,
    )


def _score(session: Reading, round_: Round | None) -> Score | None:
    return form_scores.of_round(session, round_) if round_ is not None else None


def _rows(dossier: Dossier) -> int:
    return sum(1 for each in dossier.waiting if not each.barred)


@router.post(PATH, response_class=HTMLResponse)
def decide(
    request: Request, session: ReadDep, store: StoreDep, form: FormDep, passage: Approve
) -> Response:
    """Approve all of it, but what has a doubtful line."""
    wanted = str(form.get("ronda", ""))
    round_ = _round(session, passage, wanted)
    session.close()
    marks = {k: str(v) for k, v in form.multi_items() if k.startswith(LINE)}
    note = str(form.get("duda", ""))
    verdict = Verdict(
        str(form.get("semilla", "")),
        _revisions([(k, str(v)) for k, v in form.multi_items() if k.startswith("revision ")]),
        {key.removeprefix(LINE): mark for key, mark in marks.items()},
        note,
    )
    try:
        done = round_review.decide(
            store, passage.author, passage.where, round_, _eyes(passage), verdict
        )
    except Invalid as refusal:
        return _page(request, passage, session, wanted, (refusal, marks, note))
    back = f"/d/{passage.where.code}/bandeja"
    if done.quarantined:
        said = N_("{n} decisiones quedaron por resolver: mírelas en la bandeja.")
        return shell.redirect(request, passage, back, said, "warn", n=done.quarantined)
    said = N_("Fichas aprobadas: {a}. Devueltas con su razón: {r}.")
    return shell.redirect(request, passage, back, said, a=done.approved, r=done.returned)


def _revisions(pairs: list[tuple[str, str]]) -> dict[UUID, int]:
    found = {}
    for name, value in pairs:
        try:
            found[UUID(name.removeprefix("revision "))] = int(value)
        except ValueError:
            continue  # whoever asks for what is not there hears that the page is stale
    return found
