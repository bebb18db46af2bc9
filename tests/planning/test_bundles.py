"""Bundles suggest, point at their requests, and refuse nothing by the 5 % rule."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.planning.bundles import InvalidRequest, Request, suggestions


def a_request(code: str, community: str, **said: object) -> Request:
    fields: dict[str, object] = {"need": "agua", "kind": "reservorio", "people": 50}
    return Request(code, community, **(fields | said))  # type: ignore[arg-type]


def plain(sentence: str) -> str:
    return sentence.replace("\N{NO-BREAK SPACE}", " ")


def test_equal_requests_of_two_communities_become_one_suggestion() -> None:
    both = [
        a_request("r1", "alto", votes=9, cost_centimos=500_00),
        a_request("r2", "bajo", votes=4, cost_centimos=700_00),
    ]

    result = suggestions(both, 1000)

    (bundle,) = result.bundles
    assert bundle.requests == tuple(both)
    assert (bundle.people, bundle.votes, bundle.whole_cost_centimos) == (100, 13, 1_200_00)
    assert bundle.people_share == pytest.approx(0.1)
    assert result.alone == ()


def test_the_same_community_asking_twice_is_no_bundle() -> None:
    result = suggestions([a_request("r1", "alto"), a_request("r2", "alto")], 1000)

    assert result.bundles == ()
    assert [bundle.requests[0].code for bundle in result.alone] == ["r1", "r2"]


@pytest.mark.parametrize("other", [{"kind": "letrina"}, {"need": "parto"}, {"need": None}])
def test_another_need_or_kind_is_another_request(other: dict[str, object]) -> None:
    assert suggestions([a_request("r1", "alto"), a_request("r2", "bajo", **other)], 9).bundles == ()


def test_requests_without_a_need_are_equal_to_nothing() -> None:
    loose = [a_request("r1", "alto", need=None), a_request("r2", "bajo", need=None)]

    assert len(suggestions(loose, 9).alone) == 2


def test_people_of_a_community_count_once_and_the_unknown_are_said() -> None:
    (bundle,) = suggestions(
        [
            a_request("r1", "alto", people=30),
            a_request("r2", "alto", people=80),
            a_request("r3", "bajo", people=None),
        ],
        1000,
    ).bundles

    assert (bundle.people, bundle.people_unknown) == (80, 1)


def test_one_unknown_cost_leaves_the_whole_unknown() -> None:
    (bundle,) = suggestions(
        [a_request("r1", "alto", cost_centimos=500_00), a_request("r2", "bajo")], 1000
    ).bundles

    assert bundle.whole_cost_centimos is None
    assert (bundle.cost_centimos, bundle.cost_unknown) == (500_00, 1)


@pytest.mark.parametrize(
    ("district", "code", "words"),
    [
        (2000, "share_over", "5 % del distrito, no menos del 5 % de referencia (por verificar)"),
        (2001, "share_under", "bajo el 5 % de referencia (por verificar)"),
        (None, "share_unknown", "no se sabe qué parte del distrito."),
        (0, "share_unknown", "no se sabe qué parte del distrito."),
    ],
)
def test_the_rule_of_five_percent_advises_and_refuses_nothing(
    district: int | None, code: str, words: str
) -> None:
    (bundle,) = suggestions([a_request("r1", "alto"), a_request("r2", "bajo")], district).bundles

    assert bundle.reason.code == code
    assert words in plain(bundle.reason.sentence)
    assert "por verificar" not in bundle.size.sentence


@pytest.mark.parametrize("wrong", [{"people": -1}, {"votes": -1}, {"cost_centimos": -1}])
def test_negative_numbers_are_refused(wrong: dict[str, object]) -> None:
    with pytest.raises(InvalidRequest, match="«r1» tiene un número negativo"):
        suggestions([a_request("r1", "alto", **wrong)], 9)


def test_a_code_twice_is_refused() -> None:
    with pytest.raises(InvalidRequest, match="dos veces"):
        suggestions([a_request("r1", "alto"), a_request("r1", "bajo")], 9)


REQUESTS = [
    a_request(f"r{i}", f"c{i % 4}", kind=f"k{i % 3}", people=i, need=None if i == 5 else "agua")
    for i in range(12)
]


@given(st.permutations(REQUESTS))
def test_every_request_is_kept_once_whatever_the_order_of_arrival(arrival: list[Request]) -> None:
    result = suggestions(arrival, 500)

    assert result == suggestions(REQUESTS, 500)
    kept = [r for bundle in (*result.bundles, *result.alone) for r in bundle.requests]
    assert sorted(kept, key=lambda r: r.code) == sorted(REQUESTS, key=lambda r: r.code)
