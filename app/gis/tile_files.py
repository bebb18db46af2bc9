"""Tilesets made once and kept in one file (PMTiles 3), and read tile by tile.

Areas are simplified for each zoom as a whole, so that neighbours share their border at every
one. Points are thinned where a tile would hold more than a screen can show.
"""

import gzip
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, BinaryIO

import numpy as np
import shapely
from numpy.typing import NDArray
from pmtiles.tile import (
    Compression,
    Entry,
    TileType,
    deserialize_directory,
    deserialize_header,
    zxy_to_tileid,
)
from pmtiles.writer import Writer

from app.gis import simplify, vector_tiles
from app.gis.crs import Bounds, Geometries
from app.gis.vector_tiles import Feature, Layer, Tile, Words

AREAS, POINTS = range(3, 12), range(4, 13)
"""The zooms that are kept; a map that goes deeper enlarges the last."""
WHOLE = 7
"""From this zoom on every point is there, two zooms after the whole country fills a screen;
before it one for each cell of 64 by 64 in a tile.
"""
_CELLS = 64
Tiles = list[tuple[Tile, bytes]]


def tolerance(z: int) -> float:
    """Degrees that nobody sees at a zoom: a quarter of a point of the screen."""
    return 360 / (1 << z) / 1_024


def of_areas(name: str, shapes: Geometries, words: Sequence[Words]) -> Tiles:
    """The tiles of polygons in longitude and latitude."""
    found: Tiles = []
    for z in reversed(AREAS):
        if z < AREAS[-1]:
            shapes = simplify.simplified(shapes, tolerance(z))
        flat = vector_tiles.flattened(shapes)
        places = np.flatnonzero(~(shapely.is_missing(flat) | shapely.is_empty(flat)))
        for tile, cut, which in _split(flat[places], places, Tile(0, 0, 0), z):
            features = (
                Feature(shape, words[at], _key(words[at]))
                for shape, at in zip(cut, which.tolist(), strict=True)
            )
            body = vector_tiles.encoded(name, features, tile)
            if body:
                found.append((tile, body))
    return found


def _key(words: Words) -> int | None:
    code = words[0][1]
    return int(code) if code.isascii() and code.isdigit() and len(code) < 19 else None


def _split(
    shapes: Geometries, places: NDArray[np.int64], tile: Tile, z: int
) -> Iterator[tuple[Tile, Geometries, NDArray[np.int64]]]:
    """The tiles of a zoom below one, with what they hold: cut in quarters again and again."""
    if tile.z == z:
        yield tile, shapes, places
        return
    bounds = shapely.bounds(shapes)
    for x, y in ((0, 0), (1, 0), (0, 1), (1, 1)):
        child = Tile(tile.z + 1, 2 * tile.x + x, 2 * tile.y + y)
        west, north, east, south = vector_tiles.edges(child)
        near = (bounds[:, 0] <= east) & (bounds[:, 2] >= west)
        near &= (bounds[:, 1] <= south) & (bounds[:, 3] >= north)
        cut = vector_tiles.clipped(shapes[near], child)
        kept = ~shapely.is_empty(cut)
        if kept.any():
            yield from _split(cut[kept], places[near][kept], child, z)


def of_points(name: str, lonlat: NDArray[np.float64], words: Sequence[Words]) -> Tiles:
    """The tiles of points; where not all are shown, those that come first are."""
    flat = vector_tiles.flat(lonlat)
    found: Tiles = []
    for z in POINTS:
        side = 1 << z
        places = np.arange(len(flat))
        if z < WHOLE:
            cells = np.floor(flat * side * _CELLS).astype(np.int64)
            _, first = np.unique(cells, axis=0, return_index=True)
            places = np.sort(first)
        found += _of_zoom(name, flat[places], [words[at] for at in places.tolist()], z)
    return found


def _of_zoom(name: str, flat: NDArray[np.float64], words: Sequence[Words], z: int) -> Tiles:
    cells = np.floor(flat * (1 << z)).astype(np.int64)
    order = np.lexsort((cells[:, 1], cells[:, 0]))
    turns = np.flatnonzero(np.any(np.diff(cells[order], axis=0), axis=1)) + 1
    found: Tiles = []
    for group in map(np.sort, np.split(order, turns)):
        if not len(group):
            continue
        tile = Tile(z, *cells[group[0]].tolist())
        layer = Layer(name)
        grid = vector_tiles.on_grid(flat[group], tile).tolist()
        for at, (x, y) in zip(group.tolist(), grid, strict=True):
            layer.add_point(words[at], x, y)
        found.append((tile, layer.written()))
    return found


@dataclass(frozen=True, slots=True)
class About:
    """What a file says of itself."""

    name: str
    fields: Sequence[str]
    box: Bounds


def write(file: BinaryIO, tiles: Tiles, about: About) -> None:
    """All tiles into a file; there must be one at least."""
    writer: Any = Writer(file)  # type: ignore[no-untyped-call]
    for key, body in sorted((zxy_to_tileid(*tile), body) for tile, body in tiles):
        writer.write_tile(key, gzip.compress(body, 9, mtime=0))
    west, south, east, north = (round(each * 1e7) for each in about.box)
    zooms = [tile.z for tile, _ in tiles]
    header: dict[str, Any] = {
        "tile_type": TileType.MVT,
        "tile_compression": Compression.GZIP,
        "min_lon_e7": west,
        "min_lat_e7": south,
        "max_lon_e7": east,
        "max_lat_e7": north,
        "center_zoom": min(zooms),
        "center_lon_e7": (west + east) // 2,
        "center_lat_e7": (south + north) // 2,
    }
    layer = {
        "id": about.name,
        "fields": dict.fromkeys(about.fields, "String"),
        "minzoom": min(zooms),
        "maxzoom": max(zooms),
    }
    writer.finalize(header, {"name": about.name, "vector_layers": [layer]})


@dataclass(slots=True)
class TileFile:
    """A file of tiles, found through a list of all that it holds."""

    path: Path
    zooms: range
    start: int
    places: dict[int, tuple[int, int]] = field(repr=False)

    def get(self, tile: Tile) -> bytes | None:
        """A tile, compressed with gzip; None where there is none."""
        found = self.places.get(zxy_to_tileid(*tile))
        if found is None:
            return None
        # Opened each time: a file that is held open cannot be taken away on Windows.
        with self.path.open("rb") as file:
            file.seek(self.start + found[0])
            return file.read(found[1])


def opened(path: Path) -> TileFile:
    """A file of tiles that ``write`` made."""
    with path.open("rb") as file:
        header = deserialize_header(file.read(127))
        entries = _entries(file, header, header["root_offset"], header["root_length"])
        places = {
            entry.tile_id + step: (entry.offset, entry.length)
            for entry in entries
            for step in range(entry.run_length)
        }
    zooms = range(header["min_zoom"], header["max_zoom"] + 1)
    return TileFile(path, zooms, header["tile_data_offset"], places)


def _entries(file: BinaryIO, header: Any, offset: int, length: int) -> Iterable[Entry]:
    file.seek(offset)
    for entry in deserialize_directory(file.read(length)):
        if entry.run_length:
            yield entry
        else:
            leaf = header["leaf_directory_offset"] + entry.offset
            yield from _entries(file, header, leaf, entry.length)
