"""What people say about single answers of a document; erased with the family that it is about."""

from collections.abc import Collection
from datetime import datetime
from uuid import UUID

from sqlalchemy import delete, func
from sqlmodel import Field, col, select

from app.records.base import Row, link
from app.store.sessions import Reading, Writing
from app.store.types import Guid, Instant, now


class Comment(Row, table=True):
    """One sentence about one answer: ``path`` as in ``capture.problems``, rows from 0.

    ``revision`` is that of the document when it was said; ``family_uuid`` whose answer it is,
    None where it is nobody's alone.
    """

    __tablename__ = "comment"

    form_uuid: UUID = Field(sa_type=Guid, index=True)
    path: str = Field(max_length=200)
    revision: int
    family_uuid: UUID | None = Field(default=None, sa_type=Guid, index=True)
    author_id: int | None = link("account", nullable=True)
    text: str = Field(max_length=1000)
    at: datetime = Field(default_factory=now, sa_type=Instant)


def counted(session: Reading, forms: Collection[UUID]) -> dict[UUID, int]:
    """How many comments each of these documents has; those with none are left out."""
    wanted = (
        select(Comment.form_uuid, func.count())
        .where(col(Comment.form_uuid).in_(list(forms)))
        .group_by(col(Comment.form_uuid))
    )
    return dict(session.exec(wanted).all())


def forget(session: Writing, family_uuid: UUID) -> None:
    """Take away all that was said about a family's answers."""
    gone = delete(Comment).where(col(Comment.family_uuid) == family_uuid)
    session.connection().execute(gone)
