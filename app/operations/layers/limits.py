"""The limits of one district as maps and entry forms draw them: light, and referential."""

from dataclasses import dataclass

import numpy as np
import shapely

from app.gis import simplify
from app.gis.crs import Bounds
from app.operations.layers.serving import Bytes, named
from app.operations.remembered import remembered
from app.records import boundaries
from app.records.places import Where
from app.store.sessions import Reading

DECIMALS = 5


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
