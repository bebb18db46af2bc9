"""MBTiles 1.3: map pictures in one SQLite file, read as a stranger's file is to be read.

``tiles`` may be a view, as several programs write it, so every statement has an allowance of
work; whoever wrote a view without end is told that the file cannot be read.

References
----------
github.com/mapbox/mbtiles-spec 1.3: tables ``metadata`` and ``tiles``; rows count from the south.
"""

import sqlite3
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path

from app.errors import Malformed
from app.gis.vector_tiles import Tile

MAGIC = b"SQLite format 3\x00"
_STEP = 10_000  # instructions of SQLite's machine between two looks at the allowance
WHOLE, ONE = 20_000, 200
"""Steps allowed for going through a file, and for one picture."""
HEAD = 16
_COLUMNS = "zoom_level, tile_column, tile_row, tile_data"


@dataclass(frozen=True, slots=True)
class MbTiles:
    """One file; it is opened for each question, since a held file cannot be taken away."""

    path: Path

    def metadata(self) -> Mapping[str, str]:
        """What the file says of itself.

        Raises
        ------
        Malformed
            Broken or cut off, a GeoPackage, or without one of the two tables.
        """
        with self._opened(WHOLE) as db:
            names = {str(row[0]).lower() for row in db.execute("SELECT name FROM sqlite_master")}
            _refuse_others(names)
            if db.execute("PRAGMA quick_check(1)").fetchone()[0] != "ok":
                raise broken()
            try:
                db.execute(f"SELECT {_COLUMNS} FROM tiles LIMIT 0")
                rows = db.execute("SELECT name, value FROM metadata LIMIT 1000").fetchall()
            except sqlite3.OperationalError:
                raise Malformed(
                    "Las tablas de este MBTiles no tienen las columnas de la norma.",
                    remedy="Expórtelo otra vez, por ejemplo con QGIS: «Generar teselas XYZ "
                    "(MBTiles)».",
                ) from None
        return {str(name): str(value) for name, value in rows if value is not None}

    def heads(self) -> Iterator[tuple[Tile, int, bytes]]:
        """Each tile, how many it stands for (one), and its first bytes."""
        wanted = f"SELECT zoom_level, tile_column, tile_row, substr(tile_data, 1, {HEAD}) "
        with self._opened(WHOLE) as db:
            for z, x, y, head in db.execute(wanted + "FROM tiles"):
                numbers = all(isinstance(each, int) for each in (z, x, y))
                at = Tile(z, x, (1 << z) - 1 - y) if numbers and 0 <= z < 32 else Tile(-1, 0, 0)
                yield at, 1, head if isinstance(head, bytes) else b""

    def get(self, tile: Tile) -> bytes | None:
        """A tile as it is in the file; None where there is none."""
        wanted = (
            "SELECT tile_data FROM tiles WHERE zoom_level = ? AND tile_column = ? AND tile_row = ?"
        )
        with self._opened(ONE) as db:
            found = db.execute(wanted, (tile.z, tile.x, (1 << tile.z) - 1 - tile.y)).fetchone()
        return found[0] if found and isinstance(found[0], bytes) else None

    @contextmanager
    def _opened(self, steps: int) -> Iterator[sqlite3.Connection]:
        left = steps

        def spent() -> int:
            nonlocal left
            left -= 1
            return int(left < 0)

        address = f"{self.path.absolute().as_uri()}?mode=ro&immutable=1"
        try:
            with closing(sqlite3.connect(address, uri=True)) as db:
                db.set_progress_handler(spent, _STEP)
                db.execute("PRAGMA trusted_schema = OFF")
                yield db
        except sqlite3.Error:
            raise broken() from None


def broken() -> Malformed:
    """The refusal of a file that cannot be read to its end."""
    return Malformed(
        "El archivo está dañado o incompleto.",
        remedy="Cópielo o descárguelo otra vez, y vuelva a subirlo.",
        field="file",
    )


def _refuse_others(names: set[str]) -> None:
    if "gpkg_contents" in names:
        raise Malformed(
            "Es un GeoPackage y no un MBTiles.",
            remedy="Si trae líneas o áreas, impórtelo como «Ríos, caminos y otras líneas del "
            "distrito»; si trae imágenes, expórtelas como MBTiles.",
            field="file",
        )
    missing = [name for name in ("metadata", "tiles") if name not in names]
    if missing:
        raise Malformed(
            "Es un archivo SQLite, pero no un MBTiles: le falta la tabla «{table}».",
            remedy="Expórtelo otra vez como MBTiles, por ejemplo con QGIS: «Generar teselas XYZ "
            "(MBTiles)».",
            field="file",
            table=missing[0],
        )
