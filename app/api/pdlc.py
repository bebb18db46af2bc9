"""The PDLC of a district as other systems read it, and the edits of a draft.

Every part carries the version of the whole plan: a change says it in If-Match. The public
reads the plan in force, with the figures that were published. Files come in by the page alone.
"""

from datetime import date
from typing import Annotated, Any, Literal
from uuid import UUID

from fastapi import APIRouter, Depends, Query, Response
from pydantic import BaseModel, Field

from app.api.figure_shapes import CountOut, DayDep, ReasonOut
from app.api.shapes import IfMatch, Shape, Words, etag, revision_of
from app.errors import Unknown
from app.http.errors import responses
from app.http.gate import Passage, Permit, ReadDep, StoreDep
from app.operations import pdlc_drafting, pdlc_edits, pdlc_progress, pdlc_reading
from app.operations.pdlc import Seen
from app.operations.pdlc_edits import SheetEdit
from app.operations.pdlc_progress import Line
from app.operations.pdlc_reading import SHEET_WORDS, ObjectiveRead, Sheet
from app.records.pdlc import Pdlc
from app.store.sessions import Reading

router = APIRouter(tags=["pdlc"])
ReaderDep = Annotated[Passage, Depends(Permit("pdlc", "read"), scope="function")]
WriterDep = Annotated[Passage, Depends(Permit("pdlc", "write"), scope="function")]
Year = Annotated[int, Field(ge=2000, le=2100, examples=[2027])]
Value = Annotated[float, Field(ge=-1e12, le=1e12, allow_inf_nan=False, examples=[45.5])]
CHANGES = responses(409, 412, 428)
BASE = "/districts/{ubigeo}/pdlc"


class ActualOut(BaseModel):
    """What an indicator has reached, and what stands behind it."""

    value: float = Field(description="En la unidad de la ficha.", examples=[45.9])
    low: float
    high: float
    on: date | None
    round: str = Field(description="La ronda o el año de un valor anotado.")
    count: CountOut | None = None
    communities: int | None = Field(default=None, description="Con dato.")
    source: str = ""


class TargetOut(BaseModel):
    """What should be reached in a year."""

    year: int = Field(examples=[2027])
    value: float = Field(examples=[50.0])


class SheetOut(BaseModel):
    """An indicator sheet with its progress; shares of the way go from 0 to 1."""

    uuid: UUID
    code: str = Field(examples=["IND.01"])
    of: str = Field(description="Objetivo o acción.", examples=["OE.01"])
    name: str
    justification: str
    responsible: str
    limitations: str
    method: str
    direction: str = Field(description="up: más es mejor; down: menos es mejor.")
    assumptions: str
    source: str
    unit: str = Field(examples=["%"])
    frequency: str
    indicator: str = Field(description="Del catálogo; vacío si ninguna ronda lo mide.")
    baseline_year: int | None
    baseline: float | None
    targets: list[TargetOut]
    actual: ActualOut | None
    due: float | None = Field(description="Meta del año de la fecha.")
    way: float | None = Field(description="Parte del camino hecha; nulo si no se sabe.")
    way_low: float | None
    way_high: float | None
    verdict: ReasonOut

    @classmethod
    def of_line(cls, line: Line) -> "SheetOut":
        """A sheet with its line of the board."""
        sheet, told = line.sheet, line.progress
        return cls(
            uuid=sheet.row.uuid,
            of=sheet.of,
            **{name: getattr(sheet.row, name) for name in SHEET_WORDS},
            targets=[TargetOut(year=y, value=v) for y, v in sorted(sheet.targets.items())],
            actual=_actual(line),
            due=line.due,
            way=told.share,
            way_low=told.low,
            way_high=told.high,
            verdict=ReasonOut.of(told.reason),
        )


def _actual(line: Line) -> ActualOut | None:
    found = line.actual
    if found is None:
        return None
    return ActualOut(
        value=found.reached.value,
        low=found.reached.low,
        high=found.reached.high,
        on=found.on,
        round=found.label,
        count=CountOut.of(found.count) if found.count else None,
        communities=found.communities,
        source=found.source,
    )


class LineOut(BaseModel):
    """A line of the PEI or POI, or a project."""

    kind: str = Field(description="pei, poi o project.")
    code: str
    name: str
    year: int | None


class ActionOut(BaseModel):
    """A strategic action."""

    uuid: UUID
    code: str = Field(examples=["AE.01.01"])
    statement: str
    responsible: str
    route: str
    priority: int | None
    lines: list[LineOut]


class ObjectiveOut(BaseModel):
    """An objective with all that hangs on it."""

    uuid: UUID
    code: str = Field(examples=["OE.01"])
    statement: str
    expected: str
    needs: list[str] = Field(description="Prioridades que atiende.", examples=[["AG-02"]])
    proposals: list[UUID]
    actions: list[ActionOut]
    indicators: list[SheetOut]


class PdlcOut(BaseModel):
    """A whole plan on a day."""

    uuid: UUID
    title: str
    first_year: int
    last_year: int
    vision: str
    ordinance: str
    approved_on: date | None
    state: str = Field(description="draft, in_force, superseded o discarded.")
    revision: int
    day: date
    objectives: list[ObjectiveOut]


class PdlcIn(Shape):
    """The title and period of a draft that is made from the priorities."""

    title: Annotated[Words, Field(min_length=1, max_length=200, examples=["PDLC 2027-2034"])]
    first_year: Year
    last_year: Year


class ObjectivePatch(Shape):
    """What changes in an objective; what is left out stays."""

    statement: Annotated[Words, Field(min_length=1, max_length=500)] | None = None
    expected: Annotated[Words, Field(max_length=500)] | None = None


class TargetIn(Shape):
    """What should be reached in a year."""

    year: Year
    value: Value


