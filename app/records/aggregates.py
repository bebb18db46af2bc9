"""What was counted: community aggregates, version stamps, and the public's own table."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import Index
from sqlmodel import Field, SQLModel

from app.records.base import Row, link
from app.store.types import Instant, Json, Key, now


class Aggregate(SQLModel, table=True):
    """x of n of one indicator in one community and round, from approved forms alone.

    It is derived, and can be made anew at any time: it refers to its community, round and
    indicator without holding them, since each of them is held by the forms behind it, and
    looking each up costs a third of the time of counting millions anew.

    ``source`` says whether household lines or a typed total gave it; lines outrank
    totals, and ``typed_x``/``typed_n`` keep the total that stood beside them.
    """

    __tablename__ = "aggregate"
    __table_args__ = (Index("ix_aggregate_indicator", "indicator_id", "round_id", "community_id"),)

    community_id: int = Field(primary_key=True, sa_type=Key)
    round_id: int = Field(primary_key=True, sa_type=Key)
    indicator_id: int = Field(primary_key=True)
    x: int
    n: int
    missing: int = 0
    population: int | None = None
    verified: int = 0
    source: str = Field(max_length=10)  # lines totals register
    typed_x: int | None = None
    typed_n: int | None = None


class Stamp(SQLModel, table=True):
    """A version number that a cache compares at each request."""

    __tablename__ = "stamp"

    name: str = Field(primary_key=True, max_length=60)
    version: int = Field(default=1, sa_type=Key)


class Publication(Row, table=True):
    """One figure the public may know, already suppressed; nothing else is public.

    A pooled figure is one count for all its ``rounds`` together, told in each of them.
    """

    __tablename__ = "publication"

    place_id: int = link("place")
    community_id: int | None = link("community", nullable=True)
    indicator: str = Field(max_length=20, index=True)
    round_label: str = Field(max_length=60)
    as_of: date
    state: str = Field(max_length=12)  # published pooled suppressed empty
    rounds: list[str] = Field(default_factory=list, sa_type=Json)
    x: int | None = None
    n: int | None = None
    reason: str = Field(default="", max_length=60)
    published_at: datetime = Field(default_factory=now, sa_type=Instant)


class PublicText(Row, table=True):
    """A page or list that the district published: needs, funded proposals, acta."""

    __tablename__ = "public_text"

    place_id: int = link("place")
    kind: str = Field(max_length=20, index=True)
    body: dict[str, Any] = Field(default_factory=dict, sa_type=Json)
    published_at: datetime = Field(default_factory=now, sa_type=Instant)
