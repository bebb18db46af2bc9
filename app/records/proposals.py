"""Proposals for the participatory budget, its ceiling, and what was allocated."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import UniqueConstraint
from sqlmodel import Field, SQLModel

from app.records.base import Row, link
from app.store.spatial import shape_column
from app.store.types import Guid, Instant, Json, Key, now

STATES = ("draft", "presented", "withdrawn", "agreed", "executed")


class Proposal(Row, table=True):
    """A request of one or several communities, as the town hall takes it up."""

    __tablename__ = "proposal"

    place_id: int = link("place")
    fiscal_year: int = Field(index=True)
    number: int
    title: str = Field(max_length=200)
    description: str = Field(default="", max_length=2000)
    need: str = Field(default="", max_length=60)  # indicator code or theme
    kind: str = Field(default="project", max_length=20)
    state: str = Field(default="draft", max_length=12)
    cost_cents: int | None = Field(default=None, sa_type=Key)
    cost_on: date | None = None  # the day of the estimate
    cost_method: str = Field(default="", max_length=20)
    cost_class: int | None = None  # the truth may be so many percent off: 50, 25 or 10
    gate: dict[str, Any] = Field(default_factory=dict, sa_type=Json)  # app.planning.gate.Answers
    people: int | None = None
    revision: int = 1
    note: str = Field(default="", max_length=500)
    author_id: int | None = link("account", nullable=True)
    created_at: datetime = Field(default_factory=now, sa_type=Instant)
    geom: Any = Field(default=None, sa_column=shape_column("GEOMETRY"))


class Origin(SQLModel, table=True):
    """The plan action that a proposal answers: the way back to the assembly."""

    __tablename__ = "origin"

    proposal_id: int = Field(foreign_key="proposal.id", primary_key=True, sa_type=Key)
    action_uuid: UUID = Field(primary_key=True, sa_type=Guid, index=True)
    community_id: int = link("community")


class Ceiling(Row, table=True):
    """The money that a district gives to the participatory budget of a fiscal year."""

    __tablename__ = "ceiling"
    __table_args__ = (UniqueConstraint("place_id", "fiscal_year"),)

    place_id: int = link("place")
    fiscal_year: int
    cents: int = Field(sa_type=Key)
    source: str = Field(default="", max_length=200)
    revision: int = 1


class Allocation(Row, table=True):
    """One run of a rule: its inputs' digest, its seed, and an outcome a proposal.

    ``voting_id`` is the voting whose ballots it counts; without one it is the ranking by merit.
    ``detail`` keeps its rounds, the rules as worded, and what other rules would give.
    """

    __tablename__ = "allocation"

    place_id: int = link("place")
    fiscal_year: int = Field(index=True)
    rule: str = Field(max_length=30)
    cents: int = Field(sa_type=Key)
    seed: str = Field(max_length=64)
    digest: str = Field(max_length=64)
    outcomes: list[dict[str, Any]] = Field(default_factory=list, sa_type=Json)
    author_id: int | None = link("account", nullable=True)
    at: datetime = Field(default_factory=now, sa_type=Instant)
    published: bool = False
    voting_id: int | None = link("voting", nullable=True)
    detail: dict[str, Any] | None = Field(default=None, sa_type=Json)


class Agreement(Row, table=True):
    """What was agreed of a budget, called A-2027-03 within its district, and its news.

    ``state`` is one of ``app.planning.works.STATES``; ``cents`` what was agreed, ``upkeep_cents``
    the cost of a year's care. ``note`` and ``updated_on`` repeat the newest news; the rows of
    ``app.records.works`` keep all. ``expectation`` is the change stated at approval, spelt by
    ``app.operations.expectations``; None where nobody stated one.
    """

    __tablename__ = "agreement"
    __table_args__ = (UniqueConstraint("place_id", "fiscal_year", "number"),)

    place_id: int = link("place")
    fiscal_year: int = Field(index=True)
    number: int
    title: str = Field(max_length=200)
    state: str = Field(default="agreed", max_length=20)
    origin: str = Field(default="entered", max_length=10)  # voting merit imported entered
    proposal_id: int | None = link("proposal", nullable=True)
    allocation_id: int | None = link("allocation", nullable=True)
    need: str = Field(default="", max_length=60)  # indicator code or theme
    cui: str = Field(default="", max_length=10)
    source: str = Field(default="", max_length=120)
    cents: int | None = Field(default=None, sa_type=Key)
    delivered_on: date | None = None  # as the town hall says
    upkeep_by: str = Field(default="", max_length=200)
    upkeep_cents: int | None = Field(default=None, sa_type=Key)
    expectation: dict[str, Any] | None = Field(default=None, sa_type=Json)
    note: str = Field(default="", max_length=500)
    updated_on: date | None = None
    revision: int = 1
    author_id: int | None = link("account", nullable=True)
    created_at: datetime = Field(default_factory=now, sa_type=Instant)


class VisitTask(Row, table=True):
    """A visit to fetch what is missing: the only consequence that silence has."""

    __tablename__ = "visit_task"

    place_id: int = link("place")
    community_id: int = link("community")
    need: str = Field(default="", max_length=60)
    reason: str = Field(max_length=300)
    state: str = Field(default="open", max_length=10)  # open done dropped
    author_id: int | None = link("account", nullable=True)
    created_at: datetime = Field(default_factory=now, sa_type=Instant)
    done_at: datetime | None = Field(default=None, sa_type=Instant)
