"""How sure the places of the two lists are: needs and visits under the same draws.

The point of each list stays where ``needs.rank`` and ``visits.rank`` put it; here only the
range around it is told: "entre el puesto 4 y el 9". Only what is ranked there is drawn
here. People affected are counted where there are data, as in the list itself, while
the intensity of communities without data is drawn (``app.planning.smaa``).

What is drawn of the homes does not depend on the weights: it is drawn once (``Drawn``), a
few tables at a time so that memory stays small, and any weights are then laid over it.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from app.planning import needs, visits
from app.planning.criteria import CRITERIA, values
from app.planning.evidence import MIN_COVERAGE, Evidence, reach, size
from app.planning.gaps import gap_array
from app.planning.intervals import Floats
from app.planning.reasons import Reason
from app.planning.smaa import (
    DRAWS,
    Simulation,
    Standing,
    share_draws,
    simulation,
    weight_draws,
)
from app.planning.ties import number
from app.planning.weights import InvalidPoints, Weighting

AT_ONCE = 250  # tables drawn at a time: a district of 60 by 20 then takes some megabytes


@dataclass(frozen=True, slots=True, eq=False)
class Tables:
    """One row a community, one column an indicator, in the order of the evidence."""

    x: Floats
    n: Floats
    population: Floats
    applies: Floats
    sizes: Floats
    reached: Floats
    target: Floats
    worst: Floats

    @property
    def up(self) -> Floats:
        """1 where more is better, else 0."""
        return (self.target > self.worst).astype(np.float64)


@dataclass(frozen=True, slots=True, eq=False)
class Drawn:
    """The criteria of the ranked needs in every draw: (draws, needs, criteria)."""

    codes: tuple[str, ...]
    values: Floats

    @property
    def draws(self) -> int:
        """How many tables were drawn."""
        return len(self.values)


def draw_needs(
    evidence: Evidence, seed: str, *, draws: int = DRAWS, min_coverage: float = MIN_COVERAGE
) -> Drawn:
    """What may be true of the ranked needs, before any weight.

    Which needs are ranked depends on data and votes alone, never on weights.
    """
    even = dict.fromkeys(CRITERIA, 100 / len(CRITERIA))
    ranked = {n.code for n in needs.rank(evidence, even, seed, min_coverage).ranked}
    kept = [k for k, indicator in enumerate(evidence.indicators) if indicator.code in ranked]
    tables, rng = tables_of(evidence), _generator(seed, "homes")
    found = np.empty((draws, len(kept), len(CRITERIA)))
    for start in range(0, draws, AT_ONCE):
        some = min(AT_ONCE, draws - start)
        shares = share_draws(tables.x, tables.n, tables.population, some, rng)
        found[start : start + some] = need_values(evidence, tables, shares)[:, kept, :]
    return Drawn(tuple(evidence.indicators[k].code for k in kept), found)


def weigh_needs(
    drawn: Drawn, weighting: Weighting, seed: str, top: int, *, flat: bool = False
) -> Simulation:
    """Ranges of the needs drawn; the weighting is over ``criteria.CRITERIA``.

    Raises
    ------
    InvalidPoints
        The weighting is over other criteria.
    """
    _require(weighting, CRITERIA)
    rng = _generator(seed, "weights")
    weights = weight_draws(weighting.matrix, drawn.draws, rng, flat)
    scores = 100 * np.einsum("rkj,rj->rk", drawn.values, weights)
    return simulation(drawn.codes, scores, top, weights, rng)


def of_needs(
    evidence: Evidence,
    weighting: Weighting,
    seed: str,
    top: int,
    *,
    draws: int = DRAWS,
    flat: bool = False,
    min_coverage: float = MIN_COVERAGE,
) -> Simulation:
    """Ranges of the ranked needs, drawn and weighed in one go.

    Raises
    ------
    InvalidPoints
        The weighting is over other criteria.
    """
    _require(weighting, CRITERIA)
    drawn = draw_needs(evidence, seed, draws=draws, min_coverage=min_coverage)
    return weigh_needs(drawn, weighting, seed, top, flat=flat)


def _generator(seed: str, purpose: str) -> np.random.Generator:
    """A stream of its own for each purpose, so that neither depends on how much the other drew."""
    return np.random.default_rng(number(f"{seed} {purpose}"))


def of_visits(
    evidence: Evidence,
    weighting: Weighting,
    seed: str,
    top: int,
    *,
    draws: int = DRAWS,
    flat: bool = False,
    min_coverage: float = MIN_COVERAGE,
) -> Simulation:
    """Ranges of the ranked communities; the weighting is over ``visits.dimensions``.

    Raises
    ------
    InvalidPoints
        The weighting is over other dimensions.
    """
    names = visits.dimensions(evidence)
    _require(weighting, names)
    listed = visits.rank(evidence, seed, weighting.mean, min_coverage).ranked
    ranked = {support.community for support in listed}
    kept = [c for c, community in enumerate(evidence.communities) if community.code in ranked]
    rng = np.random.default_rng(number(seed))
    weights = weight_draws(weighting.matrix, draws, rng, flat)
    tables, of_indicators = tables_of(evidence), weights @ _inside(evidence, names)
    scores = np.empty((draws, len(kept)))
    for start in range(0, draws, AT_ONCE):
        some = slice(start, min(start + AT_ONCE, draws))
        many = some.stop - some.start
        shares = share_draws(tables.x, tables.n, tables.population, many, rng)
        scores[some] = visit_scores(tables, shares, of_indicators[some])[:, kept]
    codes = tuple(evidence.communities[c].code for c in kept)
    return simulation(codes, scores, top, weights, rng)


def need_values(evidence: Evidence, tables: Tables, shares: Floats) -> Floats:
    """The criteria of every need in every draw: (draws, indicators, criteria)."""
    gaps = np.nan_to_num(gap_array(shares, tables.target, tables.worst))
    weighed = np.where(tables.sizes.sum(axis=0) > 0, tables.sizes, tables.applies)
    intensity = _ratio(np.einsum("rck,ck->rk", gaps, weighed), weighed.sum(axis=0))
    short = np.nan_to_num(np.where(tables.up > 0, 1 - shares, shares))
    affected = np.einsum("rck,ck->rk", short, tables.reached)
    equity = np.array([np.nan if c.equity is None else c.equity for c in evidence.communities])
    known = tables.reached * ~np.isnan(equity)[:, None]
    favoured = np.nan_to_num(equity)[:, None] * known
    least = _ratio(np.einsum("rck,ck->rk", short, favoured), np.einsum("rck,ck->rk", short, known))
    named = [values(evidence, indicator).assembly or 0 for indicator in evidence.indicators]
    people = np.minimum(1, affected / evidence.goalpost) if evidence.goalpost else 0 * affected
    voice = np.broadcast_to(np.array(named, dtype=np.float64), intensity.shape)
    return np.stack([intensity, people, least, voice], axis=2)


def visit_scores(tables: Tables, shares: Floats, weights: Floats) -> Floats:
    """The score of every community in every draw; weights are (draws, indicators)."""
    gaps = gap_array(shares, tables.target, tables.worst)
    answered = (tables.n > 0).any(axis=0)
    applies = tables.applies * answered
    whole = np.einsum("rk,ck->rc", weights, applies)
    return 100 * _ratio(np.einsum("rck,rk,ck->rc", np.nan_to_num(gaps), weights, applies), whole)


def _ratio(above: Floats, below: Floats) -> Floats:
    ratio: Floats = np.divide(above, below, out=np.zeros_like(above), where=below > 0)
    return ratio


def range_reason(standing: Standing, simulated: Simulation) -> Reason:
    """What a standing says, in words."""
    numbers = {
        "first": standing.first,
        "last": standing.last,
        "of": len(simulated.codes),
        "in_top_share": standing.in_top,
        "top": simulated.top,
    }
    if standing.first == standing.last:
        return Reason(
            "place",
            "Está en el puesto {first} de {of}; llega al puesto {top} o mejor en el "
            "{in_top_share} de los cálculos.",
            numbers,
        )
    return Reason(
        "range",
        "Está entre el puesto {first} y el {last} de {of}; llega al puesto {top} o mejor en "
        "el {in_top_share} de los cálculos.",
        numbers,
    )


def _inside(evidence: Evidence, names: Sequence[str]) -> Floats:
    """From weights of dimensions to weights of indicators: (dimensions, indicators)."""
    matrix: Floats = np.zeros((len(names), len(evidence.indicators)))
    for column, indicator in enumerate(evidence.indicators):
        matrix[names.index(indicator.dimension), column] = indicator.weight
    matrix /= matrix.sum(axis=1, keepdims=True)
    return matrix


def _require(weighting: Weighting, criteria: Sequence[str]) -> None:
    if tuple(weighting.criteria) != tuple(criteria):
        raise InvalidPoints(
            "Los puntos son de otra lista de criterios.",
            remedy="Reparta los puntos entre los criterios de esta lista.",
            field="criteria",
        )


def tables_of(evidence: Evidence) -> Tables:
    """The counts of a district as tables; n is 0 where missing or not applicable."""
    shape = (len(evidence.communities), len(evidence.indicators))
    x, n, applies, sizes, reached = (np.zeros(shape) for _ in range(5))
    population = np.full(shape, np.nan)
    for k, indicator in enumerate(evidence.indicators):
        for c, community in enumerate(evidence.communities):
            if not evidence.applies(indicator, community):
                continue
            applies[c, k] = 1
            sizes[c, k] = size(indicator, community)
            count = evidence.counts.get((indicator.code, community.code))
            if count is None or not count.n:
                continue
            x[c, k], n[c, k] = count.x, count.n
            reached[c, k] = reach(count, indicator, community)
            if count.known_population is not None:
                population[c, k] = count.known_population
    goals = [indicator.goal for indicator in evidence.indicators]
    target, worst = np.array([g.target for g in goals]), np.array([g.worst for g in goals])
    return Tables(x, n, population, applies, sizes, reached, target, worst)
