"""Hanlon and the matrix of a regulation beside the official list."""

import pytest

from app.planning import needs
from app.planning.alternatives import InvalidRating, Rating, hanlon, matrix, size_points
from app.planning.counts import Count
from app.planning.evidence import Evidence
from app.planning.needs import NeedsList
from tests.planning.district_builders import EVEN, a_community, an_indicator


def a_district() -> Evidence:
    return Evidence(
        (an_indicator("agua"), an_indicator("parto"), an_indicator("piso")),
        (a_community("a", people=300),),
        {
            ("agua", "a"): Count(10, 100),
            ("parto", "a"): Count(60, 100),
            ("piso", "a"): Count(70, 100),
        },
    )


def listed() -> NeedsList:
    return needs.rank(a_district(), EVEN, "s")


@pytest.mark.parametrize(
    ("share", "points"),
    [(1, 10), (0.5, 10), (0.4999, 8), (0.05, 8), (0.049, 6), (0.005, 6), (0.004, 4), (0, 0)],
)
def test_size_goes_by_bands(share: float, points: int) -> None:
    assert size_points(share) == points


def test_formula_is_size_and_gravity_times_effect() -> None:
    ratings = {"agua": Rating(4, 1.0), "parto": Rating(9, 1.5)}
    found = hanlon(listed(), a_district(), ratings, "s")

    assert [(p.code, p.points, p.place, p.official) for p in found.placings] == [
        ("parto", (8 + 9) * 1.5, 1, 2),
        ("agua", 14.0, 2, 1),
    ]
    assert found.unplaced == ("piso",)


def test_one_no_takes_a_need_out() -> None:
    ratings = {"agua": Rating(10, 1.5, frozenset({"legality"})), "parto": Rating(0, 0.5)}
    found = hanlon(listed(), a_district(), ratings, "s")

    assert [(p.code, p.points) for p in found.placings] == [("parto", 4.0), ("agua", 0.0)]


@pytest.mark.parametrize(
    ("gravity", "effect", "noes"),
    [(11, 1, ()), (-1, 1, ()), (5, 0.4, ()), (5, 1.6, ()), (5, 1, ("beauty",))],
)
def test_ratings_outside_their_scale_are_refused(
    gravity: float, effect: float, noes: tuple[str, ...]
) -> None:
    with pytest.raises(InvalidRating):
        Rating(gravity, effect, frozenset(noes))


def test_matrix_gives_points_by_quarters_and_none_for_nothing() -> None:
    found = matrix(listed(), "s", {"gap": 40, "people": 60, "equity": 0, "assembly": 0})

    by_code = {p.code: p.points for p in found.placings}
    assert by_code["agua"] == 40 * 1.0 + 60 * 0.5  # gap 0.875; 90 of 300 lack it
    assert by_code["piso"] == 40 * 0.25 + 60 * 0.25
