"""A GeoPackage written row by row with Python's own SQLite: the same rows are the same bytes.

GDAL would write the hour into the file, and needs its heavy library; what is written here is
little: features in degrees (EPSG:4326) and tables without geometry.

References
----------
OGC 12-128r18, GeoPackage Encoding Standard 1.3, which older QGIS reads without a warning,
clauses 1.1 (tables), 2.1 (features: the binary header of a geometry is ``GP``, version 0,
flags, the reference system).
"""

import sqlite3
import struct
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType
from typing import Any, Literal

from shapely import to_wkb
from shapely.geometry import shape
from shapely.geometry.base import BaseGeometry

Kind = Literal["TEXT", "INTEGER", "REAL"]
_ID, _VERSION, _SRS = 0x47504B47, 10300, 4326
_WHEN = "2020-01-01T00:00:00.000Z"  # the hour of writing is nobody's business
_WGS84 = (
    'GEOGCS["WGS 84",DATUM["WGS_1984",SPHEROID["WGS 84",6378137,298.257223563,'
    'AUTHORITY["EPSG","7030"]],AUTHORITY["EPSG","6326"]],PRIMEM["Greenwich",0,'
    'AUTHORITY["EPSG","8901"]],UNIT["degree",0.0174532925199433,'
    'AUTHORITY["EPSG","9122"]],AXIS["Latitude",NORTH],AXIS["Longitude",EAST],'
    'AUTHORITY["EPSG","4326"]]'
)
_CORE = """
CREATE TABLE gpkg_spatial_ref_sys (srs_name TEXT NOT NULL, srs_id INTEGER PRIMARY KEY,
 organization TEXT NOT NULL, organization_coordsys_id INTEGER NOT NULL,
 definition TEXT NOT NULL, description TEXT);
CREATE TABLE gpkg_contents (table_name TEXT NOT NULL PRIMARY KEY, data_type TEXT NOT NULL,
 identifier TEXT UNIQUE, description TEXT DEFAULT '', last_change DATETIME NOT NULL
 DEFAULT (strftime('%Y-%m-%dT%H:%M:%fZ','now')),
 min_x DOUBLE, min_y DOUBLE, max_x DOUBLE, max_y DOUBLE, srs_id INTEGER,
 CONSTRAINT fk_gc FOREIGN KEY (srs_id) REFERENCES gpkg_spatial_ref_sys(srs_id));
CREATE TABLE gpkg_geometry_columns (table_name TEXT NOT NULL, column_name TEXT NOT NULL,
 geometry_type_name TEXT NOT NULL, srs_id INTEGER NOT NULL, z TINYINT NOT NULL,
 m TINYINT NOT NULL, CONSTRAINT pk_gg PRIMARY KEY (table_name, column_name),
 CONSTRAINT fk_gg FOREIGN KEY (table_name) REFERENCES gpkg_contents(table_name));
"""
_STYLES = """
CREATE TABLE layer_styles (id INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
 f_table_catalog TEXT(256), f_table_schema TEXT(256), f_table_name TEXT(256),
 f_geometry_column TEXT(256), styleName TEXT(30), styleQML TEXT, styleSLD TEXT,
 useAsDefault BOOLEAN, description TEXT(500), owner TEXT(30), ui TEXT(30),
 update_time DATETIME DEFAULT CURRENT_TIMESTAMP)
"""


@dataclass
class _Layer:
    columns: Sequence[str]
    shaped: bool
    insert: str
    bounds: list[float] = field(default_factory=list)


