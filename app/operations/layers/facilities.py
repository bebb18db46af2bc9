"""Health facilities of a district: public facts of the national register."""

from collections.abc import Sequence

from sqlmodel import col

from app.capture.fields import Text
from app.operations.layers import words
from app.operations.layers.declared import Asked, Mark, Told, Value
from app.operations.remembered import remembered
from app.records.territory import Facility
from app.store.sessions import Reading, columns
from app.store.spatial import from_column

_CODE = Text("Código RENIPRESS", "RENIPRESS code")
_CATEGORY = Text("Categoría", "Category")
_ONE = Text("{n} establecimiento de salud.", "{n} health facility.")
_MANY = Text("{n} establecimientos de salud.", "{n} health facilities.")


def marks(session: Reading, asked: Asked) -> Sequence[Mark]:
    """The facilities, by name; one without coordinates stands in the table."""
    key = ("layer facilities", asked.where.place_id, asked.lang)
    return remembered(session, asked.where, key, lambda: _read(session, asked))


def _read(session: Reading, asked: Asked) -> tuple[Mark, ...]:
    rows = session.rows(
        columns(Facility.code, Facility.name, Facility.category, Facility.geom)
        .where(col(Facility.place_id) == asked.where.place_id)
        .order_by(col(Facility.search), col(Facility.code))
    )
    return tuple(
        Mark(code, name, from_column(geom), "", Value(lines=_lines(code, category, asked.lang)))
        for code, name, category, geom in rows
    )


def _lines(code: str, category: str | None, lang: str) -> tuple[tuple[str, str], ...]:
    lines = [(_CODE.of(lang), code)]
    if category:
        lines.append((_CATEGORY.of(lang), category))
    return tuple(lines)


def tell(session: Reading, asked: Asked, marks: Sequence[Mark]) -> Told:
    """How many there are."""
    said = words.some(_ONE, _MANY, len(marks), asked.lang)
    return Told("", {}, words.num(len(marks), asked.lang), said, on=asked.day if marks else None)
