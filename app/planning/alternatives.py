"""The same needs under two other methods that town halls know, beside the official list.

Hanlon: ``(A + B) * C * D``. A, 0 to 10, comes from the data by bands of how many lack what
the indicator asks for; B, 0 to 10, how grave it is, and C, 0.5 to 1.5, how well it can be
mended, are given by a group; D is 1 where its five questions (propriety, economics,
acceptability, resources, legality) are all answered yes, else 0. Two things are said with
it: within a band 5 % and 49 % count alike, and one "no" takes a need out.

Matrix: the points of a regulation, 0 to 100, by bands of the same four criteria that the
official list uses without bands.

A need that nobody rated has no place in Hanlon's list: it is told apart, never put at zero.

References
----------
Hanlon's method as taught in health planning (bands: planning.md 5.4 of the design).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from app.errors import Invalid
from app.planning.evidence import Evidence
from app.planning.gaps import lacking
from app.planning.needs import Need, NeedsList
from app.planning.ties import Criterion, placed

SIZES = ((0.5, 10), (0.05, 8), (0.005, 6), (0.0005, 4), (0.00005, 2))
PEARL = ("propriety", "economics", "acceptability", "resources", "legality")
STEPS = ((0.75, 1.0), (0.5, 0.75), (0.25, 0.5), (0.0, 0.25))
MATRIX: Mapping[str, int] = {"gap": 35, "people": 25, "equity": 20, "assembly": 20}


class InvalidRating(Invalid):
    """A rating outside its scale."""


@dataclass(frozen=True, slots=True)
class Rating:
    """What a group says of a need: gravity 0 to 10, effect 0.5 to 1.5, and PEARL's noes.

    Raises
    ------
    InvalidRating
        A number outside its scale or a question that PEARL does not ask.
    """

    gravity: float
    effect: float
    noes: frozenset[str] = frozenset()

    def __post_init__(self) -> None:
        """Refuse what the method has no place for."""
        if not 0 <= self.gravity <= 10:
            raise InvalidRating("La gravedad va de 0 a 10.", field="gravity")
        if not 0.5 <= self.effect <= 1.5:
            raise InvalidRating("La eficacia va de 0.5 a 1.5.", field="effect")
        if unknown := sorted(self.noes - set(PEARL)):
            raise InvalidRating("«{code}» no es una pregunta de PERLA.", code=unknown[0])


@dataclass(frozen=True, slots=True)
class Placing:
    """A need in another method's list: its place and points, and the official place."""

    code: str
    place: int
    points: float
    official: int


@dataclass(frozen=True, slots=True)
class Alternative:
    """Another method's list, and codes that it cannot place."""

    placings: tuple[Placing, ...]
    unplaced: tuple[str, ...] = ()


def size_points(share: float) -> int:
    """A of Hanlon: points of the band in which a share of those who lack falls."""
    return next((points for least, points in SIZES if share >= least - 1e-12), 0)


def hanlon(
    listed: NeedsList, evidence: Evidence, ratings: Mapping[str, Rating], seed: str
) -> Alternative:
    """Rated needs by Hanlon's formula; ties by people, then the public lot."""
    goals = {i.code: i.goal for i in evidence.indicators}
    points: dict[str, float] = {}
    for need in listed.ranked:
        rating = ratings.get(need.code)
        if rating is not None:
            share = lacking(need.count.share or 0.0, goals[need.code].direction)
            stays = 0 if rating.noes else 1
            points[need.code] = (size_points(share) + rating.gravity) * rating.effect * stays
    unplaced = tuple(need.code for need in listed.ranked if need.code not in points)
    return Alternative(_placed(listed.ranked, points, seed), unplaced)


def matrix(listed: NeedsList, seed: str, points: Mapping[str, int] = MATRIX) -> Alternative:
    """All ranked needs by a regulation's matrix: each criterion in steps of a quarter."""
    found = {
        need.code: sum(points[s.criterion] * _step(s.value) for s in need.segments)
        for need in listed.ranked
    }
    return Alternative(_placed(listed.ranked, found, seed))


def _step(value: float) -> float:
    """The part of the points that a criterion gets: nothing for nothing, else by quarters."""
    if value <= 0:
        return 0.0
    return next(part for least, part in STEPS if value >= least)


def _placed(ranked: Sequence[Need], points: Mapping[str, float], seed: str) -> tuple[Placing, ...]:
    chain = (
        Criterion[Need]("points", lambda need: points[need.code]),
        Criterion[Need]("people", lambda need: need.people),
    )
    rated = [need for need in ranked if need.code in points]
    return tuple(
        Placing(entry.item.code, entry.place, points[entry.item.code], entry.item.place)
        for entry in placed(rated, chain, seed, lambda need: need.code)
    )
