"""What a district agreed for its risk maps, and the layers of its own that lie under them."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import UniqueConstraint
from sqlmodel import Field, col, select

from app.records.base import Row, link
from app.store.sessions import Reading
from app.store.spatial import shape_column
from app.store.types import Instant, Json, now

LAYERS = ("maternal_child", "hazard_exposure")
OVERLAY_KINDS = ("water", "road", "other")


class RiskBands(Row, table=True):
    """The classes of a risk map as a district agreed them; a change is another version.

    ``edges`` rise, one more than ``words``. ``ordinance`` holds the number of the ordinance,
    or what names the acta, that agreed them.
    """

    __tablename__ = "risk_bands"
    __table_args__ = (UniqueConstraint("place_id", "layer", "version"),)

    place_id: int = link("place")
    layer: str = Field(max_length=20)
    version: int = 1
    edges: list[float] = Field(default_factory=list, sa_type=Json)
    words: list[str] = Field(default_factory=list, sa_type=Json)
    ordinance: str = Field(max_length=80)
    ordinance_on: date | None = None
    article: str = Field(default="", max_length=40)
    reason: str = Field(default="", max_length=500)
    author_id: int | None = link("account", nullable=True)
    at: datetime = Field(default_factory=now, sa_type=Instant)


class OverlayFeature(Row, table=True):
    """A river, a road or another line of a layer that the municipality imported for itself."""

    __tablename__ = "overlay_feature"

    place_id: int = link("place")
    import_id: int = link("import_batch")
    kind: str = Field(max_length=10)
    name: str = Field(default="", max_length=160)
    geom: Any = Field(default=None, sa_column=shape_column("GEOMETRY", nullable=False))


def versions(session: Reading, place_id: int, layer: str) -> list[RiskBands]:
    """What a district agreed for a map, the newest first."""
    wanted = select(RiskBands).where(RiskBands.place_id == place_id, RiskBands.layer == layer)
    return list(session.exec(wanted.order_by(col(RiskBands.version).desc())))
