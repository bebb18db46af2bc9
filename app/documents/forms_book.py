"""A workbook to fill in: sheets with lists, bounds and dates, and a page that says how.

The first row of a sheet says each question, the second, hidden, its code: whoever moves or
renames a column is still understood. Cells that hold codes are text, so that no zero is
lost. Nothing typed in a list, a heading or a note can run as a formula.
"""

import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING

from app.documents import sheet_pages, workbook
from app.documents.tables import neutral

if TYPE_CHECKING:
    from xlsxwriter import Workbook
    from xlsxwriter.format import Format
    from xlsxwriter.worksheet import Worksheet

LISTS, NOTES = "Listas", "Instrucciones"
FIRST = 2  # the first line to fill, from 0: the heading and its codes come before
LONGEST_NOTE, LONGEST_TITLE = 255, 32
_MADE = datetime(2020, 1, 1, tzinfo=UTC)
_FIRST_DAY, _LAST_DAY = date(1900, 1, 1), date(2100, 12, 31)


@dataclass(frozen=True, slots=True)
class Asked:
    """One column to fill.

    ``kind`` is text, code, whole, decimal or day; ``listed`` names a list of the book.
    ``fill`` is what stands in each line already.
    """

    code: str
    title: str
    kind: str = "text"
    listed: str = ""
    low: int | None = None
    high: int | None = None
    required: bool = False
    note: str = ""
    fill: Sequence[str] = ()


@dataclass(frozen=True, slots=True)
class Leaf:
    """One sheet to fill, with so many lines."""

    name: str
    columns: Sequence[Asked]
    lines: int


@dataclass(frozen=True, slots=True)
class Book:
    """A whole workbook: its sheets, its lists, what it says of itself and how it is filled."""

    leaves: Sequence[Leaf]
    lists: Mapping[str, Sequence[str]]
    about: Mapping[str, str]
    notes: Sequence[str]
    about_sheet: str = "_sismuni"


def as_xlsx(book: Book) -> bytes:
    """The workbook, byte for byte the same for the same ``book``."""
    out = io.BytesIO()
    options = {
        "in_memory": True,
        "strings_to_formulas": False,
        "strings_to_urls": False,
        "strings_to_numbers": False,
    }
    work = workbook.opened(out, options)
    work.set_properties({"created": _MADE})
    looks = _looks(work)
    ranges = _ranges(book)
    for leaf in book.leaves:
        _fill(work.add_worksheet(leaf.name), leaf, looks, ranges)
    notes = work.add_worksheet(NOTES)
    sheet_pages.explain(notes, [neutral(words) for words in book.notes], looks["wrap"])
    if book.notes:
        notes.write_string(0, 0, neutral(book.notes[0]), looks["head"])
    _write_lists(work.add_worksheet(LISTS), book, looks["head"])
    about = work.add_worksheet(book.about_sheet)
    for line, (name, value) in enumerate(sorted(book.about.items())):
        about.write_string(line, 0, neutral(name))
        about.write_string(line, 1, neutral(value))
    about.very_hidden()
    work.worksheets()[0].activate()
    work.close()
    return out.getvalue()


def _looks(work: "Workbook") -> "dict[str, Format]":
    head = {"bold": True, "text_wrap": True, "valign": "top", "bottom": 1}
    return {
        "head": work.add_format(head),
        "needed": work.add_format({**head, "bg_color": "#FFE9B8"}),
        "wrap": work.add_format({"text_wrap": True, "valign": "top"}),
        "soft": work.add_format({"font_color": "#777777"}),
        "text": work.add_format({"num_format": "@"}),
        "code": work.add_format({"num_format": "@"}),
        "whole": work.add_format({"num_format": "0"}),
        "decimal": work.add_format({"num_format": "General"}),
        "day": work.add_format({"num_format": "dd/mm/yyyy"}),
    }


def _ranges(book: Book) -> dict[str, str]:
    """Where each list stands on its sheet."""
    found = {}
    for place, (name, items) in enumerate(book.lists.items()):
        column = workbook.column(place)
        found[name] = f"={LISTS}!{column}$2:{column}${len(items) + 1}" if items else ""
    return found


def _write_lists(sheet: "Worksheet", book: Book, head: "Format") -> None:
    for place, (name, items) in enumerate(book.lists.items()):
        sheet.set_column(place, place, 30)
        sheet.write_string(0, place, neutral(name), head)
        for line, words in enumerate(items, 1):
            sheet.write_string(line, place, neutral(words))


def _fill(
    sheet: "Worksheet", leaf: Leaf, looks: "Mapping[str, Format]", ranges: Mapping[str, str]
) -> None:
    last = FIRST + leaf.lines - 1
    widths = [min(40, max(12, len(column.title) // 2)) for column in leaf.columns]
    heading = sheet_pages.height([c.title for c in leaf.columns], [w - 2 for w in widths])
    sheet.set_row(0, heading)
    sheet_pages.lay_out(sheet, widths)
    for place, column in enumerate(leaf.columns):
        sheet.set_column(place, place, widths[place], looks[column.kind])
        title = f"{column.title} *" if column.required else column.title
        sheet.write_string(0, place, neutral(title), looks["needed" if column.required else "head"])
        sheet.write_string(1, place, neutral(column.code), looks["soft"])
        for line, words in enumerate(column.fill[: leaf.lines], FIRST):
            sheet.write_string(line, place, neutral(words), looks[column.kind])
        rule = _rule(column, ranges.get(column.listed, ""))
        if rule:
            sheet.data_validation(FIRST, place, last, place, rule)
    sheet.set_row(1, None, None, {"hidden": True})
    sheet.freeze_panes(FIRST, 1)


def _rule(column: Asked, source: str) -> dict[str, object]:
    """What a spreadsheet checks while a person types; the town hall checks it again."""
    said: dict[str, object] = {"ignore_blank": True, "error_title": "Revise la celda"}
    if column.note:
        said["input_message"] = column.note[:LONGEST_NOTE]
        said["input_title"] = column.title[:LONGEST_TITLE]
    if source:
        wrong = "Elija una respuesta de la lista."
        return {**said, "validate": "list", "source": source, "error_message": wrong}
    if column.kind == "whole":
        low, high = column.low or 0, column.high if column.high is not None else 10**9
        wrong = f"Va un número entero entre {low} y {high}."
        bounds = {"criteria": "between", "minimum": low, "maximum": high}
        return {**said, "validate": "integer", **bounds, "error_message": wrong}
    if column.kind == "day":
        bounds = {"criteria": "between", "minimum": _FIRST_DAY, "maximum": _LAST_DAY}
        wrong = "Va una fecha: día, mes y año, como 31/08/2026."
        return {**said, "validate": "date", **bounds, "error_message": wrong}
    return {**said, "validate": "any"} if column.note else {}
