"""Files of map pictures made on the spot: one colour a zoom, sound unless something is asked."""

import io
import math
import sqlite3
from collections.abc import Iterator, Mapping
from contextlib import closing
from pathlib import Path
from typing import Any

from PIL import Image
from pmtiles.tile import Compression, TileType, zxy_to_tileid
from pmtiles.writer import Writer

from app.gis.vector_tiles import Tile

HERE = (-76.3, -10.1, -76.1, -9.9)
ZOOMS = range(10, 14)
MINE = "© Municipalidad de prueba"
ABOUT = {"name": "Ortofoto 2024", "format": "png", "attribution": f'<a href="#">{MINE}</a>'}


def picture(colour: str = "#4477aa", kind: str = "PNG", side: int = 256) -> bytes:
    """A tile of one colour."""
    body = io.BytesIO()
    Image.new("RGB", (side, side), colour).save(body, kind)
    return body.getvalue()


def tiles(box: tuple[float, ...] = HERE, zooms: range = ZOOMS) -> Iterator[Tile]:
    """The tiles of a box."""
    west, south, east, north = box
    for z in zooms:
        columns = [int((lon + 180) / 360 * (1 << z)) for lon in (west, east)]
        rows = [
            int((1 - math.asinh(math.tan(math.radians(lat))) / math.pi) / 2 * (1 << z))
            for lat in (north, south)
        ]
        for x in range(columns[0], columns[1] + 1):
            for y in range(rows[0], rows[1] + 1):
                yield Tile(z, x, y)


def mbtiles(
    path: Path,
    pictures: Mapping[Tile, bytes] | None = None,
    about: Mapping[str, str] | None = None,
    *,
    south_first: bool = True,
) -> bytes:
    """An MBTiles as bytes; rows count from the south, as they must, or from the north."""
    pictures = dict.fromkeys(tiles(), picture()) if pictures is None else pictures
    with closing(sqlite3.connect(path)) as db:
        db.execute("CREATE TABLE metadata (name TEXT, value TEXT)")
        db.execute(
            "CREATE TABLE tiles (zoom_level INTEGER, tile_column INTEGER, tile_row INTEGER, "
            "tile_data BLOB)"
        )
        db.executemany(
            "INSERT INTO metadata VALUES (?, ?)", (ABOUT if about is None else about).items()
        )
        rows = (
            (t.z, t.x, (1 << t.z) - 1 - t.y if south_first else t.y, body)
            for t, body in pictures.items()
        )
        db.executemany("INSERT INTO tiles VALUES (?, ?, ?, ?)", rows)
        db.commit()
    return path.read_bytes()


def pmtiles(
    path: Path,
    pictures: Mapping[Tile, bytes] | None = None,
    about: Mapping[str, Any] | None = None,
    kind: TileType = TileType.PNG,
) -> bytes:
    """A PMTiles 3 as bytes."""
    pictures = dict.fromkeys(tiles(), picture()) if pictures is None else pictures
    with path.open("wb") as file:
        writer: Any = Writer(file)
        for key, body in sorted((zxy_to_tileid(*tile), body) for tile, body in pictures.items()):
            writer.write_tile(key, body)
        corners = [round(each * 1e7) for each in HERE]
        names = ("min_lon_e7", "min_lat_e7", "max_lon_e7", "max_lat_e7")
        header = dict(zip(names, corners, strict=True))
        header |= {"tile_type": kind, "tile_compression": Compression.NONE}
        writer.finalize(header, dict(ABOUT if about is None else about))
    return path.read_bytes()
