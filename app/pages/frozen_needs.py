"""Frozen priorities: announcing, the cards to correct, freezing, deciding, and redoing them."""

import json
from datetime import date
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Path, Request, Response
from fastapi.responses import HTMLResponse

from app.errors import Invalid, Refusal, Unknown
from app.http.errors import status_of
from app.http.gate import FormDep, Passage, Permit, ReadDep, StoreDep
from app.operations import figure_cards, needs, priority_checks, priority_versions
from app.operations.figure_cards import Answer
from app.operations.priority_checks import Check
from app.operations.priority_versions import Freeze
from app.pages import frozen_lines, shell, wording
from app.pages.language import N_, refused_in_words
from app.pages.need_lines import root
from app.pages.priorities import chain
from app.planning import versions
from app.records.priority_versions import PriorityVersion
from app.store.sessions import Reading

router = APIRouter()
BASE = "/d/{ubigeo}/prioridades/versiones"
CARD = "/d/{ubigeo}/comunidades/{codigo}/prioridades/{number}"
Number = Annotated[int, Path(ge=1, le=10_000)]
SeeDep = Annotated[Passage, Depends(Permit("needs", "read"), scope="function")]
AnswerDep = Annotated[Passage, Depends(Permit("needs", "write"), scope="function")]
ManageDep = Annotated[Passage, Depends(Permit("needs", "manage"), scope="function")]


@router.get(BASE)
def every(request: Request, passage: SeeDep, session: ReadDep) -> HTMLResponse:
    """The versions of a district."""
    return _list(request, passage, session, {}, 200)


@router.post(BASE)
def announce(request: Request, passage: ManageDep, store: StoreDep, form: FormDep) -> Response:
    """Announce a freeze; what was typed stays if it cannot be."""
    typed = {name: str(form.get(name, "")).strip() for name in ("label", "freezes_on")}
    try:
        on = _day(typed["freezes_on"])
        with store.writing() as session:
            made = priority_versions.announce(
                session, passage.author, passage.where, typed["label"], on, wording.today()
            )
            number = made.number
    except Refusal as refusal:
        with store.reading() as reading:
            lang = shell.language(request, passage.actor)
            typed["problem"] = refused_in_words(refusal, lang)
            return _list(request, passage, reading, typed, status_of(refusal))
    said = N_("Se anunció. Cada comunidad tiene su ficha de datos para corregir.")
    return shell.redirect(request, passage, _href(passage, number), said)


def _list(
    request: Request, passage: Passage, session: Reading, typed: dict[str, str], status: int
) -> HTMLResponse:
    words = wording.of_page(request, passage, session)
    rows = priority_versions.listed(session, passage.where)
    if passage.view == "public":
        rows = [row for row in rows if row.state == "frozen"]
    return shell.page(
        request,
        passage,
        "needs/versions.html",
        status=status,
        title=N_("Versiones de las prioridades"),
        sentence=words.say(
            N_("Cada versión congelada se puede citar, revisar y volver a calcular.")
        ),
        chain=chain(session, passage.where, words, ""),
        root=root(passage.where),
        rows=[frozen_lines.row(words, row, _href(passage, row.number)) for row in rows],
        may_manage=passage.may("needs", "manage"),
        earliest=(wording.today() + priority_versions.NOTICE).isoformat(),
        typed={"label": "", "freezes_on": "", "problem": ""} | typed,
    )


@router.get(BASE + "/{number}")
def show(request: Request, number: Number, passage: SeeDep, session: ReadDep) -> HTMLResponse:
    """One version: its cards while it is announced, its list once it is frozen."""
    return _page(request, passage, session, number, {}, 200)


def _page(
    request: Request,
    passage: Passage,
    session: Reading,
    number: int,
    typed: dict[str, str],
    status: int,
) -> HTMLResponse:
    words = wording.of_page(request, passage, session)
    version = priority_versions.find(session, passage.where, number)
    if passage.view == "public" and version.state != "frozen":
        return _list(request, passage, session, {}, 404)
    context = frozen_lines.of_version(session, passage, words, version)
    return shell.page(
        request,
        passage,
        "needs/version.html",
        status=status,
        title=version.label,
        sentence=frozen_lines.sentence(words, version),
        chain=chain(session, passage.where, words, ""),
        root=root(passage.where),
        here=_href(passage, number),
        version=version,
        may_manage=passage.may("needs", "manage"),
        top=needs.TOP,
        typed={"acta": "", "reason": "", "seed": "", "problem": ""} | typed,
        **context,
    )


@router.post(BASE + "/{number}/congelar")
def freeze(
    request: Request, number: Number, passage: ManageDep, store: StoreDep, form: FormDep
) -> Response:
    """Freeze it with all that goes in; what was typed stays if it cannot be."""
    typed = {name: str(form.get(name, "")).strip() for name in ("acta", "reason", "seed")}
    given = Freeze(typed["acta"][:200], typed["reason"][:500], typed["seed"][:64])
    try:
        with store.writing() as session:
            priority_versions.freeze(
                session, passage.author, passage.where, number, given, wording.today()
            )
    except Refusal as refusal:
        with store.reading() as reading:
            lang = shell.language(request, passage.actor)
            typed["problem"] = refused_in_words(refusal, lang)
            return _page(request, passage, reading, number, typed, status_of(refusal))
    said = N_("La lista quedó congelada con todo lo que entró en ella.")
    return shell.redirect(request, passage, _href(passage, number), said)


