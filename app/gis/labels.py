"""Names on a printed map that never lie over one another, over a symbol or over the edge.

Each asks for a place in turn, the most important first: to the right of its symbol, to the
left, above, below and at the corners; first in the words that say most, then in shorter ones.
Whoever finds none stays without, and is told of in the table.
"""

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

_NARROW = {
    **dict.fromkeys("iljI.,:;'|!¡", 0.29),
    **dict.fromkeys("ft()[]{}-/\\° ·", 0.34),
    **dict.fromkeys('csrz"*', 0.43),
    **dict.fromkeys("mwMW@%&…", 0.86),
    **dict.fromkeys("ABCDEFGHKLNOPQRSTUVXYZ", 0.68),
}
"""Widths of Libertinus Serif in parts of its size, on the wide side; the others take 0.53."""
_LEADING = 1.02
_GAP = 0.5  # millimetres between a symbol and its name

Box = tuple[float, float, float, float]


@dataclass(frozen=True, slots=True)
class Wanted:
    """A name at a symbol of this radius (millimetres); ``texts`` from the best to the least.

    Without a radius it is the name of an area, and stands on it.
    """

    x: float
    y: float
    radius: float
    texts: tuple[str, ...]
    size: float = 2.6


@dataclass(frozen=True, slots=True)
class Placed:
    """Where a text was put: the left of its first base line, each line of it by itself."""

    lines: tuple[str, ...]
    x: float
    y: float
    width: float
    size: float
    which: int

    @property
    def leading(self) -> float:
        """Millimetres from one line to the next."""
        return self.size * _LEADING


def width_of(text: str, size: float) -> float:
    """About how wide a line is, in the units of its size; rather too wide than too narrow."""
    plain = unicodedata.normalize("NFD", text)
    return size * sum(_NARROW.get(sign, 0.53) for sign in plain if not unicodedata.combining(sign))


def wrapped(text: str, most: int = 18, lines: int = 2) -> str:
    """The text on up to so many lines of about so many signs; what is longer ends in «…»."""
    found: list[str] = [""]
    for word in text.split():
        joined = f"{found[-1]} {word}".strip()
        if found[-1] and len(joined) > most:
            found.append(word)
        else:
            found[-1] = joined
    if len(found) > lines:
        found = [*found[: lines - 1], found[lines - 1] + "…"]
    return "\n".join(line if len(line) <= most + 6 else line[: most + 5] + "…" for line in found)


def place(
    wanted: Sequence[Wanted], taken: Sequence[Box], width: float, height: float
) -> list[Placed | None]:
    """A place for each, in their order, or None; ``taken`` may not be covered either.

    The result of the same names is the same.
    """
    boxes = np.empty((len(taken) + len(wanted), 4))
    boxes[: len(taken)] = np.array(taken).reshape(-1, 4)
    count = len(taken)
    found: list[Placed | None] = []
    for each in wanted:
        placed = _first_free(each, boxes[:count], (width, height))
        if placed is not None:
            boxes[count] = _box(placed)
            count += 1
        found.append(placed)
    return found


def _first_free(
    wanted: Wanted, boxes: NDArray[np.float64], frame: tuple[float, float]
) -> Placed | None:
    for which, text in enumerate(wanted.texts):
        lines = tuple(text.split("\n"))
        wide = max(width_of(line, wanted.size) for line in lines)
        for x, top in _corners(wanted, wide, _tall(lines, wanted.size)):
            placed = Placed(lines, x, top + wanted.size * 0.74, wide, wanted.size, which)
            west, north, east, south = _box(placed)
            if west < 0.5 or north < 0.5 or east > frame[0] - 0.5 or south > frame[1] - 0.5:
                continue
            hit = (boxes[:, 0] < east) & (boxes[:, 2] > west)
            hit &= (boxes[:, 1] < south) & (boxes[:, 3] > north)
            if not hit.any():
                return placed
    return None


def _tall(lines: Sequence[str], size: float) -> float:
    return size * (0.98 + _LEADING * (len(lines) - 1))


def _box(placed: Placed) -> Box:
    top = placed.y - placed.size * 0.74
    return (placed.x, top, placed.x + placed.width, top + _tall(placed.lines, placed.size))


def _corners(wanted: Wanted, wide: float, tall: float) -> list[tuple[float, float]]:
    """Left upper corners to try; right of the symbol first, as a reader expects."""
    away, slant = wanted.radius + _GAP, wanted.radius * 0.75 + _GAP
    x, y = wanted.x, wanted.y
    on_it = [(x - wide / 2, y - tall / 2)] if not wanted.radius else []
    return [
        *on_it,
        (x + away, y - tall / 2),
        (x - away - wide, y - tall / 2),
        (x - wide / 2, y - away - tall),
        (x - wide / 2, y + away),
        (x + slant, y - slant - tall),
        (x + slant, y + slant),
        (x - slant - wide, y - slant - tall),
        (x - slant - wide, y + slant),
    ]
