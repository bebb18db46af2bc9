"""One need: its communities, its rounds, who asked for it and what answers it."""

from collections.abc import Iterable, Sequence
from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse

from app.errors import Unknown
from app.http.gate import Passage, ReadDep
from app.operations import external_values, needs, pdlc_reading, proposals, requests, standing
from app.operations.figures import Figure, Indicator
from app.operations.layers import registry
from app.operations.needs import DistrictNeeds
from app.pages import budget_lines, chain_lines, data_tables, look, public_needs, shell, wording
from app.pages.language import N_
from app.pages.need_lines import community_href, lines, root
from app.pages.pdlc_lines import objective_href
from app.pages.priorities import BASE, NeedsDep
from app.pages.wording import Words
from app.planning import gaps
from app.planning.counts import Count
from app.planning.intervals import wilson
from app.records.places import Where
from app.store.sessions import Reading

router = APIRouter()
CHANGES = (
    N_("Mejora: antes {x0} de {n0}, ahora {x1} de {n1}."),
    N_("Retrocede: antes {x0} de {n0}, ahora {x1} de {n1}."),
    N_("No se distingue un cambio: antes {x0} de {n0}, ahora {x1} de {n1}."),
    N_(
        "No se compara: entre las dos rondas la ficha cambió la pregunta. Antes {x0} de {n0}, "
        "ahora {x1} de {n1}."
    ),
)


@router.get(BASE + "/{need}")
def show(request: Request, need: str, passage: NeedsDep, session: ReadDep) -> HTMLResponse:
    """One need of the district."""
    words = wording.of_page(request, passage, session)
    _refuse_unknown(words, need)
    if passage.view == "public":
        return public_needs.one(request, passage, session, words, need)
    found = needs.of_district(session, passage.where, wording.today())
    context = _measured(session, passage, found, words, need) if need in words.indicators else {}
    # A council knows its own assembly's words; those of the others are not its to read.
    named = found.gathered.problems.get(need, ()) if passage.may("diagnosis", "read") else ()
    names = {member.code: member.name for member in found.gathered.standing.members}
    return shell.page(
        request,
        passage,
        "needs/need.html",
        title=words.need(need),
        chain=chain_lines.strip(session, passage, words, ("need", need), ("indicator", need)),
        root=root(passage.where),
        named=alike(
            {
                "text": each.description,
                "community": names.get(each.community, each.community),
                "href": community_href(passage.where, each.community),
                "votes": words.written(
                    N_("votos de mujeres: {women}; de hombres: {men}"),
                    {"women": each.women, "men": each.men},
                ),
                "first": each.among_womens_first,
            }
            for each in named
        ),
        **(_place(words, passage.where, found, need, needs_ranges(session, passage, found))),
        **_answers(session, passage, words, need),
        **(EMPTY | context),
    )


def alike(rows: Iterable[dict[str, Any]], key: str = "text") -> list[dict[str, Any]]:
    """Rows that say the same once, with all who say it; what most say comes first."""
    found: dict[str, list[dict[str, Any]]] = {}
    for row in rows:
        found.setdefault(row[key], []).append(row)
    gathered = [{key: said, "rows": same} for said, same in found.items()]
    return sorted(gathered, key=lambda each: -len(each["rows"]))


EMPTY: dict[str, Any] = {
    "sentence": "",
    "closed": False,
    "reserved": False,
    "dots": [],
    "dots_sentence": "",
    "goal": None,
    "silent": [],
    "points": [],
    "change": "",
    "about": [],
    "map_href": "",
}


def needs_ranges(session: Reading, passage: Passage, found: DistrictNeeds) -> Any:
    """How sure each place is, on the day of the list."""
    return needs.ranges_of(session, passage.where, found.day)


def _refuse_unknown(words: Words, need: str) -> None:
    if need not in words.indicators and need.removeprefix("theme:") not in words.themes:
        raise Unknown(
            "No existe la necesidad «{need}».",
            remedy="Vuelva a la lista de prioridades y elíjala allí.",
            need=need,
        )


