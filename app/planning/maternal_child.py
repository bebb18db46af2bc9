"""How much support pregnant women, mothers and small children of each community need.

Intensity and people are two things and are told as two: the colour is how far the answers
stand from what the district agreed, the size of the symbol how many people live under it. They
are never multiplied into one number.

``S_c = 100 * mean over dimensions of the mean gap of their indicators``, over pregnancy and
birth, check-ups and vaccines, and food: the sum of ``app.planning.visits`` over these three
dimensions alone, all alike. The gap is taken on the district's own goal; an indicator without
one is measured against everybody having it. Under half of what applies nothing is said: not
asked is no good news.

People at risk are at least those of the indicator that most of them lack: the same child may
lack several things, so the indicators are not added.

Source: planning.md 5.1 no. 2, 3 and 6 of the design; domain.md 2.6 (who is at risk).
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace

from app.planning import visits
from app.planning.evidence import Cell, Evidence
from app.planning.gaps import Direction, Goal
from app.planning.visits import Part, Support

DIMENSIONS = ("maternal", "growth", "nutrition")
MOTHERS = "maternal"
MIN_COVERAGE = 0.5


@dataclass(frozen=True, slots=True)
class Risk:
    """A community: ``score`` 0 to 100, None where too little was asked.

    ``parts`` add up to the score, the heaviest first; ``missing`` are indicators that nobody
    asked there. ``mothers`` and ``children`` are at least so many short of what was agreed,
    None where nobody was asked about them.
    """

    community: str
    score: float | None
    coverage: float
    parts: tuple[Part, ...]
    missing: tuple[str, ...]
    mothers: int | None
    children: int | None

    @property
    def needs(self) -> tuple[str, ...]:
        """The dimensions in which support is needed, the heaviest first."""
        points: dict[str, float] = {}
        for part in self.parts:
            points[part.dimension] = points.get(part.dimension, 0.0) + part.points
        short = [name for name in points if points[name] > 0]
        return tuple(sorted(short, key=lambda name: (-points[name], name)))


def plain_goal(direction: Direction) -> Goal:
    """The scale of what has no goal of its own: from nobody to everybody having it."""
    return Goal(1, 0, "up") if direction == "up" else Goal(0, 1, "down")


def assess(evidence: Evidence, seed: str) -> tuple[Risk, ...]:
    """Every community, those that need support most first; those without data at the end."""
    ours = tuple(i for i in evidence.indicators if i.dimension in DIMENSIONS)
    codes = {i.code for i in ours}
    counts = {key: count for key, count in evidence.counts.items() if key[0] in codes}
    known = replace(evidence, indicators=ours, counts=counts, votes={}, reported={})
    listed = visits.rank(known, seed, min_coverage=MIN_COVERAGE)
    told = [_told(support) for support in listed.ranked]
    return (
        *told,
        *(
            Risk(s.community, None, s.coverage, (), s.visit.indicators, None, None)
            for s in listed.without_data
        ),
    )


def _told(support: Support) -> Risk:
    mothers = [p.cell for p in support.parts if p.dimension == MOTHERS]
    children = [p.cell for p in support.parts if p.dimension != MOTHERS]
    return Risk(
        support.community,
        support.score,
        support.coverage,
        support.parts,
        support.missing,
        _at_least(mothers),
        _at_least(children),
    )


def _at_least(cells: Iterable[Cell]) -> int | None:
    """People of the indicator that most of them lack, where the goal is not reached."""
    found = [round(cell.affected) if cell.gap > 0 else 0 for cell in cells]
    return max(found, default=None)
