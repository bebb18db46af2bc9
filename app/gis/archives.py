"""ZIP files from people: bombs, escaping names and archives in archives are refused.

Members are never written under their own names: what is needed goes, measured while it is
inflated, to names of ours in a directory of ours.
"""

import struct
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from tempfile import TemporaryDirectory
from typing import BinaryIO

from app.errors import Invalid, Malformed, TooLarge, UnsupportedFile

_MOST_MEMBERS = 2_000
_CHUNK = 1024 * 1024
_ARCHIVES = (".zip", ".gz", ".bz2", ".xz", ".7z", ".rar", ".tar", ".tgz", ".kmz")
_METHODS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
_BROKEN = (zipfile.BadZipFile, zlib.error, EOFError, struct.error, NotImplementedError)
_PARTS = (".shp", ".shx", ".dbf", ".prj", ".cpg")
_NEEDED = (".shp", ".shx", ".dbf")


@dataclass(frozen=True, slots=True)
class Shapefile:
    """Where the unpacked Shapefile is, how its layer was called, whether a .prj came."""

    shp: Path
    layer: str
    has_prj: bool


def checked_names(path: Path, name: str, most_bytes: int) -> frozenset[str]:
    """Lower-case names of the members of an archive found safe by its own directory.

    Raises
    ------
    Malformed, UnsupportedFile, Invalid, TooLarge
        Broken; encrypted or oddly compressed; with unsafe names or archives inside; too big.
    """
    with _opened(path, name) as archive:
        members = archive.infolist()
        _check_sizes(members, path, name, most_bytes)
        for member in members:
            _check_member(member, name)
    names = [member.filename.lower() for member in members]
    if len(set(names)) < len(names):
        raise Invalid(
            "El ZIP {name} trae dos archivos con el mismo nombre.",
            remedy="Vuelva a comprimirlo.",
            name=name,
        )
    return frozenset(names)


@contextmanager
def _opened(path: Path, name: str) -> Iterator[zipfile.ZipFile]:
    try:
        archive = zipfile.ZipFile(path)
    except (*_BROKEN, OSError, ValueError) as error:
        raise _broken(name) from error
    with archive:
        yield archive


def _broken(name: str) -> Malformed:
    return Malformed(
        "El archivo {name} está cortado o dañado.",
        remedy="Vuelva a comprimirlo o a exportarlo y súbalo otra vez.",
        name=name,
    )


def _check_sizes(members: list[zipfile.ZipInfo], path: Path, name: str, most_bytes: int) -> None:
    packed = sum(member.compress_size for member in members)
    # Members that overlap share the same packed bytes: the sum then exceeds the file.
    if len(members) > _MOST_MEMBERS or packed > path.stat().st_size:
        raise Invalid(
            "El ZIP {name} no es un archivo común: no se abre.",
            remedy="Vuelva a comprimir solo los archivos de la capa.",
            name=name,
        )
    if sum(member.file_size for member in members) > most_bytes:
        raise too_big(name, most_bytes)


def too_big(name: str, most_bytes: int) -> TooLarge:
    """The refusal for what grows too much when it is inflated."""
    return TooLarge(
        "{name} descomprimido pasa de {most} MB.",
        remedy="Divídalo por provincias.",
        name=name,
        most=most_bytes // 1024**2,
    )


def _check_member(member: zipfile.ZipInfo, name: str) -> None:
    inner = member.filename
    if member.flag_bits & 0x1:
        raise UnsupportedFile(
            "El ZIP {name} tiene contraseña.", remedy="Comprímalo sin contraseña.", name=name
        )
    if member.compress_type not in _METHODS:
        raise UnsupportedFile(
            "El ZIP {name} usa una compresión que no se lee.",
            remedy="Comprímalo como ZIP común.",
            name=name,
        )
    is_link = (member.external_attr >> 16) & 0o170000 == 0o120000
    if is_link or _escapes(inner):
        raise Invalid(
            "El ZIP {name} trae un nombre que sale de su carpeta: «{inner}».",
            remedy="Vuelva a comprimir solo los archivos de la capa.",
            name=name,
            inner=inner[:80],
        )
    if inner.lower().endswith(_ARCHIVES):
        raise Invalid(
            "El ZIP {name} trae otro archivo comprimido: «{inner}».",
            remedy="Comprima los archivos directamente.",
            name=name,
            inner=inner[:80],
        )