@router.post(BASE + "/{number}/anular")
def cancel(
    request: Request, number: Number, passage: ManageDep, store: StoreDep, form: FormDep
) -> Response:
    """Take an announcement back."""
    reason = str(form.get("reason", "")).strip()
    with store.writing() as session:
        priority_versions.cancel(session, passage.author, passage.where, number, reason)
    said = N_("El congelamiento quedó anulado.")
    return shell.redirect(request, passage, f"{root(passage.where)}/prioridades/versiones", said)


@router.post(BASE + "/{number}/decisiones")
def decide(
    request: Request, number: Number, passage: ManageDep, store: StoreDep, form: FormDep
) -> Response:
    """Note what people decided of a need."""
    said = (str(form.get("decision", "")), str(form.get("reason", "")).strip())
    need = str(form.get("need", ""))
    with store.writing() as session:
        priority_versions.decide(session, passage.author, passage.where, number, need, said)
    note = N_("Se anotó la decisión. El puesto en la lista no cambia.")
    return shell.redirect(request, passage, f"{_href(passage, number)}#decisiones", note)


@router.get(BASE + "/{number}/datos.json")
def export(number: Number, passage: SeeDep, session: ReadDep) -> Response:
    """Everything that this reader may know of what went in, to redo the list elsewhere.

    ``{district, number, label, day, digest, inputs, outcome}``: ``inputs`` and ``outcome`` as
    ``app.planning.versions`` writes them. ``sismuni priorities FILE`` redoes the list. The
    public gets the list alone.
    """
    version = priority_versions.find(session, passage.where, number)
    if passage.view == "public" and version.state != "frozen":
        raise Unknown("Esa versión todavía no es pública.", remedy="Vuelva a la lista.")
    told: dict[str, Any] = {
        "district": passage.where.code,
        "number": version.number,
        "label": version.label,
        "day": version.day.isoformat() if version.day else None,
        "digest": version.digest,
        "outcome": priority_checks.public_outcome(version),
    }
    if passage.view != "public" and version.state == "frozen":
        about = (session, passage.where, version)
        mine = priority_checks.inputs_for(*about, health=passage.health)
        outcome = priority_checks.outcome_for(*about, health=passage.health)
        told |= {"inputs": versions.to_plain(mine), "outcome": outcome}
    name = f"prioridades-{passage.where.code}-{version.number}.json"
    headers = {"Content-Disposition": f'attachment; filename="{name}"', "Cache-Control": "no-store"}
    body = json.dumps(told, ensure_ascii=False, indent=1)
    return Response(body, media_type="application/json", headers=headers)


@router.get(BASE + "/{number}/rehacer")
def redo(request: Request, number: Number, passage: SeeDep, session: ReadDep) -> HTMLResponse:
    """The list made again from what this reader may know, and from what the public may."""
    words = wording.of_page(request, passage, session)
    version = priority_versions.find(session, passage.where, number)
    if version.state != "frozen":
        return _page(request, passage, session, number, {}, 404)
    public = priority_checks.public_check(session, passage.where, version)
    mine = None if passage.view == "public" else _mine(session, passage, version)
    return shell.page(
        request,
        passage,
        "needs/redone.html",
        title=words.say(N_("Rehacer la lista: {label}"), label=version.label),
        root=root(passage.where),
        here=_href(passage, number),
        version=version,
        mine=frozen_lines.check(words, mine) if mine else None,
        public=frozen_lines.check(words, public),
    )


def _mine(session: Reading, passage: Passage, version: PriorityVersion) -> Check:
    return priority_checks.check(session, passage.where, version, health=passage.health)


@router.get(CARD)
def card(request: Request, number: Number, passage: AnswerDep, session: ReadDep) -> HTMLResponse:
    """What a version will take of one community, to print or to answer."""
    words = wording.of_page(request, passage, session)
    version = priority_versions.find(session, passage.where, number)
    return shell.page(
        request,
        passage,
        "needs/figure_card.html",
        code=passage.where.community_code,
        title=words.say(
            N_("Ficha de datos de {community}"), community=passage.where.community_name
        ),
        sentence=frozen_lines.sentence(words, version),
        root=root(passage.where),
        here=_href(passage, number),
        version=version,
        **frozen_lines.card(session, passage, words, version),
    )


@router.post(CARD)
def answer(
    request: Request, number: Number, passage: AnswerDep, store: StoreDep, form: FormDep
) -> Response:
    """Note whether the figures are right, by the community itself or typed from its paper."""
    given = Answer(
        str(form.get("answer", "")) == "agrees",
        str(form.get("note", "")).strip(),
        str(form.get("answered_by", "")).strip(),
    )
    with store.writing() as session:
        version = priority_versions.find(session, passage.where, number)
        figure_cards.answer(session, passage.author, passage.where, version, given)
    to = f"/d/{passage.where.code}/comunidades/{passage.where.community_code}/prioridades/{number}"
    return shell.redirect(request, passage, to, N_("Se anotó la respuesta de la comunidad."))


def _href(passage: Passage, number: int) -> str:
    return f"{root(passage.where)}/prioridades/versiones/{number}"


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise Invalid(
            "Falta el día del congelamiento.", remedy="Elija una fecha.", field="freezes_on"
        ) from None