class SheetPatch(Shape):
    """What changes in an indicator sheet; what is left out stays. Targets are all of them."""

    name: Annotated[Words, Field(min_length=1, max_length=300)] | None = None
    justification: Words | None = None
    responsible: Annotated[Words, Field(max_length=200)] | None = None
    limitations: Words | None = None
    method: Words | None = None
    direction: Literal["up", "down"] | None = None
    assumptions: Words | None = None
    source: Annotated[Words, Field(max_length=300)] | None = None
    unit: Annotated[Words, Field(min_length=1, max_length=40)] | None = None
    frequency: Annotated[Words, Field(max_length=60)] | None = None
    indicator: Annotated[Words, Field(max_length=20)] | None = None
    baseline_year: Year | None = None
    baseline: Value | None = None
    targets: Annotated[list[TargetIn], Field(max_length=40)] | None = None


@router.get(BASE)
def read_pdlc(
    passage: ReaderDep,
    session: ReadDep,
    day: DayDep,
    response: Response,
    plan: Annotated[UUID | None, Query(description="Otro plan que el vigente.")] = None,
) -> PdlcOut:
    """The plan in force, or another one by its key; its version is the ETag."""
    public = passage.view == "public"
    if plan is not None:
        row = pdlc_reading.find(session, passage.where, plan, public=public)
    else:
        found = pdlc_reading.in_force(session, passage.where)
        if found is None:
            raise Unknown("El distrito no tiene un PDLC vigente.", remedy="Impórtelo en su página.")
        row = found
    response.headers["ETag"] = etag(row.revision)
    return _whole(session, passage, row, day)


@router.post(BASE, status_code=201, responses=responses(409))
def draft_pdlc(
    given: PdlcIn, passage: WriterDep, store: StoreDep, day: DayDep, response: Response
) -> PdlcOut:
    """A draft from the priorities of a day."""
    with store.writing() as session:
        asked = (given.title, given.first_year, given.last_year)
        row = pdlc_drafting.draft(session, passage.author, passage.where, day, asked)
        response.headers["ETag"] = etag(row.revision)
        return _whole(session, passage, row, day)


@router.patch(BASE + "/{plan}/objectives/{code}", responses=CHANGES)
def edit_objective(
    plan: UUID,
    code: Annotated[str, Field(max_length=12)],
    given: ObjectivePatch,
    passage: WriterDep,
    store: StoreDep,
    day: DayDep,
    response: Response,
    if_match: IfMatch = None,
) -> PdlcOut:
    """Change what an objective of a draft says."""
    seen = Seen(plan, revision_of(if_match))
    with store.writing() as session:
        row = pdlc_reading.find(session, passage.where, plan)
        before = pdlc_reading.objective_of_code(pdlc_reading.whole(session, row), code).row
        said = (
            code,
            before.statement if given.statement is None else given.statement,
            before.expected if given.expected is None else given.expected,
        )
        changed = pdlc_edits.put_objective(session, passage.author, passage.where, seen, said)
        response.headers["ETag"] = etag(changed.revision)
        return _whole(session, passage, changed, day)


@router.patch(BASE + "/{plan}/indicators/{uuid}", responses=CHANGES)
def edit_indicator(
    plan: UUID,
    uuid: UUID,
    given: SheetPatch,
    passage: WriterDep,
    store: StoreDep,
    day: DayDep,
    response: Response,
    if_match: IfMatch = None,
) -> PdlcOut:
    """Change an indicator sheet of a draft; checked as a whole."""
    seen = Seen(plan, revision_of(if_match))
    with store.writing() as session:
        row = pdlc_reading.find(session, passage.where, plan)
        before = pdlc_reading.sheet_of(pdlc_reading.whole(session, row), uuid)
        about = (seen, uuid, before.of)
        edit = _edit(before, given)
        changed = pdlc_edits.put_sheet(session, passage.author, passage.where, about, edit)
        response.headers["ETag"] = etag(changed.revision)
        return _whole(session, passage, changed, day)


def _edit(before: Sheet, given: SheetPatch) -> SheetEdit:
    words: dict[str, Any] = given.model_dump(exclude={"targets"}, exclude_none=True)
    if given.targets is None:
        return SheetEdit(words, before.targets)
    return SheetEdit(words, {each.year: each.value for each in given.targets})


def _whole(session: Reading, passage: Passage, row: Pdlc, day: date) -> PdlcOut:
    public = passage.view == "public"
    found = pdlc_reading.whole(session, row)
    lines = pdlc_progress.board(session, passage.where, day, found, public=public)
    return PdlcOut(
        uuid=row.uuid,
        title=row.title,
        first_year=row.first_year,
        last_year=row.last_year,
        vision=row.vision,
        ordinance=row.ordinance,
        approved_on=row.approved_on,
        state=row.state,
        revision=row.revision,
        day=day,
        objectives=[
            _objective(each, [lines[s.row.id] for s in each.sheets], public=public)
            for each in found.objectives
        ],
    )


def _objective(each: ObjectiveRead, lines: list[Line], *, public: bool) -> ObjectiveOut:
    return ObjectiveOut(
        uuid=each.row.uuid,
        code=each.row.code,
        statement=each.row.statement,
        expected=each.row.expected,
        needs=list(each.needs),
        proposals=[] if public else [p.uuid for p in each.proposals],
        actions=[
            ActionOut(
                uuid=a.row.uuid,
                code=a.row.code,
                statement=a.row.statement,
                responsible=a.row.responsible,
                route=a.row.route,
                priority=a.row.priority,
                lines=[
                    LineOut(kind=n.kind, code=n.code, name=n.name, year=n.year) for n in a.lines
                ],
            )
            for a in each.actions
        ],
        indicators=[SheetOut.of_line(line) for line in lines],
    )
