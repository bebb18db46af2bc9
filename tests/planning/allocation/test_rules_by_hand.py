"""Each rule on elections small enough to follow with a pencil."""

from fractions import Fraction

import pytest

from app.planning.allocation import rules
from app.planning.allocation.elections import Ballot, Election, Option
from app.planning.allocation.limits import Limits
from app.planning.allocation.orders import InvalidOrder
from app.planning.allocation.outcomes import Outcome
from app.planning.allocation.rules import InvalidRule, Wording
from tests.planning.allocation.elections import FILE_TIES, an_election

# Six of ten want the two roads; four want the well and the nursery, which together cost less.
DIVIDED = an_election(
    {"road": 6000, "bridge": 4000, "well": 3000, "nursery": 1000}, [], 10000
).options


def divided(budget: int = 10000) -> Election:
    majority = Ballot({"road": 1, "bridge": 1}, "town", 6)
    minority = Ballot({"well": 1, "nursery": 1}, "valley", 4)
    return Election(DIVIDED, (majority, minority), budget)


def shared(election: Election, rule: str, **more: object) -> Outcome:
    return rules.allocate(election, Wording(rule=rule, ties=FILE_TIES, **more))  # type: ignore[arg-type]


def told(outcome: Outcome, code: str) -> str:
    return next(v.reason.code for v in outcome.verdicts if v.code == code)


def test_votes_give_everything_to_the_many() -> None:
    assert shared(divided(), "greedy").funded == ("bridge", "road")


def test_equal_shares_leave_the_few_their_part() -> None:
    outcome = shared(divided(), "mes")

    assert set(outcome.funded) == {"bridge", "nursery", "well"}
    assert told(outcome, "road") == "supporters_lack"
    assert outcome.left == 2000


def test_whoever_pays_and_how_much_is_told() -> None:
    first = shared(divided(), "mes").rounds[0]

    assert (first.code, first.payers, first.most) == ("bridge", 6, Fraction(4000, 6))
    assert first.effective_votes == 6
    assert dict(first.paid) == {"": Fraction(4000)}


def test_stopping_ends_at_the_first_misfit_and_passing_over_goes_on() -> None:
    election = an_election({"a": 60, "b": 50, "c": 40}, [("a", 3), ("b", 2), ("c", 1)], 100)

    assert shared(election, "greedy").funded == ("a", "c")
    stopped = shared(election, "greedy-stop")
    assert stopped.funded == ("a",)
    assert told(stopped, "b") == "does_not_fit"
    assert told(stopped, "c") == "after_the_stop"


def test_raised_shares_spend_what_equal_shares_leave() -> None:
    election = an_election({"a": 60, "b": 30}, [("a", 5), ("b", 5)], 100)

    assert shared(election, "mes").funded == ("b",)
    outcome = shared(election, "mes-add1", step=Fraction(1), step_in_money=True)
    assert set(outcome.funded) == {"a", "b"}
    assert outcome.level == 2  # twelve each instead of ten


def test_rest_of_the_money_goes_down_the_votes() -> None:
    costs = {"a": 50, "b": 45, "c": 20}
    election = an_election(costs, [("a", 5), ("b", 4), ("c", 1)], 100)

    raised = shared(election, "mes-add1", step=Fraction(1), step_in_money=True)
    filled = shared(election, "mes-add1u", step=Fraction(1), step_in_money=True)
    assert set(raised.funded) == {"a", "b"}
    assert set(filled.funded) == {"a", "b"}
    roomy = an_election(costs | {"c": 5}, [("a", 5), ("b", 4), ("c", 1)], 100)
    assert shared(roomy, "mes-add1u").rounds[-1].code == "c"


def test_everybody_may_help_at_last() -> None:
    election = an_election({"a": 80, "b": 30}, [("a", 5), ("b", 5)], 100)

    outcome = shared(election, "mes-epsilon")

    assert outcome.funded == ("b",)  # b pays its own; a would need 80 of the 70 that are left
    roomy = shared(an_election({"a": 70, "b": 30}, [("a", 5), ("b", 5)], 100), "mes-epsilon")
    assert roomy.funded == ("b", "a")
    assert roomy.rounds[-1].step == "completion"
    assert roomy.left == 0


