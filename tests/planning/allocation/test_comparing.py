"""The same ballots by other rules, and what-ifs; money by community to the last céntimo."""

import random
import time
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.errors import Invalid
from app.planning.allocation import comparing, rules
from app.planning.allocation.comparing import Case, Change
from app.planning.allocation.elections import Ballot, Election, Option
from app.planning.allocation.endowments import Dweller, purses
from app.planning.allocation.names import RULES
from app.planning.allocation.rules import Wording

OPTIONS = (Option("1", 60), Option("2", 50), Option("3", 40))
BALLOTS = (
    Ballot({"1": 1, "2": 1}, "A", 3),
    Ballot({"3": 1}, "B", 2),
    Ballot({"2": 1, "3": 1}, "B", 1),
)
SERVES = {"1": ("A",), "2": (), "3": ("A", "B")}


def a_case(rule: str = "greedy", budget: int = 100) -> Case:
    """Two communities, of 10 and 30 people."""
    election = Election(OPTIONS, BALLOTS, budget)
    return Case(election, Wording(rule), {}, SERVES, {"A": 10, "B": 30})


def test_money_goes_to_the_communities_that_a_proposal_serves_by_their_people() -> None:
    case = a_case()
    outcome = rules.allocate(case.election, case.wording)

    gained = comparing.gains(case, outcome)

    # 2 (50) serves everybody: 12.5 and 37.5; 3 (40) serves both: 10 and 30.
    assert outcome.funded == ("2", "3")
    assert (gained["A"].cents, gained["B"].cents) == (22, 68)
    assert (gained["A"].proposals, gained["B"].proposals) == (1, 1)


def test_the_rule_of_the_ordinance_stands_first_and_once() -> None:
    compared = comparing.compare(a_case("mes"), ("greedy", "mes", "phragmen"))

    assert [each.rule for each in compared] == ["mes", "greedy", "phragmen"]
    assert compared[0].unserved == ()


@pytest.mark.parametrize(
    ("change", "funded"),
    [
        (Change(), {"2", "3"}),
        (Change(budget_percent=-20), {"2"}),
        (Change(budget_percent=20), {"2", "3"}),
        (Change(without="2"), {"3", "1"}),
        (Change(least_votes=4), {"2"}),
        (Change(most=1), {"2", "3"}),
    ],
)
def test_a_what_if_changes_one_thing(change: Change, funded: set[str]) -> None:
    assert set(comparing.what_if(a_case(), change).outcome.funded) == funded


def test_fewer_marks_keep_those_with_more_points_first() -> None:
    election = Election(OPTIONS, (Ballot({"1": 1, "2": 5, "3": 3}),), 1000)

    cut = comparing.changed(Case(election, Wording()), Change(most=2)).election

    assert dict(cut.ballots[0].points) == {"2": 5, "3": 3}


def test_a_what_if_of_a_workshop_answers_within_a_second_of_work() -> None:
    chance = random.Random(3)
    options = tuple(Option(str(n), chance.randint(1_500_000, 40_000_000)) for n in range(50))
    ballots = tuple(
        Ballot(dict.fromkeys(map(str, chance.sample(range(50), 5)), 1), str(n % 20))
        for n in range(300)
    )
    people = {str(n): 100 for n in range(20)}
    case = Case(Election(options, ballots, 200_000_000), Wording(), {}, {}, people)

    spent = {}
    for rule in RULES:
        began = time.process_time()
        comparing.what_if(case, Change(budget_percent=-10, rule=rule))
        spent[rule] = time.process_time() - began

    assert {rule: each for rule, each in spent.items() if each > 1} == {}


def test_poverty_weighs_as_the_rules_say() -> None:
    homes = [Dweller("A", 100, 1.0), Dweller("B", 100, 0.0), Dweller("C", 100)]

    parts = purses(900, homes, Fraction(1), {"A", "B", "C"})

    assert parts == {"A": Fraction(450), "B": Fraction(225), "C": Fraction(225)}
    assert purses(900, homes, Fraction(0), {"A", "C"}) == {"A": 450, "C": 450}


@pytest.mark.parametrize(
    ("dwellers", "weight"),
    [([Dweller("A", 0)], 0), ([Dweller("B", 9)], 0), ([Dweller("A", 9)], -1)],
)
def test_a_part_that_cannot_be_reckoned_is_refused(dwellers: list[Dweller], weight: int) -> None:
    with pytest.raises(Invalid):
        purses(100, dwellers, Fraction(weight), {"A"})


@given(
    people=st.lists(st.integers(1, 5000), min_size=1, max_size=12),
    poverty=st.lists(st.none() | st.floats(0, 1), min_size=12, max_size=12),
    weight=st.fractions(0, 5),
    budget=st.integers(0, 10**10),
)
def test_parts_of_communities_add_up_to_the_budget(
    people: list[int], poverty: list[float | None], weight: Fraction, budget: int
) -> None:
    homes = [Dweller(str(at), n, poverty[at]) for at, n in enumerate(people)]

    parts = purses(budget, homes, weight, {each.code for each in homes})

    assert sum(parts.values()) == budget
    assert all(part >= 0 for part in parts.values())
