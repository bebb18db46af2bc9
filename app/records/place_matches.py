"""Which place of INEI's gazetteer a community is, as a person decided it."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Index, text
from sqlmodel import Field, col, select

from app.records.base import Row, link
from app.records.territory import Belonging
from app.store.sessions import Reading
from app.store.types import Instant, now


class PlaceMatch(Row, table=True):
    """A community and its place of the gazetteer; an empty code says that it is not there.

    ``confidence``, ``likeness`` (0 to 1) and ``distance_m`` are what was shown to who decided.
    A match is taken back with a reason and stays in the history.
    """

    __tablename__ = "place_match"
    __table_args__ = (
        # One that holds for each community, and one community for each place.
        Index(
            "uq_place_match_community",
            "community_id",
            unique=True,
            sqlite_where=text("withdrawn_at IS NULL"),
            postgresql_where=text("withdrawn_at IS NULL"),
        ),
        Index(
            "uq_place_match_settlement",
            "settlement_code",
            unique=True,
            sqlite_where=text("withdrawn_at IS NULL AND settlement_code <> ''"),
            postgresql_where=text("withdrawn_at IS NULL AND settlement_code <> ''"),
        ),
    )

    community_id: int = link("community")
    settlement_code: str = Field(default="", max_length=10)
    confidence: float | None = None
    likeness: float | None = None
    distance_m: float | None = None
    author_id: int | None = link("account", nullable=True)
    at: datetime = Field(default_factory=now, sa_type=Instant)
    withdrawn_at: datetime | None = Field(default=None, sa_type=Instant)
    withdrawn_by_id: int | None = link("account", nullable=True)
    reason: str = Field(default="", max_length=500)


def standing(session: Reading, place_id: int) -> Sequence[PlaceMatch]:
    """The matches that hold, of the communities of a district."""
    return session.exec(
        select(PlaceMatch)
        .join(Belonging, col(Belonging.community_id) == PlaceMatch.community_id)
        .where(
            Belonging.place_id == place_id,
            col(Belonging.valid_to).is_(None),
            col(PlaceMatch.withdrawn_at).is_(None),
        )
    ).all()
