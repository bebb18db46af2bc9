"""Equals are put in order by criteria, then by a lot that anyone can draw again."""

from dataclasses import dataclass

from hypothesis import given
from hypothesis import strategies as st

from app.planning.ties import LOT, Criterion, Placed, lot, number, placed


@dataclass(frozen=True)
class Request:
    code: str
    score: float = 1.0
    people: int = 10


CHAIN = (
    Criterion[Request]("score", lambda r: r.score),
    Criterion[Request]("people", lambda r: r.people),
)


def in_place(*requests: Request, seed: str = "acta-7") -> list[Placed[Request]]:
    return list(placed(requests, CHAIN, seed, lambda r: r.code))


def codes(order: list[Placed[Request]]) -> list[str]:
    return [entry.item.code for entry in order]


def test_the_lot_is_what_sha256sum_prints() -> None:
    """By hand: printf '%s' 'acta-7agua' | sha256sum"""
    printed = "b4194d756b89327893d4325ffab0e4ff2916dabd4b27f82ef3bece7d4ae4474c"

    assert lot("acta-7", "agua") == printed


def test_the_stronger_criterion_decides_and_is_named() -> None:
    order = in_place(Request("a", score=1), Request("b", score=2), Request("c", score=1, people=20))

    assert codes(order) == ["b", "c", "a"]
    assert [entry.decided_by for entry in order] == ["", "score", "people"]


def test_full_equals_fall_to_the_lot_and_say_so() -> None:
    order = in_place(Request("a"), Request("b"), Request("c"))

    assert codes(order) == sorted("abc", key=lambda code: lot("acta-7", code))
    assert [entry.decided_by for entry in order] == ["", LOT, LOT]


def test_those_with_the_same_score_know_each_other() -> None:
    order = in_place(Request("a"), Request("b", people=3), Request("z", score=0))

    assert {entry.item.code: entry.even_with for entry in order} == {
        "a": ("b",),
        "b": ("a",),
        "z": (),
    }


def test_the_last_bit_of_an_addition_breaks_no_tie() -> None:
    order = in_place(Request("a", score=0.1 + 0.2, people=1), Request("b", score=0.3, people=2))

    assert codes(order) == ["b", "a"]


def test_less_may_go_first() -> None:
    cheaper = (Criterion[Request]("people", lambda r: r.people, more_first=False),)

    order = placed([Request("a", people=5), Request("b", people=4)], cheaper, "s", lambda r: r.code)

    assert codes(list(order)) == ["b", "a"]


def test_another_seed_is_another_lot() -> None:
    requests = [Request(str(index)) for index in range(12)]

    assert codes(in_place(*requests, seed="1")) != codes(in_place(*requests, seed="2"))


def test_the_seed_as_a_number_is_stable() -> None:
    assert number("acta-7") == number("acta-7") != number("acta-8")


@given(st.permutations([Request(str(i), score=i % 3, people=i % 2) for i in range(9)]))
def test_order_of_arrival_never_matters(arrival: list[Request]) -> None:
    expected = in_place(*sorted(arrival, key=lambda r: r.code))

    assert in_place(*arrival) == expected
