"""What would be first if something were other, the official list untouched."""

import pytest
from hypothesis import given, settings

from app.planning import versions
from app.planning.counts import Count
from app.planning.evidence import Evidence, Votes
from app.planning.gaps import InvalidGoal
from app.planning.scenarios import Change, InvalidScenario, changed
from app.planning.versions import Inputs
from app.planning.weights import InvalidPoints
from tests.planning.district_builders import a_community, an_indicator, districts


def a_district() -> Inputs:
    evidence = Evidence(
        (an_indicator("agua"), an_indicator("parto")),
        (a_community("a", people=300), a_community("b", people=60)),
        {
            ("agua", "a"): Count(9, 20),
            ("agua", "b"): Count(1, 20),
            ("parto", "a"): Count(2, 20),
            ("parto", "b"): Count(15, 20),
        },
        votes={("agua", "b"): Votes(5, 5)},
        people=400,
    )
    return Inputs(evidence, (), "s", top=1, draws=40)


def order(inputs: Inputs) -> list[str]:
    return [need["code"] for need in versions.outcome(inputs)["ranked"]]


@settings(max_examples=30)
@given(district=districts())
def test_nothing_changed_is_the_official_list(district: Evidence) -> None:
    inputs = Inputs(district, (), "s", top=2, draws=20)

    assert Change().empty
    assert versions.digest(changed(inputs, Change())) == versions.digest(inputs)


def test_a_community_left_out_takes_its_people_and_votes_along() -> None:
    without = changed(a_district(), Change(without_communities=frozenset({"b"})))

    assert without.evidence.people == 340
    assert without.evidence.votes == {}
    assert order(a_district()) == ["agua", "parto"]
    assert order(without) == ["parto", "agua"]


def test_an_indicator_left_out_is_in_no_list() -> None:
    without = changed(a_district(), Change(without_indicators=frozenset({"agua"})))

    assert order(without) == ["parto"]


def test_a_target_already_reached_needs_nothing() -> None:
    aimed = changed(a_district(), Change(targets={"parto": 0.05}))

    assert order(aimed) == ["agua"]


def test_one_vector_stands_for_all() -> None:
    weighed = changed(a_district(), Change(points={"gap": 100}))

    assert order(weighed) == ["parto", "agua"]


@pytest.mark.parametrize(
    ("change", "refusal"),
    [
        (Change(points={"gap": 0}), InvalidPoints),
        (Change(points={"belleza": 100}), InvalidPoints),
        (Change(targets={"agua": 0.0}), InvalidGoal),
        (Change(targets={"z": 0.5}), InvalidScenario),
        (Change(top=0), InvalidScenario),
        (Change(without_communities=frozenset({"z"})), InvalidScenario),
        (Change(without_communities=frozenset({"a", "b"})), InvalidScenario),
    ],
)
def test_what_makes_no_sense_is_refused(change: Change, refusal: type[Exception]) -> None:
    with pytest.raises(refusal):
        changed(a_district(), change)
