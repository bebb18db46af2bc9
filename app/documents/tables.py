"""Tables to take away: CSV and XLSX in which no cell can run anything.

A spreadsheet runs a text that begins like a formula, and texts come from anybody who
fills a form. Such a text gets an apostrophe before it, which the spreadsheet does not
show and a person recognises. Figures are written as figures and need none.

Source: the characters are those of OWASP, CSV Injection; the wide forms of the first four
are taken by some spreadsheets for the narrow ones.
"""

import csv
import io
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Literal

from app.documents import sheet_pages, workbook

if TYPE_CHECKING:
    from xlsxwriter.format import Format
    from xlsxwriter.worksheet import Worksheet


Kind = Literal["text", "number", "share", "money", "day", "year"]
Cell = str | int | float | Decimal | date | None

FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
LONGEST = 32_767  # characters of a cell of XLSX
_FORMATS: dict[Kind, str] = {
    "text": "@",
    "number": "#,##0.###_ ",  # a gap, so that no figure touches the text beside it
    "share": "0.0%_ ",
    "money": "#,##0.00_ ",
    "day": "dd/mm/yyyy_ ",
    "year": "0_ ",
}
_HEAD = {"bold": True, "text_wrap": True, "valign": "vcenter", "bg_color": "#efe9dd", "border": 1}
_MADE = datetime(2020, 1, 1, tzinfo=UTC)  # the same table is the same file, byte for byte


@dataclass(frozen=True, slots=True)
class Column:
    """A heading and what stands under it.

    ``share`` is 0 to 1, ``money`` integer céntimos, written as soles; ``year`` has no thousands
    apart. None leaves the cell empty, which says "not known" in every kind. In a column of text
    a whole number is written as one, and a ``Decimal`` as soles.
    """

    title: str
    kind: Kind = "text"
    width: int = 14


@dataclass(frozen=True, slots=True)
class Table:
    """One sheet: a name, columns, rows of as many cells, and lines that explain it."""

    name: str
    columns: Sequence[Column]
    rows: Sequence[Sequence[Cell]]
    notes: Sequence[str] = ()


def neutral(text: str) -> str:
    """The text so that no spreadsheet takes it for a formula."""
    return f"'{text}" if text.lstrip(" \u00a0").startswith(FORMULA) else text


def as_csv(table: Table) -> bytes:
    """One table as CSV: UTF-8 with its mark (Excel needs it), commas, CRLF, a point in decimals.

    The notes stay out, so that the first line is the heading for every program.
    """
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow([neutral(column.title) for column in table.columns])
    for row in table.rows:
        writer.writerow(
            [_written(cell, column) for cell, column in zip(row, table.columns, strict=True)]
        )
    return b"\xef\xbb\xbf" + out.getvalue().encode()


def as_xlsx(tables: Sequence[Table]) -> bytes:
    """Tables as one workbook, each its sheet; figures stay figures, notes stand below."""
    out = io.BytesIO()
    book = workbook.opened(
        out,
        {
            "in_memory": True,
            "strings_to_formulas": False,
            "strings_to_urls": False,
            "strings_to_numbers": False,
        },
    )
    book.set_properties({"created": _MADE})
    heads = [book.add_format({**_HEAD, "align": align}) for align in ("left", "right")]
    soft = book.add_format({"italic": True})
    formats = {
        kind: book.add_format(
            {"num_format": code, "valign": "top", "border": 7, "text_wrap": kind == "text"}
        )
        for kind, code in _FORMATS.items()
    }
    taken: set[str] = set()
    for table in tables:
        sheet = book.add_worksheet(_name(table.name, taken))
        _fill(sheet, table, heads, formats)
        for line, note in enumerate(table.notes, start=len(table.rows) + 2):
            sheet.write_string(line, 0, neutral(note)[:LONGEST], soft)
    book.close()
    return out.getvalue()


def _fill(
    sheet: "Worksheet", table: Table, heads: "Sequence[Format]", formats: "dict[Kind, Format]"
) -> None:
    widths = [column.width for column in table.columns]
    for at, column in enumerate(table.columns):
        sheet.set_column(at, at, column.width)
        sheet.write_string(0, at, neutral(column.title), heads[column.kind != "text"])
    # Bold letters are wider, and the button that filters stands in the heading.
    sheet.set_row(0, sheet_pages.height([c.title for c in table.columns], [w - 3 for w in widths]))
    sheet_pages.lay_out(sheet, widths)
    for line, row in enumerate(table.rows, start=1):
        high = sheet_pages.height(row, widths)
        if high is not None:
            sheet.set_row(line, high)
        for at, (cell, column) in enumerate(zip(row, table.columns, strict=True)):
            _put(sheet, (line, at), cell, formats[_kind(cell, column)], column.kind)
    sheet.freeze_panes(1, 1)
    if table.rows and table.columns:
        sheet.autofilter(0, 0, len(table.rows), len(table.columns) - 1)


def _kind(cell: Cell, column: Column) -> Kind:
    """How a cell is shown: as its column, but for figures among texts."""
    if column.kind != "text" or isinstance(cell, str) or cell is None:
        return column.kind
    return "money" if isinstance(cell, Decimal) else "year"


def _put(
    sheet: "Worksheet", where: tuple[int, int], cell: Cell, look: "Format", kind: Kind
) -> None:
    if cell is None:
        sheet.write_blank(*where, None, look)
    elif isinstance(cell, str):
        sheet.write_string(*where, neutral(cell)[:LONGEST], look)
    elif isinstance(cell, date):
        sheet.write_datetime(*where, _plain(cell), look)
    elif kind == "money":
        sheet.write_number(*where, float(Decimal(cell) / 100), look)
    else:
        sheet.write_number(*where, float(cell), look)


def _plain(value: date) -> date:
    """Without its zone, which a cell cannot hold."""
    return value.replace(tzinfo=None) if isinstance(value, datetime) else value


def _written(cell: Cell, column: Column) -> str:
    if cell is None:
        return ""
    if isinstance(cell, str):
        return neutral(cell)
    if isinstance(cell, date):
        return cell.isoformat()
    if column.kind == "money":
        return f"{Decimal(cell) / 100:.2f}"
    if column.kind == "share":
        return f"{cell:.4f}"
    return str(cell)


def _name(wanted: str, taken: set[str]) -> str:
    """A name that a workbook takes: 31 characters, none of its signs, not used yet."""
    clean = "".join(" " if sign in "[]:*?/\\'" else sign for sign in wanted).strip()[:31] or "Hoja"
    name, number = clean, 2
    while name.casefold() in taken:
        tail = f" {number}"
        name, number = clean[: 31 - len(tail)] + tail, number + 1
    taken.add(name.casefold())
    return name
