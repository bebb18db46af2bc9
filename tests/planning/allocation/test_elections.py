"""What makes an election, and what none."""

from fractions import Fraction

import pytest

from app.planning.allocation.elections import Ballot, Election, InvalidElection, Option
from app.planning.allocation.limits import InvalidLimits, Limits
from tests.planning.allocation.elections import an_election

OPTIONS = (Option("a", 10), Option("b", 20))


def test_ballots_alike_are_kept_once_with_their_number() -> None:
    election = an_election({"a": 10, "b": 20}, [("ab", 1), ("b", 2), ("ba", 3), ("", 4)], 100)

    assert [(bloc.points, bloc.count) for bloc in election.blocs] == [
        ((), 4),
        (((0, 1), (1, 1)), 4),
        (((1, 1),), 2),
    ]
    assert election.voters == 10
    assert {bloc.money for bloc in election.blocs} == {Fraction(10)}
    assert election.votes == (4, 6)


def test_points_add_up_beside_votes() -> None:
    election = Election(OPTIONS, (Ballot({"a": 7}, count=2), Ballot({"a": 1, "b": 3})), 50)

    assert election.votes == (3, 1)
    assert election.scores == (15, 3)


def test_a_purse_is_shared_among_the_ballots_of_its_community() -> None:
    ballots = (Ballot({"a": 1}, "p", 3), Ballot({"b": 1}, "q"))
    election = Election(OPTIONS, ballots, 50, {"p": Fraction(20), "q": Fraction(30)})

    assert [(b.community, b.money) for b in election.blocs] == [
        ("p", Fraction(20, 3)),
        ("q", Fraction(30)),
    ]


def test_money_of_a_community_that_did_not_vote_stays_aside() -> None:
    purses = {"p": Fraction(20), "q": Fraction(30)}
    election = Election(OPTIONS, (Ballot({"a": 1}, "p"),), 50, purses)

    assert sum(bloc.money * bloc.count for bloc in election.blocs) == 20


@pytest.mark.parametrize(
    ("options", "ballots", "budget", "purses", "said"),
    [
        (OPTIONS, (), -1, {}, "no puede ser negativo"),
        ((*OPTIONS, Option("a", 1)), (), 10, {}, "«a» aparece dos veces"),
        ((Option("a", -1),), (), 10, {}, "costo negativo"),
        (OPTIONS, (Ballot({"z": 1}),), 10, {}, "La cédula 1 marca la propuesta «z»"),
        (OPTIONS, (Ballot({"a": 0}),), 10, {}, "da 0 puntos"),
        (OPTIONS, (Ballot({"a": 1}, count=0),), 10, {}, "menos de una vez"),
        (OPTIONS, (Ballot({}, "q"),), 10, {"p": Fraction(10)}, "«q» votó sin tener fondo"),
        (OPTIONS, (), 10, {"p": Fraction(9)}, "no suman el presupuesto"),
        (OPTIONS, (), 10, {"p": Fraction(-1), "q": Fraction(11)}, "no puede ser negativo"),
    ],
)
def test_what_is_no_election_is_refused(
    options: tuple[Option, ...],
    ballots: tuple[Ballot, ...],
    budget: int,
    purses: dict[str, Fraction],
    said: str,
) -> None:
    with pytest.raises(InvalidElection, match=said):
        Election(options, ballots, budget, purses)


@pytest.mark.parametrize(
    ("limits", "said"),
    [
        (Limits(incompatible=(("a", "z"),)), "«z» de un par incompatible"),
        (Limits(incompatible=(("a", "a"),)), "incompatible consigo"),
        (Limits(caps={("zone", "x"): 5}), "Nadie propone nada en «x»"),
        (Limits(least_votes=-1), "no pueden ser negativos"),
        (Limits(caps={("zone", "n"): 5}, floors={("zone", "n"): 6}), "pasa su tope"),
        (Limits(floors={("zone", "n"): 60, ("zone", "s"): 60}), "pasan el presupuesto"),
    ],
)
def test_limits_that_cannot_be_kept_are_refused(limits: Limits, said: str) -> None:
    options = (Option("a", 10, "n"), Option("b", 10, "s"))

    with pytest.raises(InvalidLimits, match=said):
        limits.check(Election(options, (), 100))
