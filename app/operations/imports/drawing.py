"""What a file would put on the map: shown before anything of it is stored."""

from collections.abc import Container, Sequence
from typing import Any

import numpy as np
import shapely

from app.operations.import_previews import NEW, REFUSED, STANDING, Drawn
from app.operations.imports.asked import Found
from app.operations.imports.tree import Floats
from app.operations.imports.upsert import Upsert


def points(
    rows: Sequence[dict[str, Any]],
    numbers: Sequence[int],
    at: tuple[Floats, Floats],
    plan: Upsert,
    found: Found,
) -> Drawn:
    """The rows of a table; one whose coordinates have a likely slip where it was probably meant."""
    lon, lat = (each.copy() for each in at)
    for place, number in enumerate(numbers):
        if number in found.meant:
            lon[place], lat[place] = found.meant[number]
    shapes = np.full(len(lon), None, dtype=object)
    stand = ~np.isnan(lon)
    shapes[stand] = shapely.points(lon[stand], lat[stand])
    fresh = {row["code"] for row in plan.new}
    return Drawn(
        shapes,
        [row["code"] for row in rows],
        [row["name"] for row in rows],
        [
            state(row["code"], number, fresh, found)
            for row, number in zip(rows, numbers, strict=True)
        ],
    )


def state(code: str | None, row: int, fresh: Container[str], found: Found) -> int:
    """What becomes of a row."""
    if code is None or row in found.refused:
        return REFUSED
    return NEW if code in fresh else STANDING
