"""The seam between GeoJSON and shapes: strict on the way in, fast and short on the way out.

RFC 7946: longitude first, degrees WGS84. Six decimals are a decimetre.
"""

import json
import sys
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely.geometry.base import BaseGeometry

from app.errors import Invalid
from app.gis.coordinates import Verdict, classify
from app.gis.crs import PERU, Bounds, Geometries

Positions = NDArray[np.float64]

POINTS = frozenset({"Point", "MultiPoint"})
LINES = frozenset({"LineString", "MultiLineString"})
POLYGONS = frozenset({"Polygon", "MultiPolygon"})
KINDS = POINTS | LINES | POLYGONS
DECIMALS = 6


class Feature(NamedTuple):
    """One feature on its way out; the properties must be plain JSON or print as text."""

    geometry: BaseGeometry | None
    properties: Mapping[str, Any]
    id: str | int | None = None


@dataclass(slots=True)
class _Reading:
    """How far a geometry has been read: its field for refusals and the vertices left."""

    field: str
    left: int

    def refusal(self, message: str, at: str, remedy: str = "", **params: Any) -> Invalid:
        return Invalid(message, remedy=remedy, field=f"{self.field}{at}", **params)


def shape(
    geometry: object,
    *,
    field: str = "geometry",
    kinds: Collection[str] = KINDS,
    within: Bounds | None = PERU,
    most_vertices: int = 10_000,
) -> BaseGeometry:
    """The shape that a person or a program sent as a GeoJSON geometry, checked.

    Parameters
    ----------
    geometry
        What stood in the JSON; anything may come.
    field
        Where it stood, for the refusal (``geometry.coordinates[0][3]``).
    kinds
        Types that are taken; collections of mixed types never are.
    within
        Where it must stand, in degrees; ``None`` only asks for a place on the Earth.
    most_vertices
        The most vertices.

    Raises
    ------
    Invalid
        Another type, no number, not finite, off the Earth or the box (and then whether it
        is swapped), a ring open or too short, too many vertices, empty, crossing itself.
    """
    reading = _Reading(field, most_vertices)
    built = _built(geometry, kinds, reading)
    _check_place(built, within, reading)
    if not built.is_valid:
        raise reading.refusal(
            "El borde se cruza o se toca a sí mismo: {reason}.",
            "",
            "Mueva los vértices para que el borde no se cruce.",
            reason=shapely.is_valid_reason(built),
        )
    return built


def parsed(geometry: object, *, field: str = "geometry") -> BaseGeometry:
    """The shape as it stands in a file: readable, but neither valid nor in its place yet.

    Raises
    ------
    Invalid
        It is no geometry of a kind that is taken.
    """
    return _built(geometry, KINDS, _Reading(field, sys.maxsize), closing=True)


def _built(
    geometry: object, kinds: Collection[str], reading: _Reading, closing: bool = False
) -> BaseGeometry:
    if not isinstance(geometry, Mapping):
        raise reading.refusal("Falta la geometría.", "", "Envíe un objeto GeoJSON con type.")
    kind = geometry.get("type")
    if not isinstance(kind, str) or kind not in kinds:
        raise reading.refusal(
            "No se acepta una geometría de tipo «{kind}».",
            ".type",
            "Use " + ", ".join(sorted(kinds)) + ".",
            kind=str(kind)[:40],
        )
    coordinates = geometry.get("coordinates")
    at = ".coordinates"
    match kind:
        case "Point":
            if not _is_position(coordinates):
                raise _no_position(coordinates, at, reading)
            return shapely.Point(_positions([coordinates], at, reading, least=1)[0])
        case "MultiPoint":
            return shapely.MultiPoint(_positions(coordinates, at, reading, least=1))
        case "LineString":
            return shapely.LineString(_positions(coordinates, at, reading, least=2))
        case "MultiLineString":
            return shapely.MultiLineString(
                [_positions(*line, reading, least=2) for line in _parts(coordinates, at, reading)]
            )
        case "Polygon":
            return _polygon(coordinates, at, reading, closing)
    return shapely.MultiPolygon(
        [_polygon(*part, reading, closing) for part in _parts(coordinates, at, reading)]
    )


def _parts(value: object, at: str, reading: _Reading) -> list[tuple[object, str]]:
    if not isinstance(value, Sequence) or isinstance(value, str) or not value:
        raise reading.refusal("La geometría está vacía.", at, "Dibuje al menos una parte.")
    if len(value) > reading.left:
        raise _too_many(reading, at)
    return [(part, f"{at}[{place}]") for place, part in enumerate(value)]


def _polygon(value: object, at: str, reading: _Reading, closing: bool) -> shapely.Polygon:
    rings = [_ring(part, place, reading, closing) for part, place in _parts(value, at, reading)]
    return shapely.Polygon(rings[0], rings[1:])


