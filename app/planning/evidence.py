"""What a district knows when it ranks: its communities, indicators, counts and votes.

A cell, one indicator in one community, is observed (somebody answered), missing (nobody
did, though somebody could), or does not apply (there is nobody to ask: N = 0). Missing is
never read as good nor as bad; what does not apply counts nowhere.

Invalid
└── InvalidEvidence    codes repeated or unknown, numbers out of range
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from itertools import chain

from app.errors import Invalid
from app.planning.counts import Count, Unit
from app.planning.gaps import Goal, gap, lacking, scaled
from app.planning.intervals import Interval, wilson
from app.planning.reasons import Reason

MIN_COVERAGE = 0.7
"""Below this share of data nothing is ranked (planning.md 5.1 no. 6)."""


class InvalidEvidence(Invalid):
    """What was gathered does not fit together."""


@dataclass(frozen=True, slots=True)
class Indicator:
    """What is measured; ``weight`` counts within its dimension only, and is over 0."""

    code: str
    dimension: str
    goal: Goal
    unit: Unit = "person"
    weight: float = 1.0


@dataclass(frozen=True, slots=True)
class Community:
    """Who lives there; ``equity`` 0 to 1, 1 the least favoured, None where nobody knows."""

    code: str
    people: int
    homes: int
    equity: float | None = None


@dataclass(frozen=True, slots=True)
class Votes:
    """Votes in an assembly, one person one vote, women and men apart."""

    women: int = 0
    men: int = 0

    @property
    def all(self) -> int:
        """Women and men."""
        return self.women + self.men

    def __add__(self, other: "Votes") -> "Votes":
        """Votes of both."""
        return Votes(self.women + other.women, self.men + other.men)


@dataclass(frozen=True, slots=True)
class Visit:
    """A task: go and ask, since without these data nothing can be said."""

    communities: tuple[str, ...]
    indicators: tuple[str, ...]
    reason: Reason


@dataclass(frozen=True, slots=True)
class Cell:
    """An observed indicator of a community.

    ``affected`` are people on the bad side: of N where known, else of n; homes count as
    the people who live in them on average there, a community as all its people.
    """

    community: str
    indicator: str
    count: Count
    share: float
    interval: Interval
    gap: float
    affected: float


@dataclass(frozen=True, slots=True)
class Evidence:
    """All that the lists of needs and of visits are made from.

    Parameters
    ----------
    indicators, communities
        With codes of their own; kept in order of code.
    counts
        By (indicator, community).
    votes
        By (indicator or problem, community). Votes for a problem that an indicator
        measures stand under the code of the indicator; the sum of several such problems
        is the caller's.
    assemblies
        Communities that held an assembly; those with votes or reports count anyway.
    reported
        People affected as the assembly said, by (problem, community).
    people
        The fixed goalpost of "how many people": the district's population, kept for the
        whole cycle; None takes the sum over communities.

    Raises
    ------
    InvalidEvidence
        A code twice or unknown, equity outside 0 to 1, a weight of 0 or less, negative
        people, homes or votes.
    """

    indicators: tuple[Indicator, ...]
    communities: tuple[Community, ...]
    counts: Mapping[tuple[str, str], Count]
    votes: Mapping[tuple[str, str], Votes] = field(default_factory=dict)
    assemblies: frozenset[str] = frozenset()
    reported: Mapping[tuple[str, str], int] = field(default_factory=dict)
    people: int | None = None

    def __post_init__(self) -> None:
        """Refuse what does not fit, and forget the order of arrival."""
        indicators = tuple(sorted(self.indicators, key=lambda i: i.code))
        object.__setattr__(self, "indicators", indicators)
        communities = tuple(sorted(self.communities, key=lambda c: c.code))
        object.__setattr__(self, "communities", communities)
        _refuse_repeated(i.code for i in indicators)
        _refuse_repeated(c.code for c in communities)
        known = {c.code for c in communities}
        named = chain((c for _, c in (*self.counts, *self.votes, *self.reported)), self.assemblies)
        _refuse_unknown(named, known)
        _refuse_unknown((i for i, _ in self.counts), {i.code for i in indicators})
        _refuse_numbers(self)

    @property
    def goalpost(self) -> int:
        """How many people would be everybody."""
        if self.people is not None:
            return self.people
        return sum(community.people for community in self.communities)

    @property
    def held(self) -> frozenset[str]:
        """Communities that held an assembly."""
        return self.assemblies.union(c for _, c in (*self.votes, *self.reported))

    def cell(self, indicator: Indicator, community: Community) -> Cell | None:
        """What is observed there; None where it is missing or does not apply."""
        count = self.counts.get((indicator.code, community.code))
        if count is None or count.share is None:
            return None
        interval = wilson(count)
        assert interval is not None  # a share implies an interval
        return Cell(
            community.code,
            indicator.code,
            count,
            count.share,
            interval,
            gap(count.share, indicator.goal),
            lacking(count.share, indicator.goal.direction) * reach(count, indicator, community),
        )

    def applies(self, indicator: Indicator, community: Community) -> bool:
        """There is somebody to ask there, as far as anybody knows."""
        count = self.counts.get((indicator.code, community.code))
        return count is None or not count.empty

    def with_targets(self, factor: float) -> "Evidence":
        """The same with every target multiplied, for a what-if of 0.9 or 1.1."""
        moved = (replace(i, goal=scaled(i.goal, factor)) for i in self.indicators)
        return replace(self, indicators=tuple(moved))


def reach(count: Count, indicator: Indicator, community: Community) -> float:
    """People whom the denominator of a count stands for."""
    if indicator.unit == "community":
        return community.people
    size = count.known_population or count.n
    if indicator.unit == "home" and community.homes:
        return size * community.people / community.homes
    return size


def size(indicator: Indicator, community: Community) -> int:
    """Weight of a community in a mean over communities: its homes or its people."""
    return community.homes if indicator.unit == "home" else community.people


def _refuse_repeated(codes: Iterable[str]) -> None:
    seen: set[str] = set()
    for code in codes:
        if code in seen:
            raise InvalidEvidence("El código «{code}» aparece dos veces.", code=code)
        seen.add(code)


def _refuse_unknown(named: Iterable[str], known: set[str]) -> None:
    for code in named:
        if code not in known:
            raise InvalidEvidence("Hay datos de «{code}», que no está en la lista.", code=code)


def _refuse_numbers(evidence: Evidence) -> None:
    for indicator in evidence.indicators:
        if not indicator.weight > 0:
            raise InvalidEvidence(
                "El peso de «{code}» debe ser mayor que 0.", code=indicator.code, field="weight"
            )
    for community in evidence.communities:
        if community.people < 0 or community.homes < 0:
            raise InvalidEvidence("«{code}» tiene una población negativa.", code=community.code)
        if community.equity is not None and not 0 <= community.equity <= 1:
            raise InvalidEvidence("La equidad de «{code}» va de 0 a 1.", code=community.code)
    for (code, _), votes in evidence.votes.items():
        if votes.women < 0 or votes.men < 0:
            raise InvalidEvidence("«{code}» tiene votos negativos.", code=code, field="votes")
