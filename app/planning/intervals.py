"""The range in which a share may lie, given how many of how many answered.

Wilson's score interval with n corrected for a finite population,
``n' = n (N - 1) / (N - n)``: whoever asked everybody has no sampling error left.

References
----------
Brown, Cai, DasGupta 2001, Interval estimation for a binomial proportion; finite
population as in planning.md 5.1 of the design.
"""

from dataclasses import dataclass
from math import sqrt

import numpy as np
import numpy.typing as npt

from app.planning.counts import Count

Z95 = 1.959964

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Interval:
    """From low to high, both included."""

    low: float
    high: float

    @property
    def width(self) -> float:
        """How much is not known."""
        return self.high - self.low


def wilson(count: Count, z: float = Z95, deff: float = 1.0) -> Interval | None:
    """Interval of a share.

    Parameters
    ----------
    count
        Its population corrects only where known and not behind (N < n: no correction).
    z
        Quantile of the normal: 1.959964 for 95 %.
    deff
        Design effect: n' is divided by it where answers come in clusters; 1 or more.

    Returns
    -------
    None for n = 0; a point for n = N; within 0 to 1 always, around x / n.
    """
    share = count.share
    if share is None:
        return None
    size = _effective(count.n, count.known_population)
    if size is None:
        return Interval(share, share)
    size /= deff
    spread = z * z / size
    centre = (share + spread / 2) / (1 + spread)
    half = z / (1 + spread) * sqrt(share * (1 - share) / size + spread / (4 * size))
    # Rounding may leave 1e-17 outside the share or outside 0 to 1.
    return Interval(max(0.0, min(share, centre - half)), min(1.0, max(share, centre + half)))


def wilson_bounds(
    x: Floats, n: Floats, population: Floats, z: float = Z95
) -> tuple[Floats, Floats]:
    """Low and high of many shares at once; the same numbers as ``wilson``.

    Parameters
    ----------
    x, n, population
        Arrays of one shape; population is NaN where unknown.
    z
        As in ``wilson``.

    Returns
    -------
    Two arrays; NaN where n = 0.
    """
    with np.errstate(divide="ignore", invalid="ignore"):
        share = x / n
        correctable = population > n
        size = np.where(correctable, n * (population - 1) / (population - n), n)
        spread = z * z / size
        centre = (share + spread / 2) / (1 + spread)
        half = z / (1 + spread) * np.sqrt(share * (1 - share) / size + spread / (4 * size))
        low = np.clip(np.minimum(share, centre - half), 0, 1)
        high = np.clip(np.maximum(share, centre + half), 0, 1)
    everybody = population == n
    return np.where(everybody, share, low), np.where(everybody, share, high)


def _effective(n: int, population: int | None) -> float | None:
    """n', or None where everybody answered and nothing is left to err."""
    if population is None:
        return float(n)
    if population == n:
        return None
    return n * (population - 1) / (population - n)
