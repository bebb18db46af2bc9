"""A table that may come as a layer: its points are then the columns lon and lat.

What is brought as a table (communities, facilities, populated places) is often at hand as a
Shapefile, a GeoPackage or a KML: the same rows, with their place drawn instead of written.
"""

import numpy as np
import shapely

from app.errors import Invalid
from app.gis.files import GEOMETRY, Limits, Upload
from app.gis.layers import Layer, read_layer
from app.gis.tables import Table, read_table

LON, LAT = "lon", "lat"


def read(
    upload: Upload,
    limits: Limits | None = None,
    *,
    assume_epsg: int | None = None,
    layer: str | None = None,
) -> Table:
    """The table of a file: as ``read_table``, or the points of a layer as ``read_layer``.

    The first row of a layer has the number 1. Its points are in degrees with seven decimals,
    a centimetre; a column of the layer that is called lon or lat gives way to them.

    Raises
    ------
    Invalid
        A layer of lines or polygons; else as the two readers do.
    """
    if upload.kind not in GEOMETRY:
        return read_table(upload, limits)
    # Where a point stands is judged by the import, which tells the row and its remedy.
    found = read_layer(upload, limits, assume_epsg=assume_epsg, layer=layer, within=None)
    if found.kind not in ("points", "empty"):
        raise Invalid(
            "{name} no es una capa de puntos.",
            remedy="Suba los puntos, no líneas ni polígonos.",
            field="geometry",
            name=upload.name,
        )
    return _table(found)


def _table(found: Layer) -> Table:
    own = tuple(name for name in found.columns if name.casefold() not in (LON, LAT))
    middles = shapely.get_coordinates(shapely.centroid(found.geometries))
    placed = ~(shapely.is_missing(found.geometries) | shapely.is_empty(found.geometries))
    points = np.full((len(found.geometries), 2), np.nan)
    points[placed] = middles
    rows = [
        {name: row.get(name, "") for name in own} | dict(zip((LON, LAT), _texts(at), strict=True))
        for row, at in zip(found.attributes, points.tolist(), strict=True)
    ]
    columns = (*own, LON, LAT)
    return Table(columns, rows, list(range(1, len(rows) + 1)), found.notices, found.errors)


def _texts(at: list[float]) -> tuple[str, str]:
    return ("", "") if at[0] != at[0] else (f"{at[0]:.7f}", f"{at[1]:.7f}")
