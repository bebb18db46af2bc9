"""Sheets that were printed to be filled by hand: which paper is which document.

A row is made when the sheet is printed, so that its short code finds it where there is no
camera, and so that a sheet that never came back can be missed. No answer stands here.
"""

from datetime import datetime
from uuid import UUID

from sqlmodel import Field, SQLModel, col, select

from app.records.base import link
from app.store.sessions import Reading
from app.store.types import Guid, Instant, Key, now


class PrintedSheet(SQLModel, table=True):
    """One printed sheet; ``form_uuid`` is the document that it becomes when it is typed.

    ``second_id`` and what follows tell of a second, blind typing by another person: how many
    answers both gave alike, of how many that either gave.
    """

    __tablename__ = "printed_sheet"

    id: int = Field(default=None, primary_key=True, sa_type=Key)
    form_uuid: UUID = Field(sa_type=Guid, unique=True)
    code: str = Field(max_length=12, unique=True)
    instrument: str = Field(max_length=40)
    version: str = Field(max_length=20)
    community_id: int = link("community")
    round_uuid: UUID | None = Field(default=None, sa_type=Guid)
    printed_by: int | None = link("account", nullable=True)
    printed_at: datetime = Field(default_factory=now, sa_type=Instant)
    second_id: int | None = link("account", nullable=True)
    second_at: datetime | None = Field(default=None, sa_type=Instant)
    equal: int | None = None
    compared: int | None = None


def of_document(session: Reading, form_uuid: UUID) -> PrintedSheet | None:
    """The printed sheet of a document, or None where it was not printed here."""
    return session.exec(select(PrintedSheet).where(PrintedSheet.form_uuid == form_uuid)).first()


def of_code(session: Reading, code: str) -> PrintedSheet | None:
    """The sheet with this short code, or None."""
    return session.exec(select(PrintedSheet).where(PrintedSheet.code == code)).first()


def of_community(session: Reading, community_id: int, instrument: str) -> list[PrintedSheet]:
    """What was printed of one instrument for a community, newest first; at most 500."""
    return list(
        session.exec(
            select(PrintedSheet)
            .where(PrintedSheet.community_id == community_id, PrintedSheet.instrument == instrument)
            .order_by(col(PrintedSheet.id).desc())
            .limit(500)
        ).all()
    )
