"""A proposal's own criteria: what it answers, whom it reaches, whose voice it carries."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.planning.merits import POINTS, merit


@pytest.mark.parametrize(
    ("need", "share", "women", "score"),
    [
        (None, None, False, 0),
        (100.0, 1.0, True, 100),
        (50.0, 0.25, False, 40),
        (None, 0.5, True, 20),
    ],
)
def test_a_score_is_the_sum_of_its_parts(
    need: float | None, share: float | None, women: bool, score: float
) -> None:
    found = merit(need, share, women)

    assert found.score == pytest.approx(score)
    assert [part.criterion for part in found.parts] == list(POINTS)


def test_what_nobody_measured_says_so() -> None:
    codes = [part.reason.code for part in merit(None, None, women=False).parts]

    assert codes == ["no_evidence", "people_unknown", "not_women"]


@given(st.floats(0, 100), st.floats(0, 1), st.booleans(), st.floats(0, 100))
def test_a_more_pressing_need_never_lowers_a_proposal(
    need: float, share: float, women: bool, other: float
) -> None:
    low, high = sorted((need, other))

    assert merit(low, share, women).score <= merit(high, share, women).score <= 100 + 1e-9
