"""The list of needs: additive, explained, fair to silence, the same on every run."""

from dataclasses import replace
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.planning.counts import Count
from app.planning.evidence import Evidence, Indicator, Votes
from app.planning.needs import Need, NeedsList, rank
from app.planning.ties import lot
from app.planning.weights import InvalidPoints
from tests.planning.district_builders import (
    EVEN,
    UP,
    a_community,
    an_indicator,
    districts,
    shuffled,
)

GAP_ONLY = {"gap": 100.0}


def a_district(
    counts: dict[tuple[str, str], Count],
    votes: dict[tuple[str, str], Votes] | None = None,
    indicators: tuple[Indicator, ...] = (an_indicator("agua"), an_indicator("parto")),
) -> Evidence:
    communities = (a_community("alto", equity=1.0), a_community("bajo", people=300, equity=0.0))
    return Evidence(indicators, communities, counts, votes or {}, people=400)


FULL = {
    ("agua", "alto"): Count(0, 10, population=10),
    ("agua", "bajo"): Count(24, 30, population=30),
    ("parto", "alto"): Count(10, 10, population=10),
    ("parto", "bajo"): Count(12, 30, population=30),
}


def segments(need: Need) -> dict[str, float]:
    return {segment.criterion: segment.value for segment in need.segments}


def test_values_are_what_one_reckons_by_hand() -> None:
    votes = {("agua", "alto"): Votes(women=12, men=8)}

    agua = next(n for n in rank(a_district(FULL, votes), EVEN, "s").ranked if n.code == "agua")

    # gap: alto 1 (100 people), bajo 0 (300); affected: 10 of alto, 6 of bajo, of 400;
    # equity: (10 * 1 + 6 * 0) / 16; one assembly held, and it named it.
    assert segments(agua) == pytest.approx(
        {"gap": 0.25, "people": 16 / 400, "equity": 10 / 16, "assembly": 1}
    )
    assert agua.score == pytest.approx(25 * (0.25 + 0.04 + 0.625 + 1))
    assert agua.count == Count(24, 40, population=40)
    assert [cell.community for cell in agua.where] == ["alto"]


def test_each_segment_tells_its_reason_in_numbers_and_words() -> None:
    votes = {("agua", "alto"): Votes(women=12, men=8)}
    agua = next(n for n in rank(a_district(FULL, votes), EVEN, "s").ranked if n.code == "agua")

    said = [segment.reason.sentence.replace("\N{NO-BREAK SPACE}", " ") for segment in agua.segments]

    assert said == [
        "La brecha media hasta la meta es 25 %. Comunidades con dato: 2 de 2; bajo la meta: 1.",
        "Afecta al menos a 16 de 400 personas del distrito.",
        "Las comunidades afectadas tienen un valor medio de 62,5 % en el criterio de equidad.",
        "Asambleas que la nombraron: 1 de 1. Votos de mujeres: 12; de hombres: 8.",
    ]


def test_what_nobody_knows_adds_nothing_and_says_so() -> None:
    district = replace(
        a_district(FULL),
        communities=(a_community("alto", equity=None), a_community("bajo", equity=None)),
    )

    agua = rank(district, EVEN, "s").ranked[0]

    assert [s.reason.code for s in agua.segments] == [
        "gap",
        "people",
        "equity_unknown",
        "assembly_unknown",
    ]
    assert [s.points for s in agua.segments[2:]] == [0, 0]


def test_a_community_over_the_target_does_not_pay_for_one_under_it() -> None:
    over = a_district(FULL | {("parto", "alto"): Count(8, 10, population=10)})

    assert (
        rank(over, GAP_ONLY, "s").ranked[0].gap
        == rank(a_district(FULL), GAP_ONLY, "s").ranked[0].gap
    )


def test_too_few_communities_with_data_is_a_visit_and_not_a_score() -> None:
    only_alto = {key: count for key, count in FULL.items() if key != ("agua", "bajo")}

    result = rank(a_district(only_alto), EVEN, "s")

    assert [need.code for need in result.ranked] == ["parto"]
    (agua,) = result.without_data
    assert (agua.code, agua.coverage, agua.visit.communities) == ("agua", 0.5, ("bajo",))
    assert agua.visit.reason.sentence == ("Comunidades con dato: 1 de 2; por visitar: 1.")


