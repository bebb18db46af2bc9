"""The limits of one district as maps and entry forms draw them: light, and referential."""

from dataclasses import dataclass

import numpy as np
import shapely
from shapely.geometry.base import BaseGeometry

from app.gis import simplify
from app.gis.crs import Bounds
from app.operations.layers.serving import Bytes, named
from app.operations.remembered import remembered
from app.records import boundaries
from app.records.places import Where
from app.records.territory import Place
from app.store.sessions import Reading

DECIMALS = 5
Neighbours = tuple[tuple[str, BaseGeometry], ...]


@dataclass(frozen=True, slots=True)
class Outline:
    """The limits as GeoJSON, empty where none are loaded, and the box that holds them."""

    bytes: Bytes
    box: Bounds | None


def outline(session: Reading, where: Where) -> Outline:
    """The limits in force of a district, simplified to what a screen shows."""
    key = ("layer outline", where.place_id)
    return remembered(session, where, key, lambda: _read(session, where))


def _read(session: Reading, where: Where) -> Outline:
    found = boundaries.in_force(session, where.kind, where.code)
    if not found:
        return Outline(named(simplify.simplified_collection((), np.array([]), (), 0)), None)
    shape = found[0].shape
    box = Bounds(*shapely.bounds(shape).tolist())
    tolerance = simplify.tolerance_for(box)
    body = simplify.simplified_collection(
        [where.code], np.array([shape], dtype=object), [{"name": where.name}], tolerance, DECIMALS
    )
    return Outline(named(body), box)


def whole(session: Reading, where: Where) -> BaseGeometry | None:
    """The limits in force of a place in all their detail, as paper wants them."""
    found = boundaries.in_force(session, where.kind, where.code)
    return found[0].shape if found else None


def neighbours(session: Reading, where: Where, box: Bounds) -> Neighbours:
    """Names and limits of the districts around a real one; nobody borders on an invented one."""
    key = ("layer neighbours", where.place_id, *box)
    return remembered(session, where, key, lambda: _around(session, where, box))


def _around(session: Reading, where: Where, box: Bounds) -> Neighbours:
    place = session.get(Place, where.place_id) if where.place_id is not None else None
    if place is None or place.fictitious:
        return ()
    found = boundaries.near(session, where.place_id, box)
    tolerance = simplify.tolerance_for(box)
    return tuple((name, shape.simplify(tolerance)) for name, shape in found)
