"""The limits in force: of each living place, the newest that no undo withdrew."""

from dataclasses import dataclass

from shapely.geometry.base import BaseGeometry
from sqlalchemy import ColumnElement, func
from sqlmodel import col, select

from app.records.territory import Boundary, Place
from app.store.sessions import Reading, columns
from app.store.spatial import Box, from_column, in_box


@dataclass(frozen=True, slots=True)
class Limits:
    """A place and its shape in force."""

    place_id: int
    code: str
    shape: BaseGeometry


def in_force(session: Reading, kind: str = "district", code: str | None = None) -> list[Limits]:
    """The limits of every living place of a kind, or of one, in the order of the codes."""
    newest = (
        select(func.max(Boundary.id))
        .where(col(Boundary.withdrawn).is_(False))
        .group_by(col(Boundary.place_id))
    )
    wanted = (
        columns(Place.id, Place.code, Boundary.geom)
        .join(Boundary, col(Boundary.place_id) == Place.id)
        .where(col(Place.kind) == kind, col(Place.valid_to).is_(None), col(Boundary.id).in_(newest))
        .order_by(Place.code)
    )
    if code is not None:
        wanted = wanted.where(col(Place.code) == code)
    found = []
    for place_id, its_code, value in session.rows(wanted):
        shape = from_column(value)
        if shape is not None:
            found.append(Limits(place_id, its_code, shape))
    return found


def of_region(session: Reading, region: str) -> list[Limits]:
    """The limits in force of the districts whose code begins so, in the order of the codes."""
    rows = session.rows(
        columns(Place.id, Place.code, Boundary.geom)
        .join(Boundary, col(Boundary.place_id) == Place.id)
        .where(*_living(), col(Place.code).startswith(region))
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
            *_living(),
            col(Place.fictitious).is_(False),
            col(Place.id) != place_id,
            in_box(session, Boundary, box),
        )
        .order_by(Place.code)
    )
    found = [(name, from_column(value)) for name, value in rows]
    return [(name, shape) for name, shape in found if shape is not None]


def _living() -> tuple[ColumnElement[bool], ...]:
    """Of the living districts the newest limits that no undo withdrew."""
    newest = (
        select(func.max(Boundary.id))
        .where(col(Boundary.withdrawn).is_(False))
        .group_by(col(Boundary.place_id))
    )
    living = col(Place.kind) == "district", col(Place.valid_to).is_(None)
    return (*living, col(Boundary.id).in_(newest))
