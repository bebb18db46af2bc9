"""A frozen list is made again from what was kept, to the last place."""

import json
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.planning import versions
from app.planning.counts import Count
from app.planning.evidence import Evidence
from app.planning.evidence_text import UnreadableEvidence
from app.planning.needs import rank
from app.planning.versions import Inputs
from app.planning.weights import Ballot, InvalidPoints
from tests.planning.district_builders import a_community, an_indicator, districts

VECTORS = (Ballot("juntas", {"gap": 40, "people": 30, "equity": 20, "assembly": 10}),)


def inputs(evidence: Evidence, *ballots: Ballot) -> Inputs:
    return Inputs(evidence, ballots or VECTORS, "sorteo 7", top=2, draws=60)


def two_needs() -> Evidence:
    places = (a_community("a"), a_community("b"))
    asked = (an_indicator("agua"), an_indicator("parto"))
    counts = {
        ("agua", "a"): Count(2, 20, population=25),
        ("agua", "b"): Count(6, 20, population=25),
        ("parto", "a"): Count(10, 20, population=25),
        ("parto", "b"): Count(12, 20, population=25),
    }
    return Evidence(asked, places, counts)


@given(district=districts())
def test_what_was_kept_is_read_back_and_gives_the_same_list(district: Evidence) -> None:
    kept = json.loads(json.dumps(versions.to_plain(inputs(district))))
    again = versions.from_plain(kept)

    assert versions.digest(again) == versions.digest(inputs(district))
    assert versions.outcome(again) == versions.outcome(inputs(district))


@settings(max_examples=20)
@given(district=districts())
def test_the_list_is_the_one_on_the_screen(district: Evidence) -> None:
    given_ = inputs(district)
    shown = rank(district, given_.weighting.mean, given_.seed)

    told = versions.outcome(given_)["ranked"]
    assert [(n["place"], n["code"]) for n in told] == [(n.place, n.code) for n in shown.ranked]


def test_a_digest_changes_with_anything_that_goes_in() -> None:
    first = inputs(two_needs())
    more = replace(two_needs(), counts={**two_needs().counts, ("agua", "a"): Count(3, 20)})
    others = [
        inputs(more),
        inputs(two_needs(), Ballot("juntas", {"gap": 100})),
        replace(first, seed="otro"),
        replace(first, top=3),
        replace(first, draws=61),
    ]

    assert len({versions.digest(each) for each in [first, *others]}) == 6


def test_order_of_the_vectors_never_matters() -> None:
    a, b = Ballot("a", {"gap": 100}), Ballot("b", {"people": 100})

    assert versions.digest(inputs(two_needs(), a, b)) == versions.digest(inputs(two_needs(), b, a))


def test_differences_name_both_places() -> None:
    here = versions.outcome(inputs(two_needs()))
    turned = {"ranked": [{**n, "place": 3 - n["place"]} for n in here["ranked"]]}

    assert [(d.code, d.here, d.there) for d in versions.differences(here, turned)] == [
        ("agua", 1, 2),
        ("parto", 2, 1),
    ]
    assert versions.differences(here, here) == ()
    assert versions.differences(here, {"ranked": []})[0].there is None


@pytest.mark.parametrize(
    "spoil",
    [
        lambda kept: kept.pop("evidence"),
        lambda kept: kept.update(method=99),
        lambda kept: kept.update(top="muchos"),
        lambda kept: kept["evidence"].pop("counts"),
        lambda kept: kept["evidence"]["counts"].append(["agua", "z", 1, 2, 0, None]),
        lambda kept: kept["evidence"]["counts"].append(["agua", "a", 9, 2, 0, None]),
    ],
)
def test_what_was_spoiled_is_refused(spoil: object) -> None:
    kept = json.loads(json.dumps(versions.to_plain(inputs(two_needs()))))
    spoil(kept)  # type: ignore[operator]

    with pytest.raises(UnreadableEvidence):
        versions.from_plain(kept)


def test_vectors_that_are_not_a_hundred_points_are_refused() -> None:
    kept = versions.to_plain(inputs(two_needs()))
    kept["weights"] = [["juntas", {"gap": 0, "people": 0, "equity": 0, "assembly": 0}]]

    with pytest.raises(InvalidPoints, match="suman 0"):
        versions.from_plain(kept)


@given(st.integers(1, 5))
def test_fewer_or_more_that_can_be_attended_move_no_place(top: int) -> None:
    listed = versions.outcome(replace(inputs(two_needs()), top=top))["ranked"]

    assert [need["code"] for need in listed] == ["agua", "parto"]
