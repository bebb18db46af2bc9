"""Forms of a municipality's own: their published versions, and what came in through them.

A version never changes; another content is another version. What people answered stands in
the intake like everything else; the submission here is the register that points to it.
"""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import LargeBinary, UniqueConstraint
from sqlmodel import Field, select

from app.errors import Unknown
from app.records.base import Row, link
from app.records.intake import Entry
from app.store.sessions import Writing
from app.store.types import Instant, Json, now


class OwnForm(Row, table=True):
    """One published version of an XLSForm that a district made for itself.

    ``xml`` is the XForm that telephones download; ``files`` are the names of what stands
    beside it with their SHA-256, ``lists`` the text of its CSV files, which its rules look
    into; ``odk_validate`` is ``passed`` or ``not_run``.
    """

    __tablename__ = "own_form"
    __table_args__ = (UniqueConstraint("place_id", "form", "version"),)

    place_id: int = link("place")
    form: str = Field(max_length=64)
    version: str = Field(max_length=40)
    title: str = Field(max_length=200)
    digest: str = Field(max_length=64)
    xml: bytes = Field(sa_type=LargeBinary)
    source_name: str = Field(max_length=120)
    source_sha256: str = Field(max_length=64)
    files: dict[str, str] = Field(default_factory=dict, sa_type=Json)
    lists: dict[str, str] = Field(default_factory=dict, sa_type=Json)
    odk_validate: str = Field(max_length=10)
    warnings: list[dict[str, Any]] = Field(default_factory=list, sa_type=Json)
    published_at: datetime = Field(default_factory=now, sa_type=Instant)
    published_by: int | None = link("account", nullable=True)
    withdrawn_at: datetime | None = Field(default=None, sa_type=Instant)


class OwnSubmission(Row, table=True):
    """One document of an own form as it stands; its UUID is the document's."""

    __tablename__ = "own_submission"

    own_form_id: int = link("own_form")
    entry_id: int = link("entry")
    community_id: int | None = link("community", nullable=True)
    revision: int = 1
    at: datetime = Field(sa_type=Instant)


def put_submission(session: Writing, entry: Entry, form: UUID) -> None:
    """Point the register to the newest entry of a document.

    Raises
    ------
    Unknown
        The version that it fills is not here.
    """
    version = session.exec(select(OwnForm).where(OwnForm.uuid == form)).first()
    if version is None:
        raise Unknown("No existe esa versión del formulario.")
    row = session.exec(select(OwnSubmission).where(OwnSubmission.uuid == entry.form_uuid)).first()
    if row is None:
        row = OwnSubmission(uuid=entry.form_uuid, revision=0, at=entry.at)
        session.add(row)
    row.own_form_id, row.entry_id = version.id, entry.id
    row.community_id, row.at = entry.community_id, entry.at
    row.revision += 1
