"""A plan's actions stand as they were last told, and what adults answered counts at once."""

from typing import Any

import pytest
from sqlmodel import select

from app.errors import Invalid
from app.operations import acting, instruments, plan_progress, rebuilding, receipts
from app.records.plans import Progress
from app.records.surveys import SurveyAnswer
from app.store.types import uuid7
from tests import builders
from tests.town import Town, a_plan


def with_a_plan(town: Town) -> str:
    """Approve a plan; the key of its first action, as the forms offer it."""
    uuid = town.send("plan", a_plan()).form_uuid
    with town.store.reading() as session:
        form = receipts.form_by_uuid(session, uuid)
        assert form is not None
        (action, _), *_ = instruments.choices(session, town.where, "actions")
    acting.act_on(town.store, town.author, town.where, form, {"verb": "approve"})
    return action


def tell(town: Town, action: str, day: str, **row: Any) -> None:
    """Tell how an action stands in a month; a lower share has its reason."""
    told = {"action": action, "state": "in_progress", **row}
    reasons = {"told[0].share": "Se cuenta un mes anterior"} if row["share"] == 20 else {}
    town.send("progress", {"date": day, "told": [told], "_reasons": reasons})


def test_an_action_stands_as_the_newest_month_tells(town: Town) -> None:
    action = with_a_plan(town)
    tell(town, action, "2026-05-20", share=60, total=31, ready=18)
    tell(town, action, "2026-04-02", share=20)

    with town.store.reading() as session:
        first, *others = plan_progress.of_plan(session, town.where.community_id or 0)

    assert (first.state, first.share, first.ready, first.total) == ("in_progress", 60, 18, 31)
    assert str(first.month) == "2026-05-01"
    assert {each.state for each in others} <= {""}


def test_progress_that_goes_back_needs_a_reason(town: Town) -> None:
    action = with_a_plan(town)
    tell(town, action, "2026-04-02", share=60)

    with pytest.raises(Invalid) as refused:
        tell(town, action, "2026-05-20", share=50)
    reasoned = {"told[0].share": "La lluvia se llevó la zanja"}
    told = [{"action": action, "state": "in_progress", "share": 50}]
    town.send("progress", {"date": "2026-05-20", "told": told, "_reasons": reasoned})

    assert refused.value.field == "told[0].share"
    with town.store.reading() as session:
        first, *_ = plan_progress.of_plan(session, town.where.community_id or 0)
    assert first.share == 50


def test_a_correction_leaves_one_row_and_a_rebuild_the_same(town: Town) -> None:
    action, uuid = with_a_plan(town), uuid7()
    told = {"action": action, "state": "in_progress", "share": 10}
    town.send("progress", {"date": "2026-05-20", "told": [told]}, form_uuid=uuid)
    done = {"action": action, "state": "done", "share": 100}
    town.send("progress", {"date": "2026-05-20", "told": [done]}, form_uuid=uuid, revision=1)
    town.send("social_capital", builders.a_survey(), round_uuid=town.round_uuid)
    with town.store.reading() as session:
        before = session.exec(select(Progress.uuid, Progress.state, Progress.share)).all()
        asked = session.exec(select(SurveyAnswer.uuid, SurveyAnswer.facts)).all()

    rebuilding.rebuild(town.store)

    with town.store.reading() as session:
        again = session.exec(select(Progress.uuid, Progress.state, Progress.share)).all()
        asked_again = session.exec(select(SurveyAnswer.uuid, SurveyAnswer.facts)).all()
    assert before == again
    assert [row[1:] for row in again] == [("done", 100)]
    assert asked == asked_again
    assert asked[0][1]["trust"] == "yes"
    assert "adult_age" not in asked[0][1]


def test_whoever_does_not_agree_leaves_nothing(town: Town) -> None:
    with pytest.raises(Invalid):
        town.send("social_capital", builders.a_survey(consent="refused"))

    with town.store.reading() as session:
        assert session.exec(select(SurveyAnswer)).all() == []
