"""The needs of a district, most pressing first: what is short, where, and for how many.

A need is an indicator short of its target somewhere, or named in an assembly. Its score,
0 to 100, is a sum of four segments (``app.planning.criteria``): the points given to gap,
people, equity and assembly, each times a value 0 to 1.

Each indicator is a need of its own, so nothing is counted thrice here; its dimension is
told so that a screen can put kin beside kin. Communities without data weigh in no segment;
under 70 % of communities with data a need is not ranked but becomes a visit. Where an
assembly named a problem that no indicator measures, its gap is neither 0 nor the mean: it
stands in a list of its own (``app.planning.problems``), since scoring it on what is left
would put it over or under the rest by what nobody measured.

Ties: more people affected, then more votes, then the public lot (planning.md 5.1 no. 7;
"older request" is left out, since an indicator has no date of request).

Source: planning.md 5.1 of the design; decision 12.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from math import fsum

from app.planning.counts import Count, total
from app.planning.criteria import CRITERIA, Segment, Values, segments, values
from app.planning.evidence import MIN_COVERAGE, Cell, Evidence, Visit, Votes
from app.planning.problems import Problem, problems
from app.planning.reasons import Reason
from app.planning.ties import DECIMALS, Criterion, placed
from app.planning.weights import shares

__all__ = ["CRITERIA", "Need", "NeedsList", "Unranked", "rank"]

_Scored = tuple[Values, tuple[Segment, ...]]


@dataclass(frozen=True, slots=True)
class Need:
    """A need in its place.

    Parameters
    ----------
    place
        From 1.
    score
        0 to 100, the sum of the segments' points.
    gap
        Intensity, 0 to 1.
    people
        Affected, at least; whole people are for the screen.
    count
        All communities with data together.
    coverage
        Share of the communities where it applies that have data.
    where
        Communities short of the target, the widest gap first, then more people.
    observed, missing
        How many have data; codes of those without.
    named, named_by_women, assemblies
        Assemblies that named it, those where women did, and all that were held.
    even_with, decided_by
        Codes with the same score; what put it behind the one above.
    """

    place: int
    code: str
    dimension: str
    score: float
    segments: tuple[Segment, ...]
    gap: float
    people: float
    count: Count
    coverage: float
    where: tuple[Cell, ...]
    observed: int
    missing: tuple[str, ...]
    votes: Votes
    named: int
    named_by_women: int
    assemblies: int
    even_with: tuple[str, ...]
    decided_by: str


@dataclass(frozen=True, slots=True)
class Unranked:
    """A need that cannot be ranked yet, with the visit that would change it."""

    code: str
    dimension: str
    coverage: float
    count: Count
    votes: Votes
    named: int
    visit: Visit


@dataclass(frozen=True, slots=True)
class NeedsList:
    """All needs of a district, each in exactly one of the lists.

    ``met``: every community with data has reached the target, and no assembly named it.
    ``not_applicable``: nobody to ask in the whole district.
    """

    ranked: tuple[Need, ...]
    without_data: tuple[Unranked, ...]
    without_indicator: tuple[Problem, ...]
    met: tuple[str, ...]
    not_applicable: tuple[str, ...]


def rank(
    evidence: Evidence, points: Mapping[str, float], seed: str, min_coverage: float = MIN_COVERAGE
) -> NeedsList:
    """The needs of the district in order, the same on every run.

    Parameters
    ----------
    evidence
        What is known of the district.
    points
        100 points over ``CRITERIA``.
    seed
        Of the public lot.
    min_coverage
        Share of communities with data under which a need is not ranked.

    Raises
    ------
    InvalidPoints
        The points are not 100 over the criteria.
    """
    weights = shares(points, CRITERIA)
    measured = [values(evidence, indicator) for indicator in evidence.indicators]
    applicable = [v for v in measured if _applies(v)]
    enough = [v for v in applicable if _enough(v, min_coverage)]
    needed = [v for v in enough if _needed(v)]
    return NeedsList(
        ranked=_ranked(evidence, needed, weights, seed),
        without_data=tuple(_unranked(v) for v in applicable if not _enough(v, min_coverage)),
        without_indicator=problems(evidence, seed),
        met=tuple(v.indicator.code for v in enough if not _needed(v)),
        not_applicable=tuple(v.indicator.code for v in measured if not _applies(v)),
    )


def _applies(v: Values) -> bool:
    return bool(v.cells or v.missing)


def _enough(v: Values, min_coverage: float) -> bool:
    return bool(v.cells) and v.coverage >= min_coverage - 1e-9


def _needed(v: Values) -> bool:
    return round(v.gap, DECIMALS) > 0 or v.named > 0


def _ranked(
    evidence: Evidence, needed: list[Values], weights: Mapping[str, float], seed: str
) -> tuple[Need, ...]:
    scored = [(v, segments(evidence, v, weights)) for v in needed]
    chain = (
        Criterion[_Scored]("score", lambda s: fsum(segment.points for segment in s[1])),
        Criterion[_Scored]("people", lambda s: s[0].affected),
        Criterion[_Scored]("votes", lambda s: s[0].votes.all),
    )
    order = placed(scored, chain, seed, lambda s: s[0].indicator.code)
    return tuple(
        Need(
            place=entry.place,
            code=v.indicator.code,
            dimension=v.indicator.dimension,
            score=fsum(segment.points for segment in parts),
            segments=parts,
            gap=v.gap,
            people=v.affected,
            count=total(cell.count for cell in v.cells),
            coverage=v.coverage,
            where=v.short,
            observed=len(v.cells),
            missing=v.missing,
            votes=v.votes,
            named=v.named,
            named_by_women=v.named_by_women,
            assemblies=len(evidence.held),
            even_with=entry.even_with,
            decided_by=entry.decided_by,
        )
        for entry in order
        for v, parts in (entry.item,)
    )


def _unranked(v: Values) -> Unranked:
    reason = Reason(
        "needs_data",
        "Comunidades con dato: {observed} de {applicable}; por visitar: {missing}.",
        {
            "observed": len(v.cells),
            "applicable": len(v.cells) + len(v.missing),
            "missing": len(v.missing),
        },
    )
    return Unranked(
        v.indicator.code,
        v.indicator.dimension,
        v.coverage,
        total(cell.count for cell in v.cells),
        v.votes,
        v.named,
        Visit(v.missing, (v.indicator.code,), reason),
    )
