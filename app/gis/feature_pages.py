"""Rows with shapes as a page of GeoJSON, column after column: a thousand places in a millisecond.

``app.gis.geojson`` writes features one by one, each with whatever it has; here all have the
same properties, so their names are written once for all.
"""

from collections.abc import Callable, Sequence
from datetime import date
from json.encoder import encode_basestring
from typing import Any

import numpy as np
import shapely

from app.gis.crs import Geometries
from app.gis.geojson import rounded

_POINT = 0


def features(
    names: Sequence[str],
    rows: Sequence[Sequence[Any]],
    shapes: Geometries,
    decimals: int,
) -> list[str]:
    """Each row as a GeoJSON feature; the first column is its id too.

    Values are text, numbers, truths, dates or None; shapes may be None.
    """
    if not len(rows):
        return []
    columns = [list(map(_written, column)) for column in zip(*rows, strict=True)]
    told = ",".join(f"{_escaped(name)}:%s" for name in names)
    one = f'{{"type":"Feature","id":%s,"geometry":%s,"properties":{{{told}}}}}'
    texts = geometries(shapes, decimals)
    return [one % each for each in zip(columns[0], texts, *columns, strict=True)]


def _escaped(name: str) -> str:
    return encode_basestring(name).replace("%", "%%")


def _written(value: Any) -> str:
    return _WRITERS[type(value)](value)


_WRITERS: dict[type, Callable[[Any], str]] = {
    str: encode_basestring,
    bool: lambda value: "true" if value else "false",
    type(None): lambda _: "null",
    int: repr,
    float: lambda value: repr(value) if np.isfinite(value) else "null",
    date: lambda value: f'"{value.isoformat()}"',
}


def geometries(shapes: Geometries, decimals: int) -> list[str]:
    """Each shape as a GeoJSON geometry; ``null`` where there is none."""
    if (shapely.get_type_id(shapes) == _POINT).all():
        xy = np.round(shapely.get_coordinates(shapes), decimals) + 0.0
        return [f'{{"type":"Point","coordinates":[{x!r},{y!r}]}}' for x, y in xy.tolist()]
    texts: list[str | None] = shapely.to_geojson(rounded(shapes, decimals)).tolist()
    return [text or "null" for text in texts]
