"""Maps of a district: communities coloured by one thing, at most three layers at once.

The page holds the sentence, the choices and the frame; what may be seen is settled where
the layers are fetched, by the same table.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Annotated, Any
from urllib.parse import urlencode

import numpy as np
import shapely
from fastapi import APIRouter, Depends, Query, Request
from fastapi.responses import HTMLResponse

from app.errors import Unknown
from app.gis.crs import Bounds
from app.gis.map_view import MapLayer
from app.http.gate import Passage, Permit, ReadDep
from app.operations.layers import choices, limits, registry, serving, visible
from app.operations.layers.declared import Asked, Layer, Mark, Told
from app.pages import map_shells, map_tables, shell, wording
from app.pages.map_shells import Frame
from app.store.sessions import Reading

router = APIRouter()
BASE = "/d/{ubigeo}/mapas"
MapsDep = Annotated[Passage, Depends(Permit("maps", "read"), scope="function")]
BESIDE = 2  # layers over the ground: three at once are what a reader takes in


@dataclass(frozen=True, slots=True)
class Chosen:
    """What the address of a map asks for."""

    indicador: Annotated[str, Query(max_length=60)] = ""
    ronda: Annotated[str, Query(max_length=60)] = ""
    desde: Annotated[str, Query(max_length=60)] = ""
    solo: Annotated[str, Query(max_length=10)] = ""
    con: Annotated[list[str] | None, Query(max_length=20)] = None


ChosenDep = Annotated[Chosen, Depends()]


@router.get(BASE)
def show(request: Request, passage: MapsDep, session: ReadDep, chosen: ChosenDep) -> HTMLResponse:
    """The official's map: which communities need support first, or what is asked for."""
    open_here = visible.layers(passage.policy, passage.actor, passage.where)
    return _map(request, passage, session, open_here[0], chosen)


@router.get(BASE + "/{capa}")
def show_layer(
    request: Request, passage: MapsDep, session: ReadDep, chosen: ChosenDep, capa: str
) -> HTMLResponse:
    """The map of one layer."""
    layer = registry.by_slug(capa)
    return _map(request, passage, session, layer, chosen)


@router.get(BASE + "/{capa}/tabla")
def show_table(
    request: Request, passage: MapsDep, session: ReadDep, chosen: ChosenDep, capa: str
) -> HTMLResponse:
    """The same as a table, for who cannot use a map or wants the figures."""
    layer = registry.by_slug(capa)
    lang = shell.language(request, passage.actor)
    asked = _asked(passage, layer, lang, chosen)
    marks, told = serving.drawn(session, layer, asked)
    return shell.page(
        request,
        passage,
        "maps/table.html",
        title=told.title or layer.title.of(lang),
        sentence=told.sentence,
        table=map_tables.table(layer, marks, told, lang),
        told=told,
        source=layer.source.of(lang),
        map_href=f"/d/{passage.where.code}/mapas/{layer.slug}" + _query(layer, chosen),
    )


@router.get(BASE + "/{capa}/comparar")
def compare(
    request: Request, passage: MapsDep, session: ReadDep, chosen: ChosenDep, capa: str
) -> HTMLResponse:
    """Two rounds of a layer side by side, on maps that move together."""
    layer = registry.by_slug(capa)
    lang = shell.language(request, passage.actor)
    asked = _asked(passage, layer, lang, chosen)
    held = choices.rounds(session, asked) if "round" in layer.asks else []
    if "since" in layer.asks or len(held) < 2:
        raise Unknown(
            "De «{layer}» no hay dos rondas que poner lado a lado.",
            remedy="Elija el mapa de un indicador con dos rondas o más.",
            layer=layer.title.of(lang),
        )
    pair = choices.two_rounds(session, replace(asked, since=chosen.desde)) or ("", "")
    outline = limits.outline(session, passage.where)
    sides = []
    for name, other, label in (("antes", "despues", pair[0]), ("despues", "antes", pair[1])):
        about = replace(asked, round=label)
        marks, told = serving.drawn(session, layer, about)
        frame = Frame(
            title=f"{told.title} · {label}",
            table=f"/d/{passage.where.code}/mapas/{layer.slug}/tabla"
            + _query(layer, replace(chosen, ronda=label)),
            box=outline.box or _box(marks),
            limits=f"/api/v1/districts/{passage.where.code}/outline" if outline.box else "",
            id=name,
            partner=other,
            pictures=map_shells.pictures(session, passage.where),
        )
        parts = map_shells.parts(request, lang, frame, (_drawn(layer, about, told, marks),))
        sides.append({"round": label, "sentence": told.sentence, "map": parts})
    return shell.page(
        request,
        passage,
        "maps/compare.html",
        title=told.title,
        sentence=layer.about.of(lang),
        at=f"/d/{passage.where.code}/mapas",
        layer=layer,
        sides=sides,
        rounds=held,
        pair=pair,
        offered=layer.choices(session, asked) if layer.choices else (),
        indicator=told.chosen,
    )


