"""What is approved is counted, and nothing else, in the same way on both stores."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from sqlmodel import select

from app.operations import counts
from app.records import stamps
from app.records.aggregates import Aggregate
from app.records.catalogues import IndicatorRow
from app.records.councils import Council, Post
from app.records.cycles import Round
from app.records.families import Family
from app.records.plans import Outcome
from app.records.practices import NO, NOT_APPLICABLE, SAID, UNKNOWN, YES, Residual
from app.records.surveys import SurveyAnswer
from app.records.territory import Community, Place
from app.store.sessions import Reading, Store, Writing
from tests import world
from tests.worlds import Worlds


@pytest.fixture
def writing(store: Store, worlds: Worlds) -> Any:
    """One transaction over a world with its catalogue."""
    worlds.fill(store, _with_catalogue)
    with store.writing() as session:
        yield session


def _with_catalogue(store: Store) -> None:
    with store.writing() as session:
        world.catalogue(session)


def a_community(
    session: Writing, code: str = "C1", of: Place | None = None
) -> tuple[Community, Round, list[Family]]:
    here = world.community(session, of or world.district(session), code)
    held = world.a_round(session, world.cycle(session, here))
    return here, held, world.families(session, here, 10)


def counted(session: Reading, code: str, of: Round) -> Aggregate | None:
    return session.exec(
        select(Aggregate)
        .join(IndicatorRow, IndicatorRow.id == Aggregate.indicator_id)  # type: ignore[arg-type]
        .where(IndicatorRow.code == code, Aggregate.round_id == of.id)
        .execution_options(populate_existing=True)
    ).first()


def figures(row: Aggregate | None) -> tuple[Any, ...] | None:
    return row and (row.x, row.n, row.missing, row.population, row.verified, row.source)


def test_household_lines_count_by_home_with_what_is_missing_and_verified(writing: Writing) -> None:
    here, held, homes = a_community(writing)
    sheet = world.form(writing, "household_monitoring", here, held)
    world.answers(writing, sheet, "P-F1", {h.id: YES for h in homes[:4]})
    world.answers(writing, sheet, "P-F1", {h.id: NO for h in homes[4:6]}, verified=SAID)
    world.answers(writing, sheet, "P-F1", {homes[6].id: UNKNOWN, homes[7].id: NOT_APPLICABLE})

    counts.recompute(writing, here.id, held.id)

    assert figures(counted(writing, "P-F1", held)) == (4, 6, 1, 10, 4, "lines")
    assert figures(counted(writing, "HI-01", held)) == (4, 6, 1, 10, 4, "lines")


@pytest.mark.parametrize("state", ["sent", "returned", "withdrawn"])
def test_what_nobody_approved_is_not_counted(writing: Writing, state: str) -> None:
    here, held, homes = a_community(writing)
    sheet = world.form(writing, "household_monitoring", here, held, state)
    world.answers(writing, sheet, "P-F1", {homes[0].id: YES})
    world.totals(writing, world.form(writing, "monitoring", here, held, state), {"P-F2": (1, 2)})

    counts.recompute(writing, here.id, held.id)

    assert counted(writing, "P-F1", held) is None
    assert counted(writing, "P-F2", held) is None


def test_lines_outrank_a_typed_total_and_are_never_added_to_it(writing: Writing) -> None:
    here, held, homes = a_community(writing)
    world.totals(writing, world.form(writing, "monitoring", here, held), {"P-F1": (9, 10)})
    sheet = world.form(writing, "household_monitoring", here, held)
    world.answers(writing, sheet, "P-F1", {homes[0].id: YES, homes[1].id: NO})

    counts.recompute(writing, here.id, held.id)

    row = counted(writing, "P-F1", held)
    assert figures(row) == (1, 2, 0, 10, 2, "lines")
    assert row is not None
    assert (row.typed_x, row.typed_n) == (9, 10)


def test_the_typed_total_approved_last_counts(writing: Writing) -> None:
    here, held, _ = a_community(writing)
    for day, figure in ((20, (7, 9, 1)), (3, (2, 9, 1))):
        moment = datetime(2027, 6, day, tzinfo=UTC)
        sheet = world.form(writing, "monitoring", here, held, decided=moment)
        world.totals(writing, sheet, {"P-F3": figure})

    counts.recompute(writing, here.id, held.id)

    assert figures(counted(writing, "P-F3", held)) == (7, 9, 1, 10, 0, "totals")
    assert figures(counted(writing, "SA-01", held)) == (7, 9, 1, 10, 0, "totals")


def test_an_indicator_of_another_age_band_is_counted_from_lines_alone(writing: Writing) -> None:
    here, held, homes = a_community(writing)
    sheet = world.form(writing, "household_monitoring", here, held)
    world.answers(writing, sheet, "P-B7", {homes[0].id: YES}, age_months=8)
    world.answers(writing, sheet, "P-B7", {homes[1].id: NO}, age_months=14)
    world.answers(writing, sheet, "P-B7", {homes[2].id: YES}, age_months=20)
    world.answers(writing, sheet, "P-A3", {homes[3].id: NO}, age_months=3)

    counts.recompute(writing, here.id, held.id)

    assert figures(counted(writing, "P-B7", held)) == (2, 3, 0, None, 3, "lines")
    assert figures(counted(writing, "CR-03", held)) == (1, 2, 0, None, 2, "lines")
    assert figures(counted(writing, "CR-01", held)) == (1, 2, 0, None, 2, "lines")


def test_an_indicator_of_another_age_band_is_unknown_from_totals(writing: Writing) -> None:
    here, held, _ = a_community(writing)
    sheet = world.form(writing, "monitoring", here, held)
    world.totals(writing, sheet, {"P-B7": (2, 3), "P-A3": (1, 1)})

    counts.recompute(writing, here.id, held.id)

    assert counted(writing, "P-B7", held) is not None
    assert counted(writing, "CR-03", held) is None
    assert counted(writing, "CR-01", held) is None


def test_a_practice_that_applies_to_no_home_is_nobody_and_not_missing(writing: Writing) -> None:
    here, held, homes = a_community(writing)
    sheet = world.form(writing, "household_monitoring", here, held)
    world.answers(writing, sheet, "P-G1", {h.id: NOT_APPLICABLE for h in homes})
    world.answers(writing, sheet, "P-G4", {h.id: NOT_APPLICABLE for h in homes[:9]})

    counts.recompute(writing, here.id, held.id)

    assert figures(counted(writing, "P-G1", held)) == (0, 0, 0, 0, 0, "lines")
    assert figures(counted(writing, "P-G4", held)) == (0, 0, 0, None, 0, "lines")


def test_the_size_of_a_home_indicator_is_the_families_that_consent(writing: Writing) -> None:
    here, held, homes = a_community(writing)
    homes[0].consents, homes[1].state = False, "moved"
    world.totals(writing, world.form(writing, "monitoring", here, held), {"P-F1": (3, 4)})

    counts.recompute(writing, here.id, held.id)

    assert figures(counted(writing, "P-F1", held)) == (3, 4, 0, 8, 0, "totals")


def test_an_erased_family_leaves_its_counts(writing: Writing) -> None:
    here, held, homes = a_community(writing)
    sheet = world.form(writing, "household_monitoring", here, held)
    world.answers(writing, sheet, "P-F1", {homes[0].id: NO})
    practice = writing.exec(select(IndicatorRow).where(IndicatorRow.code == "P-F1")).one()
    writing.add(
        Residual(
            entry_id=sheet.entry_id, round_id=held.id, practice_id=practice.id, x=1, n=1, verified=1
        )
    )

    counts.recompute(writing, here.id, held.id)

    assert figures(counted(writing, "P-F1", held)) == (1, 2, 0, 10, 2, "lines")


def test_counting_again_after_a_withdrawal_takes_the_row_away(writing: Writing) -> None:
    here, held, _ = a_community(writing)
    sheet = world.form(writing, "monitoring", here, held)
    world.totals(writing, sheet, {"P-F1": (3, 4)})
    counts.recompute(writing, here.id, held.id)
    sheet.state = "withdrawn"

    counts.recompute(writing, here.id, held.id)

    assert counted(writing, "P-F1", held) is None


def test_counting_stamps_the_district(writing: Writing) -> None:
    here, held, _ = a_community(writing)
    before = stamps.version(writing, f"district:{world.UBIGEO}")

    counts.recompute(writing, here.id, held.id)

    assert stamps.version(writing, f"district:{world.UBIGEO}") == before + 1


def test_the_diagnosis_feeds_its_indicators_while_it_is_current(writing: Writing) -> None:
    here, held, _ = a_community(writing)
    sheet = world.form(writing, "diagnosis", here, held)
    facts = {"dwellings": 20, "dwellings_with_water": 12, "water_board_active": "yes"}
    world.diagnosis(writing, sheet, world.DAY - timedelta(days=30), **facts)
    later = world.a_round(writing, world.cycle(writing, here), 2, date(2029, 1, 10))

    counts.recompute(writing, here.id)

    assert figures(counted(writing, "AG-02", held)) == (12, 20, 0, None, 20, "register")
    assert figures(counted(writing, "AG-03", held)) == (1, 1, 0, 1, 1, "register")
    assert counted(writing, "AG-02", later) is None


def test_a_community_has_both_papers_or_it_has_not(writing: Writing) -> None:
    here, held, _ = a_community(writing)
    world.diagnosis(writing, world.form(writing, "diagnosis", here, held))

    counts.recompute(writing, here.id, held.id)
    with_one = figures(counted(writing, "GO-02", held))
    world.plan(writing, world.form(writing, "plan", here, held), [{}])
    counts.recompute(writing, here.id, held.id)

    assert with_one == (0, 1, 0, 1, 1, "register")
    assert figures(counted(writing, "GO-02", held)) == (1, 1, 0, 1, 1, "register")


def test_a_council_without_acta_is_missing_and_not_bad(writing: Writing) -> None:
    here, held, _ = a_community(writing)

    counts.recompute(writing, here.id, held.id)

    assert figures(counted(writing, "GO-01", held)) == (0, 0, 1, None, 0, "register")


def test_women_in_posts_are_counted_of_the_posts_whose_holder_is_known(writing: Writing) -> None:
    here, held, _ = a_community(writing)
    council = Council(
        form_id=world.form(writing, "council", here).id,
        community_id=here.id,
        assembled_on=world.DAY,
        mandate_from=world.DAY,
        mandate_to=world.DAY + timedelta(days=700),
        resolution="RA 12",
    )
    writing.add(council)
    writing.flush()
    for sex in ("F", "F", "M", ""):
        writing.add(Post(council_id=council.id, role="member", sex=sex))

    counts.recompute(writing, here.id, held.id)

    assert figures(counted(writing, "GO-05", held)) == (2, 3, 1, 4, 3, "register")
    assert figures(counted(writing, "GO-01", held)) == (1, 1, 0, 1, 1, "register")


def test_actions_due_are_done_or_not_told(writing: Writing) -> None:
    here, held, _ = a_community(writing)
    due = {"ends_on": world.DAY}
    done, _, _ = world.plan(
        writing,
        world.form(writing, "plan", here, held),
        [due, due, {"ends_on": world.DAY + timedelta(days=300)}],
    )
    sheet = world.form(writing, "evaluation", here, held)
    writing.add(
        Outcome(form_id=sheet.id, community_id=here.id, action_uuid=done.uuid, result="achieved")
    )

    counts.recompute(writing, here.id, held.id)

    assert figures(counted(writing, "GO-03", held)) == (1, 1, 1, 2, 1, "register")


def test_adults_drawn_who_agree_are_counted_in_the_round_that_asked_them(
    writing: Writing,
) -> None:
    here, held, _ = a_community(writing)
    told = ["yes", "yes", "no", "unknown"]
    for trust in told:
        sheet = world.form(writing, "social_capital", here, held)
        facts = {"trust": trust, "efficacy_together": "likely"}
        writing.add(
            SurveyAnswer(
                form_id=sheet.id, community_id=here.id, round_id=held.id, sex="woman", facts=facts
            )
        )

    counts.recompute(writing, here.id, held.id)

    assert figures(counted(writing, "CS-01", held)) == (2, 3, 1, None, 3, "register")
    assert figures(counted(writing, "CS-02", held)) == (0, 0, 4, None, 0, "register")
    assert figures(counted(writing, "CS-03", held)) == (4, 4, 0, None, 4, "register")


def test_counting_all_leaves_locked_rounds_unless_asked(store: Store) -> None:
    with store.writing() as session:
        world.catalogue(session)
        here, held, _ = a_community(session)
        world.totals(session, world.form(session, "monitoring", here, held), {"P-F1": (3, 4)})
        held.locked_at = datetime(2027, 8, 1, tzinfo=UTC)

    moving = counts.recompute_all(store, lambda done, total: None)
    whole = counts.recompute_all(store, lambda done, total: None, locked=True)

    assert (moving, whole) == (0, 1)
    with store.reading() as session:
        assert figures(counted(session, "P-F1", held)) is not None


def test_parts_counted_side_by_side_give_what_each_alone_gives(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    held = []
    with store.writing() as session:
        world.catalogue(session)
        of = world.district(session)
        for yes in range(1, 9):
            here, one, _ = a_community(session, f"C{yes}", of)
            world.totals(session, world.form(session, "monitoring", here, one), {"P-F1": (yes, 9)})
            held.append((here.id, one))
    monkeypatch.setattr(counts, "AT_ONCE", 1)
    told: list[tuple[int, int]] = []

    done = counts.recompute_all(store, lambda *now: told.append(now))

    assert (done, told) == (8, [(at, 8) for at in range(1, 9)])
    with store.reading() as session:
        found = [figures(counted(session, "P-F1", one)) for _, one in held]
    with store.writing() as session:
        counts.recompute_many(session, [(community, one.id) for community, one in held])
        assert [figures(counted(session, "P-F1", one)) for _, one in held] == found
    assert [one[:2] for one in found if one] == [(yes, 9) for yes in range(1, 9)]


def test_a_part_that_fails_is_told_and_the_rest_is_not_begun(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    with store.writing() as session:
        world.catalogue(session)
        of = world.district(session)
        for at in range(20):
            a_community(session, f"C{at}", of)
    monkeypatch.setattr(counts, "AT_ONCE", 1)
    begun = []

    def refused(_session: Writing, pairs: list[tuple[int, int]]) -> None:
        begun.append(pairs)
        raise RuntimeError("no room is left")

    monkeypatch.setattr(counts, "recompute_many", refused)

    with pytest.raises(RuntimeError, match="no room"):
        counts.recompute_all(store, lambda _done, _of: None)

    assert len(begun) <= store.writers
