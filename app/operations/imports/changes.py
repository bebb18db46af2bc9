"""The table of places that were created, renamed or given another code.

Columns as in the table of IDEP: level, kind, an old and a new code, an old and a new name,
and the place that held the ground of a new one. Only the table changes here: a place takes
its new code when a layer of limits brings it.
"""

import re
from typing import Any

from sqlalchemy import delete, insert
from sqlmodel import col, select

from app.errors import Invalid
from app.gis import codes
from app.gis.tables import read_table
from app.operations.imports import tree
from app.operations.imports.asked import Asked, Checked, Found, Say
from app.operations.imports.columns import Cells, mapped, plain, proper
from app.records.imports import ImportBatch
from app.records.territory import CodeChange
from app.store.sessions import Reading, Writing

KINDS = {
    **dict.fromkeys(("creado", "created", "creacion", "nuevo"), "created"),
    **dict.fromkeys(("renombrado", "renamed", "cambio_de_nombre"), "renamed"),
    **dict.fromkeys(("reasignado", "reassigned", "recodificado", "cambio_de_codigo"), "reassigned"),
}
LEVELS = {
    **dict.fromkeys(("distrito", "district"), "district"),
    **dict.fromkeys(("provincia", "province"), "province"),
    **dict.fromkeys(("departamento", "region"), "region"),
}
DIGITS = {"district": 6, "province": 4, "region": 2}
FIELDS = {"level": ("nivel", "level"), "kind": ("tipo", "kind", "cambio")}


def check(session: Reading, asked: Asked, say: Say) -> Checked:
    """Read the table; a row that stands already is left as it is."""
    found = Found()
    table = read_table(asked.upload(), asked.limits)
    say(0, len(table.rows), "Leyendo los cambios de código")
    columns = mapped(table.columns, FIELDS, asked, FIELDS)
    columns |= _old_and_new(table.columns)
    found.take(table.notices, table.errors)
    standing = {_key(row) for row in _standing(session)}
    rows, same = [], 0
    for number, row in zip(table.row_numbers, table.rows, strict=True):
        change = _change(Cells(columns, row, number, found))
        if change is None:
            continue
        if _key(change) in standing:
            same += 1
            continue
        standing.add(_key(change))
        rows.append(change)
    counts = {"new": len(rows), "same": same}
    version = tree.load(session).version
    return Checked(len(table.rows), found, counts, rows, basis=version)


def _old_and_new(columns: tuple[str, ...]) -> dict[str, str]:
    """Code and name columns by their years: the earliest is the old, the latest the new."""
    found: dict[str, str] = {}
    for field, stem in (("code", "ubigeo"), ("name", "nombre")):
        dated = sorted(
            (match[1], column)
            for column in columns
            if (match := re.fullmatch(rf"{stem}_(\d{{4}}|antes|despues|old|new)", plain(column)))
        )
        if len(dated) < 2:
            raise Invalid(
                "Faltan las columnas del código y del nombre de antes y de ahora.",
                remedy="Llámelas, por ejemplo, ubigeo_2007 y ubigeo_2026, nombre_2007 y "
                "nombre_2026.",
                field=stem,
            )
        found[f"old_{field}"], found[f"new_{field}"] = dated[0][1], dated[-1][1]
    container = next((c for c in columns if plain(c).startswith("contenedor")), None)
    return {**found, "container": container} if container else found


def _standing(session: Reading) -> list[dict[str, Any]]:
    return [row.model_dump() for row in session.exec(select(CodeChange)).all()]


def _key(row: dict[str, Any]) -> tuple[Any, ...]:
    return tuple(row[name] for name in ("kind", "level", "old_code", "new_code", "new_name"))


def _change(cells: Cells) -> dict[str, Any] | None:
    kind, level = KINDS.get(plain(cells.text("kind"))), LEVELS.get(plain(cells.text("level")))
    if kind is None:
        cells.refuse("kind", "No se conoce ese tipo de cambio.", cells.text("kind"),
                     "Escriba creado, renombrado o reasignado.")  # fmt: skip
    if level is None:
        cells.refuse("level", "No se conoce ese nivel.", cells.text("level"),
                     "Escriba distrito, provincia o departamento.")  # fmt: skip
    if kind is None or level is None:
        return None
    old, new = (_code(cells, f"{when}_code", level) for when in ("old", "new"))
    if (new is None) or (old is None and kind != "created"):
        cells.refuse("new_code" if new is None else "old_code", "Falta el código.", "",
                     "Un lugar creado lleva el código nuevo; los demás, los dos.")  # fmt: skip
        return None
    return {
        "kind": kind,
        "level": level,
        "old_code": old,
        "new_code": new,
        "old_name": proper(cells.text("old_name").title()) or None,
        "new_name": proper(cells.text("new_name").title()) or None,
        "container_code": _code(cells, "container", "district"),
    }


def _code(cells: Cells, field: str, level: str) -> str | None:
    text = cells.text(field)
    if not text:
        return None
    padded = text + "0" * (6 - DIGITS[level])
    try:
        return codes.ubigeo(padded, field=field).value[: DIGITS[level]]
    except Invalid as refusal:
        cells.refuse_as(field, refusal)
        return None


def publish(session: Writing, batch: ImportBatch, checked: Checked) -> set[str]:
    """Add the new rows."""
    if checked.writes:
        rows = [{**row, "import_id": batch.id} for row in checked.writes]
        session.connection().execute(insert(CodeChange), rows)
    return {"territory"}


def undo(session: Writing, batch: ImportBatch) -> set[str]:
    """Take the rows of this batch away."""
    gone = delete(CodeChange).where(col(CodeChange.import_id) == batch.id)
    session.connection().execute(gone)
    return {"territory"}
