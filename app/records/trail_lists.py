"""Reading the trail: what changed, by whom, where; and who looked at a family."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import func
from sqlmodel import col, select

from app.records import seats
from app.records.people import Account
from app.records.places import Where
from app.records.territory import Place
from app.records.trail import AccessEntry, AuditEntry, Seal
from app.store.sessions import Reading, columns

LIMA = ZoneInfo("America/Lima")


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which rows of the trail: days are Lima's and inclusive; empty asks for all."""

    since: date | None = None
    until: date | None = None
    login: str = ""
    register: str = ""
    subject: str = ""
    before: int | None = None  # rows older than this id, for the next page
    limit: int = 100


@dataclass(frozen=True, slots=True)
class Change:
    """One row of the trail, with names instead of keys."""

    id: int
    at: datetime
    login: str | None
    name: str | None
    action: str
    register: str
    subject: str
    place: str | None
    reason: str
    request_id: str


@dataclass(frozen=True, slots=True)
class Look:
    """One time that somebody looked at a family's data."""

    at: datetime
    login: str | None
    name: str | None
    purpose: str


def changes(session: Reading, where: Where, wanted: Wanted) -> list[Change]:
    """Newest first; of a place, what was done there or below. One more than the limit."""
    statement = (
        columns(
            AuditEntry.id,
            AuditEntry.at,
            Account.login,
            Account.name,
            AuditEntry.action,
            AuditEntry.register_code,
            AuditEntry.subject,
            Place.name,
            AuditEntry.reason,
            AuditEntry.request_id,
        )
        .join(Account, col(Account.id) == AuditEntry.actor_id, isouter=True)
        .join(Place, col(Place.id) == AuditEntry.place_id, isouter=True)
        .order_by(col(AuditEntry.id).desc())
        .limit(wanted.limit + 1)
    )
    if where.place_id is not None:
        statement = statement.where(col(AuditEntry.place_id).in_(seats.below(where)))
    if wanted.since:
        statement = statement.where(col(AuditEntry.at) >= _midnight(wanted.since))
    if wanted.until:
        end = _midnight(wanted.until + timedelta(days=1))
        statement = statement.where(col(AuditEntry.at) < end)
    if wanted.login.strip():
        statement = statement.where(col(Account.login) == wanted.login.strip().casefold())
    if wanted.register:
        statement = statement.where(col(AuditEntry.register_code) == wanted.register)
    if wanted.subject.strip():
        statement = statement.where(col(AuditEntry.subject) == wanted.subject.strip())
    if wanted.before is not None:
        statement = statement.where(col(AuditEntry.id) < wanted.before)
    return [Change(*row) for row in session.rows(statement)]


def looks(session: Reading, family: UUID) -> list[Look]:
    """Who looked at a family's data, newest first: the family may ask for this list."""
    return [
        Look(*row)
        for row in session.rows(
            columns(AccessEntry.at, Account.login, Account.name, AccessEntry.purpose)
            .join(Account, col(Account.id) == AccessEntry.actor_id, isouter=True)
            .where(col(AccessEntry.family_uuid) == str(family))
            .order_by(col(AccessEntry.id).desc())
        )
    ]


@dataclass(frozen=True, slots=True)
class Sealed:
    """How far the chain reaches: seals, the last one's moment, rows that none covers yet."""

    seals: int
    last_at: datetime | None
    waiting: int


def sealed(session: Reading) -> Sealed:
    """How far the chain reaches."""
    seals_, last_at, to_id = session.rows(
        columns(func.count(), func.max(Seal.at), func.max(Seal.to_id))
    )[0]
    waiting = session.exec(
        select(func.count()).select_from(AuditEntry).where(col(AuditEntry.id) > (to_id or 0))
    ).one()
    return Sealed(seals_, last_at, waiting)


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(), LIMA)
