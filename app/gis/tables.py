"""A table from a person's file: named columns, rows of text, and what was found on the way.

Every cell is text: what is a number, a code or a date is for the import to say, field by
field, with its own refusal.
"""

import re
import warnings
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice

from app.errors import Invalid, RowError, TooLarge, UnsupportedFile
from app.gis import csv_rows, workbook_rows
from app.gis.csv_rows import Record
from app.gis.files import Kind, Limits, Upload
from app.gis.notices import Findings, Notice

_FORMULA = re.compile(r"[=@]|[+-].*\|")
_MOST_COLUMNS = 2_000


@dataclass(frozen=True, slots=True)
class Table:
    """Rows of text under named columns.

    ``row_numbers`` are those of the file as a spreadsheet shows them (the heading is 1);
    ``errors`` are the rows that cannot be taken as they are, ``notices`` what was mended.
    """

    columns: tuple[str, ...]
    rows: list[dict[str, str]]
    row_numbers: list[int]
    notices: tuple[Notice, ...]
    errors: tuple[RowError, ...]


class TableStream:
    """The same table row by row, for files that need not stand whole in memory.

    Iterate once; ``notices`` and ``errors`` are complete when the iteration ends.
    """

    def __init__(self, upload: Upload, limits: Limits | None = None, sheet: str | None = None):
        self._limits = limits or Limits()
        self._findings = Findings()
        self._name = upload.name
        self._records = self._opened(upload, sheet)
        heading = next(self._records, None)
        if heading is None:
            raise Invalid(
                "{name} no tiene filas.", remedy="Suba un archivo con encabezado.", name=self._name
            )
        self.columns = self._columns(heading)

    def __iter__(self) -> Iterator[tuple[int, dict[str, str]]]:
        width = len(self.columns)
        for taken, record in enumerate(self._records):
            if taken >= self._limits.rows:
                raise self._too_many()
            if len(record.cells) != width:
                self._fit(record, width)
            if not record.raw or "=" in record.raw or "@" in record.raw or "|" in record.raw:
                self._refuse_formulas(record)
            yield record.row, dict(zip(self.columns, record.cells, strict=True))

    @property
    def notices(self) -> tuple[Notice, ...]:
        """What was mended or looked doubtful so far."""
        return self._findings.notices

    @property
    def errors(self) -> tuple[RowError, ...]:
        """Rows that cannot be taken as they are, so far."""
        return tuple(self._findings.errors)

    def _opened(self, upload: Upload, sheet: str | None) -> Iterator[Record]:
        if upload.kind is Kind.XLSX:
            # One row more than allowed is enough to know that there are too many.
            found = workbook_rows.records(upload.path, upload.name, self._findings, sheet)
            with warnings.catch_warnings():
                # Styles and validations that openpyxl does not know are nothing to us.
                warnings.filterwarnings("ignore", category=UserWarning, module="openpyxl")
                return iter(list(islice(found, self._limits.rows + 2)))
        if upload.kind not in (Kind.CSV, Kind.CSV_GZIP):
            raise UnsupportedFile(
                "{name} es una capa y aquí se espera una tabla.",
                remedy="Suba un CSV o un XLSX.",
                name=upload.name,
            )
        source = csv_rows.looked_at(
            upload.path, upload.name, self._limits.unpacked_bytes, self._findings
        )
        return csv_rows.records(source, self._findings)

    def _columns(self, heading: Record) -> tuple[str, ...]:
        cells = [" ".join(cell.split()) for cell in heading.cells]
        while cells and not cells[-1]:
            cells.pop()
        if len(cells) > _MOST_COLUMNS:
            raise TooLarge(
                "{name} tiene más de {most} columnas.",
                remedy="Deje solo las columnas que se importan.",
                name=self._name,
                most=_MOST_COLUMNS,
            )
        names = [cell or f"columna {place}" for place, cell in enumerate(cells, start=1)]
        folded = [name.casefold() for name in names]
        repeated = sorted({name for name in names if folded.count(name.casefold()) > 1})
        if repeated:
            raise Invalid(
                "{name} repite la columna «{column}».",
                remedy="Cambie el nombre de una de las dos.",
                field=repeated[0],
                name=self._name,
                column=repeated[0],
            )
        return tuple(names)

    def _fit(self, record: Record, width: int) -> None:
        count = len(record.cells)
        extra = record.cells[width:]
        del record.cells[width:]
        record.cells.extend([""] * (width - count))
        # Workbooks leave out empty cells at the end; a CSV that does is cut or misquoted.
        if any(extra) or (count < width and record.raw):
            self._findings.refuse_row(
                RowError(
                    record.row,
                    None,
                    f"El encabezado tiene {width} celdas y esta fila {count}.",
                    value=(extra or record.cells)[0][:80],
                    remedy="Revise el separador y encierre entre comillas el texto que lo lleva.",
                )
            )

    def _refuse_formulas(self, record: Record) -> None:
        if not record.raw:  # a workbook: its reader already told formulas from text
            return
        for column, cell in zip(self.columns, record.cells, strict=True):
            if _FORMULA.match(cell):
                self._findings.refuse_row(
                    RowError(
                        record.row,
                        column,
                        "La celda tiene una fórmula.",
                        value=cell[:80],
                        remedy="Péguela como valor, sin el signo del comienzo.",
                    )
                )

    def _too_many(self) -> TooLarge:
        return TooLarge(
            "{name} tiene más de {most} filas.",
            remedy="Divídalo por provincias.",
            name=self._name,
            most=self._limits.rows,
        )


def read_table(upload: Upload, limits: Limits | None = None, sheet: str | None = None) -> Table:
    """The whole table of a CSV (gzipped or not) or of one sheet of an XLSX.

    What comes as a layer of points is read by ``app.gis.point_tables``.

    Raises
    ------
    Malformed, Invalid, TooLarge, UnsupportedFile
        It cannot be read, has no heading or repeats a column, is over a limit, is a layer.
    """
    stream = TableStream(upload, limits, sheet)
    numbers, rows = [], []
    for number, row in stream:
        numbers.append(number)
        rows.append(row)
    return Table(stream.columns, rows, numbers, stream.notices, stream.errors)
