"""What a district knows: cells, who they stand for, and what is refused."""

import pytest

from app.planning.counts import Count, Unit
from app.planning.evidence import Community, Evidence, Indicator, InvalidEvidence, Votes
from tests.planning.district_builders import UP, a_community, an_indicator


def a_district(count: Count | None, unit: Unit = "person") -> Evidence:
    counts = {} if count is None else {("agua", "alto"): count}
    return Evidence((an_indicator("agua", unit=unit),), (a_community("alto"),), counts)


@pytest.mark.parametrize(
    ("unit", "count", "affected"),
    [
        ("person", Count(4, 10, population=20), 12),
        ("person", Count(4, 10), 6),
        ("person", Count(4, 10, population=8), 6),
        ("home", Count(5, 10, population=25), 50),
        ("community", Count(0, 1, population=1), 100),
    ],
)
def test_affected_are_people_whatever_is_counted(unit: Unit, count: Count, affected: int) -> None:
    district = a_district(count, unit)

    cell = district.cell(district.indicators[0], district.communities[0])

    assert cell is not None
    assert cell.affected == pytest.approx(affected)


@pytest.mark.parametrize(
    ("count", "applies"), [(None, True), (Count(0, 0), True), (Count(0, 0, population=0), False)]
)
def test_silence_is_missing_and_nobody_to_ask_is_not(count: Count | None, applies: bool) -> None:
    district = a_district(count)

    assert district.cell(district.indicators[0], district.communities[0]) is None
    assert district.applies(district.indicators[0], district.communities[0]) is applies


def test_targets_move_for_a_what_if_only() -> None:
    district = a_district(Count(4, 10))

    stricter = district.with_targets(1.1)

    assert stricter.indicators[0].goal.target == pytest.approx(0.88)
    assert district.indicators[0].goal == UP


AGUA, ALTO = an_indicator("agua"), a_community("alto")


@pytest.mark.parametrize(
    ("indicators", "communities", "counts", "votes", "words"),
    [
        ((AGUA, AGUA), (ALTO,), {}, {}, "«agua» aparece dos veces"),
        ((AGUA,), (ALTO, ALTO), {}, {}, "«alto» aparece dos veces"),
        ((AGUA,), (ALTO,), {("agua", "bajo"): Count(1, 2)}, {}, "«bajo», que no está"),
        ((AGUA,), (ALTO,), {("luz", "alto"): Count(1, 2)}, {}, "«luz», que no está"),
        ((AGUA,), (ALTO,), {}, {("agua", "bajo"): Votes(1, 0)}, "«bajo», que no está"),
        ((AGUA,), (ALTO,), {}, {("agua", "alto"): Votes(-1, 0)}, "votos negativos"),
        ((an_indicator("agua", weight=0),), (ALTO,), {}, {}, "mayor que 0"),
        ((AGUA,), (a_community("alto", equity=1.5),), {}, {}, "va de 0 a 1"),
        ((AGUA,), (a_community("alto", people=-1),), {}, {}, "población negativa"),
    ],
)
def test_what_does_not_fit_together_is_refused(
    indicators: tuple[Indicator, ...],
    communities: tuple[Community, ...],
    counts: dict[tuple[str, str], Count],
    votes: dict[tuple[str, str], Votes],
    words: str,
) -> None:
    with pytest.raises(InvalidEvidence, match=words):
        Evidence(indicators, communities, counts, votes)
