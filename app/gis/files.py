"""What people upload: its kind told by its bytes, its size kept within limits.

The name of a file is only a label: kind and safety come from the content. Nothing here
opens a file with GDAL; ``app.gis.layers`` does, and only files that passed here.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from app.errors import Malformed, TooLarge, UnsupportedFile
from app.gis import archives


@dataclass(frozen=True, slots=True)
class Limits:
    """The most that an upload may hold; the settings give the numbers."""

    upload_bytes: int = 50 * 1024**2
    unpacked_bytes: int = 500 * 1024**2
    vertices: int = 5_000_000
    rows: int = 2_000_000


class Kind(StrEnum):
    """Kinds of file that are read."""

    GEOJSON = "geojson"
    SHAPEFILE = "shapefile"
    GEOPACKAGE = "geopackage"
    KML = "kml"
    KMZ = "kmz"
    CSV = "csv"
    CSV_GZIP = "csv.gz"
    XLSX = "xlsx"


GEOMETRY = frozenset({Kind.GEOJSON, Kind.SHAPEFILE, Kind.GEOPACKAGE, Kind.KML, Kind.KMZ})
TABLE = frozenset({Kind.CSV, Kind.CSV_GZIP, Kind.XLSX})
READ = "Se leen GeoJSON, TopoJSON, Shapefile en ZIP, GeoPackage, KML, KMZ, CSV y XLSX."

_HEAD = 4096
# What the first bytes say of kinds that people send and that are not read.
_FOREIGN = (
    (b"\xd0\xcf\x11\xe0", "un libro antiguo de Excel (.xls)", "Guárdelo como .xlsx o CSV."),
    (b"%PDF", "un PDF", "Pida los datos en CSV, XLSX o GeoJSON."),
    (b"Rar!", "un archivo RAR", "Comprímalo como ZIP."),
    (b"7z\xbc\xaf", "un archivo 7z", "Comprímalo como ZIP."),
    (b"\x00\x00\x27\x0a", "un .shp suelto", "Suba un ZIP con el .shp, .shx, .dbf y .prj."),
    (b"\x89PNG", "una imagen", READ),
    (b"\xff\xd8\xff", "una imagen", READ),
)
_GEOPACKAGE_IDS = (b"GPKG", b"GP10", b"GP11")


@dataclass(frozen=True, slots=True)
class Upload:
    """A file that was let in: where its bytes are, how the person called it, what it is."""

    path: Path
    name: str
    kind: Kind
    size: int


def admitted(path: Path, name: str, limits: Limits | None = None) -> Upload:
    """The upload, judged by its bytes.

    Parameters
    ----------
    path
        Where the bytes are.
    name
        What the person called it; only shown, and used to tell a broken GeoJSON from a CSV.
    limits
        The most that it may hold.

    Raises
    ------
    TooLarge, UnsupportedFile, Malformed, Invalid
        Over a limit, of another kind, broken, or with unsafe names inside.
    """
    limits = limits or Limits()
    size = path.stat().st_size
    if size > limits.upload_bytes:
        raise TooLarge(
            "El archivo {name} pesa {size} MB y el límite es {most} MB.",
            remedy="Divídalo por provincias o comprímalo.",
            name=name,
            size=-(-size // 1024**2),
            most=limits.upload_bytes // 1024**2,
        )
    if size == 0:
        raise Malformed(
            "El archivo {name} está vacío.", remedy="Vuelva a exportarlo y súbalo.", name=name
        )
    return Upload(path, name, _kind(path, name, limits), size)


def _kind(path: Path, name: str, limits: Limits) -> Kind:
    with path.open("rb") as file:
        head = file.read(_HEAD)
    for magic, what, remedy in _FOREIGN:
        if head.startswith(magic):
            raise UnsupportedFile("{name} es {what}.", remedy=remedy, name=name, what=what)
    if head.startswith(b"PK"):
        return _kind_of_zip(path, name, limits)
    if head.startswith(b"SQLite format 3\x00"):
        return _kind_of_database(head, name)
    if head.startswith(b"\x1f\x8b"):
        return Kind.CSV_GZIP
    return _kind_of_text(head, name)


def _kind_of_zip(path: Path, name: str, limits: Limits) -> Kind:
    names = archives.checked_names(path, name, limits.unpacked_bytes)
    if "[content_types].xml" in names:
        if "xl/workbook.xml" in names:
            return Kind.XLSX
        raise UnsupportedFile(
            "{name} es un documento de Office, pero no un libro .xlsx.", remedy=READ, name=name
        )
    if any(inner.endswith(".shp") for inner in names):
        return Kind.SHAPEFILE
    if any(inner.endswith(".kml") for inner in names):
        return Kind.KMZ
    raise UnsupportedFile(
        "El ZIP {name} no trae un Shapefile (.shp).",
        remedy="Si contiene un GeoJSON, GeoPackage o CSV, súbalo sin comprimir.",
        name=name,
    )


def _kind_of_database(head: bytes, name: str) -> Kind:
    # The header's application id; 0 was written by the first programs that made GeoPackages.
    if head[68:72] in _GEOPACKAGE_IDS or (
        head[68:72] == b"\0\0\0\0" and name.lower().endswith(".gpkg")
    ):
        return Kind.GEOPACKAGE
    raise UnsupportedFile(
        "{name} es una base de datos SQLite, pero no un GeoPackage.", remedy=READ, name=name
    )


def _kind_of_text(head: bytes, name: str) -> Kind:
    start = head.removeprefix(b"\xef\xbb\xbf").lstrip()
    if start.startswith(b"{"):
        return Kind.GEOJSON
    if start.startswith(b"<"):
        if b"<kml" in start:
            return Kind.KML
        raise UnsupportedFile(
            "{name} es un archivo XML o HTML (GML, GPX, página web).", remedy=READ, name=name
        )
    if name.lower().endswith((".geojson", ".json")):
        raise Malformed(
            "{name} no empieza como un GeoJSON: está cortado o es otra cosa.",
            remedy="Vuelva a exportarlo como GeoJSON.",
            name=name,
        )
    utf16 = head.startswith((b"\xff\xfe", b"\xfe\xff"))
    if b"\0" in head and not utf16:
        raise UnsupportedFile("{name} no es un archivo que se lea.", remedy=READ, name=name)
    return Kind.CSV


@contextmanager
def unpacked_shapefile(upload: Upload, limits: Limits) -> Iterator[archives.Shapefile]:
    """The parts of a zipped Shapefile under names of our own, gone when the block ends."""
    with archives.shapefile(upload.path, upload.name, limits.unpacked_bytes) as parts:
        if parts.shp.stat().st_size > 32 * limits.vertices + 1024:
            # 16 bytes a vertex, as much again for its record: more cannot be within the limit.
            raise TooLarge(
                "El Shapefile {name} tiene más de {most} vértices.",
                remedy="Divídalo por provincias o simplifíquelo.",
                name=upload.name,
                most=limits.vertices,
            )
        yield parts
