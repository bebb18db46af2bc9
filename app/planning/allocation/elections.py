"""What goes into a sharing of money: proposals, ballots, and who holds how much of it.

A ballot marks proposals with points above zero: an approval is 1 point, a rank is the points
of its place. It names no person. Ballots that mark alike and hold alike are kept once, with
how many they are; so the order in which they came, and who cast them, cannot matter.

Invalid
└── InvalidElection    an election that cannot be such: codes, costs, points, money
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from functools import cached_property

from app.errors import Invalid


class InvalidElection(Invalid):
    """Proposals, ballots or money that make no election."""


@dataclass(frozen=True, slots=True)
class Option:
    """A proposal as it stands to be chosen.

    ``cost`` in céntimos. ``zone`` and ``objective`` name the groups whose caps and floors it
    counts in. What is withdrawn stays on the ballot and is never funded.
    """

    code: str
    cost: int
    zone: str = ""
    objective: str = ""
    withdrawn: bool = False


@dataclass(frozen=True, slots=True)
class Ballot:
    """Points by code of proposal, and the community whose money it holds."""

    points: Mapping[str, int]
    community: str = ""
    count: int = 1


@dataclass(frozen=True, slots=True)
class Bloc:
    """Ballots alike: points by position of the option, how many, and the money of each."""

    points: tuple[tuple[int, int], ...]
    community: str
    count: int
    money: Fraction


@dataclass(frozen=True)
class Election:
    """Options, ballots and the budget, checked.

    Parameters
    ----------
    options
        With codes of their own.
    ballots
        In any order. A ballot without marks holds money like any other.
    budget
        Céntimos to share.
    purses
        The money of each community, in exact céntimos, shared alike among its ballots; they
        add up to the budget. Without them every ballot holds the same.

    Raises
    ------
    InvalidElection
        A code twice or unknown, a negative cost, budget or number of ballots, points under
        one; purses that do not add up, or lack a community that voted.
    """

    options: tuple[Option, ...]
    ballots: tuple[Ballot, ...]
    budget: int
    purses: Mapping[str, Fraction] = field(default_factory=dict)

    def __post_init__(self) -> None:
        _check_options(self.options, self.budget)
        _check_ballots(self.ballots, set(self.position))
        if self.purses:
            _check_purses(self.purses, self.ballots, self.budget)

    @cached_property
    def position(self) -> dict[str, int]:
        """Where each code stands among the options."""
        return {option.code: at for at, option in enumerate(self.options)}

    @cached_property
    def voters(self) -> int:
        """Ballots cast, those without marks among them."""
        return sum(ballot.count for ballot in self.ballots)

    @cached_property
    def blocs(self) -> tuple[Bloc, ...]:
        """Ballots alike put together, in an order of their own."""
        casting = Counter[str]()
        alike: Counter[tuple[str, tuple[tuple[int, int], ...]]] = Counter()
        for ballot in self.ballots:
            casting[ballot.community] += ballot.count
            marks = tuple(sorted((self.position[c], p) for c, p in ballot.points.items()))
            alike[(ballot.community if self.purses else "", marks)] += ballot.count
        return tuple(
            Bloc(marks, community, count, self._money(community, casting))
            for (community, marks), count in sorted(alike.items())
        )

    def _money(self, community: str, casting: Mapping[str, int]) -> Fraction:
        if self.purses:
            return self.purses[community] / casting[community]
        return Fraction(self.budget, self.voters)

    @cached_property
    def votes(self) -> tuple[int, ...]:
        """Ballots that mark each option."""
        found = [0] * len(self.options)
        for bloc in self.blocs:
            for at, _ in bloc.points:
                found[at] += bloc.count
        return tuple(found)

    @cached_property
    def scores(self) -> tuple[int, ...]:
        """Points of each option; with approvals, its votes."""
        found = [0] * len(self.options)
        for bloc in self.blocs:
            for at, points in bloc.points:
                found[at] += bloc.count * points
        return tuple(found)

    def costs(self, codes: Iterable[str]) -> int:
        """Céntimos of these options together."""
        return sum(self.options[self.position[code]].cost for code in codes)


def _check_options(options: Sequence[Option], budget: int) -> None:
    if budget < 0:
        raise InvalidElection(
            "El presupuesto no puede ser negativo.",
            remedy="Escriba cuánto dinero hay para repartir.",
            field="budget",
        )
    seen: set[str] = set()
    for option in options:
        if option.code in seen:
            raise InvalidElection("La propuesta «{code}» aparece dos veces.", code=option.code)
        seen.add(option.code)
        if option.cost < 0:
            raise InvalidElection(
                "La propuesta «{code}» tiene un costo negativo.",
                remedy="Corrija su costo.",
                field="cost",
                code=option.code,
            )


def _check_ballots(ballots: Iterable[Ballot], known: set[str]) -> None:
    for number, ballot in enumerate(ballots, start=1):
        if ballot.count < 1:
            raise InvalidElection("La cédula {number} se repite menos de una vez.", number=number)
        for code, points in ballot.points.items():
            if code not in known:
                raise InvalidElection(
                    "La cédula {number} marca la propuesta «{code}», que no está en la lista.",
                    remedy="Revise la cédula o la lista de propuestas.",
                    number=number,
                    code=code,
                )
            if points < 1:
                raise InvalidElection(
                    "La cédula {number} da {points} puntos a la propuesta «{code}».",
                    remedy="Los puntos son números enteros desde 1; lo no marcado se deja vacío.",
                    number=number,
                    code=code,
                    points=points,
                )


def _check_purses(purses: Mapping[str, Fraction], ballots: Iterable[Ballot], budget: int) -> None:
    casting = {ballot.community for ballot in ballots}
    if without := sorted(casting - set(purses)):
        raise InvalidElection(
            "La comunidad «{community}» votó sin tener fondo.", community=without[0]
        )
    if any(money < 0 for money in purses.values()):
        raise InvalidElection("El fondo de una comunidad no puede ser negativo.")
    if sum(purses.values()) != budget:
        raise InvalidElection("Los fondos de las comunidades no suman el presupuesto.")
