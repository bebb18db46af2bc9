"""The same ballots by other rules, and by a changed world: what each funds and whom it reaches.

Money by community: what a funded proposal costs goes to the communities that it serves, by
their people; one that names none serves all of them. A changed world (``Change``) moves the
budget, the marks that count, the least support, or leaves a proposal out; it is a what-if.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from fractions import Fraction

from app.planning.allocation import fairness, rules
from app.planning.allocation.elections import Ballot, Election
from app.planning.allocation.fairness import Unserved
from app.planning.allocation.names import RULES
from app.planning.allocation.outcomes import Outcome
from app.planning.allocation.rules import Wording

BY_TOTALS = ("greedy", "greedy-stop")
"""The only rules for votes counted as totals: the others ask who marked what together."""
SHOWN = ("greedy", "greedy-stop", "mes", "mes-add1", "mes-add1u", "phragmen", "max-welfare")


@dataclass(frozen=True)
class Case:
    """An election in its district.

    ``people`` benefit, by code of proposal (only for ties); ``serves`` names the communities
    of each proposal, ``residents`` the people of each community.
    """

    election: Election
    wording: Wording
    people: Mapping[str, int] = field(default_factory=dict)
    serves: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    residents: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Gain:
    """What a community gets: céntimos, and by person where its people are known."""

    cents: int
    per_person: int | None
    proposals: int


@dataclass(frozen=True, slots=True)
class Compared:
    """One rule: what it funds, who sees something funded, and who could have paid and did not.

    ``served`` and ``ballots`` are ballots; ``communities`` those that get something.
    """

    rule: str
    outcome: Outcome
    served: int
    ballots: int
    gini: float
    gains: Mapping[str, Gain]
    unserved: tuple[Unserved, ...]

    @property
    def communities(self) -> int:
        """How many communities get something."""
        return sum(1 for gain in self.gains.values() if gain.proposals)

    @property
    def without(self) -> tuple[str, ...]:
        """The communities that are left with nothing."""
        return tuple(code for code, gain in self.gains.items() if not gain.proposals)


@dataclass(frozen=True, slots=True)
class Change:
    """A what-if.

    ``budget_percent`` is added to the budget; ``most`` marks of each ballot count, those with
    more points first and, among equals, those that more ballots support; ``least_votes``
    takes the place of the ordinance's; ``without`` is a code left out.
    """

    budget_percent: int = 0
    most: int | None = None
    least_votes: int | None = None
    without: str = ""
    rule: str = ""


def gains(case: Case, outcome: Outcome) -> dict[str, Gain]:
    """What each community gets of what is funded."""
    cents = dict.fromkeys(case.residents, Fraction(0))
    number = dict.fromkeys(case.residents, 0)
    for each in outcome.rounds:
        named = [code for code in case.serves.get(each.code, ()) if code in case.residents]
        served = named or list(case.residents)
        whole = sum(case.residents[code] for code in served)
        for code in served:
            part = Fraction(case.residents[code], whole) if whole else Fraction(1, len(served))
            cents[code] += each.cost * part
            number[code] += 1 if named else 0
    return {
        code: Gain(
            round(cents[code]),
            round(cents[code] / people) if people else None,
            number[code],
        )
        for code, people in case.residents.items()
    }


def judged(case: Case, outcome: Outcome) -> Compared:
    """An outcome with whom it reaches."""
    reach = fairness.reach(case.election, outcome)
    return Compared(
        outcome.rule,
        outcome,
        reach.served,
        reach.ballots,
        reach.gini,
        gains(case, outcome),
        fairness.unserved(case.election, outcome),
    )


def compare(case: Case, wanted: Sequence[str]) -> list[Compared]:
    """The ordinance's own rule first, then each of the others."""
    own = case.wording.rule
    others = [rule for rule in RULES if rule in wanted and rule != own]
    found = []
    for rule in (own, *others):
        wording = replace(case.wording, rule=rule)
        found.append(judged(case, rules.allocate(case.election, wording, case.people)))
    return found


def changed(case: Case, change: Change) -> Case:
    """The case in another world."""
    before = case.election
    budget = before.budget * (100 + change.budget_percent) // 100
    options = tuple(
        replace(option, withdrawn=True) if option.code == change.without else option
        for option in before.options
    )
    ballots = before.ballots
    if change.most is not None:
        ballots = tuple(_cut(before, ballot, change.most) for ballot in ballots)
    purses = {
        code: money * budget / before.budget if before.budget else Fraction(0)
        for code, money in before.purses.items()
    }
    wording = replace(case.wording, rule=change.rule or case.wording.rule)
    if change.least_votes is not None:
        wording = replace(wording, limits=replace(wording.limits, least_votes=change.least_votes))
    return replace(case, election=Election(options, ballots, budget, purses), wording=wording)


def what_if(case: Case, change: Change) -> Compared:
    """What the rule gives in another world."""
    other = changed(case, change)
    return judged(other, rules.allocate(other.election, other.wording, other.people))


def _cut(election: Election, ballot: Ballot, most: int) -> Ballot:
    if len(ballot.points) <= most:
        return ballot
    votes = election.votes
    kept = sorted(
        ballot.points, key=lambda c: (-ballot.points[c], -votes[election.position[c]], c)
    )[:most]
    return replace(ballot, points={code: ballot.points[code] for code in kept})
