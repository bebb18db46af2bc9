"""The frames of our maps: a Folium shell for one of our pages, its words in both languages."""

import sys
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from importlib import import_module
from types import ModuleType
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import shapely
from fastapi import Request

from app.gis.crs import Bounds
from app.gis.map_view import Assets, Legend, MapLayer, MapView, Style, Tiles, Words
from app.operations import backgrounds
from app.operations.backgrounds import Background
from app.operations.layers.declared import Layer, Mark, Told
from app.pages import look
from app.pages.language import N_, say
from app.pages.shell import WEB, static_version
from app.records.places import Where
from app.settings import Settings
from app.store.sessions import Reading

if TYPE_CHECKING:
    from app.gis.maps import Parts


@dataclass(frozen=True, slots=True)
class Frame:
    """What a map shows besides its layers: title, table, box, limits and who drew them."""

    title: str
    table: str
    box: Bounds | None
    limits: str = ""
    sources: tuple[str, ...] = ()
    card: str = ""
    id: str = "mapa"
    partner: str = ""
    pictures: tuple[Tiles, ...] = ()


def parts(request: Request, lang: str, frame: Frame, layers: tuple[MapLayer, ...]) -> "Parts":
    """The map for the head, the body and the end of one of our pages."""
    version = static_version(WEB / "static")
    view = MapView(
        title=frame.title,
        layers=layers,
        nonce=request.state.nonce,
        table_url=frame.table,
        bounds=frame.box,
        lang=lang,
        background=f"/static/vendor/background.geojson?v={version}",
        frame=frame.limits,
        sources=frame.sources,
        id=frame.id,
        tools=not frame.partner,
        partner=frame.partner,
        tiles=(*frame.pictures, *_online(request, lang)),
        assets=Assets(version=version, stylesheets=()),
        words=words(lang, frame.card),
    )
    found: Parts = _folium().parts(view)
    return found


def _online(request: Request, lang: str) -> list[Tiles]:
    settings: Settings = request.app.state.settings
    url = settings.online_tiles
    host = urlsplit(url).netloc
    return [Tiles(url, host, say(lang, N_("En línea: {host}"), host=host), "linea")] if url else []


def pictures(session: Reading, where: Where) -> tuple[Tiles, ...]:
    """The backgrounds of a district, as its maps offer them."""
    at = f"/api/v1/districts/{where.code}/backgrounds"
    return tuple(
        tiles_of(each, f"{at}/{each.uuid}") for each in backgrounds.of_district(session, where)
    )


def tiles_of(each: Background, at: str) -> Tiles:
    """A background whose tiles stand under an address."""
    url = f"{at}/{{z}}/{{x}}/{{y}}"
    return Tiles(url, each.attribution, each.title, each.key, each.zooms, each.box)


@cache
def _folium() -> ModuleType:
    """The shells of ``app.gis.maps``, loaded when the first map is opened.

    Folium loads pandas where it finds it, only to know a data frame when it meets one. A
    shell never meets one, so pandas is kept out of sight: that spares the web process 45 MB
    and three quarters of the second that loading takes.
    """
    hidden = "pandas" not in sys.modules
    if hidden:
        sys.modules["pandas"] = None  # type: ignore[assignment]
    try:
        return import_module("app.gis.maps")
    finally:
        if hidden:
            sys.modules.pop("pandas", None)


def legend(
    layer: Layer,
    told: Told,
    lang: str,
    *,
    sized: bool = True,
    maps: str = "",
    marks: Sequence[Mark] = (),
) -> Legend:
    """What a layer's legend says in a language; ``sized`` where symbols grow with people.

    ``maps`` is the address of the maps that the page of methods stands under. ``marks`` tell
    which kinds of shape a layer of one colour has.
    """
    kinds = {int(shapely.get_dimensions(mark.shape)) for mark in marks if mark.shape is not None}
    return Legend(
        title=told.title or layer.title.of(lang),
        source=layer.source.of(lang),
        date=look.long_day(told.on, lang) if told.on else "",
        n=told.n,
        unit=told.unit,
        classes=told.classes,
        sized=layer.sized.of(lang) if layer.sized and sized and (0 in kinds or not kinds) else "",
        no_data=layer.style is not Style.LINES,
        note=told.note,
        method=f"{maps}/metodo#{layer.slug}" if maps and layer.method else "",
        signs=tuple((kind, kind_words(layer, kind, lang)) for kind in sorted(kinds)),
    )


