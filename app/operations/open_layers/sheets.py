"""The layers of a district as sources: some hundred rows at most, filtered in memory."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray

from app.errors import Unknown
from app.gis import cql2_judge
from app.gis.crs import Bounds, Geometries
from app.gis.feature_requests import Wanted
from app.operations.layers import offered
from app.operations.layers.offered import Offer
from app.operations.open_layers.declared import Days
from app.records.open_tables import Found
from app.store.sessions import Reading

NAMES = (*(name for name, _ in offered.COLUMNS), "date")
_Chosen = NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class SheetSource:
    """An offer of a district; ``around`` is the box of the district."""

    offer: Offer
    around: Callable[[Reading], Bounds | None]

    def box(self, session: Reading) -> Bounds | None:
        """The district's own: to look for each layer's would make them all."""
        return self.around(session)

    def days(self, session: Reading) -> Days | None:
        """The day of its newest figure."""
        on = offered.sheet(session, self.offer).told.on
        return (on, on) if on else None

    def count(self, session: Reading, wanted: Wanted) -> int:
        """How many are selected."""
        return int(_selected(*self._all(session), wanted).sum())

    def page(self, session: Reading, wanted: Wanted) -> Found:
        """Those of a page."""
        rows, shapes = self._all(session)
        places = np.flatnonzero(_selected(rows, shapes, wanted))
        if wanted.after:
            places = places[[str(rows[at][0]) > wanted.after for at in places.tolist()]]
        else:
            places = places[wanted.offset :]
        places = places[: wanted.limit]
        return Found([rows[at] for at in places.tolist()], shapes[places])

    def one(self, session: Reading, key: str) -> Found:
        """The one of this key."""
        rows, shapes = self._all(session)
        for at, row in enumerate(rows):
            if row[0] == key:
                return Found([row], shapes[at : at + 1])
        raise Unknown(
            "La capa no tiene ningún elemento «{key}».",
            remedy="Búsquelo en /items.",
            key=key[:40],
        )

    def _all(self, session: Reading) -> tuple[Sequence[Sequence[Any]], Geometries]:
        sheet = offered.sheet(session, self.offer)
        order = sorted(range(len(sheet.rows)), key=lambda at: str(sheet.rows[at][0]))
        shapes = np.array([None, *(sheet.shapes[at] for at in order)], dtype=object)[1:]
        return [(*sheet.rows[at], sheet.told.on) for at in order], shapes


def _selected(rows: Sequence[Sequence[Any]], shapes: Geometries, wanted: Wanted) -> _Chosen:
    found = np.ones(len(rows), dtype=bool)
    if wanted.area is not None:
        found &= shapely.intersects(wanted.area, shapes)
    if wanted.during is not None:
        found &= [_is_in(wanted, row[-1]) for row in rows] if rows else True
    if wanted.filter is not None:
        named = [dict(zip(NAMES, row, strict=True)) for row in rows]
        found &= cql2_judge.selected(wanted.filter, named, shapes.tolist())
    return found


def _is_in(wanted: Wanted, on: date | None) -> bool:
    return on is None or wanted.during is None or wanted.during.holds(on, on)
