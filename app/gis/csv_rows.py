"""Records of a CSV file as towns hand it over: any usual encoding, delimiter and slip.

The bytes are read twice: once to learn the encoding and to refuse what is broken, once for
the records. Both passes stream, so that a gzipped file never stands whole in memory.
"""

import codecs
import csv
import gzip
import io
import re
import zlib
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import chain
from pathlib import Path
from typing import BinaryIO, cast

from app.errors import Invalid, Malformed, RowError
from app.gis.archives import too_big
from app.gis.notices import Findings

_CHUNK = 1024 * 1024
_DELIMITERS = ",;\t|"
_QUOTED = re.compile(r'"[^"]*"')
_BROKEN = (gzip.BadGzipFile, EOFError, zlib.error)
# UTF-8 bytes that were read as Latin-1 and written again: Ã± was ñ, Ã‘ was Ñ.
_TWICE_ENCODED = re.compile("Ã[\u0080-¿‘’“”•–—™š›œžŸ€‚ƒ„…†‡ˆ‰Š‹Œ\ufffd]")


@dataclass(frozen=True, slots=True)
class Record:
    """Cells of one record and the line of the file where it starts (the first line is 1)."""

    row: int
    cells: list[str]
    raw: str


@dataclass(frozen=True, slots=True)
class CsvText:
    """A CSV file that can be read: how, and from where."""

    path: Path
    packed: bool
    encoding: str
    delimiter: str
    skip_lines: int


def looked_at(path: Path, name: str, most_bytes: int, findings: Findings) -> CsvText:
    """Learn encoding and delimiter of a CSV file (gzipped or not) of ``most_bytes`` at most.

    Raises
    ------
    Malformed, TooLarge, Invalid
        Broken gzip or zero bytes; too big when inflated; an archive in the archive.
    """
    with path.open("rb") as file:
        packed = file.read(2) == b"\x1f\x8b"
    try:
        encoding = _encoding(path, packed, name, most_bytes)
    except _BROKEN as error:
        raise Malformed(
            "El archivo {name} está cortado o dañado.",
            remedy="Vuelva a comprimirlo o a exportarlo y súbalo otra vez.",
            name=name,
        ) from error
    if encoding == "cp1252":
        findings.tell(
            "El archivo no está en UTF-8: se leyó como Latin-1 de Windows. Revise ñ y tildes."
        )
    with _text(path, packed, encoding) as text:
        first = text.readline()
        told = re.fullmatch(r"sep=(.)\s*", first)
        second = text.readline() if told else first
    delimiter = told[1] if told else _delimiter(second)
    return CsvText(path, packed, encoding, delimiter, 1 if told else 0)


def _bytes(path: Path, packed: bool) -> BinaryIO:
    return cast(BinaryIO, gzip.open(path, "rb")) if packed else path.open("rb")


def _text(path: Path, packed: bool, encoding: str) -> io.TextIOWrapper:
    # "replace" only ever acts on the five bytes that cp1252 leaves undefined.
    return io.TextIOWrapper(
        _bytes(path, packed),
        encoding=encoding,
        errors="replace",
        newline="",
    )


def _encoding(path: Path, packed: bool, name: str, most_bytes: int) -> str:
    size, utf8 = 0, True
    decoder = codecs.getincrementaldecoder("utf-8")()
    with _bytes(path, packed) as file:
        while chunk := file.read(_CHUNK):
            if size == 0 and chunk.startswith((b"\xff\xfe", b"\xfe\xff")):
                return "utf-16"
            if size == 0 and packed and chunk.startswith((b"PK", b"\x1f\x8b", b"7z", b"Rar!")):
                raise Invalid(
                    "{name} trae otro archivo comprimido adentro.",
                    remedy="Comprima el CSV una sola vez.",
                    name=name,
                )
            size += len(chunk)
            if size > most_bytes:
                raise too_big(name, most_bytes)
            if b"\0" in chunk:
                raise Malformed(
                    "{name} no es un CSV: trae bytes que no son texto.",
                    remedy="Guárdelo como CSV UTF-8.",
                    name=name,
                )
            utf8 = utf8 and _decodes(decoder, chunk)
    # A character cut at the very end is a truncated file, not another encoding.
    return "utf-8-sig" if utf8 else "cp1252"


