"""Cycles of a community, and the dated rounds in them."""

from datetime import date, datetime

from sqlalchemy import UniqueConstraint
from sqlmodel import Field

from app.records.base import Row, link
from app.store.types import Instant


class Cycle(Row, table=True):
    """One to three years: diagnosis, plan, vision; closed by the community's evaluation."""

    __tablename__ = "cycle"

    community_id: int = link("community")
    number: int = 1
    starts_on: date
    ends_on: date
    closed_on: date | None = None


class Round(Row, table=True):
    """One dated monitoring inside a cycle; ``number`` counts over the community's life."""

    __tablename__ = "round"
    __table_args__ = (UniqueConstraint("community_id", "number"),)

    cycle_id: int = link("cycle")
    community_id: int = link("community")
    number: int
    label: str = Field(max_length=20)  # 2027-I, 2027-II: alike in all communities of a district
    held_on: date
    locked_at: datetime | None = Field(default=None, sa_type=Instant)
