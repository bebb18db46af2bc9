"""The way of an indicator: what may be a target, and how much of it is made."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.planning import pathways
from app.planning.pathways import Pathway, Reached

PERIOD = (2024, 2030)
VALUES = st.floats(0, 100)
UP = Pathway("up", 2024, 40.0, {2030: 80.0})
DOWN = Pathway("down", 2024, 40.0, {2030: 10.0})


def at(moment: float, value: float, spread: float = 0) -> Reached:
    return Reached(moment, value, value - spread, value + spread)


@given(base=VALUES, goal=VALUES, start=st.integers(2015, 2032))
def test_equal_steps_end_at_the_goal_and_are_never_at_fault(
    base: float, goal: float, start: int
) -> None:
    way = pathways.linear((start, base), goal, PERIOD)

    direction = "up" if goal >= base else "down"
    told = Pathway(direction, min(start, 2030), base, way)
    assert way[2030] == goal
    assert all(PERIOD[0] <= year <= PERIOD[1] for year in way)
    rounded = {f.code for f in pathways.faults(told, PERIOD)}
    # One decimal may round the first step of a short way behind its baseline, by 0.05 at most.
    assert rounded <= {"wrong_side"}
    assert all(abs(v - base) <= 0.05 or (v > base) == (goal >= base) for v in way.values())


@pytest.mark.parametrize(
    ("way", "code", "year"),
    [
        (Pathway("up", 2024, 40, {2026: 39}), "wrong_side", 2026),
        (Pathway("down", 2024, 40, {2026: 41}), "wrong_side", 2026),
        (Pathway("up", 2024, 40, {2031: 60}), "outside", 2031),
        (Pathway("up", 2026, 40, {2025: 60}), "before_base", 2025),
        (Pathway("up", 2031, 40, {}), "base_after", None),
        (Pathway("up", 2024, 40, {2026: 101}), "impossible", 2026),
        (Pathway("up", 2024, -1, {}), "impossible", None),
    ],
)
def test_what_cannot_be_is_named_with_its_year(way: Pathway, code: str, year: int | None) -> None:
    found = pathways.faults(way, PERIOD)

    assert [(f.code, f.year) for f in found] == [(code, year)]
    assert "{" not in found[0].reason.sentence


def test_other_units_than_percent_may_pass_a_hundred() -> None:
    way = Pathway("up", 2024, 120, {2030: 400})

    assert pathways.faults(way, PERIOD, "familias") == []


def test_reached_is_said_only_if_the_whole_range_is_there() -> None:
    sure = pathways.progress(UP, at(2027.5, 85, 4))
    doubtful = pathways.progress(UP, at(2027.5, 81, 4))

    assert (sure.verdict, doubtful.verdict) == ("met", "near")


def test_out_of_reach_is_said_only_if_the_better_end_falls_short() -> None:
    slow = pathways.progress(UP, at(2028.5, 45, 1))
    unsure = pathways.progress(UP, at(2028.5, 45, 25))
    late = pathways.progress(UP, at(2031.0, 79, 0.5))
    early = pathways.progress(UP, at(2024.7, 40, 0))

    assert slow.verdict == "out_of_reach"
    assert unsure.verdict == "on_way"
    assert late.verdict == "out_of_reach"
    assert early.verdict == "on_way"


def test_less_is_better_goes_the_other_way() -> None:
    met, half = (pathways.progress(DOWN, at(2027.5, v)) for v in (9, 25))

    assert met.verdict == "met"
    assert half.share == pytest.approx(0.5)


def test_nothing_is_said_where_nothing_is_known() -> None:
    unknown = pathways.progress(UP, None)
    aimless = pathways.progress(Pathway("up", 2024, 40, {}), at(2026, 50))
    few = pathways.too_few(3, 10)

    assert [p.verdict for p in (unknown, aimless, few)] == ["unknown", "no_target", "unknown"]
    assert [p.share for p in (unknown, aimless, few)] == [None, None, None]


@given(base=VALUES, goal=VALUES, value=VALUES, spread=st.floats(0, 30))
def test_the_share_stays_between_its_ends_and_within_the_way(
    base: float, goal: float, value: float, spread: float
) -> None:
    way = Pathway("up" if goal >= base else "down", 2024, base, {2030: goal})

    told = pathways.progress(way, at(2026.5, value, spread))

    if told.share is not None and told.low is not None and told.high is not None:
        assert 0 <= told.low <= told.share <= told.high <= 1
    else:
        assert abs(goal - base) < 1e-6


@given(targets=st.dictionaries(st.integers(2024, 2030), VALUES), year=st.integers(2020, 2035))
def test_what_is_due_is_the_newest_target_that_is_not_of_later(
    targets: dict[int, float], year: int
) -> None:
    due = Pathway("up", None, None, targets).due(year)

    told = [y for y in targets if y <= year]
    assert due == (targets[max(told)] if told else None)
