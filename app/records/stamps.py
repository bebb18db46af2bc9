"""Version stamps: bumped in the transaction that changes, compared by every cache."""

from sqlalchemy import bindparam, text
from sqlmodel import Session, col

from app.records.aggregates import Stamp
from app.store.sessions import Writing, columns

# Made once: every request asks it.
_VERSION = columns(col(Stamp.version)).where(col(Stamp.name) == bindparam("name"))


UPSERT = text(
    "INSERT INTO stamp (name, version) VALUES (:name, 1)"
    " ON CONFLICT (name) DO UPDATE SET version = stamp.version + 1"
)


def version(session: Session, name: str) -> int:
    """The version of a thing; 0 before its first change."""
    return session.connection().execute(_VERSION, {"name": name}).scalar() or 0


def bump(session: Writing, *names: str) -> None:
    """Say that these things changed, locking them in the order of their names.

    The order keeps two writers from waiting for each other in a ring.
    """
    for name in sorted(names):
        session.connection().execute(UPSERT, {"name": name})
