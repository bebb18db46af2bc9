"""Before and after a work, against published figures, figures worked by hand, and invariants."""

from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.planning.before_after import (
    FEWEST,
    Expected,
    Pairs,
    Seen,
    exact_p,
    expected_return,
    opens_on,
    paired_interval,
    verdict,
    waiting,
)
from app.planning.counts import Count

FEW = st.integers(0, 40)
PAIRS = st.builds(Pairs, FEW, FEW, FEW, FEW)
COUNTS = st.integers(1, 60).flatmap(lambda n: st.integers(0, n).map(lambda x: Count(x, n)))


def test_the_airway_study_gives_the_published_interval_and_p() -> None:
    # Bentur 2009 as in Fagerland, Lydersen, Laake 2014: Newcombe -0.507 to -0.026, p 0.070.
    pairs = Pairs(kept=1, gained=1, lost=7, never=12)

    found = paired_interval(pairs)

    assert found is not None
    assert (round(found.low, 3), round(found.high, 3)) == (-0.507, -0.026)
    assert round(exact_p(pairs.gained, pairs.lost), 3) == 0.070


def test_nine_gains_and_no_loss_are_an_improvement() -> None:
    found = verdict(Seen(Pairs(kept=8, gained=9, lost=0, never=3)), "up")

    assert found.word == "improved"
    assert found.reason.sentence == (
        "Mejoró: de 20 familias vistas las dos veces, antes 8 y después 17; 9 están mejor y 0 peor."
    )


def test_the_same_families_the_other_way_round_got_worse() -> None:
    found = verdict(Seen(Pairs(kept=8, gained=9, lost=0, never=3)), "down")

    assert found.word == "worsened"
    assert found.reason.numbers["worse"] == 9


def test_four_families_tell_nothing() -> None:
    found = verdict(Seen(Pairs(gained=4)), "up")

    assert (found.word, found.reason.code) == ("unknown", "few_pairs")


def test_without_a_round_before_nothing_can_be_known() -> None:
    found = verdict(Seen(Pairs(kept=30), has_before=False), "up")

    assert (found.word, found.reason.code) == ("unknown", "no_before")


def test_many_families_that_hardly_changed_are_the_same() -> None:
    found = verdict(Seen(Pairs(kept=40, gained=3, lost=2, never=35)), "up")

    assert found.word == "same"


def test_few_families_that_hardly_changed_cannot_be_told() -> None:
    found = verdict(Seen(Pairs(kept=3, gained=2, lost=1, never=3)), "up")

    assert (found.word, found.reason.code) == ("unknown", "too_few")


def test_a_small_promise_is_not_called_the_same_when_it_may_have_come_true() -> None:
    seen = Seen(Pairs(kept=40, gained=3, lost=2, never=35))

    found = verdict(seen, "up", Expected(0.50, 0.55))

    assert found.word == "unknown"


def test_the_worst_of_three_comes_back_by_a_twelfth() -> None:
    # mean .5; spread (1.8 - .5) / 20 = .065; own .025; weight .7222; .2778 of .3.
    found = expected_return(Count(2, 10), [Count(2, 10), Count(5, 10), Count(8, 10)])

    assert found == pytest.approx(0.08333, abs=1e-5)


def test_two_communities_tell_no_spread() -> None:
    assert expected_return(Count(2, 10), [Count(2, 10), Count(5, 10)]) is None


def test_a_change_that_may_come_back_by_itself_is_no_improvement() -> None:
    pairs = Pairs(kept=2, gained=6, lost=0, never=4)
    alike = [Count(2, 12), *[Count(14, 24)] * 8]

    alone = verdict(Seen(pairs), "up")
    found = verdict(Seen(pairs, district=alike), "up")

    assert alone.word == "improved"
    assert (found.word, found.reason.code) == ("unknown", "by_itself")
    assert found.returns is not None
    assert found.returns > 0


