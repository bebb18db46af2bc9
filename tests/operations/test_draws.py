"""Draws are made once for the same inputs, and aside where the district is large."""

import time

import pytest

from app.operations import draws
from app.planning.counts import Count
from app.planning.evidence import Evidence
from tests.planning.district_builders import a_community, an_indicator


def a_district(x: int = 5) -> Evidence:
    return Evidence((an_indicator("a"),), (a_community("c"),), {("a", "c"): Count(x, 20)})


def test_the_same_inputs_find_their_draws_made() -> None:
    first = draws.of_needs(a_district(), "s")

    assert first is not None
    assert draws.of_needs(a_district(), "s") is first
    assert draws.of_needs(a_district(6), "s") is not first
    assert draws.of_needs(a_district(), "t") is not first
    assert first.draws == 2000


def test_the_order_of_visits_is_drawn_once_for_the_same_inputs() -> None:
    first = draws.of_visits(a_district(), "s", 5)

    assert first is not None
    assert draws.of_visits(a_district(), "s", 5) is first
    assert draws.of_visits(a_district(), "s", 4) is not first
    assert draws.of_visits(a_district(6), "s", 5) is not first
    assert draws.of_visits(Evidence((), (), {}), "s", 5) is None


def test_a_large_district_is_drawn_aside(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(draws, "AT_ONCE", 0)

    assert draws.of_needs(a_district(9), "aside") is None
    until = time.monotonic() + 20
    while (found := draws.of_needs(a_district(9), "aside")) is None and time.monotonic() < until:
        time.sleep(0.02)
    assert found is not None
    assert draws.wait(a_district(9), "aside") is found


def test_who_waits_gets_them(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(draws, "AT_ONCE", 0)
    draws.of_needs(a_district(7), "patient")

    assert draws.wait(a_district(7), "patient").codes == ("a",)
