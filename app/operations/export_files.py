"""An export as a file: CSV of one table, a workbook or a GeoPackage of all, or GeoJSON.

CSV and GeoJSON go out as they are read. A workbook and a GeoPackage are put together in a
folder of their own, which is gone when they were sent: nothing that was exported stays.
"""

import json
import shutil
import tempfile
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from app.capture.spread_tables import Cell, Table
from app.documents import streams
from app.errors import Unknown
from app.gis.geopackage import GeoPackage, Kind
from app.operations.form_exports import Asked, Export
from app.store.sessions import Store

PART = 256 * 1024
TYPES = {
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "geojson": "application/geo+json",
    "gpkg": "application/geopackage+sqlite3",
}
FIRST_YEAR = 1900
_KINDS: dict[str, Kind] = {"integer": "INTEGER", "decimal": "REAL"}


@dataclass(frozen=True, slots=True)
class Taken:
    """A file on its way: its name, its media type, and its bytes part by part."""

    name: str
    media_type: str
    parts: Iterator[bytes]


def take(store: Store, asked: Asked, way: str, table: str = "") -> Taken:
    """Begin an export; what is wrong with it is said before the first byte.

    ``table`` names the repeat for CSV and GeoJSON; blank is the documents themselves.

    Raises
    ------
    Unknown
        There is no such instrument, table or format.
    """
    if way not in TYPES:
        raise Unknown(
            "No se exporta como «{way}».", remedy="Use csv, xlsx, geojson o gpkg.", way=way[:20]
        )
    with store.reading() as session:
        export = Export(session, asked)
        chosen = export.table(table)
    place = asked.where.community_code or asked.where.code
    part = f"-{chosen.name}" if way in ("csv", "geojson") and chosen.chain else ""
    name = f"{place}-{asked.instrument}{part}.{way}"
    makers: dict[str, Callable[[Store, Asked, str], Iterator[bytes]]] = {
        "csv": _csv,
        "xlsx": _xlsx,
        "geojson": _geojson,
        "gpkg": _gpkg,
    }
    return Taken(name, TYPES[way], makers[way](store, asked, chosen.name))


def _csv(store: Store, asked: Asked, name: str) -> Iterator[bytes]:
    with store.reading() as session:
        export = Export(session, asked)
        rows = (row.cells for row in export.rows([name]))
        yield from streams.as_csv(export.table(name).codes, rows)


def _geojson(store: Store, asked: Asked, name: str) -> Iterator[bytes]:
    with store.reading() as session:
        export = Export(session, asked)
        codes = export.table(name).codes
        yield b'{"type":"FeatureCollection","features":['
        between, held = "\n", []
        size = 0
        for row in export.rows([name]):
            feature = {
                "type": "Feature",
                "properties": dict(zip(codes, row.cells, strict=True)),
                "geometry": row.geometry,
            }
            text = json.dumps(feature, ensure_ascii=False, separators=(",", ":"))
            held.append(between + text)
            between, size = ",\n", size + len(text)
            if size > PART:
                yield "".join(held).encode()
                held, size = [], 0
        yield "".join([*held, "\n]}\n"]).encode()


def _xlsx(store: Store, asked: Asked, _: str) -> Iterator[bytes]:
    folder = Path(tempfile.mkdtemp(prefix="sismuni-"))
    try:
        path = folder / "fichas.xlsx"
        with store.reading() as session:
            export = Export(session, asked)
            book = streams.Workbook(path)
            sheets = {table.name: _sheet(table) for table in export.tables}
            for table in export.tables:
                titles = [words.es for words in table.titles]
                book.sheet(sheets[table.name], titles, table.codes)
            days = {table.name: _days(table) for table in export.tables}
            for row in export.rows():
                book.add(sheets[row.table], _dated(row.cells, days[row.table]))
            book.close()
        yield from sent(path)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _days(table: Table) -> frozenset[int]:
    """The places of the columns that hold days."""
    first = len(table.codes) - len(table.columns)
    return frozenset(
        first + at
        for at, column in enumerate(table.columns)
        if column.field and column.field.type == "date"
    )


def _dated(cells: Sequence[Cell], days: frozenset[int]) -> list[streams.Cell]:
    """A line with its days as days; what is no day stays as it was said."""
    return [_day(cell) if at in days else cell for at, cell in enumerate(cells)]


def _day(cell: Cell) -> streams.Cell:
    try:
        told = date.fromisoformat(cell) if isinstance(cell, str) else None
    except ValueError:
        return cell
    # The calendar of a spreadsheet begins in 1900, and counts a day there that never was.
    return told if told is not None and told.year > FIRST_YEAR else cell


def _sheet(table: Table) -> str:
    return table.title.es.split(",")[0] if table.chain else "Fichas"


def _gpkg(store: Store, asked: Asked, _: str) -> Iterator[bytes]:
    folder = Path(tempfile.mkdtemp(prefix="sismuni-"))
    try:
        path = folder / "fichas.gpkg"
        with store.reading() as session, GeoPackage(path) as package:
            export = Export(session, asked)
            for table in export.tables:
                package.layer(table.name, table.title.es, _columns(table), shaped=table.shaped)
            for row in export.rows():
                package.add(row.table, row.cells, row.geometry)
        yield from sent(path)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _columns(table: Table) -> dict[str, Kind]:
    """The kind of each column; places are columns too, so that a table alone has them."""
    found: dict[str, Kind] = {}
    first = len(table.codes) - len(table.columns)
    for code in table.codes[:first]:
        found[code] = "INTEGER" if code.startswith("fila") else "TEXT"
    for column in table.columns:
        field = column.field
        real = column.part in ("lat", "lon")
        found[column.code] = "REAL" if real else _KINDS.get(field.type if field else "", "TEXT")
    return found


def sent(path: Path) -> Iterator[bytes]:
    """The bytes of a file, part by part."""
    with path.open("rb") as file:
        while part := file.read(PART):
            yield part