def _escapes(inner: str) -> bool:
    name = inner.replace("\\", "/")
    return name.startswith("/") or ":" in name or "\0" in name or ".." in PurePosixPath(name).parts


@contextmanager
def shapefile(path: Path, name: str, most_bytes: int) -> Iterator[Shapefile]:
    """The only Shapefile of a checked archive, unpacked as ``capa.*`` for the block's duration."""
    with _opened(path, name) as archive, TemporaryDirectory(prefix="capa-") as folder:
        stem, parts = _parts(archive, name)
        used = 0
        for suffix, member in parts.items():
            used += _inflate(archive, member, Path(folder) / f"capa{suffix}", name)
            if used > most_bytes:
                raise too_big(name, most_bytes)
        shp = Path(folder) / "capa.shp"
        if not _whole(shp):
            raise _broken(name)
        yield Shapefile(shp, PurePosixPath(stem).name, ".prj" in parts)


@contextmanager
def member(path: Path, name: str, ending: str, most_bytes: int) -> Iterator[BinaryIO]:
    """The first member of a checked archive with an ending, measured while it is inflated."""
    with _opened(path, name) as archive, TemporaryDirectory(prefix="capa-") as folder:
        inner = next(m for m in archive.infolist() if m.filename.lower().endswith(ending))
        to = Path(folder) / f"capa{ending}"
        if _inflate(archive, inner, to, name) > most_bytes:
            raise too_big(name, most_bytes)
        with to.open("rb") as file:
            yield file


def _whole(shp: Path) -> bool:
    """Whether the three files are what they must be and as long as their headers say.

    GDAL reads a cut layer without a word: it gives what is left, or rows without columns.
    Source: ESRI Shapefile Technical Description (1998); dBase III header.
    """
    rows = 0
    for path in (shp, shp.with_suffix(".shx")):
        with path.open("rb") as file:
            head = file.read(100)
        if len(head) < 100 or head[:4] != b"\x00\x00\x27\x0a":
            return False
        declared = 2 * int.from_bytes(head[24:28], "big")
        if declared > path.stat().st_size:
            return False
        rows = (declared - 100) // 8  # of the .shx, which comes last
    dbf = shp.with_suffix(".dbf")
    with dbf.open("rb") as file:
        head = file.read(32)
    if len(head) < 32:
        return False
    count, start, width = struct.unpack_from("<IHH", head, 4)
    return bool(count == rows and start + count * width <= dbf.stat().st_size)


def _parts(archive: zipfile.ZipFile, name: str) -> tuple[str, dict[str, zipfile.ZipInfo]]:
    found = {
        member.filename.lower(): member
        for member in archive.infolist()
        if not member.is_dir() and not member.filename.startswith("__MACOSX/")
    }
    stems = sorted(inner[:-4] for inner in found if inner.endswith(".shp"))
    if len(stems) != 1:
        raise Invalid(
            "El ZIP {name} trae {count} capas: {layers}.",
            remedy="Suba un ZIP por capa.",
            name=name,
            count=len(stems),
            layers=", ".join(stems[:5]),
        )
    parts = {suffix: found[stems[0] + suffix] for suffix in _PARTS if stems[0] + suffix in found}
    missing = [suffix for suffix in _NEEDED if suffix not in parts]
    if missing:
        raise Invalid(
            "Al Shapefile {name} le falta el {missing}.",
            remedy="Comprima juntos el .shp, .shx, .dbf y .prj.",
            name=name,
            missing=" y el ".join(missing),
        )
    return stems[0], parts


def _inflate(archive: zipfile.ZipFile, member: zipfile.ZipInfo, to: Path, name: str) -> int:
    """Bytes written; never more than the directory declared, since zipfile stops there."""
    written = 0
    try:
        with archive.open(member) as source, to.open("wb") as target:
            while chunk := source.read(_CHUNK):
                written += target.write(chunk)
    except _BROKEN as error:
        raise _broken(name) from error
    return written
