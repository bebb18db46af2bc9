"""A map on paper: A4 or A3, upright or across, as PDF or as a picture.

The map itself comes drawn (SVG in millimetres, at its scale); here it gets its title, its
legends, its bar and its table. What is told beside it shrinks until it fits; the map never.
"""

from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any, Literal, NamedTuple

from app.documents import typesetting
from app.documents.acta import Table

TEMPLATE = "map.typ"
PPI = {"a4": 300, "a3": 212}
"""Points an inch of a picture: nine million in both sizes, which bounds its memory."""
MARGIN, HEAD, STRIP, FOOT, GAP = 10.0, 23.0, 15.0, 9.0, 4.0
Size = Literal["a4", "a3"]
PAPER: dict[Size, tuple[float, float]] = {"a4": (210.0, 297.0), "a3": (297.0, 420.0)}
_BESIDE = {"a4": 62.0, "a3": 78.0}
_BELOW = {"a4": 64.0, "a3": 78.0}
_TABLE = 108.0  # millimetres of legends with a table under them
MOST_BESIDE = 44
"""Rows of a table that fit beside the map on A3."""


class Frame(NamedTuple):
    """Millimetres that the map takes, and those of its legends."""

    width: float
    height: float
    side_width: float
    side_height: float


@dataclass(frozen=True, slots=True)
class Key:
    """A sign (SVG) and what it means."""

    sign: str
    words: str


@dataclass(frozen=True, slots=True)
class Legend:
    """The key of one layer; ``about`` are n, date, source and note, ``sizes`` an SVG or empty."""

    title: str
    keys: tuple[Key, ...]
    about: tuple[str, ...]
    sizes: str = ""
    sizes_words: str = ""


@dataclass(frozen=True, slots=True)
class MapSheet:
    """The whole sheet. ``beside`` puts the table at the map's side, else it has its own pages."""

    size: Size
    across: bool
    language: str
    over: str
    title: str
    sentence: str
    map: str
    bar: str
    arrow: str
    measures: tuple[str, ...]
    legends: tuple[Legend, ...]
    referential: str
    foot: str
    table_title: str = ""
    table: Table | None = None
    beside: bool = False


def frame(size: Size, across: bool, beside: bool) -> Frame:
    """How much room the map has on a sheet; ``beside`` with a table at its side."""
    short, long = PAPER[size]
    width, height = (long, short) if across else (short, long)
    wide, tall = width - 2 * MARGIN, height - 2 * MARGIN - HEAD - STRIP - FOOT
    if across:
        side = _TABLE if beside else _BESIDE[size]
        return Frame(wide - side - GAP, tall, side, tall + STRIP)
    below = _BELOW[size]
    return Frame(wide, tall - below - GAP, wide, below)


def pdf(sheet: MapSheet, made: datetime) -> bytes:
    """The sheet as PDF, its table on further pages where it is not beside the map."""
    return typesetting.pdf(TEMPLATE, _values(sheet), made)


def picture(sheet: MapSheet, ppi: float | None = None) -> bytes:
    """The page of the map as PNG."""
    values = _values(sheet) | {"table": None} if not sheet.beside else _values(sheet)
    return typesetting.pictures(TEMPLATE, values, ppi or PPI[sheet.size])[0]


def _values(sheet: MapSheet) -> dict[str, Any]:
    short, long = PAPER[sheet.size]
    return asdict(sheet) | {
        "wide": (long if sheet.across else short) - 2 * MARGIN,
        "frame": frame(sheet.size, sheet.across, sheet.beside)._asdict(),
        "margin": MARGIN,
        "head": HEAD,
        "strip": STRIP,
        "gap": GAP,
    }
