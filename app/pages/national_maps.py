"""The map of all districts: imported figures and what districts published, with a way down."""

from typing import Annotated
from urllib.parse import urlencode

from fastapi import APIRouter, Depends, Query, Request
from fastapi.responses import HTMLResponse

from app.gis.crs import PERU, Bounds
from app.gis.map_view import Legend, MapLayer, Style
from app.http.gate import Passage, Permit, ReadDep, SettingsDep, StoreDep
from app.operations.layers import external, national
from app.operations.layers.external import National
from app.operations.layers.national import Sheet
from app.pages import look, map_shells, shell
from app.pages.language import N_, say
from app.pages.map_shells import Frame
from app.records import places
from app.store.sessions import Reading

router = APIRouter()
MapsDep = Annotated[Passage, Depends(Permit("maps", "read"), scope="function")]
Indicator = Annotated[str, Query(max_length=60)]
RegionCode = Annotated[str, Query(max_length=2)]


@router.get("/mapa")
def show(
    request: Request,
    passage: MapsDep,
    session: ReadDep,
    store: StoreDep,
    settings: SettingsDep,
    indicador: Indicator = "",
    region: RegionCode = "",
) -> HTMLResponse:
    """All districts by one indicator; a district leads to its own map."""
    lang = shell.language(request, passage.actor)
    found = external.of_districts(session, indicador, lang)
    sheet = national.current(store, settings, found.year)
    offered = external.series(session, lang)
    title = say(lang, N_("Mapa de los distritos"))
    drawn = None
    if sheet is not None and sheet.districts:
        frame = Frame(
            title=found.told.title or title,
            table=f"/mapa/tabla?{urlencode({'indicador': indicador})}"
            if indicador
            else "/mapa/tabla",
            box=_box(sheet, region),
            card=say(lang, N_("Abrir el mapa del distrito")),
        )
        drawn = map_shells.parts(request, lang, frame, (_layer(sheet, found, indicador, lang),))
    return shell.page(
        request,
        passage,
        "maps/national.html",
        title=title,
        sentence=found.told.sentence,
        map=drawn,
        waiting=sheet is None,
        offered=[(each.code, each.name) for each in offered],
        indicator=found.told.chosen,
        regions=[(each.code, each.name) for each in sheet.regions] if sheet else [],
        region=region,
        at_work=_at_work(session),
    )


@router.get("/mapa/tabla")
def show_table(
    request: Request, passage: MapsDep, session: ReadDep, indicador: Indicator = ""
) -> HTMLResponse:
    """The same as a table."""
    lang = shell.language(request, passage.actor)
    found = external.of_districts(session, indicador, lang)
    names = places.names(session, "district")
    kind = "share" if found.told.unit == "%" else "num"
    digits = 0 if found.told.unit == "%" else 2
    return shell.page(
        request,
        passage,
        "maps/table.html",
        title=found.told.title or say(lang, N_("Mapa de los distritos")),
        sentence=found.told.sentence,
        table={
            "columns": [
                {"key": "name", "label": say(lang, N_("Distrito"))},
                {"key": "code", "label": "UBIGEO"},
                {"key": "value", "label": found.told.unit or found.told.title, "kind": kind}
                | {"digits": digits},
                {"key": "said", "label": say(lang, N_("Dato"))},
            ],
            "rows": [
                {
                    "name": {"text": names.get(code, code), "href": f"/d/{code}/mapas"},
                    "code": code,
                    "value": value.value,
                    "said": value.text,
                }
                for code, value in sorted(found.told.values.items())
            ],
        },
        told=found.told,
        source=found.source,
        map_href="/mapa" + (f"?{urlencode({'indicador': indicador})}" if indicador else ""),
    )


def _layer(sheet: Sheet, found: National, indicator: str, lang: str) -> MapLayer:
    told = found.told
    query = urlencode({"lang": lang, **({"indicator": indicator} if indicator else {})})
    notes = [say(lang, N_("Datos de {period}."), period=found.period)] if found.period else []
    notes += [say(lang, N_("Límites de {year}."), year=sheet.year)] if sheet.year else []
    return MapLayer(
        "districts",
        told.title or say(lang, N_("Distritos")),
        f"/api/v1/layers/districts/{sheet.digest}",
        Style.CHOROPLETH if told.classes else Style.POLYGONS,
        Legend(
            title=told.title or say(lang, N_("Distritos")),
            source=found.source or say(lang, N_("límites importados")),
            date=look.long_day(told.on, lang) if told.on else "",
            n=told.n,
            unit=told.unit,
            classes=told.classes,
            note=" ".join(notes),
        ),
        values_url=f"/api/v1/layers/districts/values?{query}" if told.classes else "",
        colour="#6b655b",
        hrefs="/d/{code}/mapas",
    )


def _box(sheet: Sheet, region: str) -> Bounds:
    for each in sheet.regions:
        if each.code == region:
            return Bounds(*each.box)
    return sheet.box or PERU


def _at_work(session: Reading) -> list[tuple[str, str]]:
    """The districts that keep their communities here, by name."""
    found = places.districts_with_communities(session)
    return [(place.name, f"/d/{place.code}/mapas") for place in found]
