"""PMTiles 3: map pictures in one file behind a directory, read as a stranger's file.

The directory is read whole once, with a limit to all that it may unpack to; a tile is then
found in it by halves.

References
----------
github.com/protomaps/PMTiles, specification 3.
"""

import gzip
import json
import zlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, BinaryIO

from pmtiles.tile import (
    Compression,
    Entry,
    TileType,
    deserialize_directory,
    deserialize_header,
    find_tile,
    tileid_to_zxy,
    zxy_to_tileid,
)

from app.errors import Malformed
from app.gis.mbtiles_files import HEAD, broken
from app.gis.vector_tiles import DEEPEST, Tile

MAGIC, VERSION = b"PMTiles", 3
_HEADER = 127
_MOST_UNPACKED = 4_000_000  # bytes of directories: some hundred thousands of tiles
_MOST_DEPTH = 4
_PACKED = (Compression.NONE, Compression.GZIP)
_WORDS = {TileType.PNG: "png", TileType.JPEG: "jpg", TileType.WEBP: "webp", TileType.MVT: "pbf"}
_FAILURES = (EOFError, ValueError, KeyError, IndexError, OverflowError, zlib.error, OSError)


@dataclass(slots=True)
class PmTiles:
    """One file with its directory; the file is opened for each tile, and never held open."""

    path: Path
    header: Any = field(repr=False)
    entries: list[Entry] = field(repr=False)

    def metadata(self) -> Mapping[str, str]:
        """What the file says of itself, ``format`` among it."""
        start, length = self.header["metadata_offset"], self.header["metadata_length"]
        with self.path.open("rb") as file:
            try:
                told = json.loads(_part(file, self.header, (start, length)) or b"{}")
            except _FAILURES:
                raise broken() from None
        told = told if isinstance(told, dict) else {}
        words = {str(name): value for name, value in told.items() if isinstance(value, str)}
        return words | {"format": _WORDS.get(self.header["tile_type"], "otro")}

    def heads(self) -> Iterator[tuple[Tile, int, bytes]]:
        """Each run of equal tiles: where it begins, how many they are, their first bytes."""
        size = self.path.stat().st_size
        with self.path.open("rb") as file:
            for entry in self.entries:
                start = self.header["tile_data_offset"] + entry.offset
                if not 0 <= start <= start + entry.length <= size:
                    raise broken()
                file.seek(start)
                head = file.read(min(HEAD, entry.length))
                first, last = entry.tile_id, entry.tile_id + entry.run_length - 1
                yield _place(first), entry.run_length, head
                if last != first:
                    yield _place(last), 0, head

    def get(self, tile: Tile) -> bytes | None:
        """A tile as it is in the file; None where there is none."""
        found = find_tile(self.entries, zxy_to_tileid(*tile))
        if found is None:
            return None
        with self.path.open("rb") as file:
            file.seek(self.header["tile_data_offset"] + found.offset)
            return file.read(found.length)


def _place(tile_id: int) -> Tile:
    # Beyond the deepest zoom of the matrix the library counts for ever.
    if tile_id >= zxy_to_tileid(DEEPEST, 0, 0):
        return Tile(-1, 0, 0)
    return Tile(*tileid_to_zxy(tile_id))


def opened(path: Path) -> PmTiles:
    """The file with its directory.

    Raises
    ------
    Malformed
        Of an older version, or broken.
    """
    with path.open("rb") as file:
        head = file.read(_HEADER)
        if head[len(MAGIC) : len(MAGIC) + 1] != bytes([VERSION]):
            raise Malformed(
                "Es un PMTiles de una versión que no se lee.",
                remedy="Conviértalo a la versión 3 («pmtiles convert»).",
                field="file",
            )
        try:
            header = deserialize_header(head)
            if header["internal_compression"] not in _PACKED:
                raise _unread_packing()
            root = (header["root_offset"], header["root_length"])
            entries = list(_entries(file, header, root, _MOST_DEPTH, [_MOST_UNPACKED]))
        except _FAILURES:
            raise broken() from None
    return PmTiles(path, header, entries)


def _unread_packing() -> Malformed:
    return Malformed(
        "El PMTiles está comprimido de un modo que no se lee.",
        remedy="Conviértalo con compresión gzip («pmtiles convert»).",
        field="file",
    )


def _entries(
    file: BinaryIO, header: Any, where: tuple[int, int], depth: int, left: list[int]
) -> Iterator[Entry]:
    """All tiles of a directory and of those below it; ``left`` is what may still be unpacked."""
    plain = _part(file, header, where, left[0])
    left[0] -= len(plain)
    if depth == 0 or left[0] <= 0:
        raise ValueError("a directory without end")
    for entry in deserialize_directory(gzip.compress(plain, 0)):
        if entry.run_length:
            yield entry
        else:
            leaf = (header["leaf_directory_offset"] + entry.offset, entry.length)
            yield from _entries(file, header, leaf, depth - 1, left)


def _part(file: BinaryIO, header: Any, where: tuple[int, int], most: int = _MOST_UNPACKED) -> bytes:
    start, length = where
    file.seek(start)
    packed = file.read(min(length, most))
    if len(packed) < length:
        raise EOFError("cut off")
    if header["internal_compression"] is Compression.NONE:
        return packed
    reader = zlib.decompressobj(wbits=31)
    plain = reader.decompress(packed, most + 1)
    if len(plain) > most or not reader.eof:
        raise ValueError("a directory without end")
    return plain
