"""Families by code: consent by use, self-assessment and commitments. No name is needed."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import UniqueConstraint
from sqlmodel import Field

from app.records.base import Row, link
from app.store.types import Guid, Instant, Json


class Family(Row, table=True):
    """A household of a community, by its code; ``state`` active, moved, merged or erased."""

    __tablename__ = "family"
    __table_args__ = (UniqueConstraint("community_id", "code"),)

    community_id: int = link("community")
    code: str = Field(max_length=20)
    sector: str = Field(default="", max_length=60)
    state: str = Field(default="active", max_length=10)
    merged_into_id: int | None = link("family", nullable=True)
    consents: bool = False  # to lines about it in forms and aggregates


class Consent(Row, table=True):
    """What a family allowed or refused, for which use, and how it said so."""

    __tablename__ = "consent"

    family_id: int = link("family")
    form_id: int | None = link("form", nullable=True)
    purpose: str = Field(max_length=20)  # form aggregate map
    given: bool
    method: str = Field(default="", max_length=12)  # signature fingerprint witness
    at: date


class SelfAssessment(Row, table=True):
    """A family's own look at home, practices and living together."""

    __tablename__ = "self_assessment"

    form_id: int = link("form")
    family_id: int = link("family")
    on: date
    yes: int = 0
    on_the_way: int = 0
    no: int = 0


class Commitment(Row, table=True):
    """Something a family set out to do; at most five open at a time."""

    __tablename__ = "commitment"

    form_id: int = link("form")
    family_id: int = link("family")
    key: UUID = Field(sa_type=Guid)
    item: str = Field(max_length=60)
    what: str = Field(default="", max_length=300)
    due: date | None = None
    state: str = Field(default="pending", max_length=12)
    history: list[dict[str, Any]] = Field(default_factory=list, sa_type=Json)
    changed_at: datetime | None = Field(default=None, sa_type=Instant)