def _place(
    words: Words, where: Where, found: DistrictNeeds, need: str, drawn: Any
) -> dict[str, Any]:
    """Where it stands in the list, if it does."""
    mine = next(
        (line for line in lines(words, where, found, found.listed, drawn) if line.code == need),
        None,
    )
    if mine is None:
        return {"parts": (), "over": _over(words, found, need)}
    total = len(found.listed.ranked)
    return {
        "over": words.say(N_("Puesto {place} de {total}"), place=mine.place, total=total),
        "parts": mine.parts,
        "reasons": mine.reasons,
        "low": mine.low,
        "high": mine.high,
        "tier": mine.tier,
        "places": mine.places,
        "even": mine.even,
    }


def _over(words: Words, found: DistrictNeeds, need: str) -> str:
    if need in found.listed.met:
        return words.say(N_("Meta alcanzada"))
    if any(each.code == need for each in found.listed.without_data):
        return words.say(N_("Sin datos suficientes para darle un puesto"))
    if need not in words.indicators:
        return words.say(N_("Problema nombrado en asambleas, sin indicador que lo mida"))
    gathered = found.gathered
    if need in gathered.rewarded:
        return words.say(
            N_("No alimenta la lista: cuenta para «{name}»"), name=gathered.rewarded[need]
        )
    if need in gathered.told:
        return words.say(N_("En la lista va como «{name}»"), name=words.need(gathered.told[need]))
    return words.say(N_("No está en la lista: no tiene meta"))


def _measured(
    session: Reading, passage: Passage, found: DistrictNeeds, words: Words, need: str
) -> dict[str, Any]:
    """The figures of an indicator: whole, by community and by round."""
    known = words.indicators[need]
    state = found.gathered.standing
    rolled = state.rolled(need)
    goal = next((i.goal for i in found.gathered.evidence.indicators if i.code == need), None)
    others = wording.view(passage, "indicators") != "public"
    closed = not others or (known.sensitive and not passage.health)
    figures = {} if closed else state.by_community(need, health=passage.health)
    with_data = [c for c, f in figures.items() if f.count.n]
    points = standing.trend(session, passage.where, health=passage.health).get(need, ())
    moved = state.last_move(need, points)
    silent = [m for m in state.members if m.code not in figures or not _known(figures[m.code])]
    dots = _dots(words, passage.where, state.members, figures, goal)
    return {
        "sentence": _sentence(words, need, rolled.count, goal),
        "closed": closed,
        "reserved": known.sensitive and not passage.health,
        "dots": dots,
        "dots_sentence": words.say(
            N_("Hay dato de {n} de {all} comunidades."), n=len(with_data), all=len(state.members)
        ),
        "goal": goal.target if goal else None,
        "silent": []
        if closed
        else [(m.name, community_href(passage.where, m.code)) for m in silent],
        "points": [
            {
                "label": p.label,
                "value": p.count.share,
                "communities": p.communities,
                "basis": words.basis(need, p.count) if p.count.n else "",
                **_bounds(p.count),
            }
            for p in points
        ],
        "change": words.reason(moved.reason) if moved else "",
        "about": _about(words, known, goal)
        + _asked(words, figures.values())
        + _elsewhere(session, passage, words, need),
        "map_href": _map(passage, need, goal is not None),
    }


def _map(passage: Passage, need: str, with_goal: bool) -> str:
    """Where it is drawn; an indicator without a goal has no gap to colour."""
    if not passage.may("maps", "read"):
        return ""
    layer = registry.by_code("need" if with_goal else "indicator")
    return f"{root(passage.where)}/mapas/{layer.slug}?indicador={need}"


def _known(figure: Figure) -> bool:
    return bool(figure.count.n) or figure.count.empty


def _sentence(words: Words, need: str, count: Count, goal: gaps.Goal | None) -> str:
    told = words.basis(need, count)
    if goal is None:
        return told
    target = look.share(goal.target, words.lang)
    return words.say(N_("{basis} en el distrito; la meta es {goal}."), basis=told, goal=target)


