"""The limits of places: those in force, and those that held in a year.

A place keeps every layer of limits that was imported and not withdrawn. In force are those of
the latest year (``vintage``), of one year the last imported; limits whose year nobody said are
older than all others. A figure of a past year is shown on the limits of that year: the latest
that are not newer, or the oldest where all are.
"""

from dataclasses import dataclass
from typing import Any

from shapely.geometry.base import BaseGeometry
from sqlalchemy import ColumnElement, case, extract, func, select
from sqlalchemy.orm import aliased
from sqlmodel import col

from app.records.territory import Boundary, Place
from app.store.sessions import Reading, columns
from app.store.spatial import Box, from_column, in_box


@dataclass(frozen=True, slots=True)
class Limits:
    """A place and its shape."""

    place_id: int
    code: str
    shape: BaseGeometry


def in_force(
    session: Reading, kind: str = "district", code: str | None = None, year: int | None = None
) -> list[Limits]:
    """The limits of every place of a kind, or of one, in the order of the codes.

    Without a year, those in force of the living places; with one, of the places of that year.
    """
    wanted = (*_standing(kind, year), col(Place.code) == code) if code else _standing(kind, year)
    return _read(session, wanted)


def of_region(session: Reading, region: str, year: int | None = None) -> list[Limits]:
    """The limits in force, or of a year, of the districts whose code begins so, in order."""
    return _read(session, (*_standing(year=year), col(Place.code).startswith(region)))


def _read(session: Reading, held: tuple[ColumnElement[bool], ...]) -> list[Limits]:
    rows = session.rows(
        columns(Place.id, Place.code, Boundary.geom)
        .join(Boundary, col(Boundary.place_id) == Place.id)
        .where(*held)
        .order_by(Place.code)
    )
    found = [(place_id, code, from_column(value)) for place_id, code, value in rows]
    return [Limits(place_id, code, shape) for place_id, code, shape in found if shape is not None]


def near(session: Reading, place_id: int | None, box: Box) -> list[tuple[str, BaseGeometry]]:
    """Names and limits in force of the real districts that meet a box, without this place."""
    rows = session.rows(
        columns(Place.name, Boundary.geom)
        .join(Boundary, col(Boundary.place_id) == Place.id)
        .where(
            *_standing(),
            col(Place.fictitious).is_(False),
            col(Place.id) != place_id,
            in_box(session, Boundary, box),
        )
        .order_by(Place.code)
    )
    found = [(name, from_column(value)) for name, value in rows]
    return [(name, shape) for name, shape in found if shape is not None]


def years(session: Reading, kind: str = "district") -> list[int]:
    """The years of the limits that places of a kind have, oldest first."""
    rows = session.rows(
        columns(Boundary.vintage)
        .join(Place, col(Place.id) == Boundary.place_id)
        .where(
            col(Place.kind) == kind,
            col(Boundary.withdrawn).is_(False),
            col(Boundary.vintage).is_not(None),
            col(Place.fictitious).is_(False),
        )
        .distinct()
    )
    return sorted(row[0] for row in rows)


def held(year: int | None = None) -> ColumnElement[bool]:
    """The boundary is its place's in force, or the one that held in a year; one a place.

    Asked place by place, for the shapes of a country are many pages to read past.
    """
    each = aliased(Boundary)
    vintage = func.coalesce(col(each.vintage), 0)
    order: tuple[Any, ...] = (vintage.desc(),)
    if year is not None:
        early = vintage <= year
        order = (case((early, 0), else_=1), case((early, -vintage), else_=vintage))
    first = (
        select(col(each.id))
        .where(col(each.place_id) == Place.id, col(each.withdrawn).is_(False))
        .order_by(*order, col(each.id).desc())
        .limit(1)
        .correlate(Place)
        .scalar_subquery()
    )
    return (col(Boundary.place_id) == Place.id) & (col(Boundary.id) == first)


def _standing(kind: str = "district", year: int | None = None) -> tuple[ColumnElement[bool], ...]:
    """Places of a kind with their limits, of today or of a year."""
    return (*living(kind, year), held(year))


def living(kind: str, year: int | None = None) -> tuple[ColumnElement[bool], ...]:
    """Places of a kind that exist, or that existed in a year."""
    if year is None:
        return col(Place.kind) == kind, col(Place.valid_to).is_(None)
    began, ended = col(Place.valid_from), col(Place.valid_to)
    return (
        col(Place.kind) == kind,
        began.is_(None) | (extract("year", began) <= year),
        ended.is_(None) | (extract("year", ended) > year),
    )
