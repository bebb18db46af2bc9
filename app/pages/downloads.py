"""Data to take away: tables, dictionary, and how far the figures can be trusted."""

from collections.abc import Sequence
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Request, Response
from fastapi.responses import HTMLResponse

from app.documents.tables import Cell, Column, Table, as_csv, as_xlsx
from app.errors import Unknown
from app.http.gate import Passage, Permit, ReadDep, StoreDep
from app.operations import (
    external_values,
    gathering,
    needs,
    publishing,
    quality,
    round_trends,
    standing,
)
from app.operations.external_values import External
from app.operations.quality import Anomaly, Quality
from app.pages import data_tables, look, public_needs, shell, wording
from app.pages.language import N_
from app.pages.need_lines import community_href, need_href, root
from app.pages.priorities import chain
from app.pages.wording import Words
from app.store.sessions import Reading

router = APIRouter()
BASE = "/d/{ubigeo}/datos"
DataDep = Annotated[Passage, Depends(Permit("indicators", "read"), scope="function")]
PublishDep = Annotated[Passage, Depends(Permit("publication", "write"), scope="function")]
KINDS = {
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
ODD = {
    "differs": N_("el total escrito dice otra cosa: {x} de {n}"),
    "register_behind": N_("respondieron más de los que hay en el padrón ({population})"),
    "much_missing": N_("no se supo de {missing}: más de 1 de cada 5"),
    "all_or_none": N_("todas las respuestas son iguales"),
    "jump": N_("en la ronda {round} era {was}: confirme que se contó igual"),
}


@router.get(BASE)
def show(request: Request, passage: DataDep, session: ReadDep) -> HTMLResponse:
    """What there is to take away."""
    words = wording.of_page(request, passage, session)
    public = passage.view == "public"
    return shell.page(
        request,
        passage,
        "district/data.html",
        title=N_("Datos del distrito"),
        sentence=words.say(N_("Para llevarse, revisar y volver a calcular.")),
        chain=() if public else chain(session, passage.where, words, "data"),
        root=root(passage.where),
        public=public,
        groups=_groups(words, passage),
        quality=None if public else _quality(session, passage, words),
        external=[
            _external(words, each) for each in external_values.of_place(session, passage.where)
        ],
        rounds=_rounds(session, passage) if passage.may("publication", "write") else [],
    )


@router.get(BASE + "/{name}.{kind}")
def download(
    request: Request, name: str, kind: str, passage: DataDep, session: ReadDep
) -> Response:
    """One table as a file; the address ends as the file does."""
    words = wording.of_page(request, passage, session)
    makers = {"necesidades": _needs, "indicadores": _indicators, "diccionario": _dictionary}
    if name not in makers or kind not in KINDS:
        raise Unknown(
            "No existe la descarga «{name}.{kind}».",
            remedy="Elija una de la página de datos.",
            name=name,
            kind=kind,
        )
    tables = makers[name](session, passage, words)
    body = as_csv(tables[0]) if kind == "csv" else as_xlsx(tables)
    named = f"{passage.where.code}-{name}-{wording.today().isoformat()}.{kind}"
    return Response(
        body,
        media_type=KINDS[kind],
        headers={
            "Content-Disposition": f'attachment; filename="{named}"',
            "Cache-Control": "private, no-cache",
            "Vary": "Cookie, Accept-Language",
        },
    )


@router.post(BASE + "/rondas/{label}/publicar")
def publish(request: Request, label: str, passage: PublishDep, store: StoreDep) -> Response:
    """Write what the public may know of a round."""
    with store.writing() as session:
        told = publishing.publish_round(
            session, passage.author, passage.where, label, wording.today()
        )
    said = N_(
        "La ronda {label} es pública: {published} cifras enteras, {pooled} juntadas con otras "
        "rondas y {suppressed} guardadas por ser pequeñas."
    )
    return shell.redirect(
        request,
        passage,
        f"{root(passage.where)}/datos#publicar",
        said,
        label=label,
        published=told.published,
        pooled=told.pooled,
        suppressed=told.suppressed,
    )


def _groups(words: Words, passage: Passage) -> list[dict[str, Any]]:
    at = f"{root(passage.where)}/datos"
    say = words.say

    def both(name: str) -> list[tuple[str, str]]:
        return [("CSV", f"{at}/{name}.csv"), ("Excel", f"{at}/{name}.xlsx")]

    groups = [
        {
            "name": say(N_("Necesidades")),
            "sentence": say(N_("La lista en orden, con sus puntos y sus rangos.")),
            "links": both("necesidades"),
        },
        {
            "name": say(N_("Indicadores")),
            "sentence": say(N_("x, n y rango de cada indicador, por comunidad y ronda.")),
            "links": both("indicadores"),
        },
        {
            "name": say(N_("Diccionario")),
            "sentence": say(N_("Qué significa cada indicador y cada columna.")),
            "links": both("diccionario"),
        },
    ]
    if wording.view(passage, "maps") != "public":
        groups.append(
            {
                "name": say(N_("Comunidades en el mapa")),
                "sentence": say(N_("Puntos con su código, en coordenadas geográficas (WGS 84).")),
                "links": [("GeoJSON", f"/api/v1/districts/{passage.where.code}/layers/coverage")],
            }
        )
    return groups


def _rounds(session: Reading, passage: Passage) -> list[dict[str, Any]]:
    public = {row.round_label for row in publishing.figures(session, passage.where)}
    return [
        {"label": label, "public": label in public}
        for label in reversed(publishing.labels(session, passage.where))
    ]


def _needs(session: Reading, passage: Passage, words: Words) -> list[Table]:
    where = passage.where
    if wording.view(passage, "needs") == "public":
        return [_public_needs(words, public_needs.latest(session, where))]
    day = wording.today()
    found = needs.of_district(session, where, day)
    return [data_tables.needs(words, found, needs.ranges_of(session, where, day))]


def _public_needs(words: Words, body: dict[str, Any] | None) -> Table:
    fields = (
        ("place", N_("puesto")),
        ("code", N_("código")),
        ("name", N_("necesidad")),
        ("score", N_("puntaje")),
        ("first", N_("puesto desde")),
        ("last", N_("puesto hasta")),
        ("communities_short", N_("comunidades con brecha")),
        ("communities_with_data", N_("comunidades con dato")),
        ("communities_missing", N_("comunidades sin dato")),
    )
    text = ("code", "name")
    columns = [
        Column(words.say(title), "text" if key in text else "number") for key, title in fields
    ]
    rows = [tuple(told.get(key) for key, _ in fields) for told in (body["needs"] if body else [])]
    return Table(words.say(N_("Necesidades")), columns, rows)


def _indicators(session: Reading, passage: Passage, words: Words) -> list[Table]:
    day = wording.today()
    if passage.view != "public":
        found = standing.of_place(session, passage.where, day)
        return [data_tables.indicators(words, found, health=passage.health)]
    names = {row.id: (row.code, row.name) for row in standing.members(session, passage.where, day)}
    return [_public_figures(words, publishing.figures(session, passage.where), names)]


def _public_figures(words: Words, figures: Sequence[Any], names: dict[int, Any]) -> Table:
    say = words.say
    columns = (
        Column(say(N_("código"))),
        Column(say(N_("indicador")), width=48),
        Column(say(N_("código de comunidad"))),
        Column(say(N_("comunidad")), width=28),
        Column(say(N_("ronda"))),
        Column(say(N_("fecha")), "day"),
        Column(say(N_("estado"))),
        Column("x", "number", 8),
        Column("n", "number", 8),
    )
    states = {
        "published": say(N_("publicada")),
        "pooled": say(N_("rondas juntas")),
        "suppressed": say(N_("guardada: números pequeños")),
        "empty": say(N_("no hay a quién preguntar")),
    }
    rows: list[tuple[Cell, ...]] = []
    for row in figures:
        code, name = names.get(row.community_id, (None, say(N_("todo el distrito"))))
        state = states.get(row.state, row.state)
        rows.append(
            (
                *(row.indicator, words.need(row.indicator), code, name, row.round_label),
                *(row.as_of, state, row.x, row.n),
            )
        )
    return Table(say(N_("Indicadores")), columns, rows, (say(data_tables.LIMITS),))


def _dictionary(session: Reading, passage: Passage, words: Words) -> list[Table]:
    goals = gathering.goals(session, passage.where, wording.today())
    return data_tables.dictionary(words, goals if passage.may("goals", "read") else {})


def _quality(session: Reading, passage: Passage, words: Words) -> dict[str, Any]:
    found = needs.evidence_of(session, passage.where, wording.today())
    trends = round_trends.by_community(session, found.standing)
    report = quality.of_district(found, trends, health=passage.health)
    whole = [c for c in report.coverage if c.share is not None and c.share >= 0.7]
    return {
        "sentence": words.say(
            N_("{n} de {all} comunidades tienen dato en 7 de cada 10 indicadores con meta."),
            n=len(whole),
            all=len(report.coverage),
        ),
        "coverage": _coverage(passage, report),
        "anomalies": [_anomaly(words, passage, each) for each in report.anomalies],
    }


def _externals(session: Reading, passage: Passage, words: Words) -> list[dict[str, Any]]:
    return [_external(words, each) for each in external_values.of_place(session, passage.where)]


def _external(words: Words, each: External) -> dict[str, Any]:
    name = each.indicator.replace("_", " ").capitalize()
    return {
        "indicator": words.need(each.indicator) if each.indicator in words.indicators else name,
        "value": data_tables.external(words, each),
        "period": each.period,
        "source": each.source or words.say(N_("no se dijo")),
    }


def _coverage(passage: Passage, report: Quality) -> list[dict[str, Any]]:
    return [
        {
            "name": {
                "text": each.member.name,
                "href": community_href(passage.where, each.member.code),
            },
            "with_data": each.with_data,
            "applicable": each.applicable,
            "share": each.share,
            "round": each.member.last_round or "",
            "held": each.member.held_on,
        }
        for each in report.coverage
    ]


def _anomaly(words: Words, passage: Passage, each: Anomaly) -> dict[str, Any]:
    count, typed = each.figure.count, each.figure.typed or (None, None)
    shown = {
        "x": typed[0],
        "n": typed[1],
        "population": count.population,
        "missing": count.missing,
    }
    before = each.before
    past = {
        "round": before.label if before else "",
        "was": look.of(before.count.x, before.count.n, words.lang) if before else "",
    }
    told = words.say(ODD[each.kind])
    return {
        "indicator": {
            "text": words.need(each.indicator.code),
            "href": need_href(passage.where, each.indicator.code),
        },
        "community": {
            "text": each.member.name,
            "href": community_href(passage.where, each.member.code),
        },
        "count": look.of(count.x, count.n, words.lang),
        "what": told.format(**{k: look.num(v, words.lang) for k, v in shown.items()}, **past),
    }
