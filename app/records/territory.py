"""The tree of places, their boundaries, and the communities in them.

UBIGEO is text; the INEI code is the key and RENIEC's stands beside. A place, and a
community's belonging to a district, hold between dates.
"""

from datetime import date
from typing import Any

from sqlalchemy import Index, UniqueConstraint, text
from sqlmodel import Field, SQLModel

from app.records.base import Row, link
from app.store.spatial import shape_column

KINDS = ("country", "region", "province", "district")
COMMUNITY_KINDS = (
    "campesina",
    "nativa",
    "anexo",
    "caserio",
    "centro_poblado",
    "barrio",
    "asentamiento",
    "sector",
    "manzana",
)


class Place(Row, table=True):
    """Country, region, province or district, between two dates."""

    __tablename__ = "place"
    # One living place a code; a code given up may be used again later.
    __table_args__ = (
        Index(
            "uq_place_code_living",
            "code",
            unique=True,
            sqlite_where=text("valid_to IS NULL"),
            postgresql_where=text("valid_to IS NULL"),
        ),
    )

    kind: str = Field(max_length=10, index=True)
    code: str = Field(max_length=6, index=True)
    name: str = Field(max_length=120)
    search: str = Field(max_length=120, index=True)
    sort_key: str = Field(max_length=160)
    parent_id: int | None = link("place", nullable=True)
    reniec: str | None = Field(default=None, max_length=6)
    capital: str | None = Field(default=None, max_length=120)
    population: int | None = None
    altitude_m: int | None = None
    fictitious: bool = False
    valid_from: date | None = None
    valid_to: date | None = None
    import_id: int | None = link("import_batch", nullable=True)


class Boundary(Row, table=True):
    """The limits of a place as one import gave them; ``boundaries`` says which are in force."""

    __tablename__ = "boundary"

    place_id: int = link("place")
    import_id: int | None = link("import_batch", nullable=True)
    vintage: int | None = None
    source: str = Field(default="", max_length=200)
    area_m2: float = 0.0
    withdrawn: bool = False
    geom: Any = Field(default=None, sa_column=shape_column("MULTIPOLYGON", nullable=False))


class CodeChange(SQLModel, table=True):
    """A place that was created, renamed or given another code."""

    __tablename__ = "code_change"

    id: int = Field(default=None, primary_key=True)
    kind: str = Field(max_length=12)  # created renamed reassigned
    level: str = Field(max_length=10)
    old_code: str | None = Field(default=None, max_length=6, index=True)
    new_code: str | None = Field(default=None, max_length=6, index=True)
    old_name: str | None = Field(default=None, max_length=120)
    new_name: str | None = Field(default=None, max_length=120)
    container_code: str | None = Field(default=None, max_length=6)
    import_id: int | None = link("import_batch", nullable=True)


class Facility(Row, table=True):
    """A health facility (IPRESS) by its RENIPRESS code."""

    __tablename__ = "facility"

    code: str = Field(max_length=8, unique=True)
    name: str = Field(max_length=160)
    search: str = Field(max_length=160, index=True)
    place_id: int | None = link("place", nullable=True)
    category: str | None = Field(default=None, max_length=10)
    import_id: int | None = link("import_batch", nullable=True)
    geom: Any = Field(default=None, sa_column=shape_column("POINT"))


class Settlement(Row, table=True):
    """A populated place of INEI's gazetteer (centro poblado), ten digits."""

    __tablename__ = "settlement"

    code: str = Field(max_length=10, unique=True)
    name: str = Field(max_length=120)
    search: str = Field(max_length=120, index=True)
    district_code: str = Field(max_length=6, index=True)
    urban: bool | None = None
    import_id: int | None = link("import_batch", nullable=True)
    geom: Any = Field(default=None, sa_column=shape_column("POINT"))


class Community(Row, table=True):
    """A community with its council: the unit that speaks, is counted and is visited."""

    __tablename__ = "community"

    code: str = Field(max_length=20, unique=True)
    kind: str = Field(default="centro_poblado", max_length=20)
    name: str = Field(max_length=120)
    search: str = Field(max_length=120, index=True)
    sort_key: str = Field(max_length=160)
    language: str = Field(default="es", max_length=8)
    altitude_m: int | None = None
    population: int | None = None
    households: int | None = None
    founded: int | None = None
    facility_id: int | None = link("facility", nullable=True)
    merged_into_id: int | None = link("community", nullable=True)
    import_id: int | None = link("import_batch", nullable=True)
    geom: Any = Field(default=None, sa_column=shape_column("POINT"))


class Belonging(Row, table=True):
    """A community belongs to a district between two dates; open ends are NULL."""

    __tablename__ = "belonging"
    __table_args__ = (UniqueConstraint("community_id", "place_id", "valid_from"),)

    community_id: int = link("community")
    place_id: int = link("place")
    valid_from: date | None = None
    valid_to: date | None = None


class Outline(Row, table=True):
    """The outline that a community declared: no boundary, and never published."""

    __tablename__ = "outline"

    community_id: int = link("community")
    form_uuid: str | None = Field(default=None, max_length=36)
    geom: Any = Field(default=None, sa_column=shape_column("GEOMETRY", nullable=False))


class ExternalValue(SQLModel, table=True):
    """One imported figure of a place: an indicator that other bodies publish."""

    __tablename__ = "external_value"

    place_code: str = Field(primary_key=True, max_length=10)
    indicator: str = Field(primary_key=True, max_length=60)
    period: str = Field(primary_key=True, max_length=20)
    import_id: int = link("import_batch")
    value: float | None = None
    text: str | None = Field(default=None, max_length=60)
    unit: str = Field(default="", max_length=30)
    source: str = Field(default="", max_length=200)
