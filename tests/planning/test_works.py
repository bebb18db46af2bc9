"""What of an agreement needs somebody, and what it may become."""

from datetime import date, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.planning.works import (
    STATES,
    Due,
    Facts,
    Money,
    attention,
    earliest_due,
    money_advice,
    moves,
    stale,
)

DAY = date(2027, 6, 1)
CENTS = st.none() | st.integers(0, 10**9)


def codes(facts: Facts) -> list[str]:
    return [each.code for each in attention(facts, DAY)]


def test_silence_of_ninety_days_is_no_silence_yet() -> None:
    assert not stale("works", DAY - timedelta(days=90), DAY)
    assert stale("works", DAY - timedelta(days=91), DAY)
    assert stale("agreed", None, DAY)


def test_what_is_over_is_never_silent() -> None:
    assert not stale("delivered", None, DAY)
    assert not stale("dropped", None, DAY)


def test_odd_money_is_named_and_not_refused() -> None:
    found = money_advice(Money(pim=100, certified=200, accrued=300, paid=400), agreed=250)

    assert [each.code for each in found] == [
        "paid_over_accrued",
        "accrued_over_certified",
        "certified_over_pim",
        "over_agreed",
    ]
    assert found[0].sentence == (
        "Se pagó S/\N{NO-BREAK SPACE}4 y solo se devengó S/\N{NO-BREAK SPACE}3: revise la fuente."
    )


def test_money_that_stands_still_during_works_is_told() -> None:
    readings = [(DAY - timedelta(days=d), Money(accrued=500)) for d in (200, 100, 10)]
    facts = Facts("works", DAY - timedelta(days=10), readings=readings)

    found = attention(facts, DAY)

    assert [each.code for each in found] == ["money_still"]
    assert found[0].numbers["days"] == 200


def test_money_that_moved_lately_is_not_told() -> None:
    readings = [(DAY - timedelta(days=200), Money(accrued=1)), (DAY, Money(accrued=2))]

    assert codes(Facts("works", DAY, readings=readings)) == []


def test_the_oldest_late_milestone_speaks() -> None:
    dues = [
        Due("Techo", DAY - timedelta(days=3)),
        Due("Muros", DAY - timedelta(days=30)),
        Due("Zanja", DAY - timedelta(days=60), DAY - timedelta(days=50)),
    ]

    found = attention(Facts("works", DAY, milestones=dues), DAY)

    assert found[0].numbers == {"title": "Muros", "days": 30}


def test_a_milestone_of_yesterday_is_told_in_the_singular() -> None:
    facts = Facts("works", DAY, milestones=[Due("Techo", DAY - timedelta(days=1))])

    found = attention(facts, DAY)

    assert found[0].sentence == "El hito «Techo» debía alcanzarse ayer."


def test_a_community_against_comes_first() -> None:
    facts = Facts("works", None, community=["not_conforming"], oversight="not_conforming")

    assert codes(facts)[:2] == ["not_conforming", "oversight_against"]


def test_a_hand_over_waits_sixty_days_for_the_word_of_the_community() -> None:
    told = Facts("delivered", DAY, delivered_on=DAY - timedelta(days=61), asked=1, upkeep="JASS")

    assert codes(told) == ["no_word"]


@given(CENTS, CENTS, CENTS, CENTS)
def test_money_in_its_order_needs_no_advice(
    pim: int | None, certified: int | None, accrued: int | None, paid: int | None
) -> None:
    money = Money(pim, certified, accrued, paid)
    known = [pim, certified, accrued, paid]

    pairs = [(a, b) for a, b in pairwise(known) if a is not None and b is not None]

    assert len(money_advice(money)) == sum(b > a for a, b in pairs)


@given(st.sampled_from(STATES))
def test_no_state_leads_to_itself_or_nowhere(state: str) -> None:
    assert state not in moves(state)
    assert set(moves(state)) <= set(STATES)
    assert moves(state)


@pytest.mark.parametrize(
    ("first_news", "earliest"),
    [
        (None, date(2026, 1, 1)),
        (date(2030, 5, 2), date(2026, 1, 1)),
        (date(2025, 11, 3), date(2025, 11, 3)),
    ],
)
def test_a_milestone_may_fall_due_once_its_budget_is_agreed(
    first_news: date | None, earliest: date
) -> None:
    assert earliest_due(2027, first_news) == earliest
