"""The map of all populated places: a hundred thousand dots, each with its name two zooms in."""

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse

from app.gis.crs import PERU
from app.gis.feature_requests import Wanted
from app.gis.map_view import Legend, MapLayer, Style
from app.http.gate import ReadDep
from app.operations.open_layers import country, tilesets
from app.operations.open_layers.declared import Collection
from app.pages import look, map_shells, shell
from app.pages.language import N_, say
from app.pages.map_shells import Frame
from app.pages.national_maps import MapsDep
from app.store.sessions import Reading

router = APIRouter()
TILES = "/ogc/collections/settlements/tiles/WebMercatorQuad/{z}/{y}/{x}"


@router.get("/mapa/lugares")
def show(request: Request, passage: MapsDep, session: ReadDep) -> HTMLResponse:
    """The populated places of INEI's gazetteer, by vector tiles."""
    lang = shell.language(request, passage.actor)
    found = country.shelf(session, lang).find("settlements")
    box, many = found.source.box(session), found.source.count(session, Wanted())
    title = say(lang, N_("Centros poblados"))
    frame = Frame(title=title, table="/lugares", box=box or PERU)
    drawn = map_shells.parts(request, lang, frame, (_layer(session, found, many, lang),))
    return shell.page(
        request,
        passage,
        "maps/places.html",
        title=title,
        sentence=say(lang, N_("{n} lugares del padrón del INEI."), n=look.num(many, lang)),
        map=drawn if many else None,
    )


def _layer(session: Reading, found: Collection, many: int, lang: str) -> MapLayer:
    zooms = tilesets.zooms(session, found)
    title = say(lang, N_("Centros poblados"))
    return MapLayer(
        "settlements",
        title,
        TILES,
        Style.TILES,
        Legend(
            title,
            say(lang, N_("padrón de centros poblados del INEI")),
            "",
            look.num(many, lang),
            no_data=False,
            note=say(lang, N_("De lejos se ve uno de cada zona; acérquese para verlos todos.")),
        ),
        colour="#35736e",
        zooms=(zooms[0], zooms[-1]),
    )
