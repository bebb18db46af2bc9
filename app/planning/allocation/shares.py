"""Equal Shares as an ordinance may choose it: bare, or with one of its completions.

mes
    the method alone; money that no group can spend together stays.
mes-add1
    with the shares raised step by step (``app.planning.allocation.raising``).
mes-add1u
    the same, and what is left goes down the votes.
mes-epsilon
    the method; then everybody who did not mark a proposal is lent a utility too small to
    matter before, so that all the money may help. What supporters lack is paid alike by the
    others, and the proposal that asks least of each for what it is worth goes next.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from heapq import heapify, heappop, heappush
from typing import Any, Literal

from gmpy2 import mpq

from app.planning.allocation.elections import Election
from app.planning.allocation.equal_shares import Table, Trace, run
from app.planning.allocation.greedy import by_points, fill
from app.planning.allocation.limits import Doors, Limits, with_floors
from app.planning.allocation.names import Utility
from app.planning.allocation.outcomes import Outcome, Round, floors, verdicts
from app.planning.allocation.purses import ExactPurse, lowest, scene
from app.planning.allocation.raising import Ladder
from app.planning.reasons import Reason

Completion = Literal["", "add1", "add1u", "epsilon"]


@dataclass(frozen=True, slots=True)
class Method:
    """How an ordinance words Equal Shares.

    ``step`` raises shares: in céntimos a ballot where ``step_in_money``, else as a share of
    an equal part. ``exhausted`` ends the raising at the first outcome that nothing more fits.
    """

    utility: Utility = "cost"
    completion: Completion = ""
    step: Fraction = Fraction(1, 100)
    step_in_money: bool = False
    exhausted: bool = False


def equal_shares(
    election: Election, ties: Sequence[int], limits: Limits, method: Method
) -> Outcome:
    """Fund by equal shares; ``ties`` are positions, the first in ties first."""
    order = by_points(election, ties)
    doors = with_floors(election, limits, order)
    rounds = floors(election, doors)
    sharing = _Sharing(election, doors, _ranks(ties), method)
    level = sharing.go(rounds)
    if method.completion == "epsilon":
        sharing.complete(rounds)
    elif method.completion == "add1u":
        fill(election, doors, order, rounds, "completion")
    others = sharing.told()
    name = f"mes-{method.completion}" if method.completion else "mes"
    told = verdicts(election, doors, others, rounds)
    return Outcome(name, election.budget, tuple(rounds), told, level)


def _ranks(ties: Sequence[int]) -> list[int]:
    ranks = [0] * len(ties)
    for rank, at in enumerate(ties):
        ranks[at] = rank
    return ranks


class _Sharing:
    """One sharing told round by round, in exact money."""

    def __init__(
        self, election: Election, doors: Doors, ranks: Sequence[int], method: Method
    ) -> None:
        self.election, self.doors, self.method = election, doors, method
        self.most = election.budget - doors.spent
        share = Fraction(self.most, election.budget) if election.budget else Fraction(0)
        self.scene = scene(election, method.utility, share)
        self.table = Table(self.scene, doors.copy(), ranks, exact=True)
        self.purse = ExactPurse(self.scene, Fraction(1))

    def go(self, rounds: list[Round]) -> int:
        """Run the method; the level at which it stands."""
        level, share, trace = self._found()
        self.purse = ExactPurse(self.scene, share)
        for at, price in zip(trace.order, trace.prices, strict=True):
            self._fund(at, self.purse.pay(at, price), rounds, "rule")
        return level

    def _found(self) -> tuple[int, Fraction, Trace]:
        if not self.most or not self.election.voters:
            return 0, Fraction(1), Trace()
        if self.method.completion not in ("add1", "add1u"):
            return 0, Fraction(1), run(self.table, Fraction(1))
        step = self.method.step
        if self.method.step_in_money:
            step = step * self.election.voters / self.most
        quick = replace(self.table, exact=False)
        ladder = Ladder(quick, step, self.most, self.method.exhausted)
        found = ladder.climb()
        return found.level, ladder.share(found.level), found.trace

    def _fund(self, at: int, given: dict[int, Any], rounds: list[Round], step: str) -> None:
        self.doors.fund(at)
        option, blocs = self.election.options[at], self.election.blocs
        paid: dict[str, Any] = {}
        for bloc, part in given.items():
            name = blocs[bloc].community
            paid[name] = paid.get(name, mpq(0)) + part * blocs[bloc].count
        rounds.append(
            Round(
                option.code,
                option.cost,
                self.election.budget - self.doors.spent,
                step,
                sum(blocs[bloc].count for bloc in given),
                _fraction(max(given.values())),
                {name: _fraction(money) for name, money in sorted(paid.items())},
            )
        )

    def complete(self, rounds: list[Round]) -> None:
        """Let all the money help, each time where it asks least of those who did not mark."""
        ranks = self.table.rank
        queue = [(mpq(0), ranks[at], at) for at in self.doors.open if self.scene.supports[at].total]
        heapify(queue)
        while queue:
            _, rank, at = heappop(queue)
            if not self.doors.may(at):
                continue
            price = self._lent(at)
            if price is None:
                continue
            if queue and (price, rank) > queue[0][:2]:
                heappush(queue, (price, rank, at))
                continue
            self._fund(at, self._lend(at, price), rounds, "completion")

    def _strangers(self, at: int) -> tuple[list[tuple[int, int, int]], Any, Any]:
        """Who did not mark it, what supporters still lack, and what a mark is worth."""
        support, money = self.scene.supports[at], self.purse.money
        own = set(support.blocs)
        held = sum(
            (n * money[b] for b, n in zip(support.blocs, support.counts, strict=True)), mpq(0)
        )
        worth = support.cost if self.method.utility == "cost" else 1
        lines = [
            (b, n, worth) for b, n in enumerate(self.scene.counts) if b not in own and money[b]
        ]
        return lines, support.cost - held, worth

    def _lent(self, at: int) -> Any:
        lines, lack, _ = self._strangers(at)
        total = sum(count * worth for _, count, worth in lines)
        return lowest(lines, self.purse.money, lack, lack / total) if lines else None

    def _lend(self, at: int, price: Any) -> dict[int, Any]:
        lines, _, worth = self._strangers(at)
        money = self.purse.money
        given = {bloc: money[bloc] for bloc in self.scene.supports[at].blocs if money[bloc]}
        given |= {bloc: min(money[bloc], price * worth) for bloc, _, _ in lines}
        for bloc, part in given.items():
            money[bloc] -= part
        return given

    def told(self) -> dict[int, Reason]:
        """What is said of those whose supporters could not pay."""
        found = {}
        for at in self.doors.open:
            support, money = self.scene.supports[at], self.purse.money
            pairs = zip(support.blocs, support.counts, strict=True)
            held = sum((count * money[bloc] for bloc, count in pairs), mpq(0))
            found[at] = Reason(
                "supporters_lack",
                "No entra: cuesta {cost_centimos} y a las {votes} cédulas que la marcan les"
                " quedan {held_centimos}.",
                {
                    "cost_centimos": support.cost,
                    "votes": self.election.votes[at],
                    "held_centimos": int(held),
                },
            )
        return found


def _fraction(money: Any) -> Fraction:
    return Fraction(int(money.numerator), int(money.denominator))
