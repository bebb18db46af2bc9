"""Wilson intervals, with the edges that a small community meets."""

from math import isnan

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.planning.counts import Count
from app.planning.intervals import Interval, wilson, wilson_bounds


@st.composite
def answered(draw: st.DrawFn) -> Count:
    n = draw(st.integers(1, 300))
    return Count(draw(st.integers(0, n)), n, population=draw(st.none() | st.integers(0, 600)))


def test_agrees_with_the_published_example() -> None:
    """Newcombe 1998, table 1: 81 of 263 gives 0.2553 to 0.3662."""
    interval = wilson(Count(81, 263))

    assert interval is not None
    assert (round(interval.low, 4), round(interval.high, 4)) == (0.2553, 0.3662)


def test_nobody_answered_gives_no_interval() -> None:
    assert wilson(Count(0, 0, population=40)) is None


@pytest.mark.parametrize("count", [Count(7, 20, population=20), Count(1, 1, population=1)])
def test_everybody_answered_leaves_a_point(count: Count) -> None:
    assert wilson(count) == Interval(count.share or 0, count.share or 0)


def test_only_one_home_and_nobody_asked_gives_none() -> None:
    assert wilson(Count(0, 0, population=1)) is None


def test_a_register_behind_corrects_nothing() -> None:
    assert wilson(Count(7, 20, population=15)) == wilson(Count(7, 20))


def test_half_of_a_small_population_is_worth_more_than_the_same_of_a_large_one() -> None:
    """By hand: n = 20 of N = 39 counts as 20 * 38 / 19 = 40."""
    assert wilson(Count(5, 20, population=39)) == wilson(Count(10, 40))


def test_clustered_answers_are_worth_less() -> None:
    wide, narrow = wilson(Count(10, 40), deff=2), wilson(Count(5, 20))

    assert wide == narrow


@given(answered())
def test_stays_within_zero_and_one_around_the_share(count: Count) -> None:
    interval = wilson(count)

    assert interval is not None
    assert 0 <= interval.low <= (count.share or 0) <= interval.high <= 1


@given(answered())
def test_without_is_the_mirror_of_with(count: Count) -> None:
    mirror = wilson(Count(count.n - count.x, count.n, population=count.population))
    interval = wilson(count)

    assert interval is not None
    assert mirror is not None
    assert mirror.low == pytest.approx(1 - interval.high, abs=1e-12)


@given(answered())
def test_knowing_the_population_never_widens(count: Count) -> None:
    known, unknown = wilson(count), wilson(Count(count.x, count.n))

    assert known is not None
    assert unknown is not None
    assert known.width <= unknown.width + 1e-12


@given(st.lists(answered(), min_size=1, max_size=20))
def test_many_at_once_give_the_same_numbers(counts: list[Count]) -> None:
    low, high = wilson_bounds(
        np.array([c.x for c in counts], float),
        np.array([c.n for c in counts], float),
        np.array([np.nan if c.population is None else c.population for c in counts], float),
    )

    for index, count in enumerate(counts):
        interval = wilson(count)
        assert interval is not None
        assert (low[index], high[index]) == pytest.approx((interval.low, interval.high), abs=1e-12)


def test_many_at_once_leave_nobody_as_not_a_number() -> None:
    low, high = wilson_bounds(np.array([0.0]), np.array([0.0]), np.array([np.nan]))

    assert isnan(low[0])
    assert isnan(high[0])
