"""Changes to what a draft of a PDLC says, by hand.

The same checks as for a file: targets on the right side of the baseline, years of the plan,
codes of their level, nothing twice.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from sqlmodel import select

from app.errors import Conflict, Invalid, Unknown
from app.operations import pdlc, pdlc_links, pdlc_reading
from app.operations.pdlc import Seen
from app.operations.pdlc_content import action_code, objective_code, objective_of
from app.operations.pdlc_reading import SHEET_WORDS, ObjectiveRead, Whole
from app.operations.trail import Author
from app.planning import pathways
from app.planning.pathways import Pathway
from app.records.pdlc import (
    IndicatorSheet,
    InstitutionalLine,
    NeedAnswered,
    Objective,
    Pdlc,
    ProposalServing,
    StrategicAction,
    TypedValue,
    YearTarget,
)
from app.records.places import Where
from app.store.sessions import Writing

DRAFT = ("draft",)


class WrongPath(Invalid):
    """The baseline or a target of an indicator cannot be."""


@dataclass(frozen=True, slots=True)
class SheetEdit:
    """What an indicator sheet says; ``targets`` are all of its targets."""

    words: Mapping[str, Any]
    targets: Mapping[int, float] = field(default_factory=dict)


def describe(
    session: Writing, author: Author, where: Where, seen: Seen, given: tuple[str, str]
) -> Pdlc:
    """Title and vision of a draft.

    Raises
    ------
    Stale, Conflict
        As in ``pdlc.at_revision``.
    Invalid
        No title.
    """
    plan = pdlc.at_revision(session, where, seen, DRAFT)
    if not given[0].strip():
        raise Invalid("El plan necesita un título.", field="title")
    plan.title, plan.vision = given[0].strip()[:200], given[1].strip()[:2000]
    return pdlc.done(session, author, where, plan, "describe")


def put_objective(
    session: Writing,
    author: Author,
    where: Where,
    seen: Seen,
    given: tuple[str, str, str],
) -> Pdlc:
    """An objective of a draft, new or changed: its code, statement and expected result."""
    plan = pdlc.at_revision(session, where, seen, DRAFT)
    code, statement = objective_code(given[0]), given[1].strip()
    if code is None:
        raise _bad_code(given[0], "OE.01")
    _need_text(statement, "statement")
    row = _objective(session, plan, code) or Objective(pdlc_id=plan.id, code=code, statement="")
    row.statement, row.expected = statement[:500], given[2].strip()[:1000]
    session.add(row)
    return pdlc.done(session, author, where, plan, f"put {code}")


@dataclass(frozen=True, slots=True)
class ActionEdit:
    """What a strategic action says."""

    code: str
    statement: str
    responsible: str = ""
    route: str = ""
    priority: int | None = None


def put_action(
    session: Writing, author: Author, where: Where, seen: Seen, given: ActionEdit
) -> Pdlc:
    """A strategic action of a draft, new or changed; its code says of which objective."""
    plan = pdlc.at_revision(session, where, seen, DRAFT)
    code = action_code(given.code)
    if code is None:
        raise _bad_code(given.code, "AE.01.01")
    objective = _objective(session, plan, objective_of(code))
    if objective is None:
        raise Unknown(
            "El plan no tiene el objetivo {code}, del que sería esa acción.",
            remedy="Agregue antes el objetivo o corrija el código.",
            field="code",
            code=objective_of(code),
        )
    _need_text(given.statement.strip(), "statement")
    row = session.exec(
        select(StrategicAction).where(
            StrategicAction.objective_id == objective.id, StrategicAction.code == code
        )
    ).first() or StrategicAction(objective_id=objective.id, code=code, statement="")
    row.statement, row.responsible = given.statement.strip()[:500], given.responsible.strip()[:200]
    row.route, row.priority = given.route.strip()[:300], given.priority
    session.add(row)
    return pdlc.done(session, author, where, plan, f"put {code}")


def put_sheet(
    session: Writing,
    author: Author,
    where: Where,
    about: tuple[Seen, UUID | None, str],
    given: SheetEdit,
) -> Pdlc:
    """An indicator sheet of a draft, changed (by its key) or new, under an OE or AE by its code.

    Raises
    ------
    Invalid, WrongPath
        A word is not one of its list; the baseline or a target cannot be.
    """
    seen, uuid, of = about
    plan = pdlc.at_revision(session, where, seen, DRAFT)
    found = pdlc_reading.whole(session, plan)
    objective, action_id = _owner(found, of)
    if uuid is None:
        row = IndicatorSheet(objective_id=objective.row.id, code="", name="")
    else:
        row = pdlc_reading.sheet_of(found, uuid).row
    row.objective_id, row.action_id = objective.row.id, action_id
    for name in SHEET_WORDS:
        if name in given.words:
            setattr(row, name, given.words[name])
    row.code = row.code or f"IND.{len(found.sheets) + 1:02d}"
    _need_text(row.name, "name")
    if any(s.row.code == row.code and s.row.uuid != uuid for s in found.sheets):
        raise Conflict("El código {code} ya es de otro indicador.", field="code", code=row.code)
    _refuse_path(session, where, plan, row, given.targets)
    session.add(row)
    session.flush()
    pdlc.delete_rows(session, (YearTarget,), "sheet_id", [row.id])
    for year, value in given.targets.items():
        session.add(YearTarget(sheet_id=row.id, year=year, value=value))
    return pdlc.done(session, author, where, plan, f"put {row.code}")


def _refuse_path(
    session: Writing, where: Where, plan: Pdlc, row: IndicatorSheet, targets: Mapping[int, float]
) -> None:
    if row.direction not in ("up", "down"):
        raise Invalid("El sentido es ascendente o descendente.", field="direction")
    if row.indicator:
        pdlc_links.refuse_link(session, where, row)
    direction: Any = row.direction
    way = Pathway(direction, row.baseline_year, row.baseline, targets)
    wrong = pathways.faults(way, (plan.first_year, plan.last_year), row.unit)
    if wrong:
        numbers: dict[str, Any] = dict(wrong[0].reason.numbers)
        raise WrongPath(
            wrong[0].reason.text,
            remedy="Revise la meta, la línea base, el sentido esperado o el periodo.",
            field=f"target {wrong[0].year}" if wrong[0].year else "baseline",
            **numbers,
        )


def drop(session: Writing, author: Author, where: Where, about: tuple[Seen, str]) -> Pdlc:
    """Take an objective, action or indicator out of a draft, with all that hangs on it."""
    seen, code = about
    plan = pdlc.at_revision(session, where, seen, DRAFT)
    found = pdlc_reading.whole(session, plan)
    objectives = [o for o in found.objectives if o.row.code == code]
    actions = [
        a for o in found.objectives for a in o.actions if o in objectives or a.row.code == code
    ]
    keys = {a.row.id for a in actions}
    sheets = [
        s
        for o in found.objectives
        for s in o.sheets
        if o in objectives or s.row.action_id in keys or s.row.code == code
    ]
    if not (objectives or actions or sheets):
        raise Unknown("El plan no tiene nada con el código {code}.", code=code)
    pdlc.delete_rows(session, (YearTarget, TypedValue), "sheet_id", [s.row.id for s in sheets])
    pdlc.delete_rows(session, (IndicatorSheet,), "id", [s.row.id for s in sheets])
    pdlc.delete_rows(session, (InstitutionalLine,), "action_id", keys)
    pdlc.delete_rows(session, (StrategicAction,), "id", keys)
    mine = [o.row.id for o in objectives]
    pdlc.delete_rows(session, (NeedAnswered, ProposalServing), "objective_id", mine)
    pdlc.delete_rows(session, (Objective,), "id", mine)
    return pdlc.done(session, author, where, plan, f"drop {code}")


def _owner(found: Whole, of: str) -> tuple[ObjectiveRead, int | None]:
    """The objective under which a sheet stands, and the action if it is one's."""
    for objective in found.objectives:
        if objective.row.code == of:
            return objective, None
        for action in objective.actions:
            if action.row.code == of:
                return objective, action.row.id
    raise Unknown("El plan no tiene nada con el código {code}.", field="of", code=of)


def _objective(session: Writing, plan: Pdlc, code: str) -> Objective | None:
    return session.exec(
        select(Objective).where(Objective.pdlc_id == plan.id, Objective.code == code)
    ).first()


def _bad_code(typed: str, example: str) -> Invalid:
    return Invalid(
        "«{typed}» no es un código de este nivel.",
        remedy=f"Escríbalo como {example}.",
        field="code",
        typed=typed[:20],
    )


def _need_text(text: str, name: str) -> None:
    if not text.strip():
        raise Invalid("Falta escribir qué dice.", field=name)
