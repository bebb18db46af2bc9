"""Gestiones: requests that go to somebody else than the participatory budget, and their fate."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import UniqueConstraint
from sqlmodel import Field, SQLModel

from app.records.base import Row, link
from app.store.types import Guid, Instant, Json, Key, now

STATES = ("draft", "filed", "answered", "accepted", "refused", "done", "dropped")


class Petition(Row, table=True):
    """A request of communities to an addressee, numbered within its district and year.

    ``route`` is one of ``app.planning.gate.ROUTES`` but the budget; ``answers`` are those of
    the gate that sent it there. ``filing`` is the number that the addressee's desk stamped.
    """

    __tablename__ = "petition"
    __table_args__ = (UniqueConstraint("place_id", "year", "number"),)

    place_id: int = link("place")
    year: int
    number: int
    title: str = Field(max_length=200)
    need: str = Field(default="", max_length=60)
    route: str = Field(max_length=20)
    addressee: str = Field(max_length=200)
    answers: dict[str, Any] = Field(default_factory=dict, sa_type=Json)
    state: str = Field(default="draft", max_length=10)
    filing: str = Field(default="", max_length=60)
    filed_on: date | None = None
    due_on: date | None = None
    replied_on: date | None = None
    reply: str = Field(default="", max_length=1000)
    revision: int = 1
    author_id: int | None = link("account", nullable=True)
    created_at: datetime = Field(default_factory=now, sa_type=Instant)


class PetitionOrigin(SQLModel, table=True):
    """The plan action that a petition carries: the way back to the assembly."""

    __tablename__ = "petition_origin"

    petition_id: int = Field(foreign_key="petition.id", primary_key=True, sa_type=Key)
    action_uuid: UUID = Field(primary_key=True, sa_type=Guid, index=True)
    community_id: int = link("community")


class PetitionStep(Row, table=True):
    """What happened to a petition on a day, in words; the history is never rewritten."""

    __tablename__ = "petition_step"

    petition_id: int = link("petition")
    on_day: date
    state: str = Field(max_length=10)
    note: str = Field(default="", max_length=500)
    author_id: int | None = link("account", nullable=True)
    at: datetime = Field(default_factory=now, sa_type=Instant)
