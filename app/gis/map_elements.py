"""The pieces of a Folium map as we serve it: own files, text escaped, nothing inline but calls.

Folium's own elements put names into HTML as they are, read them again as Jinja templates and
link to other hosts. These render through one escaping environment, add their output as plain
text, and the figure refuses any link that is not served by us.
"""

from dataclasses import asdict
from typing import Any

import folium
from branca.element import CssLink, Element, Figure, JavascriptLink, MacroElement
from jinja2 import Environment, StrictUndefined, Template
from markupsafe import Markup

from app.gis.classes import NO_DATA
from app.gis.map_view import DRAWINGS, Assets, MapLayer, MapView, Style

_STYLESHEET = Markup('<link rel="stylesheet" href="{}">\n')
_ENVIRONMENT = Environment(autoescape=True, undefined=StrictUndefined, trim_blocks=True)

# What a browser may begin to fetch before it has read the module that asks for it.
_MODULE = Markup('<link rel="modulepreload" nonce="{}" href="{}">\n')
_DATA = Markup(
    '<link rel="preload" as="fetch" href="{}" crossorigin="anonymous" fetchpriority="high">\n'
)
MODULES = ("address", "areas", "draw", "together", "topology", "under", "values")
"""The parts of ``map-layers.js`` that every map asks for."""

# The file at the end of a link, as Folium and branca write it, and where set-up copied it.
VENDORED = {
    "leaflet.js": "leaflet/leaflet.js",
    "leaflet.css": "leaflet/leaflet.css",
    "leaflet.markercluster.js": "markercluster/leaflet.markercluster.js",
    "MarkerCluster.css": "markercluster/MarkerCluster.css",
    "MarkerCluster.Default.css": "markercluster/MarkerCluster.Default.css",
}


class ForeignLink(LookupError):
    """An element links to a file that is not served by us: add it to ``web/vendor.json``."""


def template(text: str) -> Template:
    """A template of a piece; every value in it is escaped."""
    return _ENVIRONMENT.from_string(text)


