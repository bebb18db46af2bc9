"""What a map shows, named: the view, its layers, their legends and its words."""

from dataclasses import dataclass, field
from enum import StrEnum

from app.gis.classes import Classes
from app.gis.crs import PERU, Bounds


class Style(StrEnum):
    """How the features of a layer are drawn."""

    CHOROPLETH = "choropleth"
    POINTS = "points"
    LINES = "lines"
    POLYGONS = "polygons"
    TILES = "tiles"


@dataclass(frozen=True, slots=True)
class Legend:
    """What a reader must know to trust a layer.

    ``classes`` colours choropleths and points by ``value``; without them the layer has one
    colour. ``n`` is how many the values stand on, with its noun (``31 comunidades``), ``date``
    the date of the data as it is read, ``source`` who says so; ``method`` is the address of the
    page that says how it is made. ``signs`` name the kinds of shape of a layer of one colour: 0
    for points, 1 for lines, 2 for areas.
    """

    title: str
    source: str
    date: str
    n: str = ""
    unit: str = ""
    classes: Classes | None = None
    no_data: bool = True
    sized: str = ""
    note: str = ""
    method: str = ""
    signs: tuple[tuple[int, str], ...] = ()


DRAWINGS = {
    "circle": "M1 0A1 1 0 1 1-1 0A1 1 0 1 1 1 0Z",
    "square": "M-.9-.9H.9V.9H-.9Z",
    "triangle": "M0-1.1L1.05.8H-1.05Z",
    "diamond": "M0-1.2L1 0L0 1.2L-1 0Z",
    "cross": "M-.4-1H.4V-.4H1V.4H.4V1H-.4V.4H-1V-.4H-.4Z",
    "hexagon": "M-1.05 0L-.52-.9H.52L1.05 0L.52.9H-.52Z",
    "star": "M0-1.2L.32-.4L1.14-.37L.49.15L.72.97L0 .48L-.72.97L-.49.15L-1.14-.37L-.32-.4Z",
}
"""Symbols of points within one unit of their middle, told apart without colour."""


@dataclass(frozen=True, slots=True)
class MapLayer:
    """One layer: GeoJSON fetched from ``url``, values (by feature code) from ``values_url``.

    Properties that are read: ``code``, ``name``, ``value``, ``x`` and ``n`` (shown as "x de
    n"), ``text`` (said in place of the value), ``people`` (size of the symbol), ``lines``
    (pairs for the card) and ``href`` (own address of the feature). The values are
    ``{code: number}`` or ``{code: {properties}}``; they win over the feature's. ``rank`` is
    written on a point's symbol; what is ``hidden`` is not drawn, what is ``old`` is fainter.
    ``drawing`` is one of ``DRAWINGS``. ``slug`` stands in the page's address while a layer
    that is ``beside`` the main one is on; where points crowd can be shown of one with ``heat``.
    What is ``under`` lies under the others and counts for none of them.
    ``rounds`` are the stops of a slider, the oldest first, and ``round`` the one shown.
    In the style of tiles the address has {z}, {y} and {x}, and ``zooms`` are the first and the
    last zoom that there are tiles of. ``hrefs`` is the address of the page of each feature,
    with {code}, where the features do not bring their own.
    """

    code: str
    label: str
    url: str
    style: Style
    legend: Legend
    values_url: str = ""
    colour: str = "#8f2d20"
    cluster: bool = False
    shown: bool = True
    drawing: str = "circle"
    slug: str = ""
    beside: bool = False
    heat: bool = False
    under: bool = False
    rounds: tuple[str, ...] = ()
    round: str = ""
    zooms: tuple[int, int] = (0, 0)
    hrefs: str = ""


@dataclass(frozen=True, slots=True)
class Tiles:
    """Pictures that may lie under the map: ``url`` with ``{z} {x} {y}``, and who they are by.

    ``key`` names them in the page's address; ``zooms`` are the first and the last that there are
    pictures of, ``box`` where.
    """

    url: str
    source: str
    label: str
    key: str
    zooms: tuple[int, int] = (0, 18)
    box: Bounds | None = None


