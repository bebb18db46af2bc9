"""Imports: one batch a file, what it changed, and how to take it back."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlmodel import Field, SQLModel, col, select

from app.errors import Unknown
from app.records.base import Row, link
from app.store.sessions import Reading
from app.store.types import Instant, Json, Key, now

KINDS = (
    *("boundaries", "places", "facilities", "indicators", "communities", "answers", "changes"),
    *("agreements", "overlays", "backgrounds"),
)
FORMS = "forms"
"""Filled sheets of an instrument: seen and brought by those who may write it, and by no other."""


class ImportBatch(Row, table=True):
    """One file that came in: previewed, published or undone."""

    __tablename__ = "import_batch"

    kind: str = Field(max_length=20, index=True)
    file_name: str = Field(max_length=255)
    sha256: str = Field(max_length=64)
    state: str = Field(default="previewed", max_length=12)  # previewed published undone failed
    at: datetime = Field(default_factory=now, sa_type=Instant)
    author_id: int | None = link("account", nullable=True)
    place_code: str | None = Field(default=None, max_length=6)
    rows: int = 0
    options: dict[str, Any] = Field(default_factory=dict, sa_type=Json)
    report: dict[str, Any] = Field(default_factory=dict, sa_type=Json)
    undone_reason: str | None = None


class ImportChange(SQLModel, table=True):
    """One row that a batch made or changed, with what stood there before."""

    __tablename__ = "import_change"

    batch_id: int = Field(foreign_key="import_batch.id", primary_key=True, sa_type=Key)
    table: str = Field(primary_key=True, max_length=40)
    row_id: int = Field(primary_key=True, sa_type=Key)
    before: dict[str, Any] | None = Field(default=None, sa_type=Json)


def find(session: Reading, uuid: UUID, place_code: str | None = None) -> ImportBatch:
    """The batch with this key, of one district or of the whole installation.

    Raises
    ------
    Unknown
        There is none, or it is another district's.
    """
    batch = session.exec(select(ImportBatch).where(ImportBatch.uuid == uuid)).first()
    if batch is None or (place_code is not None and batch.place_code != place_code):
        raise Unknown("No existe esa importación.", remedy="Búsquela en la lista.")
    return batch


def find_shared(session: Reading, uuid: UUID, place_code: str | None = None) -> ImportBatch:
    """As ``find``, but for filled sheets, which are not for everybody who imports."""
    batch = find(session, uuid, place_code)
    if batch.kind == FORMS:
        raise Unknown("No existe esa importación.", remedy="Búsquela en la lista.")
    return batch


def find_sheets(
    session: Reading, uuid: UUID, place_code: str, instrument: str, community: str | None
) -> ImportBatch:
    """A batch of filled sheets of an instrument that was brought for just this place.

    Raises
    ------
    Unknown
        There is none.
    """
    batch = find(session, uuid, place_code)
    told = (batch.kind, batch.options.get("instrument"), batch.options.get("community"))
    if told != (FORMS, instrument, community):
        raise Unknown("No existe esa importación.", remedy="Búsquela en la lista.")
    return batch


def of_instrument(
    session: Reading, place_code: str, instrument: str, community: str | None, most: int = 10
) -> Sequence[ImportBatch]:
    """The newest batches of filled sheets of an instrument, brought for one place."""
    rows = session.exec(
        select(ImportBatch)
        .where(ImportBatch.place_code == place_code, ImportBatch.kind == FORMS)
        .order_by(col(ImportBatch.id).desc())
        .limit(200)
    ).all()
    wanted = (instrument, community)
    mine = [r for r in rows if (r.options.get("instrument"), r.options.get("community")) == wanted]
    return mine[:most]


def standing(session: Reading, kind: str, place_code: str) -> Sequence[ImportBatch]:
    """What stands published of a kind for a district: its own, then the whole installation's."""
    mine = col(ImportBatch.place_code) == place_code
    return session.exec(
        select(ImportBatch)
        .where(
            ImportBatch.kind == kind,
            ImportBatch.state == "published",
            mine | col(ImportBatch.place_code).is_(None),
        )
        .order_by(col(ImportBatch.place_code).is_(None), col(ImportBatch.id).desc())
    ).all()


def recent(
    session: Reading, place_code: str | None, before: UUID | None = None, most: int = 50
) -> Sequence[ImportBatch]:
    """The newest batches first, of one district or of all; but for filled sheets."""
    wanted = select(ImportBatch).where(ImportBatch.kind != FORMS)
    wanted = wanted.order_by(col(ImportBatch.id).desc()).limit(most)
    if place_code is not None:
        wanted = wanted.where(ImportBatch.place_code == place_code)
    if before is not None:
        wanted = wanted.where(col(ImportBatch.id) < find(session, before, place_code).id)
    return session.exec(wanted).all()
