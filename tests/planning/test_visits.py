"""The order of visits: gaps on observed weights, silence sent a visit."""

from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.planning.counts import Count
from app.planning.evidence import Evidence
from app.planning.visits import indicator_weights, rank
from tests.planning.district_builders import a_community, an_indicator, districts, shuffled

WATER = ("agua-1", "agua-2", "agua-3")


def a_district(counts: dict[tuple[str, str], Count], *communities: str) -> Evidence:
    indicators = (*(an_indicator(code) for code in WATER), an_indicator("parto", "parto"))
    return Evidence(indicators, tuple(a_community(code) for code in communities), counts)


def everywhere(community: str, water: int, birth: int) -> dict[tuple[str, str], Count]:
    """Of ten asked, how many have each."""
    cells = {(code, community): Count(water, 10) for code in WATER}
    return cells | {("parto", community): Count(birth, 10)}


def test_three_questions_on_water_do_not_count_thrice() -> None:
    district = a_district(everywhere("seco", 0, 8) | everywhere("lejos", 8, 0), "seco", "lejos")

    scores = {support.community: support.score for support in rank(district, "s").ranked}

    assert scores == pytest.approx({"seco": 50, "lejos": 50})


def test_points_go_to_dimensions_and_are_divided_within() -> None:
    weights = indicator_weights(a_district({}, "a"), {"agua": 75, "parto": 25})

    assert weights == pytest.approx({"agua-1": 0.25, "agua-2": 0.25, "agua-3": 0.25, "parto": 0.25})


def test_a_community_with_few_data_is_sent_a_visit_that_names_what_is_missing() -> None:
    district = a_district(
        everywhere("seco", 0, 0) | {("parto", "mudo"): Count(0, 9)}, "seco", "mudo"
    )

    result = rank(district, "s")

    assert [support.community for support in result.ranked] == ["seco"]
    (silent,) = result.without_data
    assert silent.community == "mudo"
    assert silent.coverage == pytest.approx(0.5)
    assert silent.visit.indicators == WATER
    assert silent.visit.reason.sentence.replace("\N{NO-BREAK SPACE}", " ") == (
        "Hay datos para 50 % del peso; indicadores por preguntar: 3."
    )


def test_exactly_seven_tenths_is_enough() -> None:
    indicators = tuple(an_indicator(f"i{index}", "una") for index in range(10))
    counts = {(f"i{index}", "a"): Count(1, 10) for index in range(7)}

    result = rank(Evidence(indicators, (a_community("a"),), counts), "s")

    assert [support.community for support in result.ranked] == ["a"]


def test_what_does_not_apply_neither_helps_nor_harms() -> None:
    nobody = everywhere("a", 0, 8) | {("parto", "a"): Count(0, 0, population=0)}

    (support,) = rank(a_district(nobody, "a"), "s").ranked

    assert support.score == pytest.approx(100)
    assert (support.coverage, support.missing) == (1, ())


def test_a_community_with_nothing_at_all_waits_for_a_visit() -> None:
    result = rank(a_district({}, "mudo"), "s", min_coverage=0)

    assert result.ranked == ()
    assert result.without_data[0].coverage == 0


def test_silence_is_scored_neither_good_nor_bad() -> None:
    three_of_four = {k: c for k, c in everywhere("a", 4, 4).items() if k[0] != "agua-3"}

    (support,) = rank(a_district(three_of_four, "a"), "s").ranked

    assert support.score == pytest.approx(50)


@given(districts())
def test_parts_add_up_to_the_score_within_0_and_100(district: Evidence) -> None:
    for support in rank(district, "s", min_coverage=0).ranked:
        assert support.score == pytest.approx(sum(part.points for part in support.parts))
        assert support.score == pytest.approx(sum(support.by_dimension.values()))
        assert -1e-9 <= support.score <= 100 + 1e-9


@given(districts())
def test_every_community_is_in_exactly_one_list(district: Evidence) -> None:
    result = rank(district, "s")

    listed = [s.community for s in result.ranked] + [s.community for s in result.without_data]
    assert sorted(listed) == [community.code for community in district.communities]


@given(districts(), st.randoms(use_true_random=False))
def test_order_of_arrival_never_matters(district: Evidence, random: Random) -> None:
    assert rank(shuffled(district, random), "s") == rank(district, "s")


@given(districts())
def test_another_community_never_turns_the_order_of_the_rest(district: Evidence) -> None:
    gone = district.communities[0].code
    without = Evidence(
        district.indicators,
        district.communities[1:],
        {k: c for k, c in district.counts.items() if k[1] != gone},
    )

    order = [s.community for s in rank(district, "s").ranked if s.community != gone]

    assert order == [s.community for s in rank(without, "s").ranked]
