"""Where a process stands on a day, what its calendar should mind, and what the law refuses."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.errors import Conflict, Invalid
from app.operations import process_steps
from app.planning import process
from app.planning.process import Real, Span, StepKind, advice, standing, window

KINDS = process_steps.kinds()
KIND = StepKind("call", "preparation", "Convocatoria")
DAY = date(2027, 3, 10)
DAYS = st.dates(date(2026, 1, 1), date(2028, 12, 31))
SPANS = st.tuples(DAYS, st.integers(0, 60)).map(lambda p: Span(p[0], p[0] + timedelta(p[1])))


def in_order(year: int = 2028) -> dict[str, Span]:
    """A calendar in which every step takes three days, one after the other."""
    start = date(year - 1, 2, 1)
    return {
        kind.code: Span(start + timedelta(4 * at), start + timedelta(4 * at + 2))
        for at, kind in enumerate(KINDS)
    }


def a_standing(planned: Span | None, real: Real = Real()) -> process.StepStanding:  # noqa: B008
    return standing(KIND, planned, real, DAY)


def test_every_step_stands_in_a_phase_and_names_only_earlier_ones() -> None:
    known: set[str] = set()
    phases = [process.PHASES.index(kind.phase) for kind in KINDS]

    assert phases == sorted(phases)
    for kind in KINDS:
        assert {*kind.after, *kind.follows} <= known
        known.add(kind.code)


def test_a_step_is_ahead_open_late_and_closed_by_its_days() -> None:
    assert (a_standing(Span(date(2027, 3, 16), date(2027, 3, 20))).state) == "ahead"
    assert a_standing(Span(date(2027, 3, 16), date(2027, 3, 20))).days == 6
    opened = a_standing(Span(date(2027, 3, 8), date(2027, 3, 16)))
    assert (opened.state, opened.days) == ("open", 6)
    assert a_standing(Span(DAY, DAY)).days == 0
    late = a_standing(Span(date(2027, 3, 1), date(2027, 3, 4)))
    assert (late.state, late.days) == ("late", 6)
    closed = Real(date(2027, 3, 1), date(2027, 3, 3))
    assert a_standing(Span(date(2027, 3, 1), date(2027, 3, 30)), closed).state == "closed"
    assert a_standing(None).state == "unplanned"


def test_a_step_that_opened_late_loses_no_days() -> None:
    found = window(Span(date(2027, 3, 1), date(2027, 3, 3)), Real(opened=date(2027, 3, 9)))

    assert found == Span(date(2027, 3, 9), date(2027, 3, 11))


@given(SPANS, st.none() | DAYS, st.none() | DAYS, DAYS)
def test_a_standing_never_contradicts_its_window(
    planned: Span, opened: date | None, closed: date | None, day: date
) -> None:
    real = Real(opened, closed if opened and closed and closed >= opened else None)

    found = standing(KIND, planned, real, day)

    assert found.window is not None
    assert found.window.last >= found.window.first
    if real.closed is None:
        assert found.window.last - found.window.first >= planned.last - planned.first or (
            opened is not None and opened < planned.first
        )
    assert found.days is None or found.days >= 0
    assert (found.state == "open") <= (found.window.first <= day <= found.window.last)
    assert (found.state == "closed") == (real.closed is not None and real.closed <= day)


@given(st.dictionaries(st.sampled_from([k.code for k in KINDS]), SPANS), DAYS)
def test_you_are_somewhere_unless_all_is_closed_or_unplanned(
    calendar: dict[str, Span], day: date
) -> None:
    lines = process.standings(KINDS, calendar, {}, day)

    at = process.here(lines)

    assert bool(at) == bool(calendar)
    states = {line.state for line in lines if line.kind.code in at}
    assert len(states) <= 1


def test_a_calendar_in_order_gets_no_advice() -> None:
    assert advice(KINDS, in_order(), 2028) == []


def test_a_calendar_is_told_what_is_out_of_order_and_where() -> None:
    calendar = in_order()
    calendar["final_list"] = calendar["enrolment"]
    calendar["objections"] = Span(
        calendar["preliminary_list"].last, calendar["preliminary_list"].last
    )
    calendar["signing"] = Span(date(2028, 1, 5), date(2028, 1, 5))
    del calendar["call"]
    del calendar["coordination"]  # nobody needs it

    found = advice(KINDS, calendar, 2028)

    assert [(f.kind, f.reason.code) for f in found] == [
        ("call", "missing"),
        ("objections", "overlap"),
        ("final_list", "before"),
        ("signing", "outside"),
        ("council", "before"),
        ("budget_entry", "before"),
        ("mef", "before"),
    ]
    assert "31/12/2027" in found[3].reason.sentence


def test_the_last_accountability_may_fall_in_the_year_itself() -> None:
    calendar = in_order() | {"final_accountability": Span(date(2028, 11, 2), date(2028, 11, 9))}

    assert advice(KINDS, calendar, 2028) == []


def test_a_calendar_that_cannot_be_is_refused() -> None:
    with pytest.raises(Invalid) as reversed_:
        process.check_calendar(KINDS, {"call": Span(DAY, DAY - timedelta(1))})
    assert reversed_.value.field == "call.last"
    with pytest.raises(Invalid):
        process.check_calendar(KINDS, {"parade": Span(DAY, DAY)})


def test_the_law_refuses_who_comes_after_the_final_list() -> None:
    process.check_enrolment(None)
    with pytest.raises(Conflict):
        process.check_enrolment(DAY)


@given(DAYS, SPANS, st.none() | DAYS)
def test_objections_are_taken_in_their_days_alone(
    day: date, span: Span, published: date | None
) -> None:
    fits = published is not None and max(span.first, published) <= day <= span.last
    try:
        process.check_objection(day, span, published)
        taken = True
    except (Conflict, Invalid):
        taken = False

    assert taken == fits


def test_objections_need_their_days_on_the_calendar() -> None:
    with pytest.raises(Conflict):
        process.check_objection(DAY, None, DAY)


def test_the_final_list_waits_for_every_answer() -> None:
    process.check_final(DAY, 0)
    with pytest.raises(Conflict):
        process.check_final(DAY, 1)
    with pytest.raises(Conflict):
        process.check_final(None, 0)
