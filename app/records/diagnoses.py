"""The communal diagnosis: what the assembly said, with its places on the map (phase 2)."""

from datetime import date
from typing import Any

from sqlmodel import Field

from app.records.base import Row, link
from app.store.spatial import shape_column
from app.store.types import Json


class Diagnosis(Row, table=True):
    """One assembly's diagnosis; figures not asked stay NULL."""

    __tablename__ = "diagnosis"

    form_id: int = link("form")
    community_id: int = link("community")
    cycle_id: int | None = link("cycle", nullable=True)
    assembled_on: date
    women: int | None = None
    men: int | None = None
    families: int | None = None
    dwellings: int | None = None
    population: int | None = None
    facility_min_dry: int | None = None
    facility_min_rain: int | None = None
    facts: dict[str, Any] = Field(default_factory=dict, sa_type=Json)
    assets_asked: bool = False
    hazards_asked: bool = False


class Problem(Row, table=True):
    """A problem named in assembly, with its votes, women's and men's apart."""

    __tablename__ = "problem"

    form_id: int = link("form")
    community_id: int = link("community")
    position: int
    description: str = Field(max_length=500)
    theme: str = Field(default="", max_length=60)
    indicator: str | None = Field(default=None, max_length=20, index=True)
    cause: str = Field(default="", max_length=500)
    people: int | None = None
    since_year: int | None = None
    votes_women: int | None = None
    votes_men: int | None = None
    rank: int | None = None  # by all votes
    rank_women: int | None = None  # by women's votes
    geom: Any = Field(default=None, sa_column=shape_column("GEOMETRY"))


class Asset(Row, table=True):
    """Something useful that the community marked: school, source, post, bridge."""

    __tablename__ = "asset"

    form_id: int = link("form")
    community_id: int = link("community")
    kind: str = Field(max_length=40)
    name: str = Field(default="", max_length=160)
    state: str = Field(default="", max_length=20)
    geom: Any = Field(default=None, sa_column=shape_column("GEOMETRY"))


class Hazard(Row, table=True):
    """A danger that the community pointed out; no official risk assessment (EVAR)."""

    __tablename__ = "hazard"

    form_id: int = link("form")
    community_id: int = link("community")
    kind: str = Field(max_length=40)
    year: int | None = None
    families: int | None = None
    note: str = Field(default="", max_length=300)
    geom: Any = Field(default=None, sa_column=shape_column("GEOMETRY"))
