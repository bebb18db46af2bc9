"""The pages that Folium makes of the same data by its own means: what our maps are held against."""

import gzip
import re
from functools import cache
from pathlib import Path

import folium
import geopandas
import pandas
from folium.plugins import FastMarkerCluster

from app.settings import ROOT

VENDOR = ROOT / "web" / "static" / "vendor"
_LINK = re.compile(
    r'<script src="(?P<url>https:[^"]+)"></script>'
    r'|<link rel="stylesheet" href="(?P<css>https:[^"]+)"/>'
)
KINDS = {".js": "text/javascript", ".css": "text/css"}
# Of what Folium links, that without which its map shows nothing; all else is spared it.
NEEDED = {
    "leaflet.js": "leaflet/leaflet.js",
    "leaflet.css": "leaflet/leaflet.css",
    "leaflet.markercluster.js": "markercluster/leaflet.markercluster.js",
    "MarkerCluster.css": "markercluster/MarkerCluster.css",
    "MarkerCluster.Default.css": "markercluster/MarkerCluster.Default.css",
}


def choropleth(limits: Path) -> bytes:
    """``folium.Choropleth`` of all districts in full detail, coloured by a figure of each."""
    frame = geopandas.read_file(limits)[["ubigeo", "distrito", "geometry"]]
    frame["value"] = [int(code) % 97 for code in frame.ubigeo]
    made = _blank()
    drawn = folium.Choropleth(
        geo_data=frame,
        data=frame[["ubigeo", "value"]],
        columns=["ubigeo", "value"],
        key_on="feature.properties.ubigeo",
    )
    # Its scale would fetch a drawing library that we do not keep.
    for name, child in list(drawn._children.items()):
        if "color" in name:
            del drawn._children[name]
        del child
    drawn.add_to(made)
    return _written(made)


def cluster(places: Path) -> bytes:
    """``FastMarkerCluster`` of all places, each with its name."""
    frame = pandas.read_csv(places, usecols=["latitude", "longitude", "ccpp"])
    made = _blank()
    named = "function (row) { return L.marker(new L.LatLng(row[0], row[1])).bindPopup(row[2]) }"
    points = frame[["latitude", "longitude", "ccpp"]].to_numpy().tolist()
    FastMarkerCluster(points, callback=named).add_to(made)
    return _written(made)


def _blank() -> folium.Map:
    return folium.Map(location=(-9.2, -75), zoom_start=5, tiles=None, maxZoom=18)


def _written(made: folium.Map) -> bytes:
    page = str(made.get_root().render())
    return _LINK.sub(_ours, page).encode()


def _ours(link: re.Match[str]) -> str:
    """A link to a file of ours, or nothing where the map shows without it."""
    url = link["url"] or link["css"]
    file = url.rsplit("/", 1)[-1]
    return link[0].replace(url, f"/{NEEDED[file]}") if file in NEEDED else ""


@cache
def files() -> dict[str, tuple[bytes, str]]:
    """The files that the pages link, packed, with their kind."""
    return {
        f"/{path}": (gzip.compress((VENDOR / path).read_bytes(), 6), KINDS[Path(path).suffix])
        for path in NEEDED.values()
    }
