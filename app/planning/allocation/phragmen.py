"""Sequential Phragmén: money flows to every ballot at one speed, and the first group buys.

A proposal is bought the moment its supporters together hold its cost; they are then left
with nothing and go on receiving. With purses of communities each ballot receives in
proportion to what it holds. The count ends where the next purchase would pass the budget.

References
----------
Brill, Freeman, Janson, Lackner 2017, Phragmén's voting methods and justified representation;
the stop is that of pabutools.
"""

from collections.abc import Sequence
from heapq import heapify, heappop, heappush
from typing import Any

from gmpy2 import mpq

from app.planning.allocation.elections import Election
from app.planning.allocation.greedy import by_points
from app.planning.allocation.limits import Limits, with_floors
from app.planning.allocation.outcomes import Outcome, Round, floors, verdicts
from app.planning.allocation.purses import Scene, scene
from app.planning.reasons import Reason


def phragmen(election: Election, ties: Sequence[int], limits: Limits) -> Outcome:
    """Fund by the first group that can buy; ``ties`` are positions, the first in ties first."""
    doors = with_floors(election, limits, by_points(election, ties))
    rounds = floors(election, doors)
    ranks = {at: rank for rank, at in enumerate(ties)}
    clock = _Clock(scene(election, "cardinality"), election)
    queue = [(clock.time(at), ranks[at], at) for at in doors.open if election.votes[at]]
    heapify(queue)
    others: dict[int, Reason] = {}
    while queue:
        _, rank, at = heappop(queue)
        if not doors.may(at):
            continue
        time = clock.time(at)
        if queue and (time, rank) > queue[0][:2]:
            heappush(queue, (time, rank, at))
            continue
        cost, left = election.options[at].cost, election.budget - doors.spent
        if cost > left:
            others = _after(at, [at, *(other for _, _, other in queue)], election, left)
            break
        clock.buy(at, time)
        doors.fund(at)
        rounds.append(Round(election.options[at].code, cost, left - cost))
    told = verdicts(election, doors, others, rounds)
    return Outcome("phragmen", election.budget, tuple(rounds), told)


class _Clock:
    """When each bloc was last left with nothing."""

    def __init__(self, seen: Scene, election: Election) -> None:
        self.scene = seen
        mean = mpq(election.budget, election.voters) if election.voters else mpq(1)
        self.speed = [mpq(money) / mean if mean else mpq(1) for money in seen.money]
        self.since = [mpq(0)] * len(seen.money)

    def time(self, at: int) -> Any:
        """When the supporters will hold the cost."""
        support = self.scene.supports[at]
        flow, waited = mpq(0), mpq(support.cost)
        for bloc, count in zip(support.blocs, support.counts, strict=True):
            flow += count * self.speed[bloc]
            waited += count * self.speed[bloc] * self.since[bloc]
        return waited / flow if flow else mpq(10**30)

    def buy(self, at: int, time: Any) -> None:
        """Leave the supporters with nothing."""
        for bloc in self.scene.supports[at].blocs:
            self.since[bloc] = time


def _after(at: int, open_still: Sequence[int], election: Election, left: int) -> dict[int, Reason]:
    reason = Reason(
        "after_the_stop",
        "No entra: la cuenta terminó en «{code}», que cuesta {cost_centimos} cuando quedaban"
        " {left_centimos}.",
        {
            "code": election.options[at].code,
            "cost_centimos": election.options[at].cost,
            "left_centimos": left,
        },
    )
    return dict.fromkeys(open_still, reason)
