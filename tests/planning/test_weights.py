"""Points: 100 each, one vector one voice, all kept."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.planning.weights import Ballot, InvalidPoints, shares, weighting

CRITERIA = ("gap", "people", "equity")


@st.composite
def ballots(draw: st.DrawFn) -> list[Ballot]:
    cuts = draw(st.lists(st.tuples(st.integers(0, 100), st.integers(0, 100)), max_size=8))
    made = []
    for index, cut in enumerate(cuts):
        low, high = sorted(cut)
        points = {"gap": low, "people": high - low, "equity": 100 - high}
        made.append(Ballot(f"p{index}", points))
    return made


def test_until_somebody_votes_all_weigh_the_same() -> None:
    assert weighting(("a", "b", "c", "d")).mean == {"a": 25, "b": 25, "c": 25, "d": 25}


def test_one_vector_is_one_voice() -> None:
    both = weighting(
        CRITERIA, [Ballot("mesa 1", {"gap": 100}), Ballot("mesa 2", {"gap": 50, "people": 50})]
    )

    assert both.mean == {"gap": 75, "people": 25, "equity": 0}
    assert both.matrix.tolist() == [[1, 0, 0], [0.5, 0.5, 0]]


@pytest.mark.parametrize(
    ("points", "words"),
    [
        ({"gap": 99}, "suman 99"),
        ({"gap": 60, "people": 41}, "suman 101"),
        ({"gap": 110, "people": -10}, "negativos"),
        ({"gap": 50, "luck": 50}, "«luck»"),
        ({}, "suman 0"),
    ],
)
def test_what_is_not_a_hundred_points_is_refused(points: dict[str, int], words: str) -> None:
    with pytest.raises(InvalidPoints, match=words):
        weighting(CRITERIA, [Ballot("mesa 1", points)])


def test_nobody_votes_twice() -> None:
    with pytest.raises(InvalidPoints, match="mesa 1 ya repartió"):
        weighting(CRITERIA, [Ballot("mesa 1", {"gap": 100}), Ballot("mesa 1", {"people": 100})])


@pytest.mark.parametrize("criteria", [(), ("gap", "gap")])
def test_criteria_are_some_and_each_once(criteria: tuple[str, ...]) -> None:
    with pytest.raises(InvalidPoints):
        weighting(criteria)


@given(ballots())
def test_the_mean_is_a_hundred_points_too(given_ballots: list[Ballot]) -> None:
    mean = weighting(CRITERIA, given_ballots).mean

    assert sum(mean.values()) == pytest.approx(100)
    assert sum(shares(mean, CRITERIA).values()) == pytest.approx(1)


@given(
    st.permutations([Ballot(f"p{i}", {"gap": 10 * i, "people": 100 - 10 * i}) for i in range(6)])
)
def test_order_of_arrival_never_matters(arrival: list[Ballot]) -> None:
    kept = weighting(CRITERIA, arrival)

    assert [ballot.participant for ballot in kept.ballots] == [f"p{i}" for i in range(6)]


@pytest.mark.parametrize("points", [{"gap": 101.0, "people": -1.0}, {"gap": float("nan")}])
def test_points_from_a_slider_are_checked_too(points: dict[str, float]) -> None:
    with pytest.raises(InvalidPoints):
        shares(points, CRITERIA)
