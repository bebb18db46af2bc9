"""A PDLC as a file that comes and goes: XLSX and DOCX in one layout (``pdlc_layout``)."""

import zipfile
from collections.abc import Mapping, Sequence
from datetime import date
from itertools import chain
from pathlib import Path

from app.documents import letters, sheet_books
from app.documents.letters import Letter
from app.documents.sheet_books import BookColumn, Leaf
from app.errors import Malformed, UnsupportedFile
from app.gis import workbook_rows
from app.gis.notices import Findings
from app.operations.pdlc_cells import RawRow
from app.operations.pdlc_content import Content, SheetText
from app.operations.pdlc_layout import (
    ACTIONS,
    COLUMNS,
    DIRECTIONS,
    HELP,
    KINDS,
    LINES,
    OBJECTIVES,
    PLAN,
    PLAN_FIELDS,
    SHEET_COLUMNS,
    SHEETS,
    TARGET,
    Heading,
    key_of,
    words_of,
)

Cell = str | int | float | date | None
CHOICES = {"kind": tuple(KINDS.values()), "direction": tuple(DIRECTIONS.values()), "unit": ("%",)}
BLANK_OBJECTIVES, BLANK_ACTIONS, BLANK_LINES, BLANK_SHEETS = 3, 6, 4, 2
TEMPLATE_YEARS = 5
GUIDE = "Instrucciones"


def read(path: Path, name: str) -> tuple[dict[str, list[RawRow]], Findings]:
    """The rows of a file by sheet, in its own order, and what its cells hide.

    Raises
    ------
    UnsupportedFile
        Its name ends neither in .xlsx nor in .docx.
    Malformed, TooLarge
        It cannot be read, holds none of our tables, or unpacks to too much.
    """
    findings = Findings()
    ending = Path(name).suffix.casefold()
    if ending not in (".xlsx", ".docx"):
        raise UnsupportedFile(
            "El plan se sube como libro .xlsx o como documento .docx, y {name} no lo es.",
            remedy="Descargue una de las dos plantillas, llénela y súbala.",
            field="file",
            name=name,
        )
    if not zipfile.is_zipfile(path):
        raise Malformed(
            "El archivo {name} está dañado o no es lo que dice su nombre.",
            remedy="Ábralo, guárdelo otra vez y súbalo.",
            field="file",
            name=name,
        )
    found = _book(path, name, findings) if ending == ".xlsx" else _document(path, name)
    if not any(found.values()):
        raise Malformed(
            "El archivo {name} no tiene las tablas de la plantilla.",
            remedy="Descargue la plantilla y copie en ella los datos, sin cambiar sus títulos.",
            field="file",
            name=name,
        )
    return found, findings


def _book(path: Path, name: str, findings: Findings) -> dict[str, list[RawRow]]:
    found: dict[str, list[RawRow]] = {}
    titles = {words_of(title): title for title in workbook_rows.sheet_names(path, name)}
    for sheet in (PLAN, *COLUMNS):
        title = titles.get(words_of(sheet))
        if title is None:
            continue
        records = [(r.row, r.cells) for r in workbook_rows.records(path, name, findings, title)]
        found[sheet] = _pairs(records) if sheet == PLAN else _lines(sheet, records)
    return found


def _document(path: Path, name: str) -> dict[str, list[RawRow]]:
    found: dict[str, list[RawRow]] = {}
    for at, table in enumerate(letters.tables(path, name), start=1):
        records = list(enumerate(table, start=1))
        heads = [words_of(cell) for cell in table[0]] if table else []
        firsts = {words_of(row[0]) for row in table if row}
        if words_of(PLAN_FIELDS[1].title) in firsts:
            found[PLAN] = _pairs(records)
        elif words_of(SHEET_COLUMNS[0].title) in firsts and len(heads) == 2:
            # Each indicator sheet is a table of its own, its titles one below the other.
            turned = [(1, [row[0] for row in table]), (1, [row[1] for row in table])]
            places = {key: n for n, row in records if (key := key_of(SHEETS, row[0]))}
            found.setdefault(SHEETS, []).extend(
                RawRow(1, each.cells, places, f"tabla {at}") for each in _lines(SHEETS, turned)
            )
        else:
            sheet = _sheet_of(heads)
            if sheet:
                found.setdefault(sheet, []).extend(_lines(sheet, records))
    return found


def _sheet_of(heads: Sequence[str]) -> str | None:
    """Whose headings these are: those of which each one that must be filled is there."""
    for sheet, columns in COLUMNS.items():
        needed = {words_of(column.title) for column in columns if column.required}
        if needed <= set(heads) and words_of(columns[0].title) == heads[0]:
            return sheet
    return None


def _pairs(records: Sequence[tuple[int, list[str]]]) -> list[RawRow]:
    known = {words_of(field.title): field.key for field in PLAN_FIELDS}
    cells: dict[str, str] = {}
    rows: dict[str, int] = {}
    for row, record in records:
        key = known.get(words_of(record[0])) if record else None
        if key is not None:
            cells[key] = record[1].strip() if len(record) > 1 else ""
            rows[key] = row
    return [RawRow(1, cells, rows)] if cells else []