def test_first_group_that_can_buy_buys() -> None:
    election = an_election({"a": 60, "b": 30}, [("a", 4), ("b", 3)], 100)

    assert shared(election, "phragmen").funded == ("b", "a")


def test_largest_sum_may_drop_the_most_voted() -> None:
    election = an_election({"a": 60, "b": 50, "c": 50}, [("a", 5), ("b", 4), ("c", 4)], 100)

    assert shared(election, "greedy").funded == ("a",)
    assert shared(election, "max-welfare").funded == ("b", "c")


@pytest.mark.parametrize("rule", rules.RULES)
def test_limits_hold_under_every_rule(rule: str) -> None:
    options = (
        Option("a", 20, "n"),
        Option("b", 20, "n"),
        Option("c", 20, "s"),
        Option("d", 20, "s"),
        Option("e", 200, "s"),
        Option("f", 0),
        Option("g", 10, withdrawn=True),
        Option("h", 10),
        Option("i", 10),
    )
    marks = dict.fromkeys("abcdefg", 1)
    ballots = (Ballot(marks, count=9), Ballot({"i": 1}))
    limits = Limits(least_votes=2, incompatible=(("c", "d"),), caps={("zone", "n"): 30})
    outcome = shared(Election(options, ballots, 100), rule, limits=limits)

    assert set(outcome.funded) == {"a", "c"}
    assert {v.code: v.reason.code for v in outcome.verdicts if not v.funded} == {
        "b": "over_cap",
        "d": "incompatible",
        "e": "over_budget",
        "f": "cost_zero",
        "g": "withdrawn",
        "h": "no_votes",
        "i": "few_votes",
    }


@pytest.mark.parametrize("rule", rules.RULES)
def test_a_floor_is_met_first(rule: str) -> None:
    options = (Option("a", 60, "n"), Option("b", 40, "n"), Option("c", 30, "s"))
    ballots = (Ballot({"a": 1, "b": 1}, count=9), Ballot({"c": 1}))
    outcome = shared(
        Election(options, ballots, 100), rule, limits=Limits(floors={("zone", "s"): 30})
    )

    assert outcome.rounds[0].code == "c"
    assert outcome.rounds[0].step == "floor"
    assert outcome.funded[1] in {"a", "b"}
    assert outcome.spent <= 100


@pytest.mark.parametrize("rule", rules.RULES)
def test_empty_elections_fund_nothing(rule: str) -> None:
    assert shared(Election((), (), 100), rule).funded == ()
    assert shared(Election((Option("a", 10),), (), 100), rule).funded == ()
    assert shared(Election((Option("a", 10),), (Ballot({"a": 1}),), 0), rule).funded == ()


def test_lot_decides_between_equals_and_its_seed_is_said() -> None:
    election = an_election({"a": 60, "b": 60}, [("ab", 4)], 100)
    found = {
        rules.allocate(election, Wording(ties=("cost", "people", "lot"), seed=seed)).funded
        for seed in ("uno", "dos", "tres", "cuatro", "cinco")
    }

    assert found == {("a",), ("b",)}


def test_more_people_go_first_where_the_ordinance_says_so() -> None:
    election = an_election({"a": 60, "b": 60}, [("ab", 4)], 100)
    wording = Wording(ties=("people", "lot"), seed="x")

    assert rules.allocate(election, wording, {"b": 9, "a": 3}).funded == ("b",)
    assert rules.allocate(election, wording, {"b": 3, "a": 9}).funded == ("a",)


@pytest.mark.parametrize(
    ("wording", "refusal"),
    [
        (Wording(rule="sorteo"), InvalidRule),
        (Wording(rule="mes", utility="joy"), InvalidRule),  # type: ignore[arg-type]
        (Wording(rule="mes-add1", step=Fraction(0)), InvalidRule),
        (Wording(ties=("beauty",)), InvalidOrder),
    ],
)
def test_what_no_ordinance_can_mean_is_refused(wording: Wording, refusal: type[Exception]) -> None:
    with pytest.raises(refusal):
        rules.allocate(divided(), wording)
