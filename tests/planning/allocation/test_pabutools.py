"""The engine against pabutools on many small elections: ours is one of its tied outcomes.

Known differences, left out here: it funds proposals that nobody marked and proposals that
cost nothing, which no assembly means to fund.
"""

from fractions import Fraction
from typing import Any

import pytest
from hypothesis import assume, given, settings

from app.planning.allocation import rules
from app.planning.allocation.elections import Election
from app.planning.allocation.rules import Wording
from tests.planning.allocation.elections import FILE_TIES, elections

pytestmark = [
    pytest.mark.filterwarnings("ignore"),  # the oracle's own, not ours
]
UNIT = {"cost": "Cost_Sat", "cardinality": "Cardinality_Sat"}


def theirs(election: Election) -> tuple[Any, Any]:
    """The same election as pabutools takes it; what cannot be funded stays off the list."""
    from pabutools.election import ApprovalBallot, ApprovalProfile, Instance, Project

    votes = dict(zip(election.position, election.votes, strict=True))
    projects = {
        o.code: Project(o.code, o.cost)
        for o in election.options
        if o.cost and votes[o.code] and not o.withdrawn and o.cost <= election.budget
    }
    ballots = [
        ApprovalBallot(projects[code] for code in ballot.points if code in projects)
        for ballot in election.ballots
        for _ in range(ballot.count)
    ]
    instance = Instance(projects.values(), budget_limit=election.budget)
    return instance, ApprovalProfile(ballots, instance=instance)


def sets(found: Any) -> list[set[str]]:
    return [{project.name for project in outcome} for outcome in found]


def ours(election: Election, wording: Wording) -> set[str]:
    return set(rules.allocate(election, wording).funded)


@pytest.mark.parametrize("utility", UNIT)
@settings(max_examples=60)
@given(election=elections())
def test_equal_shares(utility: str, election: Election) -> None:
    from pabutools import election as kinds
    from pabutools.rules import method_of_equal_shares

    assume(election.budget)
    instance, profile = theirs(election)
    found = method_of_equal_shares(
        instance, profile, sat_class=getattr(kinds, UNIT[utility]), resoluteness=False
    )

    assert ours(election, Wording("mes", utility, ties=FILE_TIES)) in sets(found)  # type: ignore[arg-type]


@settings(max_examples=60)
@given(election=elections())
def test_phragmen(election: Election) -> None:
    from pabutools.rules import sequential_phragmen

    assume(election.budget)
    instance, profile = theirs(election)
    found = sequential_phragmen(instance, profile, resoluteness=False)

    assert ours(election, Wording("phragmen", ties=FILE_TIES)) in sets(found)


@settings(max_examples=60)
@given(election=elections())
def test_votes_with_passing_over(election: Election) -> None:
    from pabutools.election import Cost_Sat
    from pabutools.rules import greedy_utilitarian_welfare

    assume(election.budget)
    instance, profile = theirs(election)
    found = greedy_utilitarian_welfare(
        instance, profile, sat_class=Cost_Sat, resoluteness=False, is_sat_additive=True
    )

    assert ours(election, Wording("greedy", ties=FILE_TIES)) in sets(found)


@settings(max_examples=40)
@given(election=elections(unit=10))
def test_raised_shares_where_no_prices_tie(election: Election) -> None:
    from pabutools.election import Cost_Sat
    from pabutools.rules import method_of_equal_shares

    assume(election.budget)
    instance, profile = theirs(election)
    assume(len(instance) > 0)
    assume(
        len({o.cost * 1000 + v for o, v in zip(election.options, election.votes, strict=True)})
        == len(election.options)
    )
    wording = Wording(
        "mes-add1", "cost", Fraction(1), step_in_money=True, exhausted=True, ties=FILE_TIES
    )
    mine = ours(election, wording)
    found = method_of_equal_shares(
        instance,
        profile,
        sat_class=Cost_Sat,
        voter_budget_increment=1,
        resoluteness=False,
    )

    assert mine in sets(found)
