"""One sealed archive: a manifest, the database, the attachment files.

Reading one into a folder changes nothing else; every part is checked against the
manifest before anybody is told that it is good.
"""

import gzip
import hashlib
import io
import json
import os
import re
import tarfile
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path, PurePosixPath
from typing import Any, BinaryIO, cast

from app.store.archive import Damaged, NotABackup, Opening, Sealing

FORMAT = 1
DATABASE = "database"
FILES = "files/"
WHOLE = re.compile(r"[0-9a-f]{64}")  # files are named by their content


@dataclass(frozen=True, slots=True)
class Manifest:
    """What an archive holds; ``files`` are paths under the files folder with their sizes."""

    at: datetime
    store: str
    revision: str
    rows: dict[str, int]
    database_sha256: str
    database_bytes: int
    files: dict[str, int]

    def to_json(self) -> bytes:
        """As it is written."""
        return json.dumps({"format": FORMAT, **asdict(self)}, default=str).encode()


def manifest_of(text: bytes) -> Manifest:
    """Read a manifest.

    Raises
    ------
    NotABackup
        Its format is not one that this program reads.
    """
    given: dict[str, Any] = json.loads(text)
    if given.pop("format", None) != FORMAT:
        raise NotABackup(
            "La copia es de una versión más nueva de SISMUNI.",
            remedy="Instale esa versión, o una posterior, y restaure con ella.",
        )
    return Manifest(**{**given, "at": datetime.fromisoformat(given["at"])})


def sha256(path: Path) -> str:
    """Digest of a file's bytes."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def listed(folder: Path) -> dict[str, int]:
    """Every whole file under the files folder, with its size; what is arriving is not one."""
    return {
        path.relative_to(folder).as_posix(): path.stat().st_size
        for path in sorted(folder.rglob("*"))
        if path.is_file() and WHOLE.fullmatch(path.name)
    }


def write(target: Path, secret: str, manifest: Manifest, database: Path, files: Path) -> None:
    """Make the archive; it stands under its name only when it is whole and on the disk."""
    part = target.with_name(target.name + ".part")
    try:
        with part.open("wb") as raw:
            sealing = Sealing(raw, secret)
            # Level 1: a database shrinks by most of what it can, at the speed of a disk.
            with gzip.GzipFile(fileobj=sealing, mode="wb", compresslevel=1, mtime=0) as zipped:
                stream = cast(BinaryIO, zipped)
                with tarfile.open(fileobj=stream, mode="w|", format=tarfile.PAX_FORMAT) as tar:
                    _add(tar, "manifest.json", manifest.to_json())
                    tar.add(database, DATABASE, filter=_nameless)
                    for name in manifest.files:
                        tar.add(files / name, FILES + name, filter=_nameless)
            sealing.finish()
            raw.flush()
            os.fsync(raw.fileno())
        os.replace(part, target)
    finally:
        part.unlink(missing_ok=True)


def _add(tar: tarfile.TarFile, name: str, content: bytes) -> None:
    member = tarfile.TarInfo(name)
    member.size = len(content)
    tar.addfile(member, io.BytesIO(content))


def _nameless(member: tarfile.TarInfo) -> tarfile.TarInfo:
    member.uid = member.gid = 0
    member.uname = member.gname = ""
    member.mode = 0o600
    return member


def read(source: Path, secret: str, folder: Path | None) -> Manifest:
    """Check a whole archive, and unpack it into a folder where one is given.

    Raises
    ------
    NotABackup, WrongKey, Damaged
        Nothing of it may be used.
    """
    with source.open("rb") as raw:
        opening = Opening(raw, secret)
        try:
            with gzip.GzipFile(fileobj=opening, mode="rb") as plain:
                manifest = _read_all(cast(BinaryIO, plain), folder)
                while plain.read(1 << 20):
                    pass
        except (tarfile.TarError, EOFError, OSError, KeyError, ValueError) as error:
            if isinstance(error, OSError) and error.errno is not None:
                raise  # the disk's own trouble, not the archive's
            raise Damaged(*DAMAGED) from error
        opening.finish()
    return manifest


DAMAGED = ("La copia está incompleta o dañada. No se cambió nada.",)


def _read_all(plain: BinaryIO, folder: Path | None) -> Manifest:
    manifest: Manifest | None = None
    wanted: dict[str, int] = {}
    with tarfile.open(fileobj=plain, mode="r|") as tar:
        for member in tar:
            content = tar.extractfile(member)
            if content is None:
                raise Damaged(*DAMAGED)
            if manifest is None:
                manifest = manifest_of(content.read())
                wanted = {FILES + name: size for name, size in manifest.files.items()}
                wanted[DATABASE] = manifest.database_bytes
                continue
            if wanted.pop(member.name, None) != member.size:
                raise Damaged(*DAMAGED)
            digest = _keep(cast(BinaryIO, content), folder, member.name)
            named = manifest.database_sha256 if member.name == DATABASE else member.name[-64:]
            if digest != named:
                raise Damaged(*DAMAGED)
    if manifest is None or wanted:
        raise Damaged(*DAMAGED)
    return manifest


def _keep(content: BinaryIO, folder: Path | None, name: str) -> str:
    total = hashlib.sha256()
    if folder is None:
        for piece in _pieces(content):
            total.update(piece)
        return total.hexdigest()
    path = folder / PurePosixPath(name)
    if not path.resolve().is_relative_to(folder.resolve()):
        raise Damaged(*DAMAGED)
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("wb") as file:
        for piece in _pieces(content):
            total.update(piece)
            file.write(piece)
        file.flush()
        os.fsync(file.fileno())
    return total.hexdigest()


def _pieces(content: BinaryIO) -> Iterator[bytes]:
    while piece := content.read(1 << 20):
        yield piece
