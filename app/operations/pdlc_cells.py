"""The cells of a file that holds a PDLC, read one by one; what is wrong is told with its place."""

import math
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime

from app.errors import RowError
from app.operations.pdlc_content import FIRST_YEAR, LAST_YEAR
from app.operations.pdlc_layout import (
    ACTIONS,
    COLUMNS,
    LINES,
    OBJECTIVES,
    PLAN,
    PLAN_FIELDS,
    SHEETS,
    TARGET,
)
from app.records.tables import METADATA

TURNED = ("direction", "kind")  # words in the file, codes in the tables
LONGEST_CELL = {
    (table, column.name): int(getattr(column.type, "length", 0))
    for table, record in (
        (OBJECTIVES, "pdlc_objective"),
        (ACTIONS, "pdlc_action"),
        (LINES, "pdlc_line"),
        (SHEETS, "pdlc_indicator"),
        (PLAN, "pdlc"),
    )
    for column in METADATA.tables[record].columns
    if getattr(column.type, "length", None) and column.name not in TURNED
}
NUMBER = re.compile(r"[-+]?\d{1,12}(?:[.,]\d{1,6})?")


@dataclass(frozen=True, slots=True)
class RawRow:
    """A line of a sheet: its cells by column, and the row of each where they stand apart.

    ``table`` says which table of a document it is, where the name of the sheet does not.
    """

    row: int
    cells: Mapping[str, str]
    rows: Mapping[str, int] = field(default_factory=dict)
    table: str = ""


class Cells:
    """Reads the row that ``at`` stands on and gathers what is wrong with it."""

    def __init__(self, sheets: Mapping[str, Iterable[RawRow]]) -> None:
        self._sheets = sheets
        self._at: tuple[str, RawRow] = (PLAN, RawRow(1, {}))
        self.errors: list[RowError] = []

    def _rows(self, sheet: str) -> list[RawRow]:
        return list(self._sheets.get(sheet, ()))

    def _wrong(self, key: str, message: str, value: str = "", remedy: str = "") -> None:
        sheet, row = self._at
        titles = {h.key: h.title for h in (PLAN_FIELDS if sheet == PLAN else COLUMNS[sheet])}
        title = titles.get(key, key).partition(" (")[0]
        if key.startswith("target "):
            title = f"{TARGET} {key[7:]}"
        named = f"{sheet} ({row.table})" if row.table else sheet
        place = f"{named}, {title}" if title else named
        self.errors.append(RowError(row.rows.get(key, row.row), place, message, value[:80], remedy))

    def _text(self, key: str, *, required: bool = False) -> str:
        sheet, row = self._at
        text = row.cells.get(key, "").strip()
        # What a workbook got against formulas comes back without it.
        if text[:2] in ("'=", "'+", "'-", "'@"):
            text = text[1:]
        most = LONGEST_CELL.get((sheet, key), 500)
        if required and not text:
            self._wrong(key, "Falta este dato.", remedy="Escríbalo: sin él no se puede guardar.")
        elif len(text) > most:
            said = "El texto es demasiado largo."
            self._wrong(key, said, f"{len(text)} > {most}", "Acórtelo.")
        return text[:most]

    def _number(self, key: str) -> float | None:
        text = self._at[1].cells.get(key, "").strip()
        if not text:
            return None
        bare = text.removesuffix("%").strip().replace(" ", "").replace("\u00a0", "")
        if NUMBER.fullmatch(bare):
            value = float(bare.replace(",", "."))
            if math.isfinite(value):
                return value
        said = "No es un número."
        remedy = "Si no se sabe, deje la celda vacía; si se sabe, escríbalo como 45 o 45.5."
        self._wrong(key, said, text, remedy)
        return None

    def _year(self, key: str, *, required: bool = False) -> int | None:
        text = self._text(key, required=required)
        if not text:
            return None
        if text.isdecimal() and FIRST_YEAR <= int(text) <= LAST_YEAR:
            return int(text)
        self._wrong(key, "No es un año.", text, "Escriba cuatro cifras, como 2027.")
        return None

    def _day(self, key: str) -> date | None:
        text = self._text(key)
        for form in ("%Y-%m-%d", "%d/%m/%Y", "%d-%m-%Y", "%d.%m.%Y"):
            try:
                return datetime.strptime(text, form).date()
            except ValueError:
                continue
        if text:
            self._wrong(key, "No es una fecha.", text, "Escríbala como 30/11/2026.")
        return None

    def _code(self, key: str, read: Callable[[str], str | None], example: str) -> str:
        text = self._text(key, required=True)
        found: str | None = read(text) if text else ""
        if found is None:
            said = "No es un código de este nivel."
            self._wrong(key, said, text, f"Escríbalo como {example}.")
        return found or ""
