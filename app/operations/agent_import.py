"""Agents from a workbook or CSV: read, judged row by row, shown, and only then written.

The file holds DNIs, so it is not kept: what was read travels with the preview and is judged
again when somebody accepts it.
"""

import json
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date
from pathlib import Path
from typing import Any, BinaryIO

from app.documents import sheet_books
from app.documents.sheet_books import BookColumn, Leaf
from app.errors import Invalid, Malformed, RowError, TooLarge
from app.gis import files, tables
from app.operations import agents, process_steps, processes
from app.operations.agents import Given
from app.operations.trail import Act, Author
from app.planning import process as law
from app.records.base import folded
from app.records.places import Where
from app.records.process import Process
from app.store.sessions import Reading, Writing

LARGEST = 2 * 1024**2
MOST = 2_000
HEADINGS = {
    "organisation": "Organización",
    "kind": "Tipo de organización",
    "womens": "Organización de mujeres (sí/no)",
    "recognition": "Documento de reconocimiento",
    "name": "Representante",
    "sex": "Sexo (F/M)",
    "dni": "DNI",
    "phone": "Teléfono",
    "community": "Comunidad (nombre o código)",
    "voice_only": "Solo voz (sí/no)",
}
NEEDED = ("organisation", "kind", "name", "dni")
WIDTHS = (34, 26, 16, 24, 30, 10, 12, 14, 30, 14)
YES, NO = ("si", "s", "1", "x", "yes", "verdadero"), ("", "no", "n", "0", "falso")
SEXES = {"f": "F", "femenino": "F", "mujer": "F", "m": "M", "masculino": "M", "varon": "M"}


@dataclass(frozen=True, slots=True)
class Line:
    """A row as it was read: its place in the file, and what it gives."""

    row: int
    given: Given


@dataclass(frozen=True, slots=True)
class Judged:
    """A file as it was read: rows to take, and what is wrong with the others."""

    name: str
    lines: tuple[Line, ...]
    good: tuple[Line, ...]
    errors: tuple[RowError, ...]

    @property
    def text(self) -> str:
        """The rows to take, to travel with the preview; what is wrong with others stays here."""
        return json.dumps([[each.row, asdict(each.given)] for each in self.good])


def template() -> bytes:
    """The empty workbook, with what may be chosen and how to fill it."""
    kinds = tuple(each.es for each in process_steps.agent_kinds().values())
    yes_no = ("sí", "no")
    choices = {"womens": yes_no, "voice_only": yes_no, "sex": ("F", "M")}
    columns = [
        BookColumn(title, width, choices.get(code, ()))
        for (code, title), width in zip(HEADINGS.items(), WIDTHS, strict=True)
    ]
    guide = [
        "Una fila por agente participante. No cambie los títulos de las columnas.",
        "Son obligatorios: organización, tipo, representante y DNI.",
        "El DNI son ocho cifras. La columna es de texto, para que no se pierda el cero inicial.",
        "La comunidad se escribe con su nombre o código; vacía, si es de todo el distrito.",
        "El DNI y el teléfono no se publican: solo los ven planificación y mesa de partes.",
        "El equipo técnico tiene voz y no vota.",
        "Tipos de organización: " + "; ".join(kinds) + ".",
    ]
    return sheet_books.workbook([Leaf("Agentes", columns)], ("Cómo llenar", guide))


def read(
    session: Reading, where: Where, row: Process, day: date, upload: tuple[BinaryIO, str]
) -> Judged:
    """Read a file and judge its rows; nothing is stored.

    Raises
    ------
    TooLarge, Malformed, UnsupportedFile, Invalid
        It is too large, no table that is read, empty, or lacks columns.
    """
    law.check_enrolment(agents.final_on(session, row))
    stream, name = upload
    body = stream.read(LARGEST + 1)
    if len(body) > LARGEST:
        raise TooLarge("El archivo pasa de 2 MB.", remedy="Divídalo en varios.", field="file")
    if not body:
        raise Malformed("El archivo está vacío.", remedy="Elija la plantilla ya llena.")
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "agents"
        path.write_bytes(body)
        limits = files.Limits(LARGEST, 20 * LARGEST, rows=MOST)
        table = tables.read_table(files.admitted(path, name, limits), limits)
    columns = _columns(table.columns)
    if not table.rows:
        raise Invalid(
            "El archivo no tiene ninguna fila de agentes.",
            remedy="Llene la plantilla desde la segunda fila.",
            field="file",
        )
    places = _places(session, where, day)
    lines, errors = [], list(table.errors)
    for number, cells in zip(table.row_numbers, table.rows, strict=True):
        texts = {code: _plain(cells[column]) for code, column in columns.items()}
        if not any(texts.values()):
            continue
        given, wrong = _given(texts, places)
        lines.append(Line(number, given))
        errors += [RowError(number, HEADINGS[code], *said) for code, *said in wrong]
    return _judged(session, where, row, day, Judged(name, tuple(lines), (), tuple(errors)))


def _columns(found: Sequence[str]) -> dict[str, str]:
    """Our columns by the headings of a file, whatever their accents and what is in brackets."""
    known = {_bare(title): code for code, title in HEADINGS.items()}
    columns = {known[_bare(each)]: each for each in found if _bare(each) in known}
    lacking = [HEADINGS[code] for code in NEEDED if code not in columns]
    if lacking:
        raise Invalid(
            "Al archivo le faltan columnas: {columns}.",
            remedy="Descargue la plantilla y copie en ella los datos, sin cambiar sus títulos.",
            field="file",
            columns=", ".join(lacking),
        )
    return columns


