"""The national map on paper: all districts by one indicator, or those of a region."""

from dataclasses import replace
from typing import Annotated

from fastapi import APIRouter, Query, Request, Response

from app.errors import Unavailable, Unknown
from app.http.gate import ReadDep, SettingsDep, StoreDep
from app.operations.layers import external, national
from app.pages import map_prints, national_paper, shell
from app.pages.language import N_, say
from app.pages.map_prints import PaperDep
from app.pages.national_maps import Indicator, MapsDep
from app.records import boundaries, places

router = APIRouter()
Region = Annotated[str, Query(max_length=2)]


@router.get("/mapa/imprimir.{tipo}")
def country(
    request: Request,
    tipo: str,
    passage: MapsDep,
    session: ReadDep,
    store: StoreDep,
    settings: SettingsDep,
    paper: PaperDep,
    indicador: Indicator = "",
    region: Region = "",
) -> Response:
    """All districts, or those of a region, coloured by one indicator."""
    map_prints.known(tipo)
    lang = shell.language(request, passage.actor)
    found = external.of_districts(session, indicador, lang)
    sheet = national.current(store, settings, found.year)
    path = national.file(settings.home, sheet.digest) if sheet else None
    if sheet is None or path is None or not sheet.districts:
        raise Unavailable(
            "El mapa nacional se está preparando.", remedy="Vuelva a intentar en un minuto."
        )
    named = {each.code: each.name for each in sheet.regions}
    if region and region not in named:
        raise Unknown("No hay ninguna región con el código {code}.", code=region)
    names = {kind: places.names(session, kind) for kind in ("district", "province", "region")}
    shapes = national_paper.read(path)
    part = national_paper.whole(shapes, names)
    if region:
        detail = boundaries.of_region(session, region, sheet.year)
        part = national_paper.one(shapes, detail, named[region], names)
    said = say(lang, N_("Límites de {year}."), year=sheet.year) if sheet.year else ""
    wish = paper.wish
    if not region and "tabla" not in request.query_params:
        wish = replace(wish, table=False)  # of 1,874 lines, unless somebody asks for it
    made = national_paper.sheet(wish, found, part, lang, said)
    return map_prints.answer(made, tipo, f"mapa-{region or 'peru'}")