class Raw(Element):
    """Finished text. A plain ``Element`` would take it for a template and run what is in it."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.text = text

    def render(self, **_: Any) -> str:
        """The text as it is."""
        return self.text


def figure_of(element: Element) -> Figure:
    """The page that an element stands in."""
    root = element.get_root()
    if not isinstance(root, Figure):
        raise TypeError(f"{element.get_name()} stands in no figure")
    return root


class Piece(MacroElement):
    """Base of our elements: ``body`` goes to the page, ``script`` to its only module."""

    body: Template | None = None
    script: Template | None = None

    def __init__(self) -> None:
        super().__init__()  # type: ignore[no-untyped-call]

    def render(self, **kwargs: Any) -> str:
        """Add the output of this piece and of its children to the figure; itself it is empty."""
        figure = figure_of(self)
        if self.body is not None:
            text = self.body.render(this=self)
            figure.html.add_child(Raw(text), name=self.get_name())
        if self.script is not None:
            text = self.script.render(this=self)
            figure.script.add_child(Raw(text), name=self.get_name())
        for child in self._children.values():
            child.render(**kwargs)
        return ""


class ShellMap(Piece, folium.Map):
    """The map itself: an empty frame with a name; its layers come by ``fetch``."""

    body = template(
        '<p class="mapa-camino"><a href="{{ this.view.table_url }}">'
        "{{ this.view.words.table }}</a></p>\n"
        '<svg class="mapa-tramas" aria-hidden="true" focusable="false" width="0" height="0"><defs>'
        '<pattern id="{{ this.view.id }}-trama" width="7" height="7" '
        'patternUnits="userSpaceOnUse" patternTransform="rotate(45)">'
        '<rect width="7" height="7" fill="#f6f3ec"></rect>'
        '<rect width="2" height="7" fill="#a9a398"></rect></pattern></defs></svg>\n'
        '<div class="mapa-lienzo" id="{{ this.view.id }}" role="region" '
        'aria-label="{{ this.label }}"></div>\n'
        '<div class="mapa-herramientas" id="{{ this.view.id }}-herramientas" role="group" '
        'aria-label="{{ this.view.words.tools }}" hidden></div>\n'
        '<p class="mapa-aviso" id="{{ this.view.id }}-aviso" role="status"></p>\n'
        "<noscript><p>{{ this.view.words.no_script }}</p></noscript>\n"
    )
    script = template(
        "const {{ this.get_name() }} = mapa.openMap({{ this.view.id|tojson }}, "
        "{{ this.settings|tojson }});\n"
    )

    def __init__(self, view: MapView) -> None:
        # Folium offers tiles of other hosts unless it is told that there are none.
        folium.Map.__init__(self, tiles=None, location=(-9.2, -75.0), zoom_start=5)
        self._name, self._id = "mapa", view.id
        self.view = view
        self.label = view.words.map_of.format(title=view.title)
        self.default_js = [("leaflet", "leaflet.js")]
        self.default_css = [("leaflet_css", "leaflet.css")]
        if any(layer.cluster for layer in view.layers):
            self.default_js.append(("markerclusterjs", "leaflet.markercluster.js"))
            self.default_css += [
                ("markerclustercss", "MarkerCluster.css"),
                ("markerclusterdefaultcss", "MarkerCluster.Default.css"),
            ]

    @property
    def settings(self) -> dict[str, Any]:
        """What the module needs to open the map."""
        bounds = self.view.bounds
        return {
            "bounds": bounds and [[bounds.south, bounds.west], [bounds.north, bounds.east]],
            "background": self.view.background,
            "frame": self.view.frame,
            "most": self.view.most,
            "lang": self.view.lang,
            "tools": self.view.tools,
            "partner": self.view.partner or None,
            "tiles": [asdict(each) for each in self.view.tiles],
            "words": asdict(self.view.words),
        }

    def render(self, **kwargs: Any) -> str:
        """Add links, frame and call, then those of the layers."""
        header = figure_of(self).header
        for name, url in self.default_js:
            header.add_child(JavascriptLink(url), name=name)
        for name, url in self.default_css:
            header.add_child(CssLink(url), name=name)
        return Piece.render(self, **kwargs)


class DataLayer(Piece, folium.map.Layer):
    """One layer: the call that fetches and draws it."""

    script = template("mapa.addLayer({{ this._parent.get_name() }}, {{ this.settings|tojson }});\n")

    def __init__(self, layer: MapLayer) -> None:
        folium.map.Layer.__init__(self, name=layer.label, overlay=True, show=layer.shown)
        self._name, self._id = "capa", layer.code
        self.layer = layer

    @property
    def settings(self) -> dict[str, Any]:
        """What the module needs to draw the layer."""
        layer, classes = self.layer, self.layer.legend.classes
        return {
            "code": layer.code,
            "label": layer.label,
            "url": layer.url,
            "values": layer.values_url,
            "style": layer.style.value,
            "colour": layer.colour,
            "edges": classes.edges if classes else None,
            "colours": classes.colours if classes else None,
            "unit": layer.legend.unit,
            "cluster": layer.cluster,
            "drawing": DRAWINGS[layer.drawing],
            "shown": layer.shown,
            "slug": layer.slug,
            "beside": layer.beside,
            "heat": layer.heat,
            "under": layer.under,
            "rounds": layer.rounds,
            "round": layer.round,
            "zooms": layer.zooms,
            "hrefs": layer.hrefs,
        }


class LegendPanel(Piece):
    """Legend of a layer, as text in the page: it is read aloud, printed and copied."""

    body = template(
        '<section class="mapa-leyenda" data-layer="{{ this.layer.code }}"'
        "{% if not this.layer.shown %} hidden{% endif %}>\n"
        "<h2>{{ this.legend.title }}</h2>\n<ul>\n"
        "{% for kind, colour, label in this.rows %}"
        '<li><svg width="22" height="16" aria-hidden="true" focusable="false">'
        "{{ this.swatch(colour, kind) }}</svg> {{ label }}</li>\n{% endfor %}</ul>\n"
        "{% if this.legend.sized %}<p>{{ this.legend.sized }}</p>{% endif %}"
        "{% if this.legend.note %}<p>{{ this.legend.note }}</p>{% endif %}"
        '<p class="mapa-datos">{% if this.legend.n %}n = <span class="mapa-n">{{ this.legend.n }}'
        "</span> · {% endif %}"
        '{% if this.legend.date %}<span class="mapa-fecha">{{ this.words.date }} '
        '<span class="mapa-dia">{{ this.legend.date }}</span> · </span>{% endif %}'
        "{{ this.words.source }}: {{ this.legend.source }}</p>\n"
        '{% if this.legend.method %}<p class="mapa-metodo"><a href="{{ this.legend.method }}">'
        "{{ this.words.method }}</a></p>\n{% endif %}</section>\n"
    )

    def __init__(self, layer: MapLayer, view: MapView) -> None:
        super().__init__()
        self._name, self._id = "leyenda", layer.code
        self.layer, self.legend, self.words = layer, layer.legend, view.words
        self._hatch = f"url(#{view.id}-trama)"
        classes = layer.legend.classes
        pairs = zip(classes.colours, classes.labels, strict=True) if classes else ()
        self.rows: list[tuple[int, str | None, str]] = [(0, *pair) for pair in pairs]
        if not classes:
            signs = layer.legend.signs or ((0, layer.label),)
            self.rows = [(kind, layer.colour, label) for kind, label in signs]
        elif layer.legend.no_data:
            self.rows.append((0, None, view.words.no_data))

    def swatch(self, colour: str | None, kind: int = 0) -> Markup:
        """A sample as the map draws it: filled shape, line or dot; hatched or a dashed ring."""
        if kind == 2:  # an area of a layer of one colour is seen through
            return Markup(
                '<rect x="1" y="1" width="20" height="14" fill="{0}" fill-opacity="0.3" '
                'stroke="{0}" stroke-width="2"></rect>'
            ).format(colour)
        if kind or self.layer.style is Style.LINES:
            return Markup('<path d="M1 8h20" stroke="{}" stroke-width="3"></path>').format(colour)
        if self.layer.style in (Style.POINTS, Style.TILES):
            if colour is None:
                return Markup(
                    '<circle cx="11" cy="8" r="6" fill="none" stroke="{}" stroke-width="2" '
                    'stroke-dasharray="3 2"></circle>'
                ).format(NO_DATA)
            return Markup(
                '<path d="{}" transform="translate(11 8) scale(6)" fill="{}" stroke="#5d6470" '
                'vector-effect="non-scaling-stroke"></path>'
            ).format(DRAWINGS[self.layer.drawing], colour)
        return Markup(
            '<rect x="1" y="1" width="20" height="14" fill="{}" stroke="#85817a"></rect>'
        ).format(colour or self._hatch)


class Caption(Piece):
    """The line under every map: no legal effect, and where the drawing comes from."""

    body = template(
        '<p class="mapa-pie">{{ this.view.words.referential }}'
        "{% if this.view.sources %} {{ this.view.words.source }}: "
        "{{ this.view.sources|join('; ') }}.{% endif %}</p>\n"
    )
    script = template("mapa.finish(mapa_{{ this.view.id }});\n")

    def __init__(self, view: MapView) -> None:
        super().__init__()
        self._name, self._id = "pie", view.id
        self.view = view


class OfflineFigure(Figure):
    """Our page for a map: language, title, zoomable, a nonce on each script, own files only."""

    page = template(
        '<!DOCTYPE html>\n<html lang="{{ view.lang }}">\n<head>\n<meta charset="utf-8">\n'
        "<title>{{ view.title }}</title>\n"
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        "{% for path in view.assets.stylesheets %}"
        '<link rel="stylesheet" href="{{ view.assets.own(path) }}">\n{% endfor %}'
        '{{ head }}</head>\n<body class="mapa-pagina">\n<main>\n<h1>{{ view.title }}</h1>\n'
        "{{ body }}</main>\n{{ script }}</body>\n</html>\n"
    )

    def __init__(self, view: MapView) -> None:
        super().__init__()
        self.view = view
        self.header._children.clear()  # branca's own charset line

    def parts(self) -> tuple[Markup, Markup, Markup]:
        """Head, body and script; the pieces are rendered once."""
        for child in self._children.values():
            child.render()
        view = self.view
        head = [self._link(child) for child in self.header._children.values()]
        sheets = ("map-layers", "map-tools") if view.tools else ("map-layers",)
        head += [_STYLESHEET.format(view.assets.own(f"css/{name}.css")) for name in sheets]
        for layer in view.layers:
            if layer.shown and layer.style is not Style.TILES:
                head += [_DATA.format(url) for url in (layer.url, layer.values_url) if url]
        head += [
            _MODULE.format(view.nonce, f"{view.assets.base}/js/maps/{name}.js") for name in MODULES
        ]
        script = Markup(
            '<script type="module" nonce="{}">\nimport * as mapa from "{}";\n{}</script>\n'
        ).format(view.nonce, view.assets.own("js/map-layers.js"), _joined(self.script))
        body = Markup('<div class="mapa" data-mapa="{}">\n{}</div>\n').format(
            view.id, _joined(self.html)
        )
        return Markup().join(head), body, script

    def render(self, **_: Any) -> str:
        """The whole page."""
        head, body, script = self.parts()
        return self.page.render(view=self.view, head=head, body=body, script=script)

    def _link(self, child: Element) -> Markup:
        if isinstance(child, JavascriptLink):
            # Without a word a deferred script would be the last thing that is fetched.
            return Markup(
                '<script defer fetchpriority="high" nonce="{}" src="{}"></script>\n'
            ).format(self.view.nonce, local(child.url, self.view.assets))
        if isinstance(child, CssLink):
            return _STYLESHEET.format(local(child.url, self.view.assets))
        return Markup(child.render())  # an element's own, already escaped


def _joined(place: Element) -> Markup:
    return Markup("".join(child.render() for child in place._children.values()))


def local(url: str, assets: Assets) -> str:
    """Where we serve the file of a link.

    Raises
    ------
    ForeignLink
        Set-up does not copy it.
    """
    name = url.split("?", maxsplit=1)[0].rsplit("/", 1)[-1]
    if name not in VENDORED:
        raise ForeignLink(url)
    return assets.vendored(VENDORED[name])
