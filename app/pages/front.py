"""The first page: the district, or the way to one; a sentence, four figures, three doors."""

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Request, Response
from fastapi.responses import HTMLResponse

from app.http.gate import Passage, Permit, ReadDep
from app.operations import allocations, ceilings, needs, proposals, publishing, standing
from app.pages import budget_lines, look, public_budget, public_needs, shell, wording
from app.pages.budget_lines import year_href
from app.pages.language import N_
from app.pages.need_lines import need_href, root
from app.pages.wording import Words
from app.records import places
from app.records.base import folded
from app.records.territory import Place
from app.store.sessions import Reading

router = APIRouter()
HomeDep = Annotated[Passage, Depends(Permit("home", "read"), scope="function")]
MOST = 50


@router.get("/")
def begin(request: Request, passage: HomeDep, session: ReadDep, q: str = "") -> Response:
    """To the only district, or a list to choose from."""
    districts = places.districts_with_communities(session)
    if len(districts) == 1:
        return shell.redirect(request, passage, f"/d/{districts[0].code}")
    asked = folded(q[:60])
    found = [each for each in districts if asked in each.search or each.code.startswith(asked)]
    return shell.page(
        request,
        passage,
        "district/choose.html",
        title=N_("¿Qué distrito busca?")
        if districts
        else N_("Todavía no hay ningún distrito con comunidades"),
        q=q[:60],
        total=len(districts),
        found=[_choice(each) for each in found[:MOST]],
        more=max(0, len(found) - MOST),
        may_import=passage.may("imports", "write"),
    )


@router.get("/d/{ubigeo}")
def show(request: Request, passage: HomeDep, session: ReadDep) -> HTMLResponse:
    """The front page of a district, as much of it as whoever asks may know."""
    words = wording.of_page(request, passage, session)
    whole = wording.view(passage, "needs") != "public"
    found = (_inside if whole else _outside)(session, passage, words)
    return shell.page(
        request,
        passage,
        "district/front.html",
        root=root(passage.where),
        doors=_doors(words, passage),
        agreements=budget_lines.agreements(session, passage, words)[:5],
        **found,
    )


def _choice(place: Place) -> dict[str, str]:
    return {"name": place.name, "code": place.code, "href": f"/d/{place.code}"}


def _inside(session: Reading, passage: Passage, words: Words) -> dict[str, Any]:
    """The figures as they stand today, for those who work with them."""
    where, day = passage.where, wording.today()
    found = needs.of_district(session, where, day)
    held = found.gathered.standing
    ranked = found.listed.ranked
    first = ranked[0] if ranked else None
    goal = next(
        (
            i.goal.target
            for i in found.gathered.evidence.indicators
            if first and i.code == first.code
        ),
        None,
    )
    top = _figure(
        words.need(first.code) if first else words.say(N_("Lo más urgente")),
        look.share(first.count.share, words.lang) if first else None,
        words.basis(first.code, first.count) if first else "",
        first.count.share if first else None,
        goal,
        need_href(where, first.code) if first else f"{root(where)}/prioridades",
    )
    return {
        "title": words.say(N_("Lo más urgente: {need}"), need=words.need(first.code))
        if first
        else words.say(N_("Todavía faltan datos para decir qué es lo más urgente")),
        "sentence": words.say(
            N_("Cifras al {day}: última ronda aprobada de {n} de {all} comunidades."),
            day=look.long_day(day, words.lang),
            n=held.current,
            all=len(held.members),
        ),
        "figures": [
            _figure(
                words.say(N_("Comunidades con datos del último año")),
                look.num(held.current, words.lang),
                basis=words.say(N_("de {n}"), n=look.num(len(held.members), words.lang)),
                share=held.current / len(held.members) if held.members else None,
                href=f"{root(where)}/comunidades",
            ),
            top,
            *_money(session, passage, words),
        ],
        "first_lines": [
            {
                "place": n.place,
                "name": words.need(n.code),
                "href": need_href(where, n.code),
                "basis": words.basis(n.code, n.count),
            }
            for n in ranked[:5]
        ],
    }


def _money(session: Reading, passage: Passage, words: Words) -> list[dict[str, Any]]:
    where = passage.where
    runs = allocations.listed(session, where)
    if runs:
        return _of_run(words, passage, budget_lines.run(words, where, runs[0]), runs[0].fiscal_year)
    rows = [p for p in proposals.listed(session, where) if p.state != "withdrawn"]
    held = ceilings.years(session, where)
    return [
        _figure(
            words.say(N_("Propuestas")),
            look.num(len(rows), words.lang),
            basis=words.say(N_("todavía sin asignar")),
            href=f"{root(where)}/presupuesto",
        ),
        _figure(
            words.say(N_("Techo del presupuesto")),
            look.soles(held[0].cents, words.lang, 0) if held else None,
            basis=str(held[0].fiscal_year) if held else "",
            href=f"{root(where)}/presupuesto",
        ),
    ]