def test_nobody_to_ask_is_neither_missing_nor_a_need() -> None:
    nobody = Count(0, 0, population=0)

    one = rank(a_district(FULL | {("agua", "bajo"): nobody}), EVEN, "s")
    none = rank(a_district(FULL | {("agua", "alto"): nobody, ("agua", "bajo"): nobody}), EVEN, "s")

    assert next(n for n in one.ranked if n.code == "agua").coverage == 1
    assert none.not_applicable == ("agua",)


def test_a_target_reached_everywhere_is_no_need_unless_an_assembly_says_so() -> None:
    reached = FULL | {("agua", "alto"): Count(9, 10)}

    silent = rank(a_district(reached), EVEN, "s")
    named = rank(a_district(reached, {("agua", "bajo"): Votes(5, 0)}), EVEN, "s")

    assert silent.met == ("agua",)
    assert "agua" in {need.code for need in named.ranked}


def test_a_problem_without_indicator_stands_apart_in_the_assemblies_order() -> None:
    votes = {
        ("puente", "alto"): Votes(9, 9),
        ("posta", "alto"): Votes(1, 0),
        ("posta", "bajo"): Votes(0, 1),
        ("agua", "bajo"): Votes(2, 2),
    }
    district = replace(a_district(FULL, votes), reported={("puente", "alto"): 70})

    apart = rank(district, EVEN, "s").without_indicator

    assert [(p.code, p.named, p.votes.all, p.people) for p in apart] == [
        ("posta", 2, 2, None),
        ("puente", 1, 18, 70),
    ]
    assert "no se sabe cuánto falta" in apart[0].reason.sentence


def test_even_needs_fall_to_people_then_votes_then_the_lot() -> None:
    same = {
        (code, community): Count(4, 10, population=10)
        for code in ("a", "b", "c")
        for community in ("alto", "bajo")
    }
    indicators = tuple(an_indicator(code) for code in ("a", "b", "c"))

    needs = rank(a_district(same, {("c", "alto"): Votes(1, 0)}, indicators), GAP_ONLY, "s").ranked

    assert [need.code for need in needs] == ["c", *sorted("ab", key=lambda code: lot("s", code))]
    assert [need.decided_by for need in needs] == ["", "votes", "lot"]
    assert set(needs[0].even_with) == {"a", "b"}


@pytest.mark.parametrize("points", [{"gap": 50}, {"luck": 100}])
def test_points_are_a_hundred_over_the_criteria(points: dict[str, float]) -> None:
    with pytest.raises(InvalidPoints):
        rank(a_district(FULL), points, "s")


@given(districts())
def test_scores_are_sums_of_their_segments_within_0_and_100(district: Evidence) -> None:
    for need in rank(district, EVEN, "s").ranked:
        assert need.score == pytest.approx(sum(s.points for s in need.segments))
        assert -1e-9 <= need.score <= 100 + 1e-9
        assert all(0 <= s.value <= 1 for s in need.segments)


@given(districts())
def test_each_indicator_is_in_exactly_one_list(district: Evidence) -> None:
    result = rank(district, EVEN, "s")

    listed = [need.code for need in result.ranked]
    listed += [need.code for need in result.without_data]
    listed += [*result.met, *result.not_applicable]
    assert sorted(listed) == [indicator.code for indicator in district.indicators]


@given(districts(), st.randoms(use_true_random=False))
def test_order_of_arrival_never_matters(district: Evidence, random: Random) -> None:
    assert rank(shuffled(district, random), EVEN, "s") == rank(district, EVEN, "s")


@given(districts())
def test_adding_another_indicator_never_turns_the_order_of_the_rest(district: Evidence) -> None:
    """Fixed goalposts: the failure of minimum and maximum scaling cannot happen."""
    first, *rest = district.indicators
    without = Evidence(
        tuple(rest),
        district.communities,
        {k: c for k, c in district.counts.items() if k[0] != first.code},
        district.votes,
    )

    def order(needs: NeedsList) -> list[str]:
        return [need.code for need in needs.ranked if need.code != first.code]

    assert order(rank(district, EVEN, "s")) == order(rank(without, EVEN, "s"))


@given(districts())
def test_worse_answers_never_lower_a_need(district: Evidence) -> None:
    before = {n.code: n.segments[0].value for n in rank(district, EVEN, "s", 0).ranked}
    worst = {
        (i.code, c.code): replace(count, x=0 if i.goal == UP else count.n)
        for i in district.indicators
        for c in district.communities
        if (count := district.counts.get((i.code, c.code)))
    }

    after = rank(replace(district, counts=worst), EVEN, "s", 0).ranked

    for need in after:
        assert need.segments[0].value >= before.get(need.code, 0) - 1e-12
