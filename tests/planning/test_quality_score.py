"""The score of a form: every point that it lacks has its reason."""

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from app.planning.counts import Count
from app.planning.quality_score import Signs, is_leap, longest_run, score, together

CARE = Signs(asked=20, answered=20)
SIGNS = st.builds(
    Signs,
    asked=st.just(40),
    answered=st.integers(0, 40),
    overridden=st.integers(0, 30),
    homes=st.lists(st.integers(0, 2), max_size=40),
    a_day=st.lists(st.integers(0, 90), max_size=5),
    compared=st.just(12),
    leaps=st.integers(0, 12),
    agreed=st.integers(0, 20).map(lambda equal: (equal, 20)),
)


def test_a_form_without_anything_amiss_has_all_points() -> None:
    assert score(CARE).points == 100
    assert score(CARE).reasons == ()


def test_each_thing_amiss_takes_its_points_and_says_so() -> None:
    signs = Signs(20, 10, 2, ["a"] * 6 + ["b"], [30, 4], 10, 5, (9, 20))

    found = score(signs)

    lost = {reason.code: reason.numbers["points"] for reason in found.reasons}
    assert lost == {
        "blank": 15,
        "overridden": 8,
        "alike": 6,
        "hurried": 5,
        "leaps": 5,
        "told_otherwise": 5,
    }
    assert found.points == 100 - 44
    assert found.reasons[0].sentence == "10 de 20 preguntas principales sin respuesta."


def test_what_nobody_can_know_takes_nothing() -> None:
    assert score(Signs(asked=0, answered=0)).points == 100


def test_nine_of_ten_alike_is_enough() -> None:
    assert score(replace(CARE, agreed=(18, 20))).points == 100


def test_homes_of_two_forms_make_no_run() -> None:
    both = together([replace(CARE, homes=["a"] * 4), replace(CARE, homes=["a"] * 4)])

    assert longest_run(both.homes) == 4
    assert score(both).points == 100


def test_a_leap_is_far_and_more_than_chance() -> None:
    assert is_leap(Count(5, 30), Count(25, 30))
    assert not is_leap(Count(1, 3), Count(3, 3))
    assert not is_leap(Count(500, 1000), Count(600, 1000))
    assert not is_leap(Count(0, 0), Count(9, 9))


@given(SIGNS)
def test_points_stay_between_nothing_and_a_hundred(signs: Signs) -> None:
    found = score(signs)

    assert 0 <= found.points <= 100
    assert found.points + sum(int(r.numbers["points"]) for r in found.reasons) == 100


@given(SIGNS, st.integers(1, 10))
def test_more_blanks_never_raise_a_score(signs: Signs, more: int) -> None:
    worse = replace(signs, answered=max(0, signs.answered - more))

    assert score(worse).points <= score(signs).points
