"""Which communities to visit first, and the visits that missing data ask for."""

from datetime import date, datetime
from typing import Annotated, Literal
from uuid import UUID

from fastapi import APIRouter, Depends, Query, Response
from pydantic import BaseModel, Field

from app.api.figure_shapes import DayDep, ReasonOut
from app.api.paging import Paging, PagingDep
from app.api.ready import ready
from app.api.shapes import Page, Shape, Words
from app.http.errors import responses
from app.http.gate import Passage, Permit, ReadDep, StoreDep
from app.operations import standing, visits
from app.operations.figures import Member
from app.planning.visits import Silent, Support
from app.records.proposals import VisitTask
from app.store.sessions import Reading

router = APIRouter(tags=["visits"])
ReaderDep = Annotated[Passage, Depends(Permit("visits", "read"), scope="function")]
WriterDep = Annotated[Passage, Depends(Permit("visits", "write"), scope="function")]
TaskState = Annotated[
    Literal["open", "done", "dropped"] | None, Query(description="Solo las de este estado.")
]


class SupportOut(BaseModel):
    """A community in the order of visits; ``place`` is null where data are too few to say."""

    place: int | None = Field(examples=[1])
    community: str = Field(examples=["2209990001"])
    name: str
    score: float | None = Field(examples=[54.2])
    coverage: float = Field(description="Parte del peso con dato.", examples=[0.9])
    people: int
    dimensions: dict[str, float] = Field(examples=[{"water": 20.1}])
    missing: list[str] = Field(description="Indicadores sin dato.")
    even_with: list[str] = []
    decided_by: str = ""
    reason: ReasonOut

    @classmethod
    def ranked(cls, support: Support, member: Member) -> "SupportOut":
        """A community with its place."""
        return cls(
            place=support.place,
            community=member.code,
            name=member.name,
            score=support.score,
            coverage=support.coverage,
            people=support.people,
            dimensions=support.by_dimension,
            missing=list(support.missing),
            even_with=list(support.even_with),
            decided_by=support.decided_by,
            reason=ReasonOut.of(support.reason),
        )

    @classmethod
    def silent(cls, silent: Silent, member: Member) -> "SupportOut":
        """A community that waits for data."""
        return cls(
            place=None,
            community=member.code,
            name=member.name,
            score=None,
            coverage=silent.coverage,
            people=silent.people,
            dimensions={},
            missing=list(silent.visit.indicators),
            reason=ReasonOut.of(silent.visit.reason),
        )


class TaskOut(BaseModel):
    """A visit to make."""

    uuid: UUID
    community: str | None = Field(examples=["2209990001"])
    need: str = Field(description="El indicador que falta, si es uno.", examples=["P-F3"])
    reason: str
    state: str = Field(examples=["open"])
    created_at: datetime
    done_at: datetime | None

    @classmethod
    def of(cls, task: VisitTask, codes: dict[int, str]) -> "TaskOut":
        """A task as machines read it."""
        return cls(
            uuid=task.uuid,
            community=codes.get(task.community_id),
            need=task.need,
            reason=task.reason,
            state=task.state,
            created_at=task.created_at,
            done_at=task.done_at,
        )


class TasksIn(Shape):
    """Visits to plan: for a need without data, for the silent, or one community by name."""

    need: Words = Field(default="", description="Código del indicador que falta.")
    community: Words = Field(default="", description="Código de una comunidad.")
    reason: Words = Field(default="", description="Por qué se pide la visita a esa comunidad.")


class ClosingIn(Shape):
    """How a visit ended."""

    state: Literal["done", "dropped"]
    reason: Words = ""


@router.get("/districts/{ubigeo}/visits", response_model=Page[SupportOut], responses=responses(400))
def list_visits(passage: ReaderDep, session: ReadDep, paging: PagingDep, day: DayDep) -> Response:
    """Communities in the order in which to visit them; those without data at the end."""
    key = ("visits", day, paging.cursor, paging.limit)
    return ready(session, passage, key, lambda: _visits(session, passage, paging, day))


def _visits(session: Reading, passage: Passage, paging: Paging, day: date) -> Page[SupportOut]:
    found = visits.of_district(session, passage.where, day)
    members = found.members
    listed = [SupportOut.ranked(s, members[s.community]) for s in found.listed.ranked]
    listed += [SupportOut.silent(s, members[s.community]) for s in found.listed.without_data]
    return paging.page(listed, lambda each: each.community, lambda each: each)


def _codes(session: Reading, passage: Passage, day: date) -> dict[int, str]:
    return {row.id: row.code for row in standing.members(session, passage.where, day)}


@router.get("/districts/{ubigeo}/visit-tasks", responses=responses(400))
def list_visit_tasks(
    passage: ReaderDep,
    session: ReadDep,
    paging: PagingDep,
    day: DayDep,
    state: TaskState = None,
) -> Page[TaskOut]:
    """Visits to make or made, the oldest first."""
    codes = _codes(session, passage, day)
    found = visits.tasks(session, passage.where, state)
    return paging.page(found, lambda task: str(task.uuid), lambda task: TaskOut.of(task, codes))


@router.post("/districts/{ubigeo}/visit-tasks", status_code=201, responses=responses(409))
def plan_visits(given: TasksIn, passage: WriterDep, store: StoreDep, day: DayDep) -> list[TaskOut]:
    """Plan the visits that missing data ask for, or one that somebody asks for."""
    with store.writing() as session:
        if given.community:
            reason = given.reason or "Pidieron una visita."
            made = [
                visits.add(session, passage.author, passage.where, given.community, reason[:300])
            ]
        else:
            made = list(visits.plan(session, passage.author, passage.where, given.need, day))
        session.flush()
        codes = _codes(session, passage, day)
        return [TaskOut.of(task, codes) for task in made]


@router.post(
    "/districts/{ubigeo}/visit-tasks/{uuid}/closing", status_code=204, responses=responses(409)
)
def close_visit(uuid: UUID, given: ClosingIn, passage: WriterDep, store: StoreDep) -> None:
    """Say that a visit was made, or that it is no longer needed."""
    with store.writing() as session:
        visits.close(session, passage.author, passage.where, uuid, given.state, given.reason)
