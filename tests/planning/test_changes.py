"""Changes between rounds: told only where they can be told from chance."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.planning.changes import change, difference_interval
from app.planning.counts import Count
from app.planning.gaps import Direction


@st.composite
def counts(draw: st.DrawFn) -> Count:
    n = draw(st.integers(0, 80))
    return Count(draw(st.integers(0, n)), n, population=draw(st.none() | st.integers(n, 120)))


def test_agrees_with_the_published_example() -> None:
    """Newcombe 1998, table II (a): 56/70 less 48/80 gives 0.0524 to 0.3339."""
    interval = difference_interval(Count(48, 80), Count(56, 70))

    assert interval is not None
    assert (round(interval.low, 4), round(interval.high, 4)) == (0.0524, 0.3339)


@pytest.mark.parametrize(
    ("before", "after", "direction", "verdict", "words"),
    [
        (Count(10, 60), Count(45, 60), "up", "better", "Mejora: antes 10 de 60, ahora 45 de 60."),
        (Count(10, 60), Count(45, 60), "down", "worse", "Retrocede: antes 10 de 60"),
        (Count(45, 60), Count(10, 60), "down", "better", "Mejora"),
        (Count(4, 12), Count(6, 12), "up", "not_told", "No se distingue un cambio: antes 4 de 12"),
        (Count(0, 0), Count(6, 12), "up", "unknown", "No se puede saber"),
        (Count(4, 12), Count(0, 0), "up", "unknown", "No se puede saber"),
    ],
)
def test_the_verdict_is_said_with_its_numbers(
    before: Count, after: Count, direction: Direction, verdict: str, words: str
) -> None:
    found = change(before, after, direction)

    assert found.verdict == verdict
    assert words in found.reason.sentence


def test_asking_everybody_twice_tells_even_one_home() -> None:
    found = change(Count(4, 12, population=12), Count(5, 12, population=12), "up")

    assert found.verdict == "better"
    assert found.interval is not None
    assert found.interval.width == pytest.approx(0)


def test_the_same_census_twice_is_no_change() -> None:
    census = Count(4, 12, population=12)

    assert change(census, census, "up").verdict == "not_told"


@given(counts(), counts())
def test_the_interval_holds_the_difference(before: Count, after: Count) -> None:
    found = change(before, after, "up")

    if found.interval is None or found.difference is None:
        assert before.n == 0 or after.n == 0
    else:
        low, high = found.interval.low, found.interval.high
        assert -1 <= low <= found.difference + 1e-12
        assert found.difference - 1e-12 <= high <= 1


@given(counts(), counts())
def test_going_back_in_time_turns_the_verdict(before: Count, after: Count) -> None:
    turned = {"better": "worse", "worse": "better", "not_told": "not_told", "unknown": "unknown"}

    assert change(after, before, "up").verdict == turned[change(before, after, "up").verdict]
    assert change(before, after, "down").verdict == turned[change(before, after, "up").verdict]
