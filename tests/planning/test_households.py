"""Healthy by a family's own words, over a threshold that somebody set."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.errors import Invalid
from app.planning.households import check_threshold, healthy

words = st.integers(0, 30)
shares = st.integers(1, 1000).map(lambda tenths: tenths / 1000)


@pytest.mark.parametrize(
    ("yes", "on_the_way", "no", "threshold", "word"),
    [
        (12, 3, 0, 0.8, True),
        (11, 4, 0, 0.8, False),
        (15, 0, 0, 1.0, True),
        (14, 1, 0, 1.0, False),
        (2, 0, 1, 0.667, False),
        (2, 0, 1, 0.666, True),
        (0, 0, 0, 0.5, None),
    ],
)
def test_a_family_is_healthy_from_the_threshold_on(
    yes: int, on_the_way: int, no: int, threshold: float, word: bool | None
) -> None:
    assert healthy(yes, on_the_way, no, threshold) is word


@given(words, words, words, shares, shares)
def test_a_higher_threshold_never_makes_a_family_healthier(
    yes: int, on_the_way: int, no: int, one: float, other: float
) -> None:
    low, high = sorted((one, other))

    if healthy(yes, on_the_way, no, high):
        assert healthy(yes, on_the_way, no, low)


@pytest.mark.parametrize("share", [0.0, -0.1, 1.001, 80.0, float("nan"), 0.0004])
def test_a_threshold_that_divides_nobody_is_refused(share: float) -> None:
    with pytest.raises(Invalid):
        check_threshold(share)


def test_a_threshold_is_kept_to_a_tenth_of_a_per_cent() -> None:
    assert check_threshold(0.66666) == 0.667
