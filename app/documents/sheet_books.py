"""A workbook of plain sheets to be read, filled in and read back: headings, figures, a help page.

No cell can run: texts that begin like a formula get an apostrophe (``app.documents.tables``).
"""

import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING

from app.documents import sheet_pages
from app.documents.tables import LONGEST, neutral
from app.documents.workbook import opened

if TYPE_CHECKING:
    from xlsxwriter.worksheet import Worksheet

Cell = str | int | float | date | None
_MADE = datetime(2020, 1, 1, tzinfo=UTC)
_LAST_LINE = 400  # as far as a list to choose from is offered


@dataclass(frozen=True, slots=True)
class BookColumn:
    """A heading, its width in characters, and the words that it may be chosen from."""

    title: str
    width: int = 18
    choices: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Leaf:
    """One sheet: its name, its columns, and the lines that stand in it."""

    name: str
    columns: Sequence[BookColumn]
    rows: Sequence[Sequence[Cell]] = ()


def workbook(leaves: Sequence[Leaf], guide: tuple[str, Sequence[str]]) -> bytes:
    """The sheets in their order, and last one of sentences under its name."""
    out = io.BytesIO()
    settings = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    book = opened(out, {**settings, "strings_to_numbers": False})
    book.set_properties({"created": _MADE})
    looks = {
        "head": book.add_format(
            {
                "bold": True,
                "text_wrap": True,
                "valign": "vcenter",
                "bg_color": "#efe9dd",
                "border": 1,
            }
        ),
        "text": book.add_format({"text_wrap": True, "valign": "top", "num_format": "@"}),
        "figure": book.add_format({"valign": "top"}),
        "day": book.add_format({"valign": "top", "num_format": "dd/mm/yyyy"}),
        "note": book.add_format({"text_wrap": True, "valign": "top"}),
    }
    for leaf in leaves:
        _fill(book.add_worksheet(leaf.name), leaf, looks)
    sheet = book.add_worksheet(guide[0])
    sheet_pages.explain(sheet, [neutral(sentence) for sentence in guide[1]], looks["note"])
    book.close()
    return out.getvalue()


def _fill(sheet: "Worksheet", leaf: Leaf, looks: Mapping[str, object]) -> None:
    for at, column in enumerate(leaf.columns):
        sheet.set_column(at, at, column.width, looks["text"])
        sheet.write_string(0, at, neutral(column.title), looks["head"])
        if column.choices:
            sheet.data_validation(
                *(1, at, _LAST_LINE, at),
                {"validate": "list", "source": list(column.choices), "ignore_blank": True},
            )
    widths = [column.width for column in leaf.columns]
    heading = sheet_pages.height([c.title for c in leaf.columns], [w - 2 for w in widths])
    sheet.set_row(0, max(32.0, heading or 0.0))
    sheet.freeze_panes(1, 1)
    sheet_pages.lay_out(sheet, widths)
    for line, row in enumerate(leaf.rows, start=1):
        sheet.set_row(line, sheet_pages.height(row, widths))
        for at, cell in enumerate(row):
            if isinstance(cell, str):
                sheet.write_string(line, at, neutral(cell)[:LONGEST], looks["text"])
            elif isinstance(cell, date):
                sheet.write_datetime(line, at, cell, looks["day"])
            elif cell is not None:
                sheet.write_number(line, at, cell, looks["figure"])
