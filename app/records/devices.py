"""Telephones that deliver forms by themselves, and what each of them delivered.

A device speaks for the account that it was enrolled for, with a secret of its own: nobody's
password stands on a telephone. A delivery is kept before anything else happens to it; its raw
XML goes once its answers stand in the intake, which seals and can forget them.
"""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import LargeBinary, UniqueConstraint
from sqlmodel import Field

from app.records.base import Row, link
from app.store.types import Guid, Instant, Json, now

DELIVERY_STATES = ("kept", "waiting", "taken", "quarantined", "dismissed")


class Device(Row, table=True):
    """One enrolled telephone; ``ha1`` is what Digest compares, ``token_hash`` that of its path."""

    __tablename__ = "device"

    account_id: int = link("account")
    community_id: int | None = link("community", nullable=True)
    label: str = Field(max_length=80)
    name: str = Field(max_length=20, unique=True)
    ha1: str = Field(max_length=64)
    token_hash: str = Field(max_length=64, unique=True)
    issued_by: int | None = link("account", nullable=True)
    created_at: datetime = Field(default_factory=now, sa_type=Instant)
    seen_at: datetime | None = Field(default=None, sa_type=Instant)
    revoked_at: datetime | None = Field(default=None, sa_type=Instant)


class Delivery(Row, table=True):
    """One document as a device handed it over.

    ``nth`` tells apart documents that came under one instance ID with different content:
    0 is the first. ``files`` are the names that the document mentions, with the SHA-256 of
    those that came. States: kept (to be looked at), waiting (for files), taken (it stands in
    the intake as ``form_uuid``), quarantined (a person decides), dismissed (a person did).
    """

    __tablename__ = "delivery"
    __table_args__ = (UniqueConstraint("instance_id", "nth"),)

    instance_id: str = Field(max_length=120)
    nth: int = 0
    deprecated_id: str = Field(default="", max_length=120)
    form: str = Field(max_length=80)
    version: str = Field(max_length=40)
    device_id: int | None = link("device", nullable=True)
    account_id: int | None = link("account", nullable=True)
    community_id: int | None = link("community", nullable=True)
    form_uuid: UUID = Field(sa_type=Guid, index=True)
    salt: str = Field(max_length=32)
    digest: str = Field(max_length=64)
    xml: bytes | None = Field(default=None, sa_type=LargeBinary)
    files: dict[str, str] = Field(default_factory=dict, sa_type=Json)
    state: str = Field(default="kept", max_length=12, index=True)
    problems: list[dict[str, Any]] = Field(default_factory=list, sa_type=Json)
    at: datetime = Field(default_factory=now, sa_type=Instant)
    decided_at: datetime | None = Field(default=None, sa_type=Instant)
    decided_by: int | None = link("account", nullable=True)
    reason: str = Field(default="", max_length=500)


class HandoverKey(Row, table=True):
    """The municipality's own key pair, DER; telephones wrap theirs for its public half."""

    __tablename__ = "handover_key"

    key_id: str = Field(max_length=16, unique=True)
    public_half: bytes = Field(sa_type=LargeBinary)
    private_half: bytes = Field(sa_type=LargeBinary)
    created_at: datetime = Field(default_factory=now, sa_type=Instant)
