"""Vector tiles (Mapbox Vector Tile 2.1) of the WebMercatorQuad matrix, from shapes and words.

Shapes come in the unit square of Web Mercator: (0, 0) is north-west, (1, 1) south-east.
"""

import math
from collections.abc import Iterable, Iterator
from typing import NamedTuple

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely.geometry.base import BaseGeometry

from app.gis.crs import Geometries

EXTENT = 4_096
BUFFER = 64
"""Units beyond the edge that a tile still holds, so that lines meet across it."""
DEEPEST = 24
_MOST_LATITUDE = 85.051_128_78
_POINT, _LINE, _POLYGON = 1, 2, 3
_MOVE, _DRAW, _CLOSE = 1, 2, 7
Grid = NDArray[np.int64]
Words = tuple[tuple[str, str], ...]


class Tile(NamedTuple):
    """A tile by its zoom, column and row."""

    z: int
    x: int
    y: int

    @property
    def is_there(self) -> bool:
        """Whether the matrix has it."""
        side = 1 << self.z if 0 <= self.z <= DEEPEST else 0
        return 0 <= self.x < side and 0 <= self.y < side

    def bounds(self) -> tuple[float, float, float, float]:
        """West, south, east and north in degrees, with the part beyond its edge."""
        side, more = 1 << self.z, BUFFER / EXTENT
        west, east = ((self.x + part) / side * 360 - 180 for part in (-more, 1 + more))
        north, south = (latitude_of((self.y + part) / side) for part in (-more, 1 + more))
        return west, south, east, north


class Feature(NamedTuple):
    """One feature of a tile: its shape in the unit square, and words by key."""

    shape: BaseGeometry
    words: Words
    id: int | None = None


def latitude_of(y: float) -> float:
    """Degrees of a height in the unit square."""
    return math.degrees(math.atan(math.sinh(math.pi * (1 - 2 * y))))


def flat(xy: NDArray[np.float64]) -> NDArray[np.float64]:
    """Longitudes and latitudes in the unit square."""
    latitude = np.radians(np.clip(xy[:, 1], -_MOST_LATITUDE, _MOST_LATITUDE))
    y = (1 - np.arcsinh(np.tan(latitude)) / np.pi) / 2
    return np.column_stack([xy[:, 0] / 360 + 0.5, y])


def flattened(shapes: Geometries) -> Geometries:
    """Shapes in longitude and latitude, in the unit square; None stays."""
    return np.asarray(shapely.transform(shapes, flat), dtype=object)


def edges(tile: Tile) -> tuple[float, float, float, float]:
    """West, north, east and south in the unit square, with the part beyond its edge."""
    side, more = 1 << tile.z, BUFFER / EXTENT
    west, east = (tile.x - more) / side, (tile.x + 1 + more) / side
    return west, (tile.y - more) / side, east, (tile.y + 1 + more) / side


def clipped(shapes: Geometries, tile: Tile) -> Geometries:
    """The part of each shape that a tile holds; empty where it holds none of it."""
    west, north, east, south = edges(tile)
    return np.asarray(shapely.clip_by_rect(shapes, west, north, east, south), dtype=object)


def on_grid(xy: NDArray[np.float64], tile: Tile) -> Grid:
    """Places of the unit square in the units of a tile."""
    side = 1 << tile.z
    found: Grid = np.round((xy * side - (tile.x, tile.y)) * EXTENT).astype(np.int64)
    return found


