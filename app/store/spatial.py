"""Shapes in the store: the column, the box filter, and SQLite's R-tree as a cache.

On PostgreSQL a GiST index made by the migration does the work. On SQLite a table
``rtree_{table}`` holds the bounds of each row; writing sessions keep it up, bulk
writers fill it at once, and it can be thrown away and rebuilt at any time.
"""

from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np
import shapely
from geoalchemy2 import Geometry, WKBElement
from shapely.geometry.base import BaseGeometry
from sqlalchemy import (
    Boolean,
    Column,
    Connection,
    Float,
    LargeBinary,
    bindparam,
    event,
    func,
    inspect,
    select,
    text,
)
from sqlalchemy import table as named_table
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.orm import Session, UOWTransaction
from sqlalchemy.sql import column
from sqlalchemy.sql.elements import ColumnElement
from sqlalchemy.sql.functions import GenericFunction

from app.store.functions import ewkb

Box = tuple[float, float, float, float]
SRID = 4326


def shape_column(kind: str = "GEOMETRY", *, nullable: bool = True) -> Column[Any]:
    """A column of shapes in EPSG:4326; ``kind`` as OGC names it (POINT, MULTIPOLYGON...)."""
    return Column(Geometry(kind, srid=SRID, spatial_index=False), nullable=nullable)


def to_column(shape: BaseGeometry | None) -> WKBElement | None:
    """What to assign to a shape column."""
    if shape is None:
        return None
    return WKBElement(ewkb(shape, SRID), srid=SRID, extended=True)


def from_column(value: Any) -> BaseGeometry | None:
    """The Shapely shape of what a shape column gave."""
    if value is None:
        return None
    return shapely.from_wkb(_bytes(value))


def _bytes(value: Any) -> bytes:
    data = value.data if isinstance(value, WKBElement) else value
    return bytes.fromhex(data) if isinstance(data, str) else bytes(data)


class area_m2(GenericFunction[float]):  # noqa: N801 (named as it is called in a query)
    """Area on the ellipsoid, square metres."""

    type = Float()
    inherit_cache = True


@compiles(area_m2, "postgresql")
def _area_postgis(element: Any, compiler: Any, **kw: Any) -> str:
    return f"ST_Area(({compiler.process(element.clauses, **kw)})::geography)"


@compiles(area_m2, "sqlite")
def _area_sqlite(element: Any, compiler: Any, **kw: Any) -> str:
    return f"sismuni_area_m2({compiler.process(element.clauses, **kw)})"


class distance_m(GenericFunction[float]):  # noqa: N801
    """Straight-line distance on the ellipsoid, metres."""

    type = Float()
    inherit_cache = True


@compiles(distance_m, "postgresql")
def _distance_postgis(element: Any, compiler: Any, **kw: Any) -> str:
    one, other = (compiler.process(clause, **kw) for clause in element.clauses)
    return f"ST_Distance(({one})::geography, ({other})::geography)"


@compiles(distance_m, "sqlite")
def _distance_sqlite(element: Any, compiler: Any, **kw: Any) -> str:
    return f"sismuni_distance_m({compiler.process(element.clauses, **kw)})"


def in_box(session: Session, model: Any, box: Box, name: str = "geom") -> ColumnElement[bool]:
    """Rows whose bounds meet a box (west, south, east, north), by the index of the store."""
    shapes: Any = inspect(model).columns[name]
    west, south, east, north = box
    if session.get_bind().dialect.name == "postgresql":
        overlaps: ColumnElement[bool] = shapes.op("&&", is_comparison=True)(
            func.ST_MakeEnvelope(west, south, east, north, SRID)
        )
        return overlaps
    tree = named_table(
        f"rtree_{model.__tablename__}",
        *(column(part) for part in ("id", "xmin", "xmax", "ymin", "ymax")),
    )
    hits = select(tree.c.id).where(
        tree.c.xmax >= west, tree.c.xmin <= east, tree.c.ymax >= south, tree.c.ymin <= north
    )
    inside: ColumnElement[bool] = inspect(model).columns["id"].in_(hits)
    return inside


class as_wkb(GenericFunction[bytes]):  # noqa: N801
    """The bytes of a shape, for reading many at once without a wrapper around each."""

    type = LargeBinary()
    inherit_cache = True


@compiles(as_wkb, "postgresql")
def _wkb_postgis(element: Any, compiler: Any, **kw: Any) -> str:
    return f"ST_AsBinary({compiler.process(element.clauses, **kw)})"


@compiles(as_wkb, "sqlite")
def _wkb_sqlite(element: Any, compiler: Any, **kw: Any) -> str:
    return str(compiler.process(element.clauses, **kw))  # it is stored as such


