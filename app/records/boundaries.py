"""The limits in force: of each living place, the newest that no undo withdrew."""

from dataclasses import dataclass

from shapely.geometry.base import BaseGeometry
from sqlalchemy import func
from sqlmodel import col, select

from app.records.territory import Boundary, Place
from app.store.sessions import Reading, columns
from app.store.spatial import from_column


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