class Layer:
    """A layer of one tile while it is written."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.keys: dict[str, int] = {}
        self.values: dict[str, int] = {}
        self.body = bytearray()

    def add(self, one: Feature, tile: Tile) -> None:
        """Write a feature, unless nothing of it can be seen."""
        kind, commands = _commands(one.shape, tile)
        if commands:
            self.write(one.words, kind, commands, one.id)

    def add_point(self, words: Words, x: int, y: int) -> None:
        """Write a point that stands on the grid already."""
        self.write(words, _POINT, [_MOVE | 1 << 3, _zigzag(x), _zigzag(y)])

    def write(self, words: Words, kind: int, commands: list[int], key: int | None = None) -> None:
        """Write a feature as its commands."""
        tags = [
            place
            for name, value in words
            for place in (
                self.keys.setdefault(name, len(self.keys)),
                self.values.setdefault(value, len(self.values)),
            )
        ]
        told = bytearray() if key is None else bytearray(b"\x08" + _varint(key))
        told += _field(2, b"".join(map(_varint, tags)))
        told += b"\x18" + _varint(kind)
        told += _field(4, b"".join(map(_varint, commands)))
        self.body += _field(2, bytes(told))

    def written(self) -> bytes:
        """The tile with this layer alone; no bytes where it has no feature."""
        if not self.body:
            return b""
        parts = [_field(1, self.name.encode()), bytes(self.body)]
        parts += [_field(3, key.encode()) for key in self.keys]
        parts += [_field(4, _field(1, value.encode())) for value in self.values]
        parts += [b"\x28", _varint(EXTENT), b"\x78\x02"]
        return _field(3, b"".join(parts))


def encoded(name: str, features: Iterable[Feature], tile: Tile) -> bytes:
    """A tile of one layer; no bytes where nothing of it can be seen."""
    layer = Layer(name)
    for each in features:
        layer.add(each, tile)
    return layer.written()


def _field(number: int, content: bytes) -> bytes:
    return _varint(number << 3 | 2) + _varint(len(content)) + content


def _varint(number: int) -> bytes:
    if number < 128:
        return _BYTES[number]
    found = bytearray()
    while number > 127:
        found.append(number & 127 | 128)
        number >>= 7
    found.append(number)
    return bytes(found)


_BYTES = [bytes([number]) for number in range(128)]


def _zigzag(number: int) -> int:
    return number << 1 if number >= 0 else (-number << 1) - 1


def _commands(shape: BaseGeometry, tile: Tile) -> tuple[int, list[int]]:
    """The kind of a shape and the moves that draw it; no moves where it is too small."""
    parts = [part for part in shapely.get_parts(shapely.get_parts(shape)) if not part.is_empty]
    most = max((shapely.get_dimensions(part) for part in parts), default=-1)
    parts = [part for part in parts if shapely.get_dimensions(part) == most]
    if most < 0:
        return 0, []
    if most == 0:
        return _POINT, _moves(on_grid(shapely.get_coordinates(parts), tile))
    pen = _Pen()
    for part in parts:
        if most == 1:
            pen.draw(on_grid(shapely.get_coordinates(part), tile), closed=False)
        else:
            _draw_polygon(pen, part, tile)
    return (_LINE if most == 1 else _POLYGON), pen.commands


def _moves(grid: Grid) -> list[int]:
    steps = np.diff(grid, axis=0, prepend=np.zeros((1, 2), dtype=np.int64))
    return [_MOVE | len(grid) << 3, *(_zigzag(each) for each in steps.ravel().tolist())]


def _draw_polygon(pen: "_Pen", polygon: BaseGeometry, tile: Tile) -> None:
    outer, *holes = _rings(polygon)
    # A ring that shrank to nothing takes its holes along.
    if not pen.draw(_turned(on_grid(outer, tile), 1), closed=True):
        return
    for hole in holes:
        pen.draw(_turned(on_grid(hole, tile), -1), closed=True)


def _rings(polygon: BaseGeometry) -> Iterator[NDArray[np.float64]]:
    for ring in shapely.get_rings(polygon):
        yield shapely.get_coordinates(ring)


def _turned(ring: Grid, sign: int) -> Grid:
    """A ring in the turn that the format asks: outer ones have a positive area, holes none."""
    area = _area(ring)
    if area == 0:
        return ring[:0]
    return ring if (area > 0) == (sign > 0) else ring[::-1]


def _area(ring: Grid) -> int:
    x, y = ring[:, 0], ring[:, 1]
    return int(np.sum(x[:-1] * y[1:] - x[1:] * y[:-1]))


class _Pen:
    """Draws lines and rings one after another, from where the one before ended."""

    def __init__(self) -> None:
        self.commands: list[int] = []
        self.at = np.zeros(2, dtype=np.int64)

    def draw(self, grid: Grid, *, closed: bool) -> bool:
        """One line or ring; False where nothing of it is left on the grid."""
        if len(grid):
            moved = np.any(np.diff(grid, axis=0), axis=1)
            grid = grid[np.concatenate([[True], moved])]
        if len(grid) < (4 if closed else 2):
            return False
        if closed:
            grid = grid[:-1]
        steps = np.diff(grid, axis=0, prepend=self.at[None])
        numbers = np.where(steps < 0, -2 * steps - 1, 2 * steps).ravel().tolist()
        self.commands += [_MOVE | 1 << 3, *numbers[:2]]
        self.commands += [_DRAW | (len(grid) - 1) << 3, *numbers[2:]]
        if closed:
            self.commands.append(_CLOSE | 1 << 3)
        self.at = grid[-1]
        return True
