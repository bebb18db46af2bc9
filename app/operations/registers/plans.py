"""The communal plan, what was done, and what the community says became of it."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any
from uuid import uuid5

from sqlmodel import col, select

from app.operations import request_numbers
from app.operations.registers.filled import Filled, day, geom, total, uuid_or_none
from app.records.diagnoses import Diagnosis, Problem
from app.records.plans import Action, Activity, Challenge, Outcome, Plan, Progress


def plan(filled: Filled) -> None:
    """The plan and its actions; says whether it takes up what the women put first."""
    filled.clear()
    answers, session = filled.answers, filled.session
    made = Plan(
        uuid=uuid5(filled.form.uuid, "plan"),
        **filled.head,
        cycle_id=filled.form.cycle_id,
        assembled_on=filled.date,
        starts_on=filled.day("period_start"),
        ends_on=filled.day("period_end"),
        women=answers.get("attendees_women"),
        men=answers.get("attendees_men"),
        takes_up_women=_takes_up_women(filled),
    )
    session.add(made)
    session.flush()
    asked = [_action(filled, made, at, row) for at, row in enumerate(filled.rows("actions"))]
    session.add_all(asked)
    uuids = [action.uuid for action in asked]
    request_numbers.give(session, made.community_id, made.assembled_on, uuids)


def _action(filled: Filled, made: Plan, index: int, row: Mapping[str, Any]) -> Action:
    cost = row.get("cost_soles")
    return Action(
        uuid=filled.uuid("action", index, row),
        **filled.head,
        plan_id=made.id,
        position=index,
        title=row["action"],
        kind=row["kind"],
        theme=row.get("theme") or "",
        problem=row.get("problem") or "",
        indicator=row.get("indicator") or row.get("practice"),
        expected=row.get("expected_result") or "",
        families=row.get("families_benefited"),
        people=row.get("people_benefited"),
        responsible=row.get("responsible") or "",
        starts_on=day(row.get("start")),
        ends_on=day(row.get("end")),
        cost_cents=None if cost is None else int((Decimal(str(cost)) * 100).to_integral_value()),
        votes=total(row.get("votes_women"), row.get("votes_men")),
        to_budget=row.get("raise_to_budget") == "yes",
        geom=geom(row.get("place")),
    )


def _takes_up_women(filled: Filled) -> bool | None:
    last = filled.session.exec(
        select(Diagnosis)
        .where(Diagnosis.community_id == filled.form.community_id)
        .order_by(col(Diagnosis.assembled_on).desc(), col(Diagnosis.id).desc())
        .limit(1)
    ).first()
    if last is None:
        return None
    first = filled.session.exec(
        select(Problem).where(Problem.form_id == last.form_id, col(Problem.rank_women) <= 3)
    ).all()
    named = {str(p.uuid) for p in first} | {p.description for p in first}
    themes = {p.theme for p in first}
    return any(
        row.get("problem") in named or (not row.get("problem") and row.get("theme") in themes)
        for row in filled.rows("actions")
    )


def activity(filled: Filled) -> None:
    """A session, campaign or faena."""
    filled.clear()
    answers = filled.answers
    filled.session.add(
        Activity(
            uuid=uuid5(filled.form.uuid, "activity"),
            **filled.head,
            kind=answers["kind"],
            theme=answers.get("theme") or "",
            on=filled.date,
            women=answers.get("attendees_women") or 0,
            men=answers.get("attendees_men") or 0,
            action_uuid=uuid_or_none(answers.get("action")),
        )
    )


def progress(filled: Filled) -> None:
    """How each action stands in a month."""
    filled.clear()
    for index, row in enumerate(filled.rows("told")):
        action = uuid_or_none(row.get("action"))
        filled.session.add(
            Progress(
                uuid=filled.uuid("progress", index, row),
                **filled.head,
                month=filled.date.replace(day=1),
                action_uuid=action,
                title="" if action else str(row.get("action") or ""),
                state=row["state"],
                share=100 if row["state"] == "done" else row.get("share"),
                ready=row.get("ready"),
                total=row.get("total"),
                done=row.get("done") or "",
                obstacle=row.get("obstacle") or "",
            )
        )


def evaluation(filled: Filled) -> None:
    """What became of each action, and the challenges that come next."""
    filled.clear()
    for index, row in enumerate(filled.rows("results")):
        filled.session.add(
            Outcome(
                uuid=filled.uuid("outcome", index, row),
                **filled.head,
                cycle_id=filled.form.cycle_id,
                action_uuid=uuid_or_none(row.get("action")),
                title="" if uuid_or_none(row.get("action")) else str(row.get("action") or ""),
                result=row["outcome"],
                why=row.get("why") or "",
            )
        )
    for index, row in enumerate(filled.rows("challenges")):
        filled.session.add(
            Challenge(
                uuid=filled.uuid("challenge", index, row),
                **filled.head,
                text=row["challenge"],
                theme=row.get("theme") or "",
            )
        )
