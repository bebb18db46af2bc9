"""What every table shares: named constraints, keys, folded names."""

import unicodedata
from uuid import UUID

from sqlmodel import Field, SQLModel

from app.store.types import Guid, Key, uuid7

SQLModel.metadata.naming_convention = {
    "ix": "ix_%(column_0_label)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_name)s",
    "pk": "pk_%(table_name)s",
}


class Row(SQLModel):
    """An integer key for the house and a UUID, the only key that leaves it."""

    id: int = Field(default=None, primary_key=True, sa_type=Key)
    uuid: UUID = Field(
        default_factory=uuid7,
        sa_type=Guid,
        unique=True,
        # Many rows go in as one statement: their keys come back by their UUIDs.
        sa_column_kwargs={"insert_sentinel": True},
    )


def link(target: str, *, index: bool = True, nullable: bool = False) -> int:
    """A foreign key to another table's ``id``."""
    field: int = Field(
        default=None, foreign_key=f"{target}.id", sa_type=Key, index=index, nullable=nullable
    )
    return field


def folded(text: str) -> str:
    """For finding: no accents, no case, single spaces; ``Ñ`` stays apart from ``N``."""
    kept = text.casefold().replace("ñ", "\0")
    plain = "".join(c for c in unicodedata.normalize("NFKD", kept) if not unicodedata.combining(c))
    return " ".join(plain.replace("\0", "ñ").split())


def sort_key(text: str) -> str:
    """For ordering alike on both stores: folded, with ``ñ`` after ``n``, ASCII alone."""
    return folded(text).replace("ñ", "n~").encode("ascii", "replace").decode()