def _bare(title: str) -> str:
    return folded(title.partition("(")[0])


def _plain(text: str) -> str:
    # What a workbook of ours got against formulas comes back without it.
    text = " ".join(text.split())
    return text[1:] if text[:2] in ("'=", "'+", "'-", "'@") else text


def _places(session: Reading, where: Where, day: date) -> dict[str, list[str]]:
    """Codes of communities by folded name and by code."""
    found: dict[str, list[str]] = {}
    for each in agents.communities(session, where, day):
        found.setdefault(folded(each.name), []).append(each.code)
        found.setdefault(each.code.casefold(), []).append(each.code)
    return found


def _given(
    texts: Mapping[str, str], places: Mapping[str, list[str]]
) -> tuple[Given, list[tuple[str, str, str, str]]]:
    """A row as agents are given, and what of it cannot be understood: code and RowError words."""
    wrong: list[tuple[str, str, str, str]] = []
    kinds = {folded(each.es): code for code, each in process_steps.agent_kinds().items()}
    kind = texts.get("kind", "")
    flags: dict[str, Any] = {}
    for code in ("womens", "voice_only"):
        flags[code] = folded(texts.get(code, "")) in YES
        if folded(texts.get(code, "")) not in (*YES, *NO):
            wrong.append((code, "Se responde sí o no.", texts[code][:80], "Escriba sí o no."))
    community, asked = "", texts.get("community", "")
    if asked:
        codes = places.get(folded(asked), [])
        community = codes[0] if len(codes) == 1 else ""
        if not codes:
            said = "El distrito no tiene esa comunidad."
            remedy = "Escriba su nombre o su código como en la lista de comunidades."
            wrong.append(("community", said, asked[:80], remedy))
        elif len(codes) > 1:
            said = "Hay más de una comunidad con ese nombre."
            wrong.append(("community", said, asked[:80], "Escriba su código."))
    sex = texts.get("sex", "")
    plain: dict[str, Any] = {
        name: texts.get(name, "")
        for name in ("organisation", "recognition", "name", "dni", "phone")
    }
    given = Given(
        **plain,
        kind=kinds.get(folded(kind), kind if kind in kinds.values() else ""),
        sex=SEXES.get(folded(sex), sex[:10]),
        community=community,
        **flags,
    )
    return given, wrong


def _judged(session: Reading, where: Where, row: Process, day: date, read: Judged) -> Judged:
    """The same with what the rules say of each row, in the order of the file."""
    given = [(each.row, each.given) for each in read.lines]
    values = {each.row: asdict(each.given) for each in read.lines}
    errors = list(read.errors)
    for key, fault in agents.judged(session, where, row, day, given):
        # The DNI is shown to whoever sent it, in the page alone.
        value = str(values[key][fault.field])[:80]
        errors.append(RowError(key, HEADINGS[fault.field], fault.message, value, fault.remedy))
    bad = {each.row for each in errors}
    good = tuple(each for each in read.lines if each.row not in bad)
    ordered = tuple(sorted(errors, key=lambda each: each.row or 0))
    return Judged(read.name, read.lines, good, ordered)


def again(text: str) -> tuple[Line, ...]:
    """The rows that a preview carried.

    Raises
    ------
    Malformed
        It is not what a preview carries.
    """
    try:
        found: Any = json.loads(text)
        return tuple(Line(int(number), Given(**fields)) for number, fields in found)
    except (ValueError, TypeError, KeyError, RecursionError):
        raise Malformed(
            "La página no dice qué agentes importar.", remedy="Suba el archivo otra vez."
        ) from None


def keep(
    session: Writing,
    author: Author,
    where: Where,
    row: Process,
    day: date,
    lines: Sequence[Line],
) -> int:
    """Write the rows that a preview said to be good; gives how many.

    Raises
    ------
    Conflict
        The final list is out.
    Malformed
        It is not what a preview carries.
    Invalid
        A row cannot be taken any more, or there is none.
    """
    law.check_enrolment(agents.final_on(session, row))
    if any(not _sound(each.given) for each in lines) or len(lines) > MOST:
        raise Malformed(
            "La página no dice qué agentes importar.", remedy="Suba el archivo otra vez."
        )
    found = _judged(session, where, row, day, Judged("", tuple(lines), (), ()))
    if found.errors:
        raise Invalid(
            "El registro cambió mientras tanto: no se inscribió a nadie.",
            remedy="Suba el archivo otra vez y revise qué filas quedan.",
            field="file",
            rows=found.errors,
        )
    if not found.good:
        raise Invalid(
            "Ninguna fila se puede inscribir.", remedy="Corrija el archivo.", field="file"
        )
    given = [each.given for each in found.good]
    made = agents.keep_many(session, where, row, day, given, author)
    for each in made:
        processes.told(session, author, where, Act("import", "agents", each.uuid))
    return len(made)


def _sound(given: Given) -> bool:
    """Whether a row that travelled through a page still has the kinds of values it left with."""
    texts = ("organisation", "kind", "name", "dni", "sex", "recognition", "phone", "community")
    return all(isinstance(getattr(given, each), str) for each in texts) and all(
        isinstance(getattr(given, each), bool) for each in ("womens", "voice_only")
    )
