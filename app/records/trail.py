"""The audit trail and its seals, and who looked at whose data.

No personal value stands here: subjects are UUIDs, contents are salted digests.
"""

from datetime import datetime

from sqlmodel import Field, SQLModel

from app.records.base import link
from app.store.types import Instant, Key, now


class AuditEntry(SQLModel, table=True):
    """One change, by whom, to what, in which request."""

    __tablename__ = "audit"

    id: int = Field(default=None, primary_key=True, sa_type=Key)
    at: datetime = Field(default_factory=now, sa_type=Instant, index=True)
    actor_id: int | None = link("account", nullable=True)
    action: str = Field(max_length=40)
    register_code: str = Field(max_length=30, index=True)
    subject: str = Field(max_length=64, index=True)
    place_id: int | None = link("place", nullable=True)
    request_id: str = Field(default="", max_length=36)
    reason: str = Field(default="", max_length=500)
    digest: str = Field(default="", max_length=64)


class Seal(SQLModel, table=True):
    """The hash of all audit rows up to one, chained to the seal before."""

    __tablename__ = "seal"

    id: int = Field(default=None, primary_key=True, sa_type=Key)
    at: datetime = Field(default_factory=now, sa_type=Instant)
    from_id: int = Field(sa_type=Key)
    to_id: int = Field(sa_type=Key)
    rows: int
    previous: str = Field(max_length=64)
    hash: str = Field(max_length=64)


class AccessEntry(SQLModel, table=True):
    """Somebody looked at a family's data; the family may ask for this list."""

    __tablename__ = "access_entry"

    id: int = Field(default=None, primary_key=True, sa_type=Key)
    at: datetime = Field(default_factory=now, sa_type=Instant)
    actor_id: int | None = link("account", nullable=True)
    family_uuid: str = Field(max_length=36, index=True)
    purpose: str = Field(max_length=60)
    request_id: str = Field(default="", max_length=36)
