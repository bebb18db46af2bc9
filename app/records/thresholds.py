"""From which value on a district counts something, with its day, its source and who set it."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import date, datetime

from sqlalchemy import UniqueConstraint
from sqlmodel import Field, col, select

from app.records.base import Row, link
from app.records.territory import Belonging
from app.store.sessions import Reading, columns
from app.store.types import Instant, now


class Threshold(Row, table=True):
    """A threshold of an indicator in a district, 0 to 1, from a day until the next one begins.

    Rows are never rewritten: what was counted by an earlier one keeps it.
    """

    __tablename__ = "threshold"
    __table_args__ = (UniqueConstraint("place_id", "indicator", "valid_from"),)

    place_id: int = link("place")
    indicator: str = Field(max_length=20, index=True)
    share: float
    source: str = Field(max_length=200)
    reason: str = Field(default="", max_length=500)
    valid_from: date
    author_id: int | None = link("account", nullable=True)
    at: datetime = Field(default_factory=now, sa_type=Instant)


def listed(session: Reading, place_id: int, indicator: str) -> list[Threshold]:
    """Every threshold that a district set for an indicator, the oldest first."""
    wanted = select(Threshold).where(
        Threshold.place_id == place_id, Threshold.indicator == indicator
    )
    return list(session.exec(wanted.order_by(col(Threshold.valid_from))).all())


def of_communities(
    session: Reading, communities: Sequence[int], indicator: str
) -> Mapping[int, list[tuple[date, float]]]:
    """The thresholds under which the rounds of each community stand, the oldest first."""
    found: dict[int, list[tuple[date, float]]] = defaultdict(list)
    rows = session.rows(
        columns(Belonging.community_id, Threshold.valid_from, Threshold.share)
        .join(Threshold, col(Threshold.place_id) == Belonging.place_id)
        .where(
            col(Belonging.community_id).in_(communities),
            col(Belonging.valid_to).is_(None),
            col(Threshold.indicator) == indicator,
        )
        .order_by(col(Threshold.valid_from))
    )
    for community, day, share in rows:
        found[community].append((day, share))
    return found
