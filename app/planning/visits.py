"""The order in which to visit and support communities; it decides nothing else.

``S_c = 100 * sum(w_k * g_ck)`` over the indicators observed in community c, the weights
scaled to what is observed. A weight is the share of points of its dimension, divided among
the indicators of that dimension, so that three questions on water do not count thrice.
Coverage is the weight observed of the weight that applies; under 70 % a community is not
ranked: it needs a visit first, and the task says which data are missing.

Ties: more people, then the public lot. Never a league of communities: the list says where
to go first, not who did badly.

Source: planning.md 5.1 no. 3, 4, 6 and 7 of the design; decision 12.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from math import fsum

from app.planning.evidence import MIN_COVERAGE, Cell, Community, Evidence, Indicator, Visit
from app.planning.reasons import Reason
from app.planning.ties import Criterion, placed
from app.planning.weights import shares, weighting


@dataclass(frozen=True, slots=True)
class Part:
    """What one indicator adds to a community's score; the points add up to the score."""

    indicator: str
    dimension: str
    weight: float
    points: float
    cell: Cell


@dataclass(frozen=True, slots=True)
class Support:
    """A community in its place; ``missing`` are indicators that apply and have no data."""

    place: int
    community: str
    score: float
    coverage: float
    people: int
    parts: tuple[Part, ...]
    missing: tuple[str, ...]
    even_with: tuple[str, ...]
    decided_by: str
    reason: Reason

    @property
    def by_dimension(self) -> dict[str, float]:
        """Points of each dimension, adding up to the score."""
        dimensions = sorted({part.dimension for part in self.parts})
        return {
            name: fsum(part.points for part in self.parts if part.dimension == name)
            for name in dimensions
        }


@dataclass(frozen=True, slots=True)
class Silent:
    """A community with too few data to be ranked, and the visit that would change it."""

    community: str
    coverage: float
    people: int
    visit: Visit


@dataclass(frozen=True, slots=True)
class VisitsList:
    """Every community, ranked or waiting for data; those waiting: most people first."""

    ranked: tuple[Support, ...]
    without_data: tuple[Silent, ...]


@dataclass(frozen=True, slots=True)
class _Scored:
    community: Community
    parts: tuple[Part, ...]
    missing: tuple[str, ...]
    coverage: float

    @property
    def score(self) -> float:
        return fsum(part.points for part in self.parts)


def dimensions(evidence: Evidence) -> tuple[str, ...]:
    """The criteria over which points for this list are given."""
    return tuple(sorted({indicator.dimension for indicator in evidence.indicators}))


def indicator_weights(
    evidence: Evidence, points: Mapping[str, float] | None = None
) -> dict[str, float]:
    """Weight of each indicator, adding up to 1: its dimension's share, divided within.

    ``points`` are 100 over the dimensions; None: all dimensions alike.

    Raises
    ------
    InvalidPoints
        The points are not 100 over the dimensions.
    """
    names = dimensions(evidence)
    if not names:
        return {}
    of_dimension = shares(weighting(names).mean if points is None else points, names)
    inside = {
        name: fsum(i.weight for i in evidence.indicators if i.dimension == name) for name in names
    }
    return {
        i.code: of_dimension[i.dimension] * i.weight / inside[i.dimension]
        for i in evidence.indicators
    }


def rank(
    evidence: Evidence,
    seed: str,
    points: Mapping[str, float] | None = None,
    min_coverage: float = MIN_COVERAGE,
) -> VisitsList:
    """Communities in the order of visits, the same on every run.

    Raises
    ------
    InvalidPoints
        The points are not 100 over the dimensions.
    """
    weights = indicator_weights(evidence, points)
    scored = [_score(evidence, community, weights) for community in evidence.communities]
    enough = [s for s in scored if s.parts and s.coverage >= min_coverage - 1e-9]
    silent = [s for s in scored if s not in enough]
    chain = (
        Criterion[_Scored]("score", lambda s: s.score),
        Criterion[_Scored]("people", lambda s: s.community.people),
    )
    waiting = placed(
        silent, (Criterion[_Scored]("people", lambda s: s.community.people),), seed, _code
    )
    return VisitsList(
        ranked=tuple(
            Support(
                place=entry.place,
                community=_code(entry.item),
                score=entry.item.score,
                coverage=entry.item.coverage,
                people=entry.item.community.people,
                parts=entry.item.parts,
                missing=entry.item.missing,
                even_with=entry.even_with,
                decided_by=entry.decided_by,
                reason=_reason(entry.item),
            )
            for entry in placed(enough, chain, seed, _code)
        ),
        without_data=tuple(_silent(entry.item) for entry in waiting),
    )


def _code(scored: _Scored) -> str:
    return scored.community.code


def _score(evidence: Evidence, community: Community, weights: Mapping[str, float]) -> _Scored:
    applicable = [i for i in evidence.indicators if evidence.applies(i, community)]
    pairs = [(i, evidence.cell(i, community)) for i in applicable]
    cells: list[tuple[Indicator, Cell]] = [(i, cell) for i, cell in pairs if cell is not None]
    observed = fsum(weights[i.code] for i, _ in cells)
    whole = fsum(weights[i.code] for i in applicable)
    parts = [
        Part(
            i.code,
            i.dimension,
            weights[i.code] / observed,
            100 * weights[i.code] / observed * cell.gap,
            cell,
        )
        for i, cell in cells
        if observed
    ]
    missing = tuple(i.code for i, cell in pairs if cell is None and weights[i.code])
    most_first = tuple(sorted(parts, key=lambda part: (-part.points, part.indicator)))
    return _Scored(community, most_first, missing, observed / whole if whole else 0.0)


def _reason(scored: _Scored) -> Reason:
    return Reason(
        "support",
        "Indicadores con brecha: {short} de {observed} con dato ({coverage_share} del peso).",
        {
            "short": sum(1 for part in scored.parts if part.points > 0),
            "observed": len(scored.parts),
            "coverage_share": scored.coverage,
        },
    )


def _silent(scored: _Scored) -> Silent:
    reason = Reason(
        "community_needs_data",
        "Hay datos para {coverage_share} del peso; indicadores por preguntar: {missing}.",
        {"coverage_share": scored.coverage, "missing": len(scored.missing)},
    )
    code = scored.community.code
    visit = Visit((code,), scored.missing, reason)
    return Silent(code, scored.coverage, scored.community.people, visit)