def _ring(value: object, at: str, reading: _Reading, closing: bool) -> Positions:
    ring = _positions(value, at, reading, least=3 if closing else 4)
    if (ring[0] != ring[-1]).any():
        if not closing:
            raise reading.refusal(
                "El polígono no se cierra.", at, "El último vértice debe repetir el primero."
            )
        ring = np.vstack([ring, ring[:1]])
    if len(ring) < 4:
        raise reading.refusal("El polígono tiene menos de tres vértices.", at)
    return ring


def _positions(value: object, at: str, reading: _Reading, *, least: int) -> Positions:
    count = len(value) if isinstance(value, list | tuple) else 0
    if not count:
        raise reading.refusal("La geometría está vacía.", at, "Dibuje al menos una parte.")
    reading.left -= count
    if reading.left < 0:
        raise _too_many(reading, at)
    if count < least:
        raise reading.refusal(
            "Hay {count} vértices y hacen falta {least}.", at, count=count, least=least
        )
    xy = _array(value, at, reading)
    if not np.isfinite(xy).all():
        raise reading.refusal("Hay coordenadas infinitas o que no son números.", at)
    return xy


def _array(value: Any, at: str, reading: _Reading) -> Positions:
    try:
        found = np.array(value)
    except ValueError:  # some with height, some without, or no pairs at all
        found = np.array(None)
    if found.ndim == 2 and 2 <= found.shape[1] <= 4 and found.dtype.kind in "iuf":
        return found[:, :2].astype(np.float64)
    for place, part in enumerate(value):
        if not _is_position(part):
            raise _no_position(part, f"{at}[{place}]", reading)
    return np.array([part[:2] for part in value], dtype=np.float64)


def _is_position(part: object) -> bool:
    return (
        isinstance(part, list | tuple)
        and 2 <= len(part) <= 4
        and all(type(number) in (int, float) for number in part)
    )


def _no_position(value: object, at: str, reading: _Reading) -> Invalid:
    return reading.refusal(
        "«{value}» no es un par de longitud y latitud.",
        at,
        "Escriba [longitud, latitud] con números.",
        value=str(value)[:40],
    )


def _too_many(reading: _Reading, at: str) -> Invalid:
    return reading.refusal(
        "La geometría tiene demasiados vértices.", at, "Simplifíquela y envíela otra vez."
    )


def _check_place(built: BaseGeometry, within: Bounds | None, reading: _Reading) -> None:
    west, south, east, north = built.bounds
    if within is None:
        within = Bounds(-180, -90, 180, 90)
    if within.covers(west, south) and within.covers(east, north):
        return
    judged = classify((west + east) / 2, (south + north) / 2)
    if judged.verdict is Verdict.OK:
        raise reading.refusal(
            "Una parte cae fuera del Perú.", ".coordinates", "Revise los vértices del borde."
        )
    raise reading.refusal(judged.message, ".coordinates", judged.remedy)


def geometry(shape_: BaseGeometry, decimals: int = DECIMALS) -> dict[str, Any]:
    """The shape as a GeoJSON geometry with so many decimals."""
    text = shapely.to_geojson(rounded(np.array([shape_], dtype=object), decimals)[0])
    found: dict[str, Any] = json.loads(text)
    return found


def rounded(geometries: Geometries, decimals: int) -> Geometries:
    """Vertices cut to so many decimals, one by one: shared borders stay shared."""
    return np.asarray(
        shapely.transform(geometries, lambda xy: np.round(xy, decimals) + 0.0), dtype=object
    )


def feature_collection(
    features: Iterable[Feature], decimals: int = DECIMALS, **members: Any
) -> bytes:
    """A FeatureCollection as UTF-8 bytes; ``members`` (name, date, n) stand beside the features.

    Geometries are written all at once: a thousand points take some milliseconds.
    """
    listed = list(features)
    shapes = np.array([None, *(one.geometry for one in listed)], dtype=object)[1:]
    texts = shapely.to_geojson(rounded(shapes, decimals))
    written = [_feature_text(one, text) for one, text in zip(listed, texts.tolist(), strict=True)]
    extra = "".join(f"{_dumps(name)}:{_dumps(value)}," for name, value in members.items())
    return f'{{"type":"FeatureCollection",{extra}"features":[{",".join(written)}]}}'.encode()


def _feature_text(one: Feature, text: str | None) -> str:
    name = "" if one.id is None else f'"id":{_dumps(one.id)},'
    return (
        f'{{"type":"Feature",{name}"geometry":{text or "null"},'
        f'"properties":{_dumps(one.properties)}}}'
    )


def _dumps(value: object) -> str:
    return json.dumps(
        value, ensure_ascii=False, allow_nan=False, separators=(",", ":"), default=str
    )
