"""A file of filled sheets as lines: every sheet of a workbook, or the one table of a CSV.

What a template says of itself (its instrument, its version, its own key) stands on a hidden
sheet. A sheet whose heading names no question is left out and said.
"""

import re
import warnings
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path

from app.capture.spread_cells import Wrong, code_of
from app.capture.spread_headers import IGNORED, Heading, heading, letter
from app.capture.spread_rows import Fault, Line
from app.capture.spreadsheets import COMMUNITY, DISTRICT, Layout
from app.errors import Invalid, TooLarge, UnsupportedFile
from app.gis import csv_rows, workbook_rows
from app.gis.csv_rows import Record
from app.gis.files import Kind, Limits, Upload
from app.gis.notices import Findings, Notice

ABOUT = "_sismuni"
"""The sheet on which a template says what it is: a name and a value a line."""
ASIDE = frozenset({ABOUT, "Instrucciones", "Listas"})
MOST_LINES = 20_000
PREVIEWED = 5
_FORMULA = re.compile(r"[=@]|[+-].*\|")
_CELL = re.compile(r"^La celda ([A-Z]+)\d+ tiene")


@dataclass
class Read:
    """What a file holds: its lines, what is wrong with some, and how its columns were taken.

    ``sheets`` tells each sheet for the screen; ``about`` is what the template says.
    """

    lines: list[Line] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)
    notices: list[Notice] = field(default_factory=list)
    sheets: list[dict[str, object]] = field(default_factory=list)
    tabs: set[tuple[str, ...]] = field(default_factory=set)
    about: dict[str, str] = field(default_factory=dict)
    zeros: dict[tuple[str, str], list[Line]] = field(default_factory=dict)
    community: str = ""


def read(
    upload: Upload,
    limits: Limits,
    layout: Layout,
    chosen: Mapping[str, Mapping[str, str]],
    community: str = "",
) -> Read:
    """All the lines of a file; ``chosen`` are columns that a person named: by sheet and letter.

    A line that names no community is of ``community``, where the file was brought for one.

    Raises
    ------
    Invalid, TooLarge, UnsupportedFile, Malformed
        No sheet has a heading that is known; too long; not a table; damaged.
    """
    whole = Read(community=community)
    for title, records, findings in _sheets(upload, limits, whole):
        _take(whole, title, records, layout, chosen.get(title, {}))
        _tell(whole, title, findings)
        if len(whole.lines) > MOST_LINES:
            raise TooLarge(
                "{name} tiene más de {most} filas.",
                remedy="Divídalo en varios archivos.",
                name=upload.name,
                most=MOST_LINES,
            )
    if not whole.tabs:
        raise Invalid(
            "Ninguna hoja de {name} tiene columnas de esta ficha.",
            remedy="Descargue la plantilla y copie en ella sus datos, o diga qué columna es cuál.",
            name=upload.name,
        )
    return whole


def first_rows(path: Path, kind: Kind, name: str, limits: Limits) -> dict[str, list[list[str]]]:
    """The first rows of each sheet, for a person who says which column is which."""
    upload = Upload(path, name, kind, path.stat().st_size)
    found = {}
    for title, records, _ in _sheets(upload, limits, Read(), most=PREVIEWED + 3):
        found[title] = [list(record.cells) for record in records]
    return found


def _sheets(
    upload: Upload, limits: Limits, whole: Read, most: int = MOST_LINES + 20
) -> Iterator[tuple[str, list[Record], Findings]]:
    if upload.kind in (Kind.CSV, Kind.CSV_GZIP):
        findings = Findings()
        source = csv_rows.looked_at(upload.path, upload.name, limits.unpacked_bytes, findings)
        if source.delimiter != ",":
            name = {";": "punto y coma", "\t": "tabulaciones"}.get(source.delimiter, "barras")
            findings.tell("Las columnas están separadas por {name}; así se leyeron.", name=name)
        yield "CSV", list(islice(csv_rows.records(source, findings), most)), findings
        return
    if upload.kind is not Kind.XLSX:
        raise UnsupportedFile(
            "{name} es una capa y aquí se espera una hoja de cálculo.",
            remedy="Suba un XLSX o un CSV.",
            name=upload.name,
        )
    with warnings.catch_warnings():
        # Styles and validations that openpyxl does not know are nothing to us.
        warnings.filterwarnings("ignore", category=UserWarning, module="openpyxl")
        for title in workbook_rows.sheet_names(upload.path, upload.name):
            findings = Findings()
            found = workbook_rows.records(upload.path, upload.name, findings, title)
            if title == ABOUT:
                whole.about = {r.cells[0]: r.cells[1] for r in islice(found, 20) if r.cells[1:]}
            elif title not in ASIDE:
                yield title, list(islice(found, most)), findings


