"""Gaps: 0 at the target, 1 at the agreed worst, fixed goalposts both ways."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.planning.counts import Count
from app.planning.gaps import (
    Direction,
    Goal,
    InvalidGoal,
    gap,
    gap_array,
    gap_of,
    gap_range,
    lacking,
)
from app.planning.intervals import Interval

SAFE_WATER = Goal(target=0.8, worst=0.0, direction="up")
ANAEMIA = Goal(target=0.1, worst=0.6, direction="down")


@pytest.mark.parametrize(
    ("share", "goal", "expected"),
    [
        (0.8, SAFE_WATER, 0),
        (0.95, SAFE_WATER, 0),
        (0.4, SAFE_WATER, 0.5),
        (0.0, SAFE_WATER, 1),
        (0.1, ANAEMIA, 0),
        (0.0, ANAEMIA, 0),
        (0.35, ANAEMIA, 0.5),
        (0.6, ANAEMIA, 1),
        (0.9, ANAEMIA, 1),
    ],
)
def test_distance_is_part_of_the_way(share: float, goal: Goal, expected: float) -> None:
    assert gap(share, goal) == pytest.approx(expected)


@pytest.mark.parametrize(
    ("target", "worst", "direction", "words"),
    [
        (0.5, 0.5, "up", "iguales"),
        (0.2, 0.8, "up", "peor que"),
        (0.8, 0.2, "down", "peor que"),
        (1.2, 0.0, "up", "de 0 a 100"),
        (float("nan"), 0.0, "up", "de 0 a 100"),
    ],
)
def test_goalposts_without_a_scale_are_refused(
    target: float, worst: float, direction: Direction, words: str
) -> None:
    with pytest.raises(InvalidGoal, match=words):
        Goal(target, worst, direction)


def test_nobody_answered_has_no_gap() -> None:
    assert gap_of(Count(0, 0, missing=3), SAFE_WATER) is None


@pytest.mark.parametrize("goal", [SAFE_WATER, ANAEMIA])
def test_a_range_of_shares_is_a_range_of_gaps_smaller_first(goal: Goal) -> None:
    gaps = gap_range(Interval(0.2, 0.5), goal)

    assert gaps.low < gaps.high
    assert {gaps.low, gaps.high} == {gap(0.2, goal), gap(0.5, goal)}


@given(st.floats(0, 1), st.floats(0, 1))
def test_worse_never_has_the_smaller_gap(one: float, other: float) -> None:
    better, worse = max(one, other), min(one, other)

    assert 0 <= gap(better, SAFE_WATER) <= gap(worse, SAFE_WATER) <= 1
    assert 0 <= gap(worse, ANAEMIA) <= gap(better, ANAEMIA) <= 1


@given(st.floats(0, 1))
def test_saying_it_the_other_way_round_gives_the_same_gap(share: float) -> None:
    without = Goal(target=0.2, worst=1.0, direction="down")

    assert gap(1 - share, without) == pytest.approx(gap(share, SAFE_WATER), abs=1e-9)


@given(st.lists(st.floats(0, 1), min_size=1))
def test_many_at_once_give_the_same_gaps(shares: list[float]) -> None:
    many = gap_array(np.array(shares), np.array(0.8), np.array(0.0))

    assert many.tolist() == [gap(share, SAFE_WATER) for share in shares]


def test_lacking_counts_the_bad_side() -> None:
    assert lacking(0.3, "up") == pytest.approx(0.7)
    assert lacking(0.3, "down") == pytest.approx(0.3)
