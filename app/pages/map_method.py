"""How the maps of a district are made, with the source of each rule; the classes it agreed."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Request, Response
from fastapi.responses import HTMLResponse

from app.errors import Invalid, Refusal
from app.http.errors import status_of
from app.http.gate import FormDep, Passage, Permit, ReadDep, StoreDep
from app.operations import gathering, risk_bands, standing
from app.operations.layers import registry, visible
from app.operations.ordinances import Ordinance
from app.operations.risk_bands import Agreed
from app.pages import look, shell, wording
from app.pages.language import N_, message_of, remedy_of
from app.pages.wording import Words
from app.planning.bands import MOST, SHIPPED
from app.planning.maternal_child import DIMENSIONS
from app.store.sessions import Reading

router = APIRouter()
BASE = "/d/{ubigeo}/mapas/metodo"
ReadMapsDep = Annotated[Passage, Depends(Permit("maps", "read"), scope="function")]
AgreeDep = Annotated[Passage, Depends(Permit("maps", "write"), scope="function")]
PER_CENT = ("hazard_exposure",)  # shares, typed and shown as percentages


@router.get(BASE)
def show(request: Request, passage: ReadMapsDep, session: ReadDep) -> HTMLResponse:
    """How each map is made, in words, and which classes hold."""
    return _page(request, passage, session)


@router.post(BASE + "/{capa}")
def agree(
    request: Request, capa: str, passage: AgreeDep, store: StoreDep, form: FormDep
) -> Response:
    """Write the classes that the district agreed; what was typed stays if they cannot be."""
    layer = registry.by_slug(capa)
    typed = {name: str(value).strip() for name, value in form.items()}
    try:
        ordinance = Ordinance(
            typed.get("ordinance", ""), _day(typed.get("on", "")), typed.get("article", "")
        )
        agreed = _agreed(layer.code, typed)
        with store.writing() as session:
            reason = typed.get("reason", "")
            risk_bands.agree(session, passage.author, passage.where, agreed, ordinance, reason)
    except Refusal as refusal:
        with store.reading() as session:
            return _page(request, passage, session, Again(layer.code, typed, refusal))
    to = f"/d/{passage.where.code}/mapas/metodo#{layer.slug}"
    said = N_("Las clases acordadas ya colorean el mapa.")
    return shell.redirect(request, passage, to, said)


@dataclass(frozen=True, slots=True)
class Again:
    """What was typed and why it could not be."""

    layer: str
    typed: Mapping[str, str]
    refusal: Refusal


def _page(
    request: Request, passage: Passage, session: Reading, again: Again | None = None
) -> HTMLResponse:
    words = wording.of_page(request, passage, session)
    at = f"/d/{passage.where.code}/mapas"
    refusal = again.refusal if again else None
    open_here = visible.layers(passage.policy, passage.actor, passage.where)
    return shell.page(
        request,
        passage,
        "maps/method.html",
        title=N_("Cómo se hacen los mapas"),
        sentence=words.say(N_("Qué mira cada mapa, con qué cuentas y de dónde salen sus reglas.")),
        at=at,
        risks={
            layer.code: _risk(session, passage, words, (layer.code, layer.slug), again)
            for layer in open_here
            if layer.code in SHIPPED
        },
        shown={layer.code: layer for layer in open_here if layer.method},
        measured=_measured(session, passage, words),
        may_agree=passage.may("maps", "write"),
        refusal=(message_of(refusal, words.lang), remedy_of(refusal, words.lang), refusal.field)
        if refusal
        else None,
        status=status_of(refusal) if refusal else 200,
    )


def _risk(
    session: Reading,
    passage: Passage,
    words: Words,
    named: tuple[str, str],
    again: Again | None,
) -> dict[str, Any]:
    code, slug = named
    band = risk_bands.in_force(session, passage.where, code)
    factor = 100 if code in PER_CENT else 1
    typed = dict(again.typed) if again and again.layer == code else _typed(band, factor)
    return {
        "slug": slug,
        "band": band,
        "unit": "%" if code in PER_CENT else words.say(N_("puntos")),
        "classes": [
            (word, look.num(factor * low, words.lang), look.num(factor * high, words.lang))
            for word, low, high in zip(
                band.bands.words, band.bands.edges, band.bands.edges[1:], strict=False
            )
        ],
        "versions": risk_bands.versions(session, passage.where, code),
        "typed": typed,
        "wrong": bool(again and again.layer == code),
        "places": range(MOST),
    }


def _typed(band: risk_bands.InForce, factor: int) -> dict[str, str]:
    """The form of the classes in force; empty rows stay for more of them."""
    typed = {"ordinance": "", "on": "", "article": "", "reason": ""}
    for place, word in enumerate(band.bands.words):
        typed[f"word_{place}"] = word
        if place:
            typed[f"from_{place}"] = f"{factor * band.bands.edges[place]:g}".replace(".", ",")
    return typed


def _agreed(code: str, typed: Mapping[str, str]) -> Agreed:
    """The classes as typed: a row with neither word nor beginning is none."""
    factor = 100 if code in PER_CENT else 1
    used = [n for n in range(MOST) if typed.get(f"word_{n}") or typed.get(f"from_{n}")]
    return Agreed(
        code,
        tuple(_edge(typed.get(f"from_{n}", "")) / factor for n in used[1:]),
        tuple(typed.get(f"word_{n}", "") for n in used),
    )


def _edge(text: str) -> float:
    plain = text.removesuffix("%").strip().replace(",", ".")
    if len(plain) > 8 or not plain.replace(".", "", 1).isdecimal():
        raise Invalid(
            "«{typed}» no es un número.",
            remedy="Escriba dónde empieza la clase, como 20.",
            field="edges",
            typed=text[:20],
        )
    return float(plain)


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text) if text else None
    except ValueError:
        raise Invalid(
            "«{typed}» no es una fecha.", remedy="Elíjala del calendario.", field="on", typed=text
        ) from None


def _measured(session: Reading, passage: Passage, words: Words) -> list[dict[str, Any]]:
    """The indicators that the map of maternal and child health can be made from."""
    goals = gathering.goals(session, passage.where, wording.today())
    found = []
    for code, known in standing.indicators(session, passage.where).items():
        plain = not known.practice and not known.sensitive
        if known.dimension not in DIMENSIONS or not plain:
            continue
        goal = goals.get(code)
        found.append(
            {
                "theme": words.theme(known.dimension),
                "name": words.need(code),
                "target": goal.target if goal else None,
                "worst": goal.worst if goal else None,
                "out": bool(goal and goal.incentive),
            }
        )
    return sorted(found, key=lambda each: each["theme"])
