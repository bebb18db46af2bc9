"""The communal plan and its actions (phase 2), activities (3) and evaluation (4)."""

from datetime import date
from typing import Any
from uuid import UUID

from sqlmodel import Field

from app.records.base import Row, link
from app.store.spatial import shape_column
from app.store.types import Guid


class Plan(Row, table=True):
    """A communal plan as the assembly approved it."""

    __tablename__ = "plan"

    form_id: int = link("form")
    community_id: int = link("community")
    cycle_id: int | None = link("cycle", nullable=True)
    assembled_on: date
    starts_on: date | None = None
    ends_on: date | None = None
    women: int | None = None
    men: int | None = None
    takes_up_women: bool | None = None  # any of the women's first three problems; NULL unknown


class Action(Row, table=True):
    """One action of a plan; its UUID stays over corrections and is what proposals cite."""

    __tablename__ = "action"

    form_id: int = link("form")
    plan_id: int = link("plan")
    community_id: int = link("community")
    position: int
    title: str = Field(max_length=300)
    kind: str = Field(max_length=20)
    theme: str = Field(default="", max_length=60)
    problem: str = Field(default="", max_length=300)
    indicator: str | None = Field(default=None, max_length=20, index=True)
    expected: str = Field(default="", max_length=300)
    families: int | None = None
    people: int | None = None
    responsible: str = Field(default="", max_length=160)
    starts_on: date | None = None
    ends_on: date | None = None
    cost_cents: int | None = None
    votes: int | None = None
    to_budget: bool = False
    geom: Any = Field(default=None, sa_column=shape_column("GEOMETRY"))


class Activity(Row, table=True):
    """A session, campaign or faena that took place."""

    __tablename__ = "activity"

    form_id: int = link("form")
    community_id: int = link("community")
    kind: str = Field(max_length=20)
    theme: str = Field(default="", max_length=160)
    on: date
    women: int = 0
    men: int = 0
    action_uuid: UUID | None = Field(default=None, sa_type=Guid)


class Outcome(Row, table=True):
    """What the community says of one action at the end of the cycle, and why."""

    __tablename__ = "outcome"

    form_id: int = link("form")
    community_id: int = link("community")
    cycle_id: int | None = link("cycle", nullable=True)
    action_uuid: UUID | None = Field(default=None, sa_type=Guid)
    title: str = Field(default="", max_length=300)
    result: str = Field(max_length=12)  # achieved partly not
    why: str = Field(default="", max_length=500)


class Challenge(Row, table=True):
    """A new challenge named at the end of a cycle: the next diagnosis starts from it."""

    __tablename__ = "challenge"

    form_id: int = link("form")
    community_id: int = link("community")
    text: str = Field(max_length=500)
    theme: str = Field(default="", max_length=60)
