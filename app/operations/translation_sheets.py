"""Language packs as sheets: for translators to fill beside the Spanish, and read back.

One sheet is of one instrument in one language. It comes in whole or not at all; an empty
cell leaves what is there. Sounds and pictures are named in the sheet and come beside it.
"""

import warnings
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import BinaryIO

from app.capture import packs as pack_lines
from app.capture.fields import Instrument
from app.capture.packs import Line
from app.documents.tables import FORMULA, Column, Table
from app.errors import Invalid, Refusal, RowError, UnsupportedFile
from app.gis import csv_rows, files, workbook_rows
from app.gis.csv_rows import Record
from app.gis.files import Kind, Limits
from app.gis.notices import Findings
from app.operations import translations
from app.operations.trail import Author
from app.operations.translations import At, Given
from app.records import translations as translation_records
from app.records.places import Where
from app.records.translations import Translation
from app.store.sessions import Reading, Store

MOST_SHEET = 5_000_000
MOST_LINES = 5_000
MOST_BESIDE = 400
HEADINGS = {
    "path": "codigo",
    "kind": "que_es",
    "spanish": "espanol",
    "spanish_hint": "ayuda_espanol",
    "label": "traduccion",
    "hint": "ayuda_traduccion",
    "audio": "audio",
    "picture": "imagen",
    "state": "estado",
}
KINDS = {
    "section": "título",
    "list": "lista",
    "question": "pregunta",
    "note": "aviso",
    "choice": "respuesta",
}
WANTED = ("path", "spanish", "label")
NOTES = (
    "Escriba en «traduccion» y «ayuda_traduccion»; lo demás no se toca. Una celda vacía deja lo "
    "que ya hay.",
    "En «audio» e «imagen» va el nombre de un archivo que se sube junto con esta hoja.",
    "Dos personas que hablan la lengua confirman cada línea en la página de lenguas; antes no "
    "llega a ninguna ficha.",
)


@dataclass(frozen=True, slots=True)
class Sheet:
    """A filled sheet as somebody chose it, with the files that it names."""

    name: str
    content: BinaryIO
    beside: Sequence[tuple[str, BinaryIO]] = ()


def state(row: Translation | None) -> str:
    """Where a line stands, in a word for people."""
    if row is None or not row.says:
        return "falta"
    return "lista" if row.stands else f"por revisar ({len(row.reviewers)} de 2)"


def table(session: Reading, where: Where, instrument: Instrument, tag: str) -> Table:
    """The sheet of an instrument in a language, empty or with what there is."""
    name = translations.tongue(tag)
    there = {
        row.path: row
        for row in translation_records.of_places(
            session, [where.place_id or 0], instrument.code, tag
        )
    }
    widths = {"path": 22, "spanish": 50, "label": 50, "spanish_hint": 30, "hint": 30}
    columns = [Column(title, width=widths.get(key, 14)) for key, title in HEADINGS.items()]
    rows = [_row(line, there.get(line.path)) for line in pack_lines.lines(instrument)]
    return Table(f"{name} ({tag})", columns, rows, NOTES)


def _row(line: Line, row: Translation | None) -> list[str]:
    hint = line.hint.es if line.hint else ""
    given = (
        ("", "", "", "")
        if row is None
        else (row.label, row.hint, row.file("audio"), row.file("picture"))
    )
    return [line.path, KINDS[line.kind], line.label.es, hint, *given, state(row)]


def take(store: Store, folder: Path, author: Author, where: Where, sheet: Sheet, at: At) -> int:
    """Read a filled sheet; returns how many lines are others now. ``at`` names no line.

    Raises
    ------
    Invalid
        With every row that does not stand; nothing is taken then.
    TooLarge, Malformed, UnsupportedFile
        It is no sheet that is read.
    """
    with TemporaryDirectory() as temporary:
        path = Path(temporary) / "sheet"
        path.write_bytes(sheet.content.read(MOST_SHEET + 1))
        records = list(_records(path, sheet.name))
    head = _head(records)
    with store.reading() as session:
        there = {
            row.path: row
            for row in translation_records.of_places(
                session, [where.place_id or 0], at.instrument.code, at.tag
            )
        }
    reader = _Reader(folder, at, head, there, dict(sheet.beside))
    found = reader.read(records[1:])
    if reader.errors:
        raise Invalid(
            "La hoja tiene {n} filas por corregir; no se tomó ninguna.",
            remedy="Corríjalas y súbala otra vez.",
            rows=reader.errors[:200],
            n=len({error.row for error in reader.errors}),
        )
    return translations.give(store, author, where, found)


