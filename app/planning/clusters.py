"""Where high or low values lie side by side more often than chance would put them.

Getis and Ord's Gi* tells hot and cold places; Anselin's local Moran tells also a place that
differs from those around it. Both are judged by drawing: the value of a place stays, those of
the others change places 9,999 times, always with the same seed. So many places are looked at
together that some would stand out by chance: the false discovery rate is held at 5 %
(Benjamini and Hochberg). Under thirty places with a value nothing is said. What is found is
possible and no more: neither statistic knows why.

References
----------
Getis and Ord 1992; Ord and Getis 1995 (Gi*). Anselin 1995 (local Moran, conditional
permutation). Benjamini and Hochberg 1995. planning.md 5.3 of the design.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

FEWEST = 30
DRAWS = 9_999
RATE = 0.05
SEED = 20_260_101

Floats = NDArray[np.float64]
Around = Literal["high_high", "low_low", "high_low", "low_high"]


@dataclass(frozen=True, slots=True)
class Place:
    """What is told of one place: ``p`` are pseudo p-values of two sides, before the rate.

    ``hot`` and ``cold`` are Gi* after the rate; ``around`` is local Moran after it, None where
    chance explains it.
    """

    gi: float
    gi_p: float
    moran: float
    moran_p: float
    hot: bool = False
    cold: bool = False
    around: Around | None = None


def found(
    values: Sequence[float],
    neighbours: Sequence[Sequence[int]],
    draws: int = DRAWS,
    seed: int = SEED,
) -> tuple[Place, ...] | None:
    """Each place in its order; None where there are too few, or all of them are alike.

    Parameters
    ----------
    values
        One a place.
    neighbours
        The places of the neighbours of each, never itself; every place has the same number.
    draws, seed
        How often the others change places, and from which seed.
    """
    y = np.asarray(values, dtype=float)
    near = np.asarray(neighbours, dtype=int)
    if len(y) < FEWEST or not near.size or np.ptp(y) == 0:
        return None
    drawn = _others(len(y), near.shape[1], draws, seed)
    z = y - y.mean()
    star = _gi(y, near)
    moran = z * z[near].mean(axis=1) / (z @ z / len(z))
    gi_p, moran_p = np.empty(len(y)), np.empty(len(y))
    for i in range(len(y)):
        rest = np.delete(y, i)[drawn].mean(axis=1)  # of the neighbours, as chance draws them
        gi_p[i] = _pseudo_p(rest, y[near[i]].mean())
        sign = np.sign(z[i])
        moran_p[i] = _pseudo_p(sign * rest, sign * y[near[i]].mean()) if sign else 1.0
    gi_seen, moran_seen = discoveries(gi_p), discoveries(moran_p)
    return tuple(
        Place(
            float(star[i]),
            float(gi_p[i]),
            float(moran[i]),
            float(moran_p[i]),
            bool(gi_seen[i] and star[i] > 0),
            bool(gi_seen[i] and star[i] < 0),
            _around(float(z[i]), float(z[near[i]].mean())) if moran_seen[i] else None,
        )
        for i in range(len(y))
    )


def discoveries(p: Floats, rate: float = RATE) -> NDArray[np.bool_]:
    """Which stand after holding the rate of false discoveries."""
    order = np.argsort(p, kind="stable")
    bars = rate * np.arange(1, len(p) + 1) / len(p)
    under = np.flatnonzero(p[order] <= bars)
    seen = np.zeros(len(p), dtype=bool)
    if len(under):
        seen[order[: under[-1] + 1]] = True
    return seen


def _gi(y: Floats, near: NDArray[np.int_]) -> Floats:
    """Gi* as a z-score: a place and its neighbours beside the mean of all (Ord and Getis)."""
    n, k = len(y), near.shape[1] + 1
    own = y[near].sum(axis=1) + y
    spread = np.sqrt((y @ y) / n - y.mean() ** 2)
    scores: Floats = (own - k * y.mean()) / (spread * np.sqrt((n * k - k**2) / (n - 1)))
    return scores


def _others(n: int, k: int, draws: int, seed: int) -> NDArray[np.int_]:
    """So many draws of k among the n - 1 others, each without putting back."""
    rng = np.random.default_rng(seed)
    drawn = np.empty((draws, k), dtype=int)
    for start in range(0, draws, 500):
        block = rng.random((min(500, draws - start), n - 1))
        drawn[start : start + len(block)] = np.argpartition(block, k - 1, axis=1)[:, :k]
    return drawn


def _pseudo_p(chance: Floats, seen: float) -> float:
    """Of two sides: how often chance goes as far as what was seen, itself counted."""
    above = int(np.count_nonzero(chance >= seen - 1e-12))
    below = int(np.count_nonzero(chance <= seen + 1e-12))
    return min(1.0, 2 * (min(above, below) + 1) / (len(chance) + 1))


def _around(own: float, near: float) -> Around:
    if own > 0:
        return "high_high" if near > 0 else "high_low"
    return "low_high" if near > 0 else "low_low"
