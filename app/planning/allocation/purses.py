"""What each ballot still holds, and at which price its proposal is paid.

A price is what a unit of utility costs whoever pays: a ballot with utility u for a proposal
gives ``min(what it holds, price * u)``, and the price of a proposal is the lowest at which
this adds up to its cost. Money only falls and so prices only rise: a price once known is a
lower bound for ever, which lets the rule look at few proposals a round.

Two kinds of purse answer alike: one in exact fractions, which decides, and one in numbers
with a point, which searches and raises ``Doubt`` wherever its answer hangs on less than
1e-9 of what it compares.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any, Protocol

import numpy as np
import numpy.typing as npt
from gmpy2 import mpq

from app.planning.allocation.elections import Election
from app.planning.allocation.names import Utility

TOLERANCE = 1e-9


class Doubt(Exception):
    """Numbers with a point cannot tell here; exact ones must."""


@dataclass(frozen=True, slots=True)
class Support:
    """Who pays for an option: positions of blocs, how many ballots, the utility of each.

    ``kin`` is the same for options that the same ballots support alike at the same cost:
    whatever happens they stay equal.
    """

    cost: int
    blocs: tuple[int, ...]
    counts: tuple[int, ...]
    utilities: tuple[int, ...]
    total: int
    kin: int


@dataclass(frozen=True)
class Scene:
    """An election seen by one utility: its supports and the money of each bloc."""

    supports: tuple[Support, ...]
    money: tuple[Fraction, ...]
    counts: tuple[int, ...]
    arrays: tuple[tuple[Any, Any, Any, Any], ...]


def scene(election: Election, utility: Utility, share: Fraction = Fraction(1)) -> Scene:
    """The supports of every option; ``share`` of all money is left to the rule."""
    found: list[list[tuple[int, int, int]]] = [[] for _ in election.options]
    for at, bloc in enumerate(election.blocs):
        for option, points in bloc.points:
            worth = {"cost": election.options[option].cost, "cardinality": 1, "points": points}
            found[option].append((at, bloc.count, worth[utility]))
    kin: dict[tuple[Any, ...], int] = {}
    supports = []
    for asking, lines in zip(election.options, found, strict=True):
        blocs, counts, utilities = zip(*lines, strict=True) if lines else ((), (), ())
        total = sum(n * u for n, u in zip(counts, utilities, strict=True))
        alike = kin.setdefault((asking.cost, blocs, utilities), len(kin))
        supports.append(Support(asking.cost, blocs, counts, utilities, total, alike))
    return Scene(
        tuple(supports),
        tuple(bloc.money * share for bloc in election.blocs),
        tuple(bloc.count for bloc in election.blocs),
        tuple(_arrays(support) for support in supports),
    )


def _arrays(support: Support) -> tuple[Any, Any, Any, Any]:
    counts = np.array(support.counts, dtype=np.float64)
    utilities = np.array(support.utilities, dtype=np.float64)
    return np.array(support.blocs, dtype=np.intp), counts, utilities, counts * utilities


class Purse(Protocol):
    """What the ballots hold while a rule runs."""

    def start(self, at: int) -> Any:
        """The price if nobody were short."""

    def price(self, at: int, least: Any) -> Any:
        """The price now, from ``least`` up; None where its supporters cannot pay."""

    def pay(self, at: int, price: Any) -> None:
        """Take the money of whoever pays."""

    def apart(self, one: Any, other: Any) -> bool:
        """Whether two prices are surely different."""


def lowest(lines: list[tuple[int, int, int]], money: Sequence[Any], cost: Any, least: Any) -> Any:
    """The lowest price, from ``least`` up, at which these pay the cost; None where they cannot.

    ``lines`` hold bloc, how many ballots, and the utility of each.
    """
    rest, price = mpq(cost), least
    total = sum(count * utility for _, count, utility in lines)
    while True:
        going = []
        for bloc, count, utility in lines:
            if money[bloc] < price * utility:
                rest -= count * money[bloc]
                total -= count * utility
            else:
                going.append((bloc, count, utility))
        if len(going) == len(lines):
            return price
        if not total:
            return None
        lines, price = going, max(price, rest / total)


class ExactPurse:
    """Money in exact fractions."""

    def __init__(self, scene: Scene, level: Fraction) -> None:
        self.scene = scene
        raised = mpq(level)
        self.money = [mpq(money) * raised for money in scene.money]

    def start(self, at: int) -> Any:
        support = self.scene.supports[at]
        return mpq(support.cost, support.total)

    def price(self, at: int, least: Any) -> Any:
        support = self.scene.supports[at]
        lines = zip(support.blocs, support.counts, support.utilities, strict=True)
        return lowest(list(lines), self.money, support.cost, least)

    def pay(self, at: int, price: Any) -> dict[int, Any]:
        """Take the money; what each ballot of a bloc gave."""
        support, given = self.scene.supports[at], {}
        for bloc, utility in zip(support.blocs, support.utilities, strict=True):
            part = min(self.money[bloc], price * utility)
            if part:
                given[bloc] = part
                self.money[bloc] -= part
        return given

    def apart(self, one: Any, other: Any) -> bool:
        return bool(one != other)


class QuickPurse:
    """Money in numbers with a point."""

    def __init__(self, scene: Scene, level: Fraction) -> None:
        self.scene = scene
        self.money: npt.NDArray[np.float64] = _quick_money(scene) * float(level)

    def start(self, at: int) -> float:
        support = self.scene.supports[at]
        return support.cost / support.total

    def price(self, at: int, least: float) -> float | None:
        blocs, counts, utilities, weights = self.scene.arrays[at]
        cost, total = self.scene.supports[at].cost, float(self.scene.supports[at].total)
        money = self.money[blocs]
        reach = money / utilities
        price, before = least, -1
        while True:
            short = reach < price
            found = int(np.count_nonzero(short))
            if found in (before, 0):
                break
            before = found
            held = float(counts[short] @ money[short])
            if found == len(blocs):
                self._sure(held, cost)
                return None
            price = max(price, (cost - held) / (total - float(weights[short].sum())))
        if found:
            self._sure(float(counts @ money), cost)
        return price

    @staticmethod
    def _sure(held: float, cost: int) -> None:
        if abs(held - cost) <= TOLERANCE * cost:
            raise Doubt

    def pay(self, at: int, price: float) -> None:
        blocs, _, utilities, _ = self.scene.arrays[at]
        money = self.money[blocs]
        self.money[blocs] = money - np.minimum(money, price * utilities)

    def apart(self, one: float, other: float) -> bool:
        return abs(one - other) > TOLERANCE * max(one, other)


def _quick_money(scene: Scene) -> npt.NDArray[np.float64]:
    return np.array([float(money) for money in scene.money])
