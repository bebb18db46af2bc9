"""Registers of the country as they are served whole: pages of rows by box, filter and dates.

Everything here is public. Rows come in the order of their code; a page may begin behind a
code, so that the last page of a hundred thousand costs as much as the first.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

import numpy as np
import shapely
from sqlalchemy import ColumnElement, Select, and_, false, func, literal, not_, or_, true
from sqlalchemy.orm import aliased
from sqlmodel import col

from app.errors import Unknown
from app.gis import cql2, cql2_judge
from app.gis.cql2 import Always, Among, Both, Compared, Filter, Like, Meets, Missing, Not, Scalar
from app.gis.crs import Geometries
from app.gis.feature_requests import Interval, Wanted
from app.records import boundaries
from app.records.territory import Boundary, ExternalValue, Facility, Place, Settlement
from app.store import spatial
from app.store.sessions import Reading, columns

Columns = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Table:
    """A register: its columns by property, its rows and its shapes.

    Parameters
    ----------
    columns
        What is told of a row; the first is its key.
    rows
        The statement that has the rows, given what is wanted of them.
    model
        The mapped class whose ``geom`` the rows have.
    since, until
        Columns of the days between which a row holds; None where it has none.
    flat
        Whether all shapes are points, whose box is the point itself.
    """

    columns: Columns
    rows: Callable[..., Select[Any]]
    model: Any
    flat: bool
    since: Any = None
    until: Any = None

    @property
    def key(self) -> Any:
        """The column that names a row."""
        return next(iter(self.columns.values()))


@dataclass(frozen=True, slots=True)
class Found:
    """Rows as the columns of their table, with their shapes (longitude and latitude, or None)."""

    rows: Sequence[Sequence[Any]]
    shapes: Geometries


_PROVINCE, _REGION = aliased(Place), aliased(Place)


def _places(kind: str, year: int | None = None) -> Table:
    """The places of a kind with the limits in force, or those that held in a year."""
    above = {"province": _REGION, "district": _PROVINCE}.get(kind)
    told: dict[str, Any] = {"code": col(Place.code), "name": col(Place.name)}
    if kind == "district":
        told |= {"province": col(_PROVINCE.name), "region": col(_REGION.name)}
    elif kind == "province":
        told |= {"region": col(_REGION.name)}
    told |= {
        "capital": col(Place.capital),
        "reniec_code": col(Place.reniec),
        "population": col(Place.population),
        "altitude_m": col(Place.altitude_m),
        "valid_from": col(Place.valid_from),
        "limits_year": col(Boundary.vintage),
        "limits_source": col(Boundary.source),
    }

    def rows(*wanted: Any) -> Select[Any]:
        found = columns(*wanted).select_from(Place)
        found = found.join(Boundary, boundaries.held(year), isouter=True)
        if above is not None:
            found = found.join(above, col(above.id) == Place.parent_id, isouter=True)
        if kind == "district":
            found = found.join(_REGION, col(_REGION.id) == _PROVINCE.parent_id, isouter=True)
        return found.where(*boundaries.living(kind, year))

    return Table(told, rows, Boundary, False, col(Place.valid_from), col(Place.valid_to))


def _settlements(*wanted: Any) -> Select[Any]:
    return columns(*wanted).select_from(Settlement)


def _facilities(*wanted: Any) -> Select[Any]:
    return (
        columns(*wanted)
        .select_from(Facility)
        .join(Place, col(Place.id) == Facility.place_id, isouter=True)
    )


TABLES: Mapping[str, Table] = {
    "regions": _places("region"),
    "provinces": _places("province"),
    "districts": _places("district"),
    "settlements": Table(
        {
            "code": col(Settlement.code),
            "name": col(Settlement.name),
            "district_code": col(Settlement.district_code),
            "urban": col(Settlement.urban),
        },
        _settlements,
        Settlement,
        True,
    ),
    "facilities": Table(
        {
            "code": col(Facility.code),
            "name": col(Facility.name),
            "category": col(Facility.category),
            "district_code": col(Place.code),
        },
        _facilities,
        Facility,
        True,
    ),
}


def limits(kind: str, code: str) -> Table:
    """The one place of a code, with its limits."""
    whole = TABLES[f"{kind}s"]
    return replace(whole, rows=lambda *wanted: whole.rows(*wanted).where(col(Place.code) == code))


FIGURES = ("code", "name", "province", "region", "value", "text", "unit", "period", "source")
"""What is told of a figure of a district."""


def newest_periods(session: Reading) -> dict[str, str]:
    """The newest period of each indicator by district that other bodies publish."""
    asked = (
        columns(ExternalValue.indicator, func.max(ExternalValue.period))
        .where(func.length(col(ExternalValue.place_code)) == 6)
        .group_by(ExternalValue.indicator)
    )
    return dict(tuple(row) for row in session.rows(asked))


def figures(indicator: str, period: str, days: tuple[date, date] | None) -> Table:
    """The districts with the figures of one period of an indicator that other bodies publish,
    on the limits of its last year.
    """
    whole = _places("district", days[1].year if days else None)

    def rows(*wanted: Any) -> Select[Any]:
        has = (
            (col(ExternalValue.place_code) == Place.code)
            & (col(ExternalValue.indicator) == indicator)
            & (col(ExternalValue.period) == period)
        )
        return whole.rows(*wanted).join(ExternalValue, has)

    own = {name: col(getattr(ExternalValue, name)) for name in FIGURES[4:]}
    told = {name: whole.columns.get(name, own.get(name)) for name in FIGURES}
    since, until = map(literal, days) if days else (None, None)
    return Table(told, rows, Boundary, False, since, until)


def count(session: Reading, table: Table, wanted: Wanted) -> int:
    """How many rows are selected, whatever the page."""
    asked = table.rows(func.count(table.key)).where(*_conditions(session, table, wanted))
    return int(session.rows(asked)[0][0])


def page(session: Reading, table: Table, wanted: Wanted) -> Found:
    """The rows of a page, in the order of their key."""
    asked = table.rows(*_told(table)).where(*_conditions(session, table, wanted))
    if wanted.after:
        asked = asked.where(table.key > wanted.after)
    elif wanted.offset:
        asked = asked.offset(wanted.offset)
    return _found(session.rows(asked.order_by(table.key).limit(wanted.limit)))


def one(session: Reading, table: Table, key: str) -> Found:
    """The row of a key.

    Raises
    ------
    Unknown
        There is none.
    """
    found = _found(session.rows(table.rows(*_told(table)).where(table.key == key)))
    if not found.rows:
        raise Unknown(
            "La colección no tiene ningún elemento «{key}».",
            remedy="Búsquelo en /items.",
            key=key[:40],
        )
    return found


def everything(session: Reading, table: Table, *names: str) -> Found:
    """All rows that have a shape, with some of their properties."""
    told = [table.columns[name] for name in names]
    asked = table.rows(*told, spatial.as_wkb(table.model.geom)).order_by(table.key)
    return _found(session.rows(asked.where(table.model.geom.is_not(None))))


def _told(table: Table) -> list[Any]:
    return [*table.columns.values(), spatial.as_wkb(table.model.geom)]


def _found(rows: Sequence[Any]) -> Found:
    shapes = np.array([None, *(row[-1] for row in rows)], dtype=object)[1:]
    return Found([tuple(row)[:-1] for row in rows], shapely.from_wkb(shapes))


def _conditions(session: Reading, table: Table, wanted: Wanted) -> list[ColumnElement[bool]]:
    found = [_during(table, wanted.during)] if wanted.during else []
    if wanted.area is not None:
        found.append(_inside(session, table, wanted.area))
    for part in _joined(wanted.filter):
        if isinstance(part, Meets):
            found.append(_inside(session, table, part.shape))
        else:
            found.append(_where(session, table, part))
    return found


def _joined(wanted: Filter | None) -> Sequence[Filter]:
    if isinstance(wanted, Both) and wanted.every:
        return wanted.parts
    return [wanted] if wanted is not None else []


def _during(table: Table, asked: Interval) -> ColumnElement[bool]:
    parts: list[ColumnElement[bool]] = []
    if table.since is not None and asked.end is not None:
        parts.append(table.since.is_(None) | (table.since <= asked.end))
    if table.until is not None and asked.start is not None:
        parts.append(table.until.is_(None) | (table.until >= asked.start))
    return and_(true(), *parts)


def _inside(session: Reading, table: Table, area: Any) -> ColumnElement[bool]:
    """By the index, and then exactly unless the shapes are points and the area is a box."""
    within = spatial.in_box(session, table.model, tuple(shapely.bounds(area).tolist()))
    if table.flat and area.equals(shapely.envelope(area)):
        return within
    return within & spatial.meets(table.model.geom, area)


def _where(session: Reading, table: Table, wanted: Filter) -> ColumnElement[bool]:
    match wanted:
        case Always(value):
            return true() if value else false()
        case Both(parts, every):
            found = [_where(session, table, each) for each in parts]
            return and_(*found) if every else or_(*found)
        case Not(part):
            return not_(_where(session, table, part))
        case Missing(name):
            missing = table.model.geom if name == cql2.GEOMETRY else table.columns[name]
            return missing.is_(None)  # type: ignore[no-any-return]
        case Meets(shape):
            return spatial.meets(table.model.geom, shape)
        case _:
            return _value(session, table, wanted)


def _value(session: Reading, table: Table, wanted: Compared | Among | Like) -> ColumnElement[bool]:
    own = table.columns[wanted.name]
    here = session.get_bind().dialect.name == "sqlite"
    if wanted.folded:
        own = func.sismuni_lower(own) if here else func.lower(own)
    found: ColumnElement[bool]
    if isinstance(wanted, Like):
        # LIKE of SQLite does not tell capitals apart; GLOB does.
        found = (
            own.op("GLOB", is_comparison=True)(_glob(wanted.pattern))
            if here
            else own.like(_pattern(wanted.pattern), escape="\\")
        )
    elif isinstance(wanted, Among):
        found = own.in_(wanted.values)
    else:
        # Letters in the order of their codes on both stores, whatever the server's language.
        turned = isinstance(wanted.value, str) and not here and wanted.sign not in {"=", "<>"}
        found = _compared(own.collate("C") if turned else own, wanted.sign, wanted.value)
    return found


def _compared(own: Any, sign: str, value: Scalar) -> ColumnElement[bool]:
    found: ColumnElement[bool] = own.op(sign, is_comparison=True)(literal(value))
    return found


def _glob(pattern: str) -> str:
    signs = cql2_judge.signs_of(pattern)
    return "".join(
        (f"[{sign}]" if sign in "*?[" else sign) if plain else {"%": "*", "_": "?"}[sign]
        for sign, plain in signs
    )


def _pattern(pattern: str) -> str:
    """The pattern with every escape written out, so that a last one alone is no error."""
    signs = cql2_judge.signs_of(pattern)
    return "".join(f"\\{sign}" if plain and sign in "%_\\" else sign for sign, plain in signs)