class GeoPackage:
    """A new file; a block that ends well leaves it whole.

    Raises
    ------
    FileExistsError
        There is a file of this name already.
    """

    def __init__(self, path: Path) -> None:
        if path.exists():
            raise FileExistsError(path)
        self._db = sqlite3.connect(path, isolation_level=None)
        self._layers: dict[str, _Layer] = {}

    def __enter__(self) -> "GeoPackage":
        """Write what every GeoPackage holds."""
        for pragma in ("journal_mode=OFF", "synchronous=OFF", f"application_id={_ID}",
                       f"user_version={_VERSION}"):  # fmt: skip
            self._db.execute(f"PRAGMA {pragma}")
        self._db.execute("BEGIN")
        for statement in _CORE.split(";"):
            if statement.strip():
                self._db.execute(statement)
        systems = (
            ("Undefined cartesian SRS", -1, "NONE", -1, "undefined", None),
            ("Undefined geographic SRS", 0, "NONE", 0, "undefined", None),
            ("WGS 84 geodetic", _SRS, "EPSG", _SRS, _WGS84, "longitude/latitude in degrees"),
        )
        self._db.executemany("INSERT INTO gpkg_spatial_ref_sys VALUES (?,?,?,?,?,?)", systems)
        return self

    def layer(
        self,
        name: str,
        title: str,
        columns: Mapping[str, Kind],
        *,
        shaped: bool,
        geometry: str = "GEOMETRY",
        about: str = "",
    ) -> None:
        """Open a table of these columns, with places (of one kind, or of any) or without."""
        kinds = "".join(f", {_quoted(c)} {kind}" for c, kind in columns.items())
        place = f", geom {geometry}" if shaped else ""
        self._db.execute(
            f"CREATE TABLE {_quoted(name)} "
            f"(fid INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL{place}{kinds})"
        )
        kind = "features" if shaped else "attributes"
        row = (name, kind, title, about, _WHEN, None, None, None, None, _SRS if shaped else None)
        self._db.execute("INSERT INTO gpkg_contents VALUES (?,?,?,?,?,?,?,?,?,?)", row)
        if shaped:
            kept = (name, "geom", geometry, _SRS, 0, 0)
            self._db.execute("INSERT INTO gpkg_geometry_columns VALUES (?,?,?,?,?,?)", kept)
        names = ", ".join([*(["geom"] if shaped else []), *map(_quoted, columns)])
        marks = ", ".join("?" * (len(columns) + shaped))
        insert = f"INSERT INTO {_quoted(name)} ({names}) VALUES ({marks})"
        self._layers[name] = _Layer(tuple(columns), shaped, insert)

    def add(
        self, name: str, values: Sequence[Any], geometry: Mapping[str, Any] | BaseGeometry | None
    ) -> None:
        """One row; ``geometry`` is a shape or GeoJSON in degrees, or None."""
        layer = self._layers[name]
        if isinstance(geometry, Mapping):
            geometry = shape(dict(geometry))
        blob = _blob(geometry, layer.bounds) if layer.shaped and geometry is not None else None
        self._db.execute(layer.insert, [*([blob] if layer.shaped else []), *values])

    def styles(self, given: Mapping[str, str]) -> None:
        """How QGIS draws each layer (QML by its name), in the table where QGIS looks for it."""
        self._db.execute(_STYLES)
        row = ("layer_styles", "attributes", "layer_styles", "", _WHEN, *(None,) * 5)
        self._db.execute("INSERT INTO gpkg_contents VALUES (?,?,?,?,?,?,?,?,?,?)", row)
        self._db.executemany(
            "INSERT INTO layer_styles (f_table_catalog, f_table_schema, f_table_name, "
            "f_geometry_column, styleName, styleQML, styleSLD, useAsDefault, description, owner, "
            "ui, update_time) VALUES ('', '', ?, 'geom', 'SISMUNI', ?, '', 1, '', '', NULL, ?)",
            [(name, qml, _WHEN) for name, qml in given.items()],
        )

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Write how far each layer reaches, and close."""
        for name, layer in self._layers.items():
            if layer.bounds:
                self._db.execute(
                    "UPDATE gpkg_contents SET min_x=?, min_y=?, max_x=?, max_y=? "
                    "WHERE table_name=?",
                    (*layer.bounds, name),
                )
        self._db.execute("COMMIT")
        self._db.close()


def _blob(place: BaseGeometry, bounds: list[float]) -> bytes:
    west, south, east, north = place.bounds
    if bounds:
        west, south = min(west, bounds[0]), min(south, bounds[1])
        east, north = max(east, bounds[2]), max(north, bounds[3])
    bounds[:] = [west, south, east, north]
    wkb: bytes = to_wkb(place, byte_order=1, include_srid=False)
    return b"GP" + struct.pack("<BBi", 0, 1, _SRS) + wkb


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'
