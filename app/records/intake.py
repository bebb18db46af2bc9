"""The intake: what was received, append-only, and what became of it.

An ``Entry`` is acknowledged when it has committed, alone. Deriving the registers
from it is a second transaction, whose outcome stands in ``Derivation``. Registers
are the fold of the entries in the order of their ``id``. What a person said is in
``Payload``, which can be erased; the entry keeps a salted digest.
"""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import LargeBinary, UniqueConstraint
from sqlmodel import Field, SQLModel

from app.records.base import Row, link
from app.store.types import Guid, Instant, Json, Key, now

KINDS = (
    "submission",
    "correction",
    "resolution",
    "withdrawal",
    "batch",
    "merge",
    "cycle",
    "erasure",
    "own_form",
)
WAYS = ("page", "api", "import", "openrosa", "capture", "paper", "sheet", "seed")
STATES = ("draft", "sent", "returned", "approved", "locked", "withdrawn")


class Entry(Row, table=True):
    """One thing received; never changed, never deleted."""

    __tablename__ = "entry"
    __table_args__ = (UniqueConstraint("author_id", "idempotency_key"),)

    kind: str = Field(max_length=12)
    instrument: str | None = Field(default=None, max_length=40)
    version: str | None = Field(default=None, max_length=20)
    form_uuid: UUID = Field(sa_type=Guid, index=True)
    community_id: int | None = link("community", nullable=True)
    cycle_uuid: UUID | None = Field(default=None, sa_type=Guid)
    round_uuid: UUID | None = Field(default=None, sa_type=Guid)
    family_uuid: UUID | None = Field(default=None, sa_type=Guid, index=True)
    author_id: int | None = link("account", nullable=True)
    way: str = Field(max_length=10)
    device: str = Field(default="", max_length=80)
    idempotency_key: str | None = Field(default=None, max_length=120)
    salt: str = Field(max_length=32)
    digest: str = Field(max_length=64)
    at: datetime = Field(default_factory=now, sa_type=Instant)


class Payload(SQLModel, table=True):
    """The content of an entry: canonical JSON, sealed with the family's key if it has one."""

    __tablename__ = "payload"

    entry_id: int = Field(foreign_key="entry.id", primary_key=True, sa_type=Key)
    body: bytes | None = Field(default=None, sa_type=LargeBinary)
    nonce: bytes | None = Field(default=None, sa_type=LargeBinary)
    erased_at: datetime | None = Field(default=None, sa_type=Instant)
    erased_reason: str = Field(default="", max_length=300)


class FamilyKey(SQLModel, table=True):
    """The key of one family's payloads; dropping it makes them unreadable for ever."""

    __tablename__ = "family_key"

    family_uuid: UUID = Field(primary_key=True, sa_type=Guid)
    key: bytes | None = Field(default=None, sa_type=LargeBinary)


class Derivation(SQLModel, table=True):
    """What became of an entry: pending, derived or in quarantine with its reason."""

    __tablename__ = "derivation"

    entry_id: int = Field(foreign_key="entry.id", primary_key=True, sa_type=Key)
    state: str = Field(default="pending", max_length=12, index=True)
    problems: list[dict[str, Any]] = Field(default_factory=list, sa_type=Json)
    at: datetime = Field(default_factory=now, sa_type=Instant)
    resolved_by: int | None = link("account", nullable=True)


class Form(Row, table=True):
    """The register of documents: one filled instrument and its state."""

    __tablename__ = "form"

    instrument: str = Field(max_length=40, index=True)
    version: str = Field(max_length=20)
    community_id: int = link("community")
    cycle_id: int | None = link("cycle", nullable=True)
    round_id: int | None = link("round", nullable=True)
    family_uuid: UUID | None = Field(default=None, sa_type=Guid)
    entry_id: int = link("entry")
    author_id: int | None = link("account", nullable=True)
    state: str = Field(default="sent", max_length=10, index=True)
    revision: int = 1
    sent_at: datetime = Field(sa_type=Instant)
    decided_at: datetime | None = Field(default=None, sa_type=Instant)
    decided_by: int | None = link("account", nullable=True)
    reason: str = Field(default="", max_length=500)


class Draft(Row, table=True):
    """What a person has filled in and not yet sent; theirs alone, and erasable."""

    __tablename__ = "draft"
    __table_args__ = (UniqueConstraint("account_id", "community_id", "instrument", "form_uuid"),)

    account_id: int = link("account")
    community_id: int = link("community")
    instrument: str = Field(max_length=40)
    form_uuid: UUID = Field(sa_type=Guid)
    revision: int = 1
    body: dict[str, Any] = Field(default_factory=dict, sa_type=Json)
    saved_at: datetime = Field(default_factory=now, sa_type=Instant)


class Attachment(Row, table=True):
    """A file of an entry, named by its content; its bytes stand in the files folder."""

    __tablename__ = "attachment"

    entry_id: int | None = link("entry", nullable=True)
    form_uuid: UUID | None = Field(default=None, sa_type=Guid, index=True)
    sha256: str = Field(max_length=64, index=True)
    name: str = Field(max_length=200)
    media_type: str = Field(max_length=80)
    bytes: int
    at: datetime = Field(default_factory=now, sa_type=Instant)
    erased_at: datetime | None = Field(default=None, sa_type=Instant)
