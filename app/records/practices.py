"""Healthy practices: household answers and typed community totals.

An answer is keyed (department, round, household, person, practice). The round stands
before the household, since a round belongs to one community and its answers then lie
side by side in the file. The person is 0 for what the whole home does and a number
inside the home for a child or a pregnant woman, since their practices are counted by
person. Nothing refers to an answer.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import ColumnElement, SmallInteger, delete, insert
from sqlmodel import Field, SQLModel, col, select

from app.records.base import Row, link
from app.records.cycles import Round
from app.records.families import Family
from app.records.places import department_of
from app.records.territory import Community
from app.store.sessions import Reading, Writing
from app.store.types import Key

NO, YES, NOT_APPLICABLE, UNKNOWN = 0, 1, 2, 3
SAID, OBSERVED, DOCUMENT = 0, 1, 2


class Answer(SQLModel, table=True):
    """One value of one practice, of a household or of a person in it, in one round."""

    __tablename__ = "answer"
    __table_args__ = {"sqlite_with_rowid": False}

    department: int = Field(primary_key=True, sa_type=SmallInteger)
    round_id: int = Field(primary_key=True, sa_type=Key)
    family_id: int = Field(primary_key=True, sa_type=Key)
    person: int = Field(default=0, primary_key=True, sa_type=SmallInteger)
    practice_id: int = Field(primary_key=True, sa_type=SmallInteger)
    age_months: int | None = Field(default=None, sa_type=SmallInteger)
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


class Residual(Row, table=True):
    """What an erased family's answers had counted, without the family: the counts stay."""

    __tablename__ = "residual"

    entry_id: int = link("entry")
    round_id: int = link("round")
    practice_id: int = Field(foreign_key="practice.id")
    x: int
    n: int
    missing: int = 0
    verified: int = 0


def of_round(
    session: Reading, community_id: int, round_id: int | None
) -> tuple[ColumnElement[bool], ...]:
    """Which answers are a round's, along their key: there may be millions."""
    department = department_of(session, community_id)
    return col(Answer.department) == department, col(Answer.round_id) == round_id


def of_family(session: Reading, family: Family) -> tuple[ColumnElement[bool], ...]:
    """Which answers are a family's, along their key; also those from before a merge."""
    # A family that moved with its community left its answers in the rounds of the one before.
    joined = select(Community.id).where(col(Community.merged_into_id).is_not(None))
    rounds = select(Round.id).where(
        (col(Round.community_id) == family.community_id) | col(Round.community_id).in_(joined)
    )
    return (
        col(Answer.department) == department_of(session, family.community_id),
        col(Answer.round_id).in_(rounds),
        col(Answer.family_id) == family.id,
    )


def put_answers(
    session: Writing,
    round_of: tuple[ColumnElement[bool], ...],
    rows: Mapping[tuple[int, int, int], Mapping[str, Any]],
) -> None:
    """Add answers by (family, person, practice), in the place of those of ``round_of``."""
    names = (Answer.family_id, Answer.person, Answer.practice_id)
    standing = session.exec(select(*names).where(*round_of)).all()
    for key in {tuple(each) for each in standing} & rows.keys():
        same = [col(name) == part for name, part in zip(names, key, strict=True)]
        session.connection().execute(delete(Answer).where(*round_of, *same))
    if rows:
        session.connection().execute(insert(Answer), [dict(row) for row in rows.values()])


def move_answers(session: Writing, gone: Family, kept: Family) -> Sequence[int]:
    """Give one household's answers to another, where it has none itself; the rounds touched."""
    mine = session.exec(select(Answer).where(*of_family(session, gone))).all()
    theirs = {
        (a.round_id, a.person, a.practice_id)
        for a in session.exec(select(Answer).where(*of_family(session, kept))).all()
    }
    for answer in mine:
        if (answer.round_id, answer.person, answer.practice_id) not in theirs:
            session.add(Answer(**{**answer.model_dump(), "family_id": kept.id}))
    session.flush()
    session.connection().execute(delete(Answer).where(*of_family(session, gone)))
    return sorted({answer.round_id for answer in mine})


def leave_residuals(
    session: Writing, entry_id: int, family: Family, counts: Sequence[Mapping[str, Any]]
) -> Sequence[int]:
    """Put bare counts in the place of a family's answers; the rounds touched."""
    session.connection().execute(delete(Answer).where(*of_family(session, family)))
    by_uuid = {str(r.uuid): r.id for r in session.exec(select(Round)).all()} if counts else {}
    touched = []
    for each in counts:
        round_id = by_uuid[each["round"]]
        touched.append(round_id)
        figures = {name: each[name] for name in ("practice_id", "x", "n", "missing", "verified")}
        session.add(Residual(entry_id=entry_id, round_id=round_id, **figures))
    session.flush()
    return sorted(set(touched))
