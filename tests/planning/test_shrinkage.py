"""Colours of a map: few answers are drawn to the mean, and the order never turns round."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.planning.counts import Count
from app.planning.shrinkage import shaded


def colours(*told: tuple[int, int, int | None]) -> list[float | None]:
    counts = {str(at): Count(x, n, 0, whole) for at, (x, n, whole) in enumerate(told)}
    return list(shaded(counts).values())


def test_few_answers_are_drawn_more_than_many() -> None:
    few, many, rest = colours((1, 2, None), (60, 120, None), (100, 400, None))

    mean = 161 / 522
    assert few is not None
    assert many is not None
    assert rest is not None
    assert mean < few < many < 0.5
    assert 0.25 < rest < mean


def test_where_everybody_was_asked_nothing_is_drawn() -> None:
    assert colours((1, 2, 2), (60, 120, 120), (100, 400, 400)) == [0.5, 0.5, 0.25]


def test_nobody_asked_stays_unknown_and_two_communities_keep_their_own() -> None:
    assert colours((1, 2, None), (0, 0, 30), (3, 4, None)) == [0.5, None, 0.75]


def test_alike_but_for_chance_are_all_the_mean() -> None:
    found = colours((10, 20, None), (11, 20, None), (9, 20, None))

    assert found == pytest.approx([0.5, 0.5, 0.5])


def test_the_known_trap_of_an_unclamped_spread_keeps_its_order() -> None:
    # planning.md 5.3: unclamped, these four come out in another order.
    shares, homes = (0.50, 0.49, 0.475, 0.50), (40, 100, 80, 20)
    found = colours(*((round(s * n), n, None) for s, n in zip(shares, homes, strict=True)))

    assert found == pytest.approx([sum(round(s * n) for s, n in zip(shares, homes, strict=True))
                                   / sum(homes)] * 4)  # fmt: skip


@given(
    st.lists(
        st.tuples(st.integers(1, 200), st.integers(0, 200)).map(lambda p: (min(p), max(p))),
        min_size=3,
        max_size=12,
    )
)
def test_a_colour_lies_between_its_share_and_the_mean(told: list[tuple[int, int]]) -> None:
    counts = {str(at): Count(x, max(n, 1)) for at, (x, n) in enumerate(told)}
    mean = sum(c.x for c in counts.values()) / sum(c.n for c in counts.values())

    for code, colour in shaded(counts).items():
        share = counts[code].share
        assert colour is not None
        assert share is not None
        assert min(mean, share) - 1e-9 <= colour <= max(mean, share) + 1e-9


@given(st.lists(st.integers(0, 50), min_size=3, max_size=12))
def test_of_equal_numbers_asked_the_order_stays(xs: list[int]) -> None:
    found = colours(*((x, 50, None) for x in xs))

    pairs = sorted(zip(xs, found, strict=True))
    assert all((a[1] or 0) <= (b[1] or 0) + 1e-12 for a, b in pairwise(pairs))
