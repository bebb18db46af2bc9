"""Symbols that stand on one spot, set apart so that each is seen; a line leads to its place."""

import math
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

_HIDDEN = 0.6  # of the sum of two radii: nearer than this one covers too much of the other
_RINGS = 9
_TURN = 0.5  # radians that each ring begins further on, so that rings do not stand in rays

Spot = tuple[float, float]


def apart(spots: Sequence[Spot], radii: Sequence[float]) -> list[Spot]:
    """Where each symbol is drawn, in the order given; most stay where they are.

    A symbol that would hide another, or be hidden, goes to the nearest free place on rings
    around its own; where a whole crowd has filled them, it stays.
    """
    put = np.empty((len(spots), 2))
    sizes = np.array(radii, dtype=float)
    for at, (spot, radius) in enumerate(zip(spots, radii, strict=True)):
        put[at] = next(
            (place for place in _around(spot, radius) if _free(place, at, put, sizes)), spot
        )
    return [(float(x), float(y)) for x, y in put]


def _free(place: Spot, at: int, put: NDArray[np.float64], sizes: NDArray[np.float64]) -> bool:
    away = np.hypot(put[:at, 0] - place[0], put[:at, 1] - place[1])
    return bool(np.all(away >= (sizes[:at] + sizes[at]) * _HIDDEN))


def _around(spot: Spot, radius: float) -> list[Spot]:
    """The spot itself, then places on rings around it."""
    found = [spot]
    for ring in range(1, _RINGS + 1):
        far = ring * radius * 1.3
        places = 6 * ring
        for place in range(places):
            angle = 2 * math.pi * place / places + ring * _TURN
            found.append((spot[0] + far * math.cos(angle), spot[1] + far * math.sin(angle)))
    return found