@dataclass(frozen=True, slots=True)
class Words:
    """Every word of a map, in Spanish unless the caller brings others."""

    map_of: str = "Mapa: {title}"
    table: str = "Ver como tabla"
    referential: str = "Límites referenciales, sin efecto legal."
    source: str = "Fuente"
    date: str = "Datos al"
    layers: str = "Capas"
    plain: str = "Fondo simple"
    legend: str = "Leyenda"
    no_data: str = "Sin datos"
    unknown: str = "no se sabe"
    x_of_n: str = "{x} de {n}"
    places: str = "{n} lugares"
    card: str = "Ver la ficha"
    method: str = "Cómo se hizo este mapa"
    old: str = "dato de hace más de 12 meses"
    close: str = "Cerrar"
    zoom_in: str = "Acercar"
    zoom_out: str = "Alejar"
    loading: str = "Cargando el mapa…"
    preparing: str = "Preparando los puntos: la primera vez tarda menos de un minuto."
    failed: str = "No se pudo cargar «{layer}». Revise su conexión y vuelva a intentar."
    retry: str = "Volver a intentar"
    most: str = "Se ven {n} capas a la vez: se quitó «{layer}»."
    tools: str = "Herramientas del mapa"
    search: str = "Buscar en el mapa"
    found: str = "{n} encontradas"
    not_found: str = "Nada se llama así en este mapa."
    distance: str = "Medir distancia"
    area: str = "Medir superficie"
    measuring: str = (
        "Toque el mapa en cada punto. Con el teclado: mueva el mapa con las flechas y marque "
        "el centro."
    )
    mark_centre: str = "Marcar el centro"
    undo: str = "Quitar el último"
    stop: str = "Terminar"
    full: str = "Pantalla completa"
    leave_full: str = "Salir de pantalla completa"
    heat: str = "Ver dónde se juntan"
    heat_note: str = "Más oscuro: más puntos juntos. Ayuda a mirar; no es una cifra."
    round: str = "Ronda"
    last_round: str = "la última de cada comunidad"
    both_only: str = "Solo las vistas también en la ronda anterior"
    compared: str = "{n} comunidades con dato; {both} se vieron también en {before}."
    no_script: str = "Este mapa necesita JavaScript; los mismos datos están en la tabla."


@dataclass(frozen=True, slots=True)
class Assets:
    """Where our own static files are served; ``version`` is added to each address."""

    base: str = "/static"
    vendor: str = "/static/vendor"
    version: str = ""
    stylesheets: tuple[str, ...] = ("css/sismuni.css",)

    def own(self, path: str) -> str:
        """Address of a file of ours."""
        return self._stamped(f"{self.base}/{path}")

    def vendored(self, path: str) -> str:
        """Address of a file that set-up copied from a package."""
        return self._stamped(f"{self.vendor}/{path}")

    def _stamped(self, address: str) -> str:
        return f"{address}?v={self.version}" if self.version else address


@dataclass(frozen=True, slots=True)
class MapView:
    """A map: all that its page needs, and nothing of the data.

    ``bounds`` is what is seen first; ``None`` waits for the layers and shows all of them.
    ``nonce`` is that of the answer's Content-Security-Policy. ``background`` is the address
    of the land under the layers, "" for none; ``frame`` that of limits drawn over it, which
    are not touched. ``most`` layers are on at a time. ``table_url`` leads to the same data as
    a table. ``tools`` stand over the map; ``partner`` is the ``id`` of another map of the page
    that moves with it. Of ``tiles``, which lie over the background, the first are on at
    first.
    """

    title: str
    layers: tuple[MapLayer, ...]
    nonce: str
    table_url: str
    bounds: Bounds | None = PERU
    lang: str = "es"
    id: str = "mapa"
    background: str = "/static/vendor/background.geojson"
    frame: str = ""
    most: int = 3
    sources: tuple[str, ...] = ()
    tools: bool = True
    partner: str = ""
    tiles: tuple[Tiles, ...] = ()
    assets: Assets = field(default_factory=Assets)
    words: Words = field(default_factory=Words)

    def __post_init__(self) -> None:
        """Refuse an ``id`` that cannot name a variable of the page's script."""
        if not self.id.isascii() or not self.id.isidentifier():
            raise ValueError(f"not an identifier: {self.id!r}")
