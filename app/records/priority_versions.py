"""Lists of priorities as they were frozen, the cards that came before, and what was decided.

A version is announced, each community gets the card of its own figures to correct, and ten
days later it is frozen with all its inputs. Nothing of a frozen version changes again.
"""

from datetime import date, datetime
from typing import Any

from sqlalchemy import UniqueConstraint
from sqlmodel import Field

from app.records.base import Row, link
from app.store.types import Instant, Json, now

STATES = ("announced", "frozen", "cancelled")
ANSWERS = ("", "agrees", "differs")
DECISIONS = ("attend", "postpone", "elsewhere")


class PriorityVersion(Row, table=True):
    """A list of priorities: announced, then frozen.

    ``inputs`` and ``outcome`` are those of ``app.planning.versions``; ``pending`` names the
    forms that were still on the way when it was frozen, ``reason`` why it was frozen all the
    same. ``acta`` is the number or title of the acta that adopted it.
    """

    __tablename__ = "priority_version"
    __table_args__ = (UniqueConstraint("place_id", "number"),)

    place_id: int = link("place")
    number: int
    label: str = Field(max_length=120)
    state: str = Field(default="announced", max_length=12)
    freezes_on: date
    announced_at: datetime = Field(default_factory=now, sa_type=Instant)
    author_id: int | None = link("account", nullable=True)
    day: date | None = None
    frozen_at: datetime | None = Field(default=None, sa_type=Instant)
    frozen_by: int | None = link("account", nullable=True)
    seed: str = Field(default="", max_length=64)
    digest: str = Field(default="", max_length=64)
    inputs: dict[str, Any] = Field(default_factory=dict, sa_type=Json)
    outcome: dict[str, Any] = Field(default_factory=dict, sa_type=Json)
    pending: list[dict[str, Any]] = Field(default_factory=list, sa_type=Json)
    reason: str = Field(default="", max_length=500)
    acta: str = Field(default="", max_length=200)


class FigureCard(Row, table=True):
    """What a version will take of one community, shown to it beforehand, and its answer."""

    __tablename__ = "figure_card"
    __table_args__ = (UniqueConstraint("version_id", "community_id"),)

    version_id: int = link("priority_version")
    community_id: int = link("community")
    lines: list[dict[str, Any]] = Field(default_factory=list, sa_type=Json)
    answer: str = Field(default="", max_length=12)
    note: str = Field(default="", max_length=500)
    answered_by: str = Field(default="", max_length=120)
    answered_at: datetime | None = Field(default=None, sa_type=Instant)
    author_id: int | None = link("account", nullable=True)


class PriorityDecision(Row, table=True):
    """What people decided of a ranked need, beside its place and never over it."""

    __tablename__ = "priority_decision"

    version_id: int = link("priority_version")
    need: str = Field(max_length=60)
    decision: str = Field(max_length=12)
    reason: str = Field(max_length=500)
    author_id: int | None = link("account", nullable=True)
    at: datetime = Field(default_factory=now, sa_type=Instant)


class NeedsScenario(Row, table=True):
    """A named "what if" of a district: what it changes, never what it is official."""

    __tablename__ = "needs_scenario"

    place_id: int = link("place")
    name: str = Field(max_length=120)
    change: dict[str, Any] = Field(default_factory=dict, sa_type=Json)
    author_id: int | None = link("account", nullable=True)
    at: datetime = Field(default_factory=now, sa_type=Instant)
    withdrawn: bool = False


class NeedRating(Row, table=True):
    """What a group says of a need for Hanlon's method; an earlier one of theirs steps back."""

    __tablename__ = "need_rating"

    place_id: int = link("place")
    need: str = Field(max_length=60)
    given_by: str = Field(max_length=120)
    gravity: float
    effect: float
    noes: list[str] = Field(default_factory=list, sa_type=Json)
    author_id: int | None = link("account", nullable=True)
    at: datetime = Field(default_factory=now, sa_type=Instant)
    withdrawn: bool = False
