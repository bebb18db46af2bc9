"""Money down the ranking: never over the ceiling, a sentence for each, no favour by name."""

from dataclasses import replace
from random import Random

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from app.planning.budgets import Allocation, InvalidBudget, Proposal, allocation
from app.planning.ties import lot

costs = st.none() | st.integers(0, 900)


@st.composite
def lists(draw: st.DrawFn) -> list[Proposal]:
    rows = draw(
        st.lists(st.tuples(st.integers(0, 4), costs, st.integers(0, 3), st.booleans()), max_size=12)
    )
    return [
        Proposal(f"p{index}", score / 3, cost, people, withdrawn)
        for index, (score, cost, people, withdrawn) in enumerate(rows)
    ]


def a_proposal(code: str, score: float = 1, cost: int | None = 100, **said: object) -> Proposal:
    return Proposal(code, score, cost, **said)  # type: ignore[arg-type]


def said(result: Allocation) -> dict[str, str]:
    return {
        o.proposal.code: o.reason.sentence.replace("\N{NO-BREAK SPACE}", " ")
        for o in result.outcomes
    }


def test_each_proposal_gets_its_sentence() -> None:
    result = allocation(
        [
            a_proposal("agua", 9, 700_00),
            a_proposal("posta", 8, 400_50),
            a_proposal("puente", 7, 300_00),
            a_proposal("luz", 6, None),
            a_proposal("faena", 5, 0),
            a_proposal("losa", 4, 1, withdrawn=True),
        ],
        1_000_00,
        "s",
    )

    assert said(result) == {
        "agua": "Entra: cuesta S/ 700 y después quedan S/ 300.",
        "posta": "No alcanza: cuesta S/ 400.50 y quedan S/ 300.",
        "puente": "Entra: cuesta S/ 300 y después quedan S/ 0.",
        "luz": "No entra todavía: falta saber cuánto cuesta.",
        "faena": "No entra: cuesta cero, así que no necesita presupuesto.",
        "losa": "No entra: fue retirada por quienes la pidieron.",
    }
    assert (result.funded, result.spent_centimos, result.left_centimos) == (
        ("agua", "puente"),
        1_000_00,
        0,
    )


@pytest.mark.parametrize(
    ("ceiling", "funded"),
    [(0, ()), (99, ()), (100, ("small",)), (500, ("big",)), (600, ("big", "small"))],
)
def test_what_no_longer_fits_is_passed_over(ceiling: int, funded: tuple[str, ...]) -> None:
    ranked = [a_proposal("big", 2, 500), a_proposal("small", 1, 100)]

    assert allocation(ranked, ceiling, "s").funded == funded


def test_even_scores_fall_to_the_cheaper_then_to_more_people_then_to_the_lot() -> None:
    even = [
        a_proposal("unknown", cost=None),
        a_proposal("dear", cost=200),
        a_proposal("few", people=1),
        a_proposal("a", people=5),
        a_proposal("b", people=5),
    ]

    outcomes = allocation(even, 0, "acta").outcomes

    drawn = sorted("ab", key=lambda code: lot("acta", code))
    assert [o.proposal.code for o in outcomes] == [*drawn, "few", "dear", "unknown"]
    assert [o.decided_by for o in outcomes] == ["", "lot", "people", "cost", "cost"]


@pytest.mark.parametrize(
    "wrong",
    [
        [a_proposal("a", cost=-1)],
        [a_proposal("a", people=-1)],
        [a_proposal("a", score=float("nan"))],
        [a_proposal("a", score=float("inf"))],
        [a_proposal("a"), a_proposal("a")],
    ],
)
def test_numbers_that_cannot_be_are_refused(wrong: list[Proposal]) -> None:
    with pytest.raises(InvalidBudget, match="«a»"):
        allocation(wrong, 100, "s")


def test_a_negative_ceiling_is_refused() -> None:
    with pytest.raises(InvalidBudget, match="no puede ser negativo"):
        allocation([], -1, "s")


@given(lists(), st.integers(0, 3000))
def test_never_over_the_ceiling_and_to_the_last_centimo(
    proposals: list[Proposal], ceiling: int
) -> None:
    result = allocation(proposals, ceiling, "s")

    paid = sum(o.proposal.cost_centimos or 0 for o in result.outcomes if o.funded)
    assert paid == result.spent_centimos <= ceiling
    assert result.left_centimos == ceiling - paid >= 0


@given(lists(), st.integers(0, 3000))
def test_withdrawn_unknown_and_free_are_never_funded(
    proposals: list[Proposal], ceiling: int
) -> None:
    funded = set(allocation(proposals, ceiling, "s").funded)

    for proposal in proposals:
        if proposal.withdrawn or not proposal.cost_centimos:
            assert proposal.code not in funded


@given(lists(), st.integers(0, 3000))
def test_what_is_left_out_did_not_fit_in_its_turn(proposals: list[Proposal], ceiling: int) -> None:
    for outcome in allocation(proposals, ceiling, "s").outcomes:
        if outcome.reason.code == "does_not_fit":
            assert (outcome.proposal.cost_centimos or 0) > outcome.left_centimos


@given(lists(), st.integers(0, 3000), st.randoms(use_true_random=False))
def test_order_of_arrival_never_matters(
    proposals: list[Proposal], ceiling: int, random: Random
) -> None:
    arrival = list(proposals)
    random.shuffle(arrival)

    assert allocation(arrival, ceiling, "s") == allocation(proposals, ceiling, "s")


@given(lists(), st.integers(0, 3000))
def test_a_new_name_changes_nothing_where_the_lot_does_not_decide(
    proposals: list[Proposal], ceiling: int
) -> None:
    result = allocation(proposals, ceiling, "s")
    assume(all(o.decided_by != "lot" for o in result.outcomes))
    renamed = {p.code: f"otro nombre {p.code[::-1]}" for p in proposals}

    again = allocation([replace(p, code=renamed[p.code]) for p in proposals], ceiling, "s")

    assert again.funded == tuple(renamed[code] for code in result.funded)


@given(lists(), st.integers(0, 3000))
def test_every_proposal_has_one_place_and_one_reason(
    proposals: list[Proposal], ceiling: int
) -> None:
    outcomes = allocation(proposals, ceiling, "s").outcomes

    assert [o.place for o in outcomes] == list(range(1, len(proposals) + 1))
    assert sorted(o.proposal.code for o in outcomes) == sorted(p.code for p in proposals)
