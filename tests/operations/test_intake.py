"""What is sent is kept once, folded into the registers, and never half stored."""

from datetime import date
from pathlib import Path
from typing import Any

import pytest
from sqlmodel import col, select

from app.errors import Conflict, Invalid, PreconditionNeeded, Stale
from app.operations import acting, erasure, folding, intake, rebuilding, stepping, trail, voices
from app.operations.erasure import Erasing
from app.records import places
from app.records.aggregates import Aggregate
from app.records.catalogues import IndicatorRow, PracticeRow
from app.records.cycles import Round
from app.records.diagnoses import Diagnosis, Problem
from app.records.families import Family
from app.records.intake import Derivation, Entry, Form, Payload
from app.records.practices import Answer, PracticeTotal, Residual
from app.records.territory import Belonging, Community
from app.records.trail import AuditEntry
from app.store.sessions import Store
from app.store.types import uuid7
from tests.town import Town, a_diagnosis, a_family, a_plan, lines, totals


def the_form(store: Store, uuid: Any) -> Form:
    with store.reading() as session:
        return session.exec(select(Form).where(Form.uuid == uuid)).one()


def decide(town: Town, uuid: Any, verb: str, reason: str = "") -> intake.Receipt:
    body = {"verb": verb, "reason": reason}
    return acting.act_on(town.store, town.author, town.where, the_form(town.store, uuid), body)


def aggregate(store: Store, code: str) -> tuple[int, int, int, str] | None:
    with store.reading() as session:
        found = session.exec(
            select(Aggregate)
            .join(IndicatorRow, col(IndicatorRow.id) == Aggregate.indicator_id)
            .where(IndicatorRow.code == code)
        ).first()
    return None if found is None else (found.x, found.n, found.missing, found.source)


def test_sheet_becomes_register_rows_with_both_orders_of_votes(town: Town) -> None:
    receipt = town.send("diagnosis", a_diagnosis())

    with town.store.reading() as session:
        problems = session.exec(select(Problem).order_by(col(Problem.position))).all()
        assembled = session.exec(select(Diagnosis)).one()
    assert receipt.state == "derived"
    assert [(p.rank, p.rank_women) for p in problems] == [(1, 2), (2, 1)]
    assert problems[0].geom is not None
    assert (assembled.families, assembled.hazards_asked, assembled.assets_asked) == (
        31,
        True,
        False,
    )


def test_same_sheet_twice_counts_once(town: Town) -> None:
    uuid = uuid7()
    first = town.send("diagnosis", a_diagnosis(), form_uuid=uuid)

    second = town.send("diagnosis", a_diagnosis(), form_uuid=uuid)

    assert second.repeated
    assert second.entry_uuid == first.entry_uuid


def test_idempotency_key_gives_the_first_receipt_and_refuses_other_content(town: Town) -> None:
    uuid = uuid7()
    first = town.send("diagnosis", a_diagnosis(), form_uuid=uuid, idempotency_key="k")

    again = town.send("diagnosis", a_diagnosis(), form_uuid=uuid, idempotency_key="k")

    assert again.entry_uuid == first.entry_uuid
    with pytest.raises(Conflict):
        town.send("diagnosis", a_diagnosis(families=32), form_uuid=uuid, idempotency_key="k")


def test_what_breaks_a_rule_is_refused_and_nothing_is_kept(town: Town) -> None:
    wrong = a_diagnosis(attendees_women=1)

    with pytest.raises(Invalid) as refused:
        town.send("diagnosis", wrong)

    assert any("votes_women" in (row.field or "") for row in refused.value.rows)
    with town.store.reading() as session:
        assert session.exec(select(Entry).where(Entry.instrument == "diagnosis")).all() == []


def test_correction_needs_the_version_that_was_seen(town: Town) -> None:
    uuid = uuid7()
    town.send("diagnosis", a_diagnosis(), form_uuid=uuid)

    with pytest.raises(PreconditionNeeded):
        town.send("diagnosis", a_diagnosis(families=32), form_uuid=uuid)
    with pytest.raises(Stale):
        town.send("diagnosis", a_diagnosis(families=32), form_uuid=uuid, revision=7)


def test_correction_leaves_only_its_own_rows(town: Town) -> None:
    uuid = uuid7()
    town.send("diagnosis", a_diagnosis(), form_uuid=uuid)
    only = a_diagnosis()["problems"][:1]

    town.send("diagnosis", a_diagnosis(problems=only), form_uuid=uuid, revision=1)

    with town.store.reading() as session:
        assert len(session.exec(select(Problem)).all()) == 1
    assert the_form(town.store, uuid).revision == 2


def test_only_approved_totals_count_and_a_return_takes_them_back(town: Town) -> None:
    uuid = uuid7()
    town.send("monitoring", totals(P_F1=(12, 31, 4)), form_uuid=uuid)
    before = aggregate(town.store, "P-F1")

    decide(town, uuid, "approve")
    counted = aggregate(town.store, "P-F1")
    decide(town, uuid, "return", "Revisar los hogares")

    assert before is None
    assert counted == (12, 31, 4, "totals")
    assert aggregate(town.store, "P-F1") is None


