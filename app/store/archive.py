"""A sealed stream of bytes: whole and by the right key, or refused.

AES-256-GCM over chunks of 1 MiB, each with its number and a mark on the last one in its
nonce, so that no chunk can be changed, moved, dropped or cut off (the STREAM scheme of
Hoang, Reyhanitabar, Rogaway and Vizár, 2015). The key is drawn from the secret text by
scrypt with a salt of the file, so a nonce never meets the same key twice. What a reader
is given has been verified chunk by chunk; only ``finish`` says that it was all.
"""

import io
import os
import struct
from typing import BinaryIO

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from cryptography.hazmat.primitives.kdf.scrypt import Scrypt

from app.errors import Malformed

MAGIC = b"SISMUNI backup 1\n"
CHUNK = 1 << 20
TAG = 16
SALT = 32
CHECK = 16


class NotABackup(Malformed):
    """It is not one of our files, or not of a version that this program reads."""


class WrongKey(Malformed):
    """It was sealed with another key."""


class Damaged(Malformed):
    """It was cut off or changed after it was made."""


def _keys(secret: str, salt: bytes) -> tuple[AESGCM, bytes]:
    master = Scrypt(salt=salt, length=32, n=1 << 15, r=8, p=1).derive(secret.encode())
    drawn = HKDF(hashes.SHA256(), 32 + CHECK, salt=None, info=MAGIC).derive(master)
    return AESGCM(drawn[:32]), drawn[32:]


def _nonce(number: int, last: bool) -> bytes:
    return struct.pack(">QxxxB", number, last)


class Sealing(io.RawIOBase):
    """Write plain bytes here; without ``finish`` the file is refused by every reader."""

    def __init__(self, target: BinaryIO, secret: str) -> None:
        self.target = target
        salt = os.urandom(SALT)
        self.cipher, check = _keys(secret, salt)
        self.header = MAGIC + salt + check
        self.waiting = bytearray()
        self.number = 0
        target.write(self.header)

    def writable(self) -> bool:
        """It is."""
        return True

    def write(self, data: bytes) -> int:  # type: ignore[override]
        """Seal what fills whole chunks and keep the rest."""
        self.waiting += data
        while len(self.waiting) > CHUNK:
            self._seal(bytes(self.waiting[:CHUNK]), last=False)
            del self.waiting[:CHUNK]
        return len(data)

    def finish(self) -> None:
        """Seal the last chunk: without it nothing of the file can be trusted."""
        self._seal(bytes(self.waiting), last=True)
        self.waiting.clear()

    def _seal(self, plain: bytes, *, last: bool) -> None:
        sealed = self.cipher.encrypt(_nonce(self.number, last), plain, self.header)
        self.target.write(sealed)
        self.number += 1


class Opening(io.RawIOBase):
    """Read verified plain bytes from a sealed stream.

    Raises
    ------
    NotABackup, WrongKey
        At once.
    Damaged
        While reading, at the first chunk that was changed or is missing.
    """

    def __init__(self, source: BinaryIO, secret: str) -> None:
        self.source = source
        header = source.read(len(MAGIC) + SALT + CHECK)
        if not header.startswith(MAGIC) or len(header) < len(MAGIC) + SALT + CHECK:
            raise NotABackup(
                "El archivo no es una copia de seguridad de SISMUNI.",
                remedy="Elija un archivo .sismuni hecho con «sismuni backup».",
            )
        salt, check = header[len(MAGIC) : -CHECK], header[-CHECK:]
        self.cipher, wanted = _keys(secret, salt)
        if wanted != check:
            raise WrongKey(
                "La copia se hizo con otra clave.",
                remedy="Use la clave que guardó al hacerla: póngala en SISMUNI_BACKUP_KEY.",
            )
        self.header = header
        self.number = 0
        self.plain = b""
        self.at = 0
        self.ahead = source.read(CHUNK + TAG)
        self.over = False

    def readable(self) -> bool:
        """It is."""
        return True

    def readinto(self, buffer: memoryview) -> int:  # type: ignore[override]
        """Fill a buffer; 0 at the sealed end."""
        while self.at == len(self.plain):
            if self.over:
                return 0
            self._open()
        count = min(len(buffer), len(self.plain) - self.at)
        buffer[:count] = self.plain[self.at : self.at + count]
        self.at += count
        return count

    def finish(self) -> None:
        """Read on to the sealed end, so that a file cut off there is noticed too."""
        while not self.over:
            self._open()

    def _open(self) -> None:
        sealed, self.ahead = self.ahead, self.source.read(CHUNK + TAG)
        last = not self.ahead
        try:
            self.plain = self.cipher.decrypt(_nonce(self.number, last), sealed, self.header)
        except (InvalidTag, ValueError):
            raise Damaged(
                "La copia está incompleta o dañada.",
                remedy="No se cambió nada. Use otra copia, o vuelva a copiarla del original.",
            ) from None
        self.at = 0
        self.number += 1
        self.over = last
