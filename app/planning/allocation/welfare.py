"""The set that most marks could wish for: the greatest sum of utilities under the ceiling.

A whole-number programme for HiGHS. The solver reckons with a point, so what it says is
checked in whole numbers: a set that does not fit is forbidden and the question put again.
Among sets of equal worth the one with the first in ties wins, then with the second, and so on.

With a greater budget this rule may drop what it funded before: it is shown for comparison.
"""

from collections.abc import Iterable, Mapping, Sequence
from fractions import Fraction
from importlib import import_module
from math import gcd

from app.planning.allocation.elections import Election
from app.planning.allocation.greedy import by_points
from app.planning.allocation.limits import Doors, Group, Limits, groups_of, with_floors
from app.planning.allocation.names import Utility
from app.planning.allocation.outcomes import Outcome, Round, floors, verdicts
from app.planning.reasons import Reason


def max_welfare(
    election: Election, ties: Sequence[int], limits: Limits, utility: Utility = "cost"
) -> Outcome:
    """Fund the best set; ``ties`` are positions, the first in ties first."""
    order = by_points(election, ties)
    doors = with_floors(election, limits, order)
    rounds = floors(election, doors)
    chosen = _Programme(election, doors, limits, utility).best(ties)
    for at in (at for at in order if at in chosen):
        doors.fund(at)
        option = election.options[at]
        rounds.append(Round(option.code, option.cost, election.budget - doors.spent))
    others = {at: _outside() for at in doors.open}
    told = verdicts(election, doors, others, rounds)
    return Outcome("max-welfare", election.budget, tuple(rounds), told)


def worths(election: Election, utility: Utility) -> list[int]:
    """The sum of utilities of each option, over all ballots."""
    if utility == "points":
        return list(election.scores)
    if utility == "cardinality":
        return list(election.votes)
    pairs = zip(election.options, election.votes, strict=True)
    return [option.cost * votes for option, votes in pairs]


def _outside() -> Reason:
    return Reason(
        "outside_the_best_set",
        "No entra: con el mismo dinero, otro conjunto de propuestas suma más utilidad.",
    )


class _Programme:
    """What may be chosen, in whole numbers without common factors."""

    def __init__(self, election: Election, doors: Doors, limits: Limits, utility: Utility) -> None:
        left = doors_left(election, doors)
        self.at = [at for at in doors.open if election.options[at].cost <= left]
        worth, options = worths(election, utility), election.options
        self.worth = _reduced([worth[at] for at in self.at])
        self.left, self.costs = left, [options[at].cost for at in self.at]
        ratios = [Fraction(w, c) for w, c in zip(self.worth, self.costs, strict=True)]
        self.by_ratio = sorted(range(len(self.at)), key=lambda k: -ratios[k])
        self.rows: list[tuple[dict[int, int], int]] = []
        spending = {k: options[at].cost for k, at in enumerate(self.at)}
        self._row(spending, left)
        for group, cap in limits.caps.items():
            self._row(self._of_group(election, group), cap - doors.used(group))
        where = {at: k for k, at in enumerate(self.at)}
        for one, other in limits.incompatible:
            a, b = where.get(election.position[one]), where.get(election.position[other])
            if a is not None and b is not None:
                self._row({a: 1, b: 1}, 1)

    def _of_group(self, election: Election, group: Group) -> dict[int, int]:
        options = election.options
        return {
            k: options[at].cost for k, at in enumerate(self.at) if group in groups_of(options[at])
        }

    def _row(self, weights: Mapping[int, int], most: int) -> None:
        if weights:
            common = gcd(*weights.values())
            self.rows.append(({k: w // common for k, w in weights.items()}, most // common))

    def best(self, ties: Sequence[int]) -> set[int]:
        """Positions of the best set, the first in ties preferred among equals."""
        if not self.at:
            return set()
        found = self._solve(())
        if found is None:
            return set()
        goal = self._value(found)
        where = {at: k for k, at in enumerate(self.at)}
        fixed: list[tuple[int, int]] = []
        for k in (where[at] for at in ties if at in where):
            if k not in found and self._bound((*fixed, (k, 1))) >= goal:
                other = self._solve((*fixed, (k, 1)))
                if other is not None and self._value(other) == goal:
                    found = other
            fixed.append((k, int(k in found)))
        return {self.at[k] for k in found}

    def _value(self, chosen: Iterable[int]) -> int:
        return sum(self.worth[k] for k in chosen)

    def _bound(self, fixed: Sequence[tuple[int, int]]) -> Fraction:
        """What no set with these settled can pass: the last that fits is taken in part.

        It spares the solver most questions about ties, each of which took it milliseconds.
        """
        settled = dict(fixed)
        inside = [k for k, value in settled.items() if value]
        left = self.left - sum(self.costs[k] for k in inside)
        if left < 0:
            return Fraction(-1)
        worth = Fraction(self._value(inside))
        for k in self.by_ratio:
            if k in settled:
                continue
            if self.costs[k] > left:
                return worth + Fraction(self.worth[k] * left, self.costs[k])
            left -= self.costs[k]
            worth += self.worth[k]
        return worth

    def _solve(self, fixed: Sequence[tuple[int, int]]) -> set[int] | None:
        """The best set with some settled; None where none is allowed."""
        # Loaded here: whoever compares no rules is spared the solver.
        highspy = import_module("highspy")
        model = highspy.Highs()
        model.setOptionValue("output_flag", False)
        model.setOptionValue("threads", 1)
        model.setOptionValue("random_seed", 0)
        model.setOptionValue("mip_rel_gap", 0.0)
        model.setOptionValue("mip_abs_gap", 0.5)
        chosen = [model.addBinary(obj=float(worth)) for worth in self.worth]
        for weights, most in self.rows:
            model.addConstr(sum(w * chosen[k] for k, w in weights.items()) <= most)
        for k, value in fixed:
            model.addConstr(chosen[k] == value)
        model.changeObjectiveSense(highspy.ObjSense.kMaximize)
        while True:
            model.run()
            if model.getModelStatus() != highspy.HighsModelStatus.kOptimal:
                return None
            values = model.getSolution().col_value
            found = {k for k, value in enumerate(values) if value > 0.5}
            if self._fits(found):
                return found
            model.addConstr(sum(chosen[k] for k in found) <= len(found) - 1)

    def _fits(self, chosen: set[int]) -> bool:
        return all(
            sum(w for k, w in weights.items() if k in chosen) <= most for weights, most in self.rows
        )


def doors_left(election: Election, doors: Doors) -> int:
    """Céntimos that no floor has taken."""
    return election.budget - doors.spent


def _reduced(numbers: Sequence[int]) -> list[int]:
    common = gcd(*numbers) or 1
    return [number // common for number in numbers]