def test_return_needs_its_reason(town: Town) -> None:
    uuid = uuid7()
    town.send("monitoring", totals(P_F1=(12, 31, 4)), form_uuid=uuid)

    with pytest.raises(Invalid):
        decide(town, uuid, "return", "  ")


def test_household_lines_outrank_typed_totals_and_are_never_added(town: Town) -> None:
    typed, by_home = uuid7(), uuid7()
    for code in ("H1", "H2", "H3"):
        town.send("family", a_family(code))
    town.send("monitoring", totals(P_F1=(20, 30, 0)), form_uuid=typed)
    homes = lines(("H1", "meets"), ("H2", "not_yet"), ("H3", "unknown"))
    town.send("household_monitoring", homes, form_uuid=by_home)
    decide(town, typed, "approve")

    decide(town, by_home, "approve")

    assert aggregate(town.store, "P-F1") == (1, 2, 1, "lines")


def test_last_approved_line_wins_and_a_return_gives_the_earlier_back(town: Town) -> None:
    first, second = uuid7(), uuid7()
    town.send("family", a_family("H1"))
    town.send("household_monitoring", lines(("H1", "not_yet")), form_uuid=first)
    town.send("household_monitoring", lines(("H1", "meets")), form_uuid=second)
    decide(town, first, "approve")
    decide(town, second, "approve")
    last = aggregate(town.store, "P-F1")

    decide(town, second, "return", "Se anotó otro hogar")

    assert last == (1, 1, 0, "lines")
    assert aggregate(town.store, "P-F1") == (0, 1, 0, "lines")


def test_line_about_a_family_without_consent_goes_to_quarantine(town: Town) -> None:
    town.send("family", a_family("H1", consent="refused"))

    receipt = town.send("household_monitoring", lines(("H1", "meets")))

    assert receipt.state == "quarantined"
    assert "consentimiento" in receipt.problems[0]["message"]
    with town.store.reading() as session:
        assert session.exec(select(Answer)).all() == []


def test_locked_round_takes_nothing_more(town: Town) -> None:
    uuid = uuid7()
    town.send("monitoring", totals(P_F1=(12, 31, 4)), form_uuid=uuid)
    decide(town, uuid, "approve")
    stepping.lock_round(town.store, town.author, town.where, town.round_uuid)

    with pytest.raises(Conflict):
        town.send("monitoring", totals(P_F1=(13, 31, 4)), round_uuid=town.round_uuid)
    with pytest.raises(Conflict):
        town.send("monitoring", totals(P_F1=(13, 31, 4)), form_uuid=uuid, revision=3)
    assert the_form(town.store, uuid).state == "locked"


def test_withdrawn_sheet_leaves_the_registers(town: Town) -> None:
    uuid = uuid7()
    town.send("monitoring", totals(P_F1=(12, 31, 4)), form_uuid=uuid)
    decide(town, uuid, "approve")

    decide(town, uuid, "withdraw", "Se llenó en otra comunidad")

    assert aggregate(town.store, "P-F1") is None
    with town.store.reading() as session:
        assert session.exec(select(PracticeTotal)).all() == []


def test_entry_kept_by_a_killed_process_is_taken_up_again(town: Town) -> None:
    receipt = town.send("diagnosis", a_diagnosis())
    with town.store.writing() as session:
        entry = session.exec(select(Entry).where(Entry.uuid == receipt.entry_uuid)).one()
        session.get_one(Derivation, entry.id).state = "pending"

    taken = folding.resume(town.store)

    assert taken == 1
    with town.store.reading() as session:
        assert session.get_one(Derivation, entry.id).state == "derived"
        assert len(session.exec(select(Problem)).all()) == 2


def registers(store: Store) -> dict[str, list[tuple[Any, ...]]]:
    """Everything the registers hold, without the house's own integer keys."""
    with store.reading() as session:
        return {
            "forms": sorted(
                (str(f.uuid), f.instrument, f.state, f.revision)
                for f in session.exec(select(Form)).all()
            ),
            "problems": sorted(
                (str(p.uuid), p.description, p.rank, p.rank_women)
                for p in session.exec(select(Problem)).all()
            ),
            "families": sorted(
                (str(f.uuid), f.code, f.state) for f in session.exec(select(Family)).all()
            ),
            "rounds": sorted((str(r.uuid), r.label) for r in session.exec(select(Round)).all()),
            "answers": sorted(
                (str(f), p, a.value, a.verified)
                for a, f, p in session.exec(
                    select(Answer, Family.uuid, PracticeRow.code)
                    .join(Family, col(Family.id) == Answer.family_id)
                    .join(PracticeRow, col(PracticeRow.id) == Answer.practice_id)
                ).all()
            ),
            "aggregates": sorted(
                (code, a.x, a.n, a.missing, a.population or 0, a.source)
                for a, code in session.exec(
                    select(Aggregate, IndicatorRow.code).join(
                        IndicatorRow, col(IndicatorRow.id) == Aggregate.indicator_id
                    )
                ).all()
            ),
        }


