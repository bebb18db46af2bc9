"""The land under every map: Natural Earth, cut to South America around Peru.

Run at set-up: ``python -m app.gis.background SRC DST``, with SRC the ``countries-50m.json``
(TopoJSON, public domain) of the npm package world-atlas and DST the GeoJSON that maps fetch.
"""

import json
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray

from app.gis import geojson
from app.gis.geojson import Feature

WINDOW = (-94.0, -27.0, -54.0, 9.0)
"""West, south, east, north of the cut, in degrees: as far as a wide screen shows around Peru."""
HALF_TURN = 180.0
_DECIMALS = 3

Arcs = list[NDArray[np.float64]]


def south_america(topojson: bytes) -> bytes:
    """GeoJSON of the countries in the window, one feature each with its ``name``.

    Raises
    ------
    ValueError
        The bytes are no TopoJSON with an object ``countries``.
    """
    topology = json.loads(topojson)
    if not isinstance(topology, dict) or "countries" not in topology.get("objects", {}):
        raise ValueError("not a TopoJSON with an object 'countries'")
    arcs = _arcs(topology)
    window = shapely.box(*WINDOW)
    features = []
    for country in topology["objects"]["countries"]["geometries"]:
        shape = _shape(country, arcs)
        if shape is None:
            continue
        land = shapely.make_valid(shape).intersection(window)
        if not land.is_empty and land.area > 0:
            features.append(Feature(land, {"name": country["properties"]["name"]}))
    return geojson.feature_collection(
        features, _DECIMALS, name="Natural Earth 1:50m (dominio público)"
    )


def _arcs(topology: Mapping[str, Any]) -> Arcs:
    """Arcs in degrees; TopoJSON writes them as integers, each a step from the one before."""
    transform = topology.get("transform")
    arcs = [np.array(arc, dtype=float)[:, :2] for arc in topology["arcs"]]
    if transform is None:
        return arcs
    return [np.cumsum(arc, axis=0) * transform["scale"] + transform["translate"] for arc in arcs]


def _shape(country: Mapping[str, Any], arcs: Arcs) -> shapely.MultiPolygon | None:
    if country["type"] not in ("Polygon", "MultiPolygon"):
        return None
    parts = [country["arcs"]] if country["type"] == "Polygon" else country["arcs"]
    polygons = [_polygon(rings, arcs) for rings in parts]
    # An island on the antimeridian would lie across the whole plane, as Fiji's do.
    return shapely.MultiPolygon([p for p in polygons if p.bounds[2] - p.bounds[0] < HALF_TURN])


def _polygon(rings: Sequence[Sequence[int]], arcs: Arcs) -> shapely.Polygon:
    drawn = [_ring(indexes, arcs) for indexes in rings]
    return shapely.Polygon(drawn[0], drawn[1:])


def _ring(indexes: Sequence[int], arcs: Arcs) -> NDArray[np.float64]:
    # ~i is arc i run backwards; each arc begins where the one before ended.
    run = [arcs[i] if i >= 0 else arcs[~i][::-1] for i in indexes]
    return np.vstack([run[0], *(arc[1:] for arc in run[1:])])


def main(arguments: Sequence[str]) -> int:
    """Write the background; the status is 2 where the call is wrong."""
    if len(arguments) != 2:
        sys.stderr.write("usage: python -m app.gis.background SRC DST\n")
        return 2
    source, target = (Path(argument) for argument in arguments)
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_bytes(south_america(source.read_bytes()))
    return 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
