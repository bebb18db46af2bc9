"""What a sharing of money ends in: who is funded, round by round, and a sentence for each."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction

from app.planning.allocation.elections import Election
from app.planning.allocation.limits import Doors
from app.planning.reasons import Reason


@dataclass(frozen=True, slots=True)
class Round:
    """One proposal funded.

    ``step`` is floor, rule, or completion. ``payers`` is how many ballots paid; ``most`` what
    the one that paid most gave, in exact céntimos; both are 0 where nobody pays a share.
    ``paid`` is what the ballots of each community gave.
    """

    code: str
    cost: int
    left: int
    step: str = "rule"
    payers: int = 0
    most: Fraction = Fraction(0)
    paid: Mapping[str, Fraction] = field(default_factory=dict)

    @property
    def effective_votes(self) -> Fraction:
        """How many who pay the most would pay it all; 0 where nobody pays a share."""
        return self.cost / self.most if self.most else Fraction(0)


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a proposal is told."""

    code: str
    funded: bool
    reason: Reason


@dataclass(frozen=True, slots=True)
class Outcome:
    """A sharing of money, whole.

    ``level`` counts the steps by which the shares were raised; 0 where none were.
    """

    rule: str
    budget: int
    rounds: tuple[Round, ...]
    verdicts: tuple[Verdict, ...]
    level: int = 0

    @property
    def funded(self) -> tuple[str, ...]:
        """Codes in the order in which they were funded."""
        return tuple(each.code for each in self.rounds)

    @property
    def spent(self) -> int:
        """Céntimos given out."""
        return sum(each.cost for each in self.rounds)

    @property
    def left(self) -> int:
        """Céntimos that nobody was given."""
        return self.budget - self.spent


def verdicts(
    election: Election, doors: Doors, others: Mapping[int, Reason], rounds: Sequence[Round]
) -> tuple[Verdict, ...]:
    """A sentence for each proposal, in the order of the options.

    ``others`` tells of what stayed open and was not reached; what nobody told of did not fit.
    """
    told = {each.code: _funded(each) for each in rounds}
    left = election.budget - doors.spent
    found = []
    for at, option in enumerate(election.options):
        if option.code in told:
            found.append(Verdict(option.code, True, told[option.code]))
        else:
            reason = doors.closed.get(at) or others.get(at) or misfit(option.cost, left)
            found.append(Verdict(option.code, False, reason))
    return tuple(found)


def misfit(cost: int, left: int) -> Reason:
    """There was not enough left for it."""
    return Reason(
        "does_not_fit",
        "No alcanza: cuesta {cost_centimos} y quedan {left_centimos}.",
        {"cost_centimos": cost, "left_centimos": left},
    )


def _funded(each: Round) -> Reason:
    numbers = {"cost_centimos": each.cost, "left_centimos": each.left}
    if each.step == "floor":
        return Reason(
            "funded_by_floor",
            "Entra por el piso de su grupo: cuesta {cost_centimos} y después quedan"
            " {left_centimos}.",
            numbers,
        )
    if each.payers:
        return Reason(
            "funded_by_shares",
            "Entra: {payers} cédulas la pagan con su parte, {most_centimos} la que más, y después"
            " quedan {left_centimos}.",
            {**numbers, "payers": each.payers, "most_centimos": round(each.most)},
        )
    return Reason(
        "funded", "Entra: cuesta {cost_centimos} y después quedan {left_centimos}.", numbers
    )


def floors(election: Election, doors: Doors) -> list[Round]:
    """The rounds of what floors funded before the rule."""
    left, found = election.budget, []
    for at in doors.funded:
        option = election.options[at]
        left -= option.cost
        found.append(Round(option.code, option.cost, left, "floor"))
    return found
