"""Catalogues as data with validity: instruments, practices, indicators, goals, norms, weights.

Seeds fill them; the administrator edits them. A norm that nobody verified advises
("por verificar") and never refuses.
"""

from datetime import date, datetime
from typing import Any

from sqlalchemy import UniqueConstraint
from sqlmodel import Field, SQLModel

from app.records.base import Row, link
from app.store.types import Instant, Json, now


class InstrumentVersion(Row, table=True):
    """One immutable version of an instrument's definition."""

    __tablename__ = "instrument_version"
    __table_args__ = (UniqueConstraint("code", "version"),)

    code: str = Field(max_length=40, index=True)
    version: str = Field(max_length=20)
    digest: str = Field(max_length=64)
    definition: dict[str, Any] = Field(sa_type=Json)
    valid_from: date | None = None
    valid_to: date | None = None


class PracticeRow(SQLModel, table=True):
    """One healthy practice of the catalogue."""

    __tablename__ = "practice"

    id: int = Field(default=None, primary_key=True)
    code: str = Field(max_length=20, unique=True)
    name_es: str = Field(max_length=200)
    name_en: str = Field(max_length=200)
    stage: str = Field(max_length=30)
    unit: str = Field(max_length=12)
    denominator: str = Field(default="", max_length=120)
    age_min_months: int | None = None
    age_max_months: int | None = None
    theme: str = Field(default="", max_length=30)
    sensitivity: str = Field(default="none", max_length=12)
    valid_from: date | None = None
    valid_to: date | None = None


class IndicatorRow(SQLModel, table=True):
    """One indicator of the catalogue; every practice is one too.

    ``computed_by`` says from what it is counted: practices (typed totals and household
    lines alike), lines (household lines alone, since its age band is not that of its
    practices), answers (``answer_rule`` over a diagnosis), registers (the council, the plan
    and so on), external, or pending. ``household_rule`` names practices with the ages in
    months that count: ``P-A3@0-5|P-B7@6-11``.
    """

    __tablename__ = "indicator"

    id: int = Field(default=None, primary_key=True)
    code: str = Field(max_length=20, unique=True)
    name_es: str = Field(max_length=200)
    name_en: str = Field(max_length=200)
    numerator: str = Field(default="", max_length=300)
    denominator: str = Field(default="", max_length=300)
    direction: str = Field(default="up", max_length=4)
    unit: str = Field(default="person", max_length=12)
    dimension: str = Field(default="", max_length=30)
    practices: list[str] = Field(default_factory=list, sa_type=Json)
    fed_by: list[str] = Field(default_factory=list, sa_type=Json)
    denominator_code: str = Field(default="", max_length=30)
    computed_by: str = Field(default="practices", max_length=12)
    household_rule: str = Field(default="", max_length=120)
    answer_rule: str = Field(default="", max_length=120)
    sensitivity: str = Field(default="none", max_length=12)
    valid_from: date | None = None
    valid_to: date | None = None


class Goal(Row, table=True):
    """Target and agreed worst value of an indicator, for one district or for all.

    ``incentive`` names what the municipality is rewarded with for that figure: such a figure
    feeds no priority, since who is rewarded for it also helps to make it.
    """

    __tablename__ = "goal"

    indicator: str = Field(max_length=20, index=True)
    place_id: int | None = link("place", nullable=True)
    target: float
    worst: float
    source: str = Field(default="", max_length=200)
    incentive: str = Field(default="", max_length=120)
    valid_from: date | None = None
    valid_to: date | None = None


class Norm(Row, table=True):
    """A number that a norm gives, with who verified it and when."""

    __tablename__ = "norm"

    code: str = Field(max_length=40, index=True)
    value: dict[str, Any] = Field(default_factory=dict, sa_type=Json)
    source: str = Field(default="", max_length=300)
    verified_by: str | None = Field(default=None, max_length=120)
    verified_on: date | None = None
    valid_from: date | None = None
    valid_to: date | None = None


class Weighting(Row, table=True):
    """One hundred points over criteria, given by one participant or group of a district."""

    __tablename__ = "weighting"

    place_id: int = link("place")
    given_by: str = Field(max_length=120)
    points: dict[str, float] = Field(sa_type=Json)
    at: datetime = Field(default_factory=now, sa_type=Instant)
    withdrawn: bool = False
