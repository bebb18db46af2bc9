"""Coordinates as people write them: read, judged, and what was probably meant.

A point of Peru stands in a known box of degrees, so that the usual slips can be told apart:
0,0 for "unknown", latitude and longitude swapped, the minus sign lost, the decimal point
lost, the same number typed twice, metres of UTM in a column of degrees.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray

from app.errors import Invalid
from app.gis.crs import PERU


class Verdict(StrEnum):
    """How a pair of coordinates stands."""

    OK = "ok"
    ZERO = "zero"
    SWAPPED = "swapped"
    SIGN_LOST = "sign_lost"
    POINT_LOST = "point_lost"
    COPIED = "copied"
    METRES = "metres"
    OUTSIDE = "outside"


MESSAGES = {
    Verdict.OK: "",
    Verdict.ZERO: "Las coordenadas son 0, 0: nadie las anotó.",
    Verdict.SWAPPED: "La latitud y la longitud están cambiadas de lugar.",
    Verdict.SIGN_LOST: "Falta el signo menos: el Perú está al sur y al oeste.",
    Verdict.POINT_LOST: "Se perdió el punto decimal.",
    Verdict.COPIED: "La longitud es igual a la latitud: una de las dos está copiada.",
    Verdict.METRES: "Parecen metros UTM y no grados.",
    Verdict.OUTSIDE: "El punto cae fuera del Perú.",
}
REMEDIES = {
    Verdict.OK: "",
    Verdict.ZERO: "Deje las celdas vacías o anote las coordenadas.",
    Verdict.SWAPPED: "Ponga la longitud (entre -82 y -68) en su columna y la latitud en la suya.",
    Verdict.SIGN_LOST: "Escriba el signo menos delante del número.",
    Verdict.POINT_LOST: "Escriba el punto decimal después de los grados.",
    Verdict.COPIED: "Busque la longitud verdadera: va entre -82 y -68.",
    Verdict.METRES: "Exporte en grados WGS84 (EPSG:4326).",
    Verdict.OUTSIDE: "Revise las coordenadas: longitud entre -82 y -68, latitud entre -19 y 1.",
}


@dataclass(frozen=True, slots=True)
class Judged:
    """A pair of coordinates, the verdict, and what was probably meant (``None``: not known)."""

    verdict: Verdict
    lon: float
    lat: float
    suggestion: tuple[float, float] | None = None

    @property
    def message(self) -> str:
        """What is wrong, for the person; empty when nothing is."""
        return MESSAGES[self.verdict]

    @property
    def remedy(self) -> str:
        """What to do, with the suggested pair where there is one."""
        if self.suggestion is None:
            return REMEDIES[self.verdict]
        lon, lat = self.suggestion
        return f"{REMEDIES[self.verdict]} ¿Será longitud {lon:.6f}, latitud {lat:.6f}?"


def classify(lon: float, lat: float) -> Judged:
    """Judge one pair in degrees; the simplest slip that brings it into Peru is the verdict."""
    if not (np.isfinite(lon) and np.isfinite(lat)):
        return Judged(Verdict.OUTSIDE, lon, lat)
    if lon == 0 and lat == 0:
        return Judged(Verdict.ZERO, lon, lat)
    if PERU.covers(lon, lat):
        return Judged(Verdict.OK, lon, lat)
    if lon == lat:
        return Judged(Verdict.COPIED, lon, lat)
    return _slip(lon, lat) or Judged(Verdict.OUTSIDE, lon, lat)


def _slip(lon: float, lat: float) -> Judged | None:
    if PERU.covers(lat, lon):
        return Judged(Verdict.SWAPPED, lon, lat, (lat, lon))
    if PERU.covers(-abs(lon), -abs(lat)):
        return Judged(Verdict.SIGN_LOST, lon, lat, (-abs(lon), -abs(lat)))
    if 1e5 < lon < 1e6 and 7.5e6 < lat < 1e7:
        return Judged(Verdict.METRES, lon, lat)
    if PERU.covers(-abs(lat), -abs(lon)):
        return Judged(Verdict.SWAPPED, lon, lat, (-abs(lat), -abs(lon)))
    with_point = _with_point(lon, PERU.west, PERU.east), _with_point(lat, PERU.south, 0.0)
    if with_point[0] is not None and with_point[1] is not None:
        return Judged(Verdict.POINT_LOST, lon, lat, (with_point[0], with_point[1]))
    return None


def _with_point(value: float, least: float, most: float) -> float | None:
    """The value with its point put back: degrees of two figures, else of one; or ``None``.

    -7616079 can only be -76.16079 as a longitude; as a latitude -992795 may be -9.92795,
    and -1316032 may be -13.16032 or -1.316032: two figures are the commoner in Peru.
    """
    if least <= -abs(value) <= most and value <= 0:
        return value
    digits = f"{abs(value):.0f}" if abs(value) >= 1000 and value == int(value) else ""
    for figures in (2, 1):
        if len(digits) > figures:
            degrees = -float(f"{digits[:figures]}.{digits[figures:]}")
            if least <= degrees <= most:
                return degrees
    return None


def classify_many(lon: Sequence[float], lat: Sequence[float]) -> NDArray[np.object_]:
    """Verdicts for many pairs; only those that fall outside Peru are looked at one by one."""
    x, y = np.asarray(lon, dtype=float), np.asarray(lat, dtype=float)
    verdicts = np.full(len(x), Verdict.OK, dtype=object)
    inside = (x >= PERU.west) & (x <= PERU.east) & (y >= PERU.south) & (y <= PERU.north)
    inside &= (x != 0) | (y != 0)
    for index in np.flatnonzero(~inside):
        verdicts[index] = classify(float(x[index]), float(y[index])).verdict
    return verdicts


_DECIMAL = re.compile(r"[+-]?\d+(?:[.,]\d+)?|[+-]?[.,]\d+")
_SEXAGESIMAL = re.compile(
    r"(?P<sign>[+-])?(?P<d>\d{1,3})\s*[°º:\s]\s*(?P<m>\d{1,2}(?:[.,]\d+)?)\s*"
    r"(?:['’′:\s]\s*(?:(?P<s>\d{1,2}(?:[.,]\d+)?)\s*(?:''|[\"”″])?)?)?"
)
# In Spanish O is oeste; W is common in GPS exports.
_SIDES = {"N": 1, "S": -1, "E": 1, "O": -1, "W": -1}


def parse(text: str, *, field: str = "coordenada") -> float:
    """Degrees from ``-9.927955``, ``-9,927955``, ``9.927955 S`` or ``9°55'40.6" S``.

    Raises
    ------
    Invalid
        It is no angle; the refusal names ``field``.
    """
    bare = text.strip().upper().replace("\N{MINUS SIGN}", "-")
    side = _SIDES.get(bare[-1:]) or _SIDES.get(bare[:1])
    number = bare.strip("NSEOW ").strip()
    value = _angle(number)
    if value is None or (side and value < 0):
        raise Invalid(
            "«{value}» no es una coordenada.",
            remedy="Escriba grados con decimales, por ejemplo -9.927955, o 9°55'40.6\" S.",
            field=field,
            value=text.strip()[:40],
        )
    return value * side if side else value


def _angle(number: str) -> float | None:
    if _DECIMAL.fullmatch(number):
        return float(number.replace(",", "."))
    found = _SEXAGESIMAL.fullmatch(number)
    if not found:
        return None
    degrees, minutes, seconds = (
        float((found[part] or "0").replace(",", ".")) for part in ("d", "m", "s")
    )
    if minutes >= 60 or seconds >= 60:
        return None
    value = degrees + minutes / 60 + seconds / 3600
    return -value if found["sign"] == "-" else value
