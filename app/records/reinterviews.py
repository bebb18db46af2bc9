"""Second interviews of homes drawn by lot: kept apart from the answers, and never counted."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import UniqueConstraint, delete
from sqlmodel import Field, col, select

from app.records.base import Row, link
from app.store.sessions import Reading, Writing
from app.store.types import Guid, Instant, Json, now

OUTCOMES = ("interviewed", "absent", "refused")


class Reinterview(Row, table=True):
    """One home asked again in a round, by another person than the first time.

    ``answers`` are ``{practice, person, first, second}``: what was said the first time, as it
    stood that day, beside what was said now. ``seed`` is that of the draw.
    """

    __tablename__ = "reinterview"
    __table_args__ = (UniqueConstraint("round_uuid", "family_uuid"),)

    community_id: int = link("community")
    round_uuid: UUID = Field(sa_type=Guid)
    family_uuid: UUID = Field(sa_type=Guid, index=True)
    form_uuid: UUID = Field(sa_type=Guid)
    seed: str = Field(max_length=16)
    outcome: str = Field(max_length=12)
    answers: list[dict[str, Any]] = Field(default_factory=list, sa_type=Json)
    author_id: int | None = link("account", nullable=True)
    at: datetime = Field(default_factory=now, sa_type=Instant)


def of_round(session: Reading, round_uuid: UUID) -> Sequence[Reinterview]:
    """The second interviews of a round, oldest first."""
    wanted = select(Reinterview).where(Reinterview.round_uuid == round_uuid)
    return session.exec(wanted.order_by(col(Reinterview.id))).all()


def forget(session: Writing, family_uuid: UUID) -> None:
    """Take away a family's second interviews."""
    gone = delete(Reinterview).where(col(Reinterview.family_uuid) == family_uuid)
    session.connection().execute(gone)
