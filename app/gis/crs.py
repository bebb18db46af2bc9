"""Systems of coordinates: the stored one, the metric one of a place, the likely one of a file.

Everything is stored in EPSG:4326, longitude first. Metres come from the UTM zone of the
place or from an equal-area plane (``app.gis.measure``); nothing is measured in degrees.
"""

from dataclasses import dataclass
from functools import lru_cache
from typing import NamedTuple

import numpy as np
import shapely
from numpy.typing import NDArray
from pyproj import CRS, Transformer
from pyproj.exceptions import CRSError

from app.errors import Invalid

Geometries = NDArray[np.object_]

STORED = 4326


class Bounds(NamedTuple):
    """A box in degrees (or in the units of its CRS): west, south, east, north."""

    west: float
    south: float
    east: float
    north: float

    def covers(self, x: float, y: float) -> bool:
        """Whether the point stands in the box, its edge included."""
        return self.west <= x <= self.east and self.south <= y <= self.north


PERU = Bounds(-82.0, -19.0, -68.0, 1.0)
"""Box of Peru with room for the sea and for rounding: a point outside is a mistake."""

# Coarse outline with 35 km around it (from Natural Earth, public domain): enough to tell
# in which UTM zone a set of metres would fall inside the country.
_OUTLINE = shapely.Polygon(
    [
        *[(-81.7, -4.6), (-80.4, -3.0), (-79.2, -4.5), (-78.6, -3.1), (-75.9, -1.4)],
        *[(-75.7, 0.2), (-74.6, 0.1), (-72.8, -2.0), (-70.9, -1.9), (-69.8, -2.4)],
        *[(-70.1, -3.5), (-69.7, -4.5), (-72.6, -5.4), (-73.5, -7.6), (-71.9, -9.7)],
        *[(-70.3, -9.2), (-70.3, -10.7), (-69.4, -10.7), (-68.4, -12.4), (-69.0, -15.7)],
        *[(-68.5, -16.4), (-69.8, -18.5), (-70.6, -18.6), (-76.2, -14.9), (-79.3, -8.4)],
        (-81.4, -6.2),
    ]
)
_UTM_SOUTH = {32717: "UTM 17S", 32718: "UTM 18S", 32719: "UTM 19S"}


@dataclass(frozen=True, slots=True)
class Suggestion:
    """A system that a file without one may be in, and the share of it that then falls in Peru."""

    epsg: int
    label: str
    share: float


def utm_epsg(lon: float, lat: float) -> int:
    """EPSG code of the WGS84 UTM zone where the point (degrees) stands."""
    zone = min(int((lon + 180) // 6) + 1, 60)
    return (32600 if lat >= 0 else 32700) + zone


@lru_cache(maxsize=64)
def transformer(source: str | int, target: str | int = STORED) -> Transformer:
    """Transformer from one system to another, x (east, longitude) first on both sides."""
    try:
        return Transformer.from_crs(CRS(source), CRS(target), always_xy=True)
    except CRSError as error:
        raise Invalid(
            "No se reconoce el sistema de coordenadas «{crs}».",
            remedy="Indique el código EPSG (por ejemplo 32718 para UTM 18S) o exporte en WGS84.",
            field="crs",
            crs=str(source)[:80],
        ) from error


def reprojected(
    geometries: Geometries, source: str | int, target: str | int = STORED
) -> Geometries:
    """The geometries in another system, flat (without height); nulls stay null.

    Raises
    ------
    Invalid
        A system is unknown.
    """
    flat = shapely.force_2d(np.asarray(geometries, dtype=object))
    change = transformer(source, target)
    return flat if CRS(source) == CRS(target) else moved(flat, change)


def moved(geometries: Geometries, change: Transformer) -> Geometries:
    """Each vertex through the transformer; what cannot be brought over becomes infinite."""

    def vertices(xy: NDArray[np.float64]) -> NDArray[np.float64]:
        return np.column_stack(change.transform(xy[:, 0], xy[:, 1]))

    return np.asarray(shapely.transform(geometries, vertices), dtype=object)


def same_datum(source: str | int) -> bool:
    """Whether the system needs no change of datum to reach WGS84 (PSAD56 does: some metres)."""
    datum = CRS(source).datum
    name = datum.name if datum is not None else ""
    return any(word in name for word in ("World Geodetic System 1984", "WGS_1984", "SIRGAS"))


def is_geographic(source: str | int) -> bool:
    """Whether the system counts in degrees."""
    return bool(transformer(source).source_crs and CRS(source).is_geographic)


def name_of(source: str | int) -> str:
    """Short name of a system: ``EPSG:32718`` where it has a code, else its own name."""
    found = CRS(source)
    code = found.to_epsg()
    return f"EPSG:{code}" if code else found.name


def suggestions(xy: NDArray[np.float64]) -> list[Suggestion]:
    """Systems that the coordinates may be in, likeliest first; empty when none fits Peru.

    Degrees are recognised by their size; metres by the UTM zone (17S, 18S, 19S) in which
    most of them fall inside the country.

    Parameters
    ----------
    xy
        Array of n x 2 finite coordinates as they stand in the file.
    """
    if not len(xy):
        return []
    sample = xy[:: max(1, len(xy) // 2000)]
    if np.all(np.abs(sample[:, 0]) <= 180) and np.all(np.abs(sample[:, 1]) <= 90):
        share = _share_inside(sample)
        return [Suggestion(STORED, "grados WGS84", share)] if share else []
    metres = (sample[:, 0] > 1e5) & (sample[:, 0] < 1e6) & (sample[:, 1] > 7.5e6)
    if metres.mean() < 0.5:
        return []
    fits = []
    for epsg, label in _UTM_SOUTH.items():
        lon, lat = transformer(epsg).transform(sample[metres, 0], sample[metres, 1])
        share = _share_inside(np.column_stack([lon, lat]))
        if share:
            fits.append(Suggestion(epsg, label, share))
    return sorted(fits, key=lambda fit: -fit.share)


def _share_inside(lonlat: NDArray[np.float64]) -> float:
    return float(np.mean(shapely.contains_xy(_OUTLINE, lonlat[:, 0], lonlat[:, 1])))
