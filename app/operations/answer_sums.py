"""The answers of rounds summed by round, practice and age: one pass, for millions of them.

The embedded store sorts what it groups, and spends most of its time on that. So the key is one
number, and two counts share one sum: half the time of naming each apart. PostgreSQL gains too.
"""

from collections.abc import Collection
from typing import Any

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    Integer,
    Select,
    and_,
    case,
    func,
    literal_column,
    text,
)
from sqlalchemy.sql.expression import cast
from sqlmodel import col

from app.records.practices import NO, NOT_APPLICABLE, SAID, UNKNOWN, YES, Answer
from app.store.sessions import columns

PRACTICE_AT, ROUND_AT = 12, 26
"""Where practice and round begin in one number with the age in months: 341 years, 16,384
practices and more rounds than a country holds.
"""
HALF = 31
"""Bits of one of two counts in one sum: two thousand million answers of one practice."""


def sums(aged: Collection[int], *which: ColumnElement[bool]) -> Select[Any]:
    """x, n, missing, not applicable and verified of the answers of ``which``, by round,
    practice and, for the practices of ``aged``, by age in months; other ages are NULL.
    """
    packed = _packed(aged, which).subquery()
    yes, no = _parted(packed.c.known)
    missing, not_applicable = _parted(packed.c.other)
    practice = packed.c.key.bitwise_rshift(_number(PRACTICE_AT))
    age = packed.c.key.bitwise_and(_number((1 << PRACTICE_AT) - 1)) - _number(1)
    return columns(
        packed.c.key.bitwise_rshift(_number(ROUND_AT)).label("round_id"),
        practice.bitwise_and(_number((1 << ROUND_AT - PRACTICE_AT) - 1)).label("practice_id"),
        func.nullif(age, _number(-1)).label("age"),
        yes.label("x"),
        (yes + no).label("n"),
        missing.label("missing"),
        not_applicable.label("not_applicable"),
        packed.c.verified.label("verified"),
    )


def _packed(aged: Collection[int], which: Collection[ColumnElement[bool]]) -> Select[Any]:
    age: ColumnElement[Any] = _number(0)
    if aged:
        month = col(Answer.age_months) + _number(1)
        age = case((col(Answer.practice_id).in_(aged), month), else_=_number(0))
    key = (
        col(Answer.round_id) * _number(1 << ROUND_AT)
        + col(Answer.practice_id) * _number(1 << PRACTICE_AT)
        + func.coalesce(age, _number(0))
    )
    value = col(Answer.value)
    checked = and_(value.in_((NO, YES)), col(Answer.verified) != SAID)
    return (
        columns(
            key.label("key"),
            _two_sums(value == YES, value == NO).label("known"),
            _two_sums(value == UNKNOWN, value == NOT_APPLICABLE).label("other"),
            func.sum(case((checked, 1), else_=0)).label("verified"),
        )
        .where(*which)
        .group_by(text("1"))
    )


def _two_sums(low: Any, high: Any) -> Any:
    """How often each of two things holds, in one sum: the second ``HALF`` bits higher."""
    each = case((low, _number(1)), (high, _number(1 << HALF)), else_=_number(0))
    return cast(func.sum(each), BigInteger)


def _parted(packed: ColumnElement[Any]) -> tuple[ColumnElement[Any], ColumnElement[Any]]:
    low = packed.bitwise_and(_number((1 << HALF) - 1))
    return low, packed.bitwise_rshift(_number(HALF))


def _number(value: int) -> ColumnElement[Any]:
    """A constant that stands in the statement itself: PostgreSQL then knows its type."""
    return literal_column(str(value), Integer)
