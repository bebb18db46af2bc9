"""What an ordinance forbids or asks for beside its rule: least support, pairs, caps, floors.

Least support and withdrawals are settled before the rule begins. Incompatible pairs and caps
close a proposal while it runs: once closed it stays closed, since money spent in a group only
grows. Floors come first of all: until a group has its floor, its proposals are funded by
votes, and what they cost is taken from everybody alike before the rule shares the rest.

Invalid
└── InvalidLimits    limits on codes or groups that nobody proposed, or that contradict
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal

from app.errors import Invalid
from app.planning.allocation.elections import Election, Option
from app.planning.reasons import Reason

Kind = Literal["zone", "objective"]
Group = tuple[Kind, str]


class InvalidLimits(Invalid):
    """Limits that no sharing can keep."""


@dataclass(frozen=True, slots=True)
class Limits:
    """Limits of an ordinance; money in céntimos.

    ``least_votes`` in ballots and ``least_score`` in points; both may stand. ``incompatible``
    holds pairs of codes of which one at most is funded.
    """

    least_votes: int = 0
    least_score: int = 0
    incompatible: tuple[tuple[str, str], ...] = ()
    caps: Mapping[Group, int] = field(default_factory=dict)
    floors: Mapping[Group, int] = field(default_factory=dict)

    def check(self, election: Election) -> None:
        """Refuse limits that this election cannot keep.

        Raises
        ------
        InvalidLimits
            An unknown code or group, a negative number, a floor over its cap, floors over
            the budget.
        """
        for one, other in self.incompatible:
            for code in (one, other):
                if code not in election.position:
                    raise InvalidLimits(
                        "La propuesta «{code}» de un par incompatible no está en la lista.",
                        code=code,
                    )
            if one == other:
                raise InvalidLimits("La propuesta «{code}» no es incompatible consigo.", code=one)
        groups = {group for option in election.options for group in groups_of(option)}
        for group in (*self.caps, *self.floors):
            if group not in groups:
                raise InvalidLimits("Nadie propone nada en «{name}».", name=group[1])
        self._check_money(election.budget)

    def _check_money(self, budget: int) -> None:
        if min((0, self.least_votes, self.least_score, *self.caps.values(), *self.floors.values())):
            raise InvalidLimits("Los topes, pisos y mínimos no pueden ser negativos.")
        for group, floor in self.floors.items():
            if floor > self.caps.get(group, floor):
                raise InvalidLimits("El piso de «{name}» pasa su tope.", name=group[1])
        for kind in ("zone", "objective"):
            if sum(floor for group, floor in self.floors.items() if group[0] == kind) > budget:
                raise InvalidLimits("Los pisos juntos pasan el presupuesto.")


def groups_of(option: Option) -> tuple[Group, ...]:
    """The groups in whose caps and floors an option counts."""
    named: tuple[Group, ...] = (("zone", option.zone), ("objective", option.objective))
    return tuple(group for group in named if group[1])


class Doors:
    """Which options may still be funded, as money is given out; the first reason stands."""

    def __init__(self, election: Election, limits: Limits) -> None:
        self.election = election
        self.funded: list[int] = []
        self.spent = 0
        self.closed: dict[int, Reason] = {}
        self._caps = dict(limits.caps)
        self._used: dict[Group, int] = {}
        self._against: dict[int, list[int]] = {}
        for one, other in limits.incompatible:
            a, b = election.position[one], election.position[other]
            self._against.setdefault(a, []).append(b)
            self._against.setdefault(b, []).append(a)
        for at, option in enumerate(election.options):
            reason = _never(election, at, option, limits)
            if reason:
                self.closed[at] = reason

    def copy(self) -> "Doors":
        """The same doors, apart from these."""
        other = object.__new__(Doors)
        other.election, other.spent = self.election, self.spent
        other._caps, other._against = self._caps, self._against
        other.funded, other.closed = list(self.funded), dict(self.closed)
        other._used = dict(self._used)
        return other

    @property
    def open(self) -> list[int]:
        """Positions of what may still be funded."""
        taken = set(self.funded)
        every = range(len(self.election.options))
        return [at for at in every if at not in taken and self.may(at)]

    def may(self, at: int) -> bool:
        """Whether an option that is not funded passes the caps and pairs; closes it if not."""
        if at in self.closed:
            return False
        option = self.election.options[at]
        for group in groups_of(option):
            cap = self._caps.get(group)
            if cap is not None and self._used.get(group, 0) + option.cost > cap:
                left = cap - self._used.get(group, 0)
                self.closed[at] = Reason(
                    "over_cap",
                    "No entra: a «{name}» le quedan {left_centimos} de su tope y cuesta"
                    " {cost_centimos}.",
                    {"name": group[1], "left_centimos": left, "cost_centimos": option.cost},
                )
                return False
        return True

    def fund(self, at: int) -> None:
        """Give an option its money, and close what cannot stand beside it."""
        option = self.election.options[at]
        self.funded.append(at)
        self.spent += option.cost
        for group in groups_of(option):
            self._used[group] = self._used.get(group, 0) + option.cost
        for other in self._against.get(at, ()):
            if other not in self.funded:
                self.closed.setdefault(
                    other,
                    Reason(
                        "incompatible",
                        "No entra: es incompatible con «{code}», que sí entra.",
                        {"code": option.code},
                    ),
                )

    def used(self, group: Group) -> int:
        """Céntimos that a group has been given."""
        return self._used.get(group, 0)


def _never(election: Election, at: int, option: Option, limits: Limits) -> Reason | None:
    """Why an option stays out before any rule begins."""
    if option.withdrawn:
        return Reason("withdrawn", "No entra: fue retirada por quienes la pidieron.")
    if option.cost == 0:
        return Reason("cost_zero", "No entra: cuesta cero, así que no necesita presupuesto.")
    if option.cost > election.budget:
        return Reason(
            "over_budget",
            "No entra: cuesta {cost_centimos}, más que todo el presupuesto ({budget_centimos}).",
            {"cost_centimos": option.cost, "budget_centimos": election.budget},
        )
    return _unsupported(election.votes[at], election.scores[at], limits)


def _unsupported(votes: int, score: int, limits: Limits) -> Reason | None:
    if votes == 0:
        return Reason("no_votes", "No entra: ninguna cédula la marca.")
    if votes < limits.least_votes:
        return Reason(
            "few_votes",
            "No entra: tiene {votes} votos y le faltaron {lacking} para el mínimo.",
            {"votes": votes, "lacking": limits.least_votes - votes},
        )
    if score < limits.least_score:
        return Reason(
            "few_points",
            "No entra: tiene {score} de apoyo y le faltaron {lacking} para el mínimo.",
            {"score": score, "lacking": limits.least_score - score},
        )
    return None


def with_floors(election: Election, limits: Limits, order: Sequence[int]) -> Doors:
    """The doors after every floor: first in ``order`` within each group, what fits.

    A floor is met by funding while the group has less than it; so it may be passed by the
    last proposal, and missed where nothing more fits or is proposed.
    """
    limits.check(election)
    doors = Doors(election, limits)
    for group, floor in limits.floors.items():
        for at in order:
            option = election.options[at]
            if doors.used(group) >= floor:
                break
            if group not in groups_of(option) or at in doors.funded or not doors.may(at):
                continue
            if doors.spent + option.cost <= election.budget:
                doors.fund(at)
    return doors
