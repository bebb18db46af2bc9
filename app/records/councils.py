"""The neighbourhood council: its acta, its posts and its vision (phase 1)."""

from datetime import date

from sqlmodel import Field

from app.records.base import Row, link


class Council(Row, table=True):
    """A council as one acta constituted it; the newest approved one is in office."""

    __tablename__ = "council"

    form_id: int = link("form")
    community_id: int = link("community")
    acta_number: str = Field(default="", max_length=40)
    assembled_on: date | None = None
    mandate_from: date | None = None
    mandate_to: date | None = None
    resolution: str = Field(default="", max_length=80)
    women: int | None = None
    men: int | None = None
    vision: str = Field(default="", max_length=2000)
    vision_on: date | None = None


class Post(Row, table=True):
    """A post of a council and who holds it."""

    __tablename__ = "post"

    council_id: int = link("council")
    role: str = Field(max_length=40)
    person: str = Field(default="", max_length=120)
    sex: str = Field(default="", max_length=1)
