"""Figures that other bodies publish of a place: beside ours, never mixed into them."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlmodel import col, select

from app.records.places import Where
from app.records.territory import ExternalValue
from app.store.sessions import Reading


@dataclass(frozen=True, slots=True)
class External:
    """One imported figure: a number with its unit, or a word; its period and who published it."""

    indicator: str
    period: str
    value: float | None
    text: str
    unit: str
    source: str


def of_place(session: Reading, where: Where, indicator: str | None = None) -> Sequence[External]:
    """What was imported of a place, by indicator and the newest first; or of one indicator."""
    wanted = select(ExternalValue).where(ExternalValue.place_code == where.code)
    if indicator is not None:
        wanted = wanted.where(ExternalValue.indicator == indicator)
    rows = session.exec(
        wanted.order_by(col(ExternalValue.indicator), col(ExternalValue.period).desc())
    ).all()
    return [
        External(row.indicator, row.period, row.value, row.text or "", row.unit, row.source)
        for row in rows
        if row.value is not None or row.text
    ]
