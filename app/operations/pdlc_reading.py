"""A PDLC read whole from its tables: objectives, actions, sheets, links; and back to a file."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import or_
from sqlmodel import col, select

from app.errors import Unknown
from app.operations.pdlc_content import (
    ActionText,
    Content,
    LineText,
    ObjectiveText,
    PlanText,
    SheetText,
)
from app.planning.gaps import Direction
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
from app.records.proposals import Proposal
from app.store.sessions import Reading

SHEET_WORDS = (
    *("code", "name", "justification", "responsible", "limitations", "method", "direction"),
    *("assumptions", "source", "unit", "frequency", "baseline_year", "baseline", "indicator"),
)


@dataclass(frozen=True, slots=True)
class Sheet:
    """An indicator sheet with its years; ``of`` is the code of its objective or action."""

    row: IndicatorSheet
    of: str
    targets: dict[int, float]
    values: tuple[TypedValue, ...]

    @property
    def way(self) -> Pathway:
        """Its baseline and targets, as the rules read them."""
        direction: Direction = "down" if self.row.direction == "down" else "up"
        return Pathway(direction, self.row.baseline_year, self.row.baseline, self.targets)


@dataclass(frozen=True, slots=True)
class ActionRead:
    """A strategic action with its lines."""

    row: StrategicAction
    lines: tuple[InstitutionalLine, ...]


@dataclass(frozen=True, slots=True)
class ObjectiveRead:
    """An objective with all that hangs on it."""

    row: Objective
    needs: tuple[str, ...]
    proposals: tuple[Proposal, ...]
    actions: tuple[ActionRead, ...]
    sheets: tuple[Sheet, ...]


@dataclass(frozen=True, slots=True)
class Whole:
    """A plan with everything in it, by code."""

    plan: Pdlc
    objectives: tuple[ObjectiveRead, ...]

    @property
    def sheets(self) -> tuple[Sheet, ...]:
        """Every indicator sheet."""
        return tuple(sheet for objective in self.objectives for sheet in objective.sheets)


def in_force(session: Reading, where: Where) -> Pdlc | None:
    """The plan in force of a district, if it has one."""
    return session.exec(
        select(Pdlc)
        .where(Pdlc.place_id == where.place_id, Pdlc.state == "in_force")
        .order_by(col(Pdlc.id).desc())
    ).first()


def versions(session: Reading, where: Where) -> Sequence[Pdlc]:
    """Every plan of a district, the newest first."""
    return session.exec(
        select(Pdlc).where(Pdlc.place_id == where.place_id).order_by(col(Pdlc.id).desc())
    ).all()


def find(session: Reading, where: Where, uuid: UUID, *, public: bool = False) -> Pdlc:
    """The plan with this key; the public knows of the one in force alone.

    Raises
    ------
    Unknown
        The district has none.
    """
    row = session.exec(
        select(Pdlc).where(Pdlc.uuid == uuid, Pdlc.place_id == where.place_id)
    ).first()
    if row is None or (public and row.state != "in_force"):
        raise Unknown("El distrito no tiene ese plan.", remedy="Vuelva a la página del plan.")
    return row


def of_need(session: Reading, where: Where, needs: Sequence[str]) -> list[tuple[Pdlc, Objective]]:
    """The objectives of the plan in force that answer one of these needs, or measure it."""
    plan = in_force(session, where)
    if plan is None:
        return []
    answering = select(NeedAnswered.objective_id).where(col(NeedAnswered.need).in_(needs))
    measuring = select(IndicatorSheet.objective_id).where(col(IndicatorSheet.indicator).in_(needs))
    rows = session.exec(
        select(Objective)
        .where(
            Objective.pdlc_id == plan.id,
            or_(col(Objective.id).in_(answering), col(Objective.id).in_(measuring)),
        )
        .order_by(col(Objective.code))
    ).all()
    return [(plan, row) for row in rows]


def of_proposal(session: Reading, where: Where, proposal: Proposal) -> list[tuple[Pdlc, Objective]]:
    """The objectives of the plan in force that a proposal serves."""
    plan = in_force(session, where)
    if plan is None:
        return []
    rows = session.exec(
        select(Objective)
        .join(ProposalServing, col(ProposalServing.objective_id) == Objective.id)
        .where(Objective.pdlc_id == plan.id, ProposalServing.proposal_id == proposal.id)
        .order_by(col(Objective.code))
    ).all()
    return [(plan, row) for row in rows]


def whole(session: Reading, plan: Pdlc) -> Whole:
    """A plan with its objectives, actions, sheets and links."""
    objectives = session.exec(
        select(Objective).where(Objective.pdlc_id == plan.id).order_by(col(Objective.code))
    ).all()
    keys = [row.id for row in objectives]
    needs = _below(session, NeedAnswered, "objective_id", keys)
    proposals = _proposals(session, keys)
    actions = _actions(session, keys)
    sheets = _sheets(session, keys, {row.id: row.code for row in objectives}, actions)
    return Whole(
        plan,
        tuple(
            ObjectiveRead(
                row,
                tuple(sorted(each.need for each in needs[row.id])),
                proposals[row.id],
                tuple(each for each in actions if each.row.objective_id == row.id),
                tuple(each for each in sheets if each.row.objective_id == row.id),
            )
            for row in objectives
        ),
    )


def _proposals(session: Reading, keys: Sequence[int]) -> defaultdict[int, tuple[Proposal, ...]]:
    """The proposals that serve each objective, by year and number."""
    found: defaultdict[int, tuple[Proposal, ...]] = defaultdict(tuple)
    rows = session.exec(
        select(ProposalServing.objective_id, Proposal)
        .join(Proposal, col(Proposal.id) == ProposalServing.proposal_id)
        .where(col(ProposalServing.objective_id).in_(keys))
        .order_by(col(Proposal.fiscal_year), col(Proposal.number))
    ).all()
    for objective_id, row in rows:
        found[objective_id] += (row,)
    return found


def _actions(session: Reading, keys: Sequence[int]) -> list[ActionRead]:
    rows = session.exec(
        select(StrategicAction)
        .where(col(StrategicAction.objective_id).in_(keys))
        .order_by(col(StrategicAction.code))
    ).all()
    lines = _below(session, InstitutionalLine, "action_id", [row.id for row in rows])
    return [ActionRead(row, tuple(sorted(lines[row.id], key=lambda n: n.id))) for row in rows]


def _sheets(
    session: Reading,
    keys: Sequence[int],
    objectives: Mapping[int, str],
    actions: Sequence[ActionRead],
) -> list[Sheet]:
    rows = session.exec(
        select(IndicatorSheet)
        .where(col(IndicatorSheet.objective_id).in_(keys))
        .order_by(col(IndicatorSheet.id))
    ).all()
    mine = [row.id for row in rows]
    targets = _below(session, YearTarget, "sheet_id", mine)
    values = _below(session, TypedValue, "sheet_id", mine)
    codes = {each.row.id: each.row.code for each in actions}
    return [
        Sheet(
            row,
            codes[row.action_id] if row.action_id else objectives[row.objective_id],
            {each.year: each.value for each in targets[row.id]},
            tuple(sorted(values[row.id], key=lambda each: each.year)),
        )
        for row in rows
    ]


def _below(
    session: Reading, table: Any, key: str, keys: Sequence[int]
) -> defaultdict[int, list[Any]]:
    """The rows of a table that hang on these keys, by key."""
    found: defaultdict[int, list[Any]] = defaultdict(list)
    for row in session.exec(select(table).where(getattr(table, key).in_(keys))).all():
        found[getattr(row, key)].append(row)
    return found


def content_of(found: Whole) -> Content:
    """What a plan says, as it would be written to a file."""
    plan = found.plan
    return Content(
        PlanText(
            *(plan.title, plan.first_year, plan.last_year, plan.vision, plan.ordinance),
            plan.approved_on,
        ),
        tuple(
            ObjectiveText(each.row.code, each.row.statement, each.row.expected, each.needs)
            for each in found.objectives
        ),
        tuple(
            ActionText(
                *(a.row.code, a.row.statement, a.row.responsible, a.row.route, a.row.priority),
                tuple(LineText(one.kind, one.code, one.name, one.year) for one in a.lines),
            )
            for each in found.objectives
            for a in each.actions
        ),
        tuple(sheet_text(sheet) for sheet in found.sheets),
    )


def sheet_text(sheet: Sheet) -> SheetText:
    """What an indicator sheet says, as it would be written to a file."""
    return SheetText(
        **{name: getattr(sheet.row, name) for name in SHEET_WORDS},
        of=sheet.of,
        targets=dict(sorted(sheet.targets.items())),
    )


def sheet_of(found: Whole, uuid: UUID) -> Sheet:
    """The sheet of a plan with this key."""
    row = next((sheet for sheet in found.sheets if sheet.row.uuid == uuid), None)
    if row is None:
        raise Unknown("El plan no tiene esa ficha.", remedy="Vuelva a la página del plan.")
    return row


def objective_of_code(found: Whole, code: str) -> ObjectiveRead:
    """The objective of a plan that is called so."""
    row = next((each for each in found.objectives if each.row.code == code), None)
    if row is None:
        raise Unknown("El plan no tiene el objetivo {code}.", code=code)
    return row
