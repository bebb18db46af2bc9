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


@dataclass(frozen=True, slots=True)
class Legend:
    """What a reader must know to trust a layer.

    ``classes`` colours choropleths and points by ``value``; without them the layer has one
    colour. ``n`` is how many the values stand on, with its noun (``31 comunidades``), ``date``
    the date of the data as it is read, ``source`` who says so.
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


@dataclass(frozen=True, slots=True)
class MapLayer:
    """One layer: GeoJSON fetched from ``url``, values (by feature code) from ``values_url``.

    Properties that are read: ``code``, ``name``, ``value``, ``x`` and ``n`` (shown as "x de
    n"), ``text`` (said in place of the value), ``people`` (size of the symbol), ``lines``
    (pairs for the card) and ``href`` (own address of the feature). The values are
    ``{code: number}`` or ``{code: {properties}}``; they win over the feature's.
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


@dataclass(frozen=True, slots=True)
class Words:
    """Every word of a map, in Spanish unless the caller brings others."""

    map_of: str = "Mapa: {title}"
    table: str = "Ver como tabla"
    referential: str = "Límites referenciales, sin efecto legal."
    source: str = "Fuente"
    date: str = "Datos al"
    layers: str = "Capas"
    legend: str = "Leyenda"
    no_data: str = "Sin datos"
    unknown: str = "no se sabe"
    x_of_n: str = "{x} de {n}"
    places: str = "{n} lugares"
    card: str = "Ver la ficha"
    close: str = "Cerrar"
    zoom_in: str = "Acercar"
    zoom_out: str = "Alejar"
    loading: str = "Cargando el mapa…"
    failed: str = "No se pudo cargar «{layer}». Revise su conexión y vuelva a intentar."
    retry: str = "Volver a intentar"
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
    of the land under the layers, "" for none. ``table_url`` leads to the same data as a table.
    """

    title: str
    layers: tuple[MapLayer, ...]
    nonce: str
    table_url: str
    bounds: Bounds | None = PERU
    lang: str = "es"
    id: str = "mapa"
    background: str = "/static/vendor/background.geojson"
    sources: tuple[str, ...] = ()
    assets: Assets = field(default_factory=Assets)
    words: Words = field(default_factory=Words)

    def __post_init__(self) -> None:
        """Refuse an ``id`` that cannot name a variable of the page's script."""
        if not self.id.isascii() or not self.id.isidentifier():
            raise ValueError(f"not an identifier: {self.id!r}")
