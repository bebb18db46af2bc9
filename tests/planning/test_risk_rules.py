"""The rules behind the two risk maps."""

import pytest

from app.planning import bands, hazards, maternal_child
from app.planning.bands import Bands, InvalidBands
from app.planning.counts import Count
from app.planning.evidence import Community, Evidence, Indicator
from app.planning.gaps import Goal
from app.planning.hazards import Pointed

EVERYBODY = Goal(1, 0, "up")
ASKED = (
    Indicator("GE-03", "maternal", EVERYBODY),
    Indicator("CR-01", "growth", EVERYBODY),
    Indicator("NU-04", "nutrition", EVERYBODY),
    Indicator("NU-09", "nutrition", EVERYBODY),
)


def _evidence(counts: dict[tuple[str, str], Count], *codes: str) -> Evidence:
    communities = tuple(Community(code, 100, 25) for code in codes or ("A",))
    return Evidence(ASKED, communities, counts)


def test_each_dimension_weighs_alike_however_many_questions_it_has() -> None:
    counts = {
        ("GE-03", "A"): Count(0, 10),
        ("CR-01", "A"): Count(10, 10),
        ("NU-04", "A"): Count(5, 10),
        ("NU-09", "A"): Count(10, 10),
    }

    (risk,) = maternal_child.assess(_evidence(counts), "seed")

    # By hand: 100 * (1 + 0 + mean(0.5, 0)) / 3.
    assert risk.score == pytest.approx(100 * 1.25 / 3)
    assert risk.needs == ("maternal", "nutrition")


def test_other_dimensions_do_not_colour_this_map() -> None:
    evidence = Evidence(
        (*ASKED, Indicator("AG-02", "water", EVERYBODY)),
        (Community("A", 100, 25),),
        {("AG-02", "A"): Count(0, 10), ("GE-03", "A"): Count(9, 10), ("CR-01", "A"): Count(9, 10)},
    )

    (risk,) = maternal_child.assess(evidence, "seed")

    assert [part.indicator for part in risk.parts] == ["CR-01", "GE-03"]
    assert risk.score == pytest.approx(10)


def test_people_at_risk_are_those_of_the_widest_lack_and_never_added() -> None:
    counts = {
        ("GE-03", "A"): Count(6, 8, population=8),
        ("CR-01", "A"): Count(3, 10, population=20),
        ("NU-04", "A"): Count(5, 10, population=20),
        ("NU-09", "A"): Count(10, 10),
    }

    (risk,) = maternal_child.assess(_evidence(counts), "seed")

    assert (risk.mothers, risk.children) == (2, 14)


def test_a_community_nobody_asked_has_no_score_and_comes_last() -> None:
    counts = {("GE-03", "A"): Count(10, 10), ("CR-01", "A"): Count(10, 10)}

    reached, silent = maternal_child.assess(_evidence(counts, "A", "B"), "seed")

    assert (reached.community, reached.score) == ("A", 0)
    assert (silent.community, silent.score, silent.children) == ("B", None, None)
    assert set(silent.missing) == {"GE-03", "CR-01", "NU-04", "NU-09"}


def test_under_half_of_what_applies_nothing_is_said() -> None:
    (risk,) = maternal_child.assess(_evidence({("GE-03", "A"): Count(0, 10)}), "seed")

    assert risk.score is None
    assert risk.coverage == pytest.approx(1 / 3)


def test_without_a_goal_the_scale_goes_from_nobody_to_everybody() -> None:
    up, down = maternal_child.plain_goal("up"), maternal_child.plain_goal("down")

    assert (up.target, up.worst) == (1, 0)
    assert (down.target, down.worst) == (0, 1)


def test_hazards_are_not_added_for_the_same_families_may_meet_both() -> None:
    told = hazards.exposure([Pointed("flood", 12, 2019), Pointed("frost", 30)], 40, asked=True)

    assert (told.families, told.share) == (30, 0.75)
    assert [p.kind for p in told.hazards] == ["frost", "flood"]


def test_asked_and_none_is_nobody_exposed_and_not_asked_is_not_known() -> None:
    none = hazards.exposure([], 40, asked=True)
    silent = hazards.exposure([], 40, asked=False)

    assert (none.share, none.families) == (0.0, 0)
    assert (silent.share, silent.families) == (None, None)


def test_a_hazard_that_nobody_counted_is_told_without_a_number() -> None:
    told = hazards.exposure([Pointed("flood")], 40, asked=True)

    assert told.share is None
    assert [p.kind for p in told.hazards] == ["flood"]


def test_more_exposed_than_families_is_everybody() -> None:
    assert hazards.exposure([Pointed("flood", 50)], 40, asked=True).share == 1.0


@pytest.mark.parametrize("layer", sorted(bands.SHIPPED))
def test_the_shipped_bands_could_be_agreed_as_they_are(layer: str) -> None:
    shipped = bands.SHIPPED[layer]

    assert bands.agreed(shipped.edges[1:-1], shipped.words, shipped) == shipped


@pytest.mark.parametrize(
    ("edges", "words"),
    [
        ([], ["una sola"]),
        ([50, 20], ["a", "b", "c"]),
        ([0], ["a", "b"]),
        ([100], ["a", "b"]),
        ([float("nan")], ["a", "b"]),
        ([50], ["a", " "]),
        ([50], ["Alta", "alta"]),
        ([50], ["a", "x" * 41]),
        ([10, 20, 30, 40, 50], list("abcdef")),
        ([50], ["a", "b", "c"]),
    ],
)
def test_bands_that_cannot_colour_a_map_are_refused(edges: list[float], words: list[str]) -> None:
    with pytest.raises(InvalidBands):
        bands.agreed(edges, words, Bands((0, 50, 100), ("a", "b")))
