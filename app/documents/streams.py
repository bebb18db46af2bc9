"""Long tables to take away, a part at a time: memory does not grow with their length.

The same rows give the same bytes. What could run as a formula is neutralised as in
``app.documents.tables``.
"""

import csv
import io
from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, date, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from app.documents import sheet_pages, workbook
from app.documents.tables import LONGEST, neutral

if TYPE_CHECKING:
    from xlsxwriter.worksheet import Worksheet

Cell = str | int | float | date | None
PART = 64 * 1024
NARROWEST, WIDEST = 12, 32  # letters across of a column
HIGHEST = 60.0  # points of a row: four lines of a long text, and the rest by looking into the cell
MOST_ROWS = 1_048_576  # of a sheet of XLSX
_MADE = datetime(2020, 1, 1, tzinfo=UTC)


def as_csv(heading: Sequence[str], rows: Iterable[Sequence[Cell]]) -> Iterator[bytes]:
    """A table as CSV in parts: UTF-8 with its mark, commas, CRLF."""
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow([neutral(title) for title in heading])
    yield b"\xef\xbb\xbf"
    for row in rows:
        writer.writerow([neutral(cell) if isinstance(cell, str) else cell for cell in row])
        if out.tell() > PART:
            yield out.getvalue().encode()
            out.seek(0)
            out.truncate()
    yield out.getvalue().encode()


class Workbook:
    """A workbook whose rows go to the disk as they come; ``add`` after ``sheet``, then ``close``.

    Each sheet has the words of its columns above and their codes hidden under them, as the
    templates have, so that it can be corrected and brought back.
    """

    def __init__(self, path: Path) -> None:
        self._book = workbook.opened(
            str(path),
            {
                "constant_memory": True,
                "strings_to_formulas": False,
                "strings_to_urls": False,
                "strings_to_numbers": False,
                "tmpdir": str(path.parent),
            },
        )
        self._book.set_properties({"created": _MADE})
        self._head = self._book.add_format(
            {"bold": True, "text_wrap": True, "valign": "top", "bg_color": "#efe9dd", "bottom": 1}
        )
        self._text = self._book.add_format({"text_wrap": True, "valign": "top"})
        self._figure = self._book.add_format({"valign": "top"})
        self._day = self._book.add_format({"valign": "top", "num_format": "dd/mm/yyyy"})
        self._widths: dict[str, list[int]] = {}
        self._heads: dict[str, tuple[Sequence[str], Sequence[str]]] = {}
        self._open: dict[str, tuple[Worksheet, int]] = {}
        self._names: set[str] = set()

    def sheet(self, key: str, titles: Sequence[str], codes: Sequence[str]) -> None:
        """Begin a sheet under a name of its own."""
        self._heads[key] = (titles, codes)
        self._begin(key)

    def _begin(self, key: str) -> None:
        titles, codes = self._heads[key]
        sheet = self._book.add_worksheet(self._free(key))
        widths = [min(WIDEST, max(NARROWEST, len(title) // 2)) for title in titles]
        self._widths[key] = widths
        for place, width in enumerate(widths):
            sheet.set_column(place, place, width)
        sheet_pages.lay_out(sheet, widths)
        sheet.set_row(0, sheet_pages.height(titles, [width - 1 for width in widths]))
        for place, title in enumerate(titles):
            sheet.write_string(0, place, neutral(title)[:LONGEST], self._head)
        sheet.set_row(1, None, None, {"hidden": True})
        for place, code in enumerate(codes):
            sheet.write_string(1, place, neutral(code))
        sheet.freeze_panes(2, 1)
        self._open[key] = (sheet, 2)

    def _free(self, key: str) -> str:
        clean = "".join(" " if sign in "[]:*?/\\'" else sign for sign in key).strip()[:31]
        name, number = clean or "Hoja", 2
        while name.casefold() in self._names:
            name, number = f"{clean[: 28 - len(str(number))]} {number}", number + 1
        self._names.add(name.casefold())
        return name

    def add(self, key: str, row: Sequence[Cell]) -> None:
        """One line; a full sheet goes on in another."""
        if self._open[key][1] >= MOST_ROWS:
            self._begin(key)
        sheet, line = self._open[key]
        high = sheet_pages.height(row, self._widths[key])
        if high is not None:
            sheet.set_row(line, min(high, HIGHEST))
        for place, cell in enumerate(row):
            if isinstance(cell, str):
                sheet.write_string(line, place, neutral(cell)[:LONGEST], self._text)
            elif isinstance(cell, date):
                sheet.write_datetime(line, place, cell, self._day)
            elif cell is not None:
                sheet.write_number(line, place, cell, self._figure)
        self._open[key] = (sheet, line + 1)

    def close(self) -> None:
        """Put the file together."""
        self._book.close()