def _decodes(decoder: codecs.IncrementalDecoder, chunk: bytes) -> bool:
    try:
        decoder.decode(chunk)
    except UnicodeDecodeError:
        return False
    return True


def _delimiter(heading: str) -> str:
    bare = _QUOTED.sub("", heading)
    return max(_DELIMITERS, key=bare.count)


def records(source: CsvText, findings: Findings) -> Iterator[Record]:
    """Every record with cells, heading included; slips are told to ``findings``.

    A quote that is never closed swallows the records after it: the line where it opens is
    refused by number, and the swallowed lines are read again, each on its own.
    """
    with _text(source.path, source.packed, source.encoding) as text:
        for _ in range(source.skip_lines):
            text.readline()
        yield from _parsed(text, source, findings)


def _parsed(text: Iterator[str], source: CsvText, findings: Findings) -> Iterator[Record]:
    line, width = source.skip_lines, 0
    taken: list[str] = []

    def watched(lines: Iterator[str]) -> Iterator[str]:
        for one in lines:
            taken.append(one)
            yield one

    lines = text
    reader = csv.reader(watched(lines), delimiter=source.delimiter)
    while True:
        taken.clear()
        try:
            cells = next(reader, None)
        except csv.Error:  # a field over 128 kB: a quote that nobody closed
            cells = [""]
            swallowed = True
        else:
            if cells is None:
                return
            swallowed = len(taken) > 1 and _swallowed(taken, cells, width, source.delimiter)
        if swallowed or _open_ended(taken, cells):
            findings.refuse_row(_unclosed(line + 1, taken[0]))
            lines = chain(taken[1:], lines)
            reader = csv.reader(watched(lines), delimiter=source.delimiter)
            cells = _without_quotes(taken[0], source.delimiter)
            del taken[1:]
        width = width or len(cells)
        raw = "".join(taken)
        if any(cells):
            _tell_letters(raw, line + 1, findings)
            yield Record(line + 1, cells, raw)
        line += len(taken)


def _swallowed(taken: list[str], cells: list[str], width: int, delimiter: str) -> bool:
    """Whether a record of several lines holds lines that are records by themselves.

    A line counts that has as many cells as the heading; so do two lines and more that are
    cut alike by another delimiter (files pasted together from two exports).
    """
    if width == 0:  # the heading itself: a line break in a column's name is common
        return False
    if width < 3:
        return len(cells) != width
    alike = Counter(
        (other, one.count(other)) for one in taken[1:] for other in _DELIMITERS if other in one
    )
    if any(n >= 2 and times >= 4 and other != delimiter for (other, times), n in alike.items()):
        return True
    return any(
        one.count('"') % 2 == 0 and len(next(csv.reader([one], delimiter=delimiter), [])) == width
        for one in taken[1:]
    )


def _open_ended(taken: list[str], cells: list[str]) -> bool:
    return bool(taken) and "".join(taken).count('"') % 2 == 1 and '"' not in "".join(cells)


def _unclosed(row: int, raw: str) -> RowError:
    return RowError(
        row,
        None,
        'Hay una comilla (") que se abre y no se cierra.',
        value=raw.strip()[:80],
        remedy="Borre la comilla o ciérrela; las filas siguientes se leyeron aparte.",
    )


def _without_quotes(raw: str, delimiter: str) -> list[str]:
    bare = raw.rstrip("\r\n").replace('"', "")
    return next(csv.reader([bare], delimiter=delimiter, quoting=csv.QUOTE_NONE), [])


def _tell_letters(raw: str, row: int, findings: Findings) -> None:
    if "Ã" in raw and _TWICE_ENCODED.search(raw):
        findings.tell_row("Hay letras convertidas dos veces (como Ã± por ñ); filas: {rows}.", row)
    if "\ufffd" in raw:
        findings.tell_row("Hay letras que no se pudieron leer; filas: {rows}.", row)