def a_busy_town(town: Town) -> None:
    for code in ("H1", "H2", "H3"):
        town.send("family", a_family(code))
    by_home, diagnosed = uuid7(), uuid7()
    town.send("diagnosis", a_diagnosis(), form_uuid=diagnosed)
    town.send("diagnosis", a_diagnosis(families=30), form_uuid=diagnosed, revision=1)
    homes = lines(("H1", "meets"), ("H2", "not_yet"), ("H3", "meets"))
    town.send("household_monitoring", homes, form_uuid=by_home)
    decide(town, by_home, "approve")
    decide(town, diagnosed, "approve")


def test_rebuild_gives_identical_registers(town: Town) -> None:
    a_busy_town(town)
    before = registers(town.store)

    rebuilding.rebuild(town.store)

    assert registers(town.store) == before
    assert before["aggregates"]


def test_erased_family_leaves_its_counts_and_nothing_else(town: Town, tmp_path: Path) -> None:
    a_busy_town(town)
    counted = aggregate(town.store, "P-F1")
    with town.store.reading() as session:
        family = session.exec(select(Family).where(Family.code == "H1")).one()

    erasure.erase_family(
        town.store, town.author, Erasing(family.uuid, "Lo pidió la familia", tmp_path)
    )

    assert aggregate(town.store, "P-F1") == counted
    with town.store.reading() as session:
        kept = b"".join(p.body or b"" for p in session.exec(select(Payload)).all())
        mine = session.exec(select(Entry).where(Entry.family_uuid == family.uuid)).all()
        assert b'"H1"' not in kept
        assert all((session.get_one(Payload, e.id)).body is None for e in mine)
        assert session.exec(select(Answer).where(Answer.family_id == family.id)).all() == []


def test_a_family_that_moved_with_its_community_is_counted_when_it_is_erased(
    town: Town, tmp_path: Path
) -> None:
    a_busy_town(town)
    counted = aggregate(town.store, "P-F1")
    with town.store.writing() as session:
        lost = session.get_one(Community, town.where.community_id)
        session.add(into := Community(code="C-9", name="Nueve", search="nueve", sort_key="nueve"))
        session.flush()
        session.add(Belonging(community_id=into.id, place_id=town.where.place_id or 0))
        session.flush()
        places.merge_communities(session, lost.uuid, into.uuid, date(2026, 11, 1))
        family = session.exec(select(Family).where(Family.code == "H1")).one()

    erasure.erase_family(
        town.store, town.author, Erasing(family.uuid, "Lo pidió la familia", tmp_path)
    )

    with town.store.reading() as session:
        assert session.exec(select(Answer).where(Answer.family_id == family.id)).all() == []
        left = session.exec(select(Residual)).all()
    assert sum(each.n for each in left) > 0
    assert aggregate(town.store, "P-F1") == counted


def test_rebuild_after_an_erasure_gives_identical_registers(town: Town, tmp_path: Path) -> None:
    a_busy_town(town)
    with town.store.reading() as session:
        family = session.exec(select(Family).where(Family.code == "H1")).one()
    erasure.erase_family(
        town.store, town.author, Erasing(family.uuid, "Lo pidió la familia", tmp_path)
    )
    before = registers(town.store)

    rebuilding.rebuild(town.store)

    assert registers(town.store) == before


def test_every_act_is_in_the_trail_and_the_seals_hold(town: Town) -> None:
    a_busy_town(town)
    with town.store.writing() as session:
        sealed = trail.seal(session)

    with town.store.reading() as session:
        rows = session.exec(select(AuditEntry)).all()
        broken = trail.broken_seals(session)

    assert sealed == len(rows) >= 9
    assert broken == []


def test_altered_trail_is_seen(sqlite_town: Town) -> None:
    a_busy_town(sqlite_town)
    with sqlite_town.store.writing() as session:
        trail.seal(session)
    with sqlite_town.store.writing() as session:
        session.exec(select(AuditEntry)).first().reason = "otra"  # type: ignore[union-attr]

    with sqlite_town.store.reading() as session:
        assert trail.broken_seals(session) == [1]


def test_women_and_everyone_put_their_own_problems_first(sqlite_town: Town) -> None:
    uuid = uuid7()
    sqlite_town.send("diagnosis", a_diagnosis(), form_uuid=uuid)

    with sqlite_town.store.reading() as session:
        found = voices.of_diagnosis(session, the_form(sqlite_town.store, uuid))

    assert found is not None
    assert found.everyone[0].description == "El agua llega sin cloro"
    assert found.women[0].description == "La posta queda lejos"


@pytest.mark.parametrize(("theme", "left_out"), [("roads", True), ("health_service", False)])
def test_plan_without_any_of_the_womens_first_problems_says_so(
    sqlite_town: Town, theme: str, left_out: bool
) -> None:
    uuid = uuid7()
    sqlite_town.send("diagnosis", a_diagnosis())
    sqlite_town.send("plan", a_plan(theme), form_uuid=uuid)

    with sqlite_town.store.reading() as session:
        said = voices.women_left_out(session, the_form(sqlite_town.store, uuid))

    assert said is left_out
