"""What happens to an agreement: whom it serves, its states, money, milestones, findings, effort.

Rows are added and never rewritten. A mistake in a milestone or an effort is struck out with its
reason; a money reading or a finding is corrected by a newer one, and both are kept.
"""

from datetime import date, datetime

from sqlmodel import Field, SQLModel

from app.records.base import Row, link
from app.store.types import Instant, Key, now

BODIES = ("oversight", "community")
VERDICTS = ("conforming", "observed", "not_conforming")
EFFORTS = ("labour", "cofinancing", "materials", "maintenance")


class AgreementCommunity(SQLModel, table=True):
    """A community that an agreement serves, or one that asked for the same and got nothing."""

    __tablename__ = "agreement_community"

    agreement_id: int = Field(foreign_key="agreement.id", primary_key=True, sa_type=Key)
    community_id: int = Field(foreign_key="community.id", primary_key=True, sa_type=Key, index=True)
    served: bool = True


class AgreementStep(Row, table=True):
    """The state that an agreement took on a day, and why."""

    __tablename__ = "agreement_step"

    agreement_id: int = link("agreement")
    on_day: date
    state: str = Field(max_length=20)
    note: str = Field(default="", max_length=500)
    author_id: int | None = link("account", nullable=True)
    at: datetime = Field(default_factory=now, sa_type=Instant)


class BudgetLine(Row, table=True):
    """The budget line as its source gave it on a day, all since the beginning, in céntimos."""

    __tablename__ = "budget_line"

    agreement_id: int = link("agreement")
    on_day: date
    cui: str = Field(default="", max_length=10)
    source: str = Field(default="", max_length=120)
    pim_cents: int | None = Field(default=None, sa_type=Key)
    certified_cents: int | None = Field(default=None, sa_type=Key)
    accrued_cents: int | None = Field(default=None, sa_type=Key)
    paid_cents: int | None = Field(default=None, sa_type=Key)
    note: str = Field(default="", max_length=300)
    author_id: int | None = link("account", nullable=True)
    at: datetime = Field(default_factory=now, sa_type=Instant)


class Milestone(Row, table=True):
    """Something to be reached by a day."""

    __tablename__ = "milestone"

    agreement_id: int = link("agreement")
    title: str = Field(max_length=200)
    due_on: date | None = None
    reached_on: date | None = None
    note: str = Field(default="", max_length=300)
    struck: str = Field(default="", max_length=200)  # why it no longer counts
    author_id: int | None = link("account", nullable=True)
    at: datetime = Field(default_factory=now, sa_type=Instant)


class WorkPhoto(Row, table=True):
    """A photograph of a work, without what the camera wrote beside; public only if marked so."""

    __tablename__ = "work_photo"

    milestone_id: int = link("milestone")
    sha256: str = Field(max_length=64)
    media_type: str = Field(max_length=80)
    caption: str = Field(default="", max_length=200)
    public: bool = False
    author_id: int | None = link("account", nullable=True)
    at: datetime = Field(default_factory=now, sa_type=Instant)


class Finding(Row, table=True):
    """What the oversight committee, or a community served, says of a work on a day."""

    __tablename__ = "finding"

    agreement_id: int = link("agreement")
    body: str = Field(max_length=10)
    community_id: int | None = link("community", nullable=True)
    verdict: str = Field(max_length=16)
    text: str = Field(default="", max_length=1000)
    on_day: date
    author_id: int | None = link("account", nullable=True)
    at: datetime = Field(default_factory=now, sa_type=Instant)


class Effort(Row, table=True):
    """What somebody promised or gave beside the budget; ``cents`` is what it is worth."""

    __tablename__ = "effort"

    agreement_id: int = link("agreement")
    kind: str = Field(max_length=12)
    promised: bool = False
    who: str = Field(max_length=200)
    people: int | None = None
    days: int | None = None
    cents: int | None = Field(default=None, sa_type=Key)
    on_day: date
    note: str = Field(default="", max_length=300)
    struck: str = Field(default="", max_length=200)  # why it no longer counts
    author_id: int | None = link("account", nullable=True)
    at: datetime = Field(default_factory=now, sa_type=Instant)
