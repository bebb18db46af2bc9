"""How sure a place in a list is: the list drawn thousands of times.

Each draw completes what was not asked and shakes the weights, then ranks again:

homes not asked
    those seen are fixed; of the others ``theta ~ Beta(x + 1/2, n - x + 1/2)`` and
    ``y ~ Bin(N - n, theta)`` have the trait: share (x + y) / N. Where N is unknown or
    behind the share is theta itself.
communities without data
    the share of another community, drawn among those with data: it widens the range and
    neither rewards nor punishes silence.
weights
    a bootstrap of the participants' own vectors; with one vector only ``Dirichlet(40 w)``;
    flat, ``Dirichlet(1)``: "any weights".

Ties within a draw fall at random, so that no code is favoured. The seed is kept with the
run: same numpy, same seed, same numbers (numpy may change its distributions between
versions, so a run also keeps ``numpy.__version__``).

References
----------
Lahdelma, Hokkanen, Salminen 1998, SMAA; Tervonen, Figueira 2008, a survey of SMAA
methods; tiers as in planning.md 5.1 no. 7 and 5.2 of the design.
"""

from dataclasses import dataclass
from typing import Literal

import numpy as np
import numpy.typing as npt

from app.planning.intervals import Floats
from app.planning.ties import DECIMALS

DRAWS = 2000
CONCENTRATION = 40.0
SURE, UNLIKELY = 0.8, 0.2

Tier = Literal["alta", "frontera", "baja"]


@dataclass(frozen=True, slots=True)
class Standing:
    """What the draws say of one candidate.

    Parameters
    ----------
    first, last
        Places between which it falls in 90 % of the draws.
    in_top
        Share of the draws in which it is among the top m.
    tier
        ``alta`` from 0.8, ``baja`` under 0.2, ``frontera`` between.
    low, high
        Score between which it falls in 90 % of the draws.
    acceptability
        Share of the draws for each place, the first place first, up to its last ever.
    central
        Mean weights of the draws in which it is first, in the order of the criteria; None
        where it never is.
    """

    code: str
    first: int
    last: int
    in_top: float
    tier: Tier
    low: float
    high: float
    acceptability: tuple[float, ...]
    central: tuple[float, ...] | None


@dataclass(frozen=True, slots=True, eq=False)
class Simulation:
    """A run: standings by code, and the place of each candidate in each draw."""

    top: int
    draws: int
    codes: tuple[str, ...]
    standings: dict[str, Standing]
    places: npt.NDArray[np.intp]

    def before(self, one: str, other: str) -> float:
        """Share of the draws in which one stands before the other."""
        ahead = self.places[:, self.codes.index(one)] < self.places[:, self.codes.index(other)]
        return float(ahead.mean())


def tier(in_top: float) -> Tier:
    """The tier of a share of draws; both limits belong to the better one."""
    if in_top >= SURE - 1e-9:
        return "alta"
    return "frontera" if in_top >= UNLIKELY - 1e-9 else "baja"


def share_draws(
    x: Floats, n: Floats, population: Floats, draws: int, rng: np.random.Generator
) -> Floats:
    """Shares as they may be in the whole community, one table a draw.

    Parameters
    ----------
    x, n, population
        Tables of one row a community and one column an indicator; n is 0 where missing;
        population NaN where unknown or behind.
    draws
        How many tables.
    rng
        The generator of the run.

    Returns
    -------
    Array (draws, communities, indicators). An indicator that nobody answered stays NaN.
    """
    shares = np.broadcast_to(np.where(n > 0, x / np.maximum(n, 1), np.nan), (draws, *x.shape))
    shares = shares.copy()
    open_ended = (n > 0) & ~(population == n)
    theta = rng.beta(
        x[open_ended] + 0.5, (n - x)[open_ended] + 0.5, size=(draws, int(open_ended.sum()))
    )
    size = population[open_ended]
    known = ~np.isnan(size)
    unseen = (size - n[open_ended])[known].astype(np.int64)
    with_trait = rng.binomial(unseen, theta[:, known]) + x[open_ended][known]
    theta[:, known] = with_trait / size[known]
    shares[:, open_ended] = theta
    _fill_silence(shares, n > 0, rng)
    return shares


def weight_draws(
    vectors: Floats, draws: int, rng: np.random.Generator, flat: bool = False
) -> Floats:
    """Weights, one row a draw, each adding up to 1.

    Parameters
    ----------
    vectors
        One row a participant, one column a criterion, shares of 1.
    draws
        How many rows.
    rng
        The generator of the run.
    flat
        Any weights at all, whatever the participants said.
    """
    people, criteria = vectors.shape
    if flat:
        return rng.dirichlet(np.ones(criteria), size=draws)
    if people > 1:
        times = rng.multinomial(people, np.full(people, 1 / people), size=draws)
        mean: Floats = times @ vectors / people
        return mean
    weights = np.zeros((draws, criteria))
    given = vectors[0] > 0  # a criterion without points stays without
    weights[:, given] = rng.dirichlet(CONCENTRATION * vectors[0][given], size=draws)
    return weights


def simulation(
    codes: tuple[str, ...], scores: Floats, top: int, weights: Floats, rng: np.random.Generator
) -> Simulation:
    """Standings from scores.

    Parameters
    ----------
    codes
        Of the candidates, in the order of the columns.
    scores
        One row a draw, one column a candidate; more is more pressing.
    top
        How many can be attended this cycle (m).
    weights
        One row a draw, for the central weights.
    rng
        The generator of the run.
    """
    draws, candidates = scores.shape
    # Rounded scores lie on a grid of 1e-9: less than half of that only parts the equal.
    shaken = np.round(scores, DECIMALS) + rng.random(scores.shape) * 10.0**-DECIMALS * 0.4
    order = np.argsort(-shaken, axis=1)
    places = np.empty_like(order)
    np.put_along_axis(places, order, np.arange(1, candidates + 1)[None, :], axis=1)
    return Simulation(
        top,
        draws,
        codes,
        {
            code: _standing(code, places[:, column], scores[:, column], top, weights)
            for column, code in enumerate(codes)
        },
        places,
    )


def _standing(
    code: str, places: npt.NDArray[np.intp], scores: Floats, top: int, weights: Floats
) -> Standing:
    in_top = float((places <= top).mean())
    wins = places == 1
    low, high = np.quantile(scores, (0.05, 0.95))
    return Standing(
        code=code,
        first=int(np.quantile(places, 0.05, method="lower")),
        last=int(np.quantile(places, 0.95, method="higher")),
        in_top=in_top,
        tier=tier(in_top),
        low=float(low),
        high=float(high),
        acceptability=tuple((np.bincount(places)[1:] / len(places)).tolist()),
        central=tuple(weights[wins].mean(axis=0).tolist()) if wins.any() else None,
    )


def _fill_silence(shares: Floats, seen: npt.NDArray[np.bool_], rng: np.random.Generator) -> None:
    for column in range(seen.shape[1]):
        answered, silent = np.flatnonzero(seen[:, column]), np.flatnonzero(~seen[:, column])
        if len(answered) and len(silent):
            others = rng.choice(answered, size=(len(shares), len(silent)))
            drawn = np.take_along_axis(shares[:, :, column], others, axis=1)
            shares[:, silent, column] = drawn
