"""The Method of Equal Shares: everybody holds an equal part and pays for what they marked.

Of the proposals whose supporters can pay them, the one with the lowest price goes next, and
each supporter gives ``min(what it holds, price * utility)``; until nothing can be paid.
Equal prices go by the order of ties.

Raising all shares alike changes nothing while two things hold: each proposal chosen was at
the lower level no dearer than any other is at the higher one, and nothing else can be paid
there. For the same choices leave everybody at least as much at a higher level, so prices can
only fall with it (induction over the rounds). A ``Trace`` followed under this watch therefore
speaks for every level between two, and a search may leap.

References
----------
Peters, Pierczyński, Skowron 2021, Proportional participatory budgeting with additive
utilities (arXiv 2008.13276). https://equalshares.net/
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from heapq import heapify, heappop, heappush
from typing import Any

from app.planning.allocation.limits import Doors
from app.planning.allocation.purses import Doubt, ExactPurse, Purse, QuickPurse, Scene


@dataclass
class Trace:
    """What a run chose: positions in order, their prices, and whether nobody was short."""

    order: list[int] = field(default_factory=list)
    prices: list[Any] = field(default_factory=list)
    plain: list[bool] = field(default_factory=list)


@dataclass(frozen=True)
class Table:
    """All that a run needs beside the purse; ``rank`` of each option in ties, lowest first."""

    scene: Scene
    doors: Doors
    rank: Sequence[int]
    exact: bool = False

    def purse(self, level: Fraction) -> Any:
        """Everybody's money with the shares times ``level``."""
        return (ExactPurse if self.exact else QuickPurse)(self.scene, level)


class _Run:
    """One run; with ``before`` it watches whether it says the same for all levels between."""

    def __init__(self, table: Table, purse: Purse, before: Trace | None = None) -> None:
        self.table, self.purse, self.before = table, purse, before
        self.doors = table.doors.copy()
        self.trace = Trace()
        self.same = before is not None
        self.queue = [
            (purse.start(at), table.rank[at], at)
            for at in self.doors.open
            if table.scene.supports[at].total
        ]
        heapify(self.queue)

    def next(self) -> tuple[int, Any] | None:
        """The proposal that goes next and its price; None at the end."""
        fresh: list[tuple[Any, int, int]] = []
        best = None
        watch = self._watched()
        while self.queue:
            bound, _, at = self.queue[0]
            if best is not None and self._above(bound, best) and self._above(bound, watch):
                break
            heappop(self.queue)
            if not self.doors.may(at):
                continue
            price = self.purse.price(at, bound)
            if price is not None:
                fresh.append((price, self.table.rank[at], at))
                best = price if best is None else min(best, price)
        return self._chosen(fresh, best) if fresh else None

    def _above(self, bound: Any, price: Any) -> bool:
        """Whether a bound is surely over a price; over none it is."""
        return price is None or (bound > price and self.purse.apart(bound, price))

    def _watched(self) -> Any:
        step = len(self.trace.order)
        if not self.same or self.before is None or step >= len(self.before.order):
            return None
        return self.before.prices[step]

    def _chosen(self, fresh: list[tuple[Any, int, int]], best: Any) -> tuple[int, Any]:
        even = [each for each in fresh if not self.purse.apart(each[0], best)]
        price, _, at = min(even, key=lambda each: each[1])
        if len(even) > 1 and not self.table.exact:
            for other in even:
                if not self._surely_even(at, price, other[2], other[0]):
                    raise Doubt
        self.same = self.same and self._stays(at, fresh)
        for each in fresh:
            if each[2] != at:
                heappush(self.queue, each)
        return at, price

    def _surely_even(self, at: int, price: Any, other: int, its: Any) -> bool:
        """Whether two prices that look alike are alike in whole numbers."""
        one, two = self.table.scene.supports[at], self.table.scene.supports[other]
        if one.kin == two.kin:
            return True
        plain = price == self.purse.start(at) and its == self.purse.start(other)
        return plain and one.cost * two.total == two.cost * one.total

    def _stays(self, at: int, fresh: list[tuple[Any, int, int]]) -> bool:
        """Whether this round is the same at every level from that of ``before`` to this one."""
        before, step = self.before, len(self.trace.order)
        if before is None or step >= len(before.order) or before.order[step] != at:
            return False
        watch = before.prices[step]
        for price, rank, other in fresh:
            if other == at or self._above(price, watch):
                continue
            if rank < self.table.rank[at] or not self._always_even(at, other, step):
                return False
        return True

    def _always_even(self, at: int, other: int, step: int) -> bool:
        one, two = self.table.scene.supports[at], self.table.scene.supports[other]
        if one.kin == two.kin:
            return True
        before = self.before
        plain = before is not None and before.plain[step]
        return plain and one.cost * two.total <= two.cost * one.total

    def go(self, *, leaping: bool = False) -> bool:
        """Run to the end; with ``leaping`` give up, False, once it differs from ``before``."""
        while (found := self.next()) is not None:
            if leaping and not self.same:
                return False
            at, price = found
            self.purse.pay(at, price)
            self.doors.fund(at)
            self.trace.order.append(at)
            self.trace.prices.append(price)
            self.trace.plain.append(price == self.purse.start(at))
        if self.before is not None and len(self.before.order) != len(self.trace.order):
            self.same = False
        return not leaping or self.same


def run(table: Table, level: Fraction) -> Trace:
    """What equal shares at a level choose.

    Raises
    ------
    Doubt
        The table is not exact and a decision hangs on less than 1e-9.
    """
    made = _Run(table, table.purse(level))
    made.go()
    return made.trace


def leap(table: Table, level: Fraction, before: Trace) -> Trace | None:
    """The trace at a level if it is ``before``'s at every level between; None where not."""
    made = _Run(table, table.purse(level), before)
    return made.trace if made.go(leaping=True) else None
