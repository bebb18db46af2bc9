"""The four criteria of a need, each 0 to 1 on a scale that does not move with the data.

gap
    intensity: the mean of the communities' gaps, weighted by people (or homes). A
    community over the target does not pay for one under it.
people
    affected people, of the district's population. Only where there are data: at least so
    many.
equity
    the mean equity of the affected communities, weighted by affected people.
assembly
    the share of the assemblies held that named it, one community one voice.

Communities without data weigh in no criterion. A criterion that nobody could measure at
all (no equity known, no assembly held yet) gives 0 to every need alike and says so.

Source: planning.md 5.1 of the design.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from math import fsum

from app.planning.evidence import Cell, Evidence, Indicator, Votes, size
from app.planning.reasons import Reason
from app.planning.ties import DECIMALS

CRITERIA = ("gap", "people", "equity", "assembly")


@dataclass(frozen=True, slots=True)
class Segment:
    """One readable part of a score: ``points = weight * value``."""

    criterion: str
    weight: float
    value: float
    points: float
    reason: Reason


@dataclass(frozen=True, slots=True)
class Values:
    """The four criteria of a need, 0 to 1, and what they were made from.

    ``equity`` is None where it is known for no affected community, ``assembly`` where no
    assembly was held.
    """

    indicator: Indicator
    cells: tuple[Cell, ...]
    missing: tuple[str, ...]
    gap: float
    affected: float
    people: float
    equity: float | None
    assembly: float | None
    votes: Votes
    named: int
    named_by_women: int

    @property
    def coverage(self) -> float:
        """Share of applicable communities with data; 1 where it applies nowhere."""
        applicable = len(self.cells) + len(self.missing)
        return len(self.cells) / applicable if applicable else 1.0

    @property
    def short(self) -> tuple[Cell, ...]:
        """Communities short of the target, the widest gap first, then more people."""
        below = (cell for cell in self.cells if round(cell.gap, DECIMALS) > 0)
        return tuple(
            sorted(
                below,
                key=lambda c: (-round(c.gap, DECIMALS), -round(c.affected, DECIMALS), c.community),
            )
        )

    @property
    def shares(self) -> dict[str, float]:
        """Each criterion, 0 to 1; what is not known adds nothing."""
        return {
            "gap": self.gap,
            "people": self.people,
            "equity": self.equity or 0.0,
            "assembly": self.assembly or 0.0,
        }


def values(evidence: Evidence, indicator: Indicator) -> Values:
    """The criteria of one need, before any weight."""
    cells: list[Cell] = []
    missing: list[str] = []
    sizes: list[float] = []
    for community in evidence.communities:
        cell = evidence.cell(indicator, community)
        if cell is not None:
            cells.append(cell)
            sizes.append(size(indicator, community))
        elif evidence.applies(indicator, community):
            missing.append(community.code)
    votes = {c: v for (code, c), v in evidence.votes.items() if code == indicator.code and v.all}
    affected = fsum(cell.affected for cell in cells)
    held = len(evidence.held)
    goalpost = evidence.goalpost
    equities = {c.code: c.equity for c in evidence.communities}
    return Values(
        indicator=indicator,
        cells=tuple(cells),
        missing=tuple(missing),
        gap=_intensity(cells, sizes),
        affected=affected,
        people=min(1.0, affected / goalpost) if goalpost else 0.0,
        equity=_mean(
            (equity, cell.affected)
            for cell in cells
            if (equity := equities[cell.community]) is not None
        ),
        assembly=len(votes) / held if held else None,
        votes=sum(votes.values(), Votes()),
        named=len(votes),
        named_by_women=sum(1 for vote in votes.values() if vote.women),
    )


def segments(evidence: Evidence, v: Values, weights: Mapping[str, float]) -> tuple[Segment, ...]:
    """The readable parts of a need's score, adding up to it.

    ``weights`` are shares of 1 for each of ``CRITERIA``.
    """
    reasons = (_gap(v), _people(evidence, v), _equity(v), _assembly(evidence, v))
    found = v.shares
    return tuple(
        Segment(code, 100 * weights[code], found[code], 100 * weights[code] * found[code], reason)
        for code, reason in zip(CRITERIA, reasons, strict=True)
    )


def _gap(v: Values) -> Reason:
    return Reason(
        "gap",
        "La brecha media hasta la meta es {gap_share}. Comunidades con dato: {observed} de "
        "{applicable}; bajo la meta: {short}.",
        {
            "gap_share": v.gap,
            "observed": len(v.cells),
            "applicable": len(v.cells) + len(v.missing),
            "short": len(v.short),
        },
    )


def _people(evidence: Evidence, v: Values) -> Reason:
    return Reason(
        "people",
        "Afecta al menos a {people} de {population} personas del distrito.",
        {"people": round(v.affected), "population": evidence.goalpost},
    )


def _equity(v: Values) -> Reason:
    if v.equity is None:
        return Reason("equity_unknown", "Aún no se conoce la equidad de las comunidades afectadas.")
    return Reason(
        "equity",
        "Las comunidades afectadas tienen un valor medio de {equity_share} en el criterio "
        "de equidad.",
        {"equity_share": v.equity},
    )


def _assembly(evidence: Evidence, v: Values) -> Reason:
    if v.assembly is None:
        return Reason("assembly_unknown", "Aún no hay asambleas registradas en el distrito.")
    return Reason(
        "assembly",
        "Asambleas que la nombraron: {named} de {assemblies}. Votos de mujeres: {women}; de "
        "hombres: {men}.",
        {
            "named": v.named,
            "assemblies": len(evidence.held),
            "women": v.votes.women,
            "men": v.votes.men,
        },
    )


def _intensity(cells: list[Cell], sizes: list[float]) -> float:
    """Mean gap; where no community has anybody registered they weigh the same."""
    gaps = [cell.gap for cell in cells]
    mean = _mean(zip(gaps, sizes, strict=True))
    return _mean((gap, 1.0) for gap in gaps) or 0.0 if mean is None else mean


def _mean(weighted: Iterable[tuple[float, float]]) -> float | None:
    """Weighted mean of shares; None where nothing weighs."""
    pairs = list(weighted)
    whole = fsum(weight for _, weight in pairs)
    return min(1.0, fsum(value * weight for value, weight in pairs) / whole) if whole else None
