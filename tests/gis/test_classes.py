"""Classes cover every value once, are cut at numbers that can be said, and say them."""

import warnings
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.gis import classes
from app.gis.classes import CHANGE, COOL, WARM, Method, fixed, of_values

SHARES = st.lists(st.floats(0, 1) | st.none(), min_size=1, max_size=60)


def test_labels_are_in_spanish_with_their_unit() -> None:
    found = fixed([0, 0.25, 0.4, 0.55, 1], unit="%")

    assert found.labels == ("0 a 25\xa0%", "25 a 40\xa0%", "40 a 55\xa0%", "55 a 100\xa0%")


def test_thousands_and_decimals_are_written_as_in_peru() -> None:
    assert fixed([1.5, 2500]).labels == ("1,5 a 2\u202f500,0",)


@pytest.mark.parametrize(
    ("value", "place"),
    [(0, 0), (0.249, 0), (0.25, 1), (0.4, 2), (1, 2), (-1, 0), (7, 2), (None, None)],
)
def test_a_class_holds_its_lower_edge_and_the_last_holds_both(
    value: float | None, place: int | None
) -> None:
    found = fixed([0, 0.25, 0.4, 1])

    assert found.class_of(value) == place
    assert found.colour_of(value) == (None if place is None else found.colours[place])


def test_not_a_number_is_not_known() -> None:
    assert fixed([0, 1]).class_of(float("nan")) is None


def test_the_dark_end_can_be_the_low_one() -> None:
    assert fixed([0, 1, 2], dark_low=True).colours == fixed([0, 1, 2]).colours[::-1]
    assert fixed([0, 1, 2]).colours == (WARM[0], WARM[-1])


@pytest.mark.parametrize("edges", [[1], [0, 0], [1, 0], [0, 1, 2, 3, 4, 5, 6]])
def test_edges_that_make_no_classes_are_refused(edges: list[float]) -> None:
    with pytest.raises(ValueError, match="edges must rise"):
        fixed(edges)


@given(SHARES, st.sampled_from(Method), st.integers(1, 5))
def test_every_known_value_falls_between_the_edges(
    values: list[float | None], method: Method, count: int
) -> None:
    found = of_values(values, method, count, unit="%")

    known = [value for value in values if value is not None]
    if found is None:
        assert known == []
        return
    assert found.edges[0] <= min(known) + 1e-9
    assert found.edges[-1] >= max(known) - 1e-9
    assert len(found.labels) == len(found.colours) == len(found.edges) - 1 <= count
    assert len(set(found.labels)) == len(found.labels)


def test_nothing_known_has_no_classes() -> None:
    assert of_values([None, float("nan")]) is None


def test_natural_breaks_are_those_of_fisher() -> None:
    import mapclassify

    values = np.sort(np.random.default_rng(7).gamma(2, 10, 150))
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # it says that it is slow without numba
        theirs = mapclassify.FisherJenks(values, k=5)

    groups = np.searchsorted(classes._natural(values, 5), values)

    assert list(np.bincount(groups)) == list(theirs.counts)


def brightness(colour: str) -> float:
    red, green, blue = (int(colour[at : at + 2], 16) for at in (1, 3, 5))
    return 0.299 * red + 0.587 * green + 0.114 * blue


@pytest.mark.parametrize("ramp", [WARM, COOL, CHANGE[2:], CHANGE[2::-1]])
def test_ramps_keep_their_order_in_grey_print(ramp: tuple[str, ...]) -> None:
    grey = [brightness(colour) for colour in ramp]

    assert all(light - dark > 15 for light, dark in pairwise(grey))


def test_a_lowest_value_that_fills_a_class_leaves_the_others_to_the_rest() -> None:
    beds = [0] * 80 + [5, 10, 20, 40, 60, 80, 100, 150, 200, 300, 400, 500, 600, 700, 800, 900]

    classes = of_values(beds, Method.QUANTILES)

    assert classes is not None
    assert len(classes.labels) >= 4  # a cut that rounds to the lowest value falls away
    assert {classes.class_of(value) for value in beds} == set(range(len(classes.labels)))


def test_cuts_that_crowd_at_one_end_stay_apart() -> None:
    beds = [0.0] * 1_500 + [1, 2, 4, 8, 12, 20, 35, 60, 90, 150, 300, 2_200] * 30

    found = of_values(beds, Method.QUANTILES)

    assert found is not None
    assert len(found.labels) == 5
    assert found.class_of(0) != found.class_of(1)
    assert found.labels[0] == "0 a 1"
