"""What holds of every election: money, order, names, fairness, and the searches' shortcuts."""

from dataclasses import replace
from fractions import Fraction
from itertools import combinations
from random import Random

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from app.planning.allocation import fairness, orders, rules
from app.planning.allocation.elections import Ballot, Election
from app.planning.allocation.equal_shares import Table, leap, run
from app.planning.allocation.limits import Doors, Limits
from app.planning.allocation.names import UTILITIES
from app.planning.allocation.outcomes import Outcome
from app.planning.allocation.purses import scene
from app.planning.allocation.raising import Ladder
from app.planning.allocation.rules import RULES, Wording
from app.planning.allocation.welfare import worths
from tests.planning.allocation.elections import FILE_TIES, elections

SOME = elections(points=3, communities=True)


def shared(election: Election, rule: str, **more: object) -> Outcome:
    return rules.allocate(election, Wording(rule=rule, ties=FILE_TIES, **more))  # type: ignore[arg-type]


@pytest.mark.parametrize("rule", RULES)
@given(election=SOME)
def test_never_over_budget_and_nothing_without_votes(rule: str, election: Election) -> None:
    outcome = shared(election, rule)

    assert outcome.spent <= election.budget
    for code in outcome.funded:
        option = election.options[election.position[code]]
        assert option.cost > 0
        assert not option.withdrawn
        assert election.votes[election.position[code]]
    assert len(set(outcome.funded)) == len(outcome.funded)
    assert {v.code for v in outcome.verdicts if v.funded} == set(outcome.funded)


@pytest.mark.parametrize("rule", RULES)
@given(election=SOME, shuffle=st.randoms(use_true_random=False))
def test_order_of_arrival_never_matters(rule: str, election: Election, shuffle: Random) -> None:
    options, ballots = list(election.options), list(election.ballots)
    shuffle.shuffle(options)
    shuffle.shuffle(ballots)
    ballots = [replace(b, points=dict(reversed(b.points.items()))) for b in ballots]
    other = Election(tuple(options), tuple(ballots), election.budget, election.purses)
    wording = Wording(rule=rule, ties=FILE_TIES)

    assert rules.allocate(other, wording).funded == rules.allocate(election, wording).funded
    assert rules.digest(other, wording) == rules.digest(election, wording)


@pytest.mark.parametrize("rule", RULES)
@given(election=SOME)
def test_ballots_split_or_put_together_are_the_same(rule: str, election: Election) -> None:
    single = tuple(
        replace(ballot, count=1) for ballot in election.ballots for _ in range(ballot.count)
    )
    other = Election(election.options, single, election.budget, election.purses)

    assert shared(other, rule).funded == shared(election, rule).funded


@pytest.mark.parametrize("rule", RULES)
@given(election=SOME, suffix=st.sampled_from(["x", "7", "ñ"]))
def test_other_names_give_the_same(rule: str, election: Election, suffix: str) -> None:
    named = tuple(replace(o, code=o.code + suffix) for o in election.options)
    ballots = tuple(
        replace(b, points={code + suffix: p for code, p in b.points.items()})
        for b in election.ballots
    )
    other = Election(named, ballots, election.budget, election.purses)

    assert [code.removesuffix(suffix) for code in shared(other, rule).funded] == list(
        shared(election, rule).funded
    )


@given(election=SOME)
def test_a_digest_tells_ballots_and_wording_apart(election: Election) -> None:
    wording = Wording(rule="mes")
    one_more = Election(
        election.options,
        (*election.ballots, Ballot({election.options[0].code: 1}, "p")),
        election.budget,
        election.purses,
    )

    assert rules.digest(one_more, wording) != rules.digest(election, wording)
    assert rules.digest(election, Wording(rule="greedy")) != rules.digest(election, wording)


@pytest.mark.parametrize("rule", [rule for rule in RULES if rule.startswith("mes")])
@given(election=elections(communities=True))
def test_equal_shares_leave_no_group_unserved(rule: str, election: Election) -> None:
    assert fairness.unserved(election, shared(election, rule, utility="cost")) == ()


@given(election=elections())
def test_unserved_group_is_found_as_by_trying_all_groups(election: Election) -> None:
    outcome = shared(election, "greedy")
    gained = {code: election.options[election.position[code]].cost for code in outcome.funded}
    told = {v.code: v for v in outcome.verdicts}
    expected = set()
    for at, option in enumerate(election.options):
        if told[option.code].funded or told[option.code].reason.code in fairness.OUT_OF_REACH:
            continue
        own = [b for b in election.blocs if any(mark == at for mark, _ in b.points)]
        for size in range(1, len(own) + 1):
            for group in combinations(own, size):
                held = sum(b.money * b.count for b in group)
                got = max(
                    sum(gained.get(election.options[mark].code, 0) for mark, _ in b.points)
                    for b in group
                )
                if held >= got + option.cost:
                    expected.add(option.code)

    assert {each.code for each in fairness.unserved(election, outcome)} == expected


@pytest.mark.parametrize("utility", UTILITIES)
@given(election=elections(points=3))
def test_best_set_is_the_best_of_all_sets(utility: str, election: Election) -> None:
    outcome = shared(election, "max-welfare", utility=utility)
    worth = dict(zip(election.position, worths(election, utility), strict=True))  # type: ignore[arg-type]
    may = Doors(election, Limits()).open
    codes = [election.options[at].code for at in may]
    best = max(
        sum(worth[code] for code in chosen)
        for size in range(len(codes) + 1)
        for chosen in combinations(codes, size)
        if election.costs(chosen) <= election.budget
    )

    assert sum(worth[code] for code in outcome.funded) == best


def a_table(election: Election, utility: str, *, exact: bool) -> Table:
    ties = orders.order(election, FILE_TIES)
    rank = [ties.index(at) for at in range(len(ties))]
    return Table(scene(election, utility), Doors(election, Limits()), rank, exact)  # type: ignore[arg-type]


def step_by_step(ladder: Ladder) -> tuple[int, list[int]]:
    """The rule read aloud: every level in exact numbers, none left out."""
    table = replace(ladder.table, exact=True)
    level, trace = 0, run(table, Fraction(1))
    while not ladder.ends(trace):
        above = run(table, ladder.share(level + 1))
        if ladder.cost(above) > ladder.most:
            break
        level, trace = level + 1, above
    return level, trace.order


@pytest.mark.parametrize("utility", UTILITIES)
@pytest.mark.parametrize("exhausted", [False, True])
@given(election=elections(points=3, communities=True), step=st.sampled_from([1, 3, 10]))
def test_leaping_upward_finds_what_every_step_finds(
    utility: str, exhausted: bool, election: Election, step: int
) -> None:
    assume(election.budget)
    table = a_table(election, utility, exact=False)
    ladder = Ladder(table, Fraction(step, 10), election.budget, exhausted)

    found = ladder.climb()

    assert (found.level, found.trace.order) == step_by_step(ladder)


@pytest.mark.parametrize("utility", UTILITIES)
@given(election=elections(points=3, communities=True), reach=st.integers(2, 9))
def test_a_leap_speaks_for_every_level_between(
    utility: str, election: Election, reach: int
) -> None:
    table = a_table(election, utility, exact=True)
    below = run(table, Fraction(1))

    if leap(table, Fraction(10 + reach, 10), below) is not None:
        for tenth in range(1, reach + 1):
            assert run(table, Fraction(10 + tenth, 10)).order == below.order
