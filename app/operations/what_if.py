"""The needs list under other weights, beside the official one and without touching it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from app.operations import needs
from app.operations.needs import DRAWS, TOP
from app.operations.remembered import remembered
from app.planning import needs as rules
from app.planning import ranges, weights
from app.planning.criteria import CRITERIA
from app.planning.needs import NeedsList
from app.planning.smaa import Simulation
from app.planning.weights import Ballot
from app.records.places import Where
from app.store.sessions import Reading


@dataclass(frozen=True, slots=True)
class WhatIf:
    """The list as it would be; ``entered`` are needs among the first that were not there."""

    points: Mapping[str, int]
    listed: NeedsList
    simulation: Simulation | None
    top: int
    entered: tuple[str, ...]


def under(
    session: Reading, where: Where, day: date, points: Mapping[str, int], top: int = TOP
) -> WhatIf:
    """The needs of a district if these were the only points given.

    Raises
    ------
    InvalidPoints
        They are not 100 points over the criteria.
    """
    weighting = weights.weighting(CRITERIA, [Ballot("", points)])
    key = ("what if", where.place_id, day, tuple(sorted(points.items())), top)

    def make() -> WhatIf:
        found = needs.of_district(session, where, day)
        evidence, seed = found.gathered.evidence, found.seed
        listed = rules.rank(evidence, weighting.mean, seed)
        drawn = (
            ranges.of_needs(evidence, weighting, seed, top, draws=DRAWS // 2)
            if listed.ranked
            else None
        )
        before = {need.code for need in found.listed.ranked[:top]}
        entered = tuple(n.code for n in listed.ranked[:top] if n.code not in before)
        return WhatIf(dict(points), listed, drawn, min(top, len(listed.ranked)), entered)

    return remembered(session, where, key, make)


def any_weights(session: Reading, where: Where, day: date, top: int = TOP) -> Simulation | None:
    """The places under any weights at all, whatever anybody gave; None where nothing is ranked."""

    def make() -> Simulation | None:
        found = needs.of_district(session, where, day)
        if not found.listed.ranked:
            return None
        evidence = found.gathered.evidence
        return ranges.of_needs(evidence, found.weighting, found.seed, top, draws=DRAWS, flat=True)

    return remembered(session, where, ("any weights", where.place_id, day, top), make)
