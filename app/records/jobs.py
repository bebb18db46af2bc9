"""Jobs: long work as rows that a worker takes, reports on, and may take up again."""

from datetime import datetime
from typing import Any

from sqlmodel import Field

from app.records.base import Row, link
from app.store.types import Instant, Json, now

OPEN = ("queued", "running")


class Job(Row, table=True):
    """One piece of long work and how far it is."""

    __tablename__ = "job"

    kind: str = Field(max_length=40)
    params: dict[str, Any] = Field(default_factory=dict, sa_type=Json)
    state: str = Field(default="queued", max_length=10, index=True)
    done: int = 0
    total: int = 0
    message: str = Field(default="", max_length=500)
    result: dict[str, Any] = Field(default_factory=dict, sa_type=Json)
    author_id: int | None = link("account", nullable=True)
    place_id: int | None = link("place", nullable=True)
    attempts: int = 0
    cancel: bool = False
    created_at: datetime = Field(default_factory=now, sa_type=Instant)
    beat_at: datetime | None = Field(default=None, sa_type=Instant)
    ended_at: datetime | None = Field(default=None, sa_type=Instant)
