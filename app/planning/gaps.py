"""How far a share stands from its target, on fixed goalposts.

``gap = clamp((p - t) / (b - t), 0, 1)`` with t the target and b the worst value agreed,
both from the catalogue and kept for the whole cycle. Never the minimum and maximum of
the data: one more community would turn the order of the others (planning.md 5.1).
0: the target is reached or passed. 1: as bad as the agreed worst, or worse.

Invalid
└── InvalidGoal    the goalposts do not make a scale
"""

from dataclasses import dataclass
from typing import Literal

import numpy as np

from app.errors import Invalid
from app.planning.counts import Count
from app.planning.intervals import Floats, Interval

Direction = Literal["up", "down"]


class InvalidGoal(Invalid):
    """Target and worst value do not make a scale in that direction."""


@dataclass(frozen=True, slots=True)
class Goal:
    """Target and agreed worst value of an indicator, shares 0 to 1.

    ``up``: more is better, so the target lies above the worst; ``down``: the reverse.

    Raises
    ------
    InvalidGoal
        Outside 0 to 1, both alike, or on the wrong sides of each other.
    """

    target: float
    worst: float
    direction: Direction

    def __post_init__(self) -> None:
        """Refuse goalposts that give no scale."""
        for name, share in (("target", self.target), ("worst", self.worst)):
            if not 0 <= share <= 1:
                raise InvalidGoal(
                    "La meta y el peor valor van de 0 a 100 %.",
                    remedy="Escriba un porcentaje entre 0 y 100.",
                    field=name,
                )
        if self.target == self.worst:
            raise InvalidGoal(
                "La meta y el peor valor son iguales: no hay distancia que medir.",
                remedy="Cambie uno de los dos.",
                field="worst",
            )
        if (self.target > self.worst) != (self.direction == "up"):
            raise InvalidGoal(
                "La meta es peor que el peor valor.",
                remedy="Revise si en este indicador más es mejor, o menos es mejor.",
                field="target",
            )


def gap(share: float, goal: Goal) -> float:
    """Distance to the target as part of the whole way from the worst value, 0 to 1."""
    return min(1.0, max(0.0, (share - goal.target) / (goal.worst - goal.target)))


def gap_of(count: Count, goal: Goal) -> float | None:
    """The gap of a count; None where nobody answered."""
    return None if count.share is None else gap(count.share, goal)


def gap_range(interval: Interval, goal: Goal) -> Interval:
    """The gaps at both ends of a range of shares, the smaller first."""
    low, high = sorted((gap(interval.low, goal), gap(interval.high, goal)))
    return Interval(low, high)


def gap_array(shares: Floats, target: Floats, worst: Floats) -> Floats:
    """Many gaps at once, shapes as numpy broadcasts them; NaN stays NaN."""
    return np.clip((shares - target) / (worst - target), 0, 1)


def lacking(share: float, direction: Direction) -> float:
    """Share of those on the bad side: without what is good, or with what is not."""
    return 1 - share if direction == "up" else share


def scaled(goal: Goal, factor: float) -> Goal:
    """The goal with its target multiplied, within 0 to 1; for what-ifs of 10 % up or down."""
    return Goal(min(1.0, max(0.0, goal.target * factor)), goal.worst, goal.direction)