def _take(
    whole: Read, title: str, records: list[Record], layout: Layout, chosen: Mapping[str, str]
) -> None:
    head = heading(layout, [record.cells for record in records], chosen)
    if head is None:
        if records:
            whole.notices.append(
                Notice("No se usa la hoja «{tab}»: no tiene columnas de esta ficha.",
                       {"tab": title})
            )  # fmt: skip
        shown = records[0].cells if records else []
        whole.sheets.append(_told(title, Heading(0, 1, tuple(shown), {}, ()), 0))
        return
    if head.at > 0:
        words = "El encabezado de «{tab}» se encontró en la fila {row}."
        whole.notices.append(Notice(words, {"tab": title, "row": records[head.at].row}))
    letters = {code: letter(place) for place, code in head.codes.items()}
    before = len(whole.lines)
    bare, silent = _keys(layout, head), []
    for record in records[head.first :]:
        cells = {
            code: record.cells[place].strip()
            for place, code in head.codes.items()
            if place < len(record.cells)
        }
        line = _line(whole, Line(title, record.row, head.target, cells, letters))
        if not line.says(bare):
            silent += [line.row] if line.says() else []
            continue
        if record.raw:
            _refuse_formulas(whole, line)
        whole.lines.append(line)
    whole.tabs.add(head.target)
    if silent:
        words = "Hay {count} hogares sin ninguna respuesta en «{tab}»: no se toman."
        whole.notices.append(Notice(words, {"count": len(silent), "tab": title}))
    unused = [t for p, t in enumerate(head.titles) if t and p not in head.codes
              and chosen.get(letter(p)) != IGNORED]  # fmt: skip
    if unused:
        names = ", ".join(f"«{name[:40]}»" for name in unused[:8])
        whole.notices.append(
            Notice("No se usan estas columnas de «{tab}»: {names}.", {"tab": title, "names": names})
        )
    whole.sheets.append(_told(title, head, len(whole.lines) - before))


def _keys(layout: Layout, head: Heading) -> tuple[str, ...]:
    """The codes of the homes, which stand in every line of a template already."""
    if not layout.homes or head.target != (layout.homes,):
        return ()
    return layout.instrument.field(layout.homes).key


def _told(title: str, head: Heading, lines: int) -> dict[str, object]:
    columns = [
        {"letter": letter(place), "title": words, "code": head.codes.get(place, "")}
        for place, words in enumerate(head.titles)
        if words or place in head.codes
    ]
    return {"title": title, "columns": columns, "lines": lines}


def _line(whole: Read, line: Line) -> Line:
    """The line with the zeros that its codes lost."""
    cells = dict(line.cells)
    lost = []
    for code, digits in ((COMMUNITY, 10), (DISTRICT, 6)):
        if not cells.get(code):
            continue
        try:
            cells[code], mended = code_of(cells[code], digits)
        except Wrong as wrong:
            whole.faults.append(Fault(line, code, wrong.message, wrong.remedy))
            continue
        if mended:
            lost.append(code)
    if whole.community and not cells.get(COMMUNITY):
        cells[COMMUNITY] = whole.community
    mended_line = Line(line.tab, line.row, line.target, cells, line.letters)
    for code in lost:
        whole.zeros.setdefault((line.tab, code), []).append(mended_line)
    return mended_line


def _refuse_formulas(whole: Read, line: Line) -> None:
    for code, text in line.cells.items():
        if _FORMULA.match(text):
            whole.faults.append(_formula(line, code))


def _formula(line: Line, code: str) -> Fault:
    remedy = "Péguela como valor (pegado especial, solo valores)."
    return Fault(line, code, "La celda tiene una fórmula.", remedy)


def _tell(whole: Read, title: str, findings: Findings) -> None:
    """What the readers of files found, at the lines where they found it."""
    whole.notices += [n for n in findings.notices if "hojas: se leyó" not in n.message]
    by_row = {line.row: line for line in whole.lines if line.tab == title}
    for error in findings.errors:
        line = by_row.get(error.row or 0)
        if line is None:
            line = Line(title, error.row or 0, (), {}, {})
        found = _CELL.match(error.message)
        codes = {letter: code for code, letter in line.letters.items()}
        if found and found[1] not in codes:
            continue  # a formula beside the columns that are read is nobody's harm
        if found:
            whole.faults.append(_formula(line, codes[found[1]]))
        else:
            whole.faults.append(Fault(line, "", error.message, error.remedy))
