"""Priorities: the needs of the district in order, each with its reasons, and the weights."""

from collections.abc import Mapping
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Depends, Request, Response
from fastapi.responses import HTMLResponse

from app.errors import Invalid, Refusal
from app.http.errors import status_of
from app.http.gate import FormDep, Passage, Permit, ReadDep, StoreDep
from app.operations import links, needs, publishing, what_if
from app.operations.needs import DRAWS, TOP, DistrictNeeds
from app.operations.what_if import WhatIf
from app.pages import look, need_lines, public_needs, shell, wording
from app.pages.language import N_, refused_in_words
from app.pages.need_lines import root
from app.pages.typed import whole
from app.pages.wording import ABOUT, CRITERIA, Words
from app.planning import criteria
from app.planning.weights import InvalidPoints
from app.records.places import Where
from app.store.sessions import Reading

router = APIRouter()
BASE = "/d/{ubigeo}/prioridades"
NeedsDep = Annotated[Passage, Depends(Permit("needs", "read"), scope="function")]
PublishDep = Annotated[Passage, Depends(Permit("publication", "write"), scope="function")]
WeighDep = Annotated[Passage, Depends(Permit("weights", "write"), scope="function")]


@router.get(BASE)
def show(request: Request, passage: NeedsDep, session: ReadDep) -> HTMLResponse:
    """The list, officially or under the points of the address."""
    words = wording.of_page(request, passage, session)
    if passage.view == "public":
        return public_needs.ranking(request, passage, session, words)
    return _page(request, passage, session, words, request.query_params)


def _page(
    request: Request,
    passage: Passage,
    session: Reading,
    words: Words,
    typed: Mapping[str, Any],
    refusal: Refusal | None = None,
) -> HTMLResponse:
    """The page; ``typed`` are the points to try, or what a form held that was refused."""
    day = wording.today()
    found = needs.of_district(session, passage.where, day)
    tried, refusal = (None, refusal) if refusal else _tried(session, passage, typed)
    listed = tried.listed if tried else found.listed
    drawn = tried.simulation if tried else needs.ranges_of(session, passage.where, day)
    names = {member.code: member.name for member in found.gathered.standing.members}
    return shell.page(
        request,
        passage,
        "needs/ranking.html",
        status=status_of(refusal) if refusal else 200,
        title=_title(session, passage.where, found, words),
        sentence=_sentence(found, words),
        chain=chain(session, passage.where, words, "needs"),
        root=root(passage.where),
        lines=need_lines.lines(words, passage.where, found, listed, drawn),
        unranked=need_lines.waiting(words, passage.where, listed),
        problems=need_lines.voiced(words, passage.where, listed, names),
        met=[(words.need(c), need_lines.need_href(passage.where, c)) for c in listed.met],
        apart=_apart(words, passage.where, found),
        panel=_panel(session, passage, found, words, (tried, typed, refusal)),
        draws=drawn.draws if drawn else DRAWS,
        drawing=bool(listed.ranked) and drawn is None,
        seed=found.seed,
        may_weigh=passage.may("weights", "write"),
        may_compare=passage.may("weights", "read"),
        may_goals=passage.may("goals", "read"),
        may_visit=passage.may("visits", "write"),
        may_publish=bool(found.listed.ranked) and passage.may("publication", "write"),
    )


@router.post(BASE + "/pesos")
def weigh(request: Request, passage: WeighDep, store: StoreDep, form: FormDep) -> Response:
    """Keep a group's points; the official list becomes that of the mean."""
    to = f"{root(passage.where)}/prioridades#pesos"
    given_by = str(form.get("given_by", "")).strip()[:120]
    typed = {name: str(value).strip() for name, value in form.items()}
    try:
        if not given_by:
            raise Invalid(
                "Falta qué grupo da los pesos; no se guardó nada.",
                remedy="Escriba el nombre del grupo.",
                field="given_by",
            )
        points = _points(typed)
        with store.writing() as session:
            needs.give_weights(session, passage.author, passage.where, given_by, points)
    except Refusal as refusal:
        with store.reading() as reading:
            words = wording.of_page(request, passage, reading)
            return _page(request, passage, reading, words, typed, refusal)
    said = N_("Se guardaron los pesos de {given_by}. La lista oficial usa ahora el promedio.")
    return shell.redirect(request, passage, to, said, given_by=given_by)


@router.post(BASE + "/pesos/{uuid}/retirar")
def withdraw(request: Request, uuid: UUID, passage: WeighDep, store: StoreDep) -> Response:
    """Take a group's points out of the mean."""
    with store.writing() as session:
        needs.withdraw_weights(
            session, passage.author, passage.where, uuid, "Retirados en la página de prioridades"
        )
    to = f"{root(passage.where)}/prioridades#pesos"
    return shell.redirect(request, passage, to, N_("Esos pesos ya no cuentan."))


@router.post(BASE + "/publicar")
def publish(request: Request, passage: PublishDep, store: StoreDep) -> Response:
    """Let the public read the list of today, without any count of homes or people."""
    with store.writing() as session:
        publishing.publish_needs(session, passage.author, passage.where, wording.today())
    to = f"{root(passage.where)}/prioridades"
    said = N_("La lista de hoy es pública, sin los números que podrían reconocer a una familia.")
    return shell.redirect(request, passage, to, said)


def _apart(words: Words, where: Where, found: DistrictNeeds) -> list[tuple[str, str, str]]:
    """Indicators with a goal that feed no priority: name, address and why."""
    why = N_("cuenta para «{name}»: una cifra que da incentivo no alimenta la lista")
    scale = N_("su meta y su peor valor no hacen una escala: revise la meta")
    told = [(code, words.say(why, name=name)) for code, name in found.gathered.rewarded.items()] + [
        (code, words.say(scale)) for code in found.gathered.unusable
    ]
    return [(words.need(code), need_lines.need_href(where, code), said) for code, said in told]


