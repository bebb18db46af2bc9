"""Files from people, named by their content: written, forced to the disk, then named.

A name is the SHA-256 of the bytes, so that the same file stands once and a row that
names it can be checked. The file is whole before its row commits; one whose row never
came is collected later (``orphans``).
"""

import hashlib
import os
import secrets
from pathlib import Path
from typing import BinaryIO

from app.errors import Malformed, TooLarge, Unknown

CHUNK = 1024 * 1024


def keep(folder: Path, stream: BinaryIO, most_bytes: int) -> tuple[str, int]:
    """Put what a stream gives into the folder; returns its SHA-256 and how many bytes.

    Raises
    ------
    TooLarge
        It gives more than ``most_bytes``; nothing is left behind.
    Malformed
        It gives nothing.
    """
    arriving = folder / "arriving"
    arriving.mkdir(parents=True, exist_ok=True)
    temporary = arriving / secrets.token_hex(16)
    digest, size = hashlib.sha256(), 0
    try:
        with temporary.open("xb") as target:
            while chunk := stream.read(CHUNK):
                size += len(chunk)
                if size > most_bytes:
                    raise TooLarge(
                        "El archivo pesa más de {most} MB.",
                        remedy="Divídalo o comprímalo, y vuelva a subirlo.",
                        field="file",
                        most=most_bytes // 1_000_000,
                    )
                digest.update(chunk)
                target.write(chunk)
            if size == 0:
                raise Malformed(
                    "El archivo está vacío.", remedy="Elija otro archivo.", field="file"
                )
            target.flush()
            os.fsync(target.fileno())
        sha256 = digest.hexdigest()
        _name(temporary, path_of(folder, sha256))
    finally:
        temporary.unlink(missing_ok=True)
    return sha256, size


def path_of(folder: Path, sha256: str) -> Path:
    """Where the file with this SHA-256 stands, or would stand."""
    return folder / sha256[:2] / sha256


def existing(folder: Path, sha256: str) -> Path:
    """Where the file with this SHA-256 stands.

    Raises
    ------
    Unknown
        It is not there: it was erased, or the folder is not the one of this store.
    """
    path = path_of(folder, sha256)
    if not path.is_file():
        raise Unknown(
            "Falta el archivo guardado {sha256}.",
            remedy="Restaure la copia de seguridad con sus archivos, o vuelva a subirlo.",
            sha256=sha256[:12],
        )
    return path


def _name(temporary: Path, path: Path) -> None:
    path.parent.mkdir(exist_ok=True)
    if path.is_file():
        # The same bytes are there already: a fresh date keeps the collector away from them.
        os.utime(path)
        return
    os.replace(temporary, path)
    if os.name == "posix":  # Windows gives no handle on a folder, and needs none
        for folder in (path.parent, path.parent.parent):
            handle = os.open(folder, os.O_RDONLY)
            try:
                os.fsync(handle)
            finally:
                os.close(handle)
