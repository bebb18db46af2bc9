"""The process of a year for other systems: where it stands, and who takes part."""

from datetime import date
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Path
from pydantic import BaseModel, Field

from app.http.gate import Passage, Permit, ReadDep
from app.operations import access, agent_lists, agents, processes
from app.planning import process as rules
from app.planning.process import Span
from app.records.process import Agent, Process
from app.store.sessions import Reading

router = APIRouter(tags=["processes"])
SeeDep = Annotated[Passage, Depends(Permit("process", "read"), scope="function")]
AgentsDep = Annotated[Passage, Depends(Permit("agents", "read"), scope="function")]
YearPath = Annotated[int, Path(ge=2000, le=2999, examples=[2028])]
BASE = "/districts/{ubigeo}/processes/{year}"


class SpanOut(BaseModel):
    """Days, both of them in it; ``last`` is null where nothing says when it ends."""

    first: date
    last: date | None

    @classmethod
    def of(cls, span: Span | None) -> "SpanOut | None":
        """The same as machines read it."""
        if span is None:
            return None
        return cls(first=span.first, last=None if span.last == date.max else span.last)


class StepOut(BaseModel):
    """A step: what was planned, what really happened, and how it stands today."""

    code: str = Field(examples=["objections"])
    phase: str = Field(examples=["preparation"])
    name: str
    required: bool
    planned: SpanOut | None
    opened_on: date | None
    closed_on: date | None
    window: SpanOut | None = Field(description="Los días en que está abierto, según lo real.")
    state: str = Field(examples=["open"])
    days: int | None = Field(
        description="Hasta que abre (ahead), que quedan (open) o de atraso (late)."
    )


class ProcessOut(BaseModel):
    """The process of a fiscal year, by the version of its calendar in force."""

    uuid: UUID
    fiscal_year: int
    version: int
    ordinance: str
    ordinance_on: date | None
    article: str
    criteria: str
    reason: str
    today: date
    here: list[str] = Field(description="Los pasos en los que está hoy.")
    steps: list[StepOut]


class AgentOut(BaseModel):
    """An agent; the DNI only for whoever sees the register whole."""

    number: int
    organisation: str
    kind: str = Field(examples=["women"])
    womens: bool
    name: str
    community: str | None
    voice_only: bool
    state: str = Field(examples=["enrolled"])
    dni: str | None


class AgentsOut(BaseModel):
    """The register, or for the public the newest published list."""

    fiscal_year: int
    source: str = Field(description="register, preliminary o final.", examples=["final"])
    digest: str | None = Field(description="La huella de la lista publicada.")
    entitled: dict[str, int] | None = Field(
        description="Agentes con voto por comunidad, según la lista definitiva."
    )
    agents: list[AgentOut]


@router.get(BASE)
def read_process(year: YearPath, passage: SeeDep, session: ReadDep) -> ProcessOut:
    """The process of a year with its steps, as they stand today."""
    row = processes.needed(session, passage.where, year)
    version = processes.in_force(session, row)
    day = access.today()
    lines = processes.standings(session, row, day)
    return ProcessOut(
        uuid=row.uuid,
        fiscal_year=row.fiscal_year,
        version=version.version,
        ordinance=version.ordinance,
        ordinance_on=version.ordinance_on,
        article=version.article,
        criteria=processes.body_of(version).criteria,
        reason=version.reason,
        today=day,
        here=list(rules.here(lines)),
        steps=[
            StepOut(
                code=line.kind.code,
                phase=line.kind.phase,
                name=line.kind.name,
                required=line.kind.required,
                planned=SpanOut.of(line.planned),
                opened_on=line.real.opened,
                closed_on=line.real.closed,
                window=SpanOut.of(line.window),
                state=line.state,
                days=line.days,
            )
            for line in lines
        ],
    )


@router.get(BASE + "/agents")
def list_agents(year: YearPath, passage: AgentsDep, session: ReadDep) -> AgentsOut:
    """Who takes part: the register, or what the public may read of the newest list."""
    row = processes.needed(session, passage.where, year)
    entitled = agent_lists.entitled(session, passage.where, year)
    if passage.view == "public":
        return _published(session, row, entitled)
    codes = {e.id: e.code for e in agents.communities(session, passage.where, access.today())}
    whole = passage.view == "whole"
    return AgentsOut(
        fiscal_year=year,
        source="register",
        digest=None,
        entitled=entitled,
        agents=[_agent(each, codes, whole=whole) for each in agents.listed(session, row)],
    )


def _agent(row: Agent, codes: dict[int, str], *, whole: bool) -> AgentOut:
    same = ("number", "organisation", "kind", "womens", "name", "voice_only", "state")
    return AgentOut(
        **{name: getattr(row, name) for name in same},
        community=codes.get(row.community_id or 0),
        dni=row.dni if whole else None,
    )


def _published(session: Reading, row: Process, entitled: dict[str, int] | None) -> AgentsOut:
    found = agent_lists.newest(session, row)
    same = ("number", "organisation", "kind", "womens", "name", "voice_only")
    return AgentsOut(
        fiscal_year=row.fiscal_year,
        source=found.kind if found else "preliminary",
        digest=found.digest if found else None,
        entitled=entitled,
        agents=[
            AgentOut(
                **{name: line[name] for name in same},
                community=line["community"] or None,
                state="enrolled",
                dni=None,
            )
            for line in (found.body if found else [])
        ],
    )
