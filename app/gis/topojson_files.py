"""TopoJSON files: shared arcs put together again into the shapes of one object.

Source: the TopoJSON format specification (2017), sections 2.1.3 (arcs), 2.1.4 (arc indexes)
and 2.2 (geometry objects). Positions are EPSG:4326 unless an old ``crs`` member says more.
"""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from app.errors import Invalid
from app.gis.raw_layers import broken

Positions = NDArray[np.float64]


def features(topology: Mapping[str, Any], name: str, layer: str | None) -> list[dict[str, Any]]:
    """The geometries of one object as GeoJSON features.

    Raises
    ------
    Invalid
        There are several objects and none was named, or the named one is not there.
    Malformed
        An arc, an index or an object is not what it must be.
    """
    objects = topology.get("objects")
    if not isinstance(objects, dict) or not objects:
        raise broken(name)
    chosen = layer if layer in objects else next(iter(objects)) if len(objects) == 1 else None
    if chosen is None or (layer and layer not in objects):
        raise Invalid(
            "{name} trae {count} capas: {layers}.",
            remedy="Elija una.",
            field="capa",
            name=name,
            count=len(objects),
            layers=", ".join(list(objects)[:10]),
        )
    try:
        arcs = _arcs(topology)
        return [_feature(each, arcs, topology) for each in _geometries(objects[chosen])]
    except (KeyError, IndexError, TypeError, ValueError, OverflowError) as error:
        raise broken(name) from error


def _arcs(topology: Mapping[str, Any]) -> list[Positions]:
    found = [np.asarray(arc, dtype=np.float64)[:, :2] for arc in topology["arcs"]]
    if topology.get("transform"):
        # With a transform each position but the first is told from the one before.
        found = [_placed(arc.cumsum(axis=0), topology) for arc in found]
    return found


def _placed(positions: Positions, topology: Mapping[str, Any]) -> Positions:
    transform = topology.get("transform")
    if not transform:
        return positions
    scale, shift = np.asarray(transform["scale"][:2]), np.asarray(transform["translate"][:2])
    placed: Positions = positions * scale + shift
    return placed


def _geometries(found: Mapping[str, Any]) -> Sequence[Mapping[str, Any]]:
    if found["type"] == "GeometryCollection":
        return list(found["geometries"])
    return [found]


def _feature(
    found: Mapping[str, Any], arcs: list[Positions], topology: Mapping[str, Any]
) -> dict[str, Any]:
    feature: dict[str, Any] = {
        "type": "Feature",
        "properties": found.get("properties") or {},
        "geometry": _geometry(found, arcs, topology),
    }
    if "id" in found:
        feature["id"] = found["id"]
    return feature


def _geometry(
    found: Mapping[str, Any], arcs: list[Positions], topology: Mapping[str, Any]
) -> dict[str, Any] | None:
    kind = found["type"]
    if kind is None:
        return None
    if kind in ("Point", "MultiPoint"):
        told = np.asarray(found["coordinates"], dtype=np.float64)
        return {"type": kind, "coordinates": _placed(told[..., :2], topology).tolist()}
    if kind == "GeometryCollection":
        parts = [_geometry(each, arcs, topology) for each in found["geometries"]]
        return {"type": kind, "geometries": [part for part in parts if part is not None]}
    depth = {"LineString": 0, "MultiLineString": 1, "Polygon": 1, "MultiPolygon": 2}[kind]
    return {"type": kind, "coordinates": _lines(found["arcs"], depth, arcs)}


def _lines(indexes: Any, depth: int, arcs: list[Positions]) -> list[Any]:
    if depth:
        return [_lines(each, depth - 1, arcs) for each in indexes]
    # One's complement says that the arc is walked backwards; the joint stands once.
    walked = [arcs[i] if i >= 0 else arcs[~i][::-1] for i in indexes]
    joined = [walked[0], *(arc[1:] for arc in walked[1:])]
    line: list[Any] = np.concatenate(joined).tolist()
    return line
