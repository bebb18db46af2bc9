"""The PDLC of a district: its objectives, actions and indicator sheets, and what is to change.

*Plan de Desarrollo Local Concertado* is a term of the law and stays in Spanish. Fields of
the indicator sheet as CEPLAN asks for them (domain.md 4.6 of the design). Values stand in
the unit of their sheet: a linked indicator of the catalogue is a percentage, 0 to 100.
"""

from datetime import date, datetime
from typing import Any

from sqlalchemy import UniqueConstraint
from sqlmodel import Field, SQLModel

from app.records.base import Row, link
from app.store.types import Instant, Json, Key, now

STATES = ("draft", "in_force", "superseded", "discarded")
LINE_KINDS = ("pei", "poi", "project")
AMENDMENT_STATES = ("proposed", "concerted", "approved", "rejected")


class Pdlc(Row, table=True):
    """One plan of a district; ``revision`` counts every change to any part of it."""

    __tablename__ = "pdlc"

    place_id: int = link("place")
    first_year: int
    last_year: int
    title: str = Field(max_length=200)
    vision: str = Field(default="", max_length=2000)
    ordinance: str = Field(default="", max_length=160)
    approved_on: date | None = None
    state: str = Field(default="draft", max_length=12)
    source: str = Field(default="", max_length=300)  # the file, or the priorities of a day
    digest: str = Field(default="", max_length=64)  # of the file that it was read from
    note: str = Field(default="", max_length=500)  # why it was discarded
    revision: int = 1
    author_id: int | None = link("account", nullable=True)
    created_at: datetime = Field(default_factory=now, sa_type=Instant)


class Objective(Row, table=True):
    """A strategic objective (OE): a verb, a condition and whom it is about."""

    __tablename__ = "pdlc_objective"
    __table_args__ = (UniqueConstraint("pdlc_id", "code"),)

    pdlc_id: int = link("pdlc")
    code: str = Field(max_length=12)
    statement: str = Field(max_length=500)
    expected: str = Field(default="", max_length=1000)


class StrategicAction(Row, table=True):
    """A strategic action (AE) of an objective; ``priority`` 1 goes first on its route."""

    __tablename__ = "pdlc_action"
    __table_args__ = (UniqueConstraint("objective_id", "code"),)

    objective_id: int = link("pdlc_objective")
    code: str = Field(max_length=12)
    statement: str = Field(max_length=500)
    responsible: str = Field(default="", max_length=200)
    route: str = Field(default="", max_length=300)
    priority: int | None = None


class IndicatorSheet(Row, table=True):
    """The sheet of an indicator, of an objective or of one of its actions.

    ``indicator`` names one of our catalogue: then its actual values come from the rounds.
    """

    __tablename__ = "pdlc_indicator"

    objective_id: int = link("pdlc_objective")
    action_id: int | None = link("pdlc_action", nullable=True)
    code: str = Field(max_length=20)
    name: str = Field(max_length=300)
    justification: str = Field(default="", max_length=1000)
    responsible: str = Field(default="", max_length=200)
    limitations: str = Field(default="", max_length=1000)
    method: str = Field(default="", max_length=1000)
    direction: str = Field(default="up", max_length=4)
    assumptions: str = Field(default="", max_length=1000)
    source: str = Field(default="", max_length=300)
    unit: str = Field(default="%", max_length=40)
    frequency: str = Field(default="", max_length=60)
    baseline_year: int | None = None
    baseline: float | None = None
    indicator: str = Field(default="", max_length=20, index=True)


class YearTarget(SQLModel, table=True):
    """What an indicator should have reached in a year."""

    __tablename__ = "pdlc_target"

    sheet_id: int = Field(foreign_key="pdlc_indicator.id", primary_key=True, sa_type=Key)
    year: int = Field(primary_key=True)
    value: float


class TypedValue(SQLModel, table=True):
    """What somebody noted that an indicator reached, where no round of ours measures it."""

    __tablename__ = "pdlc_value"

    sheet_id: int = Field(foreign_key="pdlc_indicator.id", primary_key=True, sa_type=Key)
    year: int = Field(primary_key=True)
    value: float
    source: str = Field(default="", max_length=300)
    author_id: int | None = link("account", nullable=True)
    at: datetime = Field(default_factory=now, sa_type=Instant)


class NeedAnswered(SQLModel, table=True):
    """A priority (an indicator's code or ``theme:...``) that an objective answers."""

    __tablename__ = "pdlc_need"

    objective_id: int = Field(foreign_key="pdlc_objective.id", primary_key=True, sa_type=Key)
    need: str = Field(primary_key=True, max_length=60, index=True)


class ProposalServing(SQLModel, table=True):
    """A proposal of the participatory budget that serves an objective."""

    __tablename__ = "pdlc_proposal"

    objective_id: int = Field(foreign_key="pdlc_objective.id", primary_key=True, sa_type=Key)
    proposal_id: int = Field(foreign_key="proposal.id", primary_key=True, sa_type=Key, index=True)


class InstitutionalLine(Row, table=True):
    """A line of the PEI or POI, or a project with its CUI, that carries a strategic action out."""

    __tablename__ = "pdlc_line"

    action_id: int = link("pdlc_action")
    kind: str = Field(max_length=10)  # of LINE_KINDS
    code: str = Field(max_length=40)
    name: str = Field(default="", max_length=300)
    year: int | None = None


class Amendment(Row, table=True):
    """A change that the CCL is asked for, and what became of it.

    ``key`` tells what it is about, so that it is proposed once; ``change`` is what approval
    writes into the plan: nothing where the change is in words alone.
    """

    __tablename__ = "pdlc_amendment"
    __table_args__ = (UniqueConstraint("pdlc_id", "number"),)

    pdlc_id: int = link("pdlc")
    number: int
    key: str = Field(default="", max_length=120)
    what: str = Field(max_length=600)
    why: str = Field(max_length=1000)
    need: str = Field(default="", max_length=60)
    change: dict[str, Any] = Field(default_factory=dict, sa_type=Json)
    state: str = Field(default="proposed", max_length=12)
    decided_on: date | None = None
    ordinance: str = Field(default="", max_length=160)
    note: str = Field(default="", max_length=500)
    author_id: int | None = link("account", nullable=True)
    created_at: datetime = Field(default_factory=now, sa_type=Instant)
