"""A layer on its way out of the house: rows, shapes, and how it is drawn, free of any format."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

import shapely
from shapely.geometry.base import BaseGeometry

from app.gis.classes import Classes
from app.gis.crs import Bounds

CLASS = "map_class"
"""Column with the place of the class of the screen, from 0; NULL is not known."""
_SUFFIX = {0: "", 1: "_lines", 2: "_areas"}
_KIND = {0: "Point", 1: "LineString", 2: "Polygon"}
Row = tuple[object, ...]


@dataclass(frozen=True, slots=True)
class Look:
    """How a layer is drawn: by ``classes`` of ``value``, else in one ``colour``.

    ``sized`` symbols grow with ``people``; ``unknown`` is what the key says of features
    without a class; ``labelled`` writes the name beside.
    """

    colour: str
    drawing: str = "circle"
    classes: Classes | None = None
    coloured: bool = False
    sized: bool = False
    unknown: str = "Sin datos"
    labelled: bool = True
    outline: bool = False


@dataclass(frozen=True, slots=True)
class Table:
    """A layer as a table of one file, or of one table in it.

    Parameters
    ----------
    code
        Its name in files and services.
    title, group
        What it is called, and the layer that it is a choice of (empty where it is none).
    facts
        What its legend says: pairs of a heading and words.
    columns
        Names with their types, ``CLASS`` among them where it is coloured.
    shapes
        As many as rows, EPSG:4326; None where nobody gave a place.
    """

    code: str
    title: str
    group: str
    facts: tuple[tuple[str, str], ...]
    columns: tuple[tuple[str, type], ...]
    rows: tuple[Row, ...]
    shapes: tuple[BaseGeometry | None, ...]
    look: Look

    @property
    def name(self) -> str:
        """Its code as any database takes it."""
        return re.sub(r"[^0-9A-Za-z]+", "_", self.code).strip("_").lower()

    @property
    def bounds(self) -> Bounds | None:
        """The box of what has a place."""
        shapes = [shape for shape in self.shapes if shape is not None and not shape.is_empty]
        if not shapes:
            return None
        west, south, east, north = shapely.total_bounds(shapes).tolist()
        return Bounds(west, south, east, north)


@dataclass(frozen=True, slots=True)
class Part:
    """The features of a table that are of one kind: Point, LineString or Polygon, or Multi."""

    table: Table
    name: str
    geometry: str

    @property
    def dimension(self) -> int:
        """0 points, 1 lines, 2 areas."""
        return next(at for at, kind in _KIND.items() if self.geometry.endswith(kind))


def parts(table: Table) -> list[Part]:
    """A table for each kind of shape, as the standards want; without a place goes the first.

    A part is of many (``MultiPoint``) where one of its features is.
    """
    dimensions = [
        int(shapely.get_dimensions(shape)) if shape is not None and not shape.is_empty else None
        for shape in table.shapes
    ]
    there = sorted({each for each in dimensions if each is not None}) or [0]
    found = []
    for dimension in there:
        homeless = dimension == there[0]
        chosen = [
            at
            for at, each in enumerate(dimensions)
            if each == dimension or (each is None and homeless)
        ]
        shapes = [table.shapes[at] for at in chosen]
        many = any(shape is not None and shape.geom_type.startswith("Multi") for shape in shapes)
        geometry = ("Multi" if many else "") + _KIND[dimension]
        cut = replace(
            table,
            rows=tuple(table.rows[at] for at in chosen),
            shapes=tuple(_as(shape, geometry) for shape in shapes),
        )
        suffix = _SUFFIX[dimension] if dimension != there[0] else ""
        found.append(Part(cut, cut.name + suffix, geometry))
    return found


def _as(shape: BaseGeometry | None, geometry: str) -> BaseGeometry | None:
    if shape is None or shape.is_empty:
        return None
    if geometry.startswith("Multi"):
        if isinstance(shape, shapely.Point):
            return shapely.MultiPoint([shape])
        if isinstance(shape, shapely.LineString):
            return shapely.MultiLineString([shape])
        if isinstance(shape, shapely.Polygon):
            return shapely.MultiPolygon([shape])
    return shape


def readable(tables: Sequence[Table], meanings: Sequence[tuple[str, str]], head: str) -> str:
    """What stands beside files that cannot say it themselves: each layer, each column."""
    lines = [head, ""]
    for table in tables:
        lines += [f"{table.code}: {table.title}"]
        lines += [f"  {name}: {words}" for name, words in table.facts if words]
        lines.append("")
    return "\r\n".join([*lines, *(f"{name}: {words}" for name, words in meanings), ""])
