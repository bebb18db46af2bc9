"""Who is reached by an outcome, and whether a group that could pay was left with nothing.

Unserved group (EJR+ up to one, utilities equal to cost): supporters of a proposal that is
not funded, each of whom sees funded no more than ``t`` of what it marked, and who together
hold at least ``t`` and the cost of the proposal. Equal Shares never leaves one.

References
----------
Brill and Peters 2023, Robust and verifiable proportionality axioms for multiwinner voting
(the test and its speed as planning.md 4.5 of the design).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

from app.planning.allocation.elections import Election
from app.planning.allocation.outcomes import Outcome

OUT_OF_REACH = frozenset(
    {"withdrawn", "cost_zero", "over_budget", "few_votes", "few_points", "incompatible", "over_cap"}
)


@dataclass(frozen=True, slots=True)
class Unserved:
    """A group that could pay a proposal and got no more than ``got`` céntimos each."""

    code: str
    ballots: int
    held: Fraction
    got: int
    communities: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Reach:
    """Ballots that marked something funded, whole and by community; and inequality.

    ``gini`` of the céntimos funded among those that each ballot marked: 0 where all ballots
    see as much, towards 1 where few see it all.
    """

    ballots: int
    served: int
    by_community: Mapping[str, tuple[int, int]]
    gini: float


def reach(election: Election, outcome: Outcome) -> Reach:
    """How many ballots see something funded."""
    gained = _gained(election, outcome)
    ballots: dict[str, list[int]] = {}
    for each in election.ballots:
        served = any(election.position[code] in gained for code in each.points)
        line = ballots.setdefault(each.community, [0, 0])
        line[0] += each.count if served else 0
        line[1] += each.count
    sums = [
        (sum(gained.get(at, 0) for at, _ in bloc.points), bloc.count) for bloc in election.blocs
    ]
    return Reach(
        election.voters,
        sum(count for gain, count in sums if gain),
        {name: (line[0], line[1]) for name, line in sorted(ballots.items())},
        _gini(sums),
    )


def unserved(election: Election, outcome: Outcome) -> tuple[Unserved, ...]:
    """Every proposal with a group that could pay it, the largest such group of each."""
    gained = _gained(election, outcome)
    supporters: dict[int, list[tuple[int, int]]] = {}
    for index, bloc in enumerate(election.blocs):
        gain = sum(gained.get(at, 0) for at, _ in bloc.points)
        for at, _ in bloc.points:
            supporters.setdefault(at, []).append((gain, index))
    found = []
    for verdict in outcome.verdicts:
        at = election.position[verdict.code]
        if not verdict.funded and verdict.reason.code not in OUT_OF_REACH and at in supporters:
            group = _group(election, at, sorted(supporters[at]))
            if group:
                found.append(group)
    return tuple(found)


def _group(election: Election, at: int, by_gain: Sequence[tuple[int, int]]) -> Unserved | None:
    """The largest group of supporters that could have paid the option."""
    cost, held, ballots, names = election.options[at].cost, Fraction(0), 0, set()
    found = None
    for place, (gain, index) in enumerate(by_gain):
        bloc = election.blocs[index]
        held += bloc.money * bloc.count
        ballots += bloc.count
        names.add(bloc.community)
        last = place + 1 == len(by_gain) or by_gain[place + 1][0] > gain
        if last and held >= gain + cost:
            code = election.options[at].code
            found = Unserved(code, ballots, held, gain, tuple(sorted(names - {""})))
    return found


def _gained(election: Election, outcome: Outcome) -> dict[int, int]:
    """Céntimos of each funded option by its position."""
    return {election.position[each.code]: each.cost for each in outcome.rounds}


def _gini(sums: Sequence[tuple[int, int]]) -> float:
    total = sum(gain * count for gain, count in sums)
    people = sum(count for _, count in sums)
    if not total:
        return 0.0
    below, area = 0, 0
    for gain, count in sorted(sums):
        area += count * (2 * below + gain * count)
        below += gain * count
    return 1 - area / (people * total)