def _bounds(count: Count) -> dict[str, float | None]:
    interval = wilson(count)
    return {
        "low": interval.low if interval else None,
        "high": interval.high if interval else None,
    }


def _dots(
    words: Words, where: Where, members: Sequence[Any], figures: Any, goal: gaps.Goal | None
) -> list[dict[str, Any]]:
    """Communities with data, the widest gap first; without a goal, the lowest share first."""

    def far(figure: Figure) -> tuple[float, float]:
        share = figure.count.share or 0.0
        # Beyond the agreed worst every gap is 1: the share itself then tells them apart.
        upward = goal is None or goal.direction == "up"
        return (-gaps.gap(share, goal) if goal else 0.0, share if upward else -share)

    names = {member.code: member.name for member in members}
    known = [(code, f) for code, f in figures.items() if f.count.n]
    return [
        {
            "name": names[code],
            "href": community_href(where, code),
            "value": figure.count.share,
            "basis": look.of(figure.count.x, figure.count.n, words.lang),
            **_bounds(figure.count),
        }
        for code, figure in sorted(known, key=lambda pair: (far(pair[1]), names[pair[0]]))
    ]


def _about(words: Words, known: Indicator, goal: gaps.Goal | None) -> list[tuple[str, Any]]:
    told: list[tuple[str, Any]] = [
        (words.say(N_("Código")), known.code),
        (words.say(N_("Tema")), words.theme(known.dimension)),
    ]
    numerator, denominator = words.counted_of(known)
    if numerator:
        told.append((words.say(N_("Se cuenta")), numerator))
    if denominator:
        told.append((words.say(N_("De un total de")), denominator))
    if goal:
        told.append((words.say(N_("Meta")), look.share(goal.target, words.lang)))
        told.append((words.say(N_("Peor valor acordado")), look.share(goal.worst, words.lang)))
    return told


def _asked(words: Words, figures: Iterable[Figure]) -> list[tuple[str, Any]]:
    """The versions of the forms behind the figures in force."""
    known = {(figure.source, form.version) for figure in figures for form in figure.forms}
    told = [
        words.say(
            N_("{source}, versión {version}"),
            source=words.say(data_tables.SOURCES[source]),
            version=version,
        )
        for source, version in sorted(known)
    ]
    return [(words.say(N_("Fichas de donde sale")), "; ".join(told))] if told else []


def _elsewhere(
    session: Reading, passage: Passage, words: Words, need: str
) -> list[tuple[str, Any]]:
    """What other bodies publish of the same indicator, where a table of theirs names its code."""
    return [
        (
            words.say(N_("Según {source}, {period}"), source=each.source, period=each.period),
            data_tables.external(words, each),
        )
        for each in external_values.of_place(session, passage.where, need)
    ]


def _answers(session: Reading, passage: Passage, words: Words, need: str) -> dict[str, Any]:
    """The requests that ask for it, and the proposals that take it up."""
    where, day = passage.where, wording.today()
    theme = words.indicators[need].dimension if need in words.indicators else need[6:]
    asked = [
        r for r in requests.of_district(session, where, day) if r.need in (need, f"theme:{theme}")
    ]
    listed = {p.id: p for p in proposals.listed(session, where)}
    mine = [p for p in listed.values() if p.need in (need, f"theme:{theme}")]
    return {
        "requests": alike(
            (budget_lines.request(words, where, each, listed) for each in asked), "title"
        ),
        "proposals": [budget_lines.proposal(words, where, each) for each in mine],
        "may_propose": passage.may("proposals", "write"),
        "objectives": _objectives(session, passage, need, theme),
        "plan_href": f"{root(where)}/plan",
    }


def _objectives(session: Reading, passage: Passage, need: str, theme: str) -> list[dict[str, str]]:
    """The objectives of the PDLC in force that answer it, or that an indicator of it ties to it."""
    if not passage.may("pdlc", "read"):
        return []
    found = pdlc_reading.of_need(session, passage.where, (need, f"theme:{theme}"))
    return [
        {
            "text": f"{row.code} {row.statement}",
            "href": objective_href(passage.where, plan, row.code),
        }
        for plan, row in found
    ]
