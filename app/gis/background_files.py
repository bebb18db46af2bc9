"""Map pictures that somebody brings in one file, as a background: what it holds, tile by tile.

Two kinds are read, told by their bytes: MBTiles and PMTiles 3. Pictures only: vector tiles need
a style of their own to be legible, and are refused with the way to make pictures of them.
"""

import html
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from app.errors import Invalid, UnsupportedFile
from app.gis import mbtiles_files, pmtiles_files
from app.gis.crs import Bounds
from app.gis.mbtiles_files import MbTiles
from app.gis.pmtiles_files import PmTiles
from app.gis.vector_tiles import Tile, latitude_of

Source = MbTiles | PmTiles
MEDIA = {"png": "image/png", "jpg": "image/jpeg", "webp": "image/webp"}
DEEPEST = 22
_VECTOR = ("pbf", "mvt")
_NOWHERE = Bounds(0, 0, 0, 0)
_TAG = re.compile(r"<[^>]{0,500}>")


@dataclass(slots=True)
class Archive:
    """What a file holds: its words, its zooms, its box in degrees, how many pictures.

    ``samples`` is the first picture of each zoom; ``spoilt`` how many are no picture.
    """

    title: str
    attribution: str
    count: int = 0
    spoilt: int = 0
    zooms: range = range(0)
    box: Bounds = _NOWHERE
    declared: Bounds | None = None
    kinds: set[str] = field(default_factory=set)
    samples: dict[int, Tile] = field(default_factory=dict)


def opened(path: Path, name: str = "") -> Source:
    """The file by its bytes.

    Raises
    ------
    UnsupportedFile
        It is neither.
    Malformed
        It is a PMTiles that cannot be read; ``MbTiles`` tells so when it is asked.
    """
    with path.open("rb") as file:
        head = file.read(len(mbtiles_files.MAGIC))
    if head == mbtiles_files.MAGIC:
        return MbTiles(path)
    if head.startswith(pmtiles_files.MAGIC):
        return pmtiles_files.opened(path)
    raise UnsupportedFile(
        "{name} no es un MBTiles ni un PMTiles.",
        remedy="Exporte el fondo como MBTiles con imágenes, por ejemplo con QGIS: «Generar "
        "teselas XYZ (MBTiles)».",
        field="file",
        name=name or "El archivo",
    )


def inspected(source: Source) -> Archive:
    """Every tile looked at by its first bytes.

    Raises
    ------
    Malformed
        It cannot be read.
    Invalid
        It has no tiles, vector tiles, or none that is a picture.
    """
    told = source.metadata()
    if told.get("format", "").lower() in _VECTOR:
        raise _vector()
    found = Archive(_plain(told.get("name", ""), 80), _plain(told.get("attribution", ""), 200))
    places: dict[int, list[int]] = {}
    for tile, many, head in source.heads():
        kind = kind_of(head)
        if kind in _VECTOR:
            raise _vector()
        if not tile.is_there or tile.z > DEEPEST or not kind:
            found.spoilt += many
            continue
        found.count += many
        found.kinds.add(kind)
        found.samples.setdefault(tile.z, tile)
        west, north, east, south = places.setdefault(tile.z, [tile.x, tile.y, tile.x, tile.y])
        places[tile.z] = [
            *(min(west, tile.x), min(north, tile.y)),
            *(max(east, tile.x), max(south, tile.y)),
        ]
    if not places:
        raise _empty(found.spoilt)
    found.zooms = range(min(places), max(places) + 1)
    found.box = _box(max(places), places[max(places)])
    found.declared = _declared(source, told)
    return found


def kind_of(head: bytes) -> str:
    """png, jpg, webp, pbf, or nothing for what is none of them."""
    if head.startswith(b"\x89PNG\r\n\x1a\n"):
        return "png"
    if head.startswith(b"\xff\xd8\xff"):
        return "jpg"
    if head.startswith(b"RIFF") and head[8:12] == b"WEBP":
        return "webp"
    # A vector tile begins with its first layer, packed or not.
    return "pbf" if head.startswith((b"\x1f\x8b\x08", b"\x1a")) else ""


def _plain(text: str, most: int) -> str:
    """Words without the HTML that such files often carry."""
    return " ".join(html.unescape(_TAG.sub(" ", text)).split())[:most]


def _box(z: int, places: list[int]) -> Bounds:
    west, north, east, south = places
    side = 1 << z
    return Bounds(
        west / side * 360 - 180,
        latitude_of((south + 1) / side),
        (east + 1) / side * 360 - 180,
        latitude_of(north / side),
    )


def _declared(source: Source, told: Mapping[str, str]) -> Bounds | None:
    """The box that the file says, where it says one that makes sense."""
    try:
        if isinstance(source, PmTiles):
            names = ("min_lon_e7", "min_lat_e7", "max_lon_e7", "max_lat_e7")
            west, south, east, north = (source.header[name] / 1e7 for name in names)
        else:
            west, south, east, north = map(float, told.get("bounds", "").split(","))
    except ValueError:
        return None
    sound = -180 <= west < east <= 180 and -90 <= south < north <= 90
    return Bounds(west, south, east, north) if sound else None


def _vector() -> Invalid:
    return Invalid(
        "El archivo trae teselas vectoriales: como fondo se usan imágenes.",
        remedy="Ábralo en QGIS, déle un estilo y expórtelo con «Generar teselas XYZ (MBTiles)» en "
        "PNG o JPG.",
        field="file",
    )


def _empty(spoilt: int) -> Invalid:
    if spoilt:
        return Invalid(
            "Ninguna de sus {count} teselas es una imagen PNG, JPG o WebP.",
            remedy="Exporte el fondo otra vez con imágenes PNG, JPG o WebP.",
            field="file",
            count=spoilt,
        )
    return Invalid("El archivo no trae ninguna tesela.", remedy="Expórtelo otra vez.", field="file")