def _map(
    request: Request, passage: Passage, session: Reading, layer: Layer, chosen: Chosen
) -> HTMLResponse:
    lang = shell.language(request, passage.actor)
    open_here = visible.layers(passage.policy, passage.actor, passage.where)
    asked = _asked(passage, layer, lang, chosen)
    marks, told = serving.drawn(session, layer, asked)
    over = [
        each
        for each in open_here
        if not each.ground and each.code != layer.code and _holds(passage, session, each, lang)
    ]
    beside = [each.slug for each in over if each.slug in (chosen.con or ())][:BESIDE]
    at = f"/d/{passage.where.code}/mapas"
    outline = limits.outline(session, passage.where)
    frame = Frame(
        title=told.title or layer.title.of(lang),
        table=f"{at}/{layer.slug}/tabla{_query(layer, chosen)}",
        box=outline.box or _box(marks),
        limits=f"/api/v1/districts/{passage.where.code}/outline" if outline.box else "",
        pictures=map_shells.pictures(session, passage.where),
    )
    held = choices.rounds(session, asked) if "round" in layer.asks else []
    stops = () if "since" in layer.asks else tuple(reversed(held))
    drawn = [_drawn(layer, asked, told, marks, rounds=stops)]
    for each in over:
        about = _asked(passage, each, lang, Chosen())
        held_marks, its_own = serving.drawn(session, each, about)
        on = each.under or each.slug in beside
        drawn.append(_drawn(each, about, its_own, held_marks, shown=on))
    offered = layer.choices(session, asked) if layer.choices else ()
    return shell.page(
        request,
        passage,
        "maps/show.html",
        title=frame.title,
        sentence=told.sentence,
        map=map_shells.parts(request, lang, frame, tuple(drawn)),
        layer=layer,
        at=at,
        grounds=[each for each in open_here if each.ground],
        query=_query(layer, chosen),
        comparable=len(stops) > 1,
        others=[each for each in open_here if each.more and each.code != layer.code] + over,
        pair="since" in layer.asks,
        since=chosen.desde,
        beside=beside,
        offered=offered,
        indicator=told.chosen,
        rounds=held,
        round=chosen.ronda,
        only_gap=asked.only_gap,
        may_narrow="gap" in layer.asks and not asked.public,
        first=_first(marks, told),
        pictures=[(each.key, each.label) for each in frame.pictures],
        empty=not marks,
    )


def _holds(passage: Passage, session: Reading, layer: Layer, lang: str) -> bool:
    """Whether a page offers a layer: one that lies under the others only if it holds anything."""
    if not layer.under:
        return True
    return bool(layer.marks(session, _asked(passage, layer, lang, Chosen())))


def _asked(passage: Passage, layer: Layer, lang: str, chosen: Chosen) -> Asked:
    public = visible.audience(passage.policy, passage.actor, passage.where, layer)
    return Asked(
        passage.where,
        public,
        wording.today(),
        lang,
        chosen.indicador if "indicator" in layer.asks else "",
        chosen.ronda if "round" in layer.asks else "",
        chosen.desde if "since" in layer.asks else "",
        chosen.solo == "brecha" and "gap" in layer.asks and not public,
    )


def _query(layer: Layer, chosen: Chosen) -> str:
    asked = {
        "indicador": chosen.indicador if "indicator" in layer.asks else "",
        "ronda": chosen.ronda if "round" in layer.asks else "",
        "desde": chosen.desde if "since" in layer.asks else "",
        "solo": chosen.solo if "gap" in layer.asks else "",
    }
    kept = {name: value for name, value in asked.items() if value}
    return f"?{urlencode(kept)}" if kept else ""


def _drawn(
    layer: Layer,
    asked: Asked,
    told: Told,
    marks: Sequence[Mark],
    *,
    shown: bool = True,
    rounds: tuple[str, ...] = (),
) -> MapLayer:
    at = f"/api/v1/districts/{asked.where.code}/layers/{layer.code}"
    query = {"lang": asked.lang, "indicator": asked.indicator}
    query |= {"round": asked.round, "since": asked.since}
    query["only"] = "gap" if asked.only_gap else ""
    kept = urlencode({name: value for name, value in query.items() if value})
    return MapLayer(
        layer.code,
        layer.title.of(asked.lang),
        f"{at}?lang={asked.lang}",
        layer.style,
        map_shells.legend(
            layer,
            told,
            asked.lang,
            sized=not asked.public,
            maps=f"/d/{asked.where.code}/mapas",
            marks=marks,
        ),
        values_url=f"{at}/values?{kept}" if layer.ground else "",
        colour=layer.colour,
        cluster=layer.cluster,
        shown=shown,
        drawing=layer.drawing,
        slug=layer.slug,
        beside=not layer.ground,
        heat=layer.heat,
        under=layer.under,
        rounds=rounds,
        round=asked.round,
    )


def _box(marks: Sequence[Mark]) -> Bounds | None:
    """The box of what is drawn, with some room; None leaves it to the layers."""
    shapes = [mark.shape for mark in marks if mark.shape is not None]
    if not shapes:
        return None
    west, south, east, north = shapely.total_bounds(np.array(shapes, dtype=object)).tolist()
    room = max(east - west, north - south, 0.02) * 0.08
    return Bounds(west - room, south - room, east + room, north + room)


def _first(marks: Sequence[Mark], told: Told) -> list[dict[str, Any]]:
    """What the map is most about, in words beside it."""
    by_code = {mark.code: mark for mark in marks}
    return [
        {
            "name": by_code[code].name,
            "href": by_code[code].href,
            "text": told.values[code].text,
            "lines": told.values[code].lines,
        }
        for code in told.first
        if code in by_code
    ]
