"""Accounts, their roles at places, how they enter, and the policy table.

Nobody needs an e-mail: a login name with a password, or a printed card with a PIN.
Secrets are kept as hashes alone.
"""

from datetime import date, datetime

from sqlalchemy import UniqueConstraint
from sqlmodel import Field, SQLModel

from app.records.base import Row, link
from app.store.types import Instant, now

ROLES = (
    "council",
    "health_agent",
    "planner",
    "evaluator",
    "official",
    "councillor",
    "oversight",
    "clerk",
    "facility",
    "clas",
    "visitor",
    "dpo",
    "admin",
)


class Account(Row, table=True):
    """One person or post that may enter."""

    __tablename__ = "account"

    login: str = Field(max_length=60, unique=True)
    name: str = Field(max_length=120)
    password_hash: str | None = None
    card_hash: str | None = Field(default=None, max_length=64, unique=True)
    pin_hash: str | None = None
    pin_until: date | None = None
    pin_misses: int = 0  # wrong PINs in a row
    language: str = Field(default="es", max_length=2)
    active: bool = True
    demo: bool = False
    ends_on: date | None = None
    created_at: datetime = Field(default_factory=now, sa_type=Instant)


class Binding(Row, table=True):
    """A role of an account, at a place of the tree, a community or a facility."""

    __tablename__ = "binding"

    account_id: int = link("account")
    role: str = Field(max_length=20)
    place_id: int | None = link("place", nullable=True)
    community_id: int | None = link("community", nullable=True)
    facility_id: int | None = link("facility", nullable=True)
    valid_from: date | None = None
    valid_to: date | None = None


class Login(Row, table=True):
    """An open session of an account on one device."""

    __tablename__ = "login"

    account_id: int = link("account")
    token_hash: str = Field(max_length=64, unique=True)
    csrf: str = Field(max_length=64)
    device: str = Field(default="", max_length=200)
    created_at: datetime = Field(default_factory=now, sa_type=Instant)
    seen_at: datetime = Field(default_factory=now, sa_type=Instant)
    revoked_at: datetime | None = Field(default=None, sa_type=Instant)


class ApiToken(Row, table=True):
    """A bearer token for the API, shown once."""

    __tablename__ = "api_token"

    account_id: int = link("account")
    token_hash: str = Field(max_length=64, unique=True)
    label: str = Field(max_length=80)
    created_at: datetime = Field(default_factory=now, sa_type=Instant)
    expires_at: datetime | None = Field(default=None, sa_type=Instant)
    revoked_at: datetime | None = Field(default=None, sa_type=Instant)


class OneTimeCode(Row, table=True):
    """A printed code that lets its holder choose a new password or PIN, once."""

    __tablename__ = "one_time_code"

    account_id: int = link("account")
    code_hash: str = Field(max_length=64, unique=True)
    issued_by: int | None = link("account", nullable=True)
    expires_at: datetime = Field(sa_type=Instant)
    used_at: datetime | None = Field(default=None, sa_type=Instant)


class PolicyRow(SQLModel, table=True):
    """A role may do a verb on a register, where it is bound, and sees it in a view.

    ``view`` is how much of the content is shown: whole, totals (x of n, no persons),
    stripped (household lines without persons) or public (the publication alone).
    ``health`` opens sensitive questions. ``reach`` here means where the role is bound and
    below; around means also the districts that contain that place.
    """

    __tablename__ = "policy"
    __table_args__ = (UniqueConstraint("role", "register_code", "verb"),)

    id: int = Field(default=None, primary_key=True)
    role: str = Field(max_length=20, index=True)
    register_code: str = Field(max_length=30)
    verb: str = Field(max_length=20)
    view: str = Field(max_length=10)
    health: bool = False
    reach: str = Field(default="here", max_length=6)
