"""Possible clusters, against cases worked by hand and formulas of the papers."""

import numpy as np
import pytest

from app.planning import clusters

ROW = 36


def _ring(n: int, reach: int = 2) -> list[list[int]]:
    """Places on a ring, each with the next ones on both sides."""
    steps = [step for step in range(-reach, reach + 1) if step]
    return [[(i + step) % n for step in steps] for i in range(n)]


def test_a_run_of_high_values_is_a_hot_place_and_what_lies_far_is_not() -> None:
    values = [0.2 + 0.01 * (i % 3) for i in range(ROW)]
    values[10:17] = [0.9] * 7

    found = clusters.found(values, _ring(ROW, 3))

    assert found is not None
    assert {i for i, place in enumerate(found) if place.hot} >= {12, 13, 14}
    assert not any(place.hot for place in found[20:])
    assert found[12].around == "high_high"


def test_a_low_place_among_high_ones_is_told_apart() -> None:
    values = [0.2 + 0.01 * (i % 3) for i in range(ROW)]
    values[10:17] = [0.9] * 3 + [0.1] + [0.9] * 3

    found = clusters.found(values, _ring(ROW, 3))

    assert found is not None
    assert found[13].around == "low_high"


def test_gi_is_the_score_of_ord_and_getis_worked_by_hand() -> None:
    values = [0.0] * 30
    values[0:3] = [1.0, 1.0, 1.0]

    found = clusters.found(values, _ring(30, 1))

    # Sum of itself and two neighbours 3, mean 0.1, spread 0.3: (3 - 0.3) / (0.3 sqrt(81/29)).
    assert found is not None
    assert found[1].gi == pytest.approx(2.7 / (0.3 * np.sqrt(81 / 29)))


def test_local_moran_is_the_product_of_a_place_and_those_around_it() -> None:
    values = [0.0] * 30
    values[0:3] = [1.0, 1.0, 1.0]

    found = clusters.found(values, _ring(30, 1))

    # z = 0.9 there and around it, m2 = 0.09.
    assert found is not None
    assert found[1].moran == pytest.approx(0.9 * 0.9 / 0.09)


def test_the_pseudo_p_is_near_the_share_of_draws_that_reach_as_far() -> None:
    values = [0.0] * 30
    values[0:3] = [1.0, 1.0, 1.0]

    found = clusters.found(values, _ring(30, 1))

    # Of 29 others two are high: both fall on the two neighbours with 1 in C(29,2) = 406.
    assert found is not None
    assert found[1].gi_p == pytest.approx(2 / 406, rel=0.4)


def test_chance_alone_is_hardly_ever_called_a_cluster() -> None:
    rng = np.random.default_rng(7)
    runs = [clusters.found(rng.random(40).tolist(), _ring(40), 999) for _ in range(40)]

    told = sum(any(p.hot or p.cold for p in found or ()) for found in runs)

    assert told <= 5  # the rate says 2 of 40


def test_the_same_values_give_the_same_answer_every_time() -> None:
    values = np.random.default_rng(3).random(35).tolist()

    assert clusters.found(values, _ring(35)) == clusters.found(values, _ring(35))


def test_too_few_places_or_all_alike_say_nothing() -> None:
    assert clusters.found([0.1 * i for i in range(29)], _ring(29)) is None
    assert clusters.found([0.5] * 40, _ring(40)) is None


def test_the_rate_of_false_discoveries_is_that_of_benjamini_and_hochberg() -> None:
    # Their own example of fifteen p-values: four are discoveries at 5 %.
    p = np.array(
        [
            *(0.0001, 0.0004, 0.0019, 0.0095, 0.0201, 0.0278, 0.0298, 0.0344),
            *(0.0459, 0.3240, 0.4262, 0.5719, 0.6528, 0.7590, 1.0000),
        ]
    )

    assert clusters.discoveries(p).sum() == 4