def test_a_card_opens_six_months_after_hand_over() -> None:
    assert opens_on(date(2026, 8, 31)) == date(2027, 2, 28)
    assert opens_on(date(2026, 1, 15)) == date(2026, 7, 15)


@pytest.mark.parametrize(
    ("delivered", "last", "day", "code"),
    [
        (None, date(2027, 1, 1), date(2027, 1, 1), "not_delivered"),
        (date(2026, 10, 1), date(2026, 12, 1), date(2027, 1, 1), "not_yet"),
        (date(2026, 1, 1), date(2026, 6, 30), date(2027, 1, 1), "due"),
    ],
)
def test_why_it_cannot_be_measured_yet(
    delivered: date | None, last: date, day: date, code: str
) -> None:
    found = waiting(delivered, last, day)

    assert found is not None
    assert found.code == code


def test_a_round_on_the_very_day_opens_the_card() -> None:
    assert waiting(date(2026, 1, 1), date(2026, 7, 1), date(2026, 7, 2)) is None


def test_no_sentence_claims_a_cause() -> None:
    cases = [
        verdict(Seen(Pairs(8, 9, 0, 3)), way)
        for way in ("up", "down")  # type: ignore[arg-type]
    ]
    cases += [verdict(Seen(Pairs(40, 3, 2, 35)), "up"), verdict(Seen(Pairs(3, 2, 1, 3)), "up")]

    said = " ".join(each.reason.sentence for each in cases).casefold()

    assert not [w for w in ("gracias", "debido", "por la obra", "efecto", "logr") if w in said]


@given(PAIRS)
def test_the_interval_holds_the_difference_and_stays_within_one(pairs: Pairs) -> None:
    found = paired_interval(pairs)

    if pairs.n == 0:
        assert found is None
    else:
        assert found is not None
        assert -1 <= found.low <= pairs.difference + 1e-9
        assert pairs.difference - 1e-9 <= found.high <= 1


@given(PAIRS)
def test_time_turned_round_turns_the_interval_round(pairs: Pairs) -> None:
    found, back = paired_interval(pairs), paired_interval(pairs.reversed)

    if found is not None and back is not None:
        assert back.low == pytest.approx(-found.high, abs=1e-9)
        assert back.high == pytest.approx(-found.low, abs=1e-9)


@given(FEW, FEW)
def test_the_p_is_a_probability_alike_both_ways(gained: int, lost: int) -> None:
    assert 0 < exact_p(gained, lost) <= 1
    assert exact_p(gained, lost) == exact_p(lost, gained)


@given(PAIRS, st.lists(COUNTS, max_size=8), st.sampled_from(["up", "down"]))
def test_the_allowance_never_turns_silence_into_a_claim(
    pairs: Pairs, district: list[Count], way: str
) -> None:
    seen = Seen(pairs, district=tuple(district))

    bare = verdict(replace(seen, district=()), way)  # type: ignore[arg-type]
    found = verdict(seen, way)  # type: ignore[arg-type]

    if found.word in ("improved", "worsened"):
        assert bare.word == found.word


@given(COUNTS, st.lists(COUNTS, min_size=3, max_size=12))
def test_what_comes_back_goes_towards_the_mean_and_never_past_it(
    served: Count, district: list[Count]
) -> None:
    mean = sum(each.x for each in district) / sum(each.n for each in district)

    found = expected_return(served, district)

    assert found is not None
    assert served.share is not None
    assert abs(found) <= abs(mean - served.share) + 1e-9
    assert found * (mean - served.share) >= -1e-12


@given(st.lists(st.tuples(st.booleans(), st.booleans()), max_size=60))
def test_pairs_count_each_family_once(seen: list[tuple[bool, bool]]) -> None:
    found = Pairs.of(seen)

    assert found.n == len(seen)
    assert found.before.x == sum(before for before, _ in seen)
    assert found.after.x == sum(after for _, after in seen)
    assert (verdict(Seen(found), "up").word == "unknown") or found.n >= FEWEST
