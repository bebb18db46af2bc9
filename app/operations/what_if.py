"""The needs list under other weights, beside the official one and without touching it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from app.operations import draws, needs
from app.operations.needs import TOP
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
    found = needs.of_district(session, where, day)
    evidence, seed = found.gathered.evidence, found.seed
    made = draws.of_needs(evidence, seed) if found.listed.ranked else None
    given = tuple(sorted(points.items()))
    key = ("what if", where.place_id, day, given, top, made is not None)

    def make() -> WhatIf:
        listed = rules.rank(evidence, weighting.mean, seed)
        drawn = ranges.weigh_needs(made, weighting, seed, top) if made else None
        before = {need.code for need in found.listed.ranked[:top]}
        entered = tuple(n.code for n in listed.ranked[:top] if n.code not in before)
        return WhatIf(dict(points), listed, drawn, min(top, len(listed.ranked)), entered)

    return remembered(session, where, key, make)


def any_weights(session: Reading, where: Where, day: date, top: int = TOP) -> Simulation | None:
    """The places under any weights at all, whatever anybody gave; None where nothing is ranked."""
    found = needs.of_district(session, where, day)
    if not found.listed.ranked:
        return None
    made = draws.of_needs(found.gathered.evidence, found.seed)
    if made is None:
        return None

    def make() -> Simulation:
        return ranges.weigh_needs(made, found.weighting, found.seed, top, flat=True)

    return remembered(session, where, ("any weights", where.place_id, day, top), make)
