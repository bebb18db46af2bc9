"""Shells of maps: a Folium page that fetches its layers from us and asks nobody else.

The page holds names, legends and addresses, never data: a district's map is some kilobytes,
and what a person may see is settled where the data is fetched.
"""

from typing import NamedTuple

from markupsafe import Markup

from app.gis.map_elements import Caption, DataLayer, LegendPanel, OfflineFigure, Piece, ShellMap
from app.gis.map_elements import template as _template
from app.gis.map_view import Assets, Legend, MapLayer, MapView, Style, Words

__all__ = ["Assets", "Legend", "MapLayer", "MapView", "Parts", "Style", "Words", "parts", "shell"]


class Parts(NamedTuple):
    """A map for a page of our own: links for its head, the map for its body, its one script."""

    head: Markup
    body: Markup
    script: Markup


class _Legends(Piece):
    """Where the legends begin and end, so that they can stand beside the map."""

    def __init__(self, name: str, html: str) -> None:
        super().__init__()
        self._name, self._id = "leyendas", name
        self.body = _template(html)


def shell(view: MapView) -> str:
    """The whole page of a map, as HTML."""
    return str(_figure(view).render())


def parts(view: MapView) -> Parts:
    """The map in three parts, for a template that has its own page around it."""
    return Parts(*_figure(view).parts())


def _figure(view: MapView) -> OfflineFigure:
    figure = OfflineFigure(view)
    drawn = ShellMap(view)
    figure.add_child(drawn)
    for layer in view.layers:
        drawn.add_child(DataLayer(layer))
    figure.add_child(_Legends("abre", '<div class="mapa-leyendas">\n'))
    for layer in view.layers:
        figure.add_child(LegendPanel(layer, view))
    figure.add_child(_Legends("cierra", "</div>\n"))
    figure.add_child(Caption(view))
    return figure