def kind_words(layer: Layer, kind: int, lang: str) -> str:
    """What a sign of a layer of one colour stands for: its points, its lines or its areas."""
    title = layer.title.of(lang)
    if kind == 1:
        return say(lang, N_("{title}: tramo"), title=title)
    return say(lang, N_("{title}: zona"), title=title) if kind else title


def words(lang: str, card: str = "") -> Words:
    """The words of a map in a language; ``card`` is how a card leads on."""
    return Words(
        map_of=say(lang, N_("Mapa: {title}")),
        table=say(lang, N_("Ver como tabla")),
        referential=say(lang, N_("Límites referenciales, sin efecto legal.")),
        source=say(lang, N_("Fuente")),
        date=say(lang, N_("Datos al")),
        layers=say(lang, N_("Capas")),
        plain=say(lang, N_("Fondo simple")),
        legend=say(lang, N_("Leyenda")),
        no_data=say(lang, N_("Sin datos")),
        unknown=say(lang, look.UNKNOWN),
        x_of_n=say(lang, N_("{x} de {n}")),
        places=say(lang, N_("{n} lugares")),
        card=card or say(lang, N_("Ver la ficha")),
        method=say(lang, N_("Cómo se hizo este mapa")),
        old=say(lang, N_("dato de hace más de 12 meses")),
        close=say(lang, N_("Cerrar")),
        zoom_in=say(lang, N_("Acercar")),
        zoom_out=say(lang, N_("Alejar")),
        loading=say(lang, N_("Cargando el mapa…")),
        preparing=say(lang, N_("Preparando los puntos: la primera vez tarda menos de un minuto.")),
        failed=say(
            lang, N_("No se pudo cargar «{layer}». Revise su conexión y vuelva a intentar.")
        ),
        retry=say(lang, N_("Volver a intentar")),
        most=say(lang, N_("Se ven {n} capas a la vez: se quitó «{layer}».")),
        **_tools(lang),
        no_script=say(
            lang, N_("Este mapa necesita JavaScript; los mismos datos están en la tabla.")
        ),
    )


def _tools(lang: str) -> dict[str, str]:
    """The words of the tools over a map."""
    return {
        "tools": say(lang, N_("Herramientas del mapa")),
        "search": say(lang, N_("Buscar en el mapa")),
        "found": say(lang, N_("{n} encontradas")),
        "not_found": say(lang, N_("Nada se llama así en este mapa.")),
        "distance": say(lang, N_("Medir distancia")),
        "area": say(lang, N_("Medir superficie")),
        "measuring": say(
            lang,
            N_(
                "Toque el mapa en cada punto. Con el teclado: mueva el mapa con las flechas y "
                "marque el centro."
            ),
        ),
        "mark_centre": say(lang, N_("Marcar el centro")),
        "undo": say(lang, N_("Quitar el último")),
        "stop": say(lang, N_("Terminar")),
        "full": say(lang, N_("Pantalla completa")),
        "leave_full": say(lang, N_("Salir de pantalla completa")),
        "heat": say(lang, N_("Ver dónde se juntan")),
        "heat_note": say(
            lang, N_("Más oscuro: más puntos juntos. Ayuda a mirar; no es una cifra.")
        ),
        "round": say(lang, N_("Ronda")),
        "last_round": say(lang, N_("la última de cada comunidad")),
        "both_only": say(lang, N_("Solo las vistas también en la ronda anterior")),
        "compared": say(
            lang, N_("{n} comunidades con dato; {both} se vieron también en {before}.")
        ),
    }
