"""A community's round decided in one act, after a look at one line in ten drawn by lot."""

from collections.abc import Mapping

import pytest
from sqlmodel import col, select

from app.errors import Conflict, Invalid, Stale
from app.operations import forms, instruments, intake, round_review, stepping
from app.operations.round_review import Dossier, Outcome, Verdict
from app.operations.side_by_side import Eyes
from app.operations.trail import Author
from app.planning import lots
from app.records import cycles
from app.records.aggregates import Aggregate
from app.records.cycles import Round
from app.records.intake import Form
from app.records.trail import AuditEntry
from app.store.types import uuid7
from tests.operations.test_review import a_reviewer, act, the_form
from tests.town import Town, a_diagnosis, a_family, lines, totals

WHOLE = {code: Eyes(("facility",), "whole") for code in instruments.SLUGS}
PLANNER = {
    code: Eyes(("planner",), "stripped" if code == "household_monitoring" else "totals")
    for code in instruments.SLUGS
    if code not in ("family", "self_assessment")
}
HOMES = [f"H{number:02d}" for number in range(1, 13)]


def the_round(town: Town) -> Round:
    with town.store.reading() as session:
        return cycles.rounds(session, town.where.community_id or 0)[-1]


def dossier(
    town: Town, eyes: Mapping[str, Eyes] = PLANNER, author: Author | None = None
) -> Dossier:
    with town.store.reading() as session:
        return round_review.of_round(
            session, author or town.author, town.where, the_round(town), eyes
        )


def decide(
    town: Town, seen: Dossier, marks: Mapping[str, str] | None = None, note: str = "", **over: str
) -> Outcome:
    said = marks if marks is not None else {line.key: "ok" for line in seen.sample}
    revisions = {w.document.uuid: w.document.revision for w in seen.waiting if not w.barred}
    verdict = Verdict(over.get("seed", seen.seed), revisions, said, note)
    return round_review.decide(
        town.store, town.author, town.where, the_round(town), PLANNER, verdict
    )


def twelve_homes(town: Town) -> Form:
    for code in HOMES:
        town.send("family", a_family(code))
    said = [(code, "meets" if n % 2 else "not_yet") for n, code in enumerate(HOMES)]
    return the_form(town, town.send("household_monitoring", lines(*said)))


def states(town: Town) -> dict[str, str]:
    with town.store.reading() as session:
        wanted = select(Form).where(col(Form.instrument).not_in(("family",)))
        return {form.instrument: form.state for form in session.exec(wanted).all()}


def test_two_of_twelve_homes_are_drawn_by_a_seed_that_anybody_can_repeat(town: Town) -> None:
    form = twelve_homes(town)

    found = dossier(town)

    with town.store.reading() as session:
        digest = round_review._digest(session, form)
    keys = [f"{form.uuid}#{row}" for row in range(12)]
    assert (len(found.sample), found.lines) == (2, 12)
    assert {line.key for line in found.sample} == set(lots.drawn(keys, lots.seed_of([digest])))
    assert [line.row for line in found.sample] == sorted(line.row for line in found.sample)


def test_the_lines_are_shown_as_the_reviewer_may_see_them(town: Town) -> None:
    twelve_homes(town)

    stripped, whole = dossier(town).sample[0], dossier(town, WHOLE).sample[0]

    assert "household" not in stripped.answers
    assert whole.answers["household"] == HOMES[whole.row]


def test_everything_is_approved_in_one_act_that_keeps_the_seed(town: Town) -> None:
    twelve_homes(town)
    town.send("diagnosis", a_diagnosis())
    town.send("monitoring", totals(P_F1=(3, 9, 0)))
    seen = dossier(town)

    done = decide(town, seen)

    assert done == Outcome(3, 0, 0)
    assert set(states(town).values()) == {"approved"}
    with town.store.reading() as session:
        act_ = session.exec(select(AuditEntry).where(AuditEntry.action == "approve_all")).one()
        counted = session.exec(select(Aggregate).where(Aggregate.n == 12)).first()
    assert seen.seed in act_.reason
    assert "2/12 líneas miradas, 0 con duda; 3 aprobadas, 0 devueltas" in act_.reason
    assert counted is not None


