"""Figures that other bodies publish by district, province or region: kept apart from ours.

One column is one indicator. Numbers are kept as numbers; words (levels of risk) as words in
one spelling. In a column of numbers an empty cell is missing; in a column of levels it means
that the danger does not apply there. A population of 0 means missing, in every column whose
name says population and in those that the person names (``zero_is_missing``).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Table, bindparam, delete, func, select
from sqlmodel import SQLModel, col

from app.errors import Conflict, Invalid
from app.gis import codes
from app.gis.tables import Table as Sheet
from app.gis.tables import read_table
from app.operations.imports import journal, tree
from app.operations.imports.asked import Asked, Checked, Found, Say
from app.operations.imports.columns import (
    DISTRICT,
    EMPTY,
    LAT,
    LON,
    PROVINCE,
    REGION,
    Cells,
    mapped,
    number,
    plain,
)
from app.records.imports import ImportBatch, ImportChange
from app.store import bulk
from app.store.sessions import Reading, Writing

VALUES: Table = SQLModel.metadata.tables["external_value"]
NAMES = ("place_code", "indicator", "period", "import_id", "value", "text", "unit", "source")
NOT_APPLICABLE = "no aplica"
MOST_LEVELS = 12
UNDATED = "sin fecha"
# What tables of places carry besides figures.
DESCRIPTIVE = frozenset(
    (
        *("departamento", "provincia", "distrito", "region", "capital", "nombre", "reniec"),
        *("macroregion_inei", "macroregion_minsa", "iso_3166_2", "fips", "inei", "ubigeo"),
        *("nombdep", "nombprov", "nombdist", "fecha", "fuente"),
        *DISTRICT,
        *PROVINCE,
        *REGION,
        *LON,
        *LAT,
    )
)
UNITS = {"pct": "%", "porcentaje": "%", "km": "km", "km2": "km2", "superficie": "km2"}
TRUTHS = {"true": 1.0, "false": 0.0, "verdadero": 1.0, "falso": 0.0}


@dataclass(frozen=True, slots=True)
class Series:
    """One column as an indicator."""

    column: str
    code: str
    levels: bool
    zero_is_missing: bool
    unit: str


def check(session: Reading, asked: Asked, say: Say) -> Checked:
    """Read the table and compare its figures with those that stand."""
    found = Found()
    sheet = read_table(asked.upload(), asked.limits)
    say(1, 3, f"Se leyeron {len(sheet.rows)} filas")
    found.take(sheet.notices, sheet.errors)
    columns = _code_column(sheet, asked)
    known = tree.load(session)
    series = _series(sheet, columns["code"], asked, found)
    values = _values(sheet, columns, series, (known, found, asked))
    say(2, 3, "Comparando con lo que ya está")
    standing = _standing(session, asked, series)
    fresh = {key: value for key, value in values.items() if key not in standing}
    changed = {
        key: value
        for key, value in values.items()
        if key in standing and (standing[key]["value"], standing[key]["text"]) != value[:2]
    }
    counts = {
        "new": len(fresh),
        "changed": len(changed),
        "same": len(values) - len(fresh) - len(changed),
    }
    writes = ({**fresh, **changed}, [standing[key] for key in changed], _about(asked))
    summary = {
        "indicators": [{"code": s.code, "levels": s.levels, "unit": s.unit} for s in series],
        "missing": sum(value == (None, None, value[2]) for value in values.values()),
        "period": _about(asked)[0],
    }
    return Checked(len(sheet.rows), found, counts, writes, summary, known.version)


def _about(asked: Asked) -> tuple[str, str]:
    return asked.text("period", UNDATED, 20) or UNDATED, asked.text("source", "", 200)


def _code_column(sheet: Sheet, asked: Asked) -> dict[str, str]:
    for names in (DISTRICT, PROVINCE, REGION):
        try:
            return mapped(sheet.columns, {"code": names}, asked, ("code",))
        except Invalid:
            if asked.options.get("columns"):
                raise
    raise Invalid(
        "{name} no tiene una columna con el UBIGEO; sus columnas son: {columns}.",
        remedy="Añada el código de seis cifras: por el nombre solo no se puede saber el lugar, "
        "porque 250 distritos comparten el suyo.",
        field="ubigeo",
        name=asked.name,
        columns=", ".join(sheet.columns[:30]),
    )


def _series(sheet: Sheet, code: str, asked: Asked, found: Found) -> list[Series]:
    chosen = {str(name).casefold() for name in asked.options.get("indicators") or ()}
    zero = {plain(str(name)) for name in asked.options.get("zero_is_missing") or ()}
    units: Mapping[str, Any] = asked.options.get("units") or {}
    series = []
    for column in sheet.columns:
        name = plain(column)
        wanted = column.casefold() in chosen if chosen else name not in DESCRIPTIVE
        if column == code or not wanted:
            continue
        kind = _kind(row[column] for row in sheet.rows)
        if kind == "words":
            found.tell("La columna «{column}» trae textos libres: no se importa.", column=column)
            continue
        if len(name) > 60:
            found.tell("El nombre de la columna «{column}» se acortó.", column=column)
        people = "pobl" in name or name.endswith("_pop") or "population" in name
        series.append(
            Series(
                column,
                name[:60],
                kind == "levels",
                (people and kind != "truths") or name in zero,
                str(units.get(column, _unit(name)))[:30],
            )
        )
    if not series:
        raise Invalid(
            "{name} no tiene columnas con cifras ni con niveles.",
            remedy="Revise el archivo o elija sus columnas.",
            field="indicators",
            name=asked.name,
        )
    return series


def _kind(cells: Any) -> str:
    distinct = {cell.strip().casefold() for cell in cells} - EMPTY
    if distinct and distinct <= set(TRUTHS):
        return "truths"
    if all(number(cell) is not None or cell in TRUTHS for cell in distinct):
        return "numbers"
    return "levels" if len(distinct) <= MOST_LEVELS else "words"


def _unit(name: str) -> str:
    return next((unit for part in name.split("_") if (unit := UNITS.get(part))), "")


Key = tuple[str, str, str]
Value = tuple[float | None, str | None, str]


def _values(
    sheet: Sheet,
    columns: Mapping[str, str],
    series: Sequence[Series],
    told: tuple[tree.Tree, Found, Asked],
) -> dict[Key, Value]:
    known, found, asked = told
    period = _about(asked)[0]
    seen: dict[str, int] = {}
    values: dict[Key, Value] = {}
    for row_number, row in zip(sheet.row_numbers, sheet.rows, strict=True):
        if all(row[s.column].strip().casefold() in EMPTY for s in series):
            found.tell_row("{count} filas sin ninguna cifra se dejaron; filas: {rows}.", row_number)
            continue
        cells = Cells(columns, row, row_number, found)
        code = _place(cells, known, asked)
        if code is None:
            continue
        if seen.setdefault(code, row_number) != row_number:
            cells.refuse("code", f"El código {code} ya está en la fila {seen[code]}.", code,
                         "Deje una sola fila por lugar.")  # fmt: skip
            continue
        for each in series:
            values[code, each.code, period] = _value(row[each.column], each, row_number, found)
    return values


def _place(cells: Cells, known: tree.Tree, asked: Asked) -> str | None:
    text = cells.text("code")
    try:
        padded = text + "0" * (6 - len(text)) if text.isdigit() and len(text) in (2, 4) else text
        clean = codes.ubigeo(padded, field=cells.columns["code"])
        now = known.current(codes.short(clean.value), cells.columns["code"])
    except Invalid as refusal:
        cells.refuse_as("code", refusal)
        return None
    for notice in (*clean.notices, *now.notices):
        told = tree.TOLD.get(notice.message, f"{notice.text} Filas: {{rows}}.")
        cells.found.tell_row(told, cells.number)
    if asked.place_code is not None and now.value != asked.place_code:
        cells.refuse("code", "La fila es de otro distrito.", now.value,
                     "Deje solo las filas de su distrito.")  # fmt: skip
        return None
    return now.value


def _value(text: str, series: Series, row: int, found: Found) -> Value:
    bare = " ".join(text.split())
    if bare.casefold() in EMPTY:
        return None, NOT_APPLICABLE if series.levels else None, series.unit
    if series.levels:
        return None, bare.capitalize()[:60], series.unit
    value = TRUTHS.get(bare.casefold(), number(bare))
    if value == 0 and series.zero_is_missing:
        found.tell_row(
            f"En «{series.column}» 0 quiere decir que falta el dato; {{count}} filas: {{rows}}.",
            row,
        )
        value = None
    return value, None, series.unit


def _standing(
    session: Reading, asked: Asked, series: Sequence[Series]
) -> dict[Key, dict[str, Any]]:
    rows = session.rows(
        select(*(VALUES.c[name] for name in NAMES)).where(
            VALUES.c.period == _about(asked)[0],
            VALUES.c.indicator.in_([each.code for each in series]),
        )
    )
    return {(row.place_code, row.indicator, row.period): dict(row._mapping) for row in rows}


def publish(session: Writing, batch: ImportBatch, checked: Checked) -> set[str]:
    """Write new and changed figures; what they replace goes to the journal."""
    values, replaced, (_, source) = checked.writes
    befores = [
        (batch.id, VALUES.name, place, before) for place, before in enumerate(replaced, start=1)
    ]
    bulk.insert(session, journal.CHANGES, ("batch_id", "table", "row_id", "before"), befores)
    _delete(session, replaced)
    rows = ((*key, batch.id, *value, source) for key, value in values.items())
    bulk.insert(session, VALUES, NAMES, rows)
    return tree.stamped(code for code, _, _ in values if len(code) == codes.DISTRICT)


def _delete(session: Writing, rows: Sequence[Mapping[str, Any]]) -> None:
    key = ("place_code", "indicator", "period")
    gone = delete(VALUES).where(*(VALUES.c[name] == bindparam(f"old_{name}") for name in key))
    if rows:
        named = [{f"old_{name}": row[name] for name in key} for row in rows]
        session.connection().execute(gone, named)


def undo(session: Writing, batch: ImportBatch) -> set[str]:
    """Take the figures away and put back those that they replaced.

    Raises
    ------
    Conflict
        A later import replaced some of them.
    """
    mine = VALUES.c.import_id == batch.id
    since = session.rows(
        select(func.count())
        .select_from(journal.CHANGES)
        .where(
            journal.CHANGES.c.table == VALUES.name,
            journal.CHANGES.c.before["import_id"].as_integer() == batch.id,
        )
    )[0][0]
    if since:
        raise Conflict(
            "No se puede deshacer: {count} cifras cambiaron con una importación posterior.",
            remedy="Deshaga primero la importación posterior.",
            count=since,
        )
    places = {row[0] for row in session.rows(select(VALUES.c.place_code).where(mine).distinct())}
    session.connection().execute(delete(VALUES).where(mine))
    changes = col(ImportChange.batch_id) == batch.id
    befores = [row[0] for row in session.rows(select(journal.CHANGES.c.before).where(changes))]
    bulk.insert(session, VALUES, NAMES, ([before[name] for name in NAMES] for before in befores))
    session.connection().execute(delete(ImportChange).where(changes))
    return tree.stamped(code for code in places if len(code) == codes.DISTRICT)