def _records(path: Path, name: str) -> Iterator[Record]:
    limits = Limits(upload_bytes=MOST_SHEET, unpacked_bytes=50_000_000, rows=MOST_LINES)
    upload = files.admitted(path, name, limits)
    findings = Findings()
    if upload.kind in (Kind.CSV, Kind.CSV_GZIP):
        source = csv_rows.looked_at(path, name, limits.unpacked_bytes, findings)
        found = csv_rows.records(source, findings)
    elif upload.kind is Kind.XLSX:
        with warnings.catch_warnings():
            # Styles that openpyxl does not know are nothing to us.
            warnings.filterwarnings("ignore", category=UserWarning, module="openpyxl")
            found = iter(list(islice(workbook_rows.records(path, name, findings), MOST_LINES + 1)))
    else:
        raise UnsupportedFile("{name} no es una hoja de cálculo.", name=name,
                              remedy="Suba un XLSX o un CSV.")  # fmt: skip
    yield from islice(found, MOST_LINES + 1)
    if findings.errors:
        raise Invalid("{name} tiene filas que no se pueden leer.", name=name,
                      remedy="Corríjalas y súbala otra vez.", rows=findings.errors)  # fmt: skip


def _head(records: Sequence[Record]) -> dict[str, int]:
    cells = [cell.strip().casefold() for cell in records[0].cells] if records else []
    head = {key: cells.index(title) for key, title in HEADINGS.items() if title in cells}
    lacking = [HEADINGS[key] for key in WANTED if key not in head]
    if lacking:
        raise Invalid(
            "A la hoja le faltan columnas: {names}.",
            remedy="Descargue la hoja vacía de esta página y escriba en ella.",
            names=", ".join(lacking),
        )
    return head


class _Reader:
    """Lines of one sheet, and what is wrong with some."""

    def __init__(
        self,
        folder: Path,
        at: At,
        head: Mapping[str, int],
        there: Mapping[str, Translation],
        beside: Mapping[str, BinaryIO],
    ) -> None:
        self.folder, self.at, self.head = folder, at, head
        self.there, self.beside = there, beside
        self.lines = {line.path: line for line in pack_lines.lines(at.instrument)}
        self.errors: list[RowError] = []

    def read(self, records: Sequence[Record]) -> dict[At, Given]:
        found: dict[At, Given] = {}
        for record in records:
            path = self.cell(record, "path")
            if not any(self.cell(record, key) for key in ("spanish", "label", "hint")):
                continue  # a note below the table, or nothing
            at = At(self.at.instrument, self.at.tag, path)
            line = self.lines.get(path)
            if line is None:
                self.refuse(record, "path", "La ficha no tiene esta línea.", path)
            elif at in found:
                self.refuse(record, "path", "Esta línea ya está más arriba.", path)
            elif " ".join(self.cell(record, "spanish").split()) != " ".join(line.label.es.split()):
                self.refuse(record, "spanish", "La frase en español ya no es esta.", path,
                            "Descargue la hoja otra vez y traduzca la frase nueva.")  # fmt: skip
            else:
                found[at] = self.given(record, line)
        return found

    def given(self, record: Record, line: Line) -> Given:
        words: dict[str, str] = {}
        for key in ("label", "hint"):
            text = self.cell(record, key)
            try:
                if text:
                    words[key] = translations.fit(text)
            except Refusal as wrong:
                self.refuse(record, key, str(wrong), text[:40], wrong.remedy)
        if words.get("hint") and line.hint is None:
            self.refuse(record, "hint", "Esta línea no tiene ayuda en español.", line.path)
        return Given(
            words.get("label"),
            words.get("hint"),
            self.file(record, line, "audio"),
            self.file(record, line, "picture"),
        )

    def file(self, record: Record, line: Line, part: str) -> tuple[str, str] | None:
        name = self.cell(record, part)
        row = self.there.get(line.path)
        if not name or (row is not None and row.file(part) == name):
            return None
        if not line.heard:
            self.refuse(record, part, "Un título no lleva audio ni imagen.", name)
            return None
        if name not in self.beside:
            self.refuse(record, part, "Falta este archivo junto a la hoja.", name,
                        "Súbalo con el mismo nombre, o vacíe la celda.")  # fmt: skip
            return None
        stream = self.beside[name]
        stream.seek(0)
        keep = translations.keep_sound if part == "audio" else translations.keep_picture
        try:
            return keep(self.folder, stream)
        except Refusal as wrong:
            self.refuse(record, part, str(wrong), name, wrong.remedy)
            return None

    def cell(self, record: Record, key: str) -> str:
        place = self.head.get(key)
        text = (
            record.cells[place].strip() if place is not None and place < len(record.cells) else ""
        )
        # The apostrophe with which sheets for download keep a text from running.
        return text[1:] if text[:1] == "'" and text[1:].lstrip().startswith(FORMULA) else text

    def refuse(
        self, record: Record, key: str, message: str, value: str = "", remedy: str = ""
    ) -> None:
        self.errors.append(RowError(record.row, HEADINGS[key], message, value[:80], remedy))
