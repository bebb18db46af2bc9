"""A PDLC read whole from its tables: objectives, actions, sheets, links; and back to a file."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar
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
Each = TypeVar("Each")


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
    actions = _below(session, select(StrategicAction), col(StrategicAction.objective_id), keys)
    sheets = _below(session, select(IndicatorSheet), col(IndicatorSheet.objective_id), keys)
    needs = _below(session, select(NeedAnswered), col(NeedAnswered.objective_id), keys)
    serving = _below(session, select(ProposalServing), col(ProposalServing.objective_id), keys)
    action_keys, sheet_keys = [row.id for row in actions], [row.id for row in sheets]
    lines = _grouped(
        _below(session, select(InstitutionalLine), col(InstitutionalLine.action_id), action_keys),
        "action_id",
    )
    targets = _grouped(
        _below(session, select(YearTarget), col(YearTarget.sheet_id), sheet_keys), "sheet_id"
    )
    values = _grouped(
        _below(session, select(TypedValue), col(TypedValue.sheet_id), sheet_keys), "sheet_id"
    )
    proposals = {
        row.id: row
        for row in _below(
            session, select(Proposal), col(Proposal.id), [s.proposal_id for s in serving]
        )
    }
    codes = {row.id: row.code for row in actions}
    by_action, by_sheet = _grouped(actions, "objective_id"), _grouped(sheets, "objective_id")
    by_need, by_proposal = _grouped(needs, "objective_id"), _grouped(serving, "objective_id")
    return Whole(
        plan,
        tuple(
            ObjectiveRead(
                row,
                tuple(sorted(each.need for each in by_need[row.id])),
                tuple(
                    sorted(
                        (proposals[each.proposal_id] for each in by_proposal[row.id]),
                        key=lambda p: (p.fiscal_year, p.number),
                    )
                ),
                tuple(
                    ActionRead(each, tuple(sorted(lines[each.id], key=lambda one: one.id)))
                    for each in sorted(by_action[row.id], key=lambda one: one.code)
                ),
                tuple(
                    Sheet(
                        each,
                        codes.get(each.action_id, row.code) if each.action_id else row.code,
                        {one.year: one.value for one in targets[each.id]},
                        tuple(sorted(values[each.id], key=lambda one: one.year)),
                    )
                    for each in sorted(by_sheet[row.id], key=lambda one: one.id)
                ),
            )
            for row in objectives
        ),
    )


def _below(session: Reading, wanted: Any, column: Any, keys: Sequence[int]) -> list[Any]:
    return list(session.exec(wanted.where(column.in_(keys))).all()) if keys else []


def _grouped(rows: Iterable[Each], key: str) -> defaultdict[int, list[Each]]:
    found: defaultdict[int, list[Each]] = defaultdict(list)
    for row in rows:
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