def _lines(sheet: str, records: Sequence[tuple[int, list[str]]]) -> list[RawRow]:
    if not records:
        return []
    keys = [key_of(sheet, title) for title in records[0][1]]
    found = []
    for row, record in records[1:]:
        cells = {
            key: text.strip()
            for key, text in zip(keys, record, strict=False)
            if key is not None and text.strip()
        }
        if cells:
            found.append(RawRow(row, cells))
    return found


def years_of(content: Content | None, day: date) -> list[int]:
    """The years with a column of their own: those of the plan, or the next ones."""
    if content is None:
        return list(range(day.year + 1, day.year + 1 + TEMPLATE_YEARS))
    told = set(chain.from_iterable(sheet.targets for sheet in content.sheets))
    plan = range(content.plan.first_year, content.plan.last_year + 1)
    return sorted(told | set(plan))


def workbook(content: Content | None, day: date, extra: Sequence[Leaf] = ()) -> bytes:
    """The plan as a workbook, or the empty template."""
    rows = rows_of(content, years_of(content, day))
    plan = [
        (field.title, value)
        for field, value in zip(PLAN_FIELDS, _plan_values(content), strict=True)
    ]
    leaves = [Leaf(PLAN, (BookColumn("Dato", 22), BookColumn("Valor", 80)), plan)]
    for sheet in COLUMNS:
        leaves.append(Leaf(sheet, _book_columns(sheet, years_of(content, day)), rows[sheet]))
    return sheet_books.workbook([*leaves, *extra], (GUIDE, HELP))


def _book_columns(sheet: str, years: Sequence[int]) -> list[BookColumn]:
    columns = [
        BookColumn(heading.title, heading.width, CHOICES.get(heading.key, ()))
        for heading in COLUMNS[sheet]
    ]
    return columns + ([BookColumn(f"{TARGET} {y}", 10) for y in years] if sheet == SHEETS else [])


def _plan_values(content: Content | None) -> list[Cell]:
    if content is None:
        return [None] * len(PLAN_FIELDS)
    plan = content.plan
    return [
        *(plan.title, str(plan.first_year), str(plan.last_year), plan.vision, plan.ordinance),
        plan.approved_on,
    ]


def rows_of(content: Content | None, years: Sequence[int]) -> Mapping[str, list[list[Cell]]]:
    """The lines of each sheet, in the order of its columns."""
    if content is None:
        return {sheet: [] for sheet in COLUMNS}
    return {
        OBJECTIVES: [
            [each.code, each.statement, each.expected, "; ".join(each.needs)]
            for each in content.objectives
        ],
        ACTIONS: [
            [each.code, each.objective, each.statement, each.responsible, each.route, each.priority]
            for each in content.actions
        ],
        LINES: [
            [each.code, KINDS[line.kind], line.code, line.name, str(line.year) if line.year else ""]
            for each in content.actions
            for line in each.lines
        ],
        SHEETS: [
            [*sheet_values(sheet), *(sheet.targets.get(year) for year in years)]
            for sheet in content.sheets
        ],
    }


def sheet_values(sheet: SheetText) -> list[Cell]:
    """An indicator sheet in the order of its columns, without its targets."""
    told = {
        "direction": DIRECTIONS[sheet.direction],
        "baseline_year": str(sheet.baseline_year) if sheet.baseline_year else "",
    }
    return [told.get(h.key, getattr(sheet, h.key)) for h in SHEET_COLUMNS]


def template_document(day: date) -> bytes:
    """The empty template as a text document."""
    letter = Letter("Plantilla del PDLC", "Plantilla del Plan de Desarrollo Local Concertado")
    letter.title("Plantilla para importar", "Plan de Desarrollo Local Concertado")
    for sentence in HELP:
        letter.text(sentence, soft=True)
    letter.heading(PLAN)
    letter.pairs([(field.title, "") for field in PLAN_FIELDS])
    blank = {OBJECTIVES: BLANK_OBJECTIVES, ACTIONS: BLANK_ACTIONS, LINES: BLANK_LINES}
    for sheet, lines in blank.items():
        letter.heading(sheet)
        letter.table(*_heads(sheet), [[""] * len(COLUMNS[sheet])] * lines)
    letter.heading(SHEETS)
    letter.text("Una ficha por indicador: copie la tabla entera para agregar otra.", soft=True)
    for _ in range(BLANK_SHEETS):
        titles = [heading.title for heading in SHEET_COLUMNS]
        titles += [f"{TARGET} {year}" for year in years_of(None, day)]
        letter.pairs([(title, "") for title in titles])
    return letter.bytes()


def _heads(sheet: str) -> tuple[list[str], list[int]]:
    columns: Sequence[Heading] = COLUMNS[sheet]
    return [column.title for column in columns], [column.width for column in columns]
