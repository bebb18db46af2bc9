"""Records of the sheet of an XLSX workbook; a bomb never reaches the parser.

Only values are read: a formula is refused cell by cell, since what it shows depends on the
machine that opens it.
"""

import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime, time
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING
from xml.etree.ElementTree import ParseError

from app.errors import Invalid, Malformed, RowError, TooLarge
from app.gis.csv_rows import Record
from app.gis.notices import Findings

if TYPE_CHECKING:
    from openpyxl import Workbook

_SUSPECT_RATIO = 100
_SUSPECT_BYTES = 20 * 1024**2
# What openpyxl lets out of a workbook that is cut, forged or half written. DefusedXmlException
# is a ValueError.
_BROKEN = (
    *(zipfile.BadZipFile, zlib.error, EOFError, ParseError),
    *(KeyError, ValueError, TypeError, AttributeError, IndexError, NotImplementedError),
)


def records(
    path: Path, name: str, findings: Findings, sheet: str | None = None
) -> Iterator[Record]:
    """Every record with cells of one sheet (the first that has any), heading included.

    Raises
    ------
    TooLarge, Malformed, Invalid
        Inflates too much; cannot be read or holds XML entities; has no such sheet.
    """
    with _opened(path, name) as book:
        yield from _cells(book, name, findings, sheet)


def sheet_names(path: Path, name: str) -> list[str]:
    """The titles of a workbook's sheets, in their order; refused as ``records`` does."""
    with _opened(path, name) as book:
        return [one.title for one in book.worksheets]


@contextmanager
def _opened(path: Path, name: str) -> "Iterator[Workbook]":
    # Loaded here: a web process that reads no workbook is spared its megabytes.
    openpyxl = import_module("openpyxl")
    if not openpyxl.DEFUSEDXML:
        raise RuntimeError("defusedxml is not installed: workbooks cannot be read safely")
    _refuse_bomb(path, name)
    broken = (*_BROKEN, openpyxl.utils.exceptions.InvalidFileException)
    try:
        # Given a path, openpyxl goes by its ending; a kept file is named by its content alone.
        with path.open("rb") as file:
            book = openpyxl.load_workbook(file, read_only=True, data_only=False, keep_links=False)
            try:
                yield book
            finally:
                book.close()
    except broken as error:
        raise _damaged(name) from error


def _damaged(name: str) -> Malformed:
    return Malformed(
        "El libro {name} está dañado o no es un .xlsx común.",
        remedy="Ábralo, guárdelo otra vez como .xlsx o como CSV UTF-8, y súbalo.",
        name=name,
    )


def _refuse_bomb(path: Path, name: str) -> None:
    with zipfile.ZipFile(path) as archive:
        unpacked = sum(member.file_size for member in archive.infolist())
    if unpacked > _SUSPECT_BYTES and unpacked > _SUSPECT_RATIO * path.stat().st_size:
        raise TooLarge(
            "El libro {name} crece {ratio} veces al abrirse: no se abre.",
            remedy="Copie los datos a un libro nuevo o guárdelos como CSV.",
            name=name,
            ratio=unpacked // path.stat().st_size,
        )


def _cells(book: "Workbook", name: str, findings: Findings, sheet: str | None) -> Iterator[Record]:
    names = [one.title for one in book.worksheets]
    if sheet is not None and sheet not in names:
        raise Invalid(
            "El libro {name} no tiene la hoja «{sheet}»: tiene {sheets}.",
            remedy="Elija una de sus hojas.",
            field="hoja",
            name=name,
            sheet=sheet,
            sheets=", ".join(names),
        )
    for title in [sheet] if sheet is not None else names:
        rows = _sheet(book, title, findings)
        first = next(rows, None)
        if first is None:
            continue
        if len(names) > 1:
            findings.tell(
                "El libro tiene {count} hojas: se leyó «{sheet}».", count=len(names), sheet=title
            )
        yield first
        yield from rows
        return


def _sheet(book: "Workbook", title: str, findings: Findings) -> Iterator[Record]:
    sheet = book[title]
    # A forged dimension would make openpyxl pad each row to 16,384 cells.
    sheet.reset_dimensions()
    for number, row in enumerate(sheet.iter_rows(), start=1):
        cells = [_text(cell.value) for cell in row]
        for cell, text in zip(row, cells, strict=True):
            if cell.data_type == "f":
                findings.refuse_row(_formula(number, cell.coordinate, text))
        if any(cells):
            yield Record(number, cells, "")


def _formula(row: int, place: str, text: str) -> RowError:
    return RowError(
        row,
        None,
        f"La celda {place} tiene una fórmula.",
        value=text[:80],
        remedy="Péguela como valor (pegado especial, solo valores).",
    )


def _text(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "1" if value else "0"
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() else repr(value)
    if isinstance(value, datetime):
        return value.date().isoformat() if value.time() == time() else value.isoformat(" ")
    if isinstance(value, date | time):
        return value.isoformat()
    return str(value).strip()
