"""What a request for features says: box, dates, system of coordinates, filter, page.

OGC API - Features parts 1, 2 and 3. A parameter that is not known is refused: silence would
look like an answer. Boxes and shapes come out in longitude and latitude.
"""

import json
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely.geometry.base import BaseGeometry

from app.errors import Malformed
from app.gis import cql2
from app.gis.cql2 import Compared, Filter, Kinds
from app.gis.crs import STORED, Geometries, moved, transformer

CRS84 = "http://www.opengis.net/def/crs/OGC/1.3/CRS84"
_EPSG = "http://www.opengis.net/def/crs/EPSG/0/"
CRS_EPSG = {CRS84: STORED} | {f"{_EPSG}{code}": code for code in (4326, 3857, 32717, 32718, 32719)}
"""The systems that may be asked for; UTM 17S, 18S and 19S are Peru's."""
LATITUDE_FIRST = f"{_EPSG}4326"
LIMIT, MOST = 1_000, 10_000
FURTHEST = 10_000_000
OWN = (
    *("limit", "offset", "after", "bbox", "bbox-crs", "crs", "datetime", "f"),
    *("filter", "filter-lang", "filter-crs"),
)
Pairs = Sequence[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class Interval:
    """Days from and until, both within; None where it is open."""

    start: date | None
    end: date | None

    def holds(self, start: date | None, end: date | None) -> bool:
        """Whether another interval has a day in common with it."""
        late = self.end is not None and start is not None and start > self.end
        early = self.start is not None and end is not None and end < self.start
        return not (late or early)


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is asked for of a collection.

    Parameters
    ----------
    offset
        How many features come before the page.
    after
        The key behind which the page begins, where the page before told it: then nothing has
        to be counted off.
    area
        What the geometry has to meet, in longitude and latitude.
    crs
        The URI of the system of the answer.
    """

    limit: int = LIMIT
    offset: int = 0
    after: str = ""
    area: BaseGeometry | None = None
    during: Interval | None = None
    crs: str = CRS84
    filter: Filter | None = None


def wanted(given: Pairs, kinds: Kinds) -> Wanted:
    """What the parameters of a request for items say.

    Raises
    ------
    Malformed
        A parameter is not known, stands twice, or cannot be read.
    """
    asked = once(given, (*OWN, *kinds))
    return Wanted(
        limit=min(_whole(asked, "limit", LIMIT, 1), MOST),
        offset=_whole(asked, "offset", 0, 0),
        after=asked.get("after", ""),
        area=_area(asked),
        during=_during(asked["datetime"]) if "datetime" in asked else None,
        crs=crs_of(asked),
        filter=_filter(asked, kinds),
    )


def once(given: Pairs, known: Sequence[str]) -> dict[str, str]:
    """The parameters by name; one that is not known or stands twice is refused."""
    found: dict[str, str] = {}
    for name, value in given:
        if name not in known:
            raise Malformed(
                "El parámetro «{name}» no se conoce aquí.",
                remedy="Quítelo, o use uno de estos: {names}.",
                field=name[:60],
                name=name[:60],
                names=", ".join(known) or "ninguno",
            )
        if name in found:
            raise _wrong(name, "está dos veces", "Escríbalo una sola vez.")
        found[name] = value
    return found


def _wrong(name: str, why: str, remedy: str) -> Malformed:
    return Malformed("El parámetro «{name}» {why}.", remedy=remedy, field=name, name=name, why=why)


def _whole(asked: Mapping[str, str], name: str, usual: int, least: int) -> int:
    text = asked.get(name)
    if text is None:
        return usual
    # Digits of other scripts are digits to Python too.
    if not (text.isascii() and text.isdigit()) or len(text) > 9 or int(text) < least:
        raise _wrong(name, "no es un número entero que sirva", f"Escriba un entero desde {least}.")
    return min(int(text), FURTHEST)


def crs_of(asked: Mapping[str, str], name: str = "crs") -> str:
    """The URI of a system that may be asked for."""
    uri = asked.get(name, CRS84).strip("[]")
    if uri not in CRS_EPSG:
        raise _wrong(name, "nombra un sistema que no se da", f"Use uno de: {', '.join(CRS_EPSG)}.")
    return uri


def _area(asked: Mapping[str, str]) -> BaseGeometry | None:
    uri = crs_of(asked, "bbox-crs")
    if "bbox" not in asked:
        return None
    numbers = _numbers(asked["bbox"])
    half = len(numbers) // 2
    (one, two), (three, four) = numbers[:2], numbers[half : half + 2]
    if two > four or (one > three and uri != CRS84):
        raise _wrong("bbox", "tiene el borde menor después del mayor", "Revise el orden.")
    if uri == CRS84 and one > three:  # across the 180th meridian
        return shapely.MultiPolygon(
            [shapely.box(one, two, 180, four), shapely.box(-180, two, three, four)]
        )
    return placed(shapely.box(one, two, three, four), uri)


def _numbers(text: str) -> list[float]:
    try:
        numbers = [float(each) for each in text.split(",")]
    except ValueError:
        numbers = []
    if len(numbers) not in {4, 6} or not all(math.isfinite(each) for each in numbers):
        raise _wrong("bbox", "no tiene cuatro números", "Escriba oeste,sur,este,norte.")
    return numbers


def placed(shape: BaseGeometry, uri: str) -> BaseGeometry:
    """A shape of a system that may be asked for, in longitude and latitude.

    Sides are followed in steps, since a straight side of one system is bent in the other.
    """
    if uri == CRS84:
        return shape
    if uri == LATITUDE_FIRST:
        return shapely.transform(shape, lambda xy: xy[:, ::-1])
    west, south, east, north = shapely.bounds(shape).tolist()
    step = max(east - west, north - south) / 32
    fine = shapely.segmentize(shape, step) if step > 0 else shape
    found: BaseGeometry = moved(np.array([fine], dtype=object), transformer(CRS_EPSG[uri]))[0]
    if not np.isfinite(shapely.get_coordinates(found)).all():
        raise _wrong("bbox", "cae fuera de lo que su sistema mide", "Revise el sistema.")
    return found


def projected(shapes: Geometries, uri: str) -> Geometries:
    """Shapes in longitude and latitude, in the system of the answer and its order of axes."""
    if uri == CRS84:
        return shapes
    if uri == LATITUDE_FIRST:
        swapped: NDArray[np.object_] = shapely.transform(shapes, lambda xy: xy[:, ::-1])
        return swapped
    return moved(shapes, transformer(STORED, CRS_EPSG[uri]))


def decimals(uri: str) -> int:
    """Decimals that tell a decimetre in a system."""
    return 7 if CRS_EPSG[uri] == STORED else 2


def _during(text: str) -> Interval:
    parts = text.split("/")
    if len(parts) > 2:
        raise _no_date()
    days = [None if each in {"", ".."} and len(parts) == 2 else _day(each) for each in parts]
    start, end = days[0], days[-1]
    if (
        len(parts) == 2
        and start is None
        and end is None
        and text not in {"../..", "/", "../", "/.."}
    ):
        raise _no_date()
    if start is not None and end is not None and start > end:
        raise _wrong("datetime", "termina antes de empezar", "Ponga primero la fecha anterior.")
    return Interval(start, end)


def _day(text: str) -> date:
    # A plus of an offset comes as a space where somebody did not encode it.
    try:
        return datetime.fromisoformat(text.replace(" ", "+")).date()
    except ValueError:
        raise _no_date() from None


def _no_date() -> Malformed:
    return _wrong(
        "datetime",
        "no es una fecha ni un intervalo",
        "Escriba 2026-01-31T00:00:00Z, o 2026-01-01T00:00:00Z/..",
    )


def _filter(asked: Mapping[str, str], kinds: Kinds) -> Filter | None:
    parts: list[Filter] = [
        Compared(name, "=", _value(name, kinds[name], text))
        for name, text in asked.items()
        if name in kinds and name not in OWN
    ]
    uri = crs_of(asked, "filter-crs")
    language = asked.get("filter-lang", "cql2-text")
    if language not in {"cql2-text", "cql2-json"}:
        raise _wrong("filter-lang", "no se conoce", "Use cql2-text o cql2-json.")
    if "filter" in asked:
        read = cql2.of_text if language == "cql2-text" else _of_json
        parts.append(read(asked["filter"], kinds, lambda shape: placed(shape, uri)))
    if not parts:
        return None
    return parts[0] if len(parts) == 1 else cql2.Both(tuple(parts), True)


def _of_json(text: str, kinds: Kinds, place: cql2.Place) -> Filter:
    try:
        tree = json.loads(text)
        json.dumps(tree, ensure_ascii=False).encode()  # JSON can write half a letter
    except (ValueError, RecursionError):
        raise _wrong("filter", "no es JSON", "Revise el filtro.") from None
    return cql2.of_json(tree, kinds, place)


def _value(name: str, kind: str, text: str) -> cql2.Scalar:
    given: object = text
    if kind in {"number", "integer"}:
        try:
            given = float(text)
        except ValueError:
            given = text
    elif kind == "boolean":
        given = {"true": True, "false": False}.get(text.casefold(), text)
    return cql2.value_of(name, kind, given)