def chain(session: Reading, where: Where, words: Words, here: str) -> list[tuple[str, str | None]]:
    """The breadcrumb from the forms to the results; ``here`` is the link of this page."""
    held = links.of_district(session, where)
    at = root(where)
    found: list[tuple[str, str, str | None]] = [
        (
            "forms",
            words.counted(N_("{n} ficha aprobada"), N_("{n} fichas aprobadas"), held.forms),
            f"{at}/comunidades",
        ),
        ("data", words.say(N_("indicadores")), f"{at}/datos"),
        ("needs", words.say(N_("prioridades")), f"{at}/prioridades"),
        ("objective", *_objective(words, held, at)),
        (
            "proposals",
            words.counted(N_("{n} propuesta"), N_("{n} propuestas"), held.proposals),
            f"{at}/presupuesto",
        ),
        (
            "results",
            words.counted(
                N_("{n} acuerdo anterior"), N_("{n} acuerdos anteriores"), held.agreements
            ),
            f"{at}/presupuesto#acuerdos",
        ),
    ]
    return [(text, "" if code == here else href) for code, text, href in found]


def _objective(words: Words, held: links.Links, at: str) -> tuple[str, str | None]:
    """The link to the PDLC; missing where no objective of a plan in force answers a priority."""
    if not held.objectives:
        return words.say(N_("PDLC: falta importarlo")), f"{at}/plan"
    if not held.linked:
        return words.say(N_("objetivo del PDLC: falta enlazar")), f"{at}/plan"
    told = N_("{n} objetivo del PDLC"), N_("{n} objetivos del PDLC")
    return words.counted(*told, held.linked), f"{at}/plan"


def _title(session: Reading, where: Where, found: DistrictNeeds, words: Words) -> str:
    if not found.listed.ranked:
        return words.say(N_("Todavía faltan datos para decir qué es lo más urgente"))
    first = found.listed.ranked[0]
    flat = what_if.any_weights(session, where, found.day)
    share = flat.standings[first.code].acceptability[0] if flat else 0.0
    times = round(100 * share)
    sentence = (
        N_("Lo más urgente: {need}. Lo sería con {n} de cada 100 maneras de repartir los pesos")
        if times >= 50
        else N_("Va primero: {need}, pero solo con {n} de cada 100 maneras de repartir los pesos")
    )
    return words.say(sentence, need=words.need(first.code), n=times)


def _sentence(found: DistrictNeeds, words: Words) -> str:
    standing = found.gathered.standing
    told = words.say(
        N_("Cifras al {day}: última ronda aprobada de {n} de {all} comunidades."),
        day=look.long_day(standing.day, words.lang),
        n=standing.current,
        all=len(standing.members),
    )
    waiting = len(found.listed.without_data)
    if not waiting:
        return told
    apart = words.counted(
        N_("{n} necesidad sin datos suficientes, aparte."),
        N_("{n} necesidades sin datos suficientes, aparte."),
        waiting,
    )
    return f"{told} {apart}"


def _tried(
    session: Reading, passage: Passage, typed: Mapping[str, Any]
) -> tuple[WhatIf | None, Refusal | None]:
    """The list under the points of the address, if it has any, or what is wrong with them."""
    if not any(code in typed for code in criteria.CRITERIA):
        return None, None
    try:
        points = _points(typed)
        return what_if.under(session, passage.where, wording.today(), points), None
    except Refusal as refusal:
        return None, refusal


def _points(given: Any) -> dict[str, int]:
    try:
        return {code: int(str(given.get(code, "")).strip() or 0) for code in criteria.CRITERIA}
    except ValueError:
        raise InvalidPoints(
            "Los puntos son números enteros.", remedy="Escriba números de 0 a 100 que sumen 100."
        ) from None


def _panel(
    session: Reading,
    passage: Passage,
    found: DistrictNeeds,
    words: Words,
    trying: tuple[WhatIf | None, Mapping[str, Any], Refusal | None],
) -> dict[str, Any]:
    tried, typed, refusal = trying
    shown: Mapping[str, Any] = tried.points if tried else _whole(found.weighting.mean)
    if refusal:
        shown = {code: str(typed.get(code, ""))[:6] for code in criteria.CRITERIA}
    return {
        "criteria": [
            {
                "code": code,
                "name": words.say(CRITERIA[code]),
                "about": words.say(ABOUT[code]),
                "points": shown.get(code, 0),
            }
            for code in criteria.CRITERIA
        ],
        "sum": sum(each if isinstance(each, int) else whole(each) or 0 for each in shown.values()),
        "trying": tried is not None,
        "changed": len(tried.entered) if tried else 0,
        "top": tried.top if tried else TOP,
        "problem": refused_in_words(refusal, words.lang) if refusal else "",
        "refused": refusal is not None and "given_by" in typed,
        "given_by": str(typed.get("given_by", ""))[:120],
        "given": [
            {
                "given_by": row.given_by,
                "at": row.at,
                "uuid": row.uuid,
                "shown": " · ".join(
                    f"{words.say(CRITERIA[code])} {look.num(row.points.get(code, 0), words.lang)}"
                    for code in criteria.CRITERIA
                ),
            }
            for row in needs.weightings(session, passage.where)
        ],
    }


def _whole(mean: Any) -> dict[str, int]:
    """The mean in whole points that still add up to 100: largest remainders first."""
    floors = {code: int(points) for code, points in mean.items()}
    rest = 100 - sum(floors.values())
    order = sorted(mean, key=lambda code: floors[code] - mean[code])
    return {code: n + (code in order[:rest]) for code, n in floors.items()}
