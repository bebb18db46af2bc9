"""How a sheet of a workbook stands on paper: A4, headings on each page, rows as high as their text.

Spreadsheets do not all make room for a wrapped text when they open a file, so each row is given
the height that its longest cell needs, by the letters that fit into a column.
"""

from collections.abc import Sequence
from math import ceil
from textwrap import wrap
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from xlsxwriter.format import Format
    from xlsxwriter.worksheet import Worksheet

GUIDE = 92  # letters across of a page that explains
A4 = 9  # as the format counts papers
UPRIGHT = 110  # letters across that are read well on a page upright
ACROSS = 210  # and on one that lies, shrunk to seven tenths
LINE = 15.0  # points of a line of text
HIGHEST = 409.0  # points; no spreadsheet takes more
FITTING = 1.03  # letters for each of a column's width, which is told in figures: wider ones


def explain(sheet: "Worksheet", sentences: Sequence[str], look: "Format") -> None:
    """A page of sentences, one below the other, upright."""
    sheet.set_column(0, 0, GUIDE, look)
    sheet.set_paper(A4)
    sheet.fit_to_pages(1, 0)
    sheet.set_margins(left=0.4, right=0.4, top=0.7, bottom=0.6)
    for line, sentence in enumerate(sentences):
        sheet.set_row(line, height([sentence], [GUIDE]))
        sheet.write_string(line, 0, sentence, look)


def lay_out(sheet: "Worksheet", widths: Sequence[float], heading: int = 1) -> None:
    """A4, upright or lying by its ``widths``, with ``heading`` rows and its name on each page.

    A sheet too wide to be read on one page goes on beside, with its first column repeated.
    """
    across = sum(widths)
    sheet.set_paper(A4)
    if across > UPRIGHT:
        sheet.set_landscape()
    pages = max(1, ceil(across / ACROSS))
    sheet.fit_to_pages(pages, 0)
    sheet.set_margins(left=0.4, right=0.4, top=0.7, bottom=0.6)
    sheet.set_header("&L&A")
    sheet.set_footer("&L&8&F&R&8&P / &N")
    sheet.repeat_rows(0, heading - 1)
    if pages > 1:
        sheet.repeat_columns(0, 0)


def height(cells: Sequence[object], widths: Sequence[float]) -> float | None:
    """The height of a row in points; None where each cell takes one line."""
    most = max(
        (
            lines(cell, width)
            for cell, width in zip(cells, widths, strict=False)
            if isinstance(cell, str)
        ),
        default=1,
    )
    return None if most <= 1 else min(HIGHEST, most * LINE)


def lines(text: str, width: float) -> int:
    """How many lines a text takes in a column that so many letters are wide."""
    room = max(1, int(width * FITTING))
    if len(text) <= room and "\n" not in text:
        return 1
    return sum(max(1, len(wrap(each, room))) for each in text.split("\n"))