def meets(shapes: ColumnElement[Any], area: BaseGeometry) -> ColumnElement[bool]:
    """Rows whose shape has a point in common with an area; no index is asked (``in_box``)."""
    # The area first: the embedded store prepares it once for all rows.
    found: ColumnElement[bool] = func.ST_Intersects(to_column(area), shapes, type_=Boolean)
    return found


def extent(session: Session, model: Any, name: str = "geom") -> Box | None:
    """The box of all shapes of a table, by the index where the store has it at hand."""
    if session.get_bind().dialect.name == "postgresql":
        box = func.Box2D(func.ST_Extent(inspect(model).columns[name]))
        corners = (func.ST_XMin(box), func.ST_YMin(box), func.ST_XMax(box), func.ST_YMax(box))
        row = session.connection().execute(select(*corners)).one()
    else:
        # Each coordinate on the outer side of what a short number can say of it.
        least = text(
            f"SELECT min(xmin), min(ymin), max(xmax), max(ymax) FROM rtree_{model.__tablename__}"
        )
        row = session.connection().execute(least).one()
    return None if row[0] is None else (row[0], row[1], row[2], row[3])


def index_rows(
    connection: Connection, table: str, ids: Sequence[int], shapes: Iterable[Any]
) -> None:
    """Put the bounds of many rows into the R-tree at once; nothing to do on PostgreSQL."""
    if connection.dialect.name != "sqlite" or not len(ids):
        return
    bounds = shapely.bounds(np.asarray(list(shapes), dtype=object)).tolist()
    index_bounds(connection, table, zip(ids, bounds, strict=True))


def index_bounds(
    connection: Connection, table: str, rows: Iterable[tuple[int, Sequence[float]]]
) -> None:
    """As ``index_rows``, for bounds (west, south, east, north) known before the lock was taken."""
    if connection.dialect.name != "sqlite":
        return
    # Straight to the driver: an import writes a hundred thousand while others wait.
    driver: Any = connection.connection.driver_connection
    driver.executemany(
        f"INSERT OR REPLACE INTO rtree_{table} VALUES (?, ?, ?, ?, ?)",
        ((int(i), b[0], b[2], b[1], b[3]) for i, b in rows if b[0] == b[0]),
    )


def forget_rows(connection: Connection, table: str, ids: Sequence[int]) -> None:
    """Take rows out of the R-tree."""
    if connection.dialect.name == "sqlite" and len(ids):
        connection.execute(
            text(f"DELETE FROM rtree_{table} WHERE id = :id"), [{"id": int(i)} for i in ids]
        )


def shape_tables(metadata: Any) -> dict[str, str]:
    """Table name to its shape column, for every table that has one."""
    return {
        t.name: c.name
        for t in metadata.sorted_tables
        for c in t.columns
        if isinstance(c.type, Geometry)
    }


def rebuild_index(connection: Connection, metadata: Any) -> None:
    """Make every R-tree anew from the shapes themselves; after a migration or a restore."""
    if connection.dialect.name != "sqlite":
        return
    for table, name in shape_tables(metadata).items():
        connection.exec_driver_sql(f"DROP TABLE IF EXISTS rtree_{table}")
        connection.exec_driver_sql(
            f"CREATE VIRTUAL TABLE rtree_{table} USING rtree(id, xmin, xmax, ymin, ymax)"
        )
        found = connection.exec_driver_sql(
            f'SELECT id, "{name}" FROM "{table}" WHERE "{name}" IS NOT NULL'
        )
        while batch := found.fetchmany(20_000):
            ids, blobs = zip(*batch, strict=True)
            index_rows(connection, table, ids, shapely.from_wkb(list(blobs)))


def keep_index(session_class: type[Session]) -> None:
    """Make every flush of a session class keep the R-trees of what it wrote."""

    @event.listens_for(session_class, "after_flush")
    def keep(session: Session, _: UOWTransaction) -> None:
        if session.get_bind().dialect.name != "sqlite":
            return
        for row in (*session.new, *session.dirty):
            _keep_row(session, row)
        for row in session.deleted:
            name = _shape_name(type(row))
            if name:
                forget_rows(session.connection(), row.__tablename__, [row.id])


def _shape_name(model: type) -> str | None:
    columns: Any = inspect(model).columns
    return next((c.name for c in columns if isinstance(c.type, Geometry)), None)


def _keep_row(session: Session, row: Any) -> None:
    name = _shape_name(type(row))
    if name is None:
        return
    value = getattr(row, name)
    if value is None:
        forget_rows(session.connection(), row.__tablename__, [row.id])
    else:
        index_rows(session.connection(), row.__tablename__, [row.id], [from_column(value)])


def bind(name: str) -> Any:
    """A bound shape parameter, for Core statements."""
    return bindparam(name, type_=Geometry(srid=SRID))
