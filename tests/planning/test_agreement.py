"""Agreement of two interviews, against figures worked out by hand."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.planning.agreement import agreement

ANSWERS = st.sampled_from(["meets", "not_yet", "unknown"])


def test_kappa_takes_out_what_chance_would_agree_in() -> None:
    # 20 both yes, 5 only the first, 10 only the second, 15 both no: Cohen's kappa is 0.4.
    pairs = [("y", "y")] * 20 + [("y", "n")] * 5 + [("n", "y")] * 10 + [("n", "n")] * 15

    found = agreement(pairs)

    assert (found.equal, found.n, found.share) == (35, 50, 0.7)
    assert found.kappa == pytest.approx(0.4)


def test_nine_answers_have_a_share_and_no_kappa() -> None:
    found = agreement([("y", "y")] * 8 + [("y", "n")])

    assert (found.equal, found.n, found.kappa) == (8, 9, None)


def test_one_answer_throughout_tells_no_kappa() -> None:
    assert agreement([("y", "y")] * 12).kappa is None


def test_nothing_asked_again_has_no_share() -> None:
    assert agreement([]).share is None


@given(st.lists(st.tuples(ANSWERS, ANSWERS), max_size=60))
def test_kappa_never_passes_the_share_nor_one(pairs: list[tuple[str, str]]) -> None:
    found = agreement(pairs)

    assert found.kappa is None or -1.0 <= found.kappa <= (found.share or 0) <= 1.0
