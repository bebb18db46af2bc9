"""Frozen lists of priorities for other systems, and what would be first under other choices.

The public reads frozen lists alone, without any count; an announcement and what stood on the
way belong to those who prepare it. Nothing here is written.
"""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Depends, Path, Query
from pydantic import BaseModel, Field

from app.api.paging import PagingDep
from app.api.shapes import Page
from app.errors import Unknown
from app.http.errors import responses
from app.http.gate import Passage, Permit, ReadDep
from app.operations import priority_checks, priority_versions, scenarios, standing
from app.planning import versions
from app.records.priority_versions import NeedsScenario, PriorityVersion
from app.store.sessions import Reading

router = APIRouter(tags=["needs"])
ReaderDep = Annotated[Passage, Depends(Permit("needs", "read"), scope="function")]
WeightsDep = Annotated[Passage, Depends(Permit("weights", "read"), scope="function")]
NumberPath = Annotated[int, Path(ge=1, le=10_000, examples=[1])]
InputsQuery = Annotated[
    bool, Query(description="También todo lo que entró, para rehacer la lista; no al público.")
]
LIST = "/districts/{ubigeo}/priority-versions"


class VersionOut(BaseModel):
    """A version of the priorities."""

    number: int = Field(examples=[1])
    label: str = Field(examples=["Prioridades 2028"])
    state: str = Field(description="announced, frozen o cancelled.", examples=["frozen"])
    freezes_on: date
    day: date | None = Field(description="El día de los datos; nulo si no se congeló.")
    frozen_at: datetime | None
    acta: str
    reason: str | None = Field(
        description="Por qué no se esperó, o por qué se anuló; nulo al público."
    )
    seed: str = Field(description="Del sorteo público.", examples=["220999-2027"])
    digest: str = Field(description="SHA-256 de todo lo que entró; vacío si no se congeló.")

    @classmethod
    def of(cls, row: PriorityVersion, *, public: bool) -> "VersionOut":
        """A version as machines read it."""
        told = {name: getattr(row, name) for name in cls.model_fields}
        return cls(**told | ({"reason": None} if public else {}))


class RankedOut(BaseModel):
    """A need in its place; what the public may not count is null."""

    place: int = Field(examples=[1])
    code: str = Field(examples=["P-F2"])
    name: str
    score: float = Field(examples=[61.3])
    first: int = Field(description="Entre este puesto…", examples=[1])
    last: int = Field(description="…y este, en 9 de 10 cálculos.", examples=[3])
    tier: str = Field(examples=["alta"])
    even_with: list[str]
    decided_by: str
    segments: dict[str, float] | None = Field(default=None, examples=[{"gap": 20.5}])
    people: float | None = None
    gap: float | None = None
    x: int | None = None
    n: int | None = None
    where: list[str] | None = Field(default=None, description="Comunidades bajo la meta.")
    missing: list[str] | None = Field(default=None, description="Comunidades sin dato.")


class DecisionOut(BaseModel):
    """What people decided of a need; its place does not change."""

    need: str = Field(examples=["P-F2"])
    decision: str = Field(description="attend, postpone o elsewhere.", examples=["attend"])
    reason: str
    at: datetime


class PendingOut(BaseModel):
    """A form that was on the way and did not count."""

    form: UUID
    instrument: str
    community: str
    state: str = Field(description="sent, returned o quarantined.")


class FrozenOut(VersionOut):
    """A version with its list."""

    ranked: list[RankedOut]
    without_data: list[str]
    met: list[str]
    decisions: list[DecisionOut]
    pending: list[PendingOut] | None = Field(description="Nulo al público.")
    inputs: dict[str, Any] | None = Field(
        description="Lo que entró, para `sismuni priorities`; nulo si no se pidió o es público."
    )


class ChangeOut(BaseModel):
    """What a scenario changes of the official list."""

    points: dict[str, float] = Field(examples=[{"gap": 40}])
    targets: dict[str, float] = Field(description="Metas, de 0 a 1.", examples=[{"P-F2": 0.8}])
    top: int | None = Field(description="Cuántas se pueden atender.", examples=[5])
    without_indicators: list[str]
    without_communities: list[str]


class ScenarioOut(BaseModel):
    """A "what if" that was kept under a name; it is never the official list."""

    uuid: UUID
    name: str
    at: datetime
    change: ChangeOut

    @classmethod
    def of(cls, row: NeedsScenario) -> "ScenarioOut":
        """A scenario as machines read it."""
        return cls(uuid=row.uuid, name=row.name, at=row.at, change=ChangeOut(**row.change))


@router.get(LIST, responses=responses(400))
def list_versions(passage: ReaderDep, session: ReadDep, paging: PagingDep) -> Page[VersionOut]:
    """The versions of a district, the newest first; for the public those that are frozen."""
    public = passage.view == "public"
    found = [
        row
        for row in priority_versions.listed(session, passage.where)
        if not public or row.state == "frozen"
    ]
    return paging.page(
        found, lambda row: str(row.uuid), lambda row: VersionOut.of(row, public=public)
    )


@router.get(LIST + "/{number}")
def read_version(
    number: NumberPath, passage: ReaderDep, session: ReadDep, inputs: InputsQuery = False
) -> FrozenOut:
    """One version with its list, its decisions and, for whoever may, all that went in."""
    row = priority_versions.find(session, passage.where, number)
    public = passage.view == "public"
    if public and row.state != "frozen":
        raise Unknown("Esa versión todavía no es pública.", remedy="Vuelva a la lista.")
    outcome = _outcome(session, passage, row)
    return FrozenOut(
        **VersionOut.of(row, public=public).model_dump(),
        ranked=_ranked(session, passage, outcome),
        without_data=outcome["without_data"],
        met=list(outcome["met"]),
        decisions=[
            DecisionOut(need=need, decision=made.decision, reason=made.reason, at=made.at)
            for need, made in priority_versions.decisions(session, row).items()
        ],
        pending=None if public else [PendingOut(**each) for each in row.pending],
        inputs=_inputs(session, passage, row) if inputs and not public else None,
    )


def _outcome(session: Reading, passage: Passage, row: PriorityVersion) -> Mapping[str, Any]:
    told = priority_checks.public_outcome(row)
    if passage.view == "public":
        return told
    mine = priority_checks.outcome_for(session, passage.where, row, health=passage.health)
    return told | {"ranked": mine["ranked"]}


def _ranked(session: Reading, passage: Passage, outcome: Mapping[str, Any]) -> list[RankedOut]:
    known = standing.indicators(session, passage.where)
    told = set(RankedOut.model_fields)
    return [
        RankedOut(
            name=known[need["code"]].name_es if need["code"] in known else need["code"],
            **{name: value for name, value in need.items() if name in told},
        )
        for need in outcome["ranked"]
    ]


def _inputs(session: Reading, passage: Passage, row: PriorityVersion) -> dict[str, Any] | None:
    if row.state != "frozen":
        return None
    mine = priority_checks.inputs_for(session, passage.where, row, health=passage.health)
    return versions.to_plain(mine)


@router.get("/districts/{ubigeo}/priority-scenarios", responses=responses(400))
def list_scenarios(passage: WeightsDep, session: ReadDep, paging: PagingDep) -> Page[ScenarioOut]:
    """What was asked "what if" of the priorities and kept by name, the newest first."""
    found = scenarios.saved(session, passage.where)
    return paging.page(found, lambda row: str(row.uuid), ScenarioOut.of)
