"""What people hold most important: 100 points (or 100 beans) shared among criteria.

Each participant or group gives one vector; the weights of the ranking are their mean,
one vector one voice, and every vector is kept so that the ranking can be asked how it
would change under any of them (planning.md 5.1 no. 4). Until somebody has given points,
all criteria weigh the same.

Invalid
└── InvalidPoints    a vector that is not 100 points over the known criteria
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from fractions import Fraction
from math import fsum

import numpy as np

from app.errors import Invalid
from app.planning.intervals import Floats

POINTS = 100


class InvalidPoints(Invalid):
    """The points do not add up, or name what is not a criterion."""


@dataclass(frozen=True, slots=True)
class Ballot:
    """The points of one participant or group; criteria left out got none."""

    participant: str
    points: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class Weighting:
    """All vectors over a list of criteria.

    Raises
    ------
    InvalidPoints
        No criteria or one twice; a participant twice; an unknown criterion; negative
        points; points that do not add up to 100.
    """

    criteria: tuple[str, ...]
    ballots: tuple[Ballot, ...] = ()

    def __post_init__(self) -> None:
        """Refuse vectors that are not 100 points."""
        if not self.criteria or len(set(self.criteria)) != len(self.criteria):
            raise InvalidPoints(
                "La lista de criterios está vacía o repite alguno.", field="criteria"
            )
        seen: set[str] = set()
        for ballot in self.ballots:
            if ballot.participant in seen:
                raise InvalidPoints(
                    "{participant} ya repartió sus puntos.",
                    remedy="Corrija su reparto anterior en lugar de añadir otro.",
                    field="participant",
                    participant=ballot.participant,
                )
            seen.add(ballot.participant)
            _check(ballot, self.criteria)

    @property
    def mean(self) -> dict[str, float]:
        """Points of each criterion, adding up to 100; equal where there are no ballots."""
        if not self.ballots:
            return {code: POINTS / len(self.criteria) for code in self.criteria}
        sums = {
            code: sum(ballot.points.get(code, 0) for ballot in self.ballots)
            for code in self.criteria
        }
        return {code: float(Fraction(sums[code], len(self.ballots))) for code in self.criteria}

    @property
    def matrix(self) -> Floats:
        """One row a ballot, one column a criterion, shares 0 to 1; the mean if there are none."""
        rows: list[list[float]] = [
            [b.points.get(code, 0) for code in self.criteria] for b in self.ballots
        ]
        return np.array(rows or [list(self.mean.values())], dtype=np.float64) / POINTS


def weighting(criteria: Iterable[str], ballots: Iterable[Ballot] = ()) -> Weighting:
    """Ballots over criteria, in the order of participants' codes, not of arrival."""
    return Weighting(tuple(criteria), tuple(sorted(ballots, key=lambda b: b.participant)))


def shares(points: Mapping[str, float], criteria: Iterable[str]) -> dict[str, float]:
    """Points as weights that add up to 1, one for each criterion.

    Raises
    ------
    InvalidPoints
        An unknown criterion, negative points, or a sum other than 100.
    """
    codes = tuple(criteria)
    for code, given in points.items():
        _check_one(code, given, codes)
    _check_sum(fsum(points.values()))
    return {code: points.get(code, 0) / POINTS for code in codes}


def _check(ballot: Ballot, criteria: tuple[str, ...]) -> None:
    for code, given in ballot.points.items():
        _check_one(code, given, criteria)
    _check_sum(sum(ballot.points.values()))


def _check_one(code: str, given: float, criteria: tuple[str, ...]) -> None:
    if code not in criteria:
        raise InvalidPoints(
            "«{code}» no es un criterio de esta lista.",
            remedy="Use solo los criterios que se muestran.",
            field=code,
            code=code,
        )
    if not given >= 0:
        raise InvalidPoints("Los puntos no pueden ser negativos.", field=code)


def _check_sum(given: float) -> None:
    if abs(given - POINTS) > 1e-6:
        raise InvalidPoints(
            "Los puntos suman {given:g} y deben sumar 100.",
            remedy="Añada o quite puntos hasta que sumen 100.",
            field="points",
            given=given,
        )