def test_a_doubtful_line_returns_its_document_with_the_reason_alone(town: Town) -> None:
    form = twelve_homes(town)
    town.send("diagnosis", a_diagnosis())
    seen = dossier(town)
    marks = {line.key: "ok" for line in seen.sample}
    marks[seen.sample[0].key] = "doubt"

    done = decide(town, seen, marks, "La fecha no es de la ronda")

    assert done == Outcome(1, 1, 0)
    assert states(town) == {"household_monitoring": "returned", "diagnosis": "approved"}
    with town.store.reading() as session:
        after = forms.form(session, town.where, form.uuid)
    row = seen.sample[0].row + 1
    assert after.reason == f"Filas con duda: {row}. La fecha no es de la ronda"


def test_a_line_left_unseen_or_a_doubt_without_words_decides_nothing(town: Town) -> None:
    twelve_homes(town)
    seen = dossier(town)
    doubts = {line.key: "doubt" for line in seen.sample}
    with pytest.raises(Invalid, match="Falta mirar 2"):
        decide(town, seen, {})
    with pytest.raises(Invalid, match="cuál es la duda"):
        decide(town, seen, doubts, "  ")

    assert states(town) == {"household_monitoring": "sent"}


def test_what_came_after_the_page_was_shown_is_not_approved_unseen(town: Town) -> None:
    twelve_homes(town)
    seen = dossier(town)
    town.send("diagnosis", a_diagnosis())

    with pytest.raises(Stale):
        decide(town, seen)

    assert set(states(town).values()) == {"sent"}


def test_nothing_waiting_is_nothing_to_decide(sqlite_town: Town) -> None:
    with pytest.raises(Conflict, match="Nada espera"):
        decide(sqlite_town, dossier(sqlite_town))


def test_exceptions_stand_beside_what_waits(town: Town) -> None:
    town.send("monitoring", totals(P_F1=(2, 40, 0)))
    form = the_form(town, town.send("monitoring", totals(P_F2=(2, 4, 0))))
    with town.store.reading() as session:
        first = session.exec(select(Form).where(Form.instrument == "monitoring")).first()
    assert first is not None
    act(town, town.author, first, "approve")
    act(town, town.author, form, "withdraw", "Repetida")
    about = {"label": "2026-II", "held_on": "2026-09-01"}
    stepping.open_round(town.store, town.author, town.where, uuid7(), about)
    said = totals(P_F1=(38, 40, 0)) | {"homes_visited": 60}
    town.send("diagnosis", a_diagnosis())
    reasons = {"homes_visited": "Llegaron familias de la feria"}
    town.send("monitoring", {**said, "_reasons": reasons})

    found = {w.document.instrument: w for w in dossier(town).waiting}

    sheet = found["monitoring"]
    assert [o.reason for o in sheet.overridden] == ["Llegaron familias de la feria"]
    assert [(leap.practice, leap.before.x, leap.after.x) for leap in sheet.leaps] == [
        ("P-F1", 2, 38)
    ]
    assert found["diagnosis"].leaps == ()
    assert dossier(town).wanting == ("plan",)


def test_totals_that_differ_from_the_lines_are_named(town: Town) -> None:
    twelve_homes(town)
    town.send("monitoring", totals(P_F1=(9, 12, 0)))

    (found,) = dossier(town).differing

    assert (found.practice, found.typed.x, found.lines.x) == ("P-F1", 9, 6)


def test_a_reason_about_one_home_is_not_shown_without_the_homes(town: Town) -> None:
    for code in ("H1",):
        town.send("family", a_family(code))
    sheet = lines(("H1", "meets"))
    home = sheet["households"][0]
    home["persons"] = [{"person_no": 1, "person_kind": "child", "birth_date": "2020-01-01"}]
    home["observations"] = [
        {"practice": "P-B1", "person": 1, "value": "meets", "verified": "observed"}
    ]
    path = "households[0].observations[0].value"
    town.send("household_monitoring", {**sheet, "_reasons": {path: "Es su sobrina"}})

    stripped, whole = dossier(town).waiting[0], dossier(town, WHOLE).waiting[0]

    assert [o.reason for o in stripped.overridden] == [""]
    assert [o.reason for o in whole.overridden] == ["Es su sobrina"]


def test_who_returned_an_appealed_document_does_not_approve_it_with_the_rest(town: Town) -> None:
    planner = a_reviewer(town, "Carmen")
    a_reviewer(town, "Elsa")
    receipt: intake.Receipt = town.send("monitoring", totals(P_F1=(3, 9, 0)))
    form = act(town, planner, the_form(town, receipt), "return", "Parece mucho")
    act(town, town.author, form, "appeal", "Contamos casa por casa")

    (mine,), (others,) = dossier(town, author=planner).waiting, dossier(town).waiting

    assert "otra persona" in mine.barred
    assert (others.barred, others.appeal is not None) == ("", True)
