"""Imports: one batch a file, what it changed, and how to take it back."""

from datetime import datetime
from typing import Any

from sqlmodel import Field, SQLModel

from app.records.base import Row, link
from app.store.types import Instant, Json, Key, now

KINDS = ("boundaries", "places", "facilities", "indicators", "communities", "answers", "changes")


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
