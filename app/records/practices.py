"""Healthy practices: household answers and typed community totals.

An answer is keyed (department, round, household, practice): the same four parts as a
natural key always had, with the round before the household, since a round belongs
to one community and its answers then lie side by side in the file. Nothing refers
to an answer.
"""

from sqlalchemy import SmallInteger
from sqlmodel import Field, SQLModel

from app.records.base import Row, link
from app.store.types import Key

NO, YES, NOT_APPLICABLE, UNKNOWN = 0, 1, 2, 3
SAID, OBSERVED, DOCUMENT = 0, 1, 2


class Answer(SQLModel, table=True):
    """One household's value of one practice in one round."""

    __tablename__ = "answer"
    __table_args__ = {"sqlite_with_rowid": False}

    department: int = Field(primary_key=True, sa_type=SmallInteger)
    round_id: int = Field(primary_key=True, sa_type=Key)
    family_id: int = Field(primary_key=True, sa_type=Key)
    practice_id: int = Field(primary_key=True, sa_type=SmallInteger)
    value: int = Field(sa_type=SmallInteger)
    verified: int = Field(default=SAID, sa_type=SmallInteger)
    form_id: int | None = Field(default=None, sa_type=Key)
    batch_id: int | None = Field(default=None, sa_type=Key)
    row: int | None = None


class PracticeTotal(Row, table=True):
    """A community's typed total of one practice in one round."""

    __tablename__ = "practice_total"

    form_id: int = link("form")
    community_id: int = link("community")
    round_id: int = link("round")
    practice_id: int = Field(foreign_key="practice.id")
    x: int
    n: int
    missing: int = 0
    population: int | None = None
    verified: int | None = None
