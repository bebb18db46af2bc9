"""Counts keep x, n, missing and N, and never say more than they know."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.planning.counts import Count, InvalidCount, total


@st.composite
def counts(draw: st.DrawFn) -> Count:
    n = draw(st.integers(0, 60))
    population = draw(st.none() | st.integers(0, 90))
    return Count(draw(st.integers(0, n)), n, draw(st.integers(0, 9)), population)


@pytest.mark.parametrize(
    ("numbers", "field"),
    [
        ((5, 4), "x"),
        ((-1, 4), "x"),
        ((0, -1), "n"),
        ((0, 1, -2), "missing"),
        ((0, 1, 0, -1), "population"),
    ],
)
def test_impossible_numbers_are_refused_by_name(numbers: tuple[int, ...], field: str) -> None:
    with pytest.raises(InvalidCount) as refused:
        Count(*numbers)

    assert refused.value.field == field


def test_refusal_says_both_numbers() -> None:
    with pytest.raises(InvalidCount, match="Hay 5 con la práctica, pero solo 4 con respuesta"):
        Count(5, 4)


def test_nobody_answered_has_no_share() -> None:
    assert Count(0, 0, missing=7).share is None


def test_register_behind_is_flagged_and_its_population_not_used() -> None:
    count = Count(10, 30, population=20)

    assert count.register_behind
    assert count.known_population is None
    assert count.coverage is None


@pytest.mark.parametrize(
    ("count", "coverage"),
    [(Count(3, 10, population=40), 0.25), (Count(3, 10), None), (Count(0, 0, population=0), None)],
)
def test_coverage_is_answered_of_the_population(count: Count, coverage: float | None) -> None:
    assert count.coverage == coverage


def test_nobody_to_ask_is_not_the_same_as_missing() -> None:
    assert Count(0, 0, population=0).empty
    assert not Count(0, 0, population=5).empty
    assert not Count(0, 0).empty


@pytest.mark.parametrize("other", [Count(1, 2), Count(1, 9, population=3)])
def test_one_unknown_or_behind_population_makes_the_sum_unknown(other: Count) -> None:
    assert (Count(1, 2, population=5) + other).population is None


@given(counts(), counts(), counts())
def test_adding_does_not_depend_on_order_or_grouping(a: Count, b: Count, c: Count) -> None:
    assert a + b == b + a
    assert (a + b) + c == a + (b + c) == total([c, a, b])


@given(st.lists(counts(), min_size=2, max_size=6))
def test_the_whole_has_what_its_parts_have(parts: list[Count]) -> None:
    whole = total(parts)

    assert (whole.x, whole.n) == (sum(p.x for p in parts), sum(p.n for p in parts))
    assert whole.missing == sum(p.missing for p in parts)