def _of_run(words: Words, passage: Passage, run: dict[str, Any], year: int) -> list[dict[str, Any]]:
    funded, rest = len(run["funded"]), len(run["rest"])
    href = f"{year_href(passage.where, year)}#resultado"
    return [
        _figure(
            words.say(N_("Propuestas que entran, {year}"), year=year),
            look.num(funded, words.lang),
            basis=words.say(N_("de {n}"), n=look.num(funded + rest, words.lang)),
            href=href,
        ),
        _figure(
            words.say(N_("Presupuesto asignado, {year}"), year=year),
            look.soles(run["spent"], words.lang, 0),
            basis=words.say(N_("de {n}"), n=look.soles(run["ceiling"], words.lang, 0)),
            share=run["spent"] / run["ceiling"] if run["ceiling"] else None,
            href=href,
        ),
    ]


def _figure(
    name: str,
    value: str | None,
    basis: str = "",
    share: float | None = None,
    goal: float | None = None,
    href: str = "",
) -> dict[str, Any]:
    return {
        "name": name,
        "value": value,
        "basis": basis,
        "share": share,
        "goal": goal,
        "href": href,
    }


def _outside(session: Reading, passage: Passage, words: Words) -> dict[str, Any]:
    """The figures that the district published, for anybody."""
    where = passage.where
    body = public_needs.latest(session, where)
    listed = body["needs"] if body else []
    members = standing.members(session, where, wording.today())
    figures = publishing.figures(session, where)
    told = {
        row.community_id for row in figures if row.community_id and row.state in public_needs.TOLD
    }
    runs = public_budget.published(session, where)
    year = runs[0].fiscal_year if runs else None
    return {
        "title": public_needs.title(words, body) if body else where.name,
        "sentence": words.say(
            N_("Lo que el distrito publicó: pedidos, prioridades, presupuesto y resultados.")
        ),
        "figures": [
            _figure(
                words.say(N_("Comunidades con cifras publicadas")),
                look.num(len(told), words.lang),
                basis=words.say(N_("de {n}"), n=look.num(len(members), words.lang)),
                href=f"{root(where)}/comunidades",
            ),
            _public_top(words, passage, listed, figures),
            *(
                _of_run(words, passage, budget_lines.run(words, where, runs[0]), year)
                if year
                else [
                    _figure(
                        words.say(N_("Presupuesto")),
                        None,
                        words.say(N_("todavía no se publicó")),
                        href=f"{root(where)}/presupuesto",
                    )
                ]
            ),
        ],
        "first_lines": [
            {
                "place": n["place"],
                "name": words.need(n["code"]),
                "href": need_href(where, n["code"]),
                "basis": "",
            }
            for n in listed[:5]
        ],
    }


def _public_top(
    words: Words, passage: Passage, listed: list[dict[str, Any]], figures: Any
) -> dict[str, Any]:
    """The first need with its published figure of the district, if there is one."""
    where = passage.where
    if not listed:
        href = f"{root(where)}/prioridades"
        return _figure(
            words.say(N_("Lo más urgente")), None, words.say(N_("todavía no se publicó")), href=href
        )
    code = listed[0]["code"]
    whole = [r for r in figures if r.indicator == code and r.community_id is None]
    points = [p for p in public_needs.points(words, code, whole) if p["value"] is not None]
    last: dict[str, Any] = points[-1] if points else {"value": None, "basis": ""}
    return _figure(
        words.need(code),
        None if last["value"] is None else look.share(last["value"], words.lang),
        last["basis"],
        last["value"],
        href=need_href(where, code),
    )


def _doors(words: Words, passage: Passage) -> list[tuple[str, str, str]]:
    """Three ways on, by what this person comes for."""
    at, say = root(passage.where), words.say
    mine = any(bond.community_id is not None for bond in passage.actor.bonds)
    first = (
        (say(N_("Mi comunidad")), "/mi-comunidad", say(N_("El ciclo, las fichas y qué sigue.")))
        if mine
        else (
            say(N_("Comunidades")),
            f"{at}/comunidades",
            say(N_("Cada una con su ciclo, sus prácticas y sus pedidos.")),
        )
    )
    if passage.may("review", "read"):
        first = (
            say(N_("Bandeja")),
            f"{at}/bandeja",
            say(N_("Fichas por revisar, devueltas y en duda.")),
        )
    return [
        first,
        (say(N_("Prioridades")), f"{at}/prioridades", say(N_("Qué es lo más urgente y por qué."))),
        (say(N_("Mapas")), f"{at}/mapas", say(N_("Dónde hace falta apoyo primero."))),
    ]
