"""The participatory budget of a fiscal year as a process: calendar, agents, trainings, teams.

``VotingRules`` hold how it votes and ``Voting`` what was voted; here stands who may take part
and when. The DNI of an agent is personal: no list, chain or digest ever carries it.
"""

from datetime import date, datetime
from typing import Any

from sqlalchemy import UniqueConstraint
from sqlmodel import Field, SQLModel

from app.records.base import Row, link
from app.store.types import Instant, Json, Key, now

AGENT_STATES = ("enrolled", "excluded", "withdrawn")
LISTS = ("preliminary", "final")
BODIES = ("authority", "technical_team", "oversight", "ccl")


class Process(Row, table=True):
    """The process of a fiscal year of a district."""

    __tablename__ = "budget_process"
    __table_args__ = (UniqueConstraint("place_id", "fiscal_year"),)

    place_id: int = link("place")
    fiscal_year: int = Field(index=True)
    author_id: int | None = link("account", nullable=True)
    created_at: datetime = Field(default_factory=now, sa_type=Instant)


class ProcessVersion(Row, table=True):
    """Ordinance and calendar as they stand from a moment on; a change is another version.

    ``body`` is spelt by ``app.operations.processes``.
    """

    __tablename__ = "process_version"
    __table_args__ = (UniqueConstraint("process_id", "version"),)

    process_id: int = link("budget_process")
    version: int = 1
    ordinance: str = Field(max_length=80)
    ordinance_on: date | None = None
    article: str = Field(default="", max_length=40)
    body: dict[str, Any] = Field(default_factory=dict, sa_type=Json)
    reason: str = Field(default="", max_length=500)
    author_id: int | None = link("account", nullable=True)
    at: datetime = Field(default_factory=now, sa_type=Instant)


class ProcessStep(Row, table=True):
    """When a step really opened and closed; the newest row of a kind holds, none is rewritten."""

    __tablename__ = "process_step"

    process_id: int = link("budget_process")
    kind: str = Field(max_length=24)
    opened_on: date | None = None
    closed_on: date | None = None
    note: str = Field(default="", max_length=500)
    author_id: int | None = link("account", nullable=True)
    at: datetime = Field(default_factory=now, sa_type=Instant)


class Agent(Row, table=True):
    """Somebody enrolled to take part, for an organisation, numbered within the process.

    ``name``, ``sex``, ``dni`` and ``phone`` are the representative's; ``community_id`` is None
    for an organisation of the whole district.
    """

    __tablename__ = "agent"
    __table_args__ = (UniqueConstraint("process_id", "number"),)

    process_id: int = link("budget_process")
    number: int
    organisation: str = Field(max_length=160)
    kind: str = Field(max_length=24)
    womens: bool = False
    recognition: str = Field(default="", max_length=120)
    name: str = Field(max_length=120)
    sex: str = Field(default="", max_length=1)
    dni: str = Field(default="", max_length=8, index=True)
    phone: str = Field(default="", max_length=20)
    community_id: int | None = link("community", nullable=True)
    voice_only: bool = False
    state: str = Field(default="enrolled", max_length=12)
    note: str = Field(default="", max_length=300)
    enrolled_on: date
    revision: int = 1
    author_id: int | None = link("account", nullable=True)
    at: datetime = Field(default_factory=now, sa_type=Instant)


class AgentList(Row, table=True):
    """A list as it was published: what everybody may read of each agent, and its digest."""

    __tablename__ = "agent_list"
    __table_args__ = (UniqueConstraint("process_id", "kind"),)

    process_id: int = link("budget_process")
    kind: str = Field(max_length=12)
    on_day: date
    body: list[dict[str, Any]] = Field(default_factory=list, sa_type=Json)
    digest: str = Field(max_length=64)
    author_id: int | None = link("account", nullable=True)
    at: datetime = Field(default_factory=now, sa_type=Instant)


class Objection(Row, table=True):
    """Somebody says that the preliminary list is wrong; ``agent_id`` None asks to be put on it.

    ``upheld`` stays None until somebody decides.
    """

    __tablename__ = "agent_objection"
    __table_args__ = (UniqueConstraint("process_id", "number"),)

    process_id: int = link("budget_process")
    agent_id: int | None = link("agent", nullable=True)
    number: int
    text: str = Field(max_length=1000)
    by_whom: str = Field(max_length=160)
    on_day: date
    upheld: bool | None = None
    answer: str = Field(default="", max_length=1000)
    decided_on: date | None = None
    decided_by: int | None = link("account", nullable=True)
    author_id: int | None = link("account", nullable=True)
    at: datetime = Field(default_factory=now, sa_type=Instant)


class Training(Row, table=True):
    """A training of agents."""

    __tablename__ = "training"

    process_id: int = link("budget_process")
    title: str = Field(max_length=160)
    held_on: date
    venue: str = Field(default="", max_length=160)
    author_id: int | None = link("account", nullable=True)
    at: datetime = Field(default_factory=now, sa_type=Instant)


class TrainingAttendance(SQLModel, table=True):
    """An agent who came to a training."""

    __tablename__ = "training_attendance"

    training_id: int = Field(foreign_key="training.id", primary_key=True, sa_type=Key)
    agent_id: int = Field(foreign_key="agent.id", primary_key=True, sa_type=Key, index=True)


class TeamSeat(Row, table=True):
    """A seat in a process: of an authority that signs, or in the team, the committee or the CCL."""

    __tablename__ = "team_seat"

    process_id: int = link("budget_process")
    body: str = Field(max_length=16)
    name: str = Field(max_length=120)
    sex: str = Field(default="", max_length=1)
    institution: str = Field(default="", max_length=160)
    post: str = Field(default="", max_length=80)
    since: date
    until: date | None = None
    reason: str = Field(default="", max_length=300)
    author_id: int | None = link("account", nullable=True)
    at: datetime = Field(default_factory=now, sa_type=Instant)


class EnrolmentHelp(Row, table=True):
    """Help to enrol, offered to a community or to a women's group; somebody takes and closes it."""

    __tablename__ = "enrolment_help"

    process_id: int = link("budget_process")
    community_id: int | None = link("community", nullable=True)
    whom: str = Field(max_length=160)
    womens: bool = False
    taken_by: int | None = link("account", nullable=True)
    taken_at: datetime | None = Field(default=None, sa_type=Instant)
    closed_on: date | None = None
    outcome: str = Field(default="", max_length=300)
    author_id: int | None = link("account", nullable=True)
    at: datetime = Field(default_factory=now, sa_type=Instant)
