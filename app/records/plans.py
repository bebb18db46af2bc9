"""The communal plan and its actions (phase 2), activities and progress (3), evaluation (4)."""

from datetime import date
from typing import Any
from uuid import UUID

from sqlmodel import Field, col, select

from app.records.base import Row, link
from app.records.intake import Form
from app.store.sessions import Reading
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


class Progress(Row, table=True):
    """How far one action had come in a month; the newest month tells how the action stands."""

    __tablename__ = "progress"

    form_id: int = link("form")
    community_id: int = link("community")
    month: date  # its first day
    action_uuid: UUID | None = Field(default=None, sa_type=Guid, index=True)
    title: str = Field(default="", max_length=300)  # of an action that is in no register
    state: str = Field(max_length=12)  # not_started in_progress stopped done dropped
    share: int | None = None  # 0 to 100
    ready: int | None = None  # pieces, of total
    total: int | None = None
    done: str = Field(default="", max_length=500)
    obstacle: str = Field(default="", max_length=500)


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


def how_actions_stand(session: Reading, community_id: int) -> dict[UUID, Progress]:
    """The newest thing told of each action of a community, by the action's key."""
    rows = session.exec(
        select(Progress)
        .join(Form, col(Form.id) == Progress.form_id)
        .where(
            Progress.community_id == community_id,
            col(Progress.action_uuid).is_not(None),
            col(Form.state).in_(("approved", "locked")),
        )
        .order_by(col(Progress.month), col(Progress.form_id), col(Progress.id))
    ).all()
    return {row.action_uuid: row for row in rows if row.action_uuid is not None}
