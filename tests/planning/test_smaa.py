"""Draws: seen homes stay, unseen ones vary, silence widens, the seed decides."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.planning.intervals import Floats
from app.planning.smaa import Simulation, share_draws, simulation, tier, weight_draws


def generator() -> np.random.Generator:
    return np.random.default_rng(7)


def table(*rows: list[float]) -> Floats:
    return np.array(rows, dtype=np.float64)


def a_simulation(scores: Floats, top: int = 1) -> Simulation:
    weights = np.full((len(scores), 2), 0.5)
    codes = tuple("abcdefgh"[: scores.shape[1]])
    return simulation(codes, scores, top, weights, generator())


def test_where_everybody_answered_nothing_varies() -> None:
    shares = share_draws(table([3, 8]), table([10, 10]), table([10, 10]), 50, generator())

    assert np.unique(shares, axis=0).tolist() == [[[0.3, 0.8]]]


def test_unseen_homes_vary_within_what_is_left_of_the_register() -> None:
    shares = share_draws(table([3]), table([10]), table([14]), 2000, generator())

    assert set(np.unique(shares)) <= {y / 14 for y in range(3, 8)}
    assert shares.mean() == pytest.approx((3 + 4 * 3.5 / 11) / 14, abs=0.005)


def test_an_unknown_register_leaves_the_most_doubt() -> None:
    known = share_draws(table([3]), table([10]), table([14]), 2000, generator())
    unknown = share_draws(table([3]), table([10]), table([np.nan]), 2000, generator())

    assert unknown.std() > known.std()


def test_silence_takes_the_share_of_another_community() -> None:
    shares = share_draws(
        table([2], [9], [0]), table([10], [10], [0]), table([10], [10], [30]), 2000, generator()
    )

    assert set(np.unique(shares[:, 2, 0])) == {0.2, 0.9}
    assert shares[:, 2, 0].mean() == pytest.approx(0.55, abs=0.03)


def test_what_nobody_answered_stays_unknown() -> None:
    shares = share_draws(table([0], [0]), table([0], [0]), table([5], [np.nan]), 10, generator())

    assert np.isnan(shares).all()


@pytest.mark.parametrize("flat", [True, False])
@pytest.mark.parametrize("vectors", [[[0.5, 0.5, 0.0]], [[1.0, 0.0, 0.0], [0.2, 0.3, 0.5]]])
def test_drawn_weights_are_shares_of_one(vectors: list[list[float]], flat: bool) -> None:
    weights = weight_draws(np.array(vectors), 500, generator(), flat)

    assert weights.min() >= 0
    assert weights.sum(axis=1) == pytest.approx(1)


def test_one_vector_is_shaken_around_itself_and_its_zeros_stay() -> None:
    weights = weight_draws(table([0.75, 0.25, 0]), 4000, generator())

    assert weights.mean(axis=0) == pytest.approx([0.75, 0.25, 0], abs=0.01)
    assert weights[:, 2].max() == 0
    assert weights[:, 0].std() == pytest.approx((0.75 * 0.25 / 41) ** 0.5, rel=0.1)


def test_participants_who_agree_leave_no_doubt() -> None:
    weights = weight_draws(np.array([[0.6, 0.4]] * 5), 100, generator())

    assert weights.std(axis=0) == pytest.approx([0, 0])


@pytest.mark.parametrize(
    ("in_top", "expected"),
    [
        (1, "alta"),
        (0.8, "alta"),
        (0.799, "frontera"),
        (0.2, "frontera"),
        (0.199, "baja"),
        (0, "baja"),
    ],
)
def test_tiers_are_limits_that_belong_to_the_better_one(in_top: float, expected: str) -> None:
    assert tier(in_top) == expected


def test_standings_are_counted_from_the_draws() -> None:
    scores = np.array([[3.0, 2, 1]] * 9 + [[1.0, 2, 3]])

    run = a_simulation(scores)

    assert run.standings["a"].acceptability == (0.9, 0, 0.1)
    assert run.standings["b"].acceptability == (0, 1)
    assert (run.standings["a"].tier, run.standings["b"].tier) == ("alta", "baja")
    assert (run.standings["b"].first, run.standings["b"].last) == (2, 2)
    assert run.standings["a"].central == (0.5, 0.5)
    assert run.standings["b"].central is None
    assert run.before("a", "b") == pytest.approx(0.9)


def test_equals_share_the_places_whatever_their_order() -> None:
    run = a_simulation(np.ones((4000, 4)))

    assert [s.acceptability[0] for s in run.standings.values()] == pytest.approx(
        [0.25] * 4, abs=0.03
    )


def test_nobody_to_rank_is_an_empty_run() -> None:
    assert a_simulation(np.ones((10, 0))).standings == {}


@given(st.integers(1, 6), st.integers(1, 6))
def test_places_of_all_and_draws_add_up(candidates: int, top: int) -> None:
    run = a_simulation(generator().random((200, candidates)), top)

    standings = run.standings.values()
    assert sum(s.in_top for s in standings) == pytest.approx(min(top, candidates))
    assert all(sum(s.acceptability) == pytest.approx(1) for s in standings)
    assert all(s.first <= s.last for s in standings)
